#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {

user_statement parser::user(bool alter) {
    user_statement made;
    made.alter = alter;
    made.if_not_exists = !alter && accept_if_not_exists();
    made.name = name();
    if (accept_word("IDENTIFIED")) {
        if (is_any_word({"EXTERNALLY", "EXTERNAL"}))
            unsupported("IDENTIFIED EXTERNALLY");
        expect_word("BY");
        made.password_quoted = !is(token_kind::word);
        if (is(token_kind::string))
            made.password = string_value();
        else if (is(token_kind::quoted_name) || is(token_kind::word))
            made.password = take_name().name;
        else
            syntax_error();
    }
    user_options(made);
    return made;
}

/// The many options of a user: a known word begins each, and what follows up to the next belongs to it.
void parser::user_options(user_statement& user) {
    const auto at_option = [this] {
        return is_any_word({"LIMIT",          "PASSWORD_POLICY",
                            "HASH",           "ENCRYPT",
                            "DEFAULT",        "TEMPORARY",
                            "QUOTA",          "PROFILE",
                            "ALLOW_IP",       "NOT_ALLOW_IP",
                            "ALLOW_DATETIME", "NOT_ALLOW_DATETIME",
                            "READ",           "STORAGE",
                            "DISKSPACE",      "ACCOUNT",
                            "GRANT",          "REVOKE",
                            "REPLACE",        "PASSWORD",
                            "WITH",           "NO"});
    };
    while (!at_statement_end()) {
        if (!at_option())
            syntax_error();
        if (accept_words("DEFAULT", "SCHEMA")) {
            user.default_schema = name();
            continue;
        }
        if (accept_word("ACCOUNT")) {
            user.locked = is_word("LOCK");
            if (!accept_word("LOCK"))
                expect_word("UNLOCK");
            continue;
        }
        const std::size_t start = position_;
        std::string option(word());
        do {
            if (is(token_kind::invalid))
                syntax_error();
            ++position_;
        } while (!at_statement_end() && !at_option());
        user.options.push_back({std::move(option), range_from(start)});
    }
}

create_role_statement parser::create_role() {
    expect_word("ROLE");
    create_role_statement made;
    made.if_not_exists = accept_if_not_exists();
    made.name = name();
    return made;
}

privilege parser::privilege_words() {
    const std::size_t start = position_;
    privilege made;
    if (is(token_kind::quoted_name)) {
        made.words = take_name().name;
        made.quoted = true;
    } else {
        while (is(token_kind::word) && !is_any_word({"ON", "TO", "FROM"})) {
            if (!made.words.empty())
                made.words += ' ';
            made.words += word();
            ++position_;
        }
        if (made.words.empty())
            syntax_error();
        if (made.words == "ALL PRIVILEGES")
            made.words = "ALL";
        if (made.words.ends_with(" OFF"))
            unsupported("GRANT … OFF");
        made.columns = optional_name_list();
    }
    made.where = range_from(start);
    return made;
}

grant_statement parser::grant(bool revoke) {
    grant_statement made;
    made.revoke = revoke;
    ++position_;
    if (revoke && (accept_words("ADMIN", "OPTION", "FOR") || accept_words("GRANT", "OPTION", "FOR")))
        made.with_option = true;
    comma_list([&] { made.privileges.push_back(privilege_words()); });
    if (accept_word("ON")) {
        if (is_any_word({"TABLE", "VIEW", "PROCEDURE", "FUNCTION", "PACKAGE", "TYPE", "CLASS", "SEQUENCE", "DIRECTORY",
                         "DOMAIN", "SCHEMA", "OPERATOR", "CONTEXT"}) &&
            (at_name(1))) {
            made.object_type = word();
            ++position_;
        }
        made.object = name_path();
    }
    expect_word(revoke ? "FROM" : "TO");
    comma_list([&] {
        if (is_word("PUBLIC"))
            made.grantees.push_back(take_name());
        else
            made.grantees.push_back(name());
    });
    if (!revoke && is_word("WITH")) {
        ++position_;
        if (!accept_word("ADMIN"))
            expect_word("GRANT");
        expect_word("OPTION");
        made.with_option = true;
    }
    if (revoke)
        made.behaviour = accept_drop_behaviour();
    return made;
}

}  // namespace dmkit::mock::sql
