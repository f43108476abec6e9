#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dmkit/connect_params.hpp>
#include <dmkit/server_info.hpp>
#include <dmkit/wire/key_exchange.hpp>
#include <dmkit/wire/messages/session.hpp>

#include "client/session/machine.hpp"

namespace dmkit::session {

using stage_observer = std::function<void(const handshake_event&)>;

/// Tells an observer of the transitions of one connect.
class stage_reporter {
  public:
    explicit stage_reporter(stage_observer observer) : observer_(std::move(observer)) {}
    void enter(handshake_stage next, std::string detail = {}) {
        const handshake_event event{std::exchange(stage_, next), next, std::move(detail)};
        if (!observer_)
            return;
        // An observer that throws is not called again.
        auto observer = std::exchange(observer_, nullptr);
        observer(event);
        observer_ = std::move(observer);
    }
    [[nodiscard]] handshake_stage stage() const noexcept { return stage_; }

  private:
    stage_observer observer_;
    handshake_stage stage_ = handshake_stage::idle;
};

/// What the handshake needs of the machine it runs on.
struct environment {
    std::array<std::byte, wire::key_exchange::key_size> random{};  ///< from a cryptographic generator
    std::int16_t time_zone = 0;                                    ///< the machine's, minutes east of UTC
};

/// STARTUP, key agreement, LOGIN and the session's settings, over a transport that stands. The state must be fresh.
class handshake_machine final : public exchange_machine {
  public:
    /// @p params and @p reporter must outlive the machine.
    handshake_machine(const connect_params& params, const environment& surroundings, stage_reporter& reporter)
        : exchange_machine("connect"), params_(params), environment_(surroundings), reporter_(reporter) {}

  private:
    enum class stage : std::uint8_t { startup, login, allocate, schema };

    step begin(session_state& state) override;
    step answer(session_state& state, const wire::frame_view& frame) override;
    step refused(session_state& state) override;
    step secured(session_state& state) override;
    void lost(session_state& state) override;
    void abandoned(session_state& state) override { lost(state); }
    void receiving(session_state& state, const wire::frame_view& frame) override;

    step take_startup(session_state& state, const wire::frame_view& frame);
    step agree_on_key(session_state& state, const wire::startup_response& response);
    /// Asks for a TLS handshake if the server does and the parameters allow it.
    step settle_tls(session_state& state, std::int32_t encrypt_type);
    step send_login(session_state& state);
    step take_login(session_state& state, const wire::frame_view& frame);
    step send_schema(session_state& state);
    step take_schema(session_state& state, const wire::frame_view& frame);
    step ready(session_state& state);
    /// Appends one of the credentials, encrypted if login encryption is in force.
    step add_credential(session_state& state, std::string_view value, std::vector<std::byte>& out, bool& done);

    const connect_params& params_;
    const environment& environment_;
    stage_reporter& reporter_;
    stage stage_ = stage::startup;
    std::optional<wire::key_exchange> keys_;
    std::unique_ptr<wire::message_cipher> login_cipher_;  ///< of user and password alone
    statement_handle handle_;
    bool new_client_type_ = false;  ///< the server wants client type 5
};

/// True if the dotted version @p version is later than @p than, component by component over @p version's own.
[[nodiscard]] bool is_later(std::string_view version, std::string_view than) noexcept;

}  // namespace dmkit::session
