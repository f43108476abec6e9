#include "mockserver/engine/plan_runner.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string>
#include <string_view>

#include <boost/container/small_vector.hpp>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/constraint_error.hpp"
#include "mockserver/engine/storage_form.hpp"
#include "mockserver/engine/table_sql.hpp"

namespace dmkit::mock {

namespace {

bool is_empty_text(const field& value) {
    return value.kind() == field_kind::string && field_view(value).get<std::string_view>().empty();
}

/// Arguments in the types of a step's slots, alive while the step runs.
class bound_slots {
  public:
    /// Room for the values of so many rows: bound ones must not move.
    void reserve(const step& step, std::size_t rows) { values_.reserve(step.slots.size() * rows); }
    /// Behind what is bound already.
    void bind(const step& step, sqlite3_stmt* statement, std::span<const argument> arguments, call_context& context) {
        for (const slot& slot : step.slots) {
            if (slot.parameter >= arguments.size())
                throw sql_error(codes::missing_argument);
            const argument& given = arguments[slot.parameter];
            ++bound_;
            if (context.empty_text_is_null && is_empty_text(given.value)) {
                bind_storage_form(statement, bound_, {}, slot.type);
                continue;
            }
            if (is_text_that_stays(given.value, slot.type)) {
                bind_storage_form(statement, bound_, given.value, slot.type);
                continue;
            }
            values_.push_back(convert(context, given.value, given.type, slot.type, slot.mode, slot.column,
                                      slot.length_in_characters));
            bind_storage_form(statement, bound_, values_.back(), slot.type);
        }
    }

  private:
    int bound_ = 0;
    boost::container::small_vector<field, 8> values_;
};

std::int64_t send_rows(const plan& plan, sqlite3_stmt* statement, connection& connection, result_sink& sink) {
    sink.begin(plan.columns);
    if (plan.rows_of != 0)
        sink.rows_of(plan.rows_of);
    boost::container::small_vector<field_view, 16> fields(plan.columns.size());
    boost::container::small_vector<std::int64_t, 4> lob_rows(plan.lob_rows.size());
    std::int64_t rows = 0;
    while (connection.step(statement)) {
        for (std::size_t i = 0; i < fields.size(); ++i)
            fields[i] = read_storage_form(statement, static_cast<int>(i), plan.columns[i].type);
        if (!lob_rows.empty()) {
            for (std::size_t i = 0; i < lob_rows.size(); ++i)
                lob_rows[i] = sqlite3_column_int64(statement, static_cast<int>(plan.lob_rows[i]));
            sink.lob_rows(lob_rows);
        }
        if (plan.rows_of != 0)
            sink.row_id(sqlite3_column_int64(statement, static_cast<int>(plan.row_id)));
        sink.row(fields);
        ++rows;
    }
    return rows;
}

std::int64_t run_steps(ready_plan& ready, std::span<const argument> arguments, const run_place& place,
                       result_sink& sink) {
    const plan& plan = ready.plan();
    std::int64_t changed = 0;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const step& step = plan.steps[i];
        bound_slots slots;  // goes after the statement that borrows from it is reset
        const statement_use statement(ready.statement(i, place.connection));
        slots.reserve(step, 1);
        slots.bind(step, statement.get(), arguments, place.connection.context());
        if (step.role == step_role::query) {
            place.memory.now.rows_found = send_rows(plan, statement.get(), place.connection, sink);
            continue;
        }
        while (place.connection.step(statement.get())) {
        }
        if (step.role == step_role::change)
            changed += sqlite3_changes64(place.connection.handle());
    }
    return changed;
}

/// The foreign keys that a change of the table can violate by itself.
std::vector<const constraint_info*> foreign_keys_around(const catalog& catalog, object_id table) {
    std::vector<const constraint_info*> found;
    for (const auto& [id, info] : catalog.tables())
        for (const constraint_info& constraint : info->constraints)
            if (constraint.kind == constraint_kind::foreign_key && constraint.enabled &&
                (id == table || constraint.referenced_table == table))
                found.push_back(&constraint);
    return found;
}

/// A run of a statement for what can be learnt from it, without checks of foreign keys: nothing of it remains.
class trial {
  public:
    trial(connection& connection, session_memory& memory)
        : connection_(connection), memory_(memory), before_(memory.copy()) {
        connection_.execute("PRAGMA defer_foreign_keys=ON; SAVEPOINT violation");
    }
    trial(const trial&) = delete;
    trial& operator=(const trial&) = delete;
    ~trial() {
        sqlite3_exec(connection_.handle(), "ROLLBACK TO violation; RELEASE violation; PRAGMA defer_foreign_keys=OFF",
                     nullptr, nullptr, nullptr);
        memory_.restore(std::move(before_));
    }

  private:
    connection& connection_;
    session_memory& memory_;
    session_memory::trace before_;
};

/// SQLite does not say which foreign key a statement violated. If several may be, the statement runs again with its
/// checks put off, the violation is looked up, and all of it is undone.
sql_error name_foreign_key(ready_plan& ready, std::span<const argument> arguments, const run_place& place) {
    const std::vector<const constraint_info*> around = foreign_keys_around(place.catalog, ready.plan().target);
    const bool alone = around.size() == 1 && around.front()->on_delete == referential_action::no_action &&
                       around.front()->on_update == referential_action::no_action;
    if (alone)
        return foreign_key_error(*around.front());
    const foreign_key_violations before = find_violations(place.connection);
    const trial tried(place.connection, place.memory);
    std::optional<sql_error> found;
    try {
        discarding_sink nowhere;
        run_steps(ready, arguments, place, nowhere);
        found = violated_foreign_key(place.connection, place.catalog, before);
    } catch (const constraint_failure&) {
        // Put off, the checks let the statement run into something else; no name then.
    } catch (const sql_error& error) {
        // The same, e.g. a sequence that the second run exhausts; but its time may end here as well.
        if (error.code() == codes::statement_timeout || error.code() == codes::connection_lost)
            throw;
    }
    return found ? *found : sql_error(codes::foreign_key_violated, {around.empty() ? "" : around.front()->name});
}

}  // namespace

void ready_plan::make_ready(connection& connection, const catalog& catalog) {
    if (!statements_.empty())
        return;
    for (const function_use& function : plan_.functions)
        connection.add_function(function);
    connection.drop_temporary_tables(catalog);
    for (const access& each : plan_.accesses)
        add_table_functions(connection, catalog, each.object, false);
    if (plan_.target != 0)
        add_table_functions(connection, catalog, plan_.target, plan_.kind != statement_kind::insert);
    statements_.resize(plan_.steps.size());
}

const prepared& ready_plan::statement(std::size_t step, connection& connection) {
    if (!statements_[step])
        statements_[step] = connection.prepare(plan_.steps[step].sql);
    return statements_[step];
}

std::size_t ready_plan::rows_together() const noexcept {
    constexpr std::size_t most_rows = 64;
    constexpr std::size_t most_slots = 4096;
    if (plan_.steps.size() != 1 || plan_.steps[0].row_values == 0 || plan_.steps[0].slots.empty())
        return 0;
    return std::min(most_rows, most_slots / plan_.steps[0].slots.size());
}

const prepared& ready_plan::together(connection& connection) {
    if (together_)
        return together_;
    const step& one = plan_.steps[0];
    const std::string_view values = std::string_view(one.sql).substr(one.row_values);
    std::string sql = one.sql;
    for (std::size_t row = 1; row < rows_together(); ++row) {
        sql += ", ";
        for (std::size_t i = 0; i < values.size(); ++i) {
            sql += values[i];
            if (values[i] != '?')
                continue;
            std::size_t number = 0;
            i = static_cast<std::size_t>(
                    std::from_chars(values.data() + i + 1, values.data() + values.size(), number).ptr - values.data()) -
                1;
            sql += std::to_string(number + row * one.slots.size());
        }
    }
    together_ = connection.prepare(sql);
    return together_;
}

void run_together(ready_plan& plan, std::span<const std::vector<argument>> rows, const run_place& place) {
    const step& step = plan.plan().steps[0];
    bound_slots slots;  // goes after the statement that borrows from it is reset
    const statement_use statement(plan.together(place.connection));
    slots.reserve(step, rows.size());
    for (const std::vector<argument>& row : rows)
        slots.bind(step, statement.get(), row, place.connection.context());
    while (place.connection.step(statement.get())) {
    }
}

std::int64_t run_plan(ready_plan& plan, std::span<const argument> arguments, const run_place& place,
                      result_sink& sink) {
    try {
        return run_steps(plan, arguments, place, sink);
    } catch (const constraint_failure& failure) {
        if (failure.kind == constraint_failure::what::foreign_key)
            throw name_foreign_key(plan, arguments, place);
        throw constraint_error(failure, place.catalog);
    }
}

void add_table_functions(connection& connection, const catalog& catalog, object_id table, bool cascading) {
    std::set<object_id> reached{table};
    std::vector<object_id> line{table};
    while (!line.empty()) {
        const object_id next = line.back();
        line.pop_back();
        const auto info = catalog.find_table(next);
        if (info && info->global_temporary)
            connection.add_temporary_table(*info);
        if (info)
            for (const stored_expression* expression : stored_expressions(*info))
                for (const function_use& function : expression->functions)
                    connection.add_function(function);
        if (!cascading)
            continue;
        for (const auto& [id, other] : catalog.tables())
            for (const constraint_info& constraint : other->constraints)
                if (constraint.kind == constraint_kind::foreign_key && constraint.referenced_table == next &&
                    reached.insert(id).second)
                    line.push_back(id);
    }
}

}  // namespace dmkit::mock
