#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace dmkit::mock {

/// The character set that travels; data is UTF-8 inside whatever this says.
enum class charset : std::uint8_t { utf8, gb18030, euc_kr };

/// What the server answers a client that offers encryption (docs/architecture: what the mock negotiates).
enum class cipher_choice : std::uint8_t {
    automatic,      ///< communication encryption for clients that offer more than message version 8, else login's
    login,          ///< login encryption, DES-CFB: user and password only
    communication,  ///< every message, with an MD5 digest: profile::cipher_id
    none,           ///< no key is offered, everything travels in clear
};

/// Which messages are compressed. DM8 decides; a client only asks.
enum class compression_choice : std::uint8_t {
    as_asked,  ///< as the client asks
    off,
    always,  ///< every message that has a body
    large,   ///< those whose body has more than 8192 bytes
};
enum class compression_algorithm : std::uint8_t { as_asked, zlib, snappy };

/// What the answer to STARTUP says of TLS (its encrypt_type).
enum class tls_choice : std::uint8_t {
    automatic,       ///< session if the server has a certificate (server_params::tls), else off
    off,             ///< 0
    session,         ///< 1: everything behind the answer is in TLS
    handshake_only,  ///< 2: a TLS handshake follows, and then everything in clear. The npm driver refuses this
};

/// The value of COMPATIBLE_MODE with which an empty text is NULL and DATE has a time.
inline constexpr int compatible_with_oracle = 2;

/// What a server announces and how its database is set up. The defaults are those of a fresh 8.1.3 installation.
/// A plain value, read once when the server starts.
struct profile {
    std::string server_version = "8.1.3.140";  ///< dotted; drivers take decisions by it (docs/protocol)
    /// Highest message version the server speaks, to 11; a client that offers less gets less. 8 suits every known
    /// driver, and from 9 on row ids have 12 bytes (docs/protocol/drivers.md).
    std::uint16_t message_version = 8;
    dmkit::mock::charset charset = dmkit::mock::charset::utf8;
    cipher_choice cipher = cipher_choice::automatic;
    /// The cipher of communication encryption, as the wire numbers it: 2052 is AES256-CFB (docs/protocol: cipher ids).
    /// AES in ECB and CBC mode is refused: DM8's padding to 8 bytes does not fill its blocks.
    std::int32_t cipher_id = 2052;
    tls_choice tls = tls_choice::automatic;
    compression_choice compression = compression_choice::as_asked;
    dmkit::mock::compression_algorithm compression_algorithm = dmkit::mock::compression_algorithm::as_asked;
    bool crc = false;  ///< protect messages by a CRC-32 instead of the check byte, for clients that know it
    std::string instance_name = "DMSERVER";
    std::string database_name = "DAMENG";
    /// CASE_SENSITIVE. If false, names keep their spelling and are found in any, and text compares without regard to
    /// the case of (ASCII) letters.
    bool case_sensitive = true;
    /// COMPATIBLE_MODE: 0, or #compatible_with_oracle. Others are refused when the server starts: what they change is
    /// documented in part only, or the mock cannot do it.
    int compatible_mode = 0;
    bool length_in_char = false;  ///< LENGTH_IN_CHAR: VARCHAR(n) counts characters instead of bytes
    int page_size =
        32768;  ///< bytes: 4096, 8192, 16384 or 32768; bounds rows and the declared length of VARCHAR in tables
    std::int16_t time_zone = 480;   ///< the database's zone, minutes east of UTC
    int fetch_buffer_size = 32768;  ///< bytes of rows in one answer when the client names no budget
    /// Bytes up to which a LOB value travels inside its row; longer ones are read by their locators. At most 65000;
    /// dmPython takes 32767.
    int lob_in_row = 2048;
    /// Results of queries on tables come with the tables' stamps, so that clients whose result cache is on (enRsCache
    /// of the drivers) may keep them. A DM8 must be set up for that, too.
    bool client_cache = false;
    /// A session that says nothing for so long is ended; 0: never. A client may name a shorter time in its LOGIN.
    std::chrono::seconds idle_timeout{0};
    /// How long a session waits for the one that writes before it gets -6407.
    std::chrono::milliseconds lock_timeout{1000};
};

/// Sets one entry by its name, as `dmkit serve --profile KEY=VALUE` does: the names are those of the members, numbers
/// are decimal, switches `true`/`false` or `1`/`0`, `charset` is `utf-8`, `gb18030` or `euc-kr`, `cipher` is `auto`,
/// `des` (login encryption), `none`, or for communication encryption `aes256`, a name like `aes128-ofb`, `3des-cfb`,
/// `rc4` or the cipher's number; `tls` is `auto`, `off`, `session` or `handshake`; `compression` is `asked`, `off`,
/// `always` or `large`, `compression_algorithm` is `asked`, `zlib` or `snappy`; `lock_timeout` is in milliseconds,
/// `idle_timeout` in seconds. Keys and words may be in any case.
/// @throws std::invalid_argument with a text that names key and value and says what is allowed
void set_profile_entry(profile& profile, std::string_view key, std::string_view value);

/// @throws std::invalid_argument that names the first entry which is out of range or which the mock does not support
void check_profile(const profile& profile);

}  // namespace dmkit::mock
