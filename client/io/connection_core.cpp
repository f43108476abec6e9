#include "client/io/connection_core.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "client/io/async_transport.hpp"
#include "client/io/pump.hpp"

namespace dmkit::detail {

namespace {

io::time_point earliest(std::chrono::milliseconds timeout, const call_options& options) {
    auto out = io::no_deadline;
    const auto wanted = options.timeout.value_or(timeout);
    if (wanted.count() > 0)
        out = std::chrono::steady_clock::now() + wanted;
    if (options.deadline)
        out = std::min(out, *options.deadline);
    return out;
}

}  // namespace

void task::fail(client_errc code, std::string_view operation, std::string text) {
    problem_.code = make_error_code(code);
    problem_.details.operation = operation;
    problem_.details.client_message = std::move(text);
}

connection_core::connection_core() : state_(std::make_unique<session::session_state>()) {}

connection_core::~connection_core() {
    disconnect();
}

void connection_core::set_transport(std::unique_ptr<async_transport> transport) {
    transport_ = std::move(transport);
}

client_errc connection_core::enter(bool needs_session) {
    if (busy_)
        return client_errc::operation_in_progress;
    if (needs_session && !state_->connected)
        return client_errc::not_connected;
    busy_ = true;
    return client_errc{};
}

void connection_core::reset(const connect_params& params) {
    disconnect();
    params_ = params;
    stream_.set_params(&params_);
    socket().set_busy_wait(params.busy_wait);
    state_ = std::make_unique<session::session_state>();
    ++epoch_;
}

void connection_core::disconnect() noexcept {
    if (transport_)
        transport_->unwatch();
    stream_.close();
    state_->connected = false;
    state_->in_transaction = false;
    state_->idle_handles.clear();
}

io::time_point connection_core::deadline_of(const call_options& options) const {
    return earliest(params_.operation_timeout, options);
}

io::time_point connection_core::connect_deadline(const connect_params& params, const call_options& options) const {
    return earliest(params.connect_timeout, options);
}

void connection_core::refuse(client_errc why, std::string_view operation, error_code& code,
                             diagnostics& details) const {
    code = make_error_code(why);
    details.clear();
    details.operation = operation;
    details.endpoint = params_.host + ":" + std::to_string(params_.port);
    details.tag = params_.connection_tag;
}

void connection_core::settle(session::failure&& problem, error_code& code, diagnostics& details) {
    code = problem.code;
    details = std::move(problem.details);
    details.endpoint = params_.host + ":" + std::to_string(params_.port);
    details.tag = params_.connection_tag;
    if (is_fatal(code))
        disconnect();
}

bool connection_core::run(task& what, io::time_point deadline, error_code& code, diagnostics& details) {
    code.clear();
    details.clear();
    if (const auto fault = enter(what.needs_session()); fault != client_errc{}) {
        refuse(fault, {}, code, details);
        return false;
    }
    auto problem = drive(what, deadline);
    finish(what, problem);
    leave();
    if (!problem.code)
        return true;
    auto thrown = std::move(problem.thrown);
    settle(std::move(problem), code, details);
    if (thrown)
        std::rethrow_exception(thrown);
    return false;
}

session::failure connection_core::drive(task& what, io::time_point deadline) {
    try {
        what.prepare(*this, deadline);
    } catch (...) {
        return session::failure_of(std::current_exception());
    }
    while (auto* machine = next_of(what)) {
        try {
            drive(*machine, deadline);
        } catch (...) {
            // Machines catch what the user's code throws: this is the transport, in the middle of a message.
            disconnect();
            return session::failure_of(std::current_exception());
        }
        if (machine->result().code)
            return std::move(machine->result());
    }
    return std::move(what.problem());
}

session::machine* connection_core::next_of(task& what) {
    try {
        return what.next(*this);
    } catch (...) {
        what.problem() = session::failure_of(std::current_exception());
        return nullptr;
    }
}

void connection_core::finish(task& what, session::failure& outcome) {
    try {
        what.finished(*this, outcome);
    } catch (...) {
        outcome = session::failure_of(std::current_exception());
    }
}

void connection_core::drive(session::machine& machine, io::time_point deadline) {
    io::pump pump(stream_, *state_, machine);
    for (auto wanted = pump.run(); wanted != io::readiness::none; wanted = pump.run()) {
        // An answer that comes early costs less when it is asked for again and again than by falling asleep and being
        // woken.
        const auto answered = [&] { return (wanted = pump.run()) != io::readiness::readable; };
        if (wanted == io::readiness::readable && socket().ask(answered, deadline)) {
            if (wanted == io::readiness::none)
                return;
        }
        io::socket_fault fault;
        if (!socket().wait(wanted, deadline, fault))
            pump.fail(client_errc::timeout);
        else if (fault)
            pump.fail(fault.code, std::move(fault.detail));
    }
}

}  // namespace dmkit::detail
