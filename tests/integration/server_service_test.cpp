// The service over real sockets, with a backend that the test holds in its hand.

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include <gtest/gtest.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "mockserver/io/service.hpp"
#include "raw_client.hpp"
#include "tests/unit/mock/fake_backend.hpp"

namespace dmkit::test {
namespace {

using mock::test::fake_backend;

class quiet_log final : public mock::session_log {
  public:
    [[nodiscard]] bool enabled(mock::log_level) const noexcept override { return false; }
    void write(mock::log_level, std::string_view) override {}
};

class service : public ::testing::Test {
  protected:
    service()
        : listener(context, {}, log, [this](mock::environment&) {
              auto made = std::make_unique<fake_backend>();
              backend = made.get();
              return made;
          }) {
        listener.bind("127.0.0.1", 0);
        listener.listen();
        thread = std::thread([this] { context.run(); });
    }
    ~service() override {
        on_server([this] {
            listener.stop();
            boost::asio::post(context, [this] { context.stop(); });
        });
        thread.join();
    }
    /// Runs @p action on the server's thread and waits for it.
    template <class Action>
    void on_server(Action action) {
        std::promise<void> done;
        auto ended = done.get_future();
        boost::asio::post(context, [&] {
            action();
            done.set_value();
        });
        ended.get();
    }
    /// Waits until @p condition holds on the server's thread.
    template <class Condition>
    [[nodiscard]] bool eventually(Condition condition) {
        for (int i = 0; i < 5'000; ++i) {
            bool holds = false;
            on_server([&] { holds = condition(); });
            if (holds)
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return false;
    }

    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
    quiet_log log;
    fake_backend* backend = nullptr;
    mock::service listener;
    std::thread thread;
};

TEST_F(service, ServesSeveralClientsAtOnce) {
    std::vector<std::unique_ptr<raw_client>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<raw_client>(listener.port()));
        ASSERT_EQ(clients.back()->log_in(), 0);
    }
    for (auto& client : clients)
        EXPECT_EQ(raw_client::result_of(client->direct(client->allocate(), "select 1")), 0);
    EXPECT_TRUE(eventually([this] { return listener.connections() == 20; }));
    clients.clear();
    EXPECT_TRUE(eventually([this] { return listener.connections() == 0; }));
}

TEST_F(service, ClosesAfterARefusedLogin) {
    raw_client client(listener.port());
    EXPECT_EQ(client.log_in("SYSDBA", "wrong"), -2501);
    EXPECT_TRUE(client.closed());
}

TEST_F(service, ClosesAfterBytesThatAreNoMessage) {
    raw_client client(listener.port());
    const std::vector<std::byte> noise(200, std::byte{0x5A});
    client.send(noise);
    EXPECT_LT(raw_client::result_of(client.receive()), 0);
    EXPECT_TRUE(client.closed());
}

TEST_F(service, AnswersWhenAWaitingOperationEnds) {
    raw_client client(listener.port());
    ASSERT_EQ(client.log_in(), 0);
    const auto handle = client.allocate();
    on_server([this] { backend->replies["slow"].deferred = true; });
    wire::prepare_request request;
    request.handle = handle;
    request.direct = true;
    request.sql = "slow";
    client.post(request);
    ASSERT_TRUE(eventually([this] { return !backend->held.empty(); }));
    on_server([this] {
        const auto done = std::move(backend->held.front());
        backend->held.clear();
        done({});
    });
    EXPECT_EQ(raw_client::result_of(client.receive()), 0);
    EXPECT_EQ(raw_client::result_of(client.direct(handle, "select 1")), 0);
}

TEST_F(service, AClientThatGoesAwayWhileItWaitsGivesUpItsSession) {
    raw_client client(listener.port());
    ASSERT_EQ(client.log_in(), 0);
    const auto handle = client.allocate();
    on_server([this] { backend->replies["slow"].deferred = true; });
    wire::prepare_request request;
    request.handle = handle;
    request.direct = true;
    request.sql = "slow";
    client.post(request);
    ASSERT_TRUE(eventually([this] { return !backend->held.empty(); }));
    client.close();
    EXPECT_TRUE(eventually([this] { return backend->events.back() == "closed" && listener.connections() == 0; }));
}

TEST_F(service, AMessageSentTooEarlyWaitsItsTurn) {
    raw_client client(listener.port());
    ASSERT_EQ(client.log_in(), 0);
    const auto handle = client.allocate();
    on_server([this] { backend->replies["slow"].deferred = true; });
    wire::prepare_request request;
    request.handle = handle;
    request.direct = true;
    request.sql = "slow";
    client.post(request);
    client.post(wire::commit_request{});
    ASSERT_TRUE(eventually([this] { return !backend->held.empty(); }));
    on_server([this] { backend->held.front()({}); });
    EXPECT_EQ(raw_client::result_of(client.receive()), 0);
    EXPECT_EQ(raw_client::result_of(client.receive()), 0);
    EXPECT_TRUE(eventually([this] { return backend->events.back() == "commit"; }));
}

TEST_F(service, ALongAnswerReachesAClientThatReadsLate) {
    on_server([this] { static_cast<void>(listener.sessions()); });
    on_server([this] {
        auto& reply = backend->replies["select long"];
        reply.result.kind = mock::statement_kind::select;
        mock::test::fake_reply::rows rows;
        rows.columns = {mock::test::make_column("S", {type_id::varchar, 8000, 0}, "VARCHAR")};
        for (int i = 0; i < 2'000; ++i)
            rows.values.push_back({field(std::string(8'000, 'x'))});
        reply.results.push_back(rows);
    });
    raw_client client(listener.port());
    ASSERT_EQ(client.log_in(), 0);
    const auto handle = client.allocate();
    ASSERT_EQ(raw_client::result_of(client.direct(handle, "select long")), 0);
    wire::fetch_request fetch;
    fetch.handle = handle;
    fetch.budget = 1 << 20;
    for (int i = 0; i < 12; ++i) {
        fetch.position = i;
        client.post(fetch);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (int i = 0; i < 12; ++i) {
        const auto answer = client.receive();
        ASSERT_GT(answer.size(), 1'000'000U);
        EXPECT_EQ(raw_client::result_of(answer), 0);
    }
}

TEST_F(service, StopsWithClientsInEveryState) {
    std::vector<std::unique_ptr<raw_client>> clients;
    for (int i = 0; i < 3; ++i)
        clients.push_back(std::make_unique<raw_client>(listener.port()));
    ASSERT_EQ(clients[1]->log_in(), 0);
    ASSERT_EQ(clients[2]->log_in(), 0);
    on_server([this] { backend->replies["slow"].deferred = true; });
    wire::prepare_request request;
    request.handle = clients[2]->allocate();
    request.direct = true;
    request.sql = "slow";
    clients[2]->post(request);
    ASSERT_TRUE(eventually([this] { return !backend->held.empty(); }));
    on_server([this] { listener.stop(); });
    EXPECT_TRUE(eventually([this] { return listener.connections() == 0; }));
    for (auto& client : clients)
        EXPECT_TRUE(client->closed());
    EXPECT_THROW(raw_client(listener.port()), std::system_error);
}

}  // namespace
}  // namespace dmkit::test
