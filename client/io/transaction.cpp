#include <dmkit/transaction.hpp>

#include <utility>

#include "client/io/async_call.hpp"
#include "client/io/tasks.hpp"

namespace dmkit {

namespace {

struct nothing {};

}  // namespace

transaction::transaction(std::shared_ptr<detail::connection_core> core, bool synchronous)
    : statement_runner(std::move(core)), synchronous_(synchronous) {
    if (core_) {
        epoch_ = core_->epoch();
        number_ = core_->transaction_number();
    }
}

transaction::transaction(transaction&& other) noexcept = default;

transaction& transaction::operator=(transaction&& other) noexcept {
    if (this != &other) {
        abandon();
        epoch_ = other.epoch_;
        number_ = other.number_;
        synchronous_ = other.synchronous_;
        statement_runner::operator=(std::move(other));
    }
    return *this;
}

transaction::~transaction() {
    abandon();
}

bool transaction::is_open() const noexcept {
    return core_ && core_->epoch() == epoch_ && core_->transaction_number() == number_ && core_->state().in_transaction;
}

void transaction::abandon() noexcept {
    if (!is_open())
        return;
    if (synchronous_ && !core_->busy()) {
        try {
            error_code code;
            diagnostics details;
            rollback(code, details);
        } catch (...) {
            core_->disconnect();
        }
        // What could not be rolled back must not be continued: closing makes the server do it.
        if (is_open())
            core_->disconnect();
        return;
    }
    auto& state = core_->state();
    state.rollback_pending = true;
    session::end_transaction(state);
}

void transaction::end(bool commits, error_code& code, diagnostics& details) {
    if (!is_open()) {
        code = make_error_code(core_ && core_->epoch() == epoch_ && !core_->state().connected
                                   ? client_errc::not_connected
                                   : client_errc::no_transaction);
        details.clear();
        details.operation = commits ? "commit" : "rollback";
        return;
    }
    detail::end_task call(commits);
    core_->run(call, core_->deadline_of({}), code, details);
}

void transaction::commit(error_code& code, diagnostics& details) {
    end(true, code, details);
}

void transaction::commit() {
    error_code code;
    diagnostics details;
    commit(code, details);
    throw_if(code, std::move(details));
}

void transaction::rollback(error_code& code, diagnostics& details) {
    end(false, code, details);
}

void transaction::rollback() {
    error_code code;
    diagnostics details;
    rollback(code, details);
    throw_if(code, std::move(details));
}

void transaction::start_end(bool commits, diagnostics* details, completion_handler<> handler) {
    if (!is_open()) {
        if (details != nullptr)
            details->clear();
        detail::post_refusal<>(core_, std::move(handler), make_error_code(client_errc::no_transaction));
        return;
    }
    detail::start_call<detail::end_task>(core_, details, std::move(handler), core_->deadline_of({}), nothing{},
                                         [commits](nothing&) { return detail::end_task(commits); });
}

}  // namespace dmkit
