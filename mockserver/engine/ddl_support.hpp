#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "mockserver/engine/ddl.hpp"

/// What the DDL statements share.
namespace dmkit::mock {

/// A name as DDL creates it: with its schema.
struct object_name {
    std::string schema;
    std::string name;
};

/// Where a new object goes: the schema written, or the current one.
/// @throws sql_error -2103, -5567 if the user may create there nothing or not that (@p system_privilege `CREATE TABLE`)
[[nodiscard]] object_name new_name(const ddl_place& place, const sql::qualified_name& name,
                                   std::string_view system_privilege);

/// @throws sql_error -5567 unless the user owns the schema or is DBA
void require_owner(const ddl_place& place, std::string_view schema);

/// The table of the name, a copy to change. @throws sql_error -2106, -5567
[[nodiscard]] table_info table_to_change(const ddl_place& place, const sql::qualified_name& name);

/// A definition shows what it reads to whoever may use it: its author must see it himself. @throws sql_error -5501
void require_readable(const ddl_place& place, std::span<const access> accesses);

[[nodiscard]] std::string_view qualifier_of(const sql::qualified_name& name);
[[nodiscard]] source_position position_of(const sql::source_range& where);

/// Puts the table into catalog and storage.
void create_storage(ddl_place& place, const table_info& table);
/// Makes the index in storage; rows that contradict it are found here.
void create_index_storage(ddl_place& place, const table_info& table, const index_info& index);
/// Gives the table a new definition and carries its rows over.
/// @param values SQLite's expressions over the old columns, of the new columns that do not just keep their value
/// @param not_validated the new CHECK that existing rows need not keep (NOVALIDATE); 0: none
/// @throws constraint_failure if a row contradicts a constraint that is new or reads changed values
void rebuild_storage(ddl_place& place, const table_info& before, const table_info& after,
                     const std::map<column_id, std::string>& values, object_id not_validated = 0);
/// Makes functions callable that the table needs.
void add_functions(ddl_place& place, const std::vector<function_use>& functions);
void put(ddl_place& place, table_info table);

/// Takes a table out of catalog and storage, with the foreign keys that refer to it.
/// @throws sql_error -2639 if there are such and @p cascade is not set
void drop_table(ddl_place& place, const table_info& table, bool cascade);
/// True if it is a foreign key to the table: to the key of @p columns, in any order, or to any if it is empty.
[[nodiscard]] bool refers_to(const constraint_info& constraint, object_id table, const std::vector<column_id>& columns);
/// True if a unique index is made of just these columns.
[[nodiscard]] bool has_key(const table_info& table, const std::vector<column_id>& columns);
/// Foreign keys need a unique index over what they refer to. @p table is what the table is to become without it.
/// @throws sql_error -2639 with @p dropped if there is no other
void require_referenced_keys(const ddl_place& place, const table_info& table, const std::string& dropped);
/// Removes foreign keys of other tables that refer to one of the table's keys: of @p columns, or of all if it is empty.
void drop_references(ddl_place& place, const table_info& table, const std::vector<column_id>& columns, bool cascade);

void drop_index(const sql::drop_statement& statement, ddl_place& place);

// --- the statements, by kind
void run(const sql::create_table_statement& statement, ddl_place& place);
void run(const sql::alter_table_statement& statement, ddl_place& place);
void run(const sql::truncate_statement& statement, ddl_place& place);
void run(const sql::create_index_statement& statement, ddl_place& place);
void run(const sql::alter_index_statement& statement, ddl_place& place);
void run(const sql::create_view_statement& statement, ddl_place& place);
void run(const sql::create_sequence_statement& statement, ddl_place& place);
void run(const sql::alter_sequence_statement& statement, ddl_place& place);
void run(const sql::create_schema_statement& statement, ddl_place& place);
void run(const sql::create_synonym_statement& statement, ddl_place& place);
void run(const sql::create_routine_statement& statement, ddl_place& place);
void run(const sql::comment_statement& statement, ddl_place& place);
void run(const sql::drop_statement& statement, ddl_place& place);
void run(const sql::user_statement& statement, ddl_place& place);
void run(const sql::create_role_statement& statement, ddl_place& place);
void run(const sql::grant_statement& statement, ddl_place& place);

}  // namespace dmkit::mock
