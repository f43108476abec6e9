#pragma once

#include "mockserver/sql/ast_query.hpp"

namespace dmkit::mock::sql {

/// A clause that says where or how data is stored, without meaning for a mock: parsed, then passed over.
struct physical_clause {
    std::string name;  ///< its leading words: `STORAGE`, `TABLESPACE`, `PARTITION BY`
    source_range where;
};

enum class referential_action : std::uint8_t { unspecified, no_action, restrict, cascade, set_null, set_default };

/// `REFERENCES [PENDANT] t [(columns)] …`.
struct foreign_reference {
    qualified_name table;
    std::vector<identifier> columns;  ///< empty: the primary key
    referential_action on_update = referential_action::unspecified;
    referential_action on_delete = referential_action::unspecified;
    bool with_index = false;
};

enum class constraint_kind : std::uint8_t { primary_key, unique, cluster_key, foreign_key, check };
enum class clustering : std::uint8_t { unspecified, cluster, not_cluster };

struct constraint_definition {
    std::optional<identifier> name;
    constraint_kind kind = constraint_kind::check;
    clustering cluster = clustering::unspecified;
    bool unique_cluster = false;                 ///< CLUSTER UNIQUE KEY
    std::vector<identifier> columns;             ///< of a table constraint; empty for a column's constraint
    std::optional<foreign_reference> reference;  ///< of a foreign key
    stored_expression condition;                 ///< of a check
    bool disabled = false;
    bool novalidate = false;
    source_range where;
};

/// `IDENTITY [(seed, step)]`.
struct identity_clause {
    std::int64_t seed = 1;
    std::int64_t step = 1;
    bool numbers_written = false;
};

struct column_definition {
    identifier name;
    std::optional<type_name> type;  ///< missing only in MODIFY and in CREATE TABLE … AS
    std::optional<bool> nullable;   ///< NULL or NOT NULL, if written
    std::optional<stored_expression> default_value;
    bool default_on_null = false;
    std::optional<identity_clause> identity;
    bool auto_increment = false;
    std::vector<constraint_definition> constraints;
    std::optional<std::string> comment;
    std::optional<stored_expression> generated;  ///< [GENERATED ALWAYS] AS (…)
    std::optional<stored_expression> on_update;
    bool visible = true;
    std::vector<physical_clause> physical;
    source_range where;
};

enum class temporary_kind : std::uint8_t { none, delete_rows, preserve_rows };

struct create_table_statement {
    qualified_name name;
    bool if_not_exists = false;
    temporary_kind temporary = temporary_kind::none;  ///< delete_rows unless ON COMMIT PRESERVE ROWS was written
    std::vector<column_definition> columns;           ///< with #query: names only
    std::vector<constraint_definition> constraints;
    query_ptr query;            ///< CREATE TABLE … AS
    bool without_data = false;  ///< … AS query WITHOUT DATA / WITH NO DATA
    std::optional<qualified_name> like;
    std::optional<std::int64_t> auto_increment;
    std::optional<std::string> comment;
    std::vector<physical_clause> physical;
};

struct add_columns {
    bool if_not_exists = false;
    std::vector<column_definition> columns;
};
struct modify_columns {
    std::vector<column_definition> columns;  ///< what is not mentioned stays
};
struct drop_columns {
    bool if_exists = false;
    bool cascade = false;
    std::vector<identifier> columns;
};
struct rename_column {
    identifier from;
    identifier to;
};
/// `ALTER COLUMN c SET DEFAULT x` or, without value, `DROP DEFAULT`.
struct set_column_default {
    identifier column;
    std::optional<stored_expression> value;
};
struct set_column_nullable {
    identifier column;
    bool nullable = true;
};
struct set_column_visible {
    identifier column;
    bool visible = true;
};
struct rename_table {
    identifier name;
};
struct add_constraint {
    constraint_definition constraint;
};
struct drop_constraint {
    identifier name;
    bool if_exists = false;
    bool cascade = false;
};
struct drop_primary_key {
    bool cascade = false;
};
struct rename_constraint {
    identifier from;
    identifier to;
};
struct enable_constraint {
    identifier name;
    bool enable = true;
    bool cascade = false;
    bool novalidate = false;
};
/// `MODIFY CONSTRAINT n TO definition`.
struct modify_constraint {
    identifier name;
    constraint_definition definition;
    bool cascade = false;
};
struct drop_identity {};
struct set_auto_increment {
    std::int64_t value = 1;
};
struct set_table_writable {
    bool writable = true;
};
struct enable_triggers {
    bool enable = true;
};
struct set_table_comment {
    std::string text;
};

struct alter_table_statement {
    qualified_name table;
    std::variant<add_columns, modify_columns, drop_columns, rename_column, set_column_default, set_column_nullable,
                 set_column_visible, rename_table, add_constraint, drop_constraint, drop_primary_key, rename_constraint,
                 enable_constraint, modify_constraint, drop_identity, set_auto_increment, set_table_writable,
                 enable_triggers, set_table_comment, physical_clause>
        action;
};

struct truncate_statement {
    qualified_name table;
    std::optional<identifier> partition;
};

enum class index_kind : std::uint8_t { plain, unique, bitmap, cluster, unique_cluster, spatial, context };

struct index_key {
    stored_expression value;  ///< a column_reference of one part for a plain column
    bool descending = false;
};

struct create_index_statement {
    index_kind kind = index_kind::plain;
    bool or_replace = false;
    bool if_not_exists = false;
    qualified_name name;
    qualified_name table;
    std::vector<index_key> keys;
    bool unusable = false;
    bool invisible = false;
    std::vector<physical_clause> physical;
};

enum class index_action : std::uint8_t { rename, rebuild, visible, invisible, usable, unusable, physical };

struct alter_index_statement {
    qualified_name name;
    index_action action = index_action::rebuild;
    qualified_name new_name;  ///< of rename
};

enum class check_option : std::uint8_t { none, local, cascaded };

struct create_view_statement {
    bool or_replace = false;
    bool force = false;
    bool if_not_exists = false;
    qualified_name name;
    std::vector<identifier> columns;
    query_ptr query;
    std::string query_text;  ///< as written
    check_option check = check_option::none;
    bool read_only = false;
};

struct sequence_options {
    std::optional<std::int64_t> start_with;
    std::optional<std::int64_t> increment_by;
    std::optional<std::int64_t> max_value;
    bool no_max_value = false;
    std::optional<std::int64_t> min_value;
    bool no_min_value = false;
    std::optional<bool> cycle;
    std::optional<std::int64_t> cache;  ///< 0: NOCACHE
    std::optional<bool> order;
};

struct create_sequence_statement {
    bool or_replace = false;
    bool if_not_exists = false;
    qualified_name name;
    sequence_options options;
};

struct alter_sequence_statement {
    qualified_name name;
    sequence_options options;
    std::optional<std::int64_t> current_value;  ///< CURRENT VALUE n
    std::optional<qualified_name> new_name;     ///< RENAME TO
};

struct create_schema_statement {
    identifier name;
    std::optional<identifier> owner;  ///< AUTHORIZATION
};

struct create_synonym_statement {
    bool or_replace = false;
    bool is_public = false;
    bool if_not_exists = false;
    qualified_name name;
    qualified_name target;
};

enum class comment_subject : std::uint8_t { table, view, column };

struct comment_statement {
    comment_subject subject = comment_subject::table;
    qualified_name name;  ///< of a column: table and column at least
    std::string text;
};

enum class object_kind : std::uint8_t {
    table,
    view,
    materialized_view,
    index,
    context_index,
    sequence,
    schema,
    synonym,
    public_synonym,
    user,
    role,
    procedure,
    function,
    package,
    package_body,
    trigger,
    type,
    type_body,
    domain,
    directory,
    profile,
    link,
    tablespace
};

enum class drop_behaviour : std::uint8_t { unspecified, restrict, cascade };

/// DROP of anything.
struct drop_statement {
    object_kind kind = object_kind::table;
    bool if_exists = false;
    qualified_name name;
    drop_behaviour behaviour = drop_behaviour::unspecified;
    bool cascade_constraints = false;
    bool purge = false;
};

/// CREATE USER and ALTER USER.
struct user_statement {
    bool alter = false;
    bool if_not_exists = false;
    identifier name;
    std::optional<std::string> password;  ///< IDENTIFIED BY: as written, folded if it was an unquoted word
    bool password_quoted = false;
    std::optional<identifier> default_schema;  ///< DEFAULT SCHEMA
    std::optional<bool> locked;                ///< ACCOUNT LOCK | UNLOCK
    std::vector<physical_clause> options;      ///< limits, tablespaces, encryption: passed over
};

struct create_role_statement {
    bool if_not_exists = false;
    identifier name;
};

/// `CREATE TABLE`, `SELECT`, `UPDATE (a, b)`, or the name of a role: which of them is resolved later.
struct privilege {
    std::string words;  ///< joined by one blank
    bool quoted = false;
    std::vector<identifier> columns;
    source_range where;
};

/// GRANT and REVOKE, of object privileges if #object is there, else of system privileges and roles.
struct grant_statement {
    bool revoke = false;
    std::vector<privilege> privileges;  ///< ALL and ALL PRIVILEGES come as `ALL`
    std::string object_type;            ///< `TABLE`, `PROCEDURE`, … as written after ON; empty if not
    std::optional<qualified_name> object;
    std::vector<identifier> grantees;  ///< PUBLIC comes as an unquoted name
    bool with_option = false;          ///< WITH ADMIN|GRANT OPTION; of REVOKE: ADMIN|GRANT OPTION FOR
    drop_behaviour behaviour = drop_behaviour::unspecified;
};

}  // namespace dmkit::mock::sql
