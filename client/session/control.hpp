#pragma once

#include <dmkit/connect_params.hpp>

#include "client/session/session_machine.hpp"

namespace dmkit::session {

/// COMMIT and ROLLBACK. They end the transaction in the session's state whatever the server says, except when it
/// refuses.
class end_machine final : public exchange_machine {
  public:
    enum class ending : std::uint8_t { commit, rollback };
    explicit end_machine(ending how) : exchange_machine(how == ending::commit ? "commit" : "rollback"), how_(how) {}

  private:
    step begin(session_state& state) override;
    step answer(session_state& state, const wire::frame_view& frame) override;
    void lost(session_state& state) override;

    ending how_;
};

/// Opens a transaction: brings isolation and read-only state to what is wanted. DM8 has no message for the beginning
/// itself; the first statement begins it.
class begin_machine final : public session_machine {
  public:
    begin_machine() : session_machine("begin") {}

  private:
    step ready(session_state& state) override;
    step reply(session_state& state, const wire::frame_view& frame) override;
};

/// Leaves the session: an open transaction is rolled back, then the connection can be closed. As the vendor's drivers
/// do it there is no message for leaving.
class leave_machine final : public exchange_machine {
  public:
    leave_machine() : exchange_machine("close") {}

  private:
    step begin(session_state& state) override;
    step answer(session_state& state, const wire::frame_view& frame) override;
};

/// The session's transaction has ended: isolation and read-only state go back to the session's own.
void end_transaction(session_state& state) noexcept;

}  // namespace dmkit::session
