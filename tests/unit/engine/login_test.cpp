#include <gtest/gtest.h>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

int login_code(engine& engine, const char* user, const char* password) {
    try {
        const client tried(engine, user, password);
        return 0;
    } catch (const sql_error& error) {
        return error.code();
    }
}

TEST(Login, ComparesNameFoldedAndPasswordByteForByte) {
    fixture made;
    EXPECT_EQ(login_code(made.engine, "SYSDBA", "SYSDBA"), 0);
    EXPECT_EQ(login_code(made.engine, "sysdba", "SYSDBA"), 0);
    EXPECT_EQ(login_code(made.engine, "\"SYSDBA\"", "SYSDBA"), 0);
    EXPECT_EQ(login_code(made.engine, "\"sysdba\"", "SYSDBA"), -2501);
    EXPECT_EQ(login_code(made.engine, "SYSDBA", "sysdba"), -2501);
    EXPECT_EQ(login_code(made.engine, "SYSDBA", ""), -2501);
    EXPECT_EQ(login_code(made.engine, "NOBODY", "x"), -2501);
}

TEST(Login, SystemUsersWithoutPasswordCannotLogIn) {
    fixture made;
    EXPECT_EQ(login_code(made.engine, "SYSAUDITOR", ""), -2501);
}

TEST(Login, GivenUsersHaveTheirOwnSchema) {
    fixture made({.users = {{"SYSDBA", "secret"}, {"shop", "s"}}});
    EXPECT_EQ(login_code(made.engine, "SYSDBA", "SYSDBA"), -2501);
    client shop(made.engine, "shop", "s");
    EXPECT_EQ(shop.session().current_schema(), "SHOP");
    EXPECT_FALSE(shop.run("CREATE TABLE T(A INT)").code);
    EXPECT_EQ(shop.run("SELECT USER FROM DUAL").rows, (table{{"SHOP"}}));
}

TEST(Login, UsersMadeBySqlCanLogIn) {
    fixture made;
    client one(made.engine);
    EXPECT_TRUE(one.run("CREATE USER ANN IDENTIFIED BY \"short\"").code);
    EXPECT_FALSE(one.run("CREATE USER ANN IDENTIFIED BY \"Long_enough1\"").code);
    EXPECT_EQ(one.run("CREATE USER ANN IDENTIFIED BY \"Long_enough1\"").code, -2124);
    EXPECT_EQ(login_code(made.engine, "ANN", "Long_enough1"), 0);
    EXPECT_FALSE(one.run("ALTER USER ANN ACCOUNT LOCK").code);
    EXPECT_EQ(login_code(made.engine, "ANN", "Long_enough1"), -2501);
    EXPECT_FALSE(one.run("ALTER USER ANN ACCOUNT UNLOCK").code);
    EXPECT_EQ(login_code(made.engine, "ANN", "Long_enough1"), 0);
    EXPECT_FALSE(one.run("DROP USER ANN").code);
    EXPECT_EQ(login_code(made.engine, "ANN", "Long_enough1"), -2501);
    EXPECT_EQ(one.run("DROP USER ANN").code, -2101);
}

TEST(Login, TellsOfTheLoginBefore) {
    fixture made;
    {
        client first(made.engine);
        EXPECT_FALSE(first.session().before().time);
        EXPECT_EQ(first.session().before().failures, 0);
    }
    const auto then = made.world.now();
    made.world.pass(std::chrono::hours(1));
    EXPECT_EQ(login_code(made.engine, "SYSDBA", "wrong"), -2501);
    EXPECT_EQ(login_code(made.engine, "SYSDBA", "wrong too"), -2501);
    {
        client second(made.engine, "sysdba");
        EXPECT_EQ(second.session().before().time, then);
        EXPECT_EQ(second.session().before().failures, 2);
    }
    client third(made.engine);
    EXPECT_EQ(third.session().before().time, made.world.now());
    EXPECT_EQ(third.session().before().failures, 0);
    third.run("CREATE USER ANN IDENTIFIED BY \"Long_enough1\"");
    EXPECT_EQ(login_code(made.engine, "ANN", "Long_enough1"), 0);
    third.run("DROP USER ANN");
    third.run("CREATE USER ANN IDENTIFIED BY \"Long_enough1\"");
    client another(made.engine, "ANN", "Long_enough1");
    EXPECT_FALSE(another.session().before().time) << "of another user of this name";
}

}  // namespace
}  // namespace dmkit::mock::testing
