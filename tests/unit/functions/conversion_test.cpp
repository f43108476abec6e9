#include <cmath>

#include "tests/unit/functions/function_test.hpp"

namespace dmkit::mock::functions_test {

namespace {

std::string converted(const literal& value, const data_type& to, conversion_mode mode,
                      call_context context = default_context()) {
    try {
        const field result = convert(context, value.value, value.type.type, to, mode, "C1");
        return result.is_null() ? "NULL" : to_text(result, to);
    } catch (const sql_error& error) {
        std::string text = "refused " + std::to_string(error.code());
        for (const std::string& argument : error.arguments())
            text += " " + argument;
        return text;
    }
}

std::string cast(const literal& value, const data_type& to) {
    return converted(value, to, conversion_mode::explicit_cast);
}
std::string assign(const literal& value, const data_type& to) {
    return converted(value, to, conversion_mode::assignment);
}

constexpr data_type varchar(int length) {
    return {type_id::varchar, length, 0};
}
constexpr data_type numeric(int precision, int scale) {
    return {type_id::decimal, precision, scale};
}

TEST(conversion, casts_as_the_manual_prints) {
    EXPECT_EQ(cast(dec("100.5678"), numeric(10, 2)), "100.57");
    EXPECT_EQ(cast(dec("100.5678"), varchar(8)), "100.5678");
    EXPECT_EQ(cast("100.5678", type_of(type_id::integer)), "101");
    EXPECT_EQ(cast(12345, {type_id::char_, 5, 0}), "12345");
    EXPECT_EQ(cast(dec("3.5"), type_of(type_id::integer)), "4");
    EXPECT_EQ(cast(dec("2.5"), type_of(type_id::integer)), "3");
    EXPECT_EQ(cast(dec("-2.5"), type_of(type_id::integer)), "-3");
    call_context context = default_context();
    context.session_time_zone = 60;
    EXPECT_EQ(
        converted("2021-10-12 12:20:1.8z", type_of(type_id::datetime_tz), conversion_mode::explicit_cast, context),
        "2021-10-12 12:20:01.800000 +01:00");
    EXPECT_TRUE(std::isnan(
        convert(context, "Nan", type_of(type_id::varchar), type_of(type_id::double_), conversion_mode::explicit_cast)
            .get<double>()));
}

TEST(conversion, of_numbers_checks_ranges) {
    EXPECT_EQ(assign(128, type_of(type_id::tinyint)), "refused -6102");
    EXPECT_EQ(assign(-128, type_of(type_id::tinyint)), "-128");
    EXPECT_EQ(assign(40000, type_of(type_id::smallint)), "refused -6102");
    EXPECT_EQ(assign(literal(std::int64_t{3000000000}), type_of(type_id::integer)), "refused -6102");
    EXPECT_EQ(assign(dec("9223372036854775808"), type_of(type_id::bigint)), "refused -6102");
    EXPECT_EQ(assign(1e300, type_of(type_id::integer)), "refused -6102");
    EXPECT_EQ(assign(1e300, type_of(type_id::real)), "refused -6102");
    EXPECT_EQ(assign(dec("123.455"), numeric(5, 2)), "123.46");
    EXPECT_EQ(assign(dec("-123.455"), numeric(5, 2)), "-123.46");
    EXPECT_EQ(assign(dec("1234"), numeric(5, 2)), "refused -6170 C1");
    EXPECT_EQ(cast(dec("1234"), numeric(5, 2)), "refused -6102");
    EXPECT_EQ(assign(dec("999.996"), numeric(5, 2)), "refused -6170 C1");
    EXPECT_EQ(assign(dec("1.23456789"), type_of(type_id::decimal)), "1.23456789");
    EXPECT_EQ(assign(7, type_of(type_id::bit)), "1");
    EXPECT_EQ(assign("0", type_of(type_id::bit)), "0");
    EXPECT_EQ(assign("abc", type_of(type_id::integer)), "refused -6111");
    // The manual's sample data put '' into columns of dates and numbers.
    EXPECT_EQ(assign("", type_of(type_id::integer)), "NULL");
    EXPECT_EQ(cast("", type_of(type_id::integer)), "refused -6111");
    EXPECT_EQ(assign(" 42 ", type_of(type_id::integer)), "42");
    EXPECT_EQ(assign("1e3", type_of(type_id::integer)), "1000");
    EXPECT_EQ(assign(nullptr, type_of(type_id::integer)), "NULL");
    EXPECT_EQ(cast(raw({0x00, 0xff}), type_of(type_id::integer)), "255");
}

TEST(conversion, of_text_counts_bytes_or_characters) {
    EXPECT_EQ(assign("测", varchar(3)), "测");
    EXPECT_EQ(assign("测试", varchar(3)), "refused -6169 C1");
    EXPECT_EQ(assign("abc", {type_id::char_, 5, 0}), "abc  ");
    EXPECT_EQ(assign("abcd", {type_id::char_, 3, 0}), "refused -6169 C1");
    EXPECT_EQ(cast("abcd", varchar(3)), "abc");
    EXPECT_EQ(cast("测试", varchar(4)), "测");
    call_context context = default_context();
    context.charset = charset::gb18030;
    EXPECT_EQ(converted("测试", varchar(4), conversion_mode::assignment, context), "测试");
    EXPECT_EQ(converted("测试a", varchar(4), conversion_mode::assignment, context), "refused -6169 C1");
    call_context plain = default_context();
    EXPECT_EQ(convert(plain, "测试", varchar(6), varchar(2), conversion_mode::assignment, "C1", true), field("测试"));
    EXPECT_EQ(convert(plain, "测", varchar(6), {type_id::char_, 2, 0}, conversion_mode::assignment, "C1", true),
              field("测 "));
    EXPECT_EQ(convert(plain, "测    ", varchar(8), {type_id::char_, 2, 0}, conversion_mode::assignment, "C1", true),
              field("测 "))
        << "padded by the native client library";
    EXPECT_THROW(
        (void)convert(plain, "测 试 ", varchar(8), {type_id::char_, 2, 0}, conversion_mode::assignment, "C1", true),
        sql_error);
    EXPECT_EQ(convert(plain, "测试", varchar(6), varchar(1), conversion_mode::explicit_cast, {}, true), field("测"));
    EXPECT_EQ(assign(1.5, varchar(30)), "1.500000000000000E+000");
    EXPECT_EQ(assign(1e-7, varchar(30)), "1.000000000000000E-007");
    EXPECT_EQ(assign(dec("1.50"), varchar(30)), "1.5");
}

TEST(conversion, of_dates) {
    EXPECT_EQ(assign("2024/5/7", type_of(type_id::date)), "2024-05-07");
    EXPECT_EQ(assign("2024-05-07 10:11:12", type_of(type_id::date)), "2024-05-07");
    EXPECT_EQ(assign("hello", type_of(type_id::date)), "refused -6118");
    EXPECT_EQ(assign("2024-02-30", type_of(type_id::datetime)), "refused -6118");
    EXPECT_EQ(assign("2024-05-07 10:11:12.987654", {type_id::datetime, 8, 3}), "2024-05-07 10:11:12.987");
    EXPECT_EQ(assign(moment("2024-05-07 10:11:12"), {type_id::time, 5, 0}), "10:11:12");
    EXPECT_EQ(assign(on_day("2024-05-07"), type_of(type_id::datetime)), "2024-05-07 00:00:00.000000");
    EXPECT_EQ(assign(moment("2024-05-07 10:11:12"), type_of(type_id::datetime_tz)),
              "2024-05-07 10:11:12.000000 +08:00");
    EXPECT_EQ(assign(12, type_of(type_id::date)), "refused -6101");
    EXPECT_EQ(assign("1-2", {type_id::interval_ym, 12, word(interval_qualifier::year_to_month, 2, 0)}),
              "INTERVAL '1-2' YEAR(2) TO MONTH");
    EXPECT_EQ(assign("100-2", {type_id::interval_ym, 12, word(interval_qualifier::year_to_month, 2, 0)}),
              "refused -6118");
}

TEST(conversion, of_bytes) {
    EXPECT_EQ(assign("0x4142", {type_id::varbinary, 10, 0}), "0x4142");
    EXPECT_EQ(assign("0x123", type_of(type_id::blob)), "0x0123");
    EXPECT_EQ(assign("AB", {type_id::varbinary, 10, 0}), "0x4142");
    EXPECT_EQ(assign(raw({1, 2, 3}), {type_id::varbinary, 2, 0}), "refused -6169 C1");
    EXPECT_EQ(assign(raw({1}), {type_id::binary, 3, 0}), "0x010000");
    EXPECT_EQ(assign("0x4g", {type_id::varbinary, 10, 0}), "refused -6111");
}

TEST(conversion, finds_common_types) {
    const auto common = [](const data_type& a, const data_type& b, type_purpose purpose = type_purpose::comparison) {
        return common_type(a, b, purpose);
    };
    const data_type integer = type_of(type_id::integer);
    EXPECT_EQ(common(integer, type_of(type_id::bigint)), type_of(type_id::bigint));
    EXPECT_EQ(common(integer, numeric(5, 2)), numeric(12, 2));
    EXPECT_EQ(common(numeric(5, 2), type_of(type_id::real)), type_of(type_id::double_));
    EXPECT_EQ(common(integer, varchar(10)), integer);
    EXPECT_EQ(common(integer, varchar(10), type_purpose::result), varchar(11));
    EXPECT_EQ(common(varchar(20), type_of(type_id::date)), type_of(type_id::date));
    EXPECT_EQ(common(varchar(20), varchar(30)), varchar(30));
    EXPECT_EQ(common(type_of(type_id::date), type_of(type_id::datetime)), type_of(type_id::datetime));
    EXPECT_EQ(common(type_of(type_id::null), integer), integer);
    EXPECT_EQ(common(integer, type_of(type_id::unknown)), integer);
    EXPECT_EQ(common(integer, type_of(type_id::date)), std::nullopt);
    EXPECT_EQ(common(type_of(type_id::blob), varchar(10)), std::nullopt);
}

TEST(conversion_functions, give_what_the_manual_prints) {
    check({
        {"man-func-87-1", "TO_CHAR", {"0110"}, "0110"},
        {"man-func-188-1", "HEXTORAW", {"abcdef"}, "0xABCDEF"},
        {"man-func-188-2",
         "HEXTORAW",
         {"B4EFC3CECAFDBEDDBFE2D3D0CFDEB9ABCBBE"},
         "0xB4EFC3CECAFDBEDDBFE2D3D0CFDEB9ABCBBE"},
        {"man-func-189-2", "RAWTOHEX", {"13"}, "3133"},
        {"man-func-190-1", "BINTOCHAR", {"0x61626364"}, "abcd"},
        {"man-func-191-1", "TO_BLOB", {raw({0x61, 0x62, 0x63, 0x64})}, "0x61626364"},
        {"man-func-192-1", "UNHEX", {"616263"}, "abc"},
        {"man-func-193-1", "HEX", {"abc"}, "616263"},
        {"man-func-194-1", "CHARTOBIN", {"abcdef"}, "0x616263646566"},
        {"man-func-112-1", "TO_BASE64", {"ABC"}, "QUJD"},
        {"man-func-113-1", "FROM_BASE64", {"QUJD"}, "0x414243"},
        {"man-func-32-1", "TO_NUMBER", {"2,222.22", "9G999D99"}, "2222.22"},
        {"man-func-32-2", "TO_NUMBER", {"2,222.22", "9,999.99"}, "2222.22"},
        {"man-func-32-3", "TO_NUMBER", {"$2,222.22", "$9G999D99"}, "2222.22"},
        {"man-func-32-4", "TO_NUMBER", {"-1212.12", "S9999.99"}, "-1212.12"},
        {"man-func-32-5", "TO_NUMBER", {"1,234", "XXXX"}, "4660"},
        {"man-func-32-6", "TO_NUMBER", {"-123.4"}, "-123.4"},
        {"man-func-32-9",
         "TO_NUMBER",
         {"￥12#699^2", "L99G999D99", "NLS_NUMERIC_CHARACTERS='^#' NLS_CURRENCY = '￥'"},
         "12699.2"},
    });
    EXPECT_EQ(run("TO_BASE64", {"AB"}), "QUI=");
    EXPECT_EQ(run("TO_BASE64", {"A"}), "QQ==");
    EXPECT_EQ(run("FROM_BASE64", {"QQ=="}), "0x41");
    EXPECT_EQ(run("EMPTY_CLOB", {}), "");
    EXPECT_EQ(run("TO_NUMBER", {7}), "7");
}

TEST(conversion_functions, refuse_what_is_no_number) {
    EXPECT_EQ(refusal("TO_NUMBER", {"abc"}), -6111);
    EXPECT_EQ(refusal("TO_NUMBER", {"12345", "999"}), -6111);
    EXPECT_EQ(refusal("TO_NUMBER", {"1.234", "9.99"}), -6111);
    EXPECT_EQ(refusal("TO_NUMBER", {"1", "@"}), -3503);
    EXPECT_EQ(refusal("HEXTORAW", {"xyz"}), -6111);
    EXPECT_EQ(refusal("UNHEX", {"6g"}), -6111);
    EXPECT_EQ(refusal("FROM_BASE64", {"Q?=="}), -6111);
}

TEST(number_format, prints_as_the_manual) {
    check({
        {"man-func-35-2", "TO_CHAR", {-10000, "L99G999D99MI"}, "￥10,000.00-"},
        {"man-func-35-5",
         "TO_CHAR",
         {456, "L999G999G999D99PR", "NLS_NUMERIC_CHARACTERS=':_'   NLS_CURRENCY = '￥'"},
         "         ￥456:00 "},
        {"man-func-35-5",
         "TO_CHAR",
         {0, "L999G999G999D99PR", "NLS_NUMERIC_CHARACTERS=':_'   NLS_CURRENCY = '￥'"},
         "            ￥:00 "},
        {"man-func-35-5",
         "TO_CHAR",
         {-213, "L999G999G999D99PR", "NLS_NUMERIC_CHARACTERS=':_'   NLS_CURRENCY = '￥'"},
         "        <￥213:00>"},
        {"man-func-35-5",
         "TO_CHAR",
         {123456789, "L999G999G999D99PR", "NLS_NUMERIC_CHARACTERS=':_'   NLS_CURRENCY = '￥'"},
         " ￥123_456_789:00 "},
        {"man-func-35-6",
         "TO_CHAR",
         {-213, "C999G999G999D99PR", "NLS_NUMERIC_CHARACTERS=':_'  NLS_ISO_CURRENCY = 'CHINA'"},
         "        <CNY213:00>"},
        {"man-func-87-5", "TO_CHAR", {"123", "99,99", "NLS_ISO_CURRENCY=CHINA"}, "  1,23"},
        {"manual 8.8", "TO_CHAR", {-1234, "9999"}, "-1234"},
        {"manual 8.8", "TO_CHAR", {-1234, "TME"}, "-1.234E+03"},
        {"manual 8.8", "TO_CHAR", {1234, "9,99,9"}, " 1,23,4"},
        {"manual 8.9", "TO_CHAR", {1234, "S9999"}, "+1234"},
        {"manual 8.9", "TO_CHAR", {1997, "S$9999"}, "+$1997"},
        {"manual 8.9", "TO_CHAR", {"-1997", "S$9999"}, "-$1997"},
        {"manual 8.9", "TO_CHAR", {1234, "9999$"}, " $1234"},
        {"manual 8.1.35", "TO_CHAR", {dec("11.18")}, "11.18"},
    });
}

TEST(number_format, fills_and_refuses) {
    EXPECT_EQ(run("TO_CHAR", {7, "000"}), " 007");
    EXPECT_EQ(run("TO_CHAR", {7, "FM000"}), "007");
    EXPECT_EQ(run("TO_CHAR", {dec("0.5"), "9.99"}), "  .50");
    EXPECT_EQ(run("TO_CHAR", {dec("0.5"), "FM990.99"}), "0.5");
    EXPECT_EQ(run("TO_CHAR", {12345, "999"}), "####");
    EXPECT_EQ(run("TO_CHAR", {255, "FMXX"}), "FF");
    EXPECT_EQ(run("TO_CHAR", {1999, "FMRN"}), "MCMXCIX");
    EXPECT_EQ(run("TO_CHAR", {dec("1.5"), "9V99"}), " 150");
    EXPECT_EQ(refusal("TO_CHAR", {1997, "$S9999"}), -3503);
    EXPECT_EQ(refusal("TO_CHAR", {1, "9.9.9"}), -3503);
    EXPECT_EQ(refusal("TO_CHAR", {1, "9", "NLS_ISO_CURRENCY=MARS"}), -3503);
}

TEST(number_format, refuses_marks_in_conflict) {
    for (const char* format :
         {"TM99999", "TM9C",   "TM99999C", "TME9999",   "TMEC",        "$TM9",   "BTME",          // table 8.8
          "$S9999",  "$FM999", "BFM999",   "BB9",       "BS9999",      "LC9",    "$L9",   "CS9",  // 8.11
          "9999S$",  "999MI$", "999PR$",   "$999C",     "$999L",                                  // 8.12
          "L999C",   "C999C",  "S999S",    "S999PR",    "S999MI",                                 // 8.13
          "999MIL",  "999SC",  "999EEEEL", "999MIEEEE", "999EEEEEEEE", "999MIS", "999CL",         // 8.14
          "9EEEE9",  "PR9",    "9S9",      "MI",        "EEEE"})
        EXPECT_EQ(refusal("TO_CHAR", {1997, format}), -3503) << format;
    check({
        {"manual 8.8", "TO_CHAR", {1997, "CTM9"}, "CNY1997"},
        {"manual 8.8", "TO_CHAR", {1997, "CTME"}, "CNY1.997E+03"},
        {"manual 8.9", "TO_CHAR", {-1234, "9999$PR"}, "<$1234>"},
        {"manual 8.10", "TO_CHAR", {"-1997", "999999EEEEMI"}, "2E+03-"},
        {"manual 8.1.35", "TO_CHAR", {"-1997", "$999999MI"}, "  $1997-"},
    });
}

TEST(number_format, reads_what_the_manual_s_table_lists) {
    check({
        {"man-func-32-1", "TO_NUMBER", {"2,222.22", "9G999D99"}, "2222.22"},
        {"man-func-32-3", "TO_NUMBER", {"$2,222.22", "$9G999D99"}, "2222.22"},
        {"man-func-32-4", "TO_NUMBER", {"-1212.12", "S9999.99"}, "-1212.12"},
        {"man-func-32-5", "TO_NUMBER", {"1,234", "XXXX"}, "4660"},
        {"manual 8.7", "TO_NUMBER", {"12454.8-", "99999D9S"}, "-12454.8"},
        {"manual 8.7", "TO_NUMBER", {"22.5", "9G999D99"}, "22.5"},
        {"manual 8.1.32", "TO_NUMBER", {12345, "99999"}, "12345"},
    });
    // Examples 7 and 8 of the manual hold for COMPATIBLE_MODE 7.
    EXPECT_EQ(refusal("TO_NUMBER", {"12454.8-", "99G999D9S"}), -6111);
    EXPECT_EQ(refusal("TO_NUMBER", {"124,54.8-", "99G999D9S"}), -6111);
    EXPECT_EQ(refusal("TO_NUMBER", {"-1F", "XX"}), -6111);
    EXPECT_EQ(refusal("TO_NUMBER", {"1E3"}), -6111);
    EXPECT_EQ(refusal("TO_NUMBER", {12345, "99"}), -6111);
    EXPECT_EQ(refusal("TO_NUMBER", {1, "rubbish"}), -3503);
    EXPECT_EQ(refusal("TO_NUMBER", {"1", "9", "NLS_NUMERIC_CHARACTERS='5,'"}), -3503);
    EXPECT_EQ(refusal("TO_NUMBER", {"1", "9", "NLS_CURRENCY='EUR'"}), -3503);
    for (const char* format : {"99V99", "RN", "TM9", "9EEEE", "FM9", "9PR", "9MI", "9S9"})
        EXPECT_EQ(refusal("TO_NUMBER", {"9", format}), -3503) << format;
}

TEST(conversion, reads_and_writes_hexadecimal_digits) {
    check({
        {"all", "RAWTOHEX", {raw({0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF})}, "0123456789ABCDEF"},
        {"lower", "UNHEX", {"6a6B"}, "jk"},
    });
    EXPECT_EQ(refusal("UNHEX", {"6@"}), -6111);
    EXPECT_EQ(refusal("UNHEX", {"`6"}), -6111);
}

// More formats than are kept, over and over.
TEST(number_format, means_the_same_each_time) {
    for (int round = 0; round < 3; ++round) {
        for (int digits = 2; digits < 14; ++digits) {
            const std::string format(static_cast<std::size_t>(digits), '0');
            const std::string expected = " " + std::string(static_cast<std::size_t>(digits - 2), '0') + "42";
            EXPECT_EQ(run("TO_CHAR", {42, format.c_str()}), expected);
        }
        EXPECT_EQ(refusal("TO_CHAR", {1, "9.9.9"}), -3503);
    }
}

}  // namespace

}  // namespace dmkit::mock::functions_test
