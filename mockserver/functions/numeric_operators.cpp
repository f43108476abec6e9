#include <algorithm>
#include <cmath>

#include "mockserver/functions/support.hpp"
#include "mockserver/functions/text.hpp"

/// + − * / % and the bit operators over numbers, || over text and bytes.
namespace dmkit::mock::functions {

namespace {

bool bounded(const data_type& type) {
    return type.precision > 0 && type.scale >= 0 && type.scale <= type.precision;
}

data_type sum_type(type_list arguments) {
    const data_type a = as_decimal_type(arguments[0].type), b = as_decimal_type(arguments[1].type);
    if (!bounded(a) || !bounded(b))
        return type_of(type_id::decimal);
    const int scale = std::max(a.scale, b.scale);
    const int whole = std::max(a.precision - a.scale, b.precision - b.scale);
    if (whole + scale > decimal::max_precision)
        return type_of(type_id::decimal);
    return {type_id::decimal, whole + scale, scale};
}

data_type product_type(type_list arguments) {
    const data_type a = as_decimal_type(arguments[0].type), b = as_decimal_type(arguments[1].type);
    if (!bounded(a) || !bounded(b) || a.precision + b.precision > decimal::max_precision)
        return type_of(type_id::decimal);
    return {type_id::decimal, a.precision + b.precision, a.scale + b.scale};
}

enum class operation : std::uint8_t { add, subtract, multiply, divide, modulo };

template <operation op, type_id id>
field integers(call_context&, argument_list arguments) {
    const std::int64_t a = as_integer(arguments[0]), b = as_integer(arguments[1]);
    std::int64_t result = 0;
    bool overflow = false;
    if constexpr (op == operation::add)
        overflow = __builtin_add_overflow(a, b, &result);
    else if constexpr (op == operation::subtract)
        overflow = __builtin_sub_overflow(a, b, &result);
    else if constexpr (op == operation::multiply)
        overflow = __builtin_mul_overflow(a, b, &result);
    else {
        if (b == 0)
            fail(code::divide_by_zero);
        if (b == -1) {
            // The only quotient that may overflow; its remainder is zero.
            if constexpr (op == operation::divide)
                overflow = __builtin_sub_overflow(std::int64_t{0}, a, &result);
        } else {
            result = op == operation::divide ? a / b : a % b;
        }
    }
    if (overflow)
        fail(code::overflow);
    return within(result, id);
}

template <operation op>
field decimals(call_context&, argument_list arguments) {
    const decimal a = as_decimal(arguments[0]), b = as_decimal(arguments[1]);
    if ((op == operation::divide || op == operation::modulo) && b.is_zero())
        fail(code::divide_by_zero);
    switch (op) {
        case operation::add:
            return need(decimal::add(a, b));
        case operation::subtract:
            return need(decimal::subtract(a, b));
        case operation::multiply:
            return need(decimal::multiply(a, b));
        case operation::divide:
            return need(decimal::divide(a, b));
        case operation::modulo:
            return need(decimal::modulo(a, b));
    }
    return nullptr;
}

template <operation op>
field doubles(call_context&, argument_list arguments) {
    const double a = as_double(arguments[0]), b = as_double(arguments[1]);
    if ((op == operation::divide || op == operation::modulo) && b == 0)
        fail(code::divide_by_zero);
    switch (op) {
        case operation::add:
            return finite(a + b);
        case operation::subtract:
            return finite(a - b);
        case operation::multiply:
            return finite(a * b);
        case operation::divide:
            return finite(a / b);
        case operation::modulo:
            return finite(std::fmod(a, b));
    }
    return nullptr;
}

template <type_id id>
field negate(call_context&, argument_list arguments) {
    const std::int64_t value = as_integer(arguments[0]);
    if (value == INT64_MIN)
        fail(code::overflow);
    return within(-value, id);
}

field itself(call_context&, argument_list arguments) {
    return arguments[0];
}

enum class bits : std::uint8_t { both, either, one, left, right };

std::int64_t shift(std::int64_t value, std::int64_t count) {
    if (count <= -64 || count >= 64)
        return count < 0 && value < 0 ? -1 : 0;
    return count >= 0 ? static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << count) : value >> -count;
}

template <bits op, type_id id>
field combine(call_context&, argument_list arguments) {
    const std::int64_t a = as_integer(arguments[0]), b = as_integer(arguments[1]);
    switch (op) {
        case bits::both:
            return a & b;
        case bits::either:
            return a | b;
        case bits::one:
            return a ^ b;
        case bits::left:
        case bits::right: {
            const std::int64_t result = shift(a, op == bits::left ? b : -std::max(b, -INT64_MAX));
            // Bits that leave an INT are gone.
            if constexpr (id == type_id::integer)
                return static_cast<std::int64_t>(static_cast<std::int32_t>(static_cast<std::uint32_t>(result)));
            return result;
        }
    }
    return nullptr;
}

field complement(call_context&, argument_list arguments) {
    return ~as_integer(arguments[0]);
}

field concatenate_bytes(call_context& context, argument_list arguments) {
    if (arguments[0].is_null() && arguments[1].is_null())
        return nullptr;
    std::size_t size = 0;
    for (const field_view& argument : arguments)
        size += argument.is_null() ? 0 : as_bytes(argument).size();
    check_text_size(context, size);
    dmkit::bytes result;
    result.reserve(size);
    for (const field_view& argument : arguments)
        if (!argument.is_null())
            result.insert(result.end(), as_bytes(argument).begin(), as_bytes(argument).end());
    return result;
}

data_type concatenated_bytes(type_list arguments) {
    std::int32_t length = 0;
    for (const typed_argument& argument : arguments) {
        if (argument.type.id == type_id::blob)
            return argument.type;
        length = std::min(longest_text, length + argument.type.precision);
    }
    return {type_id::varbinary, std::max(length, 1), 0};
}

data_type wider_integer(type_list arguments) {
    const auto common = common_type(arguments[0].type, arguments[1].type);
    return common && is_integer(common->id) ? *common : type_of(type_id::bigint);
}

constexpr overload table[] = {
    define("+", {kind::up_to_tinyint, kind::up_to_tinyint}, returns<type_id::tinyint>,
           integers<operation::add, type_id::tinyint>),
    define("+", {kind::up_to_smallint, kind::up_to_smallint}, returns<type_id::smallint>,
           integers<operation::add, type_id::smallint>),
    define("+", {kind::up_to_integer, kind::up_to_integer}, returns<type_id::integer>,
           integers<operation::add, type_id::integer>),
    define("+", {kind::up_to_bigint, kind::up_to_bigint}, returns<type_id::bigint>,
           integers<operation::add, type_id::bigint>),
    define("+", {kind::number, kind::number}, sum_type, decimals<operation::add>),
    define("+", {kind::double_, kind::double_}, returns<type_id::double_>, doubles<operation::add>),
    define("-", {kind::up_to_tinyint, kind::up_to_tinyint}, returns<type_id::tinyint>,
           integers<operation::subtract, type_id::tinyint>),
    define("-", {kind::up_to_smallint, kind::up_to_smallint}, returns<type_id::smallint>,
           integers<operation::subtract, type_id::smallint>),
    define("-", {kind::up_to_integer, kind::up_to_integer}, returns<type_id::integer>,
           integers<operation::subtract, type_id::integer>),
    define("-", {kind::up_to_bigint, kind::up_to_bigint}, returns<type_id::bigint>,
           integers<operation::subtract, type_id::bigint>),
    define("-", {kind::number, kind::number}, sum_type, decimals<operation::subtract>),
    define("-", {kind::double_, kind::double_}, returns<type_id::double_>, doubles<operation::subtract>),
    define("*", {kind::up_to_tinyint, kind::up_to_tinyint}, returns<type_id::tinyint>,
           integers<operation::multiply, type_id::tinyint>),
    define("*", {kind::up_to_smallint, kind::up_to_smallint}, returns<type_id::smallint>,
           integers<operation::multiply, type_id::smallint>),
    define("*", {kind::up_to_integer, kind::up_to_integer}, returns<type_id::integer>,
           integers<operation::multiply, type_id::integer>),
    define("*", {kind::up_to_bigint, kind::up_to_bigint}, returns<type_id::bigint>,
           integers<operation::multiply, type_id::bigint>),
    define("*", {kind::number, kind::number}, product_type, decimals<operation::multiply>),
    define("*", {kind::double_, kind::double_}, returns<type_id::double_>, doubles<operation::multiply>),
    define("/", {kind::up_to_tinyint, kind::up_to_tinyint}, returns<type_id::tinyint>,
           integers<operation::divide, type_id::tinyint>),
    define("/", {kind::up_to_smallint, kind::up_to_smallint}, returns<type_id::smallint>,
           integers<operation::divide, type_id::smallint>),
    define("/", {kind::up_to_integer, kind::up_to_integer}, returns<type_id::integer>,
           integers<operation::divide, type_id::integer>),
    define("/", {kind::up_to_bigint, kind::up_to_bigint}, returns<type_id::bigint>,
           integers<operation::divide, type_id::bigint>),
    define("/", {kind::number, kind::number}, free_decimal, decimals<operation::divide>),
    define("/", {kind::double_, kind::double_}, returns<type_id::double_>, doubles<operation::divide>),
    define("%", {kind::up_to_tinyint, kind::up_to_tinyint}, returns<type_id::tinyint>,
           integers<operation::modulo, type_id::tinyint>),
    define("%", {kind::up_to_smallint, kind::up_to_smallint}, returns<type_id::smallint>,
           integers<operation::modulo, type_id::smallint>),
    define("%", {kind::up_to_integer, kind::up_to_integer}, returns<type_id::integer>,
           integers<operation::modulo, type_id::integer>),
    define("%", {kind::up_to_bigint, kind::up_to_bigint}, returns<type_id::bigint>,
           integers<operation::modulo, type_id::bigint>),
    define("%", {kind::number, kind::number}, free_decimal, decimals<operation::modulo>),
    define("%", {kind::double_, kind::double_}, returns<type_id::double_>, doubles<operation::modulo>),

    define("+", {kind::number}, same_as<0>, itself),
    define("+", {kind::floating}, same_as<0>, itself),
    define("+", {kind::interval_ym}, same_as<0>, itself),
    define("+", {kind::interval_ds}, same_as<0>, itself),
    define("-", {kind::up_to_tinyint}, returns<type_id::tinyint>, negate<type_id::tinyint>),
    define("-", {kind::up_to_smallint}, returns<type_id::smallint>, negate<type_id::smallint>),
    define("-", {kind::up_to_integer}, returns<type_id::integer>, negate<type_id::integer>),
    define("-", {kind::up_to_bigint}, returns<type_id::bigint>, negate<type_id::bigint>),
    define("-", {kind::number}, same_as<0>,
           [](call_context&, argument_list a) -> field { return as_decimal(a[0]).negated(); }),
    define("-", {kind::double_}, same_as<0>, [](call_context&, argument_list a) -> field { return -as_double(a[0]); }),

    define("&", {kind::bigint, kind::bigint}, wider_integer, combine<bits::both, type_id::bigint>),
    define("|", {kind::bigint, kind::bigint}, wider_integer, combine<bits::either, type_id::bigint>),
    define("^", {kind::bigint, kind::bigint}, wider_integer, combine<bits::one, type_id::bigint>),
    define("~", {kind::bigint}, same_as<0>, complement),
    define("<<", {kind::up_to_integer, kind::up_to_integer}, returns<type_id::integer>,
           combine<bits::left, type_id::integer>),
    define("<<", {kind::bigint, kind::bigint}, returns<type_id::bigint>, combine<bits::left, type_id::bigint>),
    define(">>", {kind::up_to_integer, kind::up_to_integer}, returns<type_id::integer>,
           combine<bits::right, type_id::integer>),
    define(">>", {kind::bigint, kind::bigint}, returns<type_id::bigint>, combine<bits::right, type_id::bigint>),

    define("||", {kind::binary, kind::binary}, concatenated_bytes, concatenate_bytes, takes_null),
    define("||", {kind::text, kind::text}, concatenated_text, concatenate_texts, takes_null),
};

}  // namespace

std::span<const overload> numeric_operators() {
    return table;
}

}  // namespace dmkit::mock::functions
