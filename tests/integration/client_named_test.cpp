#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/describe/class.hpp>

#include <dmkit/dmkit.hpp>
#include <dmkit/mock/server.hpp>

/// Parameters by name: the client against the mock server.
namespace dmkit {
namespace {

struct thing {
    std::string name;
    std::optional<int> id;
};
BOOST_DESCRIBE_STRUCT(thing, (), (name, id))

class ClientNamed : public testing::Test {
  protected:
    ClientNamed() {
        server.execute("CREATE TABLE ITEM(ID INT PRIMARY KEY, NAME VARCHAR(50), NOTE VARCHAR(50))");
        auto params = parse_dsn(server.dsn());
        params.language = language::english;
        db.connect(params);
    }
    std::vector<std::tuple<int, std::string>> items() {
        return db.query("SELECT ID, NAME FROM ITEM ORDER BY ID").read_all().as<int, std::string>();
    }
    mock::server server;
    connection db;
};

using pairs = std::vector<std::tuple<int, std::string>>;

TEST_F(ClientNamed, RunsStatementsOfEveryForm) {
    const std::string name = "达梦";
    db.execute("INSERT INTO ITEM VALUES(:id, :name, :NAME)", named("NAME", name), named("id", 1));
    db.execute("INSERT INTO ITEM(ID, NAME) VALUES(:1, :2)", named("2", "b"), named("1", 2));
    db.execute("INSERT INTO ITEM(ID, NAME) VALUES(:1, :2)", 3, "c");
    EXPECT_EQ(items(), (pairs{{1, "达梦"}, {2, "b"}, {3, "c"}}));
    EXPECT_EQ(db.query("SELECT COUNT(*) FROM ITEM WHERE NAME = NOTE").read_all()[0][0].get<std::int64_t>(), 1);
    auto found = db.query<std::tuple<int>>(
        "SELECT ID FROM ITEM WHERE NAME <> ':name' /* :name */ AND ID > :least -- :name\n AND ID < :least + 2",
        named("least", 1));
    int count = 0;
    for (const auto& [id] : found) {
        EXPECT_EQ(id, 2);
        ++count;
    }
    EXPECT_EQ(count, 1);
    const auto kept = with_params("UPDATE ITEM SET NOTE = :note WHERE ID = :id", named("id", 2),
                                  named("note", std::optional<std::string>("x")));
    EXPECT_EQ(db.execute(kept).affected_rows, 1);
    EXPECT_EQ(db.execute(command("DELETE FROM ITEM WHERE ID = :id", {field(3)}).parameter_names({"ID"})).affected_rows,
              1);
}

TEST_F(ClientNamed, RunsPreparedStatementsAgain) {
    auto insert = db.prepare("INSERT INTO ITEM(ID, NAME) VALUES(:id, :name)");
    ASSERT_EQ(insert.parameters().size(), 2U);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(insert.execute(named("name", std::to_string(i)), named("ID", i)).affected_rows, 1);
        EXPECT_EQ(insert.execute(10 + i, "by position").affected_rows, 1);
    }
    error_code code;
    diagnostics details;
    const std::vector<field_view> fields{"x", 20};
    const std::vector<std::string_view> names{"name", "id"};
    EXPECT_EQ(insert.execute_with(fields, {}, code, details, names).affected_rows, 1) << details.message();
    EXPECT_EQ(items().size(), 7U);
    EXPECT_EQ(items().back(), (std::tuple<int, std::string>(20, "x")));
}

TEST_F(ClientNamed, FillsVariables) {
    server.execute(
        "CREATE PROCEDURE TWICE(GIVEN INT, DOUBLED OUT INT, CALLS IN OUT INT) AS BEGIN"
        " DOUBLED := GIVEN * 2; CALLS := CALLS + 1; END;");
    int doubled = 0;
    int calls = 4;
    db.execute("BEGIN TWICE(:given, :doubled, :calls); END;", named("calls", in_out(calls)),
               named("doubled", out(doubled)), named("given", 21));
    EXPECT_EQ(doubled, 42);
    EXPECT_EQ(calls, 5);
    int number = 1;
    db.execute("BEGIN :n := :n + 1; END;", named("n", in_out(number)));
    EXPECT_EQ(number, 2);
}

TEST_F(ClientNamed, RunsBatches) {
    const std::vector<thing> things{{"a", 1}, {"b", 2}};
    EXPECT_EQ(db.execute_many("INSERT INTO ITEM(ID, NAME) VALUES(:id, :name)", by_name(things)).affected_rows, 2);
    const std::vector<std::tuple<std::string, int>> lines{{"c", 3}, {"d", 4}};
    auto insert = db.prepare("INSERT INTO ITEM(ID, NAME, NOTE) VALUES(:1, :2, :2)");
    EXPECT_EQ(insert.execute_many(by_name(lines, {"2", "1"})).affected_rows, 2);
    EXPECT_EQ(items(), (pairs{{1, "a"}, {2, "b"}, {3, "c"}, {4, "d"}}));
    try {
        db.execute_many("INSERT INTO ITEM(ID, NAME) VALUES(:id, :name)", by_name(lines, {"name", "idd"}));
        FAIL();
    } catch (const error& fault) {
        EXPECT_EQ(fault.code(), client_errc::parameter_name);
        EXPECT_EQ(fault.details().client_message, "the statement has no parameter 'idd'");
    }
    db.ping();
}

TEST_F(ClientNamed, RunsAsynchronously) {
    boost::asio::io_context context;
    connection async(context.get_executor());
    const auto finish = [&](auto future) {
        context.run();
        context.restart();
        return future.get();
    };
    finish(async.async_connect(parse_dsn(server.dsn()), boost::asio::use_future));
    const auto insert = [&](std::string_view name, int id) {
        return async.async_execute("INSERT INTO ITEM(ID, NAME) VALUES(:id, :name)", named("name", std::string(name)),
                                   named("id", id), boost::asio::use_future);
    };
    EXPECT_EQ(finish(insert("a", 1)).affected_rows, 1);
    std::vector<std::tuple<std::string, int>> lines{{"b", 2}, {"c", 3}};
    EXPECT_EQ(finish(async.async_execute_many("INSERT INTO ITEM(ID, NAME) VALUES(:id, :name)",
                                              by_name(std::move(lines), {"name", "id"}), boost::asio::use_future))
                  .affected_rows,
              2);
    auto remove = finish(async.async_prepare("DELETE FROM ITEM WHERE ID = :id", boost::asio::use_future));
    EXPECT_EQ(finish(remove.async_execute(named("id", 2), boost::asio::use_future)).affected_rows, 1);
    EXPECT_EQ(items(), (pairs{{1, "a"}, {3, "c"}}));
}

TEST_F(ClientNamed, FaultsNameTheName) {
    const auto text_of = [&](const command& what) {
        error_code code;
        diagnostics details;
        db.execute(what, code, details);
        EXPECT_EQ(code, client_errc::parameter_name);
        EXPECT_EQ(details.delivered, delivery::not_sent);
        return details.client_message;
    };
    const std::string sql = "INSERT INTO ITEM(ID, NAME) VALUES(:id, :name)";
    EXPECT_EQ(text_of(with_params(sql, named("id", 1))), "'NAME' is not given");
    EXPECT_EQ(text_of(with_params(sql, named("id", 1), named("name", "x"), named("more", "s3cret"))),
              "the statement has no parameter 'more'");
    EXPECT_EQ(text_of(with_params(sql, 1, named("name", "s3cret"))),
              "parameter 1 is given without a name, 'name' with one");
    EXPECT_EQ(text_of(with_params("DELETE FROM ITEM WHERE ID = ?", named("id", 1))),
              "the statement has no parameter 'id'");
    EXPECT_TRUE(items().empty());
    EXPECT_EQ(text_of(command("DELETE FROM ITEM").parameter_names({"id"})), "the statement has no parameter 'id'");
}

TEST_F(ClientNamed, ABatchTakesNoNamesOfItsCommand) {
    const std::vector<std::tuple<int, std::string>> lines{{1, "a"}};
    const auto what = command("INSERT INTO ITEM(ID, NAME) VALUES(:id, :name)").parameter_names({"name", "id"});
    error_code code;
    diagnostics details;
    db.execute_many(what, lines, code, details);
    EXPECT_EQ(code, client_errc::parameter_count);
    EXPECT_EQ(details.client_message, "the command of a batch has parameters, or names of them, beside the rows");
    EXPECT_TRUE(items().empty());
}

}  // namespace
}  // namespace dmkit
