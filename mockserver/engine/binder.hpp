#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mockserver/engine/plan.hpp"
#include "mockserver/sql/ast_common.hpp"

namespace dmkit::mock::sql {
struct statement;
struct expression;
struct query_expression;
struct type_name;
struct identifier;
}  // namespace dmkit::mock::sql

/// What the engine asks of mockserver/bind, which implements these functions. All of them throw sql_error.
namespace dmkit::mock {

/// Binds SELECT, INSERT, UPDATE, DELETE, MERGE, CALL, EXPLAIN and whatever else is no DDL, transaction or session
/// command. @p text is the text the tree was parsed from: headings of unnamed result columns are made of it.
[[nodiscard]] plan bind_statement(const sql::statement& tree, std::string_view text, const bind_context& context);

/// Binds an expression of a block: a query of one row and one column. A condition gives 1, 0 or NULL.
[[nodiscard]] plan bind_expression(const sql::expression& tree, std::string_view text, const bind_context& context);
/// The same of a condition or number in the place of a condition: 1 where it holds, else 0.
[[nodiscard]] plan bind_block_condition(const sql::expression& tree, std::string_view text,
                                        const bind_context& context);

/// A star of a select list and the columns it stands for: their names, after that of the table in scope if it has one.
struct expanded_star {
    sql::source_range where;
    std::vector<std::vector<std::string>> columns;
};

/// A query that makes a table or view: its columns, and the step whose rows fill CREATE TABLE … AS.
struct bound_query {
    std::vector<view_column> columns;
    step rows;
    std::vector<function_use> functions;
    std::vector<object_id> references;  ///< tables and views it reads
    std::vector<access> accesses;
    std::vector<expanded_star> stars;  ///< in order of the text
};
[[nodiscard]] bound_query bind_query(const sql::query_expression& query, std::string_view text,
                                     const bind_context& context);

/// A declared type as DM8 understands it.
struct resolved_type {
    data_type type;
    std::string type_name;              ///< as catalogs and descriptors spell it
    bool length_in_characters = false;  ///< n CHAR, NVARCHAR, or LENGTH_IN_CHAR
};
/// @throws sql_error -3719 for an unknown type name, and what DM8 says to lengths and scales out of range
[[nodiscard]] resolved_type resolve_type(const sql::type_name& name, const bind_context& context);

/// A condition or value over the columns of one table, by their storage names and unqualified: CHECK, computed column,
/// key of an index. Subqueries and parameters are refused.
struct bound_expression {
    stored_expression expression;
    data_type type;
    std::string type_name;
    bool deterministic = true;
};
[[nodiscard]] bound_expression bind_condition(const sql::expression& tree, std::string_view text,
                                              const table_info& table, const bind_context& context);
[[nodiscard]] bound_expression bind_value(const sql::expression& tree, std::string_view text, const table_info& table,
                                          const bind_context& context);

/// SQLite SQL of a value that is assigned to @p target: of @p value, which reads no columns (a DEFAULT; -2670 if it
/// does or cannot be one), or of the storage expression @p source of type @p from.
struct bound_assignment {
    std::string sql;
    std::vector<function_use> functions;
};
[[nodiscard]] bound_assignment bind_default(const sql::expression& value, const column_info& target,
                                            const bind_context& context);
[[nodiscard]] bound_assignment bind_conversion(std::string_view source, const data_type& from,
                                               const column_info& target);

}  // namespace dmkit::mock
