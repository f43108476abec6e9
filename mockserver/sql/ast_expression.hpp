#pragma once

#include <variant>

#include "mockserver/sql/ast_common.hpp"

namespace dmkit::mock::sql {

struct expression;
struct query_expression;
using expression_ptr = std::unique_ptr<expression>;
using query_ptr = std::unique_ptr<query_expression>;

struct null_literal {};

enum class number_kind : std::uint8_t { integer, decimal, approximate };

/// A number without sign; a sign before it is a unary_expression.
struct number_literal {
    std::string text;  ///< exactly as written
    number_kind kind = number_kind::integer;
};

struct string_literal {
    std::string value;  ///< quotes undone, UTF-8
    bool national = false;
};

/// `0x4142`; an odd number of digits has been padded on the left.
struct binary_literal {
    std::string bytes;
};

enum class datetime_literal_kind : std::uint8_t { date, time, timestamp };

/// `DATE '…'`, `TIME '…'`, `TIMESTAMP '…'` and `DATETIME '…'`.
struct datetime_literal {
    datetime_literal_kind kind = datetime_literal_kind::date;
    std::string text;  ///< between the quotes
};

/// `INTERVAL '…' qualifier`.
struct interval_literal {
    std::string text;       ///< between the quotes; a sign may stand there too
    bool negative = false;  ///< a minus stood before the quotes
    interval_qualifier qualifier;
};

/// `?`, `:name`, `:1`: one node an occurrence. The declarations are in statement::parameters.
struct parameter {
    std::uint32_t index = 0;  ///< from 0, through the whole text
    std::string name;         ///< folded, without colon; empty for `?`
};

/// A name in an expression: a column, a function or variable without parentheses, ROWNUM, LEVEL, a date part.
struct column_reference {
    qualified_name name;
    bool outer_join_mark = false;  ///< `(+)` followed
};

/// `sequence.NEXTVAL` and `sequence.CURRVAL`, the last word unquoted.
struct sequence_value {
    qualified_name sequence;
    bool next = true;
};

/// `binary` is the word BINARY before a text: it is compared byte by byte.
enum class unary_operator : std::uint8_t { plus, minus, bit_not, prior, connect_by_root, binary };

struct unary_expression {
    unary_operator op = unary_operator::plus;
    expression_ptr operand;
};

enum class binary_operator : std::uint8_t {
    add,
    subtract,
    multiply,
    divide,
    modulo,
    concatenate,
    bit_and,
    bit_or,
    bit_xor,
    shift_left,
    shift_right
};

struct binary_expression {
    binary_operator op = binary_operator::add;
    expression_ptr left;
    expression_ptr right;
};

enum class comparison_operator : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

struct comparison {
    comparison_operator op = comparison_operator::equal;
    expression_ptr left;
    expression_ptr right;
};

enum class comparison_quantifier : std::uint8_t { any, all };

/// `x > ANY (query)` (SOME is ANY), `x = ALL (1, 2)`. Either the query or the elements are there.
struct quantified_comparison {
    comparison_operator op = comparison_operator::equal;
    comparison_quantifier quantifier = comparison_quantifier::any;
    expression_ptr left;
    query_ptr query;
    std::vector<expression_ptr> elements;
};

enum class logical_operator : std::uint8_t { and_, or_ };

/// A chain of one operator, flat: `a AND b AND c` has three operands.
struct logical_expression {
    logical_operator op = logical_operator::and_;
    std::vector<expression_ptr> operands;
};

struct not_expression {
    expression_ptr operand;
};

struct is_null {
    expression_ptr operand;
    bool negated = false;
};

enum class json_strictness : std::uint8_t { unspecified, strict, lax };

/// `x IS [NOT] JSON [STRICT|LAX] [WITH|WITHOUT UNIQUE KEYS]`.
struct is_json {
    expression_ptr operand;
    bool negated = false;
    json_strictness strictness = json_strictness::unspecified;
    bool unique_keys = false;
};

struct between {
    expression_ptr operand;
    expression_ptr low;
    expression_ptr high;
    bool negated = false;
};

struct like {
    expression_ptr operand;
    expression_ptr pattern;
    expression_ptr escape;
    bool negated = false;
};

struct in_list {
    expression_ptr operand;
    std::vector<expression_ptr> elements;
    bool negated = false;
};

struct in_query {
    expression_ptr operand;
    query_ptr query;
    bool negated = false;
};

struct exists {
    query_ptr query;
};

/// `(a, b)`: two elements at least.
struct row_value {
    std::vector<expression_ptr> elements;
};

struct scalar_subquery {
    query_ptr query;
};

struct case_branch {
    expression_ptr when;
    expression_ptr then;
};

struct case_expression {
    expression_ptr operand;  ///< null: the searched form
    std::vector<case_branch> branches;
    expression_ptr otherwise;
};

/// `CAST(x AS type)`, `CONVERT(type, x)`, `x::type`.
struct cast_expression {
    expression_ptr operand;
    type_name type;
    bool convert = false;  ///< written as CONVERT
};

enum class extract_field : std::uint8_t {
    year,
    month,
    day,
    hour,
    minute,
    second,
    timezone_hour,
    timezone_minute,
    other
};

/// `EXTRACT(field FROM x)`.
struct extract_expression {
    extract_field field = extract_field::year;
    std::string field_name;  ///< folded, as written
    expression_ptr operand;
};

enum class trim_side : std::uint8_t { both, leading, trailing };

/// `TRIM([side] [characters] FROM x)` and `TRIM(x)`.
struct trim_expression {
    trim_side side = trim_side::both;
    bool side_written = false;
    expression_ptr characters;
    expression_ptr operand;
};

/// `(a - b) DAY(3) TO SECOND`.
struct interval_conversion {
    expression_ptr operand;
    interval_qualifier qualifier;
};

/// `x AT TIME ZONE z`, `x AT LOCAL` (zone is null).
struct at_time_zone {
    expression_ptr operand;
    expression_ptr zone;
};

enum class cursor_property : std::uint8_t { row_count, found, not_found, is_open };

/// `SQL%ROWCOUNT`, `name%FOUND`.
struct cursor_attribute {
    identifier cursor;
    cursor_property property = cursor_property::row_count;
};

/// `@@IDENTITY`: the name without the signs, folded.
struct global_variable {
    identifier name;
};

/// `DEFAULT` in place of a value, in VALUES and SET only.
struct default_marker {};

enum class nulls_order : std::uint8_t { unspecified, first, last };

struct sort_item {
    expression_ptr value;
    bool descending = false;
    nulls_order nulls = nulls_order::unspecified;
};

enum class frame_unit : std::uint8_t { rows, range };
enum class frame_bound_kind : std::uint8_t {
    unbounded_preceding,
    preceding,
    current_row,
    following,
    unbounded_following
};

struct frame_bound {
    frame_bound_kind kind = frame_bound_kind::current_row;
    expression_ptr offset;  ///< of preceding and following
};

struct window_frame {
    frame_unit unit = frame_unit::rows;
    frame_bound start;
    std::optional<frame_bound> end;  ///< none: the short form, which ends at the current row
};

/// `OVER (…)`.
struct window_specification {
    std::vector<expression_ptr> partition_by;
    std::vector<sort_item> order_by;
    std::optional<window_frame> frame;
};

/// `KEEP (DENSE_RANK FIRST|LAST ORDER BY …)`.
struct keep_clause {
    bool last = false;
    std::vector<sort_item> order_by;
};

enum class set_quantifier : std::uint8_t { unspecified, all, distinct };
enum class null_treatment : std::uint8_t { unspecified, respect, ignore };

/// `name([ALL|DISTINCT] arguments) …` in any schema or package, aggregates and analytic functions included. The special
/// forms SUBSTRING(x FROM m FOR n), POSITION(x IN y) and OVERLAY(x PLACING y FROM m FOR n) come as calls with their
/// operands in this order. A date part (`DATEADD(DAY, …)`) is a column_reference of one part.
struct function_call {
    qualified_name name;
    bool star = false;  ///< `COUNT(*)`
    set_quantifier quantifier = set_quantifier::unspecified;
    std::vector<expression_ptr> arguments;
    /// Names of `name => value` arguments, as many as arguments, empty for those without; empty if none has a name.
    std::vector<std::string> argument_names;
    std::vector<sort_item> within_group;  ///< `WITHIN GROUP (ORDER BY …)`
    std::vector<sort_item> order_by;      ///< inside the parentheses: `GROUP_CONCAT(x ORDER BY y)`
    expression_ptr separator;             ///< `SEPARATOR ','`
    std::unique_ptr<keep_clause> keep;
    null_treatment nulls = null_treatment::unspecified;
    bool from_last = false;  ///< `FROM LAST` of NTH_VALUE
    std::unique_ptr<window_specification> over;
};

/// One expression of any kind, predicates included.
struct expression {
    using node_type =
        std::variant<null_literal, number_literal, string_literal, binary_literal, datetime_literal, interval_literal,
                     parameter, column_reference, sequence_value, unary_expression, binary_expression, comparison,
                     quantified_comparison, logical_expression, not_expression, is_null, is_json, between, like,
                     in_list, in_query, exists, row_value, scalar_subquery, case_expression, cast_expression,
                     extract_expression, trim_expression, interval_conversion, at_time_zone, cursor_attribute,
                     global_variable, default_marker, std::unique_ptr<function_call>>;
    node_type node;
    /// With the parentheses around it, if there were any.
    source_range where;
    /// Written in parentheses. Binding needs it nowhere; headings do.
    bool parenthesized = false;
    /// Levels of expressions below this one, itself included; the parser keeps it below parse_options::max_height.
    std::uint16_t height = 1;
};

/// An expression that outlives its statement as text: a default, a check, an index key.
struct stored_expression {
    expression_ptr value;
    std::string text;  ///< as written
};

}  // namespace dmkit::mock::sql
