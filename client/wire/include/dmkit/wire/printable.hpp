#pragma once

#include <string>
#include <string_view>

namespace dmkit::wire {

/// @p text, UTF-8, for one line of a log or a terminal: line ends, tabs and other control characters (those from U+0080
/// to U+009F too, which some terminals obey, and invisible ones of format) become `\n`, `\r`, `\t`, `\xNN`; bytes that
/// are no UTF-8 become U+FFFD. So what a peer sends can neither steer the terminal nor look like a line of its own.
/// @param kept control characters of ASCII that stay as they are
[[nodiscard]] std::string printable(std::string_view text, std::string_view kept = {});

}  // namespace dmkit::wire
