#pragma once

#include <string>

#include "client/io/transport.hpp"
#include "client/session/operation.hpp"

namespace dmkit::io {

/// Moves bytes between an operation and a transport as long as that is possible without waiting. The synchronous and
/// the asynchronous driver differ in how they wait and in nothing else.
class pump {
  public:
    pump(transport& stream, session::session_state& state, session::machine& machine) noexcept
        : transport_(stream), state_(state), operation_(state, machine) {}

    /// Begins, or goes on after the socket became ready. @return what to wait for next
    readiness run();
    /// The deadline passed, the caller cancelled, or waiting failed.
    void fail(client_errc code, std::string detail = {}) { wish_ = operation_.failed(code, std::move(detail)); }

  private:
    /// Goes on with the TLS handshake. @return none when it has ended
    readiness secure();

    transport& transport_;
    session::session_state& state_;
    session::operation operation_;
    session::operation::wish wish_;
    bool started_ = false;
};

}  // namespace dmkit::io
