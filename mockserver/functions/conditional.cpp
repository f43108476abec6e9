#include <algorithm>

#include "mockserver/functions/calendar.hpp"
#include "mockserver/functions/text.hpp"

/// NULL, choice and comparison. Most are better emitted as CASE (overload::lazy).
namespace dmkit::mock::functions {

namespace {

/// Order of two values of one type.
int compare(const call_context& context, const field_view& a, const field_view& b) {
    const auto order = [](const auto& left, const auto& right) { return left < right ? -1 : right < left ? 1 : 0; };
    switch (a.kind()) {
        case field_kind::string:
            return compare_text(as_text(a), as_text(b), letter_case_of(context.case_sensitive));
        case field_kind::binary: {
            const auto left = as_bytes(a), right = as_bytes(b);
            return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end())   ? -1
                   : std::lexicographical_compare(right.begin(), right.end(), left.begin(), left.end()) ? 1
                                                                                                        : 0;
        }
        case field_kind::date:
        case field_kind::time:
        case field_kind::timestamp:
            return order(in_utc(as_timestamp(a), context.session_time_zone),
                         in_utc(as_timestamp(b), context.session_time_zone));
        case field_kind::interval_ym:
            return order(a.get<interval_ym>().total_months(), b.get<interval_ym>().total_months());
        case field_kind::interval_ds:
            return order(to_microseconds(a.get<interval_ds>()), to_microseconds(b.get<interval_ds>()));
        case field_kind::float_:
        case field_kind::double_:
            return order(as_double(a), as_double(b));
        case field_kind::decimal:
            return order(a.get<decimal>(), as_decimal(b));
        default:
            if (b.kind() == field_kind::decimal)
                return order(as_decimal(a), as_decimal(b));
            return order(as_integer(a), as_integer(b));
    }
}

field first_known(call_context&, argument_list arguments) {
    for (const field_view& argument : arguments)
        if (!argument.is_null())
            return argument;
    return nullptr;
}

/// NVL of a number and a text: the text is converted even where the number is known, and the failure is -6101.
template <type_id id>
field known_number(call_context& context, argument_list arguments) {
    field otherwise = nullptr;
    try {
        otherwise = convert(context, arguments[1], type_of(type_id::varchar), type_of(id), conversion_mode::implicit);
    } catch (const sql_error& error) {
        fail(error.code() == code::not_a_number ? code::no_conversion : error.code());
    }
    return arguments[0].is_null() ? otherwise : field(arguments[0]);
}

field is_null(call_context&, argument_list arguments) {
    return std::int64_t{arguments[0].is_null()};
}

field null_if_equal(call_context& context, argument_list arguments) {
    if (!arguments[0].is_null() && !arguments[1].is_null() && compare(context, arguments[0], arguments[1]) == 0)
        return nullptr;
    return arguments[0];
}

field equal_or_null(call_context& context, argument_list arguments) {
    const bool equal =
        arguments[0].is_null() || arguments[1].is_null() || compare(context, arguments[0], arguments[1]) == 0;
    return std::int64_t{equal};
}

field by_nullness(call_context&, argument_list arguments) {
    return arguments[0].is_null() ? arguments[2] : arguments[1];
}

bool is_true(const field_view& condition) {
    return !condition.is_null() && as_integer(condition) != 0;
}

field by_condition(call_context&, argument_list arguments) {
    return is_true(arguments[0]) ? arguments[1] : arguments[2];
}

field not_true(call_context&, argument_list arguments) {
    return std::int64_t{!is_true(arguments[0])};
}

field decode(call_context& context, argument_list arguments) {
    const field_view& wanted = arguments[0];
    std::size_t at = 1;
    for (; at + 1 < arguments.size(); at += 2) {
        const field_view& candidate = arguments[at];
        const bool equal = wanted.is_null() || candidate.is_null() ? wanted.is_null() && candidate.is_null()
                                                                   : compare(context, wanted, candidate) == 0;
        if (equal)
            return arguments[at + 1];
    }
    if (at < arguments.size())
        return arguments[at];
    return nullptr;
}

template <int sign>
field extreme(call_context& context, argument_list arguments) {
    const field_view* best = &arguments[0];
    for (const field_view& argument : arguments.subspan(1))
        if (compare(context, argument, *best) * sign > 0)
            best = &argument;
    return *best;
}

field position_in_list(call_context& context, argument_list arguments) {
    if (!arguments[0].is_null())
        for (std::size_t i = 1; i < arguments.size(); ++i)
            if (!arguments[i].is_null() && compare(context, arguments[0], arguments[i]) == 0)
                return static_cast<std::int64_t>(i);
    return std::int64_t{0};
}

field is_date_text(call_context&, argument_list arguments) {
    return std::int64_t{read_timestamp(as_text(arguments[0])).has_value()};
}

field is_number_text(call_context&, argument_list arguments) {
    return std::int64_t{decimal::parse(trim_blanks(as_text(arguments[0]))).has_value()};
}

template <std::int64_t value>
field always(call_context&, argument_list) {
    return value;
}

/// The type of DECODE's results: resolve() has made them one.
data_type decoded(type_list arguments) {
    return arguments[2].type;
}

constexpr result_rule flag = returns<type_id::integer>;
constexpr unsigned chooses = takes_null | evaluates_lazily;

constexpr overload table[] = {
    define("COALESCE", {kind::common}, common_result, first_known, chooses | repeats),
    define("NVL", {kind::up_to_bigint, kind::character}, same_as<0>, known_number<type_id::bigint>, takes_null),
    define("NVL", {kind::number, kind::character}, same_as<0>, known_number<type_id::decimal>, takes_null),
    define("NVL", {kind::real, kind::character}, same_as<0>, known_number<type_id::real>, takes_null),
    define("NVL", {kind::floating, kind::character}, same_as<0>, known_number<type_id::double_>, takes_null),
    define("IFNULL", {kind::up_to_bigint, kind::character}, same_as<0>, known_number<type_id::bigint>, takes_null),
    define("IFNULL", {kind::number, kind::character}, same_as<0>, known_number<type_id::decimal>, takes_null),
    define("IFNULL", {kind::real, kind::character}, same_as<0>, known_number<type_id::real>, takes_null),
    define("IFNULL", {kind::floating, kind::character}, same_as<0>, known_number<type_id::double_>, takes_null),
    define("ISNULL", {kind::up_to_bigint, kind::character}, same_as<0>, known_number<type_id::bigint>, takes_null),
    define("ISNULL", {kind::number, kind::character}, same_as<0>, known_number<type_id::decimal>, takes_null),
    define("ISNULL", {kind::real, kind::character}, same_as<0>, known_number<type_id::real>, takes_null),
    define("ISNULL", {kind::floating, kind::character}, same_as<0>, known_number<type_id::double_>, takes_null),
    define("NVL", {kind::first_wins, kind::first_wins}, common_result, first_known, chooses),
    define("IFNULL", {kind::first_wins, kind::first_wins}, common_result, first_known, chooses),
    define("ISNULL", {kind::any}, flag, is_null, takes_null),
    define("ISNULL", {kind::first_wins, kind::first_wins}, common_result, first_known, chooses),
    define(
        "NVL2", {kind::any, kind::common, kind::common},
        [](type_list arguments) { return common_result(arguments.subspan(1)); }, by_nullness, chooses),
    define("NULLIF", {kind::compared, kind::compared}, same_as<0>, null_if_equal, chooses),
    define("NULL_EQU", {kind::compared, kind::compared}, flag, equal_or_null, takes_null),
    define(
        "IF", {kind::bigint, kind::common, kind::common},
        [](type_list arguments) { return common_result(arguments.subspan(1)); }, by_condition, chooses),
    define("LNNVL", {kind::bigint}, flag, not_true, takes_null),
    define("DECODE", {kind::decoded_value, kind::decoded_value, kind::decoded_value}, decoded, decode,
           chooses | repeats),
    define("GREATEST", {kind::common}, common_result, extreme<1>, repeats),
    define("GREAT", {kind::common, kind::common}, common_result, extreme<1>),
    define("LEAST", {kind::common}, common_result, extreme<-1>, repeats),
    define("FIELD", {kind::compared, kind::compared}, flag, position_in_list, takes_null | repeats),
    define("ISDATE", {kind::character}, flag, is_date_text),
    define("ISDATE", {kind::datetime}, flag, always<1>),
    define("ISDATE", {kind::any}, flag, always<0>),
    define("ISNUMERIC", {kind::number}, flag, always<1>),
    define("ISNUMERIC", {kind::floating}, flag, always<1>),
    define("ISNUMERIC", {kind::character}, flag, is_number_text),
    define("ISNUMERIC", {kind::any}, flag, always<0>),
};

}  // namespace

std::span<const overload> conditional_functions() {
    return table;
}

}  // namespace dmkit::mock::functions
