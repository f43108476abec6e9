#pragma once

#include <functional>

#include "mockserver/sql/ast.hpp"

/// Looking through trees without binding them.
namespace dmkit::mock::bind {

/// True if @p predicate holds for the node or one below it, subqueries not included.
[[nodiscard]] bool any_of(const sql::expression& node, const std::function<bool(const sql::expression&)>& predicate);

/// True if the unqualified name @p name (ROWNUM, LEVEL) stands in the expression as a reference.
[[nodiscard]] bool mentions(const sql::expression& node, std::string_view name);

/// True if some FROM of the query, at any depth, names the table @p name without schema.
[[nodiscard]] bool reads_table(const sql::query_expression& query, std::string_view name);
[[nodiscard]] bool reads_table(const sql::query_term& term, std::string_view name);

}  // namespace dmkit::mock::bind
