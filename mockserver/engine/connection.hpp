#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "mockserver/catalog/objects.hpp"
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
    virtual std::int64_t current_value(std::int32_t sequence) = 0;
    virtual std::int64_t changed_rows() = 0;
    virtual std::optional<std::int64_t> last_generated() = 0;
    virtual std::int64_t current_identity(std::int32_t table) = 0;
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

/// A session's SQLite connection with DM's collation and functions.
class connection {
  public:
    /// @p context and @p functions must outlive the connection.
    connection(database& where, call_context& context, storage_functions& functions);

    [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }

    /// The statement for @p sql, from the cache if it is there.
    /// @throws std::runtime_error if SQLite refuses the text: an error of ours
    [[nodiscard]] prepared prepare(const std::string& sql);
    /// Makes a function callable; does nothing for one that is.
    void add_function(const function_use& function);
    /// Runs statements without rows that matter. Failures as of step().
    void execute(const char* sql);
    void execute(const std::string& sql) { execute(sql.c_str()); }
    /// Moves on to the next row; false at the end.
    /// @throws sql_error what a function threw; constraint_failure; -6407 when the file is locked by another process;
    /// -7049 when the deadline passed; std::runtime_error for what should not happen
    bool step(sqlite3_stmt* statement);

    /// Ends the running statement with -7049 some time after the moment; empty: never.
    void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline);

    /// Makes the session's own table behind a GLOBAL TEMPORARY one, unless it is there.
    void add_temporary_table(const std::shared_ptr<const table_info>& table);
    /// Empties those whose rows end with the transaction.
    void end_temporary_rows();
    /// After a rollback: those made since may be gone.
    void forget_temporary_tables() { temporary_.clear(); }

    /// For functions that SQLite calls: keeps the error that step() will throw.
    void fail(sql_error error) { failure_ = std::move(error); }
    [[nodiscard]] call_context& context() noexcept { return context_; }
    [[nodiscard]] storage_functions& functions() noexcept { return functions_; }
    [[nodiscard]] bool past_deadline() const;

  private:
    [[noreturn]] void throw_failure(int status);

    sqlite_handle handle_;
    call_context& context_;
    storage_functions& functions_;
    std::optional<sql_error> failure_;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
    std::unordered_set<std::string> added_;
    std::vector<std::shared_ptr<const table_info>> temporary_;
    struct cached {
        std::string sql;
        prepared statement;
    };
    std::list<cached> cache_;  ///< most recently used first
    std::unordered_map<std::string_view, std::list<cached>::iterator> cache_index_;
};

/// SQLite found a constraint violated. The runner knows the catalog and makes DM's error of it.
struct constraint_failure {
    enum class what : std::uint8_t { unique, not_null, check, foreign_key };
    what kind = what::unique;
    std::string detail;  ///< as SQLite names it: `t1001.c0, t1001.c1`, `index 'i33555500'`, `k134218800`; empty for
                         ///< foreign keys
};

/// Registers the dmkit_… functions and the collation.
void add_storage_functions(connection& connection);

}  // namespace dmkit::mock
