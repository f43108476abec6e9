#include "client/session/cursor.hpp"

#include <algorithm>
#include <utility>

namespace dmkit::session {

namespace {

constexpr std::int32_t max_fetch_budget = 65536;  ///< bytes; docs/protocol: FETCH

}  // namespace

cursor::cursor(statement_handle handle, shared_column_set columns, std::int64_t total, std::int64_t limit)
    : handle_(handle), columns_(std::move(columns)), total_(total), limit_(limit), complete_(false) {
    fields_.resize(columns_->metadata.size());
}

void cursor::load(std::span<const std::byte> rows, std::int64_t count, std::int64_t total) {
    if (limit_ > 0)
        count = std::min(count, limit_ - position_);
    // The batches of a result are about as long as each other: the first one's memory, with some to spare, does for
    // all.
    if (batch_.capacity() < rows.size()) {
        batch_.clear();
        batch_.reserve(rows.size() + rows.size() / 8);
    }
    batch_.assign(rows.begin(), rows.end());
    reader_ = wire::row_reader(batch_, columns_->metadata.size());
    buffered_ = count;
    position_ += count;
    total_ = total;
    const bool known = total != wire::unknown_total;
    complete_ = (known && position_ >= total) || (limit_ > 0 && position_ >= limit_);
}

std::optional<std::size_t> decode_row(const wire::row_reader& row, std::span<const data_type> types,
                                      wire::value_context& context, std::span<field_view> fields,
                                      wire::value_fault& fault) {
    for (std::size_t i = 0; i < types.size(); ++i) {
        const auto raw = row.column(i);
        if (!raw) {
            fields[i] = field_view();
            continue;
        }
        fault = wire::decode_value(types[i], *raw, context, fields[i]);
        if (fault != wire::value_fault::none)
            return i;
    }
    return {};
}

bool cursor::next(session_state& state, failure& problem) {
    if (buffered_ == 0)
        return false;
    --buffered_;
    wire::decode_error error;
    if (!reader_.next(error)) {
        finish();
        problem.code = make_error_code(error ? to_client_error(error.fault) : client_errc::frame_format);
        problem.details.client_message = error ? error.to_string() : "the answer holds fewer rows than it announces";
        problem.details.delivered = delivery::answered;
        return false;
    }
    row_id_ = reader_.row_id();
    arena_.clear();
    auto context = state.values(arena_, wire::value_place::row);
    wire::value_fault fault{};
    if (const auto bad = decode_row(reader_, columns_->wire_types, context, fields_, fault)) {
        problem = column_failure(fault, columns(), *bad);
        return false;
    }
    return true;
}

exchange_machine::step fetch_machine::ready(session_state& state) {
    wire::fetch_request message;
    message.handle = cursor_.handle().id;
    message.position = cursor_.position();
    message.result_number = cursor_.result_number();
    message.budget = std::min(state.fetch_buffer, max_fetch_budget);
    return request(state, message, state.codec_of(cursor_.handle()), false);
}

exchange_machine::step fetch_machine::reply(session_state& state, const wire::frame_view& frame) {
    wire::fetch_response response;
    if (const auto error = decode(frame, state.codec_of(cursor_.handle()), response))
        return fail(error);
    if (response.row_count < 0)
        return fail(client_errc::frame_format, "FETCH response: a negative number of rows");
    if (response.row_count == 0)
        cursor_.finish();
    else
        cursor_.load(response.rows, response.row_count, response.total);
    return step::finish;
}

}  // namespace dmkit::session
