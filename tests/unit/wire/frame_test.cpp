#include <dmkit/wire/frame.hpp>

#include <algorithm>

#include <gtest/gtest.h>

#include <dmkit/wire/byte_writer.hpp>
#include <dmkit/wire/key_exchange.hpp>
#include <dmkit/wire/messages/session.hpp>
#include <dmkit/wire/messages/statement.hpp>
#include <dmkit/wire/security.hpp>

#include "vectors.hpp"

namespace dmkit::wire {
namespace {

using dmkit::test::from_hex;
using dmkit::test::to_hex;

/// Three frames one behind the other: COMMIT, a PREPARE, COMMIT.
bytes three_frames() {
    bytes out;
    encode(commit_request{}, {}, out);
    prepare_request prepare;
    prepare.sql = "select 1";
    encode(prepare, {}, out);
    encode(commit_request{}, {}, out);
    return out;
}

void feed(frame_assembler& assembler, bytes_view data) {
    const auto room = assembler.prepare(data.size());
    ASSERT_GE(room.size(), data.size());
    std::copy(data.begin(), data.end(), room.begin());
    assembler.commit(data.size());
}

/// All frames that are complete, as hexadecimal text.
std::vector<std::string> take_all(frame_assembler& assembler, decode_error& error) {
    std::vector<std::string> frames;
    while (const auto frame = assembler.next(error))
        frames.push_back(to_hex(frame->header) + to_hex(frame->body));
    return frames;
}

TEST(frame_assembler, cuts_frames_wherever_reads_end) {
    const bytes stream = three_frames();
    frame_assembler whole;
    decode_error error;
    feed(whole, stream);
    const auto expected = take_all(whole, error);
    ASSERT_FALSE(error);
    ASSERT_EQ(expected.size(), 3U);
    EXPECT_EQ(whole.pending(), 0U);
    for (std::size_t split = 0; split <= stream.size(); ++split) {
        frame_assembler assembler;
        feed(assembler, bytes_view(stream).first(split));
        auto frames = take_all(assembler, error);
        EXPECT_GE(assembler.missing(), 1U);
        feed(assembler, bytes_view(stream).subspan(split));
        const auto rest = take_all(assembler, error);
        frames.insert(frames.end(), rest.begin(), rest.end());
        ASSERT_FALSE(error);
        EXPECT_EQ(frames, expected) << split;
    }
}

TEST(frame_assembler, takes_one_byte_at_a_time) {
    const bytes stream = three_frames();
    frame_assembler assembler;
    decode_error error;
    std::size_t frames = 0;
    for (const std::byte byte : stream) {
        feed(assembler, {&byte, 1});
        frames += take_all(assembler, error).size();
        ASSERT_FALSE(error);
    }
    EXPECT_EQ(frames, 3U);
}

TEST(frame_assembler, says_how_much_is_missing) {
    const bytes stream = three_frames();
    frame_assembler assembler;
    decode_error error;
    EXPECT_EQ(assembler.missing(), header_size);
    feed(assembler, bytes_view(stream).first(10));
    EXPECT_EQ(assembler.missing(), header_size - 10);
    feed(assembler, bytes_view(stream).subspan(10, header_size - 10));
    ASSERT_TRUE(assembler.next(error));
    feed(assembler, bytes_view(stream).subspan(header_size, header_size));
    EXPECT_EQ(assembler.missing(), 9U) << "the body of PREPARE select 1";
}

TEST(frame_assembler, refuses_a_wrong_check_byte) {
    bytes stream = three_frames();
    stream[5] ^= std::byte{1};
    frame_assembler assembler;
    decode_error error;
    feed(assembler, stream);
    EXPECT_FALSE(assembler.next(error));
    EXPECT_EQ(error.fault, decode_fault::bad_check);
    EXPECT_EQ(error.offset, header_offset::check);

    stream[5] ^= std::byte{1};
    stream[header_offset::check] = std::byte{0};
    frame_assembler unchecked;
    unchecked.set_check_bytes(false);
    error = {};
    feed(unchecked, stream);
    EXPECT_EQ(take_all(unchecked, error).size(), 3U);
}

bytes header_of_length(std::int32_t length) {
    bytes out(header_size);
    byte_writer(out).patch(header_offset::length, length);
    out[header_offset::check] = check_byte(std::span<const std::byte, header_size>(out));
    return out;
}

TEST(frame_assembler, refuses_lengths_beyond_the_cap_before_memory_grows) {
    for (const std::int32_t length : {-1, INT32_MIN}) {
        frame_assembler assembler;
        decode_error error;
        feed(assembler, header_of_length(length));
        EXPECT_FALSE(assembler.next(error));
        EXPECT_EQ(error.fault, decode_fault::bad_length);
    }
    frame_assembler assembler(1000);
    decode_error error;
    feed(assembler, header_of_length(1000 - header_size));
    EXPECT_FALSE(assembler.next(error));
    EXPECT_FALSE(error) << "just fits";
    frame_assembler small(1000);
    feed(small, header_of_length(1001 - header_size));
    EXPECT_FALSE(small.next(error));
    EXPECT_EQ(error.fault, decode_fault::too_large);
    frame_assembler defaults;
    error = {};
    feed(defaults, header_of_length(INT32_MAX));
    EXPECT_FALSE(defaults.next(error));
    EXPECT_EQ(error.fault, decode_fault::too_large);
    frame_assembler login(login_message_cap);
    error = {};
    feed(login, header_of_length(static_cast<std::int32_t>(login_message_cap)));
    EXPECT_FALSE(login.next(error));
    EXPECT_EQ(error.fault, decode_fault::too_large);
}

// dm8-connection §12.5: COMMIT and its answer in CRC mode.
TEST(frame_security, writes_and_checks_crc) {
    frame_security security;
    security.set_crc(true);
    bytes request;
    encode(commit_request{}, {}, request);
    ASSERT_EQ(security.seal(request, 0), cipher_fault::none);
    EXPECT_EQ(to_hex(request), "00000000080004000000" + std::string(108, '0') + "0630c965");
    bytes response = from_hex("00000000bb0004000000" + std::string(108, '0') + "4354b615");
    const auto frame = [](bytes& data) {
        return frame_assembler::raw_frame{std::span(data).first<header_size>(), std::span(data).subspan(header_size)};
    };
    const auto opened = security.open(frame(response));
    EXPECT_FALSE(opened.error);
    EXPECT_TRUE(opened.body.empty());
    for (std::size_t at = 0; at < response.size(); ++at) {
        bytes damaged = response;
        damaged[at] ^= std::byte{0x40};
        EXPECT_TRUE(security.open(frame(damaged)).error) << at;
    }
    bytes short_frame(response.begin(), response.begin() + header_size + 3);
    EXPECT_TRUE(security.open(frame(short_frame)).error);
}

// dm8-connection §12.1 to §12.3: keys and encrypted names of a real login of the Go driver.
TEST(login_encryption, gives_the_bytes_of_the_driver) {
    bytes long_key;
    for (int i = 0; i < 8; ++i) {
        const bytes part = from_hex("1234567890abcdef");
        long_key.insert(long_key.end(), part.begin(), part.end());
    }
    const key_exchange server{std::span<const std::byte, key_exchange::key_size>(long_key)};
    EXPECT_EQ(to_hex(server.public_key()),
              "6b030d012fefbf67d7b902dd60ff3ca2f26f751ce0f977a6cee385d4e358012b"
              "d172cd93175626b3a30a398210637cf947f3491ef45dac4a27de8dd410db7ff5");
    const auto key =
        server.session_key(from_hex("492939d5a2b9bff3eb01b813548c621af71c42a97d6e85919b6fb6759b122065"
                                    "15f301a114cfe74f3cf83f0d4d4a509354f7c4e1dc6bf6062d19bd55b8c3a89c"));
    ASSERT_TRUE(key);
    EXPECT_EQ(to_hex(key->bytes()),
              "9e672aafc77417472d313c12360b695565b00fe04478968b5b7ad05ec0a3ad48"
              "13cc39466463c6dab5736ad5c155d293e4a0ad7d3c516c414edfa801fec45331");
    cipher_fault fault{};
    const auto cipher = message_cipher::create(cipher_id::des_cfb, key->bytes(), fault);
    ASSERT_NE(cipher, nullptr);
    bytes user;
    bytes password;
    ASSERT_EQ(cipher->encrypt(as_bytes("SYSDBA"), user), cipher_fault::none);
    ASSERT_EQ(cipher->encrypt(as_bytes("SYSDBA"), password), cipher_fault::none);
    login_request login;
    login.user = user;
    login.password = password;
    login.os_name = "linux";
    bytes frame;
    encode(login, {}, frame);
    EXPECT_EQ(to_hex(frame), to_hex(from_hex("00000000 0100 26000000 000000000000000000 27"
                                             "05000000 ffffffff 00000000 00 0000 00000000 00000100" +
                                             std::string(42, '0') +
                                             "06000000 5457be1527aa 06000000 5457be1527aa"
                                             "00000000 05000000 6c696e7578 00000000 00")));
}

TEST(frame_security, encrypts_whole_messages) {
    const bytes key = from_hex(std::string(128, '7'));
    frame_security client;
    frame_security server;
    cipher_fault fault{};
    client.set_cipher(message_cipher::create(cipher_id::aes256_cfb, key, fault));
    server.set_cipher(message_cipher::create(cipher_id::aes256_cfb, key, fault));
    ASSERT_TRUE(client.encrypts() && server.encrypts());
    for (const bool crc : {false, true}) {
        client.set_crc(crc);
        server.set_crc(crc);
        bytes buffer = from_hex("aabbcc");
        prepare_request prepare;
        prepare.sql = "select 1";
        encode(prepare, {}, buffer);
        ASSERT_EQ(client.seal(buffer, 3), cipher_fault::none);
        EXPECT_EQ(buffer.size(), 3 + header_size + 9 + message_cipher::digest_size + (crc ? 4 : 0));
        frame_assembler assembler;
        assembler.set_check_bytes(!crc);
        feed(assembler, bytes_view(buffer).subspan(3));
        decode_error error;
        const auto frame = assembler.next(error);
        ASSERT_TRUE(frame) << error.to_string();
        const auto opened = server.open(*frame);
        ASSERT_FALSE(opened.error) << opened.error.to_string();
        prepare_request received;
        ASSERT_FALSE(decode({frame->header, opened.body}, {}, received));
        EXPECT_EQ(received.sql, "select 1");
    }
}

}  // namespace
}  // namespace dmkit::wire
