#include "tree_text.hpp"

namespace dmkit::mock::sql {
namespace {

TEST(Statements, AreSeparatedBySemicolons) {
    const std::string_view text = "INSERT INTO t VALUES (?);\n SELECT id FROM t WHERE SQL%ROWCOUNT = 1;";
    const auto statements = parse(text);
    ASSERT_EQ(statements.size(), 2U);
    EXPECT_EQ(statements[1].where.in(text), "SELECT id FROM t WHERE SQL%ROWCOUNT = 1");
    EXPECT_EQ(statements[1].where.line, 2U);
    EXPECT_EQ(parse("COMMIT;;").size(), 1U);
}

TEST(Transactions, AreRead) {
    one_of<commit_statement>("COMMIT WORK IMMEDIATE NOWAIT");
    EXPECT_FALSE(one_of<rollback_statement>("ROLLBACK WORK").savepoint);
    EXPECT_EQ(one_of<rollback_statement>("ROLLBACK TO SAVEPOINT sp1").savepoint->name, "SP1");
    EXPECT_EQ(one_of<rollback_statement>("ROLLBACK TO sp1").savepoint->name, "SP1");
    EXPECT_EQ(one_of<savepoint_statement>("SAVEPOINT \"b\"").name.name, "b");
    EXPECT_EQ(one_of<release_savepoint_statement>("RELEASE SAVEPOINT b").name.name, "B");
    one_of<start_transaction_statement>("START TRANSACTION");
    one_of<start_transaction_statement>("BEGIN TRANSACTION");
    EXPECT_EQ(one_of<set_transaction_statement>("SET TRANSACTION ISOLATION LEVEL READ COMMITTED").isolation,
              isolation_level::read_committed);
    EXPECT_EQ(one_of<set_transaction_statement>("SET TRANSACTION READ ONLY").read_only, true);
}

TEST(Locks, NameTheirMode) {
    EXPECT_EQ(one_of<lock_table_statement>("LOCK TABLE t IN SHARE INTENT EXCLUSIVE MODE").mode,
              lock_mode::share_intent_exclusive);
    EXPECT_EQ(one_of<lock_table_statement>("LOCK TABLE t IN ROW SHARE MODE").mode, lock_mode::intent_share);
    EXPECT_TRUE(one_of<lock_table_statement>("LOCK TABLE s.t IN EXCLUSIVE MODE NOWAIT").nowait);
}

TEST(Settings, AreRead) {
    EXPECT_EQ(one_of<set_schema_statement>("SET SCHEMA \"s\"").schema.name, "s");
    EXPECT_EQ(one_of<set_time_zone_statement>("SET TIME ZONE '+9:00'").zone, "+9:00");
    EXPECT_TRUE(one_of<set_time_zone_statement>("SET TIME ZONE LOCAL").local);
    EXPECT_TRUE(one_of<set_identity_insert_statement>("SET IDENTITY_INSERT s.t ON WITH REPLACE NULL").replace_null);
    EXPECT_FALSE(one_of<set_identity_insert_statement>("SET IDENTITY_INSERT t OFF").on);
    const auto session = one_of<alter_session_statement>("ALTER SESSION SET CURRENT_SCHEMA = s");
    EXPECT_EQ(session.settings[0].name, "CURRENT_SCHEMA");
    EXPECT_EQ(tree(*session.settings[0].value), "S");
    EXPECT_TRUE(one_of<alter_session_statement>("ALTER SESSION SET 'AUTO_INCREMENT_OFFSET' =15").settings[0].quoted);
    EXPECT_EQ(one_of<alter_session_statement>("ALTER SESSION SET NLS_SORT=BINARY").settings.size(), 1U);
    const auto system = one_of<alter_system_statement>("ALTER SYSTEM SET 'X' =200 DEFERRED MEMORY");
    EXPECT_TRUE(system.deferred);
    EXPECT_EQ(system.scope, "MEMORY");
}

TEST(Explain, HoldsItsStatement) {
    const auto parsed = one("EXPLAIN FOR SELECT a FROM t WHERE b = ?");
    const auto& explain = std::get<explain_statement>(parsed.node);
    EXPECT_TRUE(explain.for_rows);
    EXPECT_TRUE(std::holds_alternative<query_ptr>(explain.explained->node));
    EXPECT_EQ(parsed.parameters.size(), 1U);
    EXPECT_EQ(one_of<explain_statement>("EXPLAIN AS a FOR SELECT 1").name->name, "A");
}

TEST(Calls, HaveSeveralForms) {
    EXPECT_EQ(tree(*one_of<call_statement>("CALL s.p(1, a => ?)").call), "(S.P 1 ?0 names:-,A)");
    EXPECT_EQ(tree(*one_of<call_statement>("CALL p").call), "(P)");
    EXPECT_EQ(tree(*one_of<call_statement>("EXEC p 1, 2").call), "(P 1 2)");
    EXPECT_EQ(tree(*one_of<call_statement>("SP_X('y')").call), "(SP_X 'y')");
    const auto function = one_of<call_statement>("? = CALL f(?)");
    EXPECT_EQ(function.result->index, 0U);
    EXPECT_EQ(tree(*function.call), "(F ?1)");
}

TEST(Administration, IsRecognisedByItsWords) {
    EXPECT_EQ(one_of<administrative_statement>("CREATE TABLESPACE t DATAFILE 'f.dbf' SIZE 50").name,
              "CREATE TABLESPACE");
    EXPECT_EQ(one_of<administrative_statement>("STAT 30 ON SYS.SYSOBJECTS (ID)").name, "STAT");
    EXPECT_EQ(one_of<administrative_statement>("ALTER DATABASE ARCHIVELOG").name, "ALTER DATABASE");
}

}  // namespace
}  // namespace dmkit::mock::sql
