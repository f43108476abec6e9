#include <dmkit/wire/charset.hpp>

#include <gtest/gtest.h>

#include "vectors.hpp"

namespace dmkit::wire {
namespace {

using dmkit::test::from_hex;
using dmkit::test::to_hex;

std::string decode(charset_converter& converter, std::string_view hex) {
    text_arena arena;
    std::string appended = "x";
    converter.append_utf8(from_hex(hex), appended);
    const std::string viewed(converter.to_utf8(from_hex(hex), arena));
    EXPECT_EQ(appended, "x" + viewed);
    return viewed;
}

std::string encode(charset_converter& converter, std::string_view text) {
    bytes out = from_hex("aa");
    if (!converter.append_encoded(text, out)) {
        EXPECT_EQ(to_hex(out), "aa");
        EXPECT_EQ(converter.encoded_size(text), std::nullopt);
        return "none";
    }
    EXPECT_EQ(converter.encoded_size(text), out.size() - 1);
    return to_hex(out).substr(2);
}

TEST(charset, has_the_numbers_of_the_wire) {
    EXPECT_EQ(charset_from_wire(0), charset::gb18030);
    EXPECT_EQ(charset_from_wire(1), charset::utf8);
    EXPECT_EQ(charset_from_wire(2), charset::euc_kr);
    EXPECT_EQ(charset_from_wire(77), charset::gb18030);
    for (const charset set : {charset::utf8, charset::gb18030, charset::euc_kr})
        EXPECT_EQ(charset_from_wire(charset_to_wire(set)), set);
    EXPECT_EQ(to_string(charset::gb18030), "GB18030");
}

// Bytes from dm8-data §8.4, written by the vendor's driver.
TEST(charset, knows_gb18030_with_four_bytes) {
    charset_converter converter(charset::gb18030);
    const std::pair<std::string_view, std::string_view> pairs[] = {
        {"达梦", "b4efc3ce"}, {"😀", "9439fc36"}, {"€", "a2e3"},
        {"𠮷", "9534b235"},   {"ﬀ", "8430b232"},  {"ÿ", "81308b37"},
    };
    for (const auto& [text, hex] : pairs) {
        EXPECT_EQ(decode(converter, hex), text);
        EXPECT_EQ(encode(converter, text), hex);
    }
    std::string all;
    std::string hex;
    for (int i = 0; i < 1000; ++i) {
        all += "a达😀";
        hex += "61b4ef9439fc36";
    }
    EXPECT_EQ(decode(converter, hex), all);
    EXPECT_EQ(encode(converter, all), hex);
}

TEST(charset, knows_euc_kr) {
    charset_converter converter(charset::euc_kr);
    EXPECT_EQ(decode(converter, "c7d1b1b9"), "한국");
    EXPECT_EQ(encode(converter, "한국 SQL"), "c7d1b1b92053514c");
    EXPECT_EQ(encode(converter, "😀"), "none");
    EXPECT_EQ(decode(converter, "5c7e"), "\\~");
}

TEST(charset, replaces_what_is_invalid) {
    charset_converter utf8;
    EXPECT_EQ(decode(utf8, "61ff62"), "a\uFFFDb");
    EXPECT_EQ(decode(utf8, "c3"), "\uFFFD");
    EXPECT_EQ(decode(utf8, "eda080"), "\uFFFD\uFFFD\uFFFD") << "surrogate";
    EXPECT_EQ(decode(utf8, "f4908080"), "\uFFFD\uFFFD\uFFFD\uFFFD") << "beyond U+10FFFF";
    EXPECT_EQ(decode(utf8, "c080"), "\uFFFD\uFFFD") << "overlong";
    charset_converter gb(charset::gb18030);
    EXPECT_EQ(decode(gb, "61ff62"), "a\uFFFDb");
    EXPECT_EQ(decode(gb, "b4"), "\uFFFD") << "cut off";
    charset_converter kr(charset::euc_kr);
    EXPECT_EQ(decode(kr, "61c7"), "a\uFFFD") << "cut off";
}

TEST(charset, refuses_to_send_what_is_no_utf8) {
    for (const charset set : {charset::utf8, charset::gb18030, charset::euc_kr}) {
        charset_converter converter(set);
        EXPECT_EQ(encode(converter, "a\xff"), "none");
        EXPECT_EQ(encode(converter, "\xed\xa0\x80"), "none");
        EXPECT_EQ(encode(converter, "达\xe8"), "none");
        EXPECT_EQ(encode(converter, "plain"), "706c61696e");
        EXPECT_EQ(encode(converter, ""), "");
    }
}

TEST(charset, does_not_copy_what_is_the_same) {
    const bytes ascii = from_hex("53454c454354");
    const bytes chinese = from_hex("e8bebee6a2a6");
    text_arena arena;
    charset_converter utf8;
    EXPECT_EQ(static_cast<const void*>(utf8.to_utf8(chinese, arena).data()), chinese.data());
    charset_converter gb(charset::gb18030);
    EXPECT_EQ(static_cast<const void*>(gb.to_utf8(ascii, arena).data()), ascii.data());
}

TEST(text_arena, keeps_pieces_where_they_are) {
    text_arena arena;
    std::vector<std::span<char>> pieces;
    for (std::size_t size = 0; size < 3000; size += 37) {
        pieces.push_back(arena.allocate(size));
        std::fill(pieces.back().begin(), pieces.back().end(), static_cast<char>('a' + pieces.size() % 26));
    }
    pieces.push_back(arena.allocate(1U << 20U));
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i)
        for (const char c : pieces[i])
            ASSERT_EQ(c, static_cast<char>('a' + (i + 1) % 26));
    arena.clear();
    EXPECT_EQ(arena.allocate(10).data(), pieces[0].data());
}

}  // namespace
}  // namespace dmkit::wire
