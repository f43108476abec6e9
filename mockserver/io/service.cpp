#include "mockserver/io/service.hpp"

#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <openssl/rand.h>
#include <boost/asio/ip/address.hpp>

namespace dmkit::mock {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// Wait before the next accept when descriptors have run out.
constexpr std::chrono::milliseconds accept_pause{50};

void fill_random(std::span<std::byte> bytes) {
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("OpenSSL gives no random bytes");
}

void check(const error_code& error, const char* what) {
    if (error)
        throw std::system_error(error.value(), std::system_category(), what);
}

}  // namespace

service::service(boost::asio::io_context& context, const profile& profile, session_log& log, backend_factory factory,
                 tls_settings tls)
    : profile_(profile),
      log_(log),
      factory_(std::move(factory)),
      tls_(std::move(tls)),
      environment_(context),
      acceptor_(context) {
    if (profile_.tls == tls_choice::automatic)
        profile_.tls = tls_ ? tls_choice::session : tls_choice::off;
    if (profile_.tls != tls_choice::off && !tls_)
        throw std::invalid_argument("profile entry tls: the server has no certificate");
}

service::~service() {
    // Handlers that never ran may keep links alive beyond what their sessions need.
    for (const auto& link : links_)
        link->release();
}

void service::bind(const std::string& address, std::uint16_t port) {
    error_code error;
    const auto parsed = boost::asio::ip::make_address(address, error);
    check(error, "listening address");
    const tcp::endpoint endpoint(parsed, port);
    acceptor_.open(endpoint.protocol(), error);
    check(error, "socket");
    acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    check(error, "SO_REUSEADDR");
    acceptor_.bind(endpoint, error);
    check(error, "bind");
    const auto bound = acceptor_.local_endpoint(error);
    check(error, "getsockname");
    port_ = bound.port();
}

void service::listen() {
    error_code error;
    acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
    check(error, "listen");
    accept();
}

server_context& service::sessions() {
    if (!sessions_) {
        backend_ = factory_(environment_);
        sessions_.emplace(server_context{profile_, *backend_, environment_, log_, fill_random, {}, last_session_id_});
    }
    return *sessions_;
}

void service::accept() {
    acceptor_.async_accept([this, turn = accepting_](const error_code& error, tcp::socket socket) {
        if (stopped_)
            return;
        if (!error && held_)
            waiting_.push_back(std::move(socket));
        else if (!error)
            accepted(std::move(socket));
        if (turn != accepting_)
            return;
        if (!error)
            return accept();
        if (log_.enabled(log_level::warning))
            log_.write(log_level::warning, fmt::format("a connection cannot be accepted: {}", error.message()));
        environment_.call_after(accept_pause, [this, turn] {
            if (turn == accepting_)
                accept();
        });
    });
}

void service::accepted(tcp::socket socket) {
    try {
        auto link =
            std::make_shared<client_link>(std::move(socket), sessions(), tls_,
                                          [this](const std::shared_ptr<client_link>& ended) { links_.erase(ended); });
        links_.insert(link);
        link->start();
    } catch (const std::exception& failure) {
        log_.write(log_level::error, fmt::format("a connection cannot be served: {}", failure.what()));
    }
}

void service::stop() {
    stopped_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    close_connections();
}

void service::hold() {
    environment_.go_on();
    if (!held_) {
        held_ = true;
        ++accepting_;
        error_code ignored;
        acceptor_.cancel(ignored);
    }
    close_connections();
}

void service::resume() {
    if (!held_ || stopped_)
        return;
    held_ = false;
    for (auto& socket : std::exchange(waiting_, {}))
        accepted(std::move(socket));
    accept();
}

void service::close_connections() {
    // close() posts the removal from the set, it does not remove.
    for (const auto& link : links_)
        link->close();
}

void service::drop_backend() {
    if (sessions_)
        last_session_id_ = sessions_->last_session_id;
    sessions_.reset();
    backend_.reset();
}

}  // namespace dmkit::mock
