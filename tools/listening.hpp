#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dmkit::tools {

/// Arguments that make no sense; the exit status is 2.
class wrong_use : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// An address on the command line.
struct host_and_port {
    std::string host;  ///< IPv6 without brackets
    std::uint16_t port = 0;
};
/// Reads `HOST:PORT` or `[IPV6]:PORT`. @param option names it in errors @throws wrong_use
[[nodiscard]] host_and_port parse_address(std::string_view option, std::string_view text);
/// The same for an address to listen on, which must be numeric: `localhost` becomes 127.0.0.1.
[[nodiscard]] host_and_port parse_listening_address(std::string_view text);

/// Holds SIGINT and SIGTERM back, in this thread and those that it starts from now on, for
/// announce_and_wait_for_end().
void hold_ending_signals();
/// Prints `dmkit: listening on HOST:PORT`, then returns at SIGINT or SIGTERM.
void announce_and_wait_for_end(const std::string& host, std::uint16_t port);

}  // namespace dmkit::tools
