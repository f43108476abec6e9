#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/ddl_support.hpp"

namespace dmkit::mock {

namespace {

bool cascades(const sql::drop_statement& statement) {
    return statement.behaviour == sql::drop_behaviour::cascade || statement.cascade_constraints;
}

/// The object of the statement's name in the schema that it names or means; null if there is none.
const schema_object* find_named(const sql::drop_statement& statement, const ddl_place& place, std::string& schema) {
    const std::string_view written = qualifier_of(statement.name);
    schema = written.empty() ? place.schema : written;
    if (!(statement.if_exists && !place.catalog.find_schema(schema)))
        schema = place.catalog.require_schema(schema).name;
    return place.catalog.find_object(schema, statement.name.last().name);
}

/// Drops what stands in a schema under a name of its own. @p missing is DM's code for a name that is none of these.
template <class T, class Action>
void drop_named(const sql::drop_statement& statement, ddl_place& place, int missing, Action action) {
    std::string schema;
    const schema_object* object = find_named(statement, place, schema);
    if (const schema_info* info = place.catalog.find_schema(schema); info && info->system)
        throw sql_error(codes::no_ddl_privilege);
    const auto* found = object ? std::get_if<std::shared_ptr<const T>>(object) : nullptr;
    if (!found) {
        if (statement.if_exists)
            return;
        throw sql_error(missing, {statement.name.last().name});
    }
    const std::shared_ptr<const T> dropped = *found;
    require_owner(place, schema);
    action(*dropped);
}

void drop_contents(ddl_place& place, const std::string& schema) {
    // Tables first lose what refers to them, then they go, then all else.
    const catalog::schema_objects objects = place.catalog.objects(schema);
    for (const auto& [name, object] : objects)
        if (const auto* table = std::get_if<std::shared_ptr<const table_info>>(&object))
            drop_table(place, *place.catalog.find_table((*table)->id), true);
    for (const auto& [name, object] : objects)
        place.catalog.remove_object(schema, name);
}

void drop_schema(const sql::drop_statement& statement, ddl_place& place) {
    const schema_info* found = place.catalog.find_schema(statement.name.last().name);
    if (!found) {
        if (statement.if_exists)
            return;
        throw sql_error(codes::unknown_schema, {statement.name.last().name});
    }
    const std::string name = found->name;
    require_owner(place, name);
    if (!place.catalog.objects(name).empty() && !cascades(statement))
        throw sql_error(codes::object_depended_on, {name});
    // A user's own schema goes with the user only.
    if (place.catalog.find_user(name))
        throw sql_error(codes::object_depended_on, {name});
    drop_contents(place, name);
    place.catalog.remove_schema(name);
}

void drop_user(const sql::drop_statement& statement, ddl_place& place) {
    if (!place.catalog.may(place.user, "DROP USER"))
        throw sql_error(codes::no_ddl_privilege);
    const user_info* found = place.catalog.find_user(statement.name.last().name);
    if (!found) {
        if (statement.if_exists)
            return;
        throw sql_error(codes::unknown_user, {statement.name.last().name});
    }
    const std::string name = found->name;
    if (name == place.user || name == "SYSDBA")
        throw sql_error(codes::no_ddl_privilege);
    const auto schemas = place.catalog.schemas();
    for (const auto& [schema, info] : schemas) {
        if (info.owner != name)
            continue;
        if (!place.catalog.objects(schema).empty() && !cascades(statement))
            throw sql_error(codes::object_depended_on, {name});
        drop_contents(place, schema);
        place.catalog.remove_schema(schema);
    }
    place.catalog.remove_grantee(name);
}

void drop_role(const sql::drop_statement& statement, ddl_place& place) {
    const std::string& name = statement.name.last().name;
    if (!place.catalog.may(place.user, "DROP ROLE"))
        throw sql_error(codes::no_ddl_privilege);
    const role_info* role = place.catalog.find_role(name);
    if (!role) {
        if (statement.if_exists)
            return;
        throw sql_error(codes::unknown_object, {name});
    }
    if (role->predefined)
        throw sql_error(codes::no_ddl_privilege);
    place.catalog.remove_grantee(role->name);
}

void drop_public_synonym(const sql::drop_statement& statement, ddl_place& place) {
    const std::string& name = statement.name.last().name;
    if (!place.catalog.has_role(place.user, "DBA"))
        throw sql_error(codes::no_ddl_privilege);
    if (!place.catalog.find_public_synonym(name)) {
        if (statement.if_exists)
            return;
        throw sql_error(codes::unknown_object, {name});
    }
    place.catalog.remove_public_synonym(name);
}

}  // namespace

void run(const sql::drop_statement& statement, ddl_place& place) {
    switch (statement.kind) {
        case sql::object_kind::table:
            return drop_named<table_info>(statement, place, codes::unknown_table_or_view, [&](const table_info& table) {
                drop_table(place, table, cascades(statement));
            });
        case sql::object_kind::view:
            return drop_named<view_info>(statement, place, codes::unknown_view, [&](const view_info& view) {
                place.catalog.remove_object(view.schema, view.name);
            });
        case sql::object_kind::sequence:
            return drop_named<sequence_info>(
                statement, place, codes::unknown_object, [&](const sequence_info& sequence) {
                    place.catalog.remove_object(sequence.schema, sequence.name);
                    place.afterwards.emplace_back(
                        [&counters = place.server.counters, id = sequence.id] { counters.forget(id); });
                });
        case sql::object_kind::synonym:
            return drop_named<synonym_info>(statement, place, codes::unknown_object, [&](const synonym_info& synonym) {
                place.catalog.remove_object(synonym.schema, synonym.name);
            });
        case sql::object_kind::procedure:
        case sql::object_kind::function:
            return drop_named<routine_info>(statement, place, codes::unknown_object, [&](const routine_info& routine) {
                if (routine.result.has_value() != (statement.kind == sql::object_kind::function)) {
                    if (statement.if_exists)
                        return;
                    throw sql_error(codes::unknown_object, {routine.name});
                }
                place.catalog.remove_object(routine.schema, routine.name);
            });
        case sql::object_kind::index:
            return drop_index(statement, place);
        case sql::object_kind::schema:
            return drop_schema(statement, place);
        case sql::object_kind::user:
            return drop_user(statement, place);
        case sql::object_kind::role:
            return drop_role(statement, place);
        case sql::object_kind::public_synonym:
            return drop_public_synonym(statement, place);
        case sql::object_kind::tablespace:
            return;  // none is kept
        default:
            break;
    }
    // Nothing of these kinds can exist.
    if (statement.if_exists)
        return;
    throw sql_error(codes::unknown_object, {statement.name.last().name});
}

}  // namespace dmkit::mock
