#include <gtest/gtest.h>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

struct Constraint : ::testing::Test, fixture {
    client one{engine};

    void expect(const answer& got, int code, std::string_view text) {
        EXPECT_EQ(got.code, code) << got.text;
        EXPECT_EQ(got.text, text);
    }
};

TEST_F(Constraint, PrimaryAndUniqueKeysNameTableAndConstraint) {
    one.run("CREATE TABLE T(ID INT, N INT, CONSTRAINT PK_T PRIMARY KEY(ID), CONSTRAINT UQ_T UNIQUE(N))");
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (1, 1)").code);
    expect(one.run("INSERT INTO T VALUES (1, 2)"), -6602, "Violate unique constraint [PK_T] of table [T]");
    expect(one.run("INSERT INTO T VALUES (2, 1)"), -6602, "Violate unique constraint [UQ_T] of table [T]");
    one.run("INSERT INTO T VALUES (2, 2)");
    expect(one.run("UPDATE T SET N = 1 WHERE ID = 2"), -6602, "Violate unique constraint [UQ_T] of table [T]");
}

TEST_F(Constraint, AnUnnamedKeyHasAGeneratedName) {
    one.run("CREATE TABLE T(ID INT PRIMARY KEY)");
    one.run("INSERT INTO T VALUES (1)");
    const answer got = one.run("INSERT INTO T VALUES (1)");
    EXPECT_EQ(got.code, -6602);
    EXPECT_NE(got.text.find("[CONS134218"), std::string::npos) << got.text;
}

TEST_F(Constraint, AUniqueIndexIsNamedItself) {
    one.run("CREATE TABLE T(A INT, B VARCHAR(10))");
    one.run("CREATE UNIQUE INDEX IX_T ON T(A, B)");
    one.run("INSERT INTO T VALUES (1, 'x')");
    expect(one.run("INSERT INTO T VALUES (1, 'x')"), -6602, "Violate unique constraint [IX_T] of table [T]");
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (1, NULL), (1, NULL)").code);
}

TEST_F(Constraint, TrailingBlanksDoNotMakeAnotherKey) {
    one.run("CREATE TABLE T(A VARCHAR(10) PRIMARY KEY)");
    one.run("INSERT INTO T VALUES ('a')");
    EXPECT_EQ(one.run("INSERT INTO T VALUES ('a ')").code, -6602);
}

TEST_F(Constraint, NotNullNamesTheColumn) {
    one.run("CREATE TABLE T(ID INT NOT NULL, \"n\" VARCHAR(5) NOT NULL)");
    expect(one.run("INSERT INTO T VALUES (NULL, 'x')"), -6609, "Violate not null constraint on [ID]");
    expect(one.run("INSERT INTO T(ID) VALUES (1)"), -6609, "Violate not null constraint on [n]");
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (1, '')").code) << "an empty text is a value";
    expect(one.run("UPDATE T SET ID = NULL"), -6609, "Violate not null constraint on [ID]");
}

TEST_F(Constraint, CheckNamesTheConstraint) {
    one.run("CREATE TABLE T(N INT, CONSTRAINT POSITIVE CHECK (N > 0))");
    expect(one.run("INSERT INTO T VALUES (0)"), -6604, "Violate check constraint [POSITIVE]");
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (NULL)").code) << "unknown is not false";
    EXPECT_EQ(one.run("INSERT INTO T VALUES (1), (2), (-1)").code, -6604);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"1"}})) << "no row of a failing statement stays";
}

TEST_F(Constraint, CheckCallsFunctions) {
    one.run("CREATE TABLE T(A VARCHAR(20) CHECK (LENGTH(A) <= 3))");
    EXPECT_FALSE(one.run("INSERT INTO T VALUES ('abc')").code);
    client two(engine);
    EXPECT_EQ(two.run("INSERT INTO T VALUES ('abcd')").code, -6604) << "in another session";
}

struct ForeignKey : Constraint {
    void SetUp() override {
        ASSERT_FALSE(one.run("CREATE TABLE P(ID INT PRIMARY KEY)").code);
        ASSERT_FALSE(one.run("INSERT INTO P VALUES (1), (2)").code);
    }
};

TEST_F(ForeignKey, GuardsBothSides) {
    one.run("CREATE TABLE C(ID INT, P INT, CONSTRAINT FK_C FOREIGN KEY(P) REFERENCES P(ID))");
    EXPECT_FALSE(one.run("INSERT INTO C VALUES (1, 1), (2, NULL)").code);
    expect(one.run("INSERT INTO C VALUES (3, 3)"), -6607, "Violate foreign key constraint [FK_C]");
    expect(one.run("DELETE FROM P WHERE ID = 1"), -6607, "Violate foreign key constraint [FK_C]");
    expect(one.run("UPDATE C SET P = 9 WHERE ID = 1"), -6607, "Violate foreign key constraint [FK_C]");
    EXPECT_FALSE(one.run("DELETE FROM P WHERE ID = 2").code);
}

TEST_F(ForeignKey, OfSeveralTheViolatedOneIsNamed) {
    one.run("CREATE TABLE Q(ID INT PRIMARY KEY)");
    one.run("INSERT INTO Q VALUES (7)");
    one.run(
        "CREATE TABLE C(ID INT IDENTITY, P INT, Q INT, CONSTRAINT FK_P FOREIGN KEY(P) REFERENCES P(ID), "
        "CONSTRAINT FK_Q FOREIGN KEY(Q) REFERENCES Q(ID))");
    expect(one.run("INSERT INTO C(P, Q) VALUES (9, 7)"), -6607, "Violate foreign key constraint [FK_P]");
    expect(one.run("INSERT INTO C(P, Q) VALUES (1, 9)"), -6607, "Violate foreign key constraint [FK_Q]");
    one.autocommit = false;
    expect(one.run("INSERT INTO C(P, Q) VALUES (1, 9)"), -6607, "Violate foreign key constraint [FK_Q]");
    EXPECT_FALSE(one.run("INSERT INTO C(P, Q) VALUES (1, 7)").code);
    one.commit();
    EXPECT_EQ(one.run("SELECT ID, P, Q FROM C").rows, (table{{"4", "1", "7"}})) << "each attempt takes one identity";
}

TEST_F(ForeignKey, IsCheckedWhenTheStatementIsDone) {
    one.run("CREATE TABLE N(ID INT PRIMARY KEY, UP INT REFERENCES N(ID))");
    EXPECT_FALSE(one.run("INSERT INTO N VALUES (2, 1), (1, NULL)").code);
}

TEST_F(ForeignKey, CarriesDeletesOn) {
    one.run("CREATE TABLE C(ID INT, P INT REFERENCES P(ID) ON DELETE CASCADE)");
    one.run("CREATE TABLE D(ID INT, P INT REFERENCES P(ID) ON DELETE SET NULL)");
    one.run("INSERT INTO C VALUES (1, 1), (2, 2)");
    one.run("INSERT INTO D VALUES (1, 1)");
    const answer deleted = one.run("DELETE FROM P WHERE ID = 1");
    EXPECT_FALSE(deleted.code);
    EXPECT_EQ(deleted.result.affected_rows, 1) << "of the table itself";
    EXPECT_EQ(one.run("SELECT ID FROM C").rows, (table{{"2"}}));
    EXPECT_EQ(one.run("SELECT P FROM D").rows, (table{{"NULL"}}));
}

struct SmallPage : ::testing::Test, fixture {
    SmallPage() : fixture({}, profile{.page_size = 8192}) {}
    client one{engine};
};

TEST_F(SmallPage, ARowMustFitHalfOfIt) {
    one.run("CREATE TABLE T(A VARCHAR(3000), B VARCHAR(3000))");
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (?, ?)", {std::string(2000, 'x'), std::string(2000, 'y')}).code);
    EXPECT_EQ(one.run("INSERT INTO T VALUES (?, ?)", {std::string(3000, 'x'), std::string(3000, 'y')}).code, -2665);
    EXPECT_EQ(one.run("CREATE TABLE U(A VARCHAR(8000))").code, -2665) << "an 8 KiB page takes 3900";
    EXPECT_FALSE(one.run("CREATE TABLE U(A VARCHAR(8000)) STORAGE(USING LONG ROW)").code);
}

TEST_F(Constraint, TextIsNeverCutToTheColumn) {
    one.run("CREATE TABLE T(A VARCHAR(6))");
    EXPECT_FALSE(one.run("INSERT INTO T VALUES ('达梦')").code) << "six bytes";
    EXPECT_EQ(one.run("INSERT INTO T VALUES ('达梦1')").code, -6169);
    EXPECT_EQ(one.run("INSERT INTO T VALUES (?)", {"1234567"}).code, -6169);
}

}  // namespace
}  // namespace dmkit::mock::testing
