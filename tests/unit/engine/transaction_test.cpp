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
    EXPECT_FALSE(one.run("ROLLBACK TO SAVEPOINT BEFORE_ALL").code) << "set before the first write";
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

TEST_F(Transaction, ASerializableOneKeepsOthersFromChangingWhatItRead) {
    one.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"10"}}));
    const auto waiting = two.start("UPDATE T SET N = 11");
    EXPECT_FALSE(waiting->answer.done);
    EXPECT_EQ(one.run("SELECT N FROM T").rows, (table{{"10"}}));
    one.commit();
    world.settle();
    EXPECT_TRUE(waiting->answer.done);
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
