#include <utility>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"
#include "mockserver/bind/walk.hpp"

namespace dmkit::mock::bind {
namespace {

/// Aggregates whose rows may be ordered by WITHIN GROUP.
bool concatenates(std::string_view name) {
    return name == "LISTAGG" || name == "LISTAGG2";
}

/// Functions of a row's place, which see the whole partition.
bool ranks(std::string_view name) {
    return name == "ROW_NUMBER" || name == "RANK" || name == "DENSE_RANK" || name == "PERCENT_RANK" ||
           name == "CUME_DIST" || name == "NTILE";
}

}  // namespace

void statement_binder::check_window(const std::string& name, const sql::function_call& call,
                                    const sql::source_range& at) {
    const auto refuse = [&](std::string_view construct) {
        throw sql_error(codes::misplaced, {std::string(construct)}, position_of(at));
    };
    const auto nested = [&](const sql::expression_ptr& node) {
        if (node && any_of(*node, [](const sql::expression& part) {
                const auto* inner = std::get_if<std::unique_ptr<sql::function_call>>(&part.node);
                return inner && (*inner)->over;
            }))
            refuse("OVER");
    };
    const sql::window_specification& over = *call.over;
    for (const auto& node : call.arguments)
        nested(node);
    for (const auto& node : over.partition_by)
        nested(node);
    for (const sql::sort_item& item : over.order_by)
        nested(item.value);
    const bool shifts = name == "LAG" || name == "LEAD";
    const bool gathers = concatenates(name) || name == "MEDIAN";
    if (over.frame &&
        (over.order_by.empty() || shifts || gathers || name == "WM_CONCAT" || name == "RATIO_TO_REPORT" || ranks(name)))
        refuse(over.frame->unit == sql::frame_unit::rows ? "ROWS" : "RANGE");
    if (shifts && over.order_by.empty())
        refuse(name);
    if (gathers && !over.order_by.empty())
        refuse("ORDER BY");
}

bound statement_binder::bind_aggregate(const std::string& name, const sql::function_call& call,
                                       const sql::expression& node, scope& where) {
    if (where.place != clause::select && where.place != clause::having && where.place != clause::order_by)
        throw sql_error(codes::aggregate_misplaced, {name}, position_of(node.where));
    if (where.in_aggregate)
        throw sql_error::unsupported("aggregate of an aggregate", position_of(node.where));
    if (call.nulls != sql::null_treatment::unspecified || call.from_last)
        throw sql_error(codes::argument_count, {}, position_of(node.where));
    std::size_t outer_columns = 0;
    for (const scope* around = where.outer; around; around = around->outer)
        outer_columns += around->columns_seen;
    const std::size_t own_columns = where.columns_seen;
    where.has_aggregate = true;
    where.in_aggregate = true;
    bound value = aggregate_value(name, call, node, where, false);
    where.in_aggregate = false;
    for (const scope* around = where.outer; around; around = around->outer)
        outer_columns -= around->columns_seen;
    // SQLite would take it for an aggregate of the outer query.
    if (outer_columns != 0 && where.columns_seen == own_columns)
        throw sql_error::unsupported(name + " of columns of the outer query", position_of(node.where));
    return value;
}

bound statement_binder::aggregate_value(const std::string& name, const sql::function_call& call,
                                        const sql::expression& node, scope& where, bool window) {
    const sql::source_range& at = node.where;
    const bool distinct = call.quantifier == sql::set_quantifier::distinct;
    if (distinct && window)
        throw sql_error::unsupported("DISTINCT in an analytic function", position_of(at));
    if (!call.order_by.empty() || call.separator)
        throw sql_error::unsupported("ORDER BY or SEPARATOR in an aggregate", position_of(at));
    if (call.within_group.empty() != !concatenates(name) && !call.within_group.empty())
        throw sql_error::unsupported(name + " WITHIN GROUP", position_of(at));
    bound value;
    if (call.star) {
        if (name != "COUNT" || !call.arguments.empty())
            throw sql_error(codes::argument_count, {}, position_of(at));
        value.sql = "count(*)";
        value.type = type_of(type_id::bigint);
        return value;
    }
    std::vector<bound> arguments = bind_values(call.arguments, where);
    std::vector<typed_argument> types;
    for (bound& argument : arguments) {
        argument = settle(std::move(argument));
        types.push_back({argument.type, argument.literal});
    }
    try {
        const aggregate_resolution resolved = resolve_aggregate(name, types);
        value.type = resolved.result;
        for (std::size_t i = 0; i < arguments.size(); ++i)
            arguments[i] = coerce(std::move(arguments[i]), resolved.converted_argument_types[i]);
    } catch (sql_error& fault) {
        fault.at(position_of(at));
        throw;
    }
    const bool native = name == "COUNT" || name == "MIN" || name == "MAX";
    if ((distinct || name == "MIN" || name == "MAX") && is_lob(arguments[0].type.id))
        throw sql_error(codes::lob_compared, {}, position_of(at));
    if (distinct && arguments.size() > 1)
        throw sql_error::unsupported(name + "(DISTINCT …) of several values", position_of(at));
    const std::string first = distinct || native ? operand_sql(arguments[0]) : arguments[0].sql;
    if (native) {
        const std::string function = name == "COUNT" ? "count(" : name == "MIN" ? "min(" : "max(";
        // Only the instant of a value with zone is compared, but all of it is the result.
        value.sql = function + (distinct ? "DISTINCT " : "") + (name == "COUNT" ? first : arguments[0].sql) +
                    (name != "COUNT" && class_of(arguments[0].type.id) == storage_class::text ? " COLLATE DM)" : ")");
        return value;
    }
    function_use use;
    use.kind = function_use::what::aggregate;
    use.aggregate = name == "LISTAGG2" ? "LISTAGG" : name;
    use.result = value.type;
    std::vector<std::string> texts{(distinct ? "DISTINCT " : "") + first};
    for (std::size_t i = 1; i < arguments.size(); ++i)
        texts.push_back(arguments[i].sql);
    for (const bound& argument : arguments)
        use.arguments.push_back(argument.type);
    if (concatenates(name)) {
        if (arguments.size() == 1) {
            texts.emplace_back("''");
            use.arguments.push_back(type_of(type_id::varchar));
        }
        std::string directions;
        for (const sql::sort_item& item : call.within_group) {
            const bound key = settle(bind_value(*item.value, where));
            if (is_lob(key.type.id))
                throw sql_error(codes::lob_compared, {}, position_of(at));
            const bool last = item.nulls == sql::nulls_order::last;
            directions += item.descending ? last ? 'd' : 'D' : last ? 'a' : 'A';
            texts.push_back(key.sql);
            use.arguments.push_back(key.type);
        }
        if (!directions.empty())
            use.aggregate += " " + directions;
        if (distinct && texts.size() > 1)
            throw sql_error::unsupported(name + "(DISTINCT …)", position_of(at));
    }
    value.sql = call_sql(std::move(use), texts);
    return value;
}

bound statement_binder::bind_grouping_call(const std::string& name, const sql::function_call& call,
                                           const sql::source_range& at, scope& where) {
    bound value;
    value.type = type_of(type_id::bigint);
    if (name == "GROUP_ID") {
        if (!call.arguments.empty())
            throw sql_error(codes::argument_count, {}, position_of(at));
        value.sql = where.before_sets ? "GROUP_ID" : std::to_string(where.group_set_number);
        return value;
    }
    if (call.arguments.empty() || (name == "GROUPING" && call.arguments.size() > 1))
        throw sql_error(codes::argument_count, {}, position_of(at));
    std::int64_t bits = 0;
    for (const auto& argument : call.arguments) {
        // The key itself is meant, not its value in this grouping set.
        const bool inside = std::exchange(where.in_aggregate, true);
        const bound key = bind_value(*argument, where);
        where.in_aggregate = inside;
        const auto is_key = [&](const std::vector<std::string>& keys) {
            for (const std::string& candidate : keys)
                if (candidate == key.sql)
                    return true;
            return false;
        };
        const bool nulled = is_key(where.nulled_keys);
        if (!nulled && !is_key(where.group_keys))
            throw sql_error(codes::not_grouped, {}, position_of(argument->where));
        bits = bits * 2 + (nulled ? 1 : 0);
        value.sql += key.sql + ", ";
    }
    value.sql = where.before_sets ? name + "(" + value.sql + ")" : std::to_string(bits);
    return value;
}

bound statement_binder::bind_window(const std::string& name, const sql::function_call& call,
                                    const sql::expression& node, scope& where) {
    const sql::source_range& at = node.where;
    if (!call.over)
        throw sql_error::unsupported(name + " without OVER", position_of(at));
    if ((where.place != clause::select && where.place != clause::order_by) || where.in_aggregate)
        throw sql_error(codes::aggregate_misplaced, {name}, position_of(at));
    if (call.nulls == sql::null_treatment::ignore || call.from_last)
        throw sql_error::unsupported(call.from_last ? "FROM LAST" : "IGNORE NULLS", position_of(at));
    check_window(name, call, at);
    const std::string over = window_sql(*call.over, where, at);
    const auto arguments_between = [&](std::size_t least, std::size_t most) {
        if (call.star || call.arguments.size() < least || call.arguments.size() > most)
            throw sql_error(codes::argument_count, {}, position_of(at));
    };
    const auto ranking = [&](std::string_view function, type_id type) {
        arguments_between(0, 0);
        if (call.over->order_by.empty())
            throw sql_error::unsupported(name + " without ORDER BY", position_of(at));
        bound value;
        value.sql = std::string(function) + over;
        value.type = type_of(type);
        return value;
    };
    if (name == "ROW_NUMBER") {
        arguments_between(0, 0);
        bound value;
        value.sql = "row_number()" + over;
        value.type = type_of(type_id::bigint);
        return value;
    }
    if (name == "RANK")
        return ranking("rank()", type_id::bigint);
    if (name == "DENSE_RANK")
        return ranking("dense_rank()", type_id::bigint);
    if (name == "PERCENT_RANK")
        return ranking("percent_rank()", type_id::double_);
    if (name == "CUME_DIST")
        return ranking("cume_dist()", type_id::double_);
    bound value;
    if (name == "NTILE") {
        arguments_between(1, 1);
        value.sql = "ntile(" + coerce(bind_value(*call.arguments[0], where), type_of(type_id::bigint)).sql + ")" + over;
        value.type = type_of(type_id::bigint);
        return value;
    }
    if (name == "LAG" || name == "LEAD") {
        arguments_between(1, 3);
        bound shifted = settle(bind_value(*call.arguments[0], where));
        std::string offset = "1";
        if (call.arguments.size() > 1)
            offset = coerce(bind_value(*call.arguments[1], where), type_of(type_id::bigint)).sql;
        std::string otherwise;
        value.type = shifted.type;
        if (call.arguments.size() > 2) {
            bound fallback = bind_value(*call.arguments[2], where);
            value.type = common({&shifted, &fallback}, type_purpose::result, at);
            otherwise = ", " + coerce(std::move(fallback), value.type).sql;
        }
        value.sql = (name == "LAG" ? "lag(" : "lead(") + coerce(std::move(shifted), value.type).sql + ", " + offset +
                    otherwise + ")" + over;
        return value;
    }
    if (name == "FIRST_VALUE" || name == "LAST_VALUE" || name == "NTH_VALUE") {
        const bool nth = name == "NTH_VALUE";
        arguments_between(nth ? 2 : 1, nth ? 2 : 1);
        const bound picked = settle(bind_value(*call.arguments[0], where));
        value.type = picked.type;
        value.sql = (nth ? "nth_value(" : name == "FIRST_VALUE" ? "first_value(" : "last_value(") + picked.sql;
        if (nth)
            value.sql += ", " + coerce(bind_value(*call.arguments[1], where), type_of(type_id::bigint)).sql;
        value.sql += ")" + over;
        return value;
    }
    if (name == "RATIO_TO_REPORT") {
        arguments_between(1, 1);
        std::vector<bound> operands;
        operands.push_back(settle(bind_value(*call.arguments[0], where)));
        bound total = aggregate_value("SUM", call, node, where, true);
        total.sql += over;
        operands.push_back(std::move(total));
        if (is_integer(operands[0].type.id))
            operands[0] = coerce(std::move(operands[0]), type_of(type_id::decimal));
        return call_function("/", std::move(operands), at);
    }
    if (!is_aggregate(name))
        throw is_function(name) ? sql_error::unsupported(name + " OVER", position_of(at))
                                : sql_error(codes::unresolved_member, {name}, position_of(at));
    value = aggregate_value(name, call, node, where, true);
    value.sql += over;
    return value;
}

std::string statement_binder::window_sql(const sql::window_specification& over, scope& where,
                                         const sql::source_range& at) {
    std::string text;
    for (const auto& expression : over.partition_by) {
        const bound key = settle(bind_value(*expression, where));
        if (is_lob(key.type.id))
            throw sql_error(codes::lob_compared, {}, position_of(expression->where));
        text += (text.empty() ? "PARTITION BY " : ", ") + operand_sql(key);
    }
    std::vector<bound_order> keys;
    for (const sql::sort_item& item : over.order_by) {
        const bound key = settle(bind_value(*item.value, where));
        if (is_lob(key.type.id))
            throw sql_error(codes::lob_compared, {}, position_of(item.value->where));
        keys.push_back({key.sql, {}, key.type, item.descending, item.nulls});
    }
    if (!keys.empty())
        text += (text.empty() ? "" : " ") + order_sql(keys);
    if (over.frame) {
        const sql::window_frame& frame = *over.frame;
        const auto bound_text = [&](const sql::frame_bound& edge) -> std::string {
            switch (edge.kind) {
                case sql::frame_bound_kind::unbounded_preceding:
                    return "UNBOUNDED PRECEDING";
                case sql::frame_bound_kind::unbounded_following:
                    return "UNBOUNDED FOLLOWING";
                case sql::frame_bound_kind::current_row:
                    return "CURRENT ROW";
                default:
                    break;
            }
            if (frame.unit == sql::frame_unit::range &&
                (keys.size() != 1 || class_of(keys[0].type.id) != storage_class::integer))
                throw sql_error::unsupported("RANGE with an offset over a key that is no integer", position_of(at));
            const bound offset = coerce(bind_value(*edge.offset, where), type_of(type_id::bigint));
            return offset.sql + (edge.kind == sql::frame_bound_kind::preceding ? " PRECEDING" : " FOLLOWING");
        };
        text += frame.unit == sql::frame_unit::rows ? " ROWS" : " RANGE";
        text += " BETWEEN " + bound_text(frame.start) + " AND " +
                (frame.end ? bound_text(*frame.end) : std::string("CURRENT ROW"));
    }
    return " OVER (" + text + ")";
}

}  // namespace dmkit::mock::bind
