// A prepared SELECT of one row: the client and the mock together, each of them alone, and the bytes without either.

#include <array>
#include <memory>
#include <optional>
#include <stdexcept>

#include <dmkit/connection.hpp>
#include <dmkit/mock/server.hpp>

#include "canned.hpp"
#include "suite.hpp"

namespace dmkit::bench {

namespace {

constexpr std::string_view select_one = "SELECT ID, NAME FROM ONE WHERE ID = ?";
constexpr int wanted_id = 500;

/// A mock with a table of a thousand rows.
class small_table {
  public:
    small_table() {
        server.execute("CREATE TABLE ONE(ID INT PRIMARY KEY, NAME VARCHAR(40))");
        connection filler(parse_dsn(server.dsn()));
        std::vector<std::array<field_view, 2>> rows;
        for (int id = 1; id <= 1000; ++id)
            rows.push_back({id, "北京市海淀区"});
        filler.execute_many("INSERT INTO ONE VALUES(?, ?)", rows);
    }
    mock::server server;
};

/// A statement of the client library, ready to run.
class prepared_select {
  public:
    explicit prepared_select(const connect_params& params) : connection_(params) {
        statement_ = connection_.prepare(command(select_one));
    }
    void run() {
        auto rows = statement_.query(wanted_id);
        if (!rows.next() || rows.current()[0].get<std::int64_t>() != wanted_id || rows.next())
            throw std::runtime_error("the SELECT of one row gave something else");
    }

  private:
    connection connection_;
    statement statement_;
};

/// Everything that the benchmarks of this file need; each part is made when it is first asked for.
struct parts {
    small_table& table() { return table_ ? *table_ : table_.emplace(); }
    canned_server& canned() {
        if (!canned_)
            canned_.emplace(canned_one_row());
        return *canned_;
    }

  private:
    std::optional<small_table> table_;
    std::optional<canned_server> canned_;
};

/// Sends the bytes of a request and gets as many as its answer has, again and again.
void ping_pong(benchmark::State& state, std::size_t request_size, std::size_t answer_size) {
    const peer_thread peer([&](stream& other) {
        message request(request_size);
        const message answer(answer_size);
        while (other.receive(request))
            other.send(answer);
    });
    auto socket = stream::connect(peer.port());
    const message request(request_size);
    message answer(answer_size);
    for (auto _ : state) {
        socket.send(request);
        if (!socket.receive(answer))
            throw std::runtime_error("the peer closed the connection");
    }
}

void client_and_mock(benchmark::State& state, parts& all) {
    prepared_select select(parse_dsn(all.table().server.dsn()));
    for (auto _ : state)
        select.run();
}

void client_alone(benchmark::State& state, parts& all) {
    connect_params params;
    params.host = "127.0.0.1";
    params.port = all.canned().port();
    params.user = params.password = "SYSDBA";
    prepared_select select(params);
    for (auto _ : state)
        select.run();
}

void mock_alone(benchmark::State& state, parts& all) {
    canned_client client(all.table().server.port());
    const std::array<field_view, 1> id{wanted_id};
    const auto request = client.prepare(select_one, id);
    for (auto _ : state)
        client.ask(request);
}

void floor_of_mock(benchmark::State& state, parts& all) {
    canned_client client(all.table().server.port());
    const std::array<field_view, 1> id{wanted_id};
    const auto request = client.prepare(select_one, id);
    ping_pong(state, request.size(), wire::header_size + client.ask(request).body.size());
}

}  // namespace

void add_round_trips(suite& target) {
    const auto all = std::make_shared<parts>();
    const auto add = [&](const char* name, void (*run)(benchmark::State&, parts&)) {
        benchmark::RegisterBenchmark(name, [all, run](benchmark::State& state) { run(state, *all); })->UseRealTime();
    };
    add("select/loopback", floor_of_mock);
    add("select/client+mock", client_and_mock);
    add("select/client", client_alone);
    add("select/mock", mock_alone);
    const auto compare = [&](const char* what, const char* benchmark) {
        target.figures.push_back({what, "loopback floor", benchmark, "select/loopback", 1, {}});
    };
    compare("prepared select, client and mock", "select/client+mock");
    compare("prepared select, client alone", "select/client");
    compare("prepared select, mock alone", "select/mock");
}

}  // namespace dmkit::bench
