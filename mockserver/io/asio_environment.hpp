#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "mockserver/backend.hpp"

namespace dmkit::mock {

/// The world as a server's backend sees it: the system's clock, and timers on the server's thread.
class asio_environment final : public environment {
  public:
    explicit asio_environment(boost::asio::io_context& context) noexcept : context_(context) {}

    [[nodiscard]] std::chrono::system_clock::time_point now() override;
    /// From any thread: the clock stands at @p moment, or follows the system's again.
    void set_time(std::optional<std::chrono::system_clock::time_point> moment);
    /// From any thread: moves a clock that stands, or sets one that follows the system's ahead of it.
    void advance(std::chrono::system_clock::duration by);
    timer call_after(std::chrono::milliseconds delay, std::function<void()> action) override;
    void cancel(timer which) override;
    [[nodiscard]] bool stopping() const noexcept override {
        return stopping_.load(std::memory_order_relaxed) || interrupted_.load(std::memory_order_relaxed);
    }
    /// Callable from any thread, as the others are.
    void stop() noexcept { stopping_.store(true, std::memory_order_relaxed); }
    /// What runs should stop soon, until go_on().
    void interrupt() noexcept { interrupted_.store(true, std::memory_order_relaxed); }
    void go_on() noexcept { interrupted_.store(false, std::memory_order_relaxed); }

  private:
    boost::asio::io_context& context_;
    std::mutex clock_mutex_;
    std::optional<std::chrono::system_clock::time_point> standing_at_;
    std::chrono::system_clock::duration ahead_{0};
    std::map<timer, boost::asio::steady_timer> timers_;
    timer last_ = 0;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> interrupted_{false};
};

}  // namespace dmkit::mock
