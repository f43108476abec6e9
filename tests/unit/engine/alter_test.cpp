#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

struct Alter : ::testing::Test, fixture {
    void SetUp() override {
        ASSERT_FALSE(one.run("CREATE TABLE T(ID INT PRIMARY KEY, A VARCHAR(10), B INT)").code);
        ASSERT_FALSE(one.run("INSERT INTO T VALUES (1, '5', 10), (2, NULL, 20)").code);
    }
    client one{engine};
};

TEST_F(Alter, AddedColumnsFillExistingRows) {
    EXPECT_FALSE(one.run("ALTER TABLE T ADD C INT").code);
    EXPECT_FALSE(one.run("ALTER TABLE T ADD COLUMN D VARCHAR(5) DEFAULT 'x' NOT NULL").code);
    EXPECT_EQ(one.run("SELECT ID, C, D FROM T ORDER BY ID").rows, (table{{"1", "NULL", "x"}, {"2", "NULL", "x"}}));
    EXPECT_EQ(one.run("ALTER TABLE T ADD E INT NOT NULL").code, -6609) << "the rows have no value for it";
    EXPECT_TRUE(one.run("ALTER TABLE T ADD C INT").code);
    EXPECT_FALSE(one.run("ALTER TABLE T ADD COLUMN IF NOT EXISTS C INT").code);
}

TEST_F(Alter, AnAddedIdentityNumbersTheRows) {
    ASSERT_FALSE(one.run("ALTER TABLE T ADD COLUMN N INT IDENTITY(10, 10)").code);
    EXPECT_EQ(one.run("SELECT ID, N FROM T ORDER BY ID").rows, (table{{"1", "10"}, {"2", "20"}}));
    one.run("INSERT INTO T(ID) VALUES (3)");
    EXPECT_EQ(one.run("SELECT N FROM T WHERE ID = 3").rows, (table{{"30"}}));
    EXPECT_FALSE(one.run("ALTER TABLE T DROP IDENTITY").code);
}

TEST_F(Alter, DroppedColumnsTakeNothingElseAlong) {
    EXPECT_FALSE(one.run("ALTER TABLE T DROP COLUMN A").code);
    EXPECT_EQ(one.run("SELECT * FROM T ORDER BY ID").rows, (table{{"1", "10"}, {"2", "20"}}));
    EXPECT_EQ(one.run("ALTER TABLE T DROP COLUMN A").code, -2111);
    one.run("CREATE INDEX IX ON T(B)");
    EXPECT_EQ(one.run("ALTER TABLE T DROP COLUMN B").code, -2661);
    EXPECT_EQ(one.run("ALTER TABLE T DROP COLUMN ID").code, -2661);
    EXPECT_FALSE(one.run("ALTER TABLE T DROP COLUMN B CASCADE").code);
}

TEST_F(Alter, RenamedThingsKeepTheirRows) {
    one.run("ALTER TABLE T ADD CONSTRAINT CK CHECK (B > 0)");
    EXPECT_FALSE(one.run("ALTER TABLE T RENAME COLUMN B TO \"b b\"").code);
    EXPECT_FALSE(one.run("ALTER TABLE T RENAME TO U").code);
    EXPECT_EQ(one.run("SELECT * FROM T").code, -2106);
    EXPECT_EQ(one.run("SELECT \"b b\" FROM U WHERE ID = 1").rows, (table{{"10"}}));
    EXPECT_EQ(one.run("UPDATE U SET \"b b\" = 0").code, -6604);
    EXPECT_EQ(one.run("INSERT INTO U(ID) VALUES (1)").code, -6602);
}

TEST_F(Alter, ModifiedTypesConvertTheRows) {
    EXPECT_FALSE(one.run("ALTER TABLE T MODIFY A INT").code);
    EXPECT_EQ(one.run("SELECT A + 1 FROM T WHERE ID = 1").rows, (table{{"6"}}));
    one.run("ALTER TABLE T MODIFY A VARCHAR(20)");
    one.run("UPDATE T SET A = 'no number' WHERE ID = 2");
    EXPECT_EQ(one.run("ALTER TABLE T MODIFY A INT").code, -6160);
    EXPECT_EQ(one.run("SELECT A FROM T ORDER BY ID").rows, (table{{"5"}, {"no number"}}));
}

TEST_F(Alter, NotNullNeedsValues) {
    EXPECT_EQ(one.run("ALTER TABLE T ALTER COLUMN A SET NOT NULL").code, -6609);
    EXPECT_FALSE(one.run("ALTER TABLE T ALTER COLUMN B SET NOT NULL").code);
    EXPECT_EQ(one.run("INSERT INTO T(ID) VALUES (3)").code, -6609);
    EXPECT_FALSE(one.run("ALTER TABLE T MODIFY B NULL").code);
    EXPECT_FALSE(one.run("INSERT INTO T(ID) VALUES (3)").code);
}

TEST_F(Alter, DefaultsComeAndGo) {
    one.run("ALTER TABLE T ALTER COLUMN B SET DEFAULT 5");
    one.run("INSERT INTO T(ID) VALUES (3)");
    one.run("ALTER TABLE T ALTER COLUMN B DROP DEFAULT");
    one.run("INSERT INTO T(ID) VALUES (4)");
    EXPECT_EQ(one.run("SELECT B FROM T WHERE ID > 2 ORDER BY ID").rows, (table{{"5"}, {"NULL"}}));
}

TEST_F(Alter, KeysComeAndGo) {
    EXPECT_EQ(one.run("ALTER TABLE T ADD PRIMARY KEY(B)").code, -2864);
    EXPECT_FALSE(one.run("ALTER TABLE T ADD CONSTRAINT UQ UNIQUE(B)").code);
    EXPECT_EQ(one.run("INSERT INTO T VALUES (3, 'x', 10)").code, -6602);
    EXPECT_FALSE(one.run("ALTER TABLE T DROP CONSTRAINT UQ").code);
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (3, 'x', 10)").code);
    EXPECT_EQ(one.run("ALTER TABLE T ADD CONSTRAINT UQ UNIQUE(B)").code, -6612) << "the rows repeat a value";
    EXPECT_TRUE(one.run("ALTER TABLE T DROP CONSTRAINT UQ").code);
}

TEST_F(Alter, AddedForeignKeysCheckTheRows) {
    one.run("CREATE TABLE C(T INT)");
    one.run("INSERT INTO C VALUES (9)");
    const answer refused = one.run("ALTER TABLE C ADD CONSTRAINT FK FOREIGN KEY(T) REFERENCES T(ID)");
    EXPECT_EQ(refused.code, -6607);
    EXPECT_EQ(refused.text, "Violate foreign key constraint [FK]");
    one.run("DELETE FROM C");
    EXPECT_FALSE(one.run("ALTER TABLE C ADD CONSTRAINT FK FOREIGN KEY(T) REFERENCES T(ID)").code);
    EXPECT_EQ(one.run("INSERT INTO C VALUES (9)").code, -6607);
    EXPECT_EQ(one.run("ALTER TABLE T DROP PRIMARY KEY").code, -2639);
    EXPECT_FALSE(one.run("ALTER TABLE T ADD D INT").code) << "rebuilding the parent";
    EXPECT_EQ(one.run("INSERT INTO C VALUES (9)").code, -6607) << "the child still refers to it";
    EXPECT_EQ(one.run("DELETE FROM T WHERE ID = 1").code, std::nullopt);
}

TEST_F(Alter, ADisabledCheckLetsRowsIn) {
    one.run("ALTER TABLE T ADD CONSTRAINT CK CHECK (B > 0)");
    one.run("ALTER TABLE T DISABLE CONSTRAINT CK");
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (3, NULL, -1)").code);
    EXPECT_EQ(one.run("ALTER TABLE T ENABLE CONSTRAINT CK").code, -6604);
}

TEST_F(Alter, ADisabledKeyLetsRowsIn) {
    EXPECT_FALSE(one.run("ALTER TABLE T ADD CONSTRAINT UQ UNIQUE(B)").code);
    EXPECT_FALSE(one.run("ALTER TABLE T DISABLE CONSTRAINT UQ").code);
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (3, 'x', 10)").code);
    EXPECT_EQ(one.run("ALTER TABLE T ENABLE CONSTRAINT UQ").code, -6612);
    one.run("DELETE FROM T WHERE ID = 3");
    EXPECT_FALSE(one.run("ALTER TABLE T ENABLE CONSTRAINT UQ").code);
    EXPECT_EQ(one.run("INSERT INTO T VALUES (3, 'x', 10)").code, -6602);
}

TEST_F(Alter, IndexesSurvive) {
    one.run("CREATE UNIQUE INDEX IX ON T(B)");
    one.run("ALTER TABLE T ADD C INT DEFAULT 0");
    EXPECT_EQ(one.run("INSERT INTO T VALUES (3, 'x', 10, 0)").code, -6602);
}

TEST_F(Alter, APreparedStatementSeesTheNewTable) {
    client two(engine);
    EXPECT_EQ(two.run("SELECT * FROM T WHERE ID = 1").names.size(), 3U);
    one.run("ALTER TABLE T ADD C INT");
    EXPECT_EQ(two.run("SELECT * FROM T WHERE ID = 1").names.size(), 4U);
}

TEST_F(Alter, ModifiedTypesKeepChecksAtWork) {
    ASSERT_FALSE(one.run("CREATE TABLE K(A INT CHECK(A > 0), B INT CHECK(B * 2 < 3000000000), C INT AS (A + 1))").code);
    ASSERT_FALSE(one.run("INSERT INTO K(A, B) VALUES (5, 1)").code);
    ASSERT_FALSE(one.run("ALTER TABLE K MODIFY A DEC(10,2)").code);
    EXPECT_EQ(one.run("INSERT INTO K(A) VALUES (-5)").code, -6604);
    EXPECT_EQ(one.run("SELECT A, C FROM K").rows, (table{{"5", "6"}}));
    ASSERT_FALSE(one.run("ALTER TABLE K MODIFY B BIGINT").code);
    EXPECT_EQ(one.run("INSERT INTO K(A, B) VALUES (1, 1500000000)").code, -6604);
    EXPECT_FALSE(one.run("INSERT INTO K(A, B) VALUES (1, 1400000000)").code);
    ASSERT_FALSE(one.run("ALTER TABLE K MODIFY A VARCHAR(10)").code);
    EXPECT_EQ(one.run("INSERT INTO K(A) VALUES ('-5')").code, -6604);
}

TEST_F(Alter, ModifiedTypesKeepIndexesOverExpressions) {
    ASSERT_FALSE(one.run("CREATE TABLE K(A INT)").code);
    ASSERT_FALSE(one.run("CREATE UNIQUE INDEX IX ON K(A * 2)").code);
    ASSERT_FALSE(one.run("INSERT INTO K VALUES (2000000)").code);
    ASSERT_FALSE(one.run("ALTER TABLE K MODIFY A BIGINT").code);
    EXPECT_FALSE(one.run("INSERT INTO K VALUES (2000000000)").code) << "the product is a BIGINT now";
    EXPECT_EQ(one.run("INSERT INTO K VALUES (2000000)").code, -6602);
}

TEST_F(Alter, ShorterLengthsRefuseLongerValues) {
    ASSERT_FALSE(one.run("CREATE TABLE K(A VARCHAR(4 CHAR))").code);
    ASSERT_FALSE(one.run("INSERT INTO K VALUES ('\xE4\xB8\xAD\xE6\x96\x87')").code);
    EXPECT_TRUE(one.run("ALTER TABLE K MODIFY A VARCHAR(4)").code) << "six bytes";
    EXPECT_FALSE(one.run("ALTER TABLE K MODIFY A VARCHAR(6)").code);
}

TEST_F(Alter, KeysAndIdentitiesNeverBecomeNullable) {
    EXPECT_EQ(one.run("ALTER TABLE T MODIFY ID INT NULL").code, -2661);
    EXPECT_EQ(one.run("ALTER TABLE T ALTER COLUMN ID SET NULL").code, -2661);
    EXPECT_EQ(one.run("INSERT INTO T VALUES (NULL, 'x', 1)").code, -6609);
    ASSERT_FALSE(one.run("CREATE TABLE I(N INT IDENTITY, A INT)").code);
    EXPECT_EQ(one.run("ALTER TABLE I MODIFY N BIGINT NULL").code, -2661);
}

TEST_F(Alter, IdentitiesAndIndexedColumnsKeepATypeThatFits) {
    ASSERT_FALSE(one.run("CREATE TABLE I(N INT IDENTITY, A VARCHAR(10))").code);
    ASSERT_FALSE(one.run("CREATE INDEX IX ON I(A)").code);
    EXPECT_TRUE(one.run("ALTER TABLE I MODIFY N VARCHAR(10)").code);
    EXPECT_EQ(one.run("ALTER TABLE I MODIFY A CLOB").code, -2685);
    EXPECT_FALSE(one.run("ALTER TABLE I MODIFY N BIGINT").code);
}

TEST_F(Alter, RenamingATableLeavesItsChecksReadable) {
    ASSERT_FALSE(one.run("CREATE TABLE K(A INT, CONSTRAINT CK CHECK(K.A > 0))").code);
    ASSERT_FALSE(one.run("ALTER TABLE K RENAME TO L").code);
    ASSERT_FALSE(one.run("ALTER TABLE L MODIFY A BIGINT").code) << "binds the CHECK again";
    EXPECT_EQ(one.run("INSERT INTO L VALUES (0)").code, -6604);
}

TEST_F(Alter, RowsThatWereNotValidatedStopNoLaterChange) {
    ASSERT_FALSE(one.run("CREATE TABLE P(ID INT PRIMARY KEY)").code);
    ASSERT_FALSE(one.run("ALTER TABLE T ADD CONSTRAINT FK FOREIGN KEY(B) REFERENCES P(ID) NOVALIDATE").code);
    ASSERT_FALSE(one.run("ALTER TABLE T ADD CONSTRAINT CK CHECK(B > 100) NOVALIDATE").code);
    EXPECT_EQ(one.run("INSERT INTO T VALUES (3, 'x', 20)").code, -6604);
    ASSERT_FALSE(one.run("INSERT INTO P VALUES (200)").code);
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (3, 'x', 200)").code);
    EXPECT_EQ(one.run("INSERT INTO T VALUES (4, 'x', 300)").code, -6607);
    EXPECT_FALSE(one.run("ALTER TABLE T ADD C INT").code);
    EXPECT_FALSE(one.run("ALTER TABLE T ADD D INT DEFAULT 1").code);
    EXPECT_FALSE(one.run("ALTER TABLE T MODIFY A VARCHAR(20)").code);
    EXPECT_FALSE(one.run("ALTER TABLE P ADD E INT DEFAULT 1").code);
    EXPECT_FALSE(one.run("CREATE TABLE Q(A INT)").code);
    EXPECT_FALSE(one.run("TRUNCATE TABLE Q").code);
    EXPECT_EQ(one.run("ALTER TABLE T ADD CONSTRAINT C2 CHECK(B > 100)").code, -6604) << "this one validates";
    EXPECT_EQ(one.run("ALTER TABLE T ADD CONSTRAINT F2 FOREIGN KEY(B) REFERENCES P(ID)").code, -6607);
    ASSERT_FALSE(one.run("ALTER TABLE T DISABLE CONSTRAINT CK").code);
    EXPECT_EQ(one.run("ALTER TABLE T ENABLE CONSTRAINT CK").code, -6604);
    EXPECT_FALSE(one.run("ALTER TABLE T ENABLE NOVALIDATE CONSTRAINT CK").code);
}

TEST_F(Alter, ViolationsThatWereThereBeforeAreNotNamed) {
    ASSERT_FALSE(one.run("CREATE TABLE P(ID INT PRIMARY KEY)").code);
    ASSERT_FALSE(one.run("CREATE TABLE Q(ID INT PRIMARY KEY)").code);
    ASSERT_FALSE(one.run("ALTER TABLE T ADD CONSTRAINT OLD FOREIGN KEY(B) REFERENCES P(ID) NOVALIDATE").code);
    ASSERT_FALSE(one.run("CREATE TABLE C(X INT, Y INT, CONSTRAINT FX FOREIGN KEY(X) REFERENCES P(ID),"
                         " CONSTRAINT FY FOREIGN KEY(Y) REFERENCES Q(ID))")
                     .code);
    const answer got = one.run("INSERT INTO C VALUES (NULL, 1)");
    EXPECT_EQ(got.code, -6607);
    EXPECT_NE(got.text.find("FY"), std::string::npos) << got.text;
}

TEST_F(Alter, IndexesThatForeignKeysNeedStay) {
    ASSERT_FALSE(one.run("CREATE UNIQUE INDEX UX ON T(B)").code);
    ASSERT_FALSE(one.run("CREATE TABLE C(X INT, CONSTRAINT FX FOREIGN KEY(X) REFERENCES T(B))").code);
    EXPECT_EQ(one.run("DROP INDEX UX").code, -2639);
    EXPECT_EQ(one.run("CREATE OR REPLACE INDEX UX ON T(B)").code, -2639);
    EXPECT_EQ(one.run("CREATE OR REPLACE UNIQUE INDEX UX ON T(A)").code, -2639);
    EXPECT_FALSE(one.run("INSERT INTO C VALUES (10)").code);
    EXPECT_EQ(one.run("ALTER TABLE T DROP COLUMN B").code, -2661);
    EXPECT_FALSE(one.run("ALTER TABLE T DROP COLUMN B CASCADE").code);
    EXPECT_FALSE(one.run("INSERT INTO C VALUES (99)").code) << "the foreign key went along";
    EXPECT_FALSE(one.run("CREATE UNIQUE INDEX UX ON T(A)").code);
    EXPECT_FALSE(one.run("DROP INDEX UX").code);
}

TEST_F(Alter, KeysThatTheirOwnTableRefersToAreNotDisabledAlone) {
    ASSERT_FALSE(one.run("CREATE TABLE N(ID INT, P INT, CONSTRAINT PK PRIMARY KEY(ID),"
                         " CONSTRAINT FK FOREIGN KEY(P) REFERENCES N(ID))")
                     .code);
    EXPECT_EQ(one.run("ALTER TABLE N DISABLE CONSTRAINT PK").code, -2639);
    EXPECT_EQ(one.run("ALTER TABLE N DROP CONSTRAINT PK").code, -2639);
    EXPECT_FALSE(one.run("ALTER TABLE N DISABLE CONSTRAINT PK CASCADE").code);
    EXPECT_FALSE(one.run("INSERT INTO N VALUES (1, 7)").code);
    EXPECT_FALSE(one.run("ALTER TABLE N ENABLE CONSTRAINT PK").code);
    EXPECT_EQ(one.run("INSERT INTO N VALUES (1, 7)").code, -6602);
}

TEST_F(Alter, ForeignKeysAndTheirTargetsStayComparable) {
    ASSERT_FALSE(one.run("CREATE TABLE C(X INT, CONSTRAINT FX FOREIGN KEY(X) REFERENCES T(ID))").code);
    EXPECT_EQ(one.run("ALTER TABLE C MODIFY X DEC(10,0)").code, -6160);
    EXPECT_EQ(one.run("ALTER TABLE T MODIFY ID VARCHAR(10)").code, -6160);
    EXPECT_FALSE(one.run("ALTER TABLE T MODIFY ID BIGINT").code);
    EXPECT_FALSE(one.run("INSERT INTO C VALUES (1)").code);
    EXPECT_EQ(one.run("INSERT INTO C VALUES (7)").code, -6607);
}

TEST_F(Alter, WhatDependsOnADroppedColumnGoesWithIt) {
    ASSERT_FALSE(one.run("CREATE TABLE K(A INT, U INT AS (A * 2), B INT)").code);
    ASSERT_FALSE(one.run("CREATE INDEX IX ON K(U)").code);
    EXPECT_EQ(one.run("ALTER TABLE K DROP COLUMN A").code, -2661);
    EXPECT_FALSE(one.run("ALTER TABLE K DROP COLUMN A CASCADE").code);
    EXPECT_EQ(one.run("SELECT * FROM K").names, (std::vector<std::string>{"B"}));
    EXPECT_EQ(one.run("DROP INDEX IX").code, -5483);
}

TEST_F(Alter, ANewIdentityCountsFromItsOwnSeed) {
    ASSERT_FALSE(one.run("CREATE TABLE I(N INT IDENTITY(50, 1), A INT)").code);
    ASSERT_FALSE(one.run("INSERT INTO I(A) VALUES (1)").code);
    ASSERT_FALSE(one.run("DELETE FROM I").code);
    ASSERT_FALSE(one.run("ALTER TABLE I DROP COLUMN N").code);
    ASSERT_FALSE(one.run("ALTER TABLE I ADD COLUMN M INT IDENTITY(1, 1)").code);
    ASSERT_FALSE(one.run("INSERT INTO I(A) VALUES (1)").code);
    EXPECT_EQ(one.run("SELECT M FROM I").rows, (table{{"1"}}));
    ASSERT_FALSE(one.run("ALTER TABLE I DROP IDENTITY").code);
    ASSERT_FALSE(one.run("ALTER TABLE I ADD COLUMN O DEC(5,0) IDENTITY(7, 1)").code);
    EXPECT_EQ(one.run("SELECT O FROM I").rows, (table{{"7"}}));
}

TEST_F(Alter, NoColumnGetsTheNameOfAPseudoColumn) {
    EXPECT_EQ(one.run("ALTER TABLE T RENAME COLUMN B TO \"ROWID\"").code, -2111);
    EXPECT_EQ(one.run("CREATE TABLE K(\"ROWID\") AS SELECT 1 FROM DUAL").code, -2111);
}

/// The same in a database file that another server opens afterwards.
struct AlterFile : ::testing::Test {
    void SetUp() override {
        directory = std::filesystem::temp_directory_path() / ("dmkit-alter-" + std::to_string(::getpid()));
        std::filesystem::create_directories(directory);
        file = (directory / "data.db").string();
    }
    void TearDown() override { std::filesystem::remove_all(directory); }
    void run(std::initializer_list<const char*> statements, profile settings = {}) {
        fixture server({.file = file}, settings);
        client one(server.engine);
        for (const char* sql : statements) {
            const answer got = one.run(sql);
            EXPECT_FALSE(got.code) << sql << ": " << got.text;
        }
    }
    std::filesystem::path directory;
    std::string file;
};

TEST_F(AlterFile, OpensAgainAfterModifyAndRename) {
    run({"CREATE TABLE K(A INT CHECK(A > 0), B VARCHAR(10), C VARCHAR(3) AS (B), CONSTRAINT CK CHECK(K.A < 9))",
         "CREATE UNIQUE INDEX IX ON K(A * 2)", "INSERT INTO K(A, B) VALUES (5, 'abc')",
         "ALTER TABLE K MODIFY A DEC(10,2)", "ALTER TABLE K RENAME COLUMN C TO D", "ALTER TABLE K RENAME COLUMN B TO E",
         "ALTER TABLE K RENAME TO L"});
    fixture server({.file = file});
    client one(server.engine);
    EXPECT_EQ(one.run("SELECT A, E, D FROM L").rows, (table{{"5", "abc", "abc"}}));
    EXPECT_EQ(one.run("INSERT INTO L(A) VALUES (-1)").code, -6604);
    EXPECT_EQ(one.run("INSERT INTO L(A) VALUES (10)").code, -6604);
    EXPECT_EQ(one.run("INSERT INTO L(A) VALUES (5)").code, -6602);
    const answer long_value = one.run("UPDATE L SET E = 'abcd'");
    if (long_value.code) {
        EXPECT_NE(long_value.text.find("D"), std::string::npos) << long_value.text;
    }
}

TEST_F(AlterFile, FormsOfAnotherVersionAreMadeAnew) {
    run({"CREATE TABLE K(ID INT PRIMARY KEY, A INT CHECK(A > 0), U INT AS (A * 2))",
         "CREATE TABLE R(K INT REFERENCES K(ID))", "INSERT INTO K(ID, A) VALUES (1, 5)", "INSERT INTO R VALUES (1)"});
    {
        sqlite3* handle = nullptr;
        ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(handle,
                               "UPDATE dmkit_catalog SET value = replace(value, '\"sql\":\"', '\"sql\":\"0 + ')"
                               " WHERE name LIKE 'table:%'",
                               nullptr, nullptr, nullptr),
                  SQLITE_OK);
        sqlite3_close(handle);
    }
    for (int start = 0; start < 2; ++start) {
        fixture server({.file = file});
        client one(server.engine);
        EXPECT_EQ(one.run("SELECT ID, A, U FROM K").rows, (table{{"1", "5", "10"}}));
        EXPECT_EQ(one.run("INSERT INTO K(ID, A) VALUES (2, 0)").code, -6604);
        EXPECT_EQ(one.run("DELETE FROM K").code, -6607);
        EXPECT_EQ(one.run("SELECT * FROM R").rows, (table{{"1"}}));
    }
}

}  // namespace
}  // namespace dmkit::mock::testing
