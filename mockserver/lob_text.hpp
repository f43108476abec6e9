#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "mockserver/backend.hpp"

namespace dmkit::mock {

/// True for the first byte of a character in valid UTF-8.
[[nodiscard]] constexpr bool begins_character(std::byte byte) noexcept {
    return (byte & std::byte{0xC0}) != std::byte{0x80};
}

[[nodiscard]] inline std::int64_t count_characters(std::span<const std::byte> utf8) noexcept {
    return std::count_if(utf8.begin(), utf8.end(), begins_character);
}

/// Finds characters in a long text that is read by pieces. Remembers where pieces and searches ended, so that reading
/// on costs what is read and not what lies before.
class character_index {
  public:
    /// The offset of the byte where character @p number (from 0) begins; the text's size if it has not so many.
    std::int64_t find(lob_reader& text, std::int64_t number) {
        mark at = before(number);
        while (at.byte < text.size()) {
            const auto piece = text.piece(at.byte);
            for (std::size_t i = 0; i < piece.size(); ++i) {
                if (!begins_character(piece[i]))
                    continue;
                if (at.character == number) {
                    recent_ = {at.byte + static_cast<std::int64_t>(i), number};
                    return recent_.byte;
                }
                ++at.character;
            }
            at.byte += static_cast<std::int64_t>(piece.size());
            note(at);
        }
        characters_ = at.character;
        return text.size();
    }
    /// Characters of the whole text.
    std::int64_t count(lob_reader& text) {
        if (characters_ < 0)
            find(text, std::numeric_limits<std::int64_t>::max());
        return characters_;
    }

  private:
    struct mark {
        std::int64_t byte = 0;
        std::int64_t character = 0;  ///< that begin before the byte
    };
    [[nodiscard]] mark before(std::int64_t number) const {
        const auto behind =
            std::upper_bound(marks_.begin(), marks_.end(), number,
                             [](std::int64_t wanted, const mark& each) { return wanted < each.character; });
        const mark found = behind == marks_.begin() ? mark{} : *(behind - 1);
        return recent_.character <= number && recent_.character > found.character ? recent_ : found;
    }
    void note(const mark& at) {
        if (marks_.empty() || marks_.back().byte < at.byte)
            marks_.push_back(at);
    }

    std::vector<mark> marks_;  ///< ascending
    mark recent_;
    std::int64_t characters_ = -1;  ///< −1: not known yet
};

}  // namespace dmkit::mock
