#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/mock/profile.hpp>
#include <dmkit/type.hpp>

#include "mockserver/backend.hpp"
#include "mockserver/catalog/catalog.hpp"

/// The contract between the binder, which makes plans of SELECT, INSERT, UPDATE, DELETE, MERGE and the like, and the
/// engine, which runs them. Everything else (DDL, COMMIT, SET …) the engine takes from the syntax tree itself.
namespace dmkit::mock {

/// A value that the engine binds to a parameter of a SQLite statement. The argument is converted to @p type and bound
/// in the storage form of that type (docs/engine.md).
struct slot {
    std::size_t parameter = 0;  ///< from 0, through the whole text that the statement is part of
    data_type type;
    conversion_mode mode = conversion_mode::implicit;
    std::string column;                 ///< assignment: the column's name, for -6169 and its kind
    bool length_in_characters = false;  ///< assignment: type.precision counts characters
};

enum class step_role : std::uint8_t {
    /// Its rows are the statement's result, in the storage forms of plan::columns.
    query,
    /// INSERT, UPDATE, DELETE: the rows it changes are counted for the answer.
    change,
    /// Runs for its effect, e.g. fills a temporary table; neither rows nor count matter.
    helper,
};

/// One SQLite statement.
struct step {
    std::string sql;  ///< with parameters ?1, ?2, … of which the n-th is slots[n - 1]
    std::vector<slot> slots;
    step_role role = step_role::query;
    /// INSERT whose statement may give several rows at once instead, to the same effect: where in @p sql, at its end,
    /// the row's values "(…)" begin, which are parameters and plain constants. 0: it may not.
    std::size_t row_values = 0;
};

/// A right the statement needs; checked before it runs.
struct access {
    std::string schema;
    std::string name;
    object_id object = 0;
    dmkit::mock::privilege privilege = dmkit::mock::privilege::select;
};

/// How to run a statement. The steps run in order, all of them in one savepoint: what fails undoes the statement.
/// A plan holds for one version of the catalog, one current schema and one state of IDENTITY_INSERT.
///
/// What SQLite guards by itself (docs/engine.md: constraints): NOT NULL, CHECK, primary and unique keys, foreign keys
/// with their actions. The engine translates SQLite's failures into DM's errors, so the emitter adds nothing for them.
/// The emitter does: conversions to the column's type (functions of the assignment kind, or a slot of mode assignment),
/// defaults of omitted columns, the identity functions below.
///
/// Functions of the engine that emitted SQL may call; they are registered with every connection:
///
/// - `dmkit_identity(table_id)`: next value of the table's identity column; notes it as generated
/// - `dmkit_identity_given(table_id, value)`: the value, an explicit one; moves the counter and notes it as generated
/// - `dmkit_identity_or_given(table_id, value, zero_too)`: the first of these for NULL, and for 0 if the last argument
///   is 1; else the second
/// - `dmkit_nextval(sequence_id)`: INTEGER; each call draws a value
/// - `dmkit_nextval(sequence_id, scope, row)`: the same, but all calls of one row of one scope in a statement give one
/// - `dmkit_currval(sequence_id)`: what the session drew last
/// - `dmkit_rowcount()`: SQL%ROWCOUNT, rows changed by the previous DML of the session
/// - `dmkit_current_row()`: id of the row where the cursor of WHERE CURRENT OF stands
/// - `dmkit_last_identity()`: last identity value of the session, NULL before the first
/// - `dmkit_ident_current(table_id)`: last value the table's identity gave, in any session; the seed before the first
/// - `dmkit_first_equal(value, candidate…)`: INTEGER, number of the first candidate that is the value, NULL being NULL;
///   0 if none is
/// - `dmkit_system('NAME')`: a table, the rows of that system table or view; columns c0, c1, …
/// - `dmkit_raise(code, argument…)`: never returns, DM's error of that code
struct plan {
    statement_kind kind = statement_kind::select;
    /// By number; those of the statements before in the same text are there too.
    std::vector<parameter_description> parameters;
    /// Some parameter's type was a guess: the engine binds again with the types that arrive.
    bool inexact = false;
    std::vector<column_description> columns;  ///< of the query step
    /// For each of them with a lob_table, in order: the column of the query step, behind those, with its row's id.
    std::vector<std::size_t> lob_rows;
    /// Of a query whose rows are those of one table, which a cursor may change: the table. 0: none
    object_id rows_of = 0;
    std::size_t row_id = 0;  ///< … and the column of the query step with the row's id
    std::string cursor;      ///< that WHERE CURRENT OF names; empty: none
    std::vector<step> steps;
    /// The functions that the steps call, those of CHECKs, computed columns and index keys of the tables it writes
    /// (stored_expression::functions) not included: the engine adds them. Repetitions do no harm.
    std::vector<function_use> functions;
    std::vector<access> accesses;
    /// The relations that it names, those of its views too, in no order. Repetitions do no harm.
    std::vector<object_id> references;
    bool deterministic = true;            ///< gives the same while these stay the same
    bool writes = false;                  ///< changes stored rows: takes the writer's place
    bool locks = false;                   ///< SELECT … FOR UPDATE: takes the writer's place too
    bool lock_no_wait = false;            ///< NOWAIT: -6407 at once
    std::int32_t lock_wait_seconds = -1;  ///< WAIT n; -1: the server's time-out
    object_id target = 0;                 ///< table that a DML statement changes
};

/// A variable that a statement of a block may name. It is an argument like those of the statement's parameters.
struct named_variable {
    std::size_t argument = 0;
    data_type type;
    bool condition = false;  ///< a truth value: a property of a cursor
};

/// The names that a block puts behind those of columns.
class variable_scope {
  public:
    virtual ~variable_scope() = default;
    /// Nothing if it is no variable. `c%FOUND` and the like come as one name.
    [[nodiscard]] virtual std::optional<named_variable> find(const std::vector<std::string_view>& name) const = 0;
};

/// What the binder may ask of the session; the views are valid during the call.
struct bind_context {
    const dmkit::mock::catalog& catalog;
    const dmkit::mock::profile& profile;
    std::string_view user;
    std::string_view schema;             ///< current
    object_id identity_insert = 0;       ///< table with SET IDENTITY_INSERT ON; 0: none
    bool identity_replace_null = false;  ///< … ON WITH REPLACE NULL
    /// Types of the arguments that arrived; empty when only PREPARE was seen. A type of id `null` says: a NULL, any
    /// type will do.
    std::span<const data_type> argument_types = {};
    const variable_scope* variables = nullptr;  ///< of the block around the statement; null: none
};

}  // namespace dmkit::mock
