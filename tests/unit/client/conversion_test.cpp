#include <chrono>
#include <limits>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <dmkit/command.hpp>
#include <dmkit/conversion.hpp>

namespace dmkit {

struct celsius {
    double degrees = 0;
};

template <>
struct field_traits<celsius> {
    static bool accepts(const column_metadata& column) { return column.type.id == type_id::double_; }
    static client_errc read(const field_view& value, celsius& out) { return detail::read_field(value, out.degrees); }
    static field_view bind(const celsius& value) { return {value.degrees}; }
};

namespace {

template <class T>
client_errc fault_of(const field_view& value) {
    T out{};
    return detail::read_field(value, out);
}

TEST(Conversion, IntegersAreCheckedForTheirRange) {
    EXPECT_EQ(field_as<std::int8_t>(127), 127);
    EXPECT_EQ(fault_of<std::int8_t>(128), client_errc::value_out_of_range);
    EXPECT_EQ(fault_of<std::uint32_t>(-1), client_errc::value_out_of_range);
    EXPECT_EQ(field_as<std::uint64_t>(std::numeric_limits<std::int64_t>::max()), std::uint64_t{0x7FFF'FFFF'FFFF'FFFF});
    EXPECT_EQ(field_as<std::uint64_t>(decimal("18446744073709551615")), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(field_as<std::uint64_t>(decimal("9223372036854775808")), std::uint64_t{1} << 63U);
    EXPECT_EQ(fault_of<std::uint64_t>(decimal("18446744073709551616")), client_errc::value_out_of_range);
    EXPECT_EQ(fault_of<std::uint64_t>(decimal("-1")), client_errc::value_out_of_range);
    EXPECT_EQ(field_as<int>(decimal("42")), 42);
    EXPECT_EQ(fault_of<int>(decimal("42.5")), client_errc::value_out_of_range);
    EXPECT_EQ(field_as<int>(true), 1);
    EXPECT_EQ(fault_of<int>("42"), client_errc::column_type_mismatch);
}

TEST(Conversion, OtherNumbers) {
    EXPECT_EQ(field_as<double>(1.5F), 1.5);
    EXPECT_EQ(field_as<double>(decimal("0.1")), 0.1);
    EXPECT_EQ(field_as<double>(3), 3.0);
    EXPECT_EQ(fault_of<float>(1.5), client_errc::column_type_mismatch) << "a double may not fit a float";
    EXPECT_EQ(field_as<decimal>(7), decimal("7"));
    EXPECT_TRUE(field_as<bool>(1));
    EXPECT_EQ(fault_of<bool>(2), client_errc::value_out_of_range);
}

TEST(Conversion, NullNeedsAPlace) {
    EXPECT_EQ(fault_of<int>(nullptr), client_errc::null_value);
    EXPECT_EQ(fault_of<std::string>(nullptr), client_errc::null_value);
    EXPECT_EQ(field_as<std::optional<int>>(nullptr), std::nullopt);
    EXPECT_EQ(field_as<std::optional<int>>(5), 5);
    EXPECT_TRUE(field_as<field>(nullptr).is_null());
    EXPECT_THROW(static_cast<void>(field_as<int>(nullptr)), error);
}

TEST(Conversion, TimesOfChrono) {
    using namespace std::chrono;
    const sys_days day{year{2024} / 2 / 29};
    EXPECT_EQ(field_as<sys_days>(date{2024, 2, 29}), day);
    EXPECT_EQ(detail::to_field(day).get<date>(), (date{2024, 2, 29}));
    const timestamp local{{2024, 2, 29}, {13, 14, 15, 123456789, {}}};
    const auto clock = local_days{year{2024} / 2 / 29} + 13h + 14min + 15s + 123456789ns;
    EXPECT_EQ(field_as<local_time<nanoseconds>>(local), clock);
    EXPECT_EQ(detail::to_field(clock).get<timestamp>(), local);
    auto zoned = local;
    zoned.time.offset_minutes = std::int16_t{480};
    EXPECT_EQ(field_as<sys_time<nanoseconds>>(zoned), sys_days{year{2024} / 2 / 29} + 5h + 14min + 15s + 123456789ns);
    EXPECT_EQ(fault_of<sys_time<nanoseconds>>(local), client_errc::column_type_mismatch) << "which zone?";
    EXPECT_EQ(fault_of<local_time<nanoseconds>>(zoned), client_errc::column_type_mismatch);
    const timestamp early{{1, 1, 1}, {}};
    EXPECT_EQ(fault_of<local_time<nanoseconds>>(early), client_errc::value_out_of_range);
    const auto utc = detail::to_field(sys_time<nanoseconds>(sys_days{year{2024} / 2 / 29}));
    EXPECT_EQ(utc.get<timestamp>().time.offset_minutes, std::int16_t{0});
    EXPECT_EQ(field_as<timestamp>(date{2024, 2, 29}), (timestamp{{2024, 2, 29}, {}}));
    EXPECT_THROW(static_cast<void>(detail::to_field(sys_days{days{100'000'000}})), error);
}

TEST(Conversion, ParametersBecomeFields) {
    EXPECT_TRUE(detail::to_field(std::optional<int>()).is_null());
    EXPECT_TRUE(detail::to_field(std::nullopt).is_null());
    EXPECT_TRUE(detail::to_field(nullptr).is_null());
    EXPECT_EQ(detail::to_field(std::optional<std::string_view>("x")).get<std::string_view>(), "x");
    EXPECT_EQ(detail::to_field(std::numeric_limits<std::uint64_t>::max()).get<decimal>(),
              decimal("18446744073709551615"));
    EXPECT_EQ(detail::to_field(std::uint64_t{5}).get<std::int64_t>(), 5);
    EXPECT_EQ(detail::to_field('a').kind(), field_kind::int64);
}

TEST(Conversion, UsersTypesPlugIn) {
    EXPECT_EQ(field_as<celsius>(21.5).degrees, 21.5);
    EXPECT_EQ(detail::to_field(celsius{3.0}).get<double>(), 3.0);
    column_metadata column;
    column.type.id = type_id::integer;
    EXPECT_FALSE(detail::accepts<celsius>(column));
}

TEST(Conversion, ColumnsAreAcceptedByFamily) {
    const auto accepted = []<class T>(type_id id, T) {
        column_metadata column;
        column.type.id = id;
        return detail::accepts<T>(column);
    };
    EXPECT_TRUE(accepted(type_id::decimal, int{}));
    EXPECT_FALSE(accepted(type_id::double_, int{}));
    EXPECT_TRUE(accepted(type_id::clob, std::string{}));
    EXPECT_FALSE(accepted(type_id::integer, std::string{}));
    EXPECT_TRUE(accepted(type_id::blob, bytes{}));
    EXPECT_FALSE(accepted(type_id::datetime, date{}));
    EXPECT_TRUE(accepted(type_id::date, timestamp{}));
    EXPECT_TRUE(accepted(type_id::null, std::optional<std::string>{}));
    EXPECT_TRUE(accepted(type_id::cursor, field{}));
    EXPECT_FALSE(accepted(type_id::real, decimal{}));
}

TEST(Command, OwnsWhatItIsGiven) {
    command kept("");
    {
        const std::string text = "a rather long text that lies on the heap";
        kept = with_params("SELECT ?, ?", std::string_view(text), std::optional<int>())
                   .timeout(std::chrono::milliseconds(5))
                   .max_rows(7);
    }
    ASSERT_EQ(kept.parameters().size(), 2U);
    EXPECT_EQ(kept.parameters()[0].get<std::string>(), "a rather long text that lies on the heap");
    EXPECT_TRUE(kept.parameters()[1].is_null());
    EXPECT_EQ(kept.options().timeout, std::chrono::milliseconds(5));
    EXPECT_EQ(kept.options().max_rows, 7);
}

}  // namespace
}  // namespace dmkit
