#include "mockserver/engine/storage_form.hpp"

#include <sqlite3.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <variant>

#include "mockserver/engine/byte_form.hpp"

namespace dmkit::mock {

namespace {

class byte_reader {
  public:
    explicit byte_reader(const void* data) : at_(static_cast<const unsigned char*>(data)) {}
    std::uint64_t get(int width) {
        std::uint64_t value = 0;
        for (int i = 0; i < width; ++i)
            value = value << 8U | *at_++;
        return value;
    }
    std::int32_t signed32() { return static_cast<std::int32_t>(static_cast<std::uint32_t>(get(4)) ^ 0x8000'0000U); }
    std::int64_t signed64() { return static_cast<std::int64_t>(get(8) ^ 0x8000'0000'0000'0000U); }
    std::int16_t signed16() {
        return static_cast<std::int16_t>(static_cast<std::uint16_t>(static_cast<std::uint16_t>(get(2)) ^ 0x8000U));
    }

  private:
    const unsigned char* at_;
};

// Where a value goes: to a parameter of a statement, or to the result of a function. Parameters borrow text and bytes,
// results copy them.
struct parameter_target {
    sqlite3_stmt* statement;
    int index;
    void null() const { sqlite3_bind_null(statement, index); }
    void integer(std::int64_t value) const { sqlite3_bind_int64(statement, index, value); }
    void real(double value) const { sqlite3_bind_double(statement, index, value); }
    void text(std::string_view value) const {
        sqlite3_bind_text64(statement, index, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC,
                            SQLITE_UTF8);
    }
    void borrowed_blob(const void* data, std::size_t size) const {
        // Without an address SQLite would take an empty blob for NULL.
        sqlite3_bind_blob64(statement, index, size == 0 ? "" : data, size, SQLITE_STATIC);
    }
    void blob(const void* data, std::size_t size) const {
        sqlite3_bind_blob64(statement, index, data, size, SQLITE_TRANSIENT);
    }
};

struct result_target {
    sqlite3_context* context;
    void null() const { sqlite3_result_null(context); }
    void integer(std::int64_t value) const { sqlite3_result_int64(context, value); }
    void real(double value) const { sqlite3_result_double(context, value); }
    void text(std::string_view value) const {
        sqlite3_result_text64(context, value.empty() ? "" : value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    void borrowed_blob(const void* data, std::size_t size) const { blob(size == 0 ? "" : data, size); }
    void blob(const void* data, std::size_t size) const {
        sqlite3_result_blob64(context, data, size, SQLITE_TRANSIENT);
    }
};

template <class Target>
void put_form(const Target& target, const byte_form& form) {
    target.blob(form.data(), static_cast<std::size_t>(form.size()));
}

template <class Target>
void put(const Target& target, const field_view& value, const data_type& type) {
    if (value.is_null()) {
        target.null();
        return;
    }
    switch (type.id) {
        case type_id::bit:
        case type_id::boolean:
        case type_id::tinyint:
        case type_id::smallint:
        case type_id::integer:
        case type_id::bigint:
            if (const bool* flag = value.get_if<bool>())
                target.integer(*flag ? 1 : 0);
            else
                target.integer(value.get<std::int64_t>());
            return;
        case type_id::decimal: {
            const auto wire = value.get<decimal>().wire();
            target.blob(wire.data(), wire.size());
            return;
        }
        case type_id::real:
            target.real(value.kind() == field_kind::float_ ? static_cast<double>(value.get<float>())
                                                           : value.get<double>());
            return;
        case type_id::double_:
            target.real(value.kind() == field_kind::float_ ? static_cast<double>(value.get<float>())
                                                           : value.get<double>());
            return;
        case type_id::char_:
        case type_id::varchar:
        case type_id::varchar2:
        case type_id::clob:
            target.text(value.get<std::string_view>());
            return;
        case type_id::binary:
        case type_id::varbinary:
        case type_id::blob: {
            const bytes_view data = value.get<bytes_view>();
            target.borrowed_blob(data.data(), data.size());
            return;
        }
        case type_id::date:
            target.integer(value.get<date>().to_days());
            return;
        case type_id::time:
            target.integer(value.get<dmkit::time>().since_midnight().count());
            return;
        case type_id::time_tz:
            put_form(target, form_of(value.get<dmkit::time>()));
            return;
        case type_id::datetime:
        case type_id::datetime2:
            put_form(target, form_of(value.get<timestamp>(), false));
            return;
        case type_id::datetime_tz:
        case type_id::datetime2_tz:
            put_form(target, form_of(value.get<timestamp>(), true));
            return;
        case type_id::interval_ym:
            target.integer(value.get<interval_ym>().total_months());
            return;
        case type_id::interval_ds:
            put_form(target, form_of(value.get<interval_ds>()));
            return;
        default:
            throw std::bad_variant_access();
    }
}

[[noreturn]] void wrong_form(const data_type& type) {
    throw std::runtime_error("a stored value has not the form of " + std::string(to_string(type.id)));
}

/// The value's bytes, which must be @p size long.
const void* blob_of(sqlite3_value* value, int size, const data_type& type) {
    const void* data = sqlite3_value_blob(value);
    if (sqlite3_value_type(value) != SQLITE_BLOB || sqlite3_value_bytes(value) != size)
        wrong_form(type);
    return data;
}

std::int64_t integer_of(sqlite3_value* value, const data_type& type) {
    if (sqlite3_value_type(value) != SQLITE_INTEGER)
        wrong_form(type);
    return sqlite3_value_int64(value);
}

timestamp read_timestamp_form(sqlite3_value* value, bool with_zone, const data_type& type) {
    byte_reader reader(blob_of(value, with_zone ? 14 : 12, type));
    std::int64_t days = reader.signed32();
    auto of_day = static_cast<std::int64_t>(reader.get(8));
    std::optional<std::int16_t> offset;
    if (with_zone) {
        offset = reader.signed16();
        of_day += *offset * nanoseconds_of_minute;
        carry_days(of_day, days);
    }
    const auto day = date::from_days(days);
    if (!day || of_day < 0 || of_day >= nanoseconds_of_day)
        wrong_form(type);
    timestamp read{.date = *day, .time = dmkit::time::from_since_midnight(std::chrono::nanoseconds(of_day))};
    read.time.offset_minutes = offset;
    return read;
}

dmkit::time read_time_tz_form(sqlite3_value* value, const data_type& type) {
    byte_reader reader(blob_of(value, 10, type));
    std::int64_t of_day = reader.signed64();
    const std::int16_t offset = reader.signed16();
    of_day += offset * nanoseconds_of_minute;
    if (of_day < 0 || of_day >= nanoseconds_of_day)
        wrong_form(type);
    dmkit::time read = dmkit::time::from_since_midnight(std::chrono::nanoseconds(of_day));
    read.offset_minutes = offset;
    return read;
}

interval_qualifier qualifier_of(const data_type& type) {
    return static_cast<interval_qualifier>(static_cast<unsigned>(type.scale) >> 8U & 0xFFU);
}

std::uint8_t leading_precision_of(const data_type& type) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(type.scale) >> 4U & 0xFU);
}

interval_ym read_interval_ym_form(sqlite3_value* value, const data_type& type) {
    const std::int64_t months = integer_of(value, type);
    interval_ym read{.qualifier = qualifier_of(type), .leading_precision = leading_precision_of(type)};
    if (read.qualifier == interval_qualifier::month) {
        read.months = static_cast<std::int32_t>(months);
    } else {
        read.years = static_cast<std::int32_t>(months / 12);
        read.months = static_cast<std::int32_t>(months % 12);
    }
    return read;
}

interval_ds read_interval_ds_form(sqlite3_value* value, const data_type& type) {
    byte_reader reader(blob_of(value, 12, type));
    std::int64_t seconds = reader.signed64();
    auto micro = static_cast<std::int64_t>(reader.get(4));
    const bool negative = seconds < 0;
    if (negative && micro > 0) {
        ++seconds;
        micro -= 1'000'000;
    }
    interval_ds read{.qualifier = qualifier_of(type),
                     .leading_precision = leading_precision_of(type),
                     .seconds_precision = static_cast<std::uint8_t>(static_cast<unsigned>(type.scale) & 0xFU)};
    // The first field of the qualifier takes all that is above it.
    const auto take = [&](std::int64_t unit) {
        const std::int64_t whole = seconds / unit;
        seconds %= unit;
        return static_cast<std::int32_t>(whole);
    };
    switch (read.qualifier) {
        case interval_qualifier::day:
        case interval_qualifier::day_to_hour:
        case interval_qualifier::day_to_minute:
        case interval_qualifier::day_to_second:
            read.days = take(86400);
            [[fallthrough]];
        case interval_qualifier::hour:
        case interval_qualifier::hour_to_minute:
        case interval_qualifier::hour_to_second:
            read.hours = take(3600);
            [[fallthrough]];
        case interval_qualifier::minute:
        case interval_qualifier::minute_to_second:
            read.minutes = take(60);
            [[fallthrough]];
        default:
            read.seconds = static_cast<std::int32_t>(seconds);
    }
    read.microseconds = static_cast<std::int32_t>(micro);
    return read;
}

}  // namespace

void bind_storage_form(sqlite3_stmt* statement, int index, const field_view& value, const data_type& type) {
    put(parameter_target{statement, index}, value, type);
}

void result_storage_form(sqlite3_context* context, const field_view& value, const data_type& type) {
    put(result_target{context}, value, type);
}

field_view read_storage_form(sqlite3_value* value, const data_type& type) {
    if (sqlite3_value_type(value) == SQLITE_NULL)
        return {};
    switch (type.id) {
        case type_id::bit:
        case type_id::boolean:
        case type_id::tinyint:
        case type_id::smallint:
        case type_id::integer:
        case type_id::bigint:
            return integer_of(value, type);
        case type_id::decimal: {
            const void* data = sqlite3_value_blob(value);
            const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
            const auto read = decimal::from_wire({static_cast<const std::byte*>(data), size});
            if (sqlite3_value_type(value) != SQLITE_BLOB || !read)
                wrong_form(type);
            return *read;
        }
        case type_id::real:
            return static_cast<float>(sqlite3_value_double(value));
        case type_id::double_:
            return sqlite3_value_double(value);
        case type_id::char_:
        case type_id::varchar:
        case type_id::varchar2:
        case type_id::clob: {
            if (sqlite3_value_type(value) != SQLITE_TEXT)
                wrong_form(type);
            const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
            return std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
        }
        case type_id::binary:
        case type_id::varbinary:
        case type_id::blob: {
            if (sqlite3_value_type(value) != SQLITE_BLOB)
                wrong_form(type);
            const auto* data = static_cast<const std::byte*>(sqlite3_value_blob(value));
            return bytes_view(data, static_cast<std::size_t>(sqlite3_value_bytes(value)));
        }
        case type_id::date: {
            const auto day = date::from_days(integer_of(value, type));
            if (!day)
                wrong_form(type);
            return *day;
        }
        case type_id::time:
            return dmkit::time::from_since_midnight(std::chrono::nanoseconds(integer_of(value, type)));
        case type_id::time_tz:
            return read_time_tz_form(value, type);
        case type_id::datetime:
        case type_id::datetime2:
            return read_timestamp_form(value, false, type);
        case type_id::datetime_tz:
        case type_id::datetime2_tz:
            return read_timestamp_form(value, true, type);
        case type_id::interval_ym:
            return read_interval_ym_form(value, type);
        case type_id::interval_ds:
            return read_interval_ds_form(value, type);
        default:
            wrong_form(type);
    }
}

field_view read_storage_form(sqlite3_stmt* statement, int column, const data_type& type) {
    return read_storage_form(sqlite3_column_value(statement, column), type);
}

}  // namespace dmkit::mock
