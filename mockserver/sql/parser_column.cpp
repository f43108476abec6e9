#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {

stored_expression parser::stored(expression_ptr (parser::*rule)()) {
    const std::size_t start = position_;
    stored_expression made;
    made.value = (this->*rule)();
    made.text = text_from(start);
    return made;
}

stored_expression parser::stored_in_parentheses() {
    expect(token_kind::left_paren);
    stored_expression made = stored(&parser::condition);
    expect(token_kind::right_paren);
    return made;
}

identity_clause parser::identity() {
    expect_word("IDENTITY");
    identity_clause made;
    if (accept(token_kind::left_paren)) {
        made.numbers_written = true;
        made.seed = signed_integer();
        expect(token_kind::comma);
        made.step = signed_integer();
        expect(token_kind::right_paren);
    }
    return made;
}

foreign_reference parser::reference() {
    expect_word("REFERENCES");
    accept_word("PENDANT");
    foreign_reference made;
    made.table = name_path();
    made.columns = optional_name_list();
    for (;;) {
        if (accept_word("MATCH")) {
            if (!accept_word("FULL") && !accept_word("PARTIAL"))
                expect_word("SIMPLE");
        } else if (is_word("ON") && is_any_word({"UPDATE", "DELETE"}, 1)) {
            referential_action& action = is_word("UPDATE", 1) ? made.on_update : made.on_delete;
            position_ += 2;
            if (accept_word("CASCADE"))
                action = referential_action::cascade;
            else if (accept_words("SET", "NULL"))
                action = referential_action::set_null;
            else if (accept_words("SET", "DEFAULT"))
                action = referential_action::set_default;
            else if (accept_words("NO", "ACTION"))
                action = referential_action::no_action;
            else
                syntax_error();
        } else if (accept_words("WITH", "INDEX")) {
            made.with_index = true;
        } else {
            return made;
        }
    }
}

void parser::constraint_state(constraint_definition& constraint) {
    for (;;) {
        if (accept_word("ENABLE"))
            constraint.disabled = false;
        else if (accept_word("DISABLE"))
            constraint.disabled = true;
        else if (accept_word("NOVALIDATE"))
            constraint.novalidate = true;
        else if (accept_word("VALIDATE"))
            constraint.novalidate = false;
        else if (are_words("USING", "INDEX")) {
            position_ += 2;
            if (accept_word("TABLESPACE"))
                name();
        } else if (accept_words("NOT", "DEFERRABLE") || accept_word("DEFERRABLE")) {
            // Checks at the end of a statement are the only ones there are.
        } else if (accept_word("INITIALLY")) {
            if (!accept_word("IMMEDIATE"))
                unsupported("INITIALLY DEFERRED");
        } else {
            return;
        }
    }
}

bool parser::at_table_constraint() const {
    return is_any_word({"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "CLUSTER"}) ||
           are_words("NOT", "CLUSTER");
}

constraint_definition parser::table_constraint() {
    const std::size_t start = position_;
    constraint_definition made;
    if (accept_word("CONSTRAINT"))
        made.name = name();
    if (accept_word("FOREIGN")) {
        expect_word("KEY");
        made.kind = constraint_kind::foreign_key;
        made.columns = name_list();
        made.reference = reference();
    } else if (accept_word("CHECK")) {
        made.kind = constraint_kind::check;
        made.condition = stored_in_parentheses();
    } else {
        if (accept_words("NOT", "CLUSTER"))
            made.cluster = clustering::not_cluster;
        else if (accept_word("CLUSTER"))
            made.cluster = clustering::cluster;
        if (accept_word("PRIMARY")) {
            expect_word("KEY");
            made.kind = constraint_kind::primary_key;
        } else if (accept_word("UNIQUE")) {
            made.kind = made.cluster == clustering::cluster ? constraint_kind::cluster_key : constraint_kind::unique;
            made.unique_cluster = made.cluster == clustering::cluster;
            if (made.unique_cluster)
                expect_word("KEY");
            else
                accept_word("KEY");
        } else if (made.cluster == clustering::cluster && accept_word("KEY")) {
            made.kind = constraint_kind::cluster_key;
        } else {
            syntax_error();
        }
        made.columns = name_list();
    }
    constraint_state(made);
    made.where = range_from(start);
    return made;
}

bool parser::column_constraint(column_definition& column) {
    const std::size_t start = position_;
    constraint_definition made;
    if (accept_word("CONSTRAINT"))
        made.name = name();
    const bool named = made.name.has_value();
    if (are_words("NOT", "NULL") || is_word("NULL")) {
        column.nullable = !accept_word("NOT");
        expect_word("NULL");
        constraint_state(made);
        return true;
    }
    if (accept_word("CHECK")) {
        made.kind = constraint_kind::check;
        made.condition = stored_in_parentheses();
    } else if (is_word("REFERENCES") || are_words("FOREIGN", "KEY")) {
        accept_words("FOREIGN", "KEY");
        made.kind = constraint_kind::foreign_key;
        made.reference = reference();
    } else if (is_any_word({"PRIMARY", "UNIQUE", "CLUSTER"}) || are_words("NOT", "CLUSTER")) {
        if (accept_words("NOT", "CLUSTER"))
            made.cluster = clustering::not_cluster;
        else if (accept_word("CLUSTER"))
            made.cluster = clustering::cluster;
        if (accept_word("PRIMARY")) {
            made.kind = constraint_kind::primary_key;
            expect_word("KEY");
        } else if (made.cluster == clustering::cluster) {
            made.kind = constraint_kind::cluster_key;
            made.unique_cluster = accept_word("UNIQUE");
            expect_word("KEY");
        } else {
            made.kind = constraint_kind::unique;
            expect_word("UNIQUE");
            accept_word("KEY");
        }
    } else {
        if (named)
            syntax_error();
        return false;
    }
    constraint_state(made);
    made.where = range_from(start);
    column.constraints.push_back(std::move(made));
    return true;
}

bool parser::column_clause(column_definition& column) {
    const std::size_t start = position_;
    if (accept_word("DEFAULT")) {
        if (accept_words("ON", "NULL"))
            column.default_on_null = true;
        column.default_value = stored(&parser::plain_value);
    } else if (is_word("IDENTITY")) {
        column.identity = identity();
    } else if (accept_word("AUTO_INCREMENT")) {
        column.auto_increment = true;
    } else if (accept_word("COMMENT")) {
        column.comment = string_value();
    } else if (is_word("GENERATED") || (is_word("AS") && is(token_kind::left_paren, 1))) {
        if (accept_word("GENERATED"))
            expect_word("ALWAYS");
        expect_word("AS");
        column.generated = stored_in_parentheses();
        accept_word("VIRTUAL");
        if (accept_word("VISIBLE"))
            column.visible = true;
    } else if (accept_words("ON", "UPDATE")) {
        column.on_update = stored(&parser::plain_value);
    } else if (accept_words("NOT", "VISIBLE") || accept_word("INVISIBLE")) {
        column.visible = false;
    } else if (accept_word("VISIBLE")) {
        column.visible = true;
    } else if (accept_word("COLLATE")) {
        if (!accept(token_kind::string))
            name();
        column.physical.push_back({"COLLATE", range_from(start)});
    } else if (accept_word("ENCRYPT")) {
        // Algorithm, keys, users and salt: words, strings and lists up to the next clause.
        for (;;) {
            if (accept_word("WITH") || accept_word("BY")) {
                if (!is(token_kind::word) && !is(token_kind::string) && !is(token_kind::quoted_name))
                    syntax_error();
                ++position_;
            } else if (is_word("USER") && is(token_kind::left_paren, 1)) {
                ++position_;
                skip_parentheses();
            } else if (is_any_word({"AUTO", "MANUAL", "WRAPPED", "HASH", "SALT", "NO"})) {
                ++position_;
            } else {
                break;
            }
        }
        column.physical.push_back({"ENCRYPT", range_from(start)});
    } else if (is_word("STORAGE") && is(token_kind::left_paren, 1)) {
        ++position_;
        skip_parentheses();
        column.physical.push_back({"STORAGE", range_from(start)});
    } else {
        return column_constraint(column);
    }
    return true;
}

column_definition parser::column(bool type_optional) {
    const std::size_t start = position_;
    column_definition made;
    made.name = name();
    const bool at_clause =
        is_any_word({"DEFAULT", "IDENTITY", "NOT", "NULL", "CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES",
                     "COMMENT", "VISIBLE", "INVISIBLE", "ENCRYPT", "AUTO_INCREMENT"}) ||
        is(token_kind::comma) || is(token_kind::right_paren) || at_statement_end();
    const bool generated = is_word("GENERATED") || (is_word("AS") && is(token_kind::left_paren, 1));
    if (!generated && !(type_optional && at_clause))
        made.type = type();
    while (column_clause(made)) {
    }
    made.where = range_from(start);
    return made;
}

}  // namespace dmkit::mock::sql
