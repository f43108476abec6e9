#include "client/io/async_call.hpp"

#include <utility>

#include <boost/asio/bind_executor.hpp>

namespace dmkit::detail {

async_call::async_call(std::shared_ptr<connection_core> core, diagnostics* details)
    : core_(std::move(core)), transport_(*core_->transport()), details_(details), timer_(transport_.serial()) {
    if (details_ != nullptr)
        details_->clear();
}

void async_call::start(io::time_point deadline) {
    boost::asio::post(transport_.serial(), [self = shared_from_this(), deadline] { self->begin(deadline); });
}

void async_call::begin(io::time_point deadline) {
    if (const auto fault = core_->enter(work().needs_session()); fault != client_errc{}) {
        finished_ = true;
        error_code code;
        diagnostics details;
        core_->refuse(fault, {}, code, details);
        if (details_ != nullptr)
            *details_ = std::move(details);
        deliver(code);
        return;
    }
    if (deadline != io::no_deadline) {
        timer_.expires_at(deadline);
        timer_.async_wait([self = shared_from_this()](error_code code) {
            if (!code)
                self->interrupt(client_errc::timeout);
        });
    }
    advance();
}

void async_call::cancel() {
    boost::asio::post(transport_.serial(), [self = shared_from_this()] { self->interrupt(client_errc::cancelled); });
}

void async_call::interrupt(client_errc why) {
    if (finished_ || interrupted_ != client_errc{})
        return;
    interrupted_ = why;
    if (!prepared_)
        interrupt_prepare();
    transport_.interrupt();
}

void async_call::wait(io::readiness what) {
    const auto kind =
        what == io::readiness::readable ? async_transport::watcher::wait_read : async_transport::watcher::wait_write;
    transport_.watch(core_->socket()).async_wait(kind, [self = shared_from_this()](error_code code) {
        if (self->pump_ && self->interrupted_ != client_errc{})
            self->pump_->fail(self->interrupted_);
        else if (self->pump_ && code)
            self->pump_->fail(client_errc::transport_failure, code.message());
        self->advance();
    });
}

void async_call::advance() {
    if (!prepared_) {
        try {
            if (!prepare())
                return;
        } catch (...) {
            return finish(session::failure_of(std::current_exception()));
        }
        prepared_ = true;
    }
    while (true) {
        if (!pump_) {
            machine_ = core_->next_of(work());
            if (machine_ == nullptr)
                return finish(std::move(work().problem()));
            pump_.emplace(core_->stream(), core_->state(), *machine_);
        }
        auto wanted = io::readiness::none;
        try {
            wanted = pump_->run();
        } catch (...) {
            // Machines catch what the user's code throws: this is the transport, in the middle of a message.
            core_->disconnect();
            return finish(session::failure_of(std::current_exception()));
        }
        if (wanted != io::readiness::none)
            return wait(wanted);
        pump_.reset();
        if (machine_->result().code)
            return finish(std::move(machine_->result()));
        if (interrupted_ != client_errc{}) {
            // Between two messages: the answer to the first has come, the next is not sent.
            session::failure problem;
            problem.code = make_error_code(interrupted_);
            problem.details.delivered = delivery::answered;
            return finish(std::move(problem));
        }
    }
}

void async_call::finish(session::failure&& problem) {
    finished_ = true;
    timer_.cancel();
    core_->finish(work(), problem);
    core_->leave();
    error_code code;
    if (problem.code) {
        diagnostics details;
        core_->settle(std::move(problem), code, details);
        if (details_ != nullptr)
            *details_ = std::move(details);
    }
    deliver(code);
}

error_code refuse_call(const std::shared_ptr<connection_core>& core, diagnostics* details) {
    error_code code = make_error_code(client_errc::no_executor);
    diagnostics filled;
    if (core)
        core->refuse(client_errc::no_executor, {}, code, filled);
    if (details != nullptr)
        *details = std::move(filled);
    return code;
}

}  // namespace dmkit::detail
