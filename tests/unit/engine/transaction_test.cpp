#include <gtest/gtest.h>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

using std::chrono::milliseconds;

struct Transaction : ::testing::Test, fixture {
    void SetUp() override {
        ASSERT_FALSE(one.run("CREATE TABLE T(ID INT PRIMARY KEY, N INT)").code);
        ASSERT_FALSE(one.run("INSERT INTO T VALUES (1, 10)").code);
        one.autocommit = two.autocommit = false;
    }
    client one{engine};
    client two{engine};
};

TEST_F(Transaction, OthersSeeChangesAfterTheCommit) {
    one.run("UPDATE T SET N = 11");
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"11"}}));
    EXPECT_EQ(two.run("SELECT N FROM T").rows, (table{{"10"}}));
    EXPECT_FALSE(one.commit().code);
    EXPECT_EQ(two.run("SELECT N FROM T").rows, (table{{"11"}})) << "READ COMMITTED, in the same transaction";
}

TEST_F(Transaction, ARollbackUndoesAllOfIt) {
    one.run("UPDATE T SET N = 11");
    one.run("INSERT INTO T VALUES (2, 20)");
    EXPECT_TRUE(one.session().in_transaction());
    one.rollback();
    EXPECT_FALSE(one.session().in_transaction());
    EXPECT_EQ(one.run("SELECT ID, N FROM T").rows, (table{{"1", "10"}}));
}

TEST_F(Transaction, AFailedStatementUndoesOnlyItself) {
    one.run("INSERT INTO T VALUES (2, 20)");
    EXPECT_EQ(one.run("INSERT INTO T VALUES (3, 30), (1, 1)").code, -6602);
    one.commit();
    EXPECT_EQ(two.run("SELECT ID FROM T ORDER BY ID").rows, (table{{"1"}, {"2"}}));
}

TEST_F(Transaction, AWriterWaitsForTheOther) {
    one.run("UPDATE T SET N = 11");
    const auto waiting = two.start("UPDATE T SET N = N + 100");
    EXPECT_FALSE(waiting->answer.done);
    one.commit();
    EXPECT_FALSE(waiting->answer.done) << "not from inside the commit";
    world.settle();
    EXPECT_TRUE(waiting->answer.done);
    EXPECT_FALSE(waiting->answer.code);
    EXPECT_EQ(two.run("SELECT N FROM T").rows, (table{{"111"}}));
}

TEST_F(Transaction, WhoWaitsTooLongGetsDmsLockTimeout) {
    one.run("UPDATE T SET N = 11");
    const auto waiting = two.start("UPDATE T SET N = 12");
    world.pass(milliseconds(1000));
    EXPECT_EQ(waiting->answer.code, -6407);
    EXPECT_EQ(waiting->answer.text, "Lock timeout");
    one.commit();
    EXPECT_FALSE(two.run("UPDATE T SET N = 12").code);
}

TEST_F(Transaction, AReaderNeverWaits) {
    one.run("UPDATE T SET N = 11");
    EXPECT_TRUE(two.run("SELECT * FROM T").done);
}

TEST_F(Transaction, ALostSessionMakesWayForTheNext) {
    one.run("UPDATE T SET N = 11");
    const auto waiting = two.start("UPDATE T SET N = N + 1");
    one.close();
    world.settle();
    ASSERT_TRUE(waiting->answer.done);
    EXPECT_EQ(two.run("SELECT N FROM T").rows, (table{{"11"}})) << "10, not the 11 that was never committed, and 1";
}

TEST_F(Transaction, ASessionThatGoesWhileItWaitsIsNeverAnswered) {
    one.run("UPDATE T SET N = 11");
    const auto waiting = two.start("UPDATE T SET N = 12");
    two.close();
    one.commit();
    world.pass(milliseconds(5000));
    EXPECT_FALSE(waiting->answer.done);
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"11"}}));
}

TEST_F(Transaction, SavepointsUndoWhatCameAfterThem) {
    one.run("SAVEPOINT BEFORE_ALL");
    one.run("INSERT INTO T VALUES (2, 20)");
    one.run("SAVEPOINT A");
    one.run("INSERT INTO T VALUES (3, 30)");
    EXPECT_FALSE(one.run("ROLLBACK TO A").code);
    EXPECT_EQ(one.run("SELECT ID FROM T ORDER BY ID").rows, (table{{"1"}, {"2"}}));
    const answer undone = one.run("ROLLBACK TO SAVEPOINT BEFORE_ALL");
    EXPECT_FALSE(undone.code) << "set before the first write";
    EXPECT_EQ(undone.result.kind, statement_kind::savepoint) << "a driver would take the transaction for ended";
    EXPECT_EQ(one.run("SELECT ID FROM T ORDER BY ID").rows, (table{{"1"}}));
    EXPECT_TRUE(one.run("ROLLBACK TO A").code) << "gone with the one before it";
}

TEST_F(Transaction, ASavepointOfTheSameNameReplacesTheFirst) {
    one.run("SAVEPOINT A");
    one.run("INSERT INTO T VALUES (2, 20)");
    one.run("SAVEPOINT A");
    one.run("INSERT INTO T VALUES (3, 30)");
    one.run("ROLLBACK TO A");
    EXPECT_EQ(one.run("SELECT ID FROM T ORDER BY ID").rows, (table{{"1"}, {"2"}}));
}

TEST_F(Transaction, ADefinitionCommitsWhatWasOpen) {
    one.run("INSERT INTO T VALUES (2, 20)");
    EXPECT_FALSE(one.run("CREATE TABLE U(ID INT)").code);
    one.rollback();
    EXPECT_EQ(two.run("SELECT ID FROM T ORDER BY ID").rows, (table{{"1"}, {"2"}}));
}

TEST_F(Transaction, ADefinitionCommitsEvenWhenItFails) {
    one.run("INSERT INTO T VALUES (2, 20)");
    EXPECT_EQ(one.run("CREATE TABLE T(ID INT)").code, -2124);
    one.rollback();
    EXPECT_EQ(two.run("SELECT COUNT(*) FROM T").rows, (table{{"2"}}));
}

TEST_F(Transaction, ItsAttributesCannotChangeInTheMiddle) {
    one.run("INSERT INTO T VALUES (2, 20)");
    EXPECT_EQ(one.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").code, -6510);
    one.commit();
    EXPECT_FALSE(one.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").code);
}

TEST_F(Transaction, ASerializableOneSeesTheMomentOfItsFirstStatement) {
    one.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"10"}}));
    EXPECT_FALSE(two.run("UPDATE T SET N = 11").code);
    EXPECT_TRUE(two.commit().done) << "readers keep nobody waiting";
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"10"}}));
    EXPECT_TRUE(one.session().in_transaction());
    one.commit();
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"11"}}));
}

TEST_F(Transaction, ASerializableReaderWaitsForNobody) {
    one.run("UPDATE T SET N = 11");
    two.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    EXPECT_EQ(two.run("SELECT N FROM T").rows, (table{{"10"}}));
    one.commit();
    EXPECT_EQ(two.run("SELECT N FROM T").rows, (table{{"10"}}));
}

TEST_F(Transaction, ASerializableReaderSeesTheDefinitionsOfItsMoment) {
    one.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    EXPECT_EQ(one.run("SELECT * FROM T").rows, (table{{"1", "10"}}));
    EXPECT_FALSE(two.run("ALTER TABLE T ADD COLUMN X INT DEFAULT 7").code);
    EXPECT_EQ(one.run("SELECT * FROM T").rows, (table{{"1", "10"}}));
    EXPECT_EQ(one.run("SELECT X FROM T").code, -2111);
    EXPECT_FALSE(two.run("DROP TABLE T").code);
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"10"}}));
    one.rollback();
    EXPECT_EQ(one.run("SELECT N FROM T").code, -2106);
}

TEST_F(Transaction, ASerializableOneMayWriteWhatNobodyChanged) {
    one.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"10"}}));
    EXPECT_FALSE(one.run("UPDATE T SET N = N + 1").code);
    const auto waiting = two.start("UPDATE T SET N = N + 100");
    EXPECT_FALSE(waiting->answer.done) << "it writes now";
    EXPECT_FALSE(one.commit().code);
    world.settle();
    EXPECT_TRUE(waiting->answer.done);
    EXPECT_EQ(two.run("SELECT N FROM T").rows, (table{{"111"}}));
}

TEST_F(Transaction, ASerializableOneCannotWriteOverLaterChanges) {
    one.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"10"}}));
    EXPECT_FALSE(two.run("UPDATE T SET N = 11").code);
    EXPECT_FALSE(two.commit().code);
    EXPECT_EQ(one.run("UPDATE T SET N = N + 1").code, -7994);
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"10"}})) << "the reading goes on";
    EXPECT_FALSE(two.run("UPDATE T SET N = 12").code) << "and keeps no place";
    EXPECT_FALSE(two.commit().code);
    EXPECT_FALSE(one.rollback().code);
    EXPECT_FALSE(one.run("UPDATE T SET N = N + 1").code);
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"13"}}));
}

TEST_F(Transaction, SavepointsOfASerializableReaderHold) {
    one.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    one.run("SELECT N FROM T");
    one.run("SAVEPOINT A");
    EXPECT_FALSE(one.run("UPDATE T SET N = 11").code);
    EXPECT_FALSE(one.run("ROLLBACK TO A").code);
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"10"}}));
}

TEST_F(Transaction, ItsLevelHoldsForOneTransaction) {
    one.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    one.run("SELECT N FROM T");
    one.commit();
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"10"}}));
    two.run("UPDATE T SET N = 11");
    two.commit();
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"11"}})) << "READ COMMITTED again";
}

TEST_F(Transaction, TheLevelOfTheSessionStays) {
    one.session().set_isolation(isolation::serializable);
    one.run("SELECT N FROM T");
    one.commit();
    one.run("SELECT N FROM T");
    two.run("UPDATE T SET N = 11");
    two.commit();
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"10"}}));
}

TEST_F(Transaction, AFailingStatementCommitsNothing) {
    one.run("INSERT INTO T VALUES (2, 20)");
    one.autocommit = true;
    EXPECT_EQ(one.run("INSERT INTO T VALUES (1, 1)").code, -6602);
    EXPECT_TRUE(one.session().in_transaction());
    EXPECT_EQ(two.run("SELECT ID FROM T").rows, (table{{"1"}}));
    one.rollback();
    EXPECT_EQ(two.run("SELECT ID FROM T").rows, (table{{"1"}}));
}

TEST_F(Transaction, ABatchTakesStatementsThatCanBeUndoneOnly) {
    for (const char* sql : {"INSERT INTO T VALUES (?, 1); COMMIT", "INSERT INTO T VALUES (?, 1); CREATE TABLE U(A INT)",
                            "INSERT INTO T VALUES (?, 1); SAVEPOINT S"}) {
        const answer got = one.run_batch(sql, {{field(5)}, {field(6)}});
        EXPECT_EQ(got.code, not_supported) << sql;
        EXPECT_NE(got.text.find("batch"), std::string::npos) << got.text;
    }
    EXPECT_EQ(one.run("SELECT ID FROM T").rows, (table{{"1"}}));
}

TEST_F(Transaction, ABatchOfTwoStatementsCountsTheSecond) {
    const answer got = one.run_batch("UPDATE T SET N = ?; INSERT INTO T VALUES (?, 0), (? , 0)",
                                     {{field(1), field(2), field(3)}, {field(1), field(4), field(5)}});
    EXPECT_FALSE(got.code) << got.text;
    EXPECT_EQ(got.result.row_counts, (std::vector<std::int64_t>{2, 2}));
    EXPECT_EQ(got.result.affected_rows, 4);
}

TEST_F(Transaction, SettingsAreToldOrRefused) {
    EXPECT_EQ(one.run("SET TIME ZONE '+9:00'").result.time_zone, 540);
    EXPECT_EQ(one.run("ALTER SESSION SET TIME_ZONE = '-3:30'").result.kind, statement_kind::set_time_zone);
    EXPECT_EQ(one.run("ALTER SESSION SET TIME_ZONE = '-3:30'").result.time_zone, -210);
    for (const char* wrong : {"71582789:00", "+-8:00", "8:-30", "8", "8:60", "15:00", "-13:00", "8:00x", "100:00"})
        EXPECT_EQ(one.run(std::string("SET TIME ZONE '") + wrong + "'").code, -3503) << wrong;
    EXPECT_EQ(one.run("ALTER SESSION SET NLS_DATE_LANGUAGE = 'FRENCH'").code, -3503);
    const auto told = [&](const std::string& setting) { return one.run("ALTER SESSION SET " + setting).result; };
    const auto language = told("NLS_DATE_LANGUAGE = 'AMERICAN'");
    EXPECT_EQ(language.kind, statement_kind::set_date_language);
    EXPECT_TRUE(language.english_dates);
    EXPECT_FALSE(told("NLS_DATE_LANGUAGE = 'SIMPLIFIED CHINESE'").english_dates);
    const auto date = told("NLS_DATE_FORMAT = 'YYYY/MM/DD'");
    EXPECT_EQ(date.kind, statement_kind::set_date_format);
    EXPECT_EQ(date.text, "YYYY/MM/DD");
    EXPECT_EQ(told("NLS_TIME_FORMAT = 'HH24:MI'").kind, statement_kind::set_time_format);
    EXPECT_EQ(told("NLS_TIMESTAMP_FORMAT = 'YYYY HH24'").kind, statement_kind::set_timestamp_format);
    EXPECT_TRUE(one.run("ALTER SESSION SET NLS_DATE_FORMAT = '" + std::string(200, '-') + "'").code);
    const auto schema = told("CURRENT_SCHEMA = SYSDBA");
    EXPECT_EQ(schema.kind, statement_kind::set_schema);
    EXPECT_EQ(schema.text, "SYSDBA");
}

TEST_F(Transaction, ReplacingNullsLastsAsLongAsTheTablesOwnSetting) {
    one.run("CREATE TABLE A(ID INT IDENTITY, N INT)");
    one.run("CREATE TABLE B(ID INT IDENTITY, N INT)");
    ASSERT_FALSE(one.run("SET IDENTITY_INSERT A ON WITH REPLACE NULL").code);
    ASSERT_FALSE(one.run("SET IDENTITY_INSERT B OFF").code);
    const answer got = one.run("INSERT INTO A(ID, N) VALUES (NULL, 1)");
    EXPECT_FALSE(got.code) << got.text;
    EXPECT_EQ(one.run("SELECT ID FROM A").rows, (table{{"1"}}));
}

TEST_F(Transaction, ASessionMayBeMadeReadOnly) {
    // SP_SET_SESSION_READONLY: appendix of the SQL manual; the JDBC driver writes it so.
    EXPECT_FALSE(one.run("/*DMJDBC*/ SP_SET_SESSION_READONLY (1)").code);
    EXPECT_FALSE(one.session().in_transaction()) << "Go sets the isolation behind it";
    EXPECT_EQ(one.run("INSERT INTO T VALUES (10, 1)").code, -7997);
    EXPECT_EQ(one.run("CREATE TABLE READ_ONLY_T(ID INT)").code, -7997);
    EXPECT_EQ(one.run("BEGIN DELETE FROM T; END;").code, -7997);
    EXPECT_FALSE(one.run("SELECT COUNT(*) FROM T").code);
    EXPECT_FALSE(one.run("COMMIT").code);
    EXPECT_EQ(one.run("DELETE FROM T").code, -7997);
    EXPECT_FALSE(two.run("INSERT INTO T VALUES (11, 1)").code);
    EXPECT_FALSE(two.run("COMMIT").code);
    EXPECT_EQ(one.run("SP_SET_SESSION_READONLY(2)").code, -3503);
    EXPECT_EQ(one.run("SP_SET_SESSION_READONLY()").code, -5402);
    EXPECT_FALSE(one.run("CALL SP_SET_SESSION_READONLY(?)", {field(0)}).code);
    EXPECT_FALSE(one.run("INSERT INTO T VALUES (12, 1)").code);
}

TEST_F(Transaction, AReadOnlyOneRefusesToWrite) {
    one.run("SET TRANSACTION READ ONLY");
    EXPECT_EQ(one.run("UPDATE T SET N = 11").code, -7997);
    one.commit();
    EXPECT_FALSE(one.run("UPDATE T SET N = 11").code);
}

TEST_F(Transaction, ForUpdateLocks) {
    EXPECT_EQ(one.run("SELECT N FROM T WHERE ID = 1 FOR UPDATE").rows, (table{{"10"}}));
    EXPECT_EQ(two.run("SELECT N FROM T WHERE ID = 1 FOR UPDATE NOWAIT").code, -6407);
    const auto waiting = two.start("UPDATE T SET N = 11");
    EXPECT_FALSE(waiting->answer.done);
    one.commit();
    world.settle();
    EXPECT_TRUE(waiting->answer.done);
}

TEST_F(Transaction, CommitAndRollbackAreStatementsToo) {
    one.run("INSERT INTO T VALUES (2, 20)");
    one.run("COMMIT");
    one.run("INSERT INTO T VALUES (3, 30)");
    one.run("ROLLBACK");
    EXPECT_EQ(two.run("SELECT COUNT(*) FROM T").rows, (table{{"2"}}));
}

}  // namespace
}  // namespace dmkit::mock::testing
