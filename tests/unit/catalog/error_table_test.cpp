#include "mockserver/catalog/error_table.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "mockserver/error.hpp"

namespace dmkit::mock {
namespace {

std::string chinese(const sql_error& error) {
    return render_error(error, language::chinese);
}

std::string english(const sql_error& error) {
    return render_error(error, language::english);
}

// The texts below are those that DM8's manuals and the issues of its users print.
TEST(ErrorText, IsThatOfDm8) {
    EXPECT_EQ(chinese(sql_error(-2501)), "用户名或密码错误");
    EXPECT_EQ(english(sql_error(-2501)), "Invalid username or password");
    EXPECT_EQ(chinese(sql_error(-2106, {"A"})), "无效的表或视图名[A]");
    EXPECT_EQ(english(sql_error(-2106, {"A"})), "Invalid table or view name [A]");
    EXPECT_EQ(chinese(sql_error(-6602, {"T", "CONS134218802"})), "违反表[T]唯一性约束条件[CONS134218802]");
    EXPECT_EQ(chinese(sql_error(-6609, {"ID"})), "违反列[ID]非空约束");
    EXPECT_EQ(english(sql_error(-6609, {"ID"})), "Violate not null constraint on [ID]");
    EXPECT_EQ(chinese(sql_error(-6407)), "锁超时");
    EXPECT_EQ(english(sql_error(-6103)), "Divide zero.");
}

TEST(ErrorText, OfTheAnalysisPhaseBeginsWithThePlace) {
    const sql_error unknown(-2106, {"A"}, source_position{.line = 1, .column = 15, .token = {}});
    EXPECT_EQ(chinese(unknown), "第1行附近出现错误: \n无效的表或视图名[A]");
    EXPECT_EQ(english(unknown), "Error in line: 1\nInvalid table or view name [A]");
    const sql_error syntax(-2007, {}, source_position{.line = 2, .column = 7, .token = "FORM"});
    EXPECT_EQ(chinese(syntax), "第 2 行, 第 7 列[FORM]附近出现错误: \n语法分析出错");
}

TEST(ErrorText, AtRunTimeHasNoPlace) {
    const sql_error violated(-6604, {"C1"}, source_position{.line = 1, .column = 1, .token = {}});
    EXPECT_EQ(chinese(violated), "违反CHECK约束[C1]");
}

TEST(ErrorText, NamesWhatTheMockLacks) {
    const sql_error refused = sql_error::unsupported("PIVOT");
    EXPECT_EQ(refused.code(), -99999);
    EXPECT_EQ(chinese(refused), "dmkit: not supported: PIVOT");
}

TEST(ErrorText, OfAUnknownCodeStillShowsTheCode) {
    EXPECT_EQ(english(sql_error(-4711, {"x"})), "Error -4711 [x]");
}

TEST(ErrorTable, IsOrderedAndHasEachCodeOnce) {
    int before = 1000;
    for (const error_text& row : error_table()) {
        EXPECT_LT(row.code, before);
        before = row.code;
    }
}

/// A row as docs/errors.md has it.
std::string documented(const error_text& row) {
    const auto text = [](const char* words, text_source source) {
        return std::string(words) + (source == text_source::ours ? " (ours)" : "");
    };
    return "| " + std::to_string(row.code) + " | " + text(row.chinese, row.chinese_source) + " | " +
           text(row.english, row.english_source) + " |";
}

TEST(ErrorTable, IsTheOneInTheDocument) {
    std::ifstream file(std::string(DMKIT_SOURCE_DIR) + "/docs/errors.md");
    ASSERT_TRUE(file.is_open());
    std::ostringstream content;
    content << file.rdbuf();
    std::string expected;
    for (const error_text& row : error_table())
        expected += documented(row) + "\n";
    EXPECT_NE(content.str().find(expected), std::string::npos) << "docs/errors.md should contain:\n" << expected;
}

}  // namespace
}  // namespace dmkit::mock
