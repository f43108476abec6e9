#include "client/io/async_transport.hpp"

#include <sys/socket.h>

namespace dmkit::detail {

async_transport::watcher& async_transport::watch(const io::stream_socket& socket) {
    if (!watcher_.is_open())
        watcher_.assign(boost::asio::generic::stream_protocol(AF_INET, 0), socket.native_handle());
    return watcher_;
}

void async_transport::unwatch() noexcept {
    if (!watcher_.is_open())
        return;
    boost::system::error_code ignored;
    watcher_.release(ignored);
}

void async_transport::interrupt() noexcept {
    boost::system::error_code ignored;
    watcher_.cancel(ignored);
}

}  // namespace dmkit::detail
