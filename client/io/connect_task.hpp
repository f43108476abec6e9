#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "client/io/connection_core.hpp"
#include "client/io/dialer.hpp"
#include "client/session/handshake.hpp"

namespace dmkit::detail {

/// connect(): looks the host up, dials, shakes hands. Looking up and dialling are done by prepare(), or by the parts of
/// it that an asynchronous call puts together in its own way.
class connect_task final : public task {
  public:
    connect_task(connect_params params, std::function<void(const handshake_event&)> observer)
        : params_(std::move(params)), reporter_(std::move(observer)), dialer_(reporter_) {}

    session::machine* next(connection_core& core) override;
    void prepare(connection_core& core, io::time_point deadline) override;
    void finished(connection_core& core, session::failure& outcome) override;
    [[nodiscard]] bool needs_session() const override { return false; }

    /// @return false if nothing is to be done: problem() tells
    bool begin(connection_core& core);
    /// What the look-up found.
    void found(std::vector<io::endpoint> addresses, io::socket_fault&& fault);
    /// Begins to dial, or goes on after the socket became writable. @return none at the end
    io::readiness dial(connection_core& core);
    /// Ends the call.
    void give_up(client_errc code, std::string text = {}) {
        if (!problem().code)
            fail(code, "connect", std::move(text));
    }
    [[nodiscard]] const connect_params& params() const noexcept { return params_; }

  private:
    connect_params params_;
    session::stage_reporter reporter_;
    io::dialer dialer_;
    session::environment environment_;
    std::optional<session::handshake_machine> machine_;
    bool refused_ = false;  ///< there was a connection already, which stays
};

}  // namespace dmkit::detail
