#include "tests/unit/functions/function_test.hpp"

namespace dmkit::mock::functions_test {

namespace {

TEST(numeric_functions, give_what_the_manual_prints) {
    check({
        {"man-func-2-1", "ACOS", {0}, "1.570796326794897E+000"},
        {"man-func-3-1", "ASIN", {0}, "0.000000000000000E+000"},
        {"man-func-4-1", "ATAN", {1}, "7.853981633974483E-001"},
        {"man-func-5-1", "ATAN2", {dec("0.2"), dec("0.3")}, "5.880026035475676E-001"},
        {"man-func-6-1", "CEIL", {dec("15.6")}, "16"},
        {"man-func-6-2", "CEIL", {dec("-16.23")}, "-16"},
        {"man-func-8-1", "COS", {dec("14.78")}, "-5.994654261946543E-001"},
        {"man-func-9-1", "COSH", {0}, "1.000000000000000E+000"},
        {"man-func-10-1", "COT", {dec("0.3490658444444444")}, "2.747477470356783E+000"},
        {"man-func-11-1", "DEGREES", {dec("1.0")}, "5.729577951308238E+001"},
        {"man-func-12-1", "EXP", {4}, "5.459815003314424E+001"},
        {"man-func-13-1", "FLOOR", {dec("15.6")}, "15"},
        {"man-func-13-2", "FLOOR", {dec("-16.23")}, "-17"},
        {"man-func-14-1", "GREATEST", {dec("1.2"), dec("3.4"), dec("2.1")}, "3.4"},
        {"man-func-15-1", "GREAT", {2, 4}, "4"},
        {"man-func-16-1", "LEAST", {dec("1.2"), dec("3.4"), dec("2.1")}, "1.2"},
        {"man-func-17-1", "LN", {95}, "4.553876891600541E+000"},
        {"man-func-18-1", "LOG", {10, 100}, "2.000000000000000E+000"},
        {"man-func-18-2", "LOG", {95}, "4.553876891600541E+000"},
        {"man-func-19-1", "LOG10", {100}, "2.000000000000000E+000"},
        {"man-func-20-1", "MOD", {dec("15"), 10}, "5"},
        {"man-func-21-1", "PI", {}, "3.141592653589793E+000"},
        {"man-func-22-1", "POWER", {3, 2}, "9.000000000000000E+000"},
        {"man-func-22-2", "POWER", {-3, 3}, "-2.700000000000000E+001"},
        {"man-func-23-1", "RADIANS", {dec("180.0")}, "3.141592653589790E+000"},
        {"man-func-25-1", "ROUND", {dec("25.5")}, "26"},
        {"man-func-25-2", "ROUND", {dec("15.163"), -1}, "20"},
        {"man-func-25-3", "ROUND", {dec("15.163")}, "15"},
        {"man-func-25-4", "ROUND", {dec("15.163"), 1, 5}, "15.1"},
        {"man-func-25-5", "ROUND", {dec("15.163"), -1, -1}, "10"},
        {"man-func-25-6", "ROUND", {dec("15.163"), -1, 0}, "20"},
        {"man-func-26-1", "SIGN", {dec("-5")}, "-1"},
        {"man-func-26-1", "SIGN", {dec("0")}, "0"},
        {"man-func-27-1", "SIN", {0}, "0.000000000000000E+000"},
        {"man-func-28-1", "SINH", {1}, "1.175201193643801E+000"},
        {"man-func-29-1", "SQRT", {dec("15")}, "3.872983346207417E+000"},
        {"man-func-29-1", "SQRT", {dec("42")}, "6.480740698407860E+000"},
        {"man-func-31-1", "TANH", {0}, "0.000000000000000E+000"},
        {"man-func-33-1", "TRUNC", {3.872983346207417, 1}, "3.8"},
        {"man-func-33-1", "TRUNC", {5.099019513592785, 1}, "5"},
        {"man-func-33-2", "TRUNC", {dec("15.167"), -1}, "10"},
        {"man-func-33-3", "TRUNC", {"-14.1111", -1}, "-1.000000000000000E+001"},
        {"man-func-36-1", "BITAND", {-4, -5}, "-8"},
        {"man-func-37-1", "NANVL", {1e-1, 2e-1}, "1.000000000000000E-001"},
        {"man-func-38-1", "REMAINDER", {11, 4}, "-1.000000000000000E+000"},
        {"man-func-39-1", "TO_BINARY_FLOAT", {12}, "1.2000000E+001"},
        {"man-func-40-1", "TO_BINARY_DOUBLE", {12}, "1.200000000000000E+001"},
        {"man-func-41-1", "BIN_TO_NUM", {1, 1, 0, 1}, "13"},
        {"man-func-204-1", "WIDTH_BUCKET", {nullptr, 1, 5, 4}, "NULL"},
        {"man-func-204-2", "WIDTH_BUCKET", {0, 1, 5, 4}, "0"},
        {"man-func-204-3", "WIDTH_BUCKET", {1, 1, 5, 4}, "1"},
        {"man-func-204-4", "WIDTH_BUCKET", {5, 1, 5, 4}, "5"},
        {"man-func-204-5", "WIDTH_BUCKET", {6, 5, 1, 4}, "0"},
        {"man-func-204-6", "WIDTH_BUCKET", {5, 5, 1, 4}, "1"},
        {"man-func-204-7", "WIDTH_BUCKET", {1, 5, 1, 4}, "5"},
        {"man-func-204-8",
         "WIDTH_BUCKET",
         {on_day("2022-12-12 09:10:21"), on_day("2025-2-5"), on_day("2021-5-6"), 24},
         "14"},
    });
}

TEST(numeric_functions, keep_their_argument_s_type) {
    call_context context = default_context();
    EXPECT_EQ(compute(context, "ABS", {-3}).type, type_of(type_id::integer));
    EXPECT_EQ(compute(context, "FLOOR", {dec("15.6")}).type, (data_type{type_id::decimal, 3, 1}));
    EXPECT_EQ(compute(context, "ROUND", {7, 1}).type, type_of(type_id::integer));
    EXPECT_EQ(compute(context, "SQRT", {4}).type, type_of(type_id::double_));
}

TEST(numeric_functions, refuse_values_outside_their_domain) {
    EXPECT_EQ(refusal("SQRT", {-1}), -3503);
    EXPECT_EQ(refusal("LN", {0}), -3503);
    EXPECT_EQ(refusal("ACOS", {2}), -3503);
    EXPECT_EQ(refusal("REMAINDER", {11, 0}), -6103);
    EXPECT_EQ(refusal("EXP", {100000}), -6102);
    EXPECT_EQ(refusal("POWER", {10, 1000}), -6102);
    EXPECT_EQ(refusal("BIN_TO_NUM", {1, 2}), -3503);
    EXPECT_EQ(refusal("ABS", {"abc"}), -6111);
}

TEST(numeric_functions, refuse_results_outside_their_type) {
    EXPECT_EQ(refusal("ABS", {literal(type_of(type_id::tinyint), std::int64_t{-128})}), -6102);
    EXPECT_EQ(refusal("ABS", {INT32_MIN}), -6102);
    EXPECT_EQ(run("ABS", {std::int64_t{INT32_MIN} - 1}), "2147483649");
    EXPECT_EQ(refusal("ROUND", {INT32_MAX, -1}), -6102);
    EXPECT_EQ(refusal("ROUND", {literal(type_of(type_id::tinyint), std::int64_t{127}), -1}), -6102);
    EXPECT_EQ(run("TRUNC", {INT32_MAX, -1}), "2147483640");
    EXPECT_EQ(refusal("TO_BINARY_FLOAT", {1e300}), -6102);
    EXPECT_EQ(run("WIDTH_BUCKET", {10, 1, 5, std::int64_t{INT64_MAX}}), "9223372036854775808");
}

TEST(numeric_functions, modulo_of_zero_gives_the_first_argument) {
    EXPECT_EQ(run("MOD", {7, 0}), "7");
    EXPECT_EQ(run("MOD", {-7, 3}), "-1");
    EXPECT_EQ(run("MOD", {dec("7.5"), dec("2")}), "1.5");
}

TEST(numeric_functions, take_random_numbers_from_the_server) {
    call_context context = default_context();
    std::int64_t seed = 0;
    context.random = [] { return 0.25; };
    context.seed_random = [&](std::int64_t value) { seed = value; };
    EXPECT_EQ(run(context, "RAND", {314}), "2.500000000000000E-001");
    EXPECT_EQ(seed, 314);
}

}  // namespace

}  // namespace dmkit::mock::functions_test
