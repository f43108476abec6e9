#include <array>
#include <utility>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/ddl_privileges.hpp"
#include "mockserver/engine/ddl_support.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock {

namespace {

/// PWD_MIN_LEN.
constexpr std::size_t shortest_password = 9;

constexpr std::array<std::pair<std::string_view, privilege>, 8> object_privileges{{
    {"SELECT", privilege::select},
    {"INSERT", privilege::insert},
    {"UPDATE", privilege::update},
    {"DELETE", privilege::delete_},
    {"REFERENCES", privilege::references},
    {"EXECUTE", privilege::execute},
    {"ALTER", privilege::alter},
    {"INDEX", privilege::index},
}};

/// The users and roles, as they spell themselves. @throws sql_error if one is unknown or the grantor himself
std::vector<std::string> grantees_of(const sql::grant_statement& statement, const ddl_place& place) {
    std::vector<std::string> names;
    for (const sql::identifier& grantee : statement.grantees) {
        if (const user_info* user = place.catalog.find_user(grantee.name))
            names.push_back(user->name);
        else if (const role_info* role = place.catalog.find_role(grantee.name))
            names.push_back(role->name);
        else
            throw sql_error(codes::unknown_user, {grantee.name});
        if (names.back() == place.user)
            throw sql_error(codes::grant_to_self);
    }
    return names;
}

/// What can be done with an object of the kind.
bool applies(privilege privilege, const schema_object& object) {
    if (std::holds_alternative<std::shared_ptr<const routine_info>>(object))
        return privilege == dmkit::mock::privilege::execute;
    const bool sequence = std::holds_alternative<std::shared_ptr<const sequence_info>>(object);
    switch (privilege) {
        case privilege::select:
            return true;
        case privilege::insert:
        case privilege::update:
        case privilege::delete_:
            return !sequence;
        case privilege::execute:
            return false;
        case privilege::alter:
            return sequence || std::holds_alternative<std::shared_ptr<const table_info>>(object);
        case privilege::references:
        case privilege::index:
            break;
    }
    return std::holds_alternative<std::shared_ptr<const table_info>>(object);
}

/// ALL means those that apply to the object.
std::vector<privilege> privileges_of(const sql::privilege& written, const schema_object& object) {
    if (!written.columns.empty())
        throw sql_error::unsupported("privileges on columns");
    std::vector<privilege> found;
    for (const auto& [name, each] : object_privileges)
        if ((written.words == name || written.words == "ALL") && applies(each, object))
            found.push_back(each);
    if (found.empty())
        throw sql_error::unsupported("privilege " + written.words + " on this kind of object");
    return found;
}

void grant_on_object(const sql::grant_statement& statement, ddl_place& place,
                     const std::vector<std::string>& grantees) {
    const sql::qualified_name& name = *statement.object;
    const schema_object* object = place.catalog.resolve_object(qualifier_of(name), name.last().name, place.schema);
    if (!object)
        place.catalog.refuse_unknown_relation(qualifier_of(name), name.last().name);
    const auto [id, schema] = std::visit(
        [](const auto& pointer) { return std::pair<object_id, std::string>(pointer->id, pointer->schema); }, *object);
    const bool owner =
        place.catalog.require_schema(schema).owner == place.user || place.catalog.has_role(place.user, "DBA");
    for (const sql::privilege& written : statement.privileges) {
        for (const privilege each : privileges_of(written, *object)) {
            const auto own = place.catalog.object_grants().find(object_grant_key{id, place.user, each});
            if (!owner && (own == place.catalog.object_grants().end() || !own->grantable))
                throw sql_error(codes::no_ddl_privilege);
            for (const std::string& grantee : grantees) {
                object_grant grant{
                    .grantee = grantee, .object = id, .privilege = each, .grantable = statement.with_option};
                if (!statement.revoke) {
                    place.catalog.put(std::move(grant));
                } else {
                    place.catalog.remove(grant);
                    // GRANT OPTION FOR takes the right to pass it on only.
                    if (grant.grantable)
                        place.catalog.put(object_grant{.grantee = grantee, .object = id, .privilege = each});
                }
            }
        }
    }
}

void grant_role(const sql::grant_statement& statement, ddl_place& place, const std::vector<std::string>& grantees,
                const std::string& role) {
    for (const std::string& grantee : grantees) {
        const auto change = [&](auto changed) {
            if (statement.revoke)
                changed.roles.erase(role);
            else
                changed.roles.insert(role);
            place.catalog.put(std::move(changed));
        };
        if (const user_info* user = place.catalog.find_user(grantee))
            change(user_info(*user));
        else if (const role_info* other = place.catalog.find_role(grantee))
            change(role_info(*other));
    }
}

void grant_on_system(const sql::grant_statement& statement, ddl_place& place,
                     const std::vector<std::string>& grantees) {
    if (!place.catalog.has_role(place.user, "DBA"))
        throw sql_error(codes::no_ddl_privilege);
    for (const sql::privilege& written : statement.privileges) {
        if (const role_info* role = place.catalog.find_role(written.words)) {
            grant_role(statement, place, grantees, std::string(role->name));
            continue;
        }
        // A single word that is no role is a role that does not exist; privileges have two words at least.
        if (written.quoted || written.words.find(' ') == std::string::npos)
            throw sql_error(codes::unknown_object, {written.words});
        if (!is_system_privilege(written.words)) {
            if (begins_as_privilege(written.words))
                throw sql_error::unsupported("privilege " + written.words);
            source_position at = position_of(written.where);
            at.token = written.words.substr(0, written.words.find(' '));
            throw sql_error(sql::syntax_error_code, {}, at);
        }
        for (const std::string& grantee : grantees) {
            system_grant grant{.grantee = grantee, .privilege = written.words, .admin_option = statement.with_option};
            if (statement.revoke)
                place.catalog.remove(grant);
            else
                place.catalog.put(std::move(grant));
        }
    }
}

}  // namespace

void run(const sql::user_statement& statement, ddl_place& place) {
    const bool own_password =
        statement.alter && place.catalog.names().same(statement.name.name, place.user) && !statement.locked;
    if (!own_password && !place.catalog.may(place.user, statement.alter ? "ALTER USER" : "CREATE USER"))
        throw sql_error(codes::no_ddl_privilege);
    const user_info* known = place.catalog.find_user(statement.name.name);
    if (statement.alter && !known)
        throw sql_error(codes::unknown_user, {statement.name.name});
    // The user gets a schema of the same name, which may be somebody's already.
    if (!statement.alter &&
        (known || place.catalog.find_role(statement.name.name) || place.catalog.find_schema(statement.name.name))) {
        if (statement.if_not_exists && known)
            return;
        throw sql_error(codes::object_exists, {statement.name.name});
    }
    if (statement.password && statement.password->size() < shortest_password)
        throw sql_error(codes::weak_password);
    if (!statement.alter && !statement.password)
        throw sql_error::unsupported("CREATE USER without IDENTIFIED BY");
    user_info user = known ? *known : user_info{};
    if (!known) {
        user.id = place.catalog.next_id(catalog::id_range::user);
        user.name = statement.name.name;
        // Another of this name may have been there before.
        place.afterwards.emplace_back([&server = place.server, name = user.name] { server.logins.erase(name); });
    }
    if (statement.password)
        user.password = *statement.password;
    if (statement.locked) {
        user.locked = *statement.locked;
        if (!user.locked)
            place.afterwards.emplace_back(
                [&server = place.server, name = user.name] { server.logins[name].failures = 0; });
    }
    if (statement.default_schema) {
        user.default_schema = place.catalog.require_schema(statement.default_schema->name).name;
    }
    if (!known)
        place.catalog.put(
            schema_info{.id = place.catalog.next_id(catalog::id_range::schema), .name = user.name, .owner = user.name});
    place.catalog.put(std::move(user));
}

void run(const sql::create_role_statement& statement, ddl_place& place) {
    if (!place.catalog.may(place.user, "CREATE ROLE"))
        throw sql_error(codes::no_ddl_privilege);
    if (place.catalog.find_role(statement.name.name) || place.catalog.find_user(statement.name.name)) {
        if (statement.if_not_exists)
            return;
        throw sql_error(codes::object_exists, {statement.name.name});
    }
    place.catalog.put(
        role_info{.id = place.catalog.next_id(catalog::id_range::role), .name = statement.name.name, .roles = {}});
}

void run(const sql::grant_statement& statement, ddl_place& place) {
    const std::vector<std::string> grantees = grantees_of(statement, place);
    if (statement.object)
        grant_on_object(statement, place, grantees);
    else
        grant_on_system(statement, place, grantees);
}

}  // namespace dmkit::mock
