#include "harness.hpp"

#include "mockserver/functions/function_table.hpp"

namespace dmkit::mock::testing {

environment::timer virtual_world::call_after(std::chrono::milliseconds delay, std::function<void()> action) {
    actions_.emplace(now_ + delay, entry{++given_, std::move(action)});
    return given_;
}

void virtual_world::cancel(timer which) {
    std::erase_if(actions_, [&](const auto& each) { return each.second.id == which; });
}

void virtual_world::pass(std::chrono::milliseconds time) {
    const auto end = now_ + time;
    while (!actions_.empty() && actions_.begin()->first <= end) {
        now_ = actions_.begin()->first;
        const auto action = std::move(actions_.begin()->second.action);
        actions_.erase(actions_.begin());
        action();
    }
    now_ = end;
}

void pending::begin(std::span<const column_description> columns) {
    answer.names.clear();
    answer.rows.clear();
    answer.places.clear();
    for (const column_description& column : columns)
        answer.names.push_back(column.name);
}

void pending::row(std::span<const field_view> fields) {
    std::vector<std::string>& row = answer.rows.emplace_back();
    for (const field_view& field : fields)
        row.push_back(field.to_string());
}

client::client(backend& backend, std::string user, std::string password)
    : session_(backend.open_session(login{.user = std::move(user),
                                          .password = std::move(password),
                                          .application_name = {},
                                          .host_name = {},
                                          .client_address = {},
                                          .isolation = {}})) {}

std::shared_ptr<pending> client::start_rows(std::string_view sql, std::vector<std::vector<field>> rows) {
    auto made = std::make_shared<pending>();
    started_.push_back(made);
    const auto finish = [raw = made.get()](std::optional<sql_error> error) {
        raw->answer.done = true;
        if (error) {
            raw->answer.code = error->code();
            raw->answer.text = render_error(*error, language::english);
        }
    };
    for (std::vector<field>& row : rows) {
        std::vector<argument>& arguments = made->rows.emplace_back();
        for (field& value : row) {
            const data_type type = type_of(field_view(value));
            arguments.push_back({type, std::move(value)});
        }
    }
    try {
        made->statement = session_->prepare(sql);
        const auto& described = made->statement->description().parameters;
        for (std::vector<argument>& arguments : made->rows)
            for (std::size_t i = 0; i < arguments.size() && i < described.size(); ++i) {
                arguments[i].direction = described[i].direction;
                if (described[i].direction != parameter_direction::in && arguments[i].value.is_null())
                    arguments[i].type = described[i].type;
            }
        const execution what{.rows = made->rows,
                             .autocommit = autocommit,
                             .continue_on_error = continue_on_error,
                             .max_failures = max_failures,
                             .timeout_seconds = timeout_seconds,
                             .current_row = current_row};
        session_->execute(*made->statement, what, *made, made->answer.result, finish);
    } catch (const sql_error& error) {
        finish(error);
    }
    return made;
}

std::shared_ptr<pending> client::start(std::string_view sql, std::vector<field> arguments) {
    return start_rows(sql, {std::move(arguments)});
}

answer client::run(std::string_view sql, std::vector<field> arguments) {
    return start(sql, std::move(arguments))->answer;
}

answer client::run_batch(std::string_view sql, std::vector<std::vector<field>> rows) {
    return start_rows(sql, std::move(rows))->answer;
}

answer client::commit() {
    answer made;
    session_->commit([&](std::optional<sql_error> error) {
        made.done = true;
        if (error)
            made.code = error->code();
    });
    return made;
}

answer client::rollback() {
    answer made;
    session_->rollback([&](std::optional<sql_error> error) {
        made.done = true;
        if (error)
            made.code = error->code();
    });
    return made;
}

}  // namespace dmkit::mock::testing
