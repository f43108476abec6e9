#include "mockserver/engine/expression_text.hpp"

#include <algorithm>
#include <vector>

#include "mockserver/catalog/names.hpp"
#include "mockserver/sql/walk.hpp"

namespace dmkit::mock {

std::string quote_name(std::string_view name) {
    const auto plain = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '#';
    };
    const bool word = !name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
                      std::all_of(name.begin(), name.end(), plain) && !sql::is_reserved_word(name);
    if (word)
        return std::string(name);
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

namespace {
/// Puts a name in the place of each that @p choose picks from the text's references to columns.
template <class Choose>
std::string rename_in(std::string_view text, std::string_view to, const sql::parse_options& options, Choose choose) {
    const sql::expression_ptr tree = sql::parse_expression(text, options);
    std::vector<sql::source_range> places;
    auto visit = [&](const sql::expression& node) {
        if (const auto* column = std::get_if<sql::column_reference>(&node.node))
            if (const sql::identifier* part = choose(column->name))
                places.push_back(part->where);
    };
    sql::walk(*tree, visit);
    std::sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.offset > b.offset; });
    std::string renamed(text);
    for (const sql::source_range& place : places)
        renamed.replace(place.offset, place.length, quote_name(to));
    return renamed;
}
}  // namespace

std::string rename_column_in(std::string_view text, std::string_view from, std::string_view to,
                             const sql::parse_options& options) {
    const name_order order(options.fold_names);
    return rename_in(text, to, options, [&](const sql::qualified_name& name) {
        return order.same(name.last().name, from) ? &name.last() : nullptr;
    });
}

std::string rename_table_in(std::string_view text, std::string_view from, std::string_view to,
                            const sql::parse_options& options) {
    const name_order order(options.fold_names);
    return rename_in(text, to, options, [&](const sql::qualified_name& name) {
        const sql::identifier* table = name.qualifier();
        return table && order.same(table->name, from) ? table : nullptr;
    });
}

}  // namespace dmkit::mock
