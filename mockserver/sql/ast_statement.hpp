#pragma once

#include "mockserver/sql/ast_ddl.hpp"
#include "mockserver/sql/ast_dml.hpp"

namespace dmkit::mock::sql {

struct statement;
struct block;
struct routine;

struct commit_statement {};

/// ROLLBACK, and ROLLBACK TO with a savepoint.
struct rollback_statement {
    std::optional<identifier> savepoint;
};

struct savepoint_statement {
    identifier name;
};

struct release_savepoint_statement {
    identifier name;
};

/// `START TRANSACTION`, `BEGIN TRANSACTION`.
struct start_transaction_statement {};

enum class isolation_level : std::uint8_t { read_uncommitted, read_committed, repeatable_read, serializable };

struct set_transaction_statement {
    std::optional<isolation_level> isolation;
    std::optional<bool> read_only;
};

enum class lock_mode : std::uint8_t { intent_share, intent_exclusive, share, share_intent_exclusive, exclusive };

struct lock_table_statement {
    qualified_name table;
    lock_mode mode = lock_mode::share;
    bool nowait = false;
    expression_ptr wait_seconds;
};

struct set_schema_statement {
    identifier schema;
};

struct set_time_zone_statement {
    bool local = false;
    std::string zone;  ///< `+9:00`
};

struct set_identity_insert_statement {
    qualified_name table;
    bool on = true;
    bool replace_null = false;  ///< ON WITH REPLACE NULL
};

/// `ALTER SESSION SET name = value`, also with the name in quotes. Several settings come as several.
struct session_setting {
    std::string name;      ///< folded; without quotes
    bool quoted = false;   ///< written as 'NAME'
    expression_ptr value;  ///< a bare word is a column_reference of one part
};

struct alter_session_statement {
    std::vector<session_setting> settings;
};

struct alter_system_statement {
    session_setting setting;
    bool deferred = false;
    std::string scope;  ///< `MEMORY`, `SPFILE`, `BOTH`; empty: not written
};

/// `EXPLAIN statement`, `EXPLAIN [AS name] FOR statement`.
struct explain_statement {
    bool for_rows = false;  ///< EXPLAIN FOR: the plan is a result set
    std::optional<identifier> name;
    std::unique_ptr<statement> explained;
};

/// `CALL p(…)`, `EXEC p …`, `p(…)`, `? = CALL f(…)`.
struct call_statement {
    expression_ptr call;  ///< a function_call
    std::optional<parameter> result;
};

/// A block as a statement of its own.
struct block_statement {
    std::shared_ptr<const block> what;
};

enum class parameter_mode : std::uint8_t { in, out, in_out };

/// CREATE PROCEDURE, CREATE FUNCTION.
struct create_routine_statement {
    bool or_replace = false;
    bool function = false;
    qualified_name name;
    std::shared_ptr<const routine> what;
    std::string text;  ///< of the whole statement
};

/// What changes nothing that a mock has (tablespaces, files, statistics, profiles): recognised by its first words, not
/// looked into any further.
struct administrative_statement {
    std::string name;  ///< `CREATE TABLESPACE`, `ALTER DATABASE`, `STAT`
};

/// A parameter of a statement. The same name twice is two parameters.
struct parameter_declaration {
    std::uint32_t index = 0;  ///< from 0, through the whole text
    std::string name;         ///< folded, without colon; empty for `?`
    source_range where;
};

/// One statement of a text.
struct statement {
    using node_type =
        std::variant<query_ptr, insert_statement, multi_insert_statement, update_statement, delete_statement,
                     merge_statement, create_table_statement, alter_table_statement, truncate_statement,
                     create_index_statement, alter_index_statement, create_view_statement, create_sequence_statement,
                     alter_sequence_statement, create_schema_statement, create_synonym_statement, comment_statement,
                     drop_statement, user_statement, create_role_statement, grant_statement, commit_statement,
                     rollback_statement, savepoint_statement, release_savepoint_statement, start_transaction_statement,
                     set_transaction_statement, lock_table_statement, set_schema_statement, set_time_zone_statement,
                     set_identity_insert_statement, alter_session_statement, alter_system_statement, explain_statement,
                     call_statement, block_statement, create_routine_statement, administrative_statement>;
    node_type node;
    source_range where;  ///< without the semicolon
    std::vector<parameter_declaration> parameters;
};

}  // namespace dmkit::mock::sql
