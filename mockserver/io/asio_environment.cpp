#include "mockserver/io/asio_environment.hpp"

#include <utility>

namespace dmkit::mock {

environment::timer asio_environment::call_after(std::chrono::milliseconds delay, std::function<void()> action) {
    const auto id = ++last_;
    auto& made = timers_.try_emplace(id, context_).first->second;
    made.expires_after(delay);
    made.async_wait([this, id, action = std::move(action)](const boost::system::error_code& error) {
        // Cancelled too late to stay out of the queue: it is gone from the map all the same.
        if (error || timers_.erase(id) == 0)
            return;
        action();
    });
    return id;
}

void asio_environment::cancel(timer which) {
    timers_.erase(which);
}

}  // namespace dmkit::mock
