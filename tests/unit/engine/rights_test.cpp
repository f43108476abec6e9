#include <gtest/gtest.h>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

struct Rights : ::testing::Test, fixture {
    void SetUp() override {
        ASSERT_FALSE(owner.run("CREATE TABLE T(A INT)").code);
        ASSERT_FALSE(owner.run("INSERT INTO T VALUES (1)").code);
        ASSERT_FALSE(owner.run("CREATE USER ANN IDENTIFIED BY \"Long_enough1\"").code);
        ann.emplace(engine, "ANN", "Long_enough1");
    }
    client owner{engine};
    std::optional<client> ann;
};

TEST_F(Rights, AStrangerReadsNothing) {
    EXPECT_EQ(ann->run("SELECT * FROM SYSDBA.T").code, -5501);
    EXPECT_TRUE(ann->run("INSERT INTO SYSDBA.T VALUES (2)").code);
    EXPECT_TRUE(ann->run("DROP TABLE SYSDBA.T").code);
    EXPECT_EQ(ann->run("SET SCHEMA SYSDBA").code, -2510);
    EXPECT_FALSE(ann->run("SELECT * FROM DUAL").code);
}

TEST_F(Rights, GrantsAreWhatTheySayAndRevokesEndThem) {
    EXPECT_FALSE(owner.run("GRANT SELECT ON T TO ANN").code);
    EXPECT_EQ(ann->run("SELECT * FROM SYSDBA.T").rows, (table{{"1"}}));
    EXPECT_TRUE(ann->run("UPDATE SYSDBA.T SET A = 2").code);
    EXPECT_FALSE(owner.run("REVOKE SELECT ON T FROM ANN").code);
    EXPECT_EQ(ann->run("SELECT * FROM SYSDBA.T").code, -5501);
}

TEST_F(Rights, CreatingNeedsAPrivilege) {
    EXPECT_TRUE(ann->run("CREATE TABLE MINE(A INT)").code);
    EXPECT_FALSE(owner.run("GRANT RESOURCE TO ANN").code);
    EXPECT_FALSE(ann->run("CREATE TABLE MINE(A INT)").code);
    EXPECT_FALSE(owner.run("GRANT DBA TO ANN").code);
    EXPECT_FALSE(ann->run("SELECT * FROM SYSDBA.T").code);
}

TEST_F(Rights, RolesPassRightsOn) {
    EXPECT_FALSE(owner.run("CREATE ROLE READERS").code);
    EXPECT_FALSE(owner.run("GRANT SELECT ON T TO READERS").code);
    EXPECT_FALSE(owner.run("GRANT READERS TO ANN").code);
    EXPECT_FALSE(ann->run("SELECT * FROM SYSDBA.T").code);
    EXPECT_FALSE(owner.run("DROP ROLE READERS").code);
    EXPECT_EQ(ann->run("SELECT * FROM SYSDBA.T").code, -5501);
}

TEST_F(Rights, DefinitionsReadOnlyWhatTheirAuthorMayRead) {
    ASSERT_FALSE(owner.run("GRANT RESOURCE TO ANN").code);
    EXPECT_EQ(ann->run("CREATE VIEW V AS SELECT * FROM SYSDBA.T").code, -5501);
    EXPECT_EQ(ann->run("CREATE TABLE C AS SELECT * FROM SYSDBA.T").code, -5501);
    EXPECT_EQ(ann->run("CREATE TABLE C LIKE SYSDBA.T").code, -5501);
    EXPECT_EQ(ann->run("CREATE VIEW V AS SELECT 1 X FROM DUAL WHERE EXISTS (SELECT 1 FROM SYSDBA.T)").code, -5501);
    ASSERT_FALSE(owner.run("GRANT SELECT ON T TO ANN").code);
    EXPECT_FALSE(ann->run("CREATE VIEW V AS SELECT * FROM SYSDBA.T").code);
    EXPECT_FALSE(ann->run("CREATE TABLE C AS SELECT * FROM SYSDBA.T").code);
    EXPECT_FALSE(ann->run("CREATE TABLE D LIKE SYSDBA.T").code);
    EXPECT_EQ(ann->run("SELECT * FROM V").rows, (table{{"1"}}));
}

TEST_F(Rights, NobodyGrantsToHimselfOrToNobody) {
    EXPECT_EQ(owner.run("GRANT SELECT ON T TO SYSDBA").code, -5723);
    EXPECT_EQ(owner.run("GRANT SELECT ON T TO NOBODY").code, -2101);
    EXPECT_TRUE(ann->run("GRANT SELECT ON SYSDBA.T TO PUBLIC").code);
}

TEST_F(Rights, OnlyPrivilegesThatThereAreCanBeGranted) {
    EXPECT_EQ(owner.run("GRANT NO SUCHRIGHT TO ANN").code, -2007);
    EXPECT_EQ(owner.run("GRANT CREATE NONSENSE TO ANN").code, not_supported);
    EXPECT_EQ(owner.run("GRANT NOSUCHROLE TO ANN").code, -5483);
    for (const char* granted : {"GRANT CREATE TABLE, CREATE VIEW TO ANN", "GRANT INSERT TABLE TO ANN",
                                "GRANT SELECT ANY DICTIONARY TO ANN", "GRANT CREATE PUBLIC SYNONYM TO ANN",
                                "GRANT CREATE ANY TRIGGER TO ANN", "REVOKE ADMIN OPTION FOR CREATE VIEW FROM ANN"})
        EXPECT_FALSE(owner.run(granted).code) << granted;
}

TEST_F(Rights, PrivilegesApplyToTheKindOfObject) {
    ASSERT_FALSE(owner.run("CREATE SEQUENCE S").code);
    EXPECT_EQ(owner.run("GRANT INSERT ON S TO ANN").code, not_supported);
    EXPECT_EQ(owner.run("GRANT EXECUTE ON T TO ANN").code, not_supported);
    EXPECT_FALSE(owner.run("GRANT SELECT ON S TO ANN").code);
    EXPECT_FALSE(owner.run("GRANT ALL PRIVILEGES ON T TO ANN").code);
    EXPECT_FALSE(ann->run("INSERT INTO SYSDBA.T VALUES (2)").code);
}

TEST_F(Rights, NoUserTakesTheNameOfASchema) {
    ASSERT_FALSE(owner.run("CREATE SCHEMA BOB AUTHORIZATION SYSDBA").code);
    EXPECT_EQ(owner.run("CREATE USER BOB IDENTIFIED BY \"Long_enough1\"").code, -2124);
    ASSERT_FALSE(owner.run("DROP SCHEMA BOB").code);
    EXPECT_FALSE(owner.run("CREATE USER BOB IDENTIFIED BY \"Long_enough1\"").code);
    EXPECT_FALSE(owner.run("CREATE USER IF NOT EXISTS BOB IDENTIFIED BY \"Long_enough1\"").code);
    client bob(engine, "BOB", "Long_enough1");
    EXPECT_FALSE(bob.run("SELECT 1 FROM DUAL").code);
}

}  // namespace
}  // namespace dmkit::mock::testing
