#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mockserver/engine/constraint_error.hpp"
#include "mockserver/engine/engine_statement.hpp"
#include "mockserver/engine/server_state.hpp"
#include "mockserver/engine/session_memory.hpp"
#include "mockserver/engine/transaction.hpp"
#include "mockserver/procedural/interpreter.hpp"

namespace dmkit::mock {

/// One login at the engine.
class engine_session final : public backend_session, private stored_lobs {
  public:
    /// @p user is checked already.
    engine_session(std::shared_ptr<server_state> server, const login& who, const user_info& user,
                   previous_login before);
    engine_session(const engine_session&) = delete;
    engine_session& operator=(const engine_session&) = delete;
    ~engine_session() override;

    std::unique_ptr<backend_statement> prepare(std::string_view sql) override;
    void execute(backend_statement& statement, const execution& what, result_sink& sink, execution_result& result,
                 completion done) override;
    void commit(completion done) override;
    void rollback(completion done) override;
    void set_isolation(isolation level) override;
    [[nodiscard]] bool in_transaction() const override { return transaction_.open() || begun_; }
    [[nodiscard]] std::string_view current_schema() const override { return context_.current_schema; }
    [[nodiscard]] const previous_login& before() const override { return before_; }
    [[nodiscard]] stored_lobs* lobs() override { return this; }
    [[nodiscard]] std::vector<std::int64_t> table_stamps(std::span<const std::uint32_t> tables) override;

  private:
    /// An execution on its way.
    struct operation {
        engine_statement* statement = nullptr;
        execution what;
        result_sink* sink = nullptr;
        execution_result* result = nullptr;
        completion done;
        std::vector<argument> no_arguments;
        std::size_t row = 0;
        std::size_t unit = 0;
        std::size_t alone_until = 0;  ///< rows before this one run by themselves, as one of them fails
        bool started_transaction = false;
        bool any_success = false;
        bool kind_settled = false;  ///< the result has the kind of a query or DML
        std::int64_t row_count = 0;
        std::optional<std::chrono::steady_clock::time_point> deadline;
        std::optional<wide_undo_guard> batch;  ///< of several rows that stand and fall together
        bool in_block = false;
        procedural::running_costs costs;
        std::optional<wide_undo_guard> block;  ///< of the block that runs

        [[nodiscard]] std::size_t rows() const { return what.rows.empty() ? 1 : what.rows.size(); }
        /// A failing row does not end the others: of batches of INSERT, UPDATE and DELETE, whose answer can name such
        /// rows.
        [[nodiscard]] bool continues() const {
            const statement_kind kind = statement->description().kind;
            return what.continue_on_error && rows() > 1 &&
                   (kind == statement_kind::insert || kind == statement_kind::update ||
                    kind == statement_kind::delete_);
        }
        [[nodiscard]] std::span<const argument> arguments() const {
            return what.rows.empty() ? no_arguments : what.rows[row];
        }
    };

    // --- the course of an execution (session_execution.cpp)
    void advance();
    /// Runs @p action; gives what it throws as the error to answer.
    template <class Action>
    [[nodiscard]] std::optional<sql_error> caught(Action action) const;
    /// False: the rest must wait for the writer's place.
    bool run_units();
    bool run_unit(unit& unit);
    /// Runs some rows of a batch in one statement of SQLite. False: the next row runs by itself.
    bool run_rows_together();
    void finish_row();
    void complete(std::optional<sql_error> failure);
    void run_bound(unit& unit);
    /// Notes the row that the cursor of WHERE CURRENT OF stands on. @throws sql_error −4535 if it is none of the
    /// table's
    void stand_on_row(const plan& plan);
    /// Notes that the transaction changes the table, and those that its foreign keys may change.
    void note_change(object_id table);
    /// The stamps of what the query read, if its rows stay good until one of them is another.
    [[nodiscard]] std::vector<table_stamp> tables_of(const plan& plan);
    void run_definition(const sql::statement& tree, std::string_view text);

    // --- blocks and routines (session_blocks.cpp)
    class block_host;
    void describe_block(unit& unit, engine_statement& statement);
    /// Compiles the block unless that is done for what holds now.
    compiled_program& compiled(unit& unit, std::string_view text);
    compiled_program& compiled(const routine_info& routine);
    /// Whether the program or one that it calls changes data.
    [[nodiscard]] bool may_write(const compiled_program& program);
    void run_block(unit& unit);
    /// Runs the block with @p arguments and puts the values of its parameters back there.
    void run_block(compiled_program& block, std::span<argument> arguments, std::vector<cursor_result>* cursors);
    void bind_site_of(compiled_program& program, std::size_t site, std::span<const argument> values);
    /// One statement of a block; undone alone if it fails.
    std::int64_t run_inside(bound_site& site, std::span<const argument> arguments, result_sink& sink);
    void run_command_inside(const sql::statement& tree);
    /// What would undo the block, or the batch, has nothing to undo: its transaction is over.
    void forget_guards() noexcept;
    std::int64_t run_text_inside(const std::string& text, std::vector<argument>& arguments, result_sink& sink,
                                 std::optional<int> unless_query);
    class acting;
    void bind(unit& unit, std::string_view text, std::span<const argument> arguments);
    /// Binds unless it is bound for what holds now.
    void bind_site(bound_site& site, std::span<const argument> arguments, const bind_context& context,
                   const std::function<plan(const bind_context&)>& binder);
    void check_accesses(std::span<const access> accesses, std::string_view user) const;
    [[nodiscard]] bool needs_writer(const unit& unit);
    bool take_writer(const unit& unit);
    [[nodiscard]] std::chrono::milliseconds patience(const unit& unit) const;
    /// @throws sql_error when the server ends or the time is over: between the rows of a batch
    void check_time() const;

    // --- transactions (session_execution.cpp)
    [[nodiscard]] connection& storage();
    /// The catalog of the snapshot that a serializable reader sees, or else the server's.
    [[nodiscard]] const catalog& visible_catalog() const noexcept { return memory_.visible_catalog(); }
    /// True if all statements of the transaction must see one moment.
    [[nodiscard]] bool serial() const;
    void begin_writing();
    void begin_reading();
    void commit_now();
    /// Undoes what the transaction wrote; its savepoints stay.
    void abandon_writes() noexcept;
    void roll_back_to(std::string_view savepoint);
    void rollback_now() noexcept;
    /// The transaction is over: what held for it holds no more.
    void end_transaction() noexcept;
    void leave_writer();
    /// Takes note of it if SQLite has rolled back by itself. True if it undid more than the failing statement.
    bool notice_loss();
    /// @throws sql_error not_supported unless the statement ends a lost transaction
    void check_loss(const sql::statement& tree) const;
    /// After a rollback: plans must make their temporary tables again.
    void forget_temporary_tables() noexcept;

    // --- LOBs by their places (session_lobs.cpp)
    class stored_lob_reader;
    /// Parts of a write that are not stored yet.
    struct pending_lob_write {
        lob_place where;
        bool text = false;
        std::int64_t position = 0;
        std::int64_t units = 0;  ///< of data: bytes, or characters
        std::vector<std::byte> data;
    };
    std::unique_ptr<lob_reader> open(const lob_place& where, bool text) override;
    void write(const lob_place& where, bool text, std::int64_t position, std::span<const std::byte> data, bool more,
               completion done) override;
    void truncate(const lob_place& where, bool text, std::int64_t length, completion done) override;
    [[nodiscard]] std::pair<std::shared_ptr<const table_info>, const column_info*> find_lob(const lob_place& where,
                                                                                            bool text,
                                                                                            privilege privilege) const;
    /// Runs @p action as a change once the writer's place is there.
    void change_lob(std::function<void()> action, const completion& done);
    [[nodiscard]] std::optional<sql_error> end_lob_change(std::optional<sql_error> failure);
    /// Stores what parts of a write have come, which no part will follow. Gives what goes wrong.
    [[nodiscard]] std::optional<sql_error> flush_lob_write();
    void store_lob_write();
    /// Puts what @p make makes of the value in its place.
    void replace_lob(const lob_place& where, bool text,
                     const std::function<std::vector<std::byte>(std::span<const std::byte>)>& make);
    /// A number that is another one when another session has changed something.
    [[nodiscard]] std::int64_t foreign_changes();

    // --- commands that need no storage (session_commands.cpp)
    void run_command(const sql::statement& tree);
    void enter_schema(std::string_view name);
    void set_schema(std::string_view name);
    void set_time_zone(std::int16_t minutes);
    void set_identity_insert(const sql::set_identity_insert_statement& command);
    void set_transaction(const sql::set_transaction_statement& command);
    void alter_session(const sql::session_setting& setting);
    /// Makes the answer one that tells the client of a change of its session, unless the statement has a kind already.
    void tell_change(statement_kind kind);
    void set_format(std::string& format, std::string value, statement_kind kind);
    void set_date_language(bool english);
    void lock_table(const sql::lock_table_statement& command);
    void accept_administration(const sql::administrative_statement& command) const;
    void change_session() { ++version_; }
    [[nodiscard]] bind_context binding() const;
    /// Whose rights hold and in which schema names are looked up: the session's, or those of the routine that acts.
    [[nodiscard]] const std::string& acting_user() const { return acting_ ? acting_->user : context_.user; }
    [[nodiscard]] const std::string& acting_schema() const {
        return acting_ ? acting_->schema : context_.current_schema;
    }
    void describe(engine_statement& statement);

    std::shared_ptr<server_state> server_;
    previous_login before_;
    call_context context_;
    session_memory memory_;
    std::optional<connection> connection_;
    transaction transaction_;
    bool begun_ = false;                  ///< a statement ran that no COMMIT followed, though it may not have written
    std::set<object_id> changed_tables_;  ///< of the running transaction
    bool lost_ = false;                   ///< SQLite has undone statements that were answered with success
    isolation isolation_ = isolation::read_committed;  ///< of the session
    bool read_only_ = false;                           ///< of the session
    // of the running transaction, or the next
    std::optional<isolation> transaction_isolation_;
    bool transaction_read_only_ = false;
    object_id identity_insert_ = 0;
    bool identity_replace_null_ = false;
    std::uint64_t version_ = 0;
    std::map<object_id, std::shared_ptr<compiled_program>> routines_;
    std::uint64_t routines_as_of_ = 0;                         ///< version of the catalog that had all of them
    std::vector<std::shared_ptr<compiled_program>> outdated_;  ///< may be running still
    const compiled_program* acting_ = nullptr;                 ///< the routine whose command or text runs
    std::uint64_t changes_ = 0;                                ///< counts what may have changed values in this session
    bool autocommit_ = true;                                   ///< of the last execution: LOB messages do not say
    bool lob_transaction_ = false;  ///< the transaction began with the change of a LOB that is under way
    std::optional<pending_lob_write> lob_write_;
    std::unique_ptr<operation> operation_;
};

template <class Action>
std::optional<sql_error> engine_session::caught(Action action) const {
    try {
        action();
        return std::nullopt;
    } catch (const sql_error& error) {
        return error;
    } catch (const constraint_failure& failure) {
        return constraint_error(failure, visible_catalog());
    } catch (const std::exception& error) {
        return sql_error::internal(error);
    }
}

}  // namespace dmkit::mock
