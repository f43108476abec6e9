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
#include "mockserver/session/spool.hpp"

namespace dmkit::mock {

/// One result of an execution: its columns and its rows, both in wire form.
struct result_set {
    result_set(std::size_t spool_memory, spool_budget* budget) noexcept : rows(spool_memory, budget) {}
    column_descriptors columns;
    row_spool rows;
};

/// Turns what a backend yields into result sets, which stay readable until the statement is executed again. Memory of
/// earlier results is used again.
class result_collector final : public result_sink {
  public:
    /// How the next execution's rows travel. What @p context refers to stays alive until the execution has ended. Rows
    /// beyond @p most_rows are left out. @p budget, which outlives the collector, is always the same.
    void start(const wire::value_context& context, std::int64_t most_rows, std::size_t spool_memory,
               spool_budget& budget);
    void begin(std::span<const column_description> columns) override;
    void row(std::span<const field_view> fields) override;

    /// Forgets all results.
    void clear() noexcept;

    /// The result that FETCH reads; nullptr if there is none.
    [[nodiscard]] result_set* current() noexcept { return current_ < used_ ? sets_[current_].get() : nullptr; }
    /// Goes to the next result. @return false if there is none; the current one then stays
    bool advance() noexcept;

  private:
    [[noreturn]] void refuse(wire::value_fault fault, const data_type& type, const field_view& value) const;

    std::optional<wire::value_context> context_;
    std::int64_t most_rows_ = std::numeric_limits<std::int64_t>::max();
    std::size_t spool_memory_ = row_spool::default_memory_limit;
    spool_budget* budget_ = nullptr;
    std::vector<std::unique_ptr<result_set>> sets_;  ///< the first used_ of them are results
    std::size_t used_ = 0;
    std::size_t current_ = 0;
    std::vector<data_type> types_;  ///< of the result being filled
};

}  // namespace dmkit::mock
