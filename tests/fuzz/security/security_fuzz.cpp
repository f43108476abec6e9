#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <dmkit/wire/byte_writer.hpp>
#include <dmkit/wire/security.hpp>

namespace {

using namespace dmkit::wire;

constexpr std::size_t cap = 1U << 20U;
constexpr std::size_t most_damaged = 64;

void require(bool holds) {
    if (!holds)
        std::abort();
}

constexpr std::array<std::string_view, 22> ciphers = {
    "",           "des-ecb",    "des-cbc",    "des-cfb",    "des-ofb",    "3des-ecb",   "3des-cbc",   "3des-cfb",
    "3des-ofb",   "aes128-ecb", "aes128-cbc", "aes128-cfb", "aes128-ofb", "aes192-ecb", "aes192-cbc", "aes192-cfb",
    "aes192-ofb", "aes256-ecb", "aes256-cbc", "aes256-cfb", "aes256-ofb", "rc4"};

/// What both sides have agreed on, taken from the first two bytes of an input.
struct agreement {
    agreement(std::uint8_t cipher, std::uint8_t switches)
        : name(ciphers[cipher % ciphers.size()]),
          crc((switches & 1U) != 0),
          mode(static_cast<compression_mode>(((switches >> 1U) & 3U) % 3)),
          algorithm((switches & 8U) != 0 ? compression_algorithm::snappy : compression_algorithm::zlib) {}

    [[nodiscard]] std::unique_ptr<frame_security> make() const {
        auto out = std::make_unique<frame_security>();
        out->set_cap(cap);
        out->set_crc(crc);
        out->set_compression(mode, algorithm);
        if (!name.empty()) {
            std::array<std::byte, 64> key{};
            for (std::size_t i = 0; i < key.size(); ++i)
                key[i] = static_cast<std::byte>(7 * i + 1);
            cipher_fault fault{};
            auto cipher = message_cipher::create(cipher_id_of(name).value(), key, fault);
            require(cipher != nullptr || fault == cipher_fault::unavailable);
            out->set_cipher(std::move(cipher));
        }
        return out;
    }

    std::string_view name;
    bool crc;
    compression_mode mode;
    compression_algorithm algorithm;
};

frame_assembler::raw_frame raw(std::vector<std::byte>& frame) {
    const std::span<std::byte> bytes(frame);
    return {bytes.first<header_size>(), bytes.subspan(header_size)};
}

/// Bytes of a peer that may be anything: they open to at most the cap, or to an error.
void open_anything(const agreement& with, std::span<const std::uint8_t> data) {
    std::vector<std::byte> frame(header_size + data.size());
    std::ranges::copy(std::as_bytes(data), frame.begin() + header_size);
    frame[header_offset::compressed] = std::byte{with.mode != compression_mode::off};
    byte_writer(frame).patch(header_offset::length, static_cast<std::int32_t>(data.size()));
    const auto security = with.make();
    const auto opened = security->open(raw(frame));
    require(opened.error ? !opened.error.to_string().empty() : opened.body.size() <= std::max(cap, data.size()));
}

/// What one side seals the other opens, and damage is noticed where there is a digest or a CRC.
void seal_and_open(const agreement& with, std::span<const std::uint8_t> data) {
    std::vector<std::byte> frame(header_size + data.size());
    std::ranges::copy(std::as_bytes(data), frame.begin() + header_size);
    const auto sender = with.make();
    if (sender->seal(frame, 0) != cipher_fault::none)
        return;  // DM8's padding does not fill the blocks of this cipher
    const auto receiver = with.make();
    auto sealed = frame;
    const auto opened = receiver->open(raw(sealed));
    require(!opened.error);
    require(std::ranges::equal(opened.body, std::as_bytes(data)));
    if (data.empty() || (!with.crc && with.name.empty()))
        return;
    const std::size_t step = std::max<std::size_t>(1, (frame.size() - header_size) / most_damaged);
    for (std::size_t at = header_size; at < frame.size(); at += step) {
        auto damaged = frame;
        damaged[at] ^= std::byte{0x10};
        require(static_cast<bool>(receiver->open(raw(damaged)).error));
    }
}

}  // namespace

/// Decryption, digest, CRC and decompression of what a peer sends, in every combination.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2)
        return 0;
    const agreement with(data[0], data[1]);
    open_anything(with, {data + 2, size - 2});
    seal_and_open(with, {data + 2, size - 2});
    return 0;
}
