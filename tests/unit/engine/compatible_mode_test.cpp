#include <gtest/gtest.h>

#include "harness.hpp"

/// COMPATIBLE_MODE=2: an empty text is NULL (DM's article on COMPATIBLE_MODE, with prints), and a column of type DATE
/// is made with a time (DM's FAQ on migration from Oracle).
namespace dmkit::mock::testing {
namespace {

struct LikeOracle : ::testing::Test {
    fixture made{{}, profile{.compatible_mode = compatible_with_oracle}};
    client one{made.engine};

    std::string value(const std::string& sql, std::vector<field> arguments = {}) {
        const answer got = one.run(sql, std::move(arguments));
        EXPECT_FALSE(got.code) << sql << ": " << got.text;
        return got.rows.empty() ? "no row" : got.rows[0][0];
    }
};

TEST_F(LikeOracle, IsReported) {
    EXPECT_EQ(value("SELECT SF_GET_PARA_VALUE(1, 'COMPATIBLE_MODE')"), "2");
}

TEST_F(LikeOracle, AnEmptyTextIsNull) {
    EXPECT_EQ(value("SELECT CASE WHEN '' IS NULL THEN 1 ELSE 0 END"), "1");
    EXPECT_EQ(value("SELECT LENGTH('')"), "NULL");
    EXPECT_EQ(value("SELECT NVL('', 'x')"), "x");
    EXPECT_EQ(value("SELECT COUNT(*) FROM DUAL WHERE '' = ''"), "0");
    EXPECT_EQ(value("SELECT 'a' || '' || 'b'"), "ab");
    EXPECT_EQ(value("SELECT '' || NULL"), "NULL");
    EXPECT_EQ(value("SELECT TRIM('  ')"), "NULL");
    EXPECT_EQ(value("SELECT REPLACE('a', 'a', '')"), "NULL");
    EXPECT_EQ(value("SELECT REPLACE('abc', 'b', '')"), "ac");
    EXPECT_EQ(value("SELECT SUBSTR('abc', 9) || 'x'"), "x");
    EXPECT_EQ(value("SELECT CAST('' AS VARCHAR(5))"), "NULL");
    EXPECT_EQ(value("SELECT ''"), "NULL");
    EXPECT_EQ(value("SELECT COUNT(*) FROM (SELECT '' X UNION SELECT NULL)"), "1");
}

TEST_F(LikeOracle, NoEmptyTextIsStored) {
    EXPECT_FALSE(one.run("CREATE TABLE TEST(C VARCHAR(10), D VARCHAR(10) DEFAULT '', N CHAR(3))").code);
    EXPECT_FALSE(one.run("INSERT INTO TEST(C) VALUES ('')").code);
    EXPECT_FALSE(one.run("INSERT INTO TEST(C, D, N) VALUES (?, ?, ?)",
                         {field(std::string()), field(std::string()), field(std::string())})
                     .code);
    EXPECT_EQ(one.run("SELECT * FROM TEST").rows, (table{{"NULL", "NULL", "NULL"}, {"NULL", "NULL", "NULL"}}));
    EXPECT_EQ(value("SELECT DECODE(C,NULL,10,20) FROM TEST"), "10");
    EXPECT_EQ(value("SELECT COUNT(*) FROM TEST WHERE C IS NULL"), "2");
    EXPECT_EQ(value("SELECT COUNT(*) FROM TEST WHERE C = ?", {field(std::string())}), "0");
    EXPECT_FALSE(one.run("CREATE TABLE MUST(C VARCHAR(10) NOT NULL)").code);
    EXPECT_EQ(one.run("INSERT INTO MUST VALUES ('')").code, -6609);
    EXPECT_EQ(one.run("INSERT INTO MUST VALUES (?)", {field(std::string())}).code, -6609);
    EXPECT_EQ(one.run("INSERT INTO MUST SELECT TRIM(' ') FROM DUAL").code, -6609);
    EXPECT_EQ(value("SELECT COMMENTS FROM USER_TAB_COMMENTS WHERE TABLE_NAME = 'TEST'"), "NULL");
}

TEST_F(LikeOracle, BlocksSeeAndPrintNullAsNothing) {
    EXPECT_EQ(one.run("DECLARE A INT; BEGIN A:=NULL; DBMS_OUTPUT.PUT_LINE(A); END;").result.printed, "\n");
    EXPECT_EQ(one.run("DECLARE A VARCHAR(5) := ''; BEGIN IF A IS NULL THEN PRINT 'none'; END IF; END;").result.printed,
              "none\n");
}

TEST_F(LikeOracle, DatesHaveATime) {
    EXPECT_FALSE(one.run("CREATE TABLE T(D DATE)").code);
    EXPECT_FALSE(one.run("INSERT INTO T VALUES ('2020-02-03 04:05:06')").code);
    EXPECT_EQ(value("SELECT TO_CHAR(D, 'YYYY-MM-DD HH24:MI:SS') FROM T"), "2020-02-03 04:05:06");
    EXPECT_EQ(value("SELECT DATA_TYPE FROM USER_TAB_COLUMNS WHERE TABLE_NAME = 'T'"), "TIMESTAMP");
}

TEST(CompatibleMode, ZeroKeepsEmptyTextsAndPrintsNull) {
    fixture made;
    client one(made.engine);
    EXPECT_EQ(one.run("SELECT SF_GET_PARA_VALUE(1, 'COMPATIBLE_MODE'), LENGTH(''), TRIM('  ')").rows,
              (table{{"0", "0", ""}}));
    EXPECT_EQ(one.run("DECLARE A INT; BEGIN A:=NULL; PRINT A; END;").result.printed, "NULL\n");
}

TEST(CompatibleMode, OthersAreRefused) {
    virtual_world world;
    for (const int mode : {1, 3, 4, 5, 6, 7})
        EXPECT_THROW(engine(profile{.compatible_mode = mode}, world), std::runtime_error) << mode;
}

}  // namespace
}  // namespace dmkit::mock::testing
