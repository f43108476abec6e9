#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/mock/profile.hpp>

/// Characters of UTF-8 text, and the bytes it takes in the server's character set. Bytes that are no UTF-8 count as one
/// character each.
namespace dmkit::mock::functions {

/// Bytes of the character that begins with @p lead, by its first byte alone.
[[nodiscard]] std::size_t character_size(std::string_view text, std::size_t position) noexcept;
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;
/// Byte offset of character @p index (from 0); the text's size if there are fewer.
[[nodiscard]] std::size_t offset_of(std::string_view text, std::size_t index) noexcept;
/// Characters [first, first + count).
[[nodiscard]] std::string_view characters(std::string_view text, std::size_t first, std::size_t count) noexcept;
[[nodiscard]] std::vector<std::string_view> split_characters(std::string_view text);
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
