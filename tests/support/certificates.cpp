#include "certificates.hpp"

#include <stdlib.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace dmkit::test {

namespace {

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* what) const noexcept {
        Free(what);
    }
};
using certificate_pointer = std::unique_ptr<X509, freed_by<X509_free>>;
using key_pointer = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
struct close_file {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using file_pointer = std::unique_ptr<std::FILE, close_file>;

constexpr long day = 24L * 60 * 60;

void need(bool good) {
    if (!good)
        throw std::runtime_error("a test certificate cannot be made");
}

file_pointer opened(const std::filesystem::path& path, const char* mode) {
    file_pointer file(std::fopen(path.c_str(), mode));
    need(file != nullptr);
    return file;
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    need(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

/// @param issuer nullptr: the certificate signs itself
issued_certificate make(const std::filesystem::path& folder, const std::string& name, const certificate_wish& wish,
                        const issued_certificate* issuer) {
    const key_pointer key(EVP_EC_gen("P-256"));
    const certificate_pointer certificate(X509_new());
    need(key && certificate);
    certificate_pointer authority;
    key_pointer signer;
    if (issuer != nullptr) {
        authority.reset(PEM_read_X509(opened(issuer->certificate, "r").get(), nullptr, nullptr, nullptr));
        signer.reset(PEM_read_PrivateKey(opened(issuer->key, "r").get(), nullptr, nullptr, nullptr));
        need(authority && signer);
    }
    auto* made = certificate.get();
    X509_set_version(made, X509_VERSION_3);
    std::uint32_t serial = 0;
    need(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
    ASN1_INTEGER_set(X509_get_serialNumber(made), static_cast<long>(serial));
    X509_gmtime_adj(X509_getm_notBefore(made), wish.begins_in_days * day);
    X509_gmtime_adj(X509_getm_notAfter(made), wish.ends_in_days * day);
    X509_set_pubkey(made, key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wish.common_name.c_str()), -1, -1, 0);
    auto* above = authority ? authority.get() : made;
    X509_set_issuer_name(made, X509_get_subject_name(above));
    extend(made, above, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
    extend(made, above, NID_subject_key_identifier, "hash");
    extend(made, above, NID_authority_key_identifier, "keyid:always");
    std::string names;
    for (const auto& one : wish.names)
        names += (names.empty() ? "" : ",") + one;
    if (!names.empty())
        extend(made, above, NID_subject_alt_name, names);
    need(X509_sign(made, signer ? signer.get() : key.get(), EVP_sha256()) > 0);

    issued_certificate out{folder / (name + "-cert.pem"), folder / (name + "-key.pem")};
    need(PEM_write_X509(opened(out.certificate, "w").get(), made) == 1);
    const auto& password = wish.key_password;
    need(PEM_write_PrivateKey(opened(out.key, "w").get(), key.get(), password.empty() ? nullptr : EVP_aes_256_cbc(),
                              reinterpret_cast<const unsigned char*>(password.data()),
                              static_cast<int>(password.size()), nullptr, nullptr) == 1);
    return out;
}

}  // namespace

certificate_authority::certificate_authority(const std::string& name) {
    auto pattern = (std::filesystem::temp_directory_path() / "dmkit-certificates-XXXXXX").string();
    need(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    certificate_wish wish;
    wish.common_name = name;
    wish.authority = true;
    own_ = make(folder_, "ca", wish, nullptr);
}

certificate_authority::~certificate_authority() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

issued_certificate certificate_authority::issue(const std::string& name, const certificate_wish& wish) const {
    return make(folder_, name, wish, &own_);
}

}  // namespace dmkit::test
