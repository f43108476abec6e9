#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <dmkit/dmkit.hpp>
#include <dmkit/mock/server.hpp>

#include "certificates.hpp"

/// No password appears in a log, an error or a description, at any level, in any of the forms in which bytes are shown.
namespace dmkit {
namespace {

constexpr std::string_view good_password = "kAnarie_5417-good";
constexpr std::string_view bad_password = "kAnarie_9263-wrong";
constexpr std::string_view key_password = "kAnarie_3081-of-a-key";

/// Base64 of @p text wherever it may stand in longer bytes: without the characters that depend on its neighbours.
std::vector<std::string> base64_forms(std::string_view text) {
    std::vector<std::string> out;
    for (std::size_t before = 0; before < 3; ++before) {
        const auto padded = std::string(before, 'x') + std::string(text);
        std::vector<unsigned char> encoded(padded.size() * 2 + 4);
        const auto size = EVP_EncodeBlock(encoded.data(), reinterpret_cast<const unsigned char*>(padded.data()),
                                          static_cast<int>(padded.size()));
        std::string form(encoded.begin(), encoded.begin() + size);
        form.erase(std::min(form.find('='), form.size()));
        const auto first = before == 0 ? std::size_t{0} : before + 1;
        out.push_back(form.substr(first, form.size() - first - (padded.size() % 3 == 0 ? 0 : 1)));
    }
    return out;
}

std::string hex(std::string_view text) {
    std::string out;
    for (const char c : text) {
        constexpr std::string_view digits = "0123456789abcdef";
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 0x0FU];
    }
    return out;
}

/// What is shown in @p text of @p secret, if anything.
std::string found_in(std::string_view text, std::string_view secret) {
    if (text.find(secret) != std::string_view::npos)
        return "in clear";
    for (const auto& form : base64_forms(secret)) {
        if (text.find(form) != std::string_view::npos)
            return "in base64";
    }
    // Dumps put blanks, line breaks or colons between digits, and write them in either case.
    std::string dense;
    for (const char c : text) {
        if (c == ' ' || c == '\n' || c == ':' || c == '|')
            continue;
        dense += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return dense.find(hex(secret)) != std::string::npos ? "in hexadecimal" : "";
}

void expect_no_secret(std::string_view text, std::string_view where) {
    for (const auto secret : {good_password, bad_password, key_password})
        EXPECT_EQ(found_in(text, secret), "") << where << ":\n" << text;
}

TEST(Secrets, TheSearchFindsWhatItLooksFor) {
    EXPECT_EQ(found_in("as kAnarie_5417-good!", good_password), "in clear");
    EXPECT_EQ(found_in("6B 41 6E 61 72 69 65 5F 35 34\n31 37 2D 67 6F 6F 64", good_password), "in hexadecimal");
    EXPECT_EQ(found_in("xxa0FuYXJpZV81NDE3LWdvb2Q=", good_password), "in base64");
    EXPECT_EQ(found_in("SYSDBA", good_password), "");
    for (const auto* before : {"", "a", "ab", "abc"}) {
        const auto text = before + std::string(good_password) + "cd";
        std::vector<unsigned char> encoded(text.size() * 2 + 4);
        EVP_EncodeBlock(encoded.data(), reinterpret_cast<const unsigned char*>(text.data()),
                        static_cast<int>(text.size()));
        EXPECT_EQ(found_in(reinterpret_cast<const char*>(encoded.data()), good_password), "in base64") << before;
    }
}

/// Everything that a login says of itself.
std::string everything_about(const connect_params& params) {
    std::string said = describe(params) + "\n";
    connection db;
    db.on_stage([&](const handshake_event& event) {
        said +=
            std::string(to_string(event.from)) + " > " + std::string(to_string(event.to)) + ": " + event.detail + "\n";
    });
    error_code code;
    diagnostics details;
    db.connect(params, code, details);
    said += code.message() + "\n" + details.server_message + "\n" + details.client_message + "\n" + details.endpoint;
    if (code)
        said += error(code, details).what();
    else
        db.ping();
    return said;
}

class SecretsOfLogins : public testing::Test {
  protected:
    test::certificate_authority authority;
};

TEST_F(SecretsOfLogins, StayOutOfLogsAndErrors) {
    const auto own = authority.issue("server", {.names = {"IP:127.0.0.1"}, .key_password = std::string(key_password)});
    testing::internal::CaptureStderr();
    std::string said;
    int refused = 0;
    for (const auto tls : {mock::tls_choice::off, mock::tls_choice::session, mock::tls_choice::handshake_only}) {
        for (const auto* cipher : {"auto", "des", "none", "aes256", "3des-cbc", "des-ecb", "aes192-ofb"}) {
            mock::server_params settings;
            settings.users = {{"SYSDBA", std::string(good_password)}};
            settings.log = mock::log_level::debug;
            settings.tls = {own.certificate, own.key, std::string(key_password), {}};
            settings.profile.tls = tls;
            mock::set_profile_entry(settings.profile, "cipher", cipher);
            settings.profile.crc = tls == mock::tls_choice::off;
            mock::server server(settings);
            connect_params params;
            params.host = "127.0.0.1";
            params.port = server.port();
            params.user = "SYSDBA";
            params.tls_ca_file = authority.certificate().string();
            params.allow_weak_ciphers = true;
            for (const auto password : {good_password, bad_password}) {
                for (const bool encrypts : {true, false}) {
                    params.password = password;
                    params.login_encryption = encrypts;
                    const auto text = everything_about(params);
                    refused += text.find("-2501") != std::string::npos ? 1 : 0;
                    said += text;
                }
            }
            // A password in the user's place, in every option's place, and one that is too long.
            params.password = std::string(bad_password) + std::string(200, 'x');
            said += everything_about(params);
            // Statements with passwords.
            params.password = good_password;
            connection db{params};
            for (const std::string& statement :
                 {"CREATE USER U IDENTIFIED BY \"" + std::string(good_password) + "\"",
                  "ALTER USER U IDENTIFIED BY \"" + std::string(bad_password) + "\"",
                  "CREATE USER U IDENTIFIED BY \"" + std::string(bad_password) + "\"",
                  "ALTER USER NOBODY_AT_ALL IDENTIFIED BY \"" + std::string(bad_password) + "\""}) {
                error_code code;
                diagnostics details;
                db.execute(statement, code, details);
                said += details.message();
            }
        }
    }
    const auto log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(refused, 3 * 7 * 2);
    EXPECT_NE(log.find("login of SYSDBA"), std::string::npos);
    EXPECT_NE(log.find("TLS: TLSv1"), std::string::npos);
    expect_no_secret(log, "the server's log");
    expect_no_secret(said, "what the client says");
}

TEST(Secrets, StayOutOfErrorsAboutConnectionStrings) {
    const std::string secret(good_password);
    for (const auto& dsn :
         {"dm://SYSDBA:" + secret + "@host:port", "dm://SYSDBA:" + secret + "@host:99999",
          "dm://SYSDBA:" + secret + "@h/x", "dm://SYSDBA:" + secret + "@h?colour=red",
          "dm://SYSDBA:" + secret + "@h?timeZone=9999", "dm://SYSDBA:" + secret + "@h?schema", "dm://SYSDBA:" + secret,
          "http://SYSDBA:" + secret + "@h?a=b", "user=SYSDBA;password=" + secret + ";colour=red",
          "user=SYSDBA;password={" + secret + ";server=h", "DRIVER=Other;UID=SYSDBA;PWD=" + secret,
          "user=SYSDBA;password=" + secret + ";port=0", "dm://u:p@h?tlsKeyPassword=" + secret + "&tls=maybe",
          "user=SYSDBA;pass word=" + secret, "dm://u:p@h?sslPwd=" + secret}) {
        error_code code;
        diagnostics details;
        static_cast<void>(parse_dsn(dsn, code, details));
        EXPECT_TRUE(code) << dsn;
        expect_no_secret(details.message(), dsn);
    }
}

TEST_F(SecretsOfLogins, StayOutOfWhatTheCommandsWrite) {
    const auto folder = authority.folder();
    const auto own = authority.issue("server", {.names = {"IP:127.0.0.1"}});
    const auto file = [&](const char* name) { return (folder / name).string(); };
    const auto read = [](const std::string& path) {
        std::ifstream in(path);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    const std::string command = DMKIT_COMMAND;
    const auto start = command + " serve --listen 127.0.0.1:0 --log debug --user SYSDBA:" + std::string(good_password) +
                       " --tls-cert " + own.certificate.string() + " --tls-key " + own.key.string() + " > " +
                       file("serve.out") + " 2> " + file("serve.err") + " & echo $! > " + file("serve.pid");
    ASSERT_EQ(std::system(start.c_str()), 0);
    std::string line;
    for (int i = 0; i < 200 && line.find('\n') == std::string::npos; ++i) {
        ::usleep(50000);
        line = read(file("serve.out"));
    }
    ASSERT_NE(line.find('\n'), std::string::npos) << read(file("serve.err"));
    const auto address = line.substr(line.rfind(' ') + 1, line.find('\n') - line.rfind(' ') - 1);
    int status = 0;
    const auto ask = [&](std::string_view password, std::string_view options) {
        const auto call = command + " sql 'dm://SYSDBA:" + std::string(password) + "@" + address +
                          "?tlsCaFile=" + authority.certificate().string() + std::string(options) +
                          "' -c 'SELECT 1 FROM DUAL; SELECT NONSENSE' >> " + file("sql.out") + " 2>&1";
        status = std::system(call.c_str());
    };
    ask(good_password, "");
    ask(bad_password, "");
    ask(good_password, "&tls=disable");
    ask(good_password, "&colour=red");
    ask(good_password, "&loginEncrypt=false");
    ask(good_password,
        "&tlsKeyPassword=" + std::string(key_password) + "&sslCertPath=/nonexistent&sslKeyPath=/nonexistent");
    EXPECT_NE(status, 0);
    ASSERT_EQ(std::system(("kill $(cat " + file("serve.pid") + ")").c_str()), 0);
    const auto written = read(file("sql.out"));
    EXPECT_NE(written.find("[-2501]"), std::string::npos) << written;
    EXPECT_NE(read(file("serve.err")).find("login of SYSDBA"), std::string::npos);
    expect_no_secret(written, "dmkit sql");
    expect_no_secret(read(file("serve.err")) + read(file("serve.out")), "dmkit serve");
}

}  // namespace
}  // namespace dmkit
