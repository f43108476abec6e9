#include <algorithm>
#include <utility>

#include "mockserver/functions/calendar.hpp"

/// + − * / where dates, times and intervals take part, and what the words AT TIME ZONE and DAY TO SECOND do to them.
namespace dmkit::mock::functions {

namespace {

/// Days as a number, fractions included, in nanoseconds; to the microsecond, as INTERVAL DAY TO SECOND(6) holds them.
wide_integer days_in_nanoseconds(const field_view& number) {
    if (number.kind() == field_kind::int64 || number.kind() == field_kind::boolean)
        return static_cast<wide_integer>(as_integer(number)) * nanoseconds_per_day;
    const decimal days = as_decimal(number);
    const decimal microseconds = need(decimal::multiply(days, decimal(std::int64_t{86400} * 1'000'000))).rounded(0);
    const auto whole = microseconds.to_int64();
    if (!whole)
        fail(code::datetime_overflow);
    return static_cast<wide_integer>(*whole) * 1000;
}

template <int sign>
field date_and_number(call_context&, argument_list arguments) {
    const moment start{as_date(arguments[0]).to_days(), 0};
    return day_from(add_nanoseconds(start, sign * days_in_nanoseconds(arguments[1])).day);
}

template <int sign>
field timestamp_and_number(call_context&, argument_list arguments) {
    const timestamp start = as_timestamp(arguments[0]);
    return to_timestamp(add_nanoseconds(to_moment(start), sign * days_in_nanoseconds(arguments[1])),
                        start.time.offset_minutes);
}

/// The operator with its operands the other way round.
template <scalar_function function>
field swapped(call_context& context, argument_list arguments) {
    const field_view turned[2] = {arguments[1], arguments[0]};
    return function(context, argument_list(turned));
}

template <int sign>
field datetime_and_months(call_context&, argument_list arguments) {
    const std::int64_t months = sign * arguments[1].get<interval_ym>().total_months();
    if (const auto* day = arguments[0].get_if<date>())
        return add_months(*day, months, false);
    timestamp result = as_timestamp(arguments[0]);
    result.date = add_months(result.date, months, false);
    return result;
}

template <int sign>
field datetime_and_seconds(call_context&, argument_list arguments) {
    const wide_integer change = sign * to_microseconds(arguments[1].get<interval_ds>()) * 1000;
    if (const auto* day = arguments[0].get_if<date>())
        return day_from(add_nanoseconds({day->to_days(), 0}, change).day);
    if (const auto* clock = arguments[0].get_if<time>()) {
        const moment changed = add_nanoseconds({0, clock->since_midnight().count()}, change);
        time result = time::from_since_midnight(std::chrono::nanoseconds(changed.nanosecond));
        result.offset_minutes = clock->offset_minutes;
        return result;
    }
    const timestamp start = as_timestamp(arguments[0]);
    return to_timestamp(add_nanoseconds(to_moment(start), change), start.time.offset_minutes);
}

/// a − b in nanoseconds; readings of different zones are compared as instants.
wide_integer difference(const call_context& context, const field_view& a, const field_view& b) {
    const timestamp left = as_timestamp(a), right = as_timestamp(b);
    if (left.time.offset_minutes || right.time.offset_minutes)
        return nanoseconds_between(in_utc(right, context.session_time_zone), in_utc(left, context.session_time_zone));
    return nanoseconds_between(to_moment(right), to_moment(left));
}

field days_between(call_context& context, argument_list arguments) {
    constexpr double day = static_cast<double>(nanoseconds_per_day);
    return static_cast<double>(difference(context, arguments[0], arguments[1])) / day;
}

field whole_days_between(call_context&, argument_list arguments) {
    return std::int64_t{arguments[0].get<date>().to_days()} - arguments[1].get<date>().to_days();
}

std::int64_t months_between(const timestamp& later, const timestamp& earlier) {
    std::int64_t months =
        (std::int64_t{later.date.year} - earlier.date.year) * 12 + later.date.month - earlier.date.month;
    const auto in_month = [](const timestamp& value) { return std::pair(value.date.day, value.time.since_midnight()); };
    // A month that is not full does not count.
    if (months > 0 && in_month(later) < in_month(earlier))
        --months;
    else if (months < 0 && in_month(later) > in_month(earlier))
        ++months;
    return months;
}

/// Results have a leading precision of 9, whatever the operands have.
std::int32_t widened(std::int32_t word) {
    return scale_word(qualifier_of(word), 9, word & 0xF);
}

field interval_between(call_context& context, argument_list arguments) {
    const std::int32_t word = widened(static_cast<std::int32_t>(as_integer(arguments[2])));
    if (qualifier_of(word) <= interval_qualifier::month)
        return interval_from_months(months_between(as_timestamp(arguments[0]), as_timestamp(arguments[1])), word);
    return interval_from_microseconds(difference(context, arguments[0], arguments[1]) / 1000, word);
}

data_type interval_of_word(type_list arguments) {
    const auto word = literal_integer(arguments, 2);
    if (!word)
        fail(code::argument_type);
    const auto qualifier = qualifier_of(static_cast<std::int32_t>(*word));
    data_type result = type_of(qualifier <= interval_qualifier::month ? type_id::interval_ym : type_id::interval_ds);
    result.scale = widened(static_cast<std::int32_t>(*word));
    return result;
}

/// The interval type that has all fields of both, with leading precision 9.
data_type joined_interval(type_list arguments) {
    data_type result = arguments[0].type;
    const auto a = qualifier_of(arguments[0].type.scale), b = qualifier_of(arguments[1].type.scale);
    if (result.id == type_id::interval_ym) {
        result.scale = scale_word(a == b ? a : interval_qualifier::year_to_month, 9, 0);
        return result;
    }
    const interval_fields left = fields_of(a), right = fields_of(b);
    const interval_fields wanted{std::min(left.first, right.first), std::max(left.last, right.last)};
    const auto found = std::find(day_time_fields.begin(), day_time_fields.end(), wanted);
    const auto index = static_cast<int>(found - day_time_fields.begin()) + static_cast<int>(interval_qualifier::day);
    const int seconds = std::max(arguments[0].type.scale & 0xF, arguments[1].type.scale & 0xF);
    result.scale = scale_word(static_cast<interval_qualifier>(index), 9, seconds);
    return result;
}

std::int32_t joined_word(const field_view& a, const field_view& b) {
    const auto type_of_value = [](const field_view& value) {
        const bool months = value.kind() == field_kind::interval_ym;
        return typed_argument{{months ? type_id::interval_ym : type_id::interval_ds, 0,
                               months ? value.get<interval_ym>().scale_word() : value.get<interval_ds>().scale_word()}};
    };
    const typed_argument both[2] = {type_of_value(a), type_of_value(b)};
    return joined_interval(both).scale;
}

template <int sign>
field add_intervals(call_context&, argument_list arguments) {
    const std::int32_t word = joined_word(arguments[0], arguments[1]);
    if (const auto* months = arguments[0].get_if<interval_ym>())
        return interval_from_months(months->total_months() + sign * arguments[1].get<interval_ym>().total_months(),
                                    word);
    return interval_from_microseconds(
        to_microseconds(arguments[0].get<interval_ds>()) + sign * to_microseconds(arguments[1].get<interval_ds>()),
        word);
}

data_type widened_interval(type_list arguments) {
    data_type result = is_interval(arguments[0].type.id) ? arguments[0].type : arguments[1].type;
    result.scale = widened(result.scale);
    return result;
}

template <bool divides>
field scale_interval(call_context&, argument_list arguments) {
    const decimal factor = as_decimal(arguments[1]);
    if (divides && factor.is_zero())
        fail(code::divide_by_zero);
    const auto scaled = [&](wide_integer value) {
        if (value > INT64_MAX || value < INT64_MIN)
            fail(code::overflow);
        const decimal whole(static_cast<std::int64_t>(value));
        const decimal result = need(divides ? decimal::divide(whole, factor) : decimal::multiply(whole, factor));
        const auto number = result.truncated(0).to_int64();
        if (!number)
            fail(code::overflow);
        return *number;
    };
    if (const auto* months = arguments[0].get_if<interval_ym>())
        return interval_from_months(scaled(months->total_months()), widened(months->scale_word()));
    const auto& interval = arguments[0].get<interval_ds>();
    return interval_from_microseconds(scaled(to_microseconds(interval)), widened(interval.scale_word()));
}

field negate_interval(call_context&, argument_list arguments) {
    if (const auto* months = arguments[0].get_if<interval_ym>())
        return interval_from_months(-months->total_months(), months->scale_word());
    const auto& interval = arguments[0].get<interval_ds>();
    return interval_from_microseconds(-to_microseconds(interval), interval.scale_word());
}

field at_time_zone(call_context& context, argument_list arguments) {
    const moment utc = in_utc(as_timestamp(arguments[0]), context.session_time_zone);
    const auto offset = zone_offset(as_text(arguments[1]), utc);
    if (!offset)
        fail(code::not_a_datetime);
    moment local = utc;
    local.nanosecond += std::int64_t{60} * *offset * nanoseconds_per_second;
    return to_timestamp(local, offset);
}

/// A DATE takes whole days only.
template <std::size_t interval>
data_type date_and_days(type_list arguments) {
    if (qualifier_of(arguments[interval].type.scale) != interval_qualifier::day)
        fail(code::type_mismatch);
    return type_of(type_id::date);
}

data_type zoned_like_first(type_list arguments) {
    const data_type& given = arguments[0].type;
    const int digits = given.scale & 0xF;
    return {digits > 6 ? type_id::datetime2_tz : type_id::datetime_tz, digits > 6 ? 11 : 10, digits};
}

/// A time stamp with microseconds at least, since a number of days may bring a fraction.
data_type timestamp_with_fraction(type_list arguments) {
    data_type result = is_datetime(arguments[0].type.id) ? arguments[0].type : arguments[1].type;
    const typed_argument& number = is_datetime(arguments[0].type.id) ? arguments[1] : arguments[0];
    if (!is_integer(number.type.id) && (result.scale & 0xF) < 6 && number.type.id != type_id::interval_ym)
        result.scale = (result.scale & ~0xF) | 6;
    return result;
}

constexpr overload table[] = {
    define("+", {kind::only_date, kind::number}, same_as<0>, date_and_number<1>),
    define("+", {kind::number, kind::only_date}, same_as<1>, swapped<date_and_number<1>>),
    define("+", {kind::timestamp, kind::number}, timestamp_with_fraction, timestamp_and_number<1>),
    define("+", {kind::number, kind::timestamp}, timestamp_with_fraction, swapped<timestamp_and_number<1>>),
    define("+", {kind::only_date, kind::interval_ym}, same_as<0>, datetime_and_months<1>),
    define("+", {kind::timestamp, kind::interval_ym}, same_as<0>, datetime_and_months<1>),
    define("+", {kind::interval_ym, kind::only_date}, same_as<1>, swapped<datetime_and_months<1>>),
    define("+", {kind::interval_ym, kind::timestamp}, same_as<1>, swapped<datetime_and_months<1>>),
    define("+", {kind::only_date, kind::interval_ds}, date_and_days<1>, datetime_and_seconds<1>),
    define("+", {kind::interval_ds, kind::only_date}, date_and_days<0>, swapped<datetime_and_seconds<1>>),
    define("-", {kind::only_date, kind::interval_ds}, date_and_days<1>, datetime_and_seconds<-1>),
    define("+", {kind::timestamp, kind::interval_ds}, timestamp_with_fraction, datetime_and_seconds<1>),
    define("+", {kind::only_time, kind::interval_ds}, same_as<0>, datetime_and_seconds<1>),
    define("+", {kind::interval_ds, kind::timestamp}, timestamp_with_fraction, swapped<datetime_and_seconds<1>>),
    define("+", {kind::interval_ds, kind::only_time}, same_as<1>, swapped<datetime_and_seconds<1>>),
    define("+", {kind::interval_ym, kind::interval_ym}, joined_interval, add_intervals<1>),
    define("+", {kind::interval_ds, kind::interval_ds}, joined_interval, add_intervals<1>),
    define("-", {kind::only_date, kind::number}, same_as<0>, date_and_number<-1>),
    define("-", {kind::timestamp, kind::number}, timestamp_with_fraction, timestamp_and_number<-1>),
    define("-", {kind::only_date, kind::only_date}, returns<type_id::integer>, whole_days_between),
    define("-", {kind::timestamp, kind::timestamp}, returns<type_id::double_>, days_between, varies),
    define("-", {kind::only_time, kind::only_time}, returns<type_id::double_>, days_between, varies),
    define("-", {kind::only_date, kind::interval_ym}, same_as<0>, datetime_and_months<-1>),
    define("-", {kind::timestamp, kind::interval_ym}, same_as<0>, datetime_and_months<-1>),
    define("-", {kind::timestamp, kind::interval_ds}, timestamp_with_fraction, datetime_and_seconds<-1>),
    define("-", {kind::only_time, kind::interval_ds}, same_as<0>, datetime_and_seconds<-1>),
    define("-", {kind::interval_ym, kind::interval_ym}, joined_interval, add_intervals<-1>),
    define("-", {kind::interval_ds, kind::interval_ds}, joined_interval, add_intervals<-1>),
    define("-", {kind::interval_ym}, same_as<0>, negate_interval),
    define("-", {kind::interval_ds}, same_as<0>, negate_interval),
    define("*", {kind::interval_ym, kind::number}, widened_interval, scale_interval<false>),
    define("*", {kind::interval_ds, kind::number}, widened_interval, scale_interval<false>),
    define("*", {kind::number, kind::interval_ym}, widened_interval, swapped<scale_interval<false>>),
    define("*", {kind::number, kind::interval_ds}, widened_interval, swapped<scale_interval<false>>),
    define("/", {kind::interval_ym, kind::number}, widened_interval, scale_interval<true>),
    define("/", {kind::interval_ds, kind::number}, widened_interval, scale_interval<true>),
    define("$INTERVAL_BETWEEN", {kind::datetime, kind::datetime, kind::bigint}, interval_of_word, interval_between,
           varies),
    define("$AT_TIME_ZONE", {kind::timestamp, kind::text}, zoned_like_first, at_time_zone, varies),
    define("DATE_ADD", {kind::timestamp, kind::interval_ym}, returns<type_id::datetime>, datetime_and_months<1>),
    define("DATE_ADD", {kind::timestamp, kind::interval_ds}, returns<type_id::datetime>, datetime_and_seconds<1>),
    define("DATE_SUB", {kind::timestamp, kind::interval_ym}, returns<type_id::datetime>, datetime_and_months<-1>),
    define("DATE_SUB", {kind::timestamp, kind::interval_ds}, returns<type_id::datetime>, datetime_and_seconds<-1>),
};

}  // namespace

std::span<const overload> datetime_operators() {
    return table;
}

}  // namespace dmkit::mock::functions
