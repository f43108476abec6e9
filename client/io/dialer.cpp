#include "client/io/dialer.hpp"

#include <sys/random.h>

#include <cerrno>
#include <ctime>
#include <stdexcept>

namespace dmkit::io {

readiness dialer::done(const endpoint& reached) {
    fault_ = {};
    reporter_.enter(handshake_stage::dialled, reached.to_string());
    return readiness::none;
}

readiness dialer::run(stream_socket& socket) {
    if (std::exchange(dialling_, false)) {
        fault_ = socket.finish_connect();
        if (!fault_)
            return done(addresses_[next_ - 1]);
        fault_.detail += " (" + addresses_[next_ - 1].to_string() + ")";
    }
    while (next_ < addresses_.size()) {
        const auto& target = addresses_[next_++];
        reporter_.enter(handshake_stage::dialling, target.to_string());
        fault_ = {};
        const auto wanted = socket.connect(target, fault_);
        if (fault_) {
            fault_.detail += " (" + target.to_string() + ")";
            continue;
        }
        if (wanted == readiness::none)
            return done(target);
        dialling_ = true;
        return wanted;
    }
    return readiness::none;
}

session::environment surroundings() {
    session::environment out;
    std::span<std::byte> room = out.random;
    while (!room.empty()) {
        const auto got = ::getrandom(room.data(), room.size(), 0);
        if (got < 0 && errno != EINTR)
            throw std::runtime_error("the system gives no random bytes");
        if (got > 0)
            room = room.subspan(static_cast<std::size_t>(got));
    }
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    if (::localtime_r(&now, &local) != nullptr)
        out.time_zone = static_cast<std::int16_t>(local.tm_gmtoff / 60);
    return out;
}

}  // namespace dmkit::io
