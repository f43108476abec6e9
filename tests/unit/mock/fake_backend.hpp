#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/field.hpp>

#include "mockserver/backend.hpp"

namespace dmkit::mock::test {

/// What the fake backend does with one statement.
struct fake_reply {
    statement_description description;
    struct rows {
        std::vector<column_description> columns;
        std::vector<std::vector<field>> values;
        std::vector<std::int64_t> ids = {};  ///< of the rows, which are those of table 1005; empty: of none
    };
    std::vector<rows> results;
    execution_result result;
    std::optional<sql_error> prepare_error;
    std::optional<sql_error> execute_error;
    bool deferred = false;  ///< the completion is kept in fake_backend::held
};

/// An execution as the backend saw it.
struct fake_call {
    std::string sql;
    std::vector<std::vector<argument>> rows;
    bool autocommit = false;
    bool continue_on_error = false;
    std::int32_t timeout_seconds = 0;
    std::optional<row_place> current_row = {};
    std::int32_t max_failures = 0;
};

/// A backend that answers from a list and writes down what it is asked. A statement that is not listed succeeds: as a
/// query of one INT column `1` with the row (1) if it begins with `select`, else as an UPDATE of one row; with as many
/// parameters as it has question marks.
class fake_backend final : public backend {
  public:
    std::unique_ptr<backend_session> open_session(const login& who) override;

    std::map<std::string, fake_reply, std::less<>> replies;
    std::string password = "SYSDBA";
    std::vector<login> logins;
    std::vector<std::string> events;  ///< `prepare SQL`, `execute SQL`, `commit`, `rollback`, `isolation N`, `closed`
    std::vector<fake_call> calls;
    std::deque<completion> held;
    bool in_transaction = false;
    std::string schema = "SYSDBA";
    previous_login before;
};

/// A world in which time passes only by advance().
class fake_environment final : public environment {
  public:
    [[nodiscard]] std::chrono::system_clock::time_point now() override {
        return std::chrono::system_clock::time_point(elapsed_);
    }
    timer call_after(std::chrono::milliseconds delay, std::function<void()> action) override {
        timers_.emplace(++last_, entry{elapsed_ + delay, std::move(action)});
        return last_;
    }
    void cancel(timer which) override { timers_.erase(which); }
    [[nodiscard]] bool stopping() const noexcept override { return false; }
    void advance(std::chrono::milliseconds by);

  private:
    struct entry {
        std::chrono::milliseconds due;
        std::function<void()> action;
    };
    std::chrono::milliseconds elapsed_{0};
    std::map<timer, entry> timers_;
    timer last_ = 0;
};

[[nodiscard]] column_description make_column(std::string name, data_type type, std::string type_name);
[[nodiscard]] parameter_description make_parameter(data_type type, std::string type_name);

}  // namespace dmkit::mock::test
