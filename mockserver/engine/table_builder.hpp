#pragma once

#include <string>
#include <vector>

#include "mockserver/engine/ddl_support.hpp"

namespace dmkit::mock {

/// Turns definitions of columns and constraints, as CREATE and ALTER TABLE write them, into those of a table_info, with
/// all that DM8 refuses about them. Storage is not touched.
class table_builder {
  public:
    /// @p table must have its schema, name and id.
    table_builder(ddl_place& place, table_info& table) : place_(place), table_(table) {}

    /// Adds the column and keeps its constraints for finish(). @return its id
    column_id add_column(const sql::column_definition& definition);
    /// Gives an existing column the type, nullability, default and comment that the definition writes.
    void change_column(column_info& column, const sql::column_definition& definition);
    /// Adds a table constraint.
    void add_constraint(const sql::constraint_definition& definition);
    /// Adds the constraints that were kept.
    void finish();
    /// Refuses columns that do not fit a page. @param physical clauses among which USING LONG ROW may be
    void check_lengths(const std::vector<sql::physical_clause>& physical);

    /// Refuses an AUTO_INCREMENT column without a key. To be called when all constraints are there.
    void check_auto_increment() const;

    void set_default(column_info& column, const sql::stored_expression& value);
    /// Refuses a changed type that an identity cannot have, or an index over the column.
    void check_type(const column_info& column) const;
    /// @throws sql_error -2661 for a NULL in a primary key or an identity
    void set_nullable(column_info& column, bool nullable) const;
    [[nodiscard]] std::shared_ptr<const sql::expression> parse(const std::string& text) const;
    /// The index that enforces or supports a key. @throws sql_error for what cannot be indexed
    index_info make_index(const std::vector<column_id>& columns, bool unique);

  private:
    struct kept_constraint {
        const sql::constraint_definition* definition;
        column_id column;
    };

    void check_default(const sql::expression& value, const column_info& column) const;
    void set_type(column_info& column, const sql::type_name& type);
    void set_identity(column_info& column, const sql::column_definition& definition);
    void add(const sql::constraint_definition& definition, std::vector<column_id> columns);
    void add_key(constraint_info constraint, bool primary);
    void add_foreign_key(constraint_info constraint, const sql::constraint_definition& definition);
    void add_check(constraint_info constraint, const sql::constraint_definition& definition);
    [[nodiscard]] std::vector<column_id> columns_of(const std::vector<sql::identifier>& names) const;
    [[nodiscard]] column_info& column(column_id id);
    [[nodiscard]] bool name_taken(std::string_view constraint) const;

    ddl_place& place_;
    table_info& table_;
    std::vector<kept_constraint> kept_;
    std::vector<column_id> cluster_columns_;  ///< of cluster keys, which leave no constraint
};

/// The expression of a computed column over the other columns, converted to the column's type; a column without type
/// gets the expression's.
[[nodiscard]] stored_expression bind_computed(column_info& column, const sql::expression& tree, const std::string& text,
                                              const table_info& table, const bind_context& context);

/// @throws sql_error -2111 for the name of a pseudo column, which no column may have even if quoted
void require_allowed_name(const std::string& column, const name_order& order);

/// Binds CHECKs, computed columns and keys of indexes anew, from their texts, to the table's columns as they are now.
/// @return true if SQLite's form of one of them is another than before, so that storage must be rebuilt
[[nodiscard]] bool rebind_expressions(table_info& table, const bind_context& context);

/// True if equal values of the foreign key's columns and of those that it refers to have equal storage forms.
[[nodiscard]] bool comparable(const table_info& table, const constraint_info& foreign_key, const table_info& target);

[[nodiscard]] bool holds_large_object(const column_info& column) noexcept;

}  // namespace dmkit::mock
