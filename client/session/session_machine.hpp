#pragma once

#include <cstdint>

#include <dmkit/wire/messages/statement.hpp>

#include "client/session/machine.hpp"

namespace dmkit::session {

/// An operation inside a session. Before its own first request it settles what earlier operations left undone and what
/// the session owes the caller: a transaction that was dropped is rolled back, isolation and read-only state are
/// brought to what is wanted, handles beyond the pool's size are freed. A session without debts costs no message for
/// this.
class session_machine : public exchange_machine {
  protected:
    explicit session_machine(std::string_view operation) : exchange_machine(operation) {}

    /// Everything is settled: makes the operation's first request, or finishes.
    virtual step ready(session_state& state) = 0;
    /// A successful answer to a request of the operation's own.
    virtual step reply(session_state& state, const wire::frame_view& frame) = 0;
    /// The operation ends early: the server refused one of its requests, of its own or of those that settle things, or
    /// an exception was thrown. Gives back what the operation holds.
    virtual step declined(session_state& state) {
        static_cast<void>(state);
        return step::finish;
    }

    /// Called in ready(): takes a handle from the pool. @return false if the server has to be asked: return
    /// request_handle(), and ready() is called again.
    [[nodiscard]] bool take_handle(session_state& state);
    step request_handle(session_state& state);

    /// PREPARE of @p sql in handle_, or its direct execution; ends the operation by declined() if the text cannot be
    /// sent.
    step request_prepare(session_state& state, wire::prepare_request message, std::string_view sql);
    /// Encodes an execution as the server's version wants it.
    step request_execution(session_state& state, const wire::execute_request& message, const statement_handle& handle);

    statement_handle handle_;

  private:
    enum class debt : std::uint8_t { none, rollback, isolation, free_handle, allocate, read_only_handle, read_only };

    step begin(session_state& state) final { return settle(state); }
    step answer(session_state& state, const wire::frame_view& frame) final;
    step refused(session_state& state) final;
    void abandoned(session_state& state) final;
    step settle(session_state& state);
    step pay(session_state& state, debt what);
    step set_read_only(session_state& state);

    debt paying_ = debt::none;
};

/// Encodes PREPARE with @p sql in the session's character set.
/// @return false if a character has no place there
[[nodiscard]] bool fill_sql(session_state& state, std::string_view sql, std::vector<std::byte>& buffer,
                            wire::prepare_request& message);

/// The text behind a handle is always sent in the session's character set. Appends it to @p out.
/// @return false if a character has no place there.
[[nodiscard]] inline bool encode_text(session_state& state, std::string_view text, std::vector<std::byte>& out) {
    return state.text.append_encoded(text, out);
}

}  // namespace dmkit::session
