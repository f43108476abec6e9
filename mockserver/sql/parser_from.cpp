#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {

table_ptr parser::make_table(decltype(table_reference::node) node, std::size_t start, int children) {
    if (children + 1 > options_.max_height)
        too_deep();
    auto made = std::make_unique<table_reference>();
    made->node = std::move(node);
    made->where = range_from(start);
    made->height = static_cast<std::uint16_t>(children + 1);
    tallest_ = std::max(tallest_, children + 1);
    return made;
}

std::vector<table_ptr> parser::table_list() {
    std::vector<table_ptr> list;
    comma_list([&] { list.push_back(table()); });
    return list;
}

table_ptr parser::table() {
    const nesting level(*this);
    const std::size_t start = position_;
    return joins(table_primary(), start);
}

bool parser::at_join() const {
    return is_any_word({"JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL"}) || are_words("OUTER", "APPLY");
}

table_ptr parser::joins(table_ptr left, std::size_t start) {
    while (at_join()) {
        joined_table join;
        join.natural = accept_word("NATURAL");
        bool apply = false;
        if (accept_words("OUTER", "APPLY")) {
            join.kind = join_kind::outer_apply;
            apply = true;
        } else if (accept_words("CROSS", "APPLY")) {
            join.kind = join_kind::cross_apply;
            apply = true;
        } else if (accept_word("CROSS")) {
            join.kind = join_kind::cross;
        } else if (accept_word("LEFT")) {
            join.kind = join_kind::left;
        } else if (accept_word("RIGHT")) {
            join.kind = join_kind::right;
        } else if (accept_word("FULL")) {
            join.kind = join_kind::full;
        } else {
            accept_word("INNER");
        }
        if (join.natural && (apply || join.kind == join_kind::cross))
            syntax_error();
        if (!apply) {
            if (join.kind == join_kind::left || join.kind == join_kind::right || join.kind == join_kind::full)
                accept_word("OUTER");
            expect_word("JOIN");
        }
        const std::size_t right_start = position_;
        int children = left->height;
        join.left = std::move(left);
        const height_scope scope(*this);
        join.right = table_primary();
        if (!apply && !join.natural && join.kind != join_kind::cross) {
            // `a JOIN b JOIN c ON … ON …`: the inner pair first.
            if (at_join()) {
                const nesting level(*this);
                join.right = joins(std::move(join.right), right_start);
            }
            if (accept_word("ON"))
                join.condition = condition();
            else if (accept_word("USING"))
                join.using_columns = name_list();
            else
                syntax_error();
        }
        children = std::max(children, scope.height());
        left = make_table(std::move(join), start, children);
        if (is_any_word({"ON", "USING"}))
            return left;
    }
    return left;
}

table_ptr parser::table_primary() {
    const std::size_t start = position_;
    if (is(token_kind::left_paren))
        return table_in_parentheses(start);
    if (accept_word("LATERAL")) {
        if (!query_in_parentheses())
            syntax_error();
        return table_in_parentheses(start);
    }
    if (is_word("TABLE") && is(token_kind::left_paren, 1)) {
        position_ += 2;
        if (at_query())
            unsupported("a collection in FROM");
        table_function made;
        const height_scope scope(*this);
        made.call = condition();
        expect(token_kind::right_paren);
        made.alias = table_alias();
        if (made.alias)
            made.columns = optional_name_list();
        return make_table(std::move(made), start, scope.height());
    }
    if (is_any_word({"ARRAY", "JSON_TABLE", "XMLTABLE"}))
        unsupported(std::string(word()) + " in FROM");
    return table_by_name(start);
}

table_ptr parser::table_in_parentheses(std::size_t start) {
    const bool lateral = start != position_;
    if (!query_in_parentheses()) {
        expect(token_kind::left_paren);
        table_ptr inner = table();
        expect(token_kind::right_paren);
        inner->where = range_from(start);
        return inner;
    }
    derived_table made;
    made.lateral = lateral;
    const height_scope scope(*this);
    expect(token_kind::left_paren);
    made.query = query();
    expect(token_kind::right_paren);
    refuse_table_suffix();
    made.alias = table_alias();
    if (made.alias)
        made.columns = optional_name_list();
    refuse_table_suffix();
    return make_table(std::move(made), start, scope.height());
}

table_ptr parser::table_by_name(std::size_t start) {
    named_table made;
    made.name = name_path();
    if (is(token_kind::left_paren)) {
        table_function function;
        const height_scope scope(*this);
        function.call = call(std::move(made.name), start);
        function.alias = table_alias();
        if (function.alias)
            function.columns = optional_name_list();
        return make_table(std::move(function), start, scope.height());
    }
    refuse_table_suffix();
    while (accept_word("INDEX"))
        made.index_hints.push_back(name());
    made.alias = table_alias();
    refuse_table_suffix();
    while (accept_word("INDEX"))
        made.index_hints.push_back(name());
    return make_table(std::move(made), start, 0);
}

void parser::refuse_table_suffix() const {
    if (is_any_word({"PARTITION", "SUBPARTITION"}))
        unsupported(std::string(word()) + " in FROM");
    if (is_any_word({"PIVOT", "UNPIVOT", "SAMPLE"}) && (is(token_kind::left_paren, 1) || is(token_kind::word, 1)))
        unsupported(std::string(word()));
    if (are_words("AS", "OF") || are_words("VERSIONS", "BETWEEN") ||
        (is_word("WHEN") && is_any_word({"TIMESTAMP", "TRXID"}, 1)))
        unsupported("flashback query");
}

std::optional<identifier> parser::table_alias() {
    if (accept_word("AS"))
        return name();
    if (!at_name() || is_any_word({"LIMIT", "OFFSET", "EXCEPT"}) || are_words("START", "WITH") ||
        are_words("OUTER", "APPLY") || are_words("LOG", "ERRORS"))
        return std::nullopt;
    return take_name();
}

}  // namespace dmkit::mock::sql
