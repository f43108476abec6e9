#include "client/session/dsn_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace dmkit::session {

namespace {

using text_result = std::optional<std::string>;

const connect_params& defaults() {
    static const connect_params params;
    return params;
}

std::optional<bool> parse_boolean(std::string_view text) noexcept {
    for (const std::string_view word : {"1", "t", "true"}) {
        if (same_name(text, word))
            return true;
    }
    for (const std::string_view word : {"0", "f", "false"}) {
        if (same_name(text, word))
            return false;
    }
    return {};
}

template <auto Member>
bool set_text(connect_params& params, std::string_view value) {
    params.*Member = std::string(value);
    return true;
}
template <auto Member>
text_result get_text(const connect_params& params) {
    if (params.*Member == defaults().*Member)
        return {};
    return params.*Member;
}

template <auto Member>
bool set_boolean(connect_params& params, std::string_view value) {
    const auto parsed = parse_boolean(value);
    if (parsed)
        params.*Member = *parsed;
    return parsed.has_value();
}
template <auto Member>
text_result get_boolean(const connect_params& params) {
    if (params.*Member == defaults().*Member)
        return {};
    return params.*Member ? "true" : "false";
}

template <auto Member, std::int64_t Low, std::int64_t High>
bool set_number(connect_params& params, std::string_view value) {
    const auto parsed = parse_integer(value);
    if (!parsed || *parsed < Low || *parsed > High)
        return false;
    using type = std::remove_cvref_t<decltype(params.*Member)>;
    params.*Member = static_cast<type>(*parsed);
    return true;
}
template <auto Member>
text_result get_number(const connect_params& params) {
    if (params.*Member == defaults().*Member)
        return {};
    return std::to_string(params.*Member);
}

template <auto Member>
bool set_duration(connect_params& params, std::string_view value) {
    const auto parsed = parse_integer(value);
    if (!parsed || *parsed < 0 || *parsed > 2147483647)
        return false;
    using type = std::remove_cvref_t<decltype(params.*Member)>;
    params.*Member = type(*parsed);
    return true;
}
template <auto Member>
text_result get_duration(const connect_params& params) {
    if (params.*Member == defaults().*Member)
        return {};
    return std::to_string((params.*Member).count());
}

bool set_busy_wait(connect_params& params, std::string_view value) {
    const auto parsed = parse_integer(value);
    if (!parsed || *parsed < 0 || *parsed > 1'000'000)
        return false;
    params.busy_wait = std::chrono::microseconds(*parsed);
    return true;
}

template <auto Member, int Low, int High>
bool set_enum(connect_params& params, std::string_view value) {
    const auto parsed = parse_integer(value);
    if (!parsed || *parsed < Low || *parsed > High)
        return false;
    using type = std::remove_cvref_t<decltype(params.*Member)>;
    params.*Member = static_cast<type>(*parsed);
    return true;
}
template <auto Member>
text_result get_enum(const connect_params& params) {
    if (params.*Member == defaults().*Member)
        return {};
    return std::to_string(static_cast<int>(params.*Member));
}

bool set_language(connect_params& params, std::string_view value) {
    if (same_name(value, "cn"))
        params.language = language::chinese;
    else if (same_name(value, "en"))
        params.language = language::english;
    else if (same_name(value, "cnt_hk") || same_name(value, "hk") || same_name(value, "tw"))
        params.language = language::traditional_chinese;
    else
        return false;
    return true;
}
text_result get_language(const connect_params& params) {
    switch (params.language) {
        case language::chinese:
            return {};
        case language::english:
            return "en";
        case language::traditional_chinese:
            return "tw";
    }
    return {};
}

/// A word for each value of an enumeration that counts from 0.
template <auto Member, std::size_t Count>
bool set_word(connect_params& params, std::string_view value, const std::array<std::string_view, Count>& words) {
    for (std::size_t i = 0; i < Count; ++i) {
        if (same_name(value, words[i])) {
            params.*Member = static_cast<std::remove_cvref_t<decltype(params.*Member)>>(i);
            return true;
        }
    }
    return false;
}
template <auto Member, std::size_t Count>
text_result get_word(const connect_params& params, const std::array<std::string_view, Count>& words) {
    if (params.*Member == defaults().*Member)
        return {};
    return std::string(words[static_cast<std::size_t>(params.*Member)]);
}

constexpr std::array<std::string_view, 3> tls_modes = {"disable", "prefer", "require"};
constexpr std::array<std::string_view, 3> tls_verifications = {"full", "ca", "none"};
constexpr std::array<std::string_view, 2> tls_versions = {"1.2", "1.3"};

bool set_tls(connect_params& params, std::string_view value) {
    return set_word<&connect_params::tls>(params, value, tls_modes);
}
text_result get_tls(const connect_params& params) {
    return get_word<&connect_params::tls>(params, tls_modes);
}
bool set_tls_verify(connect_params& params, std::string_view value) {
    return set_word<&connect_params::tls_verify>(params, value, tls_verifications);
}
text_result get_tls_verify(const connect_params& params) {
    return get_word<&connect_params::tls_verify>(params, tls_verifications);
}
bool set_tls_version(connect_params& params, std::string_view value) {
    return set_word<&connect_params::tls_min_version>(params, value, tls_versions);
}
text_result get_tls_version(const connect_params& params) {
    return get_word<&connect_params::tls_min_version>(params, tls_versions);
}

bool set_socket_timeout(connect_params& params, std::string_view value) {
    const auto parsed = parse_integer(value);
    if (!parsed || *parsed < 0 || *parsed > 2147483)
        return false;
    params.connect_timeout = std::chrono::seconds(*parsed);
    return true;
}

/// The vendor's older switch for compress=2.
bool set_compressed(connect_params& params, std::string_view value) {
    const auto parsed = parse_boolean(value);
    if (parsed)
        params.compression = *parsed ? compression::large : compression::off;
    return parsed.has_value();
}

bool set_time_zone(connect_params& params, std::string_view value) {
    const auto parsed = parse_integer(value);
    if (!parsed || *parsed < -779 || *parsed > 840)
        return false;
    params.time_zone = static_cast<std::int16_t>(*parsed);
    return true;
}
text_result get_time_zone(const connect_params& params) {
    if (!params.time_zone)
        return {};
    return std::to_string(*params.time_zone);
}

bool set_fetch_buffer(connect_params& params, std::string_view value) {
    const auto parsed = parse_integer(value);
    if (!parsed || *parsed < 32 || *parsed > 65536)
        return false;
    params.fetch_buffer = static_cast<std::int32_t>(*parsed);
    return true;
}
text_result get_fetch_buffer(const connect_params& params) {
    if (params.fetch_buffer == 0)
        return {};
    return std::to_string(params.fetch_buffer);
}

using p = connect_params;
constexpr std::int64_t max_i32 = 2147483647;
constexpr std::int64_t max_i64 = 9223372036854775807;

constexpr std::array options = {
    dsn_option{"schema", "a name", set_text<&p::schema>, get_text<&p::schema>},
    dsn_option{"catalog", "a name", set_text<&p::catalog>, get_text<&p::catalog>},
    dsn_option{"appName", "text", set_text<&p::application_name>, get_text<&p::application_name>},
    dsn_option{"osName", "text", set_text<&p::os_name>, get_text<&p::os_name>},
    dsn_option{"connectionTag", "text", set_text<&p::connection_tag>, get_text<&p::connection_tag>},
    dsn_option{"language", "cn, en, cnt_hk, hk or tw", set_language, get_language},
    dsn_option{"isolation", "-1 to 3", set_enum<&p::isolation, -1, 3>, get_enum<&p::isolation>},
    dsn_option{"readOnly", "true or false", set_boolean<&p::read_only>, get_boolean<&p::read_only>},
    dsn_option{"autoCommit", "true or false", set_boolean<&p::autocommit>, get_boolean<&p::autocommit>},
    dsn_option{"alwayseAllowCommit", "true or false", set_boolean<&p::always_allow_commit>,
               get_boolean<&p::always_allow_commit>},
    dsn_option{"loginEncrypt", "true or false", set_boolean<&p::login_encryption>, get_boolean<&p::login_encryption>},
    dsn_option{"allowWeakCiphers", "true or false", set_boolean<&p::allow_weak_ciphers>,
               get_boolean<&p::allow_weak_ciphers>},
    dsn_option{"tls", "disable, prefer or require", set_tls, get_tls},
    dsn_option{"tlsVerify", "full, ca or none", set_tls_verify, get_tls_verify},
    dsn_option{"tlsMinVersion", "1.2 or 1.3", set_tls_version, get_tls_version},
    dsn_option{"tlsServerName", "a name or an address", set_text<&p::tls_server_name>, get_text<&p::tls_server_name>},
    dsn_option{"tlsCaFile", "a file", set_text<&p::tls_ca_file>, get_text<&p::tls_ca_file>},
    dsn_option{"tlsCaPath", "a folder", set_text<&p::tls_ca_path>, get_text<&p::tls_ca_path>},
    dsn_option{"sslCertPath", "a file", set_text<&p::tls_certificate_file>, get_text<&p::tls_certificate_file>},
    dsn_option{"sslKeyPath", "a file", set_text<&p::tls_key_file>, get_text<&p::tls_key_file>},
    dsn_option{"tlsKeyPassword", "text", set_text<&p::tls_key_password>, get_text<&p::tls_key_password>},
    dsn_option{"sslFilesPath", "a folder", set_text<&p::tls_files_path>, get_text<&p::tls_files_path>},
    dsn_option{"compress", "0 to 2", set_enum<&p::compression, 0, 2>, get_enum<&p::compression>},
    dsn_option{"isCompress", "true or false", set_compressed, nullptr},
    dsn_option{"compressId", "0 or 1", set_enum<&p::compression_algorithm, 0, 1>, get_enum<&p::compression_algorithm>},
    dsn_option{"mppLocal", "true or false", set_boolean<&p::mpp_local>, get_boolean<&p::mpp_local>},
    dsn_option{"continueBatchOnError", "true or false", set_boolean<&p::continue_batch_on_error>,
               get_boolean<&p::continue_batch_on_error>},
    dsn_option{"batchAllowMaxErrors", "0 to 2147483647", set_number<&p::batch_allow_max_errors, 0, max_i32>,
               get_number<&p::batch_allow_max_errors>},
    dsn_option{"timeZone", "-779 to 840 minutes", set_time_zone, get_time_zone},
    dsn_option{"sessionTimeout", "0 to 2147483647 s", set_duration<&p::session_timeout>,
               get_duration<&p::session_timeout>},
    dsn_option{"connectTimeout", "0 to 2147483647 ms", set_duration<&p::connect_timeout>,
               get_duration<&p::connect_timeout>},
    dsn_option{"socketTimeout", "0 to 2147483 s", set_socket_timeout, nullptr},
    dsn_option{"operationTimeout", "0 to 2147483647 ms", set_duration<&p::operation_timeout>,
               get_duration<&p::operation_timeout>},
    dsn_option{"busyWait", "0 to 1000000 us", set_busy_wait, get_duration<&p::busy_wait>},
    dsn_option{"maxRows", "0 or more", set_number<&p::max_rows, 0, max_i64>, get_number<&p::max_rows>},
    dsn_option{"bufPrefetch", "32 to 65536", set_fetch_buffer, get_fetch_buffer},
    dsn_option{"StmtPoolSize", "0 to 2147483647", set_number<&p::statement_pool_size, 0, max_i32>,
               get_number<&p::statement_pool_size>},
    dsn_option{"messageCap", "65536 to 536870912 bytes", set_number<&p::message_cap, 65536, 0x20000000>,
               get_number<&p::message_cap>},
    dsn_option{"percentDecode", "true or false", set_boolean<&p::percent_decode>, get_boolean<&p::percent_decode>},
};

constexpr std::string_view no_cluster = "groups of servers and switching between them are not supported";
constexpr std::string_view no_split = "read/write splitting is not supported";
constexpr std::string_view no_cache = "there is no cache of results on the client's side";
constexpr std::string_view no_log = "the client writes no log files";
constexpr std::string_view no_statistics = "the client writes no statistics files";
constexpr std::string_view as_server_says = "names, types and texts are given as the server sends them";

constexpr std::array refused = {
    refused_option{"wire", "dm8", "only the wire dm8 is supported"},
    refused_option{"addressRemap", "", "addresses are not replaced: give the address to connect to"},
    refused_option{"userRemap", "", "user names are not replaced: give the name to log in with"},
    refused_option{"service", "", no_cluster},
    refused_option{"svcConfPath", "", "service configuration files are not read"},
    refused_option{"confPath", "", "service configuration files are not read"},
    refused_option{"communicationEncrypt", "", "the server decides: see loginEncrypt"},
    refused_option{"direct", "", "the vendor's drivers do not use it either"},
    refused_option{"loginCertificate", "", "credentials are not encrypted with certificates"},
    refused_option{"cipherPath", "", "external cipher libraries are not loaded"},
    refused_option{"osAuthType", "OFF,ON,0", "authentication by the operating system is not supported"},
    refused_option{"uKeyName", "", "hardware keys are not supported"},
    refused_option{"uKeyPin", "", "hardware keys are not supported"},
    refused_option{"kerberosLoginConfPath", "", "Kerberos is not supported"},
    refused_option{"rwSeparate", "false,0", no_split},
    refused_option{"rwPercent", "", no_split},
    refused_option{"rwAutoDistribute", "", no_split},
    refused_option{"rwHA", "false,0", no_split},
    refused_option{"rwIgnoreSql", "false,0", no_split},
    refused_option{"rwStandby", "false,0", no_split},
    refused_option{"rwStandbyRecoverTime", "", no_split},
    refused_option{"loginMode", "0,3,4", no_cluster},
    refused_option{"loginStatus", "0", no_cluster},
    refused_option{"loginDscCtrl", "false,0", no_cluster},
    refused_option{"epSelector", "0,1", no_cluster},
    refused_option{"switchTimes", "", no_cluster},
    refused_option{"switchInterval", "", no_cluster},
    refused_option{"doSwitch", "0,1", no_cluster},
    refused_option{"driverReconnect", "false,0", "a lost connection is reported, not replaced"},
    refused_option{"cluster", "", no_cluster},
    refused_option{"dialName", "", "custom diallers are not supported"},
    refused_option{"dbAliveCheckFreq", "0", "the vendor's drivers do not use it either"},
    refused_option{"isBdtaRS", "false,0", "column-wise results are not supported"},
    refused_option{"rowPrefetch", "", "the number of rows in an answer follows from bufPrefetch"},
    refused_option{"LobMode", "1,2", "a field shows all of a LOB, rows::lob() reads it in pieces"},
    refused_option{"enRsCache", "false,0", no_cache},
    refused_option{"rsCacheSize", "", no_cache},
    refused_option{"rsRefreshFreq", "", no_cache},
    refused_option{"batchType", "1", "a batch travels as one execution with many rows"},
    refused_option{"batchNotOnCall", "false,0", "a batch of calls travels as any other"},
    refused_option{"compatibleMode", "0", "the server's mode decides"},
    refused_option{"comOra", "false,0", "the server's mode decides"},
    refused_option{"ignoreCase", "", as_server_says},
    refused_option{"columnNameUpperCase", "false,0", as_server_says},
    refused_option{"columnNameCase", "", as_server_says},
    refused_option{"escapeProcess", "false,0", "statements are sent as they are given"},
    refused_option{"keywords", "", "statements are sent as they are given"},
    refused_option{"dec2double", "false,0", as_server_says},
    refused_option{"clobAsString", "", as_server_says},
    refused_option{"databaseProductName", "", as_server_says},
    refused_option{"logLevel", "off", no_log},
    refused_option{"logDir", "", no_log},
    refused_option{"logFlushFreq", "", no_log},
    refused_option{"logFlusherQueueSize", "", no_log},
    refused_option{"logBufferSize", "", no_log},
    refused_option{"statEnable", "false,0", no_statistics},
    refused_option{"statDir", "", no_statistics},
    refused_option{"statFlushFreq", "", no_statistics},
    refused_option{"statSlowSqlCount", "", no_statistics},
    refused_option{"statHighFreqSqlCount", "", no_statistics},
    refused_option{"statSqlMaxCount", "", no_statistics},
    refused_option{"statSqlRemoveMode", "", no_statistics},
};

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::span<const dsn_option> dsn_options() noexcept {
    return options;
}

std::span<const refused_option> refused_options() noexcept {
    return refused;
}

bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size())
        return {};
    return value;
}

}  // namespace dmkit::session
