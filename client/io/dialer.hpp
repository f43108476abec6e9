#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "client/io/socket.hpp"
#include "client/session/handshake.hpp"

namespace dmkit::io {

/// Dials the addresses of a host, one after the other, until one answers.
class dialer {
  public:
    explicit dialer(session::stage_reporter& reporter) noexcept : reporter_(reporter) {}
    void set_addresses(std::vector<endpoint> addresses) { addresses_ = std::move(addresses); }

    /// Begins, or goes on after the socket became writable. @return none at the end: the transport stands, or fault()
    /// says why not.
    readiness run(stream_socket& socket);
    [[nodiscard]] socket_fault& fault() noexcept { return fault_; }

  private:
    readiness done(const endpoint& reached);

    session::stage_reporter& reporter_;
    std::vector<endpoint> addresses_;
    std::size_t next_ = 0;
    bool dialling_ = false;
    socket_fault fault_;
};

/// What the handshake takes from the machine: random bytes and the time zone.
[[nodiscard]] session::environment surroundings();

}  // namespace dmkit::io
