#include <dmkit/conversion.hpp>

#include <cmath>

namespace dmkit::detail {

family family_of(type_id type) noexcept {
    switch (type) {
        case type_id::char_:
        case type_id::varchar:
        case type_id::varchar2:
        case type_id::clob:
            return family::text;
        case type_id::bit:
        case type_id::boolean:
            return family::boolean;
        case type_id::tinyint:
        case type_id::smallint:
        case type_id::integer:
        case type_id::bigint:
            return family::integer;
        case type_id::decimal:
            return family::decimal;
        case type_id::real:
            return family::real;
        case type_id::double_:
            return family::double_;
        case type_id::blob:
        case type_id::binary:
        case type_id::varbinary:
            return family::binary;
        case type_id::date:
            return family::date;
        case type_id::time:
        case type_id::time_tz:
            return family::time;
        case type_id::datetime:
        case type_id::datetime2:
            return family::datetime;
        case type_id::datetime_tz:
        case type_id::datetime2_tz:
            return family::datetime_tz;
        case type_id::interval_ym:
            return family::interval_ym;
        case type_id::interval_ds:
            return family::interval_ds;
        case type_id::null:
            return family::any;
        default:
            return family::other;
    }
}

client_errc read_int64(const field_view& value, std::int64_t& out) noexcept {
    if (const auto* number = value.get_if<std::int64_t>()) {
        out = *number;
        return client_errc{};
    }
    if (const auto* truth = value.get_if<bool>()) {
        out = *truth ? 1 : 0;
        return client_errc{};
    }
    if (const auto* number = value.get_if<decimal>()) {
        const auto whole = number->scale() == 0 ? number->to_int64() : std::nullopt;
        if (!whole)
            return client_errc::value_out_of_range;
        out = *whole;
        return client_errc{};
    }
    return client_errc::column_type_mismatch;
}

client_errc read_uint64(const field_view& value, std::uint64_t& out) noexcept {
    std::int64_t number = 0;
    const auto fault = read_int64(value, number);
    if (fault == client_errc{}) {
        if (number < 0)
            return client_errc::value_out_of_range;
        out = static_cast<std::uint64_t>(number);
        return client_errc{};
    }
    // The upper half of the range: what is left after 2^63 has been taken away fits an int64.
    const auto* wide = value.get_if<decimal>();
    if (wide == nullptr)
        return fault;
    const decimal half(std::uint64_t{1} << 63U);
    const auto rest = decimal::subtract(*wide, half);
    if (wide->scale() != 0 || *wide < half || !rest || !rest->to_int64())
        return client_errc::value_out_of_range;
    out = static_cast<std::uint64_t>(*rest->to_int64()) + (std::uint64_t{1} << 63U);
    return client_errc{};
}

client_errc read_double(const field_view& value, double& out) noexcept {
    if (const auto* number = value.get_if<double>()) {
        out = *number;
        return client_errc{};
    }
    if (const auto* number = value.get_if<float>()) {
        out = *number;
        return client_errc{};
    }
    if (const auto* number = value.get_if<std::int64_t>()) {
        out = static_cast<double>(*number);
        return client_errc{};
    }
    if (const auto* number = value.get_if<decimal>()) {
        out = number->to_double();
        return client_errc{};
    }
    return client_errc::column_type_mismatch;
}

client_errc read_float(const field_view& value, float& out) noexcept {
    if (const auto* number = value.get_if<float>()) {
        out = *number;
        return client_errc{};
    }
    if (const auto* number = value.get_if<std::int64_t>()) {
        out = static_cast<float>(*number);
        return client_errc{};
    }
    return client_errc::column_type_mismatch;
}

client_errc read_boolean(const field_view& value, bool& out) noexcept {
    if (const auto* truth = value.get_if<bool>()) {
        out = *truth;
        return client_errc{};
    }
    if (const auto* number = value.get_if<std::int64_t>()) {
        if (*number != 0 && *number != 1)
            return client_errc::value_out_of_range;
        out = *number == 1;
        return client_errc{};
    }
    return client_errc::column_type_mismatch;
}

client_errc read_decimal(const field_view& value, decimal& out) noexcept {
    if (const auto* number = value.get_if<decimal>()) {
        out = *number;
        return client_errc{};
    }
    std::int64_t whole = 0;
    const auto fault = read_int64(value, whole);
    if (fault == client_errc{})
        out = decimal(whole);
    return fault;
}

client_errc read_timestamp(const field_view& value, timestamp& out) noexcept {
    if (const auto* point = value.get_if<timestamp>()) {
        out = *point;
        return client_errc{};
    }
    if (const auto* day = value.get_if<date>()) {
        out = {*day, {}};
        return client_errc{};
    }
    return client_errc::column_type_mismatch;
}

client_errc read_local_time(const field_view& value, local_nanoseconds& out) noexcept {
    const auto* point = value.get_if<timestamp>();
    if (point == nullptr || point->time.offset_minutes)
        return client_errc::column_type_mismatch;
    const auto local = point->to_local_time();
    if (!local)
        return client_errc::value_out_of_range;
    out = *local;
    return client_errc{};
}

client_errc read_system_time(const field_view& value, system_nanoseconds& out) noexcept {
    const auto* point = value.get_if<timestamp>();
    if (point == nullptr || !point->time.offset_minutes)
        return client_errc::column_type_mismatch;
    const auto local = point->to_local_time();
    if (!local)
        return client_errc::value_out_of_range;
    const std::chrono::minutes offset{*point->time.offset_minutes};
    const auto clock = local->time_since_epoch();
    constexpr auto room = std::chrono::hours(24);
    if (clock < std::chrono::nanoseconds::min() + room || clock > std::chrono::nanoseconds::max() - room)
        return client_errc::value_out_of_range;
    out = system_nanoseconds(clock - offset);
    return client_errc{};
}

field_view bind_local_time(local_nanoseconds value, std::optional<std::int16_t> offset_minutes) {
    auto point = timestamp::from_local_time(value);
    if (!point)
        throw error(client_errc::value_out_of_range, "a point in time outside the years -4712 to 9999");
    point->time.offset_minutes = offset_minutes;
    return field_view(*point);
}

}  // namespace dmkit::detail
