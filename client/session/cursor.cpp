#include "client/session/cursor.hpp"

#include <algorithm>
#include <utility>

namespace dmkit::session {

namespace {

constexpr std::int32_t max_fetch_budget = 65536;  ///< bytes; docs/protocol: FETCH

}  // namespace

cursor::cursor(session_state& state, statement_handle handle, shared_column_set columns, std::int64_t total,
               std::int64_t limit, bool scrolling)
    : handle_(handle),
      columns_(std::move(columns)),
      total_(total),
      limit_(limit),
      complete_(false),
      scrolling_(scrolling) {
    batch_.swap(state.spare_batch);
    fields_.swap(state.spare_fields);
    fields_.resize(columns_->metadata.size());
}

void cursor::leave_memory(session_state& state) noexcept {
    // An answer has 64 KiB at most, unless a row is longer.
    constexpr std::size_t kept = 1U << 17U;
    if (batch_.capacity() <= kept && batch_.capacity() > state.spare_batch.capacity())
        batch_.swap(state.spare_batch);
    if (fields_.capacity() > state.spare_fields.capacity())
        fields_.swap(state.spare_fields);
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
    batch_begin_ = position_;
    position_ += count;
    total_ = total;
    complete_ = ends_at(position_);
}

bool cursor::ends_at(std::int64_t position) const noexcept {
    return (total_ != wire::unknown_total && position >= total_) || (limit_ > 0 && position >= limit_);
}

void cursor::seek(std::int64_t row) {
    if (row >= batch_begin_ && row < position_) {
        reader_ = wire::row_reader(batch_, columns_->metadata.size());
        buffered_ = position_ - row;
        wire::decode_error error;
        // A row that cannot be found is reported when it is its turn.
        for (auto skipped = batch_begin_; skipped < row && reader_.next(error); ++skipped) {
        }
    } else {
        buffered_ = 0;
        batch_begin_ = position_ = row;
    }
    complete_ = ends_at(position_);
}

void note_lob(std::span<const std::byte> locator, const column_set& columns, std::size_t column, bool new_form,
              off_row_lob& out) {
    out.field = column;
    out.target = target_of(locator, columns.wire_types[column].id, new_form);
    if (!new_form) {
        out.target.locator.table = columns.metadata[column].lob_table_id;
        out.target.locator.column = columns.metadata[column].lob_column_id;
    }
    // Memory of a long value is not kept for all that follow.
    constexpr std::size_t kept = 1U << 20U;
    if (out.data.capacity() > kept)
        out.data = std::string();
    out.data.clear();
}

void cursor::show_lobs() noexcept {
    for (std::size_t i = 0; i < lob_count_; ++i)
        fields_[lobs_[i].field] = lobs_[i].view();
}

void cursor::hide_lobs() noexcept {
    for (std::size_t i = 0; i < lob_count_; ++i)
        fields_[lobs_[i].field] = field_view();
}

bool cursor::next_wants_lobs() const noexcept {
    if (streaming_ || buffered_ == 0 || !columns_ || !columns_->has_lobs)
        return false;
    wire::row_reader ahead = reader_;
    wire::decode_error error;
    if (!ahead.next(error))
        return false;
    for (std::size_t i = 0; i < columns_->wire_types.size(); ++i) {
        if (!wire::is_lob(columns_->wire_types[i].id))
            continue;
        const auto raw = ahead.column(i);
        if (raw && !raw->empty() && raw->front() == wire::lob_out_of_row)
            return true;
    }
    return false;
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
    lob_count_ = 0;
    const auto off_row = [&](std::size_t column, std::span<const std::byte> locator) {
        if (lob_count_ == lobs_.size())
            lobs_.emplace_back();
        note_lob(locator, *columns_, column, context.new_lob, lobs_[lob_count_++]);
    };
    if (const auto bad = decode_row(reader_, columns_->wire_types, context, fields_, fault, off_row)) {
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
