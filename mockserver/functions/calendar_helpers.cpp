#include <cstdlib>

#include <fmt/format.h>

#include "mockserver/functions/calendar.hpp"
#include "mockserver/functions/date_format.hpp"
#include "mockserver/functions/text.hpp"

/// Functions of other databases that DM8 has too (UNIX_TIMESTAMP, DATE_FORMAT …), time zones, making intervals.
namespace dmkit::mock::functions {

namespace {

/// `20120608`, `120608`: the date that an integer spells.
date date_from_number(std::int64_t number) {
    const std::int64_t day = number % 100, month = number / 100 % 100;
    std::int64_t year = number / 10000;
    if (year >= 0 && year < 100)
        year += year < 70 ? 2000 : 1900;
    if (number < 0 || year > 9999 || month < 1 || month > 12)
        fail(code::not_a_datetime);
    const date value{static_cast<std::int16_t>(year), static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
    if (!value.valid())
        fail(code::not_a_datetime);
    return value;
}

field unix_seconds(call_context& context, argument_list arguments) {
    timestamp value;
    if (arguments.empty())
        value = now_in_zone(context, context.session_time_zone);
    else if (arguments[0].kind() == field_kind::int64)
        value.date = date_from_number(as_integer(arguments[0]));
    else
        value = as_timestamp(arguments[0]);
    // Whatever zone the value carries, it is read in the session's.
    value.time.offset_minutes.reset();
    const moment utc = in_utc(value, context.session_time_zone);
    return utc.day * 86400 + utc.nanosecond / nanoseconds_per_second;
}

timestamp from_unix_seconds(const call_context& context, const field_view& argument) {
    const decimal microseconds = need(decimal::multiply(as_decimal(argument), decimal(1'000'000))).truncated(0);
    const auto whole = microseconds.to_int64();
    if (!whole)
        fail(code::datetime_overflow);
    const wide_integer zone = wide_integer{60} * context.session_time_zone * nanoseconds_per_second;
    return to_timestamp(add_nanoseconds({0, 0}, static_cast<wide_integer>(*whole) * 1000 + zone));
}

field from_unix(call_context& context, argument_list arguments) {
    return from_unix_seconds(context, arguments[0]);
}

std::string ordinal(int number) {
    const bool teen = number % 100 >= 11 && number % 100 <= 13;
    const char* const ending = teen               ? "th"
                               : number % 10 == 1 ? "st"
                               : number % 10 == 2 ? "nd"
                               : number % 10 == 3 ? "rd"
                                                  : "th";
    return std::to_string(number) + ending;
}

std::string named(const call_context& context, const timestamp& value, const char* format) {
    return format_datetime(context, value, format, {});
}

/// One `%x` of DATE_FORMAT (manual, table 8.25).
std::string format_letter(const call_context& context, const timestamp& value, char letter) {
    const date& day = value.date;
    const time& clock = value.time;
    const int hour12 = clock.hour % 12 == 0 ? 12 : clock.hour % 12;
    switch (letter) {
        case 'a':
            return named(context, value, "DY");
        case 'b':
            return named(context, value, "MON");
        case 'c':
            return std::to_string(day.month);
        case 'D':
            return ordinal(day.day);
        case 'd':
            return fmt::format("{:02}", day.day);
        case 'e':
            return std::to_string(day.day);
        case 'f':
            return fmt::format("{:06}", clock.nanosecond / 1000);
        case 'H':
            return fmt::format("{:02}", clock.hour);
        case 'h':
        case 'I':
            return fmt::format("{:02}", hour12);
        case 'i':
            return fmt::format("{:02}", clock.minute);
        case 'j':
            return fmt::format("{:03}", day_of_year(day));
        case 'k':
            return std::to_string(clock.hour);
        case 'l':
            return std::to_string(hour12);
        case 'M':
            return named(context, value, "MONTH");
        case 'm':
            return fmt::format("{:02}", day.month);
        case 'p':
            return named(context, value, "AM");
        case 'r':
            return fmt::format("{:02}:{:02}:{:02} {}", hour12, clock.minute, clock.second, named(context, value, "AM"));
        case 'S':
        case 's':
            return fmt::format("{:02}", clock.second);
        case 'T':
            return fmt::format("{:02}:{:02}:{:02}", clock.hour, clock.minute, clock.second);
        case 'U': {
            const int first = day_of_week(date{day.year, 1, 1});
            return fmt::format("{:02}", (day_of_year(day) - 1 + (first == 0 ? 7 : first)) / 7);
        }
        case 'u': {
            const int first = (day_of_week(date{day.year, 1, 1}) + 6) % 7;
            return fmt::format("{:02}", (day_of_year(day) - 1 + first) / 7 + (first > 3 ? 0 : 1));
        }
        case 'W':
            return named(context, value, "DAY");
        case 'w':
            return std::to_string(day_of_week(day));
        case 'Y':
            return fmt::format("{:04}", day.year);
        case 'y':
            return fmt::format("{:02}", std::abs(day.year) % 100);
        default:
            return std::string(1, letter);
    }
}

std::string percent_format(const call_context& context, const timestamp& value, std::string_view format) {
    std::string result;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] == '%' && i + 1 < format.size())
            result += format_letter(context, value, format[++i]);
        else
            result.push_back(format[i]);
    }
    return result;
}

field date_format(call_context& context, argument_list arguments) {
    return percent_format(context, as_timestamp(arguments[0]), as_text(arguments[1]));
}
field from_unix_formatted(call_context& context, argument_list arguments) {
    return percent_format(context, from_unix_seconds(context, arguments[0]), as_text(arguments[1]));
}

field seconds_of_day(call_context&, argument_list arguments) {
    const time clock = as_timestamp(arguments[0]).time;
    return std::int64_t{clock.hour} * 3600 + std::int64_t{clock.minute} * 60 + clock.second;
}

field seconds_to_time(call_context&, argument_list arguments) {
    constexpr std::int64_t bound = 838 * 3600 + 59 * 60 + 59;
    const std::int64_t seconds = std::min(std::max(as_integer(arguments[0]), -bound), bound);
    const std::int64_t size = std::abs(seconds);
    return fmt::format("{}{:02}:{:02}:{:02}", seconds < 0 ? "-" : "", size / 3600, size / 60 % 60, size % 60);
}

field days_since_year_zero(call_context&, argument_list arguments) {
    constexpr std::int64_t epoch = 719528;
    const date day =
        arguments[0].kind() == field_kind::int64 ? date_from_number(as_integer(arguments[0])) : as_date(arguments[0]);
    return day.to_days() + epoch;
}

field from_tz(call_context&, argument_list arguments) {
    timestamp value = as_timestamp(arguments[0]);
    const auto offset = zone_offset(as_text(arguments[1]), to_moment(value));
    if (!offset)
        fail(code::not_a_datetime);
    value.time.offset_minutes = offset;
    return value;
}

/// The names that the manual lists (8.3.39) have one offset each, whatever the season.
field tz_offset(call_context& context, argument_list arguments) {
    static constexpr std::string_view names[] = {
        "Asia/Hong_Kong", "Asia/Chongqing", "Etc/GMT-8",   "Asia/Urumqi", "Asia/Taipei",
        "Asia/Macao",     "Asia/Kashgar",   "Asia/Harbin", "Singapore",   "PRC",
    };
    const std::string_view zone = trim_blanks(as_text(arguments[0]));
    if (same_word(zone, "US/Eastern"))
        return zone_text(-240);
    for (const std::string_view name : names)
        if (same_word(zone, name))
            return zone_text(480);
    const auto offset = zone_offset(zone, to_moment(now_in_zone(context, 0)));
    if (!offset)
        fail(code::invalid_argument);
    return zone_text(*offset);
}

field to_utc(call_context& context, argument_list arguments) {
    return to_timestamp(in_utc(as_timestamp(arguments[0]), context.session_time_zone));
}

constexpr std::int32_t seconds_word = scale_word(interval_qualifier::day_to_second, 9, 6);
constexpr std::int32_t months_word = scale_word(interval_qualifier::year_to_month, 9, 0);

field number_to_seconds(call_context&, argument_list arguments) {
    const std::string_view unit = as_text(arguments[1]);
    const std::int64_t seconds = same_word(unit, "DAY")      ? 86400
                                 : same_word(unit, "HOUR")   ? 3600
                                 : same_word(unit, "MINUTE") ? 60
                                 : same_word(unit, "SECOND") ? 1
                                                             : 0;
    if (seconds == 0)
        fail(code::invalid_argument);
    const decimal total = need(decimal::multiply(as_decimal(arguments[0]), decimal(seconds * 1'000'000)));
    const auto whole = total.rounded(0).to_int64();
    if (!whole)
        fail(code::overflow);
    return interval_from_microseconds(*whole, seconds_word);
}

field number_to_months(call_context&, argument_list arguments) {
    const std::string_view unit = as_text(arguments[1]);
    const int months = same_word(unit, "YEAR") ? 12 : same_word(unit, "MONTH") ? 1 : 0;
    if (months == 0)
        fail(code::invalid_argument);
    const auto whole = need(decimal::multiply(as_decimal(arguments[0]), decimal(months))).rounded(0).to_int64();
    if (!whole)
        fail(code::overflow);
    return interval_from_months(*whole, months_word);
}

field text_to_seconds(call_context&, argument_list arguments) {
    const auto value = read_interval_ds(as_text(arguments[0]), seconds_word);
    if (!value)
        fail(code::not_a_datetime);
    return *value;
}

field text_to_months(call_context&, argument_list arguments) {
    const auto value = read_interval_ym(as_text(arguments[0]), months_word);
    if (!value)
        fail(code::not_a_datetime);
    return *value;
}

constexpr result_rule zoned = returns<type_id::datetime_tz>;

constexpr overload table[] = {
    define("UNIX_TIMESTAMP", {}, returns<type_id::bigint>, unix_seconds, varies),
    define("UNIX_TIMESTAMP", {kind::timestamp}, returns<type_id::bigint>, unix_seconds, varies),
    define("UNIX_TIMESTAMP", {kind::up_to_bigint}, returns<type_id::bigint>, unix_seconds, varies),
    define("FROM_UNIXTIME", {kind::number}, returns<type_id::datetime>, from_unix, varies),
    define("FROM_UNIXTIME", {kind::number, kind::text}, text_of_any_length, from_unix_formatted, varies),
    define("DATE_FORMAT", {kind::datetime, kind::text}, text_of_any_length, date_format, varies),
    define("TIME_TO_SEC", {kind::datetime}, returns<type_id::integer>, seconds_of_day),
    define("SEC_TO_TIME", {kind::bigint}, text_of<10>, seconds_to_time),
    define("TO_DAYS", {kind::date}, returns<type_id::integer>, days_since_year_zero),
    define("TO_DAYS", {kind::up_to_bigint}, returns<type_id::integer>, days_since_year_zero),
    define("FROM_TZ", {kind::timestamp, kind::text}, zoned, from_tz),
    define("TZ_OFFSET", {kind::text}, text_of<6>, tz_offset, varies),
    define("SYS_EXTRACT_UTC", {kind::timestamp_tz}, returns<type_id::datetime>, to_utc, varies),
    define(
        "SESSIONTIMEZONE", {}, text_of<6>,
        [](call_context& context, argument_list) -> field { return zone_text(context.session_time_zone); }, varies),
    define(
        "DBTIMEZONE", {}, text_of<6>,
        [](call_context& context, argument_list) -> field { return zone_text(context.database_time_zone); }, varies),
    define("NUMTODSINTERVAL", {kind::number, kind::text}, returns<type_id::interval_ds>, number_to_seconds),
    define("NUMTOYMINTERVAL", {kind::number, kind::text}, returns<type_id::interval_ym>, number_to_months),
    define("TO_DSINTERVAL", {kind::text}, returns<type_id::interval_ds>, text_to_seconds),
    define("TO_YMINTERVAL", {kind::text}, returns<type_id::interval_ym>, text_to_months),
};

}  // namespace

std::span<const overload> calendar_helper_functions() {
    return table;
}

}  // namespace dmkit::mock::functions
