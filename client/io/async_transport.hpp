#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/strand.hpp>

#include "client/io/socket.hpp"

namespace dmkit::detail {

/// What asynchronous calls need beside the core: the user's executor, a strand over it on which all of a connection's
/// asynchronous work runs, and Asio's watch over the socket.
class async_transport {
  public:
    explicit async_transport(boost::asio::any_io_executor executor)
        : executor_(std::move(executor)), strand_(boost::asio::make_strand(executor_)), watcher_(strand_) {}

    [[nodiscard]] const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
    using strand = boost::asio::strand<boost::asio::any_io_executor>;
    [[nodiscard]] const strand& serial() const noexcept { return strand_; }

    using watcher = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, strand>;
    /// Asio's view of @p socket, which keeps its descriptor.
    watcher& watch(const io::stream_socket& socket);
    /// Before the descriptor is closed.
    void unwatch() noexcept;
    /// Ends a wait that is under way.
    void interrupt() noexcept;

  private:
    boost::asio::any_io_executor executor_;
    strand strand_;
    watcher watcher_;
};

}  // namespace dmkit::detail
