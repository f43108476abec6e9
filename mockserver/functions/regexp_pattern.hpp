#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Patterns of REGEXP_LIKE and its family, as DM8's manual lists them (SQL manual, tables 8.16 and 8.18).
namespace dmkit::mock::functions {

inline constexpr std::size_t longest_pattern = 512;  ///< bytes of a pattern and of a replacement

/// The pattern in ICU's notation, UTF-8. ICU's language is larger than DM8's and reads some of DM8's otherwise, so that
/// nothing is passed on as it stands. Classes of characters hold ASCII, as the manual defines them.
/// @param skips_blanks match parameter `x`: blanks outside of brackets have no meaning
/// @throws sql_error −3503 for what is no regular expression; not_supported, with its name, for a construct that other
/// dialects have and that DM8 has not or does not explain
[[nodiscard]] std::string translate_pattern(std::string_view pattern, bool skips_blanks);

}  // namespace dmkit::mock::functions
