#include "tests/unit/functions/function_test.hpp"

namespace dmkit::mock::functions_test {

namespace {

class known_facts : public database_facts {
  public:
    std::optional<std::int64_t> last_identity() override { return 42; }
    std::optional<std::int64_t> object_id(std::string_view name, std::string_view) override {
        return name == "T" ? std::optional<std::int64_t>(1017) : std::nullopt;
    }
    std::optional<std::string> parameter(std::string_view) override { return "100"; }
};

TEST(session_functions, tell_who_and_where) {
    call_context context = default_context();
    context.user = "BOB";
    context.current_schema = "SALES";
    context.session_id = 77;
    context.client_address = "127.0.0.1";
    EXPECT_EQ(run(context, "USER", {}), "BOB");
    EXPECT_EQ(run(context, "SESSID", {}), "77");
    EXPECT_EQ(run(context, "CURRENT_SCHID", {}), std::to_string(context.current_schema_id));
    EXPECT_EQ(run(context, "SYS_CONTEXT", {"userenv", "current_schema"}), "SALES");
    EXPECT_EQ(run(context, "SYS_CONTEXT", {"USERENV", "CURRENT_SCHEMA", 3}), "SAL");
    EXPECT_EQ(run(context, "USERENV", {"ip_address"}), "127.0.0.1");
    EXPECT_EQ(run(context, "SYS_CONTEXT", {"elsewhere", "x"}), "NULL");
    EXPECT_EQ(refusal("SYS_CONTEXT", {"USERENV", "PHASE_OF_MOON"}), not_supported);
}

TEST(session_functions, tell_how_the_database_was_made) {
    call_context context = default_context();
    context.page_size = 32768;
    EXPECT_EQ(run(context, "PAGE", {}), "32768");
    EXPECT_EQ(run(context, "UNICODE", {}), "1");
    context.charset = charset::gb18030;
    EXPECT_EQ(run(context, "SF_GET_UNICODE_FLAG", {}), "0");
    EXPECT_EQ(run(context, "CASE_SENSITIVE", {}), "1");
}

TEST(session_functions, make_identifiers_of_the_server_s_random_numbers) {
    call_context context = default_context();
    context.random = [] { return 0.5; };
    EXPECT_EQ(run(context, "GUID", {}), "80808080808080808080808080808080");
    EXPECT_EQ(run(context, "NEWID", {}), "80808080-8080-8080-8080-808080808080");
}

TEST(session_functions, ask_the_database) {
    call_context context = default_context();
    known_facts facts;
    context.facts = &facts;
    EXPECT_EQ(run(context, "SCOPE_IDENTITY", {}), "42");
    EXPECT_EQ(run(context, "@@IDENTITY", {}), "42");
    EXPECT_EQ(run(context, "OBJECT_ID", {"T"}), "1017");
    EXPECT_EQ(run(context, "OBJECT_ID", {"X", "VIEW"}), "NULL");
    EXPECT_EQ(run(context, "SF_GET_PARA_VALUE", {1, "MAX_SESSIONS"}), "100");
    EXPECT_THROW(static_cast<void>(run(context, "IDENT_SEED", {"T"})), sql_error);
}

}  // namespace

}  // namespace dmkit::mock::functions_test
