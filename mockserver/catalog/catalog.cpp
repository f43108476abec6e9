#include "mockserver/catalog/catalog.hpp"

#include <algorithm>
#include <iterator>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/catalog/fresh_database.hpp"
#include "mockserver/catalog/system_relations.hpp"

namespace dmkit::mock {

namespace {
constexpr std::string_view system_schema = "SYS";
/// A chain of synonyms longer than this is a circle.
constexpr int longest_synonym_chain = 16;

template <class Map>
auto find_in(const Map& map, std::string_view name) noexcept -> const typename Map::mapped_type* {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : &found->second;
}

object_id id_of(const schema_object& object) {
    return std::visit([](const auto& pointer) { return pointer->id; }, object);
}
}  // namespace

const std::string& name_of(const schema_object& object) noexcept {
    return std::visit([](const auto& pointer) -> const std::string& { return pointer->name; }, object);
}

catalog::catalog(name_order names) : catalog(fresh_database()) {
    if (!names.ignores_case())
        return;
    names_ = names;
    const auto reorder = [&]<class T>(by_name<T>& things) {
        things = by_name<T>(std::make_move_iterator(things.begin()), std::make_move_iterator(things.end()), names);
    };
    reorder(schemas_);
    for (auto& [schema, objects] : objects_)
        reorder(objects);
    reorder(objects_);
    reorder(public_synonyms_);
    reorder(users_);
    reorder(roles_);
}

catalog::catalog(empty_t /*tag*/) : next_ids_(static_cast<std::size_t>(id_range::end)) {}

const schema_info* catalog::find_schema(std::string_view name) const noexcept {
    return find_in(schemas_, name);
}

const user_info* catalog::find_user(std::string_view name) const noexcept {
    return find_in(users_, name);
}

const role_info* catalog::find_role(std::string_view name) const noexcept {
    return find_in(roles_, name);
}

const schema_object* catalog::find_object(std::string_view schema, std::string_view name) const noexcept {
    const schema_objects* objects = find_in(objects_, schema);
    return objects ? find_in(*objects, name) : nullptr;
}

const synonym_info* catalog::find_public_synonym(std::string_view name) const noexcept {
    return find_in(public_synonyms_, name);
}

std::shared_ptr<const table_info> catalog::find_table(object_id id) const noexcept {
    const auto found = tables_by_id_.find(id);
    return found == tables_by_id_.end() ? nullptr : found->second;
}

std::shared_ptr<const sequence_info> catalog::find_sequence(object_id id) const noexcept {
    const auto found = sequences_by_id_.find(id);
    return found == sequences_by_id_.end() ? nullptr : found->second;
}

std::shared_ptr<const table_info> catalog::find_index_owner(std::string_view schema,
                                                            std::string_view index) const noexcept {
    const schema_objects* objects = find_in(objects_, schema);
    if (!objects)
        return nullptr;
    for (const auto& [name, object] : *objects) {
        const auto* table = std::get_if<std::shared_ptr<const table_info>>(&object);
        if (table && std::any_of((*table)->indexes.begin(), (*table)->indexes.end(),
                                 [&](const index_info& candidate) { return names_.same(candidate.name, index); }))
            return *table;
    }
    return nullptr;
}

const schema_object* catalog::resolve_object(std::string_view schema, std::string_view name,
                                             std::string_view current_schema) const {
    std::string_view in_schema = schema;
    std::string_view wanted = name;
    for (int link = 0; link < longest_synonym_chain; ++link) {
        const schema_object* found = nullptr;
        if (!in_schema.empty()) {
            require_schema(in_schema);
            found = find_object(in_schema, wanted);
        } else {
            found = find_object(current_schema, wanted);
            if (!found) {
                if (const synonym_info* synonym = find_public_synonym(wanted)) {
                    in_schema = synonym->target_schema;
                    wanted = synonym->target_name;
                    continue;
                }
                found = find_object(system_schema, wanted);
            }
        }
        const auto* synonym = found ? std::get_if<std::shared_ptr<const synonym_info>>(found) : nullptr;
        if (!synonym)
            return found;
        in_schema = (*synonym)->target_schema;
        wanted = (*synonym)->target_name;
    }
    return nullptr;
}

relation catalog::resolve_relation(std::string_view schema, std::string_view name,
                                   std::string_view current_schema) const {
    if (const schema_object* object = resolve_object(schema, name, current_schema)) {
        if (const auto* table = std::get_if<std::shared_ptr<const table_info>>(object))
            return *table;
        if (const auto* view = std::get_if<std::shared_ptr<const view_info>>(object))
            return *view;
    }
    refuse_unknown_relation(schema, name);
}

void catalog::refuse_unknown_relation(std::string_view schema, std::string_view name) const {
    if ((schema.empty() || names_.same(schema, system_schema)) && is_missing_system_relation(names_.key(name)))
        throw sql_error::unsupported("system view " + std::string(name));
    throw sql_error(codes::unknown_table_or_view, {std::string(name)});
}

std::shared_ptr<const table_info> catalog::resolve_table(std::string_view schema, std::string_view name,
                                                         std::string_view current_schema) const {
    const schema_object* object = resolve_object(schema, name, current_schema);
    if (!object)
        refuse_unknown_relation(schema, name);
    if (const auto* table = std::get_if<std::shared_ptr<const table_info>>(object))
        return *table;
    throw sql_error(codes::unknown_table, {std::string(name)});
}

std::shared_ptr<const sequence_info> catalog::resolve_sequence(std::string_view schema, std::string_view name,
                                                               std::string_view current_schema) const {
    if (!schema.empty() && !find_schema(schema))
        return nullptr;
    const schema_object* object = resolve_object(schema, name, current_schema);
    const auto* sequence = object ? std::get_if<std::shared_ptr<const sequence_info>>(object) : nullptr;
    return sequence ? *sequence : nullptr;
}

std::shared_ptr<const routine_info> catalog::resolve_routine(std::string_view schema, std::string_view name,
                                                             std::string_view current_schema) const {
    if (!schema.empty() && !find_schema(schema))
        return nullptr;
    const schema_object* object = resolve_object(schema, name, current_schema);
    const auto* routine = object ? std::get_if<std::shared_ptr<const routine_info>>(object) : nullptr;
    return routine ? *routine : nullptr;
}

std::shared_ptr<const routine_info> catalog::find_routine(object_id id) const noexcept {
    const auto found = routines_by_id_.find(id);
    return found == routines_by_id_.end() ? nullptr : found->second;
}

const schema_info& catalog::require_schema(std::string_view name) const {
    if (const schema_info* schema = find_schema(name))
        return *schema;
    throw sql_error(codes::unknown_schema, {std::string(name)});
}

const column_info& catalog::require_column(const table_info& table, std::string_view name) {
    if (const column_info* column = table.find_column(name))
        return *column;
    throw sql_error(codes::unknown_column, {std::string(name)});
}

const catalog::schema_objects& catalog::objects(std::string_view schema) const noexcept {
    static const schema_objects none;
    const schema_objects* found = find_in(objects_, schema);
    return found ? *found : none;
}

object_id catalog::next_id(id_range range) {
    // Ranges as far as documents print ids of their kind; the others are apart from those.
    static constexpr object_id first[] = {
        1001,       // table
        134218800,  // constraint
        33555500,   // index
        16778500,   // view
        167772200,  // sequence
        268435500,  // synonym
        150995000,  // schema
        50331700,   // user
        67108900,   // role
        117441000,  // routine
    };
    object_id& given = next_ids_[static_cast<std::size_t>(range)];
    ++version_;
    return first[static_cast<std::size_t>(range)] + given++;
}

std::vector<object_id> catalog::id_counters() const {
    return next_ids_;
}

void catalog::set_id_counters(const std::vector<object_id>& counters) {
    for (std::size_t i = 0; i < next_ids_.size() && i < counters.size(); ++i)
        next_ids_[i] = counters[i];
}

void catalog::put_object(std::string_view schema, std::string_view name, object_id id, schema_object object) {
    schema_objects& objects = objects_.try_emplace(std::string(schema), names_).first->second;
    if (const auto found = objects.find(name); found != objects.end()) {
        if (id_of(found->second) != id)
            throw sql_error(codes::object_exists, {found->first});
        objects.erase(found);  // another spelling of the name may come now
    }
    objects.emplace(std::string(name), std::move(object));
    ++version_;
}

void catalog::leave_name(std::string_view schema, std::string_view old_name, std::string_view new_name) {
    if (names_.same(old_name, new_name))
        return;
    const auto objects = objects_.find(schema);
    if (const auto old = objects->second.find(old_name); old != objects->second.end())
        objects->second.erase(old);
}

void catalog::put(std::shared_ptr<const table_info> table) {
    put_object(table->schema, table->name, table->id, table);
    std::shared_ptr<const table_info>& known = tables_by_id_[table->id];
    if (known)
        leave_name(known->schema, known->name, table->name);
    known = std::move(table);
}

void catalog::put(std::shared_ptr<const view_info> view) {
    put_object(view->schema, view->name, view->id, view);
}

void catalog::put(std::shared_ptr<const sequence_info> sequence) {
    put_object(sequence->schema, sequence->name, sequence->id, sequence);
    std::shared_ptr<const sequence_info>& known = sequences_by_id_[sequence->id];
    if (known)
        leave_name(known->schema, known->name, sequence->name);
    known = std::move(sequence);
}

void catalog::put(std::shared_ptr<const synonym_info> synonym) {
    if (!synonym->schema.empty()) {
        put_object(synonym->schema, synonym->name, synonym->id, synonym);
        return;
    }
    if (const auto found = public_synonyms_.find(synonym->name); found != public_synonyms_.end()) {
        if (found->second.id != synonym->id)
            throw sql_error(codes::object_exists, {found->first});
        public_synonyms_.erase(found);  // as in put_object()
    }
    public_synonyms_.emplace(synonym->name, *synonym);
    ++version_;
}

void catalog::put(std::shared_ptr<const routine_info> routine) {
    put_object(routine->schema, routine->name, routine->id, routine);
    const object_id id = routine->id;
    routines_by_id_.insert_or_assign(id, std::move(routine));
}

void catalog::put(schema_info schema) {
    const std::string name = schema.name;
    schemas_.insert_or_assign(name, std::move(schema));
    objects_.try_emplace(name, names_);
    ++version_;
}

void catalog::put(user_info user) {
    const std::string name = user.name;
    users_.insert_or_assign(name, std::move(user));
    ++version_;
}

void catalog::put(role_info role) {
    const std::string name = role.name;
    roles_.insert_or_assign(name, std::move(role));
    ++version_;
}

void catalog::put(object_grant grant) {
    object_grants_.erase(grant);
    object_grants_.insert(std::move(grant));
    ++version_;
}

void catalog::put(system_grant grant) {
    system_grants_.erase(grant);
    system_grants_.insert(std::move(grant));
    ++version_;
}

void catalog::remove_object(std::string_view schema, std::string_view name) {
    const auto objects = objects_.find(schema);
    if (objects == objects_.end())
        return;
    const auto found = objects->second.find(name);
    if (found == objects->second.end())
        return;
    const object_id id = id_of(found->second);
    tables_by_id_.erase(id);
    sequences_by_id_.erase(id);
    routines_by_id_.erase(id);
    std::erase_if(object_grants_, [&](const object_grant& grant) { return grant.object == id; });
    objects->second.erase(found);
    ++version_;
}

void catalog::remove_public_synonym(std::string_view name) {
    if (const auto found = public_synonyms_.find(name); found != public_synonyms_.end())
        public_synonyms_.erase(found);
    ++version_;
}

void catalog::remove_schema(std::string_view schema) {
    const std::string name(schema);  // the argument may lie in what goes
    if (const auto objects = objects_.find(name); objects != objects_.end()) {
        while (!objects->second.empty())
            remove_object(name, std::string(objects->second.begin()->first));
        objects_.erase(objects);
    }
    if (const auto found = schemas_.find(name); found != schemas_.end())
        schemas_.erase(found);
    ++version_;
}

void catalog::remove_grantee(const std::string name) {
    std::erase_if(object_grants_, [&](const object_grant& grant) { return grant.grantee == name; });
    std::erase_if(system_grants_, [&](const system_grant& grant) { return grant.grantee == name; });
    if (const auto user = users_.find(name); user != users_.end())
        users_.erase(user);
    if (const auto role = roles_.find(name); role != roles_.end()) {
        roles_.erase(role);
        for (auto& [user_name, user] : users_)
            if (const auto held = user.roles.find(name); held != user.roles.end())
                user.roles.erase(held);
        for (auto& [role_name, other] : roles_)
            if (const auto held = other.roles.find(name); held != other.roles.end())
                other.roles.erase(held);
    }
    ++version_;
}

void catalog::remove(const object_grant& grant) {
    object_grants_.erase(grant);
    ++version_;
}

void catalog::remove(const system_grant& grant) {
    system_grants_.erase(grant);
    ++version_;
}

}  // namespace dmkit::mock
