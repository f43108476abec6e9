#include "mockserver/functions/calendar.hpp"

/// What the clock says: SYSDATE and its relatives. All in one statement see the same moment.
namespace dmkit::mock::functions {

namespace {

int digits_of(argument_list arguments, int most) {
    if (arguments.empty())
        return 6;
    const std::int64_t digits = as_integer(arguments[0]);
    if (digits < 0 || digits > most)
        fail(code::invalid_argument);
    return static_cast<int>(digits);
}

field today(call_context& context, argument_list) {
    return now_in_zone(context, context.session_time_zone).date;
}

field to_the_second(call_context& context, argument_list) {
    timestamp now = now_in_zone(context, context.session_time_zone);
    now.time.nanosecond = 0;
    return now;
}

template <bool zoned>
field clock_time(call_context& context, argument_list arguments) {
    time now = cut_fraction(now_in_zone(context, context.session_time_zone).time, digits_of(arguments, 6));
    if (zoned)
        now.offset_minutes = context.session_time_zone;
    return now;
}

template <bool zoned>
field clock_timestamp(call_context& context, argument_list arguments) {
    timestamp now = now_in_zone(context, context.session_time_zone);
    now.time = cut_fraction(now.time, digits_of(arguments, 9));
    if (zoned)
        now.time.offset_minutes = context.session_time_zone;
    return now;
}

/// SYSTIMESTAMP carries the zone of the server's system.
field server_timestamp(call_context& context, argument_list arguments) {
    timestamp now = now_in_zone(context, context.database_time_zone);
    now.time = cut_fraction(now.time, digits_of(arguments, 9));
    now.time.offset_minutes = context.database_time_zone;
    return now;
}

int literal_digits(type_list arguments, int most) {
    const auto digits = literal_integer(arguments, 0);
    if (digits && (*digits < 0 || *digits > most))
        fail(code::invalid_argument);
    return digits ? static_cast<int>(*digits) : 6;
}

template <type_id id>
data_type time_type(type_list arguments) {
    data_type result = type_of(id);
    result.scale = literal_digits(arguments, 6);
    return result;
}

template <type_id id, type_id longer>
data_type timestamp_type(type_list arguments) {
    const int digits = literal_digits(arguments, 9);
    data_type result = type_of(digits > 6 ? longer : id);
    result.scale = digits;
    return result;
}

constexpr result_rule plain = timestamp_type<type_id::datetime, type_id::datetime2>;
constexpr result_rule zoned = timestamp_type<type_id::datetime_tz, type_id::datetime2_tz>;

constexpr overload table[] = {
    define("CURDATE", {}, returns<type_id::date>, today, varies),
    define("CURRENT_DATE", {}, returns<type_id::date>, today, varies),
    define("SYSDATE", {}, datetime_of_seconds, to_the_second, varies),
    define("CURTIME", {kind::bigint}, time_type<type_id::time_tz>, clock_time<true>, varies, 1),
    define("CURRENT_TIME", {kind::bigint}, time_type<type_id::time_tz>, clock_time<true>, varies, 1),
    define("LOCALTIME", {kind::bigint}, time_type<type_id::time>, clock_time<false>, varies, 1),
    define("CURRENT_TIMESTAMP", {kind::bigint}, zoned, clock_timestamp<true>, varies, 1),
    define("LOCALTIMESTAMP", {kind::bigint}, plain, clock_timestamp<false>, varies, 1),
    define("GETDATE", {kind::bigint}, plain, clock_timestamp<false>, varies, 1),
    define("NOW", {kind::bigint}, plain, clock_timestamp<false>, varies, 1),
    define("SYSTIMESTAMP", {kind::bigint}, zoned, server_timestamp, varies, 1),
};

}  // namespace

std::span<const overload> clock_functions() {
    return table;
}

}  // namespace dmkit::mock::functions
