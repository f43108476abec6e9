#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "mockserver/backend.hpp"
#include "mockserver/catalog/catalog.hpp"
#include "mockserver/catalog/system_tables.hpp"
#include "mockserver/engine/database.hpp"
#include "mockserver/error.hpp"
#include "mockserver/functions/call_context.hpp"

struct sqlite3_stmt;

namespace dmkit::mock {

/// A prepared SQLite statement. Shared by all who prepared the same text on one connection; used by one at a time.
using prepared = std::shared_ptr<sqlite3_stmt>;

/// What the dmkit_… functions of emitted SQL ask (plan.hpp). Each may throw sql_error.
class storage_functions {
  public:
    virtual ~storage_functions() = default;
    virtual std::int64_t next_identity(std::int32_t table) = 0;
    virtual void note_identity(std::int32_t table, std::int64_t value) = 0;
    virtual std::int64_t next_value(std::int32_t sequence) = 0;
    /// One value for each row of a scope, however often it is asked for while that row is computed.
    virtual std::int64_t next_value(std::int32_t sequence, std::int32_t scope, std::int64_t row) = 0;
    virtual std::int64_t current_value(std::int32_t sequence) = 0;
    virtual std::int64_t changed_rows() = 0;
    virtual std::int64_t current_row() = 0;
    virtual std::optional<std::int64_t> last_generated() = 0;
    virtual std::int64_t current_identity(std::int32_t table) = 0;
    /// The rows that the session's user sees of a system table or view now. Never null.
    virtual std::shared_ptr<const std::vector<system_row>> system_rows(std::string_view relation) = 0;
};

/// Resets a statement when its user is done, however that ends, so that no snapshot stays pinned.
class statement_use {
  public:
    explicit statement_use(prepared statement) : statement_(std::move(statement)) {}
    statement_use(const statement_use&) = delete;
    statement_use& operator=(const statement_use&) = delete;
    ~statement_use();
    [[nodiscard]] sqlite3_stmt* get() const noexcept { return statement_.get(); }

  private:
    prepared statement_;
};

/// A column of the row that a statement stands on.
[[nodiscard]] std::int64_t integer_column(const statement_use& statement, int column);
[[nodiscard]] std::string text_column(const statement_use& statement, int column);

/// The statements that control transactions; kept prepared.
enum class control : std::uint8_t {
    begin,
    begin_writing,
    pin_snapshot,  ///< reads something: BEGIN alone pins nothing
    take_write_lock,
    commit,
    rollback,
    set_savepoint,  ///< of one statement
    release_savepoint,
    undo_to_savepoint,
};

/// What becomes of a statement whose time is over. An interruption of a change makes SQLite roll back the whole
/// transaction, so it is for those only that may lose it.
enum class overtime : std::uint8_t {
    interrupts,
    fails_calls,  ///< the next call of a function fails, or the statement's end; interrupts if neither comes in a
                  ///< second
};

/// A session's SQLite connection with DM's collation and functions.
class connection {
  public:
    /// @p world, @p context and @p functions must outlive the connection. Without a world its end interrupts nothing.
    connection(database& where, const environment* world, call_context& context, storage_functions& functions);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }

    /// The statement for @p sql, from the cache if it is there.
    /// @throws std::runtime_error if SQLite refuses the text: an error of ours
    [[nodiscard]] prepared prepare(const std::string& sql);
    /// Makes a function callable; does nothing for one that is.
    void add_function(const function_use& function);
    /// Runs statements without rows that matter. Failures as of step().
    void execute(const char* sql);
    void execute(const std::string& sql) { execute(sql.c_str()); }
    void execute(control what);
    /// The same, where nothing can be done about a failure.
    void try_execute(control what) noexcept;
    /// Moves on to the next row; false at the end.
    /// @throws sql_error what a function threw; constraint_failure; -6407 when the file is locked by another process;
    /// -7994 (ours) when a pinned snapshot is too old to be written to; -7049 when the time was over; -6010 when the
    /// server ends; std::runtime_error for what should not happen
    bool step(sqlite3_stmt* statement);
    /// True if a transaction is open. SQLite ends one by itself when memory or disk run out.
    [[nodiscard]] bool in_transaction() const noexcept;

    /// From @p deadline on the running statement ends with -7049, in the way of @p how; empty: never.
    void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline,
                      overtime how = overtime::interrupts) noexcept;
    /// Why the running statement should end: -6010, -7049 or 0. For what may take long between two steps of SQLite.
    [[nodiscard]] int interruption() noexcept;
    /// For SQLite's progress handler: whether it should interrupt now.
    [[nodiscard]] bool must_interrupt() noexcept;
    /// Whether calls of functions should fail with -7049.
    [[nodiscard]] bool overdue() const noexcept { return overdue_; }

    /// Makes the session's own table behind a GLOBAL TEMPORARY one, unless it is there, and its indexes.
    void add_temporary_table(const table_info& table);
    /// Drops those that @p catalog does not have any more: their ids do not come back.
    void drop_temporary_tables(const catalog& catalog);
    /// Changes those that are there as their definitions change.
    void update_temporary_tables(const catalog& before, const catalog& after);
    /// False if none can be there.
    [[nodiscard]] bool has_temporary_tables() const noexcept { return !temporary_known_ || !temporary_.empty(); }
    /// The transaction changes a temporary table.
    void note_temporary_change(const table_info& table);
    /// Empties those changed tables whose rows end with the transaction.
    void end_temporary_rows();
    /// What is there must be looked up again: a rollback, or ROLLBACK TO, may have taken tables away or brought them
    /// back.
    void forget_temporary_tables() noexcept { temporary_known_ = false; }
    /// The transaction is over, and with it the changes.
    void forget_temporary_changes() noexcept { changed_temporary_.clear(); }

    /// For functions that SQLite calls: keeps the error that step() will throw.
    void fail(sql_error error) { failure_ = std::move(error); }
    [[nodiscard]] call_context& context() noexcept { return context_; }
    [[nodiscard]] storage_functions& functions() noexcept { return functions_; }

  private:
    /// A temporary table that is there.
    struct temporary_table {
        object_id id = 0;
        std::vector<object_id> indexes;
    };
    [[nodiscard]] prepared make_statement(std::string_view sql);
    [[nodiscard]] const prepared& statement_of(control what);
    [[noreturn]] void throw_failure(int status);
    [[nodiscard]] bool stopping() const noexcept { return environment_ && environment_->stopping(); }
    [[nodiscard]] bool past_deadline() const noexcept;
    /// Those that are there, looked up if need be.
    std::vector<temporary_table>& temporary_tables();
    void update_indexes(temporary_table& known, const table_info& table);

    sqlite_handle handle_;
    const environment* environment_;
    call_context& context_;
    storage_functions& functions_;
    std::optional<sql_error> failure_;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
    overtime overtime_ = overtime::interrupts;
    bool overdue_ = false;
    std::unordered_set<std::string> added_;
    std::vector<temporary_table> temporary_;
    bool temporary_known_ = true;
    std::vector<object_id> changed_temporary_;
    std::array<prepared, static_cast<std::size_t>(control::undo_to_savepoint) + 1> control_statements_;
    struct cached {
        std::string sql;
        prepared statement;
    };
    std::list<cached> cache_;  ///< most recently used first
    std::unordered_map<std::string_view, std::list<cached>::iterator> cache_index_;
};

/// SQLite found a constraint violated. Who knows the catalog makes DM's error of it (constraint_error.hpp).
struct constraint_failure : std::exception {
    enum class what : std::uint8_t { unique, not_null, check, foreign_key };
    constraint_failure(enum what which, std::string names) : kind(which), detail(std::move(names)) {}
    enum what kind;
    std::string detail;  ///< as SQLite names it: `t1001.c0, t1001.c1`, `index 'i33555500'`, `k134218800`; empty for
                         ///< foreign keys
};

/// Registers the dmkit_… functions and the collation.
void add_storage_functions(connection& connection);

/// Registers `dmkit_system('NAME')`, a table-valued function: the rows of a system table or view.
void add_system_tables(connection& connection);

}  // namespace dmkit::mock
