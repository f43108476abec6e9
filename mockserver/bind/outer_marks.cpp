#include <set>

#include "mockserver/bind/statement_binder.hpp"
#include "mockserver/bind/walk.hpp"

namespace dmkit::mock::bind {
namespace {

/// One element of the comma list: the FROM items it brought and the conditions by which it is joined outwards.
struct list_element {
    std::string sql;
    std::size_t first_item = 0;
    std::size_t end_item = 0;
    std::vector<const sql::expression*> conditions;
    std::set<std::size_t> needs;  ///< elements that the conditions mention
    bool placed = false;
};

std::size_t element_of(const std::vector<list_element>& elements, const scope& names, const scope_column* column) {
    for (std::size_t e = 0; e < elements.size(); ++e)
        for (std::size_t i = elements[e].first_item; i < elements[e].end_item; ++i) {
            const auto& columns = names.items[i].columns;
            if (!columns.empty() && column >= columns.data() && column < columns.data() + columns.size())
                return e;
        }
    return elements.size();
}

}  // namespace

void statement_binder::bind_marked_joins(const sql::select_core& core, scope& names, std::string& from,
                                         std::vector<const sql::expression*>& conjuncts) {
    std::vector<list_element> elements;
    names.place = clause::from;
    for (const auto& table : core.from) {
        list_element element;
        element.first_item = names.items.size();
        bind_table_reference(*table, names, element.sql);
        element.end_item = names.items.size();
        elements.push_back(std::move(element));
    }
    std::vector<const sql::expression*> rest;
    for (const sql::expression* conjunct : conjuncts) {
        std::set<std::size_t> marked;
        std::set<std::size_t> mentioned;
        const auto visit = [&](const sql::expression& part) {
            const auto* reference = std::get_if<sql::column_reference>(&part.node);
            if (!reference)
                return false;
            const found_column found = find_column(reference->name, names, context_.catalog.names());
            if (found.owner == &names)
                (reference->outer_join_mark ? marked : mentioned).insert(element_of(elements, names, found.column));
            return false;
        };
        (void)any_of(*conjunct, visit);
        if (marked.empty()) {
            rest.push_back(conjunct);
            continue;
        }
        const std::size_t inner = *marked.begin();
        // A column merged by USING belongs to no element alone.
        if (marked.size() > 1 || inner >= elements.size() || mentioned.count(inner) > 0 ||
            mentioned.count(elements.size()) > 0)
            throw sql_error::unsupported("(+) in this condition", position_of(conjunct->where));
        elements[inner].conditions.push_back(conjunct);
        elements[inner].needs.insert(mentioned.begin(), mentioned.end());
    }
    for (list_element& element : elements)
        if (element.conditions.empty()) {
            from += (from.empty() ? "" : ", ") + element.sql;
            element.placed = true;
        }
    for (bool moved = true; moved;) {
        moved = false;
        for (list_element& element : elements) {
            bool ready = !element.placed && !from.empty();
            for (const std::size_t need : element.needs)
                ready = ready && elements[need].placed;
            if (!ready)
                continue;
            std::string condition;
            for (const sql::expression* conjunct : element.conditions)
                condition += (condition.empty() ? "" : " AND ") + bind_condition(*conjunct, names);
            from += " LEFT JOIN " + element.sql + " ON " + condition;
            for (std::size_t i = element.first_item; i < element.end_item; ++i)
                for (scope_column& column : names.items[i].columns)
                    column.nullable = true;
            element.placed = true;
            moved = true;
        }
    }
    for (const list_element& element : elements)
        if (!element.placed)
            throw sql_error::unsupported("(+) of tables that need each other",
                                         position_of(core.where_condition->where));
    conjuncts = std::move(rest);
}

}  // namespace dmkit::mock::bind
