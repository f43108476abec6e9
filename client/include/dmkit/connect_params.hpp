#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <dmkit/error.hpp>

namespace dmkit {

/// Language of the server's messages, as LOGIN numbers them.
enum class language : std::uint8_t { chinese = 0, english = 1, traditional_chinese = 2 };

enum class isolation : std::int8_t {
    server_default = -1,
    read_uncommitted = 0,
    read_committed = 1,
    repeatable_read = 2,  ///< DM8 has it only in MySQL-compatible mode; it refuses it otherwise
    serializable = 3,
};

/// The form of a connection string.
enum class dsn_form : std::uint8_t {
    url,        ///< `dm://user:password@host:port?key=value&…`
    key_value,  ///< `user=…;password=…;server=…;port=…;…`
    odbc,       ///< `DRIVER=DM8;SERVER=…;PORT=…;UID=…;PWD=…;…`
};

/// Which messages the client wants compressed; the server decides.
enum class compression : std::uint8_t {
    off = 0,
    always = 1,  ///< every message that has a body
    large = 2,   ///< those whose body has more than 8192 bytes
};
enum class compression_algorithm : std::uint8_t { zlib = 0, snappy = 1 };

/// Whether TLS is used. DM8's server decides that in the answer to STARTUP; a client can only insist.
enum class tls_mode : std::uint8_t {
    disable,  ///< a server that demands TLS is refused
    prefer,   ///< as the server says, whatever else is set here for TLS. Whoever can change bytes on the way can take
              ///< TLS out of its answer
    require,  ///< a server that does not put the whole session into TLS is refused
};
/// What of the server's certificate is checked.
enum class tls_verification : std::uint8_t {
    full,         ///< who signed it, its dates, and that it is the host's
    certificate,  ///< all but the host
    none,         ///< nothing: protects against listening, not against a false server
};
/// The oldest version of TLS that is spoken.
enum class tls_version : std::uint8_t { tls_1_2, tls_1_3 };

/// Where and how to connect. A plain value. The name in parentheses is that of the option in a connection string; keys
/// are read in any case.
struct connect_params {
    std::string host = "localhost";  ///< name or address, IPv6 without brackets
    std::uint16_t port = 5236;
    std::string user;  ///< sent as typed; DM8 folds it like an identifier. At most 128 bytes in the session's charset
    std::string password;  ///< compared byte for byte; at most 128 bytes. Never in errors, logs or traces
    std::string schema;    ///< (schema) made current after the login; empty: the user's own
    std::string catalog;   ///< (catalog) pluggable database to log in to; empty: none
    std::string application_name = "dmkit";  ///< (appName) as V$SESSIONS shows it
    std::string os_name = "linux";           ///< (osName)
    std::string connection_tag;              ///< (connectionTag) appears in diagnostics; the client's own matter

    dmkit::language language = language::chinese;            ///< (language) cn, en, cnt_hk, hk, tw
    dmkit::isolation isolation = isolation::server_default;  ///< (isolation −1 to 3) of the session
    bool read_only = false;                                  ///< (readOnly) the session may not write
    bool autocommit = true;           ///< (autoCommit) false: every statement joins a transaction until commit()
    bool always_allow_commit = true;  ///< (alwayseAllowCommit) commit() and rollback() in autocommit mode do nothing
                                      ///< instead of failing
    bool login_encryption = true;     ///< (loginEncrypt) ask the server for a key exchange
    /// (allowWeakCiphers) log in to a server that demands whole messages encrypted with DES, 3DES, RC4 or in ECB mode.
    /// Login encryption is DES by the protocol; where it is all there is, use TLS or a trusted network.
    bool allow_weak_ciphers = false;
    tls_mode tls = tls_mode::prefer;                       ///< (tls) disable, prefer, require
    tls_verification tls_verify = tls_verification::full;  ///< (tlsVerify) full, ca, none
    /// (tlsMinVersion) 1.2, 1.3. A server that leaves TLS after the handshake is spoken to in this version alone; with
    /// 1.3 it must not send tickets, which would stand in front of its answers.
    tls_version tls_min_version = tls_version::tls_1_2;
    std::string tls_server_name;       ///< (tlsServerName) name or address that the certificate must carry; empty: host
    std::string tls_ca_file;           ///< (tlsCaFile) PEM; trusted to sign, or as the server's own certificate
    std::string tls_ca_path;           ///< (tlsCaPath) folder of such certificates, with hashed names (c_rehash)
    std::string tls_certificate_file;  ///< (sslCertPath) our certificate, PEM, its chain behind it
    std::string tls_key_file;          ///< (sslKeyPath) the key to it, PEM
    std::string tls_key_password;      ///< (tlsKeyPassword) of an encrypted key. Never in errors, logs or traces
    /// (sslFilesPath) folder in DM8's arrangement: client-cert.pem and client-key.pem stand in for our certificate and
    /// key, and ca-cert.pem for the authorities, if it is there; each entry above that is set goes first. Every connect
    /// that comes to TLS reads the files anew, and blocks while it does
    std::string tls_files_path;
    dmkit::compression compression = dmkit::compression::off;  ///< (compress 0 to 2; isCompress=true is 2)
    dmkit::compression_algorithm compression_algorithm = dmkit::compression_algorithm::zlib;  ///< (compressId 0 or 1)
    bool mpp_local = false;                   ///< (mppLocal) log in to this node of an MPP cluster only
    bool continue_batch_on_error = false;     ///< (continueBatchOnError) call_options::continue_on_error of each batch
    std::int32_t batch_allow_max_errors = 0;  ///< (batchAllowMaxErrors) call_options::max_errors of each batch
    std::optional<std::int16_t> time_zone;    ///< (timeZone) minutes east of UTC, −779 to 840; empty: the machine's
    std::chrono::seconds session_timeout{0};  ///< (sessionTimeout) idle time after which the server ends the session;
                                              ///< 0: none
    /// (connectTimeout, ms; socketTimeout, s) resolving, dialling, start-up and login together; 0: none
    std::chrono::milliseconds connect_timeout{5000};
    /// (operationTimeout, ms) deadline of every operation that names none; 0: none
    std::chrono::milliseconds operation_timeout{0};
    /// (busyWait, µs, 0 to 1000000) how long a synchronous call asks its socket again and again before it falls asleep,
    /// if the last answer came within that time; costs a core meanwhile. 0: it sleeps at once
    std::chrono::microseconds busy_wait{50};
    std::int64_t max_rows = 0;  ///< (maxRows) rows that a query yields at most; 0: all
    /// (bufPrefetch, 32 to 65536) bytes of rows in one answer; 0: the server's choice. The vendor's documents call the
    /// option's number KiB, but its drivers send the number as it is, in a field that otherwise
    /// holds bytes (docs/protocol/drivers)
    std::int32_t fetch_buffer = 0;
    std::size_t statement_pool_size = 15;  ///< (StmtPoolSize) statement handles kept for reuse; 0: each is allocated
                                           ///< and freed, as the vendor's Go driver does
    /// (messageCap, bytes, 64 KiB to 512 MiB) the largest answer that is accepted
    std::size_t message_cap = std::size_t{64} << 20U;
    bool percent_decode = true;  ///< (percentDecode) false: `%XX` in the URL form stands for itself

    friend bool operator==(const connect_params&, const connect_params&) = default;
};

/// Reads a connection string in any of the three forms. In the URL form the last `@` ends the user part, the first `:`
/// splits it, and `%XX` is decoded in user, password and values. An option that nobody has is
/// client_errc::unknown_option, one that only the vendor's drivers have client_errc::unsupported_option; diagnostics
/// name it and the reason.
/// @throws error
[[nodiscard]] connect_params parse_dsn(std::string_view dsn);
[[nodiscard]] connect_params parse_dsn(std::string_view dsn, error_code& code, diagnostics& details);

/// The inverse of parse_dsn(): it gives @p params back. Contains the password.
/// @throws error when percent_decode is false and a value holds a character that has a meaning in the URL form.
[[nodiscard]] std::string format_dsn(const connect_params& params, dsn_form form = dsn_form::url);

/// As format_dsn(), the password replaced by `***`. For logs.
[[nodiscard]] std::string describe(const connect_params& params);

}  // namespace dmkit
