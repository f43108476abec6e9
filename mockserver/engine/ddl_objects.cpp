#include <algorithm>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/ddl_support.hpp"
#include "mockserver/engine/expression_text.hpp"
#include "mockserver/sql/parser.hpp"

namespace dmkit::mock {

namespace {

template <class T>
std::shared_ptr<const T> find_as(const ddl_place& place, const object_name& name) {
    const schema_object* object = place.catalog.find_object(name.schema, name.name);
    const auto* found = object ? std::get_if<std::shared_ptr<const T>>(object) : nullptr;
    return found ? *found : nullptr;
}

void set_options(sequence_info& sequence, const sql::sequence_options& options) {
    if (options.increment_by)
        sequence.increment = *options.increment_by;
    const bool up = sequence.increment > 0;
    if (options.min_value)
        sequence.minimum = *options.min_value;
    else if (options.no_min_value)
        sequence.minimum = up ? 1 : INT64_MIN;
    if (options.max_value)
        sequence.maximum = *options.max_value;
    else if (options.no_max_value)
        sequence.maximum = up ? INT64_MAX : -1;
    if (options.start_with)
        sequence.start = *options.start_with;
    if (options.cycle)
        sequence.cycle = *options.cycle;
    if (options.order)
        sequence.order = *options.order;
    if (options.cache)
        sequence.cache = *options.cache;
    if (sequence.increment == 0 || sequence.minimum > sequence.maximum || sequence.start < sequence.minimum ||
        sequence.start > sequence.maximum)
        throw sql_error(codes::invalid_sequence, {sequence.name});
}

std::shared_ptr<const sequence_info> sequence_to_change(const ddl_place& place, const sql::qualified_name& name) {
    const auto sequence = place.catalog.resolve_sequence(qualifier_of(name), name.last().name, place.schema);
    if (!sequence)
        throw sql_error(codes::unknown_object, {name.last().name});
    require_owner(place, sequence->schema);
    return sequence;
}

}  // namespace

namespace {
/// The query with columns in the place of stars: a view keeps its columns when a table that it reads gets others.
void expand_stars(view_info& view, const std::vector<expanded_star>& stars, const ddl_place& place) {
    std::string text = view.text;
    for (auto star = stars.rbegin(); star != stars.rend(); ++star) {
        std::string list;
        for (const std::vector<std::string>& column : star->columns) {
            list += list.empty() ? "" : ", ";
            for (std::size_t i = 0; i < column.size(); ++i)
                list += (i == 0 ? "" : ".") + quote_name(column[i]);
        }
        text.replace(star->where.offset, star->where.length, list);
    }
    try {
        auto query = sql::parse_query(text, parse_options_of(place.server.profile));
        (void)bind_query(*query, text, place.binding());
        view.query = std::move(query);
        view.text = std::move(text);
    } catch (const sql_error&) {
        // Columns that no name leads to, as of two tables of one name, stay behind their star.
    }
}
}  // namespace

void run(const sql::create_view_statement& statement, ddl_place& place) {
    const object_name name = new_name(place, statement.name, "CREATE VIEW");
    const schema_object* taken = place.catalog.find_object(name.schema, name.name);
    const auto old = find_as<view_info>(place, name);
    if (taken && statement.if_not_exists)
        return;
    if (taken && !(old && statement.or_replace))
        throw sql_error(codes::object_exists, {name_of(*taken)});
    view_info view;
    view.id = old ? old->id : place.catalog.next_id(catalog::id_range::view);
    view.schema = name.schema;
    view.name = name.name;
    view.text = statement.query_text;
    view.query = sql::parse_query(view.text, parse_options_of(place.server.profile));
    bound_query bound = bind_query(*view.query, view.text, place.binding());
    // A view that reads itself, through others perhaps, could never be used.
    if (std::find(bound.references.begin(), bound.references.end(), view.id) != bound.references.end())
        throw sql_error(codes::object_invalid, {name.name});
    if (!bound.stars.empty())
        expand_stars(view, bound.stars, place);
    if (!bound.rows.slots.empty())
        throw sql_error::unsupported("parameters in a view");
    require_readable(place, bound.accesses);
    view.columns = std::move(bound.columns);
    if (!statement.columns.empty() && statement.columns.size() != view.columns.size())
        throw sql_error(codes::column_count);
    for (std::size_t i = 0; i < statement.columns.size(); ++i)
        view.columns[i].name = statement.columns[i].name;
    for (std::size_t i = 0; i < view.columns.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (place.catalog.names().same(view.columns[i].name, view.columns[j].name))
                throw sql_error(codes::column_exists, {view.columns[i].name});
    view.references = std::move(bound.references);
    view.check_option = statement.check != sql::check_option::none;
    view.read_only = statement.read_only;
    place.catalog.put(std::make_shared<const view_info>(std::move(view)));
}

void run(const sql::create_sequence_statement& statement, ddl_place& place) {
    const object_name name = new_name(place, statement.name, "CREATE SEQUENCE");
    const auto old = find_as<sequence_info>(place, name);
    if (const schema_object* taken = place.catalog.find_object(name.schema, name.name)) {
        if (statement.if_not_exists)
            return;
        if (!old || !statement.or_replace)
            throw sql_error(codes::object_exists, {name_of(*taken)});
    }
    sequence_info sequence;
    sequence.id = old ? old->id : place.catalog.next_id(catalog::id_range::sequence);
    sequence.schema = name.schema;
    sequence.name = name.name;
    sql::sequence_options options = statement.options;
    options.no_min_value = !options.min_value;
    options.no_max_value = !options.max_value;
    // Without START WITH an ascending sequence begins at its smallest value, a descending one at its largest.
    const bool up = options.increment_by.value_or(1) > 0;
    if (!options.start_with)
        options.start_with = up ? options.min_value.value_or(1) : options.max_value.value_or(-1);
    set_options(sequence, options);
    if (old)
        place.afterwards.emplace_back([&counters = place.server.counters, id = old->id] { counters.forget(id); });
    place.catalog.put(std::make_shared<const sequence_info>(std::move(sequence)));
}

void run(const sql::alter_sequence_statement& statement, ddl_place& place) {
    const auto old = sequence_to_change(place, statement.name);
    sequence_info sequence = *old;
    if (statement.new_name) {
        sequence.name = statement.new_name->last().name;
        if (place.catalog.find_object(sequence.schema, sequence.name))
            throw sql_error(codes::object_exists, {sequence.name});
    }
    if (statement.options.start_with)
        throw sql_error(codes::invalid_sequence, {sequence.name});
    set_options(sequence, statement.options);
    if (statement.current_value &&
        (*statement.current_value < sequence.minimum || *statement.current_value > sequence.maximum))
        throw sql_error(codes::invalid_sequence, {sequence.name});
    place.afterwards.emplace_back(
        [&counters = place.server.counters, before = *old, after = sequence, value = statement.current_value] {
            counters.change(before, after);
            if (value)
                counters.set_current(after, *value);
        });
    place.catalog.put(std::make_shared<const sequence_info>(std::move(sequence)));
}

void run(const sql::create_schema_statement& statement, ddl_place& place) {
    std::string owner = statement.owner ? statement.owner->name : std::string(place.user);
    const user_info* user = place.catalog.find_user(owner);
    if (user)
        owner = user->name;
    if (!place.catalog.may(place.user, "CREATE SCHEMA") ||
        (owner != place.user && !place.catalog.has_role(place.user, "DBA")))
        throw sql_error(codes::no_ddl_privilege);
    if (!user)
        throw sql_error(codes::unknown_user, {owner});
    if (const schema_info* known = place.catalog.find_schema(statement.name.name)) {
        if (known->owner == owner)
            return;  // DM8 passes over a schema that is there already
        throw sql_error(codes::object_exists, {known->name});
    }
    place.catalog.put(schema_info{
        .id = place.catalog.next_id(catalog::id_range::schema), .name = statement.name.name, .owner = owner});
}

void run(const sql::create_synonym_statement& statement, ddl_place& place) {
    synonym_info synonym;
    synonym.name = statement.name.last().name;
    object_id known = 0;
    if (statement.is_public) {
        if (!place.catalog.has_role(place.user, "DBA"))
            throw sql_error(codes::no_ddl_privilege);
        if (const synonym_info* old = place.catalog.find_public_synonym(synonym.name))
            known = old->id;
    } else {
        const object_name name = new_name(place, statement.name, "CREATE SYNONYM");
        synonym.schema = name.schema;
        if (const auto old = find_as<synonym_info>(place, name))
            known = old->id;
        else if (const schema_object* taken = place.catalog.find_object(name.schema, name.name))
            throw sql_error(codes::object_exists, {name_of(*taken)});
    }
    if (known != 0 && statement.if_not_exists)
        return;
    if (known != 0 && !statement.or_replace)
        throw sql_error(codes::object_exists, {synonym.name});
    const std::string_view schema = qualifier_of(statement.target);
    synonym.target_schema = schema.empty() ? place.schema : schema;
    synonym.target_name = statement.target.last().name;
    synonym.id = known != 0 ? known : place.catalog.next_id(catalog::id_range::synonym);
    place.catalog.put(std::make_shared<const synonym_info>(std::move(synonym)));
}

void run(const sql::comment_statement& statement, ddl_place& place) {
    const std::vector<sql::identifier>& parts = statement.name.parts;
    const bool of_column = statement.subject == sql::comment_subject::column;
    // The parts before the column's name, if there is one, are the table's.
    const std::size_t last = parts.size() - (of_column ? 2 : 1);
    const std::string_view schema = last > 0 ? std::string_view(parts[last - 1].name) : std::string_view();
    const relation found = place.catalog.resolve_relation(schema, parts[last].name, place.schema);
    const auto comment = [&](auto changed) {
        require_owner(place, changed.schema);
        if (!of_column) {
            changed.comment = statement.text;
        } else {
            const auto column = std::find_if(changed.columns.begin(), changed.columns.end(), [&](const auto& each) {
                return place.catalog.names().same(each.name, parts.back().name);
            });
            if (column == changed.columns.end())
                throw sql_error(codes::unknown_column, {parts.back().name});
            column->comment = statement.text;
        }
        place.catalog.put(std::make_shared<const decltype(changed)>(std::move(changed)));
    };
    if (const auto* table = std::get_if<std::shared_ptr<const table_info>>(&found)) {
        if (statement.subject == sql::comment_subject::view)
            throw sql_error(codes::unknown_view, {parts[last].name});
        comment(table_info(**table));
    } else {
        if (statement.subject == sql::comment_subject::table)
            throw sql_error(codes::unknown_table, {parts[last].name});
        comment(view_info(*std::get<std::shared_ptr<const view_info>>(found)));
    }
}

}  // namespace dmkit::mock
