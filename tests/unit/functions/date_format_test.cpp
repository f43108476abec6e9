#include "tests/unit/functions/function_test.hpp"

namespace dmkit::mock::functions_test {

namespace {

TEST(date_format, reads_text_as_the_manual_prints) {
    check({
        {"man-func-150-1", "TO_DATE", {"20200215 14.47.38", "YYYY-MM-DD HH24:MI:SS"}, "2020-02-15 14:47:38"},
        {"man-func-150-3", "TO_DATE", {"2023兔年10:10", "YYYY\" 兔年\"MM :DD"}, "2023-10-10 00:00:00"},
        {"man-func-150-4", "TO_DATE", {"2023兔年 ##10: 月10", "YYYY\" 兔年\" ##MM : \"月\"DD"}, "2023-10-10 00:00:00"},
        {"man-func-150-5", "TO_DATE", {"2001:1010", "YYYY-MMDD"}, "2001-10-10 00:00:00"},
        {"man-func-150-6", "TO_DATE", {"2001-10--10", "YYYY:MM:::DD"}, "2001-10-10 00:00:00"},
        {"man-func-150-7", "TO_DATE", {"2001-10--  10", "YYYY:MM:::DD"}, "2001-10-10 00:00:00"},
        {"man-func-150-8", "TO_DATE", {"2019猪年10月10日", "YYYY\" 猪年\"MM\"月\"DD\"日\""}, "2019-10-10 00:00:00"},
        {"man-func-150-9", "TO_DATE", {"2019猪年  10月10日", "YYYY\"猪年 \"MM\"月\"DD\"日\""}, "2019-10-10 00:00:00"},
        {"man-func-150-10", "TO_DATE", {"20011210", "YYYY\" \" MMDD"}, "2001-12-10 00:00:00"},
        {"man-func-150-11", "TO_DATE", {"2001@--!1210", "YYYY  MMDD"}, "2001-12-10 00:00:00"},
        {"man-func-150-12", "TO_DATE", {"200112   10", "YYYYMMDD"}, "2001-12-10 00:00:00"},
        {"man-func-150-13", "TO_TIMESTAMP", {"10秒.123000", "SS\"秒\"...XFF"}, "2024-05-01 00:00:10.123000"},
        {"man-func-150-14", "TO_TIMESTAMP", {"10秒.123000", "SS\"秒...\"...XFF"}, "2024-05-01 00:00:10.123000"},
        {"man-func-150-15", "TO_TIMESTAMP", {"10秒....123000", "SS\"秒...\"XFF"}, "2024-05-01 00:00:10.123000"},
        {"man-func-150-16", "TO_TIMESTAMP", {"10.123000", "SS--..-@-XFF"}, "2024-05-01 00:00:10.123000"},
        {"man-func-150-17", "TO_DATE", {"@@2023-5-17", "@YYYY-MM-DD"}, "refused -6130"},
        {"man-func-150-18", "TO_DATE", {"@+2023-5-17", "@YYYY-MM-DD"}, "2023-05-17 00:00:00"},
        {"man-func-150-19", "TO_DATE", {"2021-10-12T12:20:15"}, "2021-10-12 12:20:15"},
        {"man-func-150-21", "TO_DATE", {"19年08月01", "YYYY\"年\"MM\"月\"DD"}, "0019-08-01 00:00:00"},
        {"man-func-150-22", "TO_DATE", {"2019年08月01", "FXYYYY\"年\"MM\"月\"DD"}, "2019-08-01 00:00:00"},
        {"man-func-150-23", "TO_DATE", {"19年08月01", "YYYY\"年\"FXMM\"月\"DD"}, "0019-08-01 00:00:00"},
        {"man-func-151-1", "TO_TIMESTAMP", {"20091101 09:10:21", "YYYYMMDD HH:MI:SS "}, "2009-11-01 09:10:21.000000"},
        {"faqmig-16-1", "TO_DATE", {202101, "yyyymm"}, "2021-01-01 00:00:00"},
        {"probe-24", "TO_DATE", {"2024-01-02", "YYYY-MM-DD"}, "2024-01-02 00:00:00"},
    });
}

TEST(date_format, reads_names_in_the_language_asked_for) {
    EXPECT_EQ(
        run("TO_TIMESTAMP", {"DECEMBER 15 2020 14.47.38", "MM DD YYYY HH24:MI:SS", "NLS_DATE_LANGUAGE='AMERICAN'"}),
        "2020-12-15 14:47:38.000000");
    EXPECT_EQ(run("TO_DATE", {"2022-DECEMBER-12", "YYYY-MON-DD", "NLS_DATE_LANGUAGE=ENGLISH"}), "2022-12-12 00:00:00");
    EXPECT_EQ(refusal("TO_DATE", {"2022-DECEMBER-12", "YYYY-MON-DD"}), -6130);
    EXPECT_EQ(refusal("TO_DATE", {"2022-12月-12", "YYYY-MON-DD", "NLS_DATE_LANGUAGE=ENGLISH"}), -6130);
    // Corpus faq-sql语法-134: an error without the language.
    EXPECT_EQ(refusal("TO_DATE", {"12-DEC-2024", "DD-MON-YYYY"}), -6130);
    EXPECT_EQ(run("TO_DATE", {"12-12月-2024", "DD-MON-YYYY"}), "2024-12-12 00:00:00");
    call_context context = default_context();
    context.language = language::english;
    EXPECT_EQ(run(context, "TO_DATE", {"2022-DEC-12", "YYYY-MON-DD"}), "2022-12-12 00:00:00");
    context.english_dates = false;
    EXPECT_EQ(run(context, "TO_DATE", {"2022-12月-12", "YYYY-MON-DD"}), "2022-12-12 00:00:00");
    EXPECT_EQ(run("TO_DATE", {"2022-12月-12", "YYYY-MON-DD"}), "2022-12-12 00:00:00");
    EXPECT_EQ(run("TO_DATE", {"2024-05-17 下午 03:04", "YYYY-MM-DD PM HH:MI"}), "2024-05-17 15:04:00");
    EXPECT_EQ(run("TO_DATE", {"2024-05-17 12:04 AM", "YYYY-MM-DD HH12:MI AM"}), "2024-05-17 00:04:00");
    EXPECT_EQ(refusal("TO_DATE", {"2022-DEZ-12", "YYYY-MON-DD"}), -6130);
    EXPECT_EQ(refusal("TO_DATE", {"2022", "YYYY", "NLS_DATE_LANGUAGE=KLINGON"}), -3503);
}

TEST(date_format, rounds_short_years_as_the_manual_s_table) {
    EXPECT_EQ(run("TO_DATE", {"49-01-01", "RR-MM-DD"}), "2049-01-01 00:00:00");
    EXPECT_EQ(run("TO_DATE", {"50-01-01", "RR-MM-DD"}), "1950-01-01 00:00:00");
    EXPECT_EQ(run("TO_DATE", {"1949-01-01", "RRRR-MM-DD"}), "1949-01-01 00:00:00");
    EXPECT_EQ(run("TO_DATE", {"2024-138", "YYYY-DDD"}), "2024-05-17 00:00:00");
    EXPECT_EQ(run("TO_DATE", {"2024-05-17 3661", "YYYY-MM-DD SSSSS"}), "2024-05-17 01:01:01");
    EXPECT_EQ(run("TO_TIMESTAMP_TZ", {"2024-05-17 10:00:00 -03:30", "YYYY-MM-DD HH24:MI:SS TZH:TZM"}),
              "2024-05-17 10:00:00.000000 -03:30");
}

// Manual 8.3.49.
TEST(date_format, prints_the_digits_that_the_manual_says) {
    const char* const stamp = "YYYY-MM-DD HH24:MI:SS.FF";
    EXPECT_EQ(run("TO_CHAR", {"2020-01-01 10:00:00.123456789", stamp}), "2020-01-01 10:00:00.123456789");
    EXPECT_EQ(run("TO_CHAR", {moment("2020-01-01 10:00:00.123456"), stamp}), "2020-01-01 10:00:00.123456");
    EXPECT_EQ(run("TO_CHAR", {moment("2020-01-01 10:00:00.5 +08:00"), stamp}), "2020-01-01 10:00:00.500000000");
    EXPECT_EQ(run("TO_CHAR", {"2020-01-01 10:00:00.5"}), "2020-01-01 10:00:00.5");
    EXPECT_EQ(run("TO_CHAR", {on_day("2020-01-01")}), "2020-01-01");
    EXPECT_EQ(run("TO_CHAR", {literal(type_of(type_id::time), read_time("12:00:00").value())}), "12:00:00.000000");
    EXPECT_EQ(run("TO_CHAR", {literal({type_id::datetime, 8, 0}, read_timestamp("2020-01-01 10:00:00").value())}),
              "2020-01-01 10:00:00.000000");
    EXPECT_EQ(run("TO_CHAR", {moment("2020-01-01 10:00:00.5 +08:00")}), "2020-01-01 10:00:00.500000000 +08:00");
    EXPECT_EQ(run("TO_CHAR", {nullptr}), "NULL");
}

TEST(date_format, keeps_no_finer_fraction_than_the_type_has) {
    call_context context = default_context();
    const outcome read =
        compute(context, "TO_TIMESTAMP", {"2020-01-01 10:00:00.123456789", "YYYY-MM-DD HH24:MI:SS.FF"});
    EXPECT_EQ(read.value.get<timestamp>(), read_timestamp("2020-01-01 10:00:00.123456").value());
    // FF read twice: the second one holds.
    EXPECT_EQ(run("TO_TIMESTAMP", {"2020-01-01 23:59:59.9 9", "YYYY-MM-DD HH24:MI:SS.FF FF"}),
              "2020-01-01 23:59:59.900000");
}

TEST(date_format, refuses_what_does_not_match) {
    EXPECT_EQ(refusal("TO_TIMESTAMP_TZ", {"2020", "YYYY", "NLS_DATE_LANGUAGE=ENGLISH"}), -5402);
    EXPECT_EQ(refusal("TO_DATE", {"2024-05-17 x", "YYYY-MM-DD"}), -6130);
    EXPECT_EQ(refusal("TO_DATE", {"2024x05", "YYYY-MM"}), -6130);
    EXPECT_EQ(refusal("TO_DATE", {"abcd", "YYYY"}), -6130);
    EXPECT_EQ(refusal("TO_DATE", {"19年08月01", "FXYYYY\"年\"MM\"月\"DD"}), -6130);
    EXPECT_EQ(refusal("TO_DATE", {"0000-01-01", "YYYY-MM-DD"}), -6132);
    EXPECT_EQ(refusal("TO_DATE", {"2024-13-01", "YYYY-MM-DD"}), -6133);
    EXPECT_EQ(refusal("TO_DATE", {"2023-02-29", "YYYY-MM-DD"}), -6134);
    EXPECT_EQ(refusal("TO_DATE", {"2023-02-01 24", "YYYY-MM-DD HH24"}), -6136);
    EXPECT_EQ(refusal("TO_DATE", {"2023-02-01 13", "YYYY-MM-DD HH12"}), -6136);
    EXPECT_EQ(refusal("TO_DATE", {"2023-02-01 10:60", "YYYY-MM-DD HH24:MI"}), -6137);
    EXPECT_EQ(refusal("TO_DATE", {"1", "Q"}), -6130);
    EXPECT_EQ(refusal("TO_DATE", {"no date"}), -6118);
    EXPECT_EQ(run("TO_DATE", {"", "YYYY"}), "NULL");
}

TEST(date_format, prints_fields) {
    const literal at = moment("2024-01-02 03:04:05.678");
    check({
        {"probe-23", "TO_CHAR", {at, "YYYY-MM-DD HH24:MI:SS.FF3"}, "2024-01-02 03:04:05.678"},
        {"man-func-162-1", "TO_CHAR", {moment("2011-03-21 16:56:19"), "YYYYMMDD"}, "20110321"},
        {"man-func-162-2", "TO_CHAR", {moment("2011-03-21 16:56:19"), "YYYY/MM/DD"}, "2011/03/21"},
        {"man-func-162-3", "TO_CHAR", {moment("2011-03-21 16:56:19"), "HH24:MI"}, "16:56"},
        {"man-func-162-4", "TO_CHAR", {moment("2011-03-21 16:56:19"), "YYYYMMDD HH24:MI:SS"}, "20110321 16:56:19"},
        {"man-func-162-6",
         "TO_CHAR",
         {months("123-2", interval_qualifier::year_to_month, 3)},
         "INTERVAL '123-2' YEAR(3) TO MONTH"},
        {"man-func-162-7", "TO_CHAR", {on_day("2024-12-01"), "mon", "NLS_DATE_LANGUAGE = ENGLISH"}, "DEC"},
        {"man-func-162-8", "TO_CHAR", {on_day("2024-12-01"), "mon", "NLS_DATE_LANGUAGE='SIMPLIFIED CHINESE' "}, "12月"},
    });
    EXPECT_EQ(run("TO_CHAR", {at, "yyyy-MM-dd hh:mi:ss"}), "2024-01-02 03:04:05");
    EXPECT_EQ(run("TO_CHAR", {moment("2024-01-02 00:30:00"), "HH12 HH AM"}), "12 12 上午");
    EXPECT_EQ(run("TO_CHAR", {on_day("2024-05-17"), "DAY DY D DDD Q WW W IW CC J"}),
              "星期五 星期五 6 138 2 20 3 20 21 2460448");
    EXPECT_EQ(run("TO_CHAR", {on_day("2024-05-17"), "DAY DY MONTH", "NLS_DATE_LANGUAGE=ENGLISH"}), "FRIDAY FRI MAY");
    EXPECT_EQ(run("TO_CHAR", {on_day("2024-05-07"), "FMMM/DD"}), "5/7");
    EXPECT_EQ(run("TO_CHAR", {on_day("2024-05-07"), "YYYY\"年\"MM\"月\""}), "2024年05月");
    EXPECT_EQ(run("TO_CHAR", {moment("2024-05-07 01:00:00 -03:30"), "TZH:TZM"}), "-03:30");
    EXPECT_EQ(run("TO_CHAR", {moment("2024-05-07 01:01:01"), "SSSSS FF FF9"}), "03661 000000 000000000");
    EXPECT_EQ(run("TO_CHAR", {on_day("2024-05-17")}), "2024-05-17");
    EXPECT_EQ(run("TO_CHAR", {at}), "2024-01-02 03:04:05.678000");
    EXPECT_EQ(refusal("TO_CHAR", {at, "YYYY-MM-DDTHH"}), -6130);
    EXPECT_EQ(refusal("TO_CHAR", {at, "DL"}), not_supported);
}

TEST(date_format, of_the_session_is_used_for_text) {
    call_context context = default_context();
    context.date_format = "DD.MM.YYYY";
    EXPECT_EQ(run(context, "||", {"on ", on_day("2024-05-17")}), "on 17.05.2024");
    EXPECT_EQ(run(context, "ADD_DAYS", {"31.12.2023", 1}), "2024-01-01");
}

// More formats than are kept, over and over.
TEST(date_format, means_the_same_each_time) {
    const literal day = on_day("2024-05-17");
    for (int round = 0; round < 3; ++round) {
        for (int marks = 0; marks < 12; ++marks) {
            const std::string between(static_cast<std::size_t>(marks), '/');
            EXPECT_EQ(run("TO_CHAR", {day, ("YYYY" + between + "MM").c_str()}), "2024" + between + "05");
        }
        EXPECT_EQ(refusal("TO_CHAR", {day, "YYYYK"}), -6130);
        EXPECT_EQ(run("TO_CHAR", {day, "FMMM/DD"}), "5/17");
        EXPECT_EQ(run("TO_CHAR", {moment("2024-05-17 01:02:03.120000"), "FF3 FF1 FF"}), "120 1 120000");
    }
}

}  // namespace

}  // namespace dmkit::mock::functions_test
