#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mockserver/catalog/names.hpp"
#include "mockserver/catalog/objects.hpp"
#include "mockserver/error.hpp"

namespace dmkit::mock {

/// What a name in a schema stands for. Tables, views, sequences, synonyms, procedures and functions
/// share one name space.
using schema_object = std::variant<std::shared_ptr<const table_info>, std::shared_ptr<const view_info>,
                                   std::shared_ptr<const sequence_info>, std::shared_ptr<const synonym_info>,
                                   std::shared_ptr<const routine_info>>;

/// The name under which it stands in its schema.
[[nodiscard]] const std::string& name_of(const schema_object& object) noexcept;

/// A table or a view.
using relation = std::variant<std::shared_ptr<const table_info>, std::shared_ptr<const view_info>>;

/// All named things of one database. A value: a copy shares the objects, which never change, so DDL works on a copy
/// that replaces the original when it succeeds. Names are kept as their makers spelled them (folded, with
/// CASE_SENSITIVE=Y) and found as names() says; what refers to another object by name spells it as the object does.
///
/// A name without schema means the current schema, then a public synonym, then a system view of SYS.
class catalog {
  public:
    /// A fresh database: the system schemas with their views, users and roles.
    explicit catalog(name_order names = name_order());
    /// Nothing at all.
    struct empty_t {};
    explicit catalog(empty_t tag);

    /// Counts the changes; plans of another version must be bound again.
    [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

    [[nodiscard]] const name_order& names() const noexcept { return names_; }

    // --- looking up: null or empty when there is none

    [[nodiscard]] const schema_info* find_schema(std::string_view name) const noexcept;
    [[nodiscard]] const user_info* find_user(std::string_view name) const noexcept;
    [[nodiscard]] const role_info* find_role(std::string_view name) const noexcept;
    /// Exactly this schema, synonyms not followed.
    [[nodiscard]] const schema_object* find_object(std::string_view schema, std::string_view name) const noexcept;
    [[nodiscard]] const synonym_info* find_public_synonym(std::string_view name) const noexcept;
    [[nodiscard]] std::shared_ptr<const table_info> find_table(object_id id) const noexcept;
    [[nodiscard]] std::shared_ptr<const sequence_info> find_sequence(object_id id) const noexcept;
    /// All tables, by id.
    [[nodiscard]] const std::map<object_id, std::shared_ptr<const table_info>>& tables() const noexcept {
        return tables_by_id_;
    }
    /// The table that owns the index, or null.
    [[nodiscard]] std::shared_ptr<const table_info> find_index_owner(std::string_view schema,
                                                                     std::string_view index) const noexcept;

    // --- resolving: an empty @p schema means the rules above; synonyms are followed

    /// @throws sql_error -2103 for an unknown schema, -2106 for an unknown table or view, -99999 for one of DM8's that
    /// the mock lacks
    [[nodiscard]] relation resolve_relation(std::string_view schema, std::string_view name,
                                            std::string_view current_schema) const;
    /// @throws sql_error as resolve_relation(), -2104 when it is a view
    [[nodiscard]] std::shared_ptr<const table_info> resolve_table(std::string_view schema, std::string_view name,
                                                                  std::string_view current_schema) const;
    /// Null when there is no such sequence: `a.nextval` may be something else. @throws nothing
    [[nodiscard]] std::shared_ptr<const sequence_info> resolve_sequence(std::string_view schema, std::string_view name,
                                                                        std::string_view current_schema) const;
    /// A procedure or function; null when there is none. @throws nothing
    [[nodiscard]] std::shared_ptr<const routine_info> resolve_routine(std::string_view schema, std::string_view name,
                                                                      std::string_view current_schema) const;
    [[nodiscard]] std::shared_ptr<const routine_info> find_routine(object_id id) const noexcept;
    /// As the others, for any kind; null when there is none. @throws sql_error -2103
    [[nodiscard]] const schema_object* resolve_object(std::string_view schema, std::string_view name,
                                                      std::string_view current_schema) const;
    /// For a name that resolving found nothing for. @throws sql_error -2106 or -99999, as resolve_relation()
    [[noreturn]] void refuse_unknown_relation(std::string_view schema, std::string_view name) const;
    /// @throws sql_error -2103
    const schema_info& require_schema(std::string_view name) const;
    /// @throws sql_error -2111
    static const column_info& require_column(const table_info& table, std::string_view name);

    // --- rights

    /// True if @p user owns the schema, is DBA, or was granted the right, directly, by role or through PUBLIC.
    [[nodiscard]] bool may(std::string_view user, dmkit::mock::privilege privilege, std::string_view schema,
                           object_id object) const;
    /// True if @p user has @p role, directly or through other roles.
    [[nodiscard]] bool has_role(std::string_view user, std::string_view role) const;
    /// True if @p user is DBA or was granted @p privilege (`CREATE TABLE`), directly or by role.
    [[nodiscard]] bool may(std::string_view user, std::string_view system_privilege) const;

    // --- walking, in order of names

    using schema_objects = by_name<schema_object>;
    [[nodiscard]] const by_name<schema_info>& schemas() const noexcept { return schemas_; }
    [[nodiscard]] const by_name<user_info>& users() const noexcept { return users_; }
    [[nodiscard]] const by_name<role_info>& roles() const noexcept { return roles_; }
    /// Nothing for an unknown schema.
    [[nodiscard]] const schema_objects& objects(std::string_view schema) const noexcept;
    [[nodiscard]] const by_name<synonym_info>& public_synonyms() const noexcept { return public_synonyms_; }
    [[nodiscard]] const dmkit::mock::object_grants& object_grants() const noexcept { return object_grants_; }
    [[nodiscard]] const dmkit::mock::system_grants& system_grants() const noexcept { return system_grants_; }

    // --- changing: for the DDL executor; each call moves the version

    /// The kinds of object number their own range, as in DM8.
    enum class id_range : std::uint8_t {
        table,
        constraint,
        index,
        view,
        sequence,
        synonym,
        schema,
        user,
        role,
        routine,
        end
    };
    object_id next_id(id_range range);

    /// Adds or replaces. @throws sql_error -2124 when the name is taken by an object of another id
    void put(std::shared_ptr<const table_info> table);
    void put(std::shared_ptr<const view_info> view);
    void put(std::shared_ptr<const sequence_info> sequence);
    void put(std::shared_ptr<const synonym_info> synonym);
    void put(std::shared_ptr<const routine_info> routine);
    void put(schema_info schema);
    void put(user_info user);
    void put(role_info role);
    void put(object_grant grant);
    void put(system_grant grant);
    void remove_object(std::string_view schema, std::string_view name);
    void remove_public_synonym(std::string_view name);
    void remove_schema(std::string_view schema);
    /// The user, or the role; its grants go too.
    void remove_grantee(std::string name);
    void remove(const object_grant& grant);
    void remove(const system_grant& grant);

    /// The counters of next_id(), for storage.
    [[nodiscard]] std::vector<object_id> id_counters() const;
    void set_id_counters(const std::vector<object_id>& counters);

  private:
    void put_object(std::string_view schema, std::string_view name, object_id id, schema_object object);
    /// A renamed object leaves its old name.
    void leave_name(std::string_view schema, std::string_view old_name, std::string_view new_name);

    std::uint64_t version_ = 1;
    name_order names_;
    by_name<schema_info> schemas_{names_};
    by_name<schema_objects> objects_{names_};  ///< by schema
    by_name<synonym_info> public_synonyms_{names_};
    by_name<user_info> users_{names_};
    by_name<role_info> roles_{names_};
    dmkit::mock::object_grants object_grants_;
    dmkit::mock::system_grants system_grants_;
    std::map<object_id, std::shared_ptr<const table_info>> tables_by_id_;
    std::map<object_id, std::shared_ptr<const sequence_info>> sequences_by_id_;
    std::map<object_id, std::shared_ptr<const routine_info>> routines_by_id_;
    std::vector<object_id> next_ids_;
};

}  // namespace dmkit::mock
