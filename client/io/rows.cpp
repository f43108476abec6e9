#include <dmkit/rows.hpp>

#include <utility>

#include "client/io/async_call.hpp"
#include "client/io/lob_tasks.hpp"
#include "client/io/tasks.hpp"

namespace dmkit {

namespace {

/// The state that a call of an empty object works on: there is nothing to read.
void no_rows(error_code& code, diagnostics& details, std::string_view operation) {
    code = make_error_code(client_errc::not_connected);
    details.clear();
    details.operation = operation;
}

}  // namespace

rows::rows() noexcept = default;
rows::rows(std::unique_ptr<detail::rows_state> state) noexcept : state_(std::move(state)) {}
rows::rows(rows&&) noexcept = default;
rows& rows::operator=(rows&&) noexcept = default;
rows::~rows() = default;

std::span<const column_metadata> rows::columns() const noexcept {
    return state_ ? state_->cursor.columns() : std::span<const column_metadata>{};
}

shared_columns rows::columns_ptr() const noexcept {
    return state_ ? session::user_columns(state_->cursor.column_set()) : nullptr;
}

std::optional<std::int64_t> rows::total() const noexcept {
    return state_ ? state_->cursor.total() : std::optional<std::int64_t>(0);
}

const execution_result& rows::info() const noexcept {
    static const execution_result none;
    return state_ ? state_->info : none;
}

row_view rows::current() const noexcept {
    return state_ ? state_->cursor.current() : row_view();
}

bool rows::next_is_buffered() const noexcept {
    return !state_ || (!state_->cursor.needs_fetch() && !state_->cursor.next_wants_lobs());
}

void rows::stream_lobs(bool streaming) noexcept {
    if (state_)
        state_->cursor.set_streaming(streaming);
}

void rows::seek(std::int64_t row, error_code& code, diagnostics& details) {
    code.clear();
    if (!state_)
        return no_rows(code, details, "seek");
    const auto refuse = [&](client_errc why) {
        code = make_error_code(why);
        details.clear();
        details.operation = "seek";
    };
    if (!state_->cursor.scrolling())
        return refuse(client_errc::not_scrolling);
    if (row < 0)
        return refuse(client_errc::value_out_of_range);
    state_->cursor.seek(row);
}

void rows::seek(std::int64_t row) {
    error_code code;
    diagnostics details;
    seek(row, code, details);
    throw_if(code, std::move(details));
}

lob rows::lob_at(std::size_t index) const {
    const auto row = current();
    const auto& value = row.at(index);
    const auto columns = row.columns();
    if (!wire::is_lob(columns[index].type.id))
        throw detail::read_error(client_errc::column_type_mismatch, columns, index);
    if (value.is_null())
        throw detail::read_error(client_errc::null_value, columns, index);
    auto out = std::make_shared<detail::lob_state>();
    out->core = state_->handle.core();
    out->epoch = state_->handle.epoch();
    out->target.text = columns[index].type.id == type_id::clob;
    auto& cursor = state_->cursor;
    for (std::size_t i = 0; i < cursor.lob_count(); ++i) {
        if (cursor.lobs()[i].field == index) {
            out->target = cursor.lobs()[i].target;
            return lob(std::move(out));
        }
    }
    out->data = out->target.text ? value.get<std::string_view>() : wire::as_text(value.get<bytes_view>());
    return lob(std::move(out));
}

bool rows::next(error_code& code, diagnostics& details) {
    code.clear();
    if (!state_)
        return false;
    // The way without messages, taken once a row, does nothing but decode.
    if (state_->has_row()) {
        if (state_->take_row())
            return true;
        state_->report(code, details);
        return false;
    }
    auto& core = *state_->handle.core();
    detail::next_row_task call(*state_);
    return core.run(call, core.deadline_of({}), code, details) && call.take();
}

bool rows::next() {
    // Diagnostics are many strings: a row that is there does without them.
    const bool has_row = state_ && state_->has_row();
    if (has_row && state_->take_row())
        return true;
    error_code code;
    diagnostics details;
    bool found = false;
    if (has_row)
        state_->report(code, details);
    else
        found = next(code, details);
    throw_if(code, std::move(details));
    return found;
}

results rows::read_all(error_code& code, diagnostics& details) {
    if (!state_) {
        code.clear();
        return {};
    }
    auto& core = *state_->handle.core();
    detail::read_all_task call(*state_);
    if (!core.run(call, core.deadline_of({}), code, details))
        return {};
    return call.take();
}

results rows::read_all() {
    error_code code;
    diagnostics details;
    auto out = read_all(code, details);
    throw_if(code, std::move(details));
    return out;
}

bool rows::next_result(error_code& code, diagnostics& details) {
    if (!state_) {
        no_rows(code, details, "next_result");
        return false;
    }
    auto& core = *state_->handle.core();
    detail::next_result_task call(*state_);
    return core.run(call, core.deadline_of({}), code, details) && call.take();
}

bool rows::next_result() {
    error_code code;
    diagnostics details;
    const bool found = next_result(code, details);
    throw_if(code, std::move(details));
    return found;
}

void rows::close() noexcept {
    state_.reset();
}

namespace {

/// Refers to the rows that a call reads from; they stay where they are while it runs.
using state_pointer = detail::rows_state*;

template <class Task, class Result>
void start(detail::rows_state* state, diagnostics* details, completion_handler<Result> handler) {
    if (state == nullptr) {
        detail::post_refusal<Result>(nullptr, std::move(handler), make_error_code(client_errc::not_connected),
                                     Result{});
        return;
    }
    const auto& core = state->handle.core();
    detail::start_call<Task, Result>(core, details, std::move(handler), core->deadline_of({}), state,
                                     [](state_pointer target) { return Task(*target); });
}

}  // namespace

void rows::start_next(diagnostics* details, completion_handler<bool> handler) {
    start<detail::next_row_task, bool>(state_.get(), details, std::move(handler));
}

void rows::start_read_all(diagnostics* details, completion_handler<results> handler) {
    start<detail::read_all_task, results>(state_.get(), details, std::move(handler));
}

void rows::start_next_result(diagnostics* details, completion_handler<bool> handler) {
    start<detail::next_result_task, bool>(state_.get(), details, std::move(handler));
}

}  // namespace dmkit
