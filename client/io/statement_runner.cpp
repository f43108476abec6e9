#include <dmkit/statement_runner.hpp>

#include <memory>
#include <utility>

#include "client/io/async_call.hpp"
#include "client/io/tasks.hpp"

namespace dmkit {

namespace {

/// What an asynchronous call refers to.
struct asked {
    command what;
    detail::parameter_views views = {};
    std::unique_ptr<detail::batch_source> source = {};
};

bool present(const std::shared_ptr<detail::connection_core>& core, error_code& code, diagnostics& details) {
    if (core)
        return true;
    code = make_error_code(client_errc::not_connected);
    details.clear();
    return false;
}

bool has_own_parameters(const command& what) noexcept {
    return !what.parameters().empty() || !what.parameter_names().empty();
}

/// The rows of a batch are its parameters; those of the command would have no place.
void refuse_own_parameters(const std::shared_ptr<detail::connection_core>& core, error_code& code,
                           diagnostics& details) {
    code = make_error_code(client_errc::parameter_count);
    details.clear();
    if (core)
        core->refuse(client_errc::parameter_count, "execute_many", code, details);
    details.client_message = "the command of a batch has parameters, or names of them, beside the rows";
}

template <class Task, class Result>
Result run(const std::shared_ptr<detail::connection_core>& core, std::string_view sql,
           const detail::parameter_set& given, const call_options& options, error_code& code, diagnostics& details) {
    if (!present(core, code, details))
        return {};
    Task call(sql, given, detail::result_options_of(*core, options));
    if (!core->run(call, core->deadline_of(options), code, details))
        return {};
    return call.take();
}

io::time_point deadline_of(const std::shared_ptr<detail::connection_core>& core, const call_options& options) {
    return core ? core->deadline_of(options) : io::no_deadline;
}

template <class Task, class Result>
void start(const std::shared_ptr<detail::connection_core>& core, command what, diagnostics* details,
           completion_handler<Result> handler) {
    const auto deadline = deadline_of(core, what.options());
    detail::start_call<Task, Result>(
        core, details, std::move(handler), deadline, asked{std::move(what)}, [core](asked& storage) {
            storage.views = detail::parameter_views(storage.what.given());
            return Task(storage.what.sql(), storage.views, detail::result_options_of(*core, storage.what.options()));
        });
}

}  // namespace

rows statement_runner::run_query(std::string_view sql, const detail::parameter_set& given, const call_options& options,
                                 error_code& code, diagnostics& details) {
    return run<detail::query_task, rows>(core_, sql, given, options, code, details);
}

rows statement_runner::run_query(const command& what, error_code& code, diagnostics& details) {
    return run_query(what.sql(), detail::parameter_views(what.given()), what.options(), code, details);
}

execution_result statement_runner::run_execute(std::string_view sql, const detail::parameter_set& given,
                                               const call_options& options, error_code& code, diagnostics& details) {
    return run<detail::execute_task, execution_result>(core_, sql, given, options, code, details);
}

execution_result statement_runner::run_execute(const command& what, error_code& code, diagnostics& details) {
    return run_execute(what.sql(), detail::parameter_views(what.given()), what.options(), code, details);
}

execution_result statement_runner::run_batch(std::string_view sql, const detail::batch_source& source,
                                             const call_options& options, error_code& code, diagnostics& details) {
    if (!present(core_, code, details))
        return {};
    detail::batch_task call(sql, source, options);
    if (!core_->run(call, core_->deadline_of(options), code, details))
        return {};
    return call.take();
}

execution_result statement_runner::run_batch(const command& what, const detail::batch_source& source, error_code& code,
                                             diagnostics& details) {
    if (!has_own_parameters(what))
        return run_batch(what.sql(), source, what.options(), code, details);
    refuse_own_parameters(core_, code, details);
    return {};
}

statement statement_runner::prepare(const command& what, error_code& code, diagnostics& details) {
    if (!present(core_, code, details))
        return {};
    detail::prepare_task call(what.sql());
    if (!core_->run(call, core_->deadline_of(what.options()), code, details))
        return {};
    return call.take();
}

statement statement_runner::prepare(const command& what) {
    error_code code;
    diagnostics details;
    auto out = prepare(what, code, details);
    throw_if(code, std::move(details));
    return out;
}

void statement_runner::start_query(const core_ptr& core, command what, diagnostics* details,
                                   completion_handler<rows> handler) {
    start<detail::query_task, rows>(core, std::move(what), details, std::move(handler));
}

void statement_runner::start_execute(const core_ptr& core, command what, diagnostics* details,
                                     completion_handler<execution_result> handler) {
    start<detail::execute_task, execution_result>(core, std::move(what), details, std::move(handler));
}

void statement_runner::start_batch(const core_ptr& core, command what, std::unique_ptr<detail::batch_source> source,
                                   diagnostics* details, completion_handler<execution_result> handler) {
    if (has_own_parameters(what)) {
        error_code code;
        diagnostics filled;
        refuse_own_parameters(core, code, filled);
        if (details != nullptr)
            *details = std::move(filled);
        detail::post_refusal<execution_result>(core, std::move(handler), code, execution_result{});
        return;
    }
    const auto deadline = deadline_of(core, what.options());
    detail::start_call<detail::batch_task, execution_result>(
        core, details, std::move(handler), deadline, asked{std::move(what), {}, std::move(source)},
        [](asked& storage) { return detail::batch_task(storage.what.sql(), *storage.source, storage.what.options()); });
}

void statement_runner::start_prepare(const core_ptr& core, command what, diagnostics* details,
                                     completion_handler<statement> handler) {
    const auto deadline = deadline_of(core, what.options());
    detail::start_call<detail::prepare_task, statement>(
        core, details, std::move(handler), deadline, asked{std::move(what)},
        [](asked& storage) { return detail::prepare_task(storage.what.sql()); });
}

}  // namespace dmkit
