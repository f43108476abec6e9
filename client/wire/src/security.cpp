#include <dmkit/wire/security.hpp>

#include <dmkit/wire/byte_writer.hpp>
#include <dmkit/wire/crc32.hpp>

namespace dmkit::wire {
namespace {

constexpr std::size_t crc_size = sizeof(std::uint32_t);

decode_error frame_error(decode_fault fault, std::string_view field, std::size_t offset) {
    return {fault, "frame", field, offset};
}

}  // namespace

void frame_security::set_compression(compression_mode mode, compression_algorithm algorithm) {
    compression_ = mode;
    compressor_ = mode == compression_mode::off ? nullptr : std::make_unique<message_compressor>(algorithm);
}

cipher_fault frame_security::seal(std::vector<std::byte>& buffer, std::size_t begin) {
    const std::size_t size = buffer.size() - begin - header_size;
    if (compressor_ && size > (compression_ == compression_mode::large ? compression_threshold : 0)) {
        compressor_->compress(buffer, begin + header_size);
        buffer[begin + header_offset::compressed] = std::byte{1};
    }
    if (cipher_) {
        const auto fault = cipher_->encrypt_body(buffer, begin + header_size);
        if (fault != cipher_fault::none)
            return fault;
    }
    if (!crc_) {
        finish_frame(buffer, begin);
        return cipher_fault::none;
    }
    byte_writer out(buffer);
    out.patch(begin + header_offset::length, static_cast<std::int32_t>(buffer.size() - begin - header_size + crc_size));
    buffer[begin + header_offset::check] = std::byte{0};
    out.number(crc32(std::span(buffer).subspan(begin)));
    return cipher_fault::none;
}

frame_security::opened frame_security::open(const frame_assembler::raw_frame& frame) {
    auto body = frame.body;
    if (crc_) {
        if (body.size() < crc_size)
            return {{}, frame_error(decode_fault::truncated, "CRC", header_size)};
        const auto expected = load<std::uint32_t>(body.last(crc_size));
        body = body.first(body.size() - crc_size);
        if (crc32(frame.header, body) != expected) {
            return {{}, frame_error(decode_fault::bad_check, "CRC", header_size + body.size())};
        }
    }
    if (cipher_ && !body.empty()) {
        std::span<std::byte> plain;
        switch (cipher_->decrypt_body(body, plain)) {
            case cipher_fault::none:
                return decompressed(frame, plain);
            case cipher_fault::bad_digest:
                return {{}, frame_error(decode_fault::bad_check, "MD5 digest", header_size)};
            case cipher_fault::bad_padding:
                return {{}, frame_error(decode_fault::bad_check, "padding", header_size)};
            default:
                return {{}, frame_error(decode_fault::bad_length, "encrypted body", header_size)};
        }
    }
    return decompressed(frame, body);
}

frame_security::opened frame_security::decompressed(const frame_assembler::raw_frame& frame,
                                                    std::span<const std::byte> body) {
    const bool marked = frame.header[header_offset::compressed] != std::byte{0};
    if (!compressor_) {
        if (marked)
            return {{}, frame_error(decode_fault::bad_value, "compressed", header_offset::compressed)};
        return {body, {}};
    }
    if (body.empty() || (compression_ == compression_mode::large && !marked))
        return {body, {}};
    std::span<const std::byte> plain;
    const auto fault = compressor_->decompress(body, cap_, plain);
    if (fault != decode_fault::none)
        return {{}, frame_error(fault, "compressed body", header_size)};
    return {plain, {}};
}

}  // namespace dmkit::wire
