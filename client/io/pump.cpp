#include "client/io/pump.hpp"

#include <utility>

namespace dmkit::io {

readiness pump::run() {
    using session::action;
    if (!std::exchange(started_, true))
        wish_ = operation_.start();
    while (true) {
        socket_fault fault;
        auto wanted = readiness::none;
        switch (wish_.what) {
            case action::done:
                return readiness::none;
            case action::secure:
                wanted = secure();
                break;
            case action::write: {
                const auto sent = transport_.send(wish_.out, fault, wanted);
                if (fault)
                    wish_ = operation_.failed(fault.code, std::move(fault.detail));
                else if (sent)
                    wish_ = operation_.wrote(*sent);
                // The answer to what has just been sent cannot be here yet: asking for it would only cost a call.
                if (wish_.what == action::read && !transport_.has_input())
                    return readiness::readable;
                break;
            }
            case action::read: {
                const auto got = transport_.receive(wish_.in, fault, wanted);
                if (fault)
                    wish_ = operation_.failed(fault.code, std::move(fault.detail));
                else if (got && *got == 0)
                    wish_ = operation_.failed(client_errc::peer_closed);
                else if (got)
                    wish_ = operation_.got(*got);
                break;
            }
        }
        if (wanted != readiness::none)
            return wanted;
    }
}

readiness pump::secure() {
    socket_fault fault;
    const auto wanted = transport_.secure(state_.tls_only_handshake, fault);
    if (fault)
        wish_ = operation_.failed(fault.code, std::move(fault.detail));
    else if (wanted == readiness::none)
        wish_ = operation_.secured(transport_.tls_version(), transport_.tls_cipher());
    return wanted;
}

}  // namespace dmkit::io
