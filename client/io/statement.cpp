#include <dmkit/statement.hpp>

#include <utility>

#include "client/io/async_call.hpp"
#include "client/io/tasks.hpp"

namespace dmkit {

namespace {

/// What an asynchronous execution of a prepared statement refers to.
struct bound {
    session::prepared* statement = nullptr;
    detail::owned_parameters given;
    detail::parameter_views views = {};
};

/// False, with the fault, if the statement's session is over.
bool usable(const std::unique_ptr<detail::statement_state>& state, error_code& code, diagnostics& details) {
    if (state && state->handle.is_current())
        return true;
    code = make_error_code(client_errc::not_connected);
    details.clear();
    if (state)
        state->handle.core()->refuse(client_errc::not_connected, "execute", code, details);
    return false;
}

template <class Task, class Result>
void start(const std::unique_ptr<detail::statement_state>& state, detail::owned_parameters given, diagnostics* details,
           completion_handler<Result> handler) {
    error_code code;
    diagnostics filled;
    if (!usable(state, code, filled)) {
        if (details != nullptr)
            *details = std::move(filled);
        detail::post_refusal<Result>(state ? state->handle.core() : nullptr, std::move(handler), code, Result{});
        return;
    }
    const auto& core = state->handle.core();
    const auto limit = detail::result_options_of(*core, {});
    detail::start_call<Task, Result>(core, details, std::move(handler), core->deadline_of({}),
                                     bound{&state->prepared, std::move(given)}, [limit](bound& what) {
                                         what.views = detail::parameter_views(what.given);
                                         return Task(*what.statement, what.views, limit);
                                     });
}

}  // namespace

statement::statement() noexcept = default;
statement::statement(std::unique_ptr<detail::statement_state> state) noexcept : state_(std::move(state)) {}
statement::statement(statement&&) noexcept = default;
statement& statement::operator=(statement&&) noexcept = default;
statement::~statement() = default;

std::span<const parameter_metadata> statement::parameters() const noexcept {
    return state_ ? std::span<const parameter_metadata>(state_->prepared.parameters)
                  : std::span<const parameter_metadata>{};
}

std::span<const column_metadata> statement::columns() const noexcept {
    return state_ && state_->prepared.columns ? std::span<const column_metadata>(state_->prepared.columns->metadata)
                                              : std::span<const column_metadata>{};
}

rows statement::run_query(const detail::parameter_set& given, const call_options& options, error_code& code,
                          diagnostics& details) {
    if (!usable(state_, code, details))
        return {};
    auto& core = *state_->handle.core();
    detail::query_task call(state_->prepared, given, detail::result_options_of(core, options));
    if (!core.run(call, core.deadline_of(options), code, details))
        return {};
    return call.take();
}

execution_result statement::run_execute(const detail::parameter_set& given, const call_options& options,
                                        error_code& code, diagnostics& details) {
    if (!usable(state_, code, details))
        return {};
    auto& core = *state_->handle.core();
    detail::execute_task call(state_->prepared, given, detail::result_options_of(core, options));
    if (!core.run(call, core.deadline_of(options), code, details))
        return {};
    return call.take();
}

execution_result statement::run_batch(const detail::batch_source& source, const call_options& options, error_code& code,
                                      diagnostics& details) {
    if (!usable(state_, code, details))
        return {};
    auto& core = *state_->handle.core();
    detail::batch_task call(state_->prepared, source, options);
    if (!core.run(call, core.deadline_of(options), code, details))
        return {};
    return call.take();
}

void statement::start_query(detail::owned_parameters given, diagnostics* details, completion_handler<rows> handler) {
    start<detail::query_task, rows>(state_, std::move(given), details, std::move(handler));
}

void statement::start_execute(detail::owned_parameters given, diagnostics* details,
                              completion_handler<execution_result> handler) {
    start<detail::execute_task, execution_result>(state_, std::move(given), details, std::move(handler));
}

void statement::close() noexcept {
    state_.reset();
}

}  // namespace dmkit
