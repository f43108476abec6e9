#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mockserver/catalog/objects.hpp"

/// SQLite's definitions of DM's tables. Names in them are storage names (objects.hpp), so nothing is quoted.
namespace dmkit::mock {

/// The CHECK that keeps rows within half a page; no constraint of the catalog.
inline constexpr std::string_view row_size_check = "rowsize";

/// A CHECK as SQLite knows it: those of the catalog as `k<id>`, and the one of the row's size.
struct row_condition {
    std::string name;
    std::string sql;
    std::vector<column_id> columns;  ///< that it reads; none: all
};
/// The enabled ones.
/// @param largest_row bytes that a row may have; 0: no limit
[[nodiscard]] std::vector<row_condition> row_conditions(const table_info& table, int largest_row);

/// A column as CREATE TABLE and ADD COLUMN define it.
[[nodiscard]] std::string column_sql(const column_info& column);

/// CREATE TABLE with columns, CHECKs and foreign keys; keys are indexes of their own.
/// @param name the storage name to create, which differs from the table's own while it is rebuilt
/// @param largest_row bytes that a row may have; 0: no limit
[[nodiscard]] std::string create_table_sql(const table_info& table, std::string_view name, int largest_row);

[[nodiscard]] std::string create_index_sql(const table_info& table, const index_info& index);

/// The functions that SQLite needs to write or read the table: those of CHECKs, computed columns and index keys.
[[nodiscard]] std::vector<const stored_expression*> stored_expressions(const table_info& table);

/// Bytes that a value of the column may take in a row, at most; large objects count little.
[[nodiscard]] int largest_size(const column_info& column) noexcept;

}  // namespace dmkit::mock
