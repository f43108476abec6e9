#pragma once

#include "mockserver/sql/ast_query.hpp"

namespace dmkit::mock::sql {

/// `RETURN[ING] values INTO targets`; each target is a parameter.
struct returning_clause {
    std::vector<expression_ptr> values;
    std::vector<parameter> targets;
    source_range where;
};

/// What an UPDATE, DELETE, MERGE or INSERT writes to: a table or view by name, or a query in parentheses.
struct dml_target {
    qualified_name name;  ///< no parts if #query is there
    query_ptr query;
    std::optional<identifier> alias;
    source_range where;
};

/// Rows of VALUES; an element may be a default_marker.
struct insert_values {
    std::vector<std::vector<expression_ptr>> rows;
};

struct insert_default_values {};

struct insert_statement {
    dml_target target;
    std::vector<qualified_name> columns;
    std::variant<insert_values, query_ptr, insert_default_values> source;
    std::optional<returning_clause> returning;
};

/// One `INTO t (columns) VALUES (…)` of INSERT ALL.
struct insert_branch_target {
    dml_target target;
    std::vector<qualified_name> columns;
    std::vector<expression_ptr> values;  ///< empty: the query's columns
};

/// `WHEN condition THEN INTO …`; without condition: the unconditional or ELSE part.
struct insert_branch {
    expression_ptr when;
    std::vector<insert_branch_target> targets;
};

/// `INSERT ALL|FIRST … query`.
struct multi_insert_statement {
    bool first = false;
    std::vector<insert_branch> branches;
    std::vector<insert_branch_target> otherwise;
    query_ptr query;
};

/// `a = x`, `(a, b) = (x, y)`, `(a, b) = (query)`: for several targets the value is a row_value or scalar_subquery. The
/// value may be a default_marker.
struct assignment {
    std::vector<qualified_name> targets;
    expression_ptr value;
    source_range where;
};

struct update_statement {
    dml_target target;
    std::vector<assignment> assignments;
    std::vector<table_ptr> from;
    expression_ptr where_condition;
    std::optional<identifier> cursor;  ///< of WHERE CURRENT OF, in place of a condition
    std::optional<row_limit> limit;
    std::optional<returning_clause> returning;
};

struct delete_statement {
    dml_target target;
    std::vector<table_ptr> from;  ///< `DELETE t FROM …`, `DELETE t USING …`
    expression_ptr where_condition;
    std::optional<identifier> cursor;  ///< of WHERE CURRENT OF, in place of a condition
    std::optional<row_limit> limit;    ///< LIMIT, FETCH, or TOP before the target
    std::optional<returning_clause> returning;
};

struct merge_update {
    std::vector<assignment> assignments;
    expression_ptr where_condition;
    expression_ptr delete_where;
};

struct merge_insert {
    std::vector<qualified_name> columns;
    std::vector<expression_ptr> values;
    expression_ptr where_condition;
};

struct merge_statement {
    dml_target target;
    table_ptr source;
    expression_ptr condition;
    std::optional<merge_update> matched;
    std::optional<merge_insert> not_matched;
};

}  // namespace dmkit::mock::sql
