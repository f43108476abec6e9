#include "client/session/execution.hpp"

#include <algorithm>
#include <utility>

namespace dmkit::session {

failure take_prepared(session_state& state, const wire::frame_view& frame, const statement_handle& handle,
                      prepared& out) {
    wire::prepare_response response;
    if (const auto error = decode(frame, state.codec_of(handle), response))
        return failure_of(error);
    state.transaction_status = response.transaction_status;
    out.handle = handle;
    out.stale = false;
    out.kind = response.kind;
    // The caller may look at those of the same statement.
    if (auto parameters = make_parameters(state, response.parameters); parameters != out.parameters)
        out.parameters = std::move(parameters);
    out.columns = response.columns.empty() ? nullptr : make_columns(state, response.columns);
    return {};
}

// prepare_machine

exchange_machine::step prepare_machine::ready(session_state& state) {
    if (!take_handle(state))
        return request_handle(state);
    return request_prepare(state, {}, sql_);
}

exchange_machine::step prepare_machine::reply(session_state& state, const wire::frame_view& frame) {
    if (auto fault = take_prepared(state, frame, handle_, prepared_); fault.code)
        return fail(std::move(fault));
    prepared_.sql = sql_;
    return step::finish;
}

exchange_machine::step prepare_machine::declined(session_state& state) {
    state.release(handle_);
    return step::finish;
}

// binding_machine

exchange_machine::step binding_machine::send_bound(session_state& state) {
    next_value_ = next_byte_ = 0;
    if (writer_->off_row().empty())
        return execute_bound(state);
    sending_values_ = true;
    wire::pre_execute_request message;
    message.handle = handle_.id;
    message.types = writer_->types();
    return request(state, message, state.codec_of(handle_), false);
}

exchange_machine::step binding_machine::put_next(session_state& state) {
    auto& values = writer_->off_row();
    for (; next_value_ < values.size(); ++next_value_, next_byte_ = 0) {
        auto& value = values[next_value_];
        if (value.stream != nullptr && !value.stream->fill(state, put_data_size)) {
            declined(state);
            return fail(client_errc::text_not_encodable, "parameter " + std::to_string(value.parameter + 1));
        }
        const auto rest =
            value.stream != nullptr ? value.stream->data() : std::span<const std::byte>(value.data).subspan(next_byte_);
        if (rest.empty())
            continue;
        wire::put_data_request message;
        message.handle = handle_.id;
        message.parameter = static_cast<std::int16_t>(value.parameter);
        message.data = rest.first(std::min(put_data_size, rest.size()));
        message.size = static_cast<std::int32_t>(message.data.size());
        const auto next = request(state, message, state.codec_of(handle_), false);
        if (value.stream != nullptr)
            value.stream->take(message.data.size());
        next_byte_ += message.data.size();
        return next;
    }
    sending_values_ = false;
    return execute_bound(state);
}

exchange_machine::step binding_machine::reply(session_state& state, const wire::frame_view& frame) {
    return sending_values_ ? put_next(state) : own_reply(state, frame);
}

wire::execute_request& binding_machine::execution(session_state& state) {
    auto& message = state.parameters.request;
    auto types = std::move(message.types);
    message = {};
    message.types = std::move(types);
    message.handle = handle_.id;
    message.autocommit = state.commits_by_itself();
    message.rows = writer_->bytes();
    return message;
}

// execute_machine

exchange_machine::step execute_machine::give_back(session_state& state) {
    if (given_ == nullptr)
        state.release(std::exchange(handle_, {}));
    return step::finish;
}

exchange_machine::step execute_machine::ready(session_state& state) {
    if (stage_ == stage::handles)
        return take_cursor_handles(state);
    wire::prepare_request message;
    message.forward_only = !options_.scrolling;
    if (given_ != nullptr)
        handle_ = given_->handle;
    else if (!take_handle(state))
        return request_handle(state);
    if (stage_ == stage::name && !options_.cursor_name.empty())
        return name_cursor(state);
    stage_ = stage::prepare;
    if (given_ != nullptr)
        return given_->stale ? request_prepare(state, message, given_->sql) : bind(state);
    // A direct execution has no place for the row of a cursor.
    message.direct = wanted_.fields.empty() && wanted_.names.empty() && !options_.cursor_row;
    if (message.direct) {
        stage_ = stage::direct;
        message.generated_keys = 1;
        if (options_.max_rows > 0)
            message.max_rows = options_.max_rows;
    }
    return request_prepare(state, message, sql_);
}

exchange_machine::step execute_machine::name_cursor(session_state& state) {
    std::vector<std::byte> text;
    // As with the statement's text, the name ends at its first zero byte.
    if (options_.cursor_name.find('\0') != std::string::npos || !encode_text(state, options_.cursor_name, text))
        return abandon(state, failure_of(client_errc::text_not_encodable, "the name of the cursor"));
    wire::set_cursor_name_request message;
    message.handle = handle_.id;
    message.name = wire::as_text(text);
    return request(state, message, state.codec_of(handle_), false);
}

exchange_machine::step execute_machine::own_reply(session_state& state, const wire::frame_view& frame) {
    if (stage_ == stage::name) {
        stage_ = stage::prepare;
        return ready(state);
    }
    if (stage_ == stage::prepare) {
        if (auto fault = take_prepared(state, frame, handle_, statement()); fault.code)
            return fail(std::move(fault));
        return bind(state);
    }
    if (stage_ == stage::cursors) {
        auto& cursor = cursors_[cursors_done_++];
        if (auto fault = take_execution(state, frame, cursor.handle, nullptr, {}, options_, cursor.result); fault.code)
            return abandon(state, std::move(fault));
        return next_cursor(state);
    }
    const auto types =
        writer_ ? std::span<const wire::parameter_type>(writer_->types()) : std::span<const wire::parameter_type>{};
    if (auto fault = take_execution(state, frame, handle_, statement().columns, types, options_, outcome_); fault.code)
        return abandon(state, std::move(fault));
    cursors_done_ = 0;
    stage_ = stage::cursors;
    return next_cursor(state);
}

exchange_machine::step execute_machine::next_cursor(session_state& state) {
    if (cursors_done_ == cursors_.size())
        return outcome_.has_rows ? step::finish : give_back(state);
    wire::more_result_request message;
    message.handle = cursors_[cursors_done_].handle.id;
    message.which = 1;
    return request(state, message, state.codec_of(cursors_[cursors_done_].handle), false);
}

exchange_machine::step execute_machine::declined(session_state& state) {
    spoil(statement());
    for (const auto& cursor : cursors_)
        state.release(cursor.handle);
    cursors_.clear();
    outcome_ = {};
    if (stage_ == stage::handles) {
        state.release(handle_);
        handle_ = std::exchange(main_, {});
    }
    return give_back(state);
}

exchange_machine::step execute_machine::abandon(session_state& state, failure&& fault) {
    declined(state);
    return fail(std::move(fault));
}

parameter_fault execute_machine::place_outputs() {
    const auto& parameters = statement().parameters;
    for (const auto& target : wanted_.outputs) {
        const auto before = outputs_.size();
        writer_->for_each_place(target.parameter, [&](std::size_t place) {
            // A wrong number of values is found later.
            if (place < parameters.size() && parameters[place].direction == parameter_direction::in)
                return;
            outputs_.push_back(target);
            outputs_.back().parameter = place;
        });
        if (outputs_.size() == before) {
            const bool named = target.parameter < wanted_.names.size();
            return {client_errc::parameter_type, "parameter " +
                                                     (named ? "'" + std::string(wanted_.names[target.parameter]) + "'"
                                                            : std::to_string(target.parameter + 1)) +
                                                     " is given as OUT and is an IN parameter of the statement"};
        }
    }
    return {};
}

parameter_fault execute_machine::place_streams() {
    for (const auto& stream : wanted_.streams) {
        parameter_fault fault;
        writer_->for_each_place(stream.parameter, [&](std::size_t place) {
            if (!fault)
                fault = writer_->set_stream(place, stream.source);
        });
        if (fault)
            return fault;
    }
    return {};
}

exchange_machine::step execute_machine::bind(session_state& state) {
    const auto& parameters = statement().parameters;
    writer_.emplace(state, parameters);
    auto fault = writer_->take_names(wanted_.names);
    if (!fault)
        fault = place_outputs();
    if (!fault)
        fault = place_streams();
    if (fault)
        return abandon(state, failure_of(fault.code, std::move(fault.text)));
    for (const auto& target : outputs_) {
        if (target.store == nullptr && target.parameter < parameters.size()) {
            if (parameters[target.parameter].type.id != type_id::cursor) {
                return abandon(state,
                               failure_of(client_errc::parameter_type,
                                          "parameter " + std::to_string(target.parameter + 1) + " is no cursor"));
            }
            cursors_.push_back({target.parameter, {}, {}});
        }
    }
    if (cursors_.empty())
        return write_parameters(state);
    main_ = std::exchange(handle_, {});
    stage_ = stage::handles;
    return take_cursor_handles(state);
}

exchange_machine::step execute_machine::take_cursor_handles(session_state& state) {
    while (cursors_done_ < cursors_.size()) {
        if (!take_handle(state))
            return request_handle(state);
        cursors_[cursors_done_++].handle = std::exchange(handle_, {});
    }
    handle_ = std::exchange(main_, {});
    stage_ = stage::execute;
    return write_parameters(state);
}

exchange_machine::step execute_machine::write_parameters(session_state& state) {
    for (const auto& cursor : cursors_)
        writer_->set_cursor(cursor.parameter, cursor.handle.id);
    for (const auto& target : outputs_)
        if (!target.sample.is_null())
            writer_->set_wanted(target.parameter, natural_type(target.sample));
    auto fault = writer_->choose_types(single_row(wanted_.fields));
    if (!fault)
        fault = writer_->add_row(wanted_.fields);
    if (fault)
        return abandon(state, failure_of(fault.code, std::move(fault.text)));
    return send_bound(state);
}

exchange_machine::step execute_machine::execute_bound(session_state& state) {
    stage_ = stage::execute;
    auto& message = execution(state);
    message.forward_only = !options_.scrolling;
    message.cursor_row = options_.cursor_row.value_or(0);
    if (options_.max_rows > 0)
        message.max_rows = options_.max_rows;
    return request_execution(state, message, handle_);
}

// next_result_machine

exchange_machine::step next_result_machine::ready(session_state& state) {
    wire::more_result_request message;
    message.handle = statement_.id;
    return request(state, message, state.codec_of(statement_), false);
}

exchange_machine::step next_result_machine::reply(session_state& state, const wire::frame_view& frame) {
    if (auto fault = take_execution(state, frame, statement_, nullptr, {}, options_, outcome_); fault.code)
        return fail(std::move(fault));
    if (outcome_.has_rows)
        outcome_.rows.set_result_number(number_);
    return step::finish;
}

}  // namespace dmkit::session
