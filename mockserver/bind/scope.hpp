#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/field.hpp>
#include <dmkit/type.hpp>

#include "mockserver/catalog/objects.hpp"
#include "mockserver/error.hpp"
#include "mockserver/sql/ast.hpp"

namespace dmkit::mock::bind {

/// Where a value comes from, when it is a column unchanged.
struct column_origin {
    std::string base_name;
    std::string table;
    std::string schema;
    std::string type_name;
    std::optional<data_type> in_characters;  ///< as it is declared, if it is VARCHAR(n CHAR)
    bool identity = false;
    bool stored = false;  ///< of a table: its values fit its type. A view's column may be an expression.
    // of a table, too:
    object_id table_id = 0;
    column_id column = 0;
    std::string alias;  ///< of the table in emitted SQL
};

/// An expression with its SQLite SQL and all that is known about it.
struct bound {
    std::string sql;
    data_type type{type_id::unknown, 0, 0};  ///< null for NULL, unknown for a parameter that nothing has typed yet
    bool nullable = true;
    bool condition = false;                ///< a truth value (1, 0, NULL), not a value of DM8's
    bool truth = false;                    ///< a BOOLEAN of a block, which is BIT elsewhere: may stand as a condition
    std::optional<field> literal;          ///< its value if it is a constant as written
    std::optional<std::uint32_t> untyped;  ///< the parameter, while it has no type
    std::shared_ptr<const column_origin> origin;
    /// When #sql is a call of two arguments or a chain of such calls: the function's name and how many it has.
    std::string chained = {};
    std::size_t chain_length = 0;
    [[nodiscard]] bool is_null() const { return type.id == type_id::null; }
};

/// A column that a FROM item offers.
struct scope_column {
    std::string name;
    std::string sql;  ///< how to name it in emitted SQL
    data_type type;
    bool nullable = true;
    bool merged = false;  ///< by USING or NATURAL: found by its qualified name only
    std::shared_ptr<const column_origin> origin;
};

/// A table, view or derived table in FROM.
struct from_item {
    std::string name;    ///< alias, or the table's own name; empty for a derived table without alias
    std::string schema;  ///< empty when an alias hides it
    std::string alias;   ///< in emitted SQL
    std::vector<scope_column> columns;
    bool dual = false;    ///< DUAL: a table of one row
    object_id table = 0;  ///< that the rows are stored in; 0: they are those of a query
};

/// One result column of a query.
struct output {
    std::string name;  ///< heading
    bound value;
    bool aliased = false;  ///< the name was written with AS
};

/// Where a column of the query stands ungrouped.
struct bare_column {
    std::string name;
    sql::source_range where;
};

/// The part of a select that expressions belong to: decides what may stand there.
enum class clause : std::uint8_t { from, where, group_by, having, select, order_by, values };

/// The names that an expression sees: one for each query, linked to the query around it.
struct scope {
    scope* outer = nullptr;
    std::vector<from_item> items;
    std::vector<scope_column> merged;  ///< columns of USING and NATURAL, in order
    std::size_t first_visible = 0;     ///< ON sees the items of its own join only
    clause place = clause::where;
    bool in_aggregate = false;
    bool has_aggregate = false;
    std::vector<std::string> group_keys;   ///< SQL of GROUP BY's expressions
    std::vector<std::string> nulled_keys;  ///< those that the grouping set at work leaves out
    int group_set_number = 0;              ///< how often this set came before: GROUP_ID()
    bool before_sets = false;              ///< no set is at work yet: GROUPING() and GROUP_ID() stand for themselves
    std::size_t columns_seen = 0;          ///< mentions of this query's columns
    std::vector<bare_column> bare_columns;
    std::string rownum;  ///< SQL of ROWNUM; empty: not valid here
    std::string level;   ///< SQL of LEVEL; empty: no hierarchy
    std::string leaf;    ///< SQL of CONNECT_BY_ISLEAF; empty: not asked for
    /// In a hierarchy: what the n-th column is named by n appended, for the row itself, its parent and its root.
    std::string current;
    std::string prior;
    std::string root;
    /// What ORDER BY sees beside the columns; null elsewhere.
    const std::vector<output>* outputs = nullptr;
};

/// `a.b.c`.
[[nodiscard]] std::string spelled(const sql::qualified_name& name);

/// @return true if @p keys names the expression @p sql
[[nodiscard]] bool contains(const std::vector<std::string>& keys, const std::string& sql);

[[nodiscard]] source_position position_of(const sql::source_range& where);

/// A column found: itself and the scope that offers it.
struct found_column {
    const scope_column* column = nullptr;
    scope* owner = nullptr;
};

/// Looks @p name up, from the innermost query outwards.
/// @return a null column if there is none
/// @throws sql_error when the name is ambiguous, −2111 when the table is there and the column is not, −2207 when a
/// qualifier names no table in scope
[[nodiscard]] found_column find_column(const sql::qualified_name& name, scope& innermost, const name_order& order);

/// The item that `name.*` means. @throws sql_error −2207
[[nodiscard]] const from_item& find_item(const sql::qualified_name& name, scope& where, const name_order& order);

}  // namespace dmkit::mock::bind
