#include <span>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"

namespace dmkit::mock::bind {
namespace {

std::string_view operator_sql(sql::comparison_operator op) {
    switch (op) {
        case sql::comparison_operator::equal:
            return " = ";
        case sql::comparison_operator::not_equal:
            return " <> ";
        case sql::comparison_operator::less:
            return " < ";
        case sql::comparison_operator::less_equal:
            return " <= ";
        case sql::comparison_operator::greater:
            return " > ";
        case sql::comparison_operator::greater_equal:
            return " >= ";
    }
    return "";
}

const sql::row_value* as_row(const sql::expression& node) {
    return std::get_if<sql::row_value>(&node.node);
}

/// Functions that DM8 takes as a condition.
bool stands_as_condition(const sql::expression& node) {
    const auto* call = std::get_if<std::unique_ptr<sql::function_call>>(&node.node);
    if (!call)
        return false;
    const std::string& name = (*call)->name.last().name;
    return name == "REGEXP_LIKE" || name == "TEXT_EQUAL" || name == "BLOB_EQUAL" || name == "LNNVL" ||
           name == "NULL_EQU" || name == "JSON_EXISTS" || name == "JSON_OVERLAPS";
}

std::string list_sql(const std::vector<std::string>& elements) {
    std::string text = "(";
    for (std::size_t i = 0; i < elements.size(); ++i)
        text += (i ? ", " : "") + elements[i];
    return text + ")";
}

/// Puts @p word between the tests. They are paired like a tournament: SQLite takes a tree of a thousand levels at most.
void append_joined(std::string& text, std::span<const std::string> tests, std::string_view word) {
    if (tests.size() == 1) {
        text += tests[0];
        return;
    }
    text += '(';
    append_joined(text, tests.first(tests.size() / 2), word);
    text += word;
    append_joined(text, tests.subspan(tests.size() / 2), word);
    text += ')';
}

std::string joined(std::span<const std::string> tests, std::string_view word) {
    std::string text;
    append_joined(text, tests, word);
    return text;
}

}  // namespace

bound statement_binder::bind_logical(const sql::logical_expression& node, scope& where) {
    std::vector<std::string> operands;
    for (const auto& operand : node.operands)
        operands.push_back(bind_condition(*operand, where));
    return condition(joined(operands, node.op == sql::logical_operator::and_ ? " AND " : " OR "));
}

bound statement_binder::condition(std::string sql) const {
    bound value;
    value.sql = std::move(sql);
    value.type = type_of(type_id::bit);
    value.condition = true;
    return value;
}

std::string statement_binder::bind_condition(const sql::expression& node, scope& where) {
    bound value = bind_any(node, where);
    if (value.condition)
        return value.sql;
    if ((stands_as_condition(node) && is_number(value.type.id)) || value.type.id == type_id::boolean || value.truth)
        return "(" + coerce(std::move(value), type_of(type_id::bigint)).sql + " <> 0)";
    throw sql_error(codes::value_as_condition, {}, position_of(node.where));
}

std::string statement_binder::operand_sql(const bound& value) const {
    switch (class_of(value.type.id)) {
        case storage_class::text:
            return value.sql + " COLLATE DM";
        case storage_class::timestamp_tz:
            return "substr(" + value.sql + ", 1, 12)";
        case storage_class::time_tz:
            return "substr(" + value.sql + ", 1, 8)";
        default:
            return value.sql;
    }
}

void statement_binder::prepare_comparison(const std::vector<bound*>& values, const sql::source_range& at) {
    std::vector<const bound*> known;
    for (const bound* value : values) {
        if (is_lob(value->type.id))
            throw sql_error(codes::lob_compared, {}, position_of(at));
        known.push_back(value);
    }
    data_type type = common(known, type_purpose::comparison, at);
    if (type.id == type_id::null) {
        for (bound* value : values)
            *value = settle(std::move(*value));
        type = common(known, type_purpose::comparison, at);
    }
    if (type.id == type_id::null)
        return;
    for (bound* value : values) {
        const bool untyped = value->untyped.has_value();
        try {
            *value = coerce(std::move(*value), untyped ? type : unlimited(type));
        } catch (sql_error& fault) {
            fault.at(position_of(at));
            throw;
        }
    }
}

bound statement_binder::compare(sql::comparison_operator op, bound left, bound right, const sql::source_range& where) {
    prepare_comparison({&left, &right}, where);
    return condition("(" + operand_sql(left) + std::string(operator_sql(op)) + operand_sql(right) + ")");
}

std::vector<bound> statement_binder::bind_values(const std::vector<sql::expression_ptr>& nodes, scope& where) {
    std::vector<bound> values;
    for (const auto& node : nodes)
        values.push_back(bind_value(*node, where));
    return values;
}

bound statement_binder::bind_comparison(const sql::comparison& comparison, const sql::source_range& at, scope& where) {
    const sql::row_value* left_row = as_row(*comparison.left);
    const sql::row_value* right_row = as_row(*comparison.right);
    if (left_row && right_row)
        return compare_rows(comparison.op, bind_values(left_row->elements, where),
                            bind_values(right_row->elements, where), at);
    const auto* query = std::get_if<sql::scalar_subquery>(&comparison.right->node);
    if (left_row && query) {
        if (comparison.op != sql::comparison_operator::equal && comparison.op != sql::comparison_operator::not_equal)
            throw sql_error::unsupported("order of row values", position_of(at));
        query_parts parts = bind_query(*query->query, &where);
        if (parts.outputs.size() != left_row->elements.size())
            throw sql_error(codes::subquery_columns, {}, position_of(at));
        std::vector<bound> left = bind_values(left_row->elements, where);
        std::vector<std::string> operands;
        std::string singles;
        parts = wrapped(std::move(parts));
        for (std::size_t i = 0; i < left.size(); ++i) {
            bound& right = parts.outputs[i].value;
            prepare_comparison({&left[i], &right}, at);
            operands.push_back(operand_sql(left[i]));
            function_use single;
            single.kind = function_use::what::aggregate;
            single.aggregate = "$SINGLE";
            single.arguments = {right.type};
            single.result = right.type;
            singles += (i ? ", " : "") + call_sql(std::move(single), {right.sql});
        }
        return condition("(" + list_sql(operands) + std::string(operator_sql(comparison.op)) + "(SELECT " + singles +
                         parts.tail + "))");
    }
    if (left_row || right_row)
        throw sql_error(codes::types_differ, {}, position_of(at));
    bound left = bind_value(*comparison.left, where);
    bound right = bind_value(*comparison.right, where);
    return compare(comparison.op, std::move(left), std::move(right), at);
}

bound statement_binder::compare_rows(sql::comparison_operator op, std::vector<bound> left, std::vector<bound> right,
                                     const sql::source_range& at) {
    if (left.size() != right.size())
        throw sql_error(codes::value_count, {}, position_of(at));
    std::vector<std::string> left_sql;
    std::vector<std::string> right_sql;
    for (std::size_t i = 0; i < left.size(); ++i) {
        prepare_comparison({&left[i], &right[i]}, at);
        left_sql.push_back(operand_sql(left[i]));
        right_sql.push_back(operand_sql(right[i]));
    }
    return condition("(" + list_sql(left_sql) + std::string(operator_sql(op)) + list_sql(right_sql) + ")");
}

bound statement_binder::bind_quantified(const sql::quantified_comparison& node, const sql::source_range& at,
                                        scope& where) {
    const bool any = node.quantifier == sql::comparison_quantifier::any;
    if (!node.query) {
        const bound left = bind_value(*node.left, where);
        std::vector<std::string> tests;
        std::size_t size = 0;
        for (const auto& element : node.elements) {
            tests.push_back(compare(node.op, left, bind_value(*element, where), at).sql);
            size += tests.back().size();
            check_size(size, at);
        }
        return condition(joined(tests, any ? " OR " : " AND "));
    }
    const bool had_aggregate = where.has_aggregate;
    where.has_aggregate = false;
    bound left = bind_value(*node.left, where);
    if (where.has_aggregate)
        throw sql_error::unsupported("aggregate before ANY or ALL", position_of(at));
    where.has_aggregate = had_aggregate;
    query_parts parts = bind_query(*node.query, &where);
    single_column(parts, at);
    parts = wrapped(std::move(parts));
    bound right = parts.outputs[0].value;
    const std::string test = compare(node.op, std::move(left), std::move(right), at).sql;
    // NULL among the comparisons makes the answer unknown unless another row decides it: it stands between 0 and 2.
    const std::string decided = any ? "max(ifnull(2 * " + test + ", 1)) WHEN 2 THEN 1 WHEN 1 THEN NULL ELSE 0"
                                    : "min(ifnull(2 * " + test + ", 1)) WHEN 0 THEN 0 WHEN 1 THEN NULL ELSE 1";
    return condition("(SELECT CASE " + decided + " END" + parts.tail + ")");
}

bound statement_binder::bind_in_list(const sql::in_list& node, const sql::source_range& at, scope& where) {
    if (const sql::row_value* row = as_row(*node.operand)) {
        const std::vector<bound> left = bind_values(row->elements, where);
        std::vector<std::string> tests;
        std::size_t size = 0;
        for (const auto& element : node.elements) {
            const sql::row_value* other = as_row(*element);
            if (!other)
                throw sql_error(codes::value_count, {}, position_of(element->where));
            tests.push_back(
                compare_rows(sql::comparison_operator::equal, left, bind_values(other->elements, where), at).sql);
            size += tests.back().size();
            check_size(size, at);
        }
        const std::string text = joined(tests, " OR ");
        return condition(node.negated ? "(NOT " + text + ")" : text);
    }
    bound operand = bind_value(*node.operand, where);
    std::vector<bound> elements = bind_values(node.elements, where);
    std::vector<bound*> all{&operand};
    for (bound& element : elements)
        all.push_back(&element);
    prepare_comparison(all, at);
    std::vector<std::string> list;
    for (const bound& element : elements)
        list.push_back(operand_sql(element));
    return condition("(" + operand_sql(operand) + (node.negated ? " NOT IN " : " IN ") + list_sql(list) + ")");
}

bound statement_binder::bind_in_query(const sql::in_query& node, const sql::source_range& at, scope& where) {
    const sql::row_value* row = as_row(*node.operand);
    std::vector<bound> operands;
    if (row)
        operands = bind_values(row->elements, where);
    else
        operands.push_back(bind_value(*node.operand, where));
    query_parts parts = bind_query(*node.query, &where);
    if (parts.outputs.size() != operands.size())
        throw sql_error(codes::subquery_columns, {}, position_of(at));
    convert_outputs(parts, [&](bound value, std::size_t i) {
        prepare_comparison({&operands[i], &value}, at);
        if (class_of(value.type.id) == storage_class::timestamp_tz || class_of(value.type.id) == storage_class::time_tz)
            value.sql = operand_sql(value);
        return value;
    });
    std::vector<std::string> list;
    for (const bound& operand : operands)
        list.push_back(operand_sql(operand));
    return condition("(" + (row ? list_sql(list) : list[0]) + (node.negated ? " NOT IN (" : " IN (") + render(parts) +
                     "))");
}

bound statement_binder::bind_between(const sql::between& node, const sql::source_range& at, scope& where) {
    bound operand = bind_value(*node.operand, where);
    bound low = bind_value(*node.low, where);
    bound high = bind_value(*node.high, where);
    prepare_comparison({&operand, &low, &high}, at);
    return condition("(" + operand_sql(operand) + (node.negated ? " NOT BETWEEN " : " BETWEEN ") + operand_sql(low) +
                     " AND " + operand_sql(high) + ")");
}

bound statement_binder::bind_like(const sql::like& node, const sql::source_range& at, scope& where) {
    std::vector<bound> operands;
    operands.push_back(bind_value(*node.operand, where));
    operands.push_back(bind_value(*node.pattern, where));
    if (node.escape)
        operands.push_back(bind_value(*node.escape, where));
    function_use use;
    use.kind = function_use::what::like;
    use.result = type_of(type_id::integer);
    std::vector<std::string> arguments;
    for (bound& operand : operands) {
        try {
            if (!is_text(operand.type.id))
                operand = coerce(std::move(operand), type_of(type_id::varchar));
        } catch (sql_error& fault) {
            fault.at(position_of(at));
            throw;
        }
        use.arguments.push_back(operand.type);
        arguments.push_back(operand.sql);
    }
    const std::string test = call_sql(std::move(use), arguments);
    return condition(node.negated ? "(NOT " + test + ")" : test);
}

}  // namespace dmkit::mock::bind
