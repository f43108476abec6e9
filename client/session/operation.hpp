#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "client/session/machine.hpp"

namespace dmkit::session {

/// Runs one machine over a stream of bytes: turns "write this request" into as many writes as the transport needs and
/// "read a message" into as many reads. Does no I/O itself: a driver (synchronous, Asio, simulated) does what next()
/// says and reports with wrote(), got() or failed().
class operation {
  public:
    /// @param state, what must outlive the operation
    operation(session_state& state, machine& what) noexcept : state_(state), machine_(what) {}

    struct wish {
        action what = action::done;
        std::span<const std::byte> out;  ///< write: what is left to send
        std::span<std::byte> in;         ///< read: where received bytes go
    };
    /// Starts the machine.
    wish start();
    /// The transport took @p size bytes of wish::out.
    wish wrote(std::size_t size);
    /// The transport put @p size bytes into wish::in.
    wish got(std::size_t size);
    /// The transport is in TLS of this version and cipher, or the handshake has been all of it.
    wish secured(std::string version, std::string cipher);
    /// The transport failed, the deadline passed or the caller cancelled. A peer that closed in order is peer_closed.
    wish failed(client_errc code, std::string detail = {});

    [[nodiscard]] failure& result() noexcept { return machine_.result(); }

  private:
    wish follow(action next);
    wish take_frame();

    session_state& state_;
    machine& machine_;
    std::size_t written_ = 0;
};

}  // namespace dmkit::session
