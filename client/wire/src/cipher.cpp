#include <dmkit/wire/cipher.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include <openssl/evp.h>
#include <openssl/provider.h>

#include <dmkit/wire/secret.hpp>

namespace dmkit::wire {

namespace {

/// DM8 starts every encryption from these bytes; 0x22 is missing in the vendor's drivers, so it is here.
constexpr std::array<unsigned char, 16> initial_vector = {0x20, 0x21, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28,
                                                          0x29, 0x2A, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x30};
/// DM8 pads to this many bytes whatever the cipher's block is.
constexpr std::size_t padding_unit = 8;

struct library_deleter {
    void operator()(OSSL_LIB_CTX* library) const noexcept { OSSL_LIB_CTX_free(library); }
};
struct provider_deleter {
    void operator()(OSSL_PROVIDER* provider) const noexcept { OSSL_PROVIDER_unload(provider); }
};
struct cipher_deleter {
    void operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
};
struct context_deleter {
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
struct digest_deleter {
    void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
};
using cipher_ptr = std::unique_ptr<EVP_CIPHER, cipher_deleter>;
using context_ptr = std::unique_ptr<EVP_CIPHER_CTX, context_deleter>;
using digest_ptr = std::unique_ptr<EVP_MD, digest_deleter>;

/// An OpenSSL library context of our own, so that neither the program's configuration nor its providers matter and the
/// legacy provider is not forced upon the program.
struct library {
    std::unique_ptr<OSSL_LIB_CTX, library_deleter> context{OSSL_LIB_CTX_new()};
    std::unique_ptr<OSSL_PROVIDER, provider_deleter> provider;

    explicit library(const char* provider_name) : provider(OSSL_PROVIDER_load(context.get(), provider_name)) {}
};

OSSL_LIB_CTX* default_library() {
    static const library instance("default");
    return instance.context.get();
}

OSSL_LIB_CTX* legacy_library() {
    static const library instance("legacy");
    return instance.context.get();
}

constexpr std::int32_t mode_mask = 0x7F;

struct named_id {
    std::string_view name;
    std::int32_t id;
};
constexpr named_id algorithms[] = {{"des", cipher_id::des},
                                   {"3des", cipher_id::triple_des},
                                   {"aes128", cipher_id::aes128},
                                   {"aes192", cipher_id::aes192},
                                   {"aes256", cipher_id::aes256}};
constexpr named_id modes[] = {
    {"ecb", cipher_id::ecb}, {"cbc", cipher_id::cbc}, {"cfb", cipher_id::cfb}, {"ofb", cipher_id::ofb}};

/// How to build a cipher of DM8 with OpenSSL's.
struct recipe {
    std::string name;
    std::size_t session_key_size = 0;
    std::array<std::size_t, 3> key_parts = {};  ///< offsets of 8 byte pieces of the session key, for the DES family
    bool pieced = false;
    bool padded = false;
    bool legacy = false;
};

bool find_recipe(std::int32_t id, recipe& out) {
    if (id == cipher_id::rc4) {
        out = {"RC4", 16, {}, false, false, true};
        return true;
    }
    std::string mode;
    switch (id & mode_mask) {
        case cipher_id::ecb:
            mode = "-ECB";
            break;
        case cipher_id::cbc:
            mode = "-CBC";
            break;
        case cipher_id::cfb:
            mode = "-CFB";
            break;
        case cipher_id::ofb:
            mode = "-OFB";
            break;
        default:
            return false;
    }
    out.padded = (id & mode_mask) == cipher_id::ecb || (id & mode_mask) == cipher_id::cbc;
    switch (id & ~mode_mask) {
        case cipher_id::des:
            // Triple DES with one key three times is DES, and needs no legacy provider.
            out.name = "DES-EDE3" + mode;
            out.session_key_size = 8;
            out.pieced = true;
            return true;
        case cipher_id::triple_des:
            out.name = "DES-EDE3" + mode;
            out.session_key_size = 16;
            out.key_parts = {0, 8, 0};
            out.pieced = true;
            return true;
        case cipher_id::aes128:
            out.name = "AES-128" + mode;
            out.session_key_size = 16;
            return true;
        case cipher_id::aes192:
            out.name = "AES-192" + mode;
            out.session_key_size = 24;
            return true;
        case cipher_id::aes256:
            out.name = "AES-256" + mode;
            out.session_key_size = 32;
            return true;
        default:
            return false;
    }
}

unsigned char* raw(std::byte* data) noexcept {
    return reinterpret_cast<unsigned char*>(data);
}
const unsigned char* raw(const std::byte* data) noexcept {
    return reinterpret_cast<const unsigned char*>(data);
}

}  // namespace

struct message_cipher::state {
    cipher_ptr cipher;
    digest_ptr digest;
    context_ptr context{EVP_CIPHER_CTX_new()};
    context_ptr reverse{EVP_CIPHER_CTX_new()};  ///< for decryption; a context of its own keeps the expanded key
    secret key;
    bool padded = false;
    bool stateful_key = false;  ///< the key itself is the state (RC4): it is set again for every field

    [[nodiscard]] bool digest_of(std::span<const std::byte> data,
                                 std::array<unsigned char, digest_size>& out) const noexcept {
        unsigned size = 0;
        return EVP_Digest(data.data(), data.size(), out.data(), &size, digest.get(), nullptr) == 1 &&
               size == digest_size;
    }
};

std::optional<std::int32_t> cipher_id_of(std::string_view name) noexcept {
    if (name == "rc4")
        return cipher_id::rc4;
    for (const auto& algorithm : algorithms) {
        for (const auto& mode : modes) {
            if (name.size() == algorithm.name.size() + 1 + mode.name.size() && name.starts_with(algorithm.name) &&
                name[algorithm.name.size()] == '-' && name.ends_with(mode.name))
                return algorithm.id | mode.id;
        }
    }
    return std::nullopt;
}

std::string cipher_name(std::int32_t id) {
    if (id == cipher_id::rc4)
        return "rc4";
    for (const auto& algorithm : algorithms) {
        for (const auto& mode : modes) {
            if (id == (algorithm.id | mode.id))
                return std::string(algorithm.name) + "-" + std::string(mode.name);
        }
    }
    return std::to_string(id);
}

bool has_padding_gap(std::int32_t id) noexcept {
    const auto algorithm = id & ~mode_mask;
    const auto mode = id & mode_mask;
    const bool padded = mode == cipher_id::ecb || mode == cipher_id::cbc;
    return padded && algorithm != cipher_id::des && algorithm != cipher_id::triple_des;
}

bool is_weak_cipher(std::int32_t id) noexcept {
    const auto algorithm = id & ~mode_mask;
    return algorithm == cipher_id::des || algorithm == cipher_id::triple_des || algorithm == cipher_id::rc4 ||
           (id & mode_mask) == cipher_id::ecb;
}

std::string_view to_string(cipher_fault fault) noexcept {
    switch (fault) {
        case cipher_fault::none:
            return "no fault";
        case cipher_fault::unknown_cipher:
            return "unknown cipher number";
        case cipher_fault::unavailable:
            return "this OpenSSL does not offer the cipher";
        case cipher_fault::short_key:
            return "the session key is too short for the cipher";
        case cipher_fault::bad_length:
            return "the length does not fit the cipher's blocks";
        case cipher_fault::bad_padding:
            return "the padding is wrong: other key or damaged data";
        case cipher_fault::bad_digest:
            return "the digest does not match: other key or damaged data";
        case cipher_fault::failed:
            break;
    }
    return "OpenSSL failed";
}

message_cipher::message_cipher(std::int32_t id, std::unique_ptr<state> s) noexcept : id_(id), state_(std::move(s)) {}

message_cipher::~message_cipher() = default;

std::unique_ptr<message_cipher> message_cipher::create(std::int32_t id, std::span<const std::byte> session_key,
                                                       cipher_fault& fault) {
    recipe how;
    if (!find_recipe(id, how)) {
        fault = cipher_fault::unknown_cipher;
        return nullptr;
    }
    if (session_key.size() < how.session_key_size) {
        fault = cipher_fault::short_key;
        return nullptr;
    }
    auto s = std::make_unique<state>();
    s->cipher.reset(EVP_CIPHER_fetch(how.legacy ? legacy_library() : default_library(), how.name.c_str(), nullptr));
    s->digest.reset(EVP_MD_fetch(default_library(), "MD5", nullptr));
    if (s->cipher == nullptr || s->digest == nullptr || s->context == nullptr || s->reverse == nullptr) {
        fault = cipher_fault::unavailable;
        return nullptr;
    }
    if (how.pieced) {
        std::array<std::byte, 24> pieces;
        for (std::size_t i = 0; i < how.key_parts.size(); ++i)
            std::copy_n(session_key.begin() + static_cast<std::ptrdiff_t>(how.key_parts[i]), 8,
                        pieces.begin() + static_cast<std::ptrdiff_t>(8 * i));
        s->key = secret(pieces);
        wipe(pieces);
    } else {
        s->key = secret(session_key.first(how.session_key_size));
    }
    s->padded = how.padded;
    s->stateful_key = how.legacy;
    const unsigned char* const key = raw(s->key.bytes().data());
    const bool ready = EVP_EncryptInit_ex2(s->context.get(), s->cipher.get(), key, nullptr, nullptr) == 1 &&
                       EVP_DecryptInit_ex2(s->reverse.get(), s->cipher.get(), key, nullptr, nullptr) == 1 &&
                       EVP_CIPHER_CTX_set_padding(s->context.get(), 0) == 1 &&
                       EVP_CIPHER_CTX_set_padding(s->reverse.get(), 0) == 1;
    if (!ready) {
        fault = cipher_fault::failed;
        return nullptr;
    }
    fault = cipher_fault::none;
    return std::unique_ptr<message_cipher>(new message_cipher(id, std::move(s)));
}

cipher_fault message_cipher::pad(std::vector<std::byte>& buffer, std::size_t begin) const {
    if (!state_->padded)
        return cipher_fault::none;
    const std::size_t size = buffer.size() - begin;
    const std::size_t count = padding_unit - size % padding_unit;
    const auto block = static_cast<std::size_t>(EVP_CIPHER_get_block_size(state_->cipher.get()));
    if ((size + count) % block != 0)
        return cipher_fault::bad_length;
    buffer.resize(buffer.size() + count, static_cast<std::byte>(count));
    return cipher_fault::none;
}

cipher_fault message_cipher::unpad(std::span<const std::byte> data, std::size_t& size) const noexcept {
    size = data.size();
    if (!state_->padded)
        return cipher_fault::none;
    if (data.empty())
        return cipher_fault::bad_padding;
    const auto count = std::to_integer<std::size_t>(data.back());
    if (count == 0 || count > padding_unit || count > data.size())
        return cipher_fault::bad_padding;
    const auto tail = data.last(count);
    if (!std::ranges::all_of(tail, [&data](std::byte byte) { return byte == data.back(); }))
        return cipher_fault::bad_padding;
    size -= count;
    return cipher_fault::none;
}

cipher_fault message_cipher::run(std::span<std::byte> data, bool encrypting) noexcept {
    EVP_CIPHER_CTX* const context = (encrypting ? state_->context : state_->reverse).get();
    if (data.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        return cipher_fault::bad_length;
    const auto block = static_cast<std::size_t>(EVP_CIPHER_get_block_size(state_->cipher.get()));
    if (data.size() % block != 0)
        return cipher_fault::bad_length;
    const unsigned char* const key = state_->stateful_key ? raw(state_->key.bytes().data()) : nullptr;
    const unsigned char* const start = state_->stateful_key ? nullptr : initial_vector.data();
    int done = 0;
    if (EVP_CipherInit_ex2(context, nullptr, key, start, encrypting ? 1 : 0, nullptr) != 1 ||
        EVP_CipherUpdate(context, raw(data.data()), &done, raw(data.data()), static_cast<int>(data.size())) != 1 ||
        static_cast<std::size_t>(done) != data.size())
        return cipher_fault::failed;
    return cipher_fault::none;
}

cipher_fault message_cipher::encrypt(std::span<const std::byte> plain, std::vector<std::byte>& out) {
    const std::size_t begin = out.size();
    out.insert(out.end(), plain.begin(), plain.end());
    cipher_fault fault = pad(out, begin);
    if (fault == cipher_fault::none)
        fault = run(std::span(out).subspan(begin), true);
    if (fault != cipher_fault::none) {
        wipe(std::span(out).subspan(begin));
        out.resize(begin);
    }
    return fault;
}

cipher_fault message_cipher::decrypt(std::span<const std::byte> encrypted, std::vector<std::byte>& out) {
    const std::size_t begin = out.size();
    out.insert(out.end(), encrypted.begin(), encrypted.end());
    const auto data = std::span(out).subspan(begin);
    std::size_t size = 0;
    cipher_fault fault = run(data, false);
    if (fault == cipher_fault::none)
        fault = unpad(data, size);
    if (fault != cipher_fault::none)
        size = 0;
    wipe(data.subspan(size));
    out.resize(begin + size);
    return fault;
}

cipher_fault message_cipher::encrypt_body(std::vector<std::byte>& buffer, std::size_t body) {
    if (buffer.size() == body)
        return cipher_fault::none;
    std::array<unsigned char, digest_size> digest;
    if (!state_->digest_of(std::span<const std::byte>(buffer).subspan(body), digest))
        return cipher_fault::failed;
    cipher_fault fault = pad(buffer, body);
    if (fault == cipher_fault::none)
        fault = run(std::span(buffer).subspan(body), true);
    if (fault == cipher_fault::none) {
        const auto bytes = std::as_bytes(std::span(digest));
        buffer.insert(buffer.end(), bytes.begin(), bytes.end());
    }
    return fault;
}

cipher_fault message_cipher::decrypt_body(std::span<std::byte> body, std::span<std::byte>& plain) {
    plain = {};
    if (body.empty())
        return cipher_fault::none;
    if (body.size() < digest_size)
        return cipher_fault::bad_length;
    const auto data = body.first(body.size() - digest_size);
    std::size_t size = 0;
    cipher_fault fault = run(data, false);
    if (fault == cipher_fault::none)
        fault = unpad(data, size);
    if (fault != cipher_fault::none)
        return fault;
    std::array<unsigned char, digest_size> digest;
    if (!state_->digest_of(data.first(size), digest))
        return cipher_fault::failed;
    if (!std::ranges::equal(std::as_bytes(std::span(digest)), body.last(digest_size)))
        return cipher_fault::bad_digest;
    plain = data.first(size);
    return cipher_fault::none;
}

}  // namespace dmkit::wire
