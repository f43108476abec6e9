#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "mockserver/functions/function_table.hpp"

/// What the families of functions share: reading arguments, raising errors, declaring overloads.
namespace dmkit::mock::functions {

using argument_list = std::span<const field_view>;
using type_list = std::span<const typed_argument>;
/// Short for the tables of overloads.
using kind = parameter_kind;
using dmkit::date;
using dmkit::decimal;
using dmkit::interval_ds;
using dmkit::interval_qualifier;
using dmkit::interval_ym;
using dmkit::time;
using dmkit::timestamp;

/// Codes of the errors that functions raise (docs/errors.md).
namespace code {
inline constexpr int unknown_member = -2207;
inline constexpr int invalid_argument = -3503;
inline constexpr int argument_count = -5402;
inline constexpr int argument_type = -5403;
inline constexpr int no_conversion = -6101;
inline constexpr int overflow = -6102;
inline constexpr int divide_by_zero = -6103;
inline constexpr int type_mismatch = -6105;
inline constexpr int not_a_number = -6111;
inline constexpr int datetime_overflow = -6112;
inline constexpr int not_a_datetime = -6118;
inline constexpr int format_mismatch = -6130;
inline constexpr int column_too_short = -6169;
inline constexpr int column_precision = -6170;
}  // namespace code

[[noreturn]] void fail(int code);

/// Arguments are of the kind that resolve() asked for; these read every kind that the parameter kind lets through.
[[nodiscard]] std::int64_t as_integer(const field_view& value);  ///< decimals and doubles are rounded. @throws −6102
[[nodiscard]] decimal as_decimal(const field_view& value);
[[nodiscard]] double as_double(const field_view& value);
[[nodiscard]] std::string_view as_text(const field_view& value);
[[nodiscard]] dmkit::bytes_view as_bytes(const field_view& value);
[[nodiscard]] timestamp as_timestamp(const field_view& value);  ///< of a date: midnight; of a time: on 1900-01-01
[[nodiscard]] date as_date(const field_view& value);

/// A finite double; −6102 otherwise.
[[nodiscard]] field finite(double value);
/// The nearest REAL. @throws −6102 beyond its range
[[nodiscard]] float to_float(double value);
/// The value, or −6102 for none.
[[nodiscard]] decimal need(std::optional<decimal> value);
/// The value, which must be one of the integer type. @throws −6102
[[nodiscard]] std::int64_t within(std::int64_t value, type_id id);

/// To be asked before a text grows to @p size bytes of UTF-8. @throws −6102 and not_supported, as call() does
void check_text_size(const call_context& context, std::size_t size);

/// The arguments that are not NULL, one behind the other; NULL if all are. Of `||` and CONCAT.
field concatenate_texts(call_context& context, argument_list arguments);

/// True for text arguments that hold this word, without regard to case.
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);
[[nodiscard]] std::string upper_ascii(std::string_view text);

enum property : unsigned {
    strict = 0,      ///< NULL in, NULL out; the same result every time
    takes_null = 1,  ///< is called with NULL arguments
    varies = 2,      ///< the result depends on the context
    evaluates_lazily = 4,
    repeats = 8,  ///< the last parameter may be given any number of times
};

/// Declares an overload; the last @p optional parameters may be left out.
constexpr overload define(std::string_view name, std::initializer_list<parameter_kind> parameters, result_rule result,
                          scalar_function call, unsigned properties = strict, std::uint8_t optional = 0) {
    overload made;
    made.name = name;
    std::size_t count = 0;
    for (const parameter_kind parameter : parameters)
        made.parameters[count++] = parameter;
    made.minimum_arguments = static_cast<std::uint8_t>(count - optional);
    made.maximum_arguments = (properties & repeats) ? overload::unlimited : static_cast<std::uint8_t>(count);
    made.result = result;
    made.call = call;
    made.null_in_null_out = !(properties & takes_null);
    made.deterministic = !(properties & varies);
    made.lazy = (properties & evaluates_lazily) != 0;
    return made;
}

/// Result rules.
template <type_id id>
data_type returns(type_list) {
    return type_of(id);
}
template <std::size_t index>
data_type same_as(type_list arguments) {
    return arguments[index].type;
}
/// VARCHAR (CLOB for a CLOB) as long as the first argument.
data_type text_like_first(type_list arguments);
/// VARCHAR without a bound of its own (CLOB for a CLOB).
data_type text_of_any_length(type_list arguments);
/// VARCHAR as long as all arguments together (CLOB for a CLOB).
data_type concatenated_text(type_list arguments);
template <std::int32_t length>
data_type text_of(type_list) {
    return {type_id::varchar, length, 0};
}
data_type free_decimal(type_list);
/// DATETIME(0), SYSDATE's and TO_DATE's.
data_type datetime_of_seconds(type_list);
/// The type that all arguments were converted to.
data_type common_result(type_list arguments);

/// A literal integer argument, if it is one.
[[nodiscard]] std::optional<std::int64_t> literal_integer(type_list arguments, std::size_t index);

/// DECIMAL as wide as an integer type, as decimal arithmetic counts its digits; other types as they are.
[[nodiscard]] data_type as_decimal_type(const data_type& type);

/// Declared lengths: what VARCHAR(n) must hold for any value of the type.
[[nodiscard]] std::int32_t text_length(const data_type& type);
inline constexpr std::int32_t longest_text = 32767;                 ///< bytes of an expression's VARCHAR
inline constexpr std::size_t longest_clob = std::size_t{64} << 20;  ///< bytes of an expression's CLOB: a limit of ours
inline constexpr std::int32_t default_text = 8188;

/// The families.
std::span<const overload> numeric_functions();
std::span<const overload> numeric_operators();
std::span<const overload> datetime_operators();
std::span<const overload> string_functions();
std::span<const overload> string_search_functions();
std::span<const overload> regexp_functions();
std::span<const overload> clock_functions();
std::span<const overload> datetime_functions();
std::span<const overload> date_rounding_functions();
std::span<const overload> calendar_helper_functions();
std::span<const overload> conversion_functions();
std::span<const overload> conditional_functions();
std::span<const overload> session_functions();

/// Functions of DM8 that the mock has not, in upper case, sorted.
std::span<const std::string_view> unsupported_functions();

}  // namespace dmkit::mock::functions
