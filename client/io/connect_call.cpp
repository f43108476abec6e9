#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include <dmkit/connection.hpp>

#include "client/io/async_call.hpp"
#include "client/io/connect_task.hpp"

namespace dmkit {

namespace {

/// connect() without blocking: Asio's resolver, then dialling, then the handshake as any other call.
class connect_call final : public detail::handler_call<> {
  public:
    connect_call(std::shared_ptr<detail::connection_core> core, diagnostics* details, completion_handler<> handler,
                 connect_params params)
        : handler_call(std::move(core), details, std::move(handler)),
          task_(std::move(params), core_->observer),
          resolver_(transport_.serial()) {}

  private:
    enum class phase { begin, looking_up, dialling };

    detail::task& work() override { return task_; }
    void deliver(error_code code) override { call(code); }
    void interrupt_prepare() override { resolver_.cancel(); }

    bool prepare() override {
        if (interrupted() != client_errc{}) {
            task_.give_up(interrupted(), phase_ == phase::dialling ? "while dialling" : "while looking up the host");
            return true;
        }
        if (phase_ == phase::begin) {
            if (!task_.begin(*core_))
                return true;
            if (!look_up())
                return false;
        }
        if (phase_ == phase::looking_up)
            phase_ = phase::dialling;
        // The socket of an address that did not answer is closed by dialling the next one.
        transport_.unwatch();
        const auto wanted = task_.dial(*core_);
        if (wanted == io::readiness::none)
            return true;
        wait(wanted);
        return false;
    }

    /// @return false if the answer comes later
    bool look_up() {
        phase_ = phase::looking_up;
        const auto& params = task_.params();
        if (io::is_literal(params.host)) {
            io::socket_fault fault;
            auto found = io::resolve(params.host, params.port, io::no_deadline, fault);
            task_.found(std::move(found), std::move(fault));
            return true;
        }
        const auto self = shared_from_this();
        resolver_.async_resolve(params.host, std::to_string(params.port),
                                [this, self](error_code code, const resolver::results_type& answer) {
                                    take(code, answer);
                                    advance();
                                });
        return false;
    }

    using resolver = boost::asio::ip::basic_resolver<boost::asio::ip::tcp, detail::async_transport::strand>;

    void take(error_code code, const resolver::results_type& answer) {
        if (interrupted() != client_errc{})
            return;
        std::vector<io::endpoint> addresses;
        for (const auto& entry : answer) {
            const auto point = entry.endpoint();
            io::endpoint address;
            std::memcpy(&address.address, point.data(), point.size());
            address.size = static_cast<socklen_t>(point.size());
            addresses.push_back(address);
        }
        io::socket_fault fault;
        if (code)
            fault = {client_errc::host_not_found, task_.params().host + ": " + code.message()};
        task_.found(std::move(addresses), std::move(fault));
    }

    detail::connect_task task_;
    resolver resolver_;
    phase phase_ = phase::begin;
};

}  // namespace

void connection::start_connect(const shared_core& core, connect_params params, diagnostics* details,
                               completion_handler<> handler) {
    if (core->transport() == nullptr) {
        detail::post_refusal<>(core, std::move(handler), detail::refuse_call(core, details));
        return;
    }
    const auto deadline = core->connect_deadline(params, {});
    const auto call = std::make_shared<connect_call>(core, details, std::move(handler), std::move(params));
    call->connect_slot();
    call->start(deadline);
}

}  // namespace dmkit
