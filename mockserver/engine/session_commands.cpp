#include <algorithm>
#include <stdexcept>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/ddl_support.hpp"
#include "mockserver/engine/session.hpp"
#include "mockserver/sql/walk.hpp"

namespace dmkit::mock {

namespace {

/// A number of one or two digits at the front of @p text, which it leaves; -1 if there is none.
int take_number(std::string_view& text) noexcept {
    int number = -1;
    for (int digits = 0; digits < 2 && !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits) {
        number = std::max(number, 0) * 10 + (text.front() - '0');
        text.remove_prefix(1);
    }
    return number;
}

/// Minutes east of UTC of `+8:00`, `-03:30`. @throws sql_error -3503
std::int16_t parse_zone(std::string_view text) {
    const bool west = text.starts_with('-');
    if (west || text.starts_with('+'))
        text.remove_prefix(1);
    const int hours = take_number(text);
    const bool divided = text.starts_with(':');
    text.remove_prefix(divided ? 1 : 0);
    const int minutes = take_number(text);
    const int offset = (west ? -1 : 1) * (hours * 60 + minutes);
    // DM's zones reach from -12:59 to +14:00.
    if (hours < 0 || !divided || minutes < 0 || minutes > 59 || !text.empty() || offset < -779 || offset > 840)
        throw sql_error(codes::invalid_argument);
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

isolation isolation_of(sql::isolation_level level) {
    switch (level) {
        case sql::isolation_level::read_uncommitted:
            return isolation::read_uncommitted;
        case sql::isolation_level::read_committed:
            return isolation::read_committed;
        case sql::isolation_level::repeatable_read:
            return isolation::repeatable_read;
        case sql::isolation_level::serializable:
            return isolation::serializable;
    }
    throw std::logic_error("an unknown isolation level");
}

/// Whether the names of days and months are English. @throws sql_error -3503
bool is_english(const std::string& language) {
    if (language.starts_with("ENGLISH") || language.starts_with("AMERICAN"))
        return true;
    if (language.ends_with("CHINESE"))
        return false;
    throw sql_error(codes::invalid_argument);
}
}  // namespace

void engine_session::run_command(const sql::statement& tree) {
    connection* storage = connection_ ? &*connection_ : nullptr;
    const auto key_of = [&](const sql::identifier& name) { return visible_catalog().names().key(name.name); };
    tell_change(kind_of(tree));
    std::visit(sql::visitor{
                   [&](const sql::commit_statement&) { commit_now(); },
                   [&](const sql::rollback_statement& command) {
                       if (command.savepoint)
                           roll_back_to(key_of(*command.savepoint));
                       else
                           rollback_now();
                   },
                   [&](const sql::savepoint_statement& command) {
                       begun_ = true;
                       transaction_.set_savepoint(storage, key_of(command.name));
                   },
                   [&](const sql::release_savepoint_statement& command) { transaction_.release(key_of(command.name)); },
                   [&](const sql::start_transaction_statement&) { begun_ = true; },
                   [&](const sql::set_transaction_statement& command) { set_transaction(command); },
                   [&](const sql::lock_table_statement& command) { lock_table(command); },
                   [&](const sql::set_schema_statement& command) { set_schema(command.schema.name); },
                   [&](const sql::set_time_zone_statement& command) {
                       set_time_zone(command.local ? server_->profile.time_zone : parse_zone(command.zone));
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
                   [&](const auto&) { throw std::logic_error("a statement of no known kind"); },
               },
               tree.node);
}

void engine_session::enter_schema(std::string_view name) {
    const schema_info& schema = visible_catalog().require_schema(name);
    const bool own = schema.owner == context_.user;
    if (!own && !visible_catalog().has_role(context_.user, "DBA"))
        throw sql_error(codes::foreign_schema, {schema.name});
    context_.current_schema = schema.name;
    context_.current_schema_id = schema.id;
    change_session();
}

void engine_session::set_schema(std::string_view name) {
    enter_schema(name);
    tell_change(statement_kind::set_schema);
    operation_->result->text = context_.current_schema;
}

void engine_session::set_time_zone(std::int16_t minutes) {
    context_.session_time_zone = minutes;
    // Clients are told by the kind of the answer, and convert to the zone from then on.
    tell_change(statement_kind::set_time_zone);
    operation_->result->time_zone = minutes;
}

void engine_session::tell_change(statement_kind kind) {
    if (!operation_->kind_settled)
        operation_->result->kind = kind;
}

void engine_session::set_format(std::string& format, std::string value, statement_kind kind) {
    // The answer carries it behind a length of one byte, in the session's character set.
    constexpr std::size_t longest_format = 190;
    if (value.size() > longest_format)
        throw sql_error(codes::invalid_argument);
    tell_change(kind);
    operation_->result->text = value;
    format = std::move(value);
}

void engine_session::set_identity_insert(const sql::set_identity_insert_statement& command) {
    const auto table =
        visible_catalog().resolve_table(qualifier_of(command.table), command.table.last().name, acting_schema());
    const column_info* column = table->identity_column();
    if (!column)
        throw sql_error(codes::invalid_identity, {table->name});
    if (command.on && identity_insert_ != 0 && identity_insert_ != table->id) {
        if (const auto other = visible_catalog().find_table(identity_insert_))
            throw sql_error(codes::identity_insert_taken, {other->name});
    }
    if (!command.on && identity_insert_ != table->id)
        return;
    identity_insert_ = command.on ? table->id : 0;
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
    if (command.isolation)
        transaction_isolation_ = isolation_of(*command.isolation);
    if (command.read_only)
        transaction_read_only_ = *command.read_only;
    operation_->result->isolation = transaction_isolation_.value_or(isolation_);
    operation_->result->read_only = transaction_read_only_ || read_only_;
}

void engine_session::alter_session(const sql::session_setting& setting) {
    const std::string value = setting_text(setting);
    if (setting.name == "CURRENT_SCHEMA")
        set_schema(value);
    else if (setting.name == "NLS_DATE_FORMAT")
        set_format(context_.date_format, value, statement_kind::set_date_format);
    else if (setting.name == "NLS_TIME_FORMAT")
        set_format(context_.time_format, value, statement_kind::set_time_format);
    else if (setting.name == "NLS_TIMESTAMP_FORMAT")
        set_format(context_.timestamp_format, value, statement_kind::set_timestamp_format);
    else if (setting.name == "NLS_DATE_LANGUAGE")
        set_date_language(is_english(visible_catalog().names().key(value)));
    else if (setting.name == "TIME_ZONE")
        set_time_zone(parse_zone(value));
    else
        throw sql_error::unsupported("ALTER SESSION SET " + setting.name);
}

void engine_session::set_date_language(bool english) {
    tell_change(statement_kind::set_date_language);
    context_.english_dates = english;
    operation_->result->english_dates = english;
}

void engine_session::lock_table(const sql::lock_table_statement& command) {
    const auto table =
        visible_catalog().resolve_table(qualifier_of(command.table), command.table.last().name, acting_schema());
    const access wanted{table->schema, table->name, table->id, privilege::select};
    check_accesses({&wanted, 1}, acting_user());
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
