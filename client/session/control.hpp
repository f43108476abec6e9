#pragma once

#include <dmkit/connect_params.hpp>

#include "client/session/session_machine.hpp"

namespace dmkit::session {

/// An operation that ends something. Where no handles are kept, those that were given back go to the server before it,
/// as with the vendor's drivers, which free a handle at once.
class ending_machine : public exchange_machine {
  protected:
    explicit ending_machine(std::string_view operation) : exchange_machine(operation) {}

    /// Makes the operation's own request, or finishes.
    virtual step ready(session_state& state) = 0;
    /// The answer to it.
    virtual step reply(session_state& state, const wire::frame_view& frame) = 0;

  private:
    step begin(session_state& state) final;
    step answer(session_state& state, const wire::frame_view& frame) final;

    bool freeing_ = false;
};

/// COMMIT and ROLLBACK. They end the transaction in the session's state whatever the server says, except when it
/// refuses.
class end_machine final : public ending_machine {
  public:
    enum class ending : std::uint8_t { commit, rollback };
    explicit end_machine(ending how) : ending_machine(how == ending::commit ? "commit" : "rollback"), how_(how) {}

  private:
    step ready(session_state& state) override;
    step reply(session_state& state, const wire::frame_view& frame) override;
    void lost(session_state& state) override;

    ending how_;
};

/// Opens a transaction: brings isolation and read-only state to what is wanted. DM8 has no message for the beginning
/// itself; the first statement begins it. Every transaction names the level even if it is the one in force, as with the
/// vendor's Go driver.
class begin_machine final : public session_machine {
  public:
    begin_machine() : session_machine("begin") {}

  private:
    step ready(session_state& state) override;
    step reply(session_state& state, const wire::frame_view& frame) override;
};

/// Leaves the session: an open transaction is rolled back, then the connection can be closed. As the vendor's drivers
/// do it there is no message for leaving.
class leave_machine final : public ending_machine {
  public:
    leave_machine() : ending_machine("close") {}

  private:
    step ready(session_state& state) override;
    step reply(session_state& state, const wire::frame_view& frame) override;
};

/// The session's transaction has ended: isolation and read-only state go back to the session's own.
void end_transaction(session_state& state) noexcept;

}  // namespace dmkit::session
