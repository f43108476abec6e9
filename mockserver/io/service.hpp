#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <dmkit/tls/context.hpp>

#include "mockserver/io/asio_environment.hpp"
#include "mockserver/io/client_link.hpp"
#include "mockserver/session/server_context.hpp"

namespace dmkit::mock {

/// A listening server on an io_context of its owner: all its members run where the io_context runs, except for the
/// constructor and listen(), which go before that. The backend is made when it is needed first.
class service {
  public:
    /// TLS as the profile says; required if it says so.
    using tls_settings = std::shared_ptr<const tls::context>;
    using backend_factory = std::function<std::unique_ptr<backend>(environment&)>;

    service(boost::asio::io_context& context, const profile& profile, session_log& log, backend_factory factory,
            tls_settings tls = {});
    ~service();
    service(const service&) = delete;
    service& operator=(const service&) = delete;

    /// Takes the address; nothing is accepted before listen(). @throws std::system_error
    void bind(const std::string& address, std::uint16_t port);
    /// Connections are accepted from here on. @throws std::system_error
    void listen();
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// @throws what the factory throws
    [[nodiscard]] server_context& sessions();
    /// The running statement ends soon, and those after it. From any thread; stop() is to follow.
    void interrupt() noexcept { environment_.stop(); }
    /// The running statement ends soon, so that hold() comes to run. From any thread; hold() is to follow.
    void interrupt_running() noexcept { environment_.interrupt(); }
    /// Stops listening and closes every connection. Handlers that the same thread posts afterwards find all sessions
    /// gone.
    void stop();
    /// Closes every connection; new ones wait until resume(). What the same thread posts when connections() is 0 finds
    /// all sessions gone. May be called again.
    void hold();
    void resume();
    /// Forgets the backend and all it holds; sessions() makes another. Only when connections() is 0.
    void drop_backend();
    [[nodiscard]] asio_environment& world() noexcept { return environment_; }
    /// The listening socket.
    [[nodiscard]] int native_handle() { return acceptor_.native_handle(); }
    [[nodiscard]] std::size_t connections() const noexcept { return links_.size(); }

  private:
    void close_connections();
    void accept();
    void accepted(boost::asio::ip::tcp::socket socket);

    dmkit::mock::profile profile_;
    session_log& log_;
    backend_factory factory_;
    tls_settings tls_;
    asio_environment environment_;
    std::unique_ptr<backend> backend_;
    std::optional<server_context> sessions_;
    std::int64_t last_session_id_ = 0;  ///< of the sessions of a backend that was dropped
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::set<std::shared_ptr<client_link>> links_;
    bool stopped_ = false;
    bool held_ = false;
    std::uint64_t accepting_ = 0;                        ///< a number for each run of accept() until the next hold()
    std::vector<boost::asio::ip::tcp::socket> waiting_;  ///< accepted too late to be kept from it by hold()
};

}  // namespace dmkit::mock
