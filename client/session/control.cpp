#include "client/session/control.hpp"

#include <utility>

#include <dmkit/wire/messages/session.hpp>
#include <dmkit/wire/messages/statement.hpp>

namespace dmkit::session {

void end_transaction(session_state& state) noexcept {
    state.in_transaction = false;
    state.wanted_isolation = state.base_isolation;
    state.isolation_named = false;
    state.wanted_read_only = state.base_read_only;
}

exchange_machine::step ending_machine::begin(session_state& state) {
    freeing_ = state.statement_pool_size == 0 && !state.idle_handles.empty();
    if (!freeing_)
        return ready(state);
    const wire::free_request message{state.idle_handles.back().id};
    state.idle_handles.pop_back();
    return request(state, message, state.codec, false);
}

exchange_machine::step ending_machine::answer(session_state& state, const wire::frame_view& frame) {
    return freeing_ ? begin(state) : reply(state, frame);
}

exchange_machine::step end_machine::ready(session_state& state) {
    if (how_ == ending::commit)
        return request(state, wire::commit_request{}, state.codec, true);
    return request(state, wire::rollback_request{}, state.codec, true);
}

exchange_machine::step end_machine::reply(session_state& state, const wire::frame_view& frame) {
    static_cast<void>(frame);
    state.rollback_pending = false;
    end_transaction(state);
    return step::finish;
}

void end_machine::lost(session_state& state) {
    end_transaction(state);
    auto& details = result_.details;
    if (how_ != ending::commit || details.delivered != delivery::maybe_sent)
        return;
    auto cause = result_.code.message();
    if (!details.client_message.empty())
        cause += ": " + details.client_message;
    details.client_message = std::move(cause);
    result_.code = make_error_code(client_errc::commit_outcome_unknown);
}

exchange_machine::step begin_machine::ready(session_state& state) {
    if (!state.isolation_named)
        return request(state, wire::isolation_request{static_cast<std::int32_t>(state.isolation)}, state.codec, false);
    state.in_transaction = true;
    return step::finish;
}

exchange_machine::step begin_machine::reply(session_state& state, const wire::frame_view& frame) {
    static_cast<void>(frame);
    state.isolation_named = true;
    return ready(state);
}

exchange_machine::step leave_machine::ready(session_state& state) {
    if (state.commits_by_itself() && !state.rollback_pending)
        return step::finish;
    return request(state, wire::rollback_request{}, state.codec, false);
}

exchange_machine::step leave_machine::reply(session_state& state, const wire::frame_view& frame) {
    static_cast<void>(frame);
    state.rollback_pending = false;
    end_transaction(state);
    return step::finish;
}

}  // namespace dmkit::session
