#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "client/session/descriptions.hpp"
#include "client/session/parameters.hpp"
#include "script.hpp"

namespace dmkit::session::test {
namespace {

/// docs/protocol, EXECUTE2: how the vendor's Go driver chooses types.
TEST(NaturalType, IsThatOfTheVendorsDriver) {
    const auto type = [](const field_view& value) { return natural_type(value); };
    EXPECT_EQ(type(nullptr), (data_type{type_id::varchar, 8188, 0}));
    EXPECT_EQ(type(true), (data_type{type_id::tinyint, 1, 0}));
    EXPECT_EQ(type(7), (data_type{type_id::bigint, 8, 0}));
    EXPECT_EQ(type(1.5F).id, type_id::real);
    EXPECT_EQ(type(1.5).id, type_id::double_);
    EXPECT_EQ(type(decimal("1.5")), (data_type{type_id::decimal, 0, 0}));
    EXPECT_EQ(type("ab"), (data_type{type_id::varchar, 8188, 0}));
    const std::string long_text(8188, 'x');
    EXPECT_EQ(type(std::string_view(long_text)).id, type_id::clob);
    const dmkit::bytes short_data(8187);
    const dmkit::bytes long_data(8188);
    EXPECT_EQ(type(short_data), (data_type{type_id::varbinary, 8188, 0}));
    EXPECT_EQ(type(long_data).id, type_id::blob);
    EXPECT_EQ(type(date{2024, 2, 29}), (data_type{type_id::date, 3, 0}));
    timestamp point{{2024, 2, 29}, {13, 14, 15, 123456000, {}}};
    EXPECT_EQ(type(point), (data_type{type_id::datetime, 8, 6}));
    point.time.nanosecond = 123456789;
    EXPECT_EQ(type(point), (data_type{type_id::datetime2, 9, 9}));
    point.time.offset_minutes = std::int16_t{480};
    EXPECT_EQ(type(point), (data_type{type_id::datetime2_tz, 11, 9}));
    EXPECT_EQ(type(interval_ym{1, 2}).scale, (interval_ym{1, 2}).scale_word());
}

struct written {
    parameter_fault fault;
    std::vector<wire::parameter_type> types;
    std::string rows;
};

written write(std::vector<parameter_metadata> described, std::vector<field_view> values) {
    const auto state = logged_in();
    parameter_writer writer(*state, described);
    written out;
    out.fault = writer.choose_types(single_row(values));
    if (!out.fault)
        out.fault = writer.add_row(values);
    out.types = writer.types();
    out.rows = to_hex(writer.bytes());
    return out;
}

parameter_metadata described(type_id id, std::int32_t precision = 0, std::int32_t scale = 0, bool exact = true) {
    parameter_metadata out;
    out.type = {id, precision, scale};
    out.exact = exact;
    return out;
}

TEST(Parameters, GiveUpTheMemoryOfABatch) {
    const auto state = logged_in();
    const std::vector<parameter_metadata> parameters{described(type_id::varchar, 50)};
    const std::vector<field_view> values{"a text of a row, one of many"};
    {
        parameter_writer writer(*state, parameters);
        ASSERT_FALSE(writer.choose_types(single_row(values)));
        while (writer.bytes().size() < (1U << 20U))
            ASSERT_FALSE(writer.add_row(values));
    }
    const parameter_writer next(*state, parameters);
    EXPECT_LT(state->parameters.rows.capacity(), 1U << 17U);
}

// The vector "OUT INT, INOUT INT=9, OUT CURSOR" of the vendor's Go driver (dm8-data, section 4.1).
TEST(Parameters, GiveNothingForOutAndAHandleForACursor) {
    std::vector<parameter_metadata> parameters{described(type_id::integer, 4), described(type_id::integer, 4),
                                               described(type_id::cursor)};
    parameters[0].direction = parameters[2].direction = parameter_direction::out;
    parameters[1].direction = parameter_direction::in_out;
    const std::vector<field_view> values{nullptr, 9, nullptr};
    const auto state = logged_in();
    parameter_writer writer(*state, parameters);
    EXPECT_EQ(writer.choose_types(single_row(values)).code, client_errc::unsupported_type);
    writer.set_cursor(2, 0x55);
    ASSERT_FALSE(writer.choose_types(single_row(values)));
    ASSERT_FALSE(writer.add_row(values));
    ASSERT_EQ(writer.types().size(), 3U);
    EXPECT_EQ(writer.types()[0].direction, 1);
    EXPECT_EQ(writer.types()[1].direction, 2);
    EXPECT_EQ(writer.types()[2].direction, 2);
    EXPECT_EQ(writer.types()[2].type, 120);
    EXPECT_EQ(to_hex(writer.bytes()), "040009000000040055000000");
}

TEST(Parameters, OfUnknownTypeTakeThatOfTheVariable) {
    std::vector<parameter_metadata> parameters{described(type_id::varchar, 8188, 0, false)};
    parameters[0].direction = parameter_direction::out;
    const std::vector<field_view> values{nullptr};
    const auto state = logged_in();
    parameter_writer writer(*state, parameters);
    writer.set_wanted(0, natural_type(field_view(std::int64_t{0})));
    ASSERT_FALSE(writer.choose_types(single_row(values)));
    EXPECT_EQ(writer.types()[0].type, static_cast<int>(type_id::bigint));
}

/// The value that goes in says what it takes; the variable alone knows neither nanoseconds nor zone nor length.
TEST(Parameters, OfUnknownTypeKeepAllOfTheValueThatIsGiven) {
    const auto type_of = [](const field_view& given, const data_type& wanted) {
        std::vector<parameter_metadata> parameters{described(type_id::unknown)};
        parameters[0].direction = parameter_direction::in_out;
        const auto state = logged_in();
        parameter_writer writer(*state, parameters);
        writer.set_wanted(0, wanted);
        EXPECT_FALSE(writer.choose_types(single_row(std::span(&given, 1))));
        EXPECT_FALSE(writer.add_row(std::span(&given, 1)));
        return static_cast<type_id>(writer.types().at(0).type);
    };
    timestamp moment{{2024, 2, 29}, {13, 14, 15, 123456789, std::int16_t{480}}};
    EXPECT_EQ(type_of(moment, natural_type(timestamp{})), type_id::datetime2_tz);
    const std::string text(70'000, 'x');
    EXPECT_EQ(type_of(std::string_view(text), natural_type(std::string_view())), type_id::clob);
    EXPECT_EQ(type_of(nullptr, natural_type(timestamp{})), type_id::datetime);
}

TEST(Parameters, TakeTheServersTypeWhenItIsExact) {
    const auto out = write({described(type_id::integer, 4)}, {7});
    ASSERT_FALSE(out.fault) << out.fault.text;
    EXPECT_EQ(out.types[0].type, 7);
    EXPECT_EQ(out.rows, "040007000000");
}

TEST(Parameters, TakeTheirOwnTypeWhenTheServerGuesses) {
    const auto out = write({described(type_id::varchar, 8188, 0, false)}, {7});
    EXPECT_EQ(out.types[0].type, static_cast<int>(type_id::bigint));
    EXPECT_EQ(out.rows, "08000700000000000000");
    const auto unknown = write({described(type_id::unknown)}, {nullptr});
    EXPECT_EQ(unknown.types[0].type, static_cast<int>(type_id::varchar)) << "UNKNOWN is never sent";
    EXPECT_EQ(unknown.rows, "feff");
}

TEST(Parameters, TakeTheServersTypeForNull) {
    const auto out = write({described(type_id::date, 3, 0, false)}, {nullptr});
    EXPECT_EQ(out.types[0].type, static_cast<int>(type_id::date));
}

TEST(Parameters, KeepMarksOfTheServersType) {
    const auto out = write({described(type_id::datetime, 8, 0x2000, false)}, {timestamp{{2024, 2, 29}, {}}});
    EXPECT_EQ(out.types[0].scale, 0x2000);
}

TEST(Parameters, GoAsTheyAreWhenTheServersTypeCannotHoldThem) {
    // `WHERE INT_COLUMN > ?` with 1.5 is a fair question: the server compares.
    const auto half = write({described(type_id::integer, 4)}, {decimal("1.5")});
    ASSERT_FALSE(half.fault) << half.fault.text;
    EXPECT_EQ(half.types[0].type, static_cast<int>(type_id::decimal));
    const auto wide = write({described(type_id::integer, 4)}, {std::int64_t{1} << 40});
    ASSERT_FALSE(wide.fault) << wide.fault.text;
    EXPECT_EQ(wide.types[0].type, static_cast<int>(type_id::bigint));
}

TEST(Parameters, RefuseTextThatIsNoValueOfTheType) {
    const auto out = write({described(type_id::integer, 4)}, {"seven"});
    EXPECT_EQ(out.fault.code, client_errc::parameter_type);
    EXPECT_NE(out.fault.text.find("parameter 1"), std::string::npos);
    EXPECT_EQ(out.fault.text.find("seven"), std::string::npos) << "values are never in errors";
}

/// docs/protocol, EXECUTE2: the empty string for a number or a date is NULL.
TEST(Parameters, TakeEmptyTextForNullWhereTextHasNoPlace) {
    EXPECT_EQ(write({described(type_id::integer, 4)}, {""}).rows, "feff");
    EXPECT_EQ(write({described(type_id::varchar, 20)}, {""}).rows, "0000");
}

/// docs/protocol, EXECUTE2: a text longer than described raises the precision in steps.
TEST(Parameters, RaiseThePrecisionOfLongText) {
    const std::string text(2048, 'x');
    const auto out = write({described(type_id::varchar, 20)}, {std::string_view(text)});
    EXPECT_EQ(out.types[0].precision, 4094);
    const std::string longer(9000, 'x');
    EXPECT_EQ(write({described(type_id::varchar, 20)}, {std::string_view(longer)}).types[0].precision, 16383);
    const std::string too_long(65281, 'x');
    EXPECT_EQ(write({described(type_id::varchar, 20)}, {std::string_view(too_long)}).fault.code,
              client_errc::parameter_too_long);
}

TEST(Parameters, RefuseCursors) {
    EXPECT_EQ(write({described(type_id::cursor)}, {nullptr}).fault.code, client_errc::unsupported_type);
    EXPECT_EQ(write({described(type_id::array)}, {nullptr}).fault.code, client_errc::unsupported_type)
        << "without a description";
}

TEST(Parameters, SendLobsUpTo2048BytesInTheRow) {
    const auto state = logged_in();
    const std::vector<parameter_metadata> types = {described(type_id::blob, 2147483647)};
    for (const std::size_t size : {2048U, 2049U}) {
        parameter_writer writer(*state, types);
        const dmkit::bytes data(size, std::byte{0x61});
        const field_view values[] = {data};
        ASSERT_FALSE(writer.choose_types(single_row(values)));
        ASSERT_FALSE(writer.add_row(values));
        EXPECT_EQ(writer.off_row().size(), size > 2048 ? 1U : 0U);
        EXPECT_EQ(writer.bytes().size(), size > 2048 ? 2U : 2U + size);
    }
}

/// dm8-data §10.4: what the vendor's driver sends for an object and for the same object in a BLOB.
constexpr std::string_view object_description =
    "770000000300434c530100000000000000eb030000010000000200070000000400000000000000020000001400000000000000";
const structured_value object_value(structured_value::list{7, std::string("ab")});

parameter_metadata described_structure(type_id id, std::int32_t scale) {
    const auto state = logged_in();
    const auto encoded = from_hex(object_description);
    wire::parameter_descriptor descriptor;
    descriptor.type = static_cast<std::int32_t>(id);
    descriptor.scale = scale;
    descriptor.description = encoded;
    return make_parameters(*state, {&descriptor, 1}).front();
}

TEST(StructuredParameters, TravelWithTheShortDescriptionOfTheirType) {
    const auto parameter = described_structure(type_id::class_, 0);
    ASSERT_NE(parameter.structure, nullptr);
    EXPECT_EQ(parameter.structure->description().name, "CLS");
    const auto out = write({parameter}, {parameter.structure->encode(object_value)});
    ASSERT_FALSE(out.fault) << out.fault.text;
    EXPECT_EQ(out.types[0].precision, 17);
    EXPECT_EQ(to_hex(out.types[0].description), "770000000300434c53eb03000001000000");
    EXPECT_EQ(out.rows, "130000130000000001040007000000000102006162");
    EXPECT_EQ(write({parameter}, {nullptr}).rows, "feff");
    EXPECT_EQ(write({parameter}, {7}).types[0].type, static_cast<int>(type_id::bigint)) << "the server refuses it";
}

TEST(StructuredParameters, BeyondTheShortLengthHaveALongOne) {
    const auto parameter = described_structure(type_id::class_, 0);
    dmkit::bytes big(70000, std::byte{0});
    const auto out = write({parameter}, {field_view(big)});
    ASSERT_FALSE(out.fault) << out.fault.text;
    EXPECT_EQ(out.rows.substr(0, 12), "ffff70110100");
    EXPECT_EQ(out.rows.size(), 2 * (2 + 4 + 70000));
    // Servers of earlier message versions do not know the form.
    const auto state = logged_in();
    state->codec.message_version = 5;
    const std::vector<parameter_metadata> parameters{parameter};
    parameter_writer writer(*state, parameters);
    const field_view value(big);
    EXPECT_FALSE(writer.choose_types(single_row({&value, 1})));
    EXPECT_EQ(writer.add_row({&value, 1}).code, client_errc::parameter_too_long);
}

TEST(StructuredParameters, InABlobAreNamedByTheirNumber) {
    const auto parameter = described_structure(type_id::blob, object_blob_scale);
    const auto out = write({parameter}, {parameter.structure->encode(object_value)});
    ASSERT_FALSE(out.fault) << out.fault.text;
    EXPECT_EQ(out.types[0].precision, 1003);
    EXPECT_EQ(out.types[0].scale, 5);
    EXPECT_EQ(out.rows, "2c00ffe4a70411000000770000020007000400000002001400000000130000000001040007000000000102006162");
}

TEST(StructuredColumns, DecodeTheBytesOfTheirFields) {
    const auto state = logged_in();
    const auto encoded = from_hex(object_description);
    wire::column_descriptor descriptor;
    descriptor.type = static_cast<std::int32_t>(type_id::class_);
    descriptor.description = encoded;
    const auto columns = make_columns(*state, {&descriptor, 1});
    const auto& structure = columns->metadata.front().structure;
    ASSERT_NE(structure, nullptr);
    EXPECT_EQ(structure->decode(from_hex("00130000000001040007000000000102006162")), object_value);
    // The type is the same when it is described again.
    EXPECT_EQ(columns->metadata, make_columns(*state, {&descriptor, 1})->metadata);
    auto other = columns->metadata.front();
    other.structure = nullptr;
    EXPECT_FALSE(other == columns->metadata.front());
    try {
        static_cast<void>(structure->decode(from_hex("0013")));
        FAIL();
    } catch (const error& problem) {
        EXPECT_EQ(problem.code(), client_errc::value_format);
    }
}

}  // namespace
}  // namespace dmkit::session::test
