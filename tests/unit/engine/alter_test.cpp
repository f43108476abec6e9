#include <gtest/gtest.h>

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

}  // namespace
}  // namespace dmkit::mock::testing
