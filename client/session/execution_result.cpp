#include <algorithm>
#include <utility>

#include "client/session/execution.hpp"

namespace dmkit::session {

namespace {

/// Statement types that carry something (docs/protocol: statement types).
namespace kind {
constexpr std::int16_t explain = 149;
constexpr std::int16_t set_schema = 153;
constexpr std::int16_t select = 160;
constexpr std::int16_t call = 162;
constexpr std::int16_t set_time_zone = 165;
constexpr std::int16_t set_transaction = 166;
}  // namespace kind

constexpr std::uint8_t column_wise = 2;
constexpr std::int64_t failed_row = -3;

failure take_out_values(session_state& state, const wire::execute_response& response,
                        std::span<const wire::parameter_type> types, outcome& out) {
    if (response.out_parameters.empty())
        return {};
    auto& info = out.info;
    std::vector<data_type> wanted;
    for (std::size_t i = 0; i < types.size(); ++i) {
        if (types[i].direction == static_cast<std::uint8_t>(parameter_direction::in))
            continue;
        wanted.push_back({static_cast<type_id>(types[i].type), types[i].precision, types[i].scale});
        info.out_parameters.push_back(i);
    }
    if (response.out_parameters.size() != wanted.size())
        return failure_of(client_errc::protocol_violation, std::to_string(response.out_parameters.size()) +
                                                               " OUT parameters were answered, " +
                                                               std::to_string(wanted.size()) + " were sent");
    state.arena.clear();
    auto context = state.values(state.arena, wire::value_place::row);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        field_view value;
        // The bytes of a cursor mean nothing: its rows are behind its own handle.
        if (const auto& raw = response.out_parameters[i]; raw && wanted[i].id != type_id::cursor) {
            const auto fault = wire::decode_value(wanted[i], *raw, context, value);
            if (fault == wire::value_fault::out_of_row) {
                auto& lob = out.lobs.emplace_back();
                lob.field = i;
                lob.target = target_of(*raw, wanted[i].id, context.new_lob);
            } else if (fault != wire::value_fault::none) {
                return failure_of(client_errc::value_format,
                                  "OUT parameter " + std::to_string(i + 1) + ": " + std::string(to_string(fault)));
            }
        }
        info.out_values.emplace_back(value);
    }
    return {};
}

void take_session_changes(session_state& state, const wire::execute_response& response) {
    state.transaction_status = response.transaction_status;
    switch (response.kind) {
        case kind::set_schema:
            state.schema = state.utf8(response.text);
            break;
        case kind::set_time_zone:
            state.session_zone = response.time_zone;
            break;
        case kind::set_transaction: {
            const auto level = static_cast<isolation>(std::clamp<int>(response.isolation, 0, 3));
            state.isolation = state.wanted_isolation = level;
            state.read_only = state.wanted_read_only = response.flag != 0;
            if (!state.in_transaction) {
                state.base_isolation = level;
                state.base_read_only = state.read_only;
            }
            break;
        }
        default:
            break;
    }
}

void take_batch(session_state& state, const wire::execute_response& response, execution_result& info) {
    info.row_counts = response.row_counts;
    for (const auto& item : response.failures) {
        if (item.row < 0)
            continue;
        const auto row = static_cast<std::size_t>(item.row);
        if (row < info.row_counts.size())
            info.row_counts[row] = failed_row;
        info.failures.push_back({row, item.code, state.utf8(item.text)});
    }
}

}  // namespace

failure take_execution(session_state& state, const wire::frame_view& frame, const statement_handle& handle,
                       const shared_column_set& columns, std::span<const wire::parameter_type> types,
                       const result_options& options, outcome& out) {
    wire::execute_response response;
    if (const auto error = decode(frame, state.codec_of(handle), response))
        return failure_of(error);
    take_session_changes(state, response);

    auto& info = out.info;
    info.statement_kind = response.kind;
    info.warning = response.result > 0 && response.result != wire::no_more_results ? response.result : 0;
    if (!response.printed.empty())
        info.printed = state.utf8(response.printed);
    if (response.kind == kind::explain)
        info.plan = state.utf8(response.text);
    if (auto fault = take_out_values(state, response, types, out); fault.code)
        return fault;

    const bool yields = response.kind == kind::select || response.kind == kind::call;
    out.has_rows = response.kind == kind::select ||
                   (response.kind == kind::call && (!response.columns.empty() || response.row_count > 0));
    if (out.has_rows) {
        const bool known = response.columns.empty() || (columns && describes(*columns, response.columns));
        auto set = known ? columns : make_columns(state, response.columns);
        if (!set)
            return failure_of(client_errc::protocol_violation, "rows without a description of their columns");
        if (response.row_format == column_wise)
            return failure_of(client_errc::server_not_supported, "rows in columns, which were not asked for");
        if (response.row_count < 0)
            return failure_of(client_errc::frame_format, "EXECUTE response: a negative number of rows");
        out.rows = cursor(state, handle, std::move(set), response.affected_rows, options.max_rows, options.scrolling);
        out.rows.load(response.rows, response.row_count, response.affected_rows);
        info.affected_rows = out.rows.total().value_or(0);
        return {};
    }
    info.affected_rows = response.affected_rows == wire::unknown_total ? 0 : response.affected_rows;
    info.generated_keys = response.generated_keys;
    if ((response.parts & wire::execute_part::generated_keys) != 0)
        info.last_insert_id = info.generated_keys.empty() ? 0 : info.generated_keys.back();
    else if (!yields && info.affected_rows == 1)
        info.last_insert_id = response.row_id;
    take_batch(state, response, info);
    return {};
}

}  // namespace dmkit::session
