#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <dmkit/mock/profile.hpp>

/// Characters of UTF-8 text, and the bytes it takes in the server's character set. Bytes that are no UTF-8 count as one
/// character each.
namespace dmkit::mock::functions {

/// Bytes of the character that begins at @p position, which lies in the text.
[[nodiscard]] std::size_t character_size(std::string_view text, std::size_t position) noexcept;
/// Bytes of the last character; 0 for no text.
[[nodiscard]] std::size_t last_character_size(std::string_view text) noexcept;
/// True unless the position lies inside a character.
[[nodiscard]] bool between_characters(std::string_view text, std::size_t position) noexcept;
/// The byte at which @p wanted, not empty, stands at or behind @p from; npos for nowhere. Takes linear time.
[[nodiscard]] std::size_t find_bytes(std::string_view text, std::string_view wanted, std::size_t from = 0) noexcept;
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;
/// Byte offset of character @p index (from 0); the text's size if there are fewer.
[[nodiscard]] std::size_t offset_of(std::string_view text, std::size_t index) noexcept;
/// Characters [first, first + count).
[[nodiscard]] std::string_view characters(std::string_view text, std::size_t first, std::size_t count) noexcept;
[[nodiscard]] std::vector<std::string_view> split_characters(std::string_view text);

/// `for (std::string_view letter : each_character(text))`
class each_character {
  public:
    explicit each_character(std::string_view text) noexcept : text_(text) {}

    class iterator {
      public:
        explicit iterator(std::string_view rest) noexcept : rest_(rest) { measure(); }
        std::string_view operator*() const noexcept { return rest_.substr(0, size_); }
        iterator& operator++() noexcept {
            rest_.remove_prefix(size_);
            measure();
            return *this;
        }
        bool operator==(std::default_sentinel_t) const noexcept { return rest_.empty(); }

      private:
        void measure() noexcept { size_ = rest_.empty() ? 0 : character_size(rest_, 0); }

        std::string_view rest_;
        std::size_t size_ = 0;
    };
    [[nodiscard]] iterator begin() const noexcept { return iterator(text_); }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

  private:
    std::string_view text_;
};

/// Where each character stands first in a list of them.
class character_index {
  public:
    static constexpr std::uint32_t nowhere = UINT32_MAX;

    /// @p characters must outlive the index.
    explicit character_index(std::string_view characters);
    /// From 0.
    [[nodiscard]] std::uint32_t find(std::string_view letter) const;
    [[nodiscard]] bool holds(std::string_view letter) const { return find(letter) != nowhere; }

  private:
    std::array<std::uint32_t, 256> single_;  ///< of characters that are one byte
    std::unordered_map<std::string_view, std::uint32_t> longer_;
};

/// The code point that begins at @p position.
[[nodiscard]] char32_t code_point(std::string_view text, std::size_t position) noexcept;
void append_character(std::string& text, char32_t code_point);

/// Bytes of the text in the character set.
[[nodiscard]] std::size_t byte_length(std::string_view text, charset set);
/// The longest prefix of whole characters that takes at most @p limit bytes in the character set.
[[nodiscard]] std::string_view fit_bytes(std::string_view text, std::size_t limit, charset set);
/// The text in the character set, and back. What has no counterpart becomes `?`.
[[nodiscard]] std::string encode(std::string_view text, charset set);
[[nodiscard]] std::string decode(std::string_view bytes, charset set);

[[nodiscard]] std::string to_upper(std::string_view text);
[[nodiscard]] std::string to_lower(std::string_view text);

/// The text without blanks at its ends.
[[nodiscard]] std::string_view trim_blanks(std::string_view text) noexcept;

}  // namespace dmkit::mock::functions
