#include "mockserver/procedural/interpreter.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mockserver/bind/codes.hpp"
#include "mockserver/catalog/codes.hpp"
#include "mockserver/functions/function_table.hpp"
#include "mockserver/procedural/exceptions.hpp"

namespace dmkit::mock::procedural {

namespace {

/// Calls, and lists of steps, within each other: together they need less than 3 MiB of stack without optimisation.
constexpr int deepest_call = 64;
constexpr int deepest_steps = 2000;
/// The rows of all open cursors.
constexpr std::size_t most_cursor_bytes = 64UL << 20U;

std::size_t bytes_of(const field_view& value) {
    if (const auto* text = value.get_if<std::string_view>())
        return sizeof(field) + text->size();
    if (const auto* bytes = value.get_if<bytes_view>())
        return sizeof(field) + bytes->size();
    return sizeof(field);
}

/// Keeps the rows of a query.
class cursor_sink final : public result_sink {
  public:
    explicit cursor_sink(cursor& into) : into_(into) {}
    void begin(std::span<const column_description> columns) override {
        into_.columns.assign(columns.begin(), columns.end());
        // The values are copies, which no row of a table keeps.
        for (column_description& each : into_.columns)
            each.lob_table = each.lob_column = 0;
        into_.rows.clear();
    }
    void row(std::span<const field_view> fields) override {
        std::size_t bytes = 0;
        for (const field_view& each : fields)
            bytes += bytes_of(each);
        if (bytes > most_cursor_bytes - into_.costs.cursors)
            throw sql_error::unsupported("open cursors of more than 64 MiB");
        into_.costs.cursors += bytes;
        into_.bytes += bytes;
        into_.rows.emplace_back(fields.begin(), fields.end());
    }

  private:
    cursor& into_;
};

/// Takes the one row of a SELECT … INTO.
class single_row_sink final : public result_sink {
  public:
    void begin(std::span<const column_description> columns) override {
        columns_.assign(columns.begin(), columns.end());
    }
    void row(std::span<const field_view> fields) override {
        if (found_)
            throw sql_error(too_many_rows);
        found_ = true;
        row_.assign(fields.begin(), fields.end());
    }
    [[nodiscard]] std::span<const column_description> columns() const { return columns_; }
    [[nodiscard]] const std::vector<field>& row() const {
        if (!found_)
            throw sql_error(no_data_found);
        return row_;
    }

  private:
    std::vector<column_description> columns_;
    std::vector<field> row_;
    bool found_ = false;
};

}  // namespace

/// Counts what runs within itself while it lives.
class interpreter::level {
  public:
    level(int& count, int most) : count_(count) {
        if (count == most)
            throw sql_error(bind::codes::recursion_too_deep);
        ++count_;
    }
    ~level() { --count_; }
    level(const level&) = delete;
    level& operator=(const level&) = delete;

  private:
    int& count_;
};

void interpreter::run(const program& what, frame& values) {
    static_cast<void>(run_routine(what, values));
}

argument interpreter::call_function(const program& what, std::span<const argument> arguments) {
    frame values(what);
    for (std::size_t i = 0; i < arguments.size(); ++i)
        assign_value(i, arguments[i], what, values);
    return run_routine(what, values);
}

argument interpreter::run_routine(const program& what, frame& values) {
    const level counted(costs_.calls, deepest_call);
    returned_ = {};
    try {
        run_block(what.body, what, values);
    } catch (sql_error& error) {
        error.add_frame(fmt::format("{} line {}", what.name.empty() ? "anonymous block" : what.name, values.line));
        throw;
    }
    argument given = std::exchange(returned_, {});
    if (!what.result)
        return given;
    const declared_variable& as = *what.result;
    if (!given.value.is_null())
        given.value = convert(host_.context(), given.value, given.type, as.type, conversion_mode::assignment, what.name,
                              as.length_in_characters);
    given.type = as.type;
    return given;
}

interpreter::flow interpreter::run_block(const nested& block, const program& what, frame& values) {
    flow after = flow::next;
    try {
        for (const auto& [where, initial] : block.initial) {
            const variable& known = what.variable_at(where);
            values.values[where] = {known.declared.value_type(), {}};
            values.cursors[where].reset();
            if (initial)
                assign_value(where, host_.evaluate(what, *initial, values), what, values);
            else if (known.cursor())
                note_cursor(where, std::nullopt, what, values);
        }
        after = run_steps(block.body, what, values);
    } catch (const sql_error& error) {
        if (!can_be_handled(error) || !handle(block, error, what, values, after))
            throw;
    }
    return after;
}

bool interpreter::handle(const nested& block, const sql_error& error, const program& what, frame& values, flow& after) {
    const auto chosen = std::find_if(block.handlers.begin(), block.handlers.end(), [&](const handler& each) {
        return each.names.empty() || std::any_of(each.names.begin(), each.names.end(),
                                                 [&](const named_exception& name) { return is_of(error, name); });
    });
    if (chosen == block.handlers.end())
        return false;
    values.values[what.error_code] = {type_of(type_id::integer), field(std::int64_t{error.code()})};
    values.values[what.error_text] = {type_of(type_id::varchar), field(render_text(error, host_.context().language))};
    handled_.push_back(std::current_exception());
    try {
        after = run_steps(chosen->body, what, values);
    } catch (...) {
        handled_.pop_back();
        throw;
    }
    handled_.pop_back();
    return true;
}

interpreter::flow interpreter::run_steps(const steps& list, const program& what, frame& values) {
    const level counted(costs_.steps, deepest_steps);
    for (const step& each : list) {
        values.line = each.line;
        const flow after = std::visit([&](const auto& node) { return run_step(node, what, values); }, each.what);
        if (after != flow::next)
            return after;
    }
    return flow::next;
}

bool interpreter::holds(site_number site, const program& what, const frame& values) {
    const argument result = host_.evaluate(what, site, values);
    const field_view value = result.value;
    if (const auto* flag = value.get_if<bool>())
        return *flag;
    const auto* number = value.get_if<std::int64_t>();
    return number && *number != 0;
}

std::int64_t interpreter::integer(site_number site, type_id as, const program& what, const frame& values) {
    const argument given = host_.evaluate(what, site, values);
    if (given.value.is_null())
        throw sql_error(codes::invalid_argument);
    return convert(host_.context(), given.value, given.type, type_of(as), conversion_mode::implicit)
        .get<std::int64_t>();
}

std::string interpreter::text(site_number site, const program& what, const frame& values) {
    const argument given = host_.evaluate(what, site, values);
    return given.value.is_null() ? std::string() : text_of(given);
}

std::string interpreter::text_of(const argument& given) {
    return convert(host_.context(), given.value, given.type, {type_id::varchar, 0, 0}, conversion_mode::implicit)
        .get<std::string>();
}

void interpreter::assign_value(slot target, const argument& value, const program& what, frame& values) const {
    argument& place = values.values[target];
    if (target < what.parameters) {
        place = value;
        return;
    }
    const variable& known = what.variable_at(target);
    if (value.value.is_null()) {
        if (known.not_null)
            throw sql_error(codes::not_null_violated, {known.declared.name});
        place = {known.declared.value_type(), {}};
        return;
    }
    place.value = convert(host_.context(), value.value, value.type, known.declared.type, conversion_mode::assignment,
                          known.declared.name, known.declared.length_in_characters);
    place.type = known.declared.value_type();
}

void interpreter::assign_row(const std::vector<slot>& targets, std::span<const column_description> columns,
                             const std::vector<field>& row, const program& what, frame& values) const {
    if (targets.size() != columns.size())
        throw sql_error(bind::codes::value_count);
    for (std::size_t i = 0; i < targets.size(); ++i)
        assign_value(targets[i], {columns[i].type, row[i]}, what, values);
}

void interpreter::note_cursor(slot where, std::optional<bool> found, const program& what, frame& values) const {
    if (where < what.parameters)
        return;
    const slot first = what.variable_at(where).properties;
    const auto& open = values.cursors[where];
    const auto flag = [&](slot at, std::optional<bool> value) {
        values.values[at] = {type_of(type_id::bit), value ? field(*value) : field()};
    };
    flag(first, found);
    flag(first + 1, found ? std::optional(!*found) : std::nullopt);
    flag(first + 2, open != nullptr);
    values.values[first + 3] = {type_of(type_id::bigint),
                                open ? field(static_cast<std::int64_t>(open->next)) : field()};
}

cursor& interpreter::open_cursor_of(slot where, frame& values) const {
    if (!values.cursors[where])
        throw sql_error(invalid_cursor);
    return *values.cursors[where];
}

interpreter::flow interpreter::run_step(const nothing& /*step*/, const program& /*what*/, frame& /*values*/) {
    return flow::next;
}

interpreter::flow interpreter::run_step(const assign& step, const program& what, frame& values) {
    assign_value(step.target, host_.evaluate(what, step.value, values), what, values);
    return flow::next;
}

interpreter::flow interpreter::run_step(const run_sql& step, const program& what, frame& values) {
    host_.check_time();
    if (!step.bound) {
        host_.command(what, step.what);
    } else if (step.into.empty()) {
        host_.run(what, step.what, values, host_.results());
    } else {
        single_row_sink one;
        host_.run(what, step.what, values, one);
        assign_row(step.into, one.columns(), one.row(), what, values);
        host_.set_row_count(1);
    }
    return flow::next;
}

interpreter::flow interpreter::run_step(const call& step, const program& what, frame& values) {
    host_.check_time();
    const program& called = host_.program_of(*step.routine);
    frame inner(called);
    for (std::size_t i = 0; i < step.arguments.size(); ++i) {
        const call_argument& given = step.arguments[i];
        inner.values[i].type = called.variables[i].declared.value_type();
        if (given.value)
            assign_value(i, host_.evaluate(what, *given.value, values), called, inner);
        else if (given.target)
            inner.cursors[i] = values.cursors[*given.target];
        else if (called.defaults[i])
            assign_value(i, host_.evaluate(called, *called.defaults[i], inner), called, inner);
        if (called.variables[i].cursor())
            note_cursor(i, std::nullopt, called, inner);
    }
    const argument result = run_routine(called, inner);
    for (std::size_t i = 0; i < step.arguments.size(); ++i) {
        if (!step.arguments[i].target)
            continue;
        const slot target = *step.arguments[i].target;
        if (called.variables[i].cursor()) {
            values.cursors[target] = inner.cursors[i];
            note_cursor(target, std::nullopt, what, values);
        } else {
            assign_value(target, inner.values[i], what, values);
        }
    }
    if (step.result)
        assign_value(*step.result, result, what, values);
    return flow::next;
}

interpreter::flow interpreter::run_step(const choose& step, const program& what, frame& values) {
    for (const auto& [condition, body] : step.branches)
        if (holds(condition, what, values))
            return run_steps(body, what, values);
    return run_steps(step.otherwise, what, values);
}

/// Runs the body once. @p ended is set when the loop is over; what is returned then is how its own step ends.
interpreter::flow interpreter::run_loop(const steps& body, const program& what, frame& values, bool& ended) {
    host_.check_time();
    const flow after = run_steps(body, what, values);
    ended = after == flow::leave || after == flow::done;
    return after == flow::done ? flow::done : flow::next;
}

interpreter::flow interpreter::run_step(const loop& step, const program& what, frame& values) {
    for (bool ended = false;;) {
        if (step.kind == sql::loop_kind::while_ && !holds(*step.condition, what, values))
            return flow::next;
        const flow after = run_loop(step.body, what, values, ended);
        if (ended)
            return after;
        if (step.kind == sql::loop_kind::until && holds(*step.condition, what, values))
            return flow::next;
    }
}

interpreter::flow interpreter::run_step(const count_loop& step, const program& what, frame& values) {
    const std::int64_t low = integer(step.low, type_id::integer, what, values);
    const std::int64_t high = integer(step.high, type_id::integer, what, values);
    bool ended = false;
    for (std::int64_t i = step.reverse ? high : low; i >= low && i <= high; i += step.reverse ? -1 : 1) {
        values.values[step.counter] = {type_of(type_id::integer), field(i)};
        const flow after = run_loop(step.body, what, values, ended);
        if (ended)
            return after;
    }
    return flow::next;
}

interpreter::flow interpreter::run_step(const leave& step, const program& what, frame& values) {
    if (step.condition && !holds(*step.condition, what, values))
        return flow::next;
    return step.again ? flow::again : flow::leave;
}

interpreter::flow interpreter::run_step(const give_back& step, const program& what, frame& values) {
    if (step.value)
        returned_ = host_.evaluate(what, *step.value, values);
    return flow::done;
}

interpreter::flow interpreter::run_step(const raise& step, const program& /*what*/, frame& /*values*/) {
    if (!step.what)
        std::rethrow_exception(handled_.back());
    if (step.what->declared)
        throw declared_exception(*step.what);
    throw sql_error(step.what->code, {step.what->text});
}

interpreter::flow interpreter::run_step(const raise_text& step, const program& what, frame& values) {
    const std::int64_t code = integer(step.code, type_id::bigint, what, values);
    if (!is_own_code(code))
        throw sql_error(codes::invalid_argument);
    throw sql_error(static_cast<int>(code), {text(step.text, what, values)});
}

interpreter::flow interpreter::run_step(const print& step, const program& what, frame& values) {
    std::string line;
    if (step.value) {
        const argument given = host_.evaluate(what, *step.value, values);
        // Where an empty text is NULL, NULL prints as one.
        line = !given.value.is_null()               ? text_of(given)
               : host_.context().empty_text_is_null ? std::string()
                                                    : std::string("NULL");
    }
    if (step.line)
        line += '\n';
    host_.print(line);
    return flow::next;
}

interpreter::flow interpreter::run_step(const set_read_only& step, const program& what, frame& values) {
    const std::int64_t on = integer(step.flag, type_id::bigint, what, values);
    if (on != 0 && on != 1)
        throw sql_error(codes::invalid_argument);
    host_.set_read_only(on == 1);
    return flow::next;
}

interpreter::flow interpreter::run_step(const open_cursor& step, const program& what, frame& values) {
    host_.check_time();
    auto opened = std::make_shared<cursor>(costs_);
    cursor_sink sink(*opened);
    std::vector<argument> none;
    if (step.dynamic)
        host_.run_text(what, text(step.query, what, values), none, sink, invalid_cursor);
    else
        host_.run(what, step.query, values, sink);
    values.cursors[step.cursor] = std::move(opened);
    note_cursor(step.cursor, std::nullopt, what, values);
    return flow::next;
}

interpreter::flow interpreter::run_step(const fetch_row& step, const program& what, frame& values) {
    cursor& from = open_cursor_of(step.cursor, values);
    const bool found = from.next < from.rows.size();
    if (found)
        assign_row(step.into, from.columns, from.rows[from.next++], what, values);
    note_cursor(step.cursor, found, what, values);
    return flow::next;
}

interpreter::flow interpreter::run_step(const close_cursor& step, const program& what, frame& values) {
    static_cast<void>(open_cursor_of(step.cursor, values));
    values.cursors[step.cursor].reset();
    note_cursor(step.cursor, std::nullopt, what, values);
    return flow::next;
}

interpreter::flow interpreter::run_step(const run_text& step, const program& what, frame& values) {
    host_.check_time();
    std::vector<argument> arguments;
    for (const call_argument& given : step.arguments)
        arguments.push_back(given.value ? host_.evaluate(what, *given.value, values)
                                        : argument{{}, {}, parameter_direction::out});
    const std::string sql = text(step.text, what, values);
    if (step.into.empty()) {
        host_.run_text(what, sql, arguments, host_.results(), std::nullopt);
    } else {
        single_row_sink one;
        host_.run_text(what, sql, arguments, one, bind::codes::value_count);
        assign_row(step.into, one.columns(), one.row(), what, values);
    }
    for (std::size_t i = 0; i < arguments.size(); ++i)
        if (step.arguments[i].target)
            assign_value(*step.arguments[i].target, arguments[i], what, values);
    return flow::next;
}

interpreter::flow interpreter::run_step(const nested& step, const program& what, frame& values) {
    return run_block(step, what, values);
}

}  // namespace dmkit::mock::procedural
