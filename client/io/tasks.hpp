#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <dmkit/batch.hpp>
#include <dmkit/connection.hpp>
#include <dmkit/parameters.hpp>

#include "client/io/connection_core.hpp"
#include "client/io/handles.hpp"
#include "client/session/control.hpp"
#include "client/session/execution.hpp"
#include "client/session/result_store.hpp"

/// The calls of the public interface as tasks: what the synchronous and the asynchronous forms share. A task refers to
/// its arguments; take() gives the result after success.
namespace dmkit::detail {

[[nodiscard]] session::result_options result_options_of(const connection_core& core, const call_options& options);

/// A statement's text, or a statement that is prepared, with its parameters.
class run_task : public task {
  public:
    run_task(std::string_view sql, const parameter_set& given, const session::result_options& options)
        : machine_(sql, given, options) {}
    run_task(session::prepared& statement, const parameter_set& given, const session::result_options& options)
        : machine_(statement, given, options) {}

    session::machine* next(connection_core& core) final;
    void finished(connection_core& core, session::failure& outcome) final;

  protected:
    /// Everything has come and OUT parameters have their values.
    virtual void complete(connection_core& core) { static_cast<void>(core); }
    /// The result's handle, in the care of an object; the product has no rows afterwards.
    [[nodiscard]] borrowed_handle handle_of(connection_core& core);

    session::execute_machine machine_;

  private:
    void store_cursors(connection_core& core);
    /// Gives the OUT parameters' values to their variables: code of the user's. Sets the fault if one does not fit.
    void store_values();

    std::optional<session::fetch_lobs_machine> lobs_;
    bool started_ = false;
    bool executed_ = false;
};

class execute_task final : public run_task {
  public:
    using run_task::run_task;
    execution_result take() { return std::move(machine_.product().info); }
};

class query_task final : public run_task {
  public:
    using run_task::run_task;
    rows take() { return rows(std::move(state_)); }

  private:
    void complete(connection_core& core) override;

    std::unique_ptr<rows_state> state_;
};

class ping_task final : public task {
  public:
    session::machine* next(connection_core& core) override;
    static void take() noexcept {}

  private:
    std::optional<session::execute_machine> machine_;
};

class prepare_task final : public task {
  public:
    explicit prepare_task(std::string_view sql) : machine_(sql) {}
    session::machine* next(connection_core& core) override;
    statement take() { return statement(std::move(state_)); }

  private:
    session::prepare_machine machine_;
    bool started_ = false;
    std::unique_ptr<statement_state> state_;
};

/// Gives the machines the rows of a batch.
class batch_rows final : public session::parameter_source {
  public:
    explicit batch_rows(const batch_source& source) noexcept : source_(source) {}
    [[nodiscard]] std::size_t size() const override { return source_.size(); }
    [[nodiscard]] std::span<const std::string_view> names() const override { return source_.names(); }
    [[nodiscard]] std::span<const field_view> row(std::size_t index) const override {
        fields_.clear();
        source_.row(index, fields_);
        return fields_;
    }

  private:
    const batch_source& source_;
    mutable std::vector<field_view> fields_;
};

[[nodiscard]] inline session::batch_tolerance tolerance_of(const call_options& options) {
    return {options.continue_on_error, options.max_errors,
            !options.cursor_name.empty() || options.cursor_row.has_value()};
}

class batch_task final : public task {
  public:
    batch_task(std::string_view sql, const batch_source& source, const call_options& options)
        : rows_(source), machine_(sql, rows_) {
        machine_.set_tolerance(tolerance_of(options));
    }
    batch_task(session::prepared& statement, const batch_source& source, const call_options& options)
        : rows_(source), machine_(statement, rows_) {
        machine_.set_tolerance(tolerance_of(options));
    }
    session::machine* next(connection_core& core) override;
    execution_result take() { return std::move(machine_.product()); }

  private:
    batch_rows rows_;
    session::batch_machine machine_;
    bool started_ = false;
};

class begin_task final : public task {
  public:
    begin_task(const transaction_options& options, bool synchronous) : options_(options), synchronous_(synchronous) {}
    session::machine* next(connection_core& core) override;
    void finished(connection_core& core, session::failure& outcome) override;
    transaction take() { return {core_, synchronous_}; }

  private:
    transaction_options options_;
    bool synchronous_;
    std::shared_ptr<connection_core> core_;
    session::begin_machine machine_;
    bool started_ = false;
};

/// COMMIT or ROLLBACK. Without a transaction it is no-op or fault, as the parameters say.
class end_task final : public task {
  public:
    explicit end_task(bool commits)
        : commits_(commits),
          machine_(commits ? session::end_machine::ending::commit : session::end_machine::ending::rollback) {}
    session::machine* next(connection_core& core) override;
    static void take() noexcept {}

  private:
    bool commits_;
    session::end_machine machine_;
    bool started_ = false;
};

/// Leaves the session. Never fails: what is open is closed afterwards in any case.
class close_task final : public task {
  public:
    session::machine* next(connection_core& core) override;
    [[nodiscard]] bool needs_session() const override { return false; }
    void finished(connection_core& core, session::failure& outcome) override;
    static void take() noexcept {}

  private:
    session::leave_machine machine_;
    bool started_ = false;
};

class next_row_task final : public task {
  public:
    explicit next_row_task(rows_state& state) noexcept : state_(state) {}
    session::machine* next(connection_core& core) override;
    void finished(connection_core& core, session::failure& outcome) override;
    /// Rows that are buffered can be read after the connection was closed.
    [[nodiscard]] bool needs_session() const override { return false; }
    [[nodiscard]] bool take() const noexcept { return found_; }

  private:
    rows_state& state_;
    std::optional<session::fetch_machine> machine_;
    std::optional<session::fetch_lobs_machine> lobs_;
    bool reading_lobs_ = false;  ///< of a row that has been taken
    bool found_ = false;
};

class read_all_task final : public task {
  public:
    explicit read_all_task(rows_state& state);
    session::machine* next(connection_core& core) override;
    [[nodiscard]] bool needs_session() const override { return false; }
    results take() { return results(std::move(store_)); }

  private:
    rows_state& state_;
    std::unique_ptr<result_store> store_;
    std::optional<session::fetch_machine> machine_;
    std::optional<session::fetch_lobs_machine> lobs_;
};

class next_result_task final : public task {
  public:
    explicit next_result_task(rows_state& state);
    session::machine* next(connection_core& core) override;
    [[nodiscard]] bool take() const noexcept { return found_; }

  private:
    rows_state& state_;
    session::next_result_machine machine_;
    bool started_ = false;
    bool found_ = false;
};

}  // namespace dmkit::detail
