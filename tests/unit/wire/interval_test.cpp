#include <dmkit/interval.hpp>

#include <gtest/gtest.h>

namespace dmkit {
namespace {

using enum interval_qualifier;

TEST(interval, prints_as_dm_does) {
    EXPECT_EQ((interval_ym{1, 2, year_to_month, 9}.to_string()), "INTERVAL '1-2' YEAR(9) TO MONTH");
    EXPECT_EQ((interval_ym{-1, -2, year_to_month, 2}.to_string()), "INTERVAL -'1-2' YEAR(2) TO MONTH");
    EXPECT_EQ((interval_ym{99, 0, year, 2}.to_string()), "INTERVAL '99' YEAR(2)");
    EXPECT_EQ((interval_ym{0, 11, month, 2}.to_string()), "INTERVAL '11' MONTH(2)");
    // Printed so in the examples of DM8's SQL manual.
    EXPECT_EQ((interval_ds{2, 12, 0, 0, 0, day_to_second, 9, 6}.to_string()),
              "INTERVAL '2 12:0:0.000000' DAY(9) TO SECOND(6)");
    EXPECT_EQ((interval_ds{0, 4344, 0, 0, 0, hour, 9, 6}.to_string()), "INTERVAL '4344' HOUR(9)");
    EXPECT_EQ((interval_ds{-1, -2, -3, -4, -123456, day_to_second, 2, 6}.to_string()),
              "INTERVAL -'1 2:3:4.123456' DAY(2) TO SECOND(6)");
    EXPECT_EQ((interval_ds{1, 0, 0, 0, 0, day, 2, 6}.to_string()), "INTERVAL '1' DAY(2)");
    EXPECT_EQ((interval_ds{1, 2, 0, 0, 0, day_to_hour, 2, 6}.to_string()), "INTERVAL '1 2' DAY(2) TO HOUR");
    EXPECT_EQ((interval_ds{1, 2, 3, 0, 0, day_to_minute, 2, 6}.to_string()), "INTERVAL '1 2:3' DAY(2) TO MINUTE");
    EXPECT_EQ((interval_ds{0, 5, 6, 0, 0, hour_to_minute, 2, 6}.to_string()), "INTERVAL '5:6' HOUR(2) TO MINUTE");
    EXPECT_EQ((interval_ds{0, 5, 6, 7, 500000, hour_to_second, 2, 1}.to_string()),
              "INTERVAL '5:6:7.5' HOUR(2) TO SECOND(1)");
    EXPECT_EQ((interval_ds{0, 0, 90, 0, 0, minute, 2, 6}.to_string()), "INTERVAL '90' MINUTE(2)");
    EXPECT_EQ((interval_ds{0, 0, 6, 7, 250000, minute_to_second, 2, 2}.to_string()),
              "INTERVAL '6:7.25' MINUTE(2) TO SECOND(2)");
    EXPECT_EQ((interval_ds{0, 0, 0, 12, 345678, second, 2, 6}.to_string()), "INTERVAL '12.345678' SECOND(2,6)");
    EXPECT_EQ((interval_ds{0, 0, 0, 12, 345678, second, 2, 0}.to_string()), "INTERVAL '12' SECOND(2,0)");
}

TEST(interval, has_the_scale_word_of_the_wire) {
    EXPECT_EQ((interval_ym{1, 2, year_to_month, 2}.scale_word()), 0x0120);
    EXPECT_EQ((interval_ds{0, 0, 0, 0, 0, day_to_second, 2, 3}.scale_word()), 0x0623);
    EXPECT_EQ((interval_ds{0, 0, 0, 0, 0, minute, 2, 6}.scale_word()), 0x0a26);
}

TEST(interval, counts_months) {
    EXPECT_EQ((interval_ym{1, 2, year_to_month, 2}.total_months()), 14);
    EXPECT_EQ((interval_ym{-999'999'999, -11, year_to_month, 9}.total_months()), -11'999'999'999);
}

}  // namespace
}  // namespace dmkit
