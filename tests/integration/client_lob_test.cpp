#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <dmkit/dmkit.hpp>
#include <dmkit/mock/error_code.hpp>
#include <dmkit/mock/server.hpp>

/// Large objects, from the client to the mock server's tables and back.
namespace dmkit {
namespace {

namespace asio = boost::asio;

/// @p size bytes whose values tell their places.
bytes make_bytes(std::size_t size) {
    bytes out(size);
    for (std::size_t i = 0; i < size; ++i)
        out[i] = static_cast<std::byte>(i * 31 + i / 251);
    return out;
}

/// @p count characters of one to four bytes, so that any border of pieces meets each of them.
std::string make_text(std::size_t count) {
    static const std::vector<std::string> characters = {"a", "é", "达", "😀", "𠮷", "\n"};
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out += characters[(i + i / 7) % characters.size()];
    return out;
}

std::size_t characters_in(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

class LargeObjects : public testing::TestWithParam<mock::charset> {
  protected:
    LargeObjects() : server(settings()) {
        server.execute("CREATE TABLE DOC(ID INT PRIMARY KEY, B BLOB, C CLOB)");
        auto params = parse_dsn(server.dsn());
        params.language = language::english;
        db.connect(params);
    }
    static mock::server_params settings() {
        mock::server_params options;
        options.profile.charset = GetParam();
        return options;
    }
    lob clob(int id) {
        auto rows = db.query("SELECT C FROM DOC WHERE ID = ? FOR UPDATE", id);
        rows.stream_lobs();
        EXPECT_TRUE(rows.next());
        return rows.lob_at(0);
    }
    std::string text_of(int id) {
        auto rows = db.query("SELECT C FROM DOC WHERE ID = ?", id);
        EXPECT_TRUE(rows.next());
        return std::string(rows.current()[0].get<std::string_view>());
    }

    mock::server server;
    connection db;
};

constexpr std::size_t sizes[] = {0,      1,      2047,   2048,   2049,   8188,     15'999,
                                 16'000, 16'001, 32'000, 65'000, 65'536, 1U << 20U};

TEST_P(LargeObjects, OfEverySizeComeBackAsTheyWere) {
    int id = 0;
    for (const std::size_t size : sizes) {
        db.execute("INSERT INTO DOC VALUES(?, ?, ?)", ++id, make_bytes(size), make_text(size));
        auto rows = db.query("SELECT B, C FROM DOC WHERE ID = ?", id);
        ASSERT_TRUE(rows.next());
        EXPECT_TRUE(rows.current()[0].get<bytes_view>().size() == size);
        EXPECT_EQ(rows.current()[0], field_view(make_bytes(size))) << size;
        EXPECT_TRUE(rows.current()[1] == field_view(make_text(size))) << size;
        EXPECT_FALSE(rows.next());
    }
    const auto all = db.query("SELECT ID, B, C FROM DOC ORDER BY ID").read_all();
    ASSERT_EQ(all.size(), std::size(sizes));
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_TRUE(all[i][1] == field_view(make_bytes(sizes[i]))) << sizes[i];
        EXPECT_TRUE(all[i][2] == field_view(make_text(sizes[i]))) << sizes[i];
    }
    int seen = 0;
    auto rows = db.query("SELECT ID, C FROM DOC ORDER BY ID");
    for (const auto& [number, text] : rows.as<int, std::string>())
        EXPECT_EQ(characters_in(text), sizes[static_cast<std::size_t>(seen++)]) << number;
    EXPECT_EQ(seen, static_cast<int>(std::size(sizes)));
}

TEST_P(LargeObjects, NullIsNotEmpty) {
    db.execute("INSERT INTO DOC VALUES(1, NULL, NULL)");
    db.execute("INSERT INTO DOC VALUES(2, ?, ?)", bytes(), std::string());
    const auto rows = db.query("SELECT B, C FROM DOC ORDER BY ID").read_all();
    EXPECT_TRUE(rows[0][0].is_null());
    EXPECT_TRUE(rows[0][1].is_null());
    EXPECT_FALSE(rows[1][0].is_null());
    EXPECT_EQ(rows[1][1].get<std::string_view>(), "");
}

TEST_P(LargeObjects, AreReadInPieces) {
    const auto text = make_text(100'000);
    const auto data = make_bytes(100'000);
    db.execute("INSERT INTO DOC VALUES(1, ?, ?)", data, text);
    auto rows = db.query("SELECT B, C FROM DOC");
    rows.stream_lobs();
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.current()[1].get<std::string_view>(), "");
    auto blob = rows.lob_at(0);
    auto clob = rows.lob_at(1);
    rows.close();
    EXPECT_FALSE(blob.in_row());
    EXPECT_TRUE(clob.is_text());
    EXPECT_EQ(blob.length(), 100'000);
    EXPECT_EQ(clob.length(), 100'000);
    std::string read;
    clob.read_each([&](std::span<const std::byte> piece) {
        read.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    });
    EXPECT_TRUE(read == text);
    bytes buffer(10);
    EXPECT_EQ(blob.read_some(99'995, buffer).bytes, 5U);
    EXPECT_EQ(buffer[0], data[99'995]);
    EXPECT_TRUE(blob.read_some(100'000, buffer).at_end());
    EXPECT_TRUE(blob.read_some(200'000, buffer).at_end());
    // Characters count, not bytes: what stands behind the first 50,000.
    bytes some(400);
    const auto piece = clob.read_some(50'000, some);
    EXPECT_EQ(piece.units, 100);
    const auto before = make_text(50'000).size();
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(some.data()), piece.bytes), text.substr(before, piece.bytes));
}

TEST_P(LargeObjects, AreWrittenByTheirLocators) {
    const auto text = make_text(40'000);
    db.execute("INSERT INTO DOC VALUES(1, ?, ?)", make_bytes(5'000), text);
    auto doc = clob(1);
    EXPECT_EQ(doc.write(3, "终𠮷"), 2);
    std::string wanted = make_text(3) + "终𠮷" + text.substr(make_text(5).size());
    EXPECT_TRUE(text_of(1) == wanted);
    const auto more = make_text(50'000);
    EXPECT_EQ(doc.append(more), 50'000);
    wanted += more;
    EXPECT_TRUE(text_of(1) == wanted);
    EXPECT_EQ(doc.length(), 90'000);
    doc.truncate(10);
    EXPECT_EQ(characters_in(text_of(1)), 10U);
    error_code code;
    diagnostics details;
    doc.write(100, "x", code, details);
    EXPECT_EQ(code, error_code(-3503, server_category())) << details.server_message;
    EXPECT_TRUE(db.is_open());

    auto rows = db.query("SELECT B FROM DOC");
    rows.stream_lobs();
    ASSERT_TRUE(rows.next());
    auto blob = rows.lob_at(0);
    EXPECT_EQ(blob.write(4'999, bytes_view(make_bytes(20'000))), 20'000);
    EXPECT_EQ(blob.length(), 24'999);
    db.execute("DELETE FROM DOC");
    EXPECT_EQ(blob.length(code, details), 0);
    EXPECT_EQ(code, error_code(-7992, server_category()));
}

TEST_P(LargeObjects, AreWrittenWhereThereIsAPlace) {
    db.execute("INSERT INTO DOC VALUES(1, NULL, ?)", make_text(5'000));
    auto doc = clob(1);
    error_code code;
    diagnostics details;
    for (const std::int64_t position : {std::int64_t{-7}, std::int64_t{-1}, std::int64_t{1} << 31U}) {
        doc.write(position, "x", code, details);
        EXPECT_EQ(code, client_errc::value_out_of_range) << position;
    }
    doc.write(0, make_text(30'000) + "\xFF", code, details);
    EXPECT_EQ(code, client_errc::text_not_encodable);
    EXPECT_TRUE(text_of(1) == make_text(5'000)) << "nothing was written";
}

TEST_P(LargeObjects, BelongToTheSessionOfTheirRows) {
    db.execute("INSERT INTO DOC VALUES(1, NULL, ?)", make_text(5'000));
    auto rows = db.query("SELECT C FROM DOC");
    rows.stream_lobs();
    ASSERT_TRUE(rows.next());
    db.close();
    db.connect(parse_dsn(server.dsn()));
    auto doc = rows.lob_at(0);
    error_code code;
    diagnostics details;
    doc.truncate(0, code, details);
    EXPECT_EQ(code, client_errc::not_connected);
    EXPECT_TRUE(text_of(1) == make_text(5'000));
}

TEST_P(LargeObjects, WrittenInATransactionAreUndoneWithIt) {
    db.execute("INSERT INTO DOC VALUES(1, NULL, ?)", make_text(5'000));
    {
        auto work = db.begin();
        auto rows = work.query("SELECT C FROM DOC FOR UPDATE");
        rows.stream_lobs();
        ASSERT_TRUE(rows.next());
        auto doc = rows.lob_at(0);
        doc.truncate(7);
        EXPECT_EQ(doc.length(), 7);
        work.rollback();
    }
    EXPECT_TRUE(text_of(1) == make_text(5'000));
}

TEST_P(LargeObjects, AreLeftWhereTheyAreByWhoStreamsThem) {
    db.execute("INSERT INTO DOC VALUES(1, ?, ?)", make_bytes(5'000), make_text(5'000));
    auto rows = db.query("SELECT B, C FROM DOC");
    rows.stream_lobs();
    const auto all = rows.read_all();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0][0].get<bytes_view>().size(), 0U);
    EXPECT_EQ(all[0][1].get<std::string_view>(), "");
    auto several = db.query("BEGIN SELECT C FROM DOC; SELECT B FROM DOC; END;");
    several.stream_lobs();
    ASSERT_TRUE(several.next_result());
    ASSERT_TRUE(several.next());
    EXPECT_EQ(several.current()[0].get<bytes_view>().size(), 0U);
    EXPECT_EQ(several.lob_at(0).length(), 5'000);
}

TEST_P(LargeObjects, ThatCannotBeReadAreNotShownAsEmpty) {
    for (int id = 1; id <= 2; ++id)
        db.execute("INSERT INTO DOC VALUES(?, NULL, ?)", id, make_text(5'000));
    auto rows = db.query("SELECT C FROM DOC ORDER BY ID");
    db.execute("DELETE FROM DOC WHERE ID = 1");
    error_code code;
    diagnostics details;
    EXPECT_FALSE(rows.next(code, details));
    EXPECT_EQ(code, error_code(-7992, server_category()));
    EXPECT_TRUE(rows.current()[0].is_null());
    ASSERT_TRUE(rows.next());
    EXPECT_TRUE(rows.current()[0] == field_view(make_text(5'000))) << "the row behind it";
}

TEST_P(LargeObjects, ComeFromOutParameters) {
    db.execute(
        "CREATE PROCEDURE GIVE(N INT, C OUT CLOB, B OUT BLOB) AS BEGIN SELECT C, B INTO C, B FROM DOC"
        " WHERE ID = N; END;");
    db.execute("INSERT INTO DOC VALUES(1, ?, ?)", make_bytes(40'000), make_text(40'000));
    std::string text;
    bytes data;
    db.execute("CALL GIVE(?, ?, ?)", 1, out(text), out(data));
    EXPECT_TRUE(text == make_text(40'000));
    EXPECT_TRUE(data == make_bytes(40'000));
}

TEST_P(LargeObjects, MadeByExpressionsAreReadToo) {
    const auto text = make_text(5'000);
    db.execute("INSERT INTO DOC VALUES(1, NULL, ?)", text);
    auto rows = db.query("SELECT C || C FROM DOC");
    ASSERT_TRUE(rows.next());
    EXPECT_TRUE(rows.current()[0] == field_view(text + text));
    auto doc = rows.lob_at(0);
    EXPECT_EQ(doc.length(), 10'000);
    error_code code;
    diagnostics details;
    doc.truncate(1, code, details);
    EXPECT_EQ(code, error_code(-7992, server_category())) << "no column has it";
}

TEST_P(LargeObjects, TravelInBatches) {
    std::vector<std::tuple<int, bytes, std::string>> lines;
    for (int i = 0; i < 9; ++i)
        lines.emplace_back(i, make_bytes(static_cast<std::size_t>(i) * 1'500), make_text(i % 2 == 0 ? 10 : 9'000));
    EXPECT_EQ(db.execute_many("INSERT INTO DOC VALUES(?, ?, ?)", lines).affected_rows, 9);
    const auto all = db.query("SELECT ID, B, C FROM DOC ORDER BY ID").read_all();
    ASSERT_EQ(all.size(), lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        EXPECT_TRUE(all[i][1] == field_view(std::get<1>(lines[i]))) << i;
        EXPECT_TRUE(all[i][2] == field_view(std::get<2>(lines[i]))) << i;
    }
}

TEST_P(LargeObjects, ComeFromStreams) {
    const auto data = make_bytes(100'000);
    const auto text = make_text(100'000);
    const auto pieces = [](const auto& all, std::size_t size) {
        return [rest = std::span(all.data(), all.size()), size]() mutable {
            const auto piece = rest.first(std::min(size, rest.size()));
            rest = rest.subspan(piece.size());
            return piece;
        };
    };
    const auto as_text = [](auto next) {
        return [next]() mutable {
            const auto piece = next();
            return std::string_view(piece.data(), piece.size());
        };
    };
    db.execute("INSERT INTO DOC VALUES(?, ?, ?)", 1, binary_stream(pieces(data, 70'001)),
               text_stream(as_text(pieces(text, 33))));
    auto update = db.prepare("UPDATE DOC SET C = :c, B = :b WHERE ID = :id");
    db.execute("INSERT INTO DOC(ID) VALUES(2)");
    EXPECT_THROW(update.execute(named("id", 2), named("b", nullptr), named("c", text_stream([calls = 0]() mutable {
                                                                               if (++calls == 9)
                                                                                   throw std::domain_error("no more");
                                                                               return std::string(9'000, 'x');
                                                                           }))),
                 std::domain_error);
    EXPECT_EQ(update.execute(named("id", 2), named("b", data), named("c", std::string_view())).affected_rows, 1);
    EXPECT_EQ(db.query("SELECT C FROM DOC WHERE ID = 2").read_all()[0][0], field_view(std::string_view()));
    EXPECT_EQ(update
                  .execute(named("id", 2), named("b", binary_stream(pieces(data, 5))),
                           named("c", text_stream(std::vector<std::string>{text})))
                  .affected_rows,
              1);
    const auto all = db.query("SELECT B, C FROM DOC ORDER BY ID").read_all();
    ASSERT_EQ(all.size(), 2U);
    for (const auto row : all) {
        EXPECT_TRUE(row[0] == field_view(data));
        EXPECT_TRUE(row[1] == field_view(text));
    }
}

TEST_P(LargeObjects, ComeFromStreamsAsynchronously) {
    asio::io_context context;
    connection async(context.get_executor());
    const auto text = make_text(30'000);
    const std::vector<std::string> pieces{text};
    const auto run = [&]() -> asio::awaitable<void> {
        co_await async.async_connect(parse_dsn(server.dsn()), asio::use_awaitable);
        const auto failing = text_stream([]() -> std::string { throw std::domain_error("no more"); });
        try {
            co_await async.async_execute("INSERT INTO DOC(ID, C) VALUES(?, ?)", 1, failing, asio::use_awaitable);
            ADD_FAILURE();
        } catch (const boost::system::system_error& fault) {
            EXPECT_EQ(fault.code(), client_errc::exception_thrown);
        }
        co_await async.async_execute("INSERT INTO DOC(ID, C) VALUES(:id, :c)", named("c", text_stream(pieces)),
                                     named("id", 1), asio::use_awaitable);
    };
    asio::co_spawn(context, run(), [](const std::exception_ptr& fault) {
        if (fault)
            std::rethrow_exception(fault);
    });
    context.run();
    EXPECT_TRUE(db.query("SELECT C FROM DOC").read_all()[0][0] == field_view(text));
}

INSTANTIATE_TEST_SUITE_P(InSessions, LargeObjects, testing::Values(mock::charset::utf8, mock::charset::gb18030),
                         [](const auto& which) { return which.param == mock::charset::utf8 ? "Utf8" : "Gb18030"; });

TEST(LargeObject, InItsRowIsReadAndNotWritten) {
    mock::server server;
    server.execute("CREATE TABLE DOC(C CLOB); INSERT INTO DOC VALUES('达梦😀')");
    connection db(parse_dsn(server.dsn()));
    auto rows = db.query("SELECT C FROM DOC");
    ASSERT_TRUE(rows.next());
    auto doc = rows.lob_at(0);
    EXPECT_TRUE(doc.in_row());
    EXPECT_EQ(doc.length(), 3);
    bytes buffer(8);
    EXPECT_EQ(doc.read_some(1, buffer).units, 2);
    error_code code;
    diagnostics details;
    doc.truncate(0, code, details);
    EXPECT_EQ(code, client_errc::lob_in_row);
    EXPECT_THROW(static_cast<void>(rows.lob_at(1)), error);
}

/// 64 MiB, the most that the mock takes; and a byte more.
TEST(LargeObject, Of64MebibytesTravelsInPieces) {
    constexpr std::size_t size = 64U << 20U;
    mock::server server;
    server.execute("CREATE TABLE DOC(B BLOB, C CLOB)");
    connection db(parse_dsn(server.dsn()));
    {
        bytes data(size);
        for (std::size_t i = 0; i < size; i += 4096)
            data[i] = static_cast<std::byte>(i / 4096);
        db.execute("INSERT INTO DOC(B) VALUES(?)", data);
        auto rows = db.query("SELECT B FROM DOC");
        rows.stream_lobs();
        ASSERT_TRUE(rows.next());
        auto blob = rows.lob_at(0);
        EXPECT_EQ(blob.length(), static_cast<std::int64_t>(size));
        std::size_t at = 0;
        bool same = true;
        blob.read_each([&](std::span<const std::byte> piece) {
            same = same && std::equal(piece.begin(), piece.end(), data.begin() + static_cast<std::ptrdiff_t>(at));
            at += piece.size();
        });
        EXPECT_EQ(at, size);
        EXPECT_TRUE(same);
        data.push_back(std::byte{1});
        EXPECT_THROW(db.execute("INSERT INTO DOC(B) VALUES(?)", data), error);
        EXPECT_TRUE(db.is_open());
    }
    std::string text;
    while (text.size() < size)
        text += "达梦😀 ab";
    text.resize(text.size() - 13);
    db.execute("UPDATE DOC SET C = ?", text);
    auto rows = db.query("SELECT C FROM DOC");
    ASSERT_TRUE(rows.next());
    EXPECT_TRUE(rows.current()[0] == field_view(text));
}

TEST(LargeObject, IsReadAndWrittenInCoroutines) {
    mock::server server;
    server.execute("CREATE TABLE DOC(C CLOB)");
    asio::io_context context;
    std::exception_ptr failure;
    const auto work = [](std::string dsn, asio::io_context& loop) -> asio::awaitable<void> {
        connection db(loop.get_executor());
        co_await db.async_connect(parse_dsn(dsn), asio::use_awaitable);
        const auto text = make_text(20'000);
        co_await db.async_execute("INSERT INTO DOC VALUES(?)", text, asio::use_awaitable);
        auto rows = co_await db.async_query("SELECT C FROM DOC", asio::use_awaitable);
        EXPECT_TRUE(co_await rows.async_next(asio::use_awaitable));
        EXPECT_TRUE(rows.current()[0] == field_view(text));
        auto doc = rows.lob_at(0);
        EXPECT_EQ(co_await doc.async_length(asio::use_awaitable), 20'000);
        bytes buffer(64'000);
        const auto piece = co_await doc.async_read_some(19'990, buffer, asio::use_awaitable);
        EXPECT_EQ(piece.units, 10);
        EXPECT_EQ(co_await doc.async_append(std::string_view("x"), asio::use_awaitable), 1);
        EXPECT_EQ(co_await doc.async_write(0, std::string_view("y"), asio::use_awaitable), 1);
        co_await doc.async_truncate(20'000, asio::use_awaitable);
        // The call goes on when the object is gone.
        auto read = std::make_shared<std::int64_t>(0);
        rows.lob_at(0).async_length([read](error_code code, std::int64_t length) { *read = code ? -1 : length; });
        while (*read == 0)
            co_await asio::post(loop, asio::use_awaitable);
        EXPECT_EQ(*read, 20'000);
        EXPECT_EQ(co_await doc.async_length(asio::use_awaitable), 20'000);
    };
    asio::co_spawn(context, work(server.dsn(), context),
                   [&](std::exception_ptr caught) { failure = std::move(caught); });
    context.run();
    if (failure)
        std::rethrow_exception(failure);
}

}  // namespace
}  // namespace dmkit
