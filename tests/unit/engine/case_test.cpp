#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "harness.hpp"

/// CASE_SENSITIVE=N: names keep the spelling of whoever made them and are found in any, and text compares without
/// regard to the case of letters (DM8's manual, dminit: CASE_SENSITIVE).
namespace dmkit::mock::testing {
namespace {

const profile ignoring{.case_sensitive = false};

struct IgnoringCase : ::testing::Test {
    fixture made{{}, ignoring};
    client one{made.engine};

    void run_all(std::initializer_list<const char*> statements) {
        for (const char* sql : statements) {
            const answer got = one.run(sql);
            EXPECT_FALSE(got.code) << sql << ": " << got.text;
        }
    }
    /// The only value of the only row.
    std::string value(const std::string& sql) {
        const answer got = one.run(sql);
        EXPECT_FALSE(got.code) << sql << ": " << got.text;
        return got.rows.empty() ? "no row" : got.rows[0][0];
    }
    /// 1 where the condition holds.
    bool holds(const std::string& condition) {
        return value("SELECT CASE WHEN " + condition + " THEN 1 ELSE 0 END FROM DUAL") == "1";
    }
};

TEST_F(IgnoringCase, IsReported) {
    EXPECT_EQ(value("SELECT CASE_SENSITIVE()"), "0");
    EXPECT_EQ(value("SELECT SF_GET_CASE_SENSITIVE_FLAG()"), "0");
    EXPECT_EQ(value("select sf_get_para_value(1, 'GLOBAL_STR_CASE_SENSITIVE')"), "0");
}

TEST_F(IgnoringCase, NamesKeepTheirSpellingAndAreFoundInAny) {
    run_all({"CREATE TABLE tT(id INT PRIMARY KEY, \"Name\" VARCHAR(10))", "INSERT INTO TT VALUES (1, 'a')"});
    for (const char* sql :
         {"select ID from tt", "SELECT \"id\" FROM \"TT\"", "SELECT Tt.Id FROM sysdba.TT", "SELECT x.ID FROM tt X",
          "SELECT Id FROM \"sysdba\".\"Tt\" WHERE NAME = 'a'", "SELECT id I FROM TT WHERE \"NAME\" = 'a' ORDER BY i"})
        EXPECT_EQ(value(sql), "1") << sql;
    EXPECT_EQ(one.run("SELECT * FROM TT").names, (std::vector<std::string>{"id", "Name"}));
    EXPECT_EQ(one.run("SELECT TABLE_NAME, OWNER FROM USER_TAB_COLUMNS, DUAL WHERE 1 = 0").code, -2111);
    EXPECT_EQ(one.run("SELECT TABLE_NAME, COLUMN_NAME FROM user_tab_columns WHERE table_name = 'TT' "
                      "AND COLUMN_NAME LIKE 'n%'")
                  .rows,
              (table{{"tT", "Name"}}));
    const answer taken = one.run("CREATE TABLE \"Tt\"(A INT)");
    EXPECT_EQ(taken.code, -2124);
    EXPECT_NE(taken.text.find("[tT]"), std::string::npos) << taken.text;
    EXPECT_EQ(one.run("CREATE TABLE U(a INT, A INT)").code, -5480);
    EXPECT_EQ(one.run("SELECT OTHER FROM TT").code, -2111);
    EXPECT_EQ(one.run("CREATE TABLE U(\"rowid\" INT)").code, -2111);
    run_all({"ALTER TABLE TT RENAME COLUMN NAME TO Title", "ALTER TABLE tt RENAME TO Books", "DROP TABLE BOOKS"});
}

TEST_F(IgnoringCase, DefinitionsFindTheirParts) {
    run_all({
        "CREATE TABLE Dept(Id INT, Name VARCHAR(20), CONSTRAINT Pk_Dept PRIMARY KEY(ID), CHECK (NAME <> ''))",
        "CREATE TABLE Emp(id INT IDENTITY(1, 1), dept INT REFERENCES DEPT(ID), twice INT AS (DEPT * 2))",
        "CREATE INDEX Ix_Emp ON EMP(DEPT)",
        "CREATE VIEW Staff AS SELECT e.ID, D.name FROM emp E JOIN dept d ON e.Id = D.ID - 6",
        "CREATE SEQUENCE Seq",
        "CREATE SYNONYM People FOR EMP",
        "INSERT INTO dept(ID, nAME) VALUES (7, 'Sales')",
        "INSERT INTO People(DEPT) VALUES (7)",
        "UPDATE emp SET DEPT = 7 WHERE Emp.Id = 1",
        "COMMENT ON COLUMN EMP.DEPT IS 'where'",
        "ALTER TABLE EMP ADD CONSTRAINT Ck CHECK (Dept < 100)",
        "ALTER TABLE emp RENAME COLUMN dept TO Department",
        "ALTER TABLE EMP DROP CONSTRAINT CK",
        "ALTER INDEX ix_emp RENAME TO Ix_Two",
        R"(MERGE INTO dept D USING (SELECT 8 AS N FROM DUAL) S ON (d.ID = s.n)
           WHEN NOT MATCHED THEN INSERT (Id, NAME) VALUES (S.N, 'x'))",
    });
    EXPECT_EQ(one.run("SELECT ID, NAME FROM STAFF").rows, (table{{"1", "Sales"}}));
    EXPECT_EQ(value("SELECT TWICE FROM emp"), "14");
    EXPECT_EQ(value("SELECT SEQ.nextval + seq.NextVal - seq.CURRVAL FROM dual"), "1");
    EXPECT_EQ(value("SELECT IDENT_CURRENT('emp')"), "1");
    EXPECT_EQ(value("SELECT COLUMN_NAME FROM USER_IND_COLUMNS WHERE INDEX_NAME = 'IX_TWO'"), "Department");
    EXPECT_EQ(value("SELECT COMMENTS FROM USER_COL_COMMENTS WHERE TABLE_NAME = 'EMP' AND COLUMN_NAME = 'DEPARTMENT'"),
              "where");
    EXPECT_EQ(one.run("SELECT a.id FROM dept A JOIN DEPT B USING (ID) ORDER BY ID").rows, (table{{"7"}, {"8"}}));
    EXPECT_EQ(one.run("WITH t(N) AS (SELECT 1 UNION ALL SELECT n + 1 FROM T WHERE N < 3) SELECT SUM(n) FROM T").rows,
              (table{{"6"}}));
    EXPECT_EQ(value("SELECT COUNT(*) FROM DUAL WHERE rownum <= 1"), "1");
    one.autocommit = false;
    run_all({"SAVEPOINT Here", "DELETE FROM EMP", "ROLLBACK TO SAVEPOINT HERE", "DROP INDEX IX_TWO", "DROP VIEW staff",
             "DROP TABLE EMP", "DROP TABLE dept"});
}

TEST_F(IgnoringCase, UsersAndRights) {
    run_all({"CREATE TABLE T(A INT)", "CREATE USER Ann IDENTIFIED BY \"Long_enough1\"", "CREATE ROLE Readers",
             "GRANT SELECT ON t TO READERS", "GRANT readers TO ANN", "GRANT CREATE TABLE TO ann"});
    client ann(made.engine, "ANN", "Long_enough1");
    EXPECT_EQ(ann.session().current_schema(), "Ann");
    EXPECT_EQ(ann.run("SELECT USER FROM DUAL").rows, (table{{"Ann"}}));
    EXPECT_FALSE(ann.run("SELECT a FROM sysdba.t").code);
    EXPECT_EQ(ann.run("INSERT INTO SYSDBA.T VALUES (1)").code, -5502);
    EXPECT_FALSE(ann.run("CREATE TABLE ANN.Mine(A INT)").code);
    EXPECT_EQ(value("SELECT OWNER FROM ALL_TABLES WHERE TABLE_NAME = 'MINE'"), "Ann");
    EXPECT_EQ(one.run("CREATE USER ANN IDENTIFIED BY \"Long_enough1\"").code, -2124);
    run_all({"SET SCHEMA ann", "SET SCHEMA SYSDBA", "REVOKE SELECT ON T FROM readers"});
    EXPECT_EQ(ann.run("SELECT a FROM sysdba.t").code, -5501);
    ann.close();
    run_all({"DROP ROLE READERS", "DROP USER ann CASCADE"});
}

TEST_F(IgnoringCase, TextComparesWithoutRegardToCase) {
    for (const char* condition : {"'abc' = 'ABC'",
                                  "'abc ' = 'ABC'",
                                  "NOT 'a' <> 'A'",
                                  "'a' >= 'A' AND 'a' <= 'A'",
                                  "'B' > 'a'",
                                  "'b' > 'A'",
                                  "'ab' LIKE 'A_'",
                                  "'xABCx' LIKE '%abc%'",
                                  "'a%' LIKE 'A!%' ESCAPE '!'",
                                  "'b' BETWEEN 'A' AND 'C'",
                                  "'a' IN ('x', 'A')",
                                  "'a' IN (SELECT 'A' FROM DUAL)",
                                  "'a' = ANY (SELECT 'A' FROM DUAL)",
                                  "('a', 1) = ('A', 1)",
                                  "DECODE('a', 'A', 1, 0) = 1",
                                  "DECODE(LOWER('A'), 'B', 0, 'A', 1, 0) = 1",
                                  "NULLIF('a', 'A') IS NULL",
                                  "CASE 'a' WHEN 'A' THEN 1 ELSE 0 END = 1",
                                  "GREATEST('a', 'B') = 'b'",
                                  "FIELD('a', 'x', 'A') = 2",
                                  "'ä' <> 'Ä'"})
        EXPECT_TRUE(holds(condition)) << condition;
    EXPECT_FALSE(holds("'a' NOT LIKE 'A'"));
    EXPECT_FALSE(holds("'a' LIKE 'B'"));
}

TEST_F(IgnoringCase, SetsOfTextHoldOneOfEach) {
    run_all({"CREATE TABLE T(K VARCHAR(10) UNIQUE, N INT)", "INSERT INTO T VALUES ('b', 1), ('A', 2), ('C', 3)"});
    EXPECT_EQ(one.run("INSERT INTO T VALUES ('B', 4)").code, -6602);
    EXPECT_EQ(one.run("SELECT K FROM T ORDER BY K").rows, (table{{"A"}, {"b"}, {"C"}}));
    EXPECT_EQ(one.run("SELECT N FROM T WHERE K = 'c'").rows, (table{{"3"}})) << "by the index";
    EXPECT_EQ(value("SELECT COUNT(*) FROM (SELECT 'a' UNION SELECT 'A')"), "1");
    EXPECT_EQ(value("SELECT COUNT(*) FROM (SELECT DISTINCT X FROM (SELECT 'a' X UNION ALL SELECT 'A'))"), "1");
    EXPECT_EQ(value("SELECT COUNT(*) FROM (SELECT 'a' INTERSECT SELECT 'A')"), "1");
    EXPECT_EQ(value("SELECT COUNT(DISTINCT X) FROM (SELECT 'a' X UNION ALL SELECT 'A')"), "1");
    EXPECT_EQ(value("SELECT SUM(C) FROM (SELECT COUNT(*) C FROM (SELECT 'a' X UNION ALL SELECT 'A') GROUP BY X)"), "2");
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM (SELECT 'a' X UNION ALL SELECT 'A') GROUP BY LOWER(X) || 'x'").rows,
              (table{{"2"}}));
    EXPECT_EQ(value("SELECT MIN(K) FROM T"), "A");
    EXPECT_EQ(value("SELECT MAX(X) FROM (SELECT 'B' X UNION ALL SELECT 'a')"), "B");
    EXPECT_EQ(value("SELECT LISTAGG(K, '') WITHIN GROUP (ORDER BY K) FROM T"), "AbC");
    EXPECT_EQ(value("SELECT COUNT(*) FROM T JOIN (SELECT 'B' X UNION ALL SELECT 'c') S ON T.K = S.X"), "2");
    EXPECT_EQ(one.run("SELECT RANK() OVER (ORDER BY X) FROM (SELECT 'a' X UNION ALL SELECT 'A')").rows,
              (table{{"1"}, {"1"}}));
}

TEST_F(IgnoringCase, BlocksAndRoutines) {
    run_all(
        {"CREATE TABLE T(A INT)",
         "CREATE PROCEDURE Put(Value_Given IN INT, Result OUT INT) AS v INT := 1; BEGIN V := VALUE_GIVEN + v; INSERT "
         "INTO t VALUES (v); RESULT := V; END;",
         "DECLARE X INT; Gone EXCEPTION; BEGIN put(VALUE_given => 4, RESULT => x); dbms_output.put_line(X); raise "
         "GONE; "
         "EXCEPTION WHEN gone THEN INSERT INTO T VALUES (sqlcode * 0); END;",
         "DECLARE n INT; BEGIN SELECT a INTO N FROM t; EXCEPTION WHEN too_many_rows THEN NULL; END;",
         "DECLARE N INT; BEGIN n := 1 / 0; EXCEPTION WHEN zero_divide THEN NULL; END;"});
    EXPECT_EQ(one.run("SELECT A FROM T ORDER BY A").rows, (table{{"0"}, {"5"}}));
    EXPECT_EQ(one.run("DECLARE x INT; X INT; BEGIN NULL; END;").code, -2223);
    run_all({"DROP PROCEDURE PUT"});
}

TEST_F(IgnoringCase, ReplacingRespells) {
    run_all({"CREATE TABLE T(A INT)", "CREATE VIEW Seen AS SELECT A FROM T",
             "CREATE OR REPLACE VIEW SEEN AS SELECT 1 A", "CREATE SYNONYM Own FOR T",
             "CREATE OR REPLACE SYNONYM OWN FOR SEEN", "CREATE PUBLIC SYNONYM Everybody FOR T",
             "CREATE OR REPLACE PUBLIC SYNONYM EVERYBODY FOR SEEN"});
    EXPECT_EQ(value("SELECT VIEW_NAME FROM USER_VIEWS"), "SEEN");
    EXPECT_EQ(value("SELECT SYNONYM_NAME FROM ALL_SYNONYMS WHERE SYNONYM_NAME = 'own'"), "OWN");
    EXPECT_EQ(value("SELECT SYNONYM_NAME FROM ALL_SYNONYMS WHERE SYNONYM_NAME = 'everybody'"), "EVERYBODY");
}

TEST(IgnoringCaseFile, IsBoundToItsFile) {
    const auto directory = std::filesystem::temp_directory_path() / ("dmkit-case-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory);
    const std::string file = (directory / "data.db").string();
    {
        fixture made({.file = file}, ignoring);
        client one(made.engine);
        for (const char* sql :
             {"CREATE TABLE Books(Title VARCHAR(10) PRIMARY KEY, Pages INT DEFAULT 1 CHECK (PAGES > 0))",
              "CREATE VIEW Titles AS SELECT TITLE FROM BOOKS", "INSERT INTO books(title) VALUES ('Go')"})
            EXPECT_FALSE(one.run(sql).code) << sql;
    }
    EXPECT_THROW(fixture({.file = file}), std::runtime_error);
    {
        fixture made({.file = file}, ignoring);
        client one(made.engine);
        EXPECT_EQ(one.run("SELECT * FROM TITLES WHERE TITLE = 'GO'").rows, (table{{"Go"}}));
        EXPECT_EQ(one.run("INSERT INTO BOOKS(TITLE) VALUES ('gO')").code, -6602);
    }
    std::filesystem::remove_all(directory);
}

TEST(CaseSensitive, IsTheDefault) {
    fixture made;
    client one(made.engine);
    EXPECT_EQ(one.run("SELECT CASE_SENSITIVE()").rows, (table{{"1"}}));
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM DUAL WHERE 'a' = 'A' OR 'a' LIKE 'A'").rows, (table{{"0"}}));
    EXPECT_FALSE(one.run("CREATE TABLE T(A INT); CREATE TABLE \"t\"(A INT, \"a\" INT)").code);
}

}  // namespace
}  // namespace dmkit::mock::testing
