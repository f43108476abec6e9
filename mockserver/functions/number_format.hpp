#pragma once

#include <string>
#include <string_view>

#include "mockserver/functions/support.hpp"

/// DM8's number formats (`L99G999D99MI`), as TO_CHAR and TO_NUMBER use them.
namespace dmkit::mock::functions {

/// True if the text can be a number format rather than a date format.
[[nodiscard]] bool is_number_format(std::string_view format);

/// TO_CHAR(n, fmt, nls). A number that does not fit gives `#` signs. @throws −3503 for a format that is none
[[nodiscard]] std::string format_number(const decimal& value, std::string_view format, std::string_view nls);

/// TO_NUMBER(text, fmt, nls). @throws −6111 when the text does not match, −3503 for a format that is none
[[nodiscard]] decimal parse_number(std::string_view text, std::string_view format, std::string_view nls);

}  // namespace dmkit::mock::functions
