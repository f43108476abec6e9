#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {
namespace {

struct kind_words {
    std::string_view first;
    std::string_view second;  ///< empty: one word
    object_kind kind;
};

/// What DROP knows; the longer of two that begin alike comes first.
constexpr kind_words droppable[] = {
    {"TABLE", "", object_kind::table},
    {"VIEW", "", object_kind::view},
    {"MATERIALIZED", "VIEW", object_kind::materialized_view},
    {"CONTEXT", "INDEX", object_kind::context_index},
    {"INDEX", "", object_kind::index},
    {"SEQUENCE", "", object_kind::sequence},
    {"SCHEMA", "", object_kind::schema},
    {"PUBLIC", "SYNONYM", object_kind::public_synonym},
    {"SYNONYM", "", object_kind::synonym},
    {"USER", "", object_kind::user},
    {"ROLE", "", object_kind::role},
    {"PROCEDURE", "", object_kind::procedure},
    {"FUNCTION", "", object_kind::function},
    {"PACKAGE", "BODY", object_kind::package_body},
    {"PACKAGE", "", object_kind::package},
    {"TRIGGER", "", object_kind::trigger},
    {"TYPE", "BODY", object_kind::type_body},
    {"CLASS", "BODY", object_kind::type_body},
    {"TYPE", "", object_kind::type},
    {"CLASS", "", object_kind::type},
    {"DOMAIN", "", object_kind::domain},
    {"DIRECTORY", "", object_kind::directory},
    {"PROFILE", "", object_kind::profile},
    {"PUBLIC", "LINK", object_kind::link},
    {"LINK", "", object_kind::link},
    {"TABLESPACE", "", object_kind::tablespace},
};

}  // namespace

administrative_statement parser::administrative(std::string name) {
    while (!at_statement_end())
        ++position_;
    return {std::move(name)};
}

statement::node_type parser::create() {
    const std::size_t start = position_;
    expect_word("CREATE");
    const bool or_replace = accept_words("OR", "REPLACE");
    accept_word("EDITIONABLE");
    accept_word("NONEDITIONABLE");
    if (is_any_word({"PROCEDURE", "FUNCTION"}))
        return create_routine(start, or_replace);
    if (is_any_word({"TRIGGER", "PACKAGE", "TYPE", "CLASS", "JAVA", "DOMAIN", "CONTEXT", "OPERATOR", "MATERIALIZED",
                     "LINK", "HUGE", "EXTERNAL", "VERTICAL", "POLICY"}) &&
        !are_words("CONTEXT", "INDEX"))
        unsupported("CREATE " + std::string(word()));
    if (are_words("PUBLIC", "LINK"))
        unsupported("CREATE LINK");
    if (is_any_word({"UNIQUE", "BITMAP", "CLUSTER", "SPATIAL", "CONTEXT", "INDEX", "NOT", "ARRAY"}))
        return create_index(or_replace);
    if (is_any_word({"VIEW", "FORCE", "NO", "NOFORCE"}))
        return create_view(or_replace);
    if (is_word("SEQUENCE"))
        return create_sequence(or_replace);
    const bool is_public = are_words("PUBLIC", "SYNONYM");
    if (is_public || is_word("SYNONYM")) {
        if (is_public)
            ++position_;
        return create_synonym(or_replace, is_public);
    }
    if (accept_word("DIRECTORY"))
        return administrative("CREATE DIRECTORY");
    if (or_replace)
        syntax_error();
    if (is_word("TABLE"))
        return create_table(temporary_kind::none);
    if (is_any_word({"GLOBAL", "LOCAL", "TEMPORARY"})) {
        if (!accept_word("GLOBAL"))
            accept_word("LOCAL");
        expect_word("TEMPORARY");
        return create_table(temporary_kind::delete_rows);
    }
    if (is_word("SCHEMA"))
        return create_schema();
    if (accept_word("USER"))
        return user(false);
    if (is_word("ROLE"))
        return create_role();
    if (is_any_word({"TABLESPACE", "PROFILE"})) {
        const std::string what(word());
        ++position_;
        if (!at_name() && !is_word("IF"))
            syntax_error();
        return administrative("CREATE " + what);
    }
    syntax_error();
}

statement::node_type parser::alter() {
    expect_word("ALTER");
    if (accept_word("TABLE"))
        return alter_table();
    if (is_word("INDEX"))
        return alter_index();
    if (is_word("SEQUENCE"))
        return alter_sequence();
    if (accept_word("USER"))
        return user(true);
    if (is_word("SESSION"))
        return alter_session();
    if (is_word("SYSTEM"))
        return alter_system();
    if (is_any_word({"TABLESPACE", "DATABASE", "PROFILE"})) {
        const std::string what(word());
        ++position_;
        return administrative("ALTER " + what);
    }
    if (accept_word("VIEW")) {
        name_path();
        expect_word("COMPILE");
        return administrative("ALTER VIEW");
    }
    if (is_any_word({"TRIGGER", "PROCEDURE", "FUNCTION", "PACKAGE", "TYPE", "CLASS", "MATERIALIZED", "CONTEXT",
                     "DOMAIN", "ROLE", "OPERATOR"}))
        unsupported("ALTER " + std::string(word()));
    syntax_error();
}

statement::node_type parser::drop() {
    expect_word("DROP");
    for (const kind_words& candidate : droppable) {
        if (!is_word(candidate.first) || (!candidate.second.empty() && !is_word(candidate.second, 1)))
            continue;
        position_ += candidate.second.empty() ? 1 : 2;
        drop_statement made;
        made.kind = candidate.kind;
        if (made.kind == object_kind::materialized_view && are_words("LOG", "ON"))
            unsupported("DROP MATERIALIZED VIEW LOG");
        made.if_exists = accept_if_exists();
        made.name = name_path();
        made.behaviour = accept_drop_behaviour();
        if (made.behaviour == drop_behaviour::cascade && made.kind == object_kind::table)
            made.cascade_constraints = accept_word("CONSTRAINTS");
        if (made.kind == object_kind::table)
            made.purge = accept_word("PURGE");
        if (made.kind == object_kind::context_index && accept_word("ON"))
            name_path();
        return made;
    }
    if (is_any_word({"OPERATOR", "CONTEXT", "LOGIN", "AUDIT", "POLICY"}))
        unsupported("DROP " + std::string(word()));
    syntax_error();
}

create_index_statement parser::create_index(bool or_replace) {
    create_index_statement made;
    made.or_replace = or_replace;
    if (are_words("NOT", "PARTIAL") || is_word("ARRAY"))
        unsupported("CREATE " + std::string(word()) + " INDEX");
    if (accept_words("CLUSTER", "UNIQUE") || accept_words("UNIQUE", "CLUSTER"))
        made.kind = index_kind::unique_cluster;
    else if (accept_word("UNIQUE"))
        made.kind = index_kind::unique;
    else if (accept_word("BITMAP"))
        made.kind = index_kind::bitmap;
    else if (accept_word("CLUSTER"))
        made.kind = index_kind::cluster;
    else if (accept_word("SPATIAL"))
        made.kind = index_kind::spatial;
    else if (accept_word("CONTEXT"))
        made.kind = index_kind::context;
    expect_word("INDEX");
    made.if_not_exists = accept_if_not_exists();
    made.name = name_path();
    expect_word("ON");
    made.table = name_path();
    expect(token_kind::left_paren);
    const height_scope scope(*this);
    comma_list([&] {
        index_key key;
        key.value = stored(&parser::plain_value);
        key.descending = accept_word("DESC");
        if (!key.descending)
            accept_word("ASC");
        made.keys.push_back(std::move(key));
    });
    expect(token_kind::right_paren);
    if (is_word("FROM"))
        unsupported("bitmap join index");
    for (;;) {
        const std::size_t start = position_;
        if (accept_word("UNUSABLE"))
            made.unusable = true;
        else if (accept_word("INVISIBLE"))
            made.invisible = true;
        else if (accept_word("VISIBLE"))
            made.invisible = false;
        else if (made.kind == index_kind::context && is_any_word({"LEXER", "SYNC"})) {
            const std::string clause(word());
            ++position_;
            if (at_name())
                take_name();
            else
                accept_word("TRANSACTION");
            made.physical.push_back({clause, range_from(start)});
        } else if (!accept_physical(made.physical)) {
            return made;
        }
    }
}

alter_index_statement parser::alter_index() {
    expect_word("INDEX");
    alter_index_statement made;
    made.name = name_path();
    if (accept_words("RENAME", "TO")) {
        made.action = index_action::rename;
        made.new_name = name_path();
    } else if (accept_word("REBUILD")) {
        made.action = index_action::rebuild;
        skip_option_words({"NOSORT", "ONLINE", "SHARE", "EXCLUSIVE", "ASYNCHRONOUS"});
        if (accept_word("PARALLEL") || is(token_kind::integer))
            unsigned_integer();
    } else if (accept_word("INVISIBLE")) {
        made.action = index_action::invisible;
    } else if (accept_word("VISIBLE")) {
        made.action = index_action::visible;
    } else if (accept_word("UNUSABLE")) {
        made.action = index_action::unusable;
    } else if (accept_word("USABLE")) {
        made.action = index_action::usable;
    } else if (accept_words("MONITORING", "USAGE") || accept_words("NOMONITORING", "USAGE")) {
        made.action = index_action::physical;
    } else {
        std::vector<physical_clause> clauses;
        if (!accept_physical(clauses))
            syntax_error();
        made.action = index_action::physical;
    }
    return made;
}

create_view_statement parser::create_view(bool or_replace) {
    create_view_statement made;
    made.or_replace = or_replace;
    if (accept_word("FORCE"))
        made.force = true;
    else if (!accept_words("NO", "FORCE"))
        accept_word("NOFORCE");
    expect_word("VIEW");
    made.if_not_exists = accept_if_not_exists();
    made.name = name_path();
    made.columns = optional_name_list();
    expect_word("AS");
    if (!at_query() && !query_in_parentheses())
        syntax_error();
    const std::size_t start = position_;
    made.query = query();
    made.query_text = text_from(start);
    if (accept_words("WITH", "READ", "ONLY")) {
        made.read_only = true;
    } else if (accept_word("WITH")) {
        made.check = is_word("LOCAL") ? check_option::local : check_option::cascaded;
        if (!accept_word("LOCAL"))
            accept_word("CASCADED");
        expect_word("CHECK");
        expect_word("OPTION");
    }
    return made;
}

bool parser::sequence_option(sequence_options& options) {
    if (accept_words("START", "WITH"))
        options.start_with = signed_integer();
    else if (accept_words("INCREMENT", "BY"))
        options.increment_by = signed_integer();
    else if (accept_word("MAXVALUE"))
        options.max_value = signed_integer();
    else if (accept_word("NOMAXVALUE"))
        options.no_max_value = true;
    else if (accept_word("MINVALUE"))
        options.min_value = signed_integer();
    else if (accept_word("NOMINVALUE"))
        options.no_min_value = true;
    else if (accept_word("CYCLE"))
        options.cycle = true;
    else if (accept_word("NOCYCLE"))
        options.cycle = false;
    else if (accept_word("CACHE"))
        options.cache = unsigned_integer();
    else if (accept_word("NOCACHE"))
        options.cache = 0;
    else if (accept_word("ORDER"))
        options.order = true;
    else if (accept_word("NOORDER"))
        options.order = false;
    else
        return accept_word("GLOBAL") || accept_word("LOCAL");
    return true;
}

create_sequence_statement parser::create_sequence(bool or_replace) {
    expect_word("SEQUENCE");
    create_sequence_statement made;
    made.or_replace = or_replace;
    made.if_not_exists = accept_if_not_exists();
    made.name = name_path();
    while (sequence_option(made.options)) {
    }
    return made;
}

alter_sequence_statement parser::alter_sequence() {
    expect_word("SEQUENCE");
    alter_sequence_statement made;
    made.name = name_path();
    if (accept_words("RENAME", "TO")) {
        made.new_name = name_path();
        return made;
    }
    const std::size_t start = position_;
    for (;;) {
        if (accept_words("CURRENT", "VALUE"))
            made.current_value = signed_integer();
        else if (!sequence_option(made.options))
            break;
    }
    if (position_ == start)
        syntax_error();
    return made;
}

create_schema_statement parser::create_schema() {
    expect_word("SCHEMA");
    create_schema_statement made;
    if (accept_word("AUTHORIZATION")) {
        made.owner = name();
        made.name = *made.owner;
    } else {
        made.name = name();
        if (accept_word("AUTHORIZATION"))
            made.owner = name();
    }
    if (is_any_word({"CREATE", "GRANT"}))
        unsupported("objects within CREATE SCHEMA");
    return made;
}

create_synonym_statement parser::create_synonym(bool or_replace, bool is_public) {
    expect_word("SYNONYM");
    create_synonym_statement made;
    made.or_replace = or_replace;
    made.is_public = is_public;
    made.if_not_exists = accept_if_not_exists();
    made.name = name_path();
    expect_word("FOR");
    made.target = name_path();
    return made;
}

comment_statement parser::comment() {
    expect_word("COMMENT");
    expect_word("ON");
    comment_statement made;
    if (accept_word("COLUMN"))
        made.subject = comment_subject::column;
    else if (accept_word("VIEW"))
        made.subject = comment_subject::view;
    else
        expect_word("TABLE");
    made.name = name_path();
    if (made.subject == comment_subject::column && made.name.parts.size() < 2)
        syntax_error();
    expect_word("IS");
    made.text = string_value();
    return made;
}

truncate_statement parser::truncate() {
    expect_word("TRUNCATE");
    expect_word("TABLE");
    truncate_statement made;
    made.table = name_path();
    if (accept_word("PARTITION")) {
        const bool in_parentheses = accept(token_kind::left_paren);
        made.partition = name();
        if (in_parentheses)
            expect(token_kind::right_paren);
    } else if (is_word("SUBPARTITION")) {
        unsupported("TRUNCATE of a subpartition");
    }
    return made;
}

}  // namespace dmkit::mock::sql
