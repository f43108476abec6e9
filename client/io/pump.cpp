#include "client/io/pump.hpp"

#include <utility>

namespace dmkit::io {

readiness pump::run() {
    using session::action;
    if (!std::exchange(started_, true))
        wish_ = operation_.start();
    while (true) {
        socket_fault fault;
        switch (wish_.what) {
            case action::done:
                return readiness::none;
            case action::write: {
                const auto sent = socket_.send(wish_.out, fault);
                if (fault)
                    wish_ = operation_.failed(fault.code, std::move(fault.detail));
                else if (!sent)
                    return readiness::writable;
                else
                    wish_ = operation_.wrote(*sent);
                // The answer to what has just been sent cannot be here yet: asking for it would only cost a call.
                if (wish_.what == action::read)
                    return readiness::readable;
                break;
            }
            case action::read: {
                const auto got = socket_.receive(wish_.in, fault);
                if (fault)
                    wish_ = operation_.failed(fault.code, std::move(fault.detail));
                else if (!got)
                    return readiness::readable;
                else if (*got == 0)
                    wish_ = operation_.failed(client_errc::peer_closed);
                else
                    wish_ = operation_.got(*got);
                break;
            }
        }
    }
}

}  // namespace dmkit::io
