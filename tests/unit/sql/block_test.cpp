#include <gtest/gtest.h>

#include "mockserver/sql/parser.hpp"

namespace dmkit::mock::sql {
namespace {

std::vector<statement> parsed(std::string_view text) {
    return parse(text);
}

const block& block_in(const std::vector<statement>& statements) {
    return *std::get<block_statement>(statements.at(0).node).what;
}

int refused(std::string_view text) {
    try {
        static_cast<void>(parse(text));
        return 0;
    } catch (const sql_error& error) {
        return error.code();
    }
}

TEST(BlockParser, NumbersParametersThroughTheWholeBlock) {
    const auto statements = parsed("BEGIN ? := ?; INSERT INTO t VALUES (:a); END; SELECT ? FROM DUAL");
    ASSERT_EQ(statements.size(), 2U);
    ASSERT_EQ(statements[0].parameters.size(), 3U);
    EXPECT_EQ(statements[0].parameters[2].name, "A");
    EXPECT_EQ(statements[1].parameters.at(0).index, 3U);
}

TEST(BlockParser, KeepsDeclarationsStepsAndHandlers) {
    const auto statements = parsed(
        "DECLARE a INT := 1; b CONSTANT VARCHAR(5) DEFAULT 'x'; c t.d%TYPE; e EXCEPTION FOR -20001; r SYS_REFCURSOR;"
        " BEGIN a = 2; SELECT 1 INTO a FROM DUAL; IF a > 1 THEN NULL; ELSE p(a); END IF;"
        " EXCEPTION WHEN e OR NO_DATA_FOUND THEN NULL; WHEN OTHERS THEN RAISE; END b;");
    const block& made = block_in(statements);
    ASSERT_EQ(made.variables.size(), 4U);
    EXPECT_EQ(made.variables[0].name.name, "A");
    EXPECT_TRUE(made.variables[1].constant);
    EXPECT_EQ(made.variables[2].type.like->parts.size(), 2U);
    EXPECT_TRUE(made.variables[3].type.cursor);
    ASSERT_EQ(made.exceptions.size(), 1U);
    EXPECT_EQ(made.exceptions[0].code, -20001);
    ASSERT_EQ(made.steps.size(), 3U);
    EXPECT_TRUE(std::holds_alternative<assignment_step>(made.steps[0].node));
    EXPECT_EQ(std::get<statement_step>(made.steps[1].node).into.size(), 1U);
    EXPECT_EQ(std::get<if_step>(made.steps[2].node).otherwise.size(), 1U);
    ASSERT_EQ(made.handlers.size(), 2U);
    EXPECT_EQ(made.handlers[0].names.size(), 2U);
    EXPECT_TRUE(made.handlers[1].names.empty());
}

TEST(BlockParser, ReadsRoutines) {
    const std::string text =
        "CREATE OR REPLACE FUNCTION s.f(a INT, b IN OUT VARCHAR(3), c OUT DATE, d INT DEFAULT 4)"
        " RETURN INT AS v INT; BEGIN RETURN a; END f";
    const auto statements = parsed(text + ";");
    const auto& made = std::get<create_routine_statement>(statements.at(0).node);
    EXPECT_TRUE(made.or_replace);
    EXPECT_TRUE(made.function);
    EXPECT_EQ(made.text, text);
    ASSERT_EQ(made.what->parameters.size(), 4U);
    EXPECT_EQ(made.what->parameters[1].mode, parameter_mode::in_out);
    EXPECT_EQ(made.what->parameters[2].mode, parameter_mode::out);
    EXPECT_TRUE(made.what->parameters[3].default_value);
    EXPECT_EQ(made.what->body.variables.size(), 1U);
}

TEST(BlockParser, RefusesWhatIsNoBlock) {
    for (const char* text :
         {"BEGIN END;", "BEGIN NULL END;", "BEGIN NULL;", "DECLARE a INT BEGIN NULL; END;", "BEGIN a := ; END;",
          "BEGIN IF a THEN NULL; END; END;", "BEGIN LOOP NULL; END; END;", "BEGIN FOR i IN 1 LOOP NULL; END LOOP; END;",
          "BEGIN NULL; EXCEPTION END;", "BEGIN FETCH c; END;", "CREATE PROCEDURE p BEGIN NULL; END;",
          "CREATE FUNCTION f AS BEGIN NULL; END;", "CREATE PROCEDURE p AS BEGIN ? := 1; END;"})
        EXPECT_EQ(refused(text), syntax_error_code) << text;
}

TEST(BlockParser, BoundsNesting) {
    std::string text;
    for (int i = 0; i < 200; ++i)
        text += "BEGIN ";
    text += "NULL; ";
    for (int i = 0; i < 200; ++i)
        text += "END; ";
    EXPECT_EQ(refused(text), nesting_error_code);
}

}  // namespace
}  // namespace dmkit::mock::sql
