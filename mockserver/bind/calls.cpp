#include <algorithm>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"

namespace dmkit::mock::bind {
namespace {

bool is_analytic(std::string_view name) {
    for (const std::string_view known : {"ROW_NUMBER", "RANK", "DENSE_RANK", "NTILE", "PERCENT_RANK", "CUME_DIST",
                                         "LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE", "RATIO_TO_REPORT"})
        if (known == name)
            return true;
    return false;
}

/// Aggregates of DM8 that the mock lacks.
bool is_unsupported_aggregate(std::string_view name) {
    for (const std::string_view known : {"FIRST",
                                         "LAST",
                                         "PERCENTILE_CONT",
                                         "PERCENTILE_DISC",
                                         "AREA_MAX",
                                         "XMLAGG",
                                         "COLLECT",
                                         "ANY_VALUE",
                                         "REGR_COUNT",
                                         "REGR_AVGX",
                                         "REGR_AVGY",
                                         "REGR_SLOPE",
                                         "REGR_INTERCEPT",
                                         "REGR_R2",
                                         "REGR_SXX",
                                         "REGR_SYY",
                                         "REGR_SXY",
                                         "JSON_ARRAYAGG",
                                         "JSON_OBJECTAGG",
                                         "BIT_AND",
                                         "BIT_OR",
                                         "BIT_XOR",
                                         "APPROX_COUNT_DISTINCT"})
        if (known == name)
            return true;
    return false;
}

/// Functions whose every call gives another value.
bool is_random(std::string_view name) {
    return name == "RAND" || name == "GUID" || name == "SYS_GUID" || name == "NEWID" || name == "UUID";
}

/// SQLite takes 127 arguments at most.
constexpr std::size_t longest_chain = 120;
constexpr std::size_t most_decoded = 2 * longest_chain;

void require_arguments(const sql::function_call& call, std::size_t least, std::size_t most,
                       const sql::source_range& at) {
    if (call.arguments.size() < least || call.arguments.size() > most)
        throw sql_error(codes::argument_count, {}, position_of(at));
}

}  // namespace

resolution statement_binder::resolve_call(std::string_view name, std::vector<bound>& arguments,
                                          const sql::source_range& where) {
    bool guessed = !arguments.empty();
    for (const bound& argument : arguments)
        guessed = guessed && argument.untyped;
    if (guessed && !context_.argument_types.empty())
        for (bound& argument : arguments)
            argument = settle(std::move(argument));
    std::vector<typed_argument> types;
    std::vector<std::uint32_t> guesses;
    for (const bound& argument : arguments) {
        types.push_back({argument.type, argument.literal});
        if (guessed && argument.untyped)
            guesses.push_back(*argument.untyped);
    }
    try {
        resolution resolved = resolve(name, types);
        draws_ += is_random(resolved.function->name) ? 1 : 0;
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            const data_type& wanted = resolved.converted_argument_types[i];
            if (wanted.id == type_id::unknown)
                arguments[i] = settle(std::move(arguments[i]));
            else if (wanted.id != type_id::null)
                arguments[i] = coerce(std::move(arguments[i]), wanted);
        }
        for (const std::uint32_t guess : guesses)
            parameters_[guess].description.exact = false;
        return resolved;
    } catch (sql_error& fault) {
        fault.at(position_of(where));
        throw;
    }
}

bound statement_binder::emit_call(const resolution& resolved, std::vector<bound> arguments) {
    function_use use;
    use.function = resolved.function;
    use.result = resolved.result;
    std::vector<std::string> texts;
    for (bound& argument : arguments) {
        use.arguments.push_back(argument.type);
        texts.push_back(std::move(argument.sql));
    }
    bound value;
    value.type = resolved.result;
    value.sql = call_sql(std::move(use), texts);
    return value;
}

bound statement_binder::call_function(std::string_view name, std::vector<bound> arguments,
                                      const sql::source_range& where) {
    const std::string left_chain = arguments.empty() ? std::string() : arguments[0].chained;
    const std::size_t left_length = arguments.empty() ? 0 : arguments[0].chain_length;
    const std::string left_sql = arguments.empty() ? std::string() : arguments[0].sql;
    const resolution resolved = resolve_call(name, arguments, where);
    const bool pair = arguments.size() == 2;
    const std::string left = pair ? arguments[0].sql : std::string();
    const std::string right = pair ? arguments[1].sql : std::string();
    bound value = emit_call(resolved, std::move(arguments));
    if (!pair)
        return value;
    value.chained = value.sql.substr(0, value.sql.find("\"(") + 2);
    value.chain_length = 2;
    // a + b + c becomes one call: SQLite's parser does not nest as deeply as DM8's.
    const data_type& taken = resolved.converted_argument_types[0];
    if (value.chained == left_chain && left_length < longest_chain && left == left_sql &&
        left_sql.starts_with(left_chain) && same_form(value.type, taken) && same_form(taken, value.type)) {
        value.sql = left_sql.substr(0, left_sql.size() - 1) + ", " + right + ")";
        value.chain_length = left_length + 1;
    }
    return value;
}

bound statement_binder::bind_call(const sql::function_call& call, const sql::expression& node, scope& where) {
    const sql::source_range& at = node.where;
    std::string name = spelled(call.name);
    // SYS.F and the like: functions live in no schema.
    if (call.name.parts.size() == 2 && call.name.parts[0].is("SYS"))
        name = call.name.last().name;
    for (const std::string& argument : call.argument_names)
        if (!argument.empty())
            throw sql_error::unsupported("named arguments", position_of(at));
    if (call.keep)
        throw sql_error::unsupported("KEEP (DENSE_RANK …)", position_of(at));
    if (is_unsupported_aggregate(name))
        throw sql_error::unsupported(name, position_of(at));
    if (call.over || is_analytic(name))
        return bind_window(name, call, node, where);
    if (is_aggregate(name))
        return bind_aggregate(name, call, node, where);
    if (call.star || call.quantifier != sql::set_quantifier::unspecified || !call.within_group.empty() ||
        !call.order_by.empty() || call.separator)
        throw is_function(name) ? sql_error(codes::argument_count, {}, position_of(at))
                                : sql_error(codes::unresolved_member, {name}, position_of(at));
    if (auto special = bind_special_call(name, call, node, where))
        return std::move(*special);
    if (!is_function(name) && call.name.parts.size() <= 2)
        if (const auto* schema = call.name.qualifier();
            context_.catalog.resolve_routine(schema ? schema->name : "", call.name.last().name, schema_))
            throw sql_error::unsupported("stored function in an expression", position_of(at));
    std::vector<bound> arguments;
    for (const auto& argument : call.arguments) {
        if (arguments.empty() && first_argument_is_date_part(name))
            if (const auto* word = std::get_if<sql::column_reference>(&argument->node);
                word && word->name.parts.size() == 1) {
                const std::string& part = word->name.parts[0].name;
                arguments.push_back(constant(field(part), type_of(field_view(part))));
                continue;
            }
        arguments.push_back(bind_value(*argument, where));
    }
    return call_function(name, std::move(arguments), at);
}

std::string statement_binder::condition_argument(const sql::expression& node, scope& where) {
    bound value = bind_any(node, where);
    if (value.condition)
        return value.sql;
    return "(" + coerce(std::move(value), type_of(type_id::bigint)).sql + " <> 0)";
}

std::optional<bound> statement_binder::bind_special_call(const std::string& name, const sql::function_call& call,
                                                         const sql::expression& node, scope& where) {
    const sql::source_range& at = node.where;
    if (name == "COALESCE" || name == "NVL" || name == "IFNULL" || (name == "ISNULL" && call.arguments.size() == 2))
        return bind_coalesce(name, call, at, where);
    if (name == "DECODE") {
        require_arguments(call, 3, SIZE_MAX, at);
        return bind_decode(call, at, where);
    }
    if (name == "NVL2") {
        require_arguments(call, 3, 3, at);
        bound tested = settle(bind_value(*call.arguments[0], where));
        std::string test = tested.sql + " IS NOT NULL";
        return choose(name, test, std::move(tested), call, at, where);
    }
    if (name == "IF") {
        require_arguments(call, 3, 3, at);
        bound tested;
        tested.sql = condition_argument(*call.arguments[0], where);
        tested.type = type_of(type_id::bit);
        std::string test = tested.sql;
        return choose(name, test, std::move(tested), call, at, where);
    }
    if (name == "NULLIF") {
        require_arguments(call, 2, 2, at);
        bound value = settle(bind_value(*call.arguments[0], where));
        bound left = value;
        bound right = bind_value(*call.arguments[1], where);
        prepare_comparison({&left, &right}, at);
        const std::string compared = operand_sql(left);
        // Its own nullif() says the operand once, so that it is computed once; it gives what it compared.
        if (left.sql == value.sql && (compared == left.sql || class_of(left.type.id) == storage_class::text))
            value.sql = "nullif(" + compared + ", " + operand_sql(right) + ")";
        else
            value.sql =
                "(CASE WHEN " + compared + " = " + operand_sql(right) + " THEN NULL ELSE " + value.sql + " END)";
        value.nullable = true;
        value.literal.reset();
        value.origin.reset();
        return value;
    }
    if (name == "LNNVL") {
        require_arguments(call, 1, 1, at);
        bound value;
        value.sql = "(" + condition_argument(*call.arguments[0], where) + " IS NOT 1)";
        value.type = type_of(type_id::integer);
        return value;
    }
    if (name == "SYS_CONNECT_BY_PATH") {
        const auto column = path_columns_.find(&call);
        if (column == path_columns_.end())
            throw sql_error::unsupported("SYS_CONNECT_BY_PATH here", position_of(at));
        bound path;
        path.sql = column->second;
        path.type = type_of(type_id::varchar);
        return path;
    }
    if (name == "GROUPING" || name == "GROUPING_ID" || name == "GROUP_ID")
        return bind_grouping_call(name, call, at, where);
    return {};
}

bound statement_binder::bind_coalesce(const std::string& name, const sql::function_call& call,
                                      const sql::source_range& at, scope& where) {
    std::vector<bound> values = bind_values(call.arguments, where);
    const bool all_null = std::all_of(values.begin(), values.end(), [](const bound& value) { return value.is_null(); });
    const resolution resolved = resolve_call(name, values, at);
    if (all_null)
        return null_value();
    if (!resolved.function->lazy)
        return emit_call(resolved, std::move(values));
    bound united;
    united.type = resolved.result;
    for (const bound& value : values)
        united.sql += (united.sql.empty() ? "" : ", ") + value.sql;
    if (values.size() > 1)
        united.sql = "coalesce(" + united.sql + ")";
    return united;
}

/// NVL2 and IF: the second argument where @p test holds, else the third.
bound statement_binder::choose(const std::string& name, const std::string& test, bound tested,
                               const sql::function_call& call, const sql::source_range& at, scope& where) {
    std::vector<bound> arguments;
    arguments.push_back(std::move(tested));
    arguments.push_back(bind_value(*call.arguments[1], where));
    arguments.push_back(bind_value(*call.arguments[2], where));
    if (arguments[1].is_null() && arguments[2].is_null())
        return null_value();
    bound chosen;
    chosen.type = resolve_call(name, arguments, at).result;
    chosen.sql = "(CASE WHEN " + test + " THEN " + arguments[1].sql + " ELSE " + arguments[2].sql + " END)";
    return chosen;
}

bound statement_binder::bind_decode(const sql::function_call& call, const sql::source_range& at, scope& where) {
    std::vector<bound> values = bind_values(call.arguments, where);
    const std::size_t pairs = (values.size() - 1) / 2;
    std::vector<bound*> searched{&values[0]};
    for (std::size_t i = 0; i < pairs; ++i)
        searched.push_back(&values[2 * i + 1]);
    prepare_comparison(searched, at);
    std::vector<std::string> tests;
    std::string head = "(CASE";
    // An operand that is a column, a parameter or a number costs nothing to say again.
    if (const std::string operand = operand_sql(values[0]);
        operand.find('(') == std::string::npos || values.size() > most_decoded) {
        for (std::size_t i = 0; i < pairs; ++i)
            tests.push_back(operand + " IS " + operand_sql(values[2 * i + 1]));
    } else {
        head += " dmkit_first_equal(" + operand;
        for (std::size_t i = 0; i < pairs; ++i) {
            head += ", " + operand_sql(values[2 * i + 1]);
            tests.push_back(std::to_string(i + 1));
        }
        head += ")";
    }
    const resolution resolved = resolve_call("DECODE", values, at);
    bound decoded;
    decoded.type = resolved.result;
    decoded.sql = head;
    for (std::size_t i = 0; i < pairs; ++i)
        decoded.sql += " WHEN " + tests[i] + " THEN " + values[2 * i + 2].sql;
    if (values.size() % 2 == 0)
        decoded.sql += " ELSE " + values.back().sql;
    decoded.sql += " END)";
    return decoded;
}

}  // namespace dmkit::mock::bind
