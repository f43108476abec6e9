#include <sys/socket.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <dmkit/dmkit.hpp>
#include <dmkit/mock/server.hpp>
#include <dmkit/wire/frame.hpp>
#include <dmkit/wire/messages/session.hpp>

#include "certificates.hpp"

/// The client against the mock server over TLS.
namespace dmkit {
namespace {

using test::certificate_authority;
using test::certificate_wish;
using testing::HasSubstr;
using namespace std::chrono_literals;

const certificate_wish for_localhost{.common_name = "server", .names = {"DNS:localhost", "IP:127.0.0.1"}};

class Tls : public testing::Test {
  protected:
    mock::server_params server_params(const certificate_wish& wish = for_localhost) {
        mock::server_params out;
        const auto own = authority.issue("server", wish);
        out.tls.certificate = own.certificate;
        out.tls.key = own.key;
        return out;
    }
    /// Parameters that trust the authority.
    connect_params client_params(const mock::server& server) const {
        connect_params out;
        out.host = server.address();
        out.port = server.port();
        out.user = "SYSDBA";
        out.password = "SYSDBA";
        out.tls = tls_mode::require;
        out.tls_ca_file = authority.certificate().string();
        return out;
    }
    /// What connecting ends in, synchronously and asynchronously, which must be the same.
    error_code outcome(const connect_params& params) {
        error_code code;
        connection db;
        db.connect(params, code, details);
        EXPECT_EQ(db.is_open(), !code);
        boost::asio::io_context context;
        connection other(context.get_executor());
        error_code later;
        diagnostics more;
        other.async_connect(params, more, [&](error_code ended) { later = ended; });
        context.run();
        EXPECT_EQ(later, code) << more.message() << " / " << details.message();
        EXPECT_EQ(other.is_open(), !code);
        return code;
    }
    certificate_authority authority;
    diagnostics details;
};

TEST_F(Tls, CarriesTheWholeSession) {
    mock::server server(server_params());
    server.execute("CREATE TABLE T(ID INT, NAME VARCHAR(4000))");
    const auto params = client_params(server);
    std::vector<handshake_stage> stages;
    connection db;
    db.on_stage([&](const handshake_event& event) { stages.push_back(event.to); });
    db.connect(params);
    EXPECT_EQ(db.server().tls_version, "TLSv1.3");
    EXPECT_FALSE(db.server().tls_cipher.empty());
    EXPECT_TRUE(db.is_alive());
    EXPECT_THAT(stages, testing::IsSupersetOf({handshake_stage::securing, handshake_stage::secured}));
    std::vector<std::tuple<int, std::string>> rows;
    for (int i = 0; i < 2000; ++i)
        rows.emplace_back(i, std::string(1000, static_cast<char>('a' + i % 26)));
    EXPECT_EQ(db.execute_many("INSERT INTO T VALUES(?, ?)", rows).affected_rows, 2000);
    auto found = db.query("SELECT ID, NAME FROM T ORDER BY ID");
    int count = 0;
    for (auto [id, name] : found.as<std::int64_t, std::string_view>()) {
        ASSERT_EQ(id, count);
        ASSERT_EQ(name, std::string(1000, static_cast<char>('a' + count % 26)));
        ++count;
    }
    EXPECT_EQ(count, 2000);
    EXPECT_TRUE(db.is_alive());
    db.close();
}

TEST_F(Tls, CarriesTheWholeSessionAsynchronously) {
    mock::server server(server_params());
    boost::asio::io_context context;
    connection db(context.get_executor());
    std::int64_t count = 0;
    db.async_connect(client_params(server), [&](error_code code) {
        ASSERT_FALSE(code) << code.message();
        db.async_query("SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 20000", [&](error_code failed, dmkit::rows rows) {
            ASSERT_FALSE(failed) << failed.message();
            auto kept = std::make_shared<dmkit::rows>(std::move(rows));
            kept->async_read_all([&, kept](error_code last, const results& all) {
                ASSERT_FALSE(last) << last.message();
                count = static_cast<std::int64_t>(all.size());
            });
        });
    });
    context.run();
    EXPECT_EQ(count, 20000);
    EXPECT_EQ(db.server().tls_version, "TLSv1.3");
}

TEST_F(Tls, TheServersOwnDsnConnects) {
    mock::server server(server_params({.common_name = "somebody"}));
    connection db{parse_dsn(server.dsn())};
    EXPECT_EQ(db.server().tls_version, "TLSv1.3");
}

TEST_F(Tls, ChecksWhoSignedTheCertificate) {
    mock::server server(server_params());
    auto params = client_params(server);
    params.tls = tls_mode::prefer;
    const certificate_authority other("somebody else");
    params.tls_ca_file = other.certificate().string();
    EXPECT_EQ(outcome(params), client_errc::tls_unknown_authority);
    EXPECT_THAT(details.message(), HasSubstr("CN=server"));
    // The system's authorities do not know it either.
    params.tls_ca_file.clear();
    EXPECT_EQ(outcome(params), client_errc::tls_unknown_authority);
    params.tls_verify = tls_verification::certificate;
    EXPECT_EQ(outcome(params), client_errc::tls_unknown_authority);
    params.tls_verify = tls_verification::none;
    EXPECT_FALSE(outcome(params));
    EXPECT_EQ(classify(client_errc::tls_unknown_authority), fault_class::tls);
}

TEST_F(Tls, ChecksTheHost) {
    mock::server server(server_params({.common_name = "server", .names = {"DNS:db.example", "IP:192.0.2.7"}}));
    auto params = client_params(server);
    EXPECT_EQ(outcome(params), client_errc::tls_wrong_host);
    params.host = "localhost";
    EXPECT_EQ(outcome(params), client_errc::tls_wrong_host);
    for (const auto* name : {"db.example", "192.0.2.7"}) {
        params.tls_server_name = name;
        EXPECT_FALSE(outcome(params)) << name << details.message();
    }
    params.tls_server_name = "192.0.2.8";
    EXPECT_EQ(outcome(params), client_errc::tls_wrong_host);
    params.tls_verify = tls_verification::certificate;
    EXPECT_FALSE(outcome(params));
}

TEST_F(Tls, ChecksTheDates) {
    auto wish = for_localhost;
    wish.begins_in_days = -3;
    wish.ends_in_days = -1;
    mock::server expired(server_params(wish));
    EXPECT_EQ(outcome(client_params(expired)), client_errc::tls_expired);
    wish.begins_in_days = 1;
    wish.ends_in_days = 3;
    mock::server early(server_params(wish));
    EXPECT_EQ(outcome(client_params(early)), client_errc::tls_expired);
}

TEST_F(Tls, ClientsShowTheirCertificate) {
    auto settings = server_params();
    settings.tls.client_ca = authority.certificate();
    settings.english = true;
    mock::server server(settings);
    auto params = client_params(server);
    EXPECT_EQ(outcome(params), client_errc::tls_certificate_refused);
    EXPECT_THAT(details.message(), HasSubstr("none is set"));

    const auto own = authority.issue("client", {.common_name = "SYSDBA"});
    params.tls_certificate_file = own.certificate.string();
    params.tls_key_file = own.key.string();
    EXPECT_FALSE(outcome(params)) << details.message();

    // DM8's arrangement: client-cert.pem, client-key.pem and ca-cert.pem in one folder.
    auto by_folder = client_params(server);
    by_folder.tls_ca_file.clear();
    by_folder.tls_files_path = authority.folder().string();
    EXPECT_FALSE(outcome(by_folder)) << details.message();
    // Each file that is named goes before the folder's.
    const auto copy = authority.folder() / "elsewhere.pem";
    std::filesystem::rename(own.certificate, copy);
    EXPECT_EQ(outcome(by_folder), client_errc::tls_configuration);
    by_folder.tls_certificate_file = copy.string();
    EXPECT_FALSE(outcome(by_folder)) << details.message();

    const certificate_authority other("somebody else");
    const auto strange = other.issue("client");
    params.tls_certificate_file = strange.certificate.string();
    params.tls_key_file = strange.key.string();
    EXPECT_EQ(outcome(params), client_errc::tls_certificate_refused) << details.message();
    EXPECT_THAT(details.message(), HasSubstr("unknown CA"));

    const auto old = authority.issue("old", {.begins_in_days = -3, .ends_in_days = -1});
    params.tls_certificate_file = old.certificate.string();
    params.tls_key_file = old.key.string();
    EXPECT_EQ(outcome(params), client_errc::tls_certificate_refused) << details.message();
}

TEST_F(Tls, TheServerNamesWhatItRefuses) {
    auto settings = server_params();
    settings.tls.client_ca = authority.certificate();
    settings.log = mock::log_level::debug;
    mock::server server(settings);
    const auto logged = [&](const connect_params& params) {
        testing::internal::CaptureStderr();
        error_code ignored;
        connection().connect(params, ignored, details);
        // The server writes on its own thread.
        std::this_thread::sleep_for(100ms);
        return testing::internal::GetCapturedStderr();
    };
    auto params = client_params(server);
    EXPECT_THAT(logged(params), HasSubstr("TLS fails: peer did not return a certificate"));
    const certificate_authority other("somebody else");
    const auto strange = other.issue("client", {.common_name = "stranger"});
    params.tls_certificate_file = strange.certificate.string();
    params.tls_key_file = strange.key.string();
    EXPECT_THAT(logged(params), HasSubstr("certificate of CN=stranger"));
    const auto own = authority.issue("client", {.common_name = "somebody"});
    params.tls_certificate_file = own.certificate.string();
    params.tls_key_file = own.key.string();
    EXPECT_THAT(logged(params), HasSubstr("client certificate of CN=somebody"));
    params.tls_ca_file = other.certificate().string();
    EXPECT_THAT(logged(params), HasSubstr("TLS fails: the peer says: unknown CA"));
}

TEST_F(Tls, KeysMayBeEncrypted) {
    auto settings = server_params();
    settings.tls.client_ca = authority.certificate();
    mock::server server(settings);
    const auto own = authority.issue("client", {.key_password = "canary-of-a-key"});
    auto params = client_params(server);
    params.tls_certificate_file = own.certificate.string();
    params.tls_key_file = own.key.string();
    params.tls_key_password = "canary-of-a-key";
    EXPECT_FALSE(outcome(params)) << details.message();
    EXPECT_EQ(describe(params).find("canary"), std::string::npos);
    params.tls_key_password = "canary-wrong";
    EXPECT_EQ(outcome(params), client_errc::tls_configuration);
    EXPECT_EQ(details.message().find("canary"), std::string::npos);
    params.tls_key_password.clear();
    EXPECT_EQ(outcome(params), client_errc::tls_configuration);
}

TEST_F(Tls, SettingsThatCannotWorkAreNamed) {
    mock::server server(server_params());
    const auto good = client_params(server);
    const auto own = authority.issue("client");
    const auto other = authority.issue("other");
    auto params = good;
    params.tls_ca_file = "/nonexistent/ca.pem";
    EXPECT_EQ(outcome(params), client_errc::tls_configuration);
    EXPECT_THAT(details.message(), HasSubstr("/nonexistent/ca.pem"));
    params = good;
    params.tls_ca_path = "/nonexistent";
    EXPECT_EQ(outcome(params), client_errc::tls_configuration);
    EXPECT_THAT(details.message(), HasSubstr("/nonexistent"));
    params = good;
    params.tls_certificate_file = own.certificate.string();
    EXPECT_EQ(outcome(params), client_errc::tls_configuration);
    params.tls_key_file = other.key.string();
    EXPECT_EQ(outcome(params), client_errc::tls_configuration);
    EXPECT_THAT(details.message(), HasSubstr("mismatch"));
    params.tls_key_file = authority.certificate().string();
    EXPECT_EQ(outcome(params), client_errc::tls_configuration);

    mock::server_params settings;
    settings.tls.certificate = own.certificate;
    EXPECT_THROW(mock::server broken(settings), std::invalid_argument);
    settings.tls.key = other.key;
    EXPECT_THROW(mock::server broken(settings), std::invalid_argument);
    settings.tls = {};
    settings.profile.tls = mock::tls_choice::session;
    EXPECT_THROW(mock::server broken(settings), std::invalid_argument);
}

TEST_F(Tls, TheModeDecides) {
    mock::server plain;
    mock::server secure(server_params());
    auto settings = server_params();
    settings.profile.tls = mock::tls_choice::handshake_only;
    mock::server handshake(settings);
    settings.profile.tls = mock::tls_choice::off;
    mock::server off(settings);

    const auto ends = [&](const mock::server& server, tls_mode mode) {
        auto params = client_params(server);
        params.tls = mode;
        return outcome(params);
    };
    EXPECT_FALSE(ends(plain, tls_mode::disable));
    EXPECT_FALSE(ends(plain, tls_mode::prefer));
    EXPECT_EQ(ends(plain, tls_mode::require), client_errc::tls_required);
    EXPECT_EQ(ends(off, tls_mode::require), client_errc::tls_required);
    EXPECT_EQ(ends(secure, tls_mode::disable), client_errc::tls_disabled);
    EXPECT_FALSE(ends(secure, tls_mode::prefer));
    EXPECT_FALSE(ends(secure, tls_mode::require));
    EXPECT_EQ(ends(handshake, tls_mode::disable), client_errc::tls_disabled);
    EXPECT_FALSE(ends(handshake, tls_mode::prefer)) << details.message();
    EXPECT_EQ(ends(handshake, tls_mode::require), client_errc::tls_required);
    EXPECT_THAT(details.message(), HasSubstr("in clear"));
}

TEST_F(Tls, GoesOnInClearAfterAHandshakeOnly) {
    auto settings = server_params();
    settings.profile.tls = mock::tls_choice::handshake_only;
    mock::server server(settings);
    auto params = client_params(server);
    params.tls = tls_mode::prefer;
    for (const auto version : {tls_version::tls_1_2, tls_version::tls_1_3}) {
        params.tls_min_version = version;
        connection db{params};
        EXPECT_EQ(db.server().tls_version, "");
        EXPECT_EQ(db.query("SELECT 7").read_all()[0][0].get<std::int64_t>(), 7);
        EXPECT_TRUE(db.is_alive());
    }
}

TEST_F(Tls, GoesWithEveryCipherCompressionAndCheck) {
    for (const auto tls : {mock::tls_choice::session, mock::tls_choice::handshake_only}) {
        for (const auto* cipher : {"none", "des", "aes256", "aes128-ofb", "3des-cbc", "des-ecb"}) {
            for (const auto compression : {compression::off, compression::always, compression::large}) {
                for (const auto algorithm : {compression_algorithm::zlib, compression_algorithm::snappy}) {
                    for (const bool crc : {false, true}) {
                        auto settings = server_params();
                        settings.profile.tls = tls;
                        mock::set_profile_entry(settings.profile, "cipher", cipher);
                        settings.profile.crc = crc;
                        mock::server server(settings);
                        auto params = client_params(server);
                        params.tls = tls_mode::prefer;
                        params.allow_weak_ciphers = true;
                        params.compression = compression;
                        params.compression_algorithm = algorithm;
                        connection db{params};
                        const std::string text(20000, 'x');
                        auto rows = db.query("SELECT LENGTH(?), ?", text, "达梦").read_all();
                        EXPECT_EQ(rows[0][0].get<std::int64_t>(), 20000) << cipher;
                        EXPECT_EQ(rows[0][1].get<std::string_view>(), "达梦") << cipher;
                        EXPECT_EQ(db.server().compressed, compression != compression::off);
                    }
                }
            }
        }
    }
}

/// Answers STARTUP with the wish for TLS, and then says what the test wants.
class rogue_server {
  public:
    explicit rogue_server(std::vector<std::byte> behind)
        : acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}), behind_(std::move(behind)) {
        thread_ = std::thread([this] { serve(); });
    }
    ~rogue_server() {
        ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
        thread_.join();
    }
    rogue_server(const rogue_server&) = delete;
    rogue_server& operator=(const rogue_server&) = delete;
    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    /// Closes connections instead of keeping them silent.
    bool closes = false;

  private:
    void serve() {
        std::vector<boost::asio::ip::tcp::socket> kept;
        boost::system::error_code error;
        while (!error) {
            boost::asio::ip::tcp::socket socket(context_);
            acceptor_.accept(socket, error);
            if (error)
                return;
            std::array<std::byte, 4096> request{};
            socket.read_some(boost::asio::buffer(request), error);
            wire::startup_response response;
            response.encrypt_type = 1;
            response.server_version = "8.1.3.140";
            std::vector<std::byte> answer;
            encode(response, {}, answer);
            wire::finish_frame(answer, 0);
            answer.insert(answer.end(), behind_.begin(), behind_.end());
            boost::asio::write(socket, boost::asio::buffer(answer), error);
            if (!closes)
                kept.push_back(std::move(socket));
            error.clear();
        }
    }
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::vector<std::byte> behind_;
    std::thread thread_;
};

connect_params towards(const rogue_server& server) {
    connect_params out;
    out.host = "127.0.0.1";
    out.port = server.port();
    out.user = out.password = "SYSDBA";
    return out;
}

TEST_F(Tls, DeadlineAndCancellationReachIntoTheHandshake) {
    const rogue_server silent({});
    auto params = towards(silent);
    params.connect_timeout = 200ms;
    EXPECT_EQ(outcome(params), client_errc::timeout);

    params.connect_timeout = 10s;
    boost::asio::io_context context;
    connection db(context.get_executor());
    boost::asio::cancellation_signal signal;
    error_code code;
    bool securing = false;
    db.on_stage([&](const handshake_event& event) { securing = securing || event.to == handshake_stage::securing; });
    db.async_connect(params,
                     boost::asio::bind_cancellation_slot(signal.slot(), [&](error_code ended) { code = ended; }));
    boost::asio::steady_timer timer(context, 100ms);
    timer.async_wait([&](error_code) { signal.emit(boost::asio::cancellation_type::terminal); });
    context.run();
    EXPECT_TRUE(securing);
    EXPECT_EQ(code, client_errc::cancelled);
    EXPECT_FALSE(db.is_open());
}

TEST_F(Tls, AServerThatSpeaksNoTlsIsNamed) {
    // What stands behind the answer in clear may be anybody's.
    const rogue_server eager(std::vector<std::byte>(64, std::byte{'x'}));
    EXPECT_EQ(outcome(towards(eager)), client_errc::protocol_violation);
    rogue_server closing({});
    closing.closes = true;
    const auto code = outcome(towards(closing));
    EXPECT_TRUE(code == client_errc::peer_closed || code == client_errc::connection_reset) << code.message();
}

TEST_F(Tls, AClientThatSpeaksNoTlsIsLetGo) {
    mock::server server(server_params());
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    socket.connect({boost::asio::ip::address_v4::loopback(), server.port()});
    wire::startup_request hello;
    hello.client_version = "7.6.0.0";
    std::vector<std::byte> request;
    encode(hello, {}, request);
    wire::finish_frame(request, 0);
    boost::asio::write(socket, boost::asio::buffer(request));
    std::array<std::byte, 4096> room{};
    EXPECT_GT(socket.read_some(boost::asio::buffer(room)), 64U);
    EXPECT_EQ(std::to_integer<int>(room[20]), 1);
    // LOGIN in clear.
    wire::login_request who;
    request.clear();
    encode(who, {}, request);
    wire::finish_frame(request, 0);
    boost::asio::write(socket, boost::asio::buffer(request));
    boost::system::error_code ended;
    while (!ended)
        socket.read_some(boost::asio::buffer(room), ended);
    EXPECT_EQ(ended, boost::asio::error::eof);
    // The server lives on.
    EXPECT_FALSE(outcome(client_params(server)));
}

TEST_F(Tls, AClientThatLeavesGivesUpItsPlaceInTheQueue) {
    auto settings = server_params();
    settings.profile.lock_timeout = 20s;
    mock::server server(settings);
    server.execute("CREATE TABLE T(ID INT)");
    connection holder{client_params(server)};
    auto held = holder.begin();
    held.execute("INSERT INTO T VALUES(1)");
    connection waiter{client_params(server)};
    error_code code;
    diagnostics ignored;
    waiter.execute(command("INSERT INTO T VALUES(2)").timeout(100ms), code, ignored);
    EXPECT_EQ(code, client_errc::timeout);
    held.rollback();
    // Had the server not seen that the waiter went, its row would be there now.
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(holder.query("SELECT COUNT(*) FROM T").read_all()[0][0].get<std::int64_t>(), 0);
}

}  // namespace
}  // namespace dmkit
