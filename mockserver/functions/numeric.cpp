#include <algorithm>
#include <cmath>
#include <numbers>

#include "mockserver/functions/calendar.hpp"

/// Functions over numbers.
namespace dmkit::mock::functions {

namespace {

// DM8 turns angles with fifteen digits of π: DEGREES(1.0) is 5.729577951308238E+001.
constexpr double half_turn = 3.14159265358979;

template <auto function>
field of_double(call_context&, argument_list arguments) {
    return finite(function(as_double(arguments[0])));
}

/// As of_double, for a function that is defined where @p allowed says so.
template <auto function, auto allowed>
field of_domain(call_context&, argument_list arguments) {
    const double value = as_double(arguments[0]);
    if (!allowed(value))
        fail(code::invalid_argument);
    return finite(function(value));
}

field absolute(call_context&, argument_list arguments) {
    const field_view& value = arguments[0];
    if (value.kind() == field_kind::decimal)
        return value.get<decimal>().absolute();
    if (value.kind() == field_kind::double_)
        return std::fabs(value.get<double>());
    return std::fabs(value.get<float>());
}

template <type_id id>
field absolute_integer(call_context&, argument_list arguments) {
    const std::int64_t number = as_integer(arguments[0]);
    if (number == INT64_MIN)
        fail(code::overflow);
    return within(number < 0 ? -number : number, id);
}

/// Rounds towards plus (@p up) or minus infinity.
template <bool up>
field to_whole(call_context&, argument_list arguments) {
    const field_view& value = arguments[0];
    if (value.kind() == field_kind::double_)
        return up ? std::ceil(value.get<double>()) : std::floor(value.get<double>());
    if (value.kind() == field_kind::float_)
        return up ? std::ceil(value.get<float>()) : std::floor(value.get<float>());
    if (value.kind() != field_kind::decimal)
        return value;
    const decimal number = value.get<decimal>();
    const decimal whole = number.truncated(0);
    if (whole == number || number.is_negative() == up)
        return whole;
    return need(decimal::add(whole, decimal(up ? 1 : -1)));
}

field sign_of(call_context&, argument_list arguments) {
    const field_view& value = arguments[0];
    if (value.kind() == field_kind::decimal)
        return std::int64_t{value.get<decimal>().sign()};
    const double number = as_double(value);
    return static_cast<std::int64_t>(number > 0) - static_cast<std::int64_t>(number < 0);
}

int digits_argument(argument_list arguments) {
    if (arguments.size() < 2)
        return 0;
    return static_cast<int>(std::clamp<std::int64_t>(as_integer(arguments[1]), -200, 200));
}

/// @p id is the type of the result: DECIMAL or that of an integer.
field rounded(const field_view& value, int digits, bool cuts, type_id id) {
    const decimal number = as_decimal(value);
    const decimal result = cuts ? number.truncated(digits) : number.rounded(digits);
    if (id == type_id::decimal)
        return result;
    const auto whole = result.to_int64();
    if (!whole)
        fail(code::overflow);
    return within(*whole, id);
}

template <type_id id>
field round_number(call_context&, argument_list arguments) {
    // A NULL flag rounds, any other NULL gives NULL.
    for (std::size_t i = 0; i < std::min<std::size_t>(2, arguments.size()); ++i)
        if (arguments[i].is_null())
            return nullptr;
    const bool cuts = arguments.size() > 2 && !arguments[2].is_null() && as_integer(arguments[2]) != 0;
    return rounded(arguments[0], digits_argument(arguments), cuts, id);
}

field truncate_number(call_context&, argument_list arguments) {
    // What is cut off leaves a number nearer to zero, of the same type.
    const bool whole = arguments[0].kind() == field_kind::int64 || arguments[0].kind() == field_kind::boolean;
    return rounded(arguments[0], digits_argument(arguments), true, whole ? type_id::bigint : type_id::decimal);
}

/// TRUNC of text counts in doubles.
field truncate_text(call_context&, argument_list arguments) {
    const auto number = decimal::parse(as_text(arguments[0]));
    if (!number)
        fail(code::not_a_number);
    return number->truncated(digits_argument(arguments)).to_double();
}

/// Integers stay what they are. Decimals that are cut keep their scale, rounded ones show no superfluous digits.
data_type cut_type(type_list arguments) {
    return arguments[0].type.id == type_id::real || arguments[0].type.id == type_id::double_ ? type_of(type_id::decimal)
                                                                                             : arguments[0].type;
}

field modulo(call_context&, argument_list arguments) {
    const field_view& a = arguments[0];
    const field_view& b = arguments[1];
    // Unlike the operator %, MOD of zero gives its first argument.
    if (a.kind() == field_kind::double_ || b.kind() == field_kind::double_) {
        const double divisor = as_double(b);
        return divisor == 0 ? as_double(a) : std::fmod(as_double(a), divisor);
    }
    if (a.kind() == field_kind::decimal || b.kind() == field_kind::decimal) {
        const decimal divisor = as_decimal(b);
        return divisor.is_zero() ? as_decimal(a) : need(decimal::modulo(as_decimal(a), divisor));
    }
    const std::int64_t divisor = as_integer(b);
    if (divisor == 0)
        return a;
    return divisor == -1 ? std::int64_t{0} : as_integer(a) % divisor;
}

data_type integer_result(type_list arguments) {
    const auto common = common_type(arguments[0].type, arguments[1].type);
    return common && is_integer(common->id) ? *common : type_of(type_id::decimal);
}

field remainder_of(call_context&, argument_list arguments) {
    const double divisor = as_double(arguments[1]);
    if (divisor == 0)
        fail(code::divide_by_zero);
    return finite(std::remainder(as_double(arguments[0]), divisor));
}

field logarithm(call_context&, argument_list arguments) {
    const double first = as_double(arguments[0]);
    if (first <= 0)
        fail(code::invalid_argument);
    if (arguments.size() == 1)
        return finite(std::log(first));
    const double value = as_double(arguments[1]);
    if (value <= 0 || first == 1)
        fail(code::invalid_argument);
    if (first == 10)
        return finite(std::log10(value));
    if (first == 2)
        return finite(std::log2(value));
    return finite(std::log(value) / std::log(first));
}

double power_of(argument_list arguments) {
    const double base = as_double(arguments[0]), exponent = as_double(arguments[1]);
    if (base < 0 && exponent != std::trunc(exponent))
        fail(code::invalid_argument);
    if (base == 0 && exponent < 0)
        fail(code::divide_by_zero);
    return finite(std::pow(base, exponent)).get<double>();
}

field exact_power(call_context&, argument_list arguments) {
    const decimal base = as_decimal(arguments[0]);
    const auto exponent = as_decimal(arguments[1]);
    if (exponent.scale() > 0 || exponent.is_negative() || exponent.integer_digits() > 4)
        return need(decimal::from_double(power_of(arguments)));
    decimal result(1), factor = base;
    for (std::int64_t rest = *exponent.to_int64(); rest > 0; rest >>= 1) {
        if (rest & 1)
            result = need(decimal::multiply(result, factor));
        if (rest > 1)
            factor = need(decimal::multiply(factor, factor));
    }
    return result;
}

field random_number(call_context& context, argument_list arguments) {
    if (!context.random)
        throw sql_error::unsupported("RAND");
    if (!arguments.empty() && !arguments[0].is_null() && context.seed_random)
        context.seed_random(as_integer(arguments[0]));
    return context.random();
}

field not_a_number_value(call_context&, argument_list arguments) {
    const auto is_nan = [](const field_view& value) {
        if (const auto* wide = value.get_if<double>())
            return std::isnan(*wide);
        const auto* narrow = value.get_if<float>();
        return narrow != nullptr && std::isnan(*narrow);
    };
    return is_nan(arguments[0]) ? arguments[1] : arguments[0];
}

field binary_to_number(call_context&, argument_list arguments) {
    std::int64_t result = 0;
    if (arguments.size() > 62)
        fail(code::overflow);
    for (const field_view& argument : arguments) {
        const std::int64_t bit = as_integer(argument);
        if (bit != 0 && bit != 1)
            fail(code::invalid_argument);
        result = result * 2 + bit;
    }
    return decimal(result);
}

/// BITAND drops what is behind the point.
std::int64_t whole_bits(const field_view& value) {
    const auto number = as_decimal(value).truncated(0).to_int64();
    if (!number)
        fail(code::overflow);
    return *number;
}

field width_bucket(call_context&, argument_list arguments) {
    // Only the value may be NULL.
    if (arguments[0].is_null())
        return nullptr;
    if (arguments[1].is_null() || arguments[2].is_null() || arguments[3].is_null())
        fail(code::invalid_argument);
    const std::int64_t buckets = whole_bits(arguments[3]);
    if (buckets <= 0)
        fail(code::invalid_argument);
    const auto position = [](const field_view& value) -> decimal {
        if (const auto* months = value.get_if<interval_ym>())
            return decimal(months->total_months());
        if (const auto* seconds = value.get_if<interval_ds>())
            return decimal(static_cast<std::int64_t>(to_microseconds(*seconds)));
        if (value.kind() != field_kind::date && value.kind() != field_kind::timestamp)
            return as_decimal(value);
        const timestamp moment = as_timestamp(value);
        const auto seconds = decimal(std::int64_t{moment.time.since_midnight().count()});
        const decimal days(std::int64_t{moment.date.to_days()});
        const decimal day(std::int64_t{86400} * 1'000'000'000);
        return need(decimal::add(need(decimal::multiply(days, day)), seconds));
    };
    const decimal value = position(arguments[0]);
    decimal low = position(arguments[1]), high = position(arguments[2]);
    if (low == high)
        fail(code::invalid_argument);
    decimal from_low = need(decimal::subtract(value, low));
    decimal width = need(decimal::subtract(high, low));
    if (width.is_negative()) {
        from_low = from_low.negated();
        width = width.negated();
    }
    if (from_low.is_negative())
        return decimal(0);
    if (from_low >= width)
        return need(decimal::add(decimal(buckets), decimal(1)));
    const decimal part = need(decimal::divide(need(decimal::multiply(from_low, decimal(buckets))), width));
    return need(decimal::add(part.truncated(0), decimal(1)));
}

constexpr auto unit = [](double x) { return x >= -1 && x <= 1; };
constexpr auto positive = [](double x) { return x > 0; };
constexpr auto not_negative = [](double x) { return x >= 0; };

constexpr overload table[] = {
    define("ABS", {kind::up_to_tinyint}, same_as<0>, absolute_integer<type_id::tinyint>),
    define("ABS", {kind::up_to_smallint}, same_as<0>, absolute_integer<type_id::smallint>),
    define("ABS", {kind::up_to_integer}, same_as<0>, absolute_integer<type_id::integer>),
    define("ABS", {kind::up_to_bigint}, same_as<0>, absolute_integer<type_id::bigint>),
    define("ABS", {kind::number}, same_as<0>, absolute),
    define("ABS", {kind::floating}, same_as<0>, absolute),
    define("ACOS", {kind::double_}, returns<type_id::double_>, of_domain<[](double x) { return std::acos(x); }, unit>),
    define("ASIN", {kind::double_}, returns<type_id::double_>, of_domain<[](double x) { return std::asin(x); }, unit>),
    define("ATAN", {kind::double_}, returns<type_id::double_>, of_double<[](double x) { return std::atan(x); }>),
    define("ATAN2", {kind::double_, kind::double_}, returns<type_id::double_>,
           [](call_context&, argument_list a) -> field { return std::atan2(as_double(a[0]), as_double(a[1])); }),
    define("CEIL", {kind::number}, same_as<0>, to_whole<true>),
    define("CEIL", {kind::floating}, same_as<0>, to_whole<true>),
    define("CEILING", {kind::number}, same_as<0>, to_whole<true>),
    define("CEILING", {kind::floating}, same_as<0>, to_whole<true>),
    define("COS", {kind::double_}, returns<type_id::double_>, of_double<[](double x) { return std::cos(x); }>),
    define("COSH", {kind::double_}, returns<type_id::double_>, of_double<[](double x) { return std::cosh(x); }>),
    define("COT", {kind::double_}, returns<type_id::double_>,
           of_domain<[](double x) { return std::cos(x) / std::sin(x); }, [](double x) { return std::tan(x) != 0; }>),
    define("DEGREES", {kind::double_}, returns<type_id::double_>,
           of_double<[](double x) { return x * 180 / half_turn; }>),
    define("EXP", {kind::double_}, returns<type_id::double_>, of_double<[](double x) { return std::exp(x); }>),
    define("FLOOR", {kind::number}, same_as<0>, to_whole<false>),
    define("FLOOR", {kind::floating}, same_as<0>, to_whole<false>),
    define("LN", {kind::double_}, returns<type_id::double_>, of_domain<[](double x) { return std::log(x); }, positive>),
    define("LOG", {kind::double_, kind::double_}, returns<type_id::double_>, logarithm, strict, 1),
    define("LOG10", {kind::double_}, returns<type_id::double_>,
           of_domain<[](double x) { return std::log10(x); }, positive>),
    define("MOD", {kind::up_to_bigint, kind::up_to_bigint}, integer_result, modulo),
    define("MOD", {kind::number, kind::number}, integer_result, modulo),
    define("MOD", {kind::double_, kind::double_}, returns<type_id::double_>, modulo),
    define("PI", {}, returns<type_id::double_>, [](call_context&, argument_list) -> field { return std::numbers::pi; }),
    define("POWER", {kind::double_, kind::double_}, returns<type_id::double_>,
           [](call_context&, argument_list a) -> field { return power_of(a); }),
    define("POW", {kind::double_, kind::double_}, returns<type_id::double_>,
           [](call_context&, argument_list a) -> field { return power_of(a); }),
    define("POWER2", {kind::number, kind::number}, free_decimal, exact_power),
    define("RADIANS", {kind::double_}, returns<type_id::double_>,
           of_double<[](double x) { return x * half_turn / 180; }>),
    define("RAND", {kind::bigint}, returns<type_id::double_>, random_number, takes_null | varies, 1),
    define("ROUND", {kind::up_to_tinyint, kind::bigint, kind::bigint}, same_as<0>, round_number<type_id::tinyint>,
           takes_null, 2),
    define("ROUND", {kind::up_to_smallint, kind::bigint, kind::bigint}, same_as<0>, round_number<type_id::smallint>,
           takes_null, 2),
    define("ROUND", {kind::up_to_integer, kind::bigint, kind::bigint}, same_as<0>, round_number<type_id::integer>,
           takes_null, 2),
    define("ROUND", {kind::up_to_bigint, kind::bigint, kind::bigint}, same_as<0>, round_number<type_id::bigint>,
           takes_null, 2),
    define("ROUND", {kind::number, kind::bigint, kind::bigint}, free_decimal, round_number<type_id::decimal>,
           takes_null, 2),
    define("ROUND", {kind::floating, kind::bigint, kind::bigint}, free_decimal, round_number<type_id::decimal>,
           takes_null, 2),
    define("SIGN", {kind::number}, returns<type_id::integer>, sign_of),
    define("SIGN", {kind::floating}, returns<type_id::integer>, sign_of),
    define("SIN", {kind::double_}, returns<type_id::double_>, of_double<[](double x) { return std::sin(x); }>),
    define("SINH", {kind::double_}, returns<type_id::double_>, of_double<[](double x) { return std::sinh(x); }>),
    define("SQRT", {kind::double_}, returns<type_id::double_>,
           of_domain<[](double x) { return std::sqrt(x); }, not_negative>),
    define("TAN", {kind::double_}, returns<type_id::double_>, of_double<[](double x) { return std::tan(x); }>),
    define("TANH", {kind::double_}, returns<type_id::double_>, of_double<[](double x) { return std::tanh(x); }>),
    define("TRUNC", {kind::number, kind::bigint}, cut_type, truncate_number, strict, 1),
    define("TRUNC", {kind::floating, kind::bigint}, cut_type, truncate_number, strict, 1),
    define("TRUNC", {kind::character, kind::bigint}, returns<type_id::double_>, truncate_text, strict, 1),
    define("TRUNCATE", {kind::number, kind::bigint}, cut_type, truncate_number, strict, 1),
    define("TRUNCATE", {kind::floating, kind::bigint}, cut_type, truncate_number, strict, 1),
    define("TRUNCATE", {kind::character, kind::bigint}, returns<type_id::double_>, truncate_text, strict, 1),
    define("BITAND", {kind::number, kind::number}, returns<type_id::bigint>,
           [](call_context&, argument_list a) -> field { return whole_bits(a[0]) & whole_bits(a[1]); }),
    define("NANVL", {kind::number, kind::number}, free_decimal,
           [](call_context&, argument_list a) -> field { return as_decimal(a[0]); }),
    define("NANVL", {kind::real, kind::real}, returns<type_id::real>, not_a_number_value),
    define("NANVL", {kind::double_, kind::double_}, returns<type_id::double_>, not_a_number_value),
    define("REMAINDER", {kind::double_, kind::double_}, returns<type_id::double_>, remainder_of),
    define("BIN_TO_NUM", {kind::bigint}, free_decimal, binary_to_number, repeats),
    define("WIDTH_BUCKET", {kind::number, kind::number, kind::number, kind::number}, free_decimal, width_bucket,
           takes_null),
    define("WIDTH_BUCKET", {kind::interval_ym, kind::interval_ym, kind::interval_ym, kind::number}, free_decimal,
           width_bucket, takes_null),
    define("WIDTH_BUCKET", {kind::interval_ds, kind::interval_ds, kind::interval_ds, kind::number}, free_decimal,
           width_bucket, takes_null),
    define("WIDTH_BUCKET", {kind::timestamp, kind::timestamp, kind::timestamp, kind::number}, free_decimal,
           width_bucket, takes_null),
};

}  // namespace

std::span<const overload> numeric_functions() {
    return table;
}

}  // namespace dmkit::mock::functions
