#include "client/session/machine.hpp"

#include <utility>

#include <dmkit/wire/messages/session.hpp>
#include <dmkit/wire/messages/statement.hpp>

namespace dmkit::session {

namespace {

/// A header-only sign of life that newer servers send while a request is running (docs/protocol: server heartbeat).
constexpr std::uint16_t heartbeat = 269;

/// The character set of error texts differs from the session's in one combination (docs/protocol: encodings).
std::string error_text(session_state& state, std::string_view encoded) {
    if (state.text.set() != wire::charset::euc_kr || state.language == language::english)
        return state.utf8(encoded);
    std::string out;
    wire::charset_converter(wire::charset::gb18030).append_utf8(wire::as_bytes(encoded), out);
    return out;
}

}  // namespace

std::string_view to_string(action value) noexcept {
    switch (value) {
        case action::write:
            return "write";
        case action::read:
            return "read";
        case action::secure:
            return "secure";
        case action::done:
            return "done";
    }
    return "?";
}

client_errc to_client_error(wire::decode_fault fault) noexcept {
    switch (fault) {
        case wire::decode_fault::bad_check:
            return client_errc::checksum;
        case wire::decode_fault::too_large:
            return client_errc::message_too_large;
        case wire::decode_fault::unsupported:
            return client_errc::server_not_supported;
        default:
            return client_errc::frame_format;
    }
}

failure failure_of(client_errc code, std::string text) {
    failure out;
    out.code = make_error_code(code);
    out.details.client_message = std::move(text);
    return out;
}

failure failure_of(const wire::decode_error& error) {
    return failure_of(to_client_error(error.fault), error.to_string());
}

failure failure_of(std::exception_ptr thrown) {
    auto out = failure_of(client_errc::exception_thrown, {});
    try {
        std::rethrow_exception(thrown);
    } catch (const error& fault) {
        if (fault.code().category() == client_category() && !is_fatal(fault.code()))
            out.code = fault.code();
        out.details.client_message = fault.what();
    } catch (const std::exception& fault) {
        out.details.client_message = fault.what();
    } catch (...) {
        out.details.client_message = "an exception that is no std::exception";
    }
    out.thrown = std::move(thrown);
    return out;
}

action exchange_machine::resume(session_state& state, const input& what) {
    try {
        return proceed(state, what);
    } catch (...) {
        // Only a frame that has come as a whole, or the beginning, leads to where this can be thrown.
        fail(failure_of(std::current_exception()));
        abandoned(state);
        return after(state, step::finish);
    }
}

action exchange_machine::proceed(session_state& state, const input& what) {
    switch (what.what) {
        case input::kind::start:
            return after(state, begin(state));
        case input::kind::sent:
            return action::read;
        case input::kind::received: {
            if (what.frame->code() == heartbeat && what.frame->body.empty())
                return action::read;
            if (effective_)
                had_effect_ = true;
            effective_ = false;
            receiving(state, *what.frame);
            const auto code = what.frame->result();
            if (code >= 0 || code == wire::row_set_size_exceeded)
                return after(state, answer(state, *what.frame));
            take_refusal(state, *what.frame);
            return after(state, is_fatal(result_.code) ? step::finish : refused(state));
        }
        case input::kind::secured:
            return after(state, secured(state));
        case input::kind::failed:
            result_.code = what.error;
            if (effective_)
                result_.details.delivered = what.written > 0 || had_effect_ ? delivery::maybe_sent : delivery::not_sent;
            else
                result_.details.delivered = had_effect_ ? delivery::answered : delivery::not_sent;
            lost(state);
            return action::done;
    }
    return action::done;
}

action exchange_machine::after(session_state& state, step next) {
    if (next == step::send)
        return action::write;
    if (next == step::secure)
        return action::secure;
    if (result_.code) {
        const bool answered = had_effect_ || result_.code.category() == server_category();
        result_.details.delivered = answered ? delivery::answered : delivery::not_sent;
        if (is_fatal(result_.code))
            lost(state);
    }
    return action::done;
}

exchange_machine::step exchange_machine::seal(session_state& state, bool effective) {
    if (state.out.size() > wire::max_message_size)
        return fail(client_errc::request_too_large, std::to_string(state.out.size()) + " bytes");
    if (const auto fault = state.security.seal(state.out, 0); fault != wire::cipher_fault::none)
        return fail(client_errc::transport_failure, std::string(to_string(fault)));
    effective_ = effective;
    return step::send;
}

exchange_machine::step exchange_machine::fail(client_errc code, std::string message) {
    result_.code = make_error_code(code);
    result_.details.client_message = std::move(message);
    return step::finish;
}

exchange_machine::step exchange_machine::fail(const wire::decode_error& error) {
    return fail(to_client_error(error.fault), error.to_string());
}

exchange_machine::step exchange_machine::fail(failure&& fault) {
    result_.code = fault.code;
    result_.details.client_message = std::move(fault.details.client_message);
    result_.thrown = std::move(fault.thrown);
    return step::finish;
}

void exchange_machine::take_refusal(session_state& state, const wire::frame_view& frame) {
    wire::error_response response;
    if (const auto error = decode(frame, state.codec, response)) {
        fail(error);
        return;
    }
    result_.code = error_code(frame.result(), server_category());
    auto& details = result_.details;
    details.server_message = error_text(state, response.text);
    details.schema_name = state.utf8(response.schema);
    details.table_name = state.utf8(response.table);
    details.column_name = state.utf8(response.column);
}

}  // namespace dmkit::session
