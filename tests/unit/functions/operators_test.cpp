#include "tests/unit/functions/function_test.hpp"

namespace dmkit::mock::functions_test {

namespace {

using enum interval_qualifier;

TEST(operators, compute_numbers_as_the_manual_prints) {
    check({
        {"probe-1", "/", {1, 5}, "0"},
        {"probe-2", "/", {123456, 10000}, "12"},
        {"probe-3", "/", {24, dec("60.0")}, "0.4"},
        {"probe-5", "&", {20, 10}, "0"},
        {"probe-6", "|", {20, 10}, "30"},
        {"probe-7", "^", {20, 10}, "30"},
        {"probe-8", "~", {10}, "-11"},
        {"probe-9", "<<", {1, 3}, "8"},
        {"man-intro-4-14", ">>", {8, 3}, "1"},
        {"probe-22", "%", {11, 4}, "3"},
        {"man-intro-4-1", "-", {-5}, "5"},
        {"man-intro-4-3", "+", {literal({type_id::decimal, 19, 4}, decimal("6.1")), 1}, "7.1"},
        {"man-intro-4-4", "*", {literal({type_id::decimal, 19, 4}, decimal("6.1")), 10}, "61"},
        {"man-intro-4-4", "/", {literal({type_id::decimal, 19, 4}, decimal("6.1")), 10}, "0.61"},
        {"man-intro-4-5", "%", {literal({type_id::decimal, 19, 4}, decimal("6.1")), 4}, "2.1"},
        {"man-intro-4-9", "-", {5, 3.3}, "1.700000000000000E+000"},
        {"man-intro-4-9", "/", {5, 3.3}, "1.515151515151515E+000"},
        {"man-func-35-1", "+", {"01110", 1}, "1111"},
        {"probe-4", "||", {"a", nullptr}, "a"},
        {"man-intro-5-1", "||", {"武汉", "青山区"}, "武汉青山区"},
    });
}

TEST(operators, have_the_result_types_of_the_manual) {
    call_context context = default_context();
    const auto type = [&](const char* name, const literal& a, const literal& b) {
        return compute(context, name, {a, b}).type;
    };
    const auto typed = [](type_id id, std::int64_t value) { return literal(type_of(id), value); };
    EXPECT_EQ(type("+", typed(type_id::tinyint, 1), typed(type_id::tinyint, 1)), type_of(type_id::tinyint));
    EXPECT_EQ(type("+", typed(type_id::tinyint, 1), 1), type_of(type_id::integer));
    EXPECT_EQ(type("*", 1, typed(type_id::bigint, 1)), type_of(type_id::bigint));
    const literal price({type_id::decimal, 19, 4}, decimal(6));
    EXPECT_EQ(type("+", price, 1), (data_type{type_id::decimal, 19, 4}));
    EXPECT_EQ(type("*", price, price), (data_type{type_id::decimal, 38, 8}));
    EXPECT_EQ(type("/", price, 10), type_of(type_id::decimal));
    EXPECT_EQ(type("+", price, 1.0), type_of(type_id::double_));
    EXPECT_EQ(type("||", "ab", "cde"), (data_type{type_id::varchar, 5, 0}));
    EXPECT_EQ(type("<<", 1, typed(type_id::bigint, 1)), type_of(type_id::bigint));
}

TEST(operators, refuse_overflow_and_division_by_zero) {
    EXPECT_EQ(refusal("+", {2147483647, 1}), -6102);
    EXPECT_EQ(refusal("*", {100000, 100000}), -6102);
    EXPECT_EQ(refusal("+", {literal(INT64_MAX), 1}), -6102);
    EXPECT_EQ(refusal("-", {literal(INT64_MIN)}), -6102);
    EXPECT_EQ(refusal("/", {literal(INT64_MIN), -1}), -6102);
    EXPECT_EQ(refusal("/", {1, 0}), -6103);
    EXPECT_EQ(refusal("%", {1, 0}), -6103);
    EXPECT_EQ(refusal("/", {dec("1.5"), 0}), -6103);
    EXPECT_EQ(refusal("/", {1.5, 0}), -6103);
    EXPECT_EQ(refusal("+", {"abc", 1}), -6111);
    EXPECT_EQ(refusal("+", {on_day("2024-01-01"), on_day("2024-01-01")}), -6105);
    EXPECT_EQ(refusal("*", {on_day("2024-01-01"), 2}), -6105);
}

TEST(operators, compute_dates_as_the_manual_prints) {
    check({
        {"probe-13", "+", {moment("2003-09-29 08:59:59.123"), dec("2.358")}, "2003-10-01 17:35:30.323000"},
        {"probe-14", "-", {on_day("2024-03-01"), 1}, "2024-02-29"},
        {"probe-15", "-", {on_day("2024-03-01"), on_day("2024-02-01")}, "29"},
        {"man-intro-6-1", "+", {on_day("2005-04-01"), months("1", year)}, "2006-04-01"},
        {"man-intro-6-1", "-", {on_day("2005-04-01"), months("1", year)}, "2004-04-01"},
        {"man-intro-6-5",
         "+",
         {literal({type_id::time, 5, 0}, read_time("19:00:00").value()), seconds("9", hour)},
         "04:00:00"},
        {"man-intro-6-5",
         "-",
         {literal({type_id::time, 5, 0}, read_time("19:00:00").value()), seconds("9", hour)},
         "10:00:00"},
        {"man-intro-6-9", "+", {moment("2007-07-15 19:00:00"), seconds("9", hour)}, "2007-07-16 04:00:00.000000"},
        {"man-intro-6-9", "-", {moment("2007-07-15 19:00:00"), seconds("9", hour)}, "2007-07-15 10:00:00.000000"},
        {"man-intro-6-11", "+", {on_day("2011-09-29"), 2}, "2011-10-01"},
        {"man-intro-6-12", "-", {on_day("2011-09-29"), 100}, "2011-06-21"},
        {"man-intro-6-14",
         "$AT_TIME_ZONE",
         {moment("2023-06-01 18:05:23.234 +08:00"), "-3:00"},
         "2023-06-01 07:05:23.234000 -03:00"},
        {"man-intro-6-15",
         "$AT_TIME_ZONE",
         {moment("2024-06-20 05:32:29 +08:00"), "America/Los_Angeles"},
         "2024-06-19 14:32:29.000000 -07:00"},
        {"man-intro-7-1",
         "$INTERVAL_BETWEEN",
         {on_day("2005-04-01"), on_day("1990-01-01"), word(year_to_month)},
         "INTERVAL '15-3' YEAR(9) TO MONTH"},
        {"man-intro-7-2",
         "$INTERVAL_BETWEEN",
         {clock_time("19:00:00"), clock_time("10:00:00"), word(hour)},
         "INTERVAL '9' HOUR(9)"},
        {"man-intro-7-3",
         "$INTERVAL_BETWEEN",
         {moment("2007-07-15 19:00:00"), moment("2007-01-15 19:00:00"), word(hour)},
         "INTERVAL '4344' HOUR(9)"},
        {"man-intro-7-4",
         "+",
         {months("2007-07", year_to_month, 4), months("7", month)},
         "INTERVAL '2008-2' YEAR(9) TO MONTH"},
        {"man-intro-7-4",
         "-",
         {months("2007-07", year_to_month, 4), months("7", month)},
         "INTERVAL '2007-0' YEAR(9) TO MONTH"},
        {"man-intro-7-5",
         "+",
         {seconds("7 15", day_to_hour), seconds("10:10", minute_to_second)},
         "INTERVAL '7 15:10:10.000000' DAY(9) TO SECOND(6)"},
        {"man-intro-7-5",
         "-",
         {seconds("7 15", day_to_hour), seconds("10:10", minute_to_second)},
         "INTERVAL '7 14:49:50.000000' DAY(9) TO SECOND(6)"},
        {"man-intro-7-6",
         "*",
         {seconds("10:10", minute_to_second), 3},
         "INTERVAL '30:30.000000' MINUTE(9) TO SECOND(6)"},
        {"man-intro-7-6",
         "/",
         {seconds("10:10", minute_to_second), 3},
         "INTERVAL '3:23.333333' MINUTE(9) TO SECOND(6)"},
    });
}

TEST(operators, refuse_dates_out_of_range) {
    EXPECT_EQ(refusal("+", {on_day("9999-12-31"), 1}), -6112);
    EXPECT_EQ(refusal("+", {moment("9999-12-31 23:59:59"), seconds("1", second)}), -6112);
    EXPECT_EQ(refusal("+", {on_day("2024-01-01"), seconds("1", hour)}), -6105);
    EXPECT_EQ(refusal("+", {clock_time("10:00:00"), months("1", month)}), -6105);
}

}  // namespace

}  // namespace dmkit::mock::functions_test
