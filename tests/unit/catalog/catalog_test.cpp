#include "mockserver/catalog/catalog.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace dmkit::mock {
namespace {

std::shared_ptr<table_info> make_table(catalog& catalog, std::string schema, std::string name) {
    auto table = std::make_shared<table_info>();
    table->id = catalog.next_id(catalog::id_range::table);
    table->schema = std::move(schema);
    table->name = std::move(name);
    return table;
}

int code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const sql_error& error) {
        return error.code();
    }
    return 0;
}

TEST(Catalog, AFreshDatabaseHasTheSystemsSchemasUsersAndRoles) {
    const catalog fresh;
    for (const char* schema : {"SYS", "SYSDBA", "SYSAUDITOR", "SYSSSO", "CTISYS"})
        EXPECT_NE(fresh.find_schema(schema), nullptr) << schema;
    for (const char* role : {"DBA", "RESOURCE", "PUBLIC", "VTI", "SOI", "SVI"})
        EXPECT_NE(fresh.find_role(role), nullptr) << role;
    // Printed by the manual's examples over SYSOBJECTS.
    EXPECT_EQ(fresh.find_schema("SYSDBA")->id, 150994945);
    EXPECT_TRUE(fresh.has_role("SYSDBA", "DBA"));
}

TEST(Catalog, DualIsFoundFromEverySchema) {
    const catalog fresh;
    for (const char* name : {"DUAL", "SYSDUAL"}) {
        const relation found = fresh.resolve_relation("", name, "SYSDBA");
        ASSERT_TRUE(std::holds_alternative<std::shared_ptr<const view_info>>(found));
        const view_info& view = *std::get<std::shared_ptr<const view_info>>(found);
        ASSERT_EQ(view.columns.size(), 1U);
        EXPECT_EQ(view.columns[0].name, "ID");
        EXPECT_EQ(view.columns[0].type.id, type_id::integer);
    }
}

TEST(Catalog, TheCurrentSchemaComesBeforePublicSynonymsAndTheSystem) {
    catalog made;
    auto target = make_table(made, "SYSDBA", "TARGET");
    made.put(std::shared_ptr<const table_info>(target));
    made.put(std::make_shared<const synonym_info>(
        synonym_info{.id = 1, .schema = {}, .name = "T", .target_schema = "SYSDBA", .target_name = "TARGET"}));
    const auto resolve = [&](std::string_view name) {
        return std::get<std::shared_ptr<const table_info>>(made.resolve_relation("", name, "SYSDBA"))->name;
    };
    EXPECT_EQ(resolve("T"), "TARGET");
    made.put(std::shared_ptr<const table_info>(make_table(made, "SYSDBA", "T")));
    EXPECT_EQ(resolve("T"), "T");
}

TEST(Catalog, UnknownNamesHaveDmsCodes) {
    const catalog fresh;
    EXPECT_EQ(code_of([&] { (void)fresh.resolve_relation("NOWHERE", "T", "SYSDBA"); }), -2103);
    EXPECT_EQ(code_of([&] { (void)fresh.resolve_relation("", "T", "SYSDBA"); }), -2106);
    EXPECT_EQ(code_of([&] { (void)fresh.resolve_table("", "DUAL", "SYSDBA"); }), -2104);
    const table_info table;
    EXPECT_EQ(code_of([&] { (void)catalog::require_column(table, "C"); }), -2111);
}

TEST(Catalog, SynonymsThatGoRoundInACircleLeadNowhere) {
    catalog made;
    made.put(std::make_shared<const synonym_info>(
        synonym_info{.id = 1, .schema = "SYSDBA", .name = "A", .target_schema = "SYSDBA", .target_name = "B"}));
    made.put(std::make_shared<const synonym_info>(
        synonym_info{.id = 2, .schema = "SYSDBA", .name = "B", .target_schema = "SYSDBA", .target_name = "A"}));
    EXPECT_EQ(code_of([&] { (void)made.resolve_relation("", "A", "SYSDBA"); }), -2106);
}

TEST(Catalog, ACopyKeepsWhatTheOriginalLoses) {
    catalog original;
    original.put(std::shared_ptr<const table_info>(make_table(original, "SYSDBA", "T")));
    const catalog snapshot = original;
    original.remove_object("SYSDBA", "T");
    EXPECT_EQ(original.find_object("SYSDBA", "T"), nullptr);
    EXPECT_NE(snapshot.find_object("SYSDBA", "T"), nullptr);
    EXPECT_NE(original.version(), snapshot.version());
}

TEST(Catalog, TheOldNameOfARenamedTableIsFree) {
    catalog made;
    auto table = make_table(made, "SYSDBA", "A");
    made.put(std::make_shared<const table_info>(*table));
    table->name = "B";
    made.put(std::make_shared<const table_info>(*table));
    EXPECT_EQ(made.find_object("SYSDBA", "A"), nullptr);
    EXPECT_NE(made.find_object("SYSDBA", "B"), nullptr);
}

TEST(Catalog, TwoObjectsOfASchemaCannotShareAName) {
    catalog made;
    made.put(std::shared_ptr<const table_info>(make_table(made, "SYSDBA", "T")));
    auto sequence = std::make_shared<sequence_info>();
    sequence->id = 7;
    sequence->schema = "SYSDBA";
    sequence->name = "T";
    EXPECT_EQ(code_of([&] { made.put(std::shared_ptr<const sequence_info>(sequence)); }), -2124);
}

TEST(Catalog, RightsComeByOwnershipGrantRoleAndPublic) {
    catalog made;
    made.put(user_info{.id = 1, .name = "ANN", .default_schema = {}, .password = "x", .roles = {}});
    made.put(schema_info{.id = 1, .name = "ANN", .owner = "ANN"});
    made.put(user_info{.id = 2, .name = "BOB", .default_schema = {}, .password = "x", .roles = {"READER"}});
    made.put(role_info{.id = 3, .name = "READER", .roles = {}});
    const auto may = [&](std::string_view user, privilege privilege) { return made.may(user, privilege, "ANN", 1001); };
    EXPECT_TRUE(may("ANN", privilege::delete_));
    EXPECT_TRUE(may("SYSDBA", privilege::delete_));
    EXPECT_FALSE(may("BOB", privilege::select));
    made.put(object_grant{.grantee = "READER", .object = 1001, .privilege = privilege::select});
    EXPECT_TRUE(may("BOB", privilege::select));
    EXPECT_FALSE(may("BOB", privilege::insert));
    made.put(object_grant{.grantee = "PUBLIC", .object = 1001, .privilege = privilege::insert});
    EXPECT_TRUE(may("BOB", privilege::insert));
    made.remove_grantee("READER");
    EXPECT_FALSE(may("BOB", privilege::select));
}

TEST(Catalog, NamesOfFunctionsDifferWhateverTheCaseOfColumns) {
    const auto name_for = [](std::string column) {
        function_use use;
        use.kind = function_use::what::convert;
        use.mode = conversion_mode::assignment;
        use.arguments = {{type_id::varchar, 0, 0}};
        use.result = {type_id::varchar, 3, 0};
        use.column = std::move(column);
        std::string name = use.sqlite_name();
        EXPECT_EQ(name.find('"'), std::string::npos);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return name;
    };
    EXPECT_NE(name_for("id"), name_for("ID"));
    EXPECT_NE(name_for("a\"b"), name_for("a'b"));
    EXPECT_NE(name_for("%69D"), name_for("iD"));
    EXPECT_NE(name_for(std::string(120, 'x')), name_for(std::string(120, 'X')));
}

TEST(Catalog, ARemovedNameMayBeTheCatalogsOwnText) {
    catalog made;
    made.put(schema_info{.id = 1, .name = "A_NAME_TOO_LONG_FOR_THE_STRING_ITSELF", .owner = "SYSDBA"});
    made.put(role_info{.id = 2, .name = "A_ROLE_TOO_LONG_FOR_THE_STRING_ITSELF", .roles = {}});
    made.put(user_info{.id = 3,
                       .name = "ANN",
                       .default_schema = {},
                       .password = "x",
                       .roles = {"A_ROLE_TOO_LONG_FOR_THE_STRING_ITSELF"}});
    made.remove_schema(made.find_schema("A_NAME_TOO_LONG_FOR_THE_STRING_ITSELF")->name);
    made.remove_grantee(made.find_role("A_ROLE_TOO_LONG_FOR_THE_STRING_ITSELF")->name);
    EXPECT_EQ(made.find_schema("A_NAME_TOO_LONG_FOR_THE_STRING_ITSELF"), nullptr);
    EXPECT_TRUE(made.find_user("ANN")->roles.empty());
}

TEST(Catalog, SystemViewsThatTheMockLacksAreNoUnknownNames) {
    catalog made;
    const auto code = [&](std::string_view schema, std::string_view name) {
        return code_of([&] { (void)made.resolve_relation(schema, name, "SYSDBA"); });
    };
    for (const std::string_view name :
         {"SYSUSERS", "ALL_TRIGGERS", "DBA_SEGMENTS", "USER_SOURCE", "V$TRXWAIT", "VSYSUSERS"}) {
        EXPECT_EQ(code("", name), not_supported) << name;
        EXPECT_EQ(code("SYS", name), not_supported) << name;
        EXPECT_EQ(code("SYSDBA", name), -2106) << name;
        EXPECT_EQ(code_of([&] { (void)made.resolve_table("", name, "SYSDBA"); }), not_supported) << name;
    }
    for (const std::string_view name : {"V$NOSUCH", "ALL_NOSUCH", "SYSNOSUCH", "SYSOBJECT", ""})
        EXPECT_EQ(code("", name), -2106) << name;
    made.put(std::shared_ptr<const table_info>(make_table(made, "SYSDBA", "ALL_TABLES")));
    EXPECT_EQ(code("", "ALL_TABLES"), 0) << "one's own comes first";
}

}  // namespace
}  // namespace dmkit::mock
