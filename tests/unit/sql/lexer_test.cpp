#include "mockserver/sql/lexer.hpp"

#include <gtest/gtest.h>

namespace dmkit::mock::sql {
namespace {

std::vector<token_kind> kinds(std::string_view text) {
    const token_list tokens(text);
    std::vector<token_kind> found;
    for (std::size_t i = 0; tokens.at(i).kind != token_kind::end; ++i)
        found.push_back(tokens.at(i).kind);
    return found;
}

using enum token_kind;

TEST(Lexer, NeedsNoBlanksBetweenTokens) {
    EXPECT_EQ(kinds("VALUES(1)WHEN"), (std::vector{word, left_paren, integer, right_paren, word}));
    EXPECT_EQ(kinds("date'1999-01-01'"), (std::vector{word, string}));
    EXPECT_EQ(kinds("a.b*2"), (std::vector{word, dot, word, star, integer}));
}

TEST(Lexer, KnowsOperators) {
    EXPECT_EQ(kinds("|| | << <= <> < >> >= > != ^= ^ && & ! ~ % :: := => @"),
              (std::vector{concatenation, bar,     shift_left, less_equal,   not_equal, less,        shift_right,
                           greater_equal, greater, not_equal,  not_equal,    caret,     logical_and, ampersand,
                           logical_not,   tilde,   percent,    double_colon, assign,    arrow,       at}));
}

TEST(Lexer, TellsNumbersApart) {
    EXPECT_EQ(kinds("1 1.5 .5 1. 1e3 1.5E-3 0x00FF 1e 1..2"),
              (std::vector{integer, decimal, decimal, decimal, approximate, approximate, binary, integer, word, integer,
                           range, integer}));
}

TEST(Lexer, SkipsCommentsAndHints) {
    EXPECT_EQ(kinds("a -- b\nc // d\n/* e */ f /*+ g */"), (std::vector{word, word, word}));
    EXPECT_EQ(kinds("'http://x' \"--\""), (std::vector{string, quoted_name}));
}

TEST(Lexer, KnowsParameters) {
    EXPECT_EQ(kinds("? :name :1 @@IDENTITY"), (std::vector{positional_mark, named_mark, named_mark, global_name}));
}

TEST(Lexer, TakesNamesOfOtherScripts) {
    EXPECT_EQ(kinds("姓名 T01$ALOG ##tmp _x é"), (std::vector{word, word, word, word, word}));
    EXPECT_EQ(kinds("，"), (std::vector{invalid}));
    EXPECT_EQ(kinds("\xE5\xA7"), (std::vector{invalid}));
}

TEST(Lexer, EndsAtWhatDoesNotEnd) {
    EXPECT_EQ(kinds("a 'b"), (std::vector{word, invalid}));
    EXPECT_EQ(kinds("a \"b"), (std::vector{word, invalid}));
    EXPECT_EQ(kinds("a /* b"), (std::vector{word, invalid}));
    EXPECT_EQ(kinds("a `b`"), (std::vector{word, invalid}));
    EXPECT_EQ(kinds("a \"\""), (std::vector{word, invalid}));
}

TEST(Lexer, CountsLinesAndCharacters) {
    const token_list tokens("姓名 a\n  'x\ny' b");
    EXPECT_EQ(tokens.at(1).column, 4U);
    EXPECT_EQ(tokens.at(2).line, 2U);
    EXPECT_EQ(tokens.at(2).column, 3U);
    EXPECT_EQ(tokens.at(3).line, 3U);
    EXPECT_EQ(tokens.at(3).column, 4U);
}

TEST(Lexer, PairsParentheses) {
    const token_list tokens("(a(b))(");
    EXPECT_EQ(tokens.at(0).match, 5U);
    EXPECT_EQ(tokens.at(2).match, 4U);
    EXPECT_EQ(tokens.at(6).match, 0U);
}

TEST(Lexer, Unquotes) {
    EXPECT_EQ(unquote("'it''s'", string), "it's");
    EXPECT_EQ(unquote("''", string), "");
    EXPECT_EQ(unquote("''''", string), "'");
    EXPECT_EQ(unquote("\"a\"\"b\"", quoted_name), "a\"b");
    EXPECT_EQ(unquote("N'x'", national_string), "x");
    EXPECT_EQ(unquote("q'[it's]'", q_string), "it's");
}

}  // namespace
}  // namespace dmkit::mock::sql
