#pragma once

#include <memory>
#include <optional>
#include <string>

#include "mockserver/engine/engine_statement.hpp"
#include "mockserver/engine/server_state.hpp"
#include "mockserver/engine/session_memory.hpp"
#include "mockserver/engine/transaction.hpp"

namespace dmkit::mock {

/// One login at the engine.
class engine_session final : public backend_session {
  public:
    /// @p user is checked already.
    engine_session(std::shared_ptr<server_state> server, const login& who, const user_info& user);
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
        bool started_transaction = false;
        bool any_success = false;
        bool kind_settled = false;  ///< the result has the kind of a query or DML
        std::int64_t row_count = 0;
        std::optional<std::chrono::steady_clock::time_point> deadline;
        std::optional<undo_guard> batch;  ///< of several rows that stand and fall together

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

    // --- the course of an execution (session.cpp)
    void advance();
    /// False: the rest must wait for the writer's place.
    bool run_units();
    bool run_unit(unit& unit);
    void finish_row();
    void complete(std::optional<sql_error> failure);
    void run_bound(unit& unit);
    void run_definition(unit& unit);
    void bind(unit& unit, std::string_view text, std::span<const argument> arguments);
    void check_accesses(std::span<const access> accesses) const;
    [[nodiscard]] bool needs_writer(const unit& unit) const;
    bool take_writer(const unit& unit);
    [[nodiscard]] std::chrono::milliseconds patience(const unit& unit) const;
    void note_result(statement_kind kind, bool settles);

    // --- transactions (session.cpp)
    [[nodiscard]] connection& storage();
    void begin_writing();
    void commit_now();
    /// Undoes what the transaction wrote; its savepoints stay.
    void unbegin() noexcept;
    void rollback_now() noexcept;
    void leave_writer();

    // --- commands that need no storage (session_commands.cpp)
    void run_command(const sql::statement& tree);
    void set_schema(std::string_view name);
    void set_identity_insert(const sql::set_identity_insert_statement& command);
    void set_transaction(const sql::set_transaction_statement& command);
    void alter_session(const sql::session_setting& setting);
    void lock_table(const sql::lock_table_statement& command);
    void accept_administration(const sql::administrative_statement& command) const;
    void change_session() { ++version_; }
    [[nodiscard]] bind_context binding() const;
    void describe(engine_statement& statement);

    std::shared_ptr<server_state> server_;
    call_context context_;
    session_memory memory_;
    std::optional<connection> connection_;
    transaction transaction_;
    bool begun_ = false;  ///< a statement ran that no COMMIT followed, though it may not have written
    isolation isolation_ = isolation::read_committed;
    bool read_only_ = false;              ///< of the session
    bool transaction_read_only_ = false;  ///< of the running transaction
    object_id identity_insert_ = 0;
    bool identity_replace_null_ = false;
    std::uint64_t version_ = 0;
    std::unique_ptr<operation> operation_;
};

}  // namespace dmkit::mock
