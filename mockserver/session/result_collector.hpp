#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <dmkit/wire/value_codec.hpp>

#include "mockserver/backend.hpp"
#include "mockserver/session/descriptors.hpp"
#include "mockserver/session/lob_copies.hpp"
#include "mockserver/session/spool.hpp"

namespace dmkit::mock {

/// One result of an execution: its columns and its rows, both in wire form.
struct result_set {
    result_set(std::size_t spool_memory, spool_budget* budget) noexcept : rows(spool_memory, budget) {}
    column_descriptors columns;
    row_spool rows;
    std::int32_t table = 0;  ///< each row is one of this table of the backend, whose id it carries. 0: not so
};

/// Turns what a backend yields into result sets, which stay readable until the statement is executed again. Memory of
/// earlier results is used again.
class result_collector final : public result_sink {
  public:
    /// How the next execution's rows travel. What @p context refers to stays alive until the execution has ended. Rows
    /// beyond @p most_rows are left out. @p budget, which outlives the collector, is always the same.
    void start(const wire::value_context& context, std::int64_t most_rows, std::size_t spool_memory,
               spool_budget& budget, const lob_policy& lobs);
    void begin(std::span<const column_description> columns) override;
    void row(std::span<const field_view> fields) override;
    void rows_of(std::int32_t table) override { sets_[used_ - 1]->table = table; }
    void row_id(std::int64_t row) override { row_id_ = row; }
    void lob_rows(std::span<const std::int64_t> rows) override { lob_rows_.assign(rows.begin(), rows.end()); }

    /// Forgets all results.
    void clear() noexcept;

    /// The result that FETCH reads; nullptr if there is none.
    [[nodiscard]] result_set* current() noexcept { return current_ < used_ ? sets_[current_].get() : nullptr; }
    /// Goes to the next result. @return false if there is none; the current one then stays
    bool advance() noexcept;

  private:
    [[noreturn]] void refuse(wire::value_fault fault, const data_type& type, const field_view& value) const;

    struct result_column {
        data_type type;
        std::int32_t lob_table = 0;
        std::int16_t lob_column = 0;
    };
    [[nodiscard]] wire::value_fault add_lob(wire::row_writer& writer, const result_column& column,
                                            const field_view& value, std::size_t size, std::int64_t row);

    std::optional<wire::value_context> context_;
    lob_policy lobs_;
    std::int64_t most_rows_ = std::numeric_limits<std::int64_t>::max();
    std::size_t spool_memory_ = row_spool::default_memory_limit;
    spool_budget* budget_ = nullptr;
    std::vector<std::unique_ptr<result_set>> sets_;  ///< the first used_ of them are results
    std::size_t used_ = 0;
    std::size_t current_ = 0;
    std::vector<result_column> columns_;  ///< of the result being filled
    std::int64_t row_id_ = 0;             ///< of the row that comes next
    std::size_t stored_lobs_ = 0;         ///< columns whose LOB values the backend keeps
    std::vector<std::int64_t> lob_rows_;  ///< where they rest, of the row that comes next
};

}  // namespace dmkit::mock
