#include <algorithm>
#include <vector>

#include "mockserver/catalog/catalog.hpp"
#include "mockserver/catalog/system_tables.hpp"

namespace dmkit::mock {

namespace {
constexpr std::string_view everybody = "PUBLIC";
constexpr std::string_view administrator = "DBA";
constexpr std::string_view reader_of_system_tables = "SOI";

/// What lies in SYS is for everybody, but for the system tables and the DBA_ views.
bool is_for_everybody(object_id object) {
    const system_relation* which = find_system_relation(object);
    return !which || !which->restricted;
}

/// The role SOI opens the system tables, not the DBA_ views.
bool is_system_table(object_id object) {
    const system_relation* which = find_system_relation(object);
    return which && which->name.starts_with("SYS");
}

/// True if @p wanted holds for the user, PUBLIC or a role that the user has, directly or through other roles.
template <class Wanted>
bool any_identity(const catalog& catalog, std::string_view user, Wanted wanted) {
    if (wanted(user) || wanted(everybody))
        return true;
    const user_info* info = catalog.find_user(user);
    if (!info)
        return false;
    // Roles are few: what was seen is a list. The names lie in the catalog.
    std::vector<std::string_view> reached(info->roles.begin(), info->roles.end());
    for (std::size_t next = 0; next < reached.size(); ++next) {
        if (wanted(reached[next]))
            return true;
        if (const role_info* role = catalog.find_role(reached[next]))
            for (const std::string& name : role->roles)
                if (std::find(reached.begin(), reached.end(), name) == reached.end())
                    reached.push_back(name);
    }
    return false;
}
}  // namespace

bool catalog::has_role(std::string_view user, std::string_view role) const {
    return any_identity(*this, user, [&](std::string_view name) { return name == role; });
}

bool catalog::may(std::string_view user, dmkit::mock::privilege privilege, std::string_view schema,
                  object_id object) const {
    const schema_info* info = find_schema(schema);
    if (info && info->owner == user)
        return true;
    if (info && info->system && privilege == privilege::select && is_for_everybody(object))
        return true;
    return any_identity(*this, user, [&](std::string_view name) {
        if (name == reader_of_system_tables && privilege == privilege::select && is_system_table(object))
            return true;
        return name == administrator || object_grants_.contains(object_grant_key{object, name, privilege});
    });
}

bool catalog::may(std::string_view user, std::string_view system_privilege) const {
    return any_identity(*this, user, [&](std::string_view name) {
        return name == administrator || system_grants_.contains(system_grant_key{name, system_privilege});
    });
}

}  // namespace dmkit::mock
