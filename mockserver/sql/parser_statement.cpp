#include "mockserver/sql/parser_impl.hpp"

namespace dmkit::mock::sql {

statement parser::one_statement() {
    const nesting level(*this);
    const std::size_t start = position_;
    statement made;
    made.node = statement_node();
    made.where = range_from(start);
    made.parameters = std::move(parameters_);
    parameters_.clear();
    return made;
}

statement::node_type parser::statement_node() {
    if (is(token_kind::left_paren) && query_in_parentheses())
        return query();
    if (is(token_kind::less) || is(token_kind::shift_left))
        unsupported("label");
    if ((is(token_kind::positional_mark) || is(token_kind::named_mark)) && is(token_kind::equal, 1)) {
        parameter result = mark();
        ++position_;
        if (!accept_word("CALL"))
            accept_word("EXEC");
        return call_statement_of(std::move(result));
    }
    const std::string_view first = word();
    if (first == "SELECT" || first == "WITH")
        return query();
    if (first == "INSERT")
        return insert();
    if (first == "UPDATE")
        return update();
    if (first == "DELETE")
        return delete_();
    if (first == "MERGE" && is_word("INTO", 1))
        return merge();
    if (first == "CREATE")
        return create();
    if (first == "ALTER")
        return alter();
    if (first == "DROP")
        return drop();
    if (first == "TRUNCATE")
        return truncate();
    if (first == "COMMENT")
        return comment();
    if (first == "GRANT" || first == "REVOKE")
        return grant(first == "REVOKE");
    if (first == "COMMIT")
        return commit();
    if (first == "ROLLBACK")
        return rollback();
    if (first == "SAVEPOINT") {
        ++position_;
        return savepoint_statement{name()};
    }
    if (accept_words("RELEASE", "SAVEPOINT"))
        return release_savepoint_statement{name()};
    if (are_words("START", "TRANSACTION") || are_words("BEGIN", "TRANSACTION") || are_words("BEGIN", "TRAN")) {
        position_ += 2;
        return start_transaction_statement{};
    }
    if (first == "SET")
        return set();
    if (first == "LOCK")
        return lock_table();
    if (first == "EXPLAIN")
        return explain();
    if (at_block())
        return block_statement_node();
    if (first == "CALL") {
        ++position_;
        return call_statement_of(std::nullopt);
    }
    if (first == "EXEC" || first == "EXECUTE")
        return execute();
    if (is_any_word(
            {"IF", "FOR", "WHILE", "LOOP", "CASE", "RAISE", "GOTO", "RETURN", "AUDIT", "FETCH", "EXIT", "FLASHBACK"}))
        unsupported(std::string(first));
    if (first == "PRINT" && !is(token_kind::left_paren, 1)) {
        block made;
        made.steps.push_back(step());
        return block_statement{std::make_shared<const block>(std::move(made))};
    }
    if (at_name()) {
        // Only a call can begin with a name.
        std::size_t parts = 0;
        while (at_name(parts) && is(token_kind::dot, parts + 1))
            parts += 2;
        if (at_name(parts) && is(token_kind::left_paren, parts + 1))
            return call_statement_of(std::nullopt);
    }
    if ((first == "STAT" && (is(token_kind::integer, 1) || is_word("ON", 1))) || first == "ANALYZE" ||
        first == "CHECKPOINT") {
        const std::string name(first);
        return administrative(name);
    }
    if (is_any_word({"BACKUP", "RESTORE", "NOAUDIT", "REFRESH"}) || are_words("REPLACE", "INTO"))
        unsupported(std::string(first));
    // DM8's grammar takes a name here, so that the error lies behind it.
    syntax_error(at_name() ? 1 : 0);
}

statement::node_type parser::call_statement_of(std::optional<parameter> result) {
    const std::size_t start = position_;
    call_statement made;
    made.result = std::move(result);
    qualified_name procedure = name_path();
    if (is(token_kind::left_paren)) {
        made.call = call(std::move(procedure), start);
        if (!std::holds_alternative<std::unique_ptr<function_call>>(made.call->node))
            syntax_error();
    } else {
        auto plain = std::make_unique<function_call>();
        plain->name = std::move(procedure);
        made.call = make(std::move(plain), start, 0);
    }
    return made;
}

/// EXEC p(…) and EXEC p a, b.
statement::node_type parser::execute() {
    ++position_;
    if (is_word("IMMEDIATE"))
        unsupported("EXECUTE IMMEDIATE");
    const std::size_t start = position_;
    std::size_t parts = 0;
    while (at_name(parts) && is(token_kind::dot, parts + 1))
        parts += 2;
    if (at_statement_end(parts + 1) || is(token_kind::left_paren, parts + 1))
        return call_statement_of(std::nullopt);
    const height_scope scope(*this);
    auto plain = std::make_unique<function_call>();
    plain->name = name_path();
    plain->arguments = expression_list();
    call_statement made;
    made.call = make(std::move(plain), start, scope.height());
    return made;
}

statement::node_type parser::commit() {
    expect_word("COMMIT");
    accept_word("WORK");
    if (!accept_word("IMMEDIATE"))
        accept_word("BATCH");
    if (!accept_word("WAIT"))
        accept_word("NOWAIT");
    return commit_statement{};
}

statement::node_type parser::rollback() {
    expect_word("ROLLBACK");
    accept_word("WORK");
    rollback_statement made;
    if (accept_word("TO")) {
        accept_word("SAVEPOINT");
        made.savepoint = name();
    }
    return made;
}

statement::node_type parser::set() {
    expect_word("SET");
    if (accept_word("SCHEMA"))
        return set_schema_statement{name()};
    if (is_word("TRANSACTION"))
        return set_transaction();
    if (accept_word("IDENTITY_INSERT")) {
        set_identity_insert_statement made;
        made.table = name_path();
        made.on = accept_word("ON");
        if (!made.on)
            expect_word("OFF");
        else
            made.replace_null = accept_words("WITH", "REPLACE", "NULL");
        return made;
    }
    if (accept_words("TIME", "ZONE")) {
        set_time_zone_statement made;
        made.local = accept_word("LOCAL");
        if (!made.local)
            made.zone = string_value();
        return made;
    }
    syntax_error();
}

statement::node_type parser::set_transaction() {
    expect_word("TRANSACTION");
    set_transaction_statement made;
    if (accept_word("READ")) {
        made.read_only = is_word("ONLY");
        if (!accept_word("ONLY"))
            expect_word("WRITE");
        return made;
    }
    expect_word("ISOLATION");
    expect_word("LEVEL");
    if (accept_words("READ", "COMMITTED"))
        made.isolation = isolation_level::read_committed;
    else if (accept_words("READ", "UNCOMMITTED"))
        made.isolation = isolation_level::read_uncommitted;
    else if (accept_words("REPEATABLE", "READ"))
        made.isolation = isolation_level::repeatable_read;
    else if (accept_word("SERIALIZABLE"))
        made.isolation = isolation_level::serializable;
    else
        syntax_error();
    return made;
}

statement::node_type parser::lock_table() {
    expect_word("LOCK");
    expect_word("TABLE");
    lock_table_statement made;
    made.table = name_path();
    expect_word("IN");
    if (accept_words("SHARE", "INTENT", "EXCLUSIVE") || accept_words("SHARE", "ROW", "EXCLUSIVE"))
        made.mode = lock_mode::share_intent_exclusive;
    else if (accept_words("INTENT", "SHARE") || accept_words("ROW", "SHARE"))
        made.mode = lock_mode::intent_share;
    else if (accept_words("INTENT", "EXCLUSIVE") || accept_words("ROW", "EXCLUSIVE"))
        made.mode = lock_mode::intent_exclusive;
    else if (accept_word("EXCLUSIVE"))
        made.mode = lock_mode::exclusive;
    else
        expect_word("SHARE");
    expect_word("MODE");
    if (accept_word("NOWAIT"))
        made.nowait = true;
    else if (accept_word("WAIT"))
        made.wait_seconds = primary();
    return made;
}

statement::node_type parser::explain() {
    expect_word("EXPLAIN");
    explain_statement made;
    if (accept_word("AS")) {
        made.name = name();
        if (!is_word("FOR"))
            syntax_error();
    }
    made.for_rows = accept_word("FOR");
    if (is_any_word({"EXPLAIN", "CREATE", "ALTER", "DROP", "BEGIN", "DECLARE"}))
        unsupported("EXPLAIN " + std::string(word()));
    made.explained = std::make_unique<statement>(one_statement());
    // The parameters belong to the statement that is run, which is the EXPLAIN.
    parameters_ = made.explained->parameters;
    return made;
}

session_setting parser::setting() {
    session_setting made;
    made.quoted = is(token_kind::string);
    if (made.quoted) {
        made.name = string_value();
    } else {
        const bool reserved = look().reserved;
        if (reserved)
            syntax_error();
        made.name = std::string(word());
        if (made.name.empty())
            syntax_error();
        ++position_;
    }
    expect(token_kind::equal);
    const std::size_t start = position_;
    if (is(token_kind::word) && look().reserved && !is_any_word({"NULL"})) {
        // BINARY, DEFAULT and the like.
        qualified_name bare;
        bare.parts.push_back(take_name());
        bare.where = bare.parts[0].where;
        made.value = make(column_reference{std::move(bare), false}, start, 0);
    } else {
        made.value = value();
    }
    return made;
}

statement::node_type parser::alter_session() {
    expect_word("SESSION");
    if (is_any_word({"ENABLE", "DISABLE", "FORCE"})) {
        ++position_;
        expect_word("PARALLEL");
        return administrative("ALTER SESSION PARALLEL");
    }
    expect_word("SET");
    if (is_word("EVENTS"))
        return administrative("ALTER SESSION SET EVENTS");
    alter_session_statement made;
    do
        made.settings.push_back(setting());
    while (!at_statement_end() && !is_word("PURGE") && (is(token_kind::word) || is(token_kind::string)));
    accept_word("PURGE");
    return made;
}

statement::node_type parser::alter_system() {
    expect_word("SYSTEM");
    if (!is_word("SET"))
        return administrative("ALTER SYSTEM");
    expect_word("SET");
    alter_system_statement made;
    made.setting = setting();
    made.deferred = accept_word("DEFERRED");
    if (is_any_word({"MEMORY", "SPFILE", "BOTH"})) {
        made.scope = word();
        ++position_;
    } else if (accept_word("SCOPE")) {
        expect(token_kind::equal);
        made.scope = word();
        if (!is_any_word({"MEMORY", "SPFILE", "BOTH"}))
            syntax_error();
        ++position_;
    }
    return made;
}

}  // namespace dmkit::mock::sql
