#include <dmkit/mock/profile.hpp>

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace dmkit::mock::test {
namespace {

TEST(profile, EntriesAreSetByName) {
    profile p;
    set_profile_entry(p, "SERVER_VERSION", "8.1.4.1");
    set_profile_entry(p, "charset", "GB18030");
    set_profile_entry(p, "cipher", "aes256");
    set_profile_entry(p, "crc", "1");
    set_profile_entry(p, "instance_name", "X");
    set_profile_entry(p, "length_in_char", "true");
    set_profile_entry(p, "page_size", "32768");
    set_profile_entry(p, "time_zone", "-300");
    set_profile_entry(p, "fetch_buffer_size", "65536");
    set_profile_entry(p, "lock_timeout", "250");
    EXPECT_FALSE(p.client_cache);
    set_profile_entry(p, "client_cache", "1");
    EXPECT_TRUE(p.client_cache);
    EXPECT_EQ(p.server_version, "8.1.4.1");
    EXPECT_EQ(p.charset, charset::gb18030);
    EXPECT_EQ(p.cipher, cipher_choice::communication);
    EXPECT_EQ(p.cipher_id, 2052);
    set_profile_entry(p, "cipher", "3DES-OFB");
    EXPECT_EQ(p.cipher_id, 264);
    set_profile_entry(p, "cipher", "4096");
    EXPECT_EQ(p.cipher_id, 4096);
    set_profile_entry(p, "compression", "large");
    set_profile_entry(p, "compression_algorithm", "snappy");
    EXPECT_EQ(p.compression, compression_choice::large);
    EXPECT_EQ(p.compression_algorithm, compression_algorithm::snappy);
    EXPECT_TRUE(p.crc);
    EXPECT_EQ(p.instance_name, "X");
    EXPECT_TRUE(p.length_in_char);
    EXPECT_EQ(p.page_size, 32768);
    EXPECT_EQ(p.time_zone, -300);
    EXPECT_EQ(p.fetch_buffer_size, 65536);
    EXPECT_EQ(p.lock_timeout, std::chrono::milliseconds(250));
}

TEST(profile, WhatIsWrongIsNamed) {
    const auto refusal = [](std::string_view key, std::string_view value) {
        profile p;
        try {
            set_profile_entry(p, key, value);
        } catch (const std::invalid_argument& error) {
            return std::string(error.what());
        }
        return std::string("accepted");
    };
    EXPECT_EQ(refusal("page_size", "5000"), "profile entry page_size=5000: 4096, 8192, 16384 or 32768 is expected");
    EXPECT_EQ(refusal("compatible_mode", "2"), "accepted");
    EXPECT_EQ(refusal("compatible_mode", "4"), "profile entry compatible_mode=4: not supported: 0 and 2 are");
    EXPECT_EQ(refusal("message_version", "21"),
              "profile entry message_version=21: versions above 11 are not supported");
    EXPECT_EQ(refusal("time_zone", "x"), "profile entry time_zone=x: a number from -779 to 840 is expected");
    EXPECT_EQ(refusal("cipher", "rot13"),
              "profile entry cipher=rot13: auto, des, none, aes256 or a cipher like aes128-ofb is expected");
    const std::string usable =
        ": no communication cipher: DES and 3DES in any mode, AES in CFB and OFB mode and RC4 are";
    EXPECT_EQ(refusal("cipher", "aes256-cbc"), "profile entry cipher=aes256-cbc" + usable);
    EXPECT_EQ(refusal("cipher", "5001"), "profile entry cipher=5001" + usable);
    EXPECT_EQ(refusal("compression", "2"), "profile entry compression=2: asked, off, always or large is expected");
    EXPECT_EQ(refusal("server_version", "eight"),
              "profile entry server_version=eight: numbers separated by dots are expected");
    EXPECT_EQ(refusal("colour", "red").substr(0, 59), "profile entry colour=red: there is no such entry; known are");
}

TEST(profile, TheDefaultsAreInOrder) {
    EXPECT_NO_THROW(check_profile({}));
}

}  // namespace
}  // namespace dmkit::mock::test
