#include <dmkit/tls/channel.hpp>

#include <algorithm>
#include <new>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace dmkit::tls {

namespace {

/// Data of one call of SSL_write; more would only make the output grow at once.
constexpr std::size_t largest_write = std::size_t{1} << 20U;

std::string subject_of(const X509* certificate) {
    std::string out;
    if (certificate == nullptr)
        return out;
    BIO* text = BIO_new(BIO_s_mem());
    if (text == nullptr)
        return out;
    X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char* data = nullptr;
    const long size = BIO_get_mem_data(text, &data);
    if (size > 0)
        out.assign(data, static_cast<std::size_t>(size));
    BIO_free(text);
    // A peer writes its name itself: nothing of it may look like a line of ours.
    std::replace_if(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
    return out;
}

errc class_of(long verification) noexcept {
    switch (verification) {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_CERT_UNTRUSTED:
            return errc::unknown_authority;
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return errc::wrong_host;
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return errc::expired;
        default:
            return errc::bad_certificate;
    }
}

/// Alerts by which a peer speaks of the certificate that it was shown, or was not.
bool is_about_certificate(int alert) noexcept {
    switch (alert) {
        case SSL_AD_BAD_CERTIFICATE:
        case SSL_AD_UNSUPPORTED_CERTIFICATE:
        case SSL_AD_CERTIFICATE_REVOKED:
        case SSL_AD_CERTIFICATE_EXPIRED:
        case SSL_AD_CERTIFICATE_UNKNOWN:
        case SSL_AD_UNKNOWN_CA:
        case SSL_AD_ACCESS_DENIED:
        case SSL_AD_CERTIFICATE_REQUIRED:
            return true;
        default:
            return false;
    }
}

}  // namespace

channel::channel(std::shared_ptr<const context> settings)
    : settings_(std::move(settings)),
      ssl_(SSL_new(settings_->native())),
      in_(BIO_new(BIO_s_mem())),
      out_(BIO_new(BIO_s_mem())) {
    if (ssl_ == nullptr || in_ == nullptr || out_ == nullptr) {
        BIO_free(in_);
        BIO_free(out_);
        SSL_free(ssl_);
        throw std::bad_alloc();
    }
    SSL_set_bio(ssl_, in_, out_);
    SSL_set_app_data(ssl_, this);
    SSL_set_verify(ssl_, SSL_get_verify_mode(ssl_), [](int good, X509_STORE_CTX* store) {
        if (good == 0) {
            const auto* ssl =
                static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
            static_cast<channel*>(SSL_get_app_data(ssl))->rejected_ =
                subject_of(X509_STORE_CTX_get_current_cert(store));
        }
        return good;
    });
    if (settings_->is_server()) {
        SSL_set_accept_state(ssl_);
        return;
    }
    SSL_set_connect_state(ssl_);
    SSL_set_cert_cb(
        ssl_,
        [](SSL*, void* self) {
            static_cast<channel*>(self)->certificate_asked_ = true;
            return 1;
        },
        this);
    const auto& host = settings_->host();
    auto* checks = SSL_get0_param(ssl_);
    ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str());
    const bool is_address = address != nullptr;
    ASN1_OCTET_STRING_free(address);
    ERR_clear_error();
    if (!is_address && !host.empty())
        SSL_set_tlsext_host_name(ssl_, host.c_str());
    if (!settings_->checks_host())
        return;
    X509_VERIFY_PARAM_set_hostflags(checks, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const int set = is_address ? X509_VERIFY_PARAM_set1_ip_asc(checks, host.c_str())
                               : X509_VERIFY_PARAM_set1_host(checks, host.data(), host.size());
    if (set != 1 || host.empty())
        problem_ = {errc::configuration, "no certificate can carry the host name \"" + host + "\""};
}

channel::~channel() {
    SSL_free(ssl_);
}

channel::progress channel::handshake() {
    if (problem_)
        return progress::failed;
    ERR_clear_error();
    return settle(SSL_do_handshake(ssl_));
}

channel::progress channel::read(std::span<std::byte> room, std::size_t& size) {
    if (problem_)
        return progress::failed;
    ERR_clear_error();
    return settle(SSL_read_ex(ssl_, room.data(), room.size(), &size));
}

channel::progress channel::peek() {
    if (problem_)
        return progress::failed;
    ERR_clear_error();
    std::byte one{};
    std::size_t size = 0;
    return settle(SSL_peek_ex(ssl_, &one, 1, &size));
}

channel::progress channel::write(std::span<const std::byte> data) {
    while (!data.empty()) {
        if (problem_)
            return progress::failed;
        ERR_clear_error();
        std::size_t taken = 0;
        const auto part = data.first(std::min(data.size(), largest_write));
        if (const auto step = settle(SSL_write_ex(ssl_, part.data(), part.size(), &taken)); step != progress::done)
            return step;
        data = data.subspan(taken);
    }
    return progress::done;
}

bool channel::close() {
    if (said_goodbye_ || problem_ || SSL_is_init_finished(ssl_) == 0)
        return false;
    said_goodbye_ = true;
    ERR_clear_error();
    static_cast<void>(SSL_shutdown(ssl_));
    ERR_clear_error();
    return !output().empty();
}

void channel::received(std::size_t size) {
    if (BIO_write(in_, room_.data(), static_cast<int>(size)) != static_cast<int>(size))
        throw std::bad_alloc();
}

std::span<const std::byte> channel::output() const noexcept {
    char* data = nullptr;
    const long size = BIO_get_mem_data(out_, &data);
    if (size <= 0 || static_cast<std::size_t>(size) <= sent_)
        return {};
    return std::span(reinterpret_cast<const std::byte*>(data), static_cast<std::size_t>(size)).subspan(sent_);
}

void channel::sent(std::size_t size) noexcept {
    sent_ += size;
    if (output().empty()) {
        static_cast<void>(BIO_reset(out_));
        sent_ = 0;
    }
}

bool channel::has_input() const noexcept {
    return BIO_pending(in_) > 0 || SSL_has_pending(ssl_) != 0;
}

std::vector<std::byte> channel::leftover() {
    std::vector<std::byte> out(static_cast<std::size_t>(std::max(BIO_pending(in_), 0)));
    if (!out.empty())
        BIO_read(in_, out.data(), static_cast<int>(out.size()));
    return out;
}

channel::progress channel::settle(int result) {
    if (result > 0)
        return progress::done;
    switch (SSL_get_error(ssl_, result)) {
        case SSL_ERROR_WANT_READ:
            return progress::starved;
        case SSL_ERROR_ZERO_RETURN:
            return progress::closed;
        default:
            take_fault();
            return progress::failed;
    }
}

void channel::take_fault() {
    const auto code = ERR_peek_error();
    const auto reason = ERR_GET_REASON(code);
    const char* words = ERR_reason_error_string(code);
    problem_ = {errc::failed, words != nullptr ? words : "the connection broke"};
    ERR_clear_error();
    if (ERR_GET_LIB(code) != ERR_LIB_SSL)
        return;
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
        const long verification = SSL_get_verify_result(ssl_);
        problem_ = {class_of(verification),
                    X509_verify_cert_error_string(verification) +
                        (rejected_.empty() ? std::string() : " (certificate of " + rejected_ + ")")};
    } else if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
        problem_.code = errc::no_certificate;
    } else if (reason > SSL_AD_REASON_OFFSET) {
        const int alert = reason - SSL_AD_REASON_OFFSET;
        problem_.detail = std::string("the peer says: ") + SSL_alert_desc_string_long(alert);
        // Before TLS 1.3 a certificate that is missing makes the handshake fail, and nothing else tells.
        if (is_about_certificate(alert) || (alert == SSL_AD_HANDSHAKE_FAILURE && certificate_asked_)) {
            problem_.code = errc::own_certificate_refused;
            if (!settings_->is_server() && SSL_get_certificate(ssl_) == nullptr)
                problem_.detail += " (it wants a certificate, and none is set)";
        }
    }
}

std::string channel::protocol() const {
    return SSL_get_version(ssl_);
}

std::string channel::cipher() const {
    return SSL_get_cipher_name(ssl_);
}

std::string channel::peer() const {
    return subject_of(SSL_get0_peer_certificate(ssl_));
}

}  // namespace dmkit::tls
