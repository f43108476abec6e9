#include "mockserver/functions/date_format_elements.hpp"

#include <algorithm>
#include <iterator>

#include "mockserver/functions/recent.hpp"
#include "mockserver/functions/support.hpp"
#include "mockserver/functions/text.hpp"

namespace dmkit::mock::functions {

namespace {

struct entry {
    std::string_view text;
    format_word word;
    int digits = 0;
    bool sign = false;
};

// Longer words stand before those they begin with.
constexpr entry words[] = {
    {"SYYYY", format_word::year4, 0, true},
    {"YYYY", format_word::year4},
    {"Y,YYY", format_word::year_comma},
    {"YYY", format_word::year3},
    {"YY", format_word::year2},
    {"Y", format_word::year1},
    {"RRRR", format_word::rounded_year4},
    {"RR", format_word::rounded_year2},
    {"RM", format_word::month_roman},
    {"IYYY", format_word::iso_year, 4},
    {"IYY", format_word::iso_year, 3},
    {"IY", format_word::iso_year, 2},
    {"IW", format_word::iso_week},
    {"I", format_word::iso_year, 1},
    {"MONTH", format_word::month_name},
    {"MON", format_word::month_abbreviation},
    {"MM", format_word::month},
    {"MI", format_word::minute},
    {"DDD", format_word::day_of_year},
    {"DD", format_word::day},
    {"DAY", format_word::weekday_name},
    {"DY", format_word::weekday_abbreviation},
    {"D", format_word::day_of_week},
    {"HH24", format_word::hour24},
    {"HH12", format_word::hour12},
    {"HH", format_word::hour},
    {"SSSSS", format_word::second_of_day},
    {"SS", format_word::second},
    {"SCC", format_word::century, 0, true},
    {"CC", format_word::century},
    {"FM", format_word::fill_mode},
    {"FX", format_word::exact},
    {"A.M.", format_word::meridiem_dotted},
    {"P.M.", format_word::meridiem_dotted},
    {"AM", format_word::meridiem},
    {"PM", format_word::meridiem},
    {"A.D.", format_word::era_dotted},
    {"B.C.", format_word::era_dotted},
    {"AD", format_word::era},
    {"BC", format_word::era},
    {"Q", format_word::quarter},
    {"WW", format_word::week_of_year},
    {"W", format_word::week_of_month},
    {"J", format_word::julian_day},
    {"TZH", format_word::zone_hour},
    {"TZM", format_word::zone_minute},
    {"X", format_word::radix},
};

constexpr std::string_view lacking[] = {"SYEAR", "YEAR", "DL", "DS", "TZR", "TZD", "EE", "TS"};

std::vector<format_element> take_apart(std::string_view format) {
    std::vector<format_element> result;
    const std::string upper = upper_ascii(format);
    for (std::size_t at = 0; at < format.size();) {
        const std::string_view rest = std::string_view(upper).substr(at);
        if (rest.front() == '"') {
            const std::size_t end = rest.find('"', 1);
            if (end == std::string_view::npos)
                fail(code::format_mismatch);
            result.push_back({format_word::quoted, std::string(format.substr(at + 1, end - 1))});
            at += end + 1;
            continue;
        }
        const auto lead = static_cast<unsigned char>(rest.front());
        if (lead >= 0x80) {
            // DM8 wants quotes around it; what TO_CHAR is given without them comes out as it is.
            const std::size_t size = character_size(format, at);
            result.push_back({format_word::quoted, std::string(format.substr(at, size))});
            at += size;
            continue;
        }
        if ((lead < 'A' || lead > 'Z') && (lead < '0' || lead > '9')) {
            result.push_back({format_word::separator, std::string(1, format[at])});
            ++at;
            continue;
        }
        if (rest.starts_with("FF")) {
            const bool counted = rest.size() > 2 && rest[2] >= '1' && rest[2] <= '9';
            result.push_back({format_word::fraction, {}, counted ? rest[2] - '0' : 0});
            at += counted ? 3 : 2;
            continue;
        }
        for (const std::string_view word : lacking)
            if (rest.starts_with(word))
                throw sql_error::unsupported("date format " + std::string(word));
        const auto* const found = std::find_if(std::begin(words), std::end(words),
                                               [&](const entry& one) { return rest.starts_with(one.text); });
        if (found == std::end(words))
            fail(code::format_mismatch);
        result.push_back({found->word, {}, found->digits, found->sign});
        at += found->text.size();
    }
    return result;
}

}  // namespace

const std::vector<format_element>& read_date_format(std::string_view format) {
    thread_local recent<std::string, std::vector<format_element>> kept;
    return kept.get(format, [&] { return take_apart(format); });
}

}  // namespace dmkit::mock::functions
