#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dmkit::tools {

/// Columns that UTF-8 @p text takes on a terminal: East Asian wide characters take two, combining marks none, control
/// characters are shown escaped by printable().
[[nodiscard]] std::size_t display_width(std::string_view text);

/// @p text on one line: line ends, tabs and other control characters become `\n`, `\t`, `\xNN`; bytes that are no UTF-8
/// become U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

/// The beginning of @p text that takes at most @p width columns; a cut text ends in `…`.
[[nodiscard]] std::string cut_to_width(std::string_view text, std::size_t width);

}  // namespace dmkit::tools
