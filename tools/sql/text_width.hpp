#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dmkit::tools {

/// Columns that UTF-8 @p text takes on a terminal: East Asian wide characters take two, combining marks none, control
/// characters must have been made visible (dmkit/wire/printable.hpp).
[[nodiscard]] std::size_t display_width(std::string_view text);

/// The beginning of @p text that takes at most @p width columns; a cut text ends in `…`.
[[nodiscard]] std::string cut_to_width(std::string_view text, std::size_t width);

}  // namespace dmkit::tools
