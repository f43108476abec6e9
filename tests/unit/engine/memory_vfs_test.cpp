#include "mockserver/engine/memory_vfs.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>
#include <vector>

namespace dmkit::mock {
namespace {

struct closer {
    void operator()(sqlite3* connection) const { sqlite3_close(connection); }
};
using handle = std::unique_ptr<sqlite3, closer>;

handle open(const memory_vfs& vfs) {
    sqlite3* made = nullptr;
    EXPECT_EQ(sqlite3_open_v2("database", &made, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                              vfs.name()),
              SQLITE_OK);
    return handle(made);
}

int run(const handle& connection, const char* sql) {
    return sqlite3_exec(connection.get(), sql, nullptr, nullptr, nullptr);
}

std::string value(const handle& connection, const char* sql) {
    std::string found;
    const auto take = [](void* to, int, char** values, char**) {
        *static_cast<std::string*>(to) = values[0] ? values[0] : "NULL";
        return 0;
    };
    EXPECT_EQ(sqlite3_exec(connection.get(), sql, take, &found, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection.get());
    return found;
}

class MemoryVfs : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(value(open(vfs), "PRAGMA journal_mode=WAL"), "wal");
        ASSERT_EQ(run(open(vfs), "CREATE TABLE t(a, b)"), SQLITE_OK);
    }
    memory_vfs vfs;
};

TEST_F(MemoryVfs, KeepsDataWhileNoConnectionIsOpen) {
    ASSERT_EQ(run(open(vfs), "INSERT INTO t VALUES (1, 'x')"), SQLITE_OK);
    EXPECT_EQ(value(open(vfs), "SELECT b FROM t"), "x");
}

TEST_F(MemoryVfs, ReadersGoOnWhileAnotherConnectionWrites) {
    const handle writer = open(vfs);
    const handle reader = open(vfs);
    ASSERT_EQ(run(writer, "INSERT INTO t VALUES (1, 1); BEGIN IMMEDIATE; UPDATE t SET b = 2"), SQLITE_OK);
    EXPECT_EQ(value(reader, "SELECT b FROM t"), "1");
    EXPECT_EQ(value(writer, "SELECT b FROM t"), "2");
    ASSERT_EQ(run(writer, "COMMIT"), SQLITE_OK);
    EXPECT_EQ(value(reader, "SELECT b FROM t"), "2");
}

TEST_F(MemoryVfs, AReaderKeepsItsSnapshot) {
    const handle writer = open(vfs);
    const handle reader = open(vfs);
    ASSERT_EQ(run(writer, "INSERT INTO t VALUES (1, 1)"), SQLITE_OK);
    ASSERT_EQ(run(reader, "BEGIN"), SQLITE_OK);
    EXPECT_EQ(value(reader, "SELECT b FROM t"), "1");
    ASSERT_EQ(run(writer, "UPDATE t SET b = 2"), SQLITE_OK);
    EXPECT_EQ(value(reader, "SELECT b FROM t"), "1");
    ASSERT_EQ(run(reader, "COMMIT"), SQLITE_OK);
    EXPECT_EQ(value(reader, "SELECT b FROM t"), "2");
}

TEST_F(MemoryVfs, TwoWritersExcludeEachOther) {
    const handle one = open(vfs);
    const handle two = open(vfs);
    ASSERT_EQ(run(one, "BEGIN IMMEDIATE"), SQLITE_OK);
    EXPECT_EQ(run(two, "BEGIN IMMEDIATE"), SQLITE_BUSY);
    ASSERT_EQ(run(one, "ROLLBACK"), SQLITE_OK);
    EXPECT_EQ(run(two, "BEGIN IMMEDIATE"), SQLITE_OK);
}

TEST_F(MemoryVfs, HoldsMoreThanALogBetweenCheckpoints) {
    const handle writer = open(vfs);
    ASSERT_EQ(run(writer,
                  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
                  "INSERT INTO t SELECT i, randomblob(500) FROM n"),
              SQLITE_OK);
    EXPECT_EQ(value(open(vfs), "SELECT count(*) FROM t WHERE length(b) = 500"), "20000");
    ASSERT_EQ(run(writer, "DELETE FROM t; VACUUM"), SQLITE_OK);
    EXPECT_EQ(value(open(vfs), "PRAGMA integrity_check"), "ok");
    EXPECT_GT(vfs.size(), 0U);
}

TEST_F(MemoryVfs, SharesNothingWithAnother) {
    const memory_vfs other;
    EXPECT_STRNE(vfs.name(), other.name());
    EXPECT_EQ(value(open(other), "SELECT count(*) FROM sqlite_schema"), "0");
}

}  // namespace
}  // namespace dmkit::mock
