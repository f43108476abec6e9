#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include <dmkit/connect_params.hpp>
#include <dmkit/statement_runner.hpp>

namespace dmkit {

/// How a transaction is to be. What the server does not grant, begin() refuses; nothing is weakened silently.
struct transaction_options {
    dmkit::isolation isolation = isolation::server_default;  ///< server_default: the session's
    bool read_only = false;
    call_options call = {};  ///< of begin() itself
};

/// An open transaction. Statements of the connection run inside it until commit() or rollback(). Its destructor rolls
/// back: at once if it was begun synchronously (an error is dropped, the connection then cannot be used any more); if
/// it was begun asynchronously without blocking, by a message ahead of the connection's next one. Move-only. The
/// connection may be moved meanwhile; closing it ends the transaction on the server.
class transaction : public statement_runner {
  public:
    transaction() noexcept = default;
    /// Made by connection::begin().
    transaction(std::shared_ptr<detail::connection_core> core, bool synchronous);
    transaction(transaction&& other) noexcept;
    transaction& operator=(transaction&& other) noexcept;
    ~transaction();

    /// False after commit(), rollback(), or the loss of the connection.
    [[nodiscard]] bool is_open() const noexcept;

    /// @throws error: commit_outcome_unknown if COMMIT was sent and no answer came; whether the transaction is
    /// committed is then not known. After a refusal of the server the transaction is still open.
    void commit();
    void commit(error_code& code, diagnostics& details);
    /// Completes with `void(error_code)`.
    template <class Token>
    auto async_commit(Token&& token) {
        return async_end(true, nullptr, std::forward<Token>(token));
    }
    template <class Token>
    auto async_commit(diagnostics& details, Token&& token) {
        return async_end(true, &details, std::forward<Token>(token));
    }
    void rollback();
    void rollback(error_code& code, diagnostics& details);
    template <class Token>
    auto async_rollback(Token&& token) {
        return async_end(false, nullptr, std::forward<Token>(token));
    }
    template <class Token>
    auto async_rollback(diagnostics& details, Token&& token) {
        return async_end(false, &details, std::forward<Token>(token));
    }

  private:
    template <class Token>
    auto async_end(bool commits, diagnostics* details, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code)>(
            [](auto handler, transaction* self, bool keeps, diagnostics* out) {
                self->start_end(keeps, out, std::move(handler));
            },
            token, this, commits, details);
    }
    void start_end(bool commits, diagnostics* details, completion_handler<> handler);
    void end(bool commits, error_code& code, diagnostics& details);
    void abandon() noexcept;

    std::uint64_t epoch_ = 0;   ///< of the connection: which login it belongs to
    std::uint64_t number_ = 0;  ///< of the transaction within it
    bool synchronous_ = true;
};

}  // namespace dmkit
