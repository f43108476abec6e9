#include "client/session/descriptions.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>
#include <utility>

#include "client/session/structure_codec.hpp"

namespace dmkit::session {

namespace {

void take_marks(column_metadata& column) {
    auto& type = column.type;
    if (type.id == type_id::datetime || type.id == type_id::datetime2) {
        column.local_time_zone = (type.scale & scale_mark::local_time_zone) != 0;
        column.oracle_date = !column.local_time_zone && (type.scale & scale_mark::oracle_date) != 0;
        type.scale &= ~(scale_mark::local_time_zone | scale_mark::oracle_date);
    } else if (type.id == type_id::decimal && type.scale == scale_mark::oracle_float) {
        constexpr double digits_per_bit = 0.30103;
        column.binary_float = true;
        type.precision = static_cast<std::int32_t>(std::lround(type.precision * digits_per_bit)) + 1;
        type.scale = -1;
    }
}

/// Calls @p visit with each text of the descriptor.
template <class Descriptor, class Visit>
void for_each_text(Descriptor& of, const Visit& visit) {
    for (auto* text : {&of.name, &of.type_name, &of.table, &of.schema, &of.base_name})
        visit(*text);
}

void keep_descriptors(column_set& set, std::span<const wire::column_descriptor> columns) {
    std::size_t size = 0;
    for (const auto& each : columns) {
        for_each_text(each, [&](std::string_view text) { size += text.size(); });
        size += each.description.size();
    }
    set.texts.reserve(size);
    const auto keep = [&](std::span<const std::byte> data) {
        const auto begin = set.texts.size();
        set.texts.insert(set.texts.end(), data.begin(), data.end());
        return std::span<const std::byte>(set.texts).subspan(begin);
    };
    set.descriptors.assign(columns.begin(), columns.end());
    for (auto& each : set.descriptors) {
        for_each_text(each, [&](std::string_view& text) { text = wire::as_text(keep(wire::as_bytes(text))); });
        each.description = keep(each.description);
    }
}

}  // namespace

bool describes(const column_set& set, std::span<const wire::column_descriptor> columns) noexcept {
    const auto same = [](const wire::column_descriptor& a, const wire::column_descriptor& b) {
        const auto compared = [](const wire::column_descriptor& one) {
            return std::tie(one.type, one.precision, one.scale, one.nullable, one.flags, one.name, one.type_name,
                            one.table, one.schema, one.base_name, one.lob_table_id, one.lob_column_id);
        };
        return compared(a) == compared(b) && std::ranges::equal(a.description, b.description);
    };
    return std::ranges::equal(set.descriptors, columns, same);
}

shared_column_set make_columns(session_state& state, std::span<const wire::column_descriptor> columns) {
    auto set = std::make_shared<column_set>();
    set->metadata.reserve(columns.size());
    set->wire_types.reserve(columns.size());
    for (const auto& descriptor : columns) {
        column_metadata column;
        column.name = state.utf8(descriptor.name);
        column.type = {static_cast<type_id>(descriptor.type), descriptor.precision, descriptor.scale};
        set->wire_types.push_back(column.type);
        set->has_lobs = set->has_lobs || wire::is_lob(column.type.id);
        column.type_name = state.utf8(descriptor.type_name);
        column.nullable = descriptor.nullable != 0;
        column.identity = (descriptor.flags & wire::column_flag::identity) != 0;
        column.schema = state.utf8(descriptor.schema);
        column.table = state.utf8(descriptor.table);
        column.base_name = state.utf8(descriptor.base_name);
        column.lob_table_id = descriptor.lob_table_id;
        column.lob_column_id = descriptor.lob_column_id;
        column.structure = make_structured_type(state, column.type, descriptor.description);
        take_marks(column);
        set->metadata.push_back(std::move(column));
    }
    keep_descriptors(*set, columns);
    return set;
}

std::vector<parameter_metadata> make_parameters(session_state& state,
                                                std::span<const wire::parameter_descriptor> parameters) {
    std::vector<parameter_metadata> out;
    out.reserve(parameters.size());
    for (const auto& descriptor : parameters) {
        parameter_metadata parameter;
        parameter.name = state.utf8(descriptor.name);
        parameter.type = {static_cast<type_id>(descriptor.type), descriptor.precision, descriptor.scale};
        parameter.type_name = state.utf8(descriptor.type_name);
        parameter.structure = make_structured_type(state, parameter.type, descriptor.description);
        parameter.direction = descriptor.direction == 1   ? parameter_direction::out
                              : descriptor.direction == 2 ? parameter_direction::in_out
                                                          : parameter_direction::in;
        parameter.exact = (descriptor.flags & wire::parameter_flag::recommended) == 0;
        parameter.nullable = descriptor.nullable != 0;
        parameter.has_default = (descriptor.flags & wire::parameter_flag::has_default) != 0;
        out.push_back(std::move(parameter));
    }
    return out;
}

failure column_failure(wire::value_fault fault, std::span<const column_metadata> columns, std::size_t index) {
    const auto& column = columns[index];
    failure out;
    switch (fault) {
        case wire::value_fault::out_of_row:
            out.code = make_error_code(client_errc::lob_out_of_row);
            break;
        case wire::value_fault::unsupported:
            out.code = make_error_code(client_errc::unsupported_type);
            break;
        default:
            out.code = make_error_code(client_errc::value_format);
            break;
    }
    out.details.client_message = "column " + std::to_string(index + 1) + " (" + column.name + ", " + column.type_name +
                                 "): " + std::string(to_string(fault));
    out.details.delivered = delivery::answered;
    return out;
}

}  // namespace dmkit::session
