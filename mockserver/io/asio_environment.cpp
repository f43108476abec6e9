#include "mockserver/io/asio_environment.hpp"

#include <utility>

namespace dmkit::mock {

std::chrono::system_clock::time_point asio_environment::now() {
    const std::lock_guard one(clock_mutex_);
    return standing_at_ ? *standing_at_ : std::chrono::system_clock::now() + ahead_;
}

void asio_environment::set_time(std::optional<std::chrono::system_clock::time_point> moment) {
    const std::lock_guard one(clock_mutex_);
    standing_at_ = moment;
    ahead_ = {};
}

void asio_environment::advance(std::chrono::system_clock::duration by) {
    const std::lock_guard one(clock_mutex_);
    if (standing_at_)
        *standing_at_ += by;
    else
        ahead_ += by;
}

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
