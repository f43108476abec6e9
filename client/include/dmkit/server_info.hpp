#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dmkit {

/// What the server said of itself and of the session at start-up and login. Text is UTF-8.
struct server_info {
    std::string version;        ///< dotted, `8.1.3.140`
    std::string instance_name;  ///< `DMSERVER`
    std::string database_name;  ///< `DAMENG`
    std::string guid;
    std::int64_t session_id = 0;  ///< as V$SESSIONS shows it; 0 if the server did not say
    std::string character_set;    ///< of the session: `UTF-8`, `GB18030`, `EUC-KR`
    std::uint16_t message_version = 0;
    bool encrypted = false;   ///< every message is encrypted (communication encryption)
    std::string tls_version;  ///< `TLSv1.3`; empty: the session is not in TLS (it may have been for the handshake only)
    std::string tls_cipher;   ///< `TLS_AES_256_GCM_SHA384`
    bool compressed = false;  ///< messages are compressed, all or the large ones, as the server decided
    bool case_sensitive = true;
    bool ddl_auto_commit = true;          ///< DDL commits the transaction
    std::int16_t mode = 0;                ///< 0 NORMAL, 1 PRIMARY, 2 STANDBY
    std::int16_t state = 4;               ///< 3 MOUNT, 4 OPEN, 5 SUSPEND
    std::int16_t database_time_zone = 0;  ///< minutes east of UTC
    std::int32_t max_row_size = 0;        ///< bytes
    std::string last_login_address;       ///< of the login before this one
    std::string last_login_time;          ///< likewise, as the server prints it
    std::int32_t failed_logins = 0;       ///< since then
    std::int32_t password_warning = 0;    ///< 0 none
    std::int16_t password_days_left = 0;  ///< days the password stays valid
};

/// Steps of connecting, in order. An observer (connection::on_stage) is told of each.
enum class handshake_stage : std::uint8_t {
    idle,
    resolving,         ///< the host's name is looked up
    dialling,          ///< TCP connection to one address
    dialled,           ///< the transport stands
    startup_sent,      ///< STARTUP with our offers is on its way
    startup_answered,  ///< versions, character set and encryption are settled
    keys_agreed,       ///< the session key is computed
    securing,          ///< the TLS handshake has begun, because the server demands it
    secured,           ///< it has succeeded
    login_sent,        ///< LOGIN with the credentials is on its way
    logged_in,         ///< the server has accepted them
    schema_sent,       ///< the schema of the parameters is being set
    ready,
    failed,
};

[[nodiscard]] std::string_view to_string(handshake_stage stage) noexcept;

/// One transition. @p detail tells what was found (an address, a version, an error); never a secret.
struct handshake_event {
    handshake_stage from = handshake_stage::idle;
    handshake_stage to = handshake_stage::idle;
    std::string detail;
};

}  // namespace dmkit
