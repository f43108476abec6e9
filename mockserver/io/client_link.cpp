#include "mockserver/io/client_link.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <span>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

namespace dmkit::mock {

namespace {

using boost::system::error_code;

/// Input that is dropped for the sake of a last answer: bytes, and time.
constexpr std::size_t most_dropped = 1U << 20U;
constexpr std::chrono::seconds longest_draining{1};

std::string name_of(const boost::asio::ip::tcp::socket& socket) {
    error_code error;
    const auto peer = socket.remote_endpoint(error);
    if (error)
        return "unknown";
    return peer.address().to_string() + ":" + std::to_string(peer.port());
}

}  // namespace

client_link::client_link(boost::asio::ip::tcp::socket socket, server_context& server,
                         std::shared_ptr<const tls::context> settings,
                         std::function<void(const std::shared_ptr<client_link>&)> closed)
    : socket_(std::move(socket)),
      log_(server.log),
      settings_(std::move(settings)),
      only_handshake_(server.profile.tls == tls_choice::handshake_only),
      closed_(std::move(closed)) {
    error_code ignored;
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    // The machine calls from the depth of a backend operation, maybe another session's: the answer goes out afterwards.
    session_.emplace(server, name_of(socket_), [this] {
        boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->guard([&] { self->pump(); }); });
    });
}

template <class Body>
void client_link::guard(Body&& body) {
    try {
        body();
    } catch (const std::exception& failure) {
        if (log_.enabled(log_level::error))
            log_.write(log_level::error, std::string("a connection fails inside the server: ") + failure.what());
        close();
    } catch (...) {
        log_.write(log_level::error, "a connection fails inside the server, and not by an exception of the library");
        close();
    }
}

void client_link::start() {
    pump();
}

void client_link::close() {
    if (closing_)
        return;
    closing_ = true;
    error_code ignored;
    socket_.close(ignored);
    if (draining_)
        draining_->limit.cancel();
    // Operations on the socket end before this runs; until then they may hold buffers of the machine.
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->release();
        self->closed_(self);
    });
}

void client_link::pump() {
    if (closing_ || writing_ || draining_)
        return;
    if (tls_ && !tls_->output().empty())
        return flush();
    if (tls_ && only_handshake_ && !session_->securing())
        return leave_tls();
    if (!session_->output().empty())
        return write();
    if (session_->closing()) {
        if (tls_ && tls_->close())
            return flush();
        return finish();
    }
    if (session_->securing())
        return secure();
    if (session_->busy())
        return watch();
    read();
}

void client_link::secure() {
    using progress = tls::channel::progress;
    if (!tls_)
        tls_ = std::make_unique<tls::channel>(settings_);
    switch (tls_->handshake()) {
        case progress::starved:
            if (tls_->output().empty())
                return fill();
            break;
        case progress::closed:
            tls_failed("the client ends the handshake");
            break;
        case progress::failed:
            tls_failed(tls_->problem().detail);
            break;
        case progress::done: {
            const auto peer = tls_->peer();
            session_->secured(tls_->protocol() + ", " + tls_->cipher() +
                              (peer.empty() ? ", no certificate of the client" : ", client certificate of " + peer));
            break;
        }
    }
    pump();
}

void client_link::leave_tls() {
    const auto behind = tls_->leftover();
    tls_.reset();
    std::span<const std::byte> rest = behind;
    while (!rest.empty()) {
        const auto room = session_->receive_buffer();
        const auto size = std::min(room.size(), rest.size());
        std::copy_n(rest.begin(), size, room.begin());
        session_->received(size);
        rest = rest.subspan(size);
    }
    pump();
}

void client_link::tls_failed(std::string_view why) {
    session_->not_secured(why);
}

bool client_link::decrypt() {
    using progress = tls::channel::progress;
    const auto room = session_->receive_buffer();
    std::size_t size = 0;
    switch (tls_->read(room, size)) {
        case progress::done:
            session_->received(size);
            return true;
        case progress::starved:
            return !tls_->output().empty();
        case progress::closed:
            close();
            return true;
        case progress::failed:
            tls_failed(tls_->problem().detail);
            return true;
    }
    return false;
}

template <class Taken>
void client_link::receive(std::span<std::byte> room, Taken taken) {
    reading_ = true;
    socket_.async_read_some(boost::asio::buffer(room.data(), room.size()),
                            [self = shared_from_this(), taken](const error_code& error, std::size_t size) {
                                self->reading_ = false;
                                self->go_on(error, [&] { taken(*self, size); });
                            });
}

template <class Sent>
void client_link::send(std::span<const std::byte> bytes, Sent sent) {
    writing_ = true;
    boost::asio::async_write(socket_, boost::asio::buffer(bytes.data(), bytes.size()),
                             [self = shared_from_this(), sent](const error_code& error, std::size_t size) {
                                 self->writing_ = false;
                                 self->go_on(error, [&] { sent(*self, size); });
                             });
}

template <class Body>
void client_link::go_on(const error_code& error, Body&& body) {
    if (closing_)
        return;
    if (error)
        return close();
    guard([&] {
        body();
        pump();
    });
}

void client_link::flush() {
    send(tls_->output(), [](client_link& self, std::size_t size) { self.tls_->sent(size); });
}

void client_link::fill() {
    if (!reading_)
        receive(tls_->room(), [](client_link& self, std::size_t size) { self.tls_->received(size); });
}

void client_link::read() {
    if (reading_)
        return;
    if (tls_) {
        if (decrypt())
            return pump();
        return fill();
    }
    receive(session_->receive_buffer(), [](client_link& self, std::size_t size) { self.session_->received(size); });
}

void client_link::write() {
    if (tls_) {
        if (tls_->write(session_->output()) != tls::channel::progress::done)
            return close();
        session_->sent();
        return pump();
    }
    // Most answers fit the socket's buffer: sent at once they need no turn of the event loop.
    const auto output = session_->output();
    error_code error;
    const auto size = socket_.write_some(boost::asio::buffer(output.data(), output.size()), error);
    if (size == output.size()) {
        session_->sent();
        return pump();
    }
    send(output.subspan(size), [](client_link& self, std::size_t) { self.session_->sent(); });
}

void client_link::watch() {
    if (watching_)
        return;
    watching_ = true;
    socket_.async_wait(boost::asio::ip::tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
        self->watching_ = false;
        if (self->closing_ || self->draining_)
            return;
        if (error)
            return self->close();
        self->guard([&] { self->watched(); });
    });
}

void client_link::finish() {
    // A read under way has the machine's buffer, and finds that nothing is left to be read.
    if (reading_)
        return close();
    error_code error;
    socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, error);
    if (error)
        return close();
    draining_.emplace(socket_.get_executor());
    release();
    draining_->limit.expires_after(longest_draining);
    draining_->limit.async_wait([self = shared_from_this()](const error_code& cancelled) {
        if (!cancelled)
            self->close();
    });
    drain();
}

void client_link::drain() {
    socket_.async_read_some(boost::asio::buffer(draining_->buffer),
                            [self = shared_from_this()](const error_code& failed, std::size_t size) {
                                if (self->closing_)
                                    return;
                                self->draining_->dropped += size;
                                if (failed || self->draining_->dropped > most_dropped)
                                    return self->close();
                                self->guard([&] { self->drain(); });
                            });
}

void client_link::watched() {
    if (!session_->busy())
        return;
    if (tls_)
        return watched_in_tls();
    char byte = 0;
    const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
        return close();
    // A message that came early stays where it is, and the descriptor stays readable: watching on would spin.
    if (got < 0)
        watch();
}

void client_link::watched_in_tls() {
    const auto room = tls_->room();
    const auto got = ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
        return close();
    if (got > 0) {
        tls_->received(static_cast<std::size_t>(got));
        const auto found = tls_->peek();
        // A message that came early waits inside the channel.
        if (found == tls::channel::progress::done)
            return;
        if (found != tls::channel::progress::starved)
            return close();
    }
    watch();
}

}  // namespace dmkit::mock
