#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <dmkit/dmkit.hpp>
#include <dmkit/mock/server.hpp>

/// The asynchronous client against the mock server, with the kinds of completion tokens.
namespace dmkit {
namespace {

namespace asio = boost::asio;

class AsyncClient : public testing::Test {
  protected:
    AsyncClient() { server.execute("CREATE TABLE ITEM(ID INT PRIMARY KEY, NAME VARCHAR(50))"); }
    /// Runs a coroutine to its end; exceptions come out.
    void run(asio::awaitable<void> work) {
        std::exception_ptr failure;
        asio::co_spawn(context, std::move(work), [&](std::exception_ptr caught) { failure = caught; });
        context.restart();
        context.run();
        if (failure)
            std::rethrow_exception(failure);
    }
    mock::server server;
    asio::io_context context;
};

TEST_F(AsyncClient, WorksInCoroutines) {
    run([](const std::string dsn, asio::io_context& loop) -> asio::awaitable<void> {
        connection db(loop.get_executor());
        co_await db.async_connect(parse_dsn(dsn), asio::use_awaitable);
        EXPECT_TRUE(db.is_open());
        const auto done = co_await db.async_execute("INSERT INTO ITEM VALUES(?, ?)", 1, "达梦", asio::use_awaitable);
        EXPECT_EQ(done.affected_rows, 1);
        std::vector<std::tuple<int, std::string>> more;
        for (int i = 2; i <= 3000; ++i)
            more.emplace_back(i, std::string(40, 'n'));
        co_await db.async_execute_many("INSERT INTO ITEM VALUES(?, ?)", more, asio::use_awaitable);
        auto rows =
            co_await db.async_query("SELECT ID, NAME FROM ITEM WHERE ID > ? ORDER BY ID", 0, asio::use_awaitable);
        int count = 0;
        while (co_await rows.async_next(asio::use_awaitable)) {
            ++count;
            EXPECT_EQ(rows.current()[0].get<std::int64_t>(), count);
        }
        EXPECT_EQ(count, 3000);
        auto again = co_await db.async_query("SELECT ID FROM ITEM", asio::use_awaitable);
        const auto all = co_await again.async_read_all(asio::use_awaitable);
        EXPECT_EQ(all.size(), 3000U);
        auto find = co_await db.async_prepare("SELECT NAME FROM ITEM WHERE ID = ?", asio::use_awaitable);
        auto found = co_await find.async_query(1, asio::use_awaitable);
        EXPECT_TRUE(co_await found.async_next(asio::use_awaitable));
        EXPECT_EQ(found.current()[0].get<std::string_view>(), "达梦");
        co_await db.async_ping(asio::use_awaitable);
        co_await db.async_close(asio::use_awaitable);
        EXPECT_FALSE(db.is_open());
    }(server.dsn(), context));
}

TEST_F(AsyncClient, RollsBackWhatIsLeftBeforeTheNextStatement) {
    run([](const std::string dsn, asio::io_context& loop) -> asio::awaitable<void> {
        connection db(loop.get_executor());
        co_await db.async_connect(parse_dsn(dsn), asio::use_awaitable);
        {
            auto tx = co_await db.async_begin({}, asio::use_awaitable);
            co_await tx.async_execute("INSERT INTO ITEM VALUES(1, 'a')", asio::use_awaitable);
            co_await tx.async_commit(asio::use_awaitable);
        }
        {
            auto tx = co_await db.async_begin({}, asio::use_awaitable);
            co_await tx.async_execute("INSERT INTO ITEM VALUES(2, 'b')", asio::use_awaitable);
        }
        auto rows = co_await db.async_query("SELECT ID FROM ITEM", asio::use_awaitable);
        const auto all = co_await rows.async_read_all(asio::use_awaitable);
        EXPECT_EQ(all.size(), 1U);
    }(server.dsn(), context));
}

TEST_F(AsyncClient, GivesTheServersTextBesideTheCode) {
    run([](const std::string dsn, asio::io_context& loop) -> asio::awaitable<void> {
        connection db(loop.get_executor());
        co_await db.async_connect(parse_dsn(dsn), asio::use_awaitable);
        diagnostics details;
        const auto [code, done] = co_await db.async_execute(command("DELETE FROM NO_SUCH_TABLE"), details,
                                                            asio::as_tuple(asio::use_awaitable));
        EXPECT_EQ(code, error_code(-2106, server_category()));
        EXPECT_NE(details.server_message.find("NO_SUCH_TABLE"), std::string::npos);
        EXPECT_EQ(details.operation, "execute");
        EXPECT_TRUE(db.is_open());
    }(server.dsn(), context));
}

TEST_F(AsyncClient, NeverCallsBackFromInsideTheCall) {
    connection db(context.get_executor());
    bool called = false;
    db.async_ping([&](error_code code) {
        called = true;
        EXPECT_EQ(code, client_errc::not_connected);
    });
    EXPECT_FALSE(called);
    context.run();
    EXPECT_TRUE(called);
}

TEST_F(AsyncClient, RefusesASecondCallAtTheSameTime) {
    connection db(context.get_executor());
    std::vector<error_code> codes;
    db.async_connect(parse_dsn(server.dsn()), [&](error_code code) {
        ASSERT_FALSE(code);
        db.async_ping([&](error_code first) { codes.push_back(first); });
        db.async_ping([&](error_code second) { codes.push_back(second); });
    });
    context.run();
    ASSERT_EQ(codes.size(), 2U);
    EXPECT_EQ(codes[0], client_errc::operation_in_progress);
    EXPECT_FALSE(codes[1]);
}

TEST_F(AsyncClient, DeadlinesAndCancellationEndTheConnection) {
    connection blocker{parse_dsn(server.dsn())};
    auto held = blocker.begin();
    held.execute("INSERT INTO ITEM VALUES(1, 'held')");
    for (const bool cancels : {false, true}) {
        connection db(context.get_executor());
        asio::cancellation_signal signal;
        error_code result;
        db.async_connect(parse_dsn(server.dsn()), [&](error_code code) {
            ASSERT_FALSE(code) << code.message();
            auto what = with_params("INSERT INTO ITEM VALUES(1, 'late')");
            if (!cancels)
                what.timeout(std::chrono::milliseconds(50));
            db.async_execute(std::move(what),
                             asio::bind_cancellation_slot(
                                 signal.slot(), [&](error_code ended, const execution_result&) { result = ended; }));
            if (cancels)
                asio::post(context, [&] { signal.emit(asio::cancellation_type::terminal); });
        });
        context.restart();
        context.run();
        EXPECT_EQ(result, cancels ? client_errc::cancelled : client_errc::timeout);
        EXPECT_FALSE(db.is_open());
    }
}

TEST_F(AsyncClient, ServesFuturesFromAPoolOfThreads) {
    asio::thread_pool pool(2);
    std::vector<std::unique_ptr<connection>> sessions;
    std::vector<std::future<execution_result>> answers;
    for (int i = 0; i < 8; ++i) {
        sessions.push_back(std::make_unique<connection>(pool.get_executor()));
        sessions.back()->async_connect(parse_dsn(server.dsn()), asio::use_future).get();
    }
    for (int i = 0; i < 8; ++i)
        answers.push_back(sessions[static_cast<std::size_t>(i)]->async_execute("INSERT INTO ITEM VALUES(?, ?)", i, "n",
                                                                               asio::use_future));
    for (auto& answer : answers)
        EXPECT_EQ(answer.get().affected_rows, 1);
    sessions.clear();
    pool.join();
}

TEST_F(AsyncClient, LooksUpNamesAndDialsAsynchronously) {
    connection db(context.get_executor());
    connect_params params = parse_dsn(server.dsn());
    params.host = "localhost";
    error_code code;
    db.async_connect(params, [&](error_code ended) { code = ended; });
    context.run();
    EXPECT_FALSE(code) << code.message();
    params.host = "no-such-host.invalid";
    connection lost(context.get_executor());
    diagnostics details;
    lost.async_connect(params, details, [&](error_code ended) { code = ended; });
    context.restart();
    context.run();
    EXPECT_TRUE(code == client_errc::host_not_found || code == client_errc::timeout) << code.message();
    EXPECT_EQ(details.operation, "connect");
}

TEST(AsyncClientWithoutExecutor, IsRefused) {
    connection db;
    std::promise<error_code> ended;
    db.async_ping([&](error_code code) { ended.set_value(code); });
    EXPECT_EQ(ended.get_future().get(), client_errc::no_executor);
}

}  // namespace
}  // namespace dmkit
