// Types of expressions and parameters. Sources: dialect/dm-sql.md 1.1, 1.3 to 1.8.
#include "bind_fixture.hpp"

namespace dmkit::mock::bind_test {
namespace {

class types_test : public bind_test {};

TEST_F(types_test, literals) {
    EXPECT_EQ(type_of_value("1").id, type_id::integer);
    EXPECT_EQ(type_of_value("2147483647").id, type_id::integer);
    EXPECT_EQ(type_of_value("-2147483648").id, type_id::integer);
    EXPECT_EQ(type_of_value("2147483648").id, type_id::bigint);
    EXPECT_EQ(type_of_value("9223372036854775808"), (data_type{type_id::decimal, 19, 0}));
    EXPECT_EQ(type_of_value("1.50"), (data_type{type_id::decimal, 3, 2}));
    EXPECT_EQ(type_of_value("1e3").id, type_id::double_);
    EXPECT_EQ(type_of_value("'abc'"), (data_type{type_id::varchar, 3, 0}));
    EXPECT_EQ(type_of_value("0x4142").id, type_id::varbinary);
    EXPECT_EQ(type_of_value("DATE '2020-01-31'").id, type_id::date);
    EXPECT_EQ(type_of_value("TIMESTAMP '2020-01-31 10:00:00'").id, type_id::datetime);
    EXPECT_EQ(type_of_value("TIMESTAMP '2020-01-31 10:00:00 +08:00'").id, type_id::datetime_tz);
    EXPECT_EQ(type_of_value("INTERVAL '1-2' YEAR TO MONTH").id, type_id::interval_ym);
    EXPECT_EQ(code_of("SELECT DATE '2020-02-31'"), -6118);
}

TEST_F(types_test, operators_and_aggregates) {
    EXPECT_EQ(type_of_value("qty / 5").id, type_id::integer);
    EXPECT_EQ(type_of_value("qty + price").id, type_id::decimal);
    EXPECT_EQ(type_of_value("price * weight").id, type_id::double_);
    EXPECT_EQ(type_of_value("title || 'x'").id, type_id::varchar);
    EXPECT_EQ(type_of_value("SUM(qty)").id, type_id::bigint);
    EXPECT_EQ(type_of_value("SUM(price)").id, type_id::decimal);
    EXPECT_EQ(type_of_value("SUM(weight)").id, type_id::double_);
    EXPECT_EQ(type_of_value("AVG(qty)").id, type_id::decimal);
    EXPECT_EQ(type_of_value("AVG(weight)").id, type_id::double_);
    EXPECT_EQ(type_of_value("COUNT(*)").id, type_id::bigint);
    EXPECT_EQ(type_of_value("MAX(price)"), (data_type{type_id::decimal, 10, 2}));
    EXPECT_EQ(type_of_value("MIN(title)"), (data_type{type_id::varchar, 20, 0}));
    EXPECT_EQ(type_of_value("ROW_NUMBER() OVER (ORDER BY id)").id, type_id::bigint);
}

TEST_F(types_test, results_of_branches_have_a_common_type) {
    EXPECT_EQ(type_of_value("CASE WHEN id = 1 THEN 1 ELSE 2.5 END").id, type_id::decimal);
    EXPECT_EQ(type_of_value("CASE id WHEN 1 THEN 'a' WHEN 2 THEN 'bcd' END").id, type_id::varchar);
    EXPECT_EQ(type_of_value("NVL(qty, weight)").id, type_id::double_);
    EXPECT_EQ(type_of_value("COALESCE(NULL, qty, 7)").id, type_id::integer);
    EXPECT_EQ(bind("SELECT 1 UNION ALL SELECT 2.5").columns[0].type.id, type_id::decimal);
    EXPECT_EQ(type_of_value("CAST(qty AS VARCHAR(10))"), (data_type{type_id::varchar, 10, 0}));
}

// Manual 8.4.5; corpus man-func-184-1 to 184-7.
TEST_F(types_test, the_first_argument_of_nvl_says_the_type) {
    EXPECT_EQ(type_of_value("NVL(1, 1.123)"), type_of(type_id::integer));
    EXPECT_EQ(type_of_value("NVL(published, '2020-01-01')").id, type_id::date);
    EXPECT_EQ(type_of_value("IFNULL(qty, '7')").id, type_id::integer);
    EXPECT_EQ(type_of_value("DECODE(qty, 1, 'a', 2, 3)").id, type_id::varchar);
    EXPECT_EQ(type_of_value("DECODE(qty, 1, 10, 2, price)").id, type_id::decimal);
    EXPECT_EQ(type_of_value("IF(qty = 1, 1, 2.5)").id, type_id::decimal);
    EXPECT_EQ(code_of("SELECT NVL(1, DATE '2020-01-01')"), -6101);
    EXPECT_EQ(code_of("SELECT NVL(1)"), -5402);
}

TEST_F(types_test, text_is_cut_in_the_server_s_character_set) {
    const char* const text = "SELECT CAST('中文abc' AS VARCHAR(5)) FROM DUAL";
    EXPECT_NE(bind(text).steps[0].sql.find("'中'"), std::string::npos);
    profile_.charset = charset::gb18030;
    EXPECT_NE(bind(text).steps[0].sql.find("'中文abc'"), std::string::npos);
    profile_.charset = charset::utf8;
    profile_.length_in_char = true;
    EXPECT_NE(bind(text).steps[0].sql.find("'中文abc'"), std::string::npos);
}

// What an expression is worth may exceed its type: DECIMAL(10,2) + DECIMAL(10,2) is DECIMAL(10,2).
TEST_F(types_test, expressions_are_checked_when_assigned_and_columns_are_not) {
    const auto converts = [&](const char* text) { return bind(text).steps[0].sql.find("\"(") != std::string::npos; };
    EXPECT_FALSE(converts("UPDATE book SET price = price, title = title"));
    EXPECT_FALSE(converts("UPDATE book SET title = 'short', price = 1.25"));
    EXPECT_TRUE(converts("UPDATE book SET title = (SELECT MAX(name) FROM author)"));
}

TEST_F(types_test, parameters_get_the_type_of_their_place) {
    const plan made = bind("SELECT * FROM book WHERE id = ? AND title = ? AND price > ? AND published BETWEEN ? AND ?");
    ASSERT_EQ(made.parameters.size(), 5U);
    EXPECT_EQ(made.parameters[0].type.id, type_id::integer);
    EXPECT_EQ(made.parameters[0].type_name, "INTEGER");
    EXPECT_EQ(made.parameters[1].type, (data_type{type_id::varchar, 20, 0}));
    EXPECT_EQ(made.parameters[2].type, (data_type{type_id::decimal, 10, 2}));
    EXPECT_EQ(made.parameters[3].type.id, type_id::date);
    EXPECT_EQ(made.parameters[4].type.id, type_id::date);
    EXPECT_FALSE(made.inexact);
    for (const auto& parameter : made.parameters)
        EXPECT_TRUE(parameter.exact);
    // A longer text than the column's is different, not an error.
    EXPECT_GT(made.steps[0].slots[1].type.precision, 20);
}

TEST_F(types_test, parameters_of_an_insert_are_assigned) {
    const plan made = bind("INSERT INTO author (id, name) VALUES (:id, :name)");
    ASSERT_EQ(made.parameters.size(), 2U);
    EXPECT_EQ(made.parameters[0].name, "ID");
    EXPECT_EQ(made.parameters[1].type, (data_type{type_id::varchar, 20, 0}));
    ASSERT_EQ(made.steps[0].slots.size(), 2U);
    EXPECT_EQ(made.steps[0].slots[1].mode, conversion_mode::assignment);
    EXPECT_EQ(made.steps[0].slots[1].column, "NAME");
}

TEST_F(types_test, a_parameter_that_nothing_types_is_text_until_its_argument_arrives) {
    const plan guessed = bind("SELECT ? FROM DUAL");
    EXPECT_EQ(guessed.parameters[0].type, (data_type{type_id::varchar, 8188, 0}));
    EXPECT_FALSE(guessed.parameters[0].exact);
    EXPECT_TRUE(guessed.inexact);
    const plan known = bind("SELECT ? FROM DUAL", {type_of(type_id::bigint)});
    EXPECT_EQ(known.columns[0].type.id, type_id::bigint);
    EXPECT_EQ(bind("SELECT * FROM book LIMIT ?").parameters[0].type.id, type_id::bigint);
    EXPECT_EQ(
        bind("SELECT * FROM (SELECT a.*, ROWNUM rn FROM book a WHERE ROWNUM <= ?) WHERE rn > ?").parameters.size(), 2U);
}

TEST_F(types_test, declared_types) {
    EXPECT_EQ(type_of_value("CAST('1' AS NUMBER(10,2))"), (data_type{type_id::decimal, 10, 2}));
    EXPECT_EQ(type_of_value("CAST('1' AS NUMBER)"), (data_type{type_id::decimal, 0, 0}));
    EXPECT_EQ(type_of_value("CAST(1 AS FLOAT(24))").id, type_id::real);
    EXPECT_EQ(type_of_value("CAST(1 AS FLOAT)").id, type_id::double_);
    EXPECT_EQ(type_of_value("CAST('a' AS TEXT)").id, type_id::clob);
    EXPECT_EQ(type_of_value("CAST(created AS TIMESTAMP(9))"), (data_type{type_id::datetime2, 9, 9}));
    EXPECT_EQ(code_of("SELECT CAST(1 AS NOTYPE)"), -3719);
    EXPECT_EQ(code_of("SELECT CAST(1 AS DECIMAL(39))"), -6121);
    EXPECT_EQ(code_of("SELECT CAST(1 AS DECIMAL(5,6))"), -6121);
}

}  // namespace
}  // namespace dmkit::mock::bind_test
