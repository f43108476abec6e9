#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <dmkit/wire/byte_reader.hpp>
#include <dmkit/wire/decode_error.hpp>

namespace dmkit::wire {

inline constexpr std::size_t header_size = 64;
/// Largest message that DM8 knows, header included (docs/protocol: sizes).
inline constexpr std::size_t max_message_size = 0x2000'0000;
/// What is accepted of a peer unless the user says otherwise, header included.
inline constexpr std::size_t default_message_cap = 64U << 20U;
/// What a server accepts before the login is through.
inline constexpr std::size_t login_message_cap = 64U << 10U;

/// The fixed places of a header; what lies at 20 and behind belongs to the message.
namespace header_offset {
inline constexpr std::size_t handle = 0;
inline constexpr std::size_t code = 4;
inline constexpr std::size_t length = 6;
inline constexpr std::size_t result = 10;
inline constexpr std::size_t compressed = 18;
inline constexpr std::size_t check = 19;
inline constexpr std::size_t area = 20;
}  // namespace header_offset

/// One message as it lies in a buffer, the body decrypted and decompressed. Valid as long as the buffer.
struct frame_view {
    std::span<const std::byte, header_size> header;
    std::span<const std::byte> body;

    [[nodiscard]] std::int32_t handle() const noexcept {
        return load<std::int32_t>(header.subspan(header_offset::handle));
    }
    /// Command of a request, kind of a response.
    [[nodiscard]] std::uint16_t code() const noexcept {
        return load<std::uint16_t>(header.subspan(header_offset::code));
    }
    /// Of a response: negative is an error, positive a warning.
    [[nodiscard]] std::int32_t result() const noexcept {
        return load<std::int32_t>(header.subspan(header_offset::result));
    }
    [[nodiscard]] bool compressed() const noexcept { return header[header_offset::compressed] != std::byte{0}; }
};

/// XOR of the header bytes 0 to 18, as it stands at 19.
[[nodiscard]] std::byte check_byte(std::span<const std::byte, header_size> header) noexcept;

/// Completes the frame that begins at @p begin of @p buffer and reaches to its end: writes length and check byte.
void finish_frame(std::vector<std::byte>& buffer, std::size_t begin) noexcept;

/// Cuts a stream of bytes into frames. Feed it through prepare() and commit(), take frames with next() until that gives
/// nothing. Memory grows only by bytes that have arrived, never by a length that a header claims.
class frame_assembler {
  public:
    /// @param cap the largest message, header included, in bytes
    explicit frame_assembler(std::size_t cap = default_message_cap) noexcept : cap_(cap) {}

    void set_cap(std::size_t cap) noexcept { cap_ = cap; }
    /// In CRC mode byte 19 carries nothing and is not checked (docs/protocol: CRC mode).
    void set_check_bytes(bool checked) noexcept { check_bytes_ = checked; }

    /// Room for received bytes, at least @p wanted of them. Invalidates frames given before.
    std::span<std::byte> prepare(std::size_t wanted = 4096);
    /// @p size bytes of the room have been filled.
    void commit(std::size_t size) noexcept { filled_ += size; }

    /// A complete frame with the body as received, or nothing if more bytes are needed. The bytes are the assembler's
    /// and may be changed in place (decryption); they are valid until the next call of prepare() or next().
    struct raw_frame {
        std::span<std::byte, header_size> header;
        std::span<std::byte> body;
    };
    /// @param error is set when the bytes are no message; the stream is then lost and the connection must be closed.
    std::optional<raw_frame> next(decode_error& error) noexcept;

    /// Bytes still missing to complete the frame that has begun, at least 1.
    [[nodiscard]] std::size_t missing() const noexcept;
    /// Received bytes that no frame has taken yet.
    [[nodiscard]] std::size_t pending() const noexcept { return filled_ - consumed_; }

  private:
    std::vector<std::byte> buffer_;
    std::size_t filled_ = 0;
    std::size_t consumed_ = 0;
    std::size_t cap_;
    bool check_bytes_ = true;
};

}  // namespace dmkit::wire
