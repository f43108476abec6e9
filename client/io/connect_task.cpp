#include "client/io/connect_task.hpp"

#include <utility>

namespace dmkit::detail {

bool connect_task::begin(connection_core& core) {
    if (core.state().connected) {
        refused_ = true;
        give_up(client_errc::already_connected);
        return false;
    }
    core.reset(params_);
    environment_ = io::surroundings();
    reporter_.enter(handshake_stage::resolving, params_.host);
    return true;
}

void connect_task::found(std::vector<io::endpoint> addresses, io::socket_fault&& fault) {
    if (fault)
        give_up(fault.code, std::move(fault.detail));
    else if (addresses.empty())
        give_up(client_errc::host_not_found, params_.host);
    dialer_.set_addresses(std::move(addresses));
}

io::readiness connect_task::dial(connection_core& core) {
    if (problem().code)
        return io::readiness::none;
    const auto wanted = dialer_.run(core.socket());
    if (wanted == io::readiness::none && dialer_.fault())
        give_up(dialer_.fault().code, std::move(dialer_.fault().detail));
    return wanted;
}

void connect_task::prepare(connection_core& core, io::time_point deadline) {
    if (!begin(core))
        return;
    io::socket_fault fault;
    auto addresses = io::resolve(params_.host, params_.port, deadline, fault);
    found(std::move(addresses), std::move(fault));
    for (auto wanted = dial(core); wanted != io::readiness::none; wanted = dial(core)) {
        if (!core.socket().wait(wanted, deadline, fault))
            return give_up(client_errc::timeout, "while dialling");
    }
}

session::machine* connect_task::next(connection_core& core) {
    static_cast<void>(core);
    if (problem().code || machine_)
        return nullptr;
    machine_.emplace(params_, environment_, reporter_);
    return &*machine_;
}

void connect_task::finished(connection_core& core, session::failure& outcome) {
    if (!outcome.code || refused_)
        return;
    core.disconnect();
    auto detail = outcome.code.message();
    if (!outcome.details.message().empty())
        detail += ": " + outcome.details.message();
    reporter_.enter(handshake_stage::failed, std::move(detail));
}

}  // namespace dmkit::detail
