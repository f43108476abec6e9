// Recordings and replays of what travels in TLS. Server and proxy have authorities of their own, so that nobody who
// trusts the one gets along with the other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <dmkit/dmkit.hpp>
#include <dmkit/fixtures/conversation.hpp>
#include <dmkit/fixtures/recording_proxy.hpp>
#include <dmkit/fixtures/replay_server.hpp>
#include <dmkit/fixtures/show.hpp>
#include <dmkit/mock/server.hpp>

#include "tests/integration/raw_client.hpp"
#include "tests/integration/scratch_file.hpp"
#include "tests/support/certificates.hpp"

namespace dmkit {
namespace {

using test::certificate_authority;
using test::certificate_wish;
using testing::AllOf;
using testing::HasSubstr;

const certificate_wish for_loopback{.common_name = "server", .names = {"IP:127.0.0.1"}};

class RecordingTls : public testing::Test {
  protected:
    /// Starts the server and the proxy, which does what @p change makes of its parameters.
    template <class Change>
    void start(const std::string& tls, const Change& change) {
        mock::set_profile_entry(server_params.profile, "tls", tls);
        const auto server_certificate = servers.issue("server", server_wish);
        server_params.tls.certificate = server_certificate.certificate;
        server_params.tls.key = server_certificate.key;
        server.emplace(server_params);
        const auto proxy_certificate = proxies.issue("proxy", for_loopback);
        fixtures::recording_params params;
        params.upstream_port = server->port();
        params.file = file.path;
        params.tls.certificate = proxy_certificate.certificate;
        params.tls.key = proxy_certificate.key;
        params.upstream.ca_file = servers.certificate();
        params.problem = [this](int, std::string_view why) { report(why); };
        change(params);
        proxy.emplace(params);
    }
    void start(const std::string& tls) {
        start(tls, [](fixtures::recording_params&) {});
    }
    [[nodiscard]] connect_params at(std::uint16_t port) const {
        connect_params params;
        params.host = "127.0.0.1";
        params.port = port;
        params.user = "SYSDBA";
        params.password = "SYSDBA";
        params.tls_ca_file = proxies.certificate().string();
        return params;
    }
    error_code outcome(const connect_params& params) {
        error_code code;
        connection db;
        db.connect(params, code, details);
        return code;
    }
    /// Waits for a complaint of the proxy or the replay, and forgets it.
    std::string complaint() {
        std::unique_lock lock(mutex);
        came.wait_for(lock, std::chrono::seconds(20), [this] { return !told.empty(); });
        return std::exchange(told, {});
    }
    /// Ends the proxy. @return what it has complained of
    std::string complaints_until_its_end() {
        proxy->stop();
        const std::scoped_lock lock(mutex);
        return told;
    }
    void report(std::string_view what) {
        const std::scoped_lock lock(mutex);
        told += std::string(what) + "\n";
        came.notify_all();
    }

    // Proxies report to these until they are gone.
    std::mutex mutex;
    std::condition_variable came;
    std::string told;
    certificate_authority servers{"authority of the server"};
    certificate_authority proxies{"authority of the proxy"};
    certificate_wish server_wish = for_loopback;
    mock::server_params server_params;
    std::optional<mock::server> server;
    test::scratch_file file;
    std::optional<fixtures::recording_proxy> proxy;
    diagnostics details;
};

std::string shown(const fixtures::conversation& recorded) {
    std::ostringstream out;
    fixtures::show(recorded, out);
    return out.str();
}

using manner = std::tuple<std::string, tls_version, std::string>;  // profile entry, TLS, cipher inside it
class RecordingInTls : public RecordingTls, public testing::WithParamInterface<manner> {};

TEST_P(RecordingInTls, ShowsInClearWhatTravelsInIt) {
    const auto& [tls, version, cipher] = GetParam();
    mock::set_profile_entry(server_params.profile, "cipher", cipher);
    start(tls, [&](fixtures::recording_params& params) {
        params.upstream.min_version =
            version == tls_version::tls_1_3 ? fixtures::tls_version::tls_1_3 : fixtures::tls_version::tls_1_2;
    });
    auto params = at(proxy->port());
    params.tls = tls == "session" ? tls_mode::require : tls_mode::prefer;
    params.tls_min_version = version;
    const std::string name(2000, 'n');
    {
        connection db{params};
        EXPECT_EQ(db.server().tls_version.empty(), tls == "handshake") << "nothing is protected by TLS then";
        db.execute("CREATE TABLE T(ID INT, NAME VARCHAR(2000))");
        std::vector<std::tuple<int, std::string>> rows;
        for (int i = 0; i < 500; ++i)
            rows.emplace_back(i, name);
        EXPECT_EQ(db.execute_many("INSERT INTO T VALUES(?, ?)", rows).affected_rows, 500);
        std::int64_t count = 0;
        for (const auto row : db.query("SELECT ID, NAME FROM T ORDER BY ID")) {
            ASSERT_EQ(row[0], field_view(count));
            ++count;
        }
        EXPECT_EQ(count, 500);
    }
    EXPECT_EQ(complaints_until_its_end(), "");
    const auto recorded = fixtures::load_conversation(file.path);
    for (const auto& each : recorded.messages)
        EXPECT_EQ(each.undecoded, "") << each.name;
    EXPECT_THAT(shown(recorded), AllOf(HasSubstr("log in as SYSDBA"), HasSubstr("SELECT ID, NAME FROM T ORDER BY ID"),
                                       HasSubstr(tls == "session" ? "TLS from here on" : "TLS handshake only")));
}

INSTANTIATE_TEST_SUITE_P(Manners, RecordingInTls,
                         testing::Combine(testing::Values("session", "handshake"),
                                          testing::Values(tls_version::tls_1_2, tls_version::tls_1_3),
                                          testing::Values("none", "des", "aes256")),
                         [](const auto& each) {
                             return std::get<0>(each.param) +
                                    (std::get<1>(each.param) == tls_version::tls_1_3 ? "_1_3_" : "_1_2_") +
                                    std::get<2>(each.param);
                         });

TEST_F(RecordingTls, NamesAServerThatNobodyTrustedVouchesFor) {
    start("session", [&](fixtures::recording_params& params) { params.upstream.ca_file = proxies.certificate(); });
    EXPECT_TRUE(outcome(at(proxy->port())));
    EXPECT_THAT(complaint(), AllOf(HasSubstr("server: TLS: "), HasSubstr("issuer"), HasSubstr("CN=server")));
    proxy->stop();
    const auto recorded = fixtures::load_conversation(file.path);
    EXPECT_EQ(recorded.messages.size(), 2U) << "STARTUP and its answer travel in clear";
}

TEST_F(RecordingTls, ChecksTheHostOfTheServer) {
    server_wish.names = {"DNS:dm.example"};
    start("session");
    EXPECT_TRUE(outcome(at(proxy->port())));
    EXPECT_THAT(complaint(), AllOf(HasSubstr("server: TLS: "), HasSubstr("mismatch")));
    for (const bool by_name : {true, false}) {
        start("session", [&](fixtures::recording_params& params) {
            if (by_name)
                params.upstream.server_name = "dm.example";
            else
                params.upstream.verify = fixtures::tls_verification::certificate;
        });
        EXPECT_FALSE(outcome(at(proxy->port()))) << details.message();
    }
}

TEST_F(RecordingTls, ChecksNothingOnlyIfToldSo) {
    start("session", [&](fixtures::recording_params& params) {
        params.upstream.ca_file.clear();
        params.upstream.verify = fixtures::tls_verification::none;
    });
    EXPECT_FALSE(outcome(at(proxy->port()))) << details.message();
}

TEST_F(RecordingTls, ShowsTheServerACertificate) {
    server_params.tls.client_ca = servers.certificate();
    for (const bool own : {false, true}) {
        const auto certificate = servers.issue("recorder", {.common_name = "recorder"});
        start("session", [&](fixtures::recording_params& params) {
            if (own) {
                params.upstream.certificate = certificate.certificate;
                params.upstream.key = certificate.key;
            }
        });
        EXPECT_EQ(static_cast<bool>(outcome(at(proxy->port()))), !own) << details.message();
        if (!own) {
            EXPECT_THAT(complaint(), AllOf(HasSubstr("server: TLS: "), HasSubstr("it wants a certificate")));
        }
    }
}

TEST_F(RecordingTls, AsksClientsForACertificate) {
    start("session", [&](fixtures::recording_params& params) { params.tls.client_ca = proxies.certificate(); });
    auto params = at(proxy->port());
    EXPECT_TRUE(outcome(params));
    const auto certificate = proxies.issue("client", {.common_name = "client"});
    params.tls_certificate_file = certificate.certificate.string();
    params.tls_key_file = certificate.key.string();
    EXPECT_FALSE(outcome(params)) << details.message();
    EXPECT_THAT(complaint(), AllOf(HasSubstr("client: TLS: "), HasSubstr("did not return a certificate")));
}

TEST_F(RecordingTls, ItsClientsCheckItsCertificate) {
    start("session");
    auto params = at(proxy->port());
    params.tls_ca_file = servers.certificate().string();
    EXPECT_EQ(outcome(params), client_errc::tls_unknown_authority);
    EXPECT_THAT(complaint(), AllOf(HasSubstr("client: TLS: "), HasSubstr("unknown CA")));
}

TEST_F(RecordingTls, IsRefusedByNameWithoutACertificate) {
    start("session", [](fixtures::recording_params& params) {
        params.tls = {};
        params.upstream = {};
    });
    EXPECT_TRUE(outcome(at(proxy->port())));
    EXPECT_EQ(complaint(), "server: TLS (encrypt_type 1) needs a certificate to show the clients\n");
}

TEST_F(RecordingTls, EndsAtBytesThatAreNoTls) {
    start("session");
    test::raw_client client(proxy->port());
    wire::startup_request hello;
    hello.client_version = "7.6.0.0";
    EXPECT_EQ(test::raw_client::result_of(client.ask(hello)), 0);
    client.post(wire::login_request());
    EXPECT_TRUE(client.receive().empty() || client.closed());
    EXPECT_THAT(complaint(), HasSubstr("client: TLS: "));
}

TEST_F(RecordingTls, WantsFilesThatCanBeUsed) {
    const auto own = proxies.issue("other");
    const auto refused = [&](const auto& change) {
        try {
            start("session", change);
        } catch (const std::invalid_argument& error) {
            return std::string(error.what());
        }
        return std::string("nothing is wrong");
    };
    EXPECT_THAT(refused([](fixtures::recording_params& params) { params.tls.key = "/nonexistent/key.pem"; }),
                AllOf(HasSubstr("TLS for clients: "), HasSubstr("/nonexistent/key.pem")));
    EXPECT_THAT(refused([&](fixtures::recording_params& params) { params.tls.key = own.key; }),
                AllOf(HasSubstr("TLS for clients: "), HasSubstr("mismatch")));
    EXPECT_THAT(refused([](fixtures::recording_params& params) { params.upstream.ca_file = "/nonexistent/ca.pem"; }),
                AllOf(HasSubstr("TLS with the server: "), HasSubstr("/nonexistent/ca.pem")));
    EXPECT_THAT(refused([](fixtures::recording_params& params) { params.tls = {}; }),
                HasSubstr("needs a certificate to show the clients"));
}

TEST_F(RecordingTls, IsReplayed) {
    for (const std::string tls : {"session", "handshake"}) {
        const auto select = [](const connect_params& params) {
            connection db{params};
            std::string seen = db.server().tls_version + " ";
            for (const auto row : db.query("SELECT 'recorded' FROM DUAL"))
                seen += row[0].get<std::string_view>();
            return seen;
        };
        start(tls);
        const auto seen = select(at(proxy->port()));
        EXPECT_THAT(seen, testing::EndsWith(" recorded"));
        EXPECT_EQ(complaints_until_its_end(), "");
        const auto recorded = fixtures::load_conversation(file.path);
        const auto certificate = proxies.issue("replay", for_loopback);
        fixtures::replay_params params;
        params.problem = [this](int, std::string_view why) { report(why); };
        {
            const fixtures::replay_server clear(recorded, params);
            EXPECT_TRUE(outcome(at(clear.port())));
        }
        EXPECT_THAT(complaint(), HasSubstr("the recording: TLS"));
        params.tls.certificate = certificate.certificate;
        params.tls.key = certificate.key;
        params.problem = [](int, std::string_view why) { ADD_FAILURE() << why; };
        const fixtures::replay_server replay(recorded, params);
        EXPECT_EQ(select(at(replay.port())), seen);
        params.tls.key = "/nonexistent/key.pem";
        EXPECT_THROW(fixtures::replay_server(recorded, params), std::invalid_argument);
    }
}

}  // namespace
}  // namespace dmkit
