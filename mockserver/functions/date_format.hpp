#pragma once

#include <string>
#include <string_view>

#include "mockserver/functions/support.hpp"

/// DM8's date formats (`YYYY-MM-DD HH24:MI:SS.FF3`), as TO_CHAR, TO_DATE and the session's formats use them.
namespace dmkit::mock::functions {

/// TO_CHAR of a date, time or time stamp. @p nls is `NLS_DATE_LANGUAGE=…`, or empty for the session's language.
/// @param fraction_digits what FF without a number prints; 0: 9 digits of a value with a zone, 6 of another
/// @throws −3503 for a format that has none of DM8's words where one must stand
[[nodiscard]] std::string format_datetime(const call_context& context, const field_view& value, std::string_view format,
                                          std::string_view nls, int fraction_digits = 0);

/// TO_DATE, TO_TIMESTAMP. Fields that the format lacks: the first day of the current month, midnight.
/// @throws −6130 when text and format do not match, −6132 and its neighbours for fields out of range
[[nodiscard]] timestamp parse_datetime(const call_context& context, std::string_view text, std::string_view format,
                                       std::string_view nls);

/// True if names of months and days are English.
[[nodiscard]] bool english_names(const call_context& context, std::string_view nls);

}  // namespace dmkit::mock::functions
