#include <dmkit/tls/context.hpp>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace dmkit::tls {

namespace {

/// The newest word of OpenSSL about what went wrong in this thread, and none left behind.
std::string last_error() {
    const auto code = ERR_peek_last_error();
    ERR_clear_error();
    if (code == 0)
        return "unknown fault";
    // The system's errors have their text elsewhere.
    if (ERR_SYSTEM_ERROR(code))
        return std::strerror(ERR_GET_REASON(code));
    const char* text = ERR_reason_error_string(code);
    return text != nullptr ? text : "error " + std::to_string(code);
}

int give_password(char* room, int size, int, void* data) {
    const auto& password = *static_cast<const std::string_view*>(data);
    const auto count = std::min(password.size(), static_cast<std::size_t>(std::max(size, 0)));
    std::copy_n(password.begin(), count, room);
    return static_cast<int>(count);
}

int to_native(version value) noexcept {
    return value == version::tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

}  // namespace

context::context(bool server, fault& problem) : server_(server) {
    ERR_clear_error();
    native_ = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    if (native_ == nullptr) {
        problem = {errc::configuration, last_error()};
        return;
    }
    SSL_CTX_set_min_proto_version(native_, TLS1_2_VERSION);
    // Sessions are not resumed: drivers do not, and a ticket that comes late is taken for an answer by those which
    // leave TLS after the handshake (docs/protocol/drivers.md).
    SSL_CTX_set_session_cache_mode(native_, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(native_, 0);
    SSL_CTX_set_options(native_, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(native_, SSL_MODE_RELEASE_BUFFERS);
}

context::~context() {
    SSL_CTX_free(native_);
}

void context::load_identity(const identity& own, fault& problem) {
    if (own.certificate_file.empty() && own.key_file.empty())
        return;
    if (own.certificate_file.empty() || own.key_file.empty()) {
        problem = {errc::configuration, "a certificate and a key belong together: " +
                                            (own.key_file.empty() ? own.certificate_file : own.key_file) +
                                            " is given alone"};
        return;
    }
    if (SSL_CTX_use_certificate_chain_file(native_, own.certificate_file.c_str()) != 1) {
        problem = {errc::configuration, "certificate " + own.certificate_file + ": " + last_error()};
        return;
    }
    auto password = own.key_password;
    SSL_CTX_set_default_passwd_cb(native_, give_password);
    SSL_CTX_set_default_passwd_cb_userdata(native_, &password);
    const bool loaded = SSL_CTX_use_PrivateKey_file(native_, own.key_file.c_str(), SSL_FILETYPE_PEM) == 1;
    SSL_CTX_set_default_passwd_cb_userdata(native_, nullptr);
    if (!loaded) {
        problem = {errc::configuration, "key " + own.key_file + ": " + last_error()};
        return;
    }
    if (SSL_CTX_check_private_key(native_) != 1)
        problem = {errc::configuration,
                   "key " + own.key_file + " does not belong to certificate " + own.certificate_file};
}

void context::trust(const std::string& file, const std::string& path, fault& problem) {
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(native_), X509_V_FLAG_PARTIAL_CHAIN);
    if (file.empty() && path.empty()) {
        if (SSL_CTX_set_default_verify_paths(native_) != 1)
            problem = {errc::configuration, "the system's authorities: " + last_error()};
        return;
    }
    std::error_code none;
    // OpenSSL looks into the folder when it needs somebody, and finds nobody in one that is not there.
    if (!path.empty() && !std::filesystem::is_directory(path, none))
        problem = {errc::configuration, "certificates of authorities, " + path + ": no such folder"};
    else if (!file.empty() && SSL_CTX_load_verify_file(native_, file.c_str()) != 1)
        problem = {errc::configuration, "certificates of authorities, " + file + ": " + last_error()};
    else if (!path.empty() && SSL_CTX_load_verify_dir(native_, path.c_str()) != 1)
        problem = {errc::configuration, "certificates of authorities, " + path + ": " + last_error()};
}

std::shared_ptr<const context> context::client(const client_options& options, fault& problem) {
    std::shared_ptr<context> made(new context(false, problem));
    if (problem)
        return nullptr;
    SSL_CTX_set_min_proto_version(made->native_, to_native(options.least));
    SSL_CTX_set_max_proto_version(made->native_, to_native(options.most));
    made->load_identity(options.own, problem);
    if (!problem && options.check_certificate)
        made->trust(options.ca_file, options.ca_path, problem);
    if (problem)
        return nullptr;
    SSL_CTX_set_verify(made->native_, options.check_certificate ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    made->host_ = options.host;
    made->checks_host_ = options.check_certificate && options.check_host;
    return made;
}

std::shared_ptr<const context> context::server(const server_options& options, fault& problem) {
    std::shared_ptr<context> made(new context(true, problem));
    if (problem)
        return nullptr;
    if (options.own.certificate_file.empty())
        problem = {errc::configuration, "a server needs a certificate"};
    if (!problem)
        made->load_identity(options.own, problem);
    if (!problem && !options.client_ca_file.empty()) {
        made->trust(options.client_ca_file, {}, problem);
        // Clients choose their certificate by the authorities that the server names.
        SSL_CTX_set_client_CA_list(made->native_, SSL_load_client_CA_file(options.client_ca_file.c_str()));
        SSL_CTX_set_verify(made->native_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return problem ? nullptr : made;
}

}  // namespace dmkit::tls
