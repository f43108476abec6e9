#include "client/session/operation.hpp"

#include <algorithm>
#include <utility>

namespace dmkit::session {

namespace {

constexpr std::size_t read_size = 32768;  ///< bytes asked for when nothing tells how many will come

}  // namespace

operation::wish operation::start() {
    return follow(machine_.resume(state_, {}));
}

operation::wish operation::wrote(std::size_t size) {
    written_ += size;
    const std::span<const std::byte> all = state_.out;
    if (written_ < all.size())
        return {action::write, all.subspan(written_), {}};
    return follow(machine_.resume(state_, {.what = input::kind::sent}));
}

operation::wish operation::got(std::size_t size) {
    state_.assembler.commit(size);
    return take_frame();
}

operation::wish operation::secured(std::string version, std::string cipher) {
    state_.server.tls_version = std::move(version);
    state_.server.tls_cipher = std::move(cipher);
    return follow(machine_.resume(state_, {.what = input::kind::secured}));
}

operation::wish operation::failed(client_errc code, std::string detail) {
    machine_.result().details.client_message = std::move(detail);
    return follow(
        machine_.resume(state_, {.what = input::kind::failed, .error = make_error_code(code), .written = written_}));
}

operation::wish operation::follow(action next) {
    switch (next) {
        case action::secure:
        case action::write:
            written_ = 0;
            // An answer that nobody asked for is left over: the stream is out of step. In front of TLS it may be
            // anybody's.
            if (state_.assembler.pending() > 0)
                return failed(client_errc::protocol_violation, "the server sent more than it was asked for");
            if (next == action::secure)
                return {action::secure, {}, {}};
            return {action::write, state_.out, {}};
        case action::read:
            return take_frame();
        case action::done:
            if (is_fatal(machine_.result().code))
                state_.connected = false;
            return {};
    }
    return {};
}

operation::wish operation::take_frame() {
    while (true) {
        wire::decode_error error;
        const auto raw = state_.assembler.next(error);
        if (error)
            return failed(to_client_error(error.fault), error.to_string());
        if (!raw) {
            // Memory follows what has arrived, not what a header claims.
            const auto pending = state_.assembler.pending();
            const auto wanted =
                pending == 0 ? read_size : std::min(state_.assembler.missing(), std::max(read_size, pending));
            return {action::read, {}, state_.assembler.prepare(wanted)};
        }
        const auto opened = state_.security.open(*raw);
        if (opened.error)
            return failed(to_client_error(opened.error.fault), opened.error.to_string());
        wire::frame_view frame{raw->header, opened.body};
        const auto next = machine_.resume(state_, {.what = input::kind::received, .frame = &frame});
        if (next != action::read)
            return follow(next);
    }
}

}  // namespace dmkit::session
