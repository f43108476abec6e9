#include "mockserver/engine/expression_text.hpp"

#include <algorithm>
#include <vector>

#include "mockserver/sql/parser.hpp"
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

std::string rename_column_in(std::string_view text, std::string_view from, std::string_view to) {
    const sql::expression_ptr tree = sql::parse_expression(text);
    std::vector<sql::source_range> places;
    auto visit = [&](const sql::expression& node) {
        if (const auto* column = std::get_if<sql::column_reference>(&node.node))
            if (column->name.last().name == from)
                places.push_back(column->name.last().where);
    };
    sql::walk(*tree, visit);
    std::sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.offset > b.offset; });
    std::string renamed(text);
    for (const sql::source_range& place : places)
        renamed.replace(place.offset, place.length, quote_name(to));
    return renamed;
}

}  // namespace dmkit::mock
