// Descriptions and values of complex types, against what the vendor's driver wrote and read (dm8-data §10.4).
#include <algorithm>
#include <memory>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <dmkit/wire/messages/statement.hpp>
#include <dmkit/wire/structure_codec.hpp>

#include "vectors.hpp"

namespace dmkit::wire {
namespace {

using dmkit::test::from_hex;
using dmkit::test::to_hex;

struct coding {
    charset_converter text;
    text_arena arena;
    value_context context{text, arena, value_place::row, true, 480, 480};
};

structured_value value_of(const boost::json::value& json) {
    structured_value::list members;
    for (const auto& item : json.as_array()) {
        if (item.is_null())
            members.emplace_back();
        else if (item.is_int64())
            members.emplace_back(item.as_int64());
        else
            members.emplace_back(std::string(item.as_string()));
    }
    return members;
}

type_description described(std::string_view hex) {
    coding s;
    const auto data = from_hex(hex);
    byte_reader in(data);
    type_description type;
    decode_type_description(in, s.text, type);
    EXPECT_FALSE(in.failed());
    EXPECT_EQ(in.remaining(), 0U);
    return type;
}

const type_description integer{.type = {type_id::integer, 4, 0}, .name = {}, .members = {}};
const type_description varchar20{.type = {type_id::varchar, 20, 0}, .name = {}, .members = {}};

type_description object_type() {
    return {.type = {type_id::class_, 0, 0},
            .name = "CLS",
            .schema_id = 1,
            .object_id = 1003,
            .object_version = 1,
            .members = {integer, varchar20}};
}

type_description record_of(type_description member, int depth) {
    for (int i = 0; i < depth; ++i)
        member = {.type = {type_id::record, 0, 0}, .name = "R", .members = {member}};
    return member;
}

/// The vectors of complex types, with the description that each has.
template <class Action>
int for_each_vector(const Action& action) {
    int count = 0;
    for (const auto& item : dmkit::test::load_vectors("type-vectors.json")) {
        const auto& entry = item.as_object();
        if (const auto* description = entry.if_contains("description")) {
            ++count;
            SCOPED_TRACE(boost::json::serialize(entry));
            action(entry, from_hex(description->as_string()));
        }
    }
    return count;
}

TEST(structure_codec, the_drivers_descriptions_and_values_decode_and_encode_to_the_same_bytes) {
    const int count = for_each_vector([](const boost::json::object& entry, const bytes& description) {
        coding s;
        byte_reader in(description);
        type_description type;
        decode_type_description(in, s.text, type);
        ASSERT_FALSE(in.failed());
        ASSERT_EQ(in.remaining(), 0U);
        EXPECT_EQ(static_cast<std::int64_t>(type.type.id), entry.at("type_id").as_int64());

        bytes out;
        ASSERT_EQ(encode_type_description(type, s.text, out), value_fault::none);
        EXPECT_EQ(to_hex(out), to_hex(description));
        out.clear();
        ASSERT_EQ(encode_packed_description(type, s.text, out), value_fault::none);
        EXPECT_EQ(to_hex(out), std::string_view(entry.at("packed_description").as_string()));
        EXPECT_EQ(static_cast<std::int64_t>(out.size()), entry.at("precision").as_int64());

        const auto expected = value_of(entry.at("value"));
        structured_value value;
        ASSERT_EQ(decode_structure(type, from_hex(entry.at("hex").as_string()), s.context, value), value_fault::none);
        EXPECT_EQ(value, expected);
        out.clear();
        ASSERT_EQ(encode_structure(type, expected, s.context, out), value_fault::none);
        EXPECT_EQ(to_hex(out), std::string_view(entry.at("hex").as_string()));
    });
    EXPECT_EQ(count, 5);
}

TEST(structure_codec, says_what_the_descriptions_mean) {
    EXPECT_EQ(described("770000000300434c530100000000000000eb0300000100000002000700000004000000000000000200000014000000"
                        "00000000"),
              object_type());
    const auto collection = described(
        "77000000030056415201000000000000000400000001000000d007000001000000030001000a000000070000000400000000"
        "000000");
    EXPECT_TRUE(is_collection(collection));
    EXPECT_EQ(collection.collection, collection_kind::varray);
    EXPECT_EQ(collection.outer_id, 2000);
    EXPECT_EQ(collection.sub_id, 3);
    EXPECT_EQ(collection.max_count, 10);
    ASSERT_EQ(collection.members.size(), 1U);
    EXPECT_EQ(collection.members.front(), integer);
}

TEST(structure_codec, the_short_form_names_objects_and_collections_without_members) {
    for_each_vector([](const boost::json::object& entry, const bytes& description) {
        coding s;
        byte_reader in(description);
        type_description full;
        decode_type_description(in, s.text, full);
        const auto packed = from_hex(entry.at("packed_description").as_string());
        byte_reader packed_in(packed);
        type_description type;
        decode_packed_description(packed_in, s.text, type);
        ASSERT_FALSE(packed_in.failed());
        EXPECT_EQ(packed_in.remaining(), 0U);
        EXPECT_EQ(type.name, full.name);
        EXPECT_EQ(type.object_id, full.object_id);
        EXPECT_EQ(type.members.size(), full.type.id == type_id::class_ ? 0 : full.members.size());
    });
}

TEST(structure_codec, objects_in_a_blob_begin_with_magic_number_and_check) {
    const std::string hex = "ffe4a70411000000770000020007000400000002001400000000130000000001040007000000000102006162";
    coding s;
    const structured_value expected(structured_value::list{7, std::string("ab")});
    structured_value value;
    ASSERT_EQ(decode_structure(object_type(), from_hex(hex), s.context, value), value_fault::none);
    EXPECT_EQ(value, expected);
    bytes out;
    ASSERT_EQ(encode_object_blob(object_type(), expected, s.context, out), value_fault::none);
    EXPECT_EQ(to_hex(out), hex);
    const type_description with_array{.type = {type_id::class_, 0, 0},
                                      .name = "A",
                                      .members = {{.type = {type_id::array, 0, 0}, .name = "X", .members = {integer}}}};
    EXPECT_EQ(
        encode_object_blob(with_array, structured_value(structured_value::list{structured_value()}), s.context, out),
        value_fault::unsupported);
    EXPECT_EQ(to_hex(out), hex);
}

TEST(structure_codec, structures_nest) {
    coding s;
    type_description array{.type = {type_id::array, 0, 0}, .name = "A", .members = {object_type()}};
    type_description record{.type = {type_id::record, 0, 0},
                            .name = "达梦",
                            .members = {{.type = {type_id::boolean, 1, 0}, .name = {}, .members = {}},
                                        {.type = {type_id::clob, 0, 0}, .name = {}, .members = {}},
                                        {.type = {type_id::blob, 0, 0}, .name = {}, .members = {}},
                                        array}};
    bytes description;
    ASSERT_EQ(encode_type_description(record, s.text, description), value_fault::none);
    EXPECT_EQ(described(to_hex(description)), record);

    const structured_value object(structured_value::list{-1, std::string("文字")});
    const structured_value value(
        structured_value::list{true, std::string(70000, 'x'), bytes(3, std::byte{7}),
                               structured_value(structured_value::list{object, structured_value(), object})});
    bytes out;
    ASSERT_EQ(encode_structure(record, value, s.context, out), value_fault::none);
    structured_value back;
    ASSERT_EQ(decode_structure(record, out, s.context, back), value_fault::none);
    EXPECT_EQ(back, value);
    EXPECT_EQ(s.context.place, value_place::row);
}

TEST(structure_codec, refuses_values_of_another_shape) {
    coding s;
    bytes out;
    const auto encode = [&](const type_description& type, const structured_value& value) {
        return encode_structure(type, value, s.context, out);
    };
    const structured_value one(structured_value::list{1});
    EXPECT_EQ(encode(object_type(), one), value_fault::wrong_kind);
    EXPECT_EQ(encode(object_type(), 7), value_fault::wrong_kind);
    EXPECT_EQ(encode(object_type(), structured_value(structured_value::list{std::string("x"), std::string("y")})),
              value_fault::bad_value);
    type_description collection = object_type();
    collection.object_id = collection_object_id;
    collection.collection = collection_kind::varray;
    collection.max_count = 1;
    collection.members = {integer};
    EXPECT_EQ(encode(collection, one), value_fault::none);
    out.clear();
    EXPECT_EQ(encode(collection, structured_value(structured_value::list{1, 2})), value_fault::out_of_range);
    const type_description pair{.type = {type_id::static_array, 0, 0}, .name = {}, .length = 2, .members = {integer}};
    EXPECT_EQ(encode(pair, one), value_fault::out_of_range);
    // NULL has no form of its own as a BOOLEAN member.
    const type_description flags{.type = {type_id::array, 0, 0},
                                 .name = {},
                                 .members = {{.type = {type_id::boolean, 1, 0}, .name = {}, .members = {}}}};
    EXPECT_EQ(encode(flags, structured_value(structured_value::list{structured_value()})), value_fault::wrong_kind);
    EXPECT_TRUE(out.empty());
}

TEST(structure_codec, bounds_depth_and_counts) {
    coding s;
    bytes out;
    EXPECT_EQ(encode_type_description(record_of(integer, max_structure_depth + 1), s.text, out), value_fault::too_long);
    EXPECT_TRUE(out.empty());
    // A record of one field, nested until the bytes end.
    bytes deep;
    for (int i = 0; i < 10000; ++i) {
        const auto level = from_hex(
            "790000000000"
            "0000000000000000"
            "0000000000000000"
            "0100");
        deep.insert(deep.end(), level.begin(), level.end());
    }
    byte_reader in(deep);
    static_cast<void>(skip_type_description(in));
    EXPECT_EQ(in.fault(), decode_fault::bad_value);

    // 65535 fields announced, none there.
    const auto many = from_hex(
        "790000000000"
        "0000000000000000"
        "0000000000000000"
        "ffff");
    byte_reader in_many(many);
    type_description type;
    decode_type_description(in_many, s.text, type);
    EXPECT_EQ(in_many.fault(), decode_fault::bad_count);

    const type_description array{.type = {type_id::array, 0, 0}, .name = {}, .members = {integer}};
    structured_value value;
    EXPECT_EQ(decode_structure(array, from_hex("14000000ffffff7f000000000000000000000000"), s.context, value),
              value_fault::bad_value);
    EXPECT_EQ(decode_structure(array, from_hex("140000000000000000000000ffffff7fffffff7f"), s.context, value),
              value_fault::bad_size);
    // A reference to an object read before.
    EXPECT_EQ(decode_structure(object_type(), from_hex("0100000000"), s.context, value), value_fault::unsupported);
}

/// What is announced on one level is not there for the next one: else each would be given memory for all of the bytes.
TEST(structure_codec, bounds_the_members_of_all_levels_together) {
    coding s;
    type_description nested = integer;
    for (int i = 0; i < max_structure_depth; ++i)
        nested = {.type = {type_id::static_array, 0, 0}, .name = {}, .members = {nested}};
    constexpr std::size_t size = 4000;
    bytes value;
    const auto number = [&](std::uint32_t n) {
        for (int i = 0; i < 4; ++i)
            value.push_back(static_cast<std::byte>(n >> (8 * i)));
    };
    for (int i = 0; i < 3; ++i) {
        number(static_cast<std::uint32_t>(size - value.size()));
        number(static_cast<std::uint32_t>((size - value.size() - 4) / 2));
        value.push_back(std::byte{0});
        value.push_back(std::byte{1});
    }
    value.resize(size);
    structured_value out;
    EXPECT_EQ(decode_structure(nested, value, s.context, out), value_fault::bad_value);
    // Halves that fit are taken: an array of two arrays of two integers, all of them NULL.
    const type_description inner{.type = {type_id::static_array, 0, 0}, .name = {}, .length = 2, .members = {integer}};
    const type_description outer{.type = {type_id::static_array, 0, 0}, .name = {}, .length = 2, .members = {inner}};
    const structured_value::list nulls{{}, {}};
    const structured_value all(structured_value::list{nulls, nulls});
    bytes encoded;
    ASSERT_EQ(encode_structure(outer, all, s.context, encoded), value_fault::none);
    ASSERT_EQ(decode_structure(outer, encoded, s.context, out), value_fault::none);
    EXPECT_EQ(out, all);
}

TEST(structure_codec, cut_short_anywhere_is_an_error) {
    for_each_vector([](const boost::json::object& entry, const bytes& description) {
        coding s;
        byte_reader whole(description);
        type_description type;
        decode_type_description(whole, s.text, type);
        const auto value = from_hex(entry.at("hex").as_string());
        for (std::size_t size = 0; size < value.size(); ++size) {
            const auto copy = std::make_unique<std::byte[]>(size);
            std::copy_n(value.begin(), size, copy.get());
            structured_value out;
            EXPECT_NE(decode_structure(type, {copy.get(), size}, s.context, out), value_fault::none);
        }
        for (std::size_t size = 0; size < description.size(); ++size) {
            const auto copy = std::make_unique<std::byte[]>(size);
            std::copy_n(description.begin(), size, copy.get());
            byte_reader in({copy.get(), size});
            static_cast<void>(skip_type_description(in));
            EXPECT_TRUE(in.failed());
        }
    });
}

/// Looks at the places that a visitor is told.
class place_checker final : public field_visitor {
  public:
    explicit place_checker(std::span<const std::byte> frame) : frame_(frame) {}
    void number(const field_place& place, std::int64_t value) override {
        if (!in_list_)
            return;
        const auto shown = frame_.subspan(place.offset, place.size);
        std::int64_t read = 0;
        for (std::size_t i = 0; i < shown.size(); ++i)
            read |= std::to_integer<std::int64_t>(shown[i]) << (8 * i);
        EXPECT_EQ(read, value) << place.name;
        ++numbers;
    }
    void text(const field_place&, std::string_view) override {}
    void bytes(const field_place& place, std::span<const std::byte> value) override {
        EXPECT_EQ(to_hex(frame_.subspan(place.offset, place.size)), to_hex(value)) << place.name;
        ++descriptions;
    }
    void null(const field_place&) override {}
    void begin_list(const field_place&, std::size_t) override { in_list_ = true; }
    void begin_element() override {}
    void end_element() override {}
    void end_list() override { in_list_ = false; }
    void count(const field_place&, std::size_t) override {}

    int numbers = 0;
    int descriptions = 0;

  private:
    std::span<const std::byte> frame_;
    bool in_list_ = false;
};

TEST(structure_codec, descriptions_are_shown_where_they_stand) {
    const auto first = from_hex(
        "77000000 0300 434c53 01000000 00000000 eb030000 01000000 0200 070000000400000000000000 "
        "021400000000000000000000");
    prepare_response response;
    response.columns.resize(3);
    for (std::size_t i = 0; i < 3; ++i) {
        response.columns[i].type = i == 1 ? 7 : 119;
        response.columns[i].precision = static_cast<std::int32_t>(100 + i);
        response.columns[i].name = "ABC";
    }
    response.columns[0].description = response.columns[2].description = first;
    bytes frame;
    encode(response, {}, frame);
    place_checker checker(frame);
    const std::span<const std::byte> view(frame);
    const auto messages = describe_messages();
    const auto shown = std::find_if(messages.begin(), messages.end(),
                                    [](const message_description& each) { return each.name == "PREPARE response"; });
    ASSERT_NE(shown, messages.end());
    ASSERT_FALSE(shown->visit({view.first<header_size>(), view.subspan(header_size)}, {}, checker));
    EXPECT_GE(checker.numbers, 9);
    EXPECT_EQ(checker.descriptions, 2);
}

TEST(structure_codec, descriptions_stand_behind_the_descriptors) {
    const auto description =
        from_hex("7500000003004152520100000000000000e80300000100000000000000070000000400000000000000");
    prepare_response response;
    response.parameters.resize(3);
    response.parameters[0].type = 7;
    response.parameters[1].type = 117;
    response.parameters[1].description = description;
    response.parameters[2].type = 12;
    response.parameters[2].scale = object_blob_scale;
    response.parameters[2].description = description;
    response.columns.resize(2);
    response.columns[0].type = 117;
    response.columns[0].name = "A";
    response.columns[0].description = description;
    response.columns[1].type = 2;
    response.columns[1].name = "B";
    std::vector<std::byte> frame;
    encode(response, {}, frame);
    // Two descriptors of 32 bytes and their names, then 41 bytes for the column that is an array.
    const std::string all = to_hex(frame);
    EXPECT_TRUE(all.ends_with(to_hex(description)));

    prepare_response back;
    const std::span<const std::byte> view(frame);
    ASSERT_FALSE(decode({view.first<header_size>(), view.subspan(header_size)}, {}, back));
    EXPECT_TRUE(back.parameters[0].description.empty());
    EXPECT_EQ(to_hex(back.parameters[1].description), to_hex(description));
    EXPECT_EQ(to_hex(back.parameters[2].description), to_hex(description));
    EXPECT_EQ(to_hex(back.columns[0].description), to_hex(description));
    EXPECT_EQ(back.columns[1].name, "B");
}

}  // namespace
}  // namespace dmkit::wire
