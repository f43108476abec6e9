#include "mockserver/engine/table_builder.hpp"

#include <algorithm>
#include <cctype>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock {

namespace {

bool is_reserved_column(const std::string& name) {
    return name == "ROWID" || name == "TRXID" || name.starts_with("VERSIONS_");
}

/// The longest VARCHAR that a table may declare, by page size (dialect: data types).
int longest_varchar(int page_size) {
    switch (page_size) {
        case 4096:
            return 1900;
        case 8192:
            return 3900;
        case 16384:
            return 8000;
        default:
            return 8188;
    }
}

bool mentions_long_row(std::string_view text) {
    std::string words;
    for (const char c : text) {
        const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
        if (!blank)
            words += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        else if (!words.empty() && words.back() != ' ')
            words += ' ';
    }
    return words.find("USING LONG ROW") != std::string::npos;
}

referential_action action_of(sql::referential_action action) {
    switch (action) {
        case sql::referential_action::cascade:
            return referential_action::cascade;
        case sql::referential_action::set_null:
            return referential_action::set_null;
        case sql::referential_action::set_default:
            throw sql_error::unsupported("SET DEFAULT of a foreign key");
        default:
            return referential_action::no_action;
    }
}

/// IDENTITY is for INT, BIGINT and DEC(n, 0); AUTO_INCREMENT for the small integers, too. Seed and increment must be
/// values of the type.
bool can_be(const identity_info& identity, const data_type& type) {
    const auto within = [&](std::int64_t least, std::int64_t greatest) {
        return identity.seed >= least && identity.seed <= greatest && identity.increment >= least &&
               identity.increment <= greatest;
    };
    switch (type.id) {
        case type_id::tinyint:
            return identity.auto_increment && within(INT8_MIN, INT8_MAX);
        case type_id::smallint:
            return identity.auto_increment && within(INT16_MIN, INT16_MAX);
        case type_id::integer:
            return within(INT32_MIN, INT32_MAX);
        case type_id::bigint:
            return true;
        case type_id::decimal: {
            std::int64_t greatest = 9;
            for (int digit = 1; digit < type.precision && greatest <= INT64_MAX / 10 - 1; ++digit)
                greatest = greatest * 10 + 9;
            constexpr int any_int64 = 19;
            return type.scale == 0 &&
                   (type.precision == 0 || type.precision >= any_int64 || within(-greatest, greatest));
        }
        default:
            return false;
    }
}

/// Equal values of both types have equal storage forms.
bool comparable(type_id a, type_id b) {
    return a == b || (is_integer(a) && is_integer(b)) || (is_text(a) && is_text(b));
}

}  // namespace

void require_allowed_name(const std::string& column, const name_order& order) {
    if (is_reserved_column(order.key(column)))
        throw sql_error(codes::unknown_column, {column});
}

bool comparable(const table_info& table, const constraint_info& foreign_key, const table_info& target) {
    for (std::size_t i = 0; i < foreign_key.columns.size(); ++i)
        if (!comparable(table.find_column(foreign_key.columns[i])->type.id,
                        target.find_column(foreign_key.referenced_columns[i])->type.id))
            return false;
    return true;
}

bool holds_large_object(const column_info& column) noexcept {
    return column.type.id == type_id::clob || column.type.id == type_id::blob;
}

std::shared_ptr<const sql::expression> table_builder::parse(const std::string& text) const {
    return sql::parse_expression(text, parse_options_of(place_.server.profile));
}

void table_builder::set_type(column_info& column, const sql::type_name& type) {
    const resolved_type resolved = resolve_type(type, place_.binding());
    column.type = resolved.type;
    column.type_name = resolved.type_name;
    column.length_in_characters = resolved.length_in_characters;
    // The default length of VARCHAR may be more than a page takes; only what was written is refused for that.
    const bool variable = column.type.id == type_id::varchar || column.type.id == type_id::varchar2 ||
                          column.type.id == type_id::varbinary;
    if (variable && !type.precision)
        column.type.precision = std::min(column.type.precision, longest_varchar(place_.server.profile.page_size));
}

void table_builder::check_default(const sql::expression& value, const column_info& column) const {
    [[maybe_unused]] const bound_assignment bound = bind_default(value, column, place_.binding());
}

void table_builder::set_default(column_info& column, const sql::stored_expression& value) {
    column.default_text = value.text;
    column.default_value = parse(value.text);
    check_default(*column.default_value, column);
}

stored_expression bind_computed(column_info& column, const sql::expression& tree, const std::string& text,
                                const table_info& table, const bind_context& context) {
    bound_expression bound = bind_value(tree, text, table, context);
    if (!bound.deterministic)
        throw sql_error::unsupported("a computed column that changes by itself");
    if (column.type_name.empty()) {
        column.type = bound.type;
        column.type_name = bound.type_name;
    }
    stored_expression computed = std::move(bound.expression);
    bound_assignment converted = bind_conversion(computed.sql, bound.type, column);
    computed.sql = std::move(converted.sql);
    computed.functions.insert(computed.functions.end(), converted.functions.begin(), converted.functions.end());
    computed.text = text;
    return computed;
}

bool rebind_expressions(table_info& table, const bind_context& context) {
    bool changed = false;
    const auto replace = [&](stored_expression& kept, stored_expression bound) {
        changed = changed || bound.sql != kept.sql;
        bound.text = std::move(kept.text);
        kept = std::move(bound);
    };
    const sql::parse_options options = parse_options_of(context.profile);
    const table_info plain = table;
    for (column_info& column : table.columns)
        if (column.computed)
            replace(*column.computed, bind_computed(column, *sql::parse_expression(column.computed->text, options),
                                                    column.computed->text, plain, context));
    for (constraint_info& constraint : table.constraints)
        if (constraint.condition)
            replace(*constraint.condition, bind_condition(*sql::parse_expression(constraint.condition->text, options),
                                                          constraint.condition->text, plain, context)
                                               .expression);
    for (index_info& index : table.indexes)
        for (index_key& key : index.keys)
            if (key.expression)
                replace(*key.expression, bind_value(*sql::parse_expression(key.expression->text, options),
                                                    key.expression->text, plain, context)
                                             .expression);
    return changed;
}

void table_builder::set_identity(column_info& column, const sql::column_definition& definition) {
    if (!definition.identity && !definition.auto_increment)
        return;
    identity_info identity{.auto_increment = definition.auto_increment};
    if (definition.identity) {
        identity.seed = definition.identity->seed;
        identity.increment = definition.identity->step;
    }
    if (table_.identity_column() || identity.increment == 0 || !can_be(identity, column.type) ||
        definition.default_value || definition.generated)
        throw sql_error(codes::invalid_identity, {column.name});
    column.identity = identity;
    column.nullable = false;
}

column_id table_builder::add_column(const sql::column_definition& definition) {
    const std::string& name = definition.name.name;
    require_allowed_name(name, table_.names);
    if (table_.find_column(name))
        throw sql_error(codes::column_exists, {name});
    if (!definition.visible)
        throw sql_error::unsupported("NOT VISIBLE columns", position_of(definition.where));
    column_info made;
    made.id = table_.next_column++;
    made.name = name;
    if (definition.type)
        set_type(made, *definition.type);
    made.nullable = definition.nullable.value_or(true);
    made.comment = definition.comment.value_or("");
    if (definition.generated) {
        made.computed =
            bind_computed(made, *definition.generated->value, definition.generated->text, table_, place_.binding());
    }
    set_identity(made, definition);
    if (definition.default_value)
        set_default(made, *definition.default_value);
    made.default_on_null = definition.default_on_null;
    if (definition.on_update) {
        made.on_update_text = definition.on_update->text;
        made.on_update_value = parse(made.on_update_text);
        check_default(*made.on_update_value, made);
    }
    table_.columns.push_back(std::move(made));
    const column_id id = table_.columns.back().id;
    for (const sql::constraint_definition& constraint : definition.constraints)
        kept_.push_back({&constraint, id});
    return id;
}

void table_builder::change_column(column_info& column, const sql::column_definition& definition) {
    if (definition.identity || definition.auto_increment)
        throw sql_error(codes::invalid_identity, {column.name});
    if (definition.generated || definition.on_update)
        throw sql_error::unsupported("MODIFY to a computed column", position_of(definition.where));
    if (definition.type)
        set_type(column, *definition.type);
    if (definition.nullable)
        set_nullable(column, *definition.nullable);
    if (definition.default_value) {
        set_default(column, *definition.default_value);
        column.default_on_null = definition.default_on_null;
    }
    if (definition.comment)
        column.comment = *definition.comment;
    for (const sql::constraint_definition& constraint : definition.constraints)
        kept_.push_back({&constraint, column.id});
}

void table_builder::check_type(const column_info& column) const {
    if (column.identity && !can_be(*column.identity, column.type))
        throw sql_error(codes::invalid_identity, {column.name});
    for (const index_info& index : table_.indexes)
        for (const index_key& key : index.keys)
            if (key.column == column.id && holds_large_object(column))
                throw sql_error(codes::lob_compared);
}

void table_builder::set_nullable(column_info& column, bool nullable) const {
    const constraint_info* key = table_.primary_key();
    const bool in_key = key && std::find(key->columns.begin(), key->columns.end(), column.id) != key->columns.end();
    if (nullable && (column.identity || in_key))
        throw sql_error(codes::column_depended_on, {column.name});
    column.nullable = nullable;
}

void table_builder::finish() {
    for (const kept_constraint& each : kept_)
        add(*each.definition, {each.column});
    kept_.clear();
}

void table_builder::add_constraint(const sql::constraint_definition& definition) {
    add(definition, columns_of(definition.columns));
}

std::vector<column_id> table_builder::columns_of(const std::vector<sql::identifier>& names) const {
    std::vector<column_id> ids;
    for (const sql::identifier& name : names) {
        const column_id id = catalog::require_column(table_, name.name).id;
        if (std::find(ids.begin(), ids.end(), id) != ids.end())
            throw sql_error(codes::column_exists, {name.name});
        ids.push_back(id);
    }
    return ids;
}

column_info& table_builder::column(column_id id) {
    return *std::find_if(table_.columns.begin(), table_.columns.end(),
                         [&](const column_info& each) { return each.id == id; });
}

bool table_builder::name_taken(std::string_view constraint) const {
    if (table_.find_constraint(constraint))
        return true;
    for (const auto& [id, other] : place_.catalog.tables())
        if (id != table_.id && other->schema == table_.schema && other->find_constraint(constraint))
            return true;
    return false;
}

void table_builder::add(const sql::constraint_definition& definition, std::vector<column_id> columns) {
    // A cluster key orders storage, which nobody can see here.
    if (definition.kind == sql::constraint_kind::cluster_key && !definition.unique_cluster) {
        cluster_columns_.insert(cluster_columns_.end(), columns.begin(), columns.end());
        return;
    }
    constraint_info made;
    made.id = place_.catalog.next_id(catalog::id_range::constraint);
    made.generated_name = !definition.name;
    made.name = definition.name ? definition.name->name : "CONS" + std::to_string(made.id);
    if (name_taken(made.name))
        throw sql_error(codes::object_exists, {made.name});
    made.columns = std::move(columns);
    made.enabled = !definition.disabled;
    switch (definition.kind) {
        case sql::constraint_kind::primary_key:
        case sql::constraint_kind::unique:
        case sql::constraint_kind::cluster_key:
            add_key(std::move(made), definition.kind == sql::constraint_kind::primary_key);
            break;
        case sql::constraint_kind::foreign_key:
            add_foreign_key(std::move(made), definition);
            break;
        case sql::constraint_kind::check:
            add_check(std::move(made), definition);
            break;
    }
}

index_info table_builder::make_index(const std::vector<column_id>& columns, bool unique) {
    index_info index;
    index.id = place_.catalog.next_id(catalog::id_range::index);
    index.name = "INDEX" + std::to_string(index.id);
    index.generated_name = true;
    index.unique = unique;
    for (const column_id id : columns) {
        if (holds_large_object(column(id)))
            throw sql_error(codes::lob_compared);
        index.keys.push_back({.column = id, .expression = {}});
    }
    return index;
}

void table_builder::add_key(constraint_info constraint, bool primary) {
    if (primary && table_.primary_key())
        throw sql_error(codes::key_exists);
    for (const constraint_info& other : table_.constraints) {
        const bool key = other.kind == constraint_kind::primary_key || other.kind == constraint_kind::unique;
        if (key && other.columns == constraint.columns)
            throw sql_error(codes::key_exists);
    }
    constraint.kind = primary ? constraint_kind::primary_key : constraint_kind::unique;
    if (constraint.enabled) {
        index_info index = make_index(constraint.columns, true);
        index.constraint = constraint.id;
        constraint.index = index.id;
        table_.indexes.push_back(std::move(index));
    }
    if (primary)
        for (const column_id id : constraint.columns)
            column(id).nullable = false;
    table_.constraints.push_back(std::move(constraint));
}

void table_builder::add_foreign_key(constraint_info constraint, const sql::constraint_definition& definition) {
    const sql::foreign_reference& reference = *definition.reference;
    if (table_.global_temporary)
        throw sql_error::unsupported("a foreign key of a temporary table", position_of(definition.where));
    const std::string_view schema = qualifier_of(reference.table);
    const bool itself = table_.names.same(reference.table.last().name, table_.name) &&
                        table_.names.same(schema.empty() ? place_.schema : schema, table_.schema);
    const table_info target =
        itself ? table_ : *place_.catalog.resolve_table(schema, reference.table.last().name, place_.schema);
    if (!itself && !place_.catalog.may(place_.user, privilege::references, target.schema, target.id))
        throw sql_error(codes::no_ddl_privilege);
    constraint.kind = constraint_kind::foreign_key;
    constraint.referenced_table = target.id;
    constraint.on_delete = action_of(reference.on_delete);
    constraint.on_update = action_of(reference.on_update);
    if (reference.columns.empty()) {
        if (const constraint_info* key = target.primary_key())
            constraint.referenced_columns = key->columns;
    } else {
        for (const sql::identifier& name : reference.columns)
            constraint.referenced_columns.push_back(catalog::require_column(target, name.name).id);
    }
    const auto& referenced = constraint.referenced_columns;
    if (!has_key(target, referenced) || referenced.size() != constraint.columns.size())
        throw sql_error(codes::no_such_key, {target.name});
    if (!comparable(table_, constraint, target))
        throw sql_error(codes::types_differ);
    if (constraint.enabled && !definition.novalidate)
        place_.foreign_keys.insert(constraint.id);
    table_.constraints.push_back(std::move(constraint));
}

void table_builder::add_check(constraint_info constraint, const sql::constraint_definition& definition) {
    bound_expression bound =
        bind_condition(*definition.condition.value, definition.condition.text, table_, place_.binding());
    constraint.kind = constraint_kind::check;
    constraint.condition = std::move(bound.expression);
    constraint.condition->text = definition.condition.text;
    constraint.columns = constraint.condition->columns;
    table_.constraints.push_back(std::move(constraint));
}

void table_builder::check_auto_increment() const {
    const column_info* column = table_.identity_column();
    if (!column || !column->identity->auto_increment)
        return;
    const auto has_it = [&](const std::vector<column_id>& columns) {
        return std::find(columns.begin(), columns.end(), column->id) != columns.end();
    };
    const bool keyed = has_it(cluster_columns_) ||
                       std::any_of(table_.constraints.begin(), table_.constraints.end(), [&](const auto& each) {
                           return (each.kind == constraint_kind::primary_key || each.kind == constraint_kind::unique) &&
                                  has_it(each.columns);
                       });
    if (!keyed)
        throw sql_error(codes::invalid_identity, {column->name});
}

void table_builder::check_lengths(const std::vector<sql::physical_clause>& physical) {
    for (const sql::physical_clause& clause : physical)
        if (mentions_long_row(clause.where.in(place_.text)))
            table_.long_rows = true;
    if (table_.long_rows)
        return;
    const int longest = longest_varchar(place_.server.profile.page_size);
    for (const column_info& each : table_.columns) {
        const bool measured = each.type.id == type_id::char_ || each.type.id == type_id::varchar ||
                              each.type.id == type_id::varchar2 || each.type.id == type_id::binary ||
                              each.type.id == type_id::varbinary;
        if (measured && each.type.precision > longest)
            throw sql_error(codes::row_too_long);
    }
}

}  // namespace dmkit::mock
