// Every scalar vector of tests/vectors/type-vectors.json, which the vendor's drivers wrote or read.
#include <cstdlib>
#include <map>
#include <memory>
#include <regex>
#include <set>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <dmkit/wire/messages/statement.hpp>
#include <dmkit/wire/value_codec.hpp>

#include "vectors.hpp"

namespace dmkit::wire {
namespace {

using dmkit::test::from_hex;
using dmkit::test::to_hex;

struct vector_entry {
    std::string type_name;
    data_type type;
    bool row = false;
    bool null = false;
    std::string value;
    std::string note;
    std::string via;
    bytes raw;
    bytes counted;
    charset set = charset::utf8;
};

/// Types whose values are built from descriptions (docs/protocol: complex types). They have a codec of their own.
const std::set<std::string, std::less<>> complex_types = {"ARRAY", "SARRAY", "CLASS", "PLTYPE_RECORD"};

std::vector<vector_entry> read_vectors() {
    std::vector<vector_entry> result;
    for (const auto& item : dmkit::test::load_vectors("type-vectors.json")) {
        const auto& object = item.as_object();
        const auto string = [&object](std::string_view key) {
            const auto* member = object.if_contains(key);
            return member != nullptr && member->is_string() ? std::string(member->as_string()) : std::string();
        };
        const auto number = [&object](std::string_view key) {
            return static_cast<std::int32_t>(object.at(key).as_int64());
        };
        vector_entry entry;
        entry.type_name = string("type");
        entry.type = {static_cast<type_id>(number("type_id")), number("precision"), number("scale")};
        if (complex_types.contains(entry.type_name) || (entry.type.id == type_id::blob && entry.type.scale == 5))
            continue;
        entry.row = string("direction") == "row";
        entry.null = object.at("value").is_null();
        entry.value = string("value");
        entry.note = string("note");
        entry.via = string("via");
        entry.raw = from_hex(string("hex"));
        entry.counted = from_hex(string("wire"));
        entry.set = string("encoding") == "GB18030" ? charset::gb18030 : charset::utf8;
        result.push_back(std::move(entry));
    }
    return result;
}

const std::vector<vector_entry>& vectors() {
    static const std::vector<vector_entry> entries = read_vectors();
    return entries;
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string describe(const vector_entry& entry) {
    return entry.type_name + (entry.row ? " row " : " param ") + entry.value.substr(0, 60) + " = " +
           to_hex(entry.raw).substr(0, 80) + " " + entry.note;
}

/// Everything that a session has for its values. The vectors were made with session and database zone +08:00.
struct session {
    explicit session(const vector_entry& entry) : text(entry.set) {
        context.place = entry.row ? value_place::row : value_place::parameter;
        context.new_lob = !has(entry.note, "old LOB form") && !has(entry.note, "old form");
        if (has(entry.value, "session +00:00, database +08:00")) {
            context.session_zone = 0;
            context.database_zone = 480;
        }
    }
    charset_converter text;
    text_arena arena;
    value_context context{text, arena, value_place::row, true, 480, 480};
};

field interval_of(const std::string& text) {
    static const std::regex form(
        R"(INTERVAL (-?)'([^']*)' (YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)\((\d)(?:,(\d))?\)(?: TO (MONTH|HOUR|MINUTE|SECOND))?(?:\((\d)\))?)");
    std::smatch match;
    if (!std::regex_match(text, match, form))
        throw std::runtime_error("no interval: " + text);
    const int sign = match[1].length() > 0 ? -1 : 1;
    const std::string qualifier = match[3].str() + (match[6].matched ? " TO " + match[6].str() : "");
    std::uint8_t index = 0;
    while (to_string(static_cast<interval_qualifier>(index)) != qualifier)
        ++index;
    std::vector<std::int32_t> parts;
    std::int32_t fraction = 0;
    static const std::regex number(R"((\.?)(\d+))");
    const std::string fields = match[2];
    for (std::sregex_iterator it(fields.begin(), fields.end(), number), end; it != end; ++it) {
        std::string digits = (*it)[2];
        if ((*it)[1].length() > 0) {
            digits.resize(6, '0');
            fraction = sign * std::stoi(digits);
        } else {
            parts.push_back(sign * std::stoi(digits));
        }
    }
    const auto precision = static_cast<std::uint8_t>(match[4].str()[0] - '0');
    const auto kind = static_cast<interval_qualifier>(index);
    if (kind <= interval_qualifier::month) {
        interval_ym result{0, 0, kind, precision};
        (kind == interval_qualifier::month ? result.months : result.years) = parts[0];
        if (parts.size() > 1)
            result.months = parts[1];
        return field(field_view(result));
    }
    interval_ds result;
    result.qualifier = kind;
    result.leading_precision = precision;
    // Kinds without seconds carry 6 in the scale word (dm8-data §8.9).
    result.seconds_precision = 6;
    for (const std::size_t group : {5U, 7U})
        if (match[group].matched)
            result.seconds_precision = static_cast<std::uint8_t>(match[group].str()[0] - '0');
    const std::map<std::string, std::size_t> places = {{"DAY", 0}, {"HOUR", 1}, {"MINUTE", 2}, {"SECOND", 3}};
    std::int32_t* const members[] = {&result.days, &result.hours, &result.minutes, &result.seconds};
    for (std::size_t i = 0; i < parts.size(); ++i)
        *members[places.at(match[3].str()) + i] = parts[i];
    result.microseconds = fraction;
    return field(field_view(result));
}

/// The value of a vector as a program would hold it.
field value_of(const vector_entry& entry) {
    if (entry.null)
        return {};
    std::string text = entry.value;
    switch (entry.type.id) {
        case type_id::bit:
        case type_id::boolean:
            return field(text == "1" || text == "true");
        case type_id::tinyint:
        case type_id::smallint:
        case type_id::integer:
        case type_id::bigint:
            return field(static_cast<std::int64_t>(std::stoll(text)));
        case type_id::decimal: {
            // One label does not say what the bytes are; what the driver read is behind it.
            if (has(text, "(20 pairs")) {
                const auto begin = entry.via.find('"') + 1;
                text = entry.via.substr(begin, entry.via.find('"', begin) - begin);
            }
            return text == "float64(0.1)" ? field(0.1) : field(decimal(text));
        }
        case type_id::real:
            return field(std::strtof(text.c_str(), nullptr));
        case type_id::double_:
            return field(std::strtod(text.c_str(), nullptr));
        case type_id::binary:
        case type_id::varbinary:
        case type_id::blob:
            if (text == "int64 258")
                return field(258);
            return field(from_hex(text.substr(2)));
        case type_id::date:
        case type_id::time:
        case type_id::time_tz:
        case type_id::datetime:
        case type_id::datetime_tz:
        case type_id::datetime2:
        case type_id::datetime2_tz: {
            text = text.substr(0, text.find(" ("));
            if (const auto day = date::parse(text); day && entry.type.id == type_id::date)
                return field(*day);
            if (const auto of_day = time::parse(text); of_day)
                return field(*of_day);
            return field(timestamp::parse(text).value());
        }
        case type_id::interval_ym:
        case type_id::interval_ds:
            return interval_of(text);
        default:
            break;
    }
    if (text == "x*8188")
        return field(std::string(8188, 'x'));
    if (text.starts_with("[]byte{0xde,0xad}"))
        return field(from_hex("dead"));
    if (const auto end = text.find(" bound to VARCHAR"); end != std::string::npos)
        return field(text.substr(std::string_view("Date ").size(), end - 5));
    return field(text);
}

/// docs/protocol/driver-defects.md: what a driver sends by mistake or by its own choice, and what the bytes say.
const std::map<std::string, std::string, std::less<>> driver_peculiarities = {
    {"3e644e38220c644e38220c644e38220c644e382266", "-1.234567890123456789012345678901234567"},
    {"ca0d23394f5b0d23394f5b", "12345678901234567890"},
    {"e807e9cd792a9ab7e00100", "2024-02-29 13:14:15.811322645 +00:01"},
    {"e807e9d57980c403e001", "2024-02-29 21:14:15.123456 +08:00"},
    {"e987080900000000e001", "2025-01-01 09:00:00 +08:00"},
    {"e8070bc203000000e001", "2024-06-01 02:30:00 +08:00"},
};

bool is_peculiar(const vector_entry& entry) {
    return driver_peculiarities.contains(to_hex(entry.raw));
}

bool is_locator(const vector_entry& entry) {
    return has(entry.value, "inRow=false");
}

/// A copy that ends where its memory ends, so that a sanitizer sees what reads beyond it.
struct exact_copy {
    explicit exact_copy(bytes_view source) : data(std::make_unique<std::byte[]>(source.size())), size(source.size()) {
        std::copy(source.begin(), source.end(), data.get());
    }
    [[nodiscard]] bytes_view view() const { return {data.get(), size}; }
    std::unique_ptr<std::byte[]> data;
    std::size_t size;
};

TEST(type_vectors, are_there) {
    EXPECT_GT(vectors().size(), 500U);
}

TEST(type_vectors, decode_to_the_value) {
    for (const auto& entry : vectors()) {
        if (entry.null || is_locator(entry))
            continue;
        SCOPED_TRACE(describe(entry));
        session s(entry);
        field_view decoded;
        const exact_copy copy(entry.raw);
        data_type type = entry.type;
        if (has(entry.note, "0x1006"))
            type.scale = 0x1006;
        ASSERT_EQ(decode_value(type, copy.view(), s.context, decoded), value_fault::none);
        if (is_peculiar(entry)) {
            EXPECT_EQ(decoded.to_string(), driver_peculiarities.at(to_hex(entry.raw)));
            continue;
        }
        if (entry.row) {
            field expected = value_of(entry);
            if (entry.type.id == type_id::char_) {
                // The server pads, the label does not.
                auto text = decoded.get<std::string_view>();
                EXPECT_EQ(entry.raw.size(), static_cast<std::size_t>(entry.type.precision));
                text.remove_suffix(text.size() - text.find_last_not_of(' ') - 1);
                EXPECT_EQ(field_view(text), field_view(expected));
            } else {
                EXPECT_EQ(decoded, field_view(expected));
            }
        } else {
            bytes again;
            EXPECT_EQ(encode_value(type, decoded, s.context, again), value_fault::none);
            EXPECT_EQ(to_hex(again), to_hex(entry.raw));
        }
    }
}

TEST(type_vectors, parameters_encode_to_the_drivers_bytes) {
    for (const auto& entry : vectors()) {
        if (entry.row || is_locator(entry) || is_peculiar(entry))
            continue;
        SCOPED_TRACE(describe(entry));
        session s(entry);
        const field value = value_of(entry);
        bytes encoded;
        ASSERT_EQ(encode_counted_value(entry.type, value, s.context, encoded), value_fault::none);
        EXPECT_EQ(to_hex(encoded), to_hex(entry.counted));
    }
}

TEST(type_vectors, rows_encode_to_the_same_bytes) {
    for (const auto& entry : vectors()) {
        // LOB heads carry numbers of the server and are checked on their own; the wide TINYINT is a form for readers.
        if (!entry.row || is_lob(entry.type.id) || is_peculiar(entry) || has(entry.note, "4 byte form"))
            continue;
        SCOPED_TRACE(describe(entry));
        session s(entry);
        field value = value_of(entry);
        if (entry.type.id == type_id::char_) {
            std::string padded = value.get<std::string>();
            while (s.text.encoded_size(padded) < static_cast<std::size_t>(entry.type.precision))
                padded += ' ';
            value = field(padded);
        }
        data_type type = entry.type;
        if (has(entry.note, "0x1006"))
            type.scale = 0x1006;
        bytes encoded;
        ASSERT_EQ(encode_counted_value(type, value, s.context, encoded), value_fault::none);
        if (has(entry.note, "without 0x66"))
            continue;
        EXPECT_EQ(to_hex(encoded), to_hex(entry.counted));
    }
}

TEST(type_vectors, lob_heads_decode_and_encode) {
    int locators = 0;
    for (const auto& entry : vectors()) {
        if (!is_lob(entry.type.id) || (!entry.row && !is_locator(entry)) || entry.null)
            continue;
        SCOPED_TRACE(describe(entry));
        session s(entry);
        lob_value lob;
        const exact_copy copy(entry.raw);
        const bool new_form = entry.raw.size() >= lob_head_size;
        ASSERT_EQ(decode_lob(copy.view(), {new_form, false}, lob), value_fault::none);
        EXPECT_EQ(lob.in_row, !is_locator(entry));
        if (lob.in_row) {
            EXPECT_EQ(static_cast<std::size_t>(lob.locator.length), lob.data.size());
        } else {
            ++locators;
            EXPECT_EQ(lob.locator.id, 42);
            EXPECT_EQ(lob.locator.group, 4);
            EXPECT_EQ(lob.locator.file, 0);
            EXPECT_EQ(lob.locator.page, 1234);
            if (new_form) {
                EXPECT_EQ(lob.locator.table, 1000);
                EXPECT_EQ(lob.locator.column, 2);
                EXPECT_EQ(lob.locator.row, 77);
                EXPECT_EQ(lob.locator.first_group, 4);
                EXPECT_EQ(lob.locator.first_page, 1200);
            }
            s.context.new_lob = new_form;
            s.context.place = value_place::row;
            field_view unused;
            EXPECT_EQ(decode_value(entry.type, copy.view(), s.context, unused), value_fault::out_of_row);
        }
        bytes again;
        encode_lob(lob, {new_form, false}, again);
        EXPECT_EQ(to_hex(again), to_hex(entry.raw));
    }
    EXPECT_GE(locators, 3);
}

TEST(type_vectors, cut_short_anywhere_are_an_error_or_a_value) {
    for (const auto& entry : vectors()) {
        SCOPED_TRACE(describe(entry));
        session s(entry);
        const std::size_t step = entry.raw.size() > 256 ? 97 : 1;
        for (std::size_t size = 0; size < entry.raw.size(); size += step) {
            const exact_copy copy(bytes_view(entry.raw).first(size));
            for (const value_place place : {value_place::row, value_place::parameter}) {
                s.context.place = place;
                s.arena.clear();
                field_view decoded;
                if (decode_value(entry.type, copy.view(), s.context, decoded) == value_fault::none)
                    EXPECT_FALSE(decoded.is_null());
                else
                    EXPECT_TRUE(decoded.is_null());
                static_cast<void>(decoded.to_string());
            }
        }
    }
}

}  // namespace
}  // namespace dmkit::wire
