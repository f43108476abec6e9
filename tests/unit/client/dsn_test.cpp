#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <dmkit/connect_params.hpp>

#include "client/session/dsn_options.hpp"

namespace dmkit {
namespace {

connect_params parsed(std::string_view dsn) {
    error_code code;
    diagnostics details;
    auto params = parse_dsn(dsn, code, details);
    EXPECT_FALSE(code) << dsn << ": " << code.message() << ": " << details.client_message;
    return params;
}

/// The text of the refusal, with the code checked.
std::string refused(std::string_view dsn, client_errc why) {
    error_code code;
    diagnostics details;
    EXPECT_EQ(parse_dsn(dsn, code, details), connect_params());
    EXPECT_EQ(code, why) << dsn << ": " << code.message();
    return details.client_message;
}

TEST(Dsn, HasUserPasswordHostAndPort) {
    const auto params = parsed("dm://SYSDBA:secret@db.example:5237");
    EXPECT_EQ(params.user, "SYSDBA");
    EXPECT_EQ(params.password, "secret");
    EXPECT_EQ(params.host, "db.example");
    EXPECT_EQ(params.port, 5237);
    EXPECT_EQ(parsed("dm://u:p@h").port, 5236);
    EXPECT_EQ(parsed("dm://u:p@").host, "localhost");
    EXPECT_EQ(parsed("dm://u:p@:5240").port, 5240);
    EXPECT_EQ(parsed("DM://u:p@h").host, "h");
    EXPECT_EQ(parsed("dm://u@h").password, "");
    EXPECT_EQ(parsed("dm://u:p@h/").host, "h");
}

/// docs/architecture: the last `@` ends the user part, the first `:` splits it, `%XX` is decoded.
TEST(Dsn, SplitsTheUserPartAsDocumented) {
    const auto awkward = parsed("dm://us@er:pa:ss@word@h:1?schema=S");
    EXPECT_EQ(awkward.user, "us@er");
    EXPECT_EQ(awkward.password, "pa:ss@word");
    EXPECT_EQ(awkward.host, "h");
    EXPECT_EQ(awkward.schema, "S");
    const auto encoded = parsed("dm://a%3Ab:%40%2f%25%3F@h?schema=%E8%BE%BE%E6%A2%A6&appName=a%26b%3Dc");
    EXPECT_EQ(encoded.user, "a:b");
    EXPECT_EQ(encoded.password, "@/%?");
    EXPECT_EQ(encoded.schema, "达梦");
    EXPECT_EQ(encoded.application_name, "a&b=c");
    EXPECT_EQ(parsed("dm://u:what?@h").password, "what?");
    EXPECT_EQ(parsed("dm://u:what?@h?schema=S").password, "what?");
    EXPECT_EQ(parsed("dm://u:50%off%@h").password, "50%off%") << "no escape, so it stands for itself";
}

TEST(Dsn, LeavesPercentAloneWhenAsked) {
    const auto raw = parsed("dm://u:a%41b@h?percentDecode=false&schema=%41");
    EXPECT_EQ(raw.password, "a%41b");
    EXPECT_EQ(raw.schema, "%41");
    EXPECT_EQ(parsed(format_dsn(raw)), raw);
    auto impossible = raw;
    impossible.schema = "a&b";
    EXPECT_THROW(static_cast<void>(format_dsn(impossible)), error);
}

TEST(Dsn, KnowsIpv6) {
    const auto params = parsed("dm://u:p@[::1]:5236");
    EXPECT_EQ(params.host, "::1");
    EXPECT_EQ(format_dsn(params), "dm://u:p@[::1]:5236");
    refused("dm://u:p@::1:5236", client_errc::invalid_dsn);
    refused("dm://u:p@[::1", client_errc::invalid_dsn);
    refused("dm://u:p@[:1]", client_errc::invalid_dsn);
    refused("dm://u:p@[::1]x", client_errc::invalid_dsn);
}

TEST(Dsn, ReadsEveryOption) {
    const auto params = parsed(
        "dm://u:p@h?schema=S&catalog=C&appName=A&osName=O&connectionTag=T&language=en&isolation=3&readOnly=true"
        "&autoCommit=false&alwayseAllowCommit=0&loginEncrypt=F&mppLocal=1&continueBatchOnError=t&batchAllowMaxErrors=7"
        "&timeZone=-300&sessionTimeout=9&connectTimeout=1500&operationTimeout=250&maxRows=100&bufPrefetch=8192"
        "&StmtPoolSize=3&messageCap=65536&busyWait=0");
    EXPECT_EQ(params.schema, "S");
    EXPECT_EQ(params.catalog, "C");
    EXPECT_EQ(params.application_name, "A");
    EXPECT_EQ(params.os_name, "O");
    EXPECT_EQ(params.connection_tag, "T");
    EXPECT_EQ(params.language, language::english);
    EXPECT_EQ(params.isolation, isolation::serializable);
    EXPECT_TRUE(params.read_only);
    EXPECT_FALSE(params.autocommit);
    EXPECT_FALSE(params.always_allow_commit);
    EXPECT_FALSE(params.login_encryption);
    EXPECT_TRUE(params.mpp_local);
    EXPECT_TRUE(params.continue_batch_on_error);
    EXPECT_EQ(params.batch_allow_max_errors, 7);
    EXPECT_EQ(params.time_zone, std::int16_t{-300});
    EXPECT_EQ(params.session_timeout.count(), 9);
    EXPECT_EQ(params.connect_timeout.count(), 1500);
    EXPECT_EQ(params.operation_timeout.count(), 250);
    EXPECT_EQ(params.max_rows, 100);
    EXPECT_EQ(params.fetch_buffer, 8192);
    EXPECT_EQ(params.statement_pool_size, 3U);
    EXPECT_EQ(params.message_cap, 65536U);
    EXPECT_EQ(params.busy_wait.count(), 0);
    for (const auto form : {dsn_form::url, dsn_form::key_value, dsn_form::odbc})
        EXPECT_EQ(parsed(format_dsn(params, form)), params);
    EXPECT_EQ(parsed("dm://u:p@h?isCompress=true").compression, compression::large);
    EXPECT_EQ(parsed("dm://u:p@h?compress=1&compressId=1").compression_algorithm, compression_algorithm::snappy);
    EXPECT_EQ(parsed("dm://u:p@h?SOCKETTIMEOUT=3").connect_timeout.count(), 3000);
    EXPECT_EQ(parsed("dm://u:p@h?language=CNT_hk").language, language::traditional_chinese);
}

TEST(Dsn, ReadsTlsOptions) {
    const auto params = parsed(
        "dm://u:p@h?tls=REQUIRE&tlsVerify=ca&tlsMinVersion=1.3&tlsServerName=db.example&tlsCaFile=/c/ca.pem&tlsCaPath=/"
        "c"
        "&sslCertPath=/c/own.pem&sslKeyPath=/c/key.pem&tlsKeyPassword=a%26b&sslFilesPath=/c/SYSDBA");
    EXPECT_EQ(params.tls, tls_mode::require);
    EXPECT_EQ(params.tls_verify, tls_verification::certificate);
    EXPECT_EQ(params.tls_min_version, tls_version::tls_1_3);
    EXPECT_EQ(params.tls_server_name, "db.example");
    EXPECT_EQ(params.tls_ca_file, "/c/ca.pem");
    EXPECT_EQ(params.tls_ca_path, "/c");
    EXPECT_EQ(params.tls_certificate_file, "/c/own.pem");
    EXPECT_EQ(params.tls_key_file, "/c/key.pem");
    EXPECT_EQ(params.tls_key_password, "a&b");
    EXPECT_EQ(params.tls_files_path, "/c/SYSDBA");
    for (const auto form : {dsn_form::url, dsn_form::key_value, dsn_form::odbc})
        EXPECT_EQ(parsed(format_dsn(params, form)), params);
    EXPECT_EQ(describe(params).find("a&b"), std::string::npos);
    EXPECT_EQ(describe(params).find("a%26b"), std::string::npos);
    // Checks are on unless somebody turns them off.
    EXPECT_EQ(parsed("dm://u:p@h").tls_verify, tls_verification::full);
    EXPECT_EQ(parsed("dm://u:p@h?tls=disable").tls, tls_mode::disable);
    for (const std::string_view bad : {"tls=true", "tls=", "tlsVerify=host", "tlsMinVersion=1.1", "tlsMinVersion=13"})
        refused("dm://u:p@h?" + std::string(bad), client_errc::invalid_option_value);
}

TEST(Dsn, RefusesOptionsByName) {
    EXPECT_NE(refused("dm://u:p@h?colour=red", client_errc::unknown_option).find("colour"), std::string::npos);
    EXPECT_NE(refused("dm://u:p@h?rwSeparate=true", client_errc::unsupported_option).find("rwSeparate"),
              std::string::npos);
    EXPECT_NE(refused("dm://u:p@h?wire=packet", client_errc::unsupported_option).find("wire"), std::string::npos);
    EXPECT_EQ(parsed("dm://u:p@h?wire=dm8&rwSeparate=false&doSwitch=1&compress=0").host, "h");
    for (const std::string_view bad : {"timeZone=841",      "timeZone=-780",    "timeZone=x",
                                       "autoCommit=maybe",  "maxRows=-1",       "bufPrefetch=31",
                                       "isolation=4",       "messageCap=1",     "batchAllowMaxErrors=2147483648",
                                       "connectTimeout=-1", "language=fr",      "compress=3",
                                       "compressId=2",      "isCompress=2",     "maxRows=9223372036854775808",
                                       "maxRows=",          "maxRows=+1",       "maxRows=1%20",
                                       "busyWait=-1",       "busyWait=1000001", "busyWait="})
        refused("dm://u:p@h?" + std::string(bad), client_errc::invalid_option_value);
    refused("dm://u:p@h:0", client_errc::invalid_option_value);
    refused("dm://u:p@h:65536", client_errc::invalid_option_value);
    refused("dm://u:p@h?schema", client_errc::invalid_dsn);
    refused("dm://host:5236", client_errc::invalid_dsn);
    refused("dm://u:p@h/db", client_errc::invalid_dsn);
    refused("postgres://u:p@h?a=b", client_errc::invalid_dsn);
    refused("", client_errc::invalid_dsn);
    refused("nonsense", client_errc::invalid_dsn);
}

/// Every option of the vendor's Go driver (docs/protocol, DSN) is honoured or refused with a reason, never unknown.
TEST(Dsn, KnowsEveryOptionOfTheVendor) {
    for (const std::string_view name : {"addressRemap",
                                        "userRemap",
                                        "schema",
                                        "catalog",
                                        "appName",
                                        "osName",
                                        "autoCommit",
                                        "alwayseAllowCommit",
                                        "compress",
                                        "isCompress",
                                        "compressId",
                                        "loginEncrypt",
                                        "communicationEncrypt",
                                        "direct",
                                        "loginCertificate",
                                        "cipherPath",
                                        "sslCertPath",
                                        "sslKeyPath",
                                        "sslFilesPath",
                                        "osAuthType",
                                        "uKeyName",
                                        "uKeyPin",
                                        "kerberosLoginConfPath",
                                        "timeZone",
                                        "language",
                                        "sessionTimeout",
                                        "socketTimeout",
                                        "connectTimeout",
                                        "mppLocal",
                                        "rwSeparate",
                                        "rwPercent",
                                        "rwAutoDistribute",
                                        "rwHA",
                                        "rwIgnoreSql",
                                        "rwStandby",
                                        "rwStandbyRecoverTime",
                                        "loginMode",
                                        "loginStatus",
                                        "loginDscCtrl",
                                        "epSelector",
                                        "switchTimes",
                                        "switchInterval",
                                        "doSwitch",
                                        "driverReconnect",
                                        "cluster",
                                        "dialName",
                                        "svcConfPath",
                                        "confPath",
                                        "dbAliveCheckFreq",
                                        "isBdtaRS",
                                        "bufPrefetch",
                                        "rowPrefetch",
                                        "maxRows",
                                        "LobMode",
                                        "StmtPoolSize",
                                        "enRsCache",
                                        "rsCacheSize",
                                        "rsRefreshFreq",
                                        "continueBatchOnError",
                                        "batchAllowMaxErrors",
                                        "batchType",
                                        "batchNotOnCall",
                                        "compatibleMode",
                                        "comOra",
                                        "ignoreCase",
                                        "columnNameUpperCase",
                                        "columnNameCase",
                                        "escapeProcess",
                                        "keywords",
                                        "dec2double",
                                        "clobAsString",
                                        "databaseProductName",
                                        "logLevel",
                                        "logDir",
                                        "logFlushFreq",
                                        "logFlusherQueueSize",
                                        "logBufferSize",
                                        "statEnable",
                                        "statDir",
                                        "statFlushFreq",
                                        "statSlowSqlCount",
                                        "statHighFreqSqlCount",
                                        "statSqlMaxCount",
                                        "statSqlRemoveMode"}) {
        error_code code;
        diagnostics details;
        static_cast<void>(parse_dsn("dm://u:p@h?" + std::string(name) + "=~", code, details));
        EXPECT_NE(code, client_errc::unknown_option) << name;
        if (code == client_errc::unsupported_option) {
            EXPECT_GT(details.client_message.size(), name.size() + 10) << "a reason for " << name;
        }
    }
}

TEST(Dsn, ReadsKeysAndValues) {
    const auto plain = parsed("user=SYSDBA;password=p;server=h;port=5237;schema=S");
    EXPECT_EQ(plain.user, "SYSDBA");
    EXPECT_EQ(plain.port, 5237);
    EXPECT_EQ(plain.schema, "S");
    const auto odbc = parsed("DRIVER={DM8 ODBC DRIVER};SERVER=h;UID=u;PWD={a;b}}c=d};");
    EXPECT_EQ(odbc.user, "u");
    EXPECT_EQ(odbc.password, "a;b}c=d");
    EXPECT_EQ(parsed("User ID = u ; Pwd = p").user, "u");
    EXPECT_EQ(parsed("password=a%41b").password, "a%41b") << "percent means nothing here";
    EXPECT_EQ(parsed("server=h:5237;uid=u").port, 5237);
    EXPECT_EQ(parsed("server=::1;uid=u").host, "::1");
    EXPECT_EQ(parsed("server=[::1]:5237;uid=u").host, "::1");
    refused("server=a/b;uid=u", client_errc::invalid_dsn);
    refused("DRIVER=Postgres;UID=u", client_errc::unsupported_option);
    refused("DSN=mydb;UID=u", client_errc::unsupported_option);
    refused("user=u;nonsense", client_errc::invalid_dsn);
    refused("PWD={unfinished", client_errc::invalid_dsn);
    refused("PWD={a}b;UID=u", client_errc::invalid_dsn);
}

TEST(Dsn, FormattingIsTheInverseOfParsing) {
    std::mt19937 random(8);
    constexpr std::string_view letters = "aZ0 @:%?&=#/\\;{}[]\"'~!\xE8\xBE\xBE\t";
    const auto text = [&] {
        std::string out;
        for (auto size = random() % 8; size > 0; --size)
            out += letters[random() % letters.size()];
        return out;
    };
    for (int round = 0; round < 2000; ++round) {
        connect_params params;
        params.user = text();
        params.password = text();
        params.host = round % 3 == 0 ? "::1" : "db" + std::to_string(round);
        params.port = static_cast<std::uint16_t>(1 + random() % 65535);
        params.schema = text();
        params.application_name = text();
        params.connection_tag = text();
        params.autocommit = random() % 2 == 0;
        params.time_zone = random() % 2 == 0 ? std::optional<std::int16_t>(480) : std::nullopt;
        for (const auto form : {dsn_form::url, dsn_form::key_value, dsn_form::odbc}) {
            const auto dsn = format_dsn(params, form);
            EXPECT_EQ(parsed(dsn), params) << dsn;
        }
    }
}

TEST(Dsn, DescriptionsHideThePassword) {
    connect_params params;
    params.user = "u";
    params.password = "a-secret";
    EXPECT_EQ(describe(params), "dm://u:***@localhost:5236");
}

TEST(Dsn, RefusalsThrow) {
    try {
        static_cast<void>(parse_dsn("dm://u:a-secret@h?colour=red"));
        FAIL();
    } catch (const error& problem) {
        EXPECT_EQ(problem.code(), client_errc::unknown_option);
        EXPECT_EQ(std::string(problem.what()).find("a-secret"), std::string::npos);
        EXPECT_NE(std::string(problem.what()).find("colour"), std::string::npos);
    }
}

TEST(Dsn, NamesOfOptionsAreUnique) {
    for (const auto& option : session::dsn_options()) {
        for (const auto& other : session::refused_options())
            EXPECT_FALSE(session::same_name(option.name, other.name)) << option.name;
        int same = 0;
        for (const auto& other : session::dsn_options())
            same += session::same_name(option.name, other.name) ? 1 : 0;
        EXPECT_EQ(same, 1) << option.name;
    }
}

}  // namespace
}  // namespace dmkit
