// Aggregates over values. The figures for NOWPRICE are those of the manual's sample table, results as it prints them
// (corpus man-query-5-*, man-query-15-30); the other cases follow from dialect/dm-sql.md 1.5 and 1.9.
#include <gtest/gtest.h>

#include "mockserver/bind/aggregates.hpp"

namespace dmkit::mock {
namespace {

/// PRODUCTION.PRODUCT.NOWPRICE of the manual's database.
const char* const now_prices[] = {"15.2", "14.3", "6.1", "21.7", "20", "37.7", "25.5", "11.4", "11.1", "42"};

field total(std::string_view name, std::span<const data_type> types, const std::vector<std::vector<field>>& rows) {
    std::vector<typed_argument> arguments;
    for (const data_type& type : types)
        arguments.push_back({type, {}});
    const auto resolved = resolve_aggregate(name.substr(0, name.find(' ')), arguments);
    const auto made = make_aggregate(name, types, resolved.result);
    for (const auto& row : rows) {
        std::vector<field_view> views(row.begin(), row.end());
        made->step(views);
    }
    return made->value();
}

std::vector<std::vector<field>> prices() {
    std::vector<std::vector<field>> rows;
    for (const char* price : now_prices)
        rows.push_back({field(decimal(price))});
    return rows;
}

const data_type number{type_id::decimal, 19, 4};
const data_type text{type_id::varchar, 20, 0};

TEST(aggregates_test, sums_and_averages_are_exact) {
    EXPECT_EQ(total("SUM", {{number}}, {{field(decimal("0.1"))}, {field(decimal("0.2"))}, {field()}}),
              field(decimal("0.3")));
    const data_type integer = type_of(type_id::bigint);
    EXPECT_EQ(total("SUM", {{integer}}, {{field(1)}, {field(2)}}), field(std::int64_t{3}));
    EXPECT_EQ(total("AVG", {{integer}}, {{field(1)}, {field(2)}}), field(decimal("1.5")));
    EXPECT_TRUE(total("SUM", {{integer}}, {}).is_null());
    EXPECT_TRUE(total("AVG", {{number}}, {{field()}}).is_null());
    EXPECT_EQ(total("SUM", {{integer}}, {{field(INT64_MAX)}, {field(1)}, {field(-1)}}), field(INT64_MAX));
}

TEST(aggregates_test, overflow_is_an_error) {
    try {
        (void)total("SUM", {{type_of(type_id::bigint)}}, {{field(INT64_MAX)}, {field(1)}});
        FAIL();
    } catch (const sql_error& error) {
        EXPECT_EQ(error.code(), -6102);
    }
}

TEST(aggregates_test, variances_of_the_manuals_prices) {
    const field variance = total("VARIANCE", {{number}}, prices());
    EXPECT_EQ(variance.get<decimal>().rounded(20), decimal("136.64888888888888888889"));
    EXPECT_EQ(total("STDDEV", {{number}}, prices()), field(decimal("11.689692")));
    EXPECT_EQ(total("STDDEV_SAMP", {{number}}, prices()), field(decimal("11.689692")));
    EXPECT_EQ(total("VARIANCE", {{number}}, {{field(decimal(7))}}), field(decimal(0)));
    EXPECT_TRUE(total("VAR_SAMP", {{number}}, {{field(decimal(7))}}).is_null());
}

TEST(aggregates_test, median) {
    EXPECT_EQ(total("MEDIAN", {{number}}, prices()), field(decimal("17.6")));
}

TEST(aggregates_test, lists) {
    const data_type types[] = {text, text, type_of(type_id::integer)};
    const std::vector<std::vector<field>> rows = {{field("b"), field(", "), field(2)},
                                                  {field("c"), field(", "), field()},
                                                  {field(), field(", "), field(0)},
                                                  {field("a"), field(", "), field(1)}};
    const auto list = [&](std::string_view name) {
        const auto made = make_aggregate(name, types, text);
        for (const auto& row : rows) {
            std::vector<field_view> views(row.begin(), row.end());
            made->step(views);
        }
        return made->value().to_string();
    };
    EXPECT_EQ(list("LISTAGG A"), "c, a, b");
    EXPECT_EQ(list("LISTAGG a"), "a, b, c");
    EXPECT_EQ(list("LISTAGG D"), "c, b, a");
    EXPECT_EQ(list("LISTAGG"), "b, c, a");
    EXPECT_EQ(total("WM_CONCAT", {{text}}, {{field("x")}, {field()}, {field("y")}}).to_string(), "x,y");
}

TEST(aggregates_test, a_frame_that_moves_gives_back_what_leaves_it) {
    for (const char* name : {"SUM", "AVG", "MEDIAN", "VARIANCE"}) {
        const auto made = make_aggregate(name, {{number}}, number);
        const field first{decimal(100)};
        const field second{decimal(3)};
        made->step(std::vector<field_view>{first});
        made->step(std::vector<field_view>{second});
        made->inverse(std::vector<field_view>{first});
        EXPECT_EQ(made->value(), std::string_view(name) == "VARIANCE" ? field(decimal(0)) : second) << name;
    }
}

TEST(aggregates_test, a_scalar_subquery_has_one_row) {
    const auto made = make_aggregate("$SINGLE", {{number}}, number);
    EXPECT_TRUE(made->value().is_null());
    const field value{decimal(5)};
    made->step(std::vector<field_view>{value});
    EXPECT_EQ(made->value(), value);
    EXPECT_THROW(made->step(std::vector<field_view>{value}), sql_error);
}

}  // namespace
}  // namespace dmkit::mock
