#include <algorithm>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"

namespace dmkit::mock::bind {
namespace {

/// Lengths of text and digits of DECIMAL do not change how a function sees a value: dropping them keeps the number of
/// functions small that a connection must register.
data_type plain(const data_type& type) {
    switch (class_of(type.id)) {
        case storage_class::text:
        case storage_class::binary:
        case storage_class::decimal:
            return {type.id, 0, 0};
        default:
            return type;
    }
}

bool is_numeric_or_text(const field& value) {
    switch (value.kind()) {
        case field_kind::int64:
        case field_kind::decimal:
        case field_kind::double_:
        case field_kind::string:
            return true;
        default:
            return false;
    }
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

/// True for text whose length depends on the server's character set.
bool length_varies(const bound& value, const profile& server) {
    if (server.charset == charset::utf8)
        return false;
    const auto* const text = value.literal ? value.literal->get_if<std::string>() : nullptr;
    return text != nullptr && !is_ascii(*text);
}

/// True if each value fits the column unchanged. The type of an expression is no proof of it: by DM8's rules
/// DECIMAL(5,2) + DECIMAL(5,2) is DECIMAL(5,2), whatever comes out.
bool fits(const bound& value, const data_type& column, const profile& server) {
    if (!fits_column(value.type, column))
        return false;
    switch (class_of(column.id)) {
        case storage_class::text:
        case storage_class::binary:
            if (is_lob(column.id))
                return true;
            break;
        case storage_class::decimal:
            if (column == unlimited(column))
                return true;
            break;
        default:
            return true;
    }
    return value.literal ? !length_varies(value, server) : value.origin && value.origin->stored;
}

/// Constants are converted here and now where neither clock nor session has a say in it.
std::optional<field> fold(const bound& value, const data_type& type, conversion_mode mode, std::string_view name,
                          const profile& server) {
    const storage_class form = class_of(type.id);
    const bool number =
        form == storage_class::integer || form == storage_class::decimal || form == storage_class::floating;
    if (!value.literal || !is_numeric_or_text(*value.literal))
        return {};
    if (!number && !(form == storage_class::text && is_text(value.type.id) && !length_varies(value, server)))
        return {};
    try {
        call_context nothing;
        return convert(nothing, *value.literal, value.type, type, mode, name);
    } catch (const sql_error&) {
        return {};  // DM8 meets the fault when the statement runs: so shall we
    }
}

}  // namespace

bound statement_binder::constant(field value, const data_type& type) const {
    bound made;
    made.type = type;
    const auto* const text = value.get_if<std::string>();
    if (text && text->empty() && !is_lob(type.id) && context_.profile.compatible_mode == compatible_with_oracle) {
        made.sql = "NULL";
        return made;
    }
    made.sql = literal_sql(value, type);
    made.literal = std::move(value);
    return made;
}

bound statement_binder::null_value() const {
    bound made;
    made.sql = "NULL";
    made.type = type_of(type_id::null);
    return made;
}

std::string statement_binder::call_sql(function_use use, const std::vector<std::string>& arguments) {
    if (use.kind == function_use::what::call && !use.function->deterministic)
        deterministic_ = false;
    for (data_type& argument : use.arguments)
        argument = plain(argument);
    if (use.kind != function_use::what::convert)
        use.result = plain(use.result);
    const std::string name = use.sqlite_name();
    if (function_names_.insert(name).second)
        functions_.push_back(std::move(use));
    std::string sql = quoted_name(name) + "(";
    for (std::size_t i = 0; i < arguments.size(); ++i)
        sql += (i ? ", " : "") + arguments[i];
    return sql + ")";
}

bound statement_binder::coerce(bound value, const data_type& type, conversion_mode mode, bool length_in_characters) {
    if (value.untyped && parameters_[*value.untyped].typed)
        value = settle(std::move(value));
    if (value.untyped) {
        parameter_state& state = parameters_[*value.untyped];
        state.typed = true;
        state.description.type = value_type(type, length_in_characters);
        state.description.type_name = descriptor_name(type);
        slots_[*state.slot].type = unlimited(type);
        value.type = slots_[*state.slot].type;
        value.untyped.reset();
        return mode == conversion_mode::explicit_cast ? coerce(std::move(value), type, mode, length_in_characters)
                                                      : value;
    }
    if (value.is_null()) {
        value.type = value_type(type, length_in_characters);
        return value;
    }
    if (mode == conversion_mode::implicit && same_form(value.type, type)) {
        value.type = type;
        return value;
    }
    if (mode == conversion_mode::explicit_cast && value.type == type && !length_in_characters)
        return value;
    if (!convertible(value.type, type))
        throw sql_error(mode == conversion_mode::explicit_cast ? -6101 : codes::types_differ);
    if (!length_in_characters)
        if (auto folded = fold(value, type, mode, {}, context_.profile))
            return constant(std::move(*folded), type);
    function_use use;
    use.kind = function_use::what::convert;
    use.length_in_characters = length_in_characters;
    use.mode = mode;
    use.arguments = {value.type};
    use.result = mode == conversion_mode::implicit ? plain(type) : type;
    value.sql = call_sql(std::move(use), {value.sql});
    value.type = value_type(type, length_in_characters);
    value.literal.reset();
    value.origin.reset();
    // '' converts to a number as NULL does.
    value.nullable = true;
    return value;
}

bound statement_binder::assign(bound value, const column_info& column) {
    if (value.untyped && parameters_[*value.untyped].typed)
        value = settle(std::move(value));
    if (value.untyped) {
        parameter_state& state = parameters_[*value.untyped];
        state.typed = true;
        state.description.type = column.value_type();
        state.description.type_name = descriptor_name(column.type);
        state.description.nullable = column.nullable;
        slot& place = slots_[*state.slot];
        place.type = column.type;
        place.mode = conversion_mode::assignment;
        place.column = column.name;
        place.length_in_characters = column.length_in_characters;
        value.untyped.reset();
        value.type = column.value_type();
        return value;
    }
    if (value.is_null()) {
        value.type = column.value_type();
        return value;
    }
    if (!column.length_in_characters && fits(value, column.type, context_.profile))
        return value;
    if (!convertible(value.type, column.type))
        throw sql_error(codes::types_differ);
    if (!column.length_in_characters)
        if (auto folded = fold(value, column.type, conversion_mode::assignment, column.name, context_.profile))
            return constant(std::move(*folded), column.value_type());
    function_use use;
    use.kind = function_use::what::convert;
    use.mode = conversion_mode::assignment;
    use.arguments = {value.type};
    use.result = column.type;
    use.column = column.name;
    use.length_in_characters = column.length_in_characters;
    value.sql = call_sql(std::move(use), {value.sql});
    value.type = column.value_type();
    value.literal.reset();
    return value;
}

data_type statement_binder::common(const std::vector<const bound*>& values, type_purpose purpose,
                                   const sql::source_range& where) const {
    data_type found = type_of(type_id::null);
    for (const bound* value : values) {
        if (value->is_null() || value->type.id == type_id::unknown)
            continue;
        if (found.id == type_id::null) {
            found = value->type;
            continue;
        }
        const auto united = common_type(found, value->type, purpose);
        if (!united)
            throw sql_error(purpose == type_purpose::result ? -6101 : codes::types_differ, {}, position_of(where));
        found = *united;
    }
    return found;
}

}  // namespace dmkit::mock::bind
