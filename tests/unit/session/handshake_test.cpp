#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "client/session/handshake.hpp"
#include "script.hpp"

namespace dmkit::session::test {
namespace {

/// docs/protocol (connection layer): worked examples, captured between the vendor's Go driver and a server.
constexpr std::string_view startup_without_key =
    "00000000 c800 0c000000 00000000 00000000 00 c4"
    "00000000 00000000 00 00 00 00 00 00 01 0800"
    "000000000000000000000000000000000000000000000000000000"
    "07000000 372e362e302e30 00";
constexpr std::string_view login_in_clear =
    "00000000 0100 26000000 00000000 00000000 00 27"
    "05000000 ffffffff 00000000 00 0000 00000000 00000100"
    "000000000000000000000000000000000000000000"
    "06000000 535953444241 06000000 535953444241 00000000 05000000 6c696e7578 00000000 00";
/// Example 12.4: accepted by the vendor's Go and npm drivers.
constexpr std::string_view login_answer =
    "00000000 a300 79000000 0000000000000000 00 da"
    "00200000 00000000 01 01000000 01 00 0000 0400 00 e001 00 01 00000000 0000 00"
    "00000000000000000000000000"
    "00000000000000000000000000000000"
    "08000000 444d534552564552 06000000 535953444241"
    "10000000 3a3a666666663a3132372e302e302e31"
    "13000000 323032362d30352d31312031303a31313a3132"
    "00000000 00000000 00000000 00000000 06000000 44414d454e47 0807060504030201 00 0000000000";
/// Example 12.2: with the server's public key.
constexpr std::string_view startup_answer =
    "00000000 e400 65000000 00000000 00000000 00 81"
    "00000000 01000000 01000000 00000000 00000000 0101000000000001 0800"
    "0000000000000000000000000000"
    "00000000000000000000000000000000"
    "09000000 382e312e332e313430 ffffffff 40000000"
    "6b030d012fefbf67d7b902dd60ff3ca2f26f751ce0f977a6cee385d4e358012b"
    "d172cd93175626b3a30a398210637cf947f3491ef45dac4a27de8dd410db7ff5";

connect_params vendor_like() {
    connect_params params;
    params.user = "SYSDBA";
    params.password = "SYSDBA001";
    params.application_name = "";
    params.time_zone = std::int16_t{0};
    return params;
}

bytes plain_startup_answer(std::string_view version = "8.1.3.140") {
    wire::startup_response response;
    response.server_version = version;
    return frame_of(response);
}

bytes plain_login_answer() {
    wire::login_response response;
    response.instance_name = "DMSERVER";
    response.schema = "SYSDBA";
    return frame_of(response);
}

struct outcome_of_connect {
    failure result;
    std::unique_ptr<session_state> state = std::make_unique<session_state>();
    std::vector<handshake_stage> stages;
};

outcome_of_connect connect_with(const script& conversation, const connect_params& params,
                                const environment& surroundings = {}, std::size_t piece = 0) {
    outcome_of_connect out;
    stage_reporter reporter([&](const handshake_event& event) {
        EXPECT_EQ(event.from, out.stages.empty() ? handshake_stage::idle : out.stages.back());
        EXPECT_EQ(event.detail.find(params.password), std::string::npos) << "a secret in " << event.detail;
        out.stages.push_back(event.to);
    });
    handshake_machine machine(params, surroundings, reporter);
    out.result = conversation.run(*out.state, machine, piece);
    return out;
}

TEST(Handshake, SendsTheBytesOfTheVendorsDriverWithoutEncryption) {
    auto params = vendor_like();
    params.login_encryption = false;
    const auto conversation = script()
                                  .client_sends(from_hex(startup_without_key))
                                  .server_sends(plain_startup_answer())
                                  .client_sends(from_hex(login_in_clear))
                                  .server_sends(from_hex(login_answer));
    params.password = "SYSDBA";
    for (const std::size_t piece : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{64}}) {
        auto out = outcome_of_connect();
        stage_reporter reporter({});
        const environment surroundings;
        handshake_machine machine(params, surroundings, reporter);
        out.result = conversation.run(*out.state, machine, piece);
        EXPECT_FALSE(out.result.code) << out.result.code.message() << out.result.details.message();
        EXPECT_TRUE(out.state->connected);
    }
}

TEST(Handshake, ReadsTheAnswersOfTheWorkedExample) {
    auto params = vendor_like();
    params.password = "a-secret-of-ours";
    const auto conversation = script()
                                  .client_sends(wire::command::startup)
                                  .server_sends(from_hex(startup_answer))
                                  .client_sends(wire::command::login)
                                  .server_sends(from_hex(login_answer));
    environment surroundings;
    surroundings.random.fill(std::byte{0x5A});
    const auto out = connect_with(conversation, params, surroundings);
    ASSERT_FALSE(out.result.code) << out.result.details.message();
    const auto& server = out.state->server;
    EXPECT_EQ(server.version, "8.1.3.140");
    EXPECT_EQ(server.character_set, "UTF-8");
    EXPECT_EQ(server.message_version, 8);
    EXPECT_EQ(server.instance_name, "DMSERVER");
    EXPECT_EQ(server.database_name, "DAMENG");
    EXPECT_EQ(server.session_id, 0x0102030405060708);
    EXPECT_EQ(server.last_login_address, "::ffff:127.0.0.1");
    EXPECT_EQ(server.last_login_time, "2026-05-11 10:11:12");
    EXPECT_EQ(server.database_time_zone, 480);
    EXPECT_EQ(server.state, 4);
    EXPECT_FALSE(server.encrypted);
    EXPECT_EQ(out.state->schema, "SYSDBA");
    EXPECT_EQ(out.state->isolation, isolation::read_committed);
    using enum handshake_stage;
    EXPECT_EQ(out.stages, (std::vector{startup_sent, startup_answered, keys_agreed, login_sent, logged_in, ready}));
}

/// Keys and ciphertext of docs/protocol: test vectors of the key exchange.
TEST(Handshake, EncryptsTheCredentialsWithTheAgreedKey) {
    const auto client_private = from_hex(
        "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
        "2122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f40");
    const auto client_public = from_hex(
        "6f55946694500a6fa21488a7a9fd59f824d3cbe287bd1e916f361ce925985704"
        "30e55bfc444e2fee15c6ac4499c85280182679f7d3d1cb1a353127ecf094c9b8");
    const auto server_public = from_hex(
        "b478fa4ec56102777a681a91ee76f8703b51367f7beed2cbcde8e0a0cfa49998"
        "bf8f2e63c7089265195f4b58f2970a9aae64c2651bbd16fcc02694c19a09dfbd");
    environment surroundings;
    std::copy(client_private.begin(), client_private.end(), surroundings.random.begin());
    wire::startup_response answer;
    answer.server_version = "8.1.3.140";
    answer.has_key = true;
    answer.communication_encryption = 1;
    answer.server_key = server_public;
    const auto conversation = script()
                                  .client_sends(wire::command::startup,
                                                [&](const wire::frame_view& frame) {
                                                    wire::startup_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    EXPECT_EQ(to_hex(request.client_key), to_hex(client_public));
                                                    EXPECT_EQ(request.communication_encryption, 2);
                                                })
                                  .server_sends(frame_of(answer))
                                  .client_sends(wire::command::login,
                                                [](const wire::frame_view& frame) {
                                                    wire::login_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    EXPECT_EQ(to_hex(request.user), "8ca1121fbbe1");
                                                    EXPECT_EQ(to_hex(request.password), "8ca1121fbbe13e92f8");
                                                })
                                  .server_sends(plain_login_answer());
    auto params = vendor_like();
    params.password = "SYSDBA001";
    EXPECT_FALSE(connect_with(conversation, params, surroundings).result.code);
}

TEST(Handshake, EncryptsEveryMessageWhenTheServerNamesACipher) {
    wire::key_exchange server_keys(std::array<std::byte, 64>{std::byte{3}, std::byte{9}});
    environment surroundings;
    surroundings.random.fill(std::byte{0x11});
    wire::startup_response answer;
    answer.server_version = "8.1.3.140";
    answer.has_key = true;
    answer.communication_encryption = 2;
    answer.cipher_id = wire::cipher_id::aes256_cfb;
    answer.server_key = server_keys.public_key();
    const wire::key_exchange client_keys(surroundings.random);
    const auto key = server_keys.session_key(client_keys.public_key());
    ASSERT_TRUE(key);
    wire::cipher_fault fault{};
    wire::frame_security server_side;
    server_side.set_cipher(wire::message_cipher::create(answer.cipher_id, key->bytes(), fault));
    bytes login;
    encode(wire::login_response{}, {}, login);
    ASSERT_EQ(server_side.seal(login, 0), wire::cipher_fault::none);

    const auto conversation = script()
                                  .client_sends(wire::command::startup)
                                  .server_sends(frame_of(answer))
                                  .client_sends(wire::command::login,
                                                [](const wire::frame_view& frame) {
                                                    wire::login_request request;
                                                    EXPECT_TRUE(decode(frame, {}, request)) << "sent in clear";
                                                })
                                  .server_sends(login);
    const auto out = connect_with(conversation, vendor_like(), surroundings);
    ASSERT_FALSE(out.result.code) << out.result.details.message();
    EXPECT_TRUE(out.state->server.encrypted);
    EXPECT_EQ(out.state->schema, "SYSDBA") << "an empty schema means the user's own";
}

TEST(Handshake, SpeaksWithCheckSumsOverTheWholeMessageWhenAsked) {
    wire::startup_response answer;
    answer.server_version = "8.1.3.140";
    answer.crc = true;
    wire::frame_security server_side;
    server_side.set_crc(true);
    bytes login;
    encode(wire::login_response{}, {}, login);
    ASSERT_EQ(server_side.seal(login, 0), wire::cipher_fault::none);
    auto damaged = login;
    damaged.back() ^= std::byte{1};
    auto params = vendor_like();
    params.password = "SYSDBA";
    params.login_encryption = false;
    for (const bool whole : {true, false}) {
        session_state state;
        stage_reporter reporter({});
        const environment surroundings;
        handshake_machine machine(params, surroundings, reporter);
        operation op(state, machine);
        auto wish = op.start();
        wish = op.wrote(wish.out.size());
        const auto give = [&](const bytes& frame) {
            std::copy(frame.begin(), frame.end(), wish.in.begin());
            wish = op.got(frame.size());
        };
        give(frame_of(answer));
        ASSERT_EQ(wish.what, action::write);
        EXPECT_EQ(wish.out[wire::header_offset::check], std::byte{0});
        EXPECT_EQ(wish.out.size(), from_hex(login_in_clear).size() + 4);
        wish = op.wrote(wish.out.size());
        give(whole ? login : damaged);
        EXPECT_EQ(wish.what, action::done);
        EXPECT_EQ(op.result().code, whole ? error_code() : make_error_code(client_errc::checksum));
    }
}

TEST(Handshake, SetsTheSchemaOfTheParameters) {
    auto params = vendor_like();
    params.login_encryption = false;
    params.schema = "shop";
    params.isolation = isolation::serializable;
    params.read_only = true;
    params.language = language::english;
    wire::allocate_response allocated;
    allocated.handle = 7;
    wire::execute_response set;
    set.kind = 153;
    set.text = "SHOP";
    const auto conversation = script()
                                  .client_sends(wire::command::startup)
                                  .server_sends(plain_startup_answer())
                                  .client_sends(wire::command::login,
                                                [](const wire::frame_view& frame) {
                                                    wire::login_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    EXPECT_EQ(request.isolation, 3);
                                                    EXPECT_TRUE(request.read_only);
                                                    EXPECT_EQ(request.language, 1);
                                                })
                                  .server_sends(plain_login_answer())
                                  .client_sends(wire::command::allocate)
                                  .server_sends(frame_of(allocated))
                                  .client_sends(wire::command::prepare,
                                                [](const wire::frame_view& frame) {
                                                    wire::prepare_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    EXPECT_EQ(request.sql, "set schema shop");
                                                    EXPECT_TRUE(request.direct);
                                                    EXPECT_EQ(request.handle, 7);
                                                })
                                  .server_sends(frame_of(set));
    const auto out = connect_with(conversation, params);
    ASSERT_FALSE(out.result.code) << out.result.details.message();
    EXPECT_EQ(out.state->schema, "SHOP");
    EXPECT_EQ(out.state->idle_handles.size(), 1U) << "the handle is kept for the first statement";

    const auto make = [&](session_state&) -> std::unique_ptr<machine> {
        static stage_reporter reporter({});
        static const environment surroundings;
        static connect_params wanted;
        wanted = params;
        return std::make_unique<handshake_machine>(wanted, surroundings, reporter);
    };
    conversation.run_with_each_step_failing([] { return std::make_unique<session_state>(); }, make);
}

TEST(Handshake, QuotesASchemaThatIsNoPlainIdentifier) {
    auto params = vendor_like();
    params.login_encryption = false;
    params.schema = "my \"shop\"";
    wire::allocate_response allocated;
    allocated.handle = 7;
    const auto conversation = script()
                                  .client_sends(wire::command::startup)
                                  .server_sends(plain_startup_answer())
                                  .client_sends(wire::command::login)
                                  .server_sends(plain_login_answer())
                                  .client_sends(wire::command::allocate)
                                  .server_sends(frame_of(allocated))
                                  .client_sends(wire::command::prepare,
                                                [](const wire::frame_view& frame) {
                                                    wire::prepare_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    EXPECT_EQ(request.sql, "set schema \"my \"\"shop\"\"\"");
                                                })
                                  .server_sends(refusal(-2103, "无效的模式名"));
    const auto out = connect_with(conversation, params);
    EXPECT_EQ(out.result.code, error_code(-2103, server_category()));
    EXPECT_FALSE(out.state->connected);
}

TEST(Handshake, ReportsARefusedLoginInTheSessionsCharacterSet) {
    wire::startup_response answer;
    answer.server_version = "8.1.3.140";
    answer.encoding = 0;
    auto params = vendor_like();
    params.login_encryption = false;
    params.user = "用户";
    wire::error_response wrong;
    wrong.code = -2501;
    wrong.text = "\xd3\xc3\xbb\xa7";
    const auto conversation = script()
                                  .client_sends(wire::command::startup)
                                  .server_sends(frame_of(answer))
                                  .client_sends(wire::command::login,
                                                [](const wire::frame_view& frame) {
                                                    wire::login_request request;
                                                    ASSERT_FALSE(decode(frame, {}, request));
                                                    EXPECT_EQ(to_hex(request.user), "d3c3bba7");
                                                })
                                  .server_sends(frame_of(wrong));
    const auto out = connect_with(conversation, params);
    EXPECT_EQ(out.result.code, error_code(-2501, server_category()));
    EXPECT_EQ(out.result.details.server_message, "用户");
    EXPECT_EQ(classify(out.result.code), fault_class::server);
    EXPECT_FALSE(out.state->connected);
}

TEST(Handshake, ReportsARefusalOfStartup) {
    const auto conversation =
        script().client_sends(wire::command::startup).server_sends(refusal(-118, "invalid client version"));
    const auto out = connect_with(conversation, vendor_like());
    EXPECT_EQ(out.result.code, error_code(-118, server_category()));
}

bytes secure_startup_answer(std::int32_t encrypt_type) {
    wire::startup_response response;
    response.server_version = "8.1.3.140";
    response.encrypt_type = encrypt_type;
    return frame_of(response);
}

TEST(Handshake, AsksForTlsBeforeItNamesAnybody) {
    for (const std::int32_t kind : {1, 2}) {
        const auto conversation = script()
                                      .client_sends(wire::command::startup)
                                      .server_sends(secure_startup_answer(kind))
                                      .secures()
                                      .client_sends(wire::command::login)
                                      .server_sends(plain_login_answer());
        for (const std::size_t piece : {std::size_t{0}, std::size_t{1}}) {
            const auto out = connect_with(conversation, vendor_like(), {}, piece);
            ASSERT_FALSE(out.result.code) << out.result.details.message();
            EXPECT_EQ(out.state->tls_only_handshake, kind == 2);
            EXPECT_EQ(out.state->server.tls_version, kind == 1 ? "TLSv1.3" : "");
            const auto secured = std::find(out.stages.begin(), out.stages.end(), handshake_stage::secured);
            EXPECT_LT(secured, std::find(out.stages.begin(), out.stages.end(), handshake_stage::login_sent));
        }
        conversation.run_with_each_step_failing([] { return std::make_unique<session_state>(); },
                                                [](session_state&) {
                                                    static const auto params = vendor_like();
                                                    static const environment surroundings;
                                                    static stage_reporter reporter({});
                                                    return std::make_unique<handshake_machine>(params, surroundings,
                                                                                               reporter);
                                                });
    }
}

TEST(Handshake, TheTlsModeDecides) {
    const auto ends = [](std::int32_t kind, tls_mode mode) {
        const auto conversation =
            script().client_sends(wire::command::startup).server_sends(secure_startup_answer(kind));
        auto params = vendor_like();
        params.tls = mode;
        const auto out = connect_with(conversation, params);
        EXPECT_FALSE(out.state->connected);
        EXPECT_EQ(std::count(out.stages.begin(), out.stages.end(), handshake_stage::login_sent), 0);
        return out.result.code;
    };
    EXPECT_EQ(ends(0, tls_mode::require), client_errc::tls_required);
    EXPECT_EQ(ends(1, tls_mode::disable), client_errc::tls_disabled);
    EXPECT_EQ(ends(2, tls_mode::disable), client_errc::tls_disabled);
    // After the handshake everything would go on in clear.
    EXPECT_EQ(ends(2, tls_mode::require), client_errc::tls_required);
}

TEST(Handshake, BytesInFrontOfTlsAreRefused) {
    auto answer = secure_startup_answer(1);
    const auto more = plain_login_answer();
    answer.insert(answer.end(), more.begin(), more.end());
    const auto conversation = script().client_sends(wire::command::startup).server_sends(answer);
    const auto out = connect_with(conversation, vendor_like());
    EXPECT_EQ(out.result.code, client_errc::protocol_violation);
}

TEST(Handshake, RefusesWhatItLacksByName) {
    const auto refused = [](const wire::startup_response& response, std::string_view text) {
        const auto conversation = script().client_sends(wire::command::startup).server_sends(frame_of(response));
        const auto out = connect_with(conversation, vendor_like());
        EXPECT_EQ(out.result.code, client_errc::server_not_supported);
        EXPECT_NE(out.result.details.client_message.find(text), std::string::npos) << out.result.details.client_message;
    };
    wire::startup_response response;
    response.server_version = "8.1.3.140";
    for (const int kind : {3, 4, -1}) {
        auto unknown = response;
        unknown.encrypt_type = kind;
        refused(unknown, "transport security of kind " + std::to_string(kind));
    }
    auto compressed = response;
    compressed.compress = 3;
    refused(compressed, "compression 3");
    compressed.compress = 1;
    compressed.compress_id = 2;
    refused(compressed, "algorithm 2");
    auto old = response;
    old.server_version = "7.0.0.8";
    refused(old, "7.0.0.9");
    const auto key = wire::key_exchange(std::array<std::byte, 64>{std::byte{7}});
    auto external = response;
    external.has_key = true;
    external.communication_encryption = 1;
    external.cipher_id = 5001;
    external.server_key = key.public_key();
    refused(external, "5001");
    auto weak = external;
    for (const auto id : {wire::cipher_id::des_cfb, wire::cipher_id::triple_des | wire::cipher_id::ofb,
                          wire::cipher_id::rc4, wire::cipher_id::aes256 | wire::cipher_id::ecb}) {
        weak.cipher_id = id;
        refused(weak, "allowWeakCiphers");
    }
}

TEST(Handshake, RefusesCredentialsThatAreTooLong) {
    auto params = vendor_like();
    params.user = std::string(129, 'U');
    params.login_encryption = false;
    const auto conversation = script().client_sends(wire::command::startup).server_sends(plain_startup_answer());
    EXPECT_EQ(connect_with(conversation, params).result.code, client_errc::name_too_long);
}

TEST(Handshake, RefusesKeysThatMakeNoSecret) {
    const bytes one = [] {
        bytes out(64);
        out.back() = std::byte{1};
        return out;
    }();
    wire::startup_response response;
    response.server_version = "8.1.3.140";
    response.has_key = true;
    response.server_key = one;
    const auto conversation = script().client_sends(wire::command::startup).server_sends(frame_of(response));
    EXPECT_EQ(connect_with(conversation, vendor_like()).result.code, client_errc::protocol_violation);
    auto unasked = vendor_like();
    unasked.login_encryption = false;
    EXPECT_EQ(connect_with(conversation, unasked).result.code, client_errc::protocol_violation);
}

/// docs/protocol: version gates.
TEST(Handshake, ComparesVersionsByComponent) {
    EXPECT_TRUE(is_later("8.1.3.140", "7.1.2.128"));
    EXPECT_TRUE(is_later("7.1.2.129", "7.1.2.128"));
    EXPECT_FALSE(is_later("7.1.2.128", "7.1.2.128"));
    EXPECT_FALSE(is_later("7.1.2.9", "7.1.2.128"));
    EXPECT_FALSE(is_later("7.1", "7.1.2.128"));
}

TEST(Handshake, RefusesToConnectInTheMiddleOfAnAnswer) {
    auto params = vendor_like();
    params.login_encryption = false;
    auto cut = from_hex(startup_answer);
    cut.resize(90);
    // The header says 101 bytes of body; a body of 26 that says so ends inside a field.
    wire::finish_frame(cut, 0);
    const auto conversation = script().client_sends(wire::command::startup).server_sends(cut);
    const auto out = connect_with(conversation, params);
    EXPECT_EQ(out.result.code, client_errc::frame_format);
    EXPECT_NE(out.result.details.client_message.find("STARTUP"), std::string::npos);
}

}  // namespace
}  // namespace dmkit::session::test
