#pragma once

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/steady_timer.hpp>

#include <dmkit/async.hpp>

#include "client/io/async_transport.hpp"
#include "client/io/connection_core.hpp"
#include "client/io/pump.hpp"

namespace dmkit::detail {

/// One asynchronous call: a task whose waits are Asio's. All of it runs on the connection's strand. Deadline and
/// cancellation end the wait that is under way and reach the machine as its input.
class async_call : public std::enable_shared_from_this<async_call> {
  public:
    virtual ~async_call() = default;
    async_call(const async_call&) = delete;
    async_call& operator=(const async_call&) = delete;

    /// Begins, not before this returns.
    void start(io::time_point deadline);
    /// The caller cancels; from any thread.
    void cancel();

  protected:
    async_call(std::shared_ptr<connection_core> core, diagnostics* details);

    virtual task& work() = 0;
    /// Something to be done before the task, on the way to a transport. @return false if it goes on later, by resume()
    virtual bool prepare() { return true; }
    /// Calls the handler.
    virtual void deliver(error_code code) = 0;

    /// Goes on.
    void resume();
    void wait(io::readiness what);
    void finish(session::failure&& problem);
    /// What ended the wait that is under way, other than readiness.
    [[nodiscard]] client_errc interrupted() const noexcept { return interrupted_; }
    void interrupt(client_errc why);
    /// Ends whatever prepare() waits for.
    virtual void interrupt_prepare() {}

    std::shared_ptr<connection_core> core_;
    async_transport& transport_;

  private:
    void advance();

    diagnostics* details_;
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                      async_transport::strand>
        timer_;
    std::optional<io::pump> pump_;
    session::machine* machine_ = nullptr;
    client_errc interrupted_ = client_errc{};
    std::string wait_fault_;
    bool entered_ = false;
    bool finished_ = false;
};

/// A call with task, storage for what the task refers to, and a handler for its result.
template <class Task, class Storage, class... Results>
class handled_call final : public async_call {
  public:
    template <class... Arguments>
    handled_call(std::shared_ptr<connection_core> core, diagnostics* details, completion_handler<Results...> handler,
                 Storage storage, Arguments&&... arguments)
        : async_call(std::move(core), details),
          storage_(std::move(storage)),
          task_(storage_, std::forward<Arguments>(arguments)...),
          handler_(std::move(handler)),
          work_(boost::asio::prefer(executor(), boost::asio::execution::outstanding_work.tracked)) {}

    /// Lets the handler's cancellation slot reach this call.
    void connect_slot() {
        auto slot = boost::asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected())
            slot.assign([weak = std::weak_ptr(shared_from_this())](boost::asio::cancellation_type) {
                if (const auto self = weak.lock())
                    self->cancel();
            });
    }

  private:
    [[nodiscard]] boost::asio::any_completion_executor executor() const {
        return boost::asio::get_associated_executor(handler_, boost::asio::any_completion_executor(transport_.executor()));
    }
    task& work() override { return task_.get(); }
    void deliver(error_code code) override {
        auto slot = boost::asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected())
            slot.clear();
        const auto target = std::exchange(work_, {});
        if constexpr (sizeof...(Results) == 0) {
            boost::asio::dispatch(target,
                                  [handler = std::move(handler_), code]() mutable { std::move(handler)(code); });
        } else {
            auto result = code ? std::tuple<Results...>() : std::tuple<Results...>(task_.get().take());
            boost::asio::dispatch(
                target, [handler = std::move(handler_), code, result = std::move(result)]() mutable {
                    std::move(handler)(code, std::get<0>(std::move(result)));
                });
        }
    }

    Storage storage_;
    Task task_;
    completion_handler<Results...> handler_;
    boost::asio::any_completion_executor work_;
};

}  // namespace dmkit::detail
