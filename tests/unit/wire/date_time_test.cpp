#include <dmkit/date_time.hpp>

#include <gtest/gtest.h>

namespace dmkit {
namespace {

TEST(date, knows_the_calendar) {
    EXPECT_TRUE((date{2024, 2, 29}.valid()));
    EXPECT_FALSE((date{2023, 2, 29}.valid()));
    EXPECT_FALSE((date{1900, 2, 29}.valid()));
    EXPECT_TRUE((date{2000, 2, 29}.valid()));
    EXPECT_FALSE((date{2024, 13, 1}.valid()));
    EXPECT_FALSE((date{2024, 0, 1}.valid()));
    EXPECT_FALSE((date{2024, 1, 0}.valid()));
    EXPECT_TRUE((date{-4712, 1, 1}.valid()));
    EXPECT_FALSE((date{-4713, 12, 31}.valid()));
    EXPECT_FALSE((date{10000, 1, 1}.valid()));
}

TEST(date, counts_days_from_1970) {
    EXPECT_EQ((date{1970, 1, 1}.to_days()), 0);
    EXPECT_EQ((date{1969, 12, 31}.to_days()), -1);
    EXPECT_EQ((date{2024, 2, 29}.to_days()), 19782);  // 1709164800 seconds of Unix time
    EXPECT_EQ(date::from_days(19782), (date{2024, 2, 29}));
    EXPECT_EQ(date::from_days(2932896), (date{9999, 12, 31}));
    EXPECT_EQ(date::from_days(2932897), std::nullopt);
    EXPECT_EQ(date::from_days(date{-4712, 1, 1}.to_days()), (date{-4712, 1, 1}));
    EXPECT_EQ(date::from_days(date{-4712, 1, 1}.to_days() - 1), std::nullopt);
    EXPECT_EQ(date::from_days(std::int64_t{1} << 60), std::nullopt);
}

TEST(date, writes_and_reads_text) {
    EXPECT_EQ((date{2024, 2, 9}.to_string()), "2024-02-09");
    EXPECT_EQ((date{-4712, 1, 1}.to_string()), "-4712-01-01");
    EXPECT_EQ((date{7, 1, 1}.to_string()), "0007-01-01");
    EXPECT_EQ(date::parse("2024-02-29"), (date{2024, 2, 29}));
    EXPECT_EQ(date::parse("-0001-12-25"), (date{-1, 12, 25}));
    for (const auto* bad : {"", "2024", "2024-02", "2024-02-30", "2024-2-29x", "20240-01-01", "2024/01/01", "a-b-c"})
        EXPECT_EQ(date::parse(bad), std::nullopt) << bad;
}

TEST(time_of_day, writes_and_reads_text) {
    const time value{13, 14, 15, 123'456'000, {}};
    EXPECT_EQ(value.to_string(), "13:14:15.123456");
    EXPECT_EQ(value.to_string(3), "13:14:15.123");
    EXPECT_EQ(value.to_string(9), "13:14:15.123456000");
    EXPECT_EQ(value.to_string(0), "13:14:15");
    EXPECT_EQ((time{0, 0, 0, 0, {}}.to_string()), "00:00:00");
    EXPECT_EQ((time{20, 0, 0, 0, -300}.to_string()), "20:00:00 -05:00");
    EXPECT_EQ((time{20, 0, 0, 1, 330}.to_string()), "20:00:00.000000001 +05:30");
    EXPECT_EQ(time::parse("13:14:15.123456"), value);
    EXPECT_EQ(time::parse("13:14"), (time{13, 14, 0, 0, {}}));
    EXPECT_EQ(time::parse("20:00:00.000001 -12:59"), (time{20, 0, 0, 1000, -779}));
    EXPECT_EQ(time::parse("20:00:00+14:00"), (time{20, 0, 0, 0, 840}));
    for (const auto* bad : {"", "24:00:00", "13:60:00", "13:14:60", "13:14:15.", "13:14:15.1234567890", "1:2:3 ",
                            "13:14:15 +15:00", "13:14:15 +08:60", "13:14:15 +8", "13:14:15x"})
        EXPECT_EQ(time::parse(bad), std::nullopt) << bad;
}

TEST(time_of_day, counts_nanoseconds) {
    const time value{23, 59, 59, 999'999'999, {}};
    EXPECT_EQ(value.since_midnight().count(), 86'399'999'999'999);
    EXPECT_EQ(time::from_since_midnight(value.since_midnight()), value);
    EXPECT_EQ(time::from_since_midnight(std::chrono::nanoseconds(-1)), value);
}

TEST(timestamp, writes_and_reads_text) {
    const timestamp value{{2024, 2, 29}, {13, 14, 15, 123'456'789, 480}};
    EXPECT_EQ(value.to_string(), "2024-02-29 13:14:15.123456789 +08:00");
    EXPECT_EQ(value.to_string(6), "2024-02-29 13:14:15.123456 +08:00");
    EXPECT_EQ(timestamp::parse("2024-02-29 13:14:15.123456789 +08:00"), value);
    EXPECT_EQ(timestamp::parse("2024-02-29T13:14:15.123456789+08:00"), value);
    EXPECT_EQ(timestamp::parse("2024-02-29"), (timestamp{{2024, 2, 29}, {}}));
    for (const auto* bad : {"", "13:14:15", "2024-02-29 ", "2024-02-29 25:00:00", "2024-02-29 10:00:00 x"})
        EXPECT_EQ(timestamp::parse(bad), std::nullopt) << bad;
}

TEST(timestamp, converts_to_chrono_as_far_as_nanoseconds_reach) {
    const timestamp value{{1969, 12, 31}, {23, 59, 59, 999'999'999, {}}};
    ASSERT_TRUE(value.to_local_time());
    EXPECT_EQ(value.to_local_time()->time_since_epoch().count(), -1);
    EXPECT_EQ(timestamp::from_local_time(*value.to_local_time()), value);
    EXPECT_FALSE((timestamp{{1600, 1, 1}, {}}.to_local_time()));
    EXPECT_FALSE((timestamp{{9999, 1, 1}, {}}.to_local_time()));
}

}  // namespace
}  // namespace dmkit
