#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <dmkit/wire/cipher.hpp>
#include <dmkit/wire/decode_error.hpp>
#include <dmkit/wire/frame.hpp>

namespace dmkit::wire {

/// What happens to a frame between its message and the socket, as STARTUP settled it: encryption with digest, then CRC
/// or check byte (docs/protocol: order of operations). Both sides use one object for each connection. The two STARTUP
/// messages go through it too, while nothing is switched on yet. Not thread-safe.
class frame_security {
  public:
    /// Every later message is encrypted (communication encryption). nullptr switches it off.
    void set_cipher(std::unique_ptr<message_cipher> cipher) noexcept { cipher_ = std::move(cipher); }
    [[nodiscard]] bool encrypts() const noexcept { return cipher_ != nullptr; }
    /// CRC mode for every later message; the assembler's check of byte 19 has to be switched off with it.
    void set_crc(bool crc) noexcept { crc_ = crc; }

    /// Prepares the frame that begins at @p begin of @p buffer and reaches to its end for the socket: encrypts its body
    /// in place, writes length and check byte or CRC.
    [[nodiscard]] cipher_fault seal(std::vector<std::byte>& buffer, std::size_t begin);
    /// Checks and decrypts in place. @p out points into @p frame.
    struct opened {
        std::span<const std::byte> body;
        decode_error error;
    };
    [[nodiscard]] opened open(const frame_assembler::raw_frame& frame);

  private:
    std::unique_ptr<message_cipher> cipher_;
    bool crc_ = false;
};

}  // namespace dmkit::wire
