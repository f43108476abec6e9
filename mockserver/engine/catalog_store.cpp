#include "mockserver/engine/catalog_store.hpp"

#include <sqlite3.h>

#include <stdexcept>
#include <type_traits>
#include <vector>

#include <fmt/format.h>
#include <boost/describe.hpp>
#include <boost/json.hpp>

#include "mockserver/engine/binder.hpp"
#include "mockserver/engine/constraint_error.hpp"
#include "mockserver/engine/ddl_support.hpp"
#include "mockserver/engine/session_memory.hpp"
#include "mockserver/engine/table_builder.hpp"
#include "mockserver/sql/parser.hpp"

// What of each object is kept. Expressions are kept as text and parsed and bound again when the file is opened.
namespace dmkit {
BOOST_DESCRIBE_STRUCT(data_type, (), (id, precision, scale))

template <class Enum>
    requires std::is_enum_v<Enum>
void tag_invoke(boost::json::value_from_tag, boost::json::value& json, const Enum& value) {
    json = static_cast<std::int64_t>(value);
}
template <class Enum>
    requires std::is_enum_v<Enum>
Enum tag_invoke(boost::json::value_to_tag<Enum>, const boost::json::value& json) {
    return static_cast<Enum>(json.to_number<std::int64_t>());
}
}  // namespace dmkit

namespace dmkit::mock::sql {
using dmkit::tag_invoke;  // NOLINT(misc-unused-using-decls): found by the argument
}

namespace dmkit::mock {

using dmkit::tag_invoke;  // NOLINT(misc-unused-using-decls): found by the argument

BOOST_DESCRIBE_STRUCT(identity_info, (), (seed, increment, auto_increment))
BOOST_DESCRIBE_STRUCT(stored_expression, (), (text, sql))
BOOST_DESCRIBE_STRUCT(column_info, (),
                      (id, name, type, type_name, length_in_characters, nullable, identity, default_text,
                       default_on_null, on_update_text, computed, comment))
BOOST_DESCRIBE_STRUCT(constraint_info, (),
                      (id, name, generated_name, kind, columns, index, referenced_table, referenced_columns, on_delete,
                       on_update, condition, enabled))
BOOST_DESCRIBE_STRUCT(index_key, (), (column, expression, descending))
BOOST_DESCRIBE_STRUCT(index_info, (), (id, name, unique, generated_name, constraint, visible, usable, keys))
BOOST_DESCRIBE_STRUCT(table_info, (),
                      (id, schema, name, columns, constraints, indexes, comment, next_column, long_rows,
                       global_temporary, delete_on_commit))
BOOST_DESCRIBE_STRUCT(view_column, (), (name, type, type_name, length_in_characters, nullable, comment))
BOOST_DESCRIBE_STRUCT(view_info, (), (id, schema, name, text, columns, references, check_option, read_only, comment))
BOOST_DESCRIBE_STRUCT(sequence_info, (), (id, schema, name, start, increment, minimum, maximum, cycle, order, cache))
BOOST_DESCRIBE_STRUCT(synonym_info, (), (id, schema, name, target_schema, target_name))
BOOST_DESCRIBE_STRUCT(declared_variable, (), (name, type, type_name, length_in_characters))
BOOST_DESCRIBE_STRUCT(routine_parameter_info, (), (declared, mode, has_default))
BOOST_DESCRIBE_STRUCT(routine_info, (), (id, schema, name, text, parameters, result))
BOOST_DESCRIBE_STRUCT(schema_info, (), (id, name, owner, system))
BOOST_DESCRIBE_STRUCT(user_info, (), (id, name, default_schema, password, locked, failed_logins_allowed, roles))
BOOST_DESCRIBE_STRUCT(role_info, (), (id, name, predefined, roles))
BOOST_DESCRIBE_STRUCT(object_grant, (), (grantee, object, privilege, grantable))
BOOST_DESCRIBE_STRUCT(system_grant, (), (grantee, privilege, admin_option))

namespace {

namespace json = boost::json;

/// What is not an object of a schema: few and small, kept as one text.
struct surroundings {
    std::vector<schema_info> schemas;
    std::vector<user_info> users;
    std::vector<role_info> roles;
    std::vector<synonym_info> public_synonyms;
    std::vector<object_grant> object_grants;
    std::vector<system_grant> system_grants;
    std::vector<object_id> id_counters;
};
BOOST_DESCRIBE_STRUCT(surroundings, (),
                      (schemas, users, roles, public_synonyms, object_grants, system_grants, id_counters))

constexpr std::string_view surroundings_key = "surroundings";

/// What of the profile names and stored rows depend on: a file serves no server where it differs.
struct foundations {
    bool case_sensitive = true;
    int compatible_mode = 0;
    friend bool operator==(const foundations&, const foundations&) = default;
};
BOOST_DESCRIBE_STRUCT(foundations, (), (case_sensitive, compatible_mode))

constexpr std::string_view foundations_key = "foundations";

/// For work on stored rows that is nobody's.
call_context context_of(const profile& profile) {
    call_context context;
    context.case_sensitive = profile.case_sensitive;
    context.empty_text_is_null = profile.compatible_mode == compatible_with_oracle;
    return context;
}

foundations foundations_of(const profile& profile) {
    return {.case_sensitive = profile.case_sensitive, .compatible_mode = profile.compatible_mode};
}

constexpr const char* make_tables =
    "CREATE TABLE IF NOT EXISTS dmkit_catalog (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS dmkit_counter (id INTEGER PRIMARY KEY, last INTEGER NOT NULL, used INTEGER NOT NULL)";

template <class Map>
auto values_of(const Map& map) {
    std::vector<typename Map::mapped_type> values;
    for (const auto& [name, value] : map)
        values.push_back(value);
    return values;
}

surroundings surroundings_of(const catalog& catalog) {
    return {.schemas = values_of(catalog.schemas()),
            .users = values_of(catalog.users()),
            .roles = values_of(catalog.roles()),
            .public_synonyms = values_of(catalog.public_synonyms()),
            .object_grants = {catalog.object_grants().begin(), catalog.object_grants().end()},
            .system_grants = {catalog.system_grants().begin(), catalog.system_grants().end()},
            .id_counters = catalog.id_counters()};
}

void restore(const surroundings& from, catalog& catalog) {
    for (const schema_info& each : from.schemas)
        catalog.put(each);
    for (const user_info& each : from.users)
        catalog.put(each);
    for (const role_info& each : from.roles)
        catalog.put(each);
    for (const synonym_info& each : from.public_synonyms)
        catalog.put(std::make_shared<const synonym_info>(each));
    for (const object_grant& each : from.object_grants)
        catalog.put(each);
    for (const system_grant& each : from.system_grants)
        catalog.put(each);
    catalog.set_id_counters(from.id_counters);
}

template <class T>
constexpr const char* kind_name = std::is_same_v<T, table_info>      ? "table"
                                  : std::is_same_v<T, view_info>     ? "view"
                                  : std::is_same_v<T, sequence_info> ? "sequence"
                                  : std::is_same_v<T, routine_info>  ? "routine"
                                                                     : "synonym";

/// The objects of all schemas but the system's, which every database has.
std::map<std::string, schema_object> kept_objects(const catalog& catalog) {
    std::map<std::string, schema_object> objects;
    for (const auto& [schema, info] : catalog.schemas()) {
        if (info.system)
            continue;
        for (const auto& [name, object] : catalog.objects(schema)) {
            const std::string key = std::visit(
                []<class T>(const std::shared_ptr<const T>& pointer) {
                    return fmt::format("{}:{}", kind_name<T>, pointer->id);
                },
                object);
            objects.emplace(key, object);
        }
    }
    return objects;
}

void write(connection& connection, std::string_view key, const json::value& value) {
    const statement_use insert(
        connection.prepare("INSERT OR REPLACE INTO dmkit_catalog (name, value) VALUES (?1, ?2)"));
    const std::string text = json::serialize(value);
    sqlite3_bind_text64(insert.get(), 1, key.data(), key.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    sqlite3_bind_text64(insert.get(), 2, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    connection.step(insert.get());
}

void erase(connection& connection, std::string_view key) {
    const statement_use remove(connection.prepare("DELETE FROM dmkit_catalog WHERE name = ?1"));
    sqlite3_bind_text64(remove.get(), 1, key.data(), key.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    connection.step(remove.get());
}

/// A table, and whether SQLite's schema contains other forms of its expressions than the binder gives them now: made
/// by another version, or under another LENGTH_IN_CHAR.
struct restored_table {
    table_info table;
    bool outdated = false;
};

restored_table restore_table(const json::value& value, const catalog& catalog, const profile& profile) {
    restored_table restored{json::value_to<table_info>(value)};
    table_info& table = restored.table;
    table.names = catalog.names();
    for (column_info& column : table.columns) {
        if (!column.default_text.empty())
            column.default_value = sql::parse_expression(column.default_text, parse_options_of(profile));
        if (!column.on_update_text.empty())
            column.on_update_value = sql::parse_expression(column.on_update_text, parse_options_of(profile));
    }
    restored.outdated = rebind_expressions(
        table,
        {.catalog = catalog, .profile = profile, .user = "SYSDBA", .schema = table.schema, .argument_types = {}});
    return restored;
}

view_info restore_view(const json::value& value, const profile& profile) {
    auto view = json::value_to<view_info>(value);
    view.query = sql::parse_query(view.text, parse_options_of(profile));
    return view;
}

routine_info restore_routine(const json::value& value, const profile& profile) {
    auto routine = json::value_to<routine_info>(value);
    const std::vector<sql::statement> parsed = sql::parse(routine.text, parse_options_of(profile));
    routine.tree = std::get<sql::create_routine_statement>(parsed.at(0).node).what;
    return routine;
}

/// @param outdated tables whose storage must be made anew
void restore_object(std::string_view key, const json::value& value, catalog& catalog, const profile& profile,
                    std::vector<object_id>& outdated) {
    if (key.starts_with("table:")) {
        restored_table restored = restore_table(value, catalog, profile);
        if (restored.outdated)
            outdated.push_back(restored.table.id);
        catalog.put(std::make_shared<const table_info>(std::move(restored.table)));
    } else if (key.starts_with("view:"))
        catalog.put(std::make_shared<const view_info>(restore_view(value, profile)));
    else if (key.starts_with("routine:"))
        catalog.put(std::make_shared<const routine_info>(restore_routine(value, profile)));
    else if (key.starts_with("sequence:"))
        catalog.put(std::make_shared<const sequence_info>(json::value_to<sequence_info>(value)));
    else
        catalog.put(std::make_shared<const synonym_info>(json::value_to<synonym_info>(value)));
}

/// Makes the tables' storage anew, all of it or nothing.
void rebuild_tables(server_state& server, connection& connection, catalog& catalog,
                    const std::vector<object_id>& outdated) {
    if (outdated.empty())
        return;
    ddl_place place{.server = server,
                    .connection = connection,
                    .catalog = catalog,
                    .user = "SYSDBA",
                    .schema = "SYSDBA",
                    .text = {}};
    connection.execute("PRAGMA foreign_keys=OFF; BEGIN IMMEDIATE");
    try {
        for (const object_id id : outdated) {
            const auto table = catalog.find_table(id);
            rebuild_storage(place, *table, *table, {});
            write(connection, fmt::format("table:{}", id), json::value_from(*table));
        }
        connection.execute("COMMIT");
    } catch (const constraint_failure& failure) {
        throw constraint_error(failure, catalog, true);
    }
}

}  // namespace

void store_catalog(connection& connection, const catalog& before, const catalog& after) {
    const auto old_objects = kept_objects(before);
    const auto new_objects = kept_objects(after);
    for (const auto& [key, object] : old_objects)
        if (!new_objects.contains(key))
            erase(connection, key);
    for (const auto& [key, object] : new_objects) {
        const auto old = old_objects.find(key);
        if (old == old_objects.end() || old->second != object)
            write(connection, key, std::visit([](const auto& pointer) { return json::value_from(*pointer); }, object));
    }
    write(connection, surroundings_key, json::value_from(surroundings_of(after)));
}

namespace {

void store_counter(connection& connection, object_id id, const std::optional<counters::counter>& state) {
    const statement_use change(
        connection.prepare(state ? "INSERT OR REPLACE INTO dmkit_counter (id, last, used) VALUES (?1, ?2, ?3)"
                                 : "DELETE FROM dmkit_counter WHERE id = ?1"));
    sqlite3_bind_int64(change.get(), 1, id);
    if (state) {
        sqlite3_bind_int64(change.get(), 2, state->last);
        sqlite3_bind_int(change.get(), 3, state->used ? 1 : 0);
    }
    connection.step(change.get());
}

}  // namespace

void store_counters(connection& connection, const counters& counters) {
    counters.save_changed([&](object_id id, const auto& state) { store_counter(connection, id, state); });
}

void make_storable(server_state& server, database& rows, const catalog& catalog, const counters& counters) {
    call_context context = context_of(server.profile);
    session_memory nobody(server, context);
    connection connection(rows, nullptr, context, nobody);
    connection.execute(control::begin_writing);
    connection.execute(database::mark_statement);
    connection.execute(make_tables);
    connection.execute("DELETE FROM dmkit_catalog; DELETE FROM dmkit_counter");
    write(connection, foundations_key, json::value_from(foundations_of(server.profile)));
    store_catalog(connection, dmkit::mock::catalog(catalog.names()), catalog);
    counters.save_all([&](object_id id, const auto& state) { store_counter(connection, id, state); });
    connection.execute(control::commit);
}

void store_remaining_counters(server_state& server) {
    call_context context = context_of(server.profile);
    session_memory nobody(server, context);
    connection connection(server.database, nullptr, context, nobody);
    connection.execute(control::begin_writing);
    store_counters(connection, server.counters);
    connection.execute(control::commit);
    server.counters.forget_changes();
}

namespace {

/// A file without the entry was made when there were the defaults only; an empty one gets it.
void check_foundations(connection& connection, const profile& profile, std::map<std::string, json::value>& kept) {
    const foundations wanted = foundations_of(profile);
    if (kept.empty())
        return write(connection, foundations_key, json::value_from(wanted));
    const auto found = kept.find(std::string(foundations_key));
    if ((found == kept.end() ? foundations() : json::value_to<foundations>(found->second)) != wanted)
        throw std::runtime_error(
            "the database file is of a server whose profile differs in case_sensitive or compatible_mode");
    if (found != kept.end())
        kept.erase(found);
}

}  // namespace

void load_database(server_state& server, catalog& catalog) {
    call_context context = context_of(server.profile);
    session_memory nobody(server, context);
    connection connection(server.database, &server.environment, context, nobody);
    connection.execute(make_tables);
    std::map<std::string, json::value> kept;
    const statement_use all(connection.prepare("SELECT name, value FROM dmkit_catalog"));
    while (connection.step(all.get()))
        kept.emplace(text_column(all, 0), json::parse(text_column(all, 1)));
    check_foundations(connection, server.profile, kept);
    if (const auto found = kept.find(std::string(surroundings_key)); found != kept.end()) {
        restore(json::value_to<surroundings>(found->second), catalog);
        kept.erase(found);
    }
    std::vector<object_id> outdated;
    for (const auto& [key, value] : kept)
        restore_object(key, value, catalog, server.profile, outdated);
    rebuild_tables(server, connection, catalog, outdated);
    const statement_use numbers(connection.prepare("SELECT id, last, used FROM dmkit_counter"));
    while (connection.step(numbers.get()))
        server.counters.load(static_cast<object_id>(integer_column(numbers, 0)),
                             {.last = integer_column(numbers, 1), .used = integer_column(numbers, 2) != 0});
}

}  // namespace dmkit::mock
