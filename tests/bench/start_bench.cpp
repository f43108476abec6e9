// Starting and stopping servers, beside the least that any server on Asio needs: an io_context, an acceptor, a thread.

#include <chrono>
#include <optional>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <dmkit/mock/server.hpp>

#include "suite.hpp"

namespace dmkit::bench {

namespace {

using boost::asio::ip::tcp;

/// Listens on any port and accepts; knows no protocol.
class bare_server {
  public:
    bare_server() : acceptor_(context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {
        acceptor_.async_accept([](const boost::system::error_code&, const tcp::socket&) {});
        thread_ = std::thread([this] { context_.run(); });
    }
    ~bare_server() {
        context_.stop();
        thread_.join();
    }
    bare_server(const bare_server&) = delete;
    bare_server& operator=(const bare_server&) = delete;

  private:
    boost::asio::io_context context_{1};
    tcp::acceptor acceptor_;
    std::thread thread_;
};

/// The constructor alone; it returns when the port listens.
template <class Server>
void construct(benchmark::State& state) {
    for (auto _ : state) {
        std::optional<Server> server;
        const auto begin = std::chrono::steady_clock::now();
        server.emplace();
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
        state.SetIterationTime(taken.count());
    }
}

/// So many servers one after the other, each stopped before the next.
template <class Server>
void start_and_stop(benchmark::State& state, std::size_t servers) {
    for (auto _ : state) {
        for (std::size_t i = 0; i < servers; ++i)
            const Server server;
    }
}

}  // namespace

void add_starts(suite& target) {
    const auto servers = target.servers;
    benchmark::RegisterBenchmark("start/bare", construct<bare_server>)->UseManualTime();
    benchmark::RegisterBenchmark("start/mock", construct<mock::server>)->UseManualTime();
    benchmark::RegisterBenchmark("lives/bare", [servers](benchmark::State& state) {
        start_and_stop<bare_server>(state, servers);
    })->UseRealTime();
    benchmark::RegisterBenchmark("lives/mock", [servers](benchmark::State& state) {
        start_and_stop<mock::server>(state, servers);
    })->UseRealTime();
    target.figures.push_back({"constructed until listening, mock", "bare acceptor", "start/mock", "start/bare", 1, {}});
    target.figures.push_back({"started and stopped in a row, mock", "bare acceptor", "lives/mock", "lives/bare",
                              static_cast<double>(servers), "servers"});
}

}  // namespace dmkit::bench
