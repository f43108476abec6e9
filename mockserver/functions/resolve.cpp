#include <algorithm>
#include <unordered_map>

#include "mockserver/functions/calendar.hpp"
#include "mockserver/functions/support.hpp"
#include "mockserver/functions/text.hpp"

namespace dmkit::mock {

using namespace functions;

namespace {

/// All overloads, found by name. Made when first asked for, never changed.
class function_index {
  public:
    static const function_index& get() {
        static const function_index index;
        return index;
    }
    [[nodiscard]] std::span<const overload> all() const { return all_; }
    [[nodiscard]] std::span<const overload* const> find(std::string_view name) const {
        const auto found = by_name_.find(name);
        if (found == by_name_.end())
            return {};
        return found->second;
    }

  private:
    function_index() {
        for (const auto family : {numeric_operators(), datetime_operators(), numeric_functions(), string_functions(),
                                  string_search_functions(), regexp_functions(), clock_functions(),
                                  datetime_functions(), date_rounding_functions(), calendar_helper_functions(),
                                  conversion_functions(), conditional_functions(), session_functions()})
            all_.insert(all_.end(), family.begin(), family.end());
        for (std::size_t i = 0; i < all_.size(); ++i) {
            all_[i].id = static_cast<std::uint16_t>(i);
            by_name_[all_[i].name].push_back(&all_[i]);
        }
    }

    std::vector<overload> all_;
    std::unordered_map<std::string_view, std::vector<const overload*>> by_name_;
};

/// What SQLite calls a function with at most. DECODE becomes a CASE.
constexpr std::size_t most_arguments = 127;

bool is_open(type_id id) {
    return id == type_id::null || id == type_id::unknown;
}

bool is_timestamp(type_id id) {
    return is_datetime(id) && id != type_id::date && id != type_id::time && id != type_id::time_tz;
}

// What it costs to pass an argument: nothing as it is, little for a wider type of its family, much for text.
constexpr int no_fit = -1;
constexpr int exact = 0;
constexpr int open_argument = 1;
constexpr int open_narrow = 2;
constexpr int near = 1;
constexpr int lossy = 4;
constexpr int from_text = 5;
constexpr int into_text = 6;
constexpr int text_that_cannot = 7;

int cost_of_number(const typed_argument& argument) {
    if (!is_text(argument.type.id))
        return no_fit;
    // A literal tells whether it can be a number at all.
    if (argument.literal)
        if (const auto* text = argument.literal->get_if<std::string>(); text && !decimal::parse(*text))
            return text_that_cannot;
    return argument.type.id == type_id::clob ? no_fit : from_text;
}

int cost_of_timestamp(const typed_argument& argument) {
    if (!is_text(argument.type.id) || argument.type.id == type_id::clob)
        return no_fit;
    if (argument.literal)
        if (const auto* text = argument.literal->get_if<std::string>();
            text && !read_timestamp(*text) && !read_time(*text))
            return text_that_cannot;
    return from_text;
}

int cost_of_integer(parameter_kind kind, type_id id) {
    if (!is_integer(id))
        return no_fit;
    const type_id widest = kind == parameter_kind::up_to_tinyint    ? type_id::tinyint
                           : kind == parameter_kind::up_to_smallint ? type_id::smallint
                           : kind == parameter_kind::up_to_integer  ? type_id::integer
                                                                    : type_id::bigint;
    // BIT is computed with as INT. Among those that fit the narrowest is declared first and wins.
    const type_id given = id == type_id::bit || id == type_id::boolean ? type_id::integer : id;
    return integer_rank(given) <= integer_rank(widest) ? exact : no_fit;
}

int cost_of_open(parameter_kind kind) {
    switch (kind) {
        case parameter_kind::first_wins:
            return exact;
        case parameter_kind::up_to_tinyint:
        case parameter_kind::up_to_smallint:
        case parameter_kind::up_to_integer:
        case parameter_kind::up_to_bigint:
        case parameter_kind::only_date:
        case parameter_kind::only_time:
        case parameter_kind::real:
        case parameter_kind::floating:
        case parameter_kind::interval_ym:
        case parameter_kind::interval_ds:
            return open_narrow;
        default:
            return open_argument;
    }
}

int cost(parameter_kind kind, const typed_argument& argument) {
    const type_id id = argument.type.id;
    if (is_open(id))
        return cost_of_open(kind);
    const bool floating = id == type_id::real || id == type_id::double_;
    switch (kind) {
        case parameter_kind::none:
            return no_fit;
        case parameter_kind::any:
            return text_that_cannot;
        case parameter_kind::first_wins:
            return exact;
        case parameter_kind::common:
        case parameter_kind::compared:
        case parameter_kind::decoded_value:
        case parameter_kind::decoded_result:
            return near;
        case parameter_kind::integer:
        case parameter_kind::bigint:
            if (is_integer(id))
                return exact;
            if (id == type_id::binary || id == type_id::varbinary)
                return into_text;
            return is_number(id) ? lossy : cost_of_number(argument);
        case parameter_kind::up_to_tinyint:
        case parameter_kind::up_to_smallint:
        case parameter_kind::up_to_integer:
        case parameter_kind::up_to_bigint:
            return cost_of_integer(kind, id);
        case parameter_kind::number:
            if (is_integer(id) || id == type_id::decimal)
                return exact;
            return floating ? lossy : cost_of_number(argument);
        case parameter_kind::double_:
            if (id == type_id::double_)
                return exact;
            return floating ? near : is_number(id) ? near + 1 : cost_of_number(argument);
        case parameter_kind::real:
            return id == type_id::real ? exact : no_fit;
        case parameter_kind::floating:
            return floating ? exact : no_fit;
        case parameter_kind::text:
            if (is_text(id))
                return exact;
            return id == type_id::blob ? no_fit : into_text;
        case parameter_kind::character:
            return is_text(id) ? exact : no_fit;
        case parameter_kind::binary:
            return is_binary(id) ? exact : no_fit;
        case parameter_kind::only_date:
            return id == type_id::date ? exact : no_fit;
        case parameter_kind::date:
            return id == type_id::date ? exact : is_timestamp(id) ? lossy : cost_of_timestamp(argument);
        case parameter_kind::only_time:
            return id == type_id::time || id == type_id::time_tz ? exact : no_fit;
        case parameter_kind::time:
            if (id == type_id::time || id == type_id::time_tz)
                return exact;
            return is_timestamp(id) ? lossy : cost_of_timestamp(argument);
        case parameter_kind::timestamp:
            return is_timestamp(id) ? exact : id == type_id::date ? near : cost_of_timestamp(argument);
        case parameter_kind::timestamp_tz:
            return is_datetime(id) ? near : cost_of_timestamp(argument);
        case parameter_kind::datetime:
            return is_datetime(id) ? exact : cost_of_timestamp(argument);
        case parameter_kind::interval_ym:
            return id == type_id::interval_ym ? exact : no_fit;
        case parameter_kind::interval_ds:
            return id == type_id::interval_ds ? exact : no_fit;
        case parameter_kind::part:
            return is_text(id) ? exact : no_fit;
    }
    return no_fit;
}

/// The type that the argument is converted to; groups are dealt with elsewhere.
data_type target_type(parameter_kind kind, const typed_argument& argument) {
    const data_type& given = argument.type;
    const bool open = is_open(given.id);
    const auto keep_or = [&](bool keeps, type_id otherwise) { return keeps && !open ? given : type_of(otherwise); };
    switch (kind) {
        case parameter_kind::integer:
            return type_of(type_id::integer);
        case parameter_kind::bigint:
            return keep_or(is_integer(given.id), type_id::bigint);
        case parameter_kind::up_to_tinyint:
            return keep_or(true, type_id::tinyint);
        case parameter_kind::up_to_smallint:
            return keep_or(true, type_id::smallint);
        case parameter_kind::up_to_integer:
            return keep_or(true, type_id::integer);
        case parameter_kind::up_to_bigint:
            return keep_or(true, type_id::bigint);
        case parameter_kind::number:
            return keep_or(is_integer(given.id) || given.id == type_id::decimal, type_id::decimal);
        case parameter_kind::double_:
        case parameter_kind::floating:
            return kind == parameter_kind::floating ? keep_or(true, type_id::double_) : type_of(type_id::double_);
        case parameter_kind::real:
            return type_of(type_id::real);
        case parameter_kind::text:
        case parameter_kind::character:
        case parameter_kind::part:
            if (open)
                return type_of(type_id::varchar);
            return is_text(given.id) ? given : data_type{type_id::varchar, text_length(given), 0};
        case parameter_kind::binary:
            return keep_or(true, type_id::varbinary);
        case parameter_kind::only_date:
        case parameter_kind::date:
            return type_of(type_id::date);
        case parameter_kind::time:
        case parameter_kind::only_time:
            if (!open && (given.id == type_id::time || given.id == type_id::time_tz))
                return given;
            return {type_id::time, 5, 6};
        case parameter_kind::timestamp:
            return keep_or(is_timestamp(given.id), type_id::datetime);
        case parameter_kind::timestamp_tz:
            return keep_or(given.id == type_id::datetime_tz || given.id == type_id::datetime2_tz, type_id::datetime_tz);
        case parameter_kind::datetime:
            return keep_or(is_datetime(given.id), type_id::datetime);
        case parameter_kind::interval_ym:
            return keep_or(true, type_id::interval_ym);
        case parameter_kind::interval_ds:
            return keep_or(true, type_id::interval_ds);
        default:
            return given;
    }
}

/// NVL's rules: the first known type wins; among numbers a floating one, among dates and among texts the wider.
std::optional<data_type> first_wins_type(const data_type& a, const data_type& b) {
    if (is_open(a.id) || is_open(b.id))
        return common_type(a, b, type_purpose::result);
    const bool alike = (is_text(a.id) && is_text(b.id)) || (is_datetime(a.id) && is_datetime(b.id)) ||
                       (is_binary(a.id) && is_binary(b.id)) || (is_interval(a.id) && a.id == b.id);
    if (alike)
        return common_type(a, b, type_purpose::result);
    if (is_number(a.id) && is_number(b.id))
        return is_integer(a.id) && b.id == type_id::decimal ? a : common_type(a, b, type_purpose::result);
    if (is_text(a.id) && !is_lob(a.id) && convertible(b, a))
        return common_type(a, b, type_purpose::result);
    return convertible(b, a) ? std::optional(a) : std::nullopt;
}

/// DECODE's rule for the results after the first of a known type.
std::optional<data_type> decoded_type(const data_type& a, const data_type& b) {
    if (is_open(a.id) || is_open(b.id) || is_text(a.id))
        return common_type(a, b, type_purpose::result);
    if (const auto wider = common_type(a, b, type_purpose::comparison))
        return wider;
    return convertible(b, a) ? std::optional(a) : std::nullopt;
}

parameter_kind kind_at(const overload& candidate, std::size_t index, std::size_t count) {
    std::size_t declared = 0;
    while (declared < overload::max_parameters && candidate.parameters[declared] != parameter_kind::none)
        ++declared;
    const parameter_kind kind = candidate.parameters[std::min(index, declared - 1)];
    if (kind != parameter_kind::decoded_value)
        return kind;
    // DECODE(value, search, result, search, result …[, default])
    const bool is_search = index == 0 || (index % 2 == 1 && index + 1 < count);
    return is_search ? parameter_kind::compared : parameter_kind::decoded_result;
}

/// Brings the arguments of one group to one type; false if there is none.
bool unify(parameter_kind group, const overload& candidate, std::vector<typed_argument>& arguments) {
    std::optional<data_type> shared;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (kind_at(candidate, i, arguments.size()) != group)
            continue;
        const data_type& type = arguments[i].type;
        if (!shared)
            shared = type;
        else if (group == parameter_kind::first_wins)
            shared = first_wins_type(*shared, type);
        else if (group == parameter_kind::decoded_result)
            shared = decoded_type(*shared, type);
        else
            shared = common_type(*shared, type,
                                 group == parameter_kind::compared ? type_purpose::comparison : type_purpose::result);
        if (!shared)
            return false;
    }
    if (!shared)
        return true;
    // NULLs and untyped parameters alone: text.
    const bool open = is_open(shared->id);
    const data_type final_type = shared->id == type_id::unknown ? type_of(type_id::varchar)
                                 : open                         ? data_type{type_id::varchar, 1, 0}
                                                                : *shared;
    for (std::size_t i = 0; i < arguments.size(); ++i)
        if (kind_at(candidate, i, arguments.size()) == group)
            arguments[i].type = final_type;
    return true;
}

bool is_operator(std::string_view name) {
    return name.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ$@") == std::string_view::npos;
}

/// An untyped operand beside a number is a number of that type.
void settle_operands(std::vector<typed_argument>& operands) {
    if (operands.size() != 2)
        return;
    for (const std::size_t i : {0U, 1U}) {
        data_type& open = operands[i].type;
        const data_type& other = operands[1 - i].type;
        if (is_open(open.id) && is_number(other.id))
            open = other;
    }
}

bool unsupported_name(std::string_view name) {
    const auto list = unsupported_functions();
    if (std::binary_search(list.begin(), list.end(), name))
        return true;
    static constexpr std::string_view families[] = {"SF_",    "SP_", "DBMS_",     "UTL_",          "JSON_",
                                                    "JSONB_", "XML", "INSERTXML", "INSERTCHILDXML"};
    return std::any_of(std::begin(families), std::end(families),
                       [&](std::string_view family) { return name.starts_with(family); });
}

}  // namespace

resolution resolve(std::string_view name, std::span<const typed_argument> given) {
    const auto candidates = function_index::get().find(name);
    if (candidates.empty()) {
        if (unsupported_name(name))
            throw sql_error::unsupported("function " + std::string(name));
        throw sql_error(code::unknown_member, {std::string(name)});
    }
    std::vector<typed_argument> arguments(given.begin(), given.end());
    if (is_operator(name))
        settle_operands(arguments);
    const overload* best = nullptr;
    int lowest = 0;
    bool count_fits = false;
    for (const overload* candidate : candidates) {
        if (arguments.size() < candidate->minimum_arguments ||
            (arguments.size() > candidate->maximum_arguments && candidate->maximum_arguments != overload::unlimited))
            continue;
        count_fits = true;
        int total = 0;
        for (std::size_t i = 0; i < arguments.size() && total != no_fit; ++i) {
            const int one = cost(kind_at(*candidate, i, arguments.size()), arguments[i]);
            total = one == no_fit ? no_fit : total + one;
        }
        if (total != no_fit && (best == nullptr || total < lowest)) {
            best = candidate;
            lowest = total;
        }
    }
    if (!count_fits)
        throw sql_error(code::argument_count);
    const int mismatch = is_operator(name) ? code::type_mismatch : code::argument_type;
    if (best == nullptr)
        throw sql_error(mismatch);
    if (arguments.size() > most_arguments && best->parameters[0] != parameter_kind::decoded_value)
        throw sql_error::unsupported(std::string(name) + " of more than 127 arguments");
    for (std::size_t i = 0; i < arguments.size(); ++i)
        arguments[i].type = target_type(kind_at(*best, i, arguments.size()), arguments[i]);
    for (const parameter_kind group :
         {parameter_kind::common, parameter_kind::compared, parameter_kind::first_wins, parameter_kind::decoded_result})
        if (!unify(group, *best, arguments))
            throw sql_error(best->lazy && group != parameter_kind::compared ? code::no_conversion : mismatch);
    resolution result;
    result.function = best;
    for (const typed_argument& argument : arguments)
        result.converted_argument_types.push_back(argument.type);
    result.result = best->result(arguments);
    return result;
}

bool is_function(std::string_view name) {
    return !function_index::get().find(name).empty() || unsupported_name(name);
}

bool callable_without_parentheses(std::string_view name) {
    static constexpr std::string_view names[] = {
        "@@IDENTITY",
        "CURDATE",
        "CURRENT_DATE",
        "CURRENT_SCHEMA",
        "CURRENT_SCHID",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
        "CURRENT_USER",
        "CURTIME",
        "DBTIMEZONE",
        "GETDATE",
        "GLOBAL_IDENTITY",
        "GUID",
        "LOCALTIME",
        "LOCALTIMESTAMP",
        "NEWID",
        "NOW",
        "PAGE",
        "SCOPE_IDENTITY",
        "SESSIONTIMEZONE",
        "SESSION_USER",
        "SESSID",
        "SQL%ROWCOUNT",
        "SYSDATE",
        "SYSTIMESTAMP",
        "SYS_GUID",
        "UID",
        "UNICODE",
        "USER",
        "CASE_SENSITIVE",
    };
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool first_argument_is_date_part(std::string_view name) {
    const auto overloads = function_index::get().find(name);
    return !overloads.empty() && overloads.front()->parameters[0] == parameter_kind::part;
}

std::span<const overload> all_overloads() {
    return function_index::get().all();
}

field call(const overload& function, call_context& context, std::span<const field_view> arguments,
           const data_type& result) {
    if (function.null_in_null_out)
        for (const field_view& argument : arguments)
            if (argument.is_null())
                return nullptr;
    const bool lob = is_lob(result.id);
    constexpr auto longest = static_cast<std::size_t>(functions::longest_text);
    // What another character set has takes more than half of its bytes in UTF-8: the exact size is looked at in the
    // end.
    context.text_limit = lob ? functions::longest_clob : context.charset == charset::utf8 ? longest : 2 * longest;
    field value = function.call(context, arguments);
    if (const auto* text = value.get_if<std::string>()) {
        functions::check_text_size(context, text->size());
        // Short texts, nearly all, need not be measured in another character set: a character takes four bytes at most.
        if (!lob && text->size() * 4 > longest && functions::byte_length(*text, context.charset) > longest)
            functions::fail(functions::code::overflow);
    } else if (const auto* moment = value.get_if<timestamp>()) {
        // A finer fraction would print equal to another value and compare unequal.
        return timestamp{moment->date, functions::cut_fraction(moment->time, result.scale & 0xF)};
    } else if (const auto* clock = value.get_if<time>()) {
        return functions::cut_fraction(*clock, result.scale & 0xF);
    } else if (const auto* data = value.get_if<dmkit::bytes>()) {
        functions::check_text_size(context, data->size());
        if (!lob && data->size() > longest)
            functions::fail(functions::code::overflow);
    }
    return value;
}

}  // namespace dmkit::mock
