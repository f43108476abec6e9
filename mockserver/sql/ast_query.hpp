#pragma once

#include "mockserver/sql/ast_expression.hpp"

namespace dmkit::mock::sql {

struct table_reference;
using table_ptr = std::unique_ptr<table_reference>;

/// One element of a select list: either a value or a star.
struct select_item {
    expression_ptr value;                ///< null for a star
    std::optional<qualified_name> star;  ///< of `t.*`, `s.t.*`; for `*` alone parts is empty
    std::optional<identifier> alias;
    source_range where;
};

enum class row_limit_form : std::uint8_t { top, limit, fetch };

/// TOP, LIMIT, OFFSET and FETCH in one form: skip #offset rows, then take #count.
struct row_limit {
    row_limit_form form = row_limit_form::limit;
    expression_ptr offset;  ///< null: none
    expression_ptr count;   ///< null: all
    bool percent = false;
    bool with_ties = false;
    source_range where;
};

/// `t [PARTITION (p)] [alias] [INDEX i]`.
struct named_table {
    qualified_name name;
    std::optional<identifier> alias;
    std::vector<identifier> index_hints;  ///< `INDEX i`: to be ignored
};

/// `[LATERAL] (query) [alias [(columns)]]`.
struct derived_table {
    query_ptr query;
    std::optional<identifier> alias;
    std::vector<identifier> columns;
    bool lateral = false;
};

/// `TABLE(f(x)) [alias]` or `f(x) [alias]`. DM8 also lets a table be written like a call, `t(a, b)`, to pick columns.
struct table_function {
    expression_ptr call;
    std::optional<identifier> alias;
    std::vector<identifier> columns;
};

enum class join_kind : std::uint8_t { cross, inner, left, right, full, cross_apply, outer_apply };

struct joined_table {
    join_kind kind = join_kind::inner;
    bool natural = false;
    table_ptr left;
    table_ptr right;
    expression_ptr condition;               ///< ON
    std::vector<identifier> using_columns;  ///< USING
};

struct table_reference {
    std::variant<named_table, derived_table, table_function, joined_table> node;
    source_range where;
    std::uint16_t height = 1;  ///< of joins, as expression::height
};

/// `[START WITH …] CONNECT BY [NOCYCLE] …`.
struct hierarchy_clause {
    expression_ptr start_with;
    expression_ptr connect_by;
    bool nocycle = false;
};

enum class grouping_kind : std::uint8_t { simple, rollup, cube, grouping_sets };

/// An element of GROUP BY. Of `simple` the expressions are there: one, several for `(a, b)`, none for `()`. Of the
/// others the elements are there.
struct grouping_element {
    grouping_kind kind = grouping_kind::simple;
    std::vector<expression_ptr> expressions;
    std::vector<grouping_element> elements;
    source_range where;
};

/// `SELECT … FROM … WHERE … GROUP BY … HAVING`, without ORDER BY and what follows.
struct select_core {
    set_quantifier quantifier = set_quantifier::unspecified;  ///< UNIQUE is distinct
    std::optional<row_limit> top;
    bool count_found_rows = false;  ///< SQL_CALC_FOUND_ROWS
    std::vector<select_item> items;
    std::vector<table_ptr> from;  ///< the comma list
    expression_ptr where_condition;
    std::unique_ptr<hierarchy_clause> hierarchy;
    std::vector<grouping_element> group_by;
    expression_ptr having;
};

/// An operand of a set operation: a select or a query in parentheses.
struct query_term {
    std::variant<std::unique_ptr<select_core>, query_ptr> node;
    source_range where;
};

enum class set_operator : std::uint8_t { union_, intersect, except };

/// `UNION [ALL|DISTINCT] term`. Operators are equal in rank and work from left to right; MINUS is except.
struct set_operation {
    set_operator op = set_operator::union_;
    bool all = false;
    query_term right;
};

/// `name [(columns)] AS (query)`. Recursive if the query names itself.
struct common_table {
    identifier name;
    std::vector<identifier> columns;
    query_ptr query;
};

enum class lock_wait : std::uint8_t { unspecified, nowait, wait, skip_locked };

/// `FOR UPDATE [OF columns] [NOWAIT | WAIT n | [n] SKIP LOCKED]`, `FOR READ ONLY`.
struct locking_clause {
    bool read_only = false;
    std::vector<qualified_name> columns;
    lock_wait wait = lock_wait::unspecified;
    expression_ptr seconds;  ///< of WAIT; of SKIP LOCKED: how many rows
    source_range where;
};

/// A whole query.
struct query_expression {
    bool recursive_written = false;  ///< WITH RECURSIVE
    std::vector<common_table> with;
    query_term first;
    std::vector<set_operation> rest;
    std::vector<sort_item> order_by;
    bool order_siblings = false;
    std::optional<row_limit> limit;
    std::optional<locking_clause> locking;
    bool uncommitted_read = false;  ///< WITH UR
    source_range where;             ///< without parentheses around it
};

}  // namespace dmkit::mock::sql
