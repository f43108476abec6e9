#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/ddl_support.hpp"
#include "mockserver/procedural/compiler.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock {

namespace {

/// Binds all that the routine contains, for the errors that may be in it.
void check(const std::shared_ptr<const routine_info>& routine, const ddl_place& place) {
    bind_context context = place.binding();
    context.schema = routine->schema;
    const auto program = procedural::compile(routine, context);
    for (const procedural::site& site : program->sites) {
        context.variables = site.scope;
        if (site.kind == procedural::site_kind::value)
            (void)bind_expression(*site.expression, routine->text, context);
        else if (site.kind == procedural::site_kind::test)
            (void)bind_block_condition(*site.expression, routine->text, context);
        else if (!std::holds_alternative<sql::commit_statement>(site.statement->node) &&
                 !std::holds_alternative<sql::rollback_statement>(site.statement->node) &&
                 !std::holds_alternative<sql::savepoint_statement>(site.statement->node) &&
                 !std::holds_alternative<sql::release_savepoint_statement>(site.statement->node) &&
                 !std::holds_alternative<sql::lock_table_statement>(site.statement->node))
            (void)bind_statement(*site.statement, routine->text, context);
    }
}

}  // namespace

void run(const sql::create_routine_statement& statement, ddl_place& place) {
    const object_name name = new_name(place, statement.name, "CREATE PROCEDURE");
    routine_info made;
    if (const schema_object* taken = place.catalog.find_object(name.schema, name.name)) {
        const auto* old = std::get_if<std::shared_ptr<const routine_info>>(taken);
        if (!old || !statement.or_replace || (*old)->result.has_value() != statement.function)
            throw sql_error(codes::object_exists, {name_of(*taken)});
        made.id = (*old)->id;
    } else {
        made.id = place.catalog.next_id(catalog::id_range::routine);
    }
    made.schema = name.schema;
    made.name = name.name;
    // Positions are to count in the text that is kept.
    made.text = statement.text;
    const std::vector<sql::statement> parsed = sql::parse(made.text, parse_options_of(place.server.profile));
    made.tree = std::get<sql::create_routine_statement>(parsed.at(0).node).what;
    bind_context context = place.binding();
    context.schema = made.schema;
    procedural::signature signature = procedural::signature_of(*made.tree, context);
    made.parameters = std::move(signature.parameters);
    made.result = std::move(signature.result);
    const auto kept = std::make_shared<const routine_info>(std::move(made));
    place.catalog.put(kept);
    check(kept, place);
}

}  // namespace dmkit::mock
