#include <dmkit/wire/key_exchange.hpp>

#include <memory>
#include <stdexcept>

#include <openssl/bn.h>

namespace dmkit::wire {

namespace {

struct number_deleter {
    void operator()(BIGNUM* number) const noexcept { BN_clear_free(number); }
};
struct context_deleter {
    void operator()(BN_CTX* context) const noexcept { BN_CTX_free(context); }
};
using number = std::unique_ptr<BIGNUM, number_deleter>;
using number_context = std::unique_ptr<BN_CTX, context_deleter>;

constexpr const char* prime_digits =
    "C009D877BAF5FAF416B7F778E6115DCB90D65217DCC2F08A9DFCB5A192C593EB"
    "AB02929266B8DBFC2021039FDBD4B7FDE2B996E00008F57AE6EFB4ED3F17B6D3";
constexpr BN_ULONG generator = 5;

void check(bool done) {
    if (!done)
        throw std::runtime_error("key exchange: OpenSSL cannot compute");
}

number make_number() {
    number result(BN_new());
    check(result != nullptr);
    return result;
}

number from_bytes(std::span<const std::byte> bytes) {
    number result(
        BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
    check(result != nullptr);
    return result;
}

number prime() {
    BIGNUM* result = nullptr;
    check(BN_hex2bn(&result, prime_digits) > 0);
    return number(result);
}

/// base^exponent mod p; the time it takes does not depend on the exponent.
number power(const BIGNUM* base, BIGNUM* exponent, const BIGNUM* modulus, BN_CTX* context) {
    BN_set_flags(exponent, BN_FLG_CONSTTIME);
    number result = make_number();
    check(BN_mod_exp(result.get(), base, exponent, modulus, context) == 1);
    return result;
}

}  // namespace

key_exchange::key_exchange(std::span<const std::byte, key_size> random) {
    const number_context context(BN_CTX_new());
    check(context != nullptr);
    const number modulus = prime();
    const number seed = from_bytes(random);
    const number exponent = make_number();
    check(BN_mod(exponent.get(), seed.get(), modulus.get(), context.get()) == 1);
    if (BN_is_zero(exponent.get()))
        check(BN_one(exponent.get()) == 1);
    const number base = make_number();
    check(BN_set_word(base.get(), generator) == 1);
    const number result = power(base.get(), exponent.get(), modulus.get(), context.get());
    check(BN_bn2binpad(result.get(), reinterpret_cast<unsigned char*>(public_key_.data()),
                       static_cast<int>(public_key_.size())) > 0);
    std::array<std::byte, key_size> bytes{};
    check(BN_bn2binpad(exponent.get(), reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) >
          0);
    private_key_ = secret(bytes);
    wipe(bytes);
}

std::optional<secret> key_exchange::session_key(std::span<const std::byte> peer_key) const {
    if (peer_key.size() > key_size)
        return std::nullopt;
    const number_context context(BN_CTX_new());
    check(context != nullptr);
    const number modulus = prime();
    const number peer = from_bytes(peer_key);
    const number largest = make_number();
    check(BN_copy(largest.get(), modulus.get()) != nullptr && BN_sub_word(largest.get(), 1) == 1);
    if (BN_cmp(peer.get(), BN_value_one()) <= 0 || BN_cmp(peer.get(), largest.get()) >= 0)
        return std::nullopt;
    const number exponent = from_bytes(private_key_.bytes());
    const number shared = power(peer.get(), exponent.get(), modulus.get(), context.get());
    std::array<std::byte, key_size> bytes{};
    const int size = BN_bn2bin(shared.get(), reinterpret_cast<unsigned char*>(bytes.data()));
    secret result(std::span<const std::byte>(bytes).first(static_cast<std::size_t>(size)));
    wipe(bytes);
    return result;
}

}  // namespace dmkit::wire
