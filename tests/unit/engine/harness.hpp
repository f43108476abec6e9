#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mockserver/backend.hpp"
#include "mockserver/engine/engine.hpp"

/// What the engine's tests share: a world with a virtual clock, and a session that runs statements and keeps what came.
namespace dmkit::mock::testing {

/// Time passes only when a test says so.
class virtual_world final : public environment {
  public:
    [[nodiscard]] std::chrono::system_clock::time_point now() override { return now_; }
    timer call_after(std::chrono::milliseconds delay, std::function<void()> action) override;
    void cancel(timer which) override;
    [[nodiscard]] bool stopping() const noexcept override { return stops; }
    std::atomic<bool> stops{false};
    /// Lets time pass, calling what is due on the way.
    void pass(std::chrono::milliseconds time);
    /// Calls what is due now.
    void settle() { pass(std::chrono::milliseconds(0)); }
    [[nodiscard]] std::size_t timers() const { return actions_.size(); }

  private:
    struct entry {
        timer id;
        std::function<void()> action;
    };
    std::chrono::system_clock::time_point now_{std::chrono::seconds(1'700'000'000)};
    timer given_ = 0;
    std::multimap<std::chrono::system_clock::time_point, entry> actions_;
};

/// One answer.
struct answer {
    bool done = false;
    std::optional<int> code;                     ///< of the error
    std::string text;                            ///< of the error, in English
    std::vector<std::string> names;              ///< of the columns
    std::vector<std::vector<std::string>> rows;  ///< as fields print themselves
    std::vector<row_place> places;               ///< of the rows, if a cursor may change them
    execution_result result;
};

struct pending : result_sink {
    std::unique_ptr<backend_statement> statement;
    std::vector<std::vector<argument>> rows;
    dmkit::mock::testing::answer answer;
    void begin(std::span<const column_description> columns) override;
    void rows_of(std::int32_t table) override { table_ = table; }
    void row_id(std::int64_t row) override { answer.places.push_back({table_, row}); }
    void row(std::span<const field_view> fields) override;

  private:
    std::int32_t table_ = 0;
};

/// A session with what a driver would do.
class client {
  public:
    explicit client(backend& backend, std::string user = "SYSDBA", std::string password = "SYSDBA");

    bool autocommit = true;
    bool continue_on_error = false;
    std::int32_t max_failures = 0;
    std::int32_t timeout_seconds = 0;
    std::optional<row_place> current_row;  ///< of the cursor that a statement may name

    /// Prepares and executes; the answer must come at once.
    answer run(std::string_view sql, std::vector<field> arguments = {});
    answer run_batch(std::string_view sql, std::vector<std::vector<field>> rows);
    /// The same for an answer that may come later.
    std::shared_ptr<pending> start(std::string_view sql, std::vector<field> arguments = {});
    answer commit();
    answer rollback();
    backend_session& session() { return *session_; }
    void close() { session_.reset(); }

  private:
    std::shared_ptr<pending> start_rows(std::string_view sql, std::vector<std::vector<field>> rows);
    std::vector<std::shared_ptr<pending>> started_;  ///< statements must not outlive the session, sinks not the call
    std::unique_ptr<backend_session> session_;
};

/// A server's worth of engine.
struct fixture {
    explicit fixture(engine_options options = {}, const profile& settings = {})
        : engine(settings, world, std::move(options)) {}
    virtual_world world;
    dmkit::mock::engine engine;
};

using table = std::vector<std::vector<std::string>>;

}  // namespace dmkit::mock::testing
