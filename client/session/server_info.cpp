#include <dmkit/server_info.hpp>

namespace dmkit {

std::string_view to_string(handshake_stage stage) noexcept {
    switch (stage) {
        case handshake_stage::idle:
            return "idle";
        case handshake_stage::resolving:
            return "resolving";
        case handshake_stage::dialling:
            return "dialling";
        case handshake_stage::dialled:
            return "dialled";
        case handshake_stage::startup_sent:
            return "startup_sent";
        case handshake_stage::startup_answered:
            return "startup_answered";
        case handshake_stage::keys_agreed:
            return "keys_agreed";
        case handshake_stage::securing:
            return "securing";
        case handshake_stage::secured:
            return "secured";
        case handshake_stage::login_sent:
            return "login_sent";
        case handshake_stage::logged_in:
            return "logged_in";
        case handshake_stage::schema_sent:
            return "schema_sent";
        case handshake_stage::ready:
            return "ready";
        case handshake_stage::failed:
            return "failed";
    }
    return "?";
}

}  // namespace dmkit
