#include <dmkit/wire/value_codec.hpp>

#include <cmath>

#include <gtest/gtest.h>

#include <dmkit/wire/messages/statement.hpp>

#include "vectors.hpp"

namespace dmkit::wire {
namespace {

using dmkit::test::from_hex;
using dmkit::test::to_hex;

struct value_codec : testing::Test {
    std::string encode(const data_type& type, const field_view& value) {
        bytes out = from_hex("aa");
        const value_fault fault = encode_value(type, value, context, out);
        if (fault != value_fault::none) {
            EXPECT_EQ(to_hex(out), "aa");
            return "fault: " + std::string(to_string(fault));
        }
        return to_hex(out).substr(2);
    }
    static std::string fault(value_fault f) { return "fault: " + std::string(to_string(f)); }
    value_fault decode(const data_type& type, std::string_view hex) {
        const bytes data = from_hex(hex);
        field_view out;
        const value_fault result = decode_value(type, data, context, out);
        decoded = out;
        return result;
    }

    charset_converter text;
    text_arena arena;
    value_context context{text, arena, value_place::parameter, true, 480, 480};
    field decoded;
};

constexpr data_type of(type_id id, std::int32_t precision = 0, std::int32_t scale = 0) {
    return {id, precision, scale};
}

TEST_F(value_codec, integers_take_numbers_that_fit_exactly) {
    EXPECT_EQ(encode(of(type_id::tinyint), 127), "7f");
    EXPECT_EQ(encode(of(type_id::tinyint), 128), fault(value_fault::out_of_range));
    EXPECT_EQ(encode(of(type_id::tinyint), -128), "80");
    EXPECT_EQ(encode(of(type_id::smallint), 32768), fault(value_fault::out_of_range));
    EXPECT_EQ(encode(of(type_id::integer), std::int64_t{1} << 31), fault(value_fault::out_of_range));
    EXPECT_EQ(encode(of(type_id::integer), decimal("7")), "07000000");
    EXPECT_EQ(encode(of(type_id::integer), decimal("7.5")), fault(value_fault::inexact));
    EXPECT_EQ(encode(of(type_id::integer), 7.0), "07000000");
    EXPECT_EQ(encode(of(type_id::integer), 7.25F), fault(value_fault::inexact));
    EXPECT_EQ(encode(of(type_id::integer), " 42 "), "2a000000");
    EXPECT_EQ(encode(of(type_id::integer), "4x"), fault(value_fault::bad_value));
    EXPECT_EQ(encode(of(type_id::bigint), decimal("9223372036854775808")), fault(value_fault::out_of_range));
    EXPECT_EQ(encode(of(type_id::bigint), std::nan("")), fault(value_fault::out_of_range));
    EXPECT_EQ(encode(of(type_id::integer), date{2024, 1, 1}), fault(value_fault::wrong_kind));
    EXPECT_EQ(encode(of(type_id::integer), true), "01000000");
}

TEST_F(value_codec, bits_take_only_what_is_true_or_false) {
    EXPECT_EQ(encode(of(type_id::bit), true), "01");
    EXPECT_EQ(encode(of(type_id::bit), "False"), "00");
    EXPECT_EQ(encode(of(type_id::boolean), "TRUE"), "01");
    EXPECT_EQ(encode(of(type_id::bit), 2), fault(value_fault::out_of_range));
    EXPECT_EQ(encode(of(type_id::bit), "yes"), fault(value_fault::bad_value));
}

TEST_F(value_codec, decimals_and_floats_take_numbers_and_text) {
    EXPECT_EQ(encode(of(type_id::decimal), "123.45"), "c202182e");
    EXPECT_EQ(encode(of(type_id::decimal), 0.1), "c00b");
    EXPECT_EQ(encode(of(type_id::decimal), 0.1F), "c00b");
    EXPECT_EQ(encode(of(type_id::decimal), HUGE_VAL), fault(value_fault::out_of_range));
    EXPECT_EQ(encode(of(type_id::decimal), "1,5"), fault(value_fault::bad_value));
    EXPECT_EQ(encode(of(type_id::real), 1.5), "0000c03f");
    EXPECT_EQ(encode(of(type_id::real), 1e39), fault(value_fault::out_of_range));
    EXPECT_EQ(encode(of(type_id::real), HUGE_VAL), "0000807f");
    EXPECT_EQ(encode(of(type_id::double_), "123.45"), "cdccccccccdc5e40");
    EXPECT_EQ(encode(of(type_id::double_), "123.45x"), fault(value_fault::bad_value));
    EXPECT_EQ(encode(of(type_id::double_), decimal("123.45")), "cdccccccccdc5e40");
    EXPECT_EQ(encode(of(type_id::double_), bytes_view()), fault(value_fault::wrong_kind));
}

TEST_F(value_codec, text_takes_what_has_a_usual_form) {
    EXPECT_EQ(encode(of(type_id::varchar), -12), "2d3132");
    EXPECT_EQ(encode(of(type_id::varchar), decimal("1.50")), "312e35");
    EXPECT_EQ(encode(of(type_id::varchar), timestamp{{2024, 2, 29}, {1, 2, 3, 0, -300}}),
              to_hex(std::as_bytes(std::span(std::string_view("2024-02-29 01:02:03 -05:00")))));
    EXPECT_EQ(encode(of(type_id::varchar), "\xff"), fault(value_fault::unmappable));
    EXPECT_EQ(encode(of(type_id::varchar), nullptr), fault(value_fault::wrong_kind));
    EXPECT_EQ(encode(of(type_id::varbinary), "DEAd"), "dead");
    EXPECT_EQ(encode(of(type_id::varbinary), "dea"), fault(value_fault::bad_value));
    EXPECT_EQ(encode(of(type_id::varbinary), "zz"), fault(value_fault::bad_value));
    EXPECT_EQ(encode(of(type_id::binary, 2), 258), "0102");
    EXPECT_EQ(encode(of(type_id::binary, 8), -2), "fffffffffffffffe");
}

TEST_F(value_codec, dates_and_times_change_zone_where_the_type_asks) {
    const timestamp zoned{{2024, 2, 29}, {20, 0, 0, 0, 0}};
    EXPECT_EQ(encode(of(type_id::datetime), zoned), encode(of(type_id::datetime), "2024-03-01 04:00:00"));
    EXPECT_EQ(encode(of(type_id::date), zoned), encode(of(type_id::date), "2024-03-01"));
    EXPECT_EQ(encode(of(type_id::time), zoned), encode(of(type_id::time), "04:00:00"));
    EXPECT_EQ(encode(of(type_id::datetime_tz), zoned), "e807e914000000000000");
    EXPECT_EQ(encode(of(type_id::datetime), timestamp{{9999, 12, 31}, {23, 0, 0, 0, 0}}),
              fault(value_fault::out_of_range));
    EXPECT_EQ(encode(of(type_id::date), date{2023, 2, 29}), fault(value_fault::bad_value));
    EXPECT_EQ(encode(of(type_id::date), "2023-02-29"), fault(value_fault::bad_value));
    EXPECT_EQ(encode(of(type_id::time), date{2023, 2, 28}), fault(value_fault::wrong_kind));
    EXPECT_EQ(encode(of(type_id::datetime), 5), fault(value_fault::wrong_kind));
}

TEST_F(value_codec, intervals_must_fit_their_leading_field) {
    using enum interval_qualifier;
    EXPECT_EQ(encode(of(type_id::interval_ym), interval_ym{100, 0, year, 2}), fault(value_fault::out_of_range));
    EXPECT_EQ(encode(of(type_id::interval_ym), interval_ym{100, 0, year, 3}), "640000000000000030000000");
    EXPECT_EQ(encode(of(type_id::interval_ym), interval_ym{1, 0, day, 3}), fault(value_fault::bad_value));
    EXPECT_EQ(encode(of(type_id::interval_ds), interval_ds{0, 0, 0, 0, 1'000'000, second, 2, 6}),
              fault(value_fault::bad_value));
    EXPECT_EQ(encode(of(type_id::interval_ds), interval_ds{0, 0, 100, 0, 0, minute, 2, 6}),
              fault(value_fault::out_of_range));
    EXPECT_EQ(encode(of(type_id::interval_ds), "1"), fault(value_fault::wrong_kind));
}

TEST_F(value_codec, decoding_names_what_is_wrong) {
    EXPECT_EQ(decode(of(type_id::integer), "010203"), value_fault::bad_size);
    EXPECT_EQ(decode(of(type_id::decimal), ""), value_fault::bad_size);
    EXPECT_EQ(decode(of(type_id::decimal), "8001"), value_fault::bad_value);
    EXPECT_EQ(decode(of(type_id::date), "e80700"), value_fault::bad_value) << "month 0";
    EXPECT_EQ(decode(of(type_id::time), "1f00000000"), value_fault::bad_value) << "hour 31";
    EXPECT_EQ(decode(of(type_id::time), "000000fe1f"), value_fault::bad_value) << "fraction beyond a second";
    EXPECT_EQ(decode(of(type_id::time_tz), "0000000000ff7f"), value_fault::bad_value) << "zone";
    EXPECT_EQ(decode(of(type_id::date), "e807"), value_fault::bad_size);
    EXPECT_EQ(decode(of(type_id::interval_ym), "0100000002000000200f0000"), value_fault::bad_value);
    EXPECT_EQ(decode(of(type_id::cursor), "00"), value_fault::unsupported);
    EXPECT_EQ(decode(of(static_cast<type_id>(4711)), "00"), value_fault::unsupported);
    EXPECT_EQ(decode(of(type_id::real), "0000000000000000"), value_fault::bad_size);
    context.place = value_place::row;
    EXPECT_EQ(decode(of(type_id::clob), ""), value_fault::bad_size);
    EXPECT_EQ(decode(of(type_id::clob), std::string(84, '0')), value_fault::bad_value) << "neither in nor out of row";
    EXPECT_EQ(decode(of(type_id::clob), "01" + std::string(82, '0')), value_fault::bad_size);
}

TEST_F(value_codec, kinds_of_dates_are_told_by_length) {
    ASSERT_EQ(decode(of(type_id::date), "e807e9cd7980c403"), value_fault::none);
    EXPECT_EQ(decoded.to_string(), "2024-02-29 13:14:15.123456");
    ASSERT_EQ(decode(of(type_id::datetime), "e807e9"), value_fault::none);
    EXPECT_EQ(decoded.kind(), field_kind::date);
}

TEST_F(value_codec, counted_values_have_marks) {
    bytes out;
    EXPECT_EQ(encode_counted_value(of(type_id::varchar), nullptr, context, out), value_fault::none);
    EXPECT_EQ(encode_counted_value(of(type_id::varchar), "", context, out), value_fault::none);
    EXPECT_EQ(encode_counted_value(of(type_id::varchar), "ab", context, out), value_fault::none);
    EXPECT_EQ(to_hex(out), "feff000002006162");
    const std::string longest(0xFF00, 'x');
    EXPECT_EQ(encode_counted_value(of(type_id::varchar), longest, context, out), value_fault::none);
    const std::size_t before = out.size();
    EXPECT_EQ(encode_counted_value(of(type_id::varchar), longest + "x", context, out), value_fault::too_long);
    EXPECT_EQ(out.size(), before);
}

// dm8-data §7.1 and §9.1.
TEST_F(value_codec, rows_have_offsets_and_lob_heads) {
    context.place = value_place::row;
    bytes out;
    row_writer one(out, 1);
    one.begin(1);
    ASSERT_EQ(one.add(of(type_id::varchar), "hello", context), value_fault::none);
    ASSERT_EQ(one.end(), value_fault::none);
    EXPECT_EQ(to_hex(out), "130001000000000000000c00050068656c6c6f");
    out.clear();
    one.begin(1);
    ASSERT_EQ(one.add(of(type_id::varchar), nullptr, context), value_fault::none);
    ASSERT_EQ(one.end(), value_fault::none);
    EXPECT_EQ(to_hex(out), "0e0001000000000000000c00feff");

    out.clear();
    lob_value lob;
    lob.locator.table = 1000;
    lob.locator.column = 2;
    lob.locator.row = 77;
    lob.data = std::as_bytes(std::span(std::string_view("hello")));
    row_writer two(out, 2);
    two.begin(0);
    ASSERT_EQ(two.add(of(type_id::integer), 7, context), value_fault::none);
    ASSERT_EQ(two.add_lob(lob, {true, false}), value_fault::none);
    ASSERT_EQ(two.end(), value_fault::none);
    EXPECT_EQ(to_hex(out),
              "46000000000000000000"
              "0e001400"
              "040007000000"
              "3000"
              "01000000000000000005000000ffffffffffffffffe803000002004d000000000000000000000000000000"
              "68656c6c6f");
    row_reader reader(out, 2);
    decode_error error;
    ASSERT_TRUE(reader.next(error)) << error.to_string();
    const auto clob = reader.column(1);
    ASSERT_TRUE(clob);
    field_view value;
    ASSERT_EQ(decode_value(of(type_id::clob), *clob, context, value), value_fault::none);
    EXPECT_EQ(value, field_view("hello"));
}

// What JDBC 8.1.3.140 reads at message version 9: docs/protocol/drivers.md.
TEST_F(value_codec, row_ids_have_twelve_bytes_from_message_version_9_on) {
    context.place = value_place::row;
    context.wide_row_ids = true;
    bytes out;
    row_writer rows(out, 2, true);
    rows.begin(0x0001'0203'0405'0607);
    ASSERT_EQ(rows.add(of(type_id::integer), 7, context), value_fault::none);
    lob_value lob;
    lob.in_row = false;
    lob.locator.row = 77;
    ASSERT_EQ(rows.add_lob(lob, context.lobs()), value_fault::none);
    ASSERT_EQ(rows.end(), value_fault::none);
    EXPECT_EQ(to_hex(out),
              "4900"
              "0000"
              "00000001"
              "020304050607"
              "1200"
              "1800"
              "040007000000"
              "2f00"
              "02"
              "0000000000000000"
              "ffffffff"
              "ffff"
              "ffff"
              "ffffffff"  // where it lies
              "00000000"
              "0000"
              "00000000000000000000004d"
              "0000"
              "0000"
              "00000000");
    row_reader reader(out, 2, true);
    decode_error error;
    ASSERT_TRUE(reader.next(error)) << error.to_string();
    EXPECT_EQ(reader.row_id(), 0x0001'0203'0405'0607);
    lob_value read;
    ASSERT_EQ(decode_lob(*reader.column(1), context.lobs(), read), value_fault::none);
    EXPECT_EQ(read.locator, lob.locator);
    EXPECT_EQ(decode_lob(*reader.column(1), {true, false}, read), value_fault::none) << "four bytes longer";
    row_reader narrow(out, 2);
    EXPECT_FALSE(narrow.next(error)) << "offsets that point into the head";
}

TEST_F(value_codec, rows_that_do_not_fit_are_refused) {
    context.place = value_place::row;
    bytes out = from_hex("aa");
    row_writer rows(out, 3);
    const std::string half(33'000, 'x');
    rows.begin(0);
    ASSERT_EQ(rows.add(of(type_id::varchar), half, context), value_fault::none);
    EXPECT_EQ(rows.add(of(type_id::varchar), half, context), value_fault::too_long);
    rows.discard();
    EXPECT_EQ(to_hex(out), "aa");
}

TEST_F(value_codec, converted_text_stays_valid_until_the_arena_is_cleared) {
    charset_converter gb(charset::gb18030);
    value_context gb_context{gb, arena, value_place::row, true, 0, 0};
    const bytes first = from_hex("b4efc3ce");
    const bytes second = from_hex("9439fc36");
    field_view a;
    field_view b;
    ASSERT_EQ(decode_value(of(type_id::varchar), first, gb_context, a), value_fault::none);
    ASSERT_EQ(decode_value(of(type_id::varchar), second, gb_context, b), value_fault::none);
    EXPECT_EQ(a, field_view("达梦"));
    EXPECT_EQ(b, field_view("😀"));
}

}  // namespace
}  // namespace dmkit::wire
