#include "client/session/control.hpp"

#include <utility>

#include <dmkit/wire/messages/session.hpp>

namespace dmkit::session {

void end_transaction(session_state& state) noexcept {
    state.in_transaction = false;
    state.wanted_isolation = state.base_isolation;
    state.wanted_read_only = state.base_read_only;
}

exchange_machine::step end_machine::begin(session_state& state) {
    if (how_ == ending::commit)
        return request(state, wire::commit_request{}, state.codec, true);
    return request(state, wire::rollback_request{}, state.codec, true);
}

exchange_machine::step end_machine::answer(session_state& state, const wire::frame_view& frame) {
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
    state.in_transaction = true;
    return step::finish;
}

exchange_machine::step begin_machine::reply(session_state& state, const wire::frame_view& frame) {
    static_cast<void>(state);
    static_cast<void>(frame);
    return step::finish;
}

exchange_machine::step leave_machine::begin(session_state& state) {
    if (state.commits_by_itself() && !state.rollback_pending)
        return step::finish;
    return request(state, wire::rollback_request{}, state.codec, false);
}

exchange_machine::step leave_machine::answer(session_state& state, const wire::frame_view& frame) {
    static_cast<void>(frame);
    state.rollback_pending = false;
    end_transaction(state);
    return step::finish;
}

}  // namespace dmkit::session
