#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "mockserver/backend.hpp"

namespace dmkit::mock {

/// The world as a server's backend sees it: the system's clock, and timers on the server's thread.
class asio_environment final : public environment {
  public:
    explicit asio_environment(boost::asio::io_context& context) noexcept : context_(context) {}

    [[nodiscard]] std::chrono::system_clock::time_point now() override { return std::chrono::system_clock::now(); }
    timer call_after(std::chrono::milliseconds delay, std::function<void()> action) override;
    void cancel(timer which) override;
    [[nodiscard]] bool stopping() const noexcept override { return stopping_.load(std::memory_order_relaxed); }
    /// Callable from any thread.
    void stop() noexcept { stopping_.store(true, std::memory_order_relaxed); }

  private:
    boost::asio::io_context& context_;
    std::map<timer, boost::asio::steady_timer> timers_;
    timer last_ = 0;
    std::atomic<bool> stopping_{false};
};

}  // namespace dmkit::mock
