#include <algorithm>

#include "mockserver/functions/calendar.hpp"
#include "mockserver/functions/text.hpp"

/// Functions over dates and times: adding, differences, parts.
namespace dmkit::mock::functions {

namespace {

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

/// Weeks begin on Sunday; the days before the first Sunday are week 1.
int week_of_year(const date& day) {
    const int first = functions::day_of_week(date{day.year, 1, 1});
    return (functions::day_of_year(day) - 1 + first) / 7 + 1;
}

wide_integer length_of(date_part part) {
    constexpr wide_integer second = nanoseconds_per_second;
    switch (part) {
        case date_part::week:
            return second * 86400 * 7;
        case date_part::day:
        case date_part::day_of_year:
        case date_part::weekday:
            return second * 86400;
        case date_part::hour:
            return second * 3600;
        case date_part::minute:
            return second * 60;
        case date_part::second:
            return second;
        case date_part::millisecond:
            return 1'000'000;
        case date_part::microsecond:
            return 1'000;
        default:
            fail(code::invalid_argument);
    }
}

field date_add(call_context&, argument_list arguments) {
    const date_part part = read_date_part(as_text(arguments[0]));
    const std::int64_t count = as_integer(arguments[1]);
    timestamp result = as_timestamp(arguments[2]);
    const int months = part == date_part::year ? 12 : part == date_part::quarter ? 3 : part == date_part::month ? 1 : 0;
    if (months != 0) {
        if (count > 200'000 || count < -200'000)
            fail(code::datetime_overflow);
        result.date = add_months(result.date, count * months, false);
        return result;
    }
    return to_timestamp(add_nanoseconds(to_moment(result), static_cast<wide_integer>(count) * length_of(part)),
                        result.time.offset_minutes);
}

/// Boundaries of the part between the two: 23:59 to 0:01 is one day.
std::int64_t boundaries(date_part part, const timestamp& from, const timestamp& to) {
    const auto number = [&](const timestamp& value) -> wide_integer {
        const std::int64_t day = value.date.to_days();
        const std::int64_t nanosecond = value.time.since_midnight().count();
        switch (part) {
            case date_part::year:
                return value.date.year;
            case date_part::quarter:
                return std::int64_t{value.date.year} * 4 + (value.date.month - 1) / 3;
            case date_part::month:
                return std::int64_t{value.date.year} * 12 + value.date.month;
            case date_part::week:
                return floor_divide(day + 4, 7);
            case date_part::day:
            case date_part::day_of_year:
            case date_part::weekday:
                return day;
            default:
                break;
        }
        const auto unit = static_cast<std::int64_t>(length_of(part));
        return static_cast<wide_integer>(day) * (nanoseconds_per_day / unit) + nanosecond / unit;
    };
    const wide_integer total = number(to) - number(from);
    if (total > INT64_MAX || total < INT64_MIN)
        fail(code::overflow);
    return static_cast<std::int64_t>(total);
}

template <bool narrow>
field date_difference(call_context&, argument_list arguments) {
    const std::int64_t result =
        boundaries(read_date_part(as_text(arguments[0])), as_timestamp(arguments[1]), as_timestamp(arguments[2]));
    return within(result, narrow ? type_id::integer : type_id::bigint);
}

std::int64_t part_of(date_part part, const timestamp& value, std::int16_t session_zone) {
    const int offset = value.time.offset_minutes.value_or(session_zone);
    switch (part) {
        case date_part::year:
            return value.date.year;
        case date_part::quarter:
            return (value.date.month - 1) / 3 + 1;
        case date_part::month:
            return value.date.month;
        case date_part::week:
            return week_of_year(value.date);
        case date_part::day:
            return value.date.day;
        case date_part::day_of_year:
            return functions::day_of_year(value.date);
        case date_part::weekday:
            return functions::day_of_week(value.date) + 1;
        case date_part::hour:
            return value.time.hour;
        case date_part::minute:
            return value.time.minute;
        case date_part::second:
            return value.time.second;
        case date_part::millisecond:
            return value.time.nanosecond / 1'000'000;
        case date_part::microsecond:
            return value.time.nanosecond / 1'000;
        case date_part::timezone_hour:
            return offset / 60;
        case date_part::timezone_minute:
            return offset % 60;
    }
    return 0;
}

field part_by_word(call_context& context, argument_list arguments) {
    return part_of(read_date_part(as_text(arguments[0])), as_timestamp(arguments[1]), context.session_time_zone);
}
field part_of_text(call_context& context, argument_list arguments) {
    return part_of(read_date_part(as_text(arguments[1])), as_timestamp(arguments[0]), context.session_time_zone);
}

template <date_part part>
field fixed_part(call_context& context, argument_list arguments) {
    return part_of(part, as_timestamp(arguments[0]), context.session_time_zone);
}

field extract(call_context& context, argument_list arguments) {
    const date_part part = read_extracted_part(as_text(arguments[0]));
    const timestamp value = as_timestamp(arguments[1]);
    if (part == date_part::second)
        return static_cast<double>(value.time.second) + static_cast<double>(value.time.nanosecond) / 1e9;
    return part_of(part, value, context.session_time_zone);
}

field extract_months(call_context&, argument_list arguments) {
    const auto& interval = arguments[1].get<interval_ym>();
    switch (read_extracted_part(as_text(arguments[0]))) {
        case date_part::year:
            return std::int64_t{interval.years};
        case date_part::month:
            return std::int64_t{interval.months};
        default:
            fail(code::invalid_argument);
    }
}

field extract_seconds(call_context&, argument_list arguments) {
    const auto& interval = arguments[1].get<interval_ds>();
    switch (read_extracted_part(as_text(arguments[0]))) {
        case date_part::day:
            return std::int64_t{interval.days};
        case date_part::hour:
            return std::int64_t{interval.hours};
        case date_part::minute:
            return std::int64_t{interval.minutes};
        case date_part::second:
            return static_cast<double>(interval.seconds) + static_cast<double>(interval.microseconds) / 1e6;
        default:
            fail(code::invalid_argument);
    }
}

data_type extracted(type_list arguments) {
    const auto* const word = arguments[0].literal ? arguments[0].literal->get_if<std::string>() : nullptr;
    if (word == nullptr)
        fail(code::argument_type);
    return type_of(read_extracted_part(*word) == date_part::second ? type_id::double_ : type_id::integer);
}

template <int days>
field add_days(call_context&, argument_list arguments) {
    const std::int64_t count = as_integer(arguments[1]);
    if (count > 10'000'000 || count < -10'000'000)
        fail(code::datetime_overflow);
    return day_from(as_date(arguments[0]).to_days() + count * days);
}

field add_calendar_months(call_context&, argument_list arguments) {
    return add_months(as_date(arguments[0]), as_integer(arguments[1]), true);
}

field last_day(call_context&, argument_list arguments) {
    date day = as_date(arguments[0]);
    day.day = static_cast<std::uint8_t>(days_in_month(day.year, day.month));
    return day;
}

field next_day_by_number(call_context&, argument_list arguments) {
    const std::int64_t wanted = as_integer(arguments[1]);
    if (wanted < 1 || wanted > 7)
        fail(code::invalid_argument);
    const date day = as_date(arguments[0]);
    const std::int64_t ahead = (wanted - 1 - functions::day_of_week(day) + 7) % 7;
    return day_from(day.to_days() + (ahead == 0 ? 7 : ahead));
}

field next_day(call_context& context, argument_list arguments) {
    const std::string_view word = trim_blanks(as_text(arguments[1]));
    for (int weekday = 0; weekday < 7; ++weekday) {
        const std::string_view name = weekday_name(weekday);
        const bool digit = word.size() == 1 && word[0] == '1' + weekday;
        if (!digit && !same_word(word, name) && !same_word(word, name.substr(0, 3)) && word != chinese_weekday(weekday))
            continue;
        const field_view by_number[2] = {arguments[0], std::int64_t{weekday + 1}};
        return next_day_by_number(context, argument_list(by_number));
    }
    fail(code::invalid_argument);
}

/// Months with a fraction of 31-day months; whole when both are the same day or both the last of a month.
decimal months_between_values(const timestamp& a, const timestamp& b) {
    const std::int64_t months = (std::int64_t{a.date.year} - b.date.year) * 12 + a.date.month - b.date.month;
    const auto is_last = [](const date& day) { return day.day == days_in_month(day.year, day.month); };
    if (a.date.day == b.date.day || (is_last(a.date) && is_last(b.date)))
        return decimal(months);
    const std::int64_t nanoseconds = (std::int64_t{a.date.day} - b.date.day) * nanoseconds_per_day +
                                     (a.time.since_midnight() - b.time.since_midnight()).count();
    const decimal fraction = need(decimal::divide(decimal(nanoseconds), decimal(31 * nanoseconds_per_day)));
    return need(decimal::add(decimal(months), fraction)).rounded(14);
}

field months_between(call_context&, argument_list arguments) {
    return months_between_values(as_timestamp(arguments[0]), as_timestamp(arguments[1]));
}

template <int days>
field days_between(call_context&, argument_list arguments) {
    return (std::int64_t{as_date(arguments[0]).to_days()} - as_date(arguments[1]).to_days()) / days;
}

field years_between(call_context&, argument_list arguments) {
    const decimal months = months_between_values(as_timestamp(arguments[0]), as_timestamp(arguments[1]));
    return as_integer(field_view(need(decimal::divide(months, decimal(12))).truncated(0)));
}

/// WEEK(date, mode) as the manual's table 8.24 counts.
std::int64_t week_by_mode(const date& day, std::int64_t mode) {
    mode = ((mode % 8) + 8) % 8;
    const bool monday = mode == 1 || mode == 3 || mode == 5 || mode == 7;
    const bool from_one = mode == 2 || mode == 3 || mode == 6 || mode == 7;
    const bool full_weeks = mode == 0 || mode == 2 || mode == 5 || mode == 7;
    const auto first_day = [&](int year) {
        const date start{static_cast<std::int16_t>(year), 1, 1};
        const int weekday = (functions::day_of_week(start) + (monday ? 6 : 0)) % 7;
        const std::int64_t begin = start.to_days();
        // Week 1 begins on the year's first Sunday or Monday, or holds more than three days of the year.
        if (weekday == 0)
            return begin;
        return !full_weeks && 7 - weekday > 3 ? begin - weekday : begin + 7 - weekday;
    };
    const std::int64_t number = day.to_days();
    if (number < first_day(day.year))
        return from_one ? (number - first_day(day.year - 1)) / 7 + 1 : 0;
    if (from_one && number >= first_day(day.year + 1))
        return 1;
    return (number - first_day(day.year)) / 7 + 1;
}

field week(call_context&, argument_list arguments) {
    const date day = as_date(arguments[0]);
    if (arguments.size() == 1)
        return std::int64_t{week_of_year(day)};
    return week_by_mode(day, as_integer(arguments[1]));
}

field weekday_from_sunday(call_context&, argument_list arguments) {
    return std::int64_t{functions::day_of_week(as_date(arguments[0]))};
}
field day_name(call_context&, argument_list arguments) {
    return weekday_name(functions::day_of_week(as_date(arguments[0])));
}
field name_of_month(call_context&, argument_list arguments) {
    return month_name(as_date(arguments[0]).month - 1);
}

moment end_of(const timestamp& begin, const field_view& end) {
    if (const auto* months = end.get_if<interval_ym>())
        return to_moment({add_months(begin.date, months->total_months(), false), begin.time});
    if (const auto* seconds = end.get_if<interval_ds>())
        return add_nanoseconds(to_moment(begin), to_microseconds(*seconds) * 1000);
    return to_moment(as_timestamp(end));
}

field overlaps(call_context&, argument_list arguments) {
    const timestamp first = as_timestamp(arguments[0]), second = as_timestamp(arguments[2]);
    const auto [first_begin, first_end] = std::minmax({to_moment(first), end_of(first, arguments[1])});
    const auto [second_begin, second_end] = std::minmax({to_moment(second), end_of(second, arguments[3])});
    return std::int64_t{first_begin < second_end && second_begin < first_end};
}

constexpr result_rule whole = returns<type_id::integer>;
constexpr result_rule day_result = returns<type_id::date>;
constexpr result_rule moment_result = returns<type_id::datetime>;

constexpr overload table[] = {
    define("DATEADD", {kind::part, kind::bigint, kind::datetime}, moment_result, date_add),
    define("TIMESTAMPADD", {kind::part, kind::bigint, kind::datetime}, moment_result, date_add),
    define("DATEDIFF", {kind::part, kind::datetime, kind::datetime}, whole, date_difference<true>),
    define("TIMESTAMPDIFF", {kind::part, kind::datetime, kind::datetime}, whole, date_difference<true>),
    define("BIGDATEDIFF", {kind::part, kind::datetime, kind::datetime}, returns<type_id::bigint>,
           date_difference<false>),
    define("DATEPART", {kind::part, kind::datetime}, whole, part_by_word, varies),
    define("DATE_PART", {kind::datetime, kind::text}, whole, part_of_text, varies),
    define("EXTRACT", {kind::part, kind::datetime}, extracted, extract, varies),
    define("EXTRACT", {kind::part, kind::interval_ym}, extracted, extract_months),
    define("EXTRACT", {kind::part, kind::interval_ds}, extracted, extract_seconds),
    define("YEAR", {kind::datetime}, whole, fixed_part<date_part::year>),
    define("QUARTER", {kind::datetime}, whole, fixed_part<date_part::quarter>),
    define("MONTH", {kind::datetime}, whole, fixed_part<date_part::month>),
    define("DAY", {kind::datetime}, whole, fixed_part<date_part::day>),
    define("DAYOFMONTH", {kind::datetime}, whole, fixed_part<date_part::day>),
    define("DAYOFYEAR", {kind::datetime}, whole, fixed_part<date_part::day_of_year>),
    define("DAYOFWEEK", {kind::datetime}, whole, fixed_part<date_part::weekday>),
    define("HOUR", {kind::datetime}, whole, fixed_part<date_part::hour>),
    define("MINUTE", {kind::datetime}, whole, fixed_part<date_part::minute>),
    define("SECOND", {kind::datetime}, whole, fixed_part<date_part::second>),
    define("MICROSECOND", {kind::datetime}, whole, fixed_part<date_part::microsecond>),
    define("WEEK", {kind::date, kind::bigint}, whole, week, strict, 1),
    define("WEEKDAY", {kind::date}, whole, weekday_from_sunday),
    define("DAYNAME", {kind::date}, text_of<9>, day_name),
    define("MONTHNAME", {kind::date}, text_of<9>, name_of_month),
    define("ADD_DAYS", {kind::date, kind::bigint}, day_result, add_days<1>),
    define("ADD_WEEKS", {kind::date, kind::bigint}, day_result, add_days<7>),
    define("ADD_MONTHS", {kind::date, kind::bigint}, day_result, add_calendar_months),
    define("LAST_DAY", {kind::date}, day_result, last_day),
    define("NEXT_DAY", {kind::date, kind::character}, day_result, next_day),
    define("NEXT_DAY", {kind::date, kind::bigint}, day_result, next_day_by_number),
    define("MONTHS_BETWEEN", {kind::timestamp, kind::timestamp}, free_decimal, months_between),
    define("DAYS_BETWEEN", {kind::date, kind::date}, whole, days_between<1>),
    define("WEEKS_BETWEEN", {kind::date, kind::date}, whole, days_between<7>),
    define("YEARS_BETWEEN", {kind::timestamp, kind::timestamp}, whole, years_between),
    define("OVERLAPS", {kind::timestamp, kind::timestamp, kind::timestamp, kind::timestamp}, returns<type_id::bit>,
           overlaps),
    define("OVERLAPS", {kind::timestamp, kind::interval_ym, kind::timestamp, kind::interval_ym}, returns<type_id::bit>,
           overlaps),
    define("OVERLAPS", {kind::timestamp, kind::interval_ds, kind::timestamp, kind::interval_ds}, returns<type_id::bit>,
           overlaps),
};

}  // namespace

std::span<const overload> datetime_functions() {
    return table;
}

}  // namespace dmkit::mock::functions
