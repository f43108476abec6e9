#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mockserver/catalog/names.hpp"
#include "mockserver/sql/ast.hpp"

/// Looking through trees without binding them.
namespace dmkit::mock::bind {

/// True if @p predicate holds for the node or one below it, subqueries not included.
[[nodiscard]] bool any_of(const sql::expression& node, const std::function<bool(const sql::expression&)>& predicate);

/// True if the unqualified name @p name (ROWNUM, LEVEL) stands in the expression as a reference.
[[nodiscard]] bool mentions(const sql::expression& node, std::string_view name);

/// The sequences, by the keys of their names as written, that are mentioned several times among @p values, one of them
/// with NEXTVAL.
[[nodiscard]] std::set<std::string> repeated_sequences(const std::vector<const sql::expression*>& values,
                                                       const name_order& order);

/// True if the expression calls an aggregate or an analytic function.
[[nodiscard]] bool calls_aggregate(const sql::expression& node);

/// True if some FROM of the query, at any depth, names the table @p name without schema.
[[nodiscard]] bool reads_table(const sql::query_expression& query, std::string_view name, const name_order& order);
[[nodiscard]] bool reads_table(const sql::query_term& term, std::string_view name, const name_order& order);

}  // namespace dmkit::mock::bind
