#include "mockserver/catalog/names.hpp"

#include <gtest/gtest.h>

#include "mockserver/catalog/catalog.hpp"

namespace dmkit::mock {
namespace {

TEST(NameOrder, TellsCasesApartByDefault) {
    const name_order order;
    EXPECT_TRUE(order.same("a", "a"));
    EXPECT_FALSE(order.same("a", "A"));
    EXPECT_TRUE(order("B", "a"));
    EXPECT_EQ(order.key("Ab"), "Ab");
}

TEST(NameOrder, MayIgnoreTheCaseOfLetters) {
    const name_order order(false);
    EXPECT_TRUE(order.same("tab_1", "TAB_1"));
    EXPECT_FALSE(order.same("tab", "tabs"));
    EXPECT_FALSE(order.same("ä", "Ä")) << "of ASCII only";
    EXPECT_TRUE(order("a", "B"));
    EXPECT_FALSE(order("B", "a"));
    EXPECT_FALSE(order("a", "A"));
    EXPECT_FALSE(order("A", "a"));
    EXPECT_TRUE(order("z", "数")) << "bytes have no sign";
    EXPECT_EQ(order.key("Ab"), "AB");
}

TEST(NameOrder, RulesTheCatalog) {
    catalog made{name_order(false)};
    EXPECT_TRUE(made.find_schema("sysdba"));
    EXPECT_TRUE(made.find_user("SysDba"));
    EXPECT_TRUE(made.find_role("dba"));
    EXPECT_TRUE(made.find_public_synonym("dual"));
    EXPECT_TRUE(made.find_object("sys", "all_tables"));
    auto table = std::make_shared<table_info>();
    table->id = made.next_id(catalog::id_range::table);
    table->schema = "SYSDBA";
    table->name = "Books";
    table->names = made.names();
    table->columns.emplace_back().name = "Title";
    made.put(std::shared_ptr<const table_info>(table));
    const auto found = made.resolve_table("", "BOOKS", "sysdba");
    EXPECT_EQ(found->name, "Books");
    EXPECT_TRUE(found->find_column("TITLE"));
    auto respelled = std::make_shared<table_info>(*table);
    respelled->name = "BOOKS";
    made.put(std::shared_ptr<const table_info>(respelled));
    ASSERT_EQ(made.objects("SYSDBA").size(), 1U);
    EXPECT_EQ(made.objects("SYSDBA").begin()->first, "BOOKS");
    auto other = std::make_shared<table_info>(*table);
    other->id = made.next_id(catalog::id_range::table);
    other->name = "books";
    EXPECT_THROW(made.put(std::shared_ptr<const table_info>(other)), sql_error);
    made.remove_object("sysdba", "bOOKS");
    EXPECT_TRUE(made.objects("SYSDBA").empty());
    EXPECT_FALSE(catalog().find_schema("sysdba")) << "others are as they were";
}

}  // namespace
}  // namespace dmkit::mock
