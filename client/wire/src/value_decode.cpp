#include <dmkit/wire/byte_reader.hpp>
#include <dmkit/wire/value_codec.hpp>

#include "value_bits.hpp"

namespace dmkit::wire {

namespace {

constexpr std::size_t interval_ym_size = 12;
constexpr std::size_t interval_ds_size = 24;

value_fault decode_integer(std::span<const std::byte> bytes, std::int64_t& out) noexcept {
    switch (bytes.size()) {
        case 1:
            out = std::to_integer<std::int64_t>(bytes[0]) - (bytes[0] >= std::byte{0x80} ? 0x100 : 0);
            return value_fault::none;
        case 2:
            out = load<std::int16_t>(bytes);
            return value_fault::none;
        case 4:
            out = load<std::int32_t>(bytes);
            return value_fault::none;
        case 8:
            out = load<std::int64_t>(bytes);
            return value_fault::none;
        default:
            return value_fault::bad_size;
    }
}

/// Little-endian number of up to 8 bytes.
std::uint64_t load_bits(std::span<const std::byte> bytes) noexcept {
    // By bytes: copying an odd number of them into a wider number stalls the load that follows.
    std::uint64_t result = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        result |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    return result;
}

timestamp load_timestamp(std::span<const std::byte> bytes, bool nanoseconds) noexcept {
    timestamp result;
    result.date = detail::unpack_date(static_cast<std::uint32_t>(load_bits(bytes.first(detail::date_size))));
    const auto clock = bytes.subspan(detail::date_size);
    result.time = nanoseconds
                      ? detail::unpack_time(load_bits(clock.first(detail::datetime2_size - detail::date_size)), 1)
                      : detail::unpack_time(load_bits(clock.first(detail::time_size)), 1000);
    return result;
}

value_fault decode_date_time(const data_type& type, std::span<const std::byte> bytes, const value_context& context,
                             field_view& out) noexcept {
    const auto zone = [&bytes] { return load<std::int16_t>(bytes.last(detail::zone_size)); };
    switch (bytes.size()) {
        case detail::date_size: {
            const date value = detail::unpack_date(static_cast<std::uint32_t>(load_bits(bytes)));
            if (!value.valid())
                return value_fault::bad_value;
            out = value;
            return value_fault::none;
        }
        case detail::time_size:
        case detail::time_size + detail::zone_size: {
            time value = detail::unpack_time(load_bits(bytes.first(detail::time_size)), 1000);
            if (bytes.size() != detail::time_size)
                value.offset_minutes = zone();
            if (!value.valid())
                return value_fault::bad_value;
            out = value;
            return value_fault::none;
        }
        case detail::datetime_size:
        case detail::datetime2_size:
        case detail::datetime_size + detail::zone_size:
        case detail::datetime2_size + detail::zone_size: {
            const bool zoned = bytes.size() > detail::datetime2_size;
            const std::size_t clock_size = bytes.size() - (zoned ? detail::zone_size : 0);
            timestamp value = load_timestamp(bytes, clock_size == detail::datetime2_size);
            if (zoned)
                value.time.offset_minutes = zone();
            if (!value.valid())
                return value_fault::bad_value;
            const bool local = (type.id == type_id::datetime || type.id == type_id::datetime2) &&
                               (type.scale & detail::local_time_zone_scale) != 0;
            if (local && !detail::shift(value, context.session_zone - context.database_zone))
                return value_fault::out_of_range;
            out = value;
            return value_fault::none;
        }
        default:
            return value_fault::bad_size;
    }
}

/// The parts of the scale word that ends a value: qualifier, precisions.
struct interval_word {
    std::uint8_t qualifier;
    std::uint8_t leading_precision;
    std::uint8_t seconds_precision;

    explicit interval_word(std::span<const std::byte> value) noexcept {
        const auto word = load<std::uint32_t>(value.last(sizeof(std::uint32_t)));
        qualifier = static_cast<std::uint8_t>(word >> 8U);
        leading_precision = static_cast<std::uint8_t>((word >> 4U) & 0xFU);
        seconds_precision = static_cast<std::uint8_t>(word & 0xFU);
    }
};

value_fault decode_interval_ym(std::span<const std::byte> bytes, field_view& out) noexcept {
    if (bytes.size() != interval_ym_size)
        return value_fault::bad_size;
    const interval_word word(bytes);
    if (word.qualifier > static_cast<std::uint8_t>(interval_qualifier::month) || word.leading_precision > 9)
        return value_fault::bad_value;
    out = interval_ym{load<std::int32_t>(bytes), load<std::int32_t>(bytes.subspan(4)),
                      static_cast<interval_qualifier>(word.qualifier), word.leading_precision};
    return value_fault::none;
}

value_fault decode_interval_ds(std::span<const std::byte> bytes, field_view& out) noexcept {
    if (bytes.size() != interval_ds_size)
        return value_fault::bad_size;
    const interval_word word(bytes);
    if (word.qualifier < static_cast<std::uint8_t>(interval_qualifier::day) ||
        word.qualifier > static_cast<std::uint8_t>(interval_qualifier::second) || word.leading_precision > 9 ||
        word.seconds_precision > 6)
        return value_fault::bad_value;
    const auto part = [&bytes](std::size_t index) { return load<std::int32_t>(bytes.subspan(index * 4)); };
    // The fraction is printed with six digits: more would not be one.
    if (part(4) <= -1'000'000 || part(4) >= 1'000'000)
        return value_fault::bad_value;
    out = interval_ds{part(0),
                      part(1),
                      part(2),
                      part(3),
                      part(4),
                      static_cast<interval_qualifier>(word.qualifier),
                      word.leading_precision,
                      word.seconds_precision};
    return value_fault::none;
}

}  // namespace

value_fault decode_value(const data_type& type, std::span<const std::byte> bytes, value_context& context,
                         field_view& out) {
    switch (type.id) {
        case type_id::char_:
        case type_id::varchar2:
        case type_id::varchar:
            out = context.text.to_utf8(bytes, context.arena);
            return value_fault::none;
        case type_id::binary:
        case type_id::varbinary:
            out = bytes;
            return value_fault::none;
        case type_id::bit:
        case type_id::boolean: {
            std::int64_t value = 0;
            const value_fault fault = decode_integer(bytes, value);
            if (fault == value_fault::none)
                out = value != 0;
            return fault;
        }
        case type_id::tinyint:
        case type_id::smallint:
        case type_id::integer:
        case type_id::bigint: {
            std::int64_t value = 0;
            const value_fault fault = decode_integer(bytes, value);
            if (fault == value_fault::none)
                out = value;
            return fault;
        }
        case type_id::decimal: {
            if (bytes.empty() || bytes.size() > decimal::max_wire_size)
                return value_fault::bad_size;
            const auto value = decimal::from_wire(bytes);
            if (!value)
                return value_fault::bad_value;
            out = *value;
            return value_fault::none;
        }
        case type_id::real:
            if (bytes.size() != sizeof(float))
                return value_fault::bad_size;
            out = load<float>(bytes);
            return value_fault::none;
        case type_id::double_:
            if (bytes.size() != sizeof(double))
                return value_fault::bad_size;
            out = load<double>(bytes);
            return value_fault::none;
        case type_id::date:
        case type_id::time:
        case type_id::time_tz:
        case type_id::datetime:
        case type_id::datetime_tz:
        case type_id::datetime2:
        case type_id::datetime2_tz:
            return decode_date_time(type, bytes, context, out);
        case type_id::interval_ym:
            return decode_interval_ym(bytes, out);
        case type_id::interval_ds:
            return decode_interval_ds(bytes, out);
        case type_id::blob:
        case type_id::clob: {
            std::span<const std::byte> data = bytes;
            if (context.place == value_place::row) {
                lob_value lob;
                if (const value_fault fault = decode_lob(bytes, context.lobs(), lob); fault != value_fault::none)
                    return fault;
                if (!lob.in_row)
                    return value_fault::out_of_row;
                data = lob.data;
            }
            if (type.id == type_id::blob)
                out = data;
            else
                out = context.text.to_utf8(data, context.arena);
            return value_fault::none;
        }
        case type_id::array:
        case type_id::class_:
        case type_id::record:
        case type_id::static_array:
            out = bytes;
            return value_fault::none;
        case type_id::null:
        case type_id::unknown:
        case type_id::cursor:
            break;
    }
    return value_fault::unsupported;
}

}  // namespace dmkit::wire
