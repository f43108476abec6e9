#include <gtest/gtest.h>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

struct Ddl : ::testing::Test, fixture {
    client one{engine};
};

TEST_F(Ddl, ATableHasNoSecondOfItsName) {
    EXPECT_FALSE(one.run("CREATE TABLE T(ID INT)").code);
    EXPECT_EQ(one.run("CREATE TABLE T(ID INT)").code, -2124);
    EXPECT_FALSE(one.run("CREATE TABLE IF NOT EXISTS T(ID INT)").code);
    EXPECT_EQ(one.run("CREATE VIEW T AS SELECT 1 A").code, -2124);
}

TEST_F(Ddl, UnquotedNamesFoldAndQuotedOnesDoNot) {
    one.run("CREATE TABLE \"t\"(\"id\" INT)");
    EXPECT_EQ(one.run("SELECT * FROM t").code, -2106);
    EXPECT_EQ(one.run("SELECT ID FROM \"t\"").code, -2111);
    EXPECT_FALSE(one.run("SELECT \"id\" FROM \"t\"").code);
}

TEST_F(Ddl, ADroppedTableIsGone) {
    one.run("CREATE TABLE T(ID INT)");
    one.run("INSERT INTO T VALUES (1)");
    EXPECT_FALSE(one.run("DROP TABLE T").code);
    EXPECT_EQ(one.run("DROP TABLE T").code, -2106);
    EXPECT_FALSE(one.run("DROP TABLE IF EXISTS T").code);
    one.run("CREATE TABLE T(ID INT)");
    EXPECT_TRUE(one.run("SELECT * FROM T").rows.empty());
}

TEST_F(Ddl, WhatOthersReferToStaysUnlessItCascades) {
    one.run("CREATE TABLE P(ID INT PRIMARY KEY)");
    one.run("CREATE TABLE C(P INT REFERENCES P(ID))");
    EXPECT_EQ(one.run("DROP TABLE P").code, -2639);
    EXPECT_FALSE(one.run("DROP TABLE P CASCADE CONSTRAINTS").code);
    EXPECT_FALSE(one.run("INSERT INTO C VALUES (5)").code) << "the foreign key went too";
}

TEST_F(Ddl, ColumnsAreRefusedAsDmRefusesThem) {
    EXPECT_TRUE(one.run("CREATE TABLE T(A INT, A INT)").code);
    EXPECT_EQ(one.run("CREATE TABLE T(\"ROWID\" INT)").code, -2111);
    EXPECT_EQ(one.run("CREATE TABLE T(A INT PRIMARY KEY, B INT PRIMARY KEY)").code, -2864);
    EXPECT_EQ(one.run("CREATE TABLE T(A INT, B INT, UNIQUE(A, B), UNIQUE(A, B))").code, -2864);
    EXPECT_EQ(one.run("CREATE TABLE T(A INT, PRIMARY KEY(B))").code, -2111);
    EXPECT_EQ(one.run("CREATE TABLE T(A CLOB PRIMARY KEY)").code, -2685);
    EXPECT_EQ(one.run("CREATE TABLE T(A INT REFERENCES NOWHERE(ID))").code, -2106);
    EXPECT_TRUE(one.run("CREATE TABLE T(A VARCHAR(10) IDENTITY)").code);
    EXPECT_EQ(one.run("CREATE TABLE NOWHERE.T(A INT)").code, -2103);
    EXPECT_EQ(one.run("SELECT * FROM T").code, -2106) << "none of them was made";
}

TEST_F(Ddl, DefaultsFillWhatIsLeftOut) {
    one.run("CREATE TABLE T(ID INT, A INT DEFAULT 7, B VARCHAR(10) DEFAULT 'x', C DECIMAL(5,2) DEFAULT 1.5)");
    one.run("INSERT INTO T(ID) VALUES (1)");
    one.run("INSERT INTO T VALUES (2, DEFAULT, NULL, 2)");
    EXPECT_EQ(one.run("SELECT ID, A, B FROM T ORDER BY ID").rows, (table{{"1", "7", "x"}, {"2", "7", "NULL"}}));
}

TEST_F(Ddl, IdentitiesCount) {
    one.run("CREATE TABLE T(ID INT IDENTITY(10, 5) PRIMARY KEY, N INT)");
    const answer inserted = one.run("INSERT INTO T(N) VALUES (1), (2)");
    EXPECT_EQ(inserted.result.generated_keys, (std::vector<std::int64_t>{10, 15}));
    EXPECT_EQ(one.run("SELECT ID, N FROM T ORDER BY ID").rows, (table{{"10", "1"}, {"15", "2"}}));
    EXPECT_EQ(one.run("INSERT INTO T(ID, N) VALUES (100, 3)").code, -2723);
    EXPECT_FALSE(one.run("SET IDENTITY_INSERT T ON").code);
    EXPECT_FALSE(one.run("INSERT INTO T(ID, N) VALUES (100, 3)").code);
    EXPECT_FALSE(one.run("SET IDENTITY_INSERT T OFF").code);
    EXPECT_EQ(one.run("INSERT INTO T(N) VALUES (4)").result.generated_keys, (std::vector<std::int64_t>{105}));
    EXPECT_EQ(one.run("SELECT @@IDENTITY").rows, (table{{"105"}}));
}

TEST_F(Ddl, AFailedInsertKeepsItsIdentity) {
    one.run("CREATE TABLE T(ID INT IDENTITY PRIMARY KEY, N INT NOT NULL)");
    EXPECT_EQ(one.run("INSERT INTO T(N) VALUES (NULL)").code, -6609);
    EXPECT_EQ(one.run("INSERT INTO T(N) VALUES (1)").result.generated_keys, (std::vector<std::int64_t>{2}));
}

TEST_F(Ddl, SequencesGiveValues) {
    one.run("CREATE SEQUENCE S START WITH 5 INCREMENT BY 2");
    EXPECT_EQ(one.run("SELECT S.CURRVAL").code, -7996);
    EXPECT_EQ(one.run("SELECT S.NEXTVAL FROM DUAL").rows, (table{{"5"}}));
    EXPECT_EQ(one.run("SELECT S.NEXTVAL FROM DUAL").rows, (table{{"7"}}));
    EXPECT_EQ(one.run("SELECT S.CURRVAL FROM DUAL").rows, (table{{"7"}}));
    one.run("CREATE TABLE T(ID INT DEFAULT S.NEXTVAL, N INT)");
    one.autocommit = false;
    one.run("INSERT INTO T(N) VALUES (1)");
    one.rollback();
    EXPECT_EQ(one.run("SELECT S.NEXTVAL FROM DUAL").rows, (table{{"11"}})) << "a rollback gives nothing back";
    EXPECT_EQ(one.run("CREATE SEQUENCE S").code, -2124);
    EXPECT_FALSE(one.run("ALTER SEQUENCE S CURRENT VALUE 100").code);
    EXPECT_EQ(one.run("SELECT S.NEXTVAL FROM DUAL").rows, (table{{"102"}}));
    EXPECT_FALSE(one.run("DROP SEQUENCE S").code);
}

TEST_F(Ddl, IndexesAreNamedInTheirSchema) {
    one.run("CREATE TABLE T(A INT, B INT)");
    EXPECT_FALSE(one.run("CREATE INDEX IX ON T(A)").code);
    EXPECT_EQ(one.run("CREATE INDEX IX ON T(B)").code, -2140);
    EXPECT_EQ(one.run("CREATE INDEX IY ON T(A)").code, -3236) << "the same columns";
    EXPECT_EQ(one.run("CREATE INDEX IY ON T(C)").code, -2111);
    EXPECT_EQ(one.run("CREATE INDEX IY ON U(A)").code, -2106);
    EXPECT_FALSE(one.run("CREATE INDEX IY ON T(A + B DESC)").code);
    EXPECT_FALSE(one.run("ALTER INDEX IX INVISIBLE").code);
    EXPECT_FALSE(one.run("ALTER INDEX IX RENAME TO IZ").code);
    EXPECT_FALSE(one.run("DROP INDEX IZ").code);
    EXPECT_TRUE(one.run("DROP INDEX IZ").code);
    EXPECT_FALSE(one.run("DROP INDEX IF EXISTS IZ").code);
}

TEST_F(Ddl, AUniqueIndexNeedsUniqueRows) {
    one.run("CREATE TABLE T(A INT)");
    one.run("INSERT INTO T VALUES (1), (1)");
    EXPECT_EQ(one.run("CREATE UNIQUE INDEX IX ON T(A)").code, -6612);
    EXPECT_FALSE(one.run("CREATE INDEX IX ON T(A)").code) << "the failed one left nothing";
}

TEST_F(Ddl, ViewsShowTheirQuery) {
    one.run("CREATE TABLE T(A INT, B INT)");
    one.run("INSERT INTO T VALUES (1, 2)");
    EXPECT_FALSE(one.run("CREATE VIEW V(X, Y) AS SELECT A, A + B FROM T").code);
    EXPECT_EQ(one.run("SELECT X, Y FROM V").rows, (table{{"1", "3"}}));
    EXPECT_EQ(one.run("CREATE VIEW V AS SELECT A FROM T").code, -2124);
    EXPECT_FALSE(one.run("CREATE OR REPLACE VIEW V AS SELECT A FROM T").code);
    EXPECT_EQ(one.run("CREATE VIEW W AS SELECT Z FROM T").code, -2111);
    EXPECT_FALSE(one.run("DROP VIEW V").code);
    EXPECT_EQ(one.run("DROP VIEW V").code, -2105);
}

TEST_F(Ddl, ATableIsMadeOfAQuery) {
    one.run("CREATE TABLE T(A INT, B VARCHAR(10))");
    one.run("INSERT INTO T VALUES (1, 'x'), (2, 'y')");
    EXPECT_FALSE(one.run("CREATE TABLE U AS SELECT A + 1 C, B FROM T WHERE A = 1").code);
    EXPECT_EQ(one.run("SELECT C, B FROM U").rows, (table{{"2", "x"}}));
    EXPECT_FALSE(one.run("CREATE TABLE V LIKE T").code);
    EXPECT_TRUE(one.run("SELECT A, B FROM V").rows.empty());
}

TEST_F(Ddl, SchemasHoldTables) {
    EXPECT_FALSE(one.run("CREATE SCHEMA S2").code);
    EXPECT_FALSE(one.run("CREATE SCHEMA S2").code) << "passed over when it is there";
    one.run("CREATE TABLE S2.T(A INT)");
    EXPECT_EQ(one.run("SELECT * FROM T").code, -2106);
    EXPECT_EQ(one.run("SET SCHEMA S2").result.text, "S2");
    EXPECT_FALSE(one.run("SELECT * FROM T").code);
    EXPECT_EQ(one.session().current_schema(), "S2");
    EXPECT_EQ(one.run("SET SCHEMA NOWHERE").code, -2103);
    one.run("SET SCHEMA SYSDBA");
    EXPECT_EQ(one.run("DROP SCHEMA S2").code, -2639);
    EXPECT_FALSE(one.run("DROP SCHEMA S2 CASCADE").code);
    EXPECT_EQ(one.run("SELECT * FROM S2.T").code, -2103);
}

TEST_F(Ddl, SynonymsStandForTables) {
    one.run("CREATE TABLE T(A INT)");
    EXPECT_FALSE(one.run("CREATE SYNONYM N FOR T").code);
    EXPECT_FALSE(one.run("CREATE PUBLIC SYNONYM P FOR T").code);
    EXPECT_FALSE(one.run("INSERT INTO N VALUES (1)").code);
    EXPECT_EQ(one.run("SELECT A FROM P").rows, (table{{"1"}}));
    EXPECT_FALSE(one.run("DROP SYNONYM N").code);
    EXPECT_EQ(one.run("SELECT A FROM N").code, -2106);
}

TEST_F(Ddl, TruncateEmptiesATable) {
    one.run("CREATE TABLE T(A INT)");
    one.run("INSERT INTO T VALUES (1)");
    EXPECT_FALSE(one.run("TRUNCATE TABLE T").code);
    EXPECT_TRUE(one.run("SELECT * FROM T").rows.empty());
}

TEST_F(Ddl, CommentsNeedTheirObject) {
    one.run("CREATE TABLE T(A INT)");
    EXPECT_FALSE(one.run("COMMENT ON TABLE T IS 'a table'").code);
    EXPECT_FALSE(one.run("COMMENT ON COLUMN SYSDBA.T.A IS 'a column'").code);
    EXPECT_EQ(one.run("COMMENT ON COLUMN T.B IS 'none'").code, -2111);
    EXPECT_EQ(one.run("COMMENT ON TABLE U IS 'none'").code, -2106);
}

TEST_F(Ddl, ComputedColumnsFollowTheOthers) {
    ASSERT_FALSE(one.run("CREATE TABLE T(A INT, B INT AS (A * 2))").code);
    one.run("INSERT INTO T(A) VALUES (4)");
    EXPECT_EQ(one.run("SELECT A, B FROM T").rows, (table{{"4", "8"}}));
    EXPECT_TRUE(one.run("UPDATE T SET B = 1").code);
}

TEST_F(Ddl, TemporaryRowsAreTheSessionsOwn) {
    one.run("CREATE GLOBAL TEMPORARY TABLE G(A INT PRIMARY KEY) ON COMMIT DELETE ROWS");
    one.autocommit = false;
    ASSERT_FALSE(one.run("INSERT INTO G VALUES (1)").code);
    EXPECT_EQ(one.run("SELECT A FROM G").rows, (table{{"1"}}));
    client two(engine);
    EXPECT_TRUE(two.run("SELECT A FROM G").rows.empty());
    one.commit();
    EXPECT_TRUE(one.run("SELECT A FROM G").rows.empty());
    EXPECT_EQ(one.run("INSERT INTO G VALUES (1), (1)").code, -6602);
}

TEST_F(Ddl, PhysicalClausesArePassedOver) {
    EXPECT_FALSE(one.run("CREATE TABLE T(ID INT NOT CLUSTER PRIMARY KEY) STORAGE(ON \"MAIN\", CLUSTERBTR)").code);
    EXPECT_FALSE(one.run("CREATE TABLESPACE TS DATAFILE 'ts.dbf' SIZE 128").code);
}

TEST_F(Ddl, WhatTheMockLacksIsNamed) {
    const answer got = one.run("ALTER SYSTEM SET 'SOME_PARAMETER' = 1");
    EXPECT_EQ(got.code, -99999);
    EXPECT_NE(got.text.find("not supported"), std::string::npos);
}

TEST_F(Ddl, ColumnsWhoseNamesDifferInCaseOnlyAreToldApart) {
    ASSERT_FALSE(one.run("CREATE TABLE A(\"id\" VARCHAR(3), ID VARCHAR(3), \"a\"\"b\" DEC(2), \"a'b\" DEC(2))").code);
    ASSERT_FALSE(one.run("CREATE TABLE B(S VARCHAR(9), D DEC(9))").code);
    ASSERT_FALSE(one.run("INSERT INTO B VALUES ('toolong', 12345)").code);
    const auto text = [&](const std::string& column, const char* source) {
        return one.run("INSERT INTO A(" + column + ") SELECT " + source + " FROM B").text;
    };
    EXPECT_NE(text("\"id\"", "S").find("id"), std::string::npos);
    EXPECT_NE(text("ID", "S").find("ID"), std::string::npos);
    EXPECT_NE(text("\"id\"", "S").find("id"), std::string::npos);
    // Both at once, so that one statement calls both.
    EXPECT_NE(one.run("INSERT INTO A(\"id\", ID) SELECT 'x', S FROM B").text.find("ID"), std::string::npos);
}

TEST_F(Ddl, SystemViewsThatTheMockLacksAreNamed) {
    const answer got = one.run("SELECT * FROM V$SESSIONS");
    EXPECT_EQ(got.code, not_supported);
    EXPECT_NE(got.text.find("system view V$SESSIONS"), std::string::npos) << got.text;
    EXPECT_EQ(one.run("SELECT * FROM SYS.SYSUSERS").code, not_supported);
    EXPECT_EQ(one.run("SELECT * FROM USER_SOURCE").code, not_supported);
    EXPECT_EQ(one.run("GRANT SELECT ON SYS.DBA_SEGMENTS TO PUBLIC").code, not_supported);
    EXPECT_EQ(one.run("SELECT * FROM SYSDBA.SYSUSERS").code, -2106);
    EXPECT_EQ(one.run("SELECT * FROM V$NOSUCH").code, -2106);
    EXPECT_EQ(one.run("SELECT * FROM ALL_NOSUCH").code, -2106);
    EXPECT_EQ(one.run("SELECT OBJECT_ID('SYS.SYSUSERS') FROM DUAL").code, not_supported);
    EXPECT_EQ(one.run("SELECT OBJECT_ID('NOWHERE') FROM DUAL").rows, (table{{"NULL"}}));
    ASSERT_FALSE(one.run("CREATE TABLE ALL_TABLES(A INT)").code);
    EXPECT_FALSE(one.run("SELECT * FROM ALL_TABLES").code) << "one's own table comes first";
}

TEST_F(Ddl, IdentitiesHaveTheTypeOfTheirColumn) {
    ASSERT_FALSE(one.run("CREATE TABLE D(ID DEC(10,0) IDENTITY, N INT)").code);
    ASSERT_FALSE(one.run("INSERT INTO D(N) VALUES (1)").code);
    ASSERT_FALSE(one.run("INSERT INTO D VALUES (2)").code);
    EXPECT_EQ(one.run("SELECT ID, N FROM D ORDER BY ID").rows, (table{{"1", "1"}, {"2", "2"}}));
    ASSERT_FALSE(one.run("CREATE TABLE E(ID INT IDENTITY(2147483647, 1), N INT)").code);
    EXPECT_FALSE(one.run("INSERT INTO E(N) VALUES (1)").code);
    EXPECT_EQ(one.run("INSERT INTO E(N) VALUES (2)").code, -6102);
    EXPECT_EQ(one.run("INSERT INTO E(N) SELECT N FROM D").code, -6102);
    for (const char* refused :
         {"CREATE TABLE F(ID TINYINT IDENTITY)", "CREATE TABLE F(ID SMALLINT IDENTITY)",
          "CREATE TABLE F(ID DEC(5,2) IDENTITY)", "CREATE TABLE F(ID INT IDENTITY(3000000000, 1))",
          "CREATE TABLE F(ID DEC(3,0) IDENTITY(1000, 1))", "CREATE TABLE F(ID INT AUTO_INCREMENT)"})
        EXPECT_EQ(one.run(refused).code, -5484) << refused;
    EXPECT_FALSE(one.run("CREATE TABLE F(ID INT AUTO_INCREMENT, N INT, PRIMARY KEY(ID))").code);
    EXPECT_FALSE(one.run("CREATE TABLE G(ID INT AUTO_INCREMENT, N INT, CLUSTER KEY(ID))").code);
    EXPECT_FALSE(one.run("CREATE TABLE H(ID SMALLINT AUTO_INCREMENT UNIQUE)").code);
}

TEST_F(Ddl, ViewsKeepTheirColumnsWhenTablesGetOthers) {
    ASSERT_FALSE(one.run("CREATE TABLE A(X INT, \"y\" INT)").code);
    ASSERT_FALSE(one.run("CREATE TABLE B(X INT, Z INT)").code);
    ASSERT_FALSE(one.run("INSERT INTO A VALUES (1, 2)").code);
    ASSERT_FALSE(one.run("INSERT INTO B VALUES (1, 3)").code);
    for (const char* view : {"CREATE VIEW V1 AS SELECT * FROM A", "CREATE VIEW V2(P, Q) AS SELECT A.* FROM A, B",
                             "CREATE VIEW V3 AS SELECT * FROM (SELECT * FROM A) S JOIN B USING (X)",
                             "CREATE VIEW V4 AS WITH C AS (SELECT * FROM B) SELECT C.*, 7 N FROM C",
                             "CREATE VIEW V5 AS SELECT * FROM (SELECT COUNT(*) FROM A)"})
        ASSERT_FALSE(one.run(view).code) << view;
    ASSERT_FALSE(one.run("ALTER TABLE A ADD COLUMN N INT").code);
    ASSERT_FALSE(one.run("ALTER TABLE B ADD COLUMN N INT").code);
    EXPECT_EQ(one.run("SELECT * FROM V1").rows, (table{{"1", "2"}}));
    EXPECT_EQ(one.run("SELECT P, Q FROM V2").rows, (table{{"1", "2"}}));
    EXPECT_EQ(one.run("SELECT * FROM V3").rows, (table{{"1", "2", "3"}}));
    EXPECT_EQ(one.run("SELECT * FROM V4").rows, (table{{"1", "3", "7"}}));
    EXPECT_EQ(one.run("SELECT * FROM V5").rows, (table{{"1"}}));
    EXPECT_FALSE(one.run("INSERT INTO V1 VALUES (5, 6)").code);
}

TEST_F(Ddl, NoViewReadsItself) {
    ASSERT_FALSE(one.run("CREATE VIEW V AS SELECT 1 X FROM DUAL").code);
    ASSERT_FALSE(one.run("CREATE VIEW W AS SELECT X FROM V").code);
    EXPECT_EQ(one.run("CREATE OR REPLACE VIEW V AS SELECT 1 X FROM V A, V B").code, -7106);
    EXPECT_EQ(one.run("CREATE OR REPLACE VIEW V AS SELECT X FROM W").code, -7106);
    EXPECT_EQ(one.run("SELECT X FROM W").rows, (table{{"1"}}));
}

TEST_F(Ddl, NoColumnIsTwiceInAnIndexAndNoIndexIsElsewhere) {
    ASSERT_FALSE(one.run("CREATE TABLE A(X INT, Y INT)").code);
    EXPECT_EQ(one.run("CREATE INDEX I ON A(X, X)").code, -5480);
    ASSERT_FALSE(one.run("CREATE SCHEMA OTHER").code);
    EXPECT_EQ(one.run("CREATE INDEX OTHER.I ON A(X)").code, not_supported);
    EXPECT_FALSE(one.run("CREATE INDEX SYSDBA.I ON A(X)").code);
    EXPECT_FALSE(one.run("DROP INDEX SYSDBA.I").code);
    ASSERT_FALSE(one.run("CREATE TABLE P(X INT PRIMARY KEY)").code);
    EXPECT_EQ(one.run("DROP TABLE SYS.SYSOBJECTS").code, -5567);
}

TEST_F(Ddl, SequencesStandWithinTheirBounds) {
    ASSERT_FALSE(one.run("CREATE SEQUENCE S MINVALUE 1 MAXVALUE 10").code);
    EXPECT_EQ(one.run("ALTER SEQUENCE S CURRENT VALUE 11").code, -5486);
    EXPECT_EQ(one.run("ALTER SEQUENCE S CURRENT VALUE 0").code, -5486);
    EXPECT_FALSE(one.run("ALTER SEQUENCE S CURRENT VALUE 9").code);
    EXPECT_EQ(one.run("SELECT S.NEXTVAL FROM DUAL").rows, (table{{"10"}}));
}

}  // namespace
}  // namespace dmkit::mock::testing
