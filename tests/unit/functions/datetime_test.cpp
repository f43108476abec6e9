#include "tests/unit/functions/function_test.hpp"

namespace dmkit::mock::functions_test {

namespace {

using enum interval_qualifier;

TEST(datetime_functions, give_what_the_manual_prints) {
    check({
        {"man-func-114-1", "ADD_DAYS", {on_day("2000-01-12"), 1}, "2000-01-13"},
        {"man-func-115-1", "ADD_MONTHS", {on_day("2000-01-31"), 1}, "2000-02-29"},
        {"man-func-115-2", "ADD_MONTHS", {moment("2000-01-31 20:00:00"), 1}, "2000-02-29"},
        {"man-func-116-1", "ADD_WEEKS", {on_day("2000-01-12"), 1}, "2000-01-19"},
        {"man-func-122-1", "DATEADD", {"HH", 4, "2022-09-19 16:09:35"}, "2022-09-19 20:09:35.000000"},
        {"man-func-122-2", "DATEADD", {"SS", 10, "14:05:47.555"}, "1900-01-01 14:05:57.555000"},
        {"man-func-122-3", "DATEADD", {"WW", 15, "2000-06-09"}, "2000-09-22 00:00:00.000000"},
        {"man-func-123-1", "DATEDIFF", {"QQ", "2003-06-01", on_day("2002-01-01")}, "-5"},
        {"man-func-123-2", "DATEDIFF", {"MONTH", "2001-06-01", on_day("2002-01-01")}, "7"},
        {"man-func-123-3", "DATEDIFF", {"WK", on_day("2003-02-07"), on_day("2003-02-14")}, "1"},
        {"man-func-123-4", "DATEDIFF", {"MS", "2003-02-14 12:10:10.000", "2003-02-14 12:09:09.300"}, "-60700"},
        {"man-func-124-1", "DATEPART", {"SECOND", moment("2000-02-02 13:33:40.00")}, "40"},
        {"man-func-124-2", "DATEPART", {"DY", "2000-02-02"}, "33"},
        {"man-func-124-3", "DATEPART", {"WEEKDAY", "2002-02-02"}, "7"},
        {"man-func-124", "DATE_PART", {"2008-10-10", "year"}, "2008"},
        {"man-func-125-1", "DAY", {"2016-06-07"}, "7"},
        {"man-func-126-1", "DAYNAME", {on_day("2012-01-01")}, "Sunday"},
        {"man-func-127-1", "DAYOFMONTH", {"2003-01-03"}, "3"},
        {"man-func-128-1", "DAYOFWEEK", {"2003-01-01"}, "4"},
        {"man-func-129-1", "DAYOFYEAR", {"2003-03-03"}, "62"},
        {"man-func-130-1", "DAYS_BETWEEN", {"2022-06-01", "2021-10-01"}, "243"},
        {"man-func-131-1", "EXTRACT", {"YEAR", on_day("2000-01-01")}, "2000"},
        {"man-func-131-2", "EXTRACT", {"DAY", on_day("2000-01-01")}, "1"},
        {"man-func-131-3", "EXTRACT", {"MINUTE", clock_time("12:00:01.35")}, "0"},
        {"man-func-131-4", "EXTRACT", {"TIMEZONE_HOUR", clock_time("12:00:01.35 +9:30")}, "9"},
        {"man-func-131-5", "EXTRACT", {"TIMEZONE_MINUTE", clock_time("12:00:01.35 +9:30")}, "30"},
        {"man-func-131-6", "EXTRACT", {"SECOND", moment("2000-01-01 12:00:01.35")}, "1.350000000000000E+000"},
        {"man-func-131-7", "EXTRACT", {"SECOND", seconds("-05:01:22.01", hour_to_second)}, "-2.201000000000000E+001"},
        {"man-func-133-1",
         "GREATEST",
         {on_day("1999-01-01"), on_day("1998-01-01"), on_day("2000-01-01")},
         "2000-01-01"},
        {"man-func-134-1", "GREAT", {on_day("1999-01-01"), on_day("2000-01-01")}, "2000-01-01"},
        {"man-func-135-1", "HOUR", {clock_time("20:10:16")}, "20"},
        {"man-func-136-2", "LAST_DAY", {moment("2000-01-11 12:00:00")}, "2000-01-31"},
        {"man-func-137-1", "LEAST", {on_day("1999-01-01"), on_day("1998-01-01"), on_day("2000-01-01")}, "1998-01-01"},
        {"man-func-138-1", "MINUTE", {"20:10:16"}, "10"},
        {"man-func-139-1", "MONTH", {"2002-11-12"}, "11"},
        {"man-func-140-1", "MONTHNAME", {"2002-11-12"}, "November"},
        {"man-func-141-1", "MONTHS_BETWEEN", {on_day("1995-02-28"), on_day("1995-01-31")}, "1"},
        {"man-func-141-2",
         "MONTHS_BETWEEN",
         {moment("1995-03-28 12:00:00"), moment("1995-01-31 12:00:00")},
         "1.90322580645161"},
        {"man-func-142-1", "NEXT_DAY", {on_day("2001-08-02"), "MONDAY"}, "2001-08-06"},
        {"man-func-142-2", "NEXT_DAY", {"2001-08-02 12:00:00", "FRI"}, "2001-08-03"},
        {"man-func-144-1", "QUARTER", {"2002-08-01"}, "3"},
        {"man-func-145-1", "SECOND", {"08:10:25.300"}, "25"},
        {"man-func-146-1", "ROUND", {on_day("1992-10-27"), "scc"}, "2001-01-01"},
        {"man-func-146-2", "ROUND", {on_day("1992-10-27"), "YEAR"}, "1993-01-01"},
        {"man-func-146-3", "ROUND", {on_day("1992-10-27"), "q"}, "1992-10-01"},
        {"man-func-146-4", "ROUND", {on_day("1992-10-27"), "month"}, "1992-11-01"},
        {"man-func-146-5", "ROUND", {moment("1992-10-27 11:00:00"), "ww"}, "1992-10-28 00:00:00.000000"},
        {"man-func-146-6", "ROUND", {moment("1992-10-27 11:00:00"), "w"}, "1992-10-29 00:00:00.000000"},
        {"man-func-146-7", "ROUND", {moment("1992-10-27 12:00:01"), "ddd"}, "1992-10-28 00:00:00.000000"},
        {"man-func-146-8", "ROUND", {on_day("1992-10-27"), "day"}, "1992-10-25"},
        {"man-func-146-9", "ROUND", {moment("1992-10-27 12:00:31"), "hh"}, "1992-10-27 12:00:00.000000"},
        {"man-func-146-10", "ROUND", {moment("1992-10-27 12:00:31"), "mi"}, "1992-10-27 12:01:00.000000"},
        {"man-func-147-1",
         "TIMESTAMPADD",
         {"SQL_TSI_FRAC_SECOND", 5, "2003-02-10 08:12:20.300"},
         "2003-02-10 08:12:20.305000"},
        {"man-func-147-2", "TIMESTAMPADD", {"SQL_TSI_YEAR", 30, on_day("2002-01-01")}, "2032-01-01 00:00:00.000000"},
        {"man-func-147-3",
         "TIMESTAMPADD",
         {"SQL_TSI_QUARTER", 2, moment("2002-01-01 12:00:00")},
         "2002-07-01 12:00:00.000000"},
        {"man-func-147-4", "TIMESTAMPADD", {"SQL_TSI_DAY", 40, "2002-12-01 12:00:00"}, "2003-01-10 12:00:00.000000"},
        {"man-func-147-5", "TIMESTAMPADD", {"SQL_TSI_WEEK", 1, "2002-01-30"}, "2002-02-06 00:00:00.000000"},
        {"man-func-148-1",
         "TIMESTAMPDIFF",
         {"SQL_TSI_FRAC_SECOND", "2003-02-14 12:10:10.000", "2003-02-14 12:09:09.300"},
         "-60700"},
        {"man-func-148-2", "TIMESTAMPDIFF", {"SQL_TSI_QUARTER", "2003-06-01", on_day("2002-01-01")}, "-5"},
        {"man-func-148-3", "TIMESTAMPDIFF", {"SQL_TSI_MONTH", "2001-06-01", on_day("2002-01-01")}, "7"},
        {"man-func-148-4", "TIMESTAMPDIFF", {"SQL_TSI_WEEK", on_day("2003-02-07"), on_day("2003-02-14")}, "1"},
        {"man-func-153-1", "TRUNC", {on_day("1992-10-27"), "scc"}, "1901-01-01"},
        {"man-func-153-2", "TRUNC", {on_day("1992-10-27"), "YEAR"}, "1992-01-01"},
        {"man-func-153-3", "TRUNC", {on_day("1992-10-27"), "q"}, "1992-10-01"},
        {"man-func-153-4", "TRUNC", {on_day("1992-10-27"), "month"}, "1992-10-01"},
        {"man-func-153-5", "TRUNC", {moment("1992-10-27 11:00:00"), "ww"}, "1992-10-21 00:00:00.000000"},
        {"man-func-153-6", "TRUNC", {moment("1992-10-27 11:00:00"), "w"}, "1992-10-22 00:00:00.000000"},
        {"man-func-153-7", "TRUNC", {moment("1992-10-27 12:00:01"), "ddd"}, "1992-10-27 00:00:00.000000"},
        {"man-func-153-8", "TRUNC", {on_day("1992-10-27"), "day"}, "1992-10-25"},
        {"man-func-153-9", "TRUNC", {moment("1992-10-27 12:00:31"), "hh"}, "1992-10-27 12:00:00.000000"},
        {"man-func-153-10", "TRUNC", {moment("1992-10-27 12:00:31"), "mi"}, "1992-10-27 12:00:00.000000"},
        {"man-func-111-1", "TRUNC", {"108011524.122", "-6"}, "108000000"},
        {"man-func-111-2", "TRUNC", {"2010-09-01 10:59:59", "yyyy"}, "2010-01-01 00:00:00"},
        {"man-func-154-1", "WEEK", {on_day("2003-02-10")}, "7"},
        {"man-func-155-1", "WEEKDAY", {on_day("1998-10-26")}, "1"},
        {"man-func-156-1", "WEEKS_BETWEEN", {on_day("1998-2-28"), on_day("1998-10-31")}, "-35"},
        {"man-func-157-1", "YEAR", {on_day("2001-05-12")}, "2001"},
        {"man-func-158-1", "YEARS_BETWEEN", {on_day("1998-2-28"), on_day("1999-10-31")}, "-1"},
        {"man-func-161-1", "OVERLAPS", {"2011-10-3", "2011-10-9", "2011-10-6", "2011-10-13"}, "1"},
        {"man-func-161-2", "OVERLAPS", {"2011-10-3", "2011-10-9", "2011-10-10", "2011-10-11"}, "0"},
        {"man-func-161-3",
         "OVERLAPS",
         {"2011-10-3", seconds("09 23", day_to_hour), "2011-10-10", seconds("09 23", day_to_hour)},
         "1"},
        {"man-func-161-4",
         "OVERLAPS",
         {"2011-10-3", seconds("01 23", day_to_hour), "2011-10-10", seconds("09 23", day_to_hour)},
         "0"},
        {"man-func-161-5",
         "OVERLAPS",
         {"2011-10-3", months("1", year_to_month), "2012-10-10", months("1-1", year_to_month)},
         "0"},
        {"man-func-161-6",
         "OVERLAPS",
         {"2011-10-3", months("2", year_to_month), "2012-10-10", months("1-1", year_to_month)},
         "1"},
        {"man-func-164-1", "NUMTODSINTERVAL", {dec("2.5"), "DAY"}, "INTERVAL '2 12:0:0.000000' DAY(9) TO SECOND(6)"},
        {"man-func-165-1", "NUMTOYMINTERVAL", {dec("2.5"), "YEAR"}, "INTERVAL '2-6' YEAR(9) TO MONTH"},
        {"man-func-166-1", "WEEK", {"2013-12-31", 0}, "52"},
        {"man-func-166-2", "WEEK", {"2013-12-31", 1}, "53"},
        {"man-func-166-3", "WEEK", {"2013-12-31", 2}, "52"},
        {"man-func-166-4", "WEEK", {"2013-12-31", 3}, "1"},
        {"faqmig-15-1", "WEEK", {"2019-07-11", 1}, "28"},
        {"man-func-167-1", "UNIX_TIMESTAMP", {moment("1970-01-01 08:00:00")}, "0"},
        {"man-func-167-2", "UNIX_TIMESTAMP", {"1970-01-01 17:00:00"}, "32400"},
        {"man-func-167-3", "UNIX_TIMESTAMP", {20120608}, "1339084800"},
        {"man-func-168-1", "FROM_UNIXTIME", {"539712061"}, "1987-02-08 00:01:01.000000"},
        {"man-func-168-2", "FROM_UNIXTIME", {1249488000}, "2009-08-06 00:00:00.000000"},
        {"man-func-168-3", "FROM_UNIXTIME", {1249488000, "%D"}, "6th"},
        {"man-func-170-1", "DBTIMEZONE", {}, "+08:00"},
        {"man-func-169-1", "SESSIONTIMEZONE", {}, "+08:00"},
        {"man-func-171-1",
         "DATE_FORMAT",
         {moment("1980-1-1 1:1:1.123456789"), "%Y-%m-%d %H:%i:%s"},
         "1980-01-01 01:01:01"},
        {"man-func-172-1", "TIME_TO_SEC", {moment("1900-1-1 23:59:59 +8:00")}, "86399"},
        {"man-func-172-2", "TIME_TO_SEC", {clock_time("23:59:59")}, "86399"},
        {"man-func-173-1", "SEC_TO_TIME", {104399}, "28:59:59"},
        {"man-func-174-1", "TO_DAYS", {"2021-11-11"}, "738470"},
        {"man-func-175-1",
         "DATE_ADD",
         {"2020-07-12 12:20:30", seconds("2 1 ", day_to_second)},
         "2020-07-14 13:20:30.000000"},
        {"man-func-176-1",
         "DATE_SUB",
         {"2020-07-12 12:20:30", seconds("2 1 ", day_to_second)},
         "2020-07-10 11:20:30.000000"},
        {"man-func-177-1", "SYS_EXTRACT_UTC", {"2000-03-28 11:30:00.00 -08:00"}, "2000-03-28 19:30:00.000000"},
        {"man-func-178-1", "TO_DSINTERVAL", {"100 00:00:00"}, "INTERVAL '100 0:0:0.000000' DAY(9) TO SECOND(6)"},
        {"man-func-179-1", "TO_YMINTERVAL", {"01-02"}, "INTERVAL '1-2' YEAR(9) TO MONTH"},
        {"man-func-151-2", "FROM_TZ", {moment("2009-11-01"), "ASIA/HONG_KONG"}, "2009-11-01 00:00:00.000000 +08:00"},
        {"man-func-151-3", "FROM_TZ", {"20091101", "ASIA/HONG_KONG"}, "2009-11-01 00:00:00.000000 +08:00"},
        {"man-func-152-1", "TZ_OFFSET", {"+08:00"}, "+08:00"},
        {"man-func-152-2", "TZ_OFFSET", {"US/Eastern"}, "-04:00"},
    });
}

TEST(datetime_functions, read_the_session_s_clock) {
    EXPECT_EQ(run("SYSDATE", {}), "2024-05-17 16:30:15");
    EXPECT_EQ(run("CURDATE", {}), "2024-05-17");
    EXPECT_EQ(run("NOW", {}), "2024-05-17 16:30:15.123456");
    EXPECT_EQ(run("GETDATE", {3}), "2024-05-17 16:30:15.123");
    EXPECT_EQ(run("CURRENT_TIMESTAMP", {}), "2024-05-17 16:30:15.123456 +08:00");
    EXPECT_EQ(run("CURTIME", {0}), "16:30:15 +08:00");
    EXPECT_EQ(run("LOCALTIME", {}), "16:30:15.123456");
    EXPECT_EQ(run("LOCALTIMESTAMP", {}), "2024-05-17 16:30:15.123456");
    call_context context = default_context();
    context.session_time_zone = -600;
    EXPECT_EQ(run(context, "CURDATE", {}), "2024-05-16");
    EXPECT_EQ(run(context, "CURRENT_TIMESTAMP", {0}), "2024-05-16 22:30:15 -10:00");
    EXPECT_EQ(run(context, "SYSTIMESTAMP", {0}), "2024-05-17 16:30:15 +08:00");
    EXPECT_EQ(refusal("NOW", {10}), -3503);
    EXPECT_EQ(refusal("CURTIME", {7}), -3503);
}

TEST(datetime_functions, keep_month_ends) {
    EXPECT_EQ(run("ADD_MONTHS", {on_day("2024-02-29"), 1}), "2024-03-31");
    EXPECT_EQ(run("ADD_MONTHS", {on_day("2024-02-28"), 1}), "2024-03-28");
    EXPECT_EQ(run("ADD_MONTHS", {on_day("2024-03-31"), -1}), "2024-02-29");
    EXPECT_EQ(run("NEXT_DAY", {on_day("2024-05-17"), "星期五"}), "2024-05-24");
    EXPECT_EQ(run("NEXT_DAY", {on_day("2024-05-17"), 2}), "2024-05-20");
}

TEST(datetime_functions, refuse_wrong_arguments) {
    EXPECT_EQ(refusal("ADD_MONTHS", {"no date", 1}), -6118);
    EXPECT_EQ(refusal("ADD_MONTHS", {on_day("9999-12-01"), 1}), -6112);
    EXPECT_EQ(refusal("DATEADD", {"FORTNIGHT", 1, "2000-01-01"}), -3503);
    EXPECT_EQ(refusal("DATEDIFF", {"MS", "1900-01-01", "2000-01-01"}), -6102);
    EXPECT_EQ(run("BIGDATEDIFF", {"MS", "1900-01-01", "2000-01-01"}), "3155673600000");
    EXPECT_EQ(refusal("NEXT_DAY", {on_day("2024-05-17"), "someday"}), -3503);
    EXPECT_EQ(refusal("TRUNC", {on_day("2024-05-17"), "SS"}), -3503);
    EXPECT_EQ(refusal("EXTRACT", {"YEAR", seconds("1", hour)}), -3503);
    EXPECT_EQ(refusal("TO_DSINTERVAL", {"x"}), -6118);
    // Table 8.20 ends with microseconds; EXTRACT has YEAR to SECOND and the fields of a zone (8.3.18).
    EXPECT_EQ(refusal("BIGDATEDIFF", {"NS", "1700-01-01", "2200-01-01"}), -3503);
    EXPECT_EQ(refusal("DATEPART", {"TIMEZONE_HOUR", moment("2000-01-01 10:00:00 +08:00")}), -3503);
    EXPECT_EQ(refusal("EXTRACT", {"QUARTER", on_day("2000-01-01")}), -3503);
    EXPECT_EQ(refusal("EXTRACT", {"WEEK", on_day("2000-01-01")}), -3503);
    EXPECT_EQ(run("BIGDATEDIFF", {"US", "1700-01-01", "2200-01-01"}), "15778454400000000");
    // Table 8.22: hours and minutes are for TIME and TIMESTAMP.
    EXPECT_EQ(refusal("TRUNC", {on_day("2024-05-17"), "HH"}), -3503);
    EXPECT_EQ(refusal("ROUND", {clock_time("10:20:30"), "DD"}), -3503);
    EXPECT_EQ(refusal("TZ_OFFSET", {"Mars/Olympus"}), -3503);
}

TEST(datetime_functions, follow_the_manual_s_tables) {
    check({
        {"manual 8.22", "TRUNC", {literal({type_id::time, 5, 0}, read_time("10:20:30").value()), "HH"}, "10:00:00"},
        {"manual 8.22", "ROUND", {literal({type_id::time, 5, 0}, read_time("10:20:31").value()), "MI"}, "10:21:00"},
        // 2024 begins on a Monday: its weeks end on Thursday 23:59:59 for rounding.
        {"manual 8.22", "ROUND", {moment("2024-01-04 23:59:59"), "WW"}, "2024-01-01 00:00:00.000000"},
        {"manual 8.22", "ROUND", {moment("2024-01-05 00:00:00"), "WW"}, "2024-01-08 00:00:00.000000"},
        {"manual 8.22", "ROUND", {moment("2024-01-04 18:00:00"), "W"}, "2024-01-01 00:00:00.000000"},
        {"manual 8.3.39", "TZ_OFFSET", {"us/eastern"}, "-04:00"},
        {"manual 8.3.39", "TZ_OFFSET", {"Asia/Kashgar"}, "+08:00"},
        {"manual 8.3.39", "TZ_OFFSET", {"-03:30"}, "-03:30"},
        {"man-intro-6-15", "TZ_OFFSET", {"Asia/Shanghai"}, "+08:00"},
        {"manual 8.6.10",
         "WIDTH_BUCKET",
         {months("5", interval_qualifier::year), months("1", interval_qualifier::year),
          months("9", interval_qualifier::year), 4},
         "3"},
    });
}

TEST(date_text, is_read_as_dm8_writes_and_accepts_it) {
    EXPECT_EQ(read_time("2020.01.01 10:20:30"), read_time("10:20:30"));
    EXPECT_EQ(read_date("1999/10/01"), (date{1999, 10, 1}));
    EXPECT_EQ(read_date("1999.10.01"), (date{1999, 10, 1}));
    EXPECT_EQ(read_date("19991001"), (date{1999, 10, 1}));
    EXPECT_EQ(read_date("2012-10-9"), (date{2012, 10, 9}));
    EXPECT_EQ(read_date("2023-02-29"), std::nullopt);
    EXPECT_EQ(read_date("2023-13-01"), std::nullopt);
    EXPECT_EQ(read_date("hello"), std::nullopt);
    EXPECT_EQ(read_date(""), std::nullopt);
    EXPECT_EQ(read_time("9:10:21.49"), (time{9, 10, 21, 490000000}));
    EXPECT_EQ(read_time("09:10:21 -11:00"), (time{9, 10, 21, 0, std::int16_t{-660}}));
    EXPECT_EQ(read_time("25:00:00"), std::nullopt);
    EXPECT_EQ(read_timestamp("2021-10-12T12:20:15"), (timestamp{{2021, 10, 12}, {12, 20, 15}}));
    EXPECT_EQ(read_timestamp("2002.12.12 09:10:21 -5:00"),
              (timestamp{{2002, 12, 12}, {9, 10, 21, 0, std::int16_t{-300}}}));
    EXPECT_EQ(read_timestamp("2002-12-12"), (timestamp{{2002, 12, 12}, {}}));
    EXPECT_EQ(read_timestamp("20021212 091021"), (timestamp{{2002, 12, 12}, {9, 10, 21}}));
    EXPECT_EQ(read_timestamp("2002-12-12 09:10:21 +15:00"), std::nullopt);
    EXPECT_EQ(read_timestamp("2002-12-12 09:10:21 x"), std::nullopt);
}

TEST(interval_text, is_read_by_its_fields) {
    EXPECT_EQ(read_interval_ym("1-2", word(year_to_month))->total_months(), 14);
    EXPECT_EQ(read_interval_ym("-1-2", word(year_to_month))->total_months(), -14);
    EXPECT_EQ(read_interval_ym("1-12", word(year_to_month)), std::nullopt);
    EXPECT_EQ(read_interval_ym("123", word(year)), std::nullopt);
    EXPECT_EQ(read_interval_ds("12:60", word(hour_to_minute)), std::nullopt);
    EXPECT_EQ(read_interval_ds("51.1", word(second))->microseconds, 100000);
    EXPECT_EQ(read_interval_ds("1 2:3:4.5", word(day_to_second))->to_string(),
              "INTERVAL '1 2:3:4.500000' DAY(2) TO SECOND(6)");
    EXPECT_EQ(read_interval_ds("12 x", word(day_to_hour)), std::nullopt);
}

}  // namespace

}  // namespace dmkit::mock::functions_test
