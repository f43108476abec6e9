#include "mockserver/io/script.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace dmkit::mock::test {
namespace {

using parts = std::vector<std::pair<int, std::string>>;

parts split(std::string_view text) {
    parts out;
    for (const auto& part : split_script(text))
        out.emplace_back(part.line, std::string(part.text));
    return out;
}

TEST(script, EndsStatementsAtSemicolonsAndSlashLines) {
    EXPECT_EQ(split("select 1;\nselect 2\n/\n\n  select 3 ; select 4"),
              (parts{{1, "select 1"}, {2, "select 2"}, {5, "select 3"}, {5, "select 4"}}));
    EXPECT_EQ(split("select 6 / 3;"), (parts{{1, "select 6 / 3"}}));
    EXPECT_EQ(split(" ;; \n / \n"), parts{});
    EXPECT_EQ(split(""), parts{});
}

TEST(script, RespectsQuotesAndComments) {
    EXPECT_EQ(split("insert into t values('a;''b;'); select \"x;y\" from t;"),
              (parts{{1, "insert into t values('a;''b;')"}, {1, "select \"x;y\" from t"}}));
    EXPECT_EQ(split("-- first; comment\n/* second;\n comment */ select 1 -- tail;\n + 1;\nselect 2"),
              (parts{{3, "select 1 -- tail;\n + 1"}, {5, "select 2"}}));
    EXPECT_EQ(split("select 'open;"), (parts{{1, "select 'open;"}}));
}

TEST(script, KeepsBlocksWhole) {
    EXPECT_EQ(split("begin\n a; b;\nend;\n/\nselect 1;"), (parts{{1, "begin\n a; b;\nend;"}, {5, "select 1"}}));
    EXPECT_EQ(split("create or replace procedure p as\nbegin null; end;\n/\ncommit;"),
              (parts{{1, "create or replace procedure p as\nbegin null; end;"}, {4, "commit"}}));
    EXPECT_EQ(split("create table t(a int); create index i on t(a);"),
              (parts{{1, "create table t(a int)"}, {1, "create index i on t(a)"}}));
}

}  // namespace
}  // namespace dmkit::mock::test
