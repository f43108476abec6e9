#include "mockserver/bind/types.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <span>

#include "mockserver/engine/byte_form.hpp"
#include "mockserver/functions/function_table.hpp"

namespace dmkit::mock::bind {
namespace {

std::string hex_literal(bytes_view bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "x'";
    for (const std::byte byte : bytes) {
        text += digits[static_cast<std::size_t>(byte) >> 4];
        text += digits[static_cast<std::size_t>(byte) & 15];
    }
    return text + "'";
}

std::string hex_literal(const byte_form& form) {
    return hex_literal(std::as_bytes(std::span(form.data(), static_cast<std::size_t>(form.size()))));
}

std::string double_literal(double value) {
    if (std::isinf(value))
        return value < 0 ? "-9e999" : "9e999";
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.17e", value);
    return text.data();
}

bool unlimited_decimal(const data_type& type) noexcept {
    return type.precision == 0 && type.scale == 0;
}

}  // namespace

storage_class class_of(type_id id) noexcept {
    switch (id) {
        case type_id::bit:
        case type_id::boolean:
        case type_id::tinyint:
        case type_id::smallint:
        case type_id::integer:
        case type_id::bigint:
            return storage_class::integer;
        case type_id::decimal:
            return storage_class::decimal;
        case type_id::real:
        case type_id::double_:
            return storage_class::floating;
        case type_id::char_:
        case type_id::varchar:
        case type_id::varchar2:
        case type_id::clob:
            return storage_class::text;
        case type_id::binary:
        case type_id::varbinary:
        case type_id::blob:
            return storage_class::binary;
        case type_id::date:
            return storage_class::date;
        case type_id::time:
            return storage_class::time;
        case type_id::time_tz:
            return storage_class::time_tz;
        case type_id::datetime:
        case type_id::datetime2:
            return storage_class::timestamp;
        case type_id::datetime_tz:
        case type_id::datetime2_tz:
            return storage_class::timestamp_tz;
        case type_id::interval_ym:
            return storage_class::interval_ym;
        case type_id::interval_ds:
            return storage_class::interval_ds;
        default:
            return storage_class::other;
    }
}

bool same_form(const data_type& from, const data_type& to) noexcept {
    const storage_class form = class_of(from.id);
    if (form != class_of(to.id) || form == storage_class::other)
        return false;
    switch (form) {
        case storage_class::integer:
            return integer_rank(from.id) <= integer_rank(to.id);
        case storage_class::floating:
            return from.id == to.id || to.id == type_id::double_;
        case storage_class::interval_ym:
        case storage_class::interval_ds:
            return from.scale == to.scale;
        default:
            return true;
    }
}

bool fits_column(const data_type& from, const data_type& to) noexcept {
    const storage_class form = class_of(from.id);
    if (form != class_of(to.id))
        return false;
    switch (form) {
        case storage_class::integer:
            return integer_rank(from.id) <= integer_rank(to.id);
        case storage_class::decimal:
            return unlimited_decimal(to) || from == to;
        case storage_class::floating:
            return from.id == to.id || to.id == type_id::double_;
        case storage_class::text:
        case storage_class::binary:
            if (to.id == type_id::clob || to.id == type_id::blob)
                return true;
            if (to.id == type_id::char_ || to.id == type_id::binary)
                return from == to;
            return !is_lob(from.id) && from.precision > 0 && from.precision <= to.precision;
        default:
            return from == to;
    }
}

data_type unlimited(const data_type& type) noexcept {
    switch (class_of(type.id)) {
        case storage_class::text:
            return type_of(type.id == type_id::clob ? type_id::clob : type_id::varchar);
        case storage_class::binary:
            return type_of(type.id == type_id::blob ? type_id::blob : type_id::varbinary);
        case storage_class::decimal:
            return type_of(type_id::decimal);
        default:
            return type;
    }
}

std::string descriptor_name(const data_type& type) {
    switch (type.id) {
        case type_id::datetime:
        case type_id::datetime2:
            return "TIMESTAMP";
        case type_id::datetime_tz:
        case type_id::datetime2_tz:
            return "TIMESTAMP WITH TIME ZONE";
        case type_id::interval_ym:
        case type_id::interval_ds:
            return "INTERVAL " +
                   std::string(to_string(static_cast<interval_qualifier>(static_cast<std::uint32_t>(type.scale) >> 8)));
        default:
            return std::string(to_string(type.id));
    }
}

std::string literal_sql(const field_view& value, const data_type& type) {
    switch (value.kind()) {
        case field_kind::null:
            return "NULL";
        case field_kind::boolean:
            return value.get<bool>() ? "1" : "0";
        case field_kind::int64:
            // SQLite reads -9223372036854775808 as a negated number too large for an integer.
            if (value.get<std::int64_t>() == INT64_MIN)
                return "(-9223372036854775807-1)";
            return std::to_string(value.get<std::int64_t>());
        case field_kind::float_:
            return double_literal(static_cast<double>(value.get<float>()));
        case field_kind::double_:
            return double_literal(value.get<double>());
        case field_kind::decimal:
            return hex_literal(value.get<decimal>().wire());
        case field_kind::string:
            return quoted_text(value.get<std::string_view>());
        case field_kind::binary:
            return hex_literal(value.get<bytes_view>());
        case field_kind::date:
            return std::to_string(value.get<date>().to_days());
        case field_kind::time:
            if (class_of(type.id) == storage_class::time_tz)
                return hex_literal(form_of(value.get<time>()));
            return std::to_string(value.get<time>().since_midnight().count());
        case field_kind::timestamp:
            return hex_literal(form_of(value.get<timestamp>(), class_of(type.id) == storage_class::timestamp_tz));
        case field_kind::interval_ym:
            return std::to_string(value.get<interval_ym>().total_months());
        case field_kind::interval_ds:
            return hex_literal(form_of(value.get<interval_ds>()));
    }
    return "NULL";
}

std::string quoted_text(std::string_view text) {
    if (text.find('\0') != std::string_view::npos)
        return "CAST(" + hex_literal(std::as_bytes(std::span(text))) + " AS TEXT)";
    std::string out = "'";
    for (const char c : text) {
        out += c;
        if (c == '\'')
            out += c;
    }
    return out + "'";
}

std::string quoted_name(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        out += c;
        if (c == '"')
            out += c;
    }
    return out + "\"";
}

}  // namespace dmkit::mock::bind
