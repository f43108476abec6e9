// Vectors of dm8-connection §6.5, computed by the vendor's Go driver.
#include <dmkit/wire/cipher.hpp>

#include <gtest/gtest.h>

#include <dmkit/wire/byte_reader.hpp>
#include <dmkit/wire/crc32.hpp>
#include <dmkit/wire/key_exchange.hpp>

#include "vectors.hpp"

namespace dmkit::wire {
namespace {

using dmkit::test::from_hex;
using dmkit::test::to_hex;

constexpr std::string_view client_private =
    "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
    "2122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f40";
constexpr std::string_view client_public =
    "6f55946694500a6fa21488a7a9fd59f824d3cbe287bd1e916f361ce925985704"
    "30e55bfc444e2fee15c6ac4499c85280182679f7d3d1cb1a353127ecf094c9b8";
constexpr std::string_view server_private =
    "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
    "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f";
constexpr std::string_view server_public =
    "b478fa4ec56102777a681a91ee76f8703b51367f7beed2cbcde8e0a0cfa49998"
    "bf8f2e63c7089265195f4b58f2970a9aae64c2651bbd16fcc02694c19a09dfbd";
constexpr std::string_view session_key =
    "5f61e47d53dadad0bf7fa0c65736fb9084ca7cd949a8772cb6b91223da34dd75"
    "af2679c55ff20499788bc06584859ac1c84cdd76a7b6e6c05b47767b61cd8f43";

key_exchange side(std::string_view private_key) {
    const bytes data = from_hex(private_key);
    if (data.size() != key_exchange::key_size)
        throw std::runtime_error("a private key has 64 bytes");
    return key_exchange(std::span<const std::byte, key_exchange::key_size>(data));
}

TEST(key_exchange, agrees_with_the_driver) {
    const key_exchange client = side(client_private);
    const key_exchange server = side(server_private);
    EXPECT_EQ(to_hex(client.public_key()), client_public);
    EXPECT_EQ(to_hex(server.public_key()), server_public);
    EXPECT_EQ(to_hex(client.session_key(server.public_key())->bytes()), session_key);
    EXPECT_EQ(to_hex(server.session_key(client.public_key())->bytes()), session_key);
}

TEST(key_exchange, drops_leading_zeros_of_the_secret) {
    const key_exchange client = side(std::string(112, '0') + "1234567890abce33");  // 0x1234567890abcdef + 68, 64 bytes
    const auto key = client.session_key(from_hex(server_public));
    ASSERT_TRUE(key);
    EXPECT_EQ(key->size(), 63U);
    EXPECT_EQ(to_hex(key->bytes()),
              "dd4ef3a9ee3e6c945cfeb1e6b0488f50a2a6f6a5b5d278969a858b652a180c6c"
              "405239b292ef075e8ef6927d28fdab8b9f51e47b4b715939419c755bb3972c");
}

TEST(key_exchange, refuses_keys_that_make_no_secret) {
    const key_exchange client = side(client_private);
    EXPECT_FALSE(client.session_key({}));
    EXPECT_FALSE(client.session_key(from_hex("00")));
    EXPECT_FALSE(client.session_key(from_hex("01")));
    EXPECT_FALSE(
        client.session_key(from_hex("c009d877baf5faf416b7f778e6115dcb90d65217dcc2f08a9dfcb5a192c593eb"
                                    "ab02929266b8dbfc2021039fdbd4b7fde2b996e00008f57ae6efb4ed3f17b6d2")));
    EXPECT_FALSE(client.session_key(from_hex(std::string(128, 'f'))));
    EXPECT_FALSE(client.session_key(from_hex("01" + std::string(128, '0'))));
}

struct cipher_case {
    std::string_view name;
    std::int32_t id;
    std::string_view user;  ///< E("SYSDBA"); empty where the cipher has no form for it
    std::string_view body;  ///< E("SYSDBA789") without digest
};

constexpr cipher_case cipher_cases[] = {
    {"DES-ECB", 129, "58db4b3f44c48c7e", "560cbba37997cb079dd7c3a5abf58779"},
    {"DES-CBC", 130, "ce706b7123d2d3a8", "8e70960c230ee4b07e1c0c04258e6b53"},
    {"DES-CFB", 132, "8ca1121fbbe1", "8ca1121fbbe1399a93"},
    {"DES-OFB", 136, "8ca1121fbbe1", "8ca1121fbbe1399ab9"},
    {"3DES-ECB", 257, "d52abe636b930d2b", "0a5b34ae41333c2d98230bf83e86260a"},
    {"3DES-CBC", 258, "f12cd9e9a75603ed", "039f8d2aeea7916a54b4c0c4410d8a6f"},
    {"3DES-CFB", 260, "ea21ae01df00", "ea21ae01df002930b3"},
    {"3DES-OFB", 264, "ea21ae01df00", "ea21ae01df0029305d"},
    {"AES128-ECB", 513, "", "afad8ab430db863c3bd458a7160d690c"},
    {"AES128-CBC", 514, "", "9caf3c8d9e5892d7d00588e8fcaf001f"},
    {"AES128-CFB", 516, "f520fce37bc0", "f520fce37bc0a53c49"},
    {"AES128-OFB", 520, "f520fce37bc0", "f520fce37bc0a53c49"},
    {"AES192-ECB", 1025, "", "e205a028dbbffd468cd5e8abe94005bc"},
    {"AES192-CBC", 1026, "", "571d32adbf023eef9b7415bdaeb85750"},
    {"AES192-CFB", 1028, "52a8a5a62c9c", "52a8a5a62c9c7fcef2"},
    {"AES192-OFB", 1032, "52a8a5a62c9c", "52a8a5a62c9c7fcef2"},
    {"AES256-ECB", 2049, "", "55fc235348127cb6603b1c2f5165a0ea"},
    {"AES256-CBC", 2050, "", "e913c78984685a6b1053924f2c8f8a87"},
    {"AES256-CFB", 2052, "960a1eee1bac", "960a1eee1bacd1c3a1"},
    {"AES256-OFB", 2056, "960a1eee1bac", "960a1eee1bacd1c3a1"},
    {"RC4", 4096, "48db5d87784e", "48db5d87784e16ee1f"},
};
constexpr std::string_view body_digest = "61374bf03fb3ba8fbf2eb4ebb846a2b2";

class cipher_vectors : public testing::TestWithParam<cipher_case> {
  protected:
    void SetUp() override {
        cipher_fault fault{};
        cipher = message_cipher::create(GetParam().id, from_hex(session_key), fault);
        ASSERT_NE(cipher, nullptr) << to_string(fault);
        ASSERT_EQ(fault, cipher_fault::none);
        EXPECT_EQ(cipher->id(), GetParam().id);
    }
    std::unique_ptr<message_cipher> cipher;
};

TEST_P(cipher_vectors, encrypt_fields_anew_each_time) {
    for (int round = 0; round < 2; ++round) {
        bytes out = from_hex("aa");
        const cipher_fault fault = cipher->encrypt(as_bytes("SYSDBA"), out);
        if (GetParam().user.empty()) {
            EXPECT_EQ(fault, cipher_fault::bad_length);
            EXPECT_EQ(to_hex(out), "aa");
            continue;
        }
        ASSERT_EQ(fault, cipher_fault::none);
        EXPECT_EQ(to_hex(out), "aa" + std::string(GetParam().user));
        bytes back;
        ASSERT_EQ(cipher->decrypt(std::span(out).subspan(1), back), cipher_fault::none);
        EXPECT_EQ(as_text(back), "SYSDBA");
    }
}

TEST_P(cipher_vectors, encrypt_bodies_with_digest) {
    for (int round = 0; round < 2; ++round) {
        bytes buffer = from_hex("aabb");
        const auto plain = as_bytes("SYSDBA789");
        buffer.insert(buffer.end(), plain.begin(), plain.end());
        ASSERT_EQ(cipher->encrypt_body(buffer, 2), cipher_fault::none);
        EXPECT_EQ(to_hex(buffer), "aabb" + std::string(GetParam().body) + std::string(body_digest));
        std::span<std::byte> opened;
        ASSERT_EQ(cipher->decrypt_body(std::span(buffer).subspan(2), opened), cipher_fault::none);
        EXPECT_EQ(as_text(opened), "SYSDBA789");
    }
}

TEST_P(cipher_vectors, notice_damage) {
    const bytes sealed = from_hex(std::string(GetParam().body) + std::string(body_digest));
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        bytes damaged = sealed;
        damaged[at] ^= std::byte{0x10};
        std::span<std::byte> opened;
        EXPECT_NE(cipher->decrypt_body(damaged, opened), cipher_fault::none) << at;
        EXPECT_TRUE(opened.empty());
    }
    for (std::size_t size = 1; size < sealed.size(); ++size) {
        bytes cut(sealed.begin(), sealed.begin() + static_cast<std::ptrdiff_t>(size));
        std::span<std::byte> opened;
        EXPECT_NE(cipher->decrypt_body(cut, opened), cipher_fault::none) << size;
    }
}

INSTANTIATE_TEST_SUITE_P(all, cipher_vectors, testing::ValuesIn(cipher_cases), [](const auto& chosen) {
    std::string name(chosen.param.name);
    std::erase(name, '-');
    return name;
});

TEST(message_cipher, leaves_empty_bodies_empty) {
    cipher_fault fault{};
    const auto cipher = message_cipher::create(cipher_id::aes256_cfb, from_hex(session_key), fault);
    ASSERT_NE(cipher, nullptr);
    bytes buffer = from_hex("aabb");
    EXPECT_EQ(cipher->encrypt_body(buffer, 2), cipher_fault::none);
    EXPECT_EQ(buffer.size(), 2U);
    std::span<std::byte> opened;
    EXPECT_EQ(cipher->decrypt_body({}, opened), cipher_fault::none);
    EXPECT_TRUE(opened.empty());
}

TEST(message_cipher, names_what_it_cannot_do) {
    cipher_fault fault{};
    for (const std::int32_t id : {0, -1, 1, 4, 128, 131, 0x4000, cipher_id::md5, cipher_id::first_external}) {
        EXPECT_EQ(message_cipher::create(id, from_hex(session_key), fault), nullptr) << id;
        EXPECT_EQ(fault, cipher_fault::unknown_cipher) << id;
    }
    EXPECT_EQ(message_cipher::create(cipher_id::aes256_cfb, from_hex("0102"), fault), nullptr);
    EXPECT_EQ(fault, cipher_fault::short_key);
}

TEST(crc32, is_that_of_zlib) {
    EXPECT_EQ(crc32(as_bytes("123456789")), 0xCBF43926U);
    EXPECT_EQ(crc32(as_bytes("1234"), as_bytes("56789")), 0xCBF43926U);
    EXPECT_EQ(crc32({}), 0U);
}

}  // namespace
}  // namespace dmkit::wire
