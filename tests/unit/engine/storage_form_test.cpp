#include "mockserver/engine/storage_form.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>

namespace dmkit::mock {
namespace {

constexpr std::int32_t scale_word(interval_qualifier qualifier, int leading, int fraction) {
    return static_cast<std::int32_t>(qualifier) << 8 | leading << 4 | fraction;
}

/// Takes values to SQLite and back.
class StorageForm : public ::testing::Test {
  protected:
    void SetUp() override {
        sqlite3* opened = nullptr;
        sqlite3_open(":memory:", &opened);
        connection.reset(opened, sqlite3_close);
    }

    std::shared_ptr<sqlite3_stmt> select(const field& value, const data_type& type, const char* sql) {
        sqlite3_stmt* made = nullptr;
        EXPECT_EQ(sqlite3_prepare_v2(connection.get(), sql, -1, &made, nullptr), SQLITE_OK);
        std::shared_ptr<sqlite3_stmt> statement(made, sqlite3_finalize);
        bind_storage_form(made, 1, value, type);
        EXPECT_EQ(sqlite3_step(made), SQLITE_ROW);
        return statement;
    }

    field back(const field& value, const data_type& type) {
        const auto statement = select(value, type, "SELECT ?1");
        const field_view read = read_storage_form(statement.get(), 0, type);
        return std::visit(
            []<class T>(const T& each) {
                if constexpr (std::is_same_v<T, std::monostate>)
                    return field();
                else
                    return field(each);
            },
            read.as_variant());
    }

    std::string form(const field& value, const data_type& type) {
        const auto statement = select(value, type, "SELECT typeof(?1) || ' ' || quote(?1)");
        return reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), 0));
    }

    std::shared_ptr<sqlite3> connection;
};

constexpr data_type integer{type_id::integer, 10, 0};
constexpr data_type decimal_type{type_id::decimal, 38, 0};
constexpr data_type varchar{type_id::varchar, 100, 0};
constexpr data_type varbinary{type_id::varbinary, 100, 0};
constexpr data_type day{type_id::date, 0, 0};
constexpr data_type stamp{type_id::datetime, 0, 6};
constexpr data_type stamp_tz{type_id::datetime_tz, 0, 6};
constexpr data_type clock_time{type_id::time, 0, 6};
constexpr data_type clock_tz{type_id::time_tz, 0, 6};

timestamp at(const char* text) {
    return *timestamp::parse(text);
}

TEST_F(StorageForm, ValuesComeBackAsTheyWent) {
    EXPECT_EQ(back(field(), varchar), field());
    EXPECT_EQ(back(field(-7), integer), field(-7));
    EXPECT_EQ(back(field(decimal("-12345678901234567890.0123456789")), decimal_type),
              field(decimal("-12345678901234567890.0123456789")));
    EXPECT_EQ(back(field(1.5F), {type_id::real, 0, 0}), field(1.5F));
    EXPECT_EQ(back(field(0.1), {type_id::double_, 0, 0}), field(0.1));
    EXPECT_EQ(back(field("达梦"), varchar), field("达梦"));
    EXPECT_EQ(back(field(""), varchar), field("")) << "an empty text is not NULL";
    EXPECT_EQ(back(field(bytes{}), varbinary), field(bytes{})) << "nor are no bytes";
    EXPECT_EQ(back(field(bytes{std::byte{0}, std::byte{255}}), varbinary), field(bytes{std::byte{0}, std::byte{255}}));
    EXPECT_EQ(back(field(*date::parse("1969-12-31")), day), field(*date::parse("1969-12-31")));
    EXPECT_EQ(back(field(at("2003-10-01 17:35:30.323")), stamp), field(at("2003-10-01 17:35:30.323")));
    EXPECT_EQ(back(field(at("2003-10-01 00:35:30 +08:00")), stamp_tz), field(at("2003-10-01 00:35:30 +08:00")));
    EXPECT_EQ(back(field(*dmkit::time::parse("23:59:59.999999")), clock_time),
              field(*dmkit::time::parse("23:59:59.999999")));
    EXPECT_EQ(back(field(*dmkit::time::parse("01:00:00 +08:00")), clock_tz),
              field(*dmkit::time::parse("01:00:00 +08:00")));
}

TEST_F(StorageForm, IntervalsComeBackInTheFieldsOfTheirType) {
    const interval_ym months{.years = 0, .months = -14, .qualifier = interval_qualifier::month, .leading_precision = 3};
    EXPECT_EQ(back(field(months), {type_id::interval_ym, 0, scale_word(interval_qualifier::month, 3, 0)}),
              field(months));
    const interval_ym years{.years = -1, .months = -2};
    EXPECT_EQ(back(field(years), {type_id::interval_ym, 0, scale_word(interval_qualifier::year_to_month, 2, 0)}),
              field(years));
    const interval_ds days{.days = -2, .hours = -12, .minutes = 0, .seconds = 0, .microseconds = -500000};
    EXPECT_EQ(back(field(days), {type_id::interval_ds, 0, scale_word(interval_qualifier::day_to_second, 2, 6)}),
              field(days));
    const interval_ds hours{.hours = 100,
                            .minutes = 59,
                            .qualifier = interval_qualifier::hour_to_minute,
                            .leading_precision = 4,
                            .seconds_precision = 0};
    EXPECT_EQ(back(field(hours), {type_id::interval_ds, 0, scale_word(interval_qualifier::hour_to_minute, 4, 0)}),
              field(hours));
}

// The forms of docs/engine.md.
TEST_F(StorageForm, IsTheDocumentedOne) {
    EXPECT_EQ(form(field(7), integer), "integer 7");
    EXPECT_EQ(form(field(*date::parse("1970-01-02")), day), "integer 1");
    EXPECT_EQ(form(field(*dmkit::time::parse("00:00:01")), clock_time), "integer 1000000000");
    EXPECT_EQ(form(field(at("1970-01-01 00:00:00")), stamp), "blob X'800000000000000000000000'");
    EXPECT_EQ(form(field(at("1969-12-31 00:00:00.000000001")), stamp), "blob X'7FFFFFFF0000000000000001'");
    EXPECT_EQ(form(field(at("1970-01-01 08:00:00 +08:00")), stamp_tz), "blob X'80000000000000000000000081E0'");
    EXPECT_EQ(form(field(interval_ym{.years = 1, .months = 2}), {type_id::interval_ym, 0, 0}), "integer 14");
    EXPECT_EQ(form(field(interval_ds{.seconds = 1, .microseconds = 5}), {type_id::interval_ds, 0, 0}),
              "blob X'800000000000000100000005'");
}

TEST_F(StorageForm, OfTimesWithZoneIsOrderedByTheMoment) {
    const std::string earlier = form(field(at("2020-01-01 08:00:00 +08:00")), stamp_tz);
    const std::string later = form(field(at("2020-01-01 00:00:01 +00:00")), stamp_tz);
    EXPECT_LT(earlier, later);
}

TEST_F(StorageForm, OfAnotherTypeIsRefused) {
    const auto statement = select(field("text"), varchar, "SELECT ?1");
    EXPECT_THROW((void)read_storage_form(statement.get(), 0, integer), std::runtime_error);
    EXPECT_THROW((void)read_storage_form(statement.get(), 0, stamp), std::runtime_error);
}

}  // namespace
}  // namespace dmkit::mock
