#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <dmkit/error.hpp>

struct pollfd;

namespace dmkit::io {

using time_point = std::chrono::steady_clock::time_point;
inline constexpr time_point no_deadline = time_point::max();

/// One address to dial.
struct endpoint {
    sockaddr_storage address{};
    socklen_t size = 0;
    /// `127.0.0.1:5236`, `[::1]:5236`
    [[nodiscard]] std::string to_string() const;
};

/// What has to become possible before an operation can go on.
enum class readiness : std::uint8_t {
    none,  ///< nothing: the operation has ended
    readable,
    writable,
};

/// A fault of the transport: the class that callers look at, and the system's own words.
struct socket_fault {
    client_errc code = client_errc{};
    std::string detail;
    explicit operator bool() const noexcept { return code != client_errc{}; }
};
/// The class of an errno value.
[[nodiscard]] socket_fault fault_of(int system_error, const char* call);

/// A TCP socket that never blocks: calls do what is possible now. Closed by its destructor.
class stream_socket {
  public:
    stream_socket() noexcept = default;
    stream_socket(stream_socket&& other) noexcept;
    stream_socket& operator=(stream_socket&& other) noexcept;
    ~stream_socket() { close(); }

    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] int native_handle() const noexcept { return descriptor_; }
    void close() noexcept;

    /// Begins to connect. @return writable if finish_connect() has to be called once the socket is so, none if it
    /// stands already; a fault otherwise.
    readiness connect(const endpoint& target, socket_fault& fault);
    [[nodiscard]] socket_fault finish_connect();

    /// @return bytes moved; nothing if the call would block. @p fault is set on errors; 0 bytes received mean that the
    /// peer closed in order.
    std::optional<std::size_t> send(std::span<const std::byte> data, socket_fault& fault);
    std::optional<std::size_t> receive(std::span<std::byte> room, socket_fault& fault);

    /// How long ask() asks; 0: not at all.
    void set_busy_wait(std::chrono::microseconds value) noexcept {
        busy_wait_ = value;
        comes_early_ = true;
    }
    /// Calls @p ready again and again for as long as set_busy_wait() has said, if the last wait was shorter than that,
    /// as with a server on the same machine. @return true when @p ready gave true; else wait() is called next
    template <class Ready>
    [[nodiscard]] bool ask(const Ready& ready, time_point deadline) {
        if (!comes_early_ || busy_wait_.count() == 0)
            return false;
        const auto end = std::min(deadline, std::chrono::steady_clock::now() + busy_wait_);
        do {
            if (ready())
                return true;
            yield();
        } while (std::chrono::steady_clock::now() < end);
        asked_in_vain_ = true;
        return false;
    }
    /// Sleeps until the socket is ready, at most until @p deadline. @return false when the deadline has passed
    [[nodiscard]] bool wait(readiness what, time_point deadline, socket_fault& fault);

    /// Looks, without a round trip, whether the connection stands and nothing unexpected has arrived: SO_ERROR and a
    /// peek, since SO_ERROR alone misses an orderly close.
    [[nodiscard]] bool is_alive() const noexcept;

  private:
    static void yield() noexcept;
    [[nodiscard]] static bool block(pollfd& item, time_point deadline, socket_fault& fault);
    int descriptor_ = -1;
    std::chrono::microseconds busy_wait_{0};
    bool comes_early_ = true;     ///< the last wait was shorter than busy_wait_
    bool asked_in_vain_ = false;  ///< the wait that is under way has lasted as long already
};

/// Addresses of @p host, looked up by the system. Names that are no literal addresses are looked up in a thread of
/// their own, since the system's resolver knows no deadline. @return empty on a fault
[[nodiscard]] std::vector<endpoint> resolve(const std::string& host, std::uint16_t port, time_point deadline,
                                            socket_fault& fault);
/// True if resolve() gives its answer without waiting.
[[nodiscard]] bool is_literal(const std::string& host);

}  // namespace dmkit::io
