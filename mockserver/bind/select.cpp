#include <algorithm>
#include <utility>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"
#include "mockserver/bind/walk.hpp"
#include "mockserver/sql/heading.hpp"

namespace dmkit::mock::bind {
namespace {

bool has_outer_mark(const sql::expression& node) {
    return any_of(node, [](const sql::expression& part) {
        const auto* reference = std::get_if<sql::column_reference>(&part.node);
        return reference && reference->outer_join_mark;
    });
}

bool grouping_mentions(const std::vector<sql::grouping_element>& elements, std::string_view name) {
    return std::any_of(elements.begin(), elements.end(), [&](const sql::grouping_element& element) {
        return grouping_mentions(element.elements, name) ||
               std::any_of(element.expressions.begin(), element.expressions.end(),
                           [&](const sql::expression_ptr& node) { return mentions(*node, name); });
    });
}

void split_conjuncts(const sql::expression& node, std::vector<const sql::expression*>& conjuncts) {
    const auto* logical = std::get_if<sql::logical_expression>(&node.node);
    if (!logical || logical->op != sql::logical_operator::and_) {
        conjuncts.push_back(&node);
        return;
    }
    for (const auto& operand : logical->operands)
        split_conjuncts(*operand, conjuncts);
}

/// Rows that ROWNUM `op` count lets through: it counts accepted rows only, so the first refusal is the last word.
std::string rows_let_through(sql::comparison_operator op, const std::string& count) {
    constexpr std::string_view all = "9223372036854775807";
    switch (op) {
        case sql::comparison_operator::less_equal:
            return count;
        case sql::comparison_operator::less:
            return count + " - 1";
        case sql::comparison_operator::equal:
            return "CASE WHEN " + count + " = 1 THEN 1 ELSE 0 END";
        case sql::comparison_operator::greater:
            return "CASE WHEN " + count + " < 1 THEN " + std::string(all) + " ELSE 0 END";
        case sql::comparison_operator::greater_equal:
            return "CASE WHEN " + count + " <= 1 THEN " + std::string(all) + " ELSE 0 END";
        case sql::comparison_operator::not_equal:
            return "CASE WHEN " + count + " < 1 THEN " + std::string(all) + " ELSE " + count + " - 1 END";
    }
    return count;
}

sql::comparison_operator mirrored(sql::comparison_operator op) {
    switch (op) {
        case sql::comparison_operator::less:
            return sql::comparison_operator::greater;
        case sql::comparison_operator::less_equal:
            return sql::comparison_operator::greater_equal;
        case sql::comparison_operator::greater:
            return sql::comparison_operator::less;
        case sql::comparison_operator::greater_equal:
            return sql::comparison_operator::less_equal;
        default:
            return op;
    }
}

bool is_rownum(const sql::expression& node) {
    return std::holds_alternative<sql::column_reference>(node.node) && mentions(node, "ROWNUM");
}

std::string limit_sql(const rownum_limit& limit) {
    std::string text;
    for (const std::string& count : limit.counts)
        text += (text.empty() ? "" : ", ") + std::string("coalesce(") + count + ", 0)";
    if (limit.counts.size() > 1)
        text = "min(" + text + ")";
    return " LIMIT max(0, " + text + ")";
}

}  // namespace

bool statement_binder::is_dual(const sql::select_core& core, const scope& names) {
    return core.from.empty() || (names.items.size() == 1 && names.items[0].dual);
}

query_parts statement_binder::bind_core(const sql::select_core& core, scope* outer,
                                        const std::vector<sql::sort_item>& order, const sql::row_limit* limit) {
    if (core.top && limit)
        throw sql_error::unsupported("TOP together with LIMIT", position_of(limit->where));
    const std::size_t draws_before = draws_;
    scope names;
    names.outer = outer;
    std::string tail;
    std::vector<const sql::expression*> conjuncts;
    if (core.where_condition)
        split_conjuncts(*core.where_condition, conjuncts);
    if (core.where_condition && has_outer_mark(*core.where_condition))
        bind_marked_joins(core, names, tail, conjuncts);
    else
        bind_from(core.from, names, tail);
    if (locking_ && locked_ == &core)
        for (const sql::qualified_name& column : locking_->columns)
            if (!find_column(column, names, context_.catalog.names()).column)
                throw sql_error(codes::unknown_column, {column.last().name}, position_of(column.where));
    if (!tail.empty())
        tail = " FROM " + tail;

    std::optional<rownum_limit> rownum;
    std::string with;
    const std::vector<sql::sort_item>* sorting = &order;
    static const std::vector<sql::sort_item> unsorted;
    if (core.hierarchy) {
        // Conditions that join tables make the rows of the tree, the others choose among its rows.
        std::vector<const sql::expression*> joins;
        if (names.items.size() > 1)
            for (const sql::expression* conjunct : conjuncts)
                if (joins_tables(*conjunct, names))
                    joins.push_back(conjunct);
        std::erase_if(conjuncts, [&](const sql::expression* conjunct) {
            return std::find(joins.begin(), joins.end(), conjunct) != joins.end();
        });
        tail += bind_conjuncts(joins, names, rownum);
        if (order_siblings_)
            sorting = &unsorted;
        with = bind_hierarchy(core, order, names, tail);
    }
    tail += bind_conjuncts(conjuncts, names, rownum);
    query_parts parts = bind_rest(core, names, std::move(tail), rownum, *sorting, limit);
    if (!with.empty())
        parts.with = std::move(with);
    parts.draws = draws_ > draws_before;
    return parts;
}

query_parts statement_binder::bind_rest(const sql::select_core& core, scope& names, std::string tail,
                                        const std::optional<rownum_limit>& rownum,
                                        const std::vector<sql::sort_item>& order, const sql::row_limit* limit) {
    bool numbered = grouping_mentions(core.group_by, "ROWNUM") || (core.having && mentions(*core.having, "ROWNUM"));
    bool plain = core.group_by.empty() && !core.having && order.empty() && !limit && !core.top &&
                 core.quantifier != sql::set_quantifier::distinct;
    for (const auto& item : core.items) {
        numbered = numbered || (item.value && mentions(*item.value, "ROWNUM"));
        plain = plain && !(item.value && calls_aggregate(*item.value));
    }
    for (const auto& item : order)
        numbered = numbered || mentions(*item.value, "ROWNUM");
    std::vector<const sql::expression*> values;
    for (const auto& item : core.items)
        if (item.value)
            values.push_back(item.value.get());
    const bool one_row = !core.hierarchy && is_dual(core, names);
    const bool draws = !repeated_sequences(values, context_.catalog.names()).empty();
    numbered = numbered || (draws && !one_row);
    query_parts parts;
    const sql::row_limit* cut = core.top ? &*core.top : limit;
    if (core.count_found_rows && cut)
        throw sql_error::unsupported("SQL_CALC_FOUND_ROWS", position_of(cut->where));
    if (rownum && plain && !numbered) {
        parts.order_and_limit = limit_sql(*rownum);
        parts.has_limit = true;
    } else if (rownum || numbered)
        wrap_rows(names, tail, rownum, numbered);

    parts.distinct = core.quantifier == sql::set_quantifier::distinct;
    const auto sets = grouping_sets(core);
    if (sets.size() > 1)
        return bind_grouping_sets(core, names, tail, order, cut);
    names.place = clause::group_by;
    std::string group;
    if (!sets.empty())
        for (const sql::expression* node : sets[0]) {
            const bound key = settle(bind_value(*node, names));
            if (is_lob(key.type.id))
                throw sql_error(codes::lob_compared, {}, position_of(node->where));
            names.group_keys.push_back(key.sql);
            group += (group.empty() ? " GROUP BY " : ", ") + group_key_sql(key);
        }
    tail += group;

    names.place = clause::select;
    if (draws && (!one_row || !names.outer))
        begin_row(values, one_row ? "0" : names.rownum);
    parts.outputs = bind_items(core, names);
    drawing_row_.reset();
    const bool aggregated = names.has_aggregate;
    if (core.having) {
        names.place = clause::having;
        tail += " HAVING " + bind_condition(*core.having, names);
    }
    names.place = clause::order_by;
    const std::vector<bound_order> keys = bind_order(order, names, parts.outputs, parts.distinct);
    check_grouping(core, names);
    const bool one_group = group.empty() && (core.having || !core.group_by.empty() || names.has_aggregate);
    if (one_group && !aggregated)
        make_aggregate_of(parts.outputs);
    if (parts.distinct)
        for (const output& column : parts.outputs)
            if (is_lob(column.value.type.id))
                throw sql_error(codes::lob_compared, {}, position_of(core.items[0].where));
    parts.tail = std::move(tail);
    parts.updatable =
        !parts.distinct && group.empty() && !one_group && !core.hierarchy &&
        std::all_of(names.items.begin(), names.items.end(), [](const from_item& item) { return item.table != 0; });
    parts.single_row = one_group || (group.empty() && one_row);
    if (keys.empty() && !cut)
        return parts;
    return limited(std::move(parts), keys, cut ? bind_limit(*cut) : bound_limit{});
}

std::string statement_binder::bind_conjuncts(const std::vector<const sql::expression*>& conjuncts, scope& names,
                                             std::optional<rownum_limit>& rownum) {
    names.place = clause::where;
    std::string text;
    for (const sql::expression* conjunct : conjuncts) {
        if (mentions(*conjunct, "ROWNUM")) {
            if (!rownum)
                rownum.emplace();
            if (!bind_rownum_condition(*conjunct, names, *rownum))
                throw sql_error::unsupported("ROWNUM in this condition", position_of(conjunct->where));
            continue;
        }
        text += (text.empty() ? " WHERE " : " AND ") + bind_condition(*conjunct, names);
    }
    return text;
}

bool statement_binder::bind_rownum_condition(const sql::expression& node, scope& names, rownum_limit& limit) {
    // LIMIT sees no columns: what ROWNUM is compared with must not have any.
    scope constants;
    constants.outer = names.outer;
    const auto add = [&](sql::comparison_operator op, const sql::expression& value) {
        if (mentions(value, "ROWNUM"))
            return false;
        const bound number = bind_value(value, constants);
        if (number.literal && number.type.scale > 0 && class_of(number.type.id) == storage_class::decimal)
            return false;
        limit.counts.push_back(rows_let_through(op, coerce(number, type_of(type_id::bigint)).sql));
        return true;
    };
    if (const auto* comparison = std::get_if<sql::comparison>(&node.node)) {
        if (is_rownum(*comparison->left))
            return add(comparison->op, *comparison->right);
        return is_rownum(*comparison->right) && add(mirrored(comparison->op), *comparison->left);
    }
    const auto* between = std::get_if<sql::between>(&node.node);
    return between && !between->negated && is_rownum(*between->operand) &&
           add(sql::comparison_operator::greater_equal, *between->low) &&
           add(sql::comparison_operator::less_equal, *between->high);
}

void statement_binder::wrap_rows(scope& names, std::string& tail, const std::optional<rownum_limit>& rownum,
                                 bool numbered) {
    const std::string alias = new_alias();
    std::string list;
    int count = 0;
    const auto take = [&](scope_column& column) {
        const std::string name = "k" + std::to_string(++count);
        list += (list.empty() ? "" : ", ") + column.sql + " AS " + name;
        column.sql = alias + "." + name;
    };
    for (from_item& item : names.items)
        for (scope_column& column : item.columns)
            take(column);
    for (scope_column& column : names.merged)
        take(column);
    for (std::string* pseudo : {&names.level, &names.leaf})
        if (!pseudo->empty()) {
            const std::string name = "k" + std::to_string(++count);
            list += (list.empty() ? "" : ", ") + *pseudo + " AS " + name;
            *pseudo = alias + "." + name;
        }
    // Parents, roots and paths are not carried on.
    names.prior.clear();
    names.root.clear();
    path_columns_.clear();
    if (numbered || list.empty()) {
        list += (list.empty() ? "" : ", ") + std::string("row_number() OVER () AS k0");
        names.rownum = alias + ".k0";
    }
    tail = " FROM (SELECT " + list + tail + (rownum ? limit_sql(*rownum) : std::string()) + ") AS " + alias;
}

std::vector<output> statement_binder::bind_items(const sql::select_core& core, scope& names) {
    std::vector<output> outputs;
    for (const sql::select_item& item : core.items) {
        if (item.star) {
            expand_star(item, names, outputs);
            continue;
        }
        output made;
        made.value = bind_value(*item.value, names);
        made.aliased = item.alias.has_value();
        if (item.alias)
            made.name = item.alias->name;
        else if (const auto* column = std::get_if<sql::column_reference>(&item.value->node))
            made.name = column->name.last().name;
        else
            made.name = heading(*item.value);
        outputs.push_back(std::move(made));
    }
    return outputs;
}

std::string statement_binder::heading(const sql::expression& node) const {
    // A view's query keeps positions of a text that is not at hand here.
    if (std::size_t{node.where.offset} + node.where.length > text_.size())
        return {};
    return sql::heading(node.where.in(text_));
}

void statement_binder::expand_star(const sql::select_item& item, scope& names, std::vector<output>& outputs) {
    expanded_star written{item.where, {}};
    const auto add = [&](const scope_column& column) {
        output made;
        made.name = column.name;
        made.value.sql = column.sql;
        made.value.type = column.type;
        made.value.nullable = column.nullable;
        made.value.origin = column.origin;
        if (std::find(names.nulled_keys.begin(), names.nulled_keys.end(), column.sql) != names.nulled_keys.end())
            made.value.sql = "NULL";
        else if (std::find(names.group_keys.begin(), names.group_keys.end(), column.sql) == names.group_keys.end())
            names.bare_columns.push_back({column.name, item.where});
        outputs.push_back(std::move(made));
    };
    const auto add_of = [&](const from_item& table, const scope_column& column) {
        add(column);
        written.columns.push_back(table.name.empty() ? std::vector<std::string>{column.name}
                                                     : std::vector<std::string>{table.name, column.name});
    };
    if (!item.star->parts.empty()) {
        const from_item& table = find_item(*item.star, names, context_.catalog.names());
        for (const scope_column& column : table.columns)
            add_of(table, column);
    } else {
        if (names.items.empty())
            throw sql_error(codes::unknown_column, {"*"}, position_of(item.where));
        for (const scope_column& column : names.merged) {
            add(column);
            written.columns.push_back({column.name});
        }
        for (const from_item& table : names.items)
            for (const scope_column& column : table.columns)
                if (!column.merged)
                    add_of(table, column);
    }
    // A query may be bound more than once; inside a view the places are those of another text.
    if (views_.empty())
        stars_.insert_or_assign(item.where.offset, std::move(written));
}

std::string statement_binder::group_key_sql(const bound& key) const {
    // A number is a constant, which SQLite would take for the number of a result column.
    return key.literal ? "NULL" : operand_sql(key);
}

void statement_binder::make_aggregate_of(std::vector<output>& outputs) {
    bound& first = outputs[0].value;
    first.sql = "iif(count(*) < 0, NULL, " + first.sql + ")";
    first.literal.reset();
}

void statement_binder::check_grouping(const sql::select_core& core, const scope& names) {
    if (names.bare_columns.empty() || (core.group_by.empty() && !core.having && !names.has_aggregate))
        return;
    throw sql_error(codes::not_grouped, {names.bare_columns[0].name}, position_of(names.bare_columns[0].where));
}

}  // namespace dmkit::mock::bind
