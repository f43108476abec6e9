#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {

expression_ptr parser::optional_where() {
    return accept_word("WHERE") ? condition() : nullptr;
}

std::optional<identifier> parser::optional_cursor() {
    if (!accept_words("WHERE", "CURRENT", "OF"))
        return std::nullopt;
    return name();
}

std::vector<qualified_name> parser::column_path_list() {
    std::vector<qualified_name> columns;
    expect(token_kind::left_paren);
    comma_list([&] { columns.push_back(name_path()); });
    expect(token_kind::right_paren);
    return columns;
}

dml_target parser::target() {
    const std::size_t start = position_;
    dml_target made;
    if (query_in_parentheses()) {
        expect(token_kind::left_paren);
        made.query = query();
        expect(token_kind::right_paren);
    } else {
        made.name = name_path();
        refuse_table_suffix();
        // Which index is used is of no consequence.
        if (accept_word("INDEX"))
            name();
    }
    made.alias = table_alias();
    refuse_table_suffix();
    made.where = range_from(start);
    return made;
}

expression_ptr parser::value_or_default() {
    const std::size_t start = position_;
    if (accept_word("DEFAULT"))
        return make(default_marker{}, start, 0);
    if (!at_query())
        return condition();
    const height_scope scope(*this);
    query_ptr inner = query();
    return make(scalar_subquery{std::move(inner)}, start, scope.height());
}

std::vector<expression_ptr> parser::insert_row() {
    std::vector<expression_ptr> row;
    expect(token_kind::left_paren);
    comma_list([&] { row.push_back(value_or_default()); });
    expect(token_kind::right_paren);
    return row;
}

std::optional<returning_clause> parser::returning() {
    const std::size_t start = position_;
    if (!accept_word("RETURNING") && !accept_word("RETURN"))
        return std::nullopt;
    returning_clause made;
    comma_list([&] { made.values.push_back(condition()); });
    if (are_words("BULK", "COLLECT"))
        unsupported("BULK COLLECT");
    expect_word("INTO");
    comma_list([&] {
        if (!is(token_kind::positional_mark) && !is(token_kind::named_mark)) {
            if (at_name())
                unsupported("RETURNING INTO a variable");
            syntax_error();
        }
        made.targets.push_back(mark());
    });
    made.where = range_from(start);
    return made;
}

statement::node_type parser::insert() {
    expect_word("INSERT");
    if (is_word("ALL") || (is_word("FIRST") && is_word("WHEN", 1)) || is_word("WHEN")) {
        const bool first = is_word("FIRST");
        if (!is_word("WHEN"))
            ++position_;
        return multi_insert(first);
    }
    if (is_word("IGNORE") && (is_word("INTO", 1) || at_name(1)))
        unsupported("INSERT IGNORE");
    accept_word("INTO");
    insert_statement made;
    made.target = target();
    if (is(token_kind::left_paren) && !query_in_parentheses())
        made.columns = column_path_list();
    if (accept_words("DEFAULT", "VALUES")) {
        made.source = insert_default_values();
    } else if (accept_word("VALUES")) {
        if (at_name() || is(token_kind::positional_mark) || is(token_kind::named_mark))
            unsupported("VALUES of a record");
        insert_values values;
        comma_list([&] { values.rows.push_back(insert_row()); });
        made.source = std::move(values);
    } else if (is_word("TABLE")) {
        const std::size_t start = position_++;
        named_table whole;
        const std::size_t table_start = position_;
        whole.name = name_path();
        auto core = std::make_unique<select_core>();
        core->from.push_back(make_table(std::move(whole), table_start, 0));
        select_item star;
        star.star = qualified_name();
        star.where = range_from(start);
        core->items.push_back(std::move(star));
        auto all = std::make_unique<query_expression>();
        all->where = all->first.where = range_from(start);
        all->first.node = std::move(core);
        made.source = std::move(all);
    } else {
        if (!at_query() && !query_in_parentheses())
            syntax_error();
        made.source = query();
    }
    if (are_words("ON", "DUPLICATE"))
        unsupported("ON DUPLICATE KEY UPDATE");
    if (are_words("LOG", "ERRORS"))
        unsupported("LOG ERRORS");
    made.returning = returning();
    return made;
}

insert_branch_target parser::insert_into() {
    expect_word("INTO");
    insert_branch_target made;
    made.target = target();
    if (is(token_kind::left_paren) && !query_in_parentheses())
        made.columns = column_path_list();
    if (accept_word("VALUES"))
        made.values = insert_row();
    return made;
}

statement::node_type parser::multi_insert(bool first) {
    multi_insert_statement made;
    made.first = first;
    const auto targets = [&](std::vector<insert_branch_target>& list) {
        do
            list.push_back(insert_into());
        while (is_word("INTO"));
    };
    if (is_word("INTO")) {
        insert_branch branch;
        targets(branch.targets);
        made.branches.push_back(std::move(branch));
    } else {
        while (accept_word("WHEN")) {
            insert_branch branch;
            branch.when = condition();
            expect_word("THEN");
            targets(branch.targets);
            made.branches.push_back(std::move(branch));
        }
        if (made.branches.empty())
            syntax_error();
        if (accept_word("ELSE"))
            targets(made.otherwise);
    }
    if (!at_query() && !query_in_parentheses())
        syntax_error();
    made.query = query();
    return made;
}

assignment parser::assign() {
    const std::size_t start = position_;
    assignment made;
    const bool several = is(token_kind::left_paren);
    if (several)
        made.targets = column_path_list();
    else
        made.targets.push_back(name_path());
    expect(token_kind::equal);
    made.value = value_or_default();
    const bool row = std::holds_alternative<row_value>(made.value->node);
    if (made.targets.size() > 1 && !row && !std::holds_alternative<scalar_subquery>(made.value->node))
        syntax_error();
    made.where = range_from(start);
    return made;
}

std::vector<assignment> parser::assignments() {
    std::vector<assignment> list;
    expect_word("SET");
    if (is_word("ROW"))
        unsupported("SET ROW");
    comma_list([&] { list.push_back(assign()); });
    return list;
}

statement::node_type parser::update() {
    expect_word("UPDATE");
    update_statement made;
    made.target = target();
    if (is(token_kind::comma) || at_join())
        unsupported("UPDATE of several tables");
    made.assignments = assignments();
    if (accept_word("FROM"))
        made.from = table_list();
    made.cursor = optional_cursor();
    if (!made.cursor)
        made.where_condition = optional_where();
    if (is_word("ORDER"))
        unsupported("ORDER BY in UPDATE");
    made.returning = returning();
    if (at_row_limit())
        made.limit = limit();
    return made;
}

statement::node_type parser::delete_() {
    expect_word("DELETE");
    delete_statement made;
    made.limit = top();
    accept_word("FROM");
    made.target = target();
    if (is(token_kind::comma))
        unsupported("DELETE of several tables");
    if (accept_word("FROM") || accept_word("USING"))
        made.from = table_list();
    made.cursor = optional_cursor();
    if (!made.cursor)
        made.where_condition = optional_where();
    made.returning = returning();
    if (!made.limit && at_row_limit())
        made.limit = limit();
    return made;
}

statement::node_type parser::merge() {
    expect_word("MERGE");
    expect_word("INTO");
    merge_statement made;
    made.target = target();
    expect_word("USING");
    made.source = table_primary();
    expect_word("ON");
    made.condition = condition();
    while (accept_word("WHEN")) {
        const bool matched = !accept_word("NOT");
        expect_word("MATCHED");
        if (matched ? made.matched.has_value() : made.not_matched.has_value())
            syntax_error();
        expect_word("THEN");
        if (matched) {
            merge_update update;
            expect_word("UPDATE");
            update.assignments = assignments();
            update.where_condition = optional_where();
            if (accept_word("DELETE")) {
                if (!is_word("WHERE"))
                    syntax_error();
                update.delete_where = optional_where();
            }
            made.matched = std::move(update);
        } else {
            merge_insert insert;
            expect_word("INSERT");
            if (is(token_kind::left_paren))
                insert.columns = column_path_list();
            expect_word("VALUES");
            insert.values = insert_row();
            insert.where_condition = optional_where();
            made.not_matched = std::move(insert);
        }
    }
    if (!made.matched && !made.not_matched)
        syntax_error();
    if (is_any_word({"RETURN", "RETURNING"}))
        unsupported("MERGE with RETURNING");
    return made;
}

}  // namespace dmkit::mock::sql
