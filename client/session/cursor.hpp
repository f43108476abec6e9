#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <dmkit/field.hpp>
#include <dmkit/row.hpp>
#include <dmkit/wire/messages/statement.hpp>
#include <dmkit/wire/text_arena.hpp>

#include "client/session/descriptions.hpp"
#include "client/session/lob.hpp"
#include "client/session/session_machine.hpp"

namespace dmkit::session {

/// A result as it is read: holds one batch of rows and decodes them one by one. Once its buffers have grown to the
/// size of a batch, nothing here allocates.
class cursor {
  public:
    cursor() = default;
    /// Uses memory that an earlier cursor of the session has left.
    /// @param total rows of the result, or wire::unknown_total
    /// @param limit rows to yield at most, 0: all
    cursor(session_state& state, statement_handle handle, shared_column_set columns, std::int64_t total,
           std::int64_t limit, bool scrolling = false);

    /// Leaves its memory to the session's next cursor; what is left of this one can only be destroyed.
    void leave_memory(session_state& state) noexcept;

    /// Takes over a batch: @p count rows that lie in @p rows, which is copied.
    void load(std::span<const std::byte> rows, std::int64_t count, std::int64_t total);

    /// Decodes the next row of the batch. @return false at the batch's end (needs_fetch() tells whether there is more)
    /// or when it cannot be decoded: @p problem is set then and the row is skipped.
    [[nodiscard]] bool next(session_state& state, failure& problem);
    /// The row that next() decoded, valid until the next call of next() or load().
    [[nodiscard]] row_view current() const noexcept { return {fields_, columns(), row_id_}; }

    /// LOBs of the row that next() decoded whose data has to be asked for: the first lob_count() of them. Fields show
    /// nothing of them until show_lobs(), which gives the fields what fetch_lobs_machine has read.
    [[nodiscard]] off_row_lobs& lobs() noexcept { return lobs_; }
    [[nodiscard]] std::size_t lob_count() const noexcept { return lob_count_; }
    void show_lobs() noexcept;
    /// Makes them NULL: they could not be read.
    void hide_lobs() noexcept;
    /// LOBs that lie out of their rows are left to the caller.
    void set_streaming(bool streaming) noexcept { streaming_ = streaming; }
    [[nodiscard]] bool streaming() const noexcept { return streaming_; }
    [[nodiscard]] bool wants_lobs() const noexcept { return lob_count_ > 0 && !streaming_; }
    /// The next row of the batch has LOBs to be asked for.
    [[nodiscard]] bool next_wants_lobs() const noexcept;

    /// Rows of the batch that next() has not given yet.
    [[nodiscard]] std::int64_t buffered() const noexcept { return buffered_; }
    /// The batch is used up and the server may have more.
    [[nodiscard]] bool needs_fetch() const noexcept { return buffered_ == 0 && !complete_; }
    [[nodiscard]] bool scrolling() const noexcept { return scrolling_; }
    /// Goes in front of row @p row, from 0, of a scrolling cursor: within the batch at hand if it is there.
    void seek(std::int64_t row);
    /// No more rows: gives up what is buffered.
    void finish() noexcept {
        buffered_ = 0;
        complete_ = true;
    }

    [[nodiscard]] const statement_handle& handle() const noexcept { return handle_; }
    [[nodiscard]] const shared_column_set& column_set() const noexcept { return columns_; }
    [[nodiscard]] std::span<const column_metadata> columns() const noexcept {
        return columns_ ? std::span<const column_metadata>(columns_->metadata) : std::span<const column_metadata>{};
    }
    /// Rows of the result, if the server has said so.
    [[nodiscard]] std::optional<std::int64_t> total() const noexcept {
        if (total_ == wire::unknown_total)
            return {};
        return total_;
    }
    /// Rows to yield at most, 0: all.
    [[nodiscard]] std::int64_t limit() const noexcept { return limit_; }
    /// Absolute number of the first row that has not been received.
    [[nodiscard]] std::int64_t position() const noexcept { return position_; }
    [[nodiscard]] std::int16_t result_number() const noexcept { return result_number_; }
    void set_result_number(std::int16_t number) noexcept { result_number_ = number; }
    /// What is left of the batch, for a result that keeps it.
    struct rest {
        std::vector<std::byte> batch;
        wire::row_reader reader;  ///< into batch, before the next row
        std::int64_t count = 0;
    };
    [[nodiscard]] rest take_rest() noexcept {
        batch_begin_ = position_;
        return {std::move(batch_), reader_, std::exchange(buffered_, 0)};
    }

  private:
    [[nodiscard]] bool ends_at(std::int64_t position) const noexcept;

    statement_handle handle_;
    shared_column_set columns_;
    std::int64_t total_ = 0;
    std::int64_t limit_ = 0;
    std::int64_t position_ = 0;
    std::int64_t buffered_ = 0;
    std::int64_t batch_begin_ = 0;  ///< absolute number of the batch's first row
    std::int64_t row_id_ = 0;
    std::int16_t result_number_ = 0;
    bool complete_ = true;
    bool scrolling_ = false;
    std::vector<std::byte> batch_;
    wire::row_reader reader_{{}, 0};
    std::vector<field_view> fields_;
    off_row_lobs lobs_;  ///< more than the row has: memory that is used again
    std::size_t lob_count_ = 0;
    bool streaming_ = false;
    wire::text_arena arena_;
};

/// Makes @p out of the value of column @p column that lies out of the row; its field is the column's.
void note_lob(std::span<const std::byte> locator, const column_set& columns, std::size_t column, bool new_form,
              off_row_lob& out);

/// Decodes one row. Of a LOB out of the row @p off_row is called with the column's index and the value's bytes, and the
/// field becomes empty. @return the index of the column that failed, or nothing.
template <class OffRow>
[[nodiscard]] std::optional<std::size_t> decode_row(const wire::row_reader& row, std::span<const data_type> types,
                                                    wire::value_context& context, std::span<field_view> fields,
                                                    wire::value_fault& fault, const OffRow& off_row) {
    for (std::size_t i = 0; i < types.size(); ++i) {
        const auto raw = row.column(i);
        if (!raw) {
            fields[i] = field_view();
            continue;
        }
        fault = wire::decode_value(types[i], *raw, context, fields[i]);
        if (fault == wire::value_fault::out_of_row) {
            off_row(i, *raw);
            fields[i] = types[i].id == type_id::clob ? field_view(std::string_view()) : field_view(bytes_view());
        } else if (fault != wire::value_fault::none) {
            return i;
        }
    }
    return {};
}

/// FETCH: the next batch of a cursor.
class fetch_machine final : public session_machine {
  public:
    explicit fetch_machine(cursor& target) : session_machine("fetch"), cursor_(target) {}

  private:
    step ready(session_state& state) override;
    step reply(session_state& state, const wire::frame_view& frame) override;

    cursor& cursor_;
};

}  // namespace dmkit::session
