#include "tools/sql/script.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace dmkit::tools {
namespace {

using testing::ElementsAre;

std::vector<std::string> cut(std::string_view text) {
    script_splitter splitter;
    splitter.add(text);
    splitter.finish();
    std::vector<std::string> result;
    while (auto next = splitter.next())
        result.push_back(std::to_string(next->line) + ":" + next->text);
    return result;
}

TEST(Script, EndsStatementsAtSemicolons) {
    EXPECT_THAT(cut("select 1;\n\nselect 2 ;select 3"), ElementsAre("1:select 1", "3:select 2", "3:select 3"));
}

TEST(Script, LeavesSemicolonsInStringsNamesAndCommentsAlone) {
    EXPECT_THAT(
        cut("select ';', 'it''s;' from \"a;b\" -- no; end\n/* nor; here */ // nor; here\n where 1=1;"),
        ElementsAre("1:select ';', 'it''s;' from \"a;b\" -- no; end\n/* nor; here */ // nor; here\n where 1=1"));
}

TEST(Script, SkipsCommentsBeforeAStatementButKeepsHints) {
    EXPECT_THAT(cut("-- head\n/* two\nlines */\n\n  insert into t values(1);"),
                ElementsAre("5:insert into t values(1)"));
}

TEST(Script, EndsStatementsAtALoneSlash) {
    EXPECT_THAT(cut("CREATE SCHEMA S\n/\nselect 4/2 from dual\n  /  \n"),
                ElementsAre("1:CREATE SCHEMA S", "3:select 4/2 from dual"));
}

TEST(Script, KeepsBlocksTogether) {
    EXPECT_THAT(
        cut("BEGIN\n x := 1;\n y := 2;\nEND;\n/\ncreate or replace procedure p as begin null; end;\n/\nselect 1;"),
        ElementsAre("1:BEGIN\n x := 1;\n y := 2;\nEND;", "6:create or replace procedure p as begin null; end;",
                    "8:select 1"));
}

TEST(Script, TreatsBeginTransactionAsAStatement) {
    EXPECT_THAT(cut("begin transaction; select 1;"), ElementsAre("1:begin transaction", "1:select 1"));
}

TEST(Script, WaitsForMoreUntilAStatementIsComplete) {
    script_splitter splitter;
    splitter.add("select 'a;\n");
    EXPECT_FALSE(splitter.next());
    EXPECT_FALSE(splitter.empty());
    splitter.add("b';\n");
    auto found = splitter.next();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->text, "select 'a;\nb'");
    EXPECT_TRUE(splitter.empty());
}

TEST(Script, GivesAnUnclosedStringAsItStands) {
    EXPECT_THAT(cut("select 'a; b"), ElementsAre("1:select 'a; b"));
}

}  // namespace
}  // namespace dmkit::tools
