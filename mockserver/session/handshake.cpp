#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include <fmt/chrono.h>

#include <dmkit/wire/key_exchange.hpp>

#include "mockserver/session/server_session_parts.hpp"
#include "mockserver/session/session_text.hpp"

namespace dmkit::mock {

namespace {

/// Clients that offer no more know DES; of the others some have only AES (docs/protocol: npm on current Node).
constexpr std::uint16_t des_message_version = 8;
/// Bytes of a user name or a password (dm8-connection §1.3).
constexpr std::size_t longest_credential = 128;
/// Minutes east of UTC that a session's time zone may have: -12:59 to +14:00.
constexpr std::int16_t westmost_zone = -779;
constexpr std::int16_t eastmost_zone = 840;
/// In the answer: a cipher id follows, and with 2 a hash id as well. The native library behind Python appends digests
/// only if the hash is named by its number.
constexpr std::uint8_t cipher_id_follows = 1;
constexpr std::uint8_t cipher_and_hash_id_follow = 2;

/// What follows the formats (docs/protocol: what the drivers do): a sixth format and a byte without known meaning; from
/// message version 9 on three numbers, of a cluster that is none; and what the native library alone reads: the decimal
/// point, the group separator, and an empty text.
constexpr std::array<std::byte, 14> login_tail{std::byte{}, std::byte{}, std::byte{'.'}, std::byte{','}};
constexpr std::array<std::byte, 20> login_tail_with_cluster = [] {
    std::array<std::byte, 20> tail{};
    tail[14] = std::byte{'.'};
    tail[15] = std::byte{','};
    return tail;
}();

/// Without its port, and an IPv4 address as IPv6 writes it (dm8-connection §4.4).
std::string address_as_told(std::string_view peer) {
    const auto address = peer.substr(0, peer.rfind(':'));
    const bool is_v4 = !address.empty() && address.find(':') == std::string_view::npos;
    return std::string(is_v4 ? "::ffff:" : "").append(address);
}

/// @param zone minutes east of UTC
std::string local_time(std::chrono::system_clock::time_point time, std::int16_t zone) {
    const auto local = std::chrono::floor<std::chrono::seconds>(time + std::chrono::minutes(zone));
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(local)));
}

/// The cipher for whole messages, or nothing for login encryption.
std::optional<std::int32_t> body_cipher(const profile& profile, const wire::startup_request& request) {
    if (request.communication_encryption == 0)
        return std::nullopt;
    if (profile.cipher == cipher_choice::communication)
        return profile.cipher_id;
    if (profile.cipher == cipher_choice::automatic && request.message_version > des_message_version)
        return wire::cipher_id::aes256_cfb;
    return std::nullopt;
}

wire::compression_mode compression_of(const profile& profile, const wire::startup_request& request) {
    switch (profile.compression) {
        case compression_choice::off:
            return wire::compression_mode::off;
        case compression_choice::always:
            return wire::compression_mode::always;
        case compression_choice::large:
            return wire::compression_mode::large;
        case compression_choice::as_asked:
            break;
    }
    const auto asked = static_cast<wire::compression_mode>(request.compress);
    if (asked == wire::compression_mode::always || asked == wire::compression_mode::large)
        return asked;
    return wire::compression_mode::off;
}

wire::compression_algorithm compression_algorithm_of(const profile& profile, const wire::startup_request& request) {
    if (profile.compression_algorithm == compression_algorithm::snappy)
        return wire::compression_algorithm::snappy;
    if (profile.compression_algorithm == compression_algorithm::as_asked &&
        request.compress_id == static_cast<std::uint8_t>(wire::compression_algorithm::snappy))
        return wire::compression_algorithm::snappy;
    return wire::compression_algorithm::zlib;
}

/// As the wire numbers it.
std::int32_t encrypt_type_of(tls_choice choice) {
    switch (choice) {
        case tls_choice::session:
            return 1;
        case tls_choice::handshake_only:
            return 2;
        case tls_choice::automatic:
        case tls_choice::off:
            break;
    }
    return 0;
}

std::unique_ptr<wire::message_cipher> make_cipher(std::int32_t id, const wire::secret& key) {
    wire::cipher_fault fault{};
    auto cipher = wire::message_cipher::create(id, key.bytes(), fault);
    if (!cipher)
        throw sql_error::unsupported(fmt::format("cipher {}: {}", id, wire::to_string(fault)));
    return cipher;
}

language language_of(std::int32_t number) {
    switch (number) {
        case 0:
            return language::chinese;
        case 1:
            return language::english;
        case 2:
            return language::traditional_chinese;
        default:
            throw sql_error::unsupported(fmt::format("language {} in LOGIN", number));
    }
}

}  // namespace

isolation isolation_of(std::int32_t number) {
    if (number < static_cast<std::int32_t>(isolation::read_uncommitted) ||
        number > static_cast<std::int32_t>(isolation::serializable))
        throw sql_error::unsupported(fmt::format("isolation level {}", number));
    return static_cast<isolation>(number);
}

void server_session::startup(const wire::frame_view& frame) {
    closing_ = true;  // unless all goes well
    wire::startup_request request;
    if (!decode_request(frame, request))
        return;
    const auto& profile = server_.profile;
    if (request.catalog && !request.catalog->empty() && *request.catalog != profile.database_name)
        throw sql_error::unsupported(fmt::format("catalog \"{}\" in STARTUP", *request.catalog));

    message_version_ = std::min(profile.message_version, request.message_version);
    wire::startup_response response;
    response.encoding = wire::charset_to_wire(text_.set());
    response.message_version = message_version_;
    response.server_version = profile.server_version;
    response.crc = profile.crc && request.crc;
    response.encrypt_type = encrypt_type_of(profile.tls);
    const auto compression = compression_of(profile, request);
    const auto algorithm = compression_algorithm_of(profile, request);
    response.compress = static_cast<std::int32_t>(compression);
    response.compress_id = static_cast<std::uint8_t>(algorithm);
    std::unique_ptr<wire::message_cipher> message_cipher;
    std::optional<wire::key_exchange> exchange;
    if (request.has_key && profile.cipher != cipher_choice::none) {
        std::array<std::byte, wire::key_exchange::key_size> random;
        server_.random(random);
        exchange.emplace(std::span<const std::byte, wire::key_exchange::key_size>(random));
        wire::wipe(random);
        const auto key = exchange->session_key(request.client_key);
        if (!key)
            throw sql_error::unsupported("a Diffie-Hellman key of the client that makes no secret");
        const auto chosen = body_cipher(profile, request);
        if (chosen)
            message_cipher = make_cipher(*chosen, *key);
        else
            credential_cipher_ = make_cipher(wire::cipher_id::des_cfb, *key);
        response.has_key = true;
        response.server_key = exchange->public_key();
        if (request.communication_encryption != 0)
            response.communication_encryption = chosen && request.communication_encryption >= cipher_and_hash_id_follow
                                                    ? cipher_and_hash_id_follow
                                                    : cipher_id_follows;
        response.cipher_id = chosen.value_or(-1);
        response.hash_id = wire::cipher_id::md5;
    }
    log(log_level::debug, "STARTUP: client {}, message version {} of {}, cipher {}", request.client_version,
        message_version_, request.message_version, message_cipher ? response.cipher_id : 0);
    // The answer itself still travels in clear and with the check byte.
    answer(response);
    phase_ = response.encrypt_type == 0 ? phase::login : phase::securing;
    closing_ = false;
    if (message_cipher)
        security_.set_cipher(std::move(message_cipher));
    security_.set_compression(compression, algorithm);
    security_.set_cap(server_.limits.login_message);
    if (response.crc) {
        security_.set_crc(true);
        assembler_.set_check_bytes(false);
    }
}

std::string server_session::credential(std::span<const std::byte> sent) {
    std::vector<std::byte> plain;
    if (credential_cipher_) {
        if (const auto fault = credential_cipher_->decrypt(sent, plain); fault != wire::cipher_fault::none)
            throw sql_error(wrong_credentials);
    } else {
        plain.assign(sent.begin(), sent.end());
    }
    if (plain.size() > longest_credential) {
        wire::wipe(plain);
        throw sql_error(wrong_credentials);
    }
    auto text = from_session_text(text_, wire::as_text(plain));
    wire::wipe(plain);
    return text;
}

void server_session::login(const wire::frame_view& frame) {
    closing_ = true;  // unless all goes well
    wire::login_request request;
    if (!decode_request(frame, request))
        return;
    const auto wanted_language = language_of(request.language);
    // DM8 sends such clients BIG5 wherever the character set is not UTF-8.
    if (wanted_language == language::traditional_chinese && text_.set() != wire::charset::utf8)
        throw sql_error::unsupported(
            fmt::format("language 2 (traditional Chinese) in LOGIN with character set {}", to_string(text_.set())));
    language_ = wanted_language;
    if (request.time_zone < westmost_zone || request.time_zone > eastmost_zone)
        throw sql_error::unsupported(fmt::format("time zone of {} minutes in LOGIN", request.time_zone));
    if (request.os_authentication != 0)
        throw sql_error::unsupported("operating-system authentication");
    // Others than this one describe the client (`URL=…` of the native library).
    constexpr std::string_view compatibility = "CMINI=";
    if (request.attributes && request.attributes->starts_with(compatibility) &&
        request.attributes->size() > compatibility.size())
        throw sql_error::unsupported(fmt::format("LOGIN attribute {}", *request.attributes));

    mock::login who;
    // Whether the login is refused or not, the password goes.
    struct wiping {
        std::string& text;
        ~wiping() { wire::wipe(std::as_writable_bytes(std::span(text))); }
    } const guard{who.password};
    who.user = credential(request.user);
    who.password = credential(request.password);
    who.application_name = from_session_text(text_, request.application_name);
    who.host_name = from_session_text(text_, request.host_name);
    who.client_address = peer_;
    who.language = language_;
    who.time_zone = request.time_zone;
    who.read_only = request.read_only;
    if (request.isolation >= 0)
        who.isolation = isolation_of(request.isolation);
    session_ = server_.backend.open_session(who);
    credential_cipher_.reset();

    new_lob_ = request.new_lob;
    session_zone_ = request.time_zone;
    idle_limit_ = server_.profile.idle_timeout;
    if (request.session_timeout > 0 && (idle_limit_.count() == 0 || request.session_timeout < idle_limit_.count()))
        idle_limit_ = std::chrono::seconds(request.session_timeout);
    assembler_.set_cap(server_.limits.message);
    security_.set_cap(server_.limits.message);
    phase_ = phase::session;
    closing_ = false;

    const auto& profile = server_.profile;
    wire::login_response response;
    std::vector<std::byte> texts;
    append_session_text(text_, profile.instance_name, texts);
    const auto instance_size = texts.size();
    append_session_text(text_, session_->current_schema(), texts);
    const auto schema_end = texts.size();
    const auto& before = session_->before();
    const auto address = address_as_told(before.client_address);
    const auto last_time = before.time ? local_time(*before.time, profile.time_zone) : std::string();
    append_session_text(text_, profile.database_name, texts);
    const std::span<const std::byte> all(texts);
    response.instance_name = wire::as_text(all.first(instance_size));
    response.schema = wire::as_text(all.subspan(instance_size, schema_end - instance_size));
    response.database_name = wire::as_text(all.subspan(schema_end));
    response.last_login_address = address;
    response.last_login_time = last_time;
    response.failed_attempts = before.failures;
    response.max_data_length = profile.page_size;
    response.isolation = static_cast<std::int32_t>(who.isolation.value_or(isolation::read_committed));
    response.case_sensitive = profile.case_sensitive;
    response.database_time_zone = profile.time_zone;
    response.new_lob = new_lob_;
    response.fetch_buffer_size = profile.fetch_buffer_size;
    response.session_id = id_;
    response.oracle_formats = std::uint8_t{0};
    response.date_format = response.time_format = response.timestamp_format = response.timestamp_tz_format =
        response.time_tz_format = std::string_view();
    if (message_version_ >= wire::wide_row_ids_since)
        response.tail = login_tail_with_cluster;
    else
        response.tail = login_tail;
    log(log_level::info, "login of {} from application \"{}\"", who.user, who.application_name);
    answer(response);
}

}  // namespace dmkit::mock
