#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <dmkit/wire/cipher.hpp>
#include <dmkit/wire/compression.hpp>
#include <dmkit/wire/decode_error.hpp>
#include <dmkit/wire/frame.hpp>

namespace dmkit::wire {

/// What happens to a frame between its message and the socket, as STARTUP settled it: compression, then encryption with
/// digest, then CRC or check byte (docs/protocol: order of operations). Both sides use one object for each connection.
/// The two STARTUP messages go through it too, while nothing is switched on yet. Not thread-safe.
class frame_security {
  public:
    /// Every later message is encrypted (communication encryption). nullptr switches it off.
    void set_cipher(std::unique_ptr<message_cipher> cipher) noexcept { cipher_ = std::move(cipher); }
    [[nodiscard]] bool encrypts() const noexcept { return cipher_ != nullptr; }
    /// Every later message, mode off: none, is compressed. @throws std::bad_alloc
    void set_compression(compression_mode mode, compression_algorithm algorithm);
    /// The largest body that a compressed message of the peer may have, in bytes.
    void set_cap(std::size_t cap) noexcept { cap_ = cap; }
    /// CRC mode for every later message; the assembler's check of byte 19 has to be switched off with it.
    void set_crc(bool crc) noexcept { crc_ = crc; }

    /// Prepares the frame that begins at @p begin of @p buffer and reaches to its end for the socket: compresses and
    /// encrypts its body in place, writes length and check byte or CRC.
    [[nodiscard]] cipher_fault seal(std::vector<std::byte>& buffer, std::size_t begin);
    /// Checks and decrypts in place. The body points into @p frame or, decompressed, into this object, until the next
    /// call.
    struct opened {
        std::span<const std::byte> body;
        decode_error error;
    };
    [[nodiscard]] opened open(const frame_assembler::raw_frame& frame);

  private:
    [[nodiscard]] opened decompressed(const frame_assembler::raw_frame& frame, std::span<const std::byte> body);

    std::unique_ptr<message_cipher> cipher_;
    std::unique_ptr<message_compressor> compressor_;
    std::size_t cap_ = default_message_cap;
    compression_mode compression_ = compression_mode::off;
    bool crc_ = false;
};

}  // namespace dmkit::wire
