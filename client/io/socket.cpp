#include "client/io/socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

namespace dmkit::io {

namespace {

constexpr int keep_alive_idle = 60;      ///< seconds before the first probe
constexpr int keep_alive_interval = 10;  ///< seconds between probes
constexpr int keep_alive_probes = 6;
void set_option(int descriptor, int level, int name, int value) noexcept {
    // A system that lacks one of these options gives a connection that works without it.
    static_cast<void>(::setsockopt(descriptor, level, name, &value, sizeof value));
}

struct lookup {
    std::vector<endpoint> found;
    socket_fault fault;
};

lookup look_up(const std::string& host, std::uint16_t port, int flags) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    addrinfo* list = nullptr;
    lookup out;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
    if (error != 0) {
        out.fault = {client_errc::host_not_found, host + ": " + ::gai_strerror(error)};
        return out;
    }
    for (const addrinfo* item = list; item != nullptr; item = item->ai_next) {
        endpoint address;
        std::memcpy(&address.address, item->ai_addr, item->ai_addrlen);
        address.size = item->ai_addrlen;
        out.found.push_back(address);
    }
    ::freeaddrinfo(list);
    return out;
}

}  // namespace

std::string endpoint::to_string() const {
    char host[INET6_ADDRSTRLEN] = "?";
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof host);
        return "[" + std::string(host) + "]:" + std::to_string(ntohs(v6.sin6_port));
    }
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    ::inet_ntop(AF_INET, &v4.sin_addr, host, sizeof host);
    return std::string(host) + ":" + std::to_string(ntohs(v4.sin_port));
}

socket_fault fault_of(int system_error, const char* call) {
    auto detail = std::string(call) + ": " + std::generic_category().message(system_error);
    switch (system_error) {
        case ECONNREFUSED:
            return {client_errc::connection_refused, std::move(detail)};
        case ECONNRESET:
        case EPIPE:
        case ECONNABORTED:
            return {client_errc::connection_reset, std::move(detail)};
        case EHOSTUNREACH:
        case ENETUNREACH:
        case EHOSTDOWN:
        case ENETDOWN:
            return {client_errc::host_unreachable, std::move(detail)};
        case ETIMEDOUT:
            return {client_errc::transport_timeout, std::move(detail)};
        default:
            return {client_errc::transport_failure, std::move(detail)};
    }
}

stream_socket::stream_socket(stream_socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

stream_socket& stream_socket::operator=(stream_socket&& other) noexcept {
    if (this != &other) {
        close();
        descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
}

void stream_socket::close() noexcept {
    if (descriptor_ >= 0)
        ::close(std::exchange(descriptor_, -1));
}

readiness stream_socket::connect(const endpoint& target, socket_fault& fault) {
    close();
    descriptor_ = ::socket(target.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0) {
        fault = fault_of(errno, "socket");
        return readiness::none;
    }
    set_option(descriptor_, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(descriptor_, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(descriptor_, IPPROTO_TCP, TCP_KEEPIDLE, keep_alive_idle);
    set_option(descriptor_, IPPROTO_TCP, TCP_KEEPINTVL, keep_alive_interval);
    set_option(descriptor_, IPPROTO_TCP, TCP_KEEPCNT, keep_alive_probes);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&target.address), target.size) == 0)
        return readiness::none;
    if (errno == EINPROGRESS || errno == EINTR)
        return readiness::writable;
    fault = fault_of(errno, "connect");
    close();
    return readiness::none;
}

socket_fault stream_socket::finish_connect() {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    if (error == 0)
        return {};
    close();
    return fault_of(error, "connect");
}

std::optional<std::size_t> stream_socket::send(std::span<const std::byte> data, socket_fault& fault) {
    while (true) {
        const auto sent = ::send(descriptor_, data.data(), data.size(), MSG_NOSIGNAL);
        if (sent >= 0)
            return static_cast<std::size_t>(sent);
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            fault = fault_of(errno, "send");
        return {};
    }
}

std::optional<std::size_t> stream_socket::receive(std::span<std::byte> room, socket_fault& fault) {
    while (true) {
        const auto got = ::recv(descriptor_, room.data(), room.size(), 0);
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            fault = fault_of(errno, "recv");
        return {};
    }
}

void stream_socket::yield() noexcept {
    ::sched_yield();
}

bool stream_socket::wait(readiness what, time_point deadline, socket_fault& fault) {
    pollfd item{descriptor_, static_cast<short>(what == readiness::readable ? POLLIN : POLLOUT), 0};
    const auto began = std::chrono::steady_clock::now();
    const bool ready = block(item, deadline, fault);
    comes_early_ = !std::exchange(asked_in_vain_, false) && std::chrono::steady_clock::now() - began < busy_wait_;
    return ready;
}

bool stream_socket::block(pollfd& item, time_point deadline, socket_fault& fault) {
    while (true) {
        int timeout = -1;
        if (deadline != no_deadline) {
            // Rounded up, so that a deadline is never missed by a wait that ends a moment too early.
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
            timeout = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000'000));
        }
        const int ready = ::poll(&item, 1, timeout);
        if (ready > 0)
            return true;
        if (ready == 0) {
            if (std::chrono::steady_clock::now() >= deadline)
                return false;
            continue;
        }
        if (errno != EINTR) {
            fault = fault_of(errno, "poll");
            return true;
        }
    }
}

bool stream_socket::is_alive() const noexcept {
    if (descriptor_ < 0)
        return false;
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
        return false;
    char byte = 0;
    // Readable means closed, broken or out of step: a server says nothing unasked.
    return ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool is_literal(const std::string& host) {
    in6_addr address{};
    // What the hosts file answers costs no network either.
    return host == "localhost" || ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

std::vector<endpoint> resolve(const std::string& host, std::uint16_t port, time_point deadline, socket_fault& fault) {
    if (is_literal(host)) {
        auto answer = look_up(host, port, 0);
        fault = std::move(answer.fault);
        return std::move(answer.found);
    }
    // The thread owns all it works on: it may end long after the caller has given up.
    std::packaged_task<lookup()> task([host, port] { return look_up(host, port, AI_ADDRCONFIG); });
    auto answer = task.get_future();
    std::thread(std::move(task)).detach();
    if (deadline != no_deadline && answer.wait_until(deadline) != std::future_status::ready) {
        fault = {client_errc::timeout, "while looking up " + host};
        return {};
    }
    auto result = answer.get();
    fault = std::move(result.fault);
    return std::move(result.found);
}

}  // namespace dmkit::io
