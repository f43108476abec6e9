#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <dmkit/wire/messages/message.hpp>

/// Messages of start-up, login and the session. Field meanings: docs/protocol, connection layer; texts are in the
/// session's character set and not converted here.
namespace dmkit::wire {

struct startup_request {
    std::int32_t encrypt_type = 0;              ///< wish for TLS; every driver sends 0
    std::int32_t compress = 0;                  ///< 0 off, 1 always, 2 automatic
    bool has_key = false;                       ///< client_key follows
    std::uint8_t communication_encryption = 0;  ///< 2: also understands a hash id in the answer
    std::uint8_t column_format = 0;             ///< 2: column-wise results wanted
    std::uint8_t compress_id = 0;               ///< 0 zlib, 1 snappy
    std::uint8_t force_certificate = 0;
    std::uint8_t mark_network = 0;
    bool crc = true;  ///< client knows CRC mode
    std::uint16_t message_version = 8;
    std::uint8_t unknown_37 = 0;  ///< 1 from the native library
    std::uint8_t unknown_38 = 0;
    std::uint8_t unknown_39 = 0;  ///< 1 from the native library
    std::string_view client_version;
    std::uint8_t ukey = 0;
    std::span<const std::byte> client_key;  ///< 64 bytes, big-endian
    std::optional<std::string_view> catalog;
    std::span<const std::byte> tail;  ///< of clients above message version 8; meaning unknown
};
DMKIT_WIRE_MESSAGE(startup_request);

struct startup_response {
    std::int32_t encrypt_type = 0;  ///< 0 none, 1 TLS from here on, 2 TLS handshake only
    std::int32_t serial = 0;
    std::int32_t encoding = 1;  ///< 1 UTF-8, 2 EUC-KR, else GB18030
    std::int32_t compress = 0;
    std::int32_t security_flag = 0;
    bool has_key = false;
    std::uint8_t communication_encryption = 0;  ///< > 0: cipher_id follows; 2: hash_id as well
    std::uint8_t column_format = 0;
    std::uint8_t compress_id = 0;
    std::uint8_t mark_network = 0;
    bool crc = false;
    std::uint8_t name_binding = 0;
    bool new_client_type = true;  ///< client sends type 5 in LOGIN instead of 2
    std::uint16_t message_version = 8;
    std::string_view server_version;  ///< not from message version 21 on
    std::int32_t cipher_id = -1;      ///< −1: login encryption with the default cipher
    std::span<const std::byte> server_key;
    std::int32_t hash_id = -1;
    std::optional<std::int64_t> unknown_tail;      ///< from message version 17 on
    std::optional<std::uint16_t> login_algorithm;  ///< likewise; the default cipher: 0 DES, else AES-256
};
DMKIT_WIRE_MESSAGE(startup_response);

struct login_request {
    std::int32_t client_type = 5;
    std::int32_t isolation = -1;  ///< −1: the server's default
    std::int32_t language = 0;    ///< 0 simplified Chinese, 1 English, 2 traditional Chinese
    bool read_only = false;
    std::int16_t time_zone = 0;        ///< minutes east of UTC
    std::int32_t session_timeout = 0;  ///< seconds, 0 none
    std::uint8_t mpp_local = 0;
    std::uint8_t rw_separate = 0;
    bool new_lob = true;
    std::uint8_t os_authentication = 0;
    std::uint8_t unknown_43 = 0;          ///< 1 from the npm driver
    std::uint8_t unknown_44 = 0;          ///< 1 from the npm driver
    std::span<const std::byte> user;      ///< encrypted when login encryption is in force
    std::span<const std::byte> password;  ///< likewise; never printed
    std::string_view application_name;
    std::string_view os_name;
    std::string_view host_name;
    std::uint8_t rw_standby = 0;
    std::optional<std::string_view> attributes;  ///< of clients above message version 8
};
DMKIT_WIRE_MESSAGE(login_request);

struct login_response {
    std::int32_t max_data_length = 8192;  ///< bytes
    std::int32_t max_sessions = 0;
    bool ddl_auto_commit = true;
    std::int32_t isolation = 1;
    bool case_sensitive = true;
    bool back_slash = false;
    std::int16_t server_mode = 0;   ///< 0 NORMAL, 1 PRIMARY, 2 STANDBY
    std::int16_t server_state = 4;  ///< 3 MOUNT, 4 OPEN, 5 SUSPEND
    bool constant_parameters = false;
    std::int16_t database_time_zone = 480;  ///< minutes east of UTC
    bool has_standby = false;
    bool new_lob = true;
    std::int32_t fetch_buffer_size = 0;   ///< bytes
    std::int16_t lifetime_remainder = 0;  ///< days the password stays valid
    bool dsc_control = false;
    std::string_view instance_name;
    std::string_view schema;
    std::string_view last_login_address;
    std::string_view last_login_time;
    std::int32_t failed_attempts = 0;
    std::int32_t login_warning = 0;
    std::int32_t grace_time_remainder = 0;  ///< days
    std::string_view guid;
    std::string_view database_name;
    std::string_view standby_host;
    std::int32_t standby_port = 0;
    std::uint16_t standby_count = 0;
    std::optional<std::int64_t> session_id;
    std::optional<std::uint8_t> oracle_formats;
    std::optional<std::string_view> date_format;
    std::optional<std::string_view> time_format;
    std::optional<std::string_view> timestamp_format;
    std::optional<std::string_view> timestamp_tz_format;
    std::optional<std::string_view> time_tz_format;
    /// Fields of later message versions. The native client library wants at least two bytes here, whatever version is
    /// in force; fourteen zero bytes suit every driver (docs/protocol/drivers.md).
    std::span<const std::byte> tail;
};
DMKIT_WIRE_MESSAGE(login_response);

struct commit_request {
    std::int32_t handle = 0;  ///< no meaning; −1 from the native library
};
DMKIT_WIRE_MESSAGE(commit_request);

struct rollback_request {
    std::int32_t handle = 0;  ///< no meaning; −1 from the native library
};
DMKIT_WIRE_MESSAGE(rollback_request);

struct isolation_request {
    std::int32_t level = 1;  ///< 0 read uncommitted to 3 serializable
};
DMKIT_WIRE_MESSAGE(isolation_request);

/// Success of a message that answers nothing else: COMMIT, ROLLBACK, SESS_ISO, STMT_FREE, PUT_DATA.
struct simple_response {};
DMKIT_WIRE_MESSAGE(simple_response);

/// Any message may be answered by this; frame_view::result() is then negative.
struct error_response {
    std::int32_t code = 0;  ///< DM's, negative
    std::string_view schema;
    std::string_view table;
    std::string_view column;
    std::string_view text;
};
DMKIT_WIRE_MESSAGE(error_response);

}  // namespace dmkit::wire
