#include <map>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"

namespace dmkit::mock::bind {
namespace {

constexpr int precision_out_of_range = -6121;
constexpr std::int64_t longest_text = 32767;

enum class shape : std::uint8_t {
    plain,      ///< no length
    text,       ///< length in bytes or characters
    national,   ///< length in characters
    decimal,    ///< precision and scale
    number,     ///< decimal; without precision any scale
    floating,   ///< precision in bits
    time,       ///< digits of the fraction
    timestamp,  ///< digits of the fraction
    interval,
};

struct known_type {
    type_id id;
    dmkit::mock::bind::shape shape;
    std::int32_t default_length = 0;
    std::string_view catalog_name = {};  ///< when it differs from what was written
};

const std::map<std::string_view, known_type>& known_types() {
    static const std::map<std::string_view, known_type> types = {
        {"CHAR", {type_id::char_, shape::text, 1}},
        {"CHARACTER", {type_id::char_, shape::text, 1, "CHAR"}},
        {"NCHAR", {type_id::char_, shape::national, 1}},
        {"VARCHAR", {type_id::varchar, shape::text, 8188}},
        {"VARCHAR2", {type_id::varchar, shape::text, 8188}},
        {"CHARACTER VARYING", {type_id::varchar, shape::text, 8188, "VARCHAR"}},
        {"NVARCHAR", {type_id::varchar, shape::national, 8188}},
        {"NVARCHAR2", {type_id::varchar, shape::national, 8188}},
        {"BIT", {type_id::bit, shape::plain}},
        {"BOOL", {type_id::bit, shape::plain, 0, "BIT"}},
        {"BOOLEAN", {type_id::bit, shape::plain, 0, "BIT"}},
        {"TINYINT", {type_id::tinyint, shape::plain}},
        {"BYTE", {type_id::tinyint, shape::plain}},
        {"SMALLINT", {type_id::smallint, shape::plain}},
        {"INT", {type_id::integer, shape::plain}},
        {"INTEGER", {type_id::integer, shape::plain}},
        {"PLS_INTEGER", {type_id::integer, shape::plain, 0, "INTEGER"}},
        {"BIGINT", {type_id::bigint, shape::plain}},
        {"NUMERIC", {type_id::decimal, shape::decimal}},
        {"DECIMAL", {type_id::decimal, shape::decimal}},
        {"DEC", {type_id::decimal, shape::decimal}},
        {"NUMBER", {type_id::decimal, shape::number}},
        {"FLOAT", {type_id::double_, shape::floating}},
        {"DOUBLE", {type_id::double_, shape::floating}},
        {"DOUBLE PRECISION", {type_id::double_, shape::floating}},
        {"REAL", {type_id::real, shape::plain}},
        {"BINARY", {type_id::binary, shape::text, 1}},
        {"VARBINARY", {type_id::varbinary, shape::text, 8188}},
        {"RAW", {type_id::varbinary, shape::text, 8188}},
        {"DATE", {type_id::date, shape::plain}},
        {"TIME", {type_id::time, shape::time}},
        {"TIMESTAMP", {type_id::datetime, shape::timestamp}},
        {"DATETIME", {type_id::datetime, shape::timestamp}},
        {"TEXT", {type_id::clob, shape::plain}},
        {"LONG", {type_id::clob, shape::plain, 0, "TEXT"}},
        {"LONGVARCHAR", {type_id::clob, shape::plain, 0, "TEXT"}},
        {"CLOB", {type_id::clob, shape::plain}},
        {"NCLOB", {type_id::clob, shape::plain, 0, "CLOB"}},
        {"IMAGE", {type_id::blob, shape::plain}},
        {"LONGVARBINARY", {type_id::blob, shape::plain, 0, "BLOB"}},
        {"BLOB", {type_id::blob, shape::plain}},
        {"INTERVAL", {type_id::interval_ds, shape::interval}},
    };
    return types;
}

/// Types that DM8 has and the mock has not.
bool is_unsupported_type(std::string_view name) {
    for (const std::string_view known : {"BFILE", "ROWID", "JSON", "JSONB", "XMLTYPE", "MONEY", "CURRENCY", "CURSOR",
                                         "SYS_REFCURSOR", "LONG RAW", "UROWID"})
        if (known == name)
            return true;
    return false;
}

[[noreturn]] void out_of_range(const sql::type_name& name) {
    throw sql_error(precision_out_of_range, {}, position_of(name.where));
}

std::int32_t checked(const sql::type_name& name, std::int64_t value, std::int64_t least, std::int64_t most) {
    if (value < least || value > most)
        out_of_range(name);
    return static_cast<std::int32_t>(value);
}

data_type decimal_type(const sql::type_name& name) {
    if (!name.precision && !name.any_precision)
        return type_of(type_id::decimal);
    const std::int32_t precision =
        name.any_precision ? decimal::max_precision : checked(name, *name.precision, 1, decimal::max_precision);
    const std::int32_t scale = name.scale ? checked(name, *name.scale, 0, precision) : 0;
    if (name.any_precision && !name.scale)
        return type_of(type_id::decimal);
    return {type_id::decimal, precision, scale};
}

data_type timestamp_type(const sql::type_name& name) {
    const std::int32_t digits = name.precision ? checked(name, *name.precision, 0, 9) : 6;
    data_type type = type_of(name.with_time_zone ? digits > 6 ? type_id::datetime2_tz : type_id::datetime_tz
                             : digits > 6        ? type_id::datetime2
                                                 : type_id::datetime);
    type.scale = digits;
    return type;
}

}  // namespace

data_type interval_type(const sql::interval_qualifier& qualifier, int default_leading_precision,
                        const sql::source_range& where) {
    using field = sql::interval_field;
    using kind = dmkit::interval_qualifier;
    static const std::map<std::pair<field, field>, kind> kinds = {
        {{field::year, field::year}, kind::year},
        {{field::year, field::month}, kind::year_to_month},
        {{field::month, field::month}, kind::month},
        {{field::day, field::day}, kind::day},
        {{field::day, field::hour}, kind::day_to_hour},
        {{field::day, field::minute}, kind::day_to_minute},
        {{field::day, field::second}, kind::day_to_second},
        {{field::hour, field::hour}, kind::hour},
        {{field::hour, field::minute}, kind::hour_to_minute},
        {{field::hour, field::second}, kind::hour_to_second},
        {{field::minute, field::minute}, kind::minute},
        {{field::minute, field::second}, kind::minute_to_second},
        {{field::second, field::second}, kind::second},
    };
    const kind found = kinds.at({qualifier.first, qualifier.last});
    const bool months = found <= kind::month;
    const int leading = qualifier.leading_precision.value_or(default_leading_precision);
    const int seconds = months ? 0 : qualifier.second_precision.value_or(6);
    if (leading < 1 || leading > 9 || seconds < 0 || seconds > 6)
        throw sql_error(precision_out_of_range, {}, position_of(where));
    data_type type = type_of(months ? type_id::interval_ym : type_id::interval_ds);
    type.scale = static_cast<std::int32_t>(found) << 8 | leading << 4 | seconds;
    return type;
}

resolved_type resolve_type_name(const sql::type_name& name, const bind_context& context) {
    const auto found = known_types().find(name.name);
    if (name.quoted || !name.schema.empty() || found == known_types().end()) {
        if (!name.quoted && name.schema.empty() && is_unsupported_type(name.name))
            throw sql_error::unsupported("type " + name.name, position_of(name.where));
        throw sql_error(codes::unknown_type, {name.name}, position_of(name.where));
    }
    if (name.with_local_time_zone)
        throw sql_error::unsupported("WITH LOCAL TIME ZONE", position_of(name.where));
    const bool date_with_time = name.name == "DATE" && context.profile.compatible_mode == compatible_with_oracle;
    const auto& [own_name, known] = date_with_time ? *known_types().find("TIMESTAMP") : *found;
    resolved_type result;
    result.type = type_of(known.id);
    result.type_name = known.catalog_name.empty() ? own_name : known.catalog_name;
    switch (known.shape) {
        case shape::plain:
            break;
        case shape::text:
        case shape::national:
            result.type.precision =
                name.precision ? checked(name, *name.precision, 1, longest_text) : known.default_length;
            result.length_in_characters =
                known.shape == shape::national || name.unit == sql::length_unit::character ||
                (context.profile.length_in_char && is_text(known.id) && name.unit == sql::length_unit::unspecified);
            break;
        case shape::decimal:
        case shape::number:
            result.type = decimal_type(name);
            break;
        case shape::floating:
            if (name.precision && checked(name, *name.precision, 1, 126) <= 24 && name.name == "FLOAT")
                result.type = type_of(type_id::real);
            break;
        case shape::time:
            if (name.with_time_zone) {
                result.type = type_of(type_id::time_tz);
                result.type_name = "TIME WITH TIME ZONE";
            }
            result.type.scale = name.precision ? checked(name, *name.precision, 0, 6) : 0;
            break;
        case shape::timestamp:
            result.type = timestamp_type(name);
            if (name.with_time_zone)
                result.type_name += " WITH TIME ZONE";
            break;
        case shape::interval:
            if (!name.interval)
                throw sql_error(codes::unknown_type, {name.name}, position_of(name.where));
            result.type = interval_type(*name.interval, 2, name.where);
            result.type_name = "INTERVAL " + std::string(to_string(static_cast<dmkit::interval_qualifier>(
                                                 static_cast<std::uint32_t>(result.type.scale) >> 8)));
            break;
    }
    return result;
}

}  // namespace dmkit::mock::bind
