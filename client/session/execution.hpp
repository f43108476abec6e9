#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/parameters.hpp>
#include <dmkit/results.hpp>

#include "client/session/cursor.hpp"
#include "client/session/parameters.hpp"
#include "client/session/session_machine.hpp"

namespace dmkit::session {

/// A statement that the server has prepared.
struct prepared {
    statement_handle handle;
    std::int16_t kind = 0;  ///< DM8's number for what the statement is
    std::vector<parameter_metadata> parameters;
    shared_column_set columns;  ///< null unless it yields rows
    std::string sql;
    /// An execution ended behind some of its long values, which the server may still hold for the next one: the
    /// statement has to be prepared anew.
    bool stale = false;
};

/// How the rows of a query are wanted.
struct result_options {
    std::int64_t max_rows = 0;  ///< 0: all
    bool scrolling = false;
    std::string cursor_name = {};                 ///< empty: the server's
    std::optional<std::int64_t> cursor_row = {};  ///< see call_options
};

/// What came of an execution.
struct outcome {
    execution_result info;
    bool has_rows = false;
    cursor rows;  ///< only with has_rows
    /// OUT values out of the row, which are NULL in info until they are read; fields are places in info.out_values.
    off_row_lobs lobs;
};

/// The rows of a ref cursor behind an OUT parameter.
struct cursor_outcome {
    std::size_t parameter = 0;
    statement_handle handle;  ///< the cursor's own; to be released
    outcome result;           ///< without rows if the server opened no cursor
};

/// Takes the answer to an execution: fills @p out and brings the session's state up to date.
/// @param columns those known from PREPARE; null if none are
/// @param types of the parameters that were sent
/// @return an error if the answer cannot be understood
[[nodiscard]] failure take_execution(session_state& state, const wire::frame_view& frame,
                                     const statement_handle& handle, const shared_column_set& columns,
                                     std::span<const wire::parameter_type> types, const result_options& options,
                                     outcome& out);

/// Takes the answer to PREPARE. @return an error if it cannot be understood
[[nodiscard]] failure take_prepared(session_state& state, const wire::frame_view& frame, const statement_handle& handle,
                                    prepared& out);

/// PREPARE alone: describes a statement.
class prepare_machine final : public session_machine {
  public:
    explicit prepare_machine(std::string_view sql) : session_machine("prepare"), sql_(sql) {}
    [[nodiscard]] prepared& statement() noexcept { return prepared_; }

  private:
    step ready(session_state& state) override;
    step reply(session_state& state, const wire::frame_view& frame) override;
    step declined(session_state& state) override;

    std::string_view sql_;
    prepared prepared_;
};

/// What executions with parameters have in common: values that are too long for their row are announced and sent ahead
/// of it, piece by piece.
class binding_machine : public session_machine {
  protected:
    explicit binding_machine(std::string_view operation) : session_machine(operation) {}

    /// The rows are encoded in writer_: sends the long values, then calls execute_bound().
    step send_bound(session_state& state);
    virtual step execute_bound(session_state& state) = 0;
    virtual step own_reply(session_state& state, const wire::frame_view& frame) = 0;
    /// An EXECUTE of what is in writer_.
    [[nodiscard]] wire::execute_request& execution(session_state& state);

    /// The operation ends early: what the server holds of @p statement's long values is not for its next execution.
    void spoil(prepared& statement) const noexcept { statement.stale = statement.stale || sending_values_; }

    std::optional<parameter_writer> writer_;

  private:
    step reply(session_state& state, const wire::frame_view& frame) final;
    step put_next(session_state& state);

    bool sending_values_ = false;
    std::size_t next_value_ = 0;  ///< of the writer's values off the row
    std::size_t next_byte_ = 0;
};

/// Runs a statement once: directly when it has no parameters, else prepared first.
class execute_machine final : public binding_machine {
  public:
    /// @p sql and what @p parameters show must outlive the machine.
    execute_machine(std::string_view sql, const detail::parameter_set& parameters, const result_options& options)
        : binding_machine("execute"), sql_(sql), wanted_(parameters), options_(options) {}
    /// Runs a statement that is prepared.
    execute_machine(prepared& statement, const detail::parameter_set& parameters, const result_options& options)
        : binding_machine("execute"), given_(&statement), wanted_(parameters), options_(options) {}

    [[nodiscard]] outcome& product() noexcept { return outcome_; }
    /// The handle is the caller's from here on (a cursor reads from it); it has to be released.
    [[nodiscard]] bool keeps_handle() const noexcept { return given_ == nullptr && outcome_.has_rows; }
    /// Where OUT parameters go, by their places in the statement; known when its parameters are.
    [[nodiscard]] std::span<const detail::output_target> outputs() const noexcept { return outputs_; }
    [[nodiscard]] std::vector<cursor_outcome>& cursors() noexcept { return cursors_; }

  private:
    enum class stage : std::uint8_t { name, prepare, direct, handles, execute, cursors };

    step ready(session_state& state) override;
    step own_reply(session_state& state, const wire::frame_view& frame) override;
    step declined(session_state& state) override;
    step name_cursor(session_state& state);
    step bind(session_state& state);
    /// Finds the places of the variables.
    [[nodiscard]] parameter_fault place_outputs();
    [[nodiscard]] parameter_fault place_streams();
    /// Gets each cursor among the parameters a handle of its own.
    step take_cursor_handles(session_state& state);
    step write_parameters(session_state& state);
    step execute_bound(session_state& state) override;
    step next_cursor(session_state& state);
    step give_back(session_state& state);
    /// Ends the operation with a fault of ours and gives back every handle that it holds.
    step abandon(session_state& state, failure&& fault);
    [[nodiscard]] prepared& statement() noexcept { return given_ != nullptr ? *given_ : prepared_; }

    std::string_view sql_;
    prepared* given_ = nullptr;
    std::vector<detail::output_target> outputs_;
    std::vector<cursor_outcome> cursors_;
    std::size_t cursors_done_ = 0;  ///< of which the handle, then the rows are there
    statement_handle main_;         ///< the statement's handle while others are taken
    detail::parameter_set wanted_;
    result_options options_;
    stage stage_ = stage::name;
    prepared prepared_;
    outcome outcome_;
};

/// What a batch bears; what is empty is as the session has it.
struct batch_tolerance {
    std::optional<bool> continue_on_error = {};
    std::optional<std::int32_t> max_errors = {};  ///< rows of the whole batch; 0: all
    bool of_cursor = false;                       ///< the call names a cursor or a row of one, which no batch has
};

/// Runs a statement for many rows of parameters: as many rows in one message as its budget takes. A row with a long
/// value goes alone.
class batch_machine final : public binding_machine {
  public:
    static constexpr std::size_t default_budget = std::size_t{1} << 20U;  ///< bytes of rows in one message

    /// @p sql and @p rows must outlive the machine.
    batch_machine(std::string_view sql, const parameter_source& rows, std::size_t budget = default_budget)
        : binding_machine("execute_many"), sql_(sql), rows_(rows), budget_(budget) {}
    batch_machine(prepared& statement, const parameter_source& rows, std::size_t budget = default_budget)
        : binding_machine("execute_many"), given_(&statement), rows_(rows), budget_(budget) {}

    void set_tolerance(const batch_tolerance& wanted) noexcept { tolerance_ = wanted; }

    [[nodiscard]] execution_result& product() noexcept { return total_; }

  private:
    step ready(session_state& state) override;
    step own_reply(session_state& state, const wire::frame_view& frame) override;
    step declined(session_state& state) override;
    step bind(session_state& state);
    step next_chunk(session_state& state);
    step execute_bound(session_state& state) override;
    step give_back(session_state& state);
    /// False if as many rows have failed as may: the batch ends, without an error.
    [[nodiscard]] bool bears_more(const session_state& state) const noexcept;
    void add(execution_result&& part);
    [[nodiscard]] prepared& statement() noexcept { return given_ != nullptr ? *given_ : prepared_; }

    std::string_view sql_;
    prepared* given_ = nullptr;
    const parameter_source& rows_;
    std::size_t budget_;
    prepared prepared_;
    bool executing_ = false;
    std::size_t next_row_ = 0;    ///< first row that is in no message yet
    std::size_t chunk_rows_ = 0;  ///< of the message in progress
    execution_result total_;
    batch_tolerance tolerance_;
};

/// MORE_RESULT: the next result of a statement that yields several.
class next_result_machine final : public session_machine {
  public:
    next_result_machine(const statement_handle& handle, std::int16_t number, const result_options& options)
        : session_machine("next_result"), statement_(handle), number_(number), options_(options) {}
    /// Without rows there is no further result.
    [[nodiscard]] outcome& product() noexcept { return outcome_; }

  private:
    step ready(session_state& state) override;
    step reply(session_state& state, const wire::frame_view& frame) override;

    statement_handle statement_;
    std::int16_t number_;
    result_options options_;
    outcome outcome_;
};

/// A piece of a long value for PUT_DATA at most, as the vendor's Go driver sends them.
inline constexpr std::size_t put_data_size = 16000;

}  // namespace dmkit::session
