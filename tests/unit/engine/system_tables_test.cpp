#include <gtest/gtest.h>

#include "harness.hpp"

/// The columns and values are those of dialect/catalog.md; the queries are those of clients.
namespace dmkit::mock::testing {
namespace {

struct SystemTables : ::testing::Test, fixture {
    void SetUp() override {
        for (const char* sql :
             {"CREATE TABLE P(ID INT IDENTITY(1,1), NAME VARCHAR(20) DEFAULT 'x' NOT NULL, CONSTRAINT PK_P PRIMARY "
              "KEY(ID))",
              "CREATE TABLE C(A INT, B DEC(10,2), P_ID INT, CONSTRAINT FK_C FOREIGN KEY(P_ID) REFERENCES P(ID) "
              "ON DELETE CASCADE, CONSTRAINT CK_C CHECK(A > 0))",
              "CREATE UNIQUE INDEX IX_C ON C(B DESC, A)", "COMMENT ON TABLE P IS 'parents'",
              "COMMENT ON COLUMN P.NAME IS 'its name'", "CREATE VIEW V AS SELECT NAME FROM P",
              "CREATE SEQUENCE S START WITH 5 INCREMENT BY 2"})
            ASSERT_FALSE(owner.run(sql).code) << sql;
    }
    table rows(const char* sql) {
        const answer given = owner.run(sql);
        EXPECT_FALSE(given.code) << given.text;
        return given.rows;
    }
    client owner{engine};
};

TEST_F(SystemTables, ObjectsOfASchemaAreFoundThroughItsId) {
    EXPECT_EQ(
        rows(
            "SELECT T.NAME, T.SUBTYPE$ FROM (SELECT ID FROM SYS.SYSOBJECTS WHERE TYPE$ = 'SCH' AND NAME = 'SYSDBA') S, "
            "SYSOBJECTS T WHERE T.SCHID = S.ID AND T.TYPE$ = 'SCHOBJ' ORDER BY T.NAME"),
        (table{{"C", "UTAB"}, {"P", "UTAB"}, {"S", "SEQ"}, {"V", "VIEW"}}));
    EXPECT_EQ(rows("SELECT NAME FROM SYSOBJECTS WHERE SUBTYPE$ = 'CONS' AND PID = OBJECT_ID('C') ORDER BY NAME"),
              (table{{"CK_C"}, {"FK_C"}}));
    EXPECT_EQ(rows("SELECT INFO3, INFO4 FROM SYSOBJECTS WHERE SUBTYPE$ = 'SEQ'"), (table{{"5", "2"}}));
}

TEST_F(SystemTables, RoutinesAreObjects) {
    ASSERT_FALSE(owner.run("CREATE PROCEDURE PR AS BEGIN NULL; END;").code);
    ASSERT_FALSE(owner.run("CREATE FUNCTION FN RETURN INT AS BEGIN RETURN 1; END;").code);
    EXPECT_EQ(rows("SELECT NAME, TYPE$, INFO1 FROM SYSOBJECTS WHERE SUBTYPE$ = 'PROC' ORDER BY NAME"),
              (table{{"FN", "SCHOBJ", "0"}, {"PR", "SCHOBJ", "1"}}));
    EXPECT_EQ(rows("SELECT OBJECT_NAME, OBJECT_TYPE FROM USER_OBJECTS WHERE OBJECT_NAME IN ('PR', 'FN') ORDER BY 1"),
              (table{{"FN", "FUNCTION"}, {"PR", "PROCEDURE"}}));
    // Those that one may call are accessible.
    ASSERT_FALSE(owner.run("CREATE USER OTHER IDENTIFIED BY \"long_enough_1\"").code);
    ASSERT_FALSE(owner.run("GRANT EXECUTE ON PR TO OTHER").code);
    client other(engine, "OTHER", "long_enough_1");
    EXPECT_EQ(other.run("SELECT OBJECT_NAME FROM ALL_OBJECTS WHERE OBJECT_TYPE IN ('PROCEDURE', 'FUNCTION')").rows,
              (table{{"PR"}}));
}

TEST_F(SystemTables, DefinitionsThatChangeAreSeenAtOnce) {
    const char* count = "SELECT COUNT(*) FROM SYSCOLUMNS WHERE ID = OBJECT_ID('C')";
    EXPECT_EQ(rows(count), (table{{"3"}}));
    ASSERT_FALSE(owner.run("ALTER TABLE C ADD COLUMN D DATE").code);
    EXPECT_EQ(rows(count), (table{{"4"}}));
    ASSERT_FALSE(owner.run("DROP TABLE C").code);
    EXPECT_EQ(rows("SELECT COUNT(*) FROM SYSOBJECTS WHERE NAME = 'C'"), (table{{"0"}}));
}

TEST_F(SystemTables, KeysOfAnIndexAreAskedForByFunction) {
    EXPECT_EQ(
        rows("SELECT COLS.NAME FROM SYSOBJECTS O, SYSINDEXES I, SYSCOLUMNS COLS WHERE O.NAME = 'IX_C' AND I.ID = O.ID "
             "AND COLS.ID = O.PID AND SF_COL_IS_IDX_KEY(I.KEYNUM, I.KEYINFO, COLS.COLID) = 1 ORDER BY COLS.COLID"),
        (table{{"A"}, {"B"}}));
    EXPECT_EQ(
        rows("SELECT INDEX_NAME, COLUMN_NAME, COLUMN_POSITION, DESCEND FROM USER_IND_COLUMNS WHERE TABLE_NAME = 'C'"),
        (table{{"IX_C", "B", "1", "DESC"}, {"IX_C", "A", "2", "ASC"}}));
    EXPECT_EQ(rows("SELECT UNIQUENESS, GENERATED FROM ALL_INDEXES WHERE INDEX_NAME = 'IX_C'"),
              (table{{"UNIQUE", "N"}}));
}

TEST_F(SystemTables, ConstraintsNameWhatTheyReferTo) {
    EXPECT_EQ(rows("SELECT CONSTRAINT_NAME, CONSTRAINT_TYPE, R_OWNER, R_CONSTRAINT_NAME, DELETE_RULE, STATUS "
                   "FROM ALL_CONSTRAINTS WHERE OWNER = 'SYSDBA' AND TABLE_NAME = 'C' ORDER BY 1"),
              (table{{"CK_C", "C", "NULL", "NULL", "NULL", "ENABLED"},
                     {"FK_C", "R", "SYSDBA", "PK_P", "CASCADE", "ENABLED"}}));
    EXPECT_EQ(rows("SELECT COLUMN_NAME, POSITION FROM USER_CONS_COLUMNS WHERE CONSTRAINT_NAME = 'FK_C'"),
              (table{{"P_ID", "1"}}));
    EXPECT_EQ(rows("SELECT C.TYPE$, F.NAME FROM SYSCONS C, SYSOBJECTS O, SYSOBJECTS F, SYSCONS K "
                   "WHERE O.ID = C.ID AND O.NAME = 'FK_C' AND K.INDEXID = C.FINDEXID AND F.ID = K.ID"),
              (table{{"F", "PK_P"}}));
}

TEST_F(SystemTables, ColumnsAreDescribedWithDefaultsAndComments) {
    EXPECT_EQ(
        rows("SELECT COLUMN_NAME, DATA_TYPE, DATA_LENGTH, NULLABLE, COLUMN_ID, DATA_DEFAULT FROM USER_TAB_COLUMNS "
             "WHERE TABLE_NAME = 'P' ORDER BY COLUMN_ID"),
        (table{{"ID", "INT", "4", "N", "1", "NULL"}, {"NAME", "VARCHAR", "20", "N", "2", "'x'"}}));
    EXPECT_EQ(
        rows("SELECT DATA_PRECISION, DATA_SCALE FROM ALL_TAB_COLUMNS WHERE TABLE_NAME = 'C' AND COLUMN_NAME = 'B'"),
        (table{{"10", "2"}}));
    EXPECT_EQ(
        rows("SELECT COLUMN_NAME, COMMENTS FROM ALL_COL_COMMENTS WHERE SCHEMA_NAME = 'SYSDBA' AND TABLE_NAME = 'P'"),
        (table{{"ID", "NULL"}, {"NAME", "its name"}}));
    EXPECT_EQ(rows("SELECT COMMENT$ FROM SYSTABLECOMMENTS WHERE TVNAME = 'P'"), (table{{"parents"}}));
    EXPECT_EQ(rows("SELECT NAME FROM SYSCOLUMNS WHERE ID = OBJECT_ID('P') AND INFO2 & 1 = 1"), (table{{"ID"}}));
}

TEST_F(SystemTables, SequencesShowTheNextValue) {
    const char* next = "SELECT LAST_NUMBER FROM ALL_SEQUENCES WHERE SEQUENCE_NAME = 'S'";
    EXPECT_EQ(rows(next), (table{{"5"}}));
    EXPECT_EQ(rows("SELECT S.NEXTVAL FROM DUAL"), (table{{"5"}}));
    EXPECT_EQ(rows(next), (table{{"7"}}));
}

TEST_F(SystemTables, AUserSeesWhatItMayRead) {
    ASSERT_FALSE(owner.run("CREATE USER ANN IDENTIFIED BY \"Long_enough1\"").code);
    client ann(engine, "ANN", "Long_enough1");
    EXPECT_EQ(ann.run("SELECT TABLE_NAME FROM ALL_TABLES").rows, table{});
    EXPECT_EQ(ann.run("SELECT * FROM SYSOBJECTS").code, -5501);
    EXPECT_EQ(ann.run("SELECT * FROM DBA_TABLES").code, -5501);
    ASSERT_FALSE(owner.run("GRANT SELECT ON P TO ANN").code);
    ASSERT_FALSE(owner.run("GRANT SOI TO ANN").code);
    EXPECT_EQ(ann.run("SELECT OWNER, TABLE_NAME FROM ALL_TABLES").rows, (table{{"SYSDBA", "P"}}));
    EXPECT_EQ(ann.run("SELECT TABLE_NAME FROM USER_TABLES").rows, table{});
    EXPECT_FALSE(ann.run("SELECT * FROM SYSOBJECTS").code);
    EXPECT_EQ(ann.run("SELECT * FROM DBA_TABLES").code, -5501);
    EXPECT_EQ(ann.run("SELECT NAME FROM SYSOBJECTS O WHERE SUBTYPE$ = 'UTAB' AND "
                      "SF_CHECK_PRIV_OPT(UID(), CURRENT_USERTYPE(), O.ID, O.PID, -1, O.ID) = 1")
                  .rows,
              (table{{"P"}}));
}

TEST_F(SystemTables, AreNotWrittenTo) {
    EXPECT_TRUE(owner.run("DELETE FROM SYSOBJECTS").code);
    EXPECT_TRUE(owner.run("DROP VIEW SYS.ALL_TABLES").code);
}

}  // namespace
}  // namespace dmkit::mock::testing
