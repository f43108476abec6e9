#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/lob_source.hpp>

#include "client/session/state.hpp"

namespace dmkit::session {

/// The pieces of a LOB parameter as bytes of the session's character set, a message's worth at a time.
class lob_stream {
  public:
    explicit lob_stream(lob_source source) noexcept : source_(std::move(source)) {}

    [[nodiscard]] bool is_text() const noexcept { return source_.is_text(); }
    [[nodiscard]] bool reads(const lob_source& source) const noexcept { return source_.reader() == source.reader(); }
    /// Reads until data() has @p wanted bytes or the value ends.
    /// @return false if its text cannot be encoded
    /// @throws what the source throws
    [[nodiscard]] bool fill(session_state& state, std::size_t wanted);
    [[nodiscard]] std::span<const std::byte> data() const noexcept { return std::span(buffer_).subspan(taken_); }
    /// The first @p size bytes of data() have been sent.
    void take(std::size_t size) noexcept { taken_ += size; }

  private:
    [[nodiscard]] bool add_text(session_state& state);

    lob_source source_;
    std::string_view rest_;  ///< of the piece at hand
    std::string split_;      ///< the beginning of a character whose end is in the next piece
    std::vector<std::byte> buffer_;
    std::size_t taken_ = 0;
    bool ended_ = false;
};

}  // namespace dmkit::session
