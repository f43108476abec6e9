#include "fake_backend.hpp"

#include <algorithm>
#include <utility>

namespace dmkit::mock::test {

namespace {

class fake_statement final : public backend_statement {
  public:
    fake_statement(std::string text, fake_reply what) : sql(std::move(text)), reply(std::move(what)) {}
    [[nodiscard]] const statement_description& description() const override { return reply.description; }

    std::string sql;
    fake_reply reply;
};

fake_reply default_reply(std::string_view sql) {
    fake_reply reply;
    const auto parameters = static_cast<std::size_t>(std::count(sql.begin(), sql.end(), '?'));
    for (std::size_t i = 0; i < parameters; ++i) {
        auto parameter = make_parameter({type_id::varchar, 8188, 0}, "VARCHAR");
        parameter.exact = false;
        reply.description.parameters.push_back(parameter);
    }
    if (sql.starts_with("select") || sql.starts_with("SELECT") || sql.starts_with("/*DMJDBC*/")) {
        reply.description.kind = reply.result.kind = statement_kind::select;
        reply.description.columns = {make_column("1", {type_id::integer, 0, 0}, "INTEGER")};
        reply.results.push_back({reply.description.columns, {{field(1)}}});
    } else {
        reply.description.kind = reply.result.kind = statement_kind::update;
        reply.result.affected_rows = 1;
    }
    return reply;
}

class fake_session final : public backend_session {
  public:
    explicit fake_session(fake_backend& owner) : owner_(owner) {}
    ~fake_session() override { owner_.events.emplace_back("closed"); }

    std::unique_ptr<backend_statement> prepare(std::string_view sql) override {
        owner_.events.push_back("prepare " + std::string(sql));
        const auto found = owner_.replies.find(sql);
        auto reply = found == owner_.replies.end() ? default_reply(sql) : found->second;
        if (reply.prepare_error)
            throw *reply.prepare_error;
        return std::make_unique<fake_statement>(std::string(sql), std::move(reply));
    }
    void execute(backend_statement& statement, const execution& what, result_sink& sink, execution_result& result,
                 completion done) override {
        auto& fake = dynamic_cast<fake_statement&>(statement);
        owner_.events.push_back("execute " + fake.sql);
        owner_.calls.push_back({fake.sql,
                                {what.rows.begin(), what.rows.end()},
                                what.autocommit,
                                what.continue_on_error,
                                what.timeout_seconds,
                                what.current_row,
                                what.max_failures});
        owner_.in_transaction = !what.autocommit;
        auto finish = [&fake, &sink, &result, done = std::move(done)](std::optional<sql_error> error) {
            if (error)
                return done(std::move(error));
            for (const auto& rows : fake.reply.results) {
                sink.begin(rows.columns);
                if (!rows.ids.empty())
                    sink.rows_of(1005);
                for (std::size_t i = 0; i < rows.values.size(); ++i) {
                    const std::vector<field_view> views(rows.values[i].begin(), rows.values[i].end());
                    if (!rows.ids.empty())
                        sink.row_id(rows.ids[i]);
                    sink.row(views);
                }
            }
            result = fake.reply.result;
            done(std::move(error));
        };
        if (fake.reply.deferred)
            owner_.held.emplace_back(std::move(finish));
        else
            finish(fake.reply.execute_error);
    }
    void commit(completion done) override {
        owner_.events.emplace_back("commit");
        owner_.in_transaction = false;
        done({});
    }
    void rollback(completion done) override {
        owner_.events.emplace_back("rollback");
        owner_.in_transaction = false;
        done({});
    }
    void set_isolation(isolation level) override {
        owner_.events.push_back("isolation " + std::to_string(static_cast<int>(level)));
        if (owner_.in_transaction)
            throw sql_error(-6510);
    }
    [[nodiscard]] std::vector<std::int64_t> table_stamps(std::span<const std::uint32_t> tables) override {
        std::vector<std::int64_t> stamps;
        for (const auto table : tables)
            stamps.push_back(std::int64_t{table} * 1000);
        return stamps;
    }
    [[nodiscard]] bool in_transaction() const override { return owner_.in_transaction; }
    [[nodiscard]] std::string_view current_schema() const override { return owner_.schema; }
    [[nodiscard]] const previous_login& before() const override { return owner_.before; }

  private:
    fake_backend& owner_;
};

}  // namespace

std::unique_ptr<backend_session> fake_backend::open_session(const login& who) {
    logins.push_back(who);
    if (who.password != password)
        throw sql_error(-2501);
    return std::make_unique<fake_session>(*this);
}

void fake_environment::advance(std::chrono::milliseconds by) {
    elapsed_ += by;
    for (auto it = timers_.begin(); it != timers_.end();) {
        if (it->second.due > elapsed_) {
            ++it;
            continue;
        }
        auto action = std::move(it->second.action);
        timers_.erase(it);
        action();
        it = timers_.begin();
    }
}

column_description make_column(std::string name, data_type type, std::string type_name) {
    column_description column;
    column.name = std::move(name);
    column.type = type;
    column.type_name = std::move(type_name);
    return column;
}

parameter_description make_parameter(data_type type, std::string type_name) {
    parameter_description parameter;
    parameter.type = type;
    parameter.type_name = std::move(type_name);
    return parameter;
}

}  // namespace dmkit::mock::test
