#include <algorithm>

#include "mockserver/functions/support.hpp"

namespace dmkit::mock {

namespace {

constexpr std::int32_t lob_length = 2147483647;

bool has_zone(type_id id) {
    return id == type_id::time_tz || id == type_id::datetime_tz || id == type_id::datetime2_tz;
}
bool is_time(type_id id) {
    return id == type_id::time || id == type_id::time_tz;
}

data_type datetime_type(bool zone, std::int32_t scale) {
    if (scale > 6)
        return {zone ? type_id::datetime2_tz : type_id::datetime2, zone ? 11 : 9, scale};
    return {zone ? type_id::datetime_tz : type_id::datetime, zone ? 10 : 8, scale};
}

/// The scale without the masks of local zone and Oracle's DATE.
std::int32_t fraction_digits(const data_type& type) {
    return type.id == type_id::date ? 0 : type.scale & 0xF;
}

data_type wider_decimal(const data_type& a, const data_type& b) {
    const data_type left = functions::as_decimal_type(a), right = functions::as_decimal_type(b);
    if (left.precision == 0 || right.precision == 0)
        return type_of(type_id::decimal);
    const std::int32_t scale = std::max(left.scale, right.scale);
    const std::int32_t whole = std::max(left.precision - left.scale, right.precision - right.scale);
    return {type_id::decimal, std::min<std::int32_t>(whole + scale, decimal::max_precision), scale};
}

data_type common_text(const data_type& a, const data_type& b) {
    if (a.id == type_id::clob || b.id == type_id::clob)
        return type_of(type_id::clob);
    if (a == b)
        return a;
    return {type_id::varchar, std::max(a.precision, b.precision), 0};
}

data_type common_datetime(const data_type& a, const data_type& b) {
    const std::int32_t scale = std::max(fraction_digits(a), fraction_digits(b));
    const bool zone = has_zone(a.id) || has_zone(b.id);
    if (is_time(a.id) && is_time(b.id))
        return {zone ? type_id::time_tz : type_id::time, zone ? 7 : 5, scale};
    if (a.id == type_id::date && b.id == type_id::date)
        return a;
    return datetime_type(zone, scale);
}

data_type common_interval(const data_type& a, const data_type& b) {
    if (a == b)
        return a;
    const bool months = a.id == type_id::interval_ym;
    const auto qualifier = months ? interval_qualifier::year_to_month : interval_qualifier::day_to_second;
    data_type result = type_of(a.id);
    result.scale = static_cast<std::int32_t>(qualifier) << 8 | 9 << 4 | 6;
    return result;
}

}  // namespace

data_type type_of(type_id id) {
    switch (id) {
        case type_id::bit:
        case type_id::boolean:
        case type_id::tinyint:
            return {id, 1, 0};
        case type_id::smallint:
            return {id, 2, 0};
        case type_id::integer:
        case type_id::real:
            return {id, 4, 0};
        case type_id::bigint:
        case type_id::double_:
            return {id, 8, 0};
        case type_id::char_:
            return {id, 1, 0};
        case type_id::varchar:
        case type_id::varchar2:
        case type_id::varbinary:
            return {id, functions::default_text, 0};
        case type_id::binary:
            return {id, 1, 0};
        case type_id::clob:
        case type_id::blob:
            return {id, lob_length, 0};
        case type_id::date:
            return {id, 3, 0};
        case type_id::time:
            return {id, 5, 0};
        case type_id::time_tz:
            return {id, 7, 0};
        case type_id::datetime:
            return {id, 8, 6};
        case type_id::datetime2:
            return {id, 9, 9};
        case type_id::datetime_tz:
            return {id, 10, 6};
        case type_id::datetime2_tz:
            return {id, 11, 9};
        case type_id::interval_ym:
            return {id, 12, static_cast<int>(interval_qualifier::year_to_month) << 8 | 9 << 4};
        case type_id::interval_ds:
            return {id, 24, static_cast<int>(interval_qualifier::day_to_second) << 8 | 9 << 4 | 6};
        default:
            return {id, 0, 0};
    }
}

data_type type_of(const field_view& value) {
    switch (value.kind()) {
        case field_kind::null:
            return type_of(type_id::null);
        case field_kind::boolean:
            return type_of(type_id::bit);
        case field_kind::int64: {
            const std::int64_t number = value.get<std::int64_t>();
            return type_of(number >= INT32_MIN && number <= INT32_MAX ? type_id::integer : type_id::bigint);
        }
        case field_kind::float_:
            return type_of(type_id::real);
        case field_kind::double_:
            return type_of(type_id::double_);
        case field_kind::decimal: {
            const decimal& number = value.get<decimal>();
            const int precision = std::max(1, number.integer_digits() + number.scale());
            if (precision > decimal::max_precision)
                return type_of(type_id::decimal);
            return {type_id::decimal, precision, number.scale()};
        }
        case field_kind::string: {
            const auto size = value.get<std::string_view>().size();
            if (size > static_cast<std::size_t>(functions::longest_text))
                return type_of(type_id::clob);
            return {type_id::varchar, static_cast<std::int32_t>(std::max<std::size_t>(size, 1)), 0};
        }
        case field_kind::binary: {
            const auto size = value.get<bytes_view>().size();
            if (size > static_cast<std::size_t>(functions::longest_text))
                return type_of(type_id::blob);
            return {type_id::varbinary, static_cast<std::int32_t>(std::max<std::size_t>(size, 1)), 0};
        }
        case field_kind::date:
            return type_of(type_id::date);
        case field_kind::time: {
            const bool zone = value.get<time>().offset_minutes.has_value();
            return {zone ? type_id::time_tz : type_id::time, zone ? 7 : 5, 6};
        }
        case field_kind::timestamp: {
            const time& clock = value.get<timestamp>().time;
            return datetime_type(clock.offset_minutes.has_value(), clock.nanosecond % 1000 != 0 ? 9 : 6);
        }
        case field_kind::interval_ym:
            return {type_id::interval_ym, 12, value.get<interval_ym>().scale_word()};
        case field_kind::interval_ds:
            return {type_id::interval_ds, 24, value.get<interval_ds>().scale_word()};
    }
    return type_of(type_id::unknown);
}

bool is_text(type_id id) {
    return id == type_id::char_ || id == type_id::varchar || id == type_id::varchar2 || id == type_id::clob;
}
bool is_integer(type_id id) {
    return id == type_id::bit || id == type_id::boolean || id == type_id::tinyint || id == type_id::smallint ||
           id == type_id::integer || id == type_id::bigint;
}
bool is_number(type_id id) {
    return is_integer(id) || id == type_id::decimal || id == type_id::real || id == type_id::double_;
}
bool is_datetime(type_id id) {
    return id == type_id::date || id == type_id::time || id == type_id::time_tz || id == type_id::datetime ||
           id == type_id::datetime_tz || id == type_id::datetime2 || id == type_id::datetime2_tz;
}
bool is_interval(type_id id) {
    return id == type_id::interval_ym || id == type_id::interval_ds;
}
bool is_binary(type_id id) {
    return id == type_id::binary || id == type_id::varbinary || id == type_id::blob;
}
bool is_lob(type_id id) {
    return id == type_id::clob || id == type_id::blob;
}

std::optional<data_type> common_type(const data_type& a, const data_type& b, type_purpose purpose) {
    const auto open = [](type_id id) { return id == type_id::null || id == type_id::unknown; };
    if (open(a.id))
        return b.id == type_id::null && a.id == type_id::unknown ? a : b;
    if (open(b.id))
        return a;
    if (is_number(a.id) && is_number(b.id)) {
        if (a.id == type_id::double_ || b.id == type_id::double_)
            return type_of(type_id::double_);
        if (a.id == type_id::real || b.id == type_id::real)
            return type_of(a.id == b.id ? type_id::real : type_id::double_);
        if (a.id == type_id::decimal || b.id == type_id::decimal)
            return wider_decimal(a, b);
        return integer_rank(a.id) >= integer_rank(b.id) ? a : b;
    }
    if (is_text(a.id) && is_text(b.id))
        return common_text(a, b);
    if (is_datetime(a.id) && is_datetime(b.id))
        return common_datetime(a, b);
    if (is_interval(a.id) && a.id == b.id)
        return common_interval(a, b);
    if (is_binary(a.id) && is_binary(b.id)) {
        if (is_lob(a.id) || is_lob(b.id))
            return type_of(type_id::blob);
        return a == b ? a : data_type{type_id::varbinary, std::max(a.precision, b.precision), 0};
    }
    if (is_text(a.id) || is_text(b.id)) {
        const data_type& text = is_text(a.id) ? a : b;
        const data_type& other = is_text(a.id) ? b : a;
        if (is_lob(text.id) && purpose == type_purpose::comparison)
            return std::nullopt;
        if (is_lob(other.id))
            return std::nullopt;
        if (purpose == type_purpose::result) {
            if (is_lob(text.id))
                return text;
            return data_type{type_id::varchar, std::max(text.precision, functions::text_length(other)), 0};
        }
        return other;
    }
    // A binary literal stands for a number beside numbers.
    if (is_number(a.id) && is_binary(b.id) && !is_lob(b.id))
        return is_integer(a.id) ? type_of(type_id::bigint) : a;
    if (is_number(b.id) && is_binary(a.id) && !is_lob(a.id))
        return is_integer(b.id) ? type_of(type_id::bigint) : b;
    return std::nullopt;
}

bool convertible(const data_type& from, const data_type& to) {
    const type_id f = from.id, t = to.id;
    if (f == t || f == type_id::null || f == type_id::unknown || t == type_id::unknown || t == type_id::null)
        return true;
    if (is_text(f))
        return is_text(t) || is_number(t) || is_datetime(t) || is_interval(t) || is_binary(t);
    if (is_number(f))
        return is_number(t) || (is_text(t)) || (is_binary(t) && t != type_id::blob && f != type_id::decimal);
    if (is_datetime(f)) {
        if (is_text(t))
            return true;
        if (f == type_id::date)
            return is_datetime(t) && !is_time(t);
        if (is_time(f))
            return is_datetime(t) && t != type_id::date;
        return is_datetime(t);
    }
    if (is_interval(f))
        return is_text(t);
    if (is_binary(f))
        return is_binary(t) || (is_text(t) && (f != type_id::blob || t == type_id::clob)) ||
               (is_integer(t) && f != type_id::blob) || (t == type_id::decimal && f != type_id::blob);
    return false;
}

namespace functions {

namespace {
/// −0. with the 127 zeros of 1e−128 before 38 digits.
constexpr std::int32_t longest_decimal = 168;
}  // namespace

data_type as_decimal_type(const data_type& type) {
    switch (type.id) {
        case type_id::bit:
        case type_id::boolean:
            return {type_id::decimal, 1, 0};
        case type_id::tinyint:
            return {type_id::decimal, 3, 0};
        case type_id::smallint:
            return {type_id::decimal, 5, 0};
        case type_id::integer:
            return {type_id::decimal, 10, 0};
        case type_id::bigint:
            return {type_id::decimal, 19, 0};
        default:
            return type;
    }
}

std::int32_t text_length(const data_type& type) {
    switch (type.id) {
        case type_id::char_:
        case type_id::varchar:
        case type_id::varchar2:
            return type.precision > 0 ? type.precision : default_text;
        case type_id::clob:
            return longest_text;
        case type_id::bit:
        case type_id::boolean:
            return 1;
        case type_id::tinyint:
            return 4;
        case type_id::smallint:
            return 6;
        case type_id::integer:
            return 11;
        case type_id::bigint:
            return 20;
        case type_id::decimal:
            if (type.precision == 0 || type.scale < 0 || type.scale > type.precision)
                return longest_decimal;
            // Sign, point, and the zero before it that DECIMAL(p, p) does not count.
            return type.precision + (type.scale == type.precision ? 3 : 2);
        case type_id::real:
            return 15;
        case type_id::double_:
            return 24;
        case type_id::binary:
        case type_id::varbinary:
            return std::min(longest_text, type.precision * 2 + 2);
        case type_id::date:
            return 11;
        case type_id::time:
            return 15;
        case type_id::time_tz:
            return 22;
        case type_id::datetime:
            return 27;
        case type_id::datetime2:
            return 30;
        case type_id::datetime_tz:
            return 34;
        case type_id::datetime2_tz:
            return 37;
        case type_id::interval_ym:
            return 44;
        case type_id::interval_ds:
            return 62;
        case type_id::null:
            return 1;
        default:
            return default_text;
    }
}

data_type text_like_first(type_list arguments) {
    if (!arguments.empty() && arguments[0].type.id == type_id::clob)
        return arguments[0].type;
    return {type_id::varchar, arguments.empty() ? default_text : text_length(arguments[0].type), 0};
}

data_type text_of_any_length(type_list arguments) {
    for (const typed_argument& argument : arguments)
        if (argument.type.id == type_id::clob)
            return argument.type;
    return type_of(type_id::varchar);
}

data_type concatenated_text(type_list arguments) {
    std::int64_t length = 0;
    for (const typed_argument& argument : arguments) {
        if (argument.type.id == type_id::clob)
            return argument.type;
        length += argument.type.id == type_id::null ? 0 : text_length(argument.type);
    }
    return {type_id::varchar, static_cast<std::int32_t>(std::clamp<std::int64_t>(length, 1, longest_text)), 0};
}

data_type free_decimal(type_list) {
    return type_of(type_id::decimal);
}

data_type datetime_of_seconds(type_list) {
    return {type_id::datetime, 8, 0};
}

data_type common_result(type_list arguments) {
    for (const typed_argument& argument : arguments)
        if (argument.type.id != type_id::null && argument.type.id != type_id::unknown)
            return argument.type;
    return {type_id::varchar, 1, 0};
}

std::optional<std::int64_t> literal_integer(type_list arguments, std::size_t index) {
    if (index >= arguments.size() || !arguments[index].literal)
        return std::nullopt;
    const field& literal = *arguments[index].literal;
    if (const auto* number = literal.get_if<std::int64_t>())
        return *number;
    if (const auto* number = literal.get_if<decimal>())
        return number->to_int64();
    return std::nullopt;
}

}  // namespace functions

}  // namespace dmkit::mock
