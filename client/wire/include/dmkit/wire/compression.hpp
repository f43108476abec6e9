#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <dmkit/wire/decode_error.hpp>

namespace dmkit::wire {

/// Which bodies are compressed, as STARTUP settles it (docs/protocol: compression).
enum class compression_mode : std::int32_t {
    off = 0,
    always = 1,  ///< every body that is not empty; the header's flag is not looked at
    large = 2,   ///< bodies of more than compression_threshold bytes, marked in the header
};

enum class compression_algorithm : std::uint8_t {
    zlib = 0,    ///< RFC 1950
    snappy = 1,  ///< one raw block without framing
};

/// In mode large, bodies of up to so many bytes travel as they are.
inline constexpr std::size_t compression_threshold = 8192;

/// Compresses and decompresses the bodies of one connection; keeps its working memory between them. A compressed body
/// is an i32 with the plain size, which no receiver looks at, then the algorithm's bytes. Not thread-safe.
class message_compressor {
  public:
    /// @throws std::bad_alloc
    explicit message_compressor(compression_algorithm algorithm);
    ~message_compressor();
    message_compressor(const message_compressor&) = delete;
    message_compressor& operator=(const message_compressor&) = delete;

    [[nodiscard]] compression_algorithm algorithm() const noexcept { return algorithm_; }

    /// Replaces what lies in @p buffer from @p body on by its compressed form.
    void compress(std::vector<std::byte>& buffer, std::size_t body);

    /// @param cap the largest plain body in bytes; more is refused before it is made (decode_fault::too_large)
    /// @param plain becomes the plain body; the object's own memory, valid until the next decompress()
    /// @return none, truncated, bad_value (the bytes are no compressed data) or too_large
    [[nodiscard]] decode_fault decompress(std::span<const std::byte> body, std::size_t cap,
                                          std::span<const std::byte>& plain);

  private:
    struct streams;
    compression_algorithm algorithm_;
    std::unique_ptr<streams> streams_;  ///< zlib's states, made when first needed
    std::vector<std::byte> compressed_;
    std::vector<std::byte> plain_;
};

}  // namespace dmkit::wire
