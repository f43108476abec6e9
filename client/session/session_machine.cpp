#include "client/session/session_machine.hpp"

#include <utility>

#include <dmkit/wire/byte_writer.hpp>
#include <dmkit/wire/messages/session.hpp>

namespace dmkit::session {

bool fill_sql(session_state& state, std::string_view sql, std::vector<std::byte>& buffer,
              wire::prepare_request& message) {
    buffer.clear();
    // The text ends at its first zero byte on the wire: what stands behind one would be cut off silently.
    if (sql.find('\0') != std::string_view::npos || !encode_text(state, sql, buffer))
        return false;
    message.sql = wire::as_text(buffer);
    return true;
}

bool session_machine::take_handle(session_state& state) {
    if (handle_.id != 0)
        return true;
    if (state.idle_handles.empty())
        return false;
    handle_ = state.idle_handles.back();
    state.idle_handles.pop_back();
    return true;
}

exchange_machine::step session_machine::request_handle(session_state& state) {
    return pay(state, debt::allocate);
}

exchange_machine::step session_machine::request_prepare(session_state& state, wire::prepare_request message,
                                                        std::string_view sql) {
    std::vector<std::byte> text;
    if (!fill_sql(state, sql, text, message)) {
        declined(state);
        return fail(client_errc::text_not_encodable, "the statement's text");
    }
    message.handle = handle_.id;
    message.autocommit = state.commits_by_itself();
    return request(state, message, state.codec_of(handle_), message.direct);
}

exchange_machine::step session_machine::request_execution(session_state& state, const wire::execute_request& message,
                                                          const statement_handle& handle) {
    state.out.clear();
    encode(message, state.codec_of(handle), state.out);
    if (!state.execute2)
        wire::byte_writer(state.out).patch(wire::header_offset::code,
                                           static_cast<std::uint16_t>(wire::command::execute_old));
    return seal(state, true);
}

exchange_machine::step session_machine::settle(session_state& state) {
    paying_ = debt::none;
    if (state.rollback_pending)
        return pay(state, debt::rollback);
    // In the order of the vendor's Go driver.
    if (state.read_only != state.wanted_read_only)
        return set_read_only(state);
    if (state.isolation != state.wanted_isolation)
        return pay(state, debt::isolation);
    if (state.idle_handles.size() > state.statement_pool_size)
        return pay(state, debt::free_handle);
    return ready(state);
}

exchange_machine::step session_machine::pay(session_state& state, debt what) {
    paying_ = what;
    switch (what) {
        case debt::rollback:
            return request(state, wire::rollback_request{}, state.codec, false);
        case debt::isolation:
            return request(state, wire::isolation_request{static_cast<std::int32_t>(state.wanted_isolation)},
                           state.codec, false);
        case debt::free_handle: {
            const wire::free_request message{state.idle_handles.back().id};
            state.idle_handles.pop_back();
            return request(state, message, state.codec, false);
        }
        case debt::allocate:
        case debt::read_only_handle:
            return request(state, wire::allocate_request{}, state.codec, false);
        case debt::read_only:
        case debt::none:
            break;
    }
    return step::finish;
}

exchange_machine::step session_machine::set_read_only(session_state& state) {
    if (!take_handle(state))
        return pay(state, debt::read_only_handle);
    paying_ = debt::read_only;
    wire::prepare_request message;
    message.handle = handle_.id;
    // As the Go driver, whose transaction has begun when it makes the session read only.
    message.autocommit = !state.wanted_read_only;
    message.direct = true;
    message.generated_keys = 1;
    message.sql = state.wanted_read_only ? "SP_SET_SESSION_READONLY(1)" : "SP_SET_SESSION_READONLY(0)";
    return request(state, message, state.codec_of(handle_), false);
}

exchange_machine::step session_machine::answer(session_state& state, const wire::frame_view& frame) {
    switch (paying_) {
        case debt::none:
            return reply(state, frame);
        case debt::rollback:
            state.rollback_pending = false;
            break;
        case debt::isolation:
            state.isolation = state.wanted_isolation;
            state.isolation_named = true;
            break;
        case debt::read_only:
            state.read_only = state.wanted_read_only;
            state.release(std::exchange(handle_, {}));
            break;
        case debt::free_handle:
            break;
        case debt::allocate:
        case debt::read_only_handle: {
            wire::allocate_response response;
            if (const auto error = decode(frame, state.codec, response))
                return fail(error);
            handle_ = {response.handle, response.base_names};
            if (handle_.id == 0)
                return fail(client_errc::protocol_violation, "the server gave a statement the handle 0");
            break;
        }
    }
    return settle(state);
}

exchange_machine::step session_machine::refused(session_state& state) {
    switch (paying_) {
        case debt::none:
            return declined(state);
        case debt::isolation:
            state.wanted_isolation = state.isolation;
            break;
        case debt::read_only:
            state.wanted_read_only = state.read_only;
            break;
        case debt::rollback:
            // A transaction that cannot be undone must not be continued by a later statement.
            return fail(client_errc::protocol_violation,
                        "the server refused to roll back: " + std::string(result_.details.server_message));
        default:
            break;
    }
    state.release(std::exchange(handle_, {}));
    return declined(state);
}

void session_machine::abandoned(session_state& state) {
    declined(state);
}

}  // namespace dmkit::session
