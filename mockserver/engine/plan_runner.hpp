#pragma once

#include <span>
#include <vector>

#include "mockserver/engine/connection.hpp"
#include "mockserver/engine/plan.hpp"
#include "mockserver/engine/session_memory.hpp"
#include "mockserver/engine/transaction.hpp"

namespace dmkit::mock {

/// A plan and, once it is ready, its SQLite statements on one connection.
class ready_plan {
  public:
    explicit ready_plan(dmkit::mock::plan plan) : plan_(std::move(plan)) {}

    [[nodiscard]] const dmkit::mock::plan& plan() const noexcept { return plan_; }
    /// Registers the functions that the steps and their tables need, unless that is done.
    void make_ready(connection& connection, const catalog& catalog);
    /// The statement of a step. A later step may need the temporary table that an earlier one makes, so each is
    /// prepared when it is its turn.
    [[nodiscard]] const prepared& statement(std::size_t step, connection& connection);

    /// Rows that one statement inserts at once; 0: the plan runs row by row. SQLite takes about a third of the time for
    /// rows that come together.
    [[nodiscard]] std::size_t rows_together() const noexcept;
    /// The statement for so many rows; the slots of the n-th come behind those of the rows before.
    [[nodiscard]] const prepared& together(connection& connection);

  private:
    dmkit::mock::plan plan_;
    std::vector<prepared> statements_;  ///< empty until ready
    prepared together_;                 ///< null until needed
};

/// For rows that nobody wants.
class discarding_sink final : public result_sink {
  public:
    void begin(std::span<const column_description> /*columns*/) override {}
    void row(std::span<const field_view> /*fields*/) override {}
};

/// Where and for whom a plan runs.
struct run_place {
    dmkit::mock::connection& connection;
    const dmkit::mock::catalog& catalog;
    session_memory& memory;
};

/// Runs the plan, which must be ready, for one row of arguments. Nothing is undone when it throws. Returns the rows
/// changed.
/// @param arguments of the whole text that the statement is part of
std::int64_t run_plan(ready_plan& plan, std::span<const argument> arguments, const run_place& place, result_sink& sink);

/// Runs the plan for rows_together() rows in one statement. If it throws, none of them is there; which row is to blame
/// shows only when they run one by one.
void run_together(ready_plan& plan, std::span<const std::vector<argument>> rows, const run_place& place);

/// Adds what SQLite needs to write or read the table and, if @p cascading, those that refer to it. A temporary table is
/// made in the connection.
void add_table_functions(connection& connection, const catalog& catalog, object_id table, bool cascading);

}  // namespace dmkit::mock
