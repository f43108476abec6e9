#include <dmkit/field.hpp>

#include <cmath>
#include <sstream>

#include <gtest/gtest.h>

#include <dmkit/type.hpp>

namespace dmkit {
namespace {

TEST(field_view, prints_as_dm_does) {
    EXPECT_EQ(field_view().to_string(), "NULL");
    EXPECT_EQ(field_view(-7).to_string(), "-7");
    EXPECT_EQ(field_view(true).to_string(), "1");
    // As printed in DM8's SQL manual.
    EXPECT_EQ(field_view(1.5707963267948966).to_string(), "1.570796326794897E+000");
    EXPECT_EQ(field_view(-10.0).to_string(), "-1.000000000000000E+001");
    EXPECT_EQ(field_view(0.0).to_string(), "0.000000000000000E+000");
    EXPECT_EQ(field_view(0.1).to_string(), "1.000000000000000E-001");
    EXPECT_EQ(field_view(12.0F).to_string(), "1.2000000E+001");
    EXPECT_EQ(field_view(1e300).to_string(), "1.000000000000000E+300");
    EXPECT_EQ(field_view(HUGE_VAL).to_string(), "INF");
    EXPECT_EQ(field_view("达梦").to_string(), "达梦");
    EXPECT_EQ(field_view(decimal("1.50")).to_string(), "1.5");
    const bytes raw = {std::byte{0xCA}, std::byte{0x0E}};
    EXPECT_EQ(field_view(raw).to_string(), "0xCA0E");
    EXPECT_EQ(field_view(date{2024, 2, 29}).to_string(), "2024-02-29");
    std::ostringstream out;
    out << field_view(time{1, 2, 3, 0, {}}) << ' ' << field(42);
    EXPECT_EQ(out.str(), "01:02:03 42");
}

TEST(field_view, compares_kind_and_value) {
    const bytes raw = {std::byte{1}, std::byte{2}};
    const bytes same = {std::byte{1}, std::byte{2}};
    EXPECT_EQ(field_view(raw), field_view(same));
    EXPECT_FALSE(field_view(1) == field_view(1.0));
    EXPECT_EQ(field_view("a"), field_view(std::string("a")));
    EXPECT_FALSE(field_view(nullptr) == field_view(""));
    EXPECT_EQ(field_view(), field_view(nullptr));
}

TEST(field, owns_text_and_bytes) {
    field copy;
    {
        std::string text = "gone soon";
        copy = field_view(text);
        text = "overwritten";
    }
    EXPECT_EQ(copy.get<std::string>(), "gone soon");
    EXPECT_EQ(copy.kind(), field_kind::string);
    EXPECT_EQ(field_view(copy), field_view("gone soon"));
    EXPECT_EQ(field(decimal("2")), field(decimal(2)));
    EXPECT_TRUE(field().is_null());
    EXPECT_EQ(to_string(field_kind::interval_ds), "interval_ds");
}

TEST(type_id, has_dm_names) {
    EXPECT_EQ(to_string(type_id::integer), "INTEGER");
    EXPECT_EQ(to_string(type_id::datetime2_tz), "DATETIME WITH TIME ZONE");
    EXPECT_EQ(to_string(static_cast<type_id>(4711)), "UNKNOWN");
}

}  // namespace
}  // namespace dmkit
