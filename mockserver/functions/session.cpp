#include <array>

#include <fmt/format.h>

#include "mockserver/functions/support.hpp"
#include "mockserver/functions/text.hpp"

/// Who and where: the session, the server, identities.
namespace dmkit::mock::functions {

namespace {

template <auto member>
field fact(call_context& context, argument_list) {
    return context.*member;
}

database_facts& facts(call_context& context, std::string_view function) {
    if (context.facts == nullptr)
        throw sql_error::unsupported(std::string(function));
    return *context.facts;
}

template <class Value>
field maybe(const std::optional<Value>& value) {
    if (!value)
        return nullptr;
    return *value;
}

/// Sixteen random bytes as upper-case hexadecimal digits.
std::string random_digits(call_context& context, std::string_view function) {
    if (!context.random)
        throw sql_error::unsupported(std::string(function));
    std::string digits;
    for (int byte = 0; byte < 16; ++byte)
        digits += fmt::format("{:02X}", static_cast<unsigned>(context.random() * 256) & 0xFF);
    return digits;
}

field guid(call_context& context, argument_list) {
    return random_digits(context, "GUID");
}

std::string dashed(std::string digits) {
    for (const std::size_t at : {8U, 13U, 18U, 23U})
        digits.insert(at, 1, '-');
    return digits;
}

field new_id(call_context& context, argument_list) {
    return dashed(random_digits(context, "NEWID"));
}

field uuid(call_context& context, argument_list) {
    return to_lower(dashed(random_digits(context, "UUID")));
}

/// Parameter of SYS_CONTEXT('USERENV', …) and USERENV(…).
field environment_value(const call_context& context, std::string_view name) {
    const std::string parameter = upper_ascii(trim_blanks(name));
    if (parameter == "CURRENT_SCHEMA")
        return context.current_schema;
    if (parameter == "CURRENT_SCHEMAID")
        return std::to_string(context.current_schema_id);
    if (parameter == "CURRENT_USER" || parameter == "SESSION_USER")
        return context.user;
    if (parameter == "CURRENT_USERID" || parameter == "SESSION_USERID")
        return std::to_string(context.user_id);
    if (parameter == "DB_NAME" || parameter == "DB_UNIQUE_NAME")
        return context.database_name;
    if (parameter == "INSTANCE_NAME")
        return context.instance_name;
    if (parameter == "HOST")
        return context.host_name;
    if (parameter == "IP_ADDRESS")
        return context.client_address;
    if (parameter == "SID" || parameter == "SESSIONID")
        return std::to_string(context.session_id);
    if (parameter == "MODULE")
        return context.application_name;
    if (parameter == "LANG")
        return context.language == language::english ? "EN" : "CN";
    throw sql_error::unsupported("SYS_CONTEXT('USERENV', '" + parameter + "')");
}

field sys_context(call_context& context, argument_list arguments) {
    if (!same_word(trim_blanks(as_text(arguments[0])), "USERENV"))
        return nullptr;
    field value = environment_value(context, as_text(arguments[1]));
    if (arguments.size() < 3)
        return value;
    const std::int64_t limit = as_integer(arguments[2]);
    if (limit < 1 || limit > 4000)
        fail(code::invalid_argument);
    return fit_bytes(as_text(value), static_cast<std::size_t>(limit), context.charset);
}

field user_environment(call_context& context, argument_list arguments) {
    return environment_value(context, as_text(arguments[0]));
}

field case_sensitive(call_context& context, argument_list) {
    return std::int64_t{context.case_sensitive};
}

/// 0 GB18030, 1 UTF-8, 2 EUC-KR, as dminit numbers them.
field unicode_flag(call_context& context, argument_list) {
    return std::int64_t{context.charset == charset::gb18030 ? 0 : context.charset == charset::utf8 ? 1 : 2};
}

field last_identity(call_context& context, argument_list) {
    return maybe(facts(context, "@@IDENTITY").last_identity());
}
field scope_identity(call_context& context, argument_list) {
    return maybe(facts(context, "SCOPE_IDENTITY").scope_identity());
}
field global_identity(call_context& context, argument_list) {
    return maybe(facts(context, "GLOBAL_IDENTITY").global_identity());
}
field row_count(call_context& context, argument_list) {
    return facts(context, "SQL%ROWCOUNT").row_count();
}
field found_rows(call_context& context, argument_list) {
    return facts(context, "FOUND_ROWS").found_rows();
}
field identity_current(call_context& context, argument_list arguments) {
    return maybe(facts(context, "IDENT_CURRENT").identity_current(as_text(arguments[0])));
}
field identity_seed(call_context& context, argument_list arguments) {
    return maybe(facts(context, "IDENT_SEED").identity_seed(as_text(arguments[0])));
}
field identity_increment(call_context& context, argument_list arguments) {
    return maybe(facts(context, "IDENT_INCR").identity_increment(as_text(arguments[0])));
}
field schema_name(call_context& context, argument_list arguments) {
    return maybe(facts(context, "SF_GET_SCHEMA_NAME_BY_ID").schema_name(as_integer(arguments[0])));
}
field user_id_of(call_context& context, argument_list arguments) {
    return maybe(facts(context, "USER_ID").user_id(as_text(arguments[0])));
}
field object_id_of(call_context& context, argument_list arguments) {
    std::string_view type = arguments.size() > 1 ? as_text(arguments[1]) : std::string_view();
    for (const auto& [full, abbreviation] :
         {std::pair<std::string_view, std::string_view>{"TABLE", "U"}, {"UTAB", "U"}, {"VIEW", "V"}})
        if (same_word(type, full))
            type = abbreviation;
    return maybe(facts(context, "OBJECT_ID").object_id(as_text(arguments[0]), type));
}

field parameter_text(call_context& context, argument_list arguments) {
    return maybe(facts(context, "SF_GET_PARA_STRING_VALUE").parameter(as_text(arguments[1])));
}

field parameter_number(call_context& context, argument_list arguments) {
    const auto value = facts(context, "SF_GET_PARA_VALUE").parameter(as_text(arguments[1]));
    if (!value)
        return nullptr;
    return convert(context, *value, type_of(type_id::varchar), type_of(type_id::bigint), conversion_mode::implicit);
}

field sequence_current(call_context& context, argument_list arguments) {
    return maybe(facts(context, "SF_SEQ_CURRVAL").sequence_current(as_text(arguments[0]), as_text(arguments[1])));
}

/// Of ordinary users 0. Others cannot log in here.
field user_type(call_context&, argument_list) {
    return std::int64_t{0};
}

/// SF_CHECK_PRIV_OPT(user, kind of user, object, owner, …): 1 if that user may see the object.
field may_see(call_context& context, argument_list arguments) {
    return std::int64_t{
        facts(context, "SF_CHECK_PRIV_OPT").may_see(as_integer(arguments[0]), as_integer(arguments[2]))};
}

/// SF_COL_IS_IDX_KEY(KEYNUM, KEYINFO, COLID) over a row of SYSINDEXES: for each key KEYINFO has two bytes of the
/// column's number and one of the order.
field is_index_key(call_context&, argument_list arguments) {
    constexpr std::size_t bytes_of_key = 3;
    const bytes_view keys = as_bytes(arguments[1]);
    const std::int64_t column = as_integer(arguments[2]);
    std::int64_t left = as_integer(arguments[0]);
    for (std::size_t at = 0; left > 0 && at + bytes_of_key <= keys.size(); at += bytes_of_key, --left)
        if (std::to_integer<std::int64_t>(keys[at]) + std::to_integer<std::int64_t>(keys[at + 1]) * 256 == column)
            return std::int64_t{1};
    return std::int64_t{0};
}
constexpr result_rule name = text_of<128>;
constexpr result_rule number_rule = returns<type_id::bigint>;
constexpr result_rule flag = returns<type_id::integer>;

constexpr overload table[] = {
    define("USER", {}, name, fact<&call_context::user>, varies),
    define("CURRENT_USER", {}, name, fact<&call_context::user>, varies),
    define("SESSION_USER", {}, name, fact<&call_context::user>, varies),
    define("UID", {}, flag, fact<&call_context::user_id>, varies),
    define("CURRENT_USERTYPE", {}, flag, user_type, varies),
    define("SF_CHECK_PRIV_OPT", {kind::bigint, kind::bigint, kind::bigint, kind::bigint, kind::bigint, kind::bigint},
           flag, may_see, varies),
    define("SF_COL_IS_IDX_KEY", {kind::bigint, kind::binary, kind::bigint}, flag, is_index_key),
    define(
        "SET_SESSION_IDENTITY_CHECK", {kind::bigint}, flag,
        [](call_context&, argument_list arguments) -> field { return as_integer(arguments[0]); }, varies),
    define("CURRENT_SCHID", {}, flag, fact<&call_context::current_schema_id>, varies),
    define("CURRENT_SCHEMA", {}, name, fact<&call_context::current_schema>, varies),
    define("SESSID", {}, number_rule, fact<&call_context::session_id>, varies),
    define("CUR_DATABASE", {}, name, fact<&call_context::database_name>, varies),
    define("SYS_CONTEXT", {kind::text, kind::text, kind::bigint}, text_of<4000>, sys_context, varies, 1),
    define("USERENV", {kind::text}, text_of<4000>, user_environment, varies),
    define("GUID", {}, text_of<32>, guid, varies),
    define("SYS_GUID", {}, text_of<32>, guid, varies),
    define("NEWID", {}, text_of<36>, new_id, varies),
    define("UUID", {}, text_of<36>, uuid, varies),
    define(
        "PAGE", {}, flag, [](call_context& context, argument_list) -> field { return context.page_size; }, varies),
    define(
        "SF_GET_PAGE_SIZE", {}, flag, [](call_context& context, argument_list) -> field { return context.page_size; },
        varies),
    define(
        "SF_GET_EXTENT_SIZE", {}, flag,
        [](call_context& context, argument_list) -> field { return context.extent_size; }, varies),
    define("UNICODE", {}, flag, unicode_flag, varies),
    define("SF_GET_UNICODE_FLAG", {}, flag, unicode_flag, varies),
    define("CASE_SENSITIVE", {}, flag, case_sensitive, varies),
    define("SF_GET_CASE_SENSITIVE_FLAG", {}, flag, case_sensitive, varies),
    define("@@IDENTITY", {}, number_rule, last_identity, varies),
    define("LAST_INSERT_ID", {}, number_rule, last_identity, varies),
    define("SCOPE_IDENTITY", {}, number_rule, scope_identity, varies),
    define("GLOBAL_IDENTITY", {}, number_rule, global_identity, varies),
    define("SQL%ROWCOUNT", {}, number_rule, row_count, varies),
    define("FOUND_ROWS", {}, number_rule, found_rows, varies),
    define("IDENT_CURRENT", {kind::text}, number_rule, identity_current, varies),
    define("IDENT_SEED", {kind::text}, number_rule, identity_seed, varies),
    define("IDENT_INCR", {kind::text}, number_rule, identity_increment, varies),
    define("SF_GET_SCHEMA_NAME_BY_ID", {kind::bigint}, name, schema_name, varies),
    define("USER_ID", {kind::text}, flag, user_id_of, varies),
    define("OBJECT_ID", {kind::text, kind::text}, flag, object_id_of, varies, 1),
    define("SF_GET_PARA_VALUE", {kind::bigint, kind::text}, number_rule, parameter_number, varies),
    define("SF_GET_PARA_STRING_VALUE", {kind::bigint, kind::text}, text_of<256>, parameter_text, varies),
    define("SF_SEQ_CURRVAL", {kind::text, kind::text}, number_rule, sequence_current, varies),
};

}  // namespace

std::span<const overload> session_functions() {
    return table;
}

}  // namespace dmkit::mock::functions
