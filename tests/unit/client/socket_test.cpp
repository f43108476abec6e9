#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <thread>

#include <gtest/gtest.h>

#include <dmkit/connection.hpp>

#include "client/io/socket.hpp"

namespace dmkit::io {
namespace {

using namespace std::chrono_literals;

/// A listening socket that answers nothing by itself.
class listener {
  public:
    listener() : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(descriptor_, 4), 0);
        socklen_t size = sizeof address;
        ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
    }
    ~listener() { ::close(descriptor_); }
    listener(const listener&) = delete;
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] int accept() const { return ::accept(descriptor_, nullptr, nullptr); }

  private:
    int descriptor_;
    std::uint16_t port_ = 0;
};

stream_socket connected_to(const listener& peer) {
    socket_fault fault;
    const auto addresses = resolve("127.0.0.1", peer.port(), no_deadline, fault);
    EXPECT_EQ(addresses.size(), 1U);
    stream_socket out;
    if (out.connect(addresses.at(0), fault) == readiness::writable) {
        EXPECT_TRUE(out.wait(readiness::writable, no_deadline, fault));
        fault = out.finish_connect();
    }
    EXPECT_FALSE(fault) << fault.detail;
    return out;
}

/// The errno values that the requirement names.
TEST(Socket, NamesFaults) {
    EXPECT_EQ(fault_of(ETIMEDOUT, "x").code, client_errc::transport_timeout);
    EXPECT_EQ(fault_of(ECONNRESET, "x").code, client_errc::connection_reset);
    EXPECT_EQ(fault_of(ECONNREFUSED, "x").code, client_errc::connection_refused);
    EXPECT_EQ(fault_of(EHOSTUNREACH, "x").code, client_errc::host_unreachable);
    EXPECT_EQ(fault_of(EPIPE, "x").code, client_errc::connection_reset);
    EXPECT_EQ(fault_of(EIO, "recv").code, client_errc::transport_failure);
    EXPECT_EQ(fault_of(EIO, "recv").detail.substr(0, 6), "recv: ");
}

TEST(Socket, SeesAnOrderlyCloseWithoutARoundTrip) {
    const listener peer;
    auto client = connected_to(peer);
    const int server = peer.accept();
    EXPECT_TRUE(client.is_alive());
    ::close(server);
    socket_fault fault;
    ASSERT_TRUE(client.wait(readiness::readable, std::chrono::steady_clock::now() + 5s, fault));
    EXPECT_FALSE(client.is_alive());
}

TEST(Socket, SeesAResetAndUnexpectedBytes) {
    const listener peer;
    auto client = connected_to(peer);
    int server = peer.accept();
    ASSERT_EQ(::send(server, "x", 1, 0), 1);
    socket_fault fault;
    ASSERT_TRUE(client.wait(readiness::readable, std::chrono::steady_clock::now() + 5s, fault));
    EXPECT_FALSE(client.is_alive()) << "a server says nothing unasked";
    client = connected_to(peer);
    ::close(server);
    server = peer.accept();
    const linger hard{1, 0};
    ::setsockopt(server, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    ::close(server);
    ASSERT_TRUE(client.wait(readiness::readable, std::chrono::steady_clock::now() + 5s, fault));
    EXPECT_FALSE(client.is_alive());
}

TEST(Socket, WaitsUntilTheDeadline) {
    const listener peer;
    auto client = connected_to(peer);
    socket_fault fault;
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_FALSE(client.wait(readiness::readable, begun + 30ms, fault));
    EXPECT_GE(std::chrono::steady_clock::now() - begun, 30ms);
    EXPECT_FALSE(client.wait(readiness::readable, begun, fault)) << "a deadline that has passed";
}

TEST(Socket, AsksBeforeItSleepsOnlyWhenToldTo) {
    const listener peer;
    const auto processor_time = [] {
        timespec used{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
        return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
    };
    const auto cost_of = [&](std::chrono::microseconds busy_wait) {
        auto client = connected_to(peer);
        client.set_busy_wait(busy_wait);
        const auto before = processor_time();
        int asked = 0;
        EXPECT_FALSE(client.ask([&] { return ++asked < 0; }, std::chrono::steady_clock::now() + 60ms));
        EXPECT_EQ(asked > 0, busy_wait.count() > 0);
        socket_fault fault;
        EXPECT_FALSE(client.wait(readiness::readable, std::chrono::steady_clock::now() + 60ms, fault));
        EXPECT_FALSE(client.ask([] { return true; }, no_deadline)) << "the last wait was a long one";
        return processor_time() - before;
    };
    EXPECT_LT(cost_of(0us), 10ms) << "it has slept";
    cost_of(50us);
    auto client = connected_to(peer);
    client.set_busy_wait(1s);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_FALSE(client.ask([] { return false; }, begun + 20ms)) << "the deadline ends the asking too";
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 900ms);
    client = connected_to(peer);
    client.set_busy_wait(1s);
    int calls = 0;
    EXPECT_TRUE(client.ask([&] { return ++calls == 3; }, no_deadline));
}

TEST(Resolve, KnowsLiteralsAndRefusesNonsense) {
    socket_fault fault;
    EXPECT_EQ(resolve("::1", 5236, no_deadline, fault).at(0).to_string(), "[::1]:5236");
    EXPECT_EQ(resolve("127.0.0.1", 5236, no_deadline, fault).at(0).to_string(), "127.0.0.1:5236");
    EXPECT_FALSE(fault);
    EXPECT_TRUE(is_literal("10.0.0.1"));
    EXPECT_FALSE(is_literal("db.example"));
    EXPECT_TRUE(resolve("no-such-host.invalid", 1, std::chrono::steady_clock::now() + 5s, fault).empty());
    EXPECT_TRUE(fault);
}

TEST(Connect, GivesUpOnAServerThatSaysNothing) {
    const listener peer;
    connect_params params;
    params.host = "127.0.0.1";
    params.port = peer.port();
    params.connect_timeout = 50ms;
    connection db;
    error_code code;
    diagnostics details;
    db.connect(params, code, details);
    EXPECT_EQ(code, client_errc::timeout);
    EXPECT_FALSE(db.is_open());
}

TEST(Connect, NamesAServerThatHangsUp) {
    const listener peer;
    connect_params params;
    params.host = "127.0.0.1";
    params.port = peer.port();
    std::thread server([&] {
        const int session = peer.accept();
        std::array<char, 4096> sink;
        static_cast<void>(::recv(session, sink.data(), sink.size(), 0));
        ::close(session);
    });
    connection db;
    error_code code;
    diagnostics details;
    db.connect(params, code, details);
    server.join();
    EXPECT_EQ(code, client_errc::peer_closed);
    EXPECT_EQ(details.delivered, delivery::not_sent);
}

TEST(Connect, NamesAServerThatSpeaksSomethingElse) {
    const listener peer;
    connect_params params;
    params.host = "127.0.0.1";
    params.port = peer.port();
    std::thread server([&] {
        const int session = peer.accept();
        const std::string words(200, 'H');
        static_cast<void>(::send(session, words.data(), words.size(), MSG_NOSIGNAL));
        std::array<char, 4096> sink;
        while (::recv(session, sink.data(), sink.size(), 0) > 0) {
        }
        ::close(session);
    });
    connection db;
    error_code code;
    diagnostics details;
    db.connect(params, code, details);
    server.join();
    EXPECT_TRUE(code == client_errc::checksum || code == client_errc::frame_format ||
                code == client_errc::message_too_large)
        << code.message();
}

}  // namespace
}  // namespace dmkit::io
