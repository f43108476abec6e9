#include <iterator>
#include <string>
#include <utility>

#include "client/session/execution.hpp"

namespace dmkit::session {

exchange_machine::step batch_machine::give_back(session_state& state) {
    if (given_ == nullptr)
        state.release(std::exchange(handle_, {}));
    return step::finish;
}

exchange_machine::step batch_machine::ready(session_state& state) {
    if (tolerance_.max_errors.value_or(0) < 0)
        return fail(client_errc::value_out_of_range, "max_errors: " + std::to_string(*tolerance_.max_errors));
    if (tolerance_.of_cursor)
        return fail(client_errc::unsupported_option, "the name of a cursor or a row of one, in a batch");
    if (rows_.size() == 0)
        return step::finish;
    if (given_ != nullptr) {
        handle_ = given_->handle;
        return given_->stale ? request_prepare(state, {}, given_->sql) : bind(state);
    }
    if (!take_handle(state))
        return request_handle(state);
    return request_prepare(state, {}, sql_);
}

exchange_machine::step batch_machine::own_reply(session_state& state, const wire::frame_view& frame) {
    if (!executing_) {
        if (auto fault = take_prepared(state, frame, handle_, statement()); fault.code)
            return fail(std::move(fault));
        return bind(state);
    }
    outcome part;
    auto fault = take_execution(state, frame, handle_, statement().columns, writer_->types(), {}, part);
    if (!fault.code && part.has_rows)
        fault = failure_of(client_errc::protocol_violation, "a batch was answered with rows");
    if (!fault.code && !part.lobs.empty())
        fault = failure_of(client_errc::lob_out_of_row, "an OUT parameter of a batch");
    if (fault.code) {
        give_back(state);
        return fail(std::move(fault));
    }
    add(std::move(part.info));
    if (next_row_ < rows_.size() && bears_more(state))
        return next_chunk(state);
    // Rows that were not executed count like those that the server left out of its answer.
    total_.row_counts.resize(rows_.size());
    return give_back(state);
}

exchange_machine::step batch_machine::declined(session_state& state) {
    spoil(statement());
    if (executing_ && next_row_ > chunk_rows_) {
        auto& text = result_.details.client_message;
        if (!text.empty())
            text += "; ";
        text += "the rows 1 to " + std::to_string(next_row_ - chunk_rows_) + " of the batch had been executed";
    }
    return give_back(state);
}

exchange_machine::step batch_machine::bind(session_state& state) {
    executing_ = true;
    writer_.emplace(state, statement().parameters);
    auto fault = writer_->take_names(rows_.names());
    if (!fault)
        fault = writer_->choose_types(rows_);
    if (fault) {
        give_back(state);
        return fail(fault.code, std::move(fault.text));
    }
    return next_chunk(state);
}

exchange_machine::step batch_machine::next_chunk(session_state& state) {
    writer_->clear_rows();
    chunk_rows_ = 0;
    while (next_row_ < rows_.size() && writer_->bytes().size() < budget_) {
        const auto before = writer_->bytes().size();
        if (auto fault = writer_->add_row(rows_.row(next_row_))) {
            give_back(state);
            return fail(fault.code, "row " + std::to_string(next_row_ + 1) + ": " + fault.text);
        }
        const bool alone = !writer_->off_row().empty();
        if (alone && chunk_rows_ > 0) {
            writer_->off_row().clear();
            writer_->shrink(before);
            break;
        }
        ++chunk_rows_;
        ++next_row_;
        if (alone)
            break;
    }
    return send_bound(state);
}

bool batch_machine::bears_more(const session_state& state) const noexcept {
    const auto most = tolerance_.max_errors.value_or(state.batch_allow_max_errors);
    return !tolerance_.continue_on_error.value_or(state.continue_batch_on_error) || most <= 0 ||
           std::cmp_less(total_.failures.size(), most);
}

exchange_machine::step batch_machine::execute_bound(session_state& state) {
    auto& message = execution(state);
    message.row_count = static_cast<std::int64_t>(chunk_rows_);
    message.continue_on_error = tolerance_.continue_on_error.value_or(state.continue_batch_on_error);
    message.max_batch_errors = tolerance_.max_errors.value_or(state.batch_allow_max_errors);
    // The limit is that of the batch, of which this may be a later message; bears_more() has seen to it that one is
    // left.
    if (message.continue_on_error && message.max_batch_errors > 0)
        message.max_batch_errors -= static_cast<std::int32_t>(total_.failures.size());
    return request_execution(state, message, handle_);
}

void batch_machine::add(execution_result&& part) {
    const auto first = next_row_ - chunk_rows_;
    total_.statement_kind = part.statement_kind;
    if (part.warning != 0)
        total_.warning = part.warning;
    total_.affected_rows += part.affected_rows;
    total_.last_insert_id = part.last_insert_id;
    total_.printed += part.printed;
    if (part.row_counts.empty() && chunk_rows_ == 1)
        part.row_counts.push_back(part.affected_rows);
    total_.row_counts.insert(total_.row_counts.end(), part.row_counts.begin(), part.row_counts.end());
    total_.generated_keys.insert(total_.generated_keys.end(), part.generated_keys.begin(), part.generated_keys.end());
    for (auto& item : part.failures) {
        item.row += first;
        total_.failures.push_back(std::move(item));
    }
    std::move(part.out_values.begin(), part.out_values.end(), std::back_inserter(total_.out_values));
}

}  // namespace dmkit::session
