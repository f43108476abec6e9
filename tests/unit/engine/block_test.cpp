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

}  // namespace
}  // namespace dmkit::mock::testing
