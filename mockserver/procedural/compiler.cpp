#include "mockserver/procedural/compiler.hpp"

#include <algorithm>

#include "mockserver/bind/codes.hpp"
#include "mockserver/bind/scope.hpp"
#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/binder.hpp"
#include "mockserver/procedural/exceptions.hpp"

namespace dmkit::mock::procedural {

namespace {

using bind::position_of;

declared_variable declare(const sql::variable_type& type, std::string name, const names* scope,
                          const std::vector<variable>& variables, std::size_t first_slot, const bind_context& context) {
    declared_variable made;
    made.name = std::move(name);
    if (type.cursor) {
        made.type = {type_id::cursor, 0, 0};
        made.type_name = "CURSOR";
        return made;
    }
    if (type.written) {
        const resolved_type resolved = resolve_type(*type.written, context);
        made.type = resolved.type;
        made.type_name = resolved.type_name;
        made.length_in_characters = resolved.length_in_characters;
        return made;
    }
    const auto& parts = type.like->parts;
    if (parts.size() == 1) {
        const auto found = scope ? scope->find_slot(parts[0].name) : std::nullopt;
        if (!found || *found < first_slot)
            throw sql_error(bind::codes::unknown_column, {parts[0].name}, position_of(type.where));
        const std::string own = made.name;
        made = variables[*found - first_slot].declared;
        made.name = own;
        return made;
    }
    const std::string_view schema = parts.size() > 2 ? std::string_view(parts[parts.size() - 3].name) : "";
    const relation table = context.catalog.resolve_relation(schema, parts[parts.size() - 2].name, context.schema);
    const auto take = [&](const auto& columns) {
        const auto column = std::find_if(columns.begin(), columns.end(), [&](const auto& each) {
            return context.catalog.names().same(each.name, parts.back().name);
        });
        if (column == columns.end())
            throw sql_error(bind::codes::unknown_column, {parts.back().name}, position_of(type.where));
        made.type = column->type;
        made.type_name = column->type_name;
        made.length_in_characters = column->length_in_characters;
    };
    std::visit([&](const auto& found) { take(found->columns); }, table);
    return made;
}

class compiler {
  public:
    compiler(std::string_view text, const bind_context& context)
        : context_(context), made_(std::make_shared<program>()) {
        made_->text = text;
    }

    std::shared_ptr<program> statement(const sql::statement& tree) {
        made_->parameters = tree.parameters.empty() ? 0 : tree.parameters.back().index + 1;
        made_->uses.resize(made_->parameters);
        begin();
        if (const auto* block = std::get_if<sql::block_statement>(&tree.node)) {
            made_->body = block_of(*block->what, made_->scopes.back());
        } else {
            const auto& asked = std::get<sql::call_statement>(tree.node);
            const auto& call = *std::get<std::unique_ptr<sql::function_call>>(asked.call->node);
            step only;
            only.line = tree.where.line;
            only.what = call_of(call, *asked.call, made_->scopes.back(),
                                asked.result ? std::optional<slot>(asked.result->index) : std::nullopt);
            made_->body.body.push_back(std::move(only));
        }
        return std::move(made_);
    }

    std::shared_ptr<program> routine(const routine_info& info) {
        made_->name = info.name;
        begin();
        names& scope = made_->scopes.back();
        made_->routine_parameters = info.parameters.size();
        const sql::routine& tree = *info.tree;
        for (std::size_t i = 0; i < info.parameters.size(); ++i) {
            const routine_parameter_info& parameter = info.parameters[i];
            variable added{parameter.declared};
            added.constant = parameter.mode == sql::parameter_mode::in;
            add(scope, std::move(added));
            const auto& given = tree.parameters[i].default_value;
            made_->defaults.push_back(given ? std::optional(value(*given, scope)) : std::nullopt);
        }
        made_->result = info.result;
        declare_error(scope);
        for (std::size_t i = 0; i < made_->routine_parameters; ++i)
            if (made_->variables[i].cursor())
                declare_cursor_properties(scope, i);
        made_->body = block_of(tree.body, scope);
        return std::move(made_);
    }

  private:
    void begin() {
        made_->scopes.emplace_back(nullptr, made_->variables, made_->parameters, context_.catalog.names());
        if (made_->name.empty())
            declare_error(made_->scopes.back());
    }

    /// SQLCODE and SQLERRM. The parameters of a routine come first.
    void declare_error(names& scope) {
        made_->error_code = add(scope, {{"SQLCODE", type_of(type_id::integer), "INTEGER"}});
        made_->error_text = add(scope, {{"SQLERRM", type_of(type_id::varchar), "VARCHAR"}});
    }

    slot add(names& scope, variable added) {
        const slot where = made_->slots();
        scope.add(added.declared.name, where);
        made_->variables.push_back(std::move(added));
        return where;
    }

    void declare_cursor_properties(names& scope, slot where) {
        const std::string cursor = made_->variable_at(where).declared.name;
        made_->variables[where - made_->parameters].properties = made_->slots();
        for (const char* property : {"%FOUND", "%NOTFOUND", "%ISOPEN"})
            add(scope, {{cursor + property, type_of(type_id::bit), "BIT"}});
        add(scope, {{cursor + "%ROWCOUNT", type_of(type_id::bigint), "BIGINT"}});
    }

    site_number add_site(site made) {
        made_->sites.push_back(made);
        return made_->sites.size() - 1;
    }
    site_number value(const sql::expression& tree, const names& scope) {
        return add_site({site_kind::value, &tree, nullptr, &scope});
    }
    site_number test(const sql::expression& tree, const names& scope) {
        return add_site({site_kind::test, &tree, nullptr, &scope});
    }
    std::optional<site_number> optional_test(const sql::expression_ptr& tree, const names& scope) {
        return tree ? std::optional(test(*tree, scope)) : std::nullopt;
    }

    slot target(const sql::assignment_target& written, const names& scope, bool cursor = false) {
        if (const auto* mark = std::get_if<sql::parameter>(&written.what)) {
            made_->uses[mark->index].written = true;
            return mark->index;
        }
        const auto& name = std::get<sql::qualified_name>(written.what);
        return variable_of(name, scope, cursor);
    }

    slot variable_of(const sql::qualified_name& name, const names& scope, bool cursor) {
        const auto found = name.parts.size() == 1 ? scope.find_slot(name.parts[0].name) : std::nullopt;
        if (!found)
            throw sql_error(bind::codes::unknown_column, {bind::spelled(name)}, position_of(name.where));
        const variable& known = made_->variable_at(*found);
        if (known.constant && !cursor)
            throw sql_error(bind::codes::not_updatable, {known.declared.name}, position_of(name.where));
        if (known.cursor() != cursor)
            throw sql_error(bind::codes::argument_type, {}, position_of(name.where));
        return *found;
    }

    std::vector<slot> targets(const std::vector<sql::assignment_target>& written, const names& scope) {
        std::vector<slot> found;
        for (const auto& each : written)
            found.push_back(target(each, scope));
        return found;
    }

    slot cursor(const sql::assignment_target& written, const names& scope) {
        const slot found = target(written, scope, true);
        if (found < made_->parameters)
            made_->uses[found].declared = declared_variable{{}, {type_id::cursor, 0, 0}, "CURSOR"};
        return found;
    }

    nested block_of(const sql::block& tree, const names& around) {
        nested made;
        names& scope =
            made_->scopes.emplace_back(&around, made_->variables, made_->parameters, context_.catalog.names());
        for (const auto& written : tree.exceptions) {
            if (scope.has(written.name.name))
                throw sql_error(name_used, {}, position_of(written.name.where));
            scope.add_exception(written.name.name, declared(written));
        }
        for (const auto& written : tree.variables) {
            if (scope.has(written.name.name))
                throw sql_error(name_used, {}, position_of(written.name.where));
            variable added{
                declare(written.type, written.name.name, &scope, made_->variables, made_->parameters, context_)};
            added.constant = written.constant;
            added.not_null = written.not_null;
            const auto initial = written.initial ? std::optional(value(*written.initial, scope)) : std::nullopt;
            const bool is_cursor = added.cursor();
            const slot where = add(scope, std::move(added));
            made.initial.emplace_back(where, initial);
            if (is_cursor)
                declare_cursor_properties(scope, where);
        }
        made.body = steps_of(tree.steps, scope);
        for (const auto& written : tree.handlers) {
            handler caught;
            for (const sql::identifier& name : written.names)
                caught.names.push_back(exception_of(name, scope));
            ++handlers_;
            caught.body = steps_of(written.steps, scope);
            --handlers_;
            made.handlers.push_back(std::move(caught));
        }
        return made;
    }

    named_exception declared(const sql::exception_declaration& written) {
        if (written.code) {
            if (!is_own_code(*written.code))
                throw sql_error(codes::invalid_argument, {}, position_of(written.name.where));
            return {static_cast<int>(*written.code), written.text, nullptr};
        }
        if (next_exception_ < last_user_exception)
            throw sql_error::unsupported("more than 5000 exceptions without codes in one block or routine",
                                         position_of(written.name.where));
        return {next_exception_--, {}, &written};
    }

    [[nodiscard]] named_exception exception_of(const sql::identifier& name, const names& scope) const {
        if (const named_exception* found = scope.find_exception(name.name))
            return *found;
        if (auto found = predefined_exception(context_.catalog.names().key(name.name)))
            return *std::move(found);
        throw sql_error(bind::codes::unresolved_member, {name.name}, position_of(name.where));
    }

    steps steps_of(const sql::block_steps& written, const names& scope) {
        steps made;
        for (const sql::block_step& each : written) {
            step added;
            added.line = each.where.line;
            added.what = std::visit(
                [&](const auto& node) -> decltype(step::what) { return compile_step(node, each, scope); }, each.node);
            made.push_back(std::move(added));
        }
        return made;
    }

    using result = decltype(step::what);

    result compile_step(const sql::null_step& /*node*/, const sql::block_step& /*at*/, const names& /*scope*/) {
        return nothing{};
    }

    result compile_step(const sql::assignment_step& node, const sql::block_step& at, const names& scope) {
        // `x := f(y)` of a stored function may give values back through y.
        if (const auto* called = std::get_if<std::unique_ptr<sql::function_call>>(&node.value->node))
            if (const auto found = find_routine((*called)->name); found && found->result)
                return call_of(**called, *node.value, scope, target(node.target, scope));
        const auto* source = std::get_if<sql::column_reference>(&node.value->node);
        if (source && source->name.parts.size() == 1)
            if (const auto found = scope.find_slot(source->name.parts[0].name);
                found && *found >= made_->parameters && made_->variable_at(*found).cursor())
                throw sql_error::unsupported("assignment of a cursor", position_of(at.where));
        const slot into = target(node.target, scope);
        const site_number from = value(*node.value, scope);
        if (into < made_->parameters && !made_->uses[into].source)
            made_->uses[into].source = from;
        note_assigned(*node.value, into);
        return assign{into, from};
    }

    /// `variable := ?`: the parameter has the variable's type.
    void note_assigned(const sql::expression& tree, slot into) {
        const auto* mark = std::get_if<sql::parameter>(&tree.node);
        if (mark && into >= made_->parameters && !made_->uses[mark->index].declared)
            made_->uses[mark->index].declared = made_->variable_at(into).declared;
    }

    result compile_step(const sql::statement_step& node, const sql::block_step& /*at*/, const names& scope) {
        const bool query = std::holds_alternative<sql::query_ptr>(node.what->node);
        run_sql made;
        made.what = add_site({site_kind::statement, nullptr, node.what.get(), &scope});
        made.into = targets(node.into, scope);
        made.bound = query || is_change(*node.what);
        made_->writes = made_->writes || (made.bound && !query) || locks(*node.what);
        return made;
    }

    static bool is_change(const sql::statement& tree) {
        return std::holds_alternative<sql::insert_statement>(tree.node) ||
               std::holds_alternative<sql::multi_insert_statement>(tree.node) ||
               std::holds_alternative<sql::update_statement>(tree.node) ||
               std::holds_alternative<sql::delete_statement>(tree.node) ||
               std::holds_alternative<sql::merge_statement>(tree.node);
    }

    static bool locks(const sql::statement& tree) {
        if (std::holds_alternative<sql::lock_table_statement>(tree.node))
            return true;
        const auto* query = std::get_if<sql::query_ptr>(&tree.node);
        return query && (*query)->locking && !(*query)->locking->read_only;
    }

    result compile_step(const sql::call_step& node, const sql::block_step& /*at*/, const names& scope) {
        return call_of(*std::get<std::unique_ptr<sql::function_call>>(node.call->node), *node.call, scope,
                       std::nullopt);
    }

    std::shared_ptr<const routine_info> find_routine(const sql::qualified_name& name) const {
        if (name.parts.size() > 2)
            return nullptr;
        const std::string_view schema = name.qualifier() ? std::string_view(name.qualifier()->name) : "";
        return context_.catalog.resolve_routine(schema, name.last().name, context_.schema);
    }

    result call_of(const sql::function_call& written, const sql::expression& tree, const names& scope,
                   std::optional<slot> into) {
        const auto found = find_routine(written.name);
        if (!found)
            return builtin_call(written, tree, scope, into);
        if (into && !found->result)
            throw sql_error(bind::codes::argument_type, {}, position_of(tree.where));
        if (!context_.catalog.may(context_.user, privilege::execute, found->schema, found->id))
            throw sql_error(no_execute_privilege, {found->name});
        call made;
        made.routine = found;
        made.result = into;
        made.arguments.resize(found->parameters.size());
        std::vector<bool> given(found->parameters.size());
        for (std::size_t i = 0; i < written.arguments.size(); ++i) {
            std::size_t number = i;
            if (const std::string name = i < written.argument_names.size() ? written.argument_names[i] : "";
                !name.empty()) {
                number = 0;
                while (number < given.size() &&
                       !context_.catalog.names().same(found->parameters[number].declared.name, name))
                    ++number;
            }
            if (number >= given.size() || given[number])
                throw sql_error(bind::codes::argument_count, {}, position_of(tree.where));
            given[number] = true;
            made.arguments[number] = argument_of(*written.arguments[i], found->parameters[number], scope);
        }
        for (std::size_t i = 0; i < given.size(); ++i)
            if (!given[i] && !found->parameters[i].has_default)
                throw sql_error(codes::missing_argument, {}, position_of(tree.where));
        if (into && *into < made_->parameters) {
            made_->uses[*into].written = true;
            made_->uses[*into].declared = found->result;
        }
        made_->calls.push_back(found);
        return made;
    }

    call_argument argument_of(const sql::expression& tree, const routine_parameter_info& parameter,
                              const names& scope) {
        call_argument made;
        const auto* mark = std::get_if<sql::parameter>(&tree.node);
        const bool is_cursor = parameter.declared.type.id == type_id::cursor;
        if (mark && !made_->uses[mark->index].declared)
            made_->uses[mark->index].declared = parameter.declared;
        if (parameter.mode != sql::parameter_mode::in || is_cursor) {
            if (mark) {
                made_->uses[mark->index].written = true;
                made.target = mark->index;
            } else if (const auto* name = std::get_if<sql::column_reference>(&tree.node)) {
                made.target = variable_of(name->name, scope, is_cursor);
            } else {
                throw sql_error(bind::codes::argument_type, {}, position_of(tree.where));
            }
        }
        if (parameter.mode != sql::parameter_mode::out && !is_cursor) {
            if (mark)
                made_->uses[mark->index].read = true;
            made.value = value(tree, scope);
        }
        return made;
    }

    result builtin_call(const sql::function_call& written, const sql::expression& tree, const names& scope,
                        std::optional<slot> into) {
        const std::string name = bind::spelled(written.name);
        const auto require = [&](std::size_t least, std::size_t most) {
            if (written.arguments.size() < least || written.arguments.size() > most)
                throw sql_error(bind::codes::argument_count, {}, position_of(tree.where));
        };
        if (name == "DBMS_OUTPUT.PUT_LINE" || name == "DBMS_OUTPUT.PUT") {
            require(1, 1);
            return print{value(*written.arguments[0], scope), name == "DBMS_OUTPUT.PUT_LINE"};
        }
        if (name == "DBMS_OUTPUT.NEW_LINE") {
            require(0, 0);
            return print{std::nullopt, true};
        }
        if (name == "DBMS_OUTPUT.ENABLE") {
            require(0, 1);
            // The size of the buffer; output has none here, but the value must be one.
            if (!written.arguments.empty())
                value(*written.arguments[0], scope);
            return nothing{};
        }
        if (name == "SP_SET_SESSION_READONLY" && !into) {
            require(1, 1);
            return set_read_only{value(*written.arguments[0], scope)};
        }
        if (name == "RAISE_APPLICATION_ERROR") {
            require(2, 3);
            if (written.arguments.size() == 3)
                throw sql_error::unsupported("RAISE_APPLICATION_ERROR with a third argument", position_of(tree.where));
            return raise_text{value(*written.arguments[0], scope), value(*written.arguments[1], scope)};
        }
        if (into) {
            made_->uses[*into].written = true;
            made_->uses[*into].source = made_->sites.size();
            return assign{*into, value(tree, scope)};
        }
        for (const std::string_view prefix : {"SP_", "SF_", "DBMS_", "UTL_"})
            if (name.starts_with(prefix))
                throw sql_error::unsupported(name, position_of(tree.where));
        throw sql_error(bind::codes::unresolved_member, {name}, position_of(tree.where));
    }

    result compile_step(const sql::if_step& node, const sql::block_step& /*at*/, const names& scope) {
        choose made;
        for (const sql::if_branch& branch : node.branches) {
            const site_number condition = test(*branch.condition, scope);
            made.branches.emplace_back(condition, steps_of(branch.steps, scope));
        }
        made.otherwise = steps_of(node.otherwise, scope);
        return made;
    }

    result compile_step(const sql::loop_step& node, const sql::block_step& /*at*/, const names& scope) {
        loop made;
        made.kind = node.kind;
        made.condition = optional_test(node.condition, scope);
        ++loops_;
        made.body = steps_of(node.steps, scope);
        --loops_;
        return made;
    }

    result compile_step(const sql::for_step& node, const sql::block_step& /*at*/, const names& around) {
        count_loop made;
        made.reverse = node.reverse;
        made.low = value(*node.low, around);
        made.high = value(*node.high, around);
        names& scope =
            made_->scopes.emplace_back(&around, made_->variables, made_->parameters, context_.catalog.names());
        made.counter = add(scope, {{node.counter.name, type_of(type_id::integer), "INTEGER"}, true});
        ++loops_;
        made.body = steps_of(node.steps, scope);
        --loops_;
        return made;
    }

    result compile_step(const sql::exit_step& node, const sql::block_step& at, const names& scope) {
        if (loops_ == 0)
            throw sql_error(bind::codes::misplaced, {node.again ? "CONTINUE" : "EXIT"}, position_of(at.where));
        return leave{node.again, optional_test(node.condition, scope)};
    }

    result compile_step(const sql::return_step& node, const sql::block_step& at, const names& scope) {
        // A function gives a value, nothing else does.
        if ((node.value != nullptr) != made_->result.has_value())
            throw sql_error(bind::codes::misplaced, {"RETURN"}, position_of(at.where));
        return give_back{node.value ? std::optional(value(*node.value, scope)) : std::nullopt};
    }

    result compile_step(const sql::raise_step& node, const sql::block_step& at, const names& scope) {
        if (node.name)
            return raise{exception_of(*node.name, scope)};
        if (handlers_ == 0)
            throw sql_error(bind::codes::misplaced, {"RAISE"}, position_of(at.where));
        return raise{};
    }

    result compile_step(const sql::print_step& node, const sql::block_step& /*at*/, const names& scope) {
        return print{value(*node.value, scope), true};
    }

    result compile_step(const sql::open_step& node, const sql::block_step& /*at*/, const names& scope) {
        open_cursor made;
        made.cursor = cursor(node.cursor, scope);
        made.dynamic = node.text != nullptr;
        // A text may lock rows, whatever it will be.
        made_->writes = made_->writes || made.dynamic || locks(*node.query);
        made.query =
            node.text ? value(*node.text, scope) : add_site({site_kind::statement, nullptr, node.query.get(), &scope});
        return made;
    }

    result compile_step(const sql::fetch_step& node, const sql::block_step& /*at*/, const names& scope) {
        return fetch_row{cursor(node.cursor, scope), targets(node.into, scope)};
    }

    result compile_step(const sql::close_step& node, const sql::block_step& /*at*/, const names& scope) {
        return close_cursor{cursor(node.cursor, scope)};
    }

    result compile_step(const sql::immediate_step& node, const sql::block_step& /*at*/, const names& scope) {
        run_text made;
        made.text = value(*node.text, scope);
        made.into = targets(node.into, scope);
        for (const sql::using_value& given : node.arguments) {
            call_argument argument;
            if (given.value)
                argument.value = value(*given.value, scope);
            if (given.target)
                argument.target = target(*given.target, scope);
            made.arguments.push_back(argument);
        }
        // Whatever the text will be.
        made_->writes = true;
        return made;
    }

    result compile_step(const std::unique_ptr<sql::block>& node, const sql::block_step& /*at*/, const names& scope) {
        return block_of(*node, scope);
    }

    static constexpr int name_used = -2223;
    static constexpr int no_execute_privilege = -5505;

    const bind_context& context_;
    std::shared_ptr<program> made_;
    int next_exception_ = first_user_exception;
    int loops_ = 0;
    int handlers_ = 0;
};

}  // namespace

bool names::has(std::string_view name) const noexcept {
    const auto named = [&](const auto& each) { return order_.same(each.first, name); };
    return std::any_of(own_.begin(), own_.end(), named) || std::any_of(exceptions_.begin(), exceptions_.end(), named);
}

std::optional<slot> names::find_slot(std::string_view name) const noexcept {
    for (const names* here = this; here; here = here->outer_)
        for (const auto& [own, where] : here->own_)
            if (order_.same(own, name))
                return where;
    return std::nullopt;
}

const named_exception* names::find_exception(std::string_view name) const noexcept {
    for (const names* here = this; here; here = here->outer_)
        for (const auto& [own, what] : here->exceptions_)
            if (order_.same(own, name))
                return &what;
    return nullptr;
}

std::optional<named_variable> names::find(const std::vector<std::string_view>& name) const {
    const auto found = name.size() == 1 ? find_slot(name[0]) : std::nullopt;
    if (!found)
        return std::nullopt;
    const variable& known = variables_[*found - first_slot_];
    if (known.cursor())
        throw sql_error::unsupported("cursor in an expression");
    return named_variable{*found, known.declared.value_type(),
                          name[0].find('%') != std::string_view::npos && known.declared.type.id == type_id::bit};
}

std::shared_ptr<program> compile(const sql::statement& tree, std::string_view text, const bind_context& context) {
    return compiler(text, context).statement(tree);
}

std::shared_ptr<program> compile(const std::shared_ptr<const routine_info>& routine, const bind_context& context) {
    return compiler(routine->text, context).routine(*routine);
}

signature signature_of(const sql::routine& routine, const bind_context& context) {
    signature made;
    for (const sql::routine_parameter& parameter : routine.parameters) {
        for (const routine_parameter_info& before : made.parameters)
            if (context.catalog.names().same(before.declared.name, parameter.name.name))
                throw sql_error(-2223, {}, position_of(parameter.name.where));
        made.parameters.push_back({declare(parameter.type, parameter.name.name, nullptr, {}, 0, context),
                                   parameter.mode, parameter.default_value != nullptr});
    }
    if (routine.result)
        made.result = declare(*routine.result, {}, nullptr, {}, 0, context);
    return made;
}

}  // namespace dmkit::mock::procedural
