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
            if (!(column.type == old.type) || column.length_in_characters != old.length_in_characters)
                convert(old, column);
        }
        builder_.finish();
        builder_.check_lengths({});
        (void)rebind();
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
        require_allowed_name(action.to.name, after_.names);
        if (after_.find_column(action.to.name))
            throw sql_error(codes::column_exists, {action.to.name});
        renamed.name = action.to.name;
        const auto rename = [&](stored_expression& expression) {
            if (std::find(expression.columns.begin(), expression.columns.end(), renamed.id) != expression.columns.end())
                expression.text = rename_column_in(expression.text, action.from.name, action.to.name,
                                                   parse_options_of(place_.server.profile));
        };
        for_each_expression(rename);
        // What a computed column's conversion may fail with names the column.
        if (rebind())
            rebuild();
        else
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
        builder_.set_nullable(column(action.column.name), action.nullable);
        rebuild();
    }

    void operator()(const sql::rename_table& action) {
        if (place_.catalog.find_object(after_.schema, action.name.name))
            throw sql_error(codes::object_exists, {action.name.name});
        for_each_expression([&](stored_expression& expression) {
            expression.text = rename_table_in(expression.text, after_.name, action.name.name,
                                              parse_options_of(place_.server.profile));
        });
        after_.name = action.name.name;
        keep_storage();
    }

    void operator()(const sql::add_constraint& action) {
        builder_.add_constraint(action.constraint);
        if (action.constraint.novalidate && !after_.constraints.empty())
            not_validated_ = after_.constraints.back().id;
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
        if (action.novalidate)
            not_validated_ = changed.id;
        if (changed.kind == constraint_kind::primary_key || changed.kind == constraint_kind::unique)
            switch_key(changed.id, action.cascade);
        else if (changed.kind == constraint_kind::foreign_key && action.enable) {
            require_target(changed);
            if (!action.novalidate)
                place_.foreign_keys.insert(changed.id);
        }
        rebuild();
    }

    void operator()(const sql::drop_identity& /*action*/) {
        const column_info* identity = after_.identity_column();
        if (!identity)
            throw sql_error(codes::invalid_identity, {after_.name});
        column(identity->name).identity.reset();
        forget_counter();
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

    /// What keeps the column from going without CASCADE.
    [[nodiscard]] bool is_depended_on(column_id id) const {
        const auto reads = [&](const stored_expression* expression) { return contains(expression->columns, id); };
        const auto expressions = stored_expressions(after_);
        return std::any_of(expressions.begin(), expressions.end(), reads) ||
               std::any_of(after_.constraints.begin(), after_.constraints.end(),
                           [&](const constraint_info& each) { return contains(each.columns, id); }) ||
               std::any_of(after_.indexes.begin(), after_.indexes.end(),
                           [&](const index_info& each) { return uses(each, id); });
    }

    static bool uses(const index_info& index, column_id id) {
        return std::any_of(index.keys.begin(), index.keys.end(), [&](const index_key& key) {
            return key.column == id || (key.expression && contains(key.expression->columns, id));
        });
    }

    static std::vector<column_id> columns_of(const index_info& index) {
        std::vector<column_id> columns;
        for (const index_key& key : index.keys)
            columns.push_back(key.column);
        return columns;
    }

    void drop_column(column_id id, bool cascade) {
        const column_info dropped = *after_.find_column(id);
        if (!cascade && is_depended_on(id))
            throw sql_error(codes::column_depended_on, {dropped.name});
        for (std::size_t i = after_.columns.size(); i-- > 0;) {
            if (i >= after_.columns.size())
                continue;  // others went with the one before
            const column_info& reader = after_.columns[i];
            if (reader.computed && reader.id != id && contains(reader.computed->columns, id))
                drop_column(reader.id, true);
        }
        for (std::size_t i = after_.constraints.size(); i-- > 0;) {
            if (i >= after_.constraints.size())
                continue;
            const constraint_info candidate = after_.constraints[i];
            if (contains(candidate.columns, id))
                drop_constraint(candidate, true);
        }
        for (const index_info& index : after_.indexes)
            if (index.unique && uses(index, id))
                drop_references_to(columns_of(index), true);
        std::erase_if(after_.indexes, [&](const index_info& each) { return uses(each, id); });
        if (dropped.identity)
            forget_counter();
        std::erase_if(after_.columns, [&](const column_info& each) { return each.id == id; });
    }

    void drop_constraint(const constraint_info& dropped, bool cascade) {
        if (dropped.kind == constraint_kind::primary_key || dropped.kind == constraint_kind::unique) {
            drop_references_to(dropped.columns, cascade);
            std::erase_if(after_.indexes, [&](const index_info& index) { return index.constraint == dropped.id; });
        }
        std::erase_if(after_.constraints, [&](const constraint_info& each) { return each.id == dropped.id; });
    }

    /// Foreign keys of all tables, this one too, that refer to the key of these columns.
    void drop_references_to(const std::vector<column_id>& columns, bool cascade) {
        drop_references(place_, after_, columns, cascade);
        const auto refers_here = [&](const constraint_info& each) { return refers_to(each, after_.id, columns); };
        if (!cascade && std::any_of(after_.constraints.begin(), after_.constraints.end(), refers_here))
            throw sql_error(codes::object_depended_on, {after_.name});
        std::erase_if(after_.constraints, refers_here);
    }

    /// A disabled key has no index, so nothing enforces it.
    void switch_key(object_id id, bool cascade) {
        const constraint_info key = *after_.find_constraint(id);
        object_id index_id = 0;
        if (key.enabled) {
            index_info index = builder_.make_index(key.columns, true);
            index.constraint = id;
            index_id = index.id;
            after_.indexes.push_back(std::move(index));
        } else {
            drop_references_to(key.columns, cascade);
            std::erase_if(after_.indexes, [&](const index_info& index) { return index.constraint == id; });
        }
        constraint(key.name).index = index_id;
    }

    /// The key that an enabled foreign key refers to must be enabled, too.
    void require_target(const constraint_info& foreign_key) {
        const auto target = place_.catalog.find_table(foreign_key.referenced_table);
        const table_info& referenced = foreign_key.referenced_table == after_.id ? after_ : *target;
        if (!has_key(referenced, foreign_key.referenced_columns))
            throw sql_error(codes::no_such_key, {referenced.name});
    }

    /// Gives the rows' values the column's new type. @throws sql_error for what the type does not allow
    void convert(const column_info& old, const column_info& changed) {
        builder_.check_type(changed);
        bound_assignment converted = bind_conversion(old.storage_name(), old.value_type(), changed);
        add_functions(place_, converted.functions);
        values_[changed.id] = std::move(converted.sql);
        converting_ = true;
        for (const auto& [id, table] : place_.catalog.tables())
            for (const constraint_info& each : id == after_.id ? after_.constraints : table->constraints) {
                const bool refers_here =
                    refers_to(each, after_.id, {}) && contains(each.referenced_columns, changed.id);
                const bool own =
                    id == after_.id && each.kind == constraint_kind::foreign_key && contains(each.columns, changed.id);
                if (!refers_here && !own)
                    continue;
                const auto target = place_.catalog.find_table(each.referenced_table);
                if (!comparable(id == after_.id ? after_ : *table, each,
                                each.referenced_table == after_.id ? after_ : *target))
                    throw sql_error(codes::invalid_type_change);
                place_.foreign_keys.insert(each.id);
            }
    }

    template <class Action>
    void for_each_expression(Action action) {
        for (column_info& each : after_.columns)
            if (each.computed)
                action(*each.computed);
        for (constraint_info& each : after_.constraints)
            if (each.condition)
                action(*each.condition);
        for (index_info& each : after_.indexes)
            for (index_key& key : each.keys)
                if (key.expression)
                    action(*key.expression);
    }

    bool rebind() {
        bind_context context = place_.binding();
        context.schema = after_.schema;
        return rebind_expressions(after_, context);
    }

    void forget_counter() {
        place_.afterwards.emplace_back([&counters = place_.server.counters, id = after_.id] { counters.forget(id); });
    }

    void rebuild() {
        try {
            rebuild_storage(place_, before_, after_, values_, not_validated_);
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
    object_id not_validated_ = 0;
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
