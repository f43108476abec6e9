#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <dmkit/async.hpp>
#include <dmkit/connect_params.hpp>
#include <dmkit/server_info.hpp>
#include <dmkit/statement_runner.hpp>
#include <dmkit/transaction.hpp>

namespace dmkit {

/// A session with a DM8 server. Used by one caller at a time: no call while another one runs, not even from the same
/// thread. Synchronous calls need no executor; asynchronous ones run on the executor that the connection was made with.
/// Rows, statements and transactions keep what they need of it alive. Move-only.
///
/// A call that passes its deadline, is cancelled or gets an answer that cannot be understood closes the connection: it
/// is never left half-read. An error of the server leaves it as it was.
class connection : public statement_runner {
  public:
    /// Not connected, for synchronous calls.
    connection();
    /// Not connected, for both kinds of calls.
    explicit connection(boost::asio::any_io_executor executor);
    /// Connects. @throws error
    explicit connection(const connect_params& params);
    connection(connection&&) noexcept;
    connection& operator=(connection&&) noexcept;
    /// Closes without a message; the server rolls an open transaction back.
    ~connection();

    /// Dials, negotiates and logs in. The deadline is connect_params::connect_timeout unless @p options say otherwise.
    /// @throws error
    void connect(const connect_params& params, const call_options& options = {});
    void connect(const connect_params& params, error_code& code, diagnostics& details,
                 const call_options& options = {});
    /// Completes with `void(error_code)`.
    template <class Token>
    auto async_connect(connect_params params, Token&& token) {
        return async_connect_impl(std::move(params), nullptr, std::forward<Token>(token));
    }
    template <class Token>
    auto async_connect(connect_params params, diagnostics& details, Token&& token) {
        return async_connect_impl(std::move(params), &details, std::forward<Token>(token));
    }
    /// Is told of each step of later connects, on the thread that runs them. Set it while no call runs.
    void on_stage(std::function<void(const handshake_event&)> observer);

    /// False before connect() and after close() or a fatal error.
    [[nodiscard]] bool is_open() const noexcept;
    /// As is_open(), and looks whether the peer has closed meanwhile. Sends nothing.
    [[nodiscard]] bool is_alive() const noexcept;
    [[nodiscard]] const server_info& server() const noexcept;
    [[nodiscard]] const connect_params& params() const noexcept;
    /// The current schema, as the server last named it.
    [[nodiscard]] const std::string& schema() const noexcept;
    [[nodiscard]] bool in_transaction() const noexcept;
    [[nodiscard]] boost::asio::any_io_executor get_executor() const;

    /// False: every statement outside of a transaction object joins one that commit() or rollback() ends. Sends
    /// nothing; the flag travels with each statement.
    void set_autocommit(bool on) noexcept;
    [[nodiscard]] bool autocommit() const noexcept;

    /// Opens a transaction. @throws error (transaction_in_progress; the server's if it refuses the options)
    [[nodiscard]] transaction begin(const transaction_options& options = {});
    [[nodiscard]] transaction begin(const transaction_options& options, error_code& code, diagnostics& details);
    /// Completes with `void(error_code, transaction)`.
    template <class Token>
    auto async_begin(const transaction_options& options, Token&& token) {
        return async_begin_impl(options, nullptr, std::forward<Token>(token));
    }
    template <class Token>
    auto async_begin(const transaction_options& options, diagnostics& details, Token&& token) {
        return async_begin_impl(options, &details, std::forward<Token>(token));
    }

    /// Ends the transaction of a connection without autocommit. With autocommit, and outside of a transaction object,
    /// it does nothing if connect_params::always_allow_commit, else it fails with no_transaction.
    void commit();
    void commit(error_code& code, diagnostics& details);
    void rollback();
    void rollback(error_code& code, diagnostics& details);
    template <class Token>
    auto async_commit(Token&& token) {
        return async_simple(simple_call::commit, std::forward<Token>(token));
    }
    template <class Token>
    auto async_rollback(Token&& token) {
        return async_simple(simple_call::rollback, std::forward<Token>(token));
    }

    /// Asks the server for a sign of life: `select 1`, as the vendor's drivers do. @throws error
    void ping(const call_options& options = {});
    void ping(error_code& code, diagnostics& details, const call_options& options = {});
    template <class Token>
    auto async_ping(Token&& token) {
        return async_simple(simple_call::ping, std::forward<Token>(token));
    }

    /// Rolls an open transaction back and closes. Never throws; a server that does not answer is left alone after the
    /// deadline (connect_params::operation_timeout, 1 s if there is none).
    void close() noexcept;
    /// Completes with `void(error_code)`, without an error.
    template <class Token>
    auto async_close(Token&& token) {
        return async_simple(simple_call::close, std::forward<Token>(token));
    }

  private:
    enum class simple_call : std::uint8_t { commit, rollback, ping, close };

    template <class Token>
    auto async_connect_impl(connect_params params, diagnostics* details, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code)>(
            [core = core_](auto handler, connect_params wanted, diagnostics* out) {
                start_connect(core, std::move(wanted), out, std::move(handler));
            },
            token, std::move(params), details);
    }
    template <class Token>
    auto async_begin_impl(const transaction_options& options, diagnostics* details, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code, transaction)>(
            [core = core_](auto handler, transaction_options wanted, diagnostics* out) {
                start_begin(core, wanted, out, std::move(handler));
            },
            token, options, details);
    }
    template <class Token>
    auto async_simple(simple_call what, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code)>(
            [core = core_](auto handler, simple_call wanted) { start_simple(core, wanted, std::move(handler)); }, token,
            what);
    }
    using shared_core = std::shared_ptr<detail::connection_core>;
    static void start_connect(const shared_core& core, connect_params params, diagnostics* details,
                              completion_handler<> handler);
    static void start_begin(const shared_core& core, const transaction_options& options, diagnostics* details,
                            completion_handler<transaction> handler);
    static void start_simple(const shared_core& core, simple_call what, completion_handler<> handler);
    void end(bool commits, error_code& code, diagnostics& details);
};

}  // namespace dmkit
