#include <set>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/types.hpp"
#include "mockserver/bind/walk.hpp"

namespace dmkit::mock::bind {
namespace {

constexpr int loop_in_data = -4030;
/// CNNTB_MAX_LEVEL's default.
constexpr std::string_view deepest_level = "20000";
/// The same for DUAL, whose rows the documents number up to here by LEVEL.
constexpr std::string_view deepest_generated_level = "30000000";

/// All expressions of the core and its ORDER BY that are evaluated over the finished tree.
std::vector<const sql::expression*> evaluated_after(const sql::select_core& core,
                                                    const std::vector<sql::sort_item>& order) {
    std::vector<const sql::expression*> nodes;
    for (const sql::select_item& item : core.items)
        if (item.value)
            nodes.push_back(item.value.get());
    for (const sql::sort_item& item : order)
        nodes.push_back(item.value.get());
    for (const sql::grouping_element& element : core.group_by)
        for (const auto& expression : element.expressions)
            nodes.push_back(expression.get());
    if (core.where_condition)
        nodes.push_back(core.where_condition.get());
    if (core.having)
        nodes.push_back(core.having.get());
    return nodes;
}

bool uses(const std::vector<const sql::expression*>& nodes, sql::unary_operator op) {
    for (const sql::expression* node : nodes)
        if (any_of(*node, [op](const sql::expression& part) {
                const auto* unary = std::get_if<sql::unary_expression>(&part.node);
                return unary && unary->op == op;
            }))
            return true;
    return false;
}

const sql::function_call* as_path_call(const sql::expression& node) {
    const auto* call = std::get_if<std::unique_ptr<sql::function_call>>(&node.node);
    return call && (*call)->name.last().name == "SYS_CONNECT_BY_PATH" ? call->get() : nullptr;
}

/// What belongs to hierarchies and may not stand everywhere.
struct hierarchical {
    static constexpr unsigned level = 1;
    static constexpr unsigned leaf_and_cycle = 2;
    static constexpr unsigned prior = 4;
    static constexpr unsigned root = 8;
    static constexpr unsigned path = 16;
    static constexpr unsigned rownum = 32;
    static constexpr unsigned all = 31;
};

/// The word of the first of @p kinds that stands in the expression; empty if none does.
std::string_view find_hierarchical(const sql::expression& node, unsigned kinds) {
    static constexpr std::pair<unsigned, std::string_view> words[] = {
        {hierarchical::level, "LEVEL"},
        {hierarchical::leaf_and_cycle, "CONNECT_BY_ISLEAF"},
        {hierarchical::leaf_and_cycle, "CONNECT_BY_ISCYCLE"},
        {hierarchical::rownum, "ROWNUM"},
    };
    for (const auto& [kind, word] : words)
        if ((kinds & kind) != 0 && mentions(node, word))
            return word;
    if ((kinds & hierarchical::prior) != 0 && uses({&node}, sql::unary_operator::prior))
        return "PRIOR";
    if ((kinds & hierarchical::root) != 0 && uses({&node}, sql::unary_operator::connect_by_root))
        return "CONNECT_BY_ROOT";
    if ((kinds & hierarchical::path) != 0 &&
        any_of(node, [](const sql::expression& part) { return as_path_call(part) != nullptr; }))
        return "SYS_CONNECT_BY_PATH";
    return {};
}

void refuse_hierarchical(const sql::expression& node, unsigned kinds) {
    if (const std::string_view word = find_hierarchical(node, kinds); !word.empty())
        throw sql_error(codes::misplaced, {std::string(word)}, position_of(node.where));
}

/// DM8's restrictions: SQL manual 4.13.6.
void check_hierarchy(const sql::select_core& core, const std::vector<sql::sort_item>* siblings) {
    const sql::hierarchy_clause& hierarchy = *core.hierarchy;
    refuse_hierarchical(*hierarchy.connect_by, hierarchical::leaf_and_cycle | hierarchical::root | hierarchical::path);
    if (hierarchy.start_with)
        refuse_hierarchical(*hierarchy.start_with, hierarchical::all);
    if (!siblings)
        return;
    if (!core.group_by.empty())
        throw sql_error(codes::misplaced, {"ORDER SIBLINGS BY"}, position_of((*siblings)[0].value->where));
    for (const sql::sort_item& item : *siblings) {
        refuse_hierarchical(*item.value, hierarchical::all | hierarchical::rownum);
        if (any_of(*item.value, [](const sql::expression& part) {
                return std::holds_alternative<sql::scalar_subquery>(part.node) ||
                       std::holds_alternative<sql::exists>(part.node) ||
                       std::holds_alternative<sql::in_query>(part.node);
            }))
            throw sql_error(codes::misplaced, {"SELECT"}, position_of(item.value->where));
    }
}

}  // namespace

void statement_binder::name_columns(scope& names, const std::string& prefix) {
    int count = 0;
    for (from_item& item : names.items)
        for (scope_column& column : item.columns)
            column.sql = prefix + std::to_string(++count);
    for (scope_column& column : names.merged)
        column.sql = prefix + std::to_string(++count);
}

bool statement_binder::joins_tables(const sql::expression& condition, scope& names) const {
    std::set<const from_item*> mentioned;
    (void)any_of(condition, [&](const sql::expression& part) {
        const auto* reference = std::get_if<sql::column_reference>(&part.node);
        if (!reference)
            return false;
        const scope_column* found = find_column(reference->name, names, context_.catalog.names()).column;
        for (const from_item& item : names.items)
            if (found && !item.columns.empty() && found >= item.columns.data() &&
                found < item.columns.data() + item.columns.size())
                mentioned.insert(&item);
        return false;
    });
    return mentioned.size() > 1;
}

bound statement_binder::bind_prior(const sql::unary_expression& unary, const sql::expression& node, scope& where) {
    const bool prior = unary.op == sql::unary_operator::prior;
    const std::string& prefix = prior ? where.prior : where.root;
    if (prefix.empty())
        throw sql_error::unsupported(prior ? "PRIOR here" : "CONNECT_BY_ROOT here", position_of(node.where));
    refuse_hierarchical(*unary.operand, hierarchical::all | hierarchical::rownum);
    const std::string current = where.current;
    name_columns(where, prefix);
    bound value = bind_value(*unary.operand, where);
    name_columns(where, current);
    value.nullable = true;
    return value;
}

std::string statement_binder::bind_hierarchy(const sql::select_core& core, const std::vector<sql::sort_item>& order,
                                             scope& names, std::string& tail) {
    const sql::hierarchy_clause& hierarchy = *core.hierarchy;
    const bool dual = is_dual(core, names);
    const bool siblings = std::exchange(order_siblings_, false);
    check_hierarchy(core, siblings ? &order : nullptr);
    const std::string base = new_alias();
    const std::string tree = new_alias();
    const std::string result = new_alias();
    static const std::vector<sql::sort_item> none;
    const auto after = evaluated_after(core, siblings ? none : order);

    // The rows that the tree is made of, numbered as they come.
    std::string rows;
    std::size_t count = 0;
    for (const from_item& item : names.items)
        for (const scope_column& column : item.columns)
            rows += column.sql + " AS k" + std::to_string(++count) + ", ";
    for (const scope_column& column : names.merged)
        rows += column.sql + " AS k" + std::to_string(++count) + ", ";
    std::string with = "WITH RECURSIVE " + base + " AS (SELECT " + rows + "row_number() OVER () AS n" + tail + "), ";

    const bool prior_used = uses({hierarchy.connect_by.get()}, sql::unary_operator::prior);
    const bool prior_shown = uses(after, sql::unary_operator::prior);
    const bool root_shown = uses(after, sql::unary_operator::connect_by_root);
    bool leaf_shown = false;
    std::vector<const sql::function_call*> paths;
    for (const sql::expression* node : after) {
        leaf_shown = leaf_shown || mentions(*node, "CONNECT_BY_ISLEAF");
        (void)any_of(*node, [&](const sql::expression& part) {
            if (const sql::function_call* call = as_path_call(part))
                paths.push_back(call);
            return false;
        });
    }

    const std::string child = new_alias();
    const std::string parent = new_alias();
    const std::string met_before = ".w, '/' || " + child + ".n || '/')";
    const auto bind_child = [&](const std::string& parent_alias) {
        name_columns(names, child + ".k");
        names.current = child + ".k";
        names.prior = parent_alias + ".k";
        names.level = "(" + parent_alias + ".l + 1)";
        // One row alone that bears itself again: its number is its level.
        names.rownum = dual ? names.level : std::string();
        std::string condition = bind_condition(*hierarchy.connect_by, names);
        if (prior_used && hierarchy.nocycle)
            condition += " AND instr(" + parent_alias + met_before + " = 0";
        return condition;
    };

    // Columns of the tree: k the row, l its level, n its number, w its way from the root, p its parent, r its root,
    // s the paths asked for, o the keys of its siblings' order.
    std::string first;
    std::string next;
    std::string columns;
    std::size_t ordinal = 0;
    const auto add = [&](const std::string& name, const std::string& at_root, const std::string& below) {
        columns += (columns.empty() ? "" : ", ") + name;
        first += (first.empty() ? "" : ", ") + at_root;
        next += (next.empty() ? "" : ", ") + below;
        return ++ordinal;
    };
    for (std::size_t i = 1; i <= count; ++i)
        add("k" + std::to_string(i), base + ".k" + std::to_string(i), child + ".k" + std::to_string(i));
    // Faults are met where a row's columns are made: for rows alone that the conditions have let through.
    const bool numbers =
        dual && (mentions(*hierarchy.connect_by, "LEVEL") || mentions(*hierarchy.connect_by, "ROWNUM"));
    const std::size_t depth =
        add("l", "1",
            "CASE WHEN " + parent + ".l >= " + std::string(numbers ? deepest_generated_level : deepest_level) +
                " THEN dmkit_raise(" + std::to_string(codes::recursion_too_deep) + ") ELSE " + parent + ".l + 1 END");
    const std::size_t number = add("n", base + ".n", child + ".n");
    const std::string way = parent + ".w || " + child + ".n || '/'";
    if (prior_used)
        add("w", "'/' || " + base + ".n || '/'",
            hierarchy.nocycle ? way
                              : "CASE WHEN instr(" + parent + met_before + " THEN dmkit_raise(" +
                                    std::to_string(loop_in_data) + ") ELSE " + way + " END");
    for (std::size_t i = 1; prior_shown && i <= count; ++i)
        add("p" + std::to_string(i), "NULL", parent + ".k" + std::to_string(i));
    for (std::size_t i = 1; root_shown && i <= count; ++i)
        add("r" + std::to_string(i), base + ".k" + std::to_string(i), parent + ".r" + std::to_string(i));

    names.place = clause::where;
    const auto at = [&](const std::string& prefix, const std::string& current_level, auto bind) {
        name_columns(names, prefix);
        names.current = prefix;
        names.prior.clear();
        names.level = current_level;
        return bind();
    };
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (paths[i]->arguments.size() != 2)
            throw sql_error(codes::argument_count, {}, position_of(paths[i]->name.where));
        if (!std::holds_alternative<sql::string_literal>(paths[i]->arguments[1]->node))
            throw sql_error(codes::misplaced, {"SYS_CONNECT_BY_PATH"}, position_of(paths[i]->name.where));
        refuse_hierarchical(*paths[i]->arguments[0], hierarchical::all & ~hierarchical::level);
        const auto piece = [&](const std::string& prefix, const std::string& current_level) {
            return at(prefix, current_level, [&] {
                const data_type text = type_of(type_id::varchar);
                const bound value = coerce(bind_value(*paths[i]->arguments[0], names), text);
                const bound separator = coerce(bind_value(*paths[i]->arguments[1], names), text);
                return separator.sql + " || coalesce(" + value.sql + ", '')";
            });
        };
        const std::string name = "s" + std::to_string(i + 1);
        add(name, piece(base + ".k", "1"),
            parent + "." + name + " || " + piece(child + ".k", "(" + parent + ".l + 1)"));
        path_columns_[paths[i]] = result + "." + name;
    }
    std::string sequence = std::to_string(depth) + " DESC";
    for (std::size_t i = 0; siblings && i < order.size(); ++i) {
        const auto key = [&](const std::string& prefix) {
            return at(prefix, "1", [&] { return settle(bind_value(*order[i].value, names)); });
        };
        const bound at_root = key(base + ".k");
        const bound below = key(child + ".k");
        bound_order sorted;
        sorted.position = add("o" + std::to_string(i + 1), at_root.sql, below.sql) - 1;
        sorted.sql = std::to_string(*sorted.position + 1);
        sorted.type = below.type;
        sorted.descending = order[i].descending;
        sorted.nulls = order[i].nulls;
        sequence += ", " + order_sql({sorted}).substr(std::string_view("ORDER BY ").size());
    }
    sequence += ", " + std::to_string(number);

    std::string start;
    if (hierarchy.start_with)
        start = at(base + ".k", "1", [&] { return " WHERE " + bind_condition(*hierarchy.start_with, names); });
    const std::string condition = bind_child(parent);
    // The deepest rows first: children follow their parent at once.
    with += tree + "(" + columns + ") AS (SELECT " + first + " FROM " + base + start + " UNION ALL SELECT " + next +
            " FROM " + tree + " AS " + parent + " JOIN " + base + " AS " + child + " ON " + condition + " ORDER BY " +
            sequence + ") ";
    if (leaf_shown)
        names.leaf = "(NOT EXISTS (SELECT 1 FROM " + base + " AS " + child + " WHERE " + bind_child(result) + "))";

    name_columns(names, result + ".k");
    names.current = result + ".k";
    names.prior = prior_shown ? result + ".p" : std::string();
    names.root = root_shown ? result + ".r" : std::string();
    names.level = result + ".l";
    names.rownum.clear();
    tail = " FROM " + tree + " AS " + result;
    return with;
}

}  // namespace dmkit::mock::bind
