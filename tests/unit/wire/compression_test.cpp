#include <dmkit/wire/compression.hpp>

#include <algorithm>

#include <gtest/gtest.h>

#include <dmkit/wire/byte_writer.hpp>
#include <dmkit/wire/messages/session.hpp>
#include <dmkit/wire/messages/statement.hpp>
#include <dmkit/wire/security.hpp>

#include "vectors.hpp"

namespace dmkit::wire {
namespace {

using dmkit::test::from_hex;
using dmkit::test::to_hex;

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

bytes text_bytes(std::string_view text) {
    const auto data = std::as_bytes(std::span(text));
    return {data.begin(), data.end()};
}

std::string repeated(std::string_view word, int times) {
    std::string text;
    for (int i = 0; i < times; ++i)
        text += word;
    return text;
}

// What Python's zlib module makes of 40 times `select `.
constexpr std::string_view zlib_of_select = "789c2b4ecd494d2e51281ea5502900c88f6901";

TEST(message_compressor, reads_what_other_zlibs_write) {
    message_compressor compressor(compression_algorithm::zlib);
    bytes_view plain;
    // The size in front is not looked at: here it is wrong.
    ASSERT_EQ(compressor.decompress(from_hex("ffffffff" + std::string(zlib_of_select)), mebibyte, plain),
              decode_fault::none);
    EXPECT_EQ(to_hex(plain), to_hex(text_bytes(repeated("select ", 40))));
}

// Snappy's format description: the size as a varint, a literal (length − 1) << 2, a copy with one byte of offset.
TEST(message_compressor, reads_a_raw_snappy_block) {
    message_compressor compressor(compression_algorithm::snappy);
    bytes_view plain;
    ASSERT_EQ(compressor.decompress(from_hex("00000000 0a 08616263 0d03"), mebibyte, plain), decode_fault::none);
    EXPECT_EQ(to_hex(plain), to_hex(text_bytes("abcabcabca")));
}

TEST(message_compressor, gives_back_what_it_took) {
    for (const auto algorithm : {compression_algorithm::zlib, compression_algorithm::snappy}) {
        message_compressor compressor(algorithm);
        for (const std::size_t size : {std::size_t{1}, std::size_t{8193}, 3 * mebibyte}) {
            bytes original(size);
            for (std::size_t i = 0; i < size; ++i)
                original[i] = static_cast<std::byte>((i * i >> 3U) & 0xFFU);
            bytes buffer = from_hex("aabb");
            buffer.insert(buffer.end(), original.begin(), original.end());
            compressor.compress(buffer, 2);
            EXPECT_EQ(load<std::int32_t>(std::span<const std::byte>(buffer).subspan(2)), static_cast<int>(size));
            bytes_view plain;
            ASSERT_EQ(compressor.decompress(bytes_view(buffer).subspan(2), size, plain), decode_fault::none);
            EXPECT_TRUE(std::ranges::equal(plain, original));
            EXPECT_EQ(compressor.decompress(bytes_view(buffer).subspan(2), size - 1, plain), decode_fault::too_large);
        }
    }
}

TEST(message_compressor, refuses_what_is_no_compressed_data) {
    bytes_view plain;
    message_compressor zlib(compression_algorithm::zlib);
    const bytes whole = from_hex("18010000" + std::string(zlib_of_select));
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(zlib.decompress(bytes_view(whole).first(size), mebibyte, plain), decode_fault::truncated) << size;
    EXPECT_EQ(zlib.decompress(from_hex("00000000 00112233"), mebibyte, plain), decode_fault::bad_value);
    bytes damaged = whole;
    damaged.back() ^= std::byte{1};
    EXPECT_EQ(zlib.decompress(damaged, mebibyte, plain), decode_fault::bad_value);

    message_compressor snappy(compression_algorithm::snappy);
    EXPECT_EQ(snappy.decompress(from_hex("00000000"), mebibyte, plain), decode_fault::bad_value);
    EXPECT_EQ(snappy.decompress(from_hex("00000000 ffffffffff"), mebibyte, plain), decode_fault::bad_value);
    EXPECT_EQ(snappy.decompress(from_hex("00000000 0a 08616263 0d04"), mebibyte, plain), decode_fault::bad_value);
    // 512 KiB of three bytes: no snappy block is as dense.
    EXPECT_EQ(snappy.decompress(from_hex("00000000 808020 080000"), mebibyte, plain), decode_fault::bad_value);
    EXPECT_EQ(snappy.decompress(from_hex("00000000 ffffffff0f 00"), mebibyte, plain), decode_fault::too_large);
}

TEST(message_compressor, stops_a_bomb_at_the_cap) {
    message_compressor compressor(compression_algorithm::zlib);
    bytes bomb(64 * mebibyte);
    compressor.compress(bomb, 0);
    ASSERT_LT(bomb.size(), mebibyte);
    bytes_view plain;
    EXPECT_EQ(compressor.decompress(bomb, mebibyte, plain), decode_fault::too_large);
}

/// A PREPARE of @p sql as @p security puts it on the wire.
bytes sealed(frame_security& security, const std::string& sql) {
    bytes frame;
    prepare_request prepare;
    prepare.sql = sql;
    encode(prepare, {}, frame);
    EXPECT_EQ(security.seal(frame, 0), cipher_fault::none);
    return frame;
}

frame_security::opened open(frame_security& security, bytes& frame) {
    const std::span<std::byte> whole(frame);
    return security.open({whole.first<header_size>(), whole.subspan(header_size)});
}

TEST(frame_security, compresses_what_the_mode_says) {
    const std::string short_sql = "select 1";
    const std::string long_sql = repeated("select ", 2000);
    for (const auto mode : {compression_mode::always, compression_mode::large}) {
        frame_security client;
        frame_security server;
        client.set_compression(mode, compression_algorithm::zlib);
        server.set_compression(mode, compression_algorithm::zlib);
        for (const auto& sql : {short_sql, long_sql}) {
            bytes frame = sealed(client, sql);
            const bool compressed = mode == compression_mode::always || sql.size() > compression_threshold;
            EXPECT_EQ(frame[header_offset::compressed], compressed ? std::byte{1} : std::byte{0});
            EXPECT_EQ(load<std::int32_t>(std::span<const std::byte>(frame).subspan(header_offset::length)),
                      static_cast<int>(frame.size() - header_size));
            const auto opened = open(server, frame);
            ASSERT_FALSE(opened.error) << opened.error.to_string();
            EXPECT_EQ(opened.body.size(), sql.size() + 1);
        }
        // A message without a body stays without one.
        bytes empty;
        encode(commit_request{}, {}, empty);
        ASSERT_EQ(client.seal(empty, 0), cipher_fault::none);
        EXPECT_EQ(empty.size(), header_size);
        EXPECT_FALSE(open(server, empty).error);
    }
}

TEST(frame_security, compresses_before_it_encrypts) {
    const bytes key = from_hex(std::string(128, '7'));
    cipher_fault fault{};
    frame_security client;
    frame_security server;
    for (auto* side : {&client, &server}) {
        side->set_cipher(message_cipher::create(cipher_id::aes256_cfb, key, fault));
        side->set_compression(compression_mode::always, compression_algorithm::snappy);
        side->set_crc(true);
    }
    const std::string sql = repeated("select ", 2000);
    bytes frame = sealed(client, sql);
    EXPECT_LT(frame.size(), sql.size() / 10);
    const auto opened = open(server, frame);
    ASSERT_FALSE(opened.error) << opened.error.to_string();
    EXPECT_EQ(opened.body.size(), sql.size() + 1);
}

TEST(frame_security, names_what_is_wrong_with_a_compressed_body) {
    frame_security plain;
    frame_security compressing;
    compressing.set_compression(compression_mode::always, compression_algorithm::zlib);
    compressing.set_cap(100);
    bytes frame = sealed(compressing, repeated("select ", 200));
    auto opened = open(compressing, frame);
    EXPECT_EQ(opened.error.fault, decode_fault::too_large);
    EXPECT_EQ(opened.error.field, "compressed body");
    // Nobody agreed on compression here.
    opened = open(plain, frame);
    EXPECT_EQ(opened.error.fault, decode_fault::bad_value);
    EXPECT_EQ(opened.error.field, "compressed");
    // In mode always a body without the mark is taken for compressed as well.
    bytes bare = sealed(plain, "select 1");
    EXPECT_EQ(open(compressing, bare).error.fault, decode_fault::bad_value);
}

}  // namespace
}  // namespace dmkit::wire
