#include "mockserver/bind/walk.hpp"

#include <map>

#include "mockserver/bind/aggregates.hpp"
#include "mockserver/bind/scope.hpp"
#include "mockserver/sql/walk.hpp"

namespace dmkit::mock::bind {
namespace {

/// The queries that stand in an expression as operands.
void for_each_query(const sql::expression& node, const std::function<void(const sql::query_expression&)>& visit) {
    if (const auto* scalar = std::get_if<sql::scalar_subquery>(&node.node))
        visit(*scalar->query);
    else if (const auto* in = std::get_if<sql::in_query>(&node.node))
        visit(*in->query);
    else if (const auto* exists = std::get_if<sql::exists>(&node.node))
        visit(*exists->query);
    else if (const auto* quantified = std::get_if<sql::quantified_comparison>(&node.node);
             quantified && quantified->query)
        visit(*quantified->query);
}

bool expression_reads(const sql::expression_ptr& node, std::string_view name, const name_order& order) {
    return node && any_of(*node, [&](const sql::expression& part) {
               bool found = false;
               for_each_query(part,
                              [&](const sql::query_expression& query) { found |= reads_table(query, name, order); });
               return found;
           });
}

bool table_reads(const sql::table_reference& table, std::string_view name, const name_order& order) {
    if (const auto* named = std::get_if<sql::named_table>(&table.node))
        return named->name.parts.size() == 1 && order.same(named->name.parts[0].name, name);
    if (const auto* derived = std::get_if<sql::derived_table>(&table.node))
        return reads_table(*derived->query, name, order);
    if (const auto* joined = std::get_if<sql::joined_table>(&table.node))
        return table_reads(*joined->left, name, order) || table_reads(*joined->right, name, order) ||
               expression_reads(joined->condition, name, order);
    return false;
}

}  // namespace

bool any_of(const sql::expression& node, const std::function<bool(const sql::expression&)>& predicate) {
    if (predicate(node))
        return true;
    bool found = false;
    sql::for_each_child(node, [&](const sql::expression& child) { found = found || any_of(child, predicate); });
    return found;
}

std::set<std::string> repeated_sequences(const std::vector<const sql::expression*>& values, const name_order& order) {
    struct mention {
        int count = 0;
        bool next = false;
    };
    std::map<std::string, mention> mentioned;
    for (const sql::expression* value : values)
        (void)any_of(*value, [&](const sql::expression& part) {
            if (const auto* sequence = std::get_if<sql::sequence_value>(&part.node)) {
                mention& here = mentioned[order.key(spelled(sequence->sequence))];
                ++here.count;
                here.next = here.next || sequence->next;
            }
            return false;
        });
    std::set<std::string> repeated;
    for (const auto& [name, here] : mentioned)
        if (here.count > 1 && here.next)
            repeated.insert(name);
    return repeated;
}

bool calls_aggregate(const sql::expression& node) {
    return any_of(node, [](const sql::expression& part) {
        const auto* call = std::get_if<std::unique_ptr<sql::function_call>>(&part.node);
        return call && ((*call)->over || is_aggregate((*call)->name.last().name));
    });
}

bool mentions(const sql::expression& node, std::string_view name) {
    return any_of(node, [&](const sql::expression& part) {
        const auto* reference = std::get_if<sql::column_reference>(&part.node);
        return reference && reference->name.parts.size() == 1 && reference->name.parts[0].is(name);
    });
}

bool reads_table(const sql::query_term& term, std::string_view name, const name_order& order) {
    if (const auto* query = std::get_if<sql::query_ptr>(&term.node))
        return reads_table(**query, name, order);
    const auto* core = std::get_if<std::unique_ptr<sql::select_core>>(&term.node);
    if (!core)
        return false;
    const sql::select_core& select = **core;
    for (const auto& table : select.from)
        if (table_reads(*table, name, order))
            return true;
    for (const auto& item : select.items)
        if (expression_reads(item.value, name, order))
            return true;
    return expression_reads(select.where_condition, name, order) || expression_reads(select.having, name, order);
}

bool reads_table(const sql::query_expression& query, std::string_view name, const name_order& order) {
    for (const auto& table : query.with)
        if (reads_table(*table.query, name, order))
            return true;
    if (reads_table(query.first, name, order))
        return true;
    for (const auto& operation : query.rest)
        if (reads_table(operation.right, name, order))
            return true;
    return false;
}

}  // namespace dmkit::mock::bind
