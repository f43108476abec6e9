#include <functional>
#include <set>

#include "mockserver/catalog/catalog.hpp"

namespace dmkit::mock {

namespace {
constexpr std::string_view everybody = "PUBLIC";
constexpr std::string_view administrator = "DBA";

/// The user and every role that reaches it, PUBLIC included.
std::set<std::string, std::less<>> identities(const catalog& catalog, std::string_view user) {
    std::set<std::string, std::less<>> found{std::string(user), std::string(everybody)};
    const std::function<void(const std::set<std::string, std::less<>>&)> add = [&](const auto& roles) {
        for (const std::string& name : roles) {
            if (!found.insert(name).second)
                continue;
            if (const role_info* role = catalog.find_role(name))
                add(role->roles);
        }
    };
    if (const user_info* info = catalog.find_user(user))
        add(info->roles);
    return found;
}
}  // namespace

bool catalog::has_role(std::string_view user, std::string_view role) const {
    return identities(*this, user).contains(role);
}

bool catalog::may(std::string_view user, dmkit::mock::privilege privilege, std::string_view schema,
                  object_id object) const {
    const schema_info* info = find_schema(schema);
    if (info && info->owner == user)
        return true;
    const auto names = identities(*this, user);
    if (names.contains(administrator))
        return true;
    if (info && info->system && privilege == privilege::select)
        return true;
    for (const std::string& name : names)
        if (object_grants_.contains({.grantee = name, .object = object, .privilege = privilege}))
            return true;
    return false;
}

bool catalog::may(std::string_view user, std::string_view system_privilege) const {
    const auto names = identities(*this, user);
    if (names.contains(administrator))
        return true;
    for (const std::string& name : names)
        if (system_grants_.contains({.grantee = name, .privilege = std::string(system_privilege)}))
            return true;
    return false;
}

}  // namespace dmkit::mock
