#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/field.hpp>
#include <dmkit/mock/profile.hpp>
#include <dmkit/type.hpp>

#include "mockserver/error.hpp"

/// The seam between a server session (wire, cursors, framing) and what answers its statements. The SQLite engine is one
/// backend; replay of a recording will be another. A server calls its backend from one thread only.
namespace dmkit::mock {

/// DM8's number for what a statement is; it travels in the answers to PREPARE and EXECUTE (docs/protocol: statement
/// types).
enum class statement_kind : std::int16_t {
    other = 0,
    ddl = 128,  ///< any value outside DM8's documented ones means "done, nothing follows"
    commit = 147,
    rollback = 148,
    explain = 149,
    savepoint = 151,
    set_schema = 153,
    insert = 157,
    delete_ = 158,
    update = 159,
    select = 160,
    call = 162,
    merge = 164,
    set_time_zone = 165,
    set_transaction = 166,
    truncate = 194,
    set_date_format = 251,
    set_time_format = 252,
    set_timestamp_format = 253,
    set_date_language = 256,
};

struct column_description {
    std::string name;  ///< as the client sees it: alias, or DM8's spelling of the expression
    data_type type;
    std::string type_name;  ///< as descriptors spell it: `INTEGER`, `VARCHAR`, `TIMESTAMP`
    bool nullable = true;
    bool identity = false;
    std::string table;  ///< where the value comes from; empty for expressions
    std::string schema;
    std::string base_name;  ///< the column's own name without alias; empty for expressions
    /// Of a LOB column whose values the backend keeps: the table's and the column's number in lob_place. 0: none
    std::int32_t lob_table = 0;
    std::int16_t lob_column = 0;

    friend bool operator==(const column_description&, const column_description&) = default;
};

enum class parameter_direction : std::uint8_t { in = 0, out = 1, in_out = 2 };

struct parameter_description {
    std::string name;  ///< of `:name`, folded; empty for `?`
    data_type type;
    std::string type_name;
    bool exact = true;  ///< false: the type is a guess, the client may send another
    bool nullable = true;
    parameter_direction direction = parameter_direction::in;
};

/// What PREPARE answers.
struct statement_description {
    statement_kind kind = statement_kind::other;
    std::vector<parameter_description> parameters;
    std::vector<column_description> columns;  ///< empty unless the statement yields rows
    std::string cursor;                       ///< that WHERE CURRENT OF names; empty: none
};

/// A row of a table that the backend keeps. The numbers are the backend's own and hold in every session.
struct row_place {
    std::int32_t table = 0;
    std::int64_t row = 0;
    friend bool operator==(const row_place&, const row_place&) = default;
};

/// One parameter as the client sent it.
struct argument {
    data_type type;
    field value;
    parameter_direction direction = parameter_direction::in;  ///< as the client sent it
};

struct execution {
    /// Parameter rows; one empty row for a statement without parameters.
    std::span<const std::vector<argument>> rows;
    bool autocommit = true;            ///< commit after success, with what was open before
    bool continue_on_error = false;    ///< of a batch: note the failing row and go on
    std::int32_t max_failures = 0;     ///< … but end it, without an error, with so many of them; 0: no limit
    std::int32_t timeout_seconds = 0;  ///< 0: none
    /// Where the cursor of statement_description::cursor stands.
    std::optional<row_place> current_row = {};
};

enum class isolation : std::int32_t { read_uncommitted = 0, read_committed = 1, repeatable_read = 2, serializable = 3 };

struct row_failure {
    std::int32_t row = 0;  ///< from 0
    sql_error error;
};

/// The rows of a ref cursor that an OUT parameter holds.
struct cursor_result {
    std::size_t parameter = 0;  ///< from 0
    std::vector<column_description> columns;
    std::vector<std::vector<field>> rows;
};

/// When a table of the backend was changed last, as a number that grows with each committed change.
struct table_stamp {
    std::int32_t table = 0;
    std::int64_t stamp = 0;
    friend bool operator==(const table_stamp&, const table_stamp&) = default;
};

/// What an execution reports beside rows.
struct execution_result {
    statement_kind kind = statement_kind::other;
    std::int64_t affected_rows = 0;            ///< of DML; rows yielded are counted by the sink's owner
    std::vector<std::int64_t> row_counts;      ///< of a batch: affected rows by parameter row
    std::vector<std::int64_t> generated_keys;  ///< identity values, in order of insertion
    std::vector<row_failure> failures;         ///< of a batch with continue_on_error
    /// Of the parameters that are not IN, in their order and in the types that the client sent; NULL for a cursor.
    std::vector<field> out_values;
    std::vector<cursor_result> cursors;  ///< the open ones among them
    std::string printed;                 ///< output of PRINT
    std::string text;                    ///< new schema of SET SCHEMA, plan of EXPLAIN, new format of dates
    std::int16_t time_zone = 0;          ///< minutes east of UTC, of SET TIME ZONE
    dmkit::mock::isolation isolation = dmkit::mock::isolation::read_committed;  ///< of SET TRANSACTION
    bool read_only = false;                                                     ///< of SET TRANSACTION
    bool english_dates = false;                                                 ///< of the language of dates
    /// The tables that a query's rows come from, if the rows stay what they are until one of these changes.
    std::vector<table_stamp> tables;
};

/// Takes the rows of a result as the backend finds them. Called between execute() and its completion, on the same
/// thread. The views are valid during the call. A sink that cannot take more (memory, disk) throws sql_error.
class result_sink {
  public:
    virtual ~result_sink() = default;
    /// A result set begins; what an earlier call began is complete.
    virtual void begin(std::span<const column_description> columns) = 0;
    /// Of the result that began: each row is one of @p table, and row_id() comes before it.
    virtual void rows_of(std::int32_t /*table*/) {}
    /// Which row of the table the next row() is.
    virtual void row_id(std::int64_t /*row*/) {}
    virtual void row(std::span<const field_view> fields) = 0;
    /// The rows in which the LOB values of the next row() rest: one for each column with a lob_table, in order.
    virtual void lob_rows(std::span<const std::int64_t> /*rows*/) {}
};

/// Called exactly once, with the error that ended the operation or with none; possibly before the starting call
/// returns.
using completion = std::function<void(std::optional<sql_error>)>;

/// Where a backend keeps one LOB value. The numbers are the backend's own and hold in every session, as long as the row
/// is there.
struct lob_place {
    std::int32_t table = 0;
    std::int16_t column = 0;
    std::int64_t row = 0;
    friend bool operator==(const lob_place&, const lob_place&) = default;
};

/// Reads one LOB value by pieces: the bytes of a BLOB, the UTF-8 text of a CLOB. Belongs to the session that opened it
/// and must not outlive it.
class lob_reader {
  public:
    virtual ~lob_reader() = default;
    /// Bytes of the value.
    [[nodiscard]] virtual std::int64_t size() const = 0;
    /// What stands at @p begin (from 0) and behind, as much as the reader likes, at least a byte; nothing from size()
    /// on. Valid until the next call. @throws sql_error if the value is no longer there
    virtual std::span<const std::byte> piece(std::int64_t begin) = 0;
    /// False when the value may be another one by now: it must be opened anew.
    [[nodiscard]] virtual bool current() = 0;
};

/// The LOB values that a backend keeps, by their places. A place may come from anybody: rights are checked here.
class stored_lobs {
  public:
    virtual ~stored_lobs() = default;
    /// @param text whether a CLOB is meant. @throws sql_error when there is no such value or the user may not read it
    virtual std::unique_ptr<lob_reader> open(const lob_place& where, bool text) = 0;
    /// Overwrites from @p position on (bytes, characters of a CLOB), which must not lie behind the end; what goes
    /// beyond the end makes the value longer. A change of the row in the session's transaction, committed when the
    /// session's last statement was executed with autocommit. May wait as execute() does; @p data stays valid until @p
    /// done is called. With @p more the next call goes on where this one ends, and all is changed at once with the
    /// last.
    virtual void write(const lob_place& where, bool text, std::int64_t position, std::span<const std::byte> data,
                       bool more, completion done) = 0;
    /// Cuts off what lies behind @p length (bytes, characters), in the same way.
    virtual void truncate(const lob_place& where, bool text, std::int64_t length, completion done) = 0;
};

/// A parsed and bound statement. Belongs to the session that prepared it and must not outlive it.
class backend_statement {
  public:
    virtual ~backend_statement() = default;
    [[nodiscard]] virtual const statement_description& description() const = 0;
};

/// What a user is told about logins before.
struct previous_login {
    std::string client_address;                                 ///< of the last one that succeeded
    std::optional<std::chrono::system_clock::time_point> time;  ///< nothing: this is the first
    std::int32_t failures = 0;                                  ///< since then
};

/// One login. Destroying it rolls back and releases all it held, at any moment, pending operations included: their
/// completions are then not called.
class backend_session {
  public:
    virtual ~backend_session() = default;
    /// @throws sql_error
    virtual std::unique_ptr<backend_statement> prepare(std::string_view sql) = 0;
    /// Runs @p statement, which must stay alive until @p done is called, as must @p what.rows and @p sink. @p result is
    /// filled before @p done is called. May wait for another session's transaction without blocking the thread.
    virtual void execute(backend_statement& statement, const execution& what, result_sink& sink,
                         execution_result& result, completion done) = 0;
    virtual void commit(completion done) = 0;
    virtual void rollback(completion done) = 0;
    /// @throws sql_error when a transaction is open (-6510) or the level is not to be had.
    virtual void set_isolation(isolation level) = 0;
    [[nodiscard]] virtual bool in_transaction() const = 0;
    [[nodiscard]] virtual std::string_view current_schema() const = 0;
    [[nodiscard]] virtual const previous_login& before() const = 0;
    /// The tables' stamps by now; −1 for one that is not there, or that the session has changed since its last COMMIT.
    [[nodiscard]] virtual std::vector<std::int64_t> table_stamps(std::span<const std::uint32_t> tables) {
        return std::vector<std::int64_t>(tables.size(), -1);
    }
    /// nullptr if no column has a lob_table.
    [[nodiscard]] virtual stored_lobs* lobs() { return nullptr; }
};

/// Who logs in, and how the session begins.
struct login {
    std::string user;      ///< as typed
    std::string password;  ///< compared byte for byte; never logged
    std::string application_name;
    std::string host_name;
    std::string client_address;
    dmkit::mock::language language = dmkit::mock::language::chinese;
    std::int16_t time_zone = 480;  ///< minutes east of UTC
    std::optional<dmkit::mock::isolation> isolation;
    bool read_only = false;
};

/// What a backend needs of the world; given to it, so that tests can give it another.
class environment {
  public:
    virtual ~environment() = default;
    using timer = std::uint64_t;
    [[nodiscard]] virtual std::chrono::system_clock::time_point now() = 0;
    /// Calls @p action once after @p delay on the server's thread.
    virtual timer call_after(std::chrono::milliseconds delay, std::function<void()> action) = 0;
    /// A timer that fired or is unknown is ignored.
    virtual void cancel(timer timer) = 0;
    /// True when the server is to end, or to close all sessions: what runs should stop soon. May become true while a
    /// statement runs.
    [[nodiscard]] virtual bool stopping() const noexcept = 0;
};

class backend {
  public:
    virtual ~backend() = default;
    /// Checks name and password and opens a session. @throws sql_error (-2501 for a wrong name or password)
    virtual std::unique_ptr<backend_session> open_session(const login& who) = 0;
};

}  // namespace dmkit::mock
