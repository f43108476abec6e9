#include "mockserver/sql/script.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace dmkit::mock {
namespace {

using testing::ElementsAre;

std::vector<std::string> cut(std::string_view text) {
    std::vector<std::string> result;
    for (const auto& next : split_script(text))
        result.push_back(std::to_string(next.line) + ":" + next.text);
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

TEST(Script, LeavesOutWhatIsEmpty) {
    EXPECT_THAT(cut(" ;; \n / \n"), ElementsAre());
    EXPECT_THAT(cut("-- nothing\n/* at all */"), ElementsAre());
}

TEST(Script, KnowsQuotesWithTheirOwnEnd) {
    EXPECT_THAT(cut("select q'[it's; x]', Q'!a;'b!' from dual; select 2"),
                ElementsAre("1:select q'[it's; x]', Q'!a;'b!' from dual", "1:select 2"));
    EXPECT_THAT(cut("insert into t values(1); // don't\nselect 1"),
                ElementsAre("1:insert into t values(1)", "2:select 1"));
}

TEST(Script, GivesAnUnclosedCommentToTheParser) {
    EXPECT_THAT(cut("select 1; /* forever; select 2;"), ElementsAre("1:select 1", "1:/* forever; select 2;"));
}

TEST(Script, GivesAnUnclosedStringAsItStands) {
    EXPECT_THAT(cut("select 'a; b"), ElementsAre("1:select 'a; b"));
}

}  // namespace
}  // namespace dmkit::mock
