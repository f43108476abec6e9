#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <dmkit/tls/channel.hpp>

#include "mockserver/session/server_session.hpp"

namespace dmkit::mock {

/// One accepted connection: moves bytes between the socket and the session's machine. A client that does not read its
/// answers is not read from either. Lives as long as an operation on the socket is under way.
class client_link : public std::enable_shared_from_this<client_link> {
  public:
    /// @param closed called once, when the connection has ended
    /// @param settings of TLS; needed if the profile says so
    client_link(boost::asio::ip::tcp::socket socket, server_context& server,
                std::shared_ptr<const tls::context> settings,
                std::function<void(const std::shared_ptr<client_link>&)> closed);

    void start();
    /// Ends the connection now; the session is rolled back before anything that is posted later runs.
    void close();
    /// Gives up the session at once. Only when no operation on the socket will ever end any more.
    void release() noexcept { session_.reset(); }

  private:
    void pump();
    void read();
    void write();
    /// Goes on with the TLS handshake.
    void secure();
    /// The handshake was all of TLS: what the client sent behind it is in clear.
    void leave_tls();
    /// Reads some bytes into @p room; then @p taken, called with this object and their number, takes them.
    template <class Taken>
    void receive(std::span<std::byte> room, Taken taken);
    /// Writes all of @p bytes; then calls @p sent with this object and their number.
    template <class Sent>
    void send(std::span<const std::byte> bytes, Sent sent);
    /// After an operation on the socket: runs @p body and pumps, unless the connection has ended with @p error.
    template <class Body>
    void go_on(const boost::system::error_code& error, Body&& body);
    /// Sends what TLS has to say.
    void flush();
    /// Reads for TLS.
    void fill();
    /// Gives the session what TLS has decrypted. @return false if there is nothing
    bool decrypt();
    void tls_failed(std::string_view why);
    /// While an operation waits, nothing is read; only the end of the connection is watched for, so that a client which
    /// goes away gives up its place in the queue.
    void watch();
    void watched();
    /// The same in TLS, where the end of a connection is a record.
    void watched_in_tls();
    /// Ends the connection after a last answer. Closing a socket with unread input would make the kernel reset the
    /// connection, and the client would lose that answer: what still arrives is read and dropped, for a while.
    void finish();
    void drain();
    /// Runs @p body; what it throws is logged and ends this connection only.
    template <class Body>
    void guard(Body&& body);

    boost::asio::ip::tcp::socket socket_;
    session_log& log_;
    std::shared_ptr<const tls::context> settings_;
    bool only_handshake_;
    std::unique_ptr<tls::channel> tls_;
    std::optional<server_session> session_;
    std::function<void(const std::shared_ptr<client_link>&)> closed_;
    bool reading_ = false;
    bool writing_ = false;
    bool watching_ = false;
    bool closing_ = false;

    /// What finish() needs, and only then.
    struct draining {
        explicit draining(const boost::asio::any_io_executor& executor) : limit(executor) {}
        boost::asio::steady_timer limit;
        std::size_t dropped = 0;
        std::array<std::byte, 4096> buffer;
    };
    std::optional<draining> draining_;
};

}  // namespace dmkit::mock
