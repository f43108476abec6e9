#include "client/session/handshake.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "client/session/execution.hpp"

namespace dmkit::session {

namespace {

/// What the vendor's drivers send; servers look at it (docs/protocol: client revisions).
constexpr std::string_view client_version = "7.6.0.0";
constexpr std::uint16_t message_version = 8;
constexpr std::string_view oldest_server = "7.0.0.9";
constexpr std::string_view last_without_execute2 = "7.1.2.128";
constexpr std::size_t max_credential = 128;  ///< bytes, before encryption
/// encrypt_type in the answer to STARTUP.
constexpr std::int32_t tls_off = 0;
constexpr std::int32_t tls_session = 1;    ///< TLS for all that follows
constexpr std::int32_t tls_handshake = 2;  ///< a TLS handshake, then in clear
/// Place of the character set in the answer to STARTUP: an error text is already in it.
constexpr std::size_t encoding_offset = 28;

int compare_versions(std::string_view a, std::string_view b) noexcept {
    const auto component = [](std::string_view& rest) {
        const auto dot = rest.find('.');
        int value = 0;
        const auto part = rest.substr(0, dot);
        std::from_chars(part.data(), part.data() + part.size(), value);
        rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
        return value;
    };
    while (!a.empty()) {
        const int left = component(a);
        const int right = component(b);
        if (left != right)
            return left < right ? -1 : 1;
    }
    return 0;
}

bool is_plain_identifier(std::string_view name) noexcept {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    };
    return !name.empty() && letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
        return letter(c) || (c >= '0' && c <= '9') || c == '$' || c == '#';
    });
}

/// A schema's name as an identifier; one in double quotes is taken as it stands.
std::string schema_identifier(const std::string& name) {
    if (is_plain_identifier(name) || (name.size() > 1 && name.front() == '"' && name.back() == '"'))
        return name;
    std::string out = "\"";
    for (const char c : name) {
        out += c;
        if (c == '"')
            out += c;
    }
    return out + "\"";
}

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return out;
}

isolation isolation_of(std::int32_t level) noexcept {
    return static_cast<isolation>(std::clamp<std::int32_t>(level, 0, 3));
}

}  // namespace

bool is_later(std::string_view version, std::string_view than) noexcept {
    return compare_versions(version, than) > 0;
}

exchange_machine::step handshake_machine::begin(session_state& state) {
    state.language = params_.language;
    state.autocommit = params_.autocommit;
    state.always_allow_commit = params_.always_allow_commit;
    state.statement_pool_size = params_.statement_pool_size;
    state.max_rows = params_.max_rows;
    state.fetch_buffer = params_.fetch_buffer;
    state.continue_batch_on_error = params_.continue_batch_on_error;
    state.batch_allow_max_errors = params_.batch_allow_max_errors;
    state.assembler.set_cap(params_.message_cap);
    state.security.set_cap(params_.message_cap);
    state.text = wire::charset_converter(wire::charset::gb18030);

    wire::startup_request message;
    message.client_version = client_version;
    message.message_version = message_version;
    message.compress = static_cast<std::int32_t>(params_.compression);
    message.compress_id = static_cast<std::uint8_t>(params_.compression_algorithm);
    if (params_.login_encryption) {
        keys_.emplace(environment_.random);
        message.has_key = true;
        message.communication_encryption = 2;
        message.client_key = keys_->public_key();
    }
    std::vector<std::byte> catalog;
    if (!params_.catalog.empty()) {
        if (!encode_text(state, params_.catalog, catalog))
            return fail(client_errc::text_not_encodable, "catalog");
        message.catalog = wire::as_text(catalog);
    }
    reporter_.enter(handshake_stage::startup_sent);
    return request(state, message, state.codec, false);
}

void handshake_machine::receiving(session_state& state, const wire::frame_view& frame) {
    if (stage_ == stage::startup)
        state.text = wire::charset_converter(
            wire::charset_from_wire(wire::load<std::int32_t>(frame.header.subspan(encoding_offset))));
}

exchange_machine::step handshake_machine::answer(session_state& state, const wire::frame_view& frame) {
    switch (stage_) {
        case stage::startup:
            return take_startup(state, frame);
        case stage::login:
            return take_login(state, frame);
        case stage::allocate:
        case stage::schema:
            return take_schema(state, frame);
    }
    return step::finish;
}

exchange_machine::step handshake_machine::take_startup(session_state& state, const wire::frame_view& frame) {
    wire::startup_response response;
    if (const auto error = decode(frame, state.codec, response))
        return fail(error);
    state.server.version = state.utf8(response.server_version);
    state.server.message_version = response.message_version;
    state.server.character_set = to_string(state.text.set());
    reporter_.enter(handshake_stage::startup_answered, "server " + state.server.version + ", message version " +
                                                           std::to_string(response.message_version) + ", " +
                                                           state.server.character_set);
    if (response.message_version > message_version)
        return fail(client_errc::protocol_violation,
                    "message version " + std::to_string(response.message_version) + " was not offered");
    if (response.compress < 0 || response.compress > 2 || response.compress_id > 1)
        return fail(client_errc::server_not_supported, "the server demands compression " +
                                                           std::to_string(response.compress) + " with algorithm " +
                                                           std::to_string(response.compress_id));
    if (compare_versions(state.server.version, oldest_server) < 0)
        return fail(client_errc::server_not_supported,
                    "server version " + state.server.version + ", at least 7.0.0.9 is needed");
    state.codec.message_version = response.message_version;
    state.execute2 = is_later(state.server.version, last_without_execute2);
    state.assembler.set_check_bytes(!response.crc);
    state.security.set_crc(response.crc);
    state.server.compressed = response.compress != 0;
    state.security.set_compression(static_cast<wire::compression_mode>(response.compress),
                                   static_cast<wire::compression_algorithm>(response.compress_id));
    if (response.has_key) {
        if (const auto next = agree_on_key(state, response); next == step::finish)
            return next;
    }
    new_client_type_ = response.new_client_type;
    return settle_tls(state, response.encrypt_type);
}

exchange_machine::step handshake_machine::settle_tls(session_state& state, std::int32_t encrypt_type) {
    if (encrypt_type == tls_off) {
        if (params_.tls == tls_mode::require)
            return fail(client_errc::tls_required);
        return send_login(state);
    }
    if (encrypt_type != tls_session && encrypt_type != tls_handshake)
        return fail(client_errc::server_not_supported,
                    "transport security of kind " + std::to_string(encrypt_type) + " (1 and 2 are TLS)");
    if (params_.tls == tls_mode::disable)
        return fail(client_errc::tls_disabled);
    state.tls_only_handshake = encrypt_type == tls_handshake;
    if (state.tls_only_handshake && params_.tls == tls_mode::require)
        return fail(client_errc::tls_required, "the server uses it for the handshake only and then goes on in clear");
    reporter_.enter(handshake_stage::securing, state.tls_only_handshake ? "TLS for the handshake only" : "TLS");
    return step::secure;
}

exchange_machine::step handshake_machine::secured(session_state& state) {
    auto detail = state.server.tls_version + ", " + state.server.tls_cipher;
    if (state.tls_only_handshake) {
        state.server.tls_version.clear();
        state.server.tls_cipher.clear();
    }
    reporter_.enter(handshake_stage::secured, std::move(detail));
    return send_login(state);
}

exchange_machine::step handshake_machine::agree_on_key(session_state& state, const wire::startup_response& response) {
    if (!keys_)
        return fail(client_errc::protocol_violation, "the server sent a key that was not asked for");
    const auto key = keys_->session_key(response.server_key);
    keys_.reset();
    if (!key)
        return fail(client_errc::protocol_violation, "the server's public key is none");
    const bool whole = response.communication_encryption > 0 && response.cipher_id > 0;
    const auto id = whole ? response.cipher_id : wire::cipher_id::des_cfb;
    if (whole && wire::is_weak_cipher(id) && !params_.allow_weak_ciphers)
        return fail(client_errc::server_not_supported,
                    "the server demands the weak cipher " + wire::cipher_name(id) + " (allowWeakCiphers accepts it)");
    wire::cipher_fault fault{};
    auto cipher = wire::message_cipher::create(id, key->bytes(), fault);
    if (!cipher)
        return fail(client_errc::server_not_supported,
                    "cipher " + std::to_string(id) + ": " + std::string(to_string(fault)));
    state.server.encrypted = whole;
    if (whole)
        state.security.set_cipher(std::move(cipher));
    else
        login_cipher_ = std::move(cipher);
    reporter_.enter(handshake_stage::keys_agreed,
                    (whole ? "every message, cipher " : "user and password, cipher ") + std::to_string(id));
    return step::send;
}

exchange_machine::step handshake_machine::add_credential(session_state& state, std::string_view value,
                                                         std::vector<std::byte>& out, bool& done) {
    std::vector<std::byte> plain;
    done = false;
    if (!encode_text(state, value, plain))
        return fail(client_errc::text_not_encodable, "user name or password");
    if (plain.size() > max_credential)
        return fail(client_errc::name_too_long);
    done = true;
    if (!login_cipher_) {
        out = plain;
    } else if (const auto fault = login_cipher_->encrypt(plain, out); fault != wire::cipher_fault::none) {
        done = false;
        fail(client_errc::server_not_supported, "login encryption: " + std::string(to_string(fault)));
    }
    wire::wipe(plain);
    return step::finish;
}

exchange_machine::step handshake_machine::send_login(session_state& state) {
    std::vector<std::byte> user;
    std::vector<std::byte> password;
    bool done = false;
    if (add_credential(state, params_.user, user, done); !done)
        return step::finish;
    if (add_credential(state, params_.password, password, done); !done)
        return step::finish;
    std::vector<std::byte> application;
    std::vector<std::byte> system;
    if (!encode_text(state, params_.application_name, application) || !encode_text(state, params_.os_name, system))
        return fail(client_errc::text_not_encodable, "appName or osName");
    state.session_zone = params_.time_zone.value_or(environment_.time_zone);
    wire::login_request message;
    message.client_type = new_client_type_ ? 5 : 2;
    message.isolation = static_cast<std::int32_t>(params_.isolation);
    message.language = static_cast<std::int32_t>(params_.language);
    message.read_only = params_.read_only;
    message.time_zone = state.session_zone;
    message.session_timeout = static_cast<std::int32_t>(params_.session_timeout.count());
    message.mpp_local = params_.mpp_local ? 1 : 0;
    message.new_lob = true;
    message.user = user;
    message.password = password;
    message.application_name = wire::as_text(application);
    message.os_name = wire::as_text(system);
    stage_ = stage::login;
    reporter_.enter(handshake_stage::login_sent, "as " + params_.user);
    const auto next = request(state, message, state.codec, false);
    wire::wipe(password);
    return next;
}

exchange_machine::step handshake_machine::take_login(session_state& state, const wire::frame_view& frame) {
    wire::wipe(state.out);
    wire::login_response response;
    if (const auto error = decode(frame, state.codec, response))
        return fail(error);
    auto& server = state.server;
    server.instance_name = state.utf8(response.instance_name);
    server.database_name = state.utf8(response.database_name);
    server.guid = state.utf8(response.guid);
    server.session_id = response.session_id.value_or(0);
    server.case_sensitive = response.case_sensitive;
    server.ddl_auto_commit = response.ddl_auto_commit;
    server.mode = response.server_mode;
    server.state = response.server_state;
    server.database_time_zone = response.database_time_zone;
    server.max_row_size = response.max_data_length;
    server.last_login_address = state.utf8(response.last_login_address);
    server.last_login_time = state.utf8(response.last_login_time);
    server.failed_logins = response.failed_attempts;
    server.password_warning = response.login_warning;
    server.password_days_left = response.lifetime_remainder;
    state.codec.new_lob = response.new_lob;
    state.isolation = state.wanted_isolation = state.base_isolation = isolation_of(response.isolation);
    state.isolation_named = false;
    state.read_only = state.wanted_read_only = state.base_read_only = params_.read_only;
    state.schema = response.schema.empty() ? upper(params_.user) : state.utf8(response.schema);
    reporter_.enter(handshake_stage::logged_in,
                    server.instance_name + ", session " + std::to_string(server.session_id));
    if (params_.schema.empty())
        return ready(state);
    stage_ = stage::allocate;
    return request(state, wire::allocate_request{}, state.codec, false);
}

exchange_machine::step handshake_machine::send_schema(session_state& state) {
    stage_ = stage::schema;
    wire::prepare_request message;
    message.handle = handle_.id;
    message.direct = true;
    message.generated_keys = 1;
    std::vector<std::byte> text;
    if (!fill_sql(state, "set schema " + schema_identifier(params_.schema), text, message))
        return fail(client_errc::text_not_encodable, "schema");
    reporter_.enter(handshake_stage::schema_sent, params_.schema);
    return request(state, message, state.codec_of(handle_), false);
}

exchange_machine::step handshake_machine::take_schema(session_state& state, const wire::frame_view& frame) {
    if (stage_ == stage::allocate) {
        wire::allocate_response response;
        if (const auto error = decode(frame, state.codec, response))
            return fail(error);
        handle_ = {response.handle, response.base_names};
        return send_schema(state);
    }
    outcome result;
    if (auto fault = take_execution(state, frame, handle_, nullptr, {}, {}, result); fault.code)
        return fail(std::move(fault));
    state.release(handle_);
    return ready(state);
}

exchange_machine::step handshake_machine::ready(session_state& state) {
    state.connected = true;
    reporter_.enter(handshake_stage::ready);
    return step::finish;
}

exchange_machine::step handshake_machine::refused(session_state& state) {
    wire::wipe(state.out);
    return step::finish;
}

void handshake_machine::lost(session_state& state) {
    wire::wipe(state.out);
}

}  // namespace dmkit::session
