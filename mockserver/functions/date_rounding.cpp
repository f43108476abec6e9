#include <algorithm>
#include <iterator>

#include "mockserver/functions/calendar.hpp"
#include "mockserver/functions/text.hpp"

/// TRUNC and ROUND of dates.
namespace dmkit::mock::functions {

namespace {

enum class unit : std::uint8_t {
    century,
    year,
    quarter,
    month,
    year_week,
    month_week,
    iso_week,
    day,
    week,
    hour,
    minute
};

std::optional<unit> read_unit(std::string_view format) {
    struct entry {
        std::string_view word;
        unit value;
    };
    static constexpr entry words[] = {
        {"CC", unit::century},   {"SCC", unit::century}, {"SYEAR", unit::year},  {"SYYYY", unit::year},
        {"YYYY", unit::year},    {"YEAR", unit::year},   {"YYY", unit::year},    {"YY", unit::year},
        {"Y", unit::year},       {"Q", unit::quarter},   {"MONTH", unit::month}, {"MON", unit::month},
        {"MM", unit::month},     {"M", unit::month},     {"RM", unit::month},    {"WW", unit::year_week},
        {"W", unit::month_week}, {"IW", unit::iso_week}, {"DDD", unit::day},     {"DD", unit::day},
        {"J", unit::day},        {"DAY", unit::week},    {"DY", unit::week},     {"D", unit::week},
        {"HH", unit::hour},      {"HH12", unit::hour},   {"HH24", unit::hour},   {"MI", unit::minute},
    };
    const std::string wanted = upper_ascii(trim_blanks(format));
    const auto* const found =
        std::find_if(std::begin(words), std::end(words), [&](const entry& one) { return one.word == wanted; });
    if (found == std::end(words))
        return std::nullopt;
    return found->value;
}

timestamp midnight(const date& day) {
    return {day, {}};
}

/// Back to the last day with this weekday.
date back_to_weekday(const date& day, int weekday) {
    return day_from(day.to_days() - (day_of_week(day) - weekday + 7) % 7);
}

timestamp truncated(const timestamp& value, unit to) {
    const date& day = value.date;
    const auto year = [](int number) { return date{static_cast<std::int16_t>(number), 1, 1}; };
    switch (to) {
        case unit::century:
            return midnight(year((day.year - 1) / 100 * 100 + 1));
        case unit::year:
            return midnight(year(day.year));
        case unit::quarter:
            return midnight({day.year, static_cast<std::uint8_t>((day.month - 1) / 3 * 3 + 1), 1});
        case unit::month:
            return midnight({day.year, day.month, 1});
        case unit::year_week:
            return midnight(back_to_weekday(day, day_of_week(year(day.year))));
        case unit::month_week:
            return midnight(back_to_weekday(day, day_of_week({day.year, day.month, 1})));
        case unit::iso_week:
            return midnight(back_to_weekday(day, 1));
        case unit::day:
            return midnight(day);
        case unit::week:
            return midnight(back_to_weekday(day, 0));
        case unit::hour:
            return {day, {value.time.hour, 0, 0, 0}};
        case unit::minute:
            return {day, {value.time.hour, value.time.minute, 0, 0}};
    }
    return value;
}

timestamp plus(const timestamp& value, wide_integer nanoseconds) {
    return to_timestamp(add_nanoseconds(to_moment(value), nanoseconds));
}

timestamp rounded(const timestamp& value, unit to) {
    const timestamp start = truncated(value, to);
    const date& day = value.date;
    const wide_integer since_start = nanoseconds_between(to_moment(start), to_moment(value));
    const auto nearest = [&](wide_integer length) { return since_start * 2 >= length ? plus(start, length) : start; };
    const auto later = [&](std::int64_t months) { return midnight(add_months(start.date, months, false)); };
    switch (to) {
        case unit::century:
            return day.year - start.date.year >= 49 ? later(1200) : start;
        case unit::year:
            return day.month >= 7 ? later(12) : start;
        case unit::quarter: {
            const int month_of_quarter = (day.month - 1) % 3;
            return month_of_quarter == 2 || (month_of_quarter == 1 && day.day >= 16) ? later(3) : start;
        }
        case unit::month:
            return day.day >= 16 ? later(1) : start;
        case unit::year_week:
        case unit::month_week: {
            // Up to the end of the fourth day, says the manual below table 8.22.
            constexpr auto day_length = static_cast<wide_integer>(nanoseconds_per_day);
            return since_start >= day_length * 4 ? plus(start, day_length * 7) : start;
        }
        case unit::iso_week:
        case unit::week:
            return nearest(static_cast<wide_integer>(nanoseconds_per_day) * 7);
        case unit::day:
            return nearest(nanoseconds_per_day);
        case unit::hour:
            return nearest(wide_integer{3600} * nanoseconds_per_second);
        case unit::minute:
            return nearest(wide_integer{60} * nanoseconds_per_second);
    }
    return value;
}

template <bool rounds>
timestamp apply(const timestamp& value, unit to) {
    timestamp result = rounds ? rounded(value, to) : truncated(value, to);
    result.time.offset_minutes = value.time.offset_minutes;
    return result;
}

/// Hours and minutes are for times and time stamps, all other units for dates and time stamps (table 8.22).
template <bool rounds>
field to_unit(call_context&, argument_list arguments) {
    unit to = unit::day;
    if (arguments.size() > 1) {
        const auto read = read_unit(as_text(arguments[1]));
        if (!read)
            fail(code::invalid_argument);
        to = *read;
    }
    const bool of_clock = to == unit::hour || to == unit::minute;
    if (arguments[0].kind() == (of_clock ? field_kind::date : field_kind::time))
        fail(code::invalid_argument);
    const timestamp result = apply<rounds>(as_timestamp(arguments[0]), to);
    if (arguments[0].kind() == field_kind::date)
        return result.date;
    if (arguments[0].kind() == field_kind::time)
        return result.time;
    return result;
}

/// TRUNC of two texts: a date if the second is a date format, a number if it is one.
field truncate_text(call_context& context, argument_list arguments) {
    const data_type text = type_of(type_id::varchar);
    if (const auto to = read_unit(as_text(arguments[1]))) {
        const field moment =
            convert(context, arguments[0], text, type_of(type_id::datetime), conversion_mode::implicit);
        return apply<false>(moment.get<timestamp>(), *to).to_string(0);
    }
    const field digits = convert(context, arguments[1], text, type_of(type_id::integer), conversion_mode::implicit);
    const field number = convert(context, arguments[0], text, type_of(type_id::decimal), conversion_mode::implicit);
    const std::int64_t kept = std::clamp<std::int64_t>(digits.get<std::int64_t>(), -200, 200);
    return number.get<decimal>().truncated(static_cast<int>(kept)).to_string();
}

constexpr overload table[] = {
    define("TRUNC", {kind::only_date, kind::text}, same_as<0>, to_unit<false>, strict, 1),
    define("TRUNC", {kind::timestamp, kind::text}, same_as<0>, to_unit<false>, strict, 1),
    define("TRUNC", {kind::only_time, kind::text}, same_as<0>, to_unit<false>),
    define("TRUNC", {kind::character, kind::character}, text_of<64>, truncate_text),
    define("ROUND", {kind::only_date, kind::text}, same_as<0>, to_unit<true>, strict, 1),
    define("ROUND", {kind::timestamp, kind::text}, same_as<0>, to_unit<true>, strict, 1),
    define("ROUND", {kind::only_time, kind::text}, same_as<0>, to_unit<true>),
};

}  // namespace

std::span<const overload> date_rounding_functions() {
    return table;
}

}  // namespace dmkit::mock::functions
