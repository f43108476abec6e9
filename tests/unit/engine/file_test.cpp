#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

struct DatabaseFile : ::testing::Test {
    void SetUp() override {
        directory = std::filesystem::temp_directory_path() / ("dmkit-engine-" + std::to_string(::getpid()));
        std::filesystem::create_directories(directory);
        file = (directory / "data.db").string();
    }
    void TearDown() override { std::filesystem::remove_all(directory); }
    std::filesystem::path directory;
    std::string file;
};

TEST_F(DatabaseFile, KeepsEverythingBetweenServers) {
    {
        fixture made({.file = file});
        client one(made.engine);
        for (const char* sql : {
                 ("CREATE TABLE P(ID INT IDENTITY PRIMARY KEY, N VARCHAR(10) DEFAULT 'x' NOT NULL, U INT AS (ID * 2),"
                  " CONSTRAINT CK CHECK (LENGTH(N) < 5))"),
                 "CREATE TABLE C(P INT, CONSTRAINT FK FOREIGN KEY(P) REFERENCES P(ID) ON DELETE CASCADE)",
                 "CREATE UNIQUE INDEX IX ON P(UPPER(N))",
                 "CREATE VIEW V AS SELECT N FROM P",
                 "CREATE SEQUENCE S START WITH 10",
                 "CREATE SYNONYM Y FOR P",
                 "CREATE USER ANN IDENTIFIED BY \"Long_enough1\"",
                 "GRANT SELECT ON P TO ANN",
                 "CREATE TABLE GONE(A INT)",
                 "DROP TABLE GONE",
                 "INSERT INTO P(N) VALUES ('a')",
                 "INSERT INTO C VALUES (1)",
                 "INSERT INTO C SELECT NULL FROM DUAL WHERE 1 = 2",
             }) {
            const answer got = one.run(sql);
            EXPECT_FALSE(got.code) << sql << ": " << got.text;
        }
    }
    fixture made({.file = file});
    client one(made.engine);
    EXPECT_EQ(one.run("SELECT ID, N, U FROM Y").rows, (table{{"1", "a", "2"}}));
    EXPECT_EQ(one.run("SELECT N FROM V").rows, (table{{"a"}}));
    EXPECT_EQ(one.run("INSERT INTO P(N) VALUES ('12345')").code, -6604);
    EXPECT_EQ(one.run("INSERT INTO P(N) VALUES ('A')").code, -6602) << "by the index over an expression";
    EXPECT_EQ(one.run("INSERT INTO C VALUES (99)").code, -6607);
    EXPECT_EQ(one.run("SELECT * FROM GONE").code, -2106);
    EXPECT_EQ(one.run("CREATE TABLE P(A INT)").code, -2124);
    EXPECT_FALSE(one.run("CREATE TABLE Q(A INT)").code) << "under a number of its own";
    client ann(made.engine, "ANN", "Long_enough1");
    EXPECT_FALSE(ann.run("SELECT * FROM SYSDBA.P").code);
}

TEST_F(DatabaseFile, CountersNeverFallBehindTheRows) {
    {
        fixture made({.file = file});
        client one(made.engine);
        one.run("CREATE TABLE T(ID INT IDENTITY, N INT)");
        one.run("INSERT INTO T(N) VALUES (1), (2)");
    }
    fixture made({.file = file});
    client one(made.engine);
    EXPECT_EQ(one.run("INSERT INTO T(N) VALUES (3)").result.generated_keys, (std::vector<std::int64_t>{3}));
}

TEST_F(DatabaseFile, CountersThatDefinitionsMoveStay) {
    {
        fixture made({.file = file});
        client one(made.engine);
        for (const char* sql : {
                 "CREATE TABLE T(N INT)",
                 "INSERT INTO T VALUES (1), (2), (3)",
                 "CREATE SEQUENCE OLD START WITH 1",
                 "SELECT OLD.NEXTVAL FROM DUAL",
                 "SELECT OLD.NEXTVAL FROM DUAL",
                 "CREATE SEQUENCE S",
                 "ALTER SEQUENCE S CURRENT VALUE 300",
                 "CREATE OR REPLACE SEQUENCE OLD START WITH 70",
                 "ALTER TABLE T ADD COLUMN ID INT IDENTITY(1,1)",
             }) {
            const answer got = one.run(sql);
            EXPECT_FALSE(got.code) << sql << ": " << got.text;
        }
    }
    fixture made({.file = file});
    client one(made.engine);
    EXPECT_EQ(one.run("INSERT INTO T(N) VALUES (4)").result.generated_keys, (std::vector<std::int64_t>{4}));
    EXPECT_EQ(one.run("SELECT S.NEXTVAL FROM DUAL").rows, (table{{"301"}}));
    EXPECT_EQ(one.run("SELECT OLD.NEXTVAL FROM DUAL").rows, (table{{"70"}}));
}

TEST_F(DatabaseFile, ACleanEndKeepsEveryValueThatWasDrawn) {
    {
        fixture made({.file = file});
        client one(made.engine);
        one.run("CREATE SEQUENCE S");
        EXPECT_EQ(one.run("SELECT S.NEXTVAL FROM DUAL").rows, (table{{"1"}}));
    }
    fixture made({.file = file});
    client one(made.engine);
    EXPECT_EQ(one.run("SELECT S.NEXTVAL FROM DUAL").rows, (table{{"2"}}));
}

TEST_F(DatabaseFile, CountersOfDroppedObjectsGo) {
    {
        fixture made({.file = file});
        client one(made.engine);
        one.run("CREATE TABLE T(ID INT IDENTITY, N INT)");
        one.run("CREATE SEQUENCE S");
        one.run("INSERT INTO T(N) SELECT S.NEXTVAL FROM DUAL");
        one.run("DROP TABLE T");
        one.run("DROP SEQUENCE S");
    }
    sqlite3* other = nullptr;
    sqlite3_open(file.c_str(), &other);
    sqlite3_stmt* rows = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(other, "SELECT COUNT(*) FROM dmkit_counter", -1, &rows, nullptr), SQLITE_OK);
    ASSERT_EQ(sqlite3_step(rows), SQLITE_ROW);
    EXPECT_EQ(sqlite3_column_int(rows, 0), 0);
    sqlite3_finalize(rows);
    sqlite3_close(other);
}

TEST_F(DatabaseFile, ServesOneServerAtATime) {
    {
        const fixture first({.file = file});
        EXPECT_THROW(fixture({.file = file}), std::runtime_error);
        EXPECT_THROW(fixture({.file = (directory / "." / "data.db").string()}), std::runtime_error);
    }
    EXPECT_NO_THROW(fixture({.file = file}));
    std::size_t files = 0;
    for (const auto& each : std::filesystem::directory_iterator(directory))
        files += each.path() != file ? 1 : 0;
    EXPECT_EQ(files, 0U) << "nothing stays beside the database";
}

TEST_F(DatabaseFile, ThatIsNoneIsRefused) {
    EXPECT_THROW(fixture({.file = ":memory:"}), std::runtime_error);
    EXPECT_FALSE(std::filesystem::exists(":memory:"));
}

TEST_F(DatabaseFile, OfSomebodyElseIsRefused) {
    sqlite3* other = nullptr;
    sqlite3_open(file.c_str(), &other);
    sqlite3_exec(other, "CREATE TABLE theirs(a)", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    EXPECT_THROW(fixture({.file = file}), std::runtime_error);
    std::ofstream(directory / "text.db") << "this is no database, though it is long enough to be looked into as one";
    EXPECT_THROW(fixture({.file = (directory / "text.db").string()}), std::runtime_error);
}

TEST_F(DatabaseFile, OfAnotherFormatVersionIsRefused) {
    {
        const fixture made({.file = file});
    }
    sqlite3* other = nullptr;
    sqlite3_open(file.c_str(), &other);
    sqlite3_exec(other, "PRAGMA user_version=99", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    EXPECT_THROW(fixture({.file = file}), std::runtime_error);
}

TEST_F(DatabaseFile, InMemoryNothingIsWritten) {
    fixture made;
    client one(made.engine);
    EXPECT_EQ(made.engine.memory_used(), 0U) << "before the first statement";
    one.run("CREATE TABLE T(A INT)");
    EXPECT_GT(made.engine.memory_used(), 0U);
    EXPECT_TRUE(std::filesystem::is_empty(directory));
}

TEST(MemoryDatabase, GivesBackWhatALargeTransactionTookBesideItsRows) {
    fixture made;
    client one(made.engine);
    one.run("CREATE TABLE T(ID INT, S VARCHAR(4000))");
    ASSERT_FALSE(one.run("INSERT INTO T SELECT LEVEL, RPAD('x', 4000, 'x') FROM DUAL CONNECT BY LEVEL <= 5000").code);
    for (int i = 0; i < 3; ++i)
        one.run("INSERT INTO T VALUES (0, '')");
    EXPECT_LT(made.engine.memory_used(), 32'000'000U) << "20 MB of rows, and no log of that size";
}

TEST_F(DatabaseFile, TakesASnapshotOfADatabaseInMemory) {
    fixture memory;
    client before(memory.engine);
    before.run("CREATE TABLE T(ID INT IDENTITY, N INT)");
    before.run("CREATE SEQUENCE S START WITH 5");
    before.run("INSERT INTO T(N) SELECT S.NEXTVAL FROM DUAL");
    const auto taken = memory.engine.snapshot();
    {
        fixture made({.file = file});
        {
            client earlier(made.engine);
            earlier.run("CREATE TABLE GONE(A INT IDENTITY, B INT)");
            earlier.run("INSERT INTO GONE(B) VALUES (1)");
        }
        made.engine.restore(*taken);
        client one(made.engine);
        EXPECT_EQ(one.run("SELECT ID, N FROM T").rows, (table{{"1", "5"}}));
        const answer created = one.run("CREATE TABLE U(I INT)");
        EXPECT_FALSE(created.code) << created.text;
        EXPECT_EQ(one.run("INSERT INTO T(N) VALUES (6)").result.generated_keys, (std::vector<std::int64_t>{2}));
    }
    fixture made({.file = file});
    client one(made.engine);
    EXPECT_EQ(one.run("SELECT ID, N FROM T ORDER BY ID").rows, (table{{"1", "5"}, {"2", "6"}}));
    EXPECT_EQ(one.run("SELECT S.NEXTVAL FROM DUAL").rows, (table{{"6"}}));
    EXPECT_EQ(one.run("SELECT COUNT(*) FROM U").rows, (table{{"0"}}));
    EXPECT_EQ(one.run("SELECT * FROM GONE").code, -2106);
}

TEST_F(DatabaseFile, GoesThroughAServerInMemoryIntoAnotherFile) {
    std::shared_ptr<const engine_snapshot> taken;
    {
        fixture made({.file = file});
        client one(made.engine);
        one.run("CREATE TABLE T(ID INT IDENTITY, N INT)");
        one.run("CREATE TABLE GONE(A INT)");
        one.run("INSERT INTO T(N) VALUES (1)");
        taken = made.engine.snapshot();
    }
    fixture memory;
    memory.engine.restore(*taken);
    {
        client one(memory.engine);
        one.run("DROP TABLE GONE");
        one.run("INSERT INTO T(N) VALUES (2)");
    }
    const std::string second = (directory / "second.db").string();
    {
        fixture made({.file = second});
        made.engine.restore(*memory.engine.snapshot());
    }
    fixture made({.file = second});
    client one(made.engine);
    EXPECT_EQ(one.run("SELECT ID FROM T ORDER BY ID").rows, (table{{"1"}, {"2"}}));
    EXPECT_EQ(one.run("SELECT * FROM GONE").code, -2106);
    EXPECT_EQ(one.run("INSERT INTO T(N) VALUES (3)").result.generated_keys, (std::vector<std::int64_t>{3}));
}

}  // namespace
}  // namespace dmkit::mock::testing
