#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <dmkit/type.hpp>

#include "mockserver/catalog/function_use.hpp"
#include "mockserver/catalog/names.hpp"

namespace dmkit::mock::sql {
struct expression;
struct query_expression;
struct routine;
enum class parameter_mode : std::uint8_t;
}  // namespace dmkit::mock::sql

/// What the catalog holds. All of it is immutable once it stands in a catalog: DDL makes changed copies.
namespace dmkit::mock {

/// DM8's number of an object: unique in a database, never reused, also for constraints, indexes, users and schemas.
using object_id = std::int32_t;

/// Names a column of one table for ever: renaming does not change it, dropping does not free it.
using column_id = std::int32_t;

/// IDENTITY(seed, increment) or AUTO_INCREMENT.
struct identity_info {
    std::int64_t seed = 1;
    std::int64_t increment = 1;
    bool auto_increment = false;  ///< AUTO_INCREMENT: an explicit value is allowed, 0 means the next one
    friend bool operator==(const identity_info&, const identity_info&) = default;
};

/// An expression that SQLite's schema contains (CHECK, computed column, key of an index), as the binder emitted it.
/// Columns in it are the storage names of column_info.
struct stored_expression {
    std::string text;                     ///< as written, for the catalog
    std::string sql;                      ///< SQLite's form
    std::vector<function_use> functions;  ///< to be registered before SQLite evaluates it
    std::vector<column_id> columns;       ///< that it reads
};

/// The type of the values of a column or variable that is declared so. Wherever a value goes, and on the wire, lengths
/// are bytes: VARCHAR(n CHAR) holds up to 4 n of them, as a character of UTF-8 and GB18030 has up to 4.
[[nodiscard]] inline data_type value_type(data_type declared, bool length_in_characters) noexcept {
    constexpr std::int32_t largest_character = 4;
    constexpr std::int32_t longest = 32767;
    if (length_in_characters)
        declared.precision = std::min(declared.precision, longest / largest_character) * largest_character;
    return declared;
}

struct column_info {
    column_id id = 0;
    std::string name;
    data_type type;
    std::string type_name;              ///< as catalogs spell it: `VARCHAR2` and `VARCHAR` differ, no length
    bool length_in_characters = false;  ///< VARCHAR(n CHAR): type.precision counts characters
    bool nullable = true;
    std::optional<identity_info> identity;
    std::string default_text;                                ///< as written; empty without DEFAULT
    std::shared_ptr<const sql::expression> default_value;    ///< null without DEFAULT
    bool default_on_null = false;                            ///< DEFAULT ON NULL
    std::string on_update_text;                              ///< as written; empty without ON UPDATE
    std::shared_ptr<const sql::expression> on_update_value;  ///< null without ON UPDATE
    std::optional<stored_expression> computed;               ///< AS (expression): not stored, not assignable
    std::string comment;

    [[nodiscard]] data_type value_type() const noexcept { return mock::value_type(type, length_in_characters); }

    /// The column in SQLite: `c<id>`, so that renaming never touches storage and no name needs quoting.
    [[nodiscard]] std::string storage_name() const { return "c" + std::to_string(id); }
};

enum class constraint_kind : char { primary_key = 'P', unique = 'U', foreign_key = 'F', check = 'C' };

/// What a foreign key does to its rows when the row they refer to goes or changes.
enum class referential_action : std::uint8_t { no_action, cascade, set_null };

struct constraint_info {
    object_id id = 0;
    std::string name;             ///< CONS<id> when generated
    bool generated_name = false;  ///< not named by the user
    constraint_kind kind = constraint_kind::check;
    std::vector<column_id> columns;  ///< key columns; of a CHECK those it reads
    object_id index = 0;             ///< the index that enforces a primary or unique key
    object_id referenced_table = 0;  ///< foreign key
    std::vector<column_id> referenced_columns;
    referential_action on_delete = referential_action::no_action;
    referential_action on_update = referential_action::no_action;
    std::optional<stored_expression> condition;  ///< CHECK
    bool enabled = true;
};

struct index_key {
    column_id column = -1;  ///< -1: an expression
    std::optional<stored_expression> expression;
    bool descending = false;
};

struct index_info {
    object_id id = 0;
    std::string name;  ///< INDEX<id> when generated
    bool unique = false;
    bool generated_name = false;
    object_id constraint = 0;  ///< the key it enforces; 0 for CREATE INDEX
    bool visible = true;       ///< INVISIBLE ones are kept up, and nothing else is seen of that here
    bool usable = true;        ///< UNUSABLE ones are plain: nothing they enforce is lost
    std::vector<index_key> keys;
    [[nodiscard]] std::string storage_name() const { return "i" + std::to_string(id); }
};

struct table_info {
    object_id id = 0;
    std::string schema;
    std::string name;
    std::vector<column_info> columns;
    std::vector<constraint_info> constraints;
    std::vector<index_info> indexes;
    std::string comment;
    column_id next_column = 0;      ///< what the next added column gets
    bool long_rows = false;         ///< USING LONG ROW: a row may be longer than half a page
    bool global_temporary = false;  ///< GLOBAL TEMPORARY: rows are the session's own
    bool delete_on_commit = true;   ///< of a temporary table: rows live as long as the transaction
    name_order names;               ///< how columns and constraints are found: that of the catalog

    /// The table in SQLite. The id keeps names of one schema apart from those of another and renaming free.
    [[nodiscard]] std::string storage_name() const { return "t" + std::to_string(id); }
    [[nodiscard]] const column_info* find_column(std::string_view column) const noexcept;
    [[nodiscard]] const column_info* find_column(column_id column) const noexcept;
    [[nodiscard]] const constraint_info* find_constraint(std::string_view constraint) const noexcept;
    [[nodiscard]] const constraint_info* find_constraint(object_id constraint) const noexcept;
    [[nodiscard]] const constraint_info* primary_key() const noexcept;
    [[nodiscard]] const column_info* identity_column() const noexcept;
};

struct view_column {
    std::string name;
    data_type type;
    std::string type_name;
    bool nullable = true;
    std::string comment;
    bool length_in_characters = false;
};

struct view_info {
    object_id id = 0;
    std::string schema;
    std::string name;
    std::string text;                                    ///< the query as written
    std::shared_ptr<const sql::query_expression> query;  ///< parsed; the binder binds it in the view's own schema
    std::vector<view_column> columns;                    ///< as they were when the view was made
    std::vector<object_id> references;                   ///< tables and views it reads
    bool check_option = false;
    bool read_only = false;
    bool system = false;
    std::string comment;
};

struct sequence_info {
    object_id id = 0;
    std::string schema;
    std::string name;
    std::int64_t start = 1;
    std::int64_t increment = 1;
    std::int64_t minimum = 1;
    std::int64_t maximum = INT64_MAX;
    bool cycle = false;
    bool order = false;
    std::int64_t cache = 20;
};

struct synonym_info {
    object_id id = 0;
    std::string schema;  ///< empty: public
    std::string name;
    std::string target_schema;
    std::string target_name;
};

/// What a variable, a parameter or a result is declared as.
struct declared_variable {
    std::string name;
    data_type type;         ///< type_id::cursor for a ref cursor
    std::string type_name;  ///< as descriptors spell it
    bool length_in_characters = false;

    [[nodiscard]] data_type value_type() const noexcept { return mock::value_type(type, length_in_characters); }
};

struct routine_parameter_info {
    declared_variable declared;
    sql::parameter_mode mode{};
    bool has_default = false;
};

/// A stored procedure or function.
struct routine_info {
    object_id id = 0;
    std::string schema;
    std::string name;
    std::string text;  ///< of the CREATE statement
    std::vector<routine_parameter_info> parameters;
    std::optional<declared_variable> result;  ///< of a function
    std::shared_ptr<const sql::routine> tree;
};

struct schema_info {
    object_id id = 0;
    std::string name;
    std::string owner;  ///< a user
    bool system = false;
};

struct user_info {
    object_id id = 0;
    std::string name;
    std::string default_schema;              ///< empty: that of the user's name
    std::string password;                    ///< compared byte for byte
    bool locked = false;                     ///< ALTER USER … ACCOUNT LOCK
    std::int32_t failed_logins_allowed = 0;  ///< locks after that many wrong passwords; 0: never
    std::set<std::string, std::less<>> roles;
};

struct role_info {
    object_id id = 0;
    std::string name;
    bool predefined = false;
    std::set<std::string, std::less<>> roles;  ///< granted to it
};

enum class privilege : std::uint8_t { select, insert, update, delete_, references, execute, alter, index };

/// A right on one object.
struct object_grant {
    std::string grantee;  ///< user, role or PUBLIC
    object_id object = 0;
    dmkit::mock::privilege privilege = dmkit::mock::privilege::select;
    bool grantable = false;
};

/// A right of the kind CREATE TABLE.
struct system_grant {
    std::string grantee;
    std::string privilege;
    bool admin_option = false;
};

/// What grants are told apart by, to look them up without a copy of a name.
using object_grant_key = std::tuple<object_id, std::string_view, privilege>;
using system_grant_key = std::tuple<std::string_view, std::string_view>;

/// Orders grants by their keys.
struct grant_order {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
        return key(a) < key(b);
    }

  private:
    static object_grant_key key(const object_grant& grant) { return {grant.object, grant.grantee, grant.privilege}; }
    static object_grant_key key(const object_grant_key& given) { return given; }
    static system_grant_key key(const system_grant& grant) { return {grant.grantee, grant.privilege}; }
    static system_grant_key key(const system_grant_key& given) { return given; }
};
using object_grants = std::set<object_grant, grant_order>;
using system_grants = std::set<system_grant, grant_order>;

}  // namespace dmkit::mock
