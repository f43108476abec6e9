#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/field.hpp>
#include <dmkit/type.hpp>

#include "mockserver/functions/call_context.hpp"

/// DM8's scalar functions and operators over values. Knows neither SQLite nor the syntax tree.
///
/// Values meet their types like this: BIT, BOOLEAN and all integers are int64 (a bool is taken too), DECIMAL is
/// decimal, REAL float, DOUBLE double, CHAR, VARCHAR and CLOB string, BINARY, VARBINARY and BLOB binary, DATE date, all
/// TIME types time, all DATETIME types timestamp. Results follow the same rule.
///
/// Names are in upper case. Operators are functions named by their sign: `+ - * / % || & | ^ ~ << >>`, the unary ones
/// with one argument. Comparisons, AND, OR, NOT are not here: common_type() says in which type operands are compared.
///
/// Syntax with words inside the parentheses is called by these names and arguments:
///   - TRIM([side] [set] FROM s): `$TRIM`(side, set, s), side being the literal BOTH, LEADING or TRAILING, set NULL for
///     none; plain TRIM(s) is TRIM
///   - SUBSTRING(s FROM m FOR n): SUBSTRING(s, m, n); POSITION(a IN b): POSITION(a, b)
///   - OVERLAY(a PLACING b FROM m FOR n): OVERLAY(a, b, m, n); EXTRACT(part FROM x): EXTRACT('part', x)
///   - (a − b) DAY TO SECOND and the like: `$INTERVAL_BETWEEN`(a, b, scale word of the wanted interval type as a
///   literal)
///   - x AT TIME ZONE z: `$AT_TIME_ZONE`(x, z)
///   - CAST and CONVERT(type, x): convert() with conversion_mode::explicit_cast. CONVERT with a text as first argument
///     (character sets) is the function CONVERT.
namespace dmkit::mock {

using dmkit::data_type;
using dmkit::field;
using dmkit::field_view;
using dmkit::type_id;

/// Computes one value. The arguments have the types that resolve() asked for. @throws sql_error
using scalar_function = field (*)(call_context& context, std::span<const field_view> arguments);

/// An argument as the binder knows it.
struct typed_argument {
    data_type type;                     ///< type_id::null for NULL, type_id::unknown for a `?` that has no type yet
    std::optional<field> literal = {};  ///< its value if it is a literal: scales and formats show in result types
};

/// What a parameter takes. Arguments of another kind are converted, or make another overload fit better.
enum class parameter_kind : std::uint8_t {
    none,            ///< no such parameter
    any,             ///< anything, as it comes
    common,          ///< all `common` arguments of a call are converted to the type in which they can be results
    compared,        ///< all `compared` arguments of a call are converted to the type in which they can be compared
    first_wins,      ///< all `first_wins` arguments take the type of the first, NVL's way: among numbers the wider
    decoded_value,   ///< DECODE: value and searches are `compared`, results are `decoded_result`
    decoded_result,  ///< all of a call take a text type if the first is text, else the wider type of its family
    integer,         ///< INT; other numbers and text are converted
    bigint,          ///< any integer as it comes; other numbers, text and binary literals become BIGINT
    up_to_tinyint,   ///< TINYINT as it comes; nothing else fits
    up_to_smallint,  ///< TINYINT, SMALLINT as they come; nothing else fits
    up_to_integer,   ///< integers up to INT, BIT too; nothing else fits
    up_to_bigint,    ///< any integer; nothing else fits
    number,          ///< any integer or DECIMAL as it comes; text becomes DECIMAL
    double_,         ///< DOUBLE; any number or text becomes one
    real,            ///< REAL; nothing else fits
    floating,        ///< REAL or DOUBLE as it comes; nothing else fits
    text,            ///< CHAR, VARCHAR, CLOB as it comes; others become VARCHAR
    character,       ///< CHAR, VARCHAR, CLOB as it comes; nothing else fits
    binary,          ///< BINARY, VARBINARY, BLOB as it comes; nothing else fits
    only_date,       ///< DATE; nothing else fits
    date,            ///< DATE; DATETIME and text become one
    time,            ///< TIME as it comes, with zone too; DATETIME and text become TIME(6)
    only_time,       ///< TIME as it comes, with zone too; nothing else fits
    timestamp,       ///< DATETIME types as they come, with zone too; DATE and text become DATETIME(6)
    timestamp_tz,    ///< DATETIME WITH TIME ZONE; other dates and text become one, of the session's zone if they have
                     ///< none
    datetime,        ///< DATE, TIME and DATETIME types as they come; text becomes DATETIME(6)
    interval_ym,     ///< as it comes; nothing else fits
    interval_ds,     ///< as it comes; nothing else fits
    part,            ///< the word of a date part, as text
};

/// Gives the type of the result from the arguments after conversion.
using result_rule = data_type (*)(std::span<const typed_argument> converted);

/// One function over one set of parameter types.
struct overload {
    static constexpr std::size_t max_parameters = 8;
    static constexpr std::uint8_t unlimited = 255;

    std::string_view name;  ///< in upper case
    std::array<parameter_kind, max_parameters> parameters = {};
    std::uint8_t minimum_arguments = 0;
    std::uint8_t maximum_arguments = 0;  ///< unlimited: the last parameter repeats
    result_rule result = nullptr;
    scalar_function call = nullptr;
    bool null_in_null_out = true;  ///< a NULL argument gives NULL; call is then never entered with one
    bool deterministic = true;     ///< same arguments, same result, whatever the context
    /// DM8 computes only the arguments it needs (NVL, COALESCE, DECODE, IF …): emitted as SQL's CASE. The call is right
    /// too, once all arguments are computed.
    bool lazy = false;
    std::uint16_t id = 0;  ///< unique in the table and stable in one build: the function's name in SQLite is made of it
};

/// The function that a call means.
struct resolution {
    const overload* function = nullptr;               ///< lives as long as the program
    std::vector<data_type> converted_argument_types;  ///< convert() each argument to these before the call
    data_type result;
};

/// Finds the overload for a call. @p name is in upper case.
/// @throws sql_error −2207 unknown name, −5402 wrong number of arguments, −5403 arguments that fit no overload (−6105
/// for operators), not_supported for functions that DM8 has and the mock has not
[[nodiscard]] resolution resolve(std::string_view name, std::span<const typed_argument> arguments);

/// True if the name is a function of the table, or one that is refused as not supported.
[[nodiscard]] bool is_function(std::string_view name);

/// SYSDATE, USER, GUID …: called without parentheses where no column of that name is in scope.
[[nodiscard]] bool callable_without_parentheses(std::string_view name);

/// DATEADD, EXTRACT …: the first argument may be a bare word, passed on as a text literal.
[[nodiscard]] bool first_argument_is_date_part(std::string_view name);

/// All overloads, ordered by id.
[[nodiscard]] std::span<const overload> all_overloads();

/// Calls the function: NULL arguments are dealt with as its null_in_null_out says. @p result is the type that resolve()
/// gave: a text may be no longer than 32,767 bytes, a CLOB or BLOB no longer than 64 MiB, which is a limit of ours.
/// @throws sql_error −6102 for a text that is longer, not_supported for a CLOB or BLOB that is longer
[[nodiscard]] field call(const overload& function, call_context& context, std::span<const field_view> arguments,
                         const data_type& result);

/// What a common type is looked for.
enum class type_purpose : std::uint8_t {
    comparison,  ///< = < BETWEEN IN: text meets a number or date as that type
    result,      ///< CASE, UNION, COALESCE, GREATEST: text and number give text, text and date give text
};

/// The type in which both can stand; empty if DM8 has none (the caller refuses: −6105 for comparisons). NULL and
/// unknown take the other's type.
[[nodiscard]] std::optional<data_type> common_type(const data_type& a, const data_type& b,
                                                   type_purpose purpose = type_purpose::comparison);

/// True if some value of @p from converts to @p to implicitly. An explicit CAST can do no more.
[[nodiscard]] bool convertible(const data_type& from, const data_type& to);

enum class conversion_mode : std::uint8_t {
    implicit,       ///< between operands and parameters
    explicit_cast,  ///< CAST, CONVERT: text is cut to the length
    assignment,     ///< to a column: what does not fit is refused, CHAR is padded
};

/// Converts one value. NULL stays NULL. @p from may be type_id::unknown: the value's own kind says what it is.
/// A precision of 0 in @p to means no limit.
/// @param name the column of an assignment, for the text of the error
/// @param length_in_characters VARCHAR(n CHAR): the precision of @p to counts characters
/// @throws sql_error −6101 no such conversion, −6102 number out of range, −6111 text that is no number, −6118 text that
/// is no date or time, −6169 text too long for the column, −6170 more digits than the column's DECIMAL(p,s) has
[[nodiscard]] field convert(call_context& context, const field_view& value, const data_type& from, const data_type& to,
                            conversion_mode mode, std::string_view name = {}, bool length_in_characters = false);

/// Whether convert() to @p to would only copy the value: text that needs neither cutting nor padding. False says
/// nothing.
[[nodiscard]] bool is_text_that_stays(const field_view& value, const data_type& to) noexcept;

/// The value as DM8 writes it when it becomes text: doubles with 15 digits and an exponent of three, decimals without
/// superfluous zeros, times with the digits of their type.
[[nodiscard]] std::string to_text(const field_view& value, const data_type& type);

/// Default data types: INT is `type_of(type_id::integer)`. Precision and scale are those of descriptors
/// (docs/protocol), VARCHAR(8188), DECIMAL without limits, TIME(0), DATETIME(6).
[[nodiscard]] data_type type_of(type_id id);
/// The type of a value that came without one.
[[nodiscard]] data_type type_of(const field_view& value);

/// The order of integer types by their range.
[[nodiscard]] constexpr int integer_rank(type_id id) noexcept {
    switch (id) {
        case type_id::bit:
        case type_id::boolean:
            return 1;
        case type_id::tinyint:
            return 2;
        case type_id::smallint:
            return 3;
        case type_id::integer:
            return 4;
        default:
            return 5;
    }
}

[[nodiscard]] bool is_text(type_id id);
[[nodiscard]] bool is_integer(type_id id);   ///< BIT and BOOLEAN too
[[nodiscard]] bool is_number(type_id id);    ///< integers, DECIMAL, REAL, DOUBLE
[[nodiscard]] bool is_datetime(type_id id);  ///< DATE, TIME and DATETIME types
[[nodiscard]] bool is_interval(type_id id);
[[nodiscard]] bool is_binary(type_id id);
[[nodiscard]] bool is_lob(type_id id);

/// How letters of both cases compare: CASE_SENSITIVE. Letters are those of ASCII: of others no document speaks.
enum class letter_case : std::uint8_t { counts, ignored };
[[nodiscard]] constexpr letter_case letter_case_of(bool case_sensitive) noexcept {
    return case_sensitive ? letter_case::counts : letter_case::ignored;
}

/// The order of DM8's text: bytes of UTF-8 (of upper-case letters where case is ignored), the shorter text padded with
/// blanks. Negative, 0 or positive.
[[nodiscard]] int compare_text(std::string_view a, std::string_view b, letter_case how = letter_case::counts) noexcept;

/// x LIKE pattern [ESCAPE escape]; trailing blanks count. @p escape is empty or one character.
/// @throws sql_error −3503 for an escape of another length
[[nodiscard]] bool like(std::string_view text, std::string_view pattern, std::string_view escape = {},
                        letter_case how = letter_case::counts);

/// Reads the text of a date, time or time stamp literal or of a value to convert, as DM8 accepts it: any punctuation or
/// none between fields, `T` before the time, a fraction, a zone. Empty if it is none.
[[nodiscard]] std::optional<dmkit::date> read_date(std::string_view text);
[[nodiscard]] std::optional<dmkit::time> read_time(std::string_view text);
[[nodiscard]] std::optional<dmkit::timestamp> read_timestamp(std::string_view text);

/// Reads the text of an interval literal (`1-2`, `-7 15:10:00.5`) by the fields of @p scale_word (the scale of the
/// interval's data_type: qualifier << 8 | leading precision << 4 | seconds precision). Empty if it does not fit.
[[nodiscard]] std::optional<dmkit::interval_ym> read_interval_ym(std::string_view text, std::int32_t scale_word);
[[nodiscard]] std::optional<dmkit::interval_ds> read_interval_ds(std::string_view text, std::int32_t scale_word);

}  // namespace dmkit::mock
