#include "mockserver/engine/session_memory.hpp"

#include <algorithm>
#include <stdexcept>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/catalog/system_relations.hpp"

namespace dmkit::mock {

namespace {
/// Splits `S.T` and `"s".t`; unquoted parts fold if names do.
std::vector<std::string> split_name(std::string_view name, const name_order& order) {
    std::vector<std::string> parts(1);
    bool quoted = false;
    for (const char c : name) {
        if (c == '"')
            quoted = !quoted;
        else if (c == '.' && !quoted)
            parts.emplace_back();
        else
            parts.back() += quoted || order.ignores_case() ? c : sql::upper_letter(c);
    }
    return parts;
}

std::string yes_no(bool value) {
    return value ? "1" : "0";
}
}  // namespace

void session_memory::restore(trace before) noexcept {
    now = std::move(before.memory);
    server_.counters = std::move(before.counters);
    server_.last_identity = before.last_identity;
}

const table_info& session_memory::table_of(std::int32_t id) const {
    const auto table = visible_catalog().find_table(id);
    if (!table || !table->identity_column())
        throw std::logic_error("a plan draws an identity from a table without one");
    return *table;
}

const sequence_info& session_memory::sequence_of(std::int32_t id) const {
    const auto sequence = visible_catalog().find_sequence(id);
    if (!sequence)
        throw std::logic_error("a plan draws from an unknown sequence");
    return *sequence;
}

std::int64_t session_memory::next_identity(std::int32_t table) {
    const std::int64_t value = server_.counters.next_identity(table_of(table));
    now.generated.push_back(value);
    now.identity = server_.last_identity = value;
    return value;
}

void session_memory::note_identity(std::int32_t table, std::int64_t value) {
    server_.counters.note_identity(table_of(table), value);
    now.generated.push_back(value);
    now.identity = server_.last_identity = value;
}

std::int64_t session_memory::current_identity(std::int32_t table) {
    return server_.counters.current_identity(table_of(table));
}

std::int64_t session_memory::next_value(std::int32_t sequence) {
    const std::int64_t value = server_.counters.next_value(sequence_of(sequence));
    now.sequence_values[sequence] = value;
    return value;
}

std::int64_t session_memory::next_value(std::int32_t sequence, std::int32_t scope, std::int64_t row) {
    const auto [found, first] = now.drawn.try_emplace({sequence, scope});
    if (first || found->second.row != row)
        found->second = {row, next_value(sequence)};
    return found->second.value;
}

std::int64_t session_memory::current_value(std::int32_t sequence) {
    const auto found = now.sequence_values.find(sequence);
    if (found == now.sequence_values.end())
        throw sql_error(codes::no_current_value, {sequence_of(sequence).name});
    return found->second;
}

std::shared_ptr<const table_info> session_memory::identity_table(std::string_view name) const {
    const std::vector<std::string> parts = split_name(name, visible_catalog().names());
    const std::string_view schema = parts.size() > 1 ? std::string_view(parts[parts.size() - 2]) : std::string_view();
    const auto table = visible_catalog().resolve_table(schema, parts.back(), context_.current_schema);
    return table->identity_column() ? table : nullptr;
}

std::optional<std::int64_t> session_memory::identity_current(std::string_view table) {
    const auto found = identity_table(table);
    return found ? std::optional(server_.counters.current_identity(*found)) : std::nullopt;
}

std::optional<std::int64_t> session_memory::identity_seed(std::string_view table) {
    const auto found = identity_table(table);
    return found ? std::optional(found->identity_column()->identity->seed) : std::nullopt;
}

std::optional<std::int64_t> session_memory::identity_increment(std::string_view table) {
    const auto found = identity_table(table);
    return found ? std::optional(found->identity_column()->identity->increment) : std::nullopt;
}

std::optional<std::string> session_memory::schema_name(std::int64_t id) {
    for (const auto& [name, schema] : visible_catalog().schemas())
        if (schema.id == id)
            return name;
    return std::nullopt;
}

std::optional<std::int64_t> session_memory::user_id(std::string_view name) {
    const user_info* user = visible_catalog().find_user(name);
    return user ? std::optional<std::int64_t>(user->id) : std::nullopt;
}

std::optional<std::int64_t> session_memory::object_id(std::string_view name, std::string_view type) {
    const std::vector<std::string> parts = split_name(name, visible_catalog().names());
    const std::string_view schema = parts.size() > 1 ? std::string_view(parts[parts.size() - 2]) : std::string_view();
    const schema_object* object = visible_catalog().resolve_object(schema, parts.back(), context_.current_schema);
    const name_order& order = visible_catalog().names();
    if (!object && (schema.empty() || order.same(schema, "SYS")) && is_missing_system_relation(order.key(parts.back())))
        throw sql_error::unsupported("system view " + parts.back());
    if (!object)
        return std::nullopt;
    const std::string_view kind = std::holds_alternative<std::shared_ptr<const table_info>>(*object)  ? "U"
                                  : std::holds_alternative<std::shared_ptr<const view_info>>(*object) ? "V"
                                                                                                      : "";
    if (!type.empty() && type != kind)
        return std::nullopt;
    return std::visit([](const auto& pointer) -> std::int64_t { return pointer->id; }, *object);
}

std::optional<std::string> session_memory::parameter(std::string_view name) {
    const profile& profile = server_.profile;
    if (name == "COMPATIBLE_MODE")
        return std::to_string(profile.compatible_mode);
    if (name == "LENGTH_IN_CHAR")
        return yes_no(profile.length_in_char);
    if (name == "GLOBAL_PAGE_SIZE")
        return std::to_string(profile.page_size);
    if (name == "CASE_SENSITIVE" || name == "GLOBAL_STR_CASE_SENSITIVE")
        return yes_no(profile.case_sensitive);
    if (name == "GLOBAL_CHARSET" || name == "UNICODE_FLAG")
        return std::to_string(profile.charset == charset::gb18030 ? 0 : profile.charset == charset::utf8 ? 1 : 2);
    return std::nullopt;
}

std::optional<std::int64_t> session_memory::sequence_current(std::string_view schema, std::string_view name) {
    const auto sequence = visible_catalog().resolve_sequence(schema, name, context_.current_schema);
    if (!sequence)
        return std::nullopt;
    const auto found = now.sequence_values.find(sequence->id);
    return found == now.sequence_values.end() ? std::nullopt : std::optional(found->second);
}

std::shared_ptr<const std::vector<system_row>> session_memory::system_rows(std::string_view name) {
    const system_relation* which = find_system_relation(name);
    if (!which)
        throw std::logic_error("a plan reads an unknown system table");
    const catalog& catalog = visible_catalog();
    if (const auto known = system_rows_.find(name); known != system_rows_.end() && !which->counted &&
                                                    known->second.version == catalog.version() &&
                                                    known->second.user == context_.user)
        return known->second.rows;
    const system_viewer viewer{catalog, context_.user,
                               [this](const sequence_info& sequence) { return server_.counters.peek(sequence); }};
    auto rows = std::make_shared<const std::vector<system_row>>(rows_of(*which, viewer));
    system_rows_.insert_or_assign(std::string(name), known_rows{catalog.version(), context_.user, rows});
    return rows;
}

bool session_memory::may_see(std::int64_t user, std::int64_t object) {
    const catalog& catalog = visible_catalog();
    const auto who = std::find_if(catalog.users().begin(), catalog.users().end(),
                                  [&](const auto& one) { return one.second.id == user; });
    if (who == catalog.users().end())
        return false;
    for (const auto& [schema, info] : catalog.schemas())
        for (const auto& [name, one] : catalog.objects(schema))
            if (std::visit([](const auto& pointer) -> std::int64_t { return pointer->id; }, one) == object) {
                const bool routine = std::holds_alternative<std::shared_ptr<const routine_info>>(one);
                return catalog.may(who->first, routine ? privilege::execute : privilege::select, schema,
                                   static_cast<dmkit::mock::object_id>(object));
            }
    return catalog.has_role(who->first, "DBA");
}

}  // namespace dmkit::mock
