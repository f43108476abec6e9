#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {

query_ptr parser::query() {
    const nesting level(*this);
    const std::size_t start = position_;
    auto made = std::make_unique<query_expression>();
    auto* const into = std::exchange(into_, nullptr);
    if (is_word("WITH"))
        common_tables(*made);
    into_ = into;
    if (!made->with.empty() && is_any_word({"INSERT", "UPDATE", "DELETE"}))
        unsupported("WITH before " + std::string(word()));
    made->first = term();
    bool top_written = false;
    if (const auto* core = std::get_if<std::unique_ptr<select_core>>(&made->first.node))
        top_written = (*core)->top.has_value();
    while (is_any_word({"UNION", "EXCEPT", "MINUS", "INTERSECT"})) {
        set_operation operation;
        operation.op = is_word("UNION")       ? set_operator::union_
                       : is_word("INTERSECT") ? set_operator::intersect
                                              : set_operator::except;
        ++position_;
        operation.all = accept_word("ALL");
        if (!operation.all && !accept_word("DISTINCT"))
            accept_word("UNIQUE");
        if (is_word("CORRESPONDING"))
            unsupported("CORRESPONDING");
        operation.right = term();
        made->rest.push_back(std::move(operation));
    }
    if (accept_word("ORDER")) {
        made->order_siblings = accept_word("SIBLINGS");
        expect_word("BY");
        made->order_by = sort_list();
    }
    // FOR UPDATE and the limit may stand in either order.
    for (int clause = 0; clause < 2; ++clause) {
        if (!made->limit && at_row_limit()) {
            if (top_written && made->rest.empty())
                syntax_error();
            made->limit = limit();
            if (made->order_by.empty() && is_word("ORDER"))
                unsupported("LIMIT before ORDER BY");
        } else if (!made->locking && is_word("FOR")) {
            made->locking = locking();
        }
    }
    made->uncommitted_read = accept_words("WITH", "UR");
    made->where = range_from(start);
    return made;
}

void parser::common_tables(query_expression& query) {
    expect_word("WITH");
    if (is_any_word({"FUNCTION", "PROCEDURE"}))
        unsupported("WITH " + std::string(word()));
    query.recursive_written = at_name(1) && accept_word("RECURSIVE");
    comma_list([&] {
        common_table table;
        table.name = name();
        table.columns = optional_name_list();
        expect_word("AS");
        if (!query_in_parentheses())
            syntax_error(is(token_kind::left_paren) ? 1 : 0);
        expect(token_kind::left_paren);
        table.query = this->query();
        expect(token_kind::right_paren);
        if (is_any_word({"SEARCH", "CYCLE"}))
            unsupported(std::string(word()) + " of a recursive WITH");
        query.with.push_back(std::move(table));
    });
}

query_term parser::term() {
    const std::size_t start = position_;
    query_term made;
    if (is(token_kind::left_paren)) {
        expect(token_kind::left_paren);
        made.node = query();
        expect(token_kind::right_paren);
    } else {
        made.node = select();
    }
    made.where = range_from(start);
    return made;
}

std::unique_ptr<select_core> parser::select() {
    expect_word("SELECT");
    std::vector<assignment_target>* const into = std::exchange(into_, nullptr);
    auto core = std::make_unique<select_core>();
    select_quantifier(*core);
    comma_list([&] { core->items.push_back(select_element()); });
    if (are_words("BULK", "COLLECT"))
        unsupported("BULK COLLECT");
    if (is_word("INTO") && !into && blocks_ > 0)
        syntax_error();
    if (is_word("INTO") && !into)
        unsupported("SELECT INTO outside a block");
    if (accept_word("INTO"))
        *into = target_list();
    if (accept_word("FROM"))
        core->from = table_list();
    core->where_condition = optional_where();
    core->hierarchy = hierarchy();
    if (accept_words("GROUP", "BY"))
        core->group_by = grouping_list();
    if (accept_word("HAVING"))
        core->having = condition();
    return core;
}

void parser::select_quantifier(select_core& core) {
    core.count_found_rows = accept_word("SQL_CALC_FOUND_ROWS");
    if (accept_word("ALL"))
        core.quantifier = set_quantifier::all;
    else if (accept_word("DISTINCT") || accept_word("UNIQUE"))
        core.quantifier = set_quantifier::distinct;
    core.top = top();
}

std::optional<row_limit> parser::top() {
    const std::size_t start = position_;
    if (!accept_word("TOP"))
        return std::nullopt;
    row_limit made;
    made.form = row_limit_form::top;
    // A name cannot be a number of rows: what follows is the select list already.
    if (is(token_kind::word) || is(token_kind::quoted_name))
        syntax_error();
    made.count = primary();
    if (accept(token_kind::comma)) {
        made.offset = std::move(made.count);
        made.count = primary();
    } else {
        made.percent = accept_word("PERCENT");
        made.with_ties = accept_words("WITH", "TIES");
    }
    made.where = range_from(start);
    return made;
}

select_item parser::select_element() {
    const std::size_t start = position_;
    select_item made;
    if (accept(token_kind::star)) {
        made.star = qualified_name();
        made.where = range_from(start);
        return made;
    }
    std::size_t parts = 0;
    while (at_name(parts) && is(token_kind::dot, parts + 1))
        parts += 2;
    if (parts > 0 && is(token_kind::star, parts)) {
        qualified_name table;
        while (!accept(token_kind::star)) {
            table.parts.push_back(name());
            table.where = range_from(start);
            expect(token_kind::dot);
        }
        made.star = std::move(table);
        made.where = range_from(start);
        return made;
    }
    made.value = condition();
    made.alias = column_alias();
    made.where = range_from(start);
    return made;
}

std::optional<identifier> parser::column_alias() {
    if (accept_word("AS"))
        return name();
    if (!at_name() || is_any_word({"LIMIT", "OFFSET", "EXCEPT"}) || are_words("BULK", "COLLECT") ||
        are_words("START", "WITH"))
        return std::nullopt;
    return take_name();
}

std::unique_ptr<hierarchy_clause> parser::hierarchy() {
    const bool start_first = accept_words("START", "WITH");
    if (!start_first && !is_word("CONNECT"))
        return nullptr;
    auto made = std::make_unique<hierarchy_clause>();
    if (start_first)
        made->start_with = condition();
    expect_word("CONNECT");
    expect_word("BY");
    made->nocycle = accept_word("NOCYCLE");
    made->connect_by = condition();
    if (!start_first && accept_words("START", "WITH"))
        made->start_with = condition();
    return made;
}

std::vector<grouping_element> parser::grouping_list() {
    std::vector<grouping_element> list;
    comma_list([&] { list.push_back(grouping()); });
    return list;
}

grouping_element parser::grouping() {
    const nesting level(*this);
    const std::size_t start = position_;
    grouping_element made;
    if (is_any_word({"ROLLUP", "CUBE"}) && is(token_kind::left_paren, 1)) {
        made.kind = is_word("ROLLUP") ? grouping_kind::rollup : grouping_kind::cube;
        position_ += 2;
    } else if (are_words("GROUPING", "SETS")) {
        made.kind = grouping_kind::grouping_sets;
        position_ += 2;
        expect(token_kind::left_paren);
    } else {
        if (is(token_kind::left_paren) && is(token_kind::right_paren, 1)) {
            position_ += 2;
        } else {
            expression_ptr key = condition();
            if (auto* row = std::get_if<row_value>(&key->node))
                made.expressions = std::move(row->elements);
            else
                made.expressions.push_back(std::move(key));
        }
        made.where = range_from(start);
        return made;
    }
    made.elements = grouping_list();
    expect(token_kind::right_paren);
    made.where = range_from(start);
    return made;
}

bool parser::at_row_limit() const {
    return is_any_word({"LIMIT", "OFFSET", "FETCH"});
}

std::optional<row_limit> parser::limit() {
    const std::size_t start = position_;
    row_limit made;
    if (accept_word("LIMIT")) {
        made.count = value();
        if (accept(token_kind::comma)) {
            made.offset = std::move(made.count);
            made.count = value();
        } else if (accept_word("OFFSET")) {
            made.offset = value();
        }
    } else {
        if (accept_word("OFFSET")) {
            made.offset = value();
            if (accept_word("LIMIT")) {
                made.count = value();
                made.where = range_from(start);
                return made;
            }
            if (!accept_word("ROWS"))
                expect_word("ROW");
        }
        made.form = row_limit_form::fetch;
        if (is_word("FETCH"))
            fetch(made);
    }
    made.where = range_from(start);
    return made;
}

void parser::fetch(row_limit& limit) {
    expect_word("FETCH");
    if (!accept_word("FIRST"))
        expect_word("NEXT");
    if (!is_any_word({"ROW", "ROWS"})) {
        limit.count = value();
        limit.percent = accept_word("PERCENT");
    } else {
        // Without a number one row is meant.
        limit.count = make(number_literal{"1", number_kind::integer}, position_, 0);
        limit.count->where.length = 0;
    }
    if (!accept_word("ROWS"))
        expect_word("ROW");
    limit.with_ties = accept_words("WITH", "TIES");
    if (!limit.with_ties)
        expect_word("ONLY");
}

locking_clause parser::locking() {
    const std::size_t start = position_;
    locking_clause made;
    expect_word("FOR");
    if (accept_words("READ", "ONLY")) {
        made.read_only = true;
        made.where = range_from(start);
        return made;
    }
    expect_word("UPDATE");
    if (accept_word("OF"))
        comma_list([&] { made.columns.push_back(name_path()); });
    if (accept_word("NOWAIT")) {
        made.wait = lock_wait::nowait;
    } else if (accept_word("WAIT")) {
        made.wait = lock_wait::wait;
        made.seconds = primary();
    } else if (is_word("SKIP") || (is(token_kind::integer) && is_word("SKIP", 1))) {
        made.wait = lock_wait::skip_locked;
        if (is(token_kind::integer))
            made.seconds = primary();
        expect_word("SKIP");
        expect_word("LOCKED");
    }
    made.where = range_from(start);
    return made;
}

}  // namespace dmkit::mock::sql
