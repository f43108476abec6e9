#include <cstdint>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <dmkit/dmkit.hpp>
#include <dmkit/mock/server.hpp>

/// Blocks, procedures and their parameters: the client against the mock server.
namespace dmkit {
namespace {

/// What code of the user's may do.
struct strange {
    int value = 0;
};

}  // namespace

template <>
struct field_traits<strange> {
    static client_errc read(const field_view& /*value*/, strange& /*out*/) { throw std::domain_error("never seen"); }
    static field_view bind(const strange& value) {
        if (value.value > 1)
            throw std::domain_error("too strange");
        return field_view(value.value);
    }
};

namespace {

class ClientBlock : public testing::Test {
  protected:
    ClientBlock() {
        server.execute("CREATE TABLE ITEM(ID INT PRIMARY KEY, NAME VARCHAR(50))");
        server.execute("INSERT INTO ITEM VALUES(1, 'a'); INSERT INTO ITEM VALUES(2, '达梦')");
        server.execute(
            "CREATE PROCEDURE NAMED(WANTED INT, FOUND OUT VARCHAR(50), CALLS IN OUT INT) AS BEGIN"
            " CALLS := CALLS + 1; SELECT NAME INTO FOUND FROM ITEM WHERE ID = WANTED;"
            " EXCEPTION WHEN NO_DATA_FOUND THEN FOUND := NULL; END;");
        server.execute(
            "CREATE PROCEDURE LISTED(LEAST INT, ROWS_OF OUT SYS_REFCURSOR, N OUT INT) AS BEGIN"
            " SELECT COUNT(*) INTO N FROM ITEM; IF LEAST IS NOT NULL THEN"
            " OPEN ROWS_OF FOR SELECT ID, NAME FROM ITEM WHERE ID >= LEAST ORDER BY ID; END IF; END;");
        auto params = parse_dsn(server.dsn());
        params.language = language::english;
        db.connect(params);
    }
    mock::server server;
    connection db;
};

TEST_F(ClientBlock, FillsVariablesFromOutParameters) {
    std::optional<std::string> name;
    int calls = 4;
    db.execute("CALL NAMED(?, ?, ?)", 2, out(name), in_out(calls));
    EXPECT_EQ(name, "达梦");
    EXPECT_EQ(calls, 5);
    db.execute("BEGIN NAMED(:a, :b, :c); END;", 9, out(name), in_out(calls));
    EXPECT_EQ(name, std::nullopt);
    EXPECT_EQ(calls, 6);
}

TEST_F(ClientBlock, TakesTheTypeOfTheVariableWhereTheServerKnowsNone) {
    std::int64_t number = 0;
    std::string text;
    db.execute("BEGIN ? := 40 + 2; ? := 'x' || ?; END;", out(number), out(text), "y");
    EXPECT_EQ(number, 42);
    EXPECT_EQ(text, "xy");
    decimal exact;
    date day;
    timestamp moment;
    bytes raw;
    double wide = 0;
    interval_ds span;
    db.execute(
        "BEGIN ? := 1.25; ? := DATE '2024-02-29'; ? := TIMESTAMP '2024-02-29 01:02:03.5'; ? := 0x00FF;"
        " ? := 2.5E0; ? := INTERVAL '1 2' DAY TO HOUR; END;",
        out(exact), out(day), out(moment), out(raw), out(wide), out(span));
    EXPECT_EQ(exact.to_string(), "1.25");
    EXPECT_EQ(day.to_string(), "2024-02-29");
    EXPECT_EQ(moment.time.nanosecond, 500'000'000);
    EXPECT_EQ(raw.size(), 2U);
    EXPECT_EQ(wide, 2.5);
    EXPECT_EQ(span.hours, 2);
}

TEST_F(ClientBlock, RefusesWhatDoesNotFit) {
    int number = 0;
    try {
        db.execute("BEGIN ? := NULL; END;", out(number));
        FAIL();
    } catch (const error& fault) {
        EXPECT_EQ(fault.code(), client_errc::null_value);
    }
    try {
        db.execute("UPDATE ITEM SET NAME = 'changed' WHERE ID = ?", out(number));
        FAIL();
    } catch (const error& fault) {
        EXPECT_EQ(fault.code(), client_errc::parameter_type);
    }
    EXPECT_EQ(db.query("SELECT NAME FROM ITEM WHERE ID = 1").read_all().at(0)[0].get<std::string_view>(), "a");
}

TEST_F(ClientBlock, ReadsRefCursors) {
    rows found;
    int count = 0;
    db.execute("BEGIN LISTED(?, ?, ?); END;", 2, out(found), out(count));
    EXPECT_EQ(count, 2);
    ASSERT_EQ(found.columns().size(), 2U);
    EXPECT_EQ(found.columns()[1].name, "NAME");
    ASSERT_TRUE(found.next());
    EXPECT_EQ(found.current()[1].get<std::string_view>(), "达梦");
    EXPECT_FALSE(found.next());
    db.execute("BEGIN LISTED(?, ?, ?); END;", nullptr, out(found), out(count));
    EXPECT_TRUE(found.columns().empty());
    EXPECT_FALSE(found.next());
}

TEST_F(ClientBlock, GivesResultsAndPrintedText) {
    auto got = db.query("BEGIN PRINT 'hello'; SELECT 1 A FROM DUAL; SELECT 2 B, 3 C FROM DUAL; END;");
    EXPECT_EQ(got.info().printed, "hello\n");
    ASSERT_TRUE(got.next());
    EXPECT_EQ(got.current()[0].get<std::int64_t>(), 1);
    ASSERT_TRUE(got.next_result());
    EXPECT_EQ(got.columns().size(), 2U);
    ASSERT_TRUE(got.next());
    EXPECT_EQ(got.current()[1].get<std::int64_t>(), 3);
    EXPECT_FALSE(got.next_result());
    EXPECT_EQ(db.execute("BEGIN DBMS_OUTPUT.PUT_LINE('达梦'); END;").printed, "达梦\n");
}

TEST_F(ClientBlock, RunsPreparedCallsAgain) {
    auto call = db.prepare("CALL NAMED(?, ?, ?)");
    ASSERT_EQ(call.parameters().size(), 3U);
    EXPECT_EQ(call.parameters()[1].direction, parameter_direction::out);
    EXPECT_EQ(call.parameters()[2].direction, parameter_direction::in_out);
    std::string name;
    int calls = 0;
    for (int i = 1; i <= 2; ++i) {
        call.execute(i, out(name), in_out(calls));
        EXPECT_EQ(calls, i);
    }
    EXPECT_EQ(name, "达梦");
}

TEST_F(ClientBlock, GoesOnAfterAnExceptionOfTheUsersCode) {
    strange variable;
    rows found;
    for (int i = 0; i < 3; ++i) {
        EXPECT_THROW(db.execute("BEGIN LISTED(?, ?, ?); END;", 1, out(found), out(variable)), std::domain_error);
        ASSERT_TRUE(found.next()) << "the cursor had been stored";
    }
    const std::vector<std::tuple<int, strange>> lines{{3, {1}}, {4, {2}}};
    EXPECT_THROW(db.execute_many("INSERT INTO ITEM VALUES(?, ?)", lines), std::domain_error);
    int count = 0;
    db.execute("BEGIN SELECT COUNT(*) INTO ? FROM ITEM; END;", out(count));
    EXPECT_EQ(count, 2);
    connection other;
    other.on_stage([](const handshake_event& event) {
        if (event.to == handshake_stage::login_sent)
            throw std::domain_error("not interested");
    });
    EXPECT_THROW(other.connect(parse_dsn(server.dsn())), std::domain_error);
    EXPECT_FALSE(other.is_open());
    other.on_stage({});
    other.connect(parse_dsn(server.dsn()));
    EXPECT_TRUE(other.is_open());
}

TEST_F(ClientBlock, TellsHandlersOfExceptionsOfTheUsersCode) {
    boost::asio::io_context context;
    connection async(context.get_executor());
    std::vector<error_code> codes;
    strange variable;
    diagnostics details;
    async.async_connect(parse_dsn(server.dsn()), [&](error_code connected) {
        codes.push_back(connected);
        async.async_execute("BEGIN ? := 1; END;", out(variable), [&](error_code first, const execution_result&) {
            codes.push_back(first);
            async.async_execute("BEGIN NULL; END;", [&](error_code second, const execution_result&) {
                codes.push_back(second);
                async.on_stage([](const handshake_event&) { throw std::domain_error("not interested"); });
                async.close();
                async.async_connect(parse_dsn(server.dsn()), details,
                                    [&](error_code third) { codes.push_back(third); });
            });
        });
    });
    context.run();
    ASSERT_EQ(codes.size(), 4U);
    EXPECT_FALSE(codes[0]);
    EXPECT_EQ(codes[1], client_errc::exception_thrown);
    EXPECT_FALSE(codes[2]);
    EXPECT_EQ(codes[3], client_errc::exception_thrown);
    EXPECT_EQ(details.client_message, "not interested");
}

TEST_F(ClientBlock, CallsAsynchronously) {
    boost::asio::io_context context;
    connection async(context.get_executor());
    auto params = parse_dsn(server.dsn());
    auto connected = async.async_connect(params, boost::asio::use_future);
    context.run();
    connected.get();
    context.restart();
    std::string name;
    int calls = 1;
    rows found;
    auto called = async.async_execute("CALL NAMED(?, ?, ?)", 1, out(name), in_out(calls), boost::asio::use_future);
    context.run();
    called.get();
    EXPECT_EQ(name, "a");
    EXPECT_EQ(calls, 2);
    context.restart();
    int count = 0;
    auto listed =
        async.async_execute("BEGIN LISTED(?, ?, ?); END;", 1, out(found), out(count), boost::asio::use_future);
    context.run();
    listed.get();
    EXPECT_EQ(count, 2);
    EXPECT_EQ(found.total(), 2);
}

}  // namespace
}  // namespace dmkit
