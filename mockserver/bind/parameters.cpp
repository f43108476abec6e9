#include <algorithm>

#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock::bind {

namespace {

/// Levels of queries weigh more, since they take more of the stack. A text alone never gets there.
constexpr int deepest = sql::parse_options{}.max_depth * (query_level + 1) + sql::parse_options{}.max_height;

/// Emitted text may be so long, whatever the statement, and so many times as long as the statement, up to a limit.
constexpr std::size_t sql_for_any_statement = 2UL << 20U;
constexpr std::size_t sql_for_a_byte = 32;
constexpr std::size_t sql_at_most = 256UL << 20U;

}  // namespace

statement_binder::statement_binder(const bind_context& context, std::string_view text)
    : context_(context),
      text_(text),
      schema_(context.schema),
      largest_sql_(std::min(sql_at_most, sql_for_any_statement + text.size() * sql_for_a_byte)) {}

statement_binder::nesting::nesting(statement_binder& owner, int weight, const sql::source_range& where)
    : owner_(owner), weight_(weight) {
    if (owner.depth_ + weight > deepest)
        throw sql_error(sql::nesting_error_code, {}, position_of(where));
    owner.depth_ += weight;
}

void statement_binder::check_size(std::size_t sql, const sql::source_range& where) const {
    if (sql > largest_sql_)
        throw sql_error(sql::nesting_error_code, {}, position_of(where));
}

void statement_binder::declare_parameters(const std::vector<sql::parameter_declaration>& declarations) {
    for (const auto& declaration : declarations) {
        // The text may hold several statements; a parameter keeps its number through all of them.
        if (parameters_.size() <= declaration.index)
            parameters_.resize(declaration.index + 1);
        parameters_[declaration.index].description.name = declaration.name;
    }
}

bound statement_binder::bind_parameter(const sql::parameter& parameter) {
    if (!queries_allowed_)
        throw sql_error::unsupported("parameter in a stored expression");
    if (parameters_.size() <= parameter.index)
        parameters_.resize(parameter.index + 1);
    parameter_state& state = parameters_[parameter.index];
    if (!state.slot) {
        state.slot = slots_.size();
        slots_.push_back({.parameter = parameter.index, .type = {}, .column = {}});
    }
    bound value;
    value.sql = "?" + std::to_string(*state.slot + 1);
    if (state.typed)
        value.type = slots_[*state.slot].type;
    else
        value.untyped = parameter.index;
    return value;
}

bound statement_binder::settle(bound value) {
    if (!value.untyped)
        return value;
    parameter_state& state = parameters_[*value.untyped];
    if (state.typed) {
        // Another mention of it was typed in the meantime.
        value.type = slots_[*state.slot].type;
        value.untyped.reset();
        return value;
    }
    data_type type = type_of(type_id::varchar);
    if (*value.untyped < context_.argument_types.size()) {
        const data_type& arrived = context_.argument_types[*value.untyped];
        if (arrived.id != type_id::null && arrived.id != type_id::unknown)
            type = arrived;
    }
    state.description.type = type;
    state.description.type_name = descriptor_name(type);
    state.description.exact = false;
    state.typed = true;
    slots_[*state.slot].type = type;
    value.type = type;
    value.untyped.reset();
    return value;
}

void statement_binder::finish(plan& result) {
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        parameter_state& state = parameters_[i];
        const bool mentioned = state.slot.has_value();
        if (!state.typed) {
            if (!state.slot) {
                state.slot = slots_.size();
                slots_.push_back({.parameter = i, .type = {}, .column = {}});
            }
            bound value;
            value.untyped = static_cast<std::uint32_t>(i);
            value = settle(std::move(value));
        }
        result.inexact = result.inexact || (mentioned && !state.description.exact);
        result.parameters.push_back(state.description);
    }
    for (step& part : result.steps)
        for (std::size_t i = 0; i < part.slots.size(); ++i)
            part.slots[i] = slots_[i];
    result.functions = functions_;
    result.accesses = accesses_;
    result.references = references_;
    result.deterministic = deterministic_;
}

step statement_binder::make_step(std::string sql, step_role role) const {
    // Numbers of parameters run through all steps; a step has slots up to the highest that it mentions.
    std::size_t highest = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (sql[i] == '\'' || sql[i] == '"') {
            const std::size_t end = sql.find(sql[i], i + 1);
            quoted = end == std::string::npos;
            i = quoted ? sql.size() : end;
        } else if (sql[i] == '?') {
            std::size_t number = 0;
            while (i + 1 < sql.size() && sql[i + 1] >= '0' && sql[i + 1] <= '9')
                number = number * 10 + static_cast<std::size_t>(sql[++i] - '0');
            highest = std::max(highest, number);
        }
    }
    step made;
    made.sql = std::move(sql);
    made.slots.assign(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(highest));
    made.role = role;
    return made;
}

}  // namespace dmkit::mock::bind
