#include <string>
#include <tuple>
#include <utility>

#include <dmkit/wire/key_exchange.hpp>

#include "session_fixture.hpp"

namespace dmkit::mock::test {
namespace {

// dm8-connection, worked examples: STARTUP and LOGIN of the Go driver against a server with the fixture's private key.
constexpr std::string_view go_startup =
    "00000000 c800 50000000 0000000000000000 00 98 00000000 00000000 01 02 00 00 00 00 01 0800"
    "000000000000000000000000000000000000000000000000000000"
    "07000000372e362e302e30 00 40000000"
    "492939d5a2b9bff3eb01b813548c621a f71c42a97d6e85919b6fb6759b122065"
    "15f301a114cfe74f3cf83f0d4d4a5093 54f7c4e1dc6bf6062d19bd55b8c3a89c";
constexpr std::string_view server_key =
    "6b030d012fefbf67d7b902dd60ff3ca2f26f751ce0f977a6cee385d4e358012b"
    "d172cd93175626b3a30a3982106"
    "37cf947f3491ef45dac4a27de8dd410db7ff5";
constexpr std::string_view go_login =
    "00000000 0100 26000000 0000000000000000 00 27 05000000 ffffffff 00000000 00 0000 00000000 00 00 01 00"
    "000000000000000000000000000000000000000000"
    "06000000 5457be1527aa 06000000 5457be1527aa 00000000 05000000 6c696e7578 00000000 00";

class handshake : public session_fixture {
  protected:
    /// STARTUP that offers @p version and a key; the client's end of the exchange is kept.
    wire::startup_response start(std::uint16_t version, std::uint8_t communication = 2) {
        const std::vector<std::byte> random(wire::key_exchange::key_size, std::byte{0x11});
        client.emplace(std::span<const std::byte, wire::key_exchange::key_size>(random));
        wire::startup_request hello;
        hello.client_version = "7.6.0.0";
        hello.has_key = true;
        hello.communication_encryption = communication;
        hello.message_version = version;
        hello.client_key = client->public_key();
        return ask<wire::startup_response>(hello);
    }
    /// A login that names the seconds after which it may be ended when it says nothing.
    void log_in_for(std::int32_t session_timeout) {
        ask<wire::startup_response>(wire::startup_request{});
        wire::login_request who;
        who.user = wire::as_bytes("SYSDBA");
        who.password = wire::as_bytes("SYSDBA");
        who.session_timeout = session_timeout;
        ask<wire::login_response>(who);
    }
    std::optional<wire::key_exchange> client;
};

TEST_F(handshake, AnswersTheGoDriverWithTheKeyThatItsLoginWasMadeFor) {
    const server_answer answer{feed(from_hex(go_startup))};
    const auto startup = decoded<wire::startup_response>(answer);
    EXPECT_EQ(to_hex(startup.server_key), server_key);
    EXPECT_EQ(startup.message_version, 8);
    EXPECT_EQ(startup.encoding, 1);
    EXPECT_EQ(startup.cipher_id, -1);
    EXPECT_EQ(startup.communication_encryption, 1);
    EXPECT_EQ(startup.server_version, "8.1.3.140");
    EXPECT_FALSE(startup.crc);
    // The block of an empty error stands in front of the fields.
    EXPECT_EQ(to_hex(answer.frame().body.first(16)), std::string(32, '0'));

    const server_answer second{feed(from_hex(go_login))};
    const auto login = decoded<wire::login_response>(second);
    ASSERT_EQ(backend.logins.size(), 1U);
    EXPECT_EQ(backend.logins[0].user, "SYSDBA");
    EXPECT_EQ(backend.logins[0].password, "SYSDBA");
    EXPECT_EQ(backend.logins[0].time_zone, 0);
    EXPECT_EQ(login.instance_name, "DMSERVER");
    EXPECT_EQ(login.database_name, "DAMENG");
    EXPECT_EQ(login.schema, "SYSDBA");
    EXPECT_EQ(login.isolation, 1);
    EXPECT_TRUE(login.new_lob);
    EXPECT_EQ(login.database_time_zone, 480);
    // docs/protocol/drivers.md: what the native client library wants behind the formats.
    EXPECT_EQ(to_hex(login.tail), "00002e2c00000000000000000000");
    EXPECT_FALSE(session->closing());
}

TEST_F(handshake, AnswersWhateverTheSizeOfThePiecesThatArrive) {
    auto bytes = from_hex(go_startup);
    const auto login = from_hex(go_login);
    bytes.insert(bytes.end(), login.begin(), login.end());
    const auto whole = feed(bytes);
    connect();
    // Each connection has its own number, which the answer to LOGIN carries.
    server.last_session_id = 0;
    connect();
    const auto in_pieces = feed(bytes, 1);
    EXPECT_EQ(to_hex(in_pieces), to_hex(whole));
}

// docs/protocol/drivers.md: what JDBC reads from message version 9 on, and the native library at all.
TEST_F(handshake, TellsANewerClientThatThereIsNoCluster) {
    server_profile.message_version = 11;
    connect();
    wire::startup_request hello;
    hello.message_version = 24;
    EXPECT_EQ(ask<wire::startup_response>(hello).message_version, 11);
    context.message_version = 11;
    wire::login_request who;
    who.user = wire::as_bytes("SYSDBA");
    who.password = wire::as_bytes("SYSDBA");
    EXPECT_EQ(to_hex(ask<wire::login_response>(who).tail),
              "0000"
              "000000000000000000000000"
              "2e2c00000000");
}

TEST_F(handshake, EncryptsEverythingForAClientThatOffersMore) {
    const auto answer = start(21);
    EXPECT_EQ(answer.message_version, 8);
    EXPECT_EQ(answer.cipher_id, wire::cipher_id::aes256_cfb);
    EXPECT_EQ(answer.communication_encryption, 2);
    EXPECT_EQ(answer.hash_id, wire::cipher_id::md5);
    const auto key = client->session_key(answer.server_key);
    ASSERT_TRUE(key);
    wire::cipher_fault fault{};
    wire::frame_security security;
    security.set_cipher(wire::message_cipher::create(wire::cipher_id::aes256_cfb, key->bytes(), fault));

    wire::login_request who;
    who.user = wire::as_bytes("SYSDBA");
    who.password = wire::as_bytes("SYSDBA");
    std::vector<std::byte> request;
    encode(who, context, request);
    ASSERT_EQ(security.seal(request, 0), wire::cipher_fault::none);
    auto bytes = feed(request);
    wire::frame_assembler assembler;
    const auto room = assembler.prepare(bytes.size());
    std::copy(bytes.begin(), bytes.end(), room.begin());
    assembler.commit(bytes.size());
    wire::decode_error error;
    const auto raw = assembler.next(error);
    ASSERT_TRUE(raw);
    const auto opened = security.open(*raw);
    ASSERT_FALSE(opened.error);
    wire::login_response login;
    ASSERT_FALSE(decode({raw->header, opened.body}, context, login));
    EXPECT_EQ(login.schema, "SYSDBA");
    EXPECT_EQ(backend.logins.at(0).password, "SYSDBA");
}

TEST_F(handshake, AMessageWithAWrongDigestEndsTheConnection) {
    const auto answer = start(21);
    const auto key = client->session_key(answer.server_key);
    wire::cipher_fault fault{};
    wire::frame_security security;
    security.set_cipher(wire::message_cipher::create(wire::cipher_id::aes256_cfb, key->bytes(), fault));
    wire::login_request who;
    std::vector<std::byte> request;
    encode(who, context, request);
    ASSERT_EQ(security.seal(request, 0), wire::cipher_fault::none);
    request.back() ^= std::byte{1};
    feed(request);
    EXPECT_TRUE(session->closing());
    EXPECT_TRUE(backend.logins.empty());
}

TEST_F(handshake, TheProfileDecidesTheCipher) {
    server_profile.cipher = cipher_choice::none;
    EXPECT_FALSE(start(21).has_key);
    server_profile.cipher = cipher_choice::login;
    connect();
    EXPECT_EQ(start(21).cipher_id, -1);
    server_profile.cipher = cipher_choice::communication;
    connect();
    EXPECT_EQ(start(8).cipher_id, wire::cipher_id::aes256_cfb);
    // A client that knows nothing of communication encryption is not asked for it.
    connect();
    const auto answer = start(8, 0);
    EXPECT_TRUE(answer.has_key);
    EXPECT_EQ(answer.communication_encryption, 0);
}

TEST_F(handshake, CrcProtectsWhatFollowsTheStartup) {
    server_profile.crc = true;
    wire::startup_request hello;
    hello.client_version = "7.6.0.0";
    EXPECT_TRUE(ask<wire::startup_response>(hello).crc);
    wire::frame_security security;
    security.set_crc(true);
    wire::login_request who;
    who.user = wire::as_bytes("SYSDBA");
    who.password = wire::as_bytes("SYSDBA");
    std::vector<std::byte> request;
    encode(who, context, request);
    ASSERT_EQ(security.seal(request, 0), wire::cipher_fault::none);
    feed(request);
    EXPECT_EQ(backend.logins.size(), 1U);
    EXPECT_FALSE(session->closing());
    // dm8-connection 12.5: COMMIT in CRC mode and its answer.
    const auto answer = feed(from_hex("00000000 0800 04000000" + std::string(108, '0') + "0630c965"));
    EXPECT_EQ(to_hex(answer), "00000000bb0004000000" + std::string(108, '0') + "4354b615");
}

TEST_F(handshake, WrongPasswordsAreRefusedInTheLanguageOfTheLogin) {
    for (const auto& [language, text] : {std::pair{1, "Invalid username or password"}, {0, "用户名或密码错误"}}) {
        connect();
        wire::startup_request hello;
        ask<wire::startup_response>(hello);
        wire::login_request who;
        who.language = language;
        who.user = wire::as_bytes("SYSDBA");
        who.password = wire::as_bytes("wrong");
        const auto error = ask<wire::error_response>(who);
        EXPECT_EQ(error.code, -2501);
        EXPECT_EQ(error.text, text);
        EXPECT_TRUE(session->closing());
    }
}

TEST_F(handshake, TextTravelsInTheCharsetOfTheProfile) {
    server_profile.charset = charset::gb18030;
    server_profile.instance_name = "达梦";
    connect();
    wire::startup_request hello;
    EXPECT_EQ(ask<wire::startup_response>(hello).encoding, 0);
    wire::login_request who;
    const auto user = from_hex("D3C3BBA7");  // 用户, as the Go driver sends it
    who.user = user;
    who.password = wire::as_bytes("SYSDBA");
    const auto answer = ask<wire::login_response>(who);
    EXPECT_EQ(backend.logins.at(0).user, "用户");
    EXPECT_EQ(to_hex(wire::as_bytes(answer.instance_name)), "b4efc3ce");
}

TEST_F(handshake, MessagesOutOfOrderAreRefusedByName) {
    EXPECT_EQ(ask<wire::error_response>(wire::commit_request{}).text, "dmkit: not supported: message 8 before STARTUP");
    EXPECT_TRUE(session->closing());
    connect();
    ask<wire::startup_response>(wire::startup_request{});
    EXPECT_EQ(ask<wire::error_response>(wire::allocate_request{}).text, "dmkit: not supported: message 3 before LOGIN");
    EXPECT_TRUE(session->closing());
    connect();
    log_in();
    EXPECT_EQ(ask<wire::error_response>(wire::login_request{}).code, not_supported);
    EXPECT_EQ(ask<wire::error_response>(wire::startup_request{}).code, not_supported);
    EXPECT_FALSE(session->closing());
    EXPECT_GT(allocate(), 0);
}

TEST_F(handshake, WhatALoginAsksForThatIsNotThereIsRefusedByName) {
    wire::startup_request with_catalog;
    with_catalog.client_version = "7.6.0.0";
    with_catalog.catalog = "CAT1";
    EXPECT_EQ(ask<wire::error_response>(with_catalog).text, "dmkit: not supported: catalog \"CAT1\" in STARTUP");
    EXPECT_TRUE(session->closing());
    connect();
    ask<wire::startup_response>(wire::startup_request{});
    wire::login_request by_system;
    by_system.os_authentication = 1;
    EXPECT_EQ(ask<wire::error_response>(by_system).text, "dmkit: not supported: operating-system authentication");
}

TEST_F(handshake, AKeyThatMakesNoSecretIsRefused) {
    wire::startup_request hello;
    hello.has_key = true;
    const std::vector<std::byte> zero(wire::key_exchange::key_size);
    hello.client_key = zero;
    EXPECT_EQ(ask<wire::error_response>(hello).code, not_supported);
    EXPECT_TRUE(session->closing());
}

TEST_F(handshake, AnIdleSessionEndsAfterTheTimeItsLoginNamed) {
    log_in_for(30);
    environment.advance(std::chrono::seconds(20));
    ask<wire::simple_response>(wire::commit_request{});
    environment.advance(std::chrono::seconds(20));
    EXPECT_FALSE(session->closing());
    environment.advance(std::chrono::seconds(10));
    EXPECT_TRUE(session->closing());
    EXPECT_EQ(ready_calls, 1);
}

TEST_F(handshake, AnIdleSessionEndsAfterTheTimeOfTheProfile) {
    server_profile.idle_timeout = std::chrono::seconds(60);
    connect();
    log_in();
    environment.advance(std::chrono::seconds(59));
    EXPECT_FALSE(session->closing());
    environment.advance(std::chrono::seconds(1));
    EXPECT_TRUE(session->closing());

    connect();
    log_in_for(3600);
    environment.advance(std::chrono::seconds(60));
    EXPECT_TRUE(session->closing()) << "the shorter time counts";
}

TEST_F(handshake, TellsOfTheLoginBefore) {
    ask<wire::startup_response>(wire::startup_request{});
    wire::login_request who;
    who.user = wire::as_bytes("SYSDBA");
    who.password = wire::as_bytes("SYSDBA");
    // 2026-05-11 02:11:12 UTC
    backend.before = {"127.0.0.1:4711", std::chrono::system_clock::time_point(std::chrono::seconds(1778465472)), 3};
    const auto answer = ask<wire::login_response>(who);
    EXPECT_EQ(answer.last_login_address, "::ffff:127.0.0.1");
    EXPECT_EQ(answer.last_login_time, "2026-05-11 10:11:12");
    EXPECT_EQ(answer.failed_attempts, 3);
}

TEST_F(handshake, AConnectionThatDoesNotLogInEnds) {
    environment.advance(std::chrono::seconds(20));
    ask<wire::startup_response>(wire::startup_request{});
    EXPECT_FALSE(session->closing());
    environment.advance(std::chrono::seconds(10));
    EXPECT_TRUE(session->closing());
    EXPECT_EQ(ready_calls, 1);
    connect();
    log_in();
    environment.advance(std::chrono::hours(24));
    EXPECT_FALSE(session->closing());
}

TEST_F(handshake, CredentialsAreAtMost128Bytes) {
    // dm8-connection 1.3
    const std::string longest(128, 'u');
    const std::string too_long(129, 'u');
    for (const auto& [user, password, logins] : {std::tuple{longest, std::string("SYSDBA"), 1U},
                                                 {too_long, std::string("SYSDBA"), 0U},
                                                 {longest, too_long, 0U}}) {
        backend.logins.clear();
        connect();
        ask<wire::startup_response>(wire::startup_request{});
        wire::login_request who;
        who.user = wire::as_bytes(user);
        who.password = wire::as_bytes(password);
        const auto answer = exchange(who);
        EXPECT_EQ(backend.logins.size(), logins);
        if (logins == 0) {
            EXPECT_EQ(decoded<wire::error_response>(answer).code, -2501);
            EXPECT_TRUE(session->closing());
        }
    }
}

TEST_F(handshake, TimeZonesThatDoNotExistAreRefused) {
    for (const auto& [zone, exists] : {std::pair{-779, true}, {840, true}, {-780, false}, {841, false}}) {
        connect();
        ask<wire::startup_response>(wire::startup_request{});
        wire::login_request who;
        who.user = wire::as_bytes("SYSDBA");
        who.password = wire::as_bytes("SYSDBA");
        who.time_zone = static_cast<std::int16_t>(zone);
        const auto answer = exchange(who);
        EXPECT_EQ(answer.result() >= 0, exists) << zone;
        EXPECT_EQ(session->closing(), !exists) << zone;
    }
}

TEST_F(handshake, TraditionalChineseNeedsUtf8) {
    for (const auto& [set, accepted] : {std::pair{charset::utf8, true}, {charset::gb18030, false}}) {
        server_profile.charset = set;
        connect();
        ask<wire::startup_response>(wire::startup_request{});
        wire::login_request who;
        who.language = 2;
        who.user = wire::as_bytes("SYSDBA");
        who.password = wire::as_bytes("SYSDBA");
        const auto answer = exchange(who);
        EXPECT_EQ(answer.result() >= 0, accepted);
        if (!accepted) {
            EXPECT_EQ(decoded<wire::error_response>(answer).code, not_supported);
        }
    }
}

TEST_F(handshake, AClientCannotWriteLinesOfItsOwnIntoTheLog) {
    log.most = log_level::debug;
    connect();
    wire::startup_request hello;
    hello.client_version = "7.6\nsession 99 (root): login";
    ask<wire::startup_response>(hello);
    bool found = false;
    for (const auto& line : log.lines) {
        EXPECT_EQ(line.find('\n'), std::string::npos) << line;
        found = found || line.find("7.6\\nsession 99") != std::string::npos;
    }
    EXPECT_TRUE(found);
}

TEST_F(handshake, NothingSecretIsLogged) {
    log.most = log_level::debug;
    connect();
    wire::startup_request hello;
    ask<wire::startup_response>(hello);
    backend.password = "hidden-word";
    wire::login_request who;
    who.user = wire::as_bytes("SYSDBA");
    who.password = wire::as_bytes("hidden-word");
    ask<wire::login_response>(who);
    session.reset();
    EXPECT_GE(log.lines.size(), 4U);
    for (const auto& line : log.lines)
        EXPECT_EQ(line.find("hidden-word"), std::string::npos) << line;
}

}  // namespace
}  // namespace dmkit::mock::test
