#include <algorithm>

#include <fmt/format.h>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/ddl_support.hpp"
#include "mockserver/engine/expression_text.hpp"
#include "mockserver/engine/table_builder.hpp"
#include "mockserver/engine/table_sql.hpp"

namespace dmkit::mock {

namespace {

/// Carries out one action of ALTER TABLE.
class table_change {
  public:
    table_change(ddl_place& place, const table_info& before)
        : place_(place), before_(before), after_(before), builder_(place, after_) {}

    void operator()(const sql::add_columns& action) {
        for (const sql::column_definition& definition : action.columns) {
            if (action.if_not_exists && after_.find_column(definition.name.name))
                continue;
            const column_id id = builder_.add_column(definition);
            fill(*after_.find_column(id));
        }
        builder_.finish();
        if (!before_.identity_column())
            builder_.check_auto_increment();
        builder_.check_lengths({});
        rebuild();
    }

    void operator()(const sql::modify_columns& action) {
        for (const sql::column_definition& definition : action.columns) {
            column_info& column = this->column(definition.name.name);
            const column_info old = column;
            builder_.change_column(column, definition);
            if (!(column.type == old.type)) {
                bound_assignment converted = bind_conversion(old.storage_name(), old.type, column);
                add_functions(place_, converted.functions);
                values_[column.id] = std::move(converted.sql);
                converting_ = true;
            }
        }
        builder_.finish();
        builder_.check_lengths({});
        place_.check_foreign_keys = true;
        rebuild();
    }

    void operator()(const sql::drop_columns& action) {
        for (const sql::identifier& name : action.columns) {
            if (action.if_exists && !after_.find_column(name.name))
                continue;
            drop_column(column(name.name).id, action.cascade);
        }
        if (after_.columns.empty())
            throw sql_error(codes::last_column, {after_.name});
        rebuild();
    }

    void operator()(const sql::rename_column& action) {
        column_info& renamed = column(action.from.name);
        if (after_.find_column(action.to.name))
            throw sql_error(codes::column_exists, {action.to.name});
        renamed.name = action.to.name;
        const auto rename = [&](stored_expression& expression) {
            if (std::find(expression.columns.begin(), expression.columns.end(), renamed.id) != expression.columns.end())
                expression.text = rename_column_in(expression.text, action.from.name, action.to.name);
        };
        for (column_info& each : after_.columns)
            if (each.computed)
                rename(*each.computed);
        for (constraint_info& each : after_.constraints)
            if (each.condition)
                rename(*each.condition);
        for (index_info& each : after_.indexes)
            for (index_key& key : each.keys)
                if (key.expression)
                    rename(*key.expression);
        keep_storage();
    }

    void operator()(const sql::set_column_default& action) {
        column_info& changed = column(action.column.name);
        if (action.value) {
            builder_.set_default(changed, *action.value);
        } else {
            changed.default_text.clear();
            changed.default_value = nullptr;
            changed.default_on_null = false;
        }
        keep_storage();
    }

    void operator()(const sql::set_column_nullable& action) {
        column_info& changed = column(action.column.name);
        const constraint_info* key = after_.primary_key();
        if (action.nullable && (changed.identity || (key && contains(key->columns, changed.id))))
            throw sql_error(codes::column_depended_on, {changed.name});
        changed.nullable = action.nullable;
        rebuild();
    }

    void operator()(const sql::rename_table& action) {
        if (place_.catalog.find_object(after_.schema, action.name.name))
            throw sql_error(codes::object_exists, {action.name.name});
        after_.name = action.name.name;
        keep_storage();
    }

    void operator()(const sql::add_constraint& action) {
        builder_.add_constraint(action.constraint);
        if (!action.constraint.novalidate)
            place_.check_foreign_keys = true;
        rebuild();
    }

    void operator()(const sql::drop_constraint& action) {
        const constraint_info* constraint = after_.find_constraint(action.name.name);
        if (!constraint) {
            if (action.if_exists)
                return;
            throw sql_error(codes::unknown_constraint, {action.name.name});
        }
        drop_constraint(*constraint, action.cascade);
        rebuild();
    }

    void operator()(const sql::drop_primary_key& action) {
        const constraint_info* key = after_.primary_key();
        if (!key)
            throw sql_error(codes::unknown_constraint, {"PRIMARY KEY"});
        drop_constraint(*key, action.cascade);
        rebuild();
    }

    void operator()(const sql::rename_constraint& action) {
        if (after_.find_constraint(action.to.name))
            throw sql_error(codes::object_exists, {action.to.name});
        constraint_info& renamed = constraint(action.from.name);
        renamed.name = action.to.name;
        renamed.generated_name = false;
        keep_storage();
    }

    void operator()(const sql::enable_constraint& action) {
        constraint_info& changed = constraint(action.name.name);
        if (changed.enabled == action.enable)
            return;
        changed.enabled = action.enable;
        if (changed.kind == constraint_kind::primary_key || changed.kind == constraint_kind::unique)
            switch_key(changed, action.cascade);
        if (action.enable && !action.novalidate)
            place_.check_foreign_keys = true;
        rebuild();
    }

    void operator()(const sql::drop_identity& /*action*/) {
        const column_info* identity = after_.identity_column();
        if (!identity)
            throw sql_error(codes::invalid_identity, {after_.name});
        column(identity->name).identity.reset();
        keep_storage();
    }

    void operator()(const sql::set_auto_increment& action) {
        if (!after_.identity_column())
            throw sql_error(codes::invalid_identity, {after_.name});
        place_.afterwards.emplace_back([&server = place_.server, table = after_, next = action.value] {
            server.counters.restart_identity(table, next);
        });
    }

    void operator()(const sql::set_table_comment& action) {
        after_.comment = action.text;
        keep_storage();
    }

    /// No trigger exists that could be switched.
    void operator()(const sql::enable_triggers& /*action*/) {}
    /// Where and how rows are stored is not seen here.
    void operator()(const sql::physical_clause& /*action*/) {}

    void operator()(const sql::set_column_visible& /*action*/) { throw sql_error::unsupported("NOT VISIBLE columns"); }
    void operator()(const sql::modify_constraint& /*action*/) { throw sql_error::unsupported("MODIFY CONSTRAINT"); }
    void operator()(const sql::set_table_writable& /*action*/) { throw sql_error::unsupported("READ ONLY tables"); }

  private:
    static bool contains(const std::vector<column_id>& columns, column_id id) {
        return std::find(columns.begin(), columns.end(), id) != columns.end();
    }

    column_info& column(std::string_view name) {
        const column_info& found = catalog::require_column(after_, name);
        return after_.columns[static_cast<std::size_t>(&found - after_.columns.data())];
    }

    constraint_info& constraint(std::string_view name) {
        const constraint_info* found = after_.find_constraint(name);
        if (!found)
            throw sql_error(codes::unknown_constraint, {std::string(name)});
        return after_.constraints[static_cast<std::size_t>(found - after_.constraints.data())];
    }

    /// What existing rows get in a new column.
    void fill(const column_info& added) {
        if (added.computed)
            return;
        if (added.identity) {
            const std::string number = fmt::format("({} + {} * (row_number() OVER (ORDER BY rowid) - 1))",
                                                   added.identity->seed, added.identity->increment);
            bound_assignment value = bind_conversion(number, type_of(type_id::bigint), added);
            add_functions(place_, value.functions);
            values_[added.id] = std::move(value.sql);
            place_.afterwards.emplace_back(
                [&place = place_, table = after_, id = added.id] { note_last_identity(place, table, id); });
        } else if (added.default_value) {
            bound_assignment value = bind_default(*added.default_value, added, place_.binding());
            add_functions(place_, value.functions);
            values_[added.id] = std::move(value.sql);
        } else {
            values_[added.id] = "NULL";
        }
    }

    static void note_last_identity(ddl_place& place, const table_info& table, column_id id);

    void drop_column(column_id id, bool cascade) {
        for (const stored_expression* expression : stored_expressions(after_))
            if (contains(expression->columns, id) && !cascade)
                throw sql_error(codes::column_depended_on, {after_.find_column(id)->name});
        for (std::size_t i = after_.constraints.size(); i-- > 0;) {
            const constraint_info candidate = after_.constraints[i];
            if (!contains(candidate.columns, id))
                continue;
            if (!cascade)
                throw sql_error(codes::column_depended_on, {after_.find_column(id)->name});
            drop_constraint(candidate, true);
        }
        const auto uses = [&](const index_info& index) {
            return std::any_of(index.keys.begin(), index.keys.end(), [&](const index_key& key) {
                return key.column == id || (key.expression && contains(key.expression->columns, id));
            });
        };
        if (std::any_of(after_.indexes.begin(), after_.indexes.end(), uses) && !cascade)
            throw sql_error(codes::column_depended_on, {after_.find_column(id)->name});
        std::erase_if(after_.indexes, uses);
        std::erase_if(after_.columns, [&](const column_info& each) {
            return each.id == id || (each.computed && contains(each.computed->columns, id));
        });
    }

    void drop_constraint(const constraint_info& dropped, bool cascade) {
        const object_id id = dropped.id;
        if (dropped.kind == constraint_kind::primary_key || dropped.kind == constraint_kind::unique) {
            drop_references(place_, after_, dropped.columns, cascade);
            std::erase_if(after_.indexes, [&](const index_info& index) { return index.constraint == id; });
            const std::vector<column_id> columns = dropped.columns;
            const auto refers_here = [&](const constraint_info& each) {
                return each.kind == constraint_kind::foreign_key && each.referenced_table == after_.id &&
                       each.referenced_columns == columns;
            };
            if (!cascade && std::any_of(after_.constraints.begin(), after_.constraints.end(), refers_here))
                throw sql_error(codes::object_depended_on, {after_.name});
            std::erase_if(after_.constraints, refers_here);
        }
        std::erase_if(after_.constraints, [&](const constraint_info& each) { return each.id == id; });
    }

    /// A disabled key has no index, so nothing enforces it.
    void switch_key(constraint_info& key, bool cascade) {
        if (key.enabled) {
            index_info index = builder_.make_index(key.columns, true);
            index.constraint = key.id;
            key.index = index.id;
            after_.indexes.push_back(std::move(index));
            return;
        }
        drop_references(place_, after_, key.columns, cascade);
        std::erase_if(after_.indexes, [&](const index_info& index) { return index.constraint == key.id; });
        key.index = 0;
    }

    void rebuild() {
        try {
            rebuild_storage(place_, before_, after_, values_);
        } catch (const sql_error& error) {
            // What the values of the rows do not allow is no error of theirs but of the change.
            constexpr int conversions[] = {-6101, -6105, -6111, -6118};
            if (converting_ &&
                std::find(std::begin(conversions), std::end(conversions), error.code()) != std::end(conversions))
                throw sql_error(codes::invalid_type_change);
            throw;
        }
    }

    void keep_storage() { put(place_, after_); }

    ddl_place& place_;
    const table_info& before_;
    table_info after_;
    table_builder builder_;
    std::map<column_id, std::string> values_;
    bool converting_ = false;
};

void table_change::note_last_identity(ddl_place& place, const table_info& table, column_id id) {
    const statement_use largest(place.connection.prepare(fmt::format("SELECT count(*) FROM {}", table.storage_name())));
    place.connection.step(largest.get());
    const std::int64_t rows = integer_column(largest, 0);
    const identity_info& identity = *table.find_column(id)->identity;
    if (rows > 0)
        place.server.counters.note_identity(table, identity.seed + identity.increment * (rows - 1));
}

}  // namespace

void run(const sql::alter_table_statement& statement, ddl_place& place) {
    const table_info before = table_to_change(place, statement.table);
    if (before.global_temporary)
        throw sql_error::unsupported("ALTER TABLE of a temporary table");
    std::visit(table_change(place, before), statement.action);
}

}  // namespace dmkit::mock
