#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {

alter_table_statement parser::alter_table() {
    alter_table_statement made;
    made.table = name_path();
    if (is_any_word({"PARTITION", "PARTITIONS", "SUBPARTITION"}, 1) &&
        is_any_word({"ADD", "DROP", "MODIFY", "SPLIT", "MERGE", "EXCHANGE", "TRUNCATE", "RENAME", "MOVE", "SET"}))
        unsupported("ALTER TABLE " + std::string(word()) + " PARTITION");
    if (is_word("ADD"))
        alter_add(made);
    else if (accept_word("MODIFY"))
        alter_modify(made);
    else if (accept_word("DROP"))
        alter_drop(made);
    else if (accept_word("ALTER"))
        alter_column(made);
    else if (accept_word("RENAME"))
        alter_rename(made);
    else if (is_any_word({"ENABLE", "DISABLE"}))
        alter_enable(made, is_word("ENABLE"));
    else if (accept_words("READ", "ONLY"))
        made.action = set_table_writable{false};
    else if (accept_words("READ", "WRITE"))
        made.action = set_table_writable{true};
    else if (accept_word("AUTO_INCREMENT")) {
        accept(token_kind::equal);
        made.action = set_auto_increment{unsigned_integer()};
    } else if (accept_word("COMMENT")) {
        accept(token_kind::equal);
        made.action = set_table_comment{string_value()};
    } else {
        alter_physical(made);
    }
    return made;
}

void parser::alter_add(alter_table_statement& table) {
    if (is_word("LOGIC", 1) && is_word("LOG", 2)) {
        alter_physical(table);
        return;
    }
    expect_word("ADD");
    if (at_table_constraint()) {
        table.action = add_constraint{table_constraint()};
        return;
    }
    add_columns made;
    accept_word("COLUMN");
    made.if_not_exists = accept_if_not_exists();
    if (accept(token_kind::left_paren)) {
        if (at_table_constraint()) {
            table.action = add_constraint{table_constraint()};
        } else {
            comma_list([&] { made.columns.push_back(column(false)); });
            table.action = std::move(made);
        }
        expect(token_kind::right_paren);
        return;
    }
    made.columns.push_back(column(false));
    table.action = std::move(made);
}

void parser::alter_modify(alter_table_statement& table) {
    if (accept_word("CONSTRAINT")) {
        identifier constraint = name();
        if (is_any_word({"ENABLE", "DISABLE"})) {
            enable_constraint made;
            made.enable = is_word("ENABLE");
            ++position_;
            made.novalidate = accept_word("NOVALIDATE");
            if (!made.novalidate)
                accept_word("VALIDATE");
            made.cascade = accept_word("CASCADE");
            made.name = std::move(constraint);
            table.action = std::move(made);
            return;
        }
        modify_constraint made;
        made.name = std::move(constraint);
        expect_word("TO");
        made.definition = table_constraint();
        made.cascade = accept_drop_behaviour() == drop_behaviour::cascade;
        table.action = std::move(made);
        return;
    }
    modify_columns made;
    accept_word("COLUMN");
    if (accept(token_kind::left_paren)) {
        comma_list([&] { made.columns.push_back(column(true)); });
        expect(token_kind::right_paren);
    } else {
        made.columns.push_back(column(true));
    }
    table.action = std::move(made);
}

void parser::alter_drop(alter_table_statement& table) {
    if (accept_word("CONSTRAINT")) {
        drop_constraint made;
        made.if_exists = accept_if_exists();
        made.name = name();
        made.cascade = accept_drop_behaviour() == drop_behaviour::cascade;
        table.action = std::move(made);
    } else if (accept_words("PRIMARY", "KEY")) {
        table.action = drop_primary_key{accept_drop_behaviour() == drop_behaviour::cascade};
    } else if (accept_word("IDENTITY")) {
        table.action = drop_identity{};
    } else if (is_word("AUTO_INCREMENT")) {
        unsupported("ALTER TABLE DROP AUTO_INCREMENT");
    } else if (are_words("LOGIC", "LOG")) {
        unsupported("ALTER TABLE DROP LOGIC LOG");
    } else {
        drop_columns made;
        accept_word("COLUMN");
        made.if_exists = accept_if_exists();
        if (is(token_kind::left_paren))
            made.columns = name_list();
        else
            made.columns.push_back(name());
        made.cascade = accept_drop_behaviour() == drop_behaviour::cascade;
        if (made.cascade)
            accept_word("CONSTRAINTS");
        table.action = std::move(made);
    }
}

void parser::alter_column(alter_table_statement& table) {
    const std::size_t start = position_;
    accept_word("COLUMN");
    if (is(token_kind::left_paren)) {
        skip_parentheses();
        expect_word("SET");
        expect_word("STAT");
        accept_word("NONE");
        table.action = physical_clause{"SET STAT", range_from(start)};
        return;
    }
    identifier column = name();
    if (accept_words("SET", "DEFAULT")) {
        set_column_default made{std::move(column), std::nullopt};
        made.value = stored(&parser::plain_value);
        table.action = std::move(made);
    } else if (accept_words("DROP", "DEFAULT")) {
        table.action = set_column_default{std::move(column), std::nullopt};
    } else if (accept_words("SET", "NULL")) {
        table.action = set_column_nullable{std::move(column), true};
    } else if (accept_words("SET", "NOT", "NULL")) {
        table.action = set_column_nullable{std::move(column), false};
    } else if (accept_words("SET", "VISIBLE")) {
        table.action = set_column_visible{std::move(column), true};
    } else if (accept_words("SET", "NOT", "VISIBLE")) {
        table.action = set_column_visible{std::move(column), false};
    } else if (accept_words("RENAME", "TO")) {
        table.action = rename_column{std::move(column), name()};
    } else if (is_any_word({"ADD", "DROP"}) && is_word("USER", 1)) {
        position_ += 2;
        skip_parentheses();
        table.action = physical_clause{"ENCRYPT", range_from(start)};
    } else if (accept_words("SET", "STAT")) {
        accept_word("NONE");
        table.action = physical_clause{"SET STAT", range_from(start)};
    } else {
        syntax_error();
    }
}

void parser::alter_rename(alter_table_statement& table) {
    if (accept_word("TO")) {
        table.action = rename_table{name()};
        return;
    }
    const bool of_column = accept_word("COLUMN");
    if (!of_column)
        expect_word("CONSTRAINT");
    identifier from = name();
    expect_word("TO");
    identifier to = name();
    if (of_column)
        table.action = rename_column{std::move(from), std::move(to)};
    else
        table.action = rename_constraint{std::move(from), std::move(to)};
}

void parser::alter_enable(alter_table_statement& table, bool enable) {
    if (is_word("ALL", 1)) {
        position_ += 2;
        expect_word("TRIGGERS");
        table.action = enable_triggers{enable};
        return;
    }
    if (is_any_word({"ROW", "USING"}, 1)) {
        alter_physical(table);
        return;
    }
    ++position_;
    enable_constraint made;
    made.enable = enable;
    made.novalidate = accept_word("NOVALIDATE");
    if (!made.novalidate)
        accept_word("VALIDATE");
    expect_word("CONSTRAINT");
    made.name = name();
    made.cascade = accept_drop_behaviour() == drop_behaviour::cascade;
    table.action = std::move(made);
}

void parser::alter_physical(alter_table_statement& table) {
    const std::size_t start = position_;
    std::vector<physical_clause> clauses;
    if (accept_physical(clauses)) {
        table.action = std::move(clauses.front());
        return;
    }
    std::string clause(word());
    if (accept_word("MOVE")) {
        accept_word("TABLESPACE");
        name();
    } else if (accept_word("REBUILD")) {
        if (!accept_word("COLUMNS"))
            expect_word("SECTION");
    } else if (accept_words("SET", "STAT")) {
        if (!accept_word("NONE")) {
            skip_option_words({"SYNCHRONOUS", "ASYNCHRONOUS"});
            if (!accept_word("ON"))
                expect_word("EXCEPT");
            skip_parentheses();
        }
    } else {
        syntax_error();
    }
    table.action = physical_clause{std::move(clause), range_from(start)};
}

}  // namespace dmkit::mock::sql
