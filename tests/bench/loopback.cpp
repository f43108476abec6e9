#include "loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace dmkit::bench {

namespace {

[[noreturn]] void failed(const char* call) {
    throw std::system_error(errno, std::generic_category(), call);
}

int make_socket() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        failed("socket");
    return descriptor;
}

void send_at_once(int descriptor) {
    const int on = 1;
    if (::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
        failed("setsockopt");
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

}  // namespace

stream stream::connect(std::uint16_t port) {
    const int descriptor = make_socket();
    stream result(descriptor);
    const auto address = loopback(port);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        failed("connect");
    send_at_once(descriptor);
    return result;
}

stream& stream::operator=(stream&& other) noexcept {
    if (this != &other) {
        if (descriptor_ >= 0)
            ::close(descriptor_);
        descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
}

stream::~stream() {
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

void stream::send(std::span<const std::byte> data) {
    while (!data.empty()) {
        const auto sent = ::send(descriptor_, data.data(), data.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR)
                continue;
            failed("send");
        }
        data = data.subspan(static_cast<std::size_t>(sent));
    }
}

std::size_t stream::receive_some(std::span<std::byte> room) {
    while (true) {
        const auto got = ::recv(descriptor_, room.data(), room.size(), 0);
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno == ECONNRESET)
            return 0;
        if (errno != EINTR)
            failed("recv");
    }
}

bool stream::receive(std::span<std::byte> room) {
    while (!room.empty()) {
        const auto got = receive_some(room);
        if (got == 0)
            return false;
        room = room.subspan(got);
    }
    return true;
}

void stream::interrupt() noexcept {
    if (descriptor_ >= 0)
        ::shutdown(descriptor_, SHUT_RDWR);
}

peer_thread::peer_thread(std::function<void(stream&)> serve)
    : serve_(std::move(serve)), listener_descriptor_(make_socket()) {
    listener_ = stream(listener_descriptor_);
    auto address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(listener_descriptor_, reinterpret_cast<const sockaddr*>(&address), size) != 0)
        failed("bind");
    if (::listen(listener_descriptor_, SOMAXCONN) != 0)
        failed("listen");
    if (::getsockname(listener_descriptor_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        failed("getsockname");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

peer_thread::~peer_thread() {
    stopping_ = true;
    listener_.interrupt();
    {
        const std::lock_guard lock(mutex_);
        if (current_ != nullptr)
            current_->interrupt();
    }
    thread_.join();
}

void peer_thread::run() {
    while (!stopping_) {
        const int descriptor = ::accept4(listener_descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
        if (descriptor < 0)
            continue;
        stream connection(descriptor);
        {
            const std::lock_guard lock(mutex_);
            if (stopping_)
                return;
            current_ = &connection;
        }
        try {
            send_at_once(descriptor);
            serve_(connection);
        } catch (const std::system_error&) {
            // The other side went away in the middle of an answer; it sees that for itself.
        }
        const std::lock_guard lock(mutex_);
        current_ = nullptr;
    }
}

}  // namespace dmkit::bench
