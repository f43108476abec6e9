#include "raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <system_error>

namespace dmkit::test {

namespace {

[[noreturn]] void failed(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

raw_client::raw_client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (socket_ < 0)
        failed("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        const int error = errno;
        close();
        errno = error;
        failed("connect");
    }
    context.base_names = false;
}

raw_client::~raw_client() {
    close();
}

void raw_client::end_output() {
    if (::shutdown(socket_, SHUT_WR) != 0)
        failed("shutdown");
}

void raw_client::close() {
    if (socket_ >= 0)
        ::close(socket_);
    socket_ = -1;
}

void raw_client::send(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0)
            failed("send");
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
}

std::vector<std::byte> raw_client::receive() {
    std::vector<std::byte> answer(wire::header_size);
    std::size_t have = 0;
    while (have < answer.size()) {
        const auto got = ::recv(socket_, answer.data() + have, answer.size() - have, 0);
        if (got < 0 && errno != ECONNRESET)
            failed("recv");
        if (got <= 0)
            return {};
        have += static_cast<std::size_t>(got);
        if (have == wire::header_size)
            answer.resize(wire::header_size + static_cast<std::size_t>(wire::load<std::int32_t>(
                                                  std::span(answer).subspan(wire::header_offset::length))));
    }
    return answer;
}

bool raw_client::has_answer() const {
    std::byte byte{};
    return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

bool raw_client::closed() {
    std::byte byte{};
    return ::recv(socket_, &byte, 1, 0) <= 0;
}

std::int32_t raw_client::result_of(std::span<const std::byte> answer) {
    return answer.size() < wire::header_size ? std::numeric_limits<std::int32_t>::min()
                                             : wire::load<std::int32_t>(answer.subspan(wire::header_offset::result));
}

std::int32_t raw_client::log_in(std::string_view user, std::string_view password) {
    wire::startup_request hello;
    hello.client_version = "7.6.0.0";
    if (result_of(ask(hello)) != 0)
        return -1;
    wire::login_request who;
    who.language = 1;
    who.user = wire::as_bytes(user);
    who.password = wire::as_bytes(password);
    return result_of(ask(who));
}

std::int32_t raw_client::allocate() {
    wire::allocate_request request;
    request.base_names = false;
    return wire::load<std::int32_t>(ask(request));
}

std::vector<std::byte> raw_client::direct(std::int32_t handle, std::string_view sql, bool autocommit) {
    wire::prepare_request request;
    request.handle = handle;
    request.direct = true;
    request.sql = sql;
    request.autocommit = autocommit;
    return ask(request);
}

}  // namespace dmkit::test
