#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <boost/describe/class.hpp>

#include <dmkit/dmkit.hpp>
#include <dmkit/mock/server.hpp>

/// The synchronous client against the mock server, over real sockets.
namespace dmkit {
namespace {

struct item {
    std::int64_t id = 0;
    std::string name;
    std::optional<decimal> price;
};

struct described_item {
    std::optional<decimal> price;
    std::string name;
    std::int32_t id = 0;
};
BOOST_DESCRIBE_STRUCT(described_item, (), (price, name, id))

class Client : public testing::Test {
  protected:
    Client() {
        server.execute("CREATE TABLE ITEM(ID INT PRIMARY KEY, NAME VARCHAR(50), PRICE DECIMAL(10,2))");
        server.execute("INSERT INTO ITEM VALUES(1, '达梦', 9.50); INSERT INTO ITEM VALUES(2, 'b', NULL)");
        auto params = parse_dsn(server.dsn());
        params.language = language::english;
        db.connect(params);
    }
    mock::server server;
    connection db;
};

TEST_F(Client, LogsInAndOut) {
    EXPECT_TRUE(db.is_open());
    EXPECT_TRUE(db.is_alive());
    EXPECT_EQ(db.server().version, mock::profile().server_version);
    EXPECT_EQ(db.schema(), "SYSDBA");
    db.ping();
    db.close();
    EXPECT_FALSE(db.is_open());
    EXPECT_THROW(db.ping(), error);
    db.connect(db.params());
    db.ping();
}

TEST(ClientLogin, TellsWhetherTheCaseOfLettersCounts) {
    for (const bool counts : {true, false}) {
        mock::server_params settings;
        settings.profile.case_sensitive = counts;
        mock::server server(settings);
        connection db{parse_dsn(server.dsn())};
        EXPECT_EQ(db.server().case_sensitive, counts);
        db.execute("CREATE TABLE Books(Title VARCHAR(20))");
        db.execute("INSERT INTO BOOKS VALUES('Go')");
        const auto found = db.query("SELECT TITLE FROM books WHERE title = ?", "GO").read_all();
        EXPECT_EQ(found.size(), counts ? 0U : 1U);
        EXPECT_EQ(db.query("SELECT * FROM BOOKS").columns()[0].name, counts ? "TITLE" : "Title");
    }
}

TEST(ClientCharset, TextTravelsInEachCharacterSet) {
    for (const auto& [name, announced, text] : {std::tuple{"utf-8", "UTF-8", "达梦 대한민국 😀"},
                                                {"gb18030", "GB18030", "达梦 대한민국 😀"},
                                                {"euc-kr", "EUC-KR", "대한민국 達"}}) {
        mock::server_params settings;
        mock::set_profile_entry(settings.profile, "charset", name);
        settings.users.push_back({"한국", "비밀번호_1"});
        mock::server server(settings);
        auto params = parse_dsn(server.dsn());
        params.user = "한국";
        params.password = "비밀번호_1";
        connection db{params};
        EXPECT_EQ(db.server().character_set, announced);
        db.execute("CREATE TABLE T(NAME VARCHAR(100))");
        db.execute("INSERT INTO T VALUES(?)", text);
        db.execute("INSERT INTO T VALUES('" + std::string(text) + "')");
        const auto all = db.query("SELECT NAME, 1 AS \"한글\" FROM T").read_all();
        ASSERT_EQ(all.size(), 2U);
        EXPECT_EQ(all[0][0].get<std::string_view>(), text) << name;
        EXPECT_EQ(all[1][0].get<std::string_view>(), text) << name;
        EXPECT_EQ(all.columns()[1].name, "한글") << name;
    }
    // What the character set lacks is said before anything is sent.
    mock::server_params settings;
    settings.profile.charset = mock::charset::euc_kr;
    mock::server server(settings);
    connection db{parse_dsn(server.dsn())};
    error_code code;
    diagnostics details;
    db.execute(command("SELECT '😀'"), code, details);
    EXPECT_EQ(code, client_errc::text_not_encodable);
    EXPECT_TRUE(db.is_open());
}

TEST_F(Client, RefusesAWrongPasswordWithTheServersCode) {
    auto params = parse_dsn(server.dsn());
    params.password = "wrong-secret";
    connection other;
    error_code code;
    diagnostics details;
    other.connect(params, code, details);
    EXPECT_EQ(code, error_code(-2501, server_category()));
    EXPECT_FALSE(details.server_message.empty());
    EXPECT_EQ(details.operation, "connect");
    EXPECT_EQ(details.server_message.find("wrong-secret"), std::string::npos);
    EXPECT_FALSE(other.is_open());
}

TEST_F(Client, ReadsRows) {
    auto rows = db.query("SELECT ID, NAME, PRICE FROM ITEM ORDER BY ID");
    ASSERT_EQ(rows.columns().size(), 3U);
    EXPECT_EQ(rows.columns()[1].name, "NAME");
    EXPECT_EQ(rows.columns()[2].type, (data_type{type_id::decimal, 10, 2}));
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.current().at("ID").get<std::int64_t>(), 1);
    EXPECT_EQ(rows.current()[1].get<std::string_view>(), "达梦");
    EXPECT_EQ(rows.current()[2].get<decimal>(), decimal("9.5"));
    ASSERT_TRUE(rows.next());
    EXPECT_TRUE(rows.current()[2].is_null());
    EXPECT_FALSE(rows.next());
    EXPECT_FALSE(rows.next());
}

TEST_F(Client, ReadsRowsAsTuplesAndStructs) {
    std::vector<std::tuple<std::int64_t, std::string>> seen;
    auto rows = db.query("SELECT ID, NAME FROM ITEM WHERE ID > ? ORDER BY ID", 0);
    for (auto [id, name] : rows.as<std::int64_t, std::string_view>())
        seen.emplace_back(id, name);
    EXPECT_EQ(seen, (std::vector<std::tuple<std::int64_t, std::string>>{{1, "达梦"}, {2, "b"}}));
    std::vector<item> items;
    for (const item& one : db.query<item>("SELECT ID, NAME, PRICE FROM ITEM ORDER BY ID"))
        items.push_back(one);
    ASSERT_EQ(items.size(), 2U);
    EXPECT_EQ(items[0].price, decimal("9.5"));
    EXPECT_FALSE(items[1].price);
    const auto all = db.query("SELECT ID, NAME, PRICE FROM ITEM ORDER BY ID").read_all();
    const auto described = all.as<described_item>();
    ASSERT_EQ(described.size(), 2U);
    EXPECT_EQ(described[0].id, 1);
    EXPECT_EQ(described[1].name, "b");
}

TEST_F(Client, ChecksRowTypesOnce) {
    try {
        static_cast<void>(db.query("SELECT ID, NAME FROM ITEM").as<std::int64_t, std::int64_t>());
        FAIL();
    } catch (const error& problem) {
        EXPECT_EQ(problem.code(), client_errc::column_type_mismatch);
        EXPECT_NE(problem.details().client_message.find("NAME"), std::string::npos);
    }
    EXPECT_THROW(static_cast<void>(db.query("SELECT ID FROM ITEM").as<int, int>()), error);
    auto rows = db.query("SELECT PRICE FROM ITEM ORDER BY ID");
    try {
        for (auto [price] : rows.as<std::tuple<decimal>>())
            EXPECT_EQ(price, decimal("9.5"));
        FAIL();
    } catch (const error& problem) {
        EXPECT_EQ(problem.code(), client_errc::null_value);
    }
    db.ping();
}

TEST_F(Client, BindsParametersOfEveryKind) {
    db.execute(
        "CREATE TABLE KINDS(I INT, B BIGINT, D DECIMAL(20,4), F DOUBLE, V VARCHAR(100), X VARBINARY(20), DA DATE, "
        "TI TIME, TS TIMESTAMP(6), BL BLOB, CL CLOB, BI BIT)");
    const bytes blob(5000, std::byte{0x42});
    const bytes binary = {std::byte{0}, std::byte{0xFF}};
    const std::string clob(70000, 'c');
    const timestamp when{{2024, 2, 29}, {13, 14, 15, 123456000, {}}};
    const auto done =
        db.execute("INSERT INTO KINDS VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", 7, std::int64_t{1} << 40, decimal("12.3456"),
                   2.5, "达梦😀", binary, when.date, when.time, when, bytes_view(blob), clob.substr(0, 100), true);
    EXPECT_EQ(done.affected_rows, 1);
    const auto all = db.query("SELECT I, B, D, F, V, X, DA, TI, TS, BL, CL, BI FROM KINDS").read_all();
    ASSERT_EQ(all.size(), 1U);
    const auto row = all[0];
    EXPECT_EQ(row[0].get<std::int64_t>(), 7);
    EXPECT_EQ(row[1].get<std::int64_t>(), std::int64_t{1} << 40);
    EXPECT_EQ(row[2].get<decimal>(), decimal("12.3456"));
    EXPECT_EQ(row[3].get<double>(), 2.5);
    EXPECT_EQ(row[4].get<std::string_view>(), "达梦😀");
    EXPECT_EQ(bytes(row[5].get<bytes_view>().begin(), row[5].get<bytes_view>().end()), binary);
    EXPECT_EQ(row[6].get<date>(), when.date);
    EXPECT_EQ(row[8].get<timestamp>(), when);
    EXPECT_EQ(row[9].get<bytes_view>().size(), blob.size());
    EXPECT_EQ(row[10].get<std::string_view>().size(), 100U);
    EXPECT_TRUE(field_as<bool>(row[11]));
    EXPECT_EQ(db.execute("INSERT INTO KINDS(I, V) VALUES(?, ?)", std::optional<int>(), nullptr).affected_rows, 1);
}

TEST_F(Client, CountsParametersBeforeSending) {
    error_code code;
    diagnostics details;
    db.execute(with_params("INSERT INTO ITEM VALUES(?, ?, ?)", 5, "e"), code, details);
    EXPECT_EQ(code, client_errc::parameter_count);
    EXPECT_EQ(details.delivered, delivery::not_sent);
    db.ping();
}

TEST_F(Client, ReportsTheServersRefusals) {
    error_code code;
    diagnostics details;
    db.execute("SELECT * FROM NO_SUCH_TABLE", code, details);
    EXPECT_EQ(code, error_code(-2106, server_category()));
    EXPECT_NE(details.server_message.find("NO_SUCH_TABLE"), std::string::npos) << details.server_message;
    EXPECT_EQ(details.delivered, delivery::answered);
    db.execute("INSERT INTO ITEM VALUES(1, 'twice', 1)", code, details);
    EXPECT_EQ(code.category(), server_category());
    EXPECT_TRUE(db.is_open());
    try {
        db.execute("SELEKT 1");
        FAIL();
    } catch (const error& problem) {
        EXPECT_EQ(problem.code(), error_code(-2007, server_category()));
        EXPECT_NE(std::string(problem.what()).find("[-2007]"), std::string::npos) << problem.what();
    }
}

TEST_F(Client, QueryRefusesStatementsWithoutRows) {
    error_code code;
    diagnostics details;
    static_cast<void>(db.query("DELETE FROM ITEM WHERE ID = 99", code, details));
    EXPECT_EQ(code, client_errc::not_a_query);
    EXPECT_EQ(details.delivered, delivery::answered);
}

TEST_F(Client, StreamsMoreThanOneAnswer) {
    db.execute("CREATE TABLE BIG(ID INT, T VARCHAR(100))");
    std::vector<std::tuple<int, std::string>> lines;
    for (int i = 0; i < 5000; ++i)
        lines.emplace_back(i, std::string(80, static_cast<char>('a' + i % 26)));
    EXPECT_EQ(db.execute_many("INSERT INTO BIG VALUES(?, ?)", lines).affected_rows, 5000);
    auto rows = db.query("SELECT ID, T FROM BIG ORDER BY ID");
    int count = 0;
    for (auto [id, text] : rows.as<int, std::string_view>()) {
        ASSERT_EQ(id, count);
        ASSERT_EQ(text.size(), 80U);
        if (count % 1000 == 0)
            db.ping();
        ++count;
    }
    EXPECT_EQ(count, 5000);
    EXPECT_EQ(db.query("SELECT ID, T FROM BIG").read_all().size(), 5000U);
    auto limited = db.query(with_params("SELECT ID FROM BIG").max_rows(10));
    EXPECT_EQ(limited.read_all().size(), 10U);
}

TEST_F(Client, GoesBackAndForthInRows) {
    db.execute("CREATE TABLE BIG(ID INT PRIMARY KEY, T VARCHAR(100))");
    std::vector<std::tuple<int, std::string>> lines;
    for (int i = 0; i < 3000; ++i)
        lines.emplace_back(i, std::string(80, 'x'));
    db.execute_many("INSERT INTO BIG VALUES(?, ?)", lines);
    const auto at = [](rows& from, std::int64_t row) -> std::int64_t {
        from.seek(row);
        return from.next() ? from.current()[0].get<std::int64_t>() : -1;
    };
    auto found = db.query(with_params("SELECT ID, T FROM BIG ORDER BY ID").scrolling());
    for (const std::int64_t row : {2999, 0, 1500, 1501, 1499, 5, 6, 4, 2998})
        EXPECT_EQ(at(found, row), row);
    EXPECT_TRUE(found.next());
    EXPECT_FALSE(found.next());
    EXPECT_EQ(at(found, 3000), -1);
    EXPECT_EQ(at(found, 100'000), -1);
    EXPECT_EQ(at(found, 17), 17) << "after its end too";
    found.seek(2990);
    EXPECT_EQ(found.read_all().size(), 10U);
    EXPECT_EQ(at(found, 2995), 2995) << "and after it was read";

    auto few = db.query(with_params("SELECT ID FROM BIG WHERE ID >= ? ORDER BY ID", 10).scrolling().max_rows(5));
    EXPECT_EQ(at(few, 4), 14);
    EXPECT_EQ(at(few, 5), -1);
    EXPECT_EQ(at(few, 0), 10);

    try {
        few.seek(-1);
        FAIL() << "a negative row is taken";
    } catch (const error& refused) {
        EXPECT_EQ(refused.code(), client_errc::value_out_of_range);
    }
    auto forward = db.query("SELECT ID FROM BIG");
    try {
        forward.seek(3);
        FAIL() << "rows that are read forward only go back";
    } catch (const error& refused) {
        EXPECT_EQ(refused.code(), client_errc::not_scrolling);
    }
    EXPECT_TRUE(forward.next());
}

TEST_F(Client, ChangesRowsWhereACursorStands) {
    db.execute("CREATE TABLE CUR(ID INT PRIMARY KEY, T VARCHAR(20))");
    db.execute("INSERT INTO CUR VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    auto found = db.query(with_params("SELECT ID, T FROM CUR ORDER BY ID DESC").cursor_name("My cursor"));
    EXPECT_EQ(
        db.execute(with_params("UPDATE CUR SET T = ? WHERE CURRENT OF \"My cursor\"", "B").cursor_row(1)).affected_rows,
        1);
    EXPECT_EQ(db.execute(with_params("DELETE FROM CUR WHERE CURRENT OF \"My cursor\"").cursor_row(2)).affected_rows, 1);
    EXPECT_EQ(found.read_all().size(), 3U) << "as they were found";
    const auto left = db.query("SELECT ID, T FROM CUR ORDER BY ID").read_all();
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(left[0][1].get<std::string_view>(), "B");
    EXPECT_EQ(left[1][1].get<std::string_view>(), "c");
    try {
        db.execute(with_params("DELETE FROM CUR WHERE CURRENT OF \"My cursor\"").cursor_row(3));
        FAIL() << "there is no such row";
    } catch (const error& refused) {
        EXPECT_EQ(refused.code(), error_code(-4535, server_category()));
    }
}

TEST_F(Client, PreparesStatements) {
    auto insert = db.prepare("INSERT INTO ITEM(ID, NAME) VALUES(?, ?)");
    ASSERT_EQ(insert.parameters().size(), 2U);
    EXPECT_EQ(insert.execute(10, "x").affected_rows, 1);
    EXPECT_EQ(insert.execute(11, "y").affected_rows, 1);
    EXPECT_THROW(insert.execute(12), error);
    auto find = db.prepare("SELECT NAME FROM ITEM WHERE ID = ?");
    ASSERT_EQ(find.columns().size(), 1U);
    for (const auto& [id, name] : {std::pair{10, "x"}, std::pair{11, "y"}}) {
        const auto found = find.query(id).read_all();
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0][0].get<std::string_view>(), name);
    }
    const std::vector<std::tuple<int, std::string>> more = {{20, "p"}, {21, "q"}};
    EXPECT_EQ(insert.execute_many(more).row_counts, (std::vector<std::int64_t>{1, 1}));
    db.close();
    EXPECT_THROW(insert.execute(30, "z"), error);
    db.connect(db.params());
    EXPECT_THROW(insert.execute(30, "z"), error) << "a statement belongs to its session";
}

TEST_F(Client, GoesOnBehindRowsThatFailWhenACallSaysSo) {
    const std::vector<std::tuple<int, std::string>> lines = {{1, "again"}, {10, "x"}, {2, "again"}, {11, "y"}};
    const auto sql = "INSERT INTO ITEM(ID, NAME) VALUES(?, ?)";
    EXPECT_THROW(db.execute_many(sql, lines), error);
    EXPECT_EQ(db.execute("DELETE FROM ITEM WHERE ID > 2").affected_rows, 0);
    const auto done = db.execute_many(sql, lines, {.continue_on_error = true});
    EXPECT_EQ(done.affected_rows, 2);
    ASSERT_EQ(done.failures.size(), 2U);
    EXPECT_EQ(done.failures[1].row, 2U);
    EXPECT_EQ(db.execute("DELETE FROM ITEM WHERE ID > 2").affected_rows, 2);
    auto insert = db.prepare(sql);
    EXPECT_EQ(insert.execute_many(lines, {.continue_on_error = true}).failures.size(), 2U);
    EXPECT_EQ(db.execute_many(command(sql).continue_on_error().max_errors(0), lines).failures.size(), 4U);
    EXPECT_EQ(db.execute("DELETE FROM ITEM WHERE ID > 2").affected_rows, 2);
    const auto ended = db.execute_many(command(sql).continue_on_error().max_errors(2), lines);
    EXPECT_EQ(ended.failures.size(), 2U);
    EXPECT_EQ(ended.affected_rows, 1) << "the row behind the second failure";
    error_code code;
    diagnostics details;
    db.execute_many(with_params(sql, 1, "x"), lines, code, details);
    EXPECT_EQ(code, client_errc::parameter_count);
}

TEST_F(Client, TransactionsCommitAndRollBack) {
    {
        auto tx = db.begin();
        tx.execute("INSERT INTO ITEM(ID) VALUES(?)", 100);
        EXPECT_THROW(static_cast<void>(db.begin()), error);
        tx.commit();
        EXPECT_FALSE(tx.is_open());
        EXPECT_THROW(tx.commit(), error);
    }
    {
        auto tx = db.begin();
        tx.execute("INSERT INTO ITEM(ID) VALUES(101)");
        tx.rollback();
    }
    {
        auto tx = db.begin();
        tx.execute("INSERT INTO ITEM(ID) VALUES(102)");
        // left without a word: rolled back
    }
    EXPECT_FALSE(db.in_transaction());
    const auto rows = server.query("SELECT ID FROM ITEM WHERE ID >= 100");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0][0].get<std::int64_t>(), 100);
}

TEST_F(Client, HonoursIsolationOrReportsTheRefusal) {
    auto tx = db.begin({.isolation = isolation::serializable});
    EXPECT_TRUE(tx.is_open());
    tx.rollback();
    db.ping();
    auto plain = db.begin();
    plain.rollback();
}

TEST_F(Client, ConvertsToTheZoneThatTheSessionTakes) {
    db.execute("CREATE TABLE W(D TIMESTAMP)");
    const auto noon = timestamp::parse("2024-01-01 12:00:00 +00:00");
    ASSERT_TRUE(noon);
    const std::pair<const char*, const char*> zones[] = {
        {"SET TIME ZONE '+9:00'", "2024-01-01 21:00:00"},
        {"ALTER SESSION SET TIME_ZONE = '-3:30'", "2024-01-01 08:30:00"}};
    for (const auto& [statement, local] : zones) {
        db.execute(statement);
        db.execute("DELETE FROM W");
        db.execute(with_params("INSERT INTO W VALUES(?)", *noon));
        const auto rows = server.query("SELECT D FROM W");
        ASSERT_EQ(rows.size(), 1U) << statement;
        EXPECT_EQ(rows[0][0].get<timestamp>(), timestamp::parse(local)) << statement;
    }
}

TEST_F(Client, WorksWithoutAutocommit) {
    db.set_autocommit(false);
    db.execute("INSERT INTO ITEM(ID) VALUES(200)");
    EXPECT_TRUE(server.query("SELECT ID FROM ITEM WHERE ID = 200").empty());
    db.commit();
    EXPECT_EQ(server.query("SELECT ID FROM ITEM WHERE ID = 200").size(), 1U);
    db.execute("DELETE FROM ITEM WHERE ID = 200");
    db.rollback();
    EXPECT_EQ(server.query("SELECT ID FROM ITEM WHERE ID = 200").size(), 1U);
}

TEST_F(Client, AnswersLateMeansLost) {
    connection blocker{parse_dsn(server.dsn())};
    auto tx = blocker.begin();
    tx.execute("UPDATE ITEM SET NAME = 'held' WHERE ID = 1");
    error_code code;
    diagnostics details;
    const auto begun = std::chrono::steady_clock::now();
    db.execute(with_params("UPDATE ITEM SET NAME = 'late' WHERE ID = 1").timeout(std::chrono::milliseconds(100)), code,
               details);
    const auto took = std::chrono::steady_clock::now() - begun;
    EXPECT_EQ(code, client_errc::timeout);
    EXPECT_EQ(classify(code), fault_class::timeout);
    EXPECT_EQ(details.delivered, delivery::maybe_sent);
    EXPECT_GE(took, std::chrono::milliseconds(100));
    EXPECT_LT(took, std::chrono::milliseconds(900));
    EXPECT_FALSE(db.is_open());
}

TEST_F(Client, SpeaksEveryCharacterSetAndCipher) {
    for (const auto set : {mock::charset::utf8, mock::charset::gb18030}) {
        for (const auto cipher :
             {mock::cipher_choice::none, mock::cipher_choice::login, mock::cipher_choice::communication}) {
            mock::server_params setup;
            setup.profile.charset = set;
            setup.profile.cipher = cipher;
            mock::server other(setup);
            connection session{parse_dsn(other.dsn())};
            EXPECT_EQ(session.server().encrypted, cipher == mock::cipher_choice::communication);
            const auto all = session.query("SELECT ?, '数据' FROM DUAL", "达梦").read_all();
            ASSERT_EQ(all.size(), 1U);
            EXPECT_EQ(all[0][0].get<std::string_view>(), "达梦");
            EXPECT_EQ(all[0][1].get<std::string_view>(), "数据");
        }
    }
}

TEST_F(Client, SpeaksEveryCombinationOfTransport) {
    const std::string long_text(20000, 'd');
    for (const std::string_view cipher :
         {"none", "des", "des-ecb", "des-cbc", "des-cfb", "des-ofb", "3des-ecb", "3des-cbc", "3des-cfb", "3des-ofb",
          "aes128-cfb", "aes128-ofb", "aes192-cfb", "aes192-ofb", "aes256-cfb", "aes256-ofb", "rc4"}) {
        for (const bool crc : {false, true}) {
            for (const std::string_view compression : {"off", "always", "large"}) {
                for (const std::string_view algorithm : {"zlib", "snappy"}) {
                    SCOPED_TRACE(std::string(cipher) + (crc ? ", CRC, " : ", ") + std::string(compression) + " " +
                                 std::string(algorithm));
                    mock::server_params setup;
                    set_profile_entry(setup.profile, "cipher", cipher);
                    set_profile_entry(setup.profile, "compression", compression);
                    set_profile_entry(setup.profile, "compression_algorithm", algorithm);
                    setup.profile.crc = crc;
                    mock::server other(setup);
                    auto params = parse_dsn(other.dsn());
                    params.allow_weak_ciphers = true;
                    connection session{params};
                    EXPECT_EQ(session.server().encrypted, cipher != "none" && cipher != "des");
                    EXPECT_EQ(session.server().compressed, compression != "off");
                    const auto all = session.query("SELECT ?, ? FROM DUAL", "达梦", long_text).read_all();
                    ASSERT_EQ(all.size(), 1U);
                    EXPECT_EQ(all[0][0].get<std::string_view>(), "达梦");
                    EXPECT_EQ(all[0][1].get<std::string_view>(), long_text);
                }
            }
        }
    }
}

TEST_F(Client, AsksForCompressionAndGetsIt) {
    auto params = parse_dsn(server.dsn());
    params.compression = compression::always;
    params.compression_algorithm = compression_algorithm::snappy;
    connection session{params};
    EXPECT_TRUE(session.server().compressed);
    // Many answers: the rows of each lie in memory that the next one takes.
    std::int64_t expected = 0;
    for (const auto& row : session.query("SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 50000").read_all())
        ASSERT_EQ(row[0].get<std::int64_t>(), ++expected);
    EXPECT_EQ(expected, 50000);
    EXPECT_FALSE(connection{parse_dsn(server.dsn())}.server().compressed);
}

TEST_F(Client, NamesEveryStageOfTheHandshake) {
    connection other;
    std::vector<handshake_stage> stages;
    other.on_stage([&](const handshake_event& event) { stages.push_back(event.to); });
    other.connect(parse_dsn(server.dsn()));
    using enum handshake_stage;
    ASSERT_GE(stages.size(), 7U);
    EXPECT_EQ(stages.front(), resolving);
    EXPECT_EQ(stages.back(), ready);
    stages.clear();
    other.close();
    auto wrong = parse_dsn(server.dsn());
    wrong.password = "x";
    EXPECT_THROW(other.connect(wrong), error);
    EXPECT_EQ(stages.back(), failed);
}

TEST(ClientWithoutServer, NamesTheFault) {
    std::uint16_t port = 0;
    {
        mock::server gone;
        port = gone.port();
    }
    connect_params params;
    params.host = "127.0.0.1";
    params.port = port;
    params.user = "SYSDBA";
    connection db;
    error_code code;
    diagnostics details;
    db.connect(params, code, details);
    EXPECT_EQ(code, client_errc::connection_refused);
    EXPECT_EQ(details.delivered, delivery::not_sent);
    EXPECT_EQ(details.endpoint, "127.0.0.1:" + std::to_string(port));
}

TEST(ClientWithoutServer, NoticesAServerThatWentAway) {
    auto server = std::make_unique<mock::server>();
    connection db{parse_dsn(server->dsn())};
    EXPECT_TRUE(db.is_alive());
    server.reset();
    EXPECT_FALSE(db.is_alive());
    error_code code;
    diagnostics details;
    db.ping(code, details);
    EXPECT_TRUE(code == client_errc::peer_closed || code == client_errc::connection_reset) << code.message();
    EXPECT_FALSE(db.is_open());
}

}  // namespace
}  // namespace dmkit
