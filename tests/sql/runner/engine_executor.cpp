#include "engine_executor.hpp"

#include "mockserver/engine/engine.hpp"

namespace dmkit::sql_tests {
namespace {

using namespace dmkit::mock;

/// One session alone waits for nobody: no timer ever fires.
class quiet_world final : public environment {
  public:
    [[nodiscard]] std::chrono::system_clock::time_point now() override {
        return std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
    }
    timer call_after(std::chrono::milliseconds, std::function<void()>) override { return 1; }
    void cancel(timer) override {}
    [[nodiscard]] bool stopping() const noexcept override { return false; }
};

class collector final : public result_sink {
  public:
    explicit collector(outcome& target) : target_(target) {}
    void begin(std::span<const column_description>) override { target_.rows.clear(); }
    void row(std::span<const field_view> fields) override {
        auto& row = target_.rows.emplace_back();
        for (const field_view& field : fields)
            row.push_back(field.is_null() ? std::nullopt : std::optional(field.to_string()));
    }

  private:
    outcome& target_;
};

class engine_executor final : public executor {
  public:
    engine_executor() : engine_(profile{}, world_) {
        login who;
        who.user = who.password = "SYSDBA";
        session_ = engine_.open_session(who);
    }
    outcome run(std::string_view sql) override {
        outcome result;
        collector sink(result);
        execution_result report;
        const std::vector<std::vector<argument>> rows(1);
        const execution what{.rows = rows};
        const auto done = [&](const std::optional<sql_error>& error) {
            if (!error)
                return;
            result.error_code = error->code();
            result.error_text = render_error(*error, language::english);
        };
        try {
            const auto statement = session_->prepare(sql);
            session_->execute(*statement, what, sink, report, done);
        } catch (const sql_error& error) {
            done(error);
        }
        result.affected = report.affected_rows;
        return result;
    }

  private:
    quiet_world world_;
    engine engine_;
    std::unique_ptr<backend_session> session_;
};

}  // namespace

std::unique_ptr<executor> make_engine_executor() {
    return std::make_unique<engine_executor>();
}

}  // namespace dmkit::sql_tests
