#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include <dmkit/command.hpp>
#include <dmkit/connect_params.hpp>
#include <dmkit/server_info.hpp>

#include "client/io/transport.hpp"
#include "client/session/machine.hpp"
#include "client/session/state.hpp"

namespace dmkit::detail {

class async_transport;
class connection_core;

/// One call of the user: one machine, or several in a row.
class task {
  public:
    virtual ~task() = default;
    /// The first machine, then, each time one has succeeded, the next; nullptr when the call has ended. A call that
    /// ends by a fault of its own sets problem().
    virtual session::machine* next(connection_core& core) = 0;
    /// What has to happen before the first machine, waiting for the socket (asynchronous calls have their own way).
    virtual void prepare(connection_core& core, io::time_point deadline) {
        static_cast<void>(core);
        static_cast<void>(deadline);
    }
    /// The call has ended, well or with @p outcome, which may be changed.
    virtual void finished(connection_core& core, session::failure& outcome) {
        static_cast<void>(core);
        static_cast<void>(outcome);
    }
    /// False if the call needs no session.
    [[nodiscard]] virtual bool needs_session() const { return true; }
    [[nodiscard]] session::failure& problem() noexcept { return problem_; }

  protected:
    void fail(client_errc code, std::string_view operation, std::string text = {});

  private:
    session::failure problem_;
};

/// What connection, statement, rows and transaction share: the session's state, the socket, and who may use them.
class connection_core : public std::enable_shared_from_this<connection_core> {
  public:
    connection_core();
    ~connection_core();
    connection_core(const connection_core&) = delete;
    connection_core& operator=(const connection_core&) = delete;

    [[nodiscard]] session::session_state& state() noexcept { return *state_; }
    [[nodiscard]] const session::session_state& state() const noexcept { return *state_; }
    [[nodiscard]] io::transport& stream() noexcept { return stream_; }
    [[nodiscard]] io::stream_socket& socket() noexcept { return stream_.socket(); }
    [[nodiscard]] const connect_params& params() const noexcept { return params_; }
    [[nodiscard]] async_transport* transport() noexcept { return transport_.get(); }
    void set_transport(std::unique_ptr<async_transport> transport);
    std::function<void(const handshake_event&)> observer;

    /// Which login this is; rows, statements and transactions of an earlier one are dead.
    [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
    /// Which transaction of the login runs, or ran last.
    [[nodiscard]] std::uint64_t transaction_number() const noexcept { return transaction_number_; }
    void count_transaction() noexcept { ++transaction_number_; }

    /// Begins a call: @return a fault if it may not begin.
    [[nodiscard]] client_errc enter(bool needs_session);
    void leave() noexcept { busy_ = false; }
    [[nodiscard]] bool busy() const noexcept { return busy_; }

    /// Makes everything fresh for a new login with @p params.
    void reset(const connect_params& params);
    /// Closes the socket; the session is over.
    void disconnect() noexcept;

    [[nodiscard]] io::time_point deadline_of(const call_options& options) const;
    [[nodiscard]] io::time_point connect_deadline(const connect_params& params, const call_options& options) const;

    /// Runs a call to its end, waiting for the socket. @return false with @p code and @p details set
    /// @throws what code of the user's threw in the call, which has ended
    bool run(task& what, io::time_point deadline, error_code& code, diagnostics& details);
    /// Completes what a call failed with, and closes the connection if it has to be.
    void settle(session::failure&& problem, error_code& code, diagnostics& details);

    /// The client reports a fault without any message.
    void refuse(client_errc why, std::string_view operation, error_code& code, diagnostics& details) const;

    /// What the task wants next. An exception becomes its problem.
    [[nodiscard]] session::machine* next_of(task& what);
    /// Tells the task that the call has ended. An exception takes the outcome's place.
    void finish(task& what, session::failure& outcome);

  private:
    [[nodiscard]] session::failure drive(task& what, io::time_point deadline);
    void drive(session::machine& machine, io::time_point deadline);

    std::unique_ptr<session::session_state> state_;
    io::transport stream_;
    connect_params params_;
    std::unique_ptr<async_transport> transport_;
    std::uint64_t epoch_ = 0;
    std::uint64_t transaction_number_ = 0;
    bool busy_ = false;
};

}  // namespace dmkit::detail
