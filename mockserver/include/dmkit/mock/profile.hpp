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
    automatic,  ///< communication encryption for clients that offer more than message version 8, else login encryption
    des,        ///< login encryption, DES-CFB: user and password only
    aes256,     ///< communication encryption, AES256-CFB with MD5 digest
    none,       ///< no key is offered, everything travels in clear
};

/// What a server announces and how its database is set up. The defaults are those of a fresh 8.1.3 installation.
/// A plain value, read once when the server starts.
struct profile {
    std::string server_version = "8.1.3.140";  ///< dotted; drivers take decisions by it (docs/protocol)
    std::uint16_t message_version = 8;  ///< highest message version the server speaks; 8 suits every known driver
    dmkit::mock::charset charset = dmkit::mock::charset::utf8;
    cipher_choice cipher = cipher_choice::automatic;
    bool crc = false;  ///< protect messages by a CRC-32 instead of the check byte, for clients that know it
    std::string instance_name = "DMSERVER";
    std::string database_name = "DAMENG";
    bool case_sensitive = true;  ///< CASE_SENSITIVE; false is refused as not supported when the server starts
    int compatible_mode = 0;     ///< COMPATIBLE_MODE; others than 0 are refused as not supported when the server starts
    bool length_in_char = false;  ///< LENGTH_IN_CHAR: VARCHAR(n) counts characters instead of bytes
    int page_size =
        32768;  ///< bytes: 4096, 8192, 16384 or 32768; bounds rows and the declared length of VARCHAR in tables
    std::int16_t time_zone = 480;   ///< the database's zone, minutes east of UTC
    int fetch_buffer_size = 32768;  ///< bytes of rows in one answer when the client names no budget
    /// How long a session waits for the one that writes before it gets -6407.
    std::chrono::milliseconds lock_timeout{1000};
};

/// Sets one entry by its name, as `dmkit serve --profile KEY=VALUE` does: the names are those of the members, numbers
/// are decimal, switches `true`/`false` or `1`/`0`, `charset` is `utf-8`, `gb18030` or `euc-kr`, `cipher` is `auto`,
/// `des`, `aes256` or `none`, `lock_timeout` is in milliseconds. Keys and words may be in any case.
/// @throws std::invalid_argument with a text that names key and value and says what is allowed
void set_profile_entry(profile& profile, std::string_view key, std::string_view value);

/// @throws std::invalid_argument that names the first entry which is out of range or which the mock does not support
void check_profile(const profile& profile);

}  // namespace dmkit::mock
