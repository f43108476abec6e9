#include <cctype>
#include <charconv>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/session.hpp"
#include "mockserver/sql/walk.hpp"

namespace dmkit::mock {

namespace {
constexpr int invalid_argument = -3503;

/// Minutes east of UTC of `+8:00`, `-03:30`. @throws sql_error -3503
std::int16_t parse_zone(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    int sign = 1;
    if (at != end && (*at == '+' || *at == '-'))
        sign = *at++ == '-' ? -1 : 1;
    int hours = 0;
    int minutes = 0;
    const auto [after_hours, hours_error] = std::from_chars(at, end, hours);
    bool good = hours_error == std::errc() && after_hours != end && *after_hours == ':';
    if (good) {
        const auto [after_minutes, minutes_error] = std::from_chars(after_hours + 1, end, minutes);
        good = minutes_error == std::errc() && after_minutes == end;
    }
    // DM's zones reach from -12:59 to +14:00.
    const int offset = sign * (hours * 60 + minutes);
    if (!good || minutes > 59 || offset < -779 || offset > 840)
        throw sql_error(invalid_argument);
    return static_cast<std::int16_t>(offset);
}

/// The text of a setting: a string, or a bare word.
std::string setting_text(const sql::session_setting& setting) {
    if (setting.value) {
        if (const auto* text = std::get_if<sql::string_literal>(&setting.value->node))
            return text->value;
        if (const auto* word = std::get_if<sql::column_reference>(&setting.value->node))
            return word->name.last().name;
        if (const auto* number = std::get_if<sql::number_literal>(&setting.value->node))
            return number->text;
    }
    throw sql_error::unsupported("ALTER SESSION SET " + setting.name + " to this value");
}

std::string_view qualifier_of(const sql::qualified_name& name) {
    return name.qualifier() ? std::string_view(name.qualifier()->name) : std::string_view();
}
}  // namespace

void engine_session::run_command(const sql::statement& tree) {
    connection* storage = connection_ ? &*connection_ : nullptr;
    if (!operation_->kind_settled)
        operation_->result->kind = kind_of(tree);
    std::visit(sql::visitor{
                   [&](const sql::commit_statement&) { commit_now(); },
                   [&](const sql::rollback_statement& command) {
                       if (command.savepoint)
                           transaction_.roll_back_to(storage, command.savepoint->name);
                       else
                           rollback_now();
                   },
                   [&](const sql::savepoint_statement& command) {
                       begun_ = true;
                       transaction_.set_savepoint(storage, command.name.name);
                   },
                   [&](const sql::release_savepoint_statement& command) { transaction_.release(command.name.name); },
                   [&](const sql::start_transaction_statement&) { begun_ = true; },
                   [&](const sql::set_transaction_statement& command) { set_transaction(command); },
                   [&](const sql::lock_table_statement& command) { lock_table(command); },
                   [&](const sql::set_schema_statement& command) {
                       set_schema(command.schema.name);
                       operation_->result->text = context_.current_schema;
                   },
                   [&](const sql::set_time_zone_statement& command) {
                       context_.session_time_zone =
                           command.local ? server_->profile.time_zone : parse_zone(command.zone);
                   },
                   [&](const sql::set_identity_insert_statement& command) { set_identity_insert(command); },
                   [&](const sql::alter_session_statement& command) {
                       for (const sql::session_setting& setting : command.settings)
                           alter_session(setting);
                   },
                   [&](const sql::alter_system_statement& command) {
                       throw sql_error::unsupported("ALTER SYSTEM SET " + command.setting.name);
                   },
                   [&](const sql::administrative_statement& command) { accept_administration(command); },
                   [&](const auto&) { throw sql_error::unsupported("this kind of statement"); },
               },
               tree.node);
}

void engine_session::set_schema(std::string_view name) {
    const schema_info& schema = server_->catalog->require_schema(name);
    const bool own = schema.owner == context_.user;
    if (!own && !server_->catalog->has_role(context_.user, "DBA"))
        throw sql_error(codes::foreign_schema, {schema.name});
    context_.current_schema = schema.name;
    context_.current_schema_id = schema.id;
    change_session();
}

void engine_session::set_identity_insert(const sql::set_identity_insert_statement& command) {
    const auto table = server_->catalog->resolve_table(qualifier_of(command.table), command.table.last().name,
                                                       context_.current_schema);
    const column_info* column = table->identity_column();
    if (!column)
        throw sql_error(codes::invalid_identity, {table->name});
    if (command.on && identity_insert_ != 0 && identity_insert_ != table->id) {
        if (const auto other = server_->catalog->find_table(identity_insert_))
            throw sql_error(codes::identity_insert_taken, {other->name});
    }
    if (command.on)
        identity_insert_ = table->id;
    else if (identity_insert_ == table->id)
        identity_insert_ = 0;
    identity_replace_null_ = command.on && command.replace_null;
    change_session();
}

void engine_session::set_isolation(isolation level) {
    if (in_transaction())
        throw sql_error(codes::transaction_running);
    isolation_ = level;
}

void engine_session::set_transaction(const sql::set_transaction_statement& command) {
    if (in_transaction())
        throw sql_error(codes::transaction_running);
    if (command.isolation) {
        switch (*command.isolation) {
            case sql::isolation_level::read_uncommitted:
                isolation_ = isolation::read_uncommitted;
                break;
            case sql::isolation_level::read_committed:
                isolation_ = isolation::read_committed;
                break;
            case sql::isolation_level::repeatable_read:
                isolation_ = isolation::repeatable_read;
                break;
            case sql::isolation_level::serializable:
                isolation_ = isolation::serializable;
                break;
        }
    }
    if (command.read_only)
        transaction_read_only_ = *command.read_only;
}

void engine_session::alter_session(const sql::session_setting& setting) {
    const std::string value = setting_text(setting);
    if (setting.name == "CURRENT_SCHEMA")
        set_schema(value);
    else if (setting.name == "NLS_DATE_FORMAT")
        context_.date_format = value;
    else if (setting.name == "NLS_TIME_FORMAT")
        context_.time_format = value;
    else if (setting.name == "NLS_TIMESTAMP_FORMAT")
        context_.timestamp_format = value;
    else if (setting.name == "NLS_DATE_LANGUAGE")
        context_.english_dates = value.starts_with("ENGLISH") || value.starts_with("AMERICAN");
    else if (setting.name == "TIME_ZONE")
        context_.session_time_zone = parse_zone(value);
    else
        throw sql_error::unsupported("ALTER SESSION SET " + setting.name);
}

void engine_session::lock_table(const sql::lock_table_statement& command) {
    const auto table = server_->catalog->resolve_table(qualifier_of(command.table), command.table.last().name,
                                                       context_.current_schema);
    const access wanted{table->schema, table->name, table->id, privilege::select};
    check_accesses({&wanted, 1});
    // With one writer at a time, every lock is that writer's place; it is kept until the transaction ends.
    begun_ = true;
    begin_writing();
}

void engine_session::accept_administration(const sql::administrative_statement& command) const {
    for (const std::string_view accepted :
         {"CREATE TABLESPACE", "ALTER TABLESPACE", "DROP TABLESPACE", "STAT", "ANALYZE", "CHECKPOINT"})
        if (std::string_view(command.name).starts_with(accepted))
            return;
    throw sql_error::unsupported(command.name);
}

}  // namespace dmkit::mock
