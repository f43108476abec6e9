#include <dmkit/connection.hpp>

#include <utility>

#include "client/io/async_call.hpp"
#include "client/io/connect_task.hpp"
#include "client/io/tasks.hpp"

namespace dmkit {

namespace {

constexpr std::chrono::milliseconds close_timeout{1000};

struct nothing {};

/// Deadline for leaving: nobody waits for ever to close.
io::time_point close_deadline(const detail::connection_core& core) {
    call_options options;
    if (core.params().operation_timeout.count() == 0)
        options.timeout = close_timeout;
    return core.deadline_of(options);
}

}  // namespace

connection::connection() : statement_runner(std::make_shared<detail::connection_core>()) {}

connection::connection(boost::asio::any_io_executor executor) : connection() {
    core_->set_transport(std::make_unique<detail::async_transport>(std::move(executor)));
}

connection::connection(const connect_params& params) : connection() {
    connect(params);
}

connection::connection(connection&&) noexcept = default;

connection& connection::operator=(connection&& other) noexcept {
    if (this != &other) {
        if (core_ && !core_->busy())
            core_->disconnect();
        statement_runner::operator=(std::move(other));
    }
    return *this;
}

connection::~connection() {
    if (core_ && !core_->busy())
        core_->disconnect();
}

void connection::connect(const connect_params& params, error_code& code, diagnostics& details,
                         const call_options& options) {
    detail::connect_task call(params, core_->observer);
    core_->run(call, core_->connect_deadline(params, options), code, details);
}

void connection::connect(const connect_params& params, const call_options& options) {
    error_code code;
    diagnostics details;
    connect(params, code, details, options);
    throw_if(code, std::move(details));
}

void connection::on_stage(std::function<void(const handshake_event&)> observer) {
    core_->observer = std::move(observer);
}

bool connection::is_open() const noexcept {
    return core_ && core_->state().connected;
}

bool connection::is_alive() const noexcept {
    return is_open() && core_->stream().is_alive(core_->busy());
}

const server_info& connection::server() const noexcept {
    return core_->state().server;
}

const connect_params& connection::params() const noexcept {
    return core_->params();
}

const std::string& connection::schema() const noexcept {
    return core_->state().schema;
}

bool connection::in_transaction() const noexcept {
    return core_ && core_->state().in_transaction;
}

boost::asio::any_io_executor connection::get_executor() const {
    return core_->transport() != nullptr ? core_->transport()->executor() : boost::asio::any_io_executor();
}

void connection::set_autocommit(bool on) noexcept {
    core_->state().autocommit = on;
}

bool connection::autocommit() const noexcept {
    return core_->state().autocommit;
}

transaction connection::begin(const transaction_options& options, error_code& code, diagnostics& details) {
    detail::begin_task call(options, true);
    if (!core_->run(call, core_->deadline_of(options.call), code, details))
        return {};
    return call.take();
}

transaction connection::begin(const transaction_options& options) {
    error_code code;
    diagnostics details;
    auto out = begin(options, code, details);
    throw_if(code, std::move(details));
    return out;
}

void connection::end(bool commits, error_code& code, diagnostics& details) {
    detail::end_task call(commits);
    core_->run(call, core_->deadline_of({}), code, details);
}

void connection::commit(error_code& code, diagnostics& details) {
    end(true, code, details);
}

void connection::commit() {
    error_code code;
    diagnostics details;
    commit(code, details);
    throw_if(code, std::move(details));
}

void connection::rollback(error_code& code, diagnostics& details) {
    end(false, code, details);
}

void connection::rollback() {
    error_code code;
    diagnostics details;
    rollback(code, details);
    throw_if(code, std::move(details));
}

void connection::ping(error_code& code, diagnostics& details, const call_options& options) {
    detail::ping_task call;
    core_->run(call, core_->deadline_of(options), code, details);
}

void connection::ping(const call_options& options) {
    error_code code;
    diagnostics details;
    ping(code, details, options);
    throw_if(code, std::move(details));
}

void connection::close() noexcept {
    if (!core_)
        return;
    try {
        detail::close_task call;
        error_code code;
        diagnostics details;
        core_->run(call, close_deadline(*core_), code, details);
    } catch (...) {
        core_->disconnect();
    }
}

void connection::start_begin(const shared_core& core, const transaction_options& options, diagnostics* details,
                             completion_handler<transaction> handler) {
    detail::start_call<detail::begin_task, transaction>(
        core, details, std::move(handler), core->deadline_of(options.call), options,
        [](const transaction_options& wanted) { return detail::begin_task(wanted, false); });
}

void connection::start_simple(const shared_core& core, simple_call what, completion_handler<> handler) {
    const auto deadline = core->deadline_of({});
    switch (what) {
        case simple_call::commit:
        case simple_call::rollback:
            detail::start_call<detail::end_task>(
                core, nullptr, std::move(handler), deadline, what,
                [](simple_call wanted) { return detail::end_task(wanted == simple_call::commit); });
            return;
        case simple_call::ping:
            detail::start_call<detail::ping_task>(core, nullptr, std::move(handler), deadline, nothing{},
                                                  [](nothing&) { return detail::ping_task(); });
            return;
        case simple_call::close:
            detail::start_call<detail::close_task>(core, nullptr, std::move(handler), close_deadline(*core), nothing{},
                                                   [](nothing&) { return detail::close_task(); });
            return;
    }
}

}  // namespace dmkit
