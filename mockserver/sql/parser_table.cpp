#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {

create_table_statement parser::create_table(temporary_kind temporary) {
    expect_word("TABLE");
    create_table_statement made;
    made.temporary = temporary;
    made.if_not_exists = accept_if_not_exists();
    made.name = name_path();
    if (accept_word("LIKE")) {
        made.like = name_path();
        table_options(made);
        return made;
    }
    if (is(token_kind::left_paren)) {
        ++position_;
        table_elements(made);
        expect(token_kind::right_paren);
    } else if (!is_word("AS") && !is_any_word({"STORAGE", "TABLESPACE", "ON"})) {
        syntax_error();
    }
    table_options(made);
    if (is_word("AS"))
        table_query(made);
    else if (made.columns.empty())
        syntax_error();
    const auto typeless = [](const column_definition& c) { return !c.type && !c.generated; };
    if (!made.query && std::any_of(made.columns.begin(), made.columns.end(), typeless))
        syntax_error();
    return made;
}

void parser::table_elements(create_table_statement& table) {
    comma_list([&] {
        if (at_table_constraint()) {
            table.constraints.push_back(table_constraint());
            return;
        }
        // Without types the names are those of a query's columns.
        table.columns.push_back(column(is(token_kind::comma, 1) || is(token_kind::right_paren, 1)));
    });
}

void parser::table_query(create_table_statement& table) {
    expect_word("AS");
    if (!at_query() && !query_in_parentheses())
        syntax_error();
    table.query = query();
    if (accept_words("WITHOUT", "DATA") || accept_words("WITH", "NO", "DATA"))
        table.without_data = true;
    else
        accept_words("WITH", "DATA");
    table_options(table);
}

void parser::table_options(create_table_statement& table) {
    for (;;) {
        if (accept_words("ON", "COMMIT")) {
            const bool preserve = accept_word("PRESERVE");
            if (!preserve)
                expect_word("DELETE");
            expect_word("ROWS");
            if (table.temporary == temporary_kind::none)
                syntax_error();
            table.temporary = preserve ? temporary_kind::preserve_rows : temporary_kind::delete_rows;
        } else if (accept_word("AUTO_INCREMENT")) {
            accept(token_kind::equal);
            table.auto_increment = unsigned_integer();
        } else if (accept_word("COMMENT")) {
            accept(token_kind::equal);
            table.comment = string_value();
        } else if (!accept_physical(table.physical)) {
            return;
        }
    }
}

void parser::skip_option_words(std::initializer_list<std::string_view> words) {
    while (is_any_word(words))
        ++position_;
}

/// PARTITION BY and all that belongs to it: lists in parentheses and a few words between them.
void parser::partition_by() {
    expect_word("PARTITION");
    expect_word("BY");
    if (!is_any_word({"RANGE", "LIST", "HASH", "COLUMN", "SYSTEM"}))
        syntax_error();
    for (;;) {
        if (is(token_kind::left_paren)) {
            skip_parentheses();
        } else if (is(token_kind::comma) && is_word("SUBPARTITION", 1) && is_word("BY", 2)) {
            ++position_;
        } else if (is_any_word({"RANGE", "LIST", "HASH", "COLUMN", "SYSTEM", "INTERVAL", "AUTOMATIC", "STORE", "IN",
                                "TEMPLATE"}) ||
                   are_words("SUBPARTITION", "BY") || are_words("SUBPARTITION", "TEMPLATE") ||
                   (is_any_word({"PARTITIONS", "SUBPARTITIONS"}) && is(token_kind::integer, 1))) {
            position_ += is_any_word({"SUBPARTITION", "PARTITIONS", "SUBPARTITIONS"}) ? 2 : 1;
        } else {
            return;
        }
    }
}

bool parser::accept_physical(std::vector<physical_clause>& clauses) {
    const std::size_t start = position_;
    std::string name(word());
    if (name == "STORAGE") {
        ++position_;
        skip_parentheses();
    } else if (name == "TABLESPACE") {
        ++position_;
        accept_word("GROUP");
        this->name();
    } else if (are_words("PARTITION", "BY")) {
        name = "PARTITION BY";
        partition_by();
    } else if (are_words("DISTRIBUTED", "BY") || are_words("DISTRIBUTED", "FULLY")) {
        ++position_;
        skip_option_words({"BY", "FULLY", "RANDOMLY", "HASH", "RANGE", "LIST"});
        while (is(token_kind::left_paren))
            skip_parentheses();
    } else if (name == "DISKSPACE") {
        ++position_;
        if (!accept_word("UNLIMITED")) {
            expect_word("LIMIT");
            unsigned_integer();
        }
    } else if (are_words("SEGMENT", "CREATION")) {
        position_ += 2;
        if (!accept_word("IMMEDIATE"))
            expect_word("DEFERRED");
    } else if (name == "PARALLEL") {
        ++position_;
        if (is(token_kind::integer))
            ++position_;
    } else if (name == "COMPRESS") {
        ++position_;
        if (accept_word("EXCEPT"))
            name_list();
        else
            optional_name_list();
    } else if (name == "BRANCH") {
        ++position_;
        if (is(token_kind::left_paren))
            skip_parentheses();
        else
            unsigned_integer();
    } else if (is_any_word({"NOPARALLEL", "LOGGING", "NOLOGGING", "NOCOMPRESS", "NOBRANCH", "CLUSTERBTR", "NOSORT",
                            "REVERSE", "ONLINE", "GLOBAL", "LOCAL", "CACHE", "NOCACHE"})) {
        ++position_;
    } else if (is_any_word({"PCTFREE", "PCTUSED", "INITRANS", "MAXTRANS"}) && is(token_kind::integer, 1)) {
        position_ += 2;
    } else if (is_any_word({"ENABLE", "DISABLE"}) && are_words(word(), "ROW")) {
        position_ += 2;
        expect_word("MOVEMENT");
        name = "ROW MOVEMENT";
    } else if ((is_any_word({"ENABLE", "DISABLE"}) && is_word("USING", 1)) || are_words("USING", "LONG")) {
        if (!is_word("USING"))
            ++position_;
        expect_word("USING");
        expect_word("LONG");
        expect_word("ROW");
        name = "USING LONG ROW";
    } else if (is_any_word({"WITH", "WITHOUT"}) && is_any_word({"COUNTER", "ROWID", "DELTA"}, 1)) {
        position_ += 2;
        name = "COUNTER";
    } else if (are_words("WITH", "ADVANCED") || are_words("WITH", "ROW")) {
        position_ += 2;
        skip_option_words({"LOG", "DEPENDENCIES"});
        name = "WITH LOG";
    } else if (are_words("ADD", "LOGIC")) {
        position_ += 2;
        expect_word("LOG");
        name = "ADD LOGIC LOG";
    } else if (are_words("STAT", "NONE")) {
        position_ += 2;
    } else {
        return false;
    }
    clauses.push_back({std::move(name), range_from(start)});
    return true;
}

}  // namespace dmkit::mock::sql
