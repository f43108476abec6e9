#include <gtest/gtest.h>

#include "harness.hpp"

// What blocks and routines do, by DM8's program manual (DMSQL) unless another source is named.
namespace dmkit::mock::testing {
namespace {

struct Block : ::testing::Test, fixture {
    client one{engine};

    /// The values of OUT parameters as text.
    std::vector<std::string> out(std::string_view sql, std::vector<field> arguments) {
        const answer got = one.run(sql, std::move(arguments));
        EXPECT_FALSE(got.code) << *got.code << ' ' << got.text;
        std::vector<std::string> texts;
        for (const field& value : got.result.out_values)
            texts.push_back(field_view(value).to_string());
        return texts;
    }
    std::string printed(std::string_view sql) {
        const answer got = one.run(sql);
        EXPECT_FALSE(got.code) << *got.code << ' ' << got.text;
        return got.result.printed;
    }
};

using texts = std::vector<std::string>;

TEST_F(Block, GivesValuesBackThroughItsParameters) {
    EXPECT_EQ(out("BEGIN ? := 5; END;", {field()}), (texts{"5"}));
    EXPECT_EQ(out("BEGIN :a := 'x' || 'y'; :b = 1.5; END;", {field(), field()}), (texts{"xy", "1.5"}));
    EXPECT_EQ(out("DECLARE v INT; BEGIN v := ?; ? := v + 1; END;", {41, field()}), (texts{"42"}));
    EXPECT_EQ(out("BEGIN ? := NULL; END;", {field()}), (texts{"NULL"}));
}

TEST_F(Block, DescribesItsParameters) {
    one.run("CREATE PROCEDURE P(A INT, B OUT VARCHAR(20), C IN OUT DECIMAL(10,2)) AS BEGIN B := A; C := C + 1; END;");
    for (const char* text : {"CALL P(?, ?, ?)", "BEGIN P(?, ?, ?); END;", "P(?, ?, ?)"}) {
        const auto prepared = one.session().prepare(text);
        const auto& parameters = prepared->description().parameters;
        ASSERT_EQ(parameters.size(), 3U);
        EXPECT_EQ(prepared->description().kind, statement_kind::call);
        EXPECT_EQ(parameters[0].direction, parameter_direction::in);
        EXPECT_EQ(parameters[0].type.id, type_id::integer);
        EXPECT_EQ(parameters[1].direction, parameter_direction::out);
        EXPECT_EQ(parameters[1].type, (data_type{type_id::varchar, 20, 0}));
        EXPECT_EQ(parameters[2].direction, parameter_direction::in_out);
        EXPECT_EQ(parameters[2].type, (data_type{type_id::decimal, 10, 2}));
    }
    EXPECT_EQ(out("CALL P(?, ?, ?)", {7, field(), "1.25"}), (texts{"7", "2.25"}));
}

TEST_F(Block, RunsItsStatements) {
    one.run("CREATE TABLE T(ID INT, S VARCHAR(10))");
    EXPECT_EQ(printed("DECLARE n INT := 0; BEGIN"
                      "  FOR i IN 1..3 LOOP INSERT INTO T VALUES (i, 'v' || i); END LOOP;"
                      "  FOR i IN REVERSE 1..2 LOOP PRINT i; END LOOP;"
                      "  UPDATE T SET S = 'new' WHERE ID > 1; PRINT SQL%ROWCOUNT;"
                      "  SELECT COUNT(*) INTO n FROM T WHERE S = 'new';"
                      "  IF n = 1 THEN PRINT 'one'; ELSIF n = 2 THEN PRINT 'two'; ELSE PRINT 'many'; END IF;"
                      "  WHILE n > 0 LOOP n := n - 1; EXIT WHEN n = 0; CONTINUE; END LOOP;"
                      "  LOOP n := n + 1; IF n >= 4 THEN EXIT; END IF; END LOOP; PRINT n;"
                      "  DBMS_OUTPUT.PUT('a'); DBMS_OUTPUT.PUT_LINE('b'); NULL; END;"),
              "2\n1\n2\ntwo\n4\nab\n");
    EXPECT_EQ(one.run("SELECT ID, S FROM T ORDER BY ID").rows, (table{{"1", "v1"}, {"2", "new"}, {"3", "new"}}));
}

// DM's program manual: a BOOLEAN is 1 or 0 where a value is wanted.
TEST_F(Block, KnowsTrueAndFalse) {
    EXPECT_EQ(printed("BEGIN PRINT TRUE; PRINT FALSE; IF TRUE THEN PRINT 'if'; END IF; END;"), "1\n0\nif\n");
    EXPECT_EQ(
        printed("DECLARE b BOOLEAN := TRUE; BEGIN WHILE b LOOP PRINT 'once'; b := FALSE; END LOOP;"
                " IF NOT b AND TRUE THEN PRINT 'not'; END IF; IF b = FALSE OR b THEN PRINT 'equal'; END IF; END;"),
        "once\nnot\nequal\n");
    EXPECT_EQ(out("BEGIN ? := TRUE; END;", {field()}), (texts{"1"}));
    one.run("CREATE FUNCTION F(A BOOLEAN) RETURN INT AS BEGIN IF A THEN RETURN 7; END IF; RETURN 8; END;");
    EXPECT_EQ(printed("DECLARE n INT; BEGIN n := F(FALSE); PRINT n; n := F(TRUE); PRINT n; END;"), "8\n7\n");
    // Outside of blocks they are names like any other.
    EXPECT_EQ(one.run("SELECT TRUE FROM DUAL").code, -2111);
    one.run("CREATE TABLE T(\"TRUE\" INT)");
    one.run("INSERT INTO T VALUES (5)");
    EXPECT_EQ(printed("DECLARE n INT; BEGIN SELECT TRUE INTO n FROM T; PRINT n; END;"), "5\n");
}

TEST_F(Block, ColumnsHideVariables) {
    one.run("CREATE TABLE T(ID INT)");
    one.run("INSERT INTO T VALUES (1), (2)");
    EXPECT_EQ(printed("DECLARE ID INT := 2; N INT; BEGIN SELECT COUNT(*) INTO N FROM T WHERE ID = ID; PRINT N; END;"),
              "2\n");
    EXPECT_EQ(printed("DECLARE V T.ID%TYPE := 2; W V%TYPE; BEGIN SELECT ID INTO W FROM T WHERE ID = V; PRINT W; END;"),
              "2\n");
}

TEST_F(Block, UndoesAllOfItWhenItFails) {
    one.run("CREATE TABLE T(ID INT PRIMARY KEY)");
    one.autocommit = false;
    one.run("INSERT INTO T VALUES (1)");
    const answer failed = one.run("BEGIN INSERT INTO T VALUES (2); INSERT INTO T VALUES (1); END;");
    EXPECT_EQ(failed.code, -6602);
    // errors.md: in a block the call stack follows the text, one line a frame.
    EXPECT_TRUE(failed.text.ends_with("\n-6602: anonymous block line 1")) << failed.text;
    EXPECT_EQ(one.run("SELECT ID FROM T").rows, (table{{"1"}}));
    one.rollback();
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"0"}}));
}

TEST_F(Block, HandlesErrors) {
    one.run("CREATE TABLE T(ID INT PRIMARY KEY)");
    EXPECT_EQ(printed("DECLARE n INT; e EXCEPTION; BEGIN"
                      "  INSERT INTO T VALUES (1);"
                      "  BEGIN INSERT INTO T VALUES (1); EXCEPTION WHEN DUP_VAL_ON_INDEX THEN PRINT SQLCODE; END;"
                      "  BEGIN SELECT ID INTO n FROM T WHERE ID = 9;"
                      "  EXCEPTION WHEN NO_DATA_FOUND THEN PRINT 'none'; END;"
                      "  BEGIN n := 1 / 0; EXCEPTION WHEN OTHERS THEN PRINT SQLERRM; END;"
                      "  BEGIN RAISE e; EXCEPTION WHEN e OR TOO_MANY_ROWS THEN PRINT 'raised'; END; END;"),
              "-6602\nnone\n除 0 错误\nraised\n");
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"1"}}));
    EXPECT_EQ(one.run("DECLARE n INT; BEGIN SELECT ID INTO n FROM T WHERE ID = 9; END;").code, -7065);
    one.run("INSERT INTO T VALUES (2)");
    EXPECT_EQ(one.run("DECLARE n INT; BEGIN SELECT ID INTO n FROM T; END;").code, -7046);
    const answer raised = one.run("BEGIN RAISE_APPLICATION_ERROR(-20010, 'no more'); END;");
    EXPECT_EQ(raised.code, -20010);
    EXPECT_TRUE(raised.text.starts_with("no more")) << raised.text;
}

TEST_F(Block, DoesNotHandleWhatTheMockLacks) {
    EXPECT_EQ(one.run("BEGIN EXECUTE IMMEDIATE 'BACKUP DATABASE'; EXCEPTION WHEN OTHERS THEN NULL; END;").code,
              not_supported);
}

TEST_F(Block, RefusesUnknownNamesBeforeAnythingRuns) {
    one.run("CREATE TABLE T(ID INT)");
    EXPECT_EQ(one.run("BEGIN INSERT INTO T VALUES (1); x := 5; END;").code, -2111);
    EXPECT_EQ(one.run("BEGIN INSERT INTO T VALUES (1); NOWHERE(5); END;").code, -2207);
    EXPECT_EQ(one.run("BEGIN INSERT INTO T VALUES (1); DELETE FROM MISSING; END;").code, -2106);
    EXPECT_EQ(one.run("DECLARE v NOTYPE; BEGIN NULL; END;").code, -3719);
    EXPECT_EQ(one.run("BEGIN NULL END;").code, -2007);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"0"}}));
}

TEST_F(Block, GivesResults) {
    const answer got = one.run("BEGIN SELECT 1 A FROM DUAL; SELECT 2 B FROM DUAL; END;");
    EXPECT_FALSE(got.code) << got.text;
    EXPECT_EQ(got.result.kind, statement_kind::call);
    EXPECT_EQ(got.names, (texts{"B"}));
}

TEST_F(Block, OpensCursors) {
    one.run("CREATE TABLE T(ID INT)");
    one.run("INSERT INTO T VALUES (1), (2), (3)");
    one.run(
        "CREATE PROCEDURE P(LEAST INT, C OUT SYS_REFCURSOR) AS BEGIN"
        " OPEN C FOR SELECT ID FROM T WHERE ID >= LEAST ORDER BY ID; END;");
    const auto prepared = one.session().prepare("CALL P(?, ?)");
    EXPECT_EQ(prepared->description().parameters[1].type.id, type_id::cursor);
    const answer got = one.run("CALL P(?, ?)", {2, field()});
    ASSERT_EQ(got.result.cursors.size(), 1U);
    EXPECT_EQ(got.result.cursors[0].parameter, 1U);
    ASSERT_EQ(got.result.cursors[0].rows.size(), 2U);
    EXPECT_EQ(got.result.cursors[0].columns[0].name, "ID");
    EXPECT_EQ(printed("DECLARE c SYS_REFCURSOR; n INT; BEGIN P(2, c); LOOP FETCH c INTO n; EXIT WHEN c%NOTFOUND;"
                      " PRINT n; END LOOP; CLOSE c; END;"),
              "2\n3\n");
    EXPECT_EQ(one.run("DECLARE c SYS_REFCURSOR; n INT; BEGIN FETCH c INTO n; END;").code, -4535);
}

TEST_F(Block, CallsRoutines) {
    one.run(
        "CREATE FUNCTION F(N INT) RETURN INT AS BEGIN IF N <= 1 THEN RETURN 1; END IF;"
        " DECLARE R INT; BEGIN R := F(N - 1); RETURN N * R; END; END;");
    EXPECT_EQ(out("? = CALL F(?)", {field(), 5}), (texts{"120"}));
    EXPECT_EQ(out("BEGIN ? := F(3); END;", {field()}), (texts{"6"}));
    EXPECT_EQ(one.run("CREATE PROCEDURE F AS BEGIN NULL; END;").code, -2124);
    EXPECT_EQ(one.run("CREATE OR REPLACE FUNCTION F(N INT DEFAULT 2) RETURN INT IS BEGIN RETURN N; END;").code,
              std::nullopt);
    EXPECT_EQ(out("? = CALL F", {field()}), (texts{"2"}));
    EXPECT_EQ(one.run("CALL F(1, 2)").code, -5402);
    EXPECT_EQ(one.run("SELECT F(1) FROM DUAL").text, "dmkit: not supported: stored function in an expression");
    EXPECT_EQ(one.run("DROP FUNCTION F").code, std::nullopt);
    EXPECT_EQ(one.run("CALL F(1)").code, -2207);
}

TEST_F(Block, RunsRoutinesWithTheRightsOfTheirOwner) {
    one.run("CREATE TABLE T(ID INT)");
    one.run("CREATE PROCEDURE P AS BEGIN INSERT INTO T VALUES (1); END;");
    one.run("CREATE USER OTHER IDENTIFIED BY \"long_enough_1\"");
    client other(engine, "OTHER", "long_enough_1");
    EXPECT_EQ(other.run("CALL SYSDBA.P").code, -5505);
    EXPECT_EQ(one.run("GRANT EXECUTE ON P TO OTHER").code, std::nullopt);
    EXPECT_EQ(other.run("CALL SYSDBA.P").code, std::nullopt);
    EXPECT_EQ(other.run("INSERT INTO SYSDBA.T VALUES (2)").code, -5502);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"1"}}));
}

TEST_F(Block, ExecutesText) {
    EXPECT_EQ(printed("DECLARE v INT; BEGIN"
                      " EXECUTE IMMEDIATE 'CREATE TABLE D(ID INT)';"
                      " EXECUTE IMMEDIATE 'INSERT INTO D VALUES (?)' USING 7;"
                      " EXECUTE IMMEDIATE 'SELECT ID FROM D WHERE ID = :x' INTO v USING 7; PRINT v; END;"),
              "7\n");
}

TEST_F(Block, EndsTransactions) {
    one.run("CREATE TABLE T(ID INT)");
    one.autocommit = false;
    EXPECT_EQ(one.run("BEGIN INSERT INTO T VALUES (1); COMMIT; INSERT INTO T VALUES (2); ROLLBACK;"
                      " INSERT INTO T VALUES (3); END;")
                  .code,
              std::nullopt);
    one.rollback();
    EXPECT_EQ(one.run("SELECT ID FROM T").rows, (table{{"1"}}));
}

TEST_F(Block, WaitsForTheWritersPlaceBeforeItBegins) {
    one.run("CREATE TABLE T(ID INT)");
    client other(engine);
    other.autocommit = false;
    other.run("INSERT INTO T VALUES (1)");
    const auto waiting = one.start("BEGIN INSERT INTO T VALUES (2); END;");
    EXPECT_FALSE(waiting->answer.done);
    client reader(engine);
    EXPECT_EQ(reader.run("BEGIN PRINT 'reads'; END;").result.printed, "reads\n");
    other.commit();
    world.settle();
    EXPECT_TRUE(waiting->answer.done);
    EXPECT_FALSE(waiting->answer.code);
}

TEST_F(Block, CountsCallsThroughTextsToo) {
    one.run("CREATE PROCEDURE P AS BEGIN EXECUTE IMMEDIATE 'CALL P'; END;");
    EXPECT_EQ(one.run("CALL P").code, -7993);
    one.run("CREATE OR REPLACE PROCEDURE P AS BEGIN EXECUTE IMMEDIATE 'BEGIN P; END;'; END;");
    EXPECT_EQ(one.run("BEGIN P; END;").code, -7993);
    EXPECT_EQ(printed("BEGIN PRINT 'goes on'; END;"), "goes on\n");
}

TEST_F(Block, RollsBackToSavepointsThatItSet) {
    one.run("CREATE TABLE T(ID INT)");
    one.autocommit = false;
    const answer within = one.run(
        "BEGIN INSERT INTO T VALUES (1); SAVEPOINT A; INSERT INTO T VALUES (2); ROLLBACK TO A;"
        " INSERT INTO T VALUES (3); END;");
    EXPECT_FALSE(within.code) << within.text;
    EXPECT_EQ(one.run("SELECT ID FROM T ORDER BY ID").rows, (table{{"1"}, {"3"}}));
    one.rollback();
    one.run("BEGIN INSERT INTO T VALUES (1); SAVEPOINT A; END;");
    one.run("INSERT INTO T VALUES (2)");
    const answer behind = one.run("ROLLBACK TO A");
    EXPECT_FALSE(behind.code) << behind.text;
    EXPECT_EQ(one.run("SELECT ID FROM T").rows, (table{{"1"}}));
    EXPECT_FALSE(one.commit().code);
    EXPECT_EQ(one.run("SELECT ID FROM T").rows, (table{{"1"}}));
}

TEST_F(Block, IsUndoneWithTheSavepointsThatItSet) {
    one.run("CREATE TABLE T(ID INT)");
    one.autocommit = false;
    one.run("INSERT INTO T VALUES (0)");
    one.run("SAVEPOINT A");
    EXPECT_EQ(one.run("DECLARE E EXCEPTION; BEGIN INSERT INTO T VALUES (1); SAVEPOINT A; SAVEPOINT B;"
                      " INSERT INTO T VALUES (2); ROLLBACK TO B; RAISE E; END;")
                  .code,
              -10001);
    EXPECT_EQ(one.run("SELECT ID FROM T").rows, (table{{"0"}}));
    EXPECT_EQ(one.run("ROLLBACK TO B").code, -7998);
    one.run("INSERT INTO T VALUES (3)");
    EXPECT_FALSE(one.run("ROLLBACK TO A").code) << "the one from before the block";
    EXPECT_EQ(one.run("SELECT ID FROM T").rows, (table{{"0"}}));
}

TEST_F(Block, RollsBackToSavepointsFromBefore) {
    one.run("CREATE TABLE T(ID INT)");
    one.autocommit = false;
    one.run("INSERT INTO T VALUES (0)");
    one.run("SAVEPOINT A");
    one.run("INSERT INTO T VALUES (1)");
    EXPECT_EQ(one.run("DECLARE E EXCEPTION; BEGIN INSERT INTO T VALUES (2); ROLLBACK TO A; INSERT INTO T VALUES (3);"
                      " RAISE E; END;")
                  .code,
              -10001);
    EXPECT_EQ(one.run("SELECT ID FROM T").rows, (table{{"0"}}));
    EXPECT_FALSE(one.run("BEGIN INSERT INTO T VALUES (4); ROLLBACK TO A; INSERT INTO T VALUES (5); END;").code);
    EXPECT_EQ(one.run("SELECT ID FROM T ORDER BY ID").rows, (table{{"0"}, {"5"}}));
}

TEST_F(Block, SavepointsOfTheRowsOfABatchStay) {
    one.run("CREATE TABLE T(ID INT PRIMARY KEY)");
    one.autocommit = false;
    const char* text = "BEGIN INSERT INTO T VALUES (?); SAVEPOINT A; END;";
    EXPECT_FALSE(one.run_batch(text, {{1}, {2}, {3}}).code);
    one.run("INSERT INTO T VALUES (4)");
    EXPECT_FALSE(one.run("ROLLBACK TO A").code);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"3"}}));
    EXPECT_EQ(one.run_batch(text, {{5}, {6}, {1}}).code, -6602);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"3"}}));
}

TEST_F(Block, OpensCursorsForQueriesAlone) {
    one.run("CREATE TABLE T(ID INT)");
    one.run("INSERT INTO T VALUES (1)");
    for (const char* text : {"DROP TABLE T", "DELETE FROM T", "COMMIT", "BEGIN DELETE FROM T; END;",
                             "SELECT 1 FROM DUAL; DELETE FROM T", "SELECT 1 FROM DUAL; SELECT 2 FROM DUAL"})
        EXPECT_TRUE(one.run(std::string("DECLARE c SYS_REFCURSOR; BEGIN OPEN c FOR '") + text + "'; END;").code)
            << text;
    EXPECT_EQ(one.run("SELECT ID FROM T").rows, (table{{"1"}}));
}

TEST_F(Block, CursorsThatLockWaitForTheWritersPlace) {
    one.run("CREATE TABLE T(ID INT)");
    one.run("INSERT INTO T VALUES (1)");
    for (const char* text : {"DECLARE c SYS_REFCURSOR; BEGIN OPEN c FOR SELECT * FROM T FOR UPDATE; END;",
                             "DECLARE c SYS_REFCURSOR; BEGIN OPEN c FOR 'SELECT * FROM T FOR UPDATE'; END;"}) {
        client other(engine);
        other.autocommit = false;
        other.run("INSERT INTO T VALUES (2)");
        const auto waiting = one.start(text);
        EXPECT_FALSE(waiting->answer.done) << waiting->answer.text;
        other.rollback();
        world.settle();
        EXPECT_TRUE(waiting->answer.done);
        EXPECT_FALSE(waiting->answer.code) << waiting->answer.text;
    }
}

TEST_F(Block, OpenCursorsAreBoundedTogether) {
    one.run("CREATE TABLE T(C CLOB)");
    one.run("INSERT INTO T VALUES (?)", {std::string(10U << 20U, 'x')});
    const std::string four = "SELECT C FROM T, (SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 4)";
    EXPECT_EQ(one.run("DECLARE a SYS_REFCURSOR; b SYS_REFCURSOR; BEGIN OPEN a FOR " + four + "; OPEN b FOR " + four +
                      "; END;")
                  .text,
              "dmkit: not supported: open cursors of more than 64 MiB");
    const answer closed = one.run("DECLARE a SYS_REFCURSOR; b SYS_REFCURSOR; BEGIN OPEN a FOR " + four +
                                  "; CLOSE a; OPEN b FOR " + four + "; CLOSE b; OPEN b FOR " + four + "; END;");
    EXPECT_FALSE(closed.code) << closed.text;
}

TEST_F(Block, CursorsKeepTheirOwnCopiesOfLobs) {
    one.run("CREATE TABLE T(ID INT, C CLOB)");
    one.run("INSERT INTO T VALUES (1, 'x')");
    one.run("CREATE PROCEDURE P(R OUT SYS_REFCURSOR) AS BEGIN OPEN R FOR SELECT C FROM T; END;");
    const answer got = one.run("CALL P(?)", {field()});
    ASSERT_EQ(got.result.cursors.size(), 1U);
    EXPECT_EQ(got.result.cursors[0].columns[0].lob_table, 0) << "nobody says in which rows they rest";
    EXPECT_EQ(field_view(got.result.cursors[0].rows[0][0]).to_string(), "x");
}

TEST_F(Block, ExceptionsHaveTheirTexts) {
    // DM8's program manual, 6.5.
    EXPECT_EQ(printed("DECLARE e1 EXCEPTION FOR -20001, 'EMAIL为空'; BEGIN RAISE e1;"
                      " EXCEPTION WHEN e1 THEN PRINT SQLCODE ||' '|| SQLERRM; END;"),
              "-20001 EMAIL为空\n");
    const answer raised = one.run("DECLARE e1 EXCEPTION FOR -20001, 'EMAIL为空'; BEGIN RAISE e1; END;");
    EXPECT_EQ(raised.code, -20001);
    EXPECT_TRUE(raised.text.starts_with("EMAIL为空")) << raised.text;
}

TEST_F(Block, ExceptionsHaveCodesOfTheirRange) {
    for (const char* code : {"4294967296", "100", "-99999", "-19999", "-30001"})
        EXPECT_EQ(one.run(std::string("DECLARE e EXCEPTION FOR ") + code + "; BEGIN RAISE e; END;").code, -3503)
            << code;
    EXPECT_EQ(one.run("DECLARE e EXCEPTION FOR -20000; f EXCEPTION FOR -30000; BEGIN RAISE f; END;").code, -30000);
}

TEST_F(Block, CatchesItsOwnExceptionsAlone) {
    one.run("CREATE PROCEDURE P AS E EXCEPTION; BEGIN RAISE E; END;");
    EXPECT_EQ(one.run("DECLARE MINE EXCEPTION; BEGIN P; EXCEPTION WHEN MINE THEN PRINT 'caught'; END;").code, -10001);
    EXPECT_EQ(printed("DECLARE MINE EXCEPTION; BEGIN BEGIN RAISE MINE; EXCEPTION WHEN OTHERS THEN RAISE; END;"
                      " EXCEPTION WHEN MINE THEN PRINT 'again'; END;"),
              "again\n");
    EXPECT_EQ(printed("DECLARE E EXCEPTION; BEGIN DECLARE E EXCEPTION; BEGIN RAISE E; EXCEPTION WHEN E THEN"
                      " PRINT 'inner'; END; EXCEPTION WHEN E THEN PRINT 'outer'; END;"),
              "inner\n");
    // A number that the declaration names is one for all.
    one.run("CREATE OR REPLACE PROCEDURE P AS E EXCEPTION FOR -20005; BEGIN RAISE E; END;");
    EXPECT_EQ(printed("DECLARE MINE EXCEPTION FOR -20005; BEGIN P; EXCEPTION WHEN MINE THEN PRINT 'same'; END;"),
              "same\n");
}

TEST_F(Block, RaisesAnewInHandlersAlone) {
    EXPECT_TRUE(one.run("BEGIN RAISE; END;").code);
    EXPECT_TRUE(one.run("CREATE PROCEDURE P AS BEGIN RAISE; END;").code);
    const answer got = one.run(
        "BEGIN RAISE_APPLICATION_ERROR(-20010, 'a'); EXCEPTION WHEN OTHERS THEN"
        " BEGIN RAISE_APPLICATION_ERROR(-20011, 'b'); EXCEPTION WHEN OTHERS THEN NULL; END; RAISE; END;");
    EXPECT_EQ(got.code, -20010);
}

TEST_F(Block, CountsInIntegers) {
    EXPECT_EQ(printed("BEGIN FOR i IN 2147483646..2147483647 LOOP PRINT i; END LOOP; END;"),
              "2147483646\n2147483647\n");
    EXPECT_EQ(printed("BEGIN FOR i IN REVERSE -2147483648..-2147483647 LOOP PRINT i; END LOOP; END;"),
              "-2147483647\n-2147483648\n");
    const answer plain = one.run("DECLARE i INT; BEGIN i := 3000000000; END;");
    ASSERT_TRUE(plain.code);
    EXPECT_EQ(one.run("BEGIN FOR i IN 3000000000..3000000000 LOOP PRINT i; END LOOP; END;").code, plain.code);
    EXPECT_EQ(one.run("BEGIN FOR i IN 9223372036854775806..9223372036854775807 LOOP NULL; END LOOP; END;").code,
              plain.code);
}

TEST_F(Block, TakesIntoWhereItBelongs) {
    one.run("CREATE TABLE T(ID INT)");
    for (const char* text :
         {"INSERT INTO T SELECT 1 INTO x FROM DUAL", "UPDATE T SET ID = (SELECT 1 INTO x FROM DUAL)",
          "DELETE FROM T WHERE ID = (SELECT 1 INTO x FROM DUAL)",
          "SELECT 1 INTO x FROM DUAL UNION SELECT 2 INTO x FROM DUAL", "SELECT (SELECT 1 INTO x FROM DUAL) FROM DUAL"})
        EXPECT_EQ(one.run(std::string("DECLARE x INT; BEGIN ") + text + "; END;").code, -2007) << text;
    EXPECT_TRUE(one.run("DECLARE x INT; BEGIN EXECUTE IMMEDIATE 'INSERT INTO T VALUES (1)' INTO x;"
                        " EXCEPTION WHEN NO_DATA_FOUND THEN NULL; END;")
                    .code);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"0"}}));
    EXPECT_EQ(printed("DECLARE x INT; BEGIN WITH C AS (SELECT 7 N FROM DUAL) SELECT N INTO x FROM C; PRINT x; END;"),
              "7\n");
}

TEST_F(Block, TextsTakeAsManyValuesAsTheyHaveParameters) {
    one.run("CREATE TABLE T(ID INT)");
    EXPECT_EQ(one.run("BEGIN EXECUTE IMMEDIATE 'INSERT INTO T VALUES (?)' USING 1, 2, 3; END;").code, -5402);
    EXPECT_EQ(one.run("BEGIN EXECUTE IMMEDIATE 'INSERT INTO T VALUES (?)'; END;").code, -2206);
    EXPECT_EQ(one.run("DECLARE v INT := 5; BEGIN EXECUTE IMMEDIATE 'INSERT INTO T VALUES (?)' USING OUT v; END;").code,
              -5403);
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM T").rows, (table{{"0"}}));
    EXPECT_EQ(printed("DECLARE v INT; BEGIN EXECUTE IMMEDIATE 'BEGIN ? := 5; END;' USING OUT v; PRINT v; END;"), "5\n");
}

TEST_F(Block, CallsNeedTheArgumentsWithoutDefaults) {
    one.run("CREATE PROCEDURE P(A INT, B INT DEFAULT 2) AS BEGIN NULL; END;");
    // errors.csv: -2206 is a missing argument of a call, -5402 a wrong count.
    EXPECT_EQ(one.run("CALL P()").code, -2206);
    EXPECT_EQ(one.run("CALL P(B => 1)").code, -2206);
    EXPECT_EQ(one.run("CALL P(1, 2, 3)").code, -5402);
    EXPECT_FALSE(one.run("CALL P(1)").code);
}

TEST_F(Block, TextsOfRoutinesRunWithTheRightsOfTheirOwner) {
    one.run("CREATE TABLE T(ID INT)");
    one.run(
        "CREATE PROCEDURE P AS BEGIN EXECUTE IMMEDIATE 'INSERT INTO T VALUES (1)';"
        " EXECUTE IMMEDIATE 'BEGIN INSERT INTO T VALUES (2); END;'; END;");
    one.run(
        "CREATE PROCEDURE Q(N OUT INT) AS C SYS_REFCURSOR; BEGIN OPEN C FOR 'SELECT COUNT(*) FROM T';"
        " FETCH C INTO N; END;");
    one.run("CREATE USER OTHER IDENTIFIED BY \"long_enough_1\"");
    one.run("GRANT EXECUTE ON P TO OTHER");
    one.run("GRANT EXECUTE ON Q TO OTHER");
    one.run("GRANT RESOURCE TO OTHER");
    client other(engine, "OTHER", "long_enough_1");
    other.run("CREATE TABLE T(ID INT)");
    const answer got = other.run("CALL SYSDBA.P");
    EXPECT_FALSE(got.code) << got.text;
    EXPECT_EQ(other.run("SELECT COUNT(*) FROM T").rows, (table{{"0"}}));
    EXPECT_EQ(one.run("SELECT ID FROM T ORDER BY ID").rows, (table{{"1"}, {"2"}}));
    EXPECT_EQ(field_view(other.run("CALL SYSDBA.Q(?)", {field()}).result.out_values.at(0)).to_string(), "2");
    EXPECT_EQ(other.run("BEGIN EXECUTE IMMEDIATE 'INSERT INTO SYSDBA.T VALUES (3)'; END;").code, -5502);
}

TEST_F(Block, DropsWhatIsThereOfTheKindThatIsNamed) {
    one.run("CREATE FUNCTION F RETURN INT AS BEGIN RETURN 1; END;");
    EXPECT_EQ(one.run("DROP PROCEDURE F").code, -5483);
    EXPECT_FALSE(one.run("DROP PROCEDURE IF EXISTS F").code);
    EXPECT_EQ(out("? = CALL F", {field()}), (texts{"1"}));
}

// Each call takes of the thread's stack, and so do blocks within blocks.
TEST_F(Block, DeepCallsOfDeepBlocksAreRefusedInTime) {
    std::string body = "P;";
    for (int i = 0; i < 60; ++i)
        body = "BEGIN " + body + " END;";
    const answer made = one.run("CREATE PROCEDURE P AS BEGIN NULL; END;");
    const answer deep = one.run("CREATE OR REPLACE PROCEDURE P AS BEGIN " + body + " END;");
    EXPECT_FALSE(deep.code) << deep.text;
    EXPECT_EQ(one.run("CALL P").code, -7993);
}

TEST_F(Block, BindsEveryArgumentOfBuiltinProcedures) {
    EXPECT_EQ(one.run("BEGIN DBMS_OUTPUT.\"ENABLE\"(no_such_name); END;").code, -2111);
    EXPECT_EQ(one.run("BEGIN RAISE_APPLICATION_ERROR(-20001, 'x', no_such_name); END;").code, not_supported);
    EXPECT_FALSE(one.run("BEGIN DBMS_OUTPUT.\"ENABLE\"(20000); END;").code);
}

}  // namespace
}  // namespace dmkit::mock::testing
