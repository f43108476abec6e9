#include "tests/unit/functions/function_test.hpp"

namespace dmkit::mock::functions_test {

namespace {

TEST(conditional_functions, give_what_the_manual_prints) {
    check({
        {"man-func-180-1", "COALESCE", {1, nullptr}, "1"},
        {"man-func-180-2",
         "COALESCE",
         {nullptr, literal({type_id::time, 5, 0}, read_time("12:00:00").value()),
          literal({type_id::time, 5, 0}, read_time("11:00:00").value())},
         "12:00:00"},
        {"man-func-180-3", "COALESCE", {nullptr, nullptr, nullptr, nullptr}, "NULL"},
        {"man-func-181-1", "IFNULL", {1, 3}, "1"},
        {"man-func-181-2", "IFNULL", {nullptr, 3}, "3"},
        {"man-func-181-3", "IFNULL", {" ", 2}, " "},
        {"man-func-182-1", "ISNULL", {1, 3}, "1"},
        {"man-func-106-1", "ISNULL", {nullptr}, "1"},
        {"man-func-183-1", "NULLIF", {1, 2}, "1"},
        {"man-func-183-2", "NULLIF", {1, 1}, "NULL"},
        {"man-func-184-1", "NVL", {1, dec("1.123")}, "1"},
        {"man-func-184-4", "NVL", {1, 2.111}, "1.000000000000000E+000"},
        {"man-func-185-1", "NULL_EQU", {1, 1}, "1"},
        {"man-func-185-2", "NULL_EQU", {1, 3}, "0"},
        {"man-func-185-3", "NULL_EQU", {1, nullptr}, "1"},
        {"man-func-195-1", "DECODE", {1, 1, "A", 2, "B"}, "A"},
        {"man-func-195-2", "DECODE", {3, 1, "A", 2, "B"}, "NULL"},
        {"man-func-195-3", "DECODE", {3, 1, "A", 2, "B", "C"}, "C"},
        {"man-func-196-1", "ISDATE", {"2012-10-9"}, "1"},
        {"man-func-196-2", "ISDATE", {"2012-10-9 13:23:37"}, "1"},
        {"man-func-196-3", "ISDATE", {100}, "0"},
        {"man-func-197-1", "ISNUMERIC", {1.323E+100}, "1"},
        {"man-func-197-2", "ISNUMERIC", {"2a"}, "0"},
        {"man-func-199-1", "LNNVL", {0}, "1"},
        {"man-func-201-1", "FIELD", {50, 10, 50, 100}, "2"},
        {"man-func-203-1", "IF", {1, 2, 3}, "2"},
        {"man-func-203-2", "IF", {1, "apple", "banana"}, "apple"},
        {"man-func-203-3", "IF", {0, "apple", "banana"}, "banana"},
        {"probe-20", "NVL", {nullptr, 5}, "5"},
        {"probe-20", "NVL2", {nullptr, 1, 2}, "2"},
        {"probe-20", "DECODE", {2, 1, "a", 2, "b"}, "b"},
        {"probe-26", "GREATEST", {1, 3, 2}, "3"},
        {"probe-26", "LEAST", {1, 3, 2}, "1"},
    });
}

TEST(conditional_functions, treat_null_as_dm8_does) {
    EXPECT_EQ(run("DECODE", {nullptr, nullptr, "both null", "else"}), "both null");
    EXPECT_EQ(run("DECODE", {nullptr, 1, "one", "else"}), "else");
    EXPECT_EQ(run("LNNVL", {nullptr}), "1");
    EXPECT_EQ(run("LNNVL", {1}), "0");
    EXPECT_EQ(run("IF", {nullptr, 1, 2}), "2");
    EXPECT_EQ(run("GREATEST", {1, nullptr}), "NULL");
    EXPECT_EQ(run("FIELD", {nullptr, 1}), "0");
    EXPECT_EQ(run("NULLIF", {"a", "a "}), "NULL");
}

TEST(conditional_functions, take_types_by_dm8_s_rules) {
    call_context context = default_context();
    EXPECT_EQ(compute(context, "NVL", {1, dec("1.123")}).type, type_of(type_id::integer));
    EXPECT_EQ(compute(context, "NVL", {nullptr, dec("1.5")}).type, (data_type{type_id::decimal, 2, 1}));
    EXPECT_EQ(compute(context, "COALESCE", {1, dec("1.123")}).type, (data_type{type_id::decimal, 13, 3}));
    EXPECT_EQ(compute(context, "DECODE", {1, 1, 10, 2, 20}).type, type_of(type_id::integer));
    EXPECT_EQ(refusal("NVL", {1.111, "avcc"}), -6101);  // man-func-184-7
    EXPECT_EQ(run("NVL", {1, "2"}), "1");
    EXPECT_EQ(run("NVL", {literal(type_of(type_id::integer), nullptr), "2"}), "2");
    const typed_argument arguments[] = {{type_of(type_id::integer)}, {type_of(type_id::unknown)}};
    EXPECT_EQ(resolve("NVL", arguments).converted_argument_types[1], type_of(type_id::integer));
    EXPECT_EQ(refusal("NVL", {1, on_day("2024-01-01")}), -6101);
    EXPECT_EQ(refusal("COALESCE", {1, on_day("2024-01-01")}), -6101);
    EXPECT_EQ(compute(context, "DECODE", {1, 1, 10, 2, dec("1.5")}).type, (data_type{type_id::decimal, 11, 1}));
    EXPECT_EQ(compute(context, "DECODE", {1, 1, 10, 2, "1.5"}).type.id, type_id::integer);
    EXPECT_EQ(compute(context, "DECODE", {1, 1, "10", 2, 1}).type.id, type_id::varchar);
}

TEST(conditional_functions, take_no_more_arguments_than_sqlite) {
    const auto of = [](std::size_t count) { return std::vector<literal>(count, literal(1)); };
    EXPECT_EQ(run("GREATEST", of(127)), "1");
    EXPECT_EQ(refusal("GREATEST", of(128)), not_supported);
    EXPECT_EQ(refusal("GREATEST", of(300)), not_supported);
    EXPECT_EQ(run("DECODE", of(300)), "1");
}

}  // namespace

}  // namespace dmkit::mock::functions_test
