#pragma once

// Templates of server_session's members, for the files that implement it.

#include <utility>

#include <fmt/format.h>

#include <dmkit/wire/printable.hpp>

#include "mockserver/session/server_session.hpp"
#include "mockserver/session/session_text.hpp"

namespace dmkit::mock {

/// DM8's code for a wrong user name or password.
inline constexpr int wrong_credentials = -2501;

/// Thrown where bytes inside a message turn out to be none of its kind: the connection is closed.
struct malformed_request {
    wire::decode_error error;
};

/// The level with the wire's number. @throws sql_error if there is none
[[nodiscard]] isolation isolation_of(std::int32_t number);

template <class M>
bool server_session::decode_request(const wire::frame_view& frame, M& out) {
    if (const auto error = decode(frame, context(), out)) {
        malformed(error);
        return false;
    }
    return true;
}

template <class M>
void server_session::answer(const M& message, const server_statement* statement) {
    const auto begin = output_.size();
    encode(message, context(statement), output_);
    seal(begin);
}

template <class Operation>
void server_session::run(void (server_session::*finish)(), Operation&& operation) {
    pending_.finish = finish;
    busy_ = true;
    try {
        operation([this](std::optional<sql_error> error) { operation_ended(std::move(error)); });
    } catch (...) {
        busy_ = false;
        throw;
    }
}

template <class... Arguments>
void server_session::log(log_level level, std::string_view format, const Arguments&... arguments) {
    if (server_.log.enabled(level))
        server_.log.write(level, wire::printable(fmt::format("session {} ({}): ", id_, peer_) +
                                                 fmt::format(fmt::runtime(format), arguments...)));
}

}  // namespace dmkit::mock
