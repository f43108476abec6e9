#include <gtest/gtest.h>

#include <string>

#include "mockserver/catalog/codes.hpp"
#include "mockserver/lob_text.hpp"
#include "tests/unit/engine/harness.hpp"

/// LOB values by their places.
namespace dmkit::mock::testing {
namespace {

std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
}

/// Notes where the values of a query's LOB columns rest.
struct place_sink final : result_sink {
    std::vector<lob_place> places;
    std::vector<column_description> columns;
    void begin(std::span<const column_description> described) override {
        columns.assign(described.begin(), described.end());
    }
    void row(std::span<const field_view> /*fields*/) override {}
    void lob_rows(std::span<const std::int64_t> rows) override {
        std::size_t next = 0;
        for (const auto& column : columns)
            if (column.lob_table != 0)
                places.push_back({column.lob_table, column.lob_column, rows[next++]});
    }
};

class Lobs : public ::testing::Test {
  protected:
    Lobs() {
        user.run("CREATE TABLE DOC(ID INT PRIMARY KEY, C CLOB, B BLOB, CHECK(LENGTH(C) < 3000000))");
        user.run("INSERT INTO DOC VALUES(1, '达梦abc😀z', 0x0102030405)");
    }
    std::vector<lob_place> places(const std::string& sql) {
        place_sink sink;
        const auto statement = user.session().prepare(sql);
        execution_result result;
        const std::vector<std::vector<argument>> one(1);
        std::optional<sql_error> failure;
        user.session().execute(*statement, {one, user.autocommit}, sink, result,
                               [&](std::optional<sql_error> error) { failure = std::move(error); });
        EXPECT_FALSE(failure);
        return sink.places;
    }
    static std::string whole(lob_reader& reader) {
        std::string out;
        while (static_cast<std::int64_t>(out.size()) < reader.size()) {
            const auto piece = reader.piece(static_cast<std::int64_t>(out.size()));
            out.append(reinterpret_cast<const char*>(piece.data()), piece.size());
        }
        return out;
    }
    std::string text(const lob_place& where) { return whole(*user.session().lobs()->open(where, true)); }
    int write(const lob_place& where, bool is_text, std::int64_t position, std::string_view data, bool more = false) {
        int code = 1;
        user.session().lobs()->write(where, is_text, position, as_bytes(data), more,
                                     [&](const std::optional<sql_error>& error) { code = error ? error->code() : 0; });
        return code;
    }
    int truncate(const lob_place& where, bool is_text, std::int64_t length) {
        int code = 1;
        user.session().lobs()->truncate(
            where, is_text, length, [&](const std::optional<sql_error>& error) { code = error ? error->code() : 0; });
        return code;
    }
    int open_code(const lob_place& where, bool is_text) {
        try {
            static_cast<void>(user.session().lobs()->open(where, is_text));
        } catch (const sql_error& error) {
            return error.code();
        }
        return 0;
    }

    fixture all;
    client user{all.engine};
};

TEST_F(Lobs, RightsThatAreTakenAwayEndReading) {
    user.run("CREATE USER OTHER IDENTIFIED BY \"long_enough_1\"");
    user.run("GRANT SELECT ON DOC TO OTHER");
    const auto where = places("SELECT C FROM DOC").at(0);
    client other(all.engine, "OTHER", "long_enough_1");
    const auto reader = other.session().lobs()->open(where, true);
    EXPECT_TRUE(reader->current());
    user.run("REVOKE SELECT ON DOC FROM OTHER");
    EXPECT_FALSE(reader->current());
    EXPECT_THROW(static_cast<void>(other.session().lobs()->open(where, true)), sql_error);
}

TEST_F(Lobs, ColumnsOfTablesHavePlaces) {
    const auto both = places("SELECT ID, C, B FROM DOC");
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(text(both[0]), "达梦abc😀z");
    EXPECT_EQ(whole(*user.session().lobs()->open(both[1], false)), "\x01\x02\x03\x04\x05");
    EXPECT_EQ(places("SELECT D.C FROM DOC D, DOC E WHERE D.ID = E.ID ORDER BY D.ID").size(), 1U);
    EXPECT_EQ(places("SELECT C || 'x', NVL(C, 'x') FROM DOC").size(), 0U) << "computed values";
    EXPECT_EQ(places("SELECT C FROM (SELECT C FROM DOC WHERE ROWNUM < 2)").size(), 0U) << "a query hides the row";
    EXPECT_EQ(places("SELECT C FROM DOC UNION ALL SELECT C FROM DOC").size(), 0U);
}

TEST_F(Lobs, PlacesOfNothingAreRefused) {
    const auto where = places("SELECT C, B FROM DOC");
    EXPECT_EQ(open_code(where[0], false), codes::lob_freed) << "a CLOB asked for as a BLOB";
    EXPECT_EQ(open_code({where[0].table, where[0].column, 999}, true), codes::lob_freed);
    EXPECT_EQ(open_code({where[0].table, 99, where[0].row}, true), codes::lob_freed);
    EXPECT_EQ(open_code({1, 1, 1}, true), codes::lob_freed);
    user.run("UPDATE DOC SET C = NULL");
    EXPECT_EQ(open_code(where[0], true), codes::lob_freed);
    user.run("DELETE FROM DOC");
    EXPECT_EQ(open_code(where[1], false), codes::lob_freed);
    user.run("DROP TABLE DOC");
    EXPECT_EQ(open_code(where[1], false), codes::lob_freed);
}

TEST_F(Lobs, AReaderKnowsWhenTheValueMayHaveChanged) {
    const auto where = places("SELECT C FROM DOC");
    const auto reader = user.session().lobs()->open(where[0], true);
    EXPECT_TRUE(reader->current());
    client other(all.engine);
    other.run("INSERT INTO DOC VALUES(2, 'x', NULL)");
    EXPECT_FALSE(reader->current());
    const auto again = user.session().lobs()->open(where[0], true);
    EXPECT_TRUE(again->current());
    user.run("UPDATE DOC SET C = 'y'");
    EXPECT_FALSE(again->current());
}

TEST_F(Lobs, LongTextIsIndexedByCharacters) {
    std::string text_of_many;
    for (int i = 0; i < 300'000; ++i)
        text_of_many += "达a😀";
    user.run("UPDATE DOC SET C = ?", {field(text_of_many)});
    const auto where = places("SELECT C FROM DOC");
    const auto reader = user.session().lobs()->open(where[0], true);
    character_index index;
    EXPECT_EQ(index.count(*reader), 900'000);
    for (const std::int64_t group : {0, 1, 131'072, 299'999, 5, 150'000}) {
        EXPECT_EQ(index.find(*reader, group * 3), group * 8);
        EXPECT_EQ(index.find(*reader, group * 3 + 2), group * 8 + 4);
    }
    EXPECT_EQ(index.find(*reader, 900'000), 2'400'000);
    EXPECT_EQ(index.find(*reader, 2'000'000), 2'400'000);
}

TEST_F(Lobs, WritesOverwriteAndLengthen) {
    const auto where = places("SELECT C, B FROM DOC");
    EXPECT_EQ(write(where[0], true, 1, "中文"), 0);
    EXPECT_EQ(text(where[0]), "达中文bc😀z");
    EXPECT_EQ(write(where[0], true, 6, "终😀"), 0);
    EXPECT_EQ(text(where[0]), "达中文bc😀终😀");
    EXPECT_EQ(write(where[0], true, 8, "!"), 0) << "at the end";
    EXPECT_EQ(write(where[0], true, 10, "!"), -3503) << "behind the end";
    EXPECT_EQ(write(where[1], false, 4, "abc"), 0);
    EXPECT_EQ(whole(*user.session().lobs()->open(where[1], false)),
              "\x01\x02\x03\x04"
              "abc");
    EXPECT_EQ(truncate(where[0], true, 3), 0);
    EXPECT_EQ(text(where[0]), "达中文");
    EXPECT_EQ(truncate(where[0], true, 0), 0);
    EXPECT_EQ(text(where[0]), "");
}

TEST_F(Lobs, PartsAreStoredTogether) {
    const auto where = places("SELECT C FROM DOC");
    EXPECT_EQ(write(where[0], true, 0, "12", true), 0);
    EXPECT_EQ(write(where[0], true, 2, "34", true), 0);
    client other(all.engine);
    EXPECT_EQ(other.run("SELECT C FROM DOC").rows, (table{{"达梦abc😀z"}}));
    EXPECT_EQ(write(where[0], true, 4, "56"), 0);
    EXPECT_EQ(other.run("SELECT C FROM DOC").rows, (table{{"123456z"}})) << "autocommit";
    EXPECT_EQ(write(where[0], true, 0, "ab", true), 0);
    EXPECT_EQ(user.run("SELECT C FROM DOC").rows, (table{{"ab3456z"}})) << "what no part follows is stored";
    EXPECT_EQ(other.run("SELECT C FROM DOC").rows, (table{{"ab3456z"}}));
}

TEST_F(Lobs, WritesBelongToTheTransaction) {
    user.autocommit = false;
    const auto where = places("SELECT C FROM DOC");
    EXPECT_EQ(write(where[0], true, 0, "Z"), 0);
    client other(all.engine);
    EXPECT_EQ(other.run("SELECT C FROM DOC").rows, (table{{"达梦abc😀z"}}));
    EXPECT_EQ(text(where[0]), "Z梦abc😀z");
    user.rollback();
    EXPECT_EQ(text(where[0]), "达梦abc😀z");
    EXPECT_EQ(write(where[0], true, 0, "Y"), 0);
    user.commit();
    EXPECT_EQ(other.run("SELECT C FROM DOC").rows, (table{{"Y梦abc😀z"}}));
}

TEST_F(Lobs, WritesWaitForTheWriter) {
    const auto where = places("SELECT C FROM DOC");
    client other(all.engine);
    other.autocommit = false;
    other.run("INSERT INTO DOC VALUES(2, 'x', NULL)");
    std::optional<int> code;
    const std::string data = "Q";
    user.session().lobs()->write(where[0], true, 0, as_bytes(data), false,
                                 [&](const std::optional<sql_error>& error) { code = error ? error->code() : 0; });
    EXPECT_FALSE(code);
    other.commit();
    all.world.settle();
    EXPECT_EQ(code, 0);
    EXPECT_EQ(text(where[0]), "Q梦abc😀z");
}

TEST_F(Lobs, RightsAndChecksHold) {
    const auto where = places("SELECT C FROM DOC");
    EXPECT_EQ(write(where[0], true, 7, std::string(3'000'000, 'x')), codes::check_violated);
    EXPECT_EQ(text(where[0]), "达梦abc😀z");
    user.run("CREATE USER READER IDENTIFIED BY \"reader12345\"");
    client reader(all.engine, "READER", "reader12345");
    EXPECT_THROW(static_cast<void>(reader.session().lobs()->open(where[0], true)), sql_error);
    user.run("GRANT SELECT ON DOC TO READER");
    EXPECT_EQ(whole(*reader.session().lobs()->open(where[0], true)), "达梦abc😀z");
    std::optional<int> code;
    reader.session().lobs()->truncate(where[0], true, 0,
                                      [&](const std::optional<sql_error>& error) { code = error ? error->code() : 0; });
    EXPECT_EQ(code, codes::no_update_privilege);
}

}  // namespace
}  // namespace dmkit::mock::testing
