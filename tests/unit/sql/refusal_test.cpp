#include "tree_text.hpp"

namespace dmkit::mock::sql {
namespace {

// Both are printed in the vendor's answers to migration questions.
TEST(Refusal, PointsAtTheTokenAsDm8Does) {
    EXPECT_EQ(refusal("create table testdomain(domain int)"), "-2007 1:24 [domain]");
    EXPECT_EQ(refusal("select convert(char(19),GETDATE(),120)"), "-2007 1:33 [,]");
}

TEST(Refusal, CountsColumnsInCharacters) {
    EXPECT_EQ(refusal("SELECT '姓名'\n , 姓名 FROM"), "-2007 2:10 []");
    EXPECT_EQ(refusal("SELECT 姓名 =="), "-2007 1:11 [=]");
}

TEST(Refusal, OfWhatIsNoStatement) {
    EXPECT_EQ(refusal(""), "-2007 1:0 []");
    EXPECT_EQ(refusal(" ; "), "-2007 1:3 []");
    EXPECT_EQ(refusal("-- nothing"), "-2007 1:10 []");
    EXPECT_EQ(refusal("SELEC * FROM t"), "-2007 1:6 [*]");
    EXPECT_EQ(refusal("SELECT * FORM t"), "-2007 1:9 [FORM]");
    EXPECT_EQ(refusal("SELECT 1 SELECT 2"), "-2007 1:9 [SELECT]");
    EXPECT_EQ(refusal("SELECT 'a"), "-2007 1:7 ['a]");
    EXPECT_EQ(refusal("SELECT (1"), "-2007 1:9 []");
}

TEST(Refusal, OfReservedWordsAsNames) {
    EXPECT_EQ(refusal("SELECT comment FROM t"), "-2007 1:7 [comment]");
    EXPECT_EQ(refusal("SELECT a AS table FROM t"), "-2007 1:12 [table]");
    EXPECT_EQ(refusal("SELECT a FROM t.user"), "-2007 1:16 [user]");
    EXPECT_EQ(refusal("CREATE TABLE t (rows INT)"), "-2007 1:16 [rows]");
    EXPECT_EQ(refusal("CREATE TABLE t (\"ROWS\" INT)"), "none");
    EXPECT_TRUE(is_reserved_word("SELECT"));
    EXPECT_FALSE(is_reserved_word("LEVEL"));
    EXPECT_FALSE(is_reserved_word("select"));
}

TEST(Refusal, OfWhatIsNotInTheGrammar) {
    EXPECT_EQ(refusal("CREATE SCHEMA IF NOT EXISTS s"), "-2007 1:14 [IF]");
    EXPECT_EQ(refusal("SELECT NEXT VALUE FOR s"), "-2007 1:7 [NEXT]");
    EXPECT_EQ(refusal("SELECT TOP 1 a FROM t LIMIT 1"), "-2007 1:22 [LIMIT]");
    EXPECT_EQ(refusal("SELECT `a` FROM t"), "-2007 1:7 [`]");
    EXPECT_EQ(refusal("SELECT a FROM t WHERE b = c = d"), "-2007 1:28 [=]");
    EXPECT_EQ(refusal("CREATE TABLE t (a)"), "-2007 1:18 []");
    EXPECT_EQ(refusal("CREATE TABLE t ()"), "-2007 1:16 [)]");
    EXPECT_EQ(refusal("CREATE TABLE t (a INT IDENTITY(1))"), "-2007 1:32 [)]");
    EXPECT_EQ(refusal("SELECT INTERVAL '1' MONTH TO DAY"), "-2007 1:29 [DAY]");
    EXPECT_EQ(refusal("SELECT * FROM a JOIN b"), "-2007 1:22 []");
    EXPECT_EQ(refusal("UPDATE t SET (a, b) = 1"), "-2007 1:23 []");
    EXPECT_EQ(refusal("INSERT INTO t RETURNING a"), "-2007 1:14 [RETURNING]");
    EXPECT_EQ(refusal("VALUES (1)"), "-2007 1:0 [VALUES]");
}

TEST(Refusal, NamesWhatTheMockLacks) {
    EXPECT_EQ(refusal("BEGIN GOTO x; END;"), "-99999 1:6 [GOTO] GOTO");
    EXPECT_EQ(refusal("BEGIN CREATE TABLE t(a INT); END;"), "-99999 1:6 [CREATE] CREATE in a block");
    EXPECT_EQ(refusal("BEGIN FOR r IN (SELECT 1) LOOP NULL; END LOOP; END;"),
              "-99999 1:15 [(] FOR over the rows of a cursor");
    EXPECT_EQ(refusal("DECLARE v t%ROWTYPE; BEGIN NULL; END;"), "-99999 1:12 [ROWTYPE] %ROWTYPE");
    EXPECT_EQ(refusal("CREATE OR REPLACE TRIGGER x AFTER INSERT ON t BEGIN NULL; END;"),
              "-99999 1:18 [TRIGGER] CREATE TRIGGER");
    EXPECT_EQ(refusal("create procedure p as external; end;"), "-99999 1:22 [external] external routine");
    EXPECT_EQ(refusal("SELECT a INTO b FROM t"), "-99999 1:9 [INTO] SELECT INTO outside a block");
    EXPECT_EQ(refusal("SELECT * FROM t PIVOT (SUM(a) FOR b IN (1))"), "-99999 1:16 [PIVOT] PIVOT");
    EXPECT_EQ(refusal("SELECT * FROM t AS OF TIMESTAMP SYSDATE"), "-99999 1:16 [AS] flashback query");
    EXPECT_EQ(refusal("SELECT * FROM t PARTITION (p)"), "-99999 1:16 [PARTITION] PARTITION in FROM");
    EXPECT_EQ(refusal("SELECT * FROM t@link"), "-99999 1:15 [@] database link");
    EXPECT_EQ(refusal("WITH FUNCTION f RETURN INT AS BEGIN RETURN 1; END; SELECT f"),
              "-99999 1:5 [FUNCTION] WITH FUNCTION");
    EXPECT_EQ(refusal("REPLACE INTO t VALUES (1)"), "-99999 1:0 [REPLACE] REPLACE");
    EXPECT_EQ(refusal("CREATE HUGE TABLE t (a INT)"), "-99999 1:7 [HUGE] CREATE HUGE");
    EXPECT_EQ(refusal("SELECT JSON_VALUE(a, '$' RETURNING NUMBER) FROM t"),
              "-99999 1:25 [RETURNING] clauses of JSON_VALUE");
}

TEST(Refusal, OfLongNames) {
    EXPECT_EQ(refusal("SELECT " + std::string(128, 'a') + " FROM t"), "none");
    EXPECT_TRUE(refusal("SELECT " + std::string(129, 'a') + " FROM t").ends_with("a name of more than 128 bytes"));
    // A Chinese character counts its three bytes.
    std::string name;
    for (int i = 0; i < 43; ++i)
        name += "表";
    EXPECT_TRUE(refusal("SELECT 1 FROM " + name).ends_with("a name of more than 128 bytes"));
}

std::string nested(std::string_view open, std::string_view middle, std::string_view close, int levels) {
    std::string text;
    for (int i = 0; i < levels; ++i)
        text += open;
    text += middle;
    for (int i = 0; i < levels; ++i)
        text += close;
    return text;
}

TEST(Refusal, OfDeepNesting) {
    EXPECT_EQ(refusal("SELECT " + nested("(", "1", ")", 100)), "none");
    for (const auto& text :
         {"SELECT " + nested("(", "1", ")", 100000), "SELECT " + nested("f(", "1", ")", 100000),
          "SELECT " + nested("(SELECT ", "1", ")", 100000), "SELECT * FROM " + nested("(", "t", ")", 100000),
          "SELECT 1 WHERE " + nested("NOT ", "a", "", 100000), "SELECT " + nested("- ", "1", "", 100000),
          "SELECT " + nested("CASE WHEN 1 = 1 THEN ", "1", " END", 100000), nested("(", "SELECT 1", ")", 100000),
          "SELECT 1 GROUP BY " + nested("ROLLUP(", "1", ")", 100000), "SELECT 1" + nested("+ 1", "", "", 100000),
          "SELECT * FROM t" + nested(" CROSS JOIN t", "", "", 100000)})
        EXPECT_TRUE(refusal(text).starts_with("-3528 ")) << text.substr(0, 40);
}

TEST(Refusal, TakesLongFlatChains) {
    EXPECT_EQ(refusal("SELECT 1 WHERE 1 = 1" + nested(" AND 1 = 1", "", "", 20000)), "none");
    EXPECT_EQ(refusal("SELECT 1" + nested(" UNION ALL SELECT 1", "", "", 20000)), "none");
    EXPECT_EQ(refusal("SELECT 1 WHERE a IN (1" + nested(", 1", "", "", 20000) + ")"), "none");
}

}  // namespace
}  // namespace dmkit::mock::sql
