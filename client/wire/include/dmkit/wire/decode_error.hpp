#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dmkit::wire {

/// What is wrong with bytes that came from a peer.
enum class decode_fault : std::uint8_t {
    none,
    truncated,    ///< the message ends inside a field
    bad_length,   ///< a length is negative or reaches beyond the message
    bad_count,    ///< a count is negative or larger than the bytes that are left can hold
    bad_value,    ///< a value that the field cannot have
    missing_end,  ///< text without its terminating zero byte
    bad_check,    ///< check byte, CRC or digest do not match
    too_large,    ///< the message is longer than the cap
    unsupported,  ///< a form of the message that is not implemented
};

[[nodiscard]] std::string_view to_string(decode_fault fault) noexcept;

/// Why bytes could not be decoded, and where. Names point at static text. `if (error)` is true when something is wrong.
struct decode_error {
    decode_fault fault = decode_fault::none;
    std::string_view message;  ///< name of the message, `EXECUTE response`
    std::string_view field;    ///< name of the field
    std::size_t offset = 0;    ///< bytes from the beginning of the frame (its header included)

    explicit operator bool() const noexcept { return fault != decode_fault::none; }
    /// `EXECUTE response: rows at byte 112: message ends inside a field`
    [[nodiscard]] std::string to_string() const;
};

}  // namespace dmkit::wire
