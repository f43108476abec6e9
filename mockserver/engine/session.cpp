#include "mockserver/engine/session.hpp"

#include <algorithm>
#include <new>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/binder.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock {

namespace {

/// The type of an argument as the binder needs it: lengths differ from value to value and are left out, so that a plan
/// serves them all.
data_type binding_type(const argument& argument) {
    if (argument.value.is_null())
        return {type_id::null, 0, 0};
    return type_of(argument.type.id);
}

std::vector<data_type> binding_types(std::span<const argument> arguments) {
    std::vector<data_type> types;
    types.reserve(arguments.size());
    std::transform(arguments.begin(), arguments.end(), std::back_inserter(types), binding_type);
    return types;
}

int refusal_of(privilege privilege) {
    switch (privilege) {
        case privilege::insert:
            return codes::no_insert_privilege;
        case privilege::update:
            return codes::no_update_privilege;
        case privilege::delete_:
            return codes::no_delete_privilege;
        default:
            return codes::no_select_privilege;
    }
}

/// What follows may mean something else once the statement has run.
bool changes_binding(const sql::statement& tree) {
    return is_ddl(tree) || std::holds_alternative<sql::set_schema_statement>(tree.node) ||
           std::holds_alternative<sql::set_identity_insert_statement>(tree.node) ||
           std::holds_alternative<sql::alter_session_statement>(tree.node);
}

}  // namespace

engine_session::engine_session(std::shared_ptr<server_state> server, const login& who, const user_info& user,
                               previous_login before)
    : server_(std::move(server)), before_(std::move(before)), memory_(*server_, context_), read_only_(who.read_only) {
    const profile& profile = server_->profile;
    context_.session_time_zone = who.time_zone;
    context_.database_time_zone = profile.time_zone;
    context_.user = user.name;
    context_.user_id = user.id;
    context_.session_id = server_->next_session++;
    context_.host_name = who.host_name;
    context_.client_address = who.client_address;
    context_.application_name = who.application_name;
    context_.database_name = profile.database_name;
    context_.instance_name = profile.instance_name;
    context_.language = who.language;
    context_.charset = profile.charset;
    context_.case_sensitive = profile.case_sensitive;
    context_.empty_text_is_null = profile.compatible_mode == compatible_with_oracle;
    context_.page_size = profile.page_size;
    context_.random = server_->random;
    context_.seed_random = server_->seed_random;
    context_.facts = &memory_;
    context_.now = server_->environment.now();
    enter_schema(user.default_schema.empty() ? user.name : user.default_schema);
    if (who.isolation)
        set_isolation(*who.isolation);
}

engine_session::~engine_session() {
    if (operation_) {
        operation_->block.reset();
        operation_->batch.reset();
    }
    operation_.reset();
    rollback_now();
}

connection& engine_session::storage() {
    if (!connection_) {
        connection_.emplace(server_->database, &server_->environment, context_, memory_);
        context_.interruption = [this] { return connection_->interruption(); };
    }
    return *connection_;
}

bind_context engine_session::binding() const {
    return {.catalog = visible_catalog(),
            .profile = server_->profile,
            .user = acting_user(),
            .schema = acting_schema(),
            .identity_insert = identity_insert_,
            .identity_replace_null = identity_replace_null_,
            .argument_types = {}};
}

std::unique_ptr<backend_statement> engine_session::prepare(std::string_view sql) {
    auto statement = std::make_unique<engine_statement>();
    statement->text = sql;
    try {
        std::size_t parameters = 0;
        for (sql::statement& tree : sql::parse(statement->text, parse_options_of(server_->profile))) {
            unit made;
            made.tree = std::move(tree);
            made.first_parameter = parameters;
            parameters += made.tree.parameters.size();
            statement->units.push_back(std::move(made));
        }
        describe(*statement);
    } catch (const sql_error&) {
        throw;
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& error) {
        throw sql_error::internal(error);
    }
    return statement;
}

void engine_session::describe(engine_statement& statement) {
    statement_description& description = statement.description_;
    bool kind_settled = false;
    bool definitions = false;
    for (unit& unit : statement.units) {
        for (const sql::parameter_declaration& parameter : unit.tree.parameters)
            description.parameters.push_back(
                {.name = parameter.name, .type = type_of(type_id::varchar), .type_name = "VARCHAR", .exact = false});
        if (is_block(unit.tree)) {
            if (!kind_settled)
                description.kind = statement_kind::call;
            if (!definitions)
                describe_block(unit, statement);
            continue;
        }
        if (!is_bound(unit.tree)) {
            definitions = definitions || changes_binding(unit.tree);
            if (!kind_settled)
                description.kind = kind_of(unit.tree);
            continue;
        }
        kind_settled = true;
        description.kind = kind_of(unit.tree);
        description.columns.clear();
        // It may need what the one before defines or sets: it is bound when it runs.
        if (definitions)
            continue;
        bind(unit, statement.text, {});
        const plan& plan = unit.plan->plan();
        description.kind = plan.kind;
        description.columns = plan.columns;
        description.cursor = plan.cursor;
        // Parameters are numbered through the whole text; the plan describes those of the statements before as well.
        for (std::size_t i = unit.first_parameter; i < plan.parameters.size(); ++i)
            description.parameters[i] = plan.parameters[i];
    }
}

void engine_session::bind_site(bound_site& site, std::span<const argument> arguments, const bind_context& context,
                               const std::function<plan(const bind_context&)>& binder) {
    const auto bind_with = [&](std::vector<data_type> types) {
        bind_context asked = context;
        asked.argument_types = types;
        plan plan = binder(asked);
        check_accesses(plan.accesses, context.user);
        if (types.empty())
            site.inexact = plan.inexact;
        site.plan.emplace(std::move(plan));
        site.key = {visible_catalog().version(), version_, std::move(types)};
    };
    if (!site.plan || site.key.catalog_version != visible_catalog().version() || site.key.session_version != version_)
        bind_with({});
    if (!site.inexact || arguments.empty())
        return;
    std::vector<data_type> types = binding_types(arguments);
    if (types != site.key.arguments)
        bind_with(std::move(types));
}

void engine_session::bind(unit& unit, std::string_view text, std::span<const argument> arguments) {
    bind_site(unit, arguments, binding(),
              [&](const bind_context& context) { return bind_statement(unit.tree, text, context); });
}

void engine_session::check_accesses(std::span<const access> accesses, std::string_view user) const {
    for (const access& each : accesses)
        if (!visible_catalog().may(user, each.privilege, each.schema, each.object))
            throw sql_error(refusal_of(each.privilege), {each.name});
}

}  // namespace dmkit::mock
