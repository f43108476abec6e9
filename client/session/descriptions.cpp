#include "client/session/descriptions.hpp"

#include <cmath>
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

}  // namespace

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
