#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dmkit::mock::functions {

/// The words of a date format.
enum class format_word : std::uint8_t {
    separator,  ///< one character of punctuation
    quoted,     ///< "text"
    radix,      ///< X: the point before FF
    fill_mode,  ///< FM
    exact,      ///< FX
    year4,      ///< YYYY, SYYYY
    year3,
    year2,
    year1,
    year_comma,     ///< Y,YYY
    rounded_year4,  ///< RRRR
    rounded_year2,  ///< RR
    iso_year,       ///< IYYY to I, #digits of them
    month,
    month_name,
    month_abbreviation,
    month_roman,
    day,
    day_of_year,
    day_of_week,
    weekday_name,
    weekday_abbreviation,
    hour12,  ///< HH12
    hour,    ///< HH: printed as HH12, read as either
    hour24,
    minute,
    second,
    second_of_day,
    fraction,  ///< FF, FF1 to FF9
    meridiem,
    meridiem_dotted,
    era,
    era_dotted,
    century,
    quarter,
    week_of_year,
    week_of_month,
    iso_week,
    julian_day,
    zone_hour,
    zone_minute,
};

struct format_element {
    format_word word;
    std::string text = {};  ///< of separators and quoted text
    int digits = 0;         ///< of fractions and ISO years; 0: not given
    bool sign = false;      ///< SYYYY, SCC
};

/// Takes a format apart. The elements live until the thread has read some other formats.
/// @throws −6130 for letters that are no word, not_supported for words the mock lacks
[[nodiscard]] const std::vector<format_element>& read_date_format(std::string_view format);

}  // namespace dmkit::mock::functions
