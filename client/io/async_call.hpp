#pragma once

#include <memory>
#include <optional>
#include <string>
#include <tuple>
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
#include <boost/asio/system_executor.hpp>

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
    /// Something to be done before the task, on the way to a transport. @return false while it waits; it is then called
    /// again
    virtual bool prepare() { return true; }
    /// Calls the handler.
    virtual void deliver(error_code code) = 0;

    /// Goes on.
    void advance();
    /// Goes on when the socket is ready.
    void wait(io::readiness what);
    /// What has ended the call from outside, if anything.
    [[nodiscard]] client_errc interrupted() const noexcept { return interrupted_; }
    /// Ends whatever prepare() waits for beside the socket.
    virtual void interrupt_prepare() {}

    std::shared_ptr<connection_core> core_;
    async_transport& transport_;

  private:
    void begin(io::time_point deadline);
    void interrupt(client_errc why);
    void finish(session::failure&& problem);

    diagnostics* details_;
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                      async_transport::strand>
        timer_;
    std::optional<io::pump> pump_;
    session::machine* machine_ = nullptr;
    client_errc interrupted_ = client_errc{};
    bool prepared_ = false;
    bool finished_ = false;
};

/// Ends a call before it began: its handler is called by its own executor, and not from inside this function.
template <class... Results>
void post_refusal(const std::shared_ptr<connection_core>& core,
                  std::type_identity_t<completion_handler<Results...>> handler, error_code code, Results... results) {
    boost::asio::any_io_executor base = boost::asio::system_executor();
    if (core && core->transport() != nullptr)
        base = core->transport()->executor();
    const auto target = boost::asio::get_associated_executor(handler, boost::asio::any_completion_executor(base));
    auto last = [handler = std::move(handler), code, values = std::tuple<Results...>(std::move(results)...)]() mutable {
        std::apply([&](Results&... value) { std::move(handler)(code, std::move(value)...); }, values);
    };
    boost::asio::post(base,
                      [target, last = std::move(last)]() mutable { boost::asio::dispatch(target, std::move(last)); });
}
/// The code for such a call, with its details filled in.
[[nodiscard]] error_code refuse_call(const std::shared_ptr<connection_core>& core, diagnostics* details);

/// A call with the handler that it ends in.
template <class... Results>
class handler_call : public async_call {
  public:
    /// Lets the handler's cancellation slot reach this call.
    void connect_slot() {
        auto slot = boost::asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected())
            slot.assign([weak = weak_from_this()](boost::asio::cancellation_type) {
                if (const auto self = weak.lock())
                    self->cancel();
            });
    }

  protected:
    handler_call(std::shared_ptr<connection_core> core, diagnostics* details, completion_handler<Results...> handler)
        : async_call(std::move(core), details),
          handler_(std::move(handler)),
          work_(boost::asio::prefer(boost::asio::get_associated_executor(
                                        handler_, boost::asio::any_completion_executor(transport_.executor())),
                                    boost::asio::execution::outstanding_work.tracked)) {}

    void call(error_code code, Results... results) {
        auto slot = boost::asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected())
            slot.clear();
        const auto target = std::exchange(work_, {});
        boost::asio::dispatch(target, [handler = std::move(handler_), code,
                                       values = std::tuple<Results...>(std::move(results)...)]() mutable {
            std::apply([&](Results&... value) { std::move(handler)(code, std::move(value)...); }, values);
        });
    }

  private:
    completion_handler<Results...> handler_;
    boost::asio::any_completion_executor work_;
};

/// A call with its task, and storage for what the task refers to.
template <class Task, class Storage, class... Results>
class task_call final : public handler_call<Results...> {
  public:
    /// @param make makes the task from the storage, which stays where it is
    template <class Make>
    task_call(std::shared_ptr<connection_core> core, diagnostics* details, completion_handler<Results...> handler,
              Storage storage, const Make& make)
        : handler_call<Results...>(std::move(core), details, std::move(handler)),
          storage_(std::move(storage)),
          task_(make(storage_)) {}

  private:
    task& work() override { return task_; }
    void deliver(error_code code) override {
        if constexpr (sizeof...(Results) == 0)
            this->call(code);
        else if (code)
            this->call(code, Results{}...);
        else
            this->call(code, Results(task_.take())...);
    }

    Storage storage_;
    Task task_;
};

/// Begins a call on @p core. A connection without an executor refuses it, through the handler.
template <class Task, class... Results, class Storage, class Make>
void start_call(const std::shared_ptr<connection_core>& core, diagnostics* details,
                completion_handler<Results...> handler, io::time_point deadline, Storage storage, const Make& make) {
    if (!core || core->transport() == nullptr) {
        post_refusal<Results...>(core, std::move(handler), refuse_call(core, details), Results{}...);
        return;
    }
    const auto call = std::make_shared<task_call<Task, Storage, Results...>>(core, details, std::move(handler),
                                                                             std::move(storage), make);
    call->connect_slot();
    call->start(deadline);
}

}  // namespace dmkit::detail
