#include "tools/sql/result_writer.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "tools/sql/text_width.hpp"

namespace dmkit::tools {
namespace {

std::string csv(const field_view& value, data_type type = {}) {
    std::string out;
    append_csv(out, value, type);
    return out;
}
std::string json(const field_view& value, data_type type = {}) {
    std::string out;
    append_json(out, value, type);
    return out;
}

// RFC 4180, and the rules of `dmkit sql` for NULL and empty strings.
TEST(Csv, QuotesWhatNeedsIt) {
    EXPECT_EQ(csv({}), "");
    EXPECT_EQ(csv(""), "\"\"");
    EXPECT_EQ(csv("plain"), "plain");
    EXPECT_EQ(csv("a,b"), "\"a,b\"");
    EXPECT_EQ(csv("say \"hi\""), "\"say \"\"hi\"\"\"");
    EXPECT_EQ(csv("two\nlines"), "\"two\nlines\"");
    EXPECT_EQ(csv(decimal("0.40")), "0.4");
}

TEST(Json, KeepsNumbersExact) {
    EXPECT_EQ(json({}), "null");
    EXPECT_EQ(json(true), "true");
    EXPECT_EQ(json(9007199254740992), "9007199254740992");
    EXPECT_EQ(json(9007199254740993), "\"9007199254740993\"");
    EXPECT_EQ(json(-9007199254740993), "\"-9007199254740993\"");
    EXPECT_EQ(json(decimal("12345678901234567890.12")), "\"12345678901234567890.12\"");
    EXPECT_EQ(json(0.1), "0.1");
    EXPECT_EQ(json(0.1F), "0.1");
    const bytes data{std::byte{0}, std::byte{255}};
    EXPECT_EQ(json(data), R"({"hex":"00ff"})");
    EXPECT_EQ(json("达\"\n"), "\"达\\\"\\n\"");
}

TEST(Width, CountsWideAndCombiningCharacters) {
    EXPECT_EQ(display_width("abc"), 3U);
    EXPECT_EQ(display_width("达梦"), 4U);
    EXPECT_EQ(display_width("e\u0301"), 1U);
    EXPECT_EQ(display_width("😀"), 2U);
    EXPECT_EQ(display_width("ｱ"), 1U);  // half-width katakana
    EXPECT_EQ(cut_to_width("达梦数据库", 5), "达梦…");
}

TEST(Table, AlignsWideCharacters) {
    std::ostringstream out;
    auto writer = make_result_writer(output_format::table, out);
    writer->begin({{"ID", {type_id::integer, 4, 0}, "INTEGER"}, {"名称", {type_id::varchar, 20, 0}, "VARCHAR"}});
    const field_view first[] = {7, "达梦"};
    const field_view second[] = {1234, nullptr};
    writer->row(first);
    writer->row(second);
    writer->end(std::nullopt);
    EXPECT_EQ(out.str(),
              "+------+------+\n"
              "| ID   | 名称 |\n"
              "+------+------+\n"
              "|    7 | 达梦 |\n"
              "| 1234 | NULL |\n"
              "+------+------+\n"
              "(2 rows)\n");
}

TEST(Json, WritesOneLineAResult) {
    std::ostringstream out;
    auto writer = make_result_writer(output_format::json, out);
    writer->begin({{"A", {type_id::integer, 4, 0}, "INTEGER"}});
    const field_view row[] = {1};
    writer->row(row);
    writer->row(row);
    writer->end(std::nullopt);
    writer->end(3);
    EXPECT_EQ(out.str(),
              "{\"columns\":[{\"name\":\"A\",\"type\":\"INTEGER\"}],\"rows\":[[1],[1]],\"affected\":null}\n"
              "{\"columns\":[],\"rows\":[],\"affected\":3}\n");
}

}  // namespace
}  // namespace dmkit::tools
