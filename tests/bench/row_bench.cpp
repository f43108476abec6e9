// Rows of eight mixed columns: decoded from memory, and streamed through sockets.

#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>

#include <dmkit/connection.hpp>
#include <dmkit/mock/server.hpp>
#include <dmkit/wire/value_codec.hpp>

#include "canned.hpp"
#include "suite.hpp"

namespace dmkit::bench {

namespace {

constexpr std::size_t decoded_rows = 1'000;

/// Bytes of rows as they lie in an answer.
message encoded_rows() {
    message out;
    wire::charset_converter text;
    for (std::size_t i = 0; i < decoded_rows; ++i)
        append_row(columns_of_mixed_rows(), make_mixed_row(i), text, out);
    return out;
}

void copy_rows(benchmark::State& state) {
    const auto rows = encoded_rows();
    message copy(rows.size());
    for (auto _ : state) {
        std::memcpy(copy.data(), rows.data(), rows.size());
        benchmark::ClobberMemory();
    }
}

/// Finds every value and looks at its first byte.
void walk_rows(benchmark::State& state) {
    const auto rows = encoded_rows();
    for (auto _ : state) {
        wire::row_reader reader(rows, mixed_columns);
        wire::decode_error error;
        unsigned sum = 0;
        while (reader.next(error)) {
            for (std::size_t i = 0; i < mixed_columns; ++i)
                sum += std::to_integer<unsigned>(reader.column(i)->front());
        }
        benchmark::DoNotOptimize(sum);
    }
}

void decode_rows(benchmark::State& state) {
    const auto rows = encoded_rows();
    wire::charset_converter text;
    wire::text_arena arena;
    wire::value_context context{text, arena};
    mixed_row fields;
    for (auto _ : state) {
        wire::row_reader reader(rows, mixed_columns);
        wire::decode_error error;
        std::size_t count = 0;
        while (reader.next(error)) {
            for (std::size_t i = 0; i < mixed_columns; ++i) {
                const auto& type = columns_of_mixed_rows()[i].type;
                if (wire::decode_value(type, *reader.column(i), context, fields[i]) != wire::value_fault::none)
                    throw std::runtime_error("a value cannot be decoded");
            }
            benchmark::DoNotOptimize(fields);
            ++count;
        }
        if (count != decoded_rows)
            throw std::runtime_error("rows are missing");
    }
}

/// Everything that the streaming benchmarks need; each part is made when it is first asked for.
class parts {
  public:
    explicit parts(std::size_t count) : rows(count) {}

    /// A mock whose table MIXED is filled.
    mock::server& server() {
        if (server_)
            return *server_;
        server_.emplace();
        server_->execute(create_mixed_table);
        connection filler(parse_dsn(server_->dsn()));
        filler.execute_many(insert_mixed_row,
                            std::views::iota(std::size_t{0}, rows) |
                                std::views::transform([](std::size_t i) { return make_mixed_row(i); }));
        return *server_;
    }
    canned_server& canned() {
        if (!canned_)
            canned_.emplace(canned_mixed_rows(rows));
        return *canned_;
    }

    const std::size_t rows;

  private:
    std::optional<mock::server> server_;
    std::optional<canned_server> canned_;
};

/// Sends one byte and gets as many as all answers have, written in pieces of the usual size.
void transfer_in_bulk(benchmark::State& state, parts& all) {
    const auto size = all.canned().result().bytes();
    const peer_thread peer([size](stream& other) {
        std::array<std::byte, 1> request{};
        const message piece(batch_bytes);
        while (other.receive(request)) {
            for (auto left = size; left > 0; left -= std::min(left, piece.size()))
                other.send(std::span(piece).first(std::min(left, piece.size())));
        }
    });
    auto socket = stream::connect(peer.port());
    const std::array<std::byte, 1> request{};
    message room(batch_bytes);
    for (auto _ : state) {
        socket.send(request);
        for (auto left = size; left > 0; left -= std::min(left, room.size())) {
            if (!socket.receive(std::span(room).first(std::min(left, room.size()))))
                throw std::runtime_error("the peer closed the connection");
        }
    }
}

/// The same, asked for piece by piece as FETCH does.
void transfer_by_messages(benchmark::State& state, parts& all) {
    const auto& result = all.canned().result();
    const peer_thread peer([&result](stream& other) {
        message request(wire::header_size);
        std::size_t next = 0;
        while (other.receive(request)) {
            other.send(next == 0 ? result.executed : result.fetched[next - 1]);
            next = (next + 1) % (result.fetched.size() + 1);
        }
    });
    auto socket = stream::connect(peer.port());
    const message request(wire::header_size);
    message room(2 * batch_bytes);
    for (auto _ : state) {
        for (std::size_t i = 0; i <= result.fetched.size(); ++i) {
            const auto size = i == 0 ? result.executed.size() : result.fetched[i - 1].size();
            socket.send(request);
            if (!socket.receive(std::span(room).first(size)))
                throw std::runtime_error("the peer closed the connection");
        }
    }
}

void stream_rows(benchmark::State& state, const connect_params& params, std::size_t wanted) {
    connection client(params);
    auto statement = client.prepare(command(select_mixed_rows));
    for (auto _ : state) {
        auto rows = statement.query();
        std::size_t count = 0;
        while (rows.next()) {
            benchmark::DoNotOptimize(rows.current().fields().data());
            ++count;
        }
        if (count != wanted)
            throw std::runtime_error("rows are missing");
    }
}

void client_and_mock(benchmark::State& state, parts& all) {
    stream_rows(state, parse_dsn(all.server().dsn()), all.rows);
}

void client_alone(benchmark::State& state, parts& all) {
    connect_params params;
    params.host = "127.0.0.1";
    params.port = all.canned().port();
    params.user = params.password = "SYSDBA";
    stream_rows(state, params, all.rows);
}

void mock_alone(benchmark::State& state, parts& all) {
    canned_client client(all.server().port());
    const auto execution = client.prepare(select_mixed_rows, {});
    wire::execute_response executed;
    wire::fetch_response fetched;
    for (auto _ : state) {
        if (decode(client.ask(execution), {}, executed))
            throw std::runtime_error("EXECUTE");
        std::int64_t have = executed.row_count;
        while (have < static_cast<std::int64_t>(all.rows)) {
            if (decode(client.ask_for(wire::fetch_request{.handle = client.handle(), .position = have}), {}, fetched) ||
                fetched.row_count == 0)
                throw std::runtime_error("FETCH");
            have += fetched.row_count;
        }
    }
}

}  // namespace

void add_decoding(suite& target) {
    benchmark::RegisterBenchmark("rows/copy", copy_rows);
    benchmark::RegisterBenchmark("rows/walk", walk_rows);
    benchmark::RegisterBenchmark("rows/decode", decode_rows);
    target.figures.push_back({"decoded rows", "copied bytes", "rows/decode", "rows/copy", decoded_rows, "rows"});
    target.figures.push_back({"decoded rows", "walked rows", "rows/decode", "rows/walk", decoded_rows, "rows"});
}

void add_streams(suite& target) {
    const auto all = std::make_shared<parts>(target.rows);
    const auto add = [&](const char* name, void (*run)(benchmark::State&, parts&)) {
        benchmark::RegisterBenchmark(name, [all, run](benchmark::State& state) { run(state, *all); })->UseRealTime();
    };
    add("stream/bulk", transfer_in_bulk);
    add("stream/messages", transfer_by_messages);
    add("stream/client+mock", client_and_mock);
    add("stream/client", client_alone);
    add("stream/mock", mock_alone);
    const auto compare = [&](const char* what, const char* over, const char* benchmark, const char* floor) {
        target.figures.push_back({what, over, benchmark, floor, static_cast<double>(target.rows), "rows"});
    };
    compare("streamed rows, client and mock", "bulk transfer", "stream/client+mock", "stream/bulk");
    compare("streamed rows, client alone", "bulk transfer", "stream/client", "stream/bulk");
    compare("streamed rows, mock alone", "bulk transfer", "stream/mock", "stream/bulk");
    compare("streamed rows, client alone", "same messages by raw sockets", "stream/client", "stream/messages");
}

}  // namespace dmkit::bench
