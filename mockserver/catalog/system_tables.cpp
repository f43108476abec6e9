#include "mockserver/catalog/system_tables.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace dmkit::mock {

namespace {

constexpr object_id first_id = 16777400;
constexpr object_id user_sys = 50331648;
constexpr std::int64_t no_parent = -1;

using table_ptr = std::shared_ptr<const table_info>;
using view_ptr = std::shared_ptr<const view_info>;
using sequence_ptr = std::shared_ptr<const sequence_info>;
using synonym_ptr = std::shared_ptr<const synonym_info>;
using routine_ptr = std::shared_ptr<const routine_info>;
using row_list = std::vector<system_row>;

// ---------------------------------------------------------------- declarations of columns

data_type parse_type(std::string_view text) {
    const std::size_t open = text.find('(');
    const std::string_view name = text.substr(0, open);
    std::int32_t size = 0;
    if (open != std::string_view::npos)
        std::from_chars(text.data() + open + 1, text.data() + text.size(), size);
    static const std::map<std::string_view, data_type> types = {
        {"INTEGER", {type_id::integer, 4, 0}},   {"SMALLINT", {type_id::smallint, 2, 0}},
        {"BIGINT", {type_id::bigint, 8, 0}},     {"DATETIME", {type_id::datetime, 8, 6}},
        {"TEXT", {type_id::clob, INT32_MAX, 0}}, {"CHAR", {type_id::char_, 0, 0}},
        {"VARCHAR", {type_id::varchar, 0, 0}},   {"VARBINARY", {type_id::varbinary, 0, 0}},
    };
    const auto found = types.find(name);
    if (found == types.end())
        throw std::logic_error("a system table with a column of type " + std::string(text));
    data_type type = found->second;
    if (type.precision == 0)
        type.precision = size;
    return type;
}

/// `NAME VARCHAR(128), ID INTEGER, …`, as the manual declares them.
std::vector<view_column> parse_columns(std::string_view text) {
    std::vector<view_column> columns;
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find(','));
        const std::size_t blank = one.find(' ');
        view_column column;
        column.name = one.substr(0, blank);
        const std::string_view type = one.substr(blank + 1);
        column.type = parse_type(type);
        column.type_name = type.substr(0, type.find('('));
        columns.push_back(std::move(column));
        text.remove_prefix(std::min(text.size(), one.size() + 2));
    }
    return columns;
}

// ---------------------------------------------------------------- reading the catalog

/// A name or text; NULL for an empty one.
system_value optional_text(std::string_view text) {
    return text.empty() ? system_value() : system_value(std::string(text));
}

std::string flag(bool value, const char* yes, const char* no) {
    return value ? yes : no;
}

bool shows(const system_viewer& viewer, system_scope scope, std::string_view schema, object_id object,
           privilege needed = privilege::select) {
    switch (scope) {
        case system_scope::everything:
            return true;
        case system_scope::accessible:
            return viewer.catalog.may(viewer.user, needed, schema, object);
        case system_scope::own:
            const schema_info* info = viewer.catalog.find_schema(schema);
            return info && info->owner == viewer.user;
    }
    return false;
}

/// Calls @p visit with each object of a kind that the viewer sees.
template <class Kind, class Visit>
void each_object(const system_viewer& viewer, system_scope scope, bool system_too, Visit visit) {
    for (const auto& [schema_name, schema] : viewer.catalog.schemas()) {
        if (schema.system && !system_too)
            continue;
        constexpr auto needed = std::is_same_v<Kind, routine_ptr> ? privilege::execute : privilege::select;
        for (const auto& [name, object] : viewer.catalog.objects(schema_name))
            if (const auto* one = std::get_if<Kind>(&object);
                one && shows(viewer, scope, schema_name, (*one)->id, needed))
                visit(**one, schema);
    }
}

std::size_t position_of(const table_info& table, column_id column) {
    return static_cast<std::size_t>(
        std::find_if(table.columns.begin(), table.columns.end(), [&](const auto& one) { return one.id == column; }) -
        table.columns.begin());
}

/// The key of the referenced table that a foreign key refers to.
const constraint_info* referenced_key(const catalog& catalog, const constraint_info& key) {
    const auto table = catalog.find_table(key.referenced_table);
    if (!table)
        return nullptr;
    for (const constraint_info& one : table->constraints)
        if ((one.kind == constraint_kind::primary_key || one.kind == constraint_kind::unique) &&
            one.columns == key.referenced_columns)
            return &one;
    return nullptr;
}

bool is_text(const data_type& type) {
    return type.id == type_id::char_ || type.id == type_id::varchar || type.id == type_id::varchar2;
}

/// SCALE of SYSCOLUMNS: 7 and 8 tell lengths in characters.
template <class Column>
std::int64_t declared_scale(const Column& column) {
    if (column.length_in_characters)
        return column.type.id == type_id::char_ ? 8 : 7;
    return column.type.scale;
}

// ---------------------------------------------------------------- native tables

system_row object_row(std::string_view name, std::int64_t id, std::int64_t schema, const char* type,
                      const char* subtype, std::int64_t parent, std::int64_t info3 = 0, system_value info4 = {},
                      std::int64_t info1 = 0) {
    return {std::string(name),
            id,
            schema,
            std::string(type),
            optional_text(subtype),
            parent,
            std::int64_t{0},
            {},
            info1,
            std::int64_t{0},
            info3,
            std::move(info4),
            {},
            {},
            {},
            {},
            std::string("Y")};
}

void fill_objects(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    const catalog& catalog = viewer.catalog;
    for (const auto& [name, user] : catalog.users())
        rows.push_back(object_row(name, user.id, 0, "UR", "USER", no_parent));
    for (const auto& [name, role] : catalog.roles())
        rows.push_back(object_row(name, role.id, 0, "UR", "ROLE", no_parent));
    for (const auto& [name, schema] : catalog.schemas()) {
        const user_info* owner = catalog.find_user(schema.owner);
        rows.push_back(object_row(name, schema.id, 0, "SCH", "", owner ? owner->id : user_sys));
    }
    each_object<table_ptr>(viewer, self.scope, true, [&](const table_info& table, const schema_info& schema) {
        rows.push_back(object_row(table.name, table.id, schema.id, "SCHOBJ", "UTAB", no_parent));
        for (const index_info& index : table.indexes)
            rows.push_back(object_row(index.name, index.id, schema.id, "TABOBJ", "INDEX", table.id));
        for (const constraint_info& constraint : table.constraints)
            rows.push_back(object_row(constraint.name, constraint.id, schema.id, "TABOBJ", "CONS", table.id));
    });
    each_object<view_ptr>(viewer, self.scope, true, [&](const view_info& view, const schema_info& schema) {
        const bool table = view.system && view.name.starts_with("SYS");
        rows.push_back(object_row(view.name, view.id, schema.id, "SCHOBJ", table ? "STAB" : "VIEW", no_parent));
    });
    each_object<sequence_ptr>(viewer, self.scope, true, [&](const sequence_info& sequence, const schema_info& schema) {
        rows.push_back(object_row(sequence.name, sequence.id, schema.id, "SCHOBJ", "SEQ", no_parent, sequence.start,
                                  sequence.increment));
    });
    each_object<synonym_ptr>(viewer, self.scope, true, [&](const synonym_info& synonym, const schema_info& schema) {
        rows.push_back(object_row(synonym.name, synonym.id, schema.id, "SCHOBJ", "SYNOM", no_parent));
    });
    each_object<routine_ptr>(viewer, self.scope, true, [&](const routine_info& routine, const schema_info& schema) {
        // Bit 0 of INFO1 tells a procedure from a function.
        rows.push_back(object_row(routine.name, routine.id, schema.id, "SCHOBJ", "PROC", no_parent, 0, {},
                                  routine.result ? 0 : 1));
    });
    for (const auto& [name, synonym] : catalog.public_synonyms())
        rows.push_back(object_row(name, synonym.id, 0, "DSYNOM", "", no_parent));
}

void fill_columns(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    each_object<table_ptr>(viewer, self.scope, true, [&](const table_info& table, const schema_info&) {
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const column_info& column = table.columns[i];
            rows.push_back({column.name, std::int64_t{table.id}, static_cast<std::int64_t>(i), column.type_name,
                            std::int64_t{column.type.precision}, declared_scale(column),
                            flag(column.nullable, "Y", "N"), optional_text(column.default_text), std::int64_t{0},
                            std::int64_t{column.identity.has_value()}});
        }
    });
    each_object<view_ptr>(viewer, self.scope, true, [&](const view_info& view, const schema_info&) {
        for (std::size_t i = 0; i < view.columns.size(); ++i) {
            const view_column& column = view.columns[i];
            rows.push_back({column.name,
                            std::int64_t{view.id},
                            static_cast<std::int64_t>(i),
                            column.type_name,
                            std::int64_t{column.type.precision},
                            declared_scale(column),
                            flag(column.nullable, "Y", "N"),
                            {},
                            std::int64_t{0},
                            std::int64_t{0}});
        }
    });
}

void fill_constraints(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    each_object<table_ptr>(viewer, self.scope, true, [&](const table_info& table, const schema_info&) {
        for (const constraint_info& one : table.constraints) {
            const constraint_info* key =
                one.kind == constraint_kind::foreign_key ? referenced_key(viewer.catalog, one) : nullptr;
            rows.push_back({std::int64_t{one.id},
                            std::int64_t{table.id},
                            no_parent,
                            std::string(1, static_cast<char>(one.kind)),
                            flag(one.enabled, "Y", "N"),
                            one.index ? std::int64_t{one.index} : no_parent,
                            one.condition ? system_value(one.condition->text) : system_value(),
                            key ? std::int64_t{key->index} : no_parent,
                            {},
                            no_parent});
        }
    });
}

/// Two bytes of a column's number and one that tells the order, for each column of the key.
bytes key_info_of(const table_info& table, const index_info& index) {
    bytes info;
    for (const index_key& key : index.keys) {
        const std::size_t position = key.expression ? 0xFFFF : position_of(table, key.column);
        info.push_back(static_cast<std::byte>(position & 0xFF));
        info.push_back(static_cast<std::byte>(position >> 8));
        info.push_back(static_cast<std::byte>(key.descending ? 'D' : 'A'));
    }
    return info;
}

void fill_indexes(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    each_object<table_ptr>(viewer, self.scope, true, [&](const table_info& table, const schema_info&) {
        const constraint_info* primary = table.primary_key();
        for (const index_info& index : table.indexes)
            rows.push_back({std::int64_t{index.id},
                            flag(index.unique, "Y", "N"),
                            {},
                            {},
                            {},
                            std::string("BT"),
                            std::int64_t{1},  // XTYPE: a secondary index
                            primary && primary->index == index.id ? std::int64_t{4} : std::int64_t{0},
                            static_cast<std::int64_t>(index.keys.size()),
                            key_info_of(table, index),
                            {},
                            {},
                            {}});
    });
}

void fill_table_comments(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    const auto add = [&](const auto& one, const char* type) {
        if (!one.comment.empty())
            rows.push_back({one.schema, one.name, std::string(type), one.comment});
    };
    each_object<table_ptr>(viewer, self.scope, false, [&](const auto& one, const auto&) { add(one, "TABLE"); });
    each_object<view_ptr>(viewer, self.scope, false, [&](const auto& one, const auto&) { add(one, "VIEW"); });
}

void fill_column_comments(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    const auto add = [&](const auto& one, const char* type) {
        for (const auto& column : one.columns)
            if (!column.comment.empty())
                rows.push_back({one.schema, one.name, column.name, std::string(type), column.comment});
    };
    each_object<table_ptr>(viewer, self.scope, false, [&](const auto& one, const auto&) { add(one, "TABLE"); });
    each_object<view_ptr>(viewer, self.scope, false, [&](const auto& one, const auto&) { add(one, "VIEW"); });
}

/// Full-text indexes cannot be made here.
void fill_nothing(const system_viewer& /*viewer*/, const system_relation& /*self*/, row_list& /*rows*/) {}

// ---------------------------------------------------------------- ALL_, USER_ and DBA_ views

void fill_all_tables(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    each_object<table_ptr>(viewer, self.scope, false, [&](const table_info& table, const schema_info&) {
        rows.push_back({table.schema,
                        table.name,
                        std::string("MAIN"),
                        std::string("VALID"),
                        {},
                        {},
                        {},
                        flag(table.global_temporary, "Y", "N"),
                        std::string("NO"),
                        {}});
    });
}

void fill_all_columns(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    const auto add = [&](const auto& whole, std::size_t i, std::string_view default_text, bool computed,
                         bool characters) {
        const auto& column = whole.columns[i];
        const data_type& type = column.type;
        const bool fixed_point = type.id == type_id::decimal;
        const bool number_of_digits = fixed_point || type.id == type_id::real || type.id == type_id::double_;
        // UTF-8 takes four bytes at most, and so do GB18030 and EUC-KR.
        const std::int64_t length = type.precision * std::int64_t{characters ? 4 : 1};
        rows.push_back(
            {whole.schema,
             whole.name,
             column.name,
             column.type_name,
             {},
             length,
             number_of_digits ? system_value(std::int64_t{type.precision}) : system_value(),
             is_text(type) ? system_value() : system_value(std::int64_t{type.scale}),
             flag(column.nullable, "Y", "N"),
             static_cast<std::int64_t>(i + 1),
             default_text.empty() ? system_value() : system_value(static_cast<std::int64_t>(default_text.size())),
             optional_text(default_text),
             {},
             {},
             is_text(type) ? std::int64_t{type.precision} : std::int64_t{0},
             is_text(type) ? system_value(flag(characters, "C", "B")) : system_value(),
             std::string("NO"),
             flag(computed, "YES", "NO")});
    };
    each_object<table_ptr>(viewer, self.scope, false, [&](const table_info& table, const schema_info&) {
        for (std::size_t i = 0; i < table.columns.size(); ++i)
            add(table, i, table.columns[i].default_text, table.columns[i].computed.has_value(),
                table.columns[i].length_in_characters);
    });
    each_object<view_ptr>(viewer, self.scope, false, [&](const view_info& view, const schema_info&) {
        for (std::size_t i = 0; i < view.columns.size(); ++i)
            add(view, i, {}, false, view.columns[i].length_in_characters);
    });
}

void fill_all_table_comments(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    const auto add = [&](const auto& one, const char* type) {
        rows.push_back({one.schema, one.name, std::string(type), optional_text(one.comment)});
    };
    each_object<table_ptr>(viewer, self.scope, false, [&](const auto& one, const auto&) { add(one, "TABLE"); });
    each_object<view_ptr>(viewer, self.scope, false, [&](const auto& one, const auto&) { add(one, "VIEW"); });
}

/// One row for each column, with and without a comment.
void fill_all_column_comments(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    const auto add = [&](const auto& one) {
        for (const auto& column : one.columns)
            rows.push_back({one.schema, one.schema, one.name, column.name, optional_text(column.comment)});
    };
    each_object<table_ptr>(viewer, self.scope, false, [&](const auto& one, const auto&) { add(one); });
    each_object<view_ptr>(viewer, self.scope, false, [&](const auto& one, const auto&) { add(one); });
}

const char* name_of(referential_action action) {
    switch (action) {
        case referential_action::cascade:
            return "CASCADE";
        case referential_action::set_null:
            return "SET NULL";
        case referential_action::no_action:
            break;
    }
    return "NO ACTION";
}

const index_info* index_of(const table_info& table, object_id id) {
    const auto found =
        std::find_if(table.indexes.begin(), table.indexes.end(), [&](const auto& one) { return one.id == id; });
    return found == table.indexes.end() ? nullptr : &*found;
}

void fill_all_constraints(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    each_object<table_ptr>(viewer, self.scope, false, [&](const table_info& table, const schema_info&) {
        for (const constraint_info& one : table.constraints) {
            const bool foreign = one.kind == constraint_kind::foreign_key;
            const constraint_info* key = foreign ? referenced_key(viewer.catalog, one) : nullptr;
            const auto parent = foreign ? viewer.catalog.find_table(one.referenced_table) : nullptr;
            const index_info* index = index_of(table, one.index);
            rows.push_back(
                {table.schema, one.name, std::string(1, foreign ? 'R' : static_cast<char>(one.kind)), table.name,
                 one.condition ? system_value(one.condition->text) : system_value(),
                 parent ? system_value(parent->schema) : system_value(), key ? system_value(key->name) : system_value(),
                 foreign ? system_value(std::string(name_of(one.on_delete))) : system_value(),
                 flag(one.enabled, "ENABLED", "DISABLED"), std::string("NOT DEFERRABLE"), std::string("IMMEDIATE"),
                 std::string("VALIDATED"), flag(one.generated_name, "GENERATED NAME", "USER NAME"),
                 index ? system_value(table.schema) : system_value(),
                 index ? system_value(index->name) : system_value()});
        }
    });
}

void fill_all_constraint_columns(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    each_object<table_ptr>(viewer, self.scope, false, [&](const table_info& table, const schema_info&) {
        for (const constraint_info& one : table.constraints)
            for (std::size_t i = 0; i < one.columns.size(); ++i)
                if (const column_info* column = table.find_column(one.columns[i]))
                    rows.push_back({table.schema, one.name, table.name, column->name,
                                    one.kind == constraint_kind::check
                                        ? system_value()
                                        : system_value(static_cast<std::int64_t>(i + 1))});
    });
}

void fill_all_indexes(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    each_object<table_ptr>(viewer, self.scope, false, [&](const table_info& table, const schema_info&) {
        for (const index_info& index : table.indexes) {
            const bool computed = std::any_of(index.keys.begin(), index.keys.end(),
                                              [](const auto& key) { return key.expression.has_value(); });
            rows.push_back({table.schema,
                            index.name,
                            flag(computed, "FUNCTION-BASED NORMAL", "NORMAL"),
                            table.schema,
                            table.name,
                            std::string("TABLE"),
                            flag(index.unique, "UNIQUE", "NONUNIQUE"),
                            std::string("DISABLED"),
                            {},
                            std::string("MAIN"),
                            flag(index.usable, "VALID", "UNUSABLE"),
                            flag(index.generated_name, "Y", "N"),
                            flag(index.visible, "VISIBLE", "INVISIBLE")});
        }
    });
}

void fill_all_index_columns(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    each_object<table_ptr>(viewer, self.scope, false, [&](const table_info& table, const schema_info&) {
        for (const index_info& index : table.indexes)
            for (std::size_t i = 0; i < index.keys.size(); ++i) {
                const index_key& key = index.keys[i];
                const column_info* column = key.expression ? nullptr : table.find_column(key.column);
                const std::int64_t length = column ? column->type.precision : 0;
                rows.push_back({table.schema, index.name, table.schema, table.name,
                                column ? column->name : key.expression->text, static_cast<std::int64_t>(i + 1),
                                column ? system_value(length) : system_value(),
                                system_value(column && is_text(column->type) ? length : std::int64_t{0}),
                                flag(key.descending, "DESC", "ASC")});
            }
    });
}

void fill_all_views(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    each_object<view_ptr>(viewer, self.scope, false, [&](const view_info& view, const schema_info&) {
        rows.push_back(
            {view.schema, view.name, static_cast<std::int64_t>(view.text.size()), view.text, {}, {}, {}, {}});
    });
}

void fill_all_objects(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    const auto add = [&](std::string_view schema, std::string_view name, object_id id, const char* type,
                         bool temporary = false, bool generated = false) {
        rows.push_back({std::string(schema),
                        std::string(name),
                        {},
                        std::int64_t{id},
                        {},
                        std::string(type),
                        {},
                        {},
                        std::string("VALID"),
                        flag(temporary, "Y", "N"),
                        flag(generated, "Y", "N"),
                        std::string("N")});
    };
    for (const auto& [name, schema] : viewer.catalog.schemas())
        if (shows(viewer, self.scope, name, 0))
            add(name, name, schema.id, "SCH");
    each_object<table_ptr>(viewer, self.scope, true, [&](const table_info& table, const schema_info&) {
        add(table.schema, table.name, table.id, "TABLE", table.global_temporary);
        for (const index_info& index : table.indexes)
            add(table.schema, index.name, index.id, "INDEX", false, index.generated_name);
    });
    each_object<view_ptr>(viewer, self.scope, true, [&](const view_info& view, const schema_info&) {
        add(view.schema, view.name, view.id, "VIEW");
    });
    each_object<sequence_ptr>(viewer, self.scope, true, [&](const sequence_info& sequence, const schema_info&) {
        add(sequence.schema, sequence.name, sequence.id, "SEQUENCE");
    });
    each_object<synonym_ptr>(viewer, self.scope, true, [&](const synonym_info& synonym, const schema_info&) {
        add(synonym.schema, synonym.name, synonym.id, "SYNONYM");
    });
    each_object<routine_ptr>(viewer, self.scope, true, [&](const routine_info& routine, const schema_info&) {
        add(routine.schema, routine.name, routine.id, routine.result ? "FUNCTION" : "PROCEDURE");
    });
}

void fill_all_sequences(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    each_object<sequence_ptr>(viewer, self.scope, false, [&](const sequence_info& sequence, const schema_info&) {
        const auto next = viewer.next_value(sequence);
        rows.push_back({sequence.schema, sequence.name, sequence.minimum, sequence.maximum, sequence.increment,
                        flag(sequence.cycle, "Y", "N"), flag(sequence.order, "Y", "N"), sequence.cache,
                        next ? system_value(*next) : system_value()});
    });
}

void fill_all_synonyms(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    each_object<synonym_ptr>(viewer, self.scope, true, [&](const synonym_info& one, const schema_info&) {
        rows.push_back({one.schema, one.name, one.target_schema, one.target_name, {}});
    });
    if (self.scope != system_scope::own)
        for (const auto& [name, one] : viewer.catalog.public_synonyms())
            rows.push_back({std::string("PUBLIC"), name, one.target_schema, one.target_name, {}});
}

void fill_all_users(const system_viewer& viewer, const system_relation& self, row_list& rows) {
    for (const auto& [name, user] : viewer.catalog.users())
        if (self.scope != system_scope::own || name == viewer.user)
            rows.push_back({name, std::int64_t{user.id}, {}});
}

// ---------------------------------------------------------------- all of them

struct declaration {
    std::string_view name;  ///< of a view: without ALL_
    std::string_view columns;
    decltype(system_relation::fill) fill;
    bool counted = false;
};

constexpr declaration tables[] = {
    {"SYSOBJECTS",
     "NAME VARCHAR(128), ID INTEGER, SCHID INTEGER, TYPE$ VARCHAR(10), SUBTYPE$ VARCHAR(10), PID INTEGER, "
     "VERSION INTEGER, CRTDATE DATETIME(6), INFO1 INTEGER, INFO2 INTEGER, INFO3 BIGINT, INFO4 BIGINT, "
     "INFO5 VARBINARY(128), INFO6 VARBINARY(2048), INFO7 BIGINT, INFO8 VARBINARY(1024), VALID CHAR(1)",
     fill_objects},
    {"SYSCOLUMNS",
     "NAME VARCHAR(128), ID INTEGER, COLID SMALLINT, TYPE$ VARCHAR(128), LENGTH$ INTEGER, SCALE SMALLINT, "
     "NULLABLE$ CHAR(1), DEFVAL VARCHAR(2048), INFO1 SMALLINT, INFO2 SMALLINT",
     fill_columns},
    {"SYSCONS",
     "ID INTEGER, TABLEID INTEGER, COLID SMALLINT, TYPE$ CHAR(1), VALID CHAR(1), INDEXID INTEGER, "
     "CHECKINFO VARCHAR(2048), FINDEXID INTEGER, FACTION CHAR(2), TRIGID INTEGER",
     fill_constraints},
    {"SYSINDEXES",
     "ID INTEGER, ISUNIQUE CHAR(1), GROUPID SMALLINT, ROOTFILE SMALLINT, ROOTPAGE INTEGER, TYPE$ CHAR(2), "
     "XTYPE INTEGER, FLAG INTEGER, KEYNUM SMALLINT, KEYINFO VARBINARY(816), INIT_EXTENTS SMALLINT, "
     "BATCH_ALLOC SMALLINT, MIN_EXTENTS SMALLINT",
     fill_indexes},
    {"SYSTABLECOMMENTS", "SCHNAME VARCHAR(128), TVNAME VARCHAR(128), TABLE_TYPE VARCHAR(10), COMMENT$ VARCHAR(40000)",
     fill_table_comments},
    {"SYSCOLUMNCOMMENTS",
     "SCHNAME VARCHAR(128), TVNAME VARCHAR(128), COLNAME VARCHAR(128), TABLE_TYPE VARCHAR(10), COMMENT$ VARCHAR(4000)",
     fill_column_comments},
    {"SYSCONTEXTINDEXES",
     "NAME VARCHAR(128), ID INTEGER, TABLEID INTEGER, COLID SMALLINT, UPD_TIMESTAMP DATETIME(6), TIID INTEGER, "
     "TDID INTEGER, TPID INTEGER, TNID INTEGER, TRID INTEGER, WSEG_TYPE SMALLINT, RESVD VARBINARY(100)",
     fill_nothing},
};

constexpr declaration views[] = {
    {"TABLES",
     "OWNER VARCHAR(128), TABLE_NAME VARCHAR(128), TABLESPACE_NAME VARCHAR(128), STATUS VARCHAR(8), NUM_ROWS BIGINT, "
     "BLOCKS BIGINT, AVG_ROW_LEN BIGINT, TEMPORARY VARCHAR(1), PARTITIONED VARCHAR(3), LAST_ANALYZED DATETIME(6)",
     fill_all_tables},
    {"TAB_COLUMNS",
     "OWNER VARCHAR(128), TABLE_NAME VARCHAR(128), COLUMN_NAME VARCHAR(128), DATA_TYPE VARCHAR(128), "
     "DATA_TYPE_OWNER VARCHAR(128), DATA_LENGTH BIGINT, DATA_PRECISION INTEGER, DATA_SCALE INTEGER, "
     "NULLABLE VARCHAR(1), COLUMN_ID INTEGER, DEFAULT_LENGTH INTEGER, DATA_DEFAULT VARCHAR(2048), NUM_DISTINCT BIGINT, "
     "CHARACTER_SET_NAME VARCHAR(44), CHAR_LENGTH INTEGER, CHAR_USED VARCHAR(1), HIDDEN_COLUMN VARCHAR(3), "
     "VIRTUAL_COLUMN VARCHAR(3)",
     fill_all_columns},
    {"TAB_COLS",
     "OWNER VARCHAR(128), TABLE_NAME VARCHAR(128), COLUMN_NAME VARCHAR(128), DATA_TYPE VARCHAR(128), "
     "DATA_TYPE_OWNER VARCHAR(128), DATA_LENGTH BIGINT, DATA_PRECISION INTEGER, DATA_SCALE INTEGER, "
     "NULLABLE VARCHAR(1), COLUMN_ID INTEGER, DEFAULT_LENGTH INTEGER, DATA_DEFAULT VARCHAR(2048), NUM_DISTINCT BIGINT, "
     "CHARACTER_SET_NAME VARCHAR(44), CHAR_LENGTH INTEGER, CHAR_USED VARCHAR(1), HIDDEN_COLUMN VARCHAR(3), "
     "VIRTUAL_COLUMN VARCHAR(3)",
     fill_all_columns},
    {"TAB_COMMENTS", "OWNER VARCHAR(128), TABLE_NAME VARCHAR(128), TABLE_TYPE VARCHAR(10), COMMENTS VARCHAR(4000)",
     fill_all_table_comments},
    {"COL_COMMENTS",
     "OWNER VARCHAR(128), SCHEMA_NAME VARCHAR(128), TABLE_NAME VARCHAR(128), COLUMN_NAME VARCHAR(128), "
     "COMMENTS VARCHAR(4000)",
     fill_all_column_comments},
    {"CONSTRAINTS",
     "OWNER VARCHAR(128), CONSTRAINT_NAME VARCHAR(128), CONSTRAINT_TYPE VARCHAR(1), TABLE_NAME VARCHAR(128), "
     "SEARCH_CONDITION VARCHAR(2048), R_OWNER VARCHAR(128), R_CONSTRAINT_NAME VARCHAR(128), DELETE_RULE VARCHAR(9), "
     "STATUS VARCHAR(8), DEFERRABLE VARCHAR(14), DEFERRED VARCHAR(9), VALIDATED VARCHAR(13), GENERATED VARCHAR(14), "
     "INDEX_OWNER VARCHAR(128), INDEX_NAME VARCHAR(128)",
     fill_all_constraints},
    {"CONS_COLUMNS",
     "OWNER VARCHAR(128), CONSTRAINT_NAME VARCHAR(128), TABLE_NAME VARCHAR(128), COLUMN_NAME VARCHAR(4000), "
     "POSITION INTEGER",
     fill_all_constraint_columns},
    {"INDEXES",
     "OWNER VARCHAR(128), INDEX_NAME VARCHAR(128), INDEX_TYPE VARCHAR(27), TABLE_OWNER VARCHAR(128), "
     "TABLE_NAME VARCHAR(128), TABLE_TYPE VARCHAR(11), UNIQUENESS VARCHAR(9), COMPRESSION VARCHAR(8), "
     "PREFIX_LENGTH INTEGER, TABLESPACE_NAME VARCHAR(128), STATUS VARCHAR(8), GENERATED VARCHAR(1), "
     "VISIBILITY VARCHAR(9)",
     fill_all_indexes},
    {"IND_COLUMNS",
     "INDEX_OWNER VARCHAR(128), INDEX_NAME VARCHAR(128), TABLE_OWNER VARCHAR(128), TABLE_NAME VARCHAR(128), "
     "COLUMN_NAME VARCHAR(4000), COLUMN_POSITION INTEGER, COLUMN_LENGTH INTEGER, CHAR_LENGTH INTEGER, "
     "DESCEND VARCHAR(4)",
     fill_all_index_columns},
    {"VIEWS",
     "OWNER VARCHAR(128), VIEW_NAME VARCHAR(128), TEXT_LENGTH INTEGER, TEXT TEXT, TYPE_TEXT VARCHAR(4000), "
     "OID_TEXT VARCHAR(4000), VIEW_TYPE_OWNER VARCHAR(128), VIEW_TYPE VARCHAR(128)",
     fill_all_views},
    {"OBJECTS",
     "OWNER VARCHAR(128), OBJECT_NAME VARCHAR(128), SUBOBJECT_NAME VARCHAR(128), OBJECT_ID INTEGER, "
     "DATA_OBJECT_ID INTEGER, OBJECT_TYPE VARCHAR(19), CREATED DATETIME(6), LAST_DDL_TIME DATETIME(6), "
     "STATUS VARCHAR(7), TEMPORARY VARCHAR(1), GENERATED VARCHAR(1), SECONDARY VARCHAR(1)",
     fill_all_objects},
    {"SEQUENCES",
     "SEQUENCE_OWNER VARCHAR(128), SEQUENCE_NAME VARCHAR(128), MIN_VALUE BIGINT, MAX_VALUE BIGINT, "
     "INCREMENT_BY BIGINT, CYCLE_FLAG VARCHAR(1), ORDER_FLAG VARCHAR(1), CACHE_SIZE BIGINT, LAST_NUMBER BIGINT",
     fill_all_sequences, true},
    {"SYNONYMS",
     "OWNER VARCHAR(128), SYNONYM_NAME VARCHAR(128), TABLE_OWNER VARCHAR(128), TABLE_NAME VARCHAR(128), "
     "DB_LINK VARCHAR(128)",
     fill_all_synonyms},
    {"USERS", "USERNAME VARCHAR(128), USER_ID INTEGER, CREATED DATETIME(6)", fill_all_users},
};

/// USER_ views have no column for the owner, save for those of constraints, as in Oracle.
bool drops_owner(const declaration& view) {
    return view.name != "CONSTRAINTS" && view.name != "CONS_COLUMNS" && view.name != "USERS";
}

std::vector<system_relation> make_system_tables() {
    std::vector<system_relation> made;
    for (const declaration& table : tables)
        made.push_back({std::string(table.name), parse_columns(table.columns), system_scope::everything, true,
                        table.counted, table.fill});
    for (const declaration& view : views) {
        for (const auto& [prefix, scope] : {std::pair{"ALL_", system_scope::accessible},
                                            {"DBA_", system_scope::everything},
                                            {"USER_", system_scope::own}}) {
            made.push_back({prefix + std::string(view.name), parse_columns(view.columns), scope,
                            scope == system_scope::everything, view.counted, view.fill});
            if (scope == system_scope::own && drops_owner(view))
                made.back().columns.erase(made.back().columns.begin());
        }
    }
    return made;
}

/// How many columns of a row the relation lacks at its beginning.
std::size_t dropped_columns(const system_relation& which, const system_row& row) {
    return row.size() - which.columns.size();
}

}  // namespace

std::span<const system_relation> system_relations() {
    static const std::vector<system_relation> made = make_system_tables();
    return made;
}

const system_relation* find_system_relation(std::string_view name) noexcept {
    const auto all = system_relations();
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

const system_relation* find_system_relation(object_id id) noexcept {
    const auto all = system_relations();
    return id >= first_id && static_cast<std::size_t>(id - first_id) < all.size()
               ? &all[static_cast<std::size_t>(id - first_id)]
               : nullptr;
}

object_id id_of(const system_relation& which) noexcept {
    return first_id + static_cast<object_id>(&which - system_relations().data());
}

std::vector<system_row> rows_of(const system_relation& which, const system_viewer& viewer) {
    std::vector<system_row> rows;
    which.fill(viewer, which, rows);
    for (system_row& row : rows)
        row.erase(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(dropped_columns(which, row)));
    return rows;
}

}  // namespace dmkit::mock
