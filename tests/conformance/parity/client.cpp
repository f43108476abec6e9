// Makes the calls of calls.json through our client: the counterpart of go/main.go.
//
// Environment: DMKIT_ADDRESS (host:port), DMKIT_CALLS (the file). One connection a scenario, in the order of the file.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>
#include <dmkit/dmkit.hpp>

namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? std::string() : std::string(value->as_string());
}

std::int64_t number_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? 0 : value->as_int64();
}

bool is_set(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->as_bool();
}

dmkit::bytes from_hex(std::string_view text) {
    dmkit::bytes out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        out.push_back(static_cast<std::byte>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
    return out;
}

/// A parameter as the file tags it.
dmkit::field parameter(const json::value& value) {
    if (value.is_null())
        return {};
    if (value.is_bool())
        return dmkit::field(value.get_bool());
    if (value.is_int64())
        return dmkit::field(value.get_int64());
    if (value.is_string())
        return dmkit::field(std::string(value.get_string()));
    const auto& object = value.as_object();
    std::string text;
    std::string kind;
    for (const auto& [tag, payload] : object) {
        if (tag == "times")
            continue;
        kind = tag;
        text = payload.as_string();
    }
    const auto once = text;
    for (auto times = number_of(object, "times"); times > 1; --times)
        text += once;
    if (kind == "text")
        return dmkit::field(text);
    if (kind == "bytes")
        return dmkit::field(from_hex(text));
    if (kind == "double")
        return dmkit::field(std::stod(text));
    if (kind == "real")
        return dmkit::field(std::stof(text));
    if (kind == "timestamp")
        return dmkit::field(dmkit::timestamp::parse(text).value());
    throw std::runtime_error("no kind of value: " + kind);
}

std::vector<dmkit::field> parameters(const json::object& step) {
    std::vector<dmkit::field> out;
    if (const auto* given = step.if_contains("params"))
        for (const auto& each : given->as_array())
            out.push_back(parameter(each));
    return out;
}

/// Of the parameters; empty if they have none.
std::vector<std::string> names(const json::object& step) {
    std::vector<std::string> out;
    if (const auto* given = step.if_contains("names"))
        for (const auto& each : given->as_array())
            out.emplace_back(each.as_string());
    return out;
}

dmkit::command asked(const json::object& step, std::string_view kind) {
    return dmkit::command(text_of(step, kind), parameters(step)).parameter_names(names(step));
}

dmkit::isolation isolation_named(const std::string& name) {
    if (name.empty())
        return dmkit::isolation::server_default;
    if (name == "read_uncommitted")
        return dmkit::isolation::read_uncommitted;
    if (name == "read_committed")
        return dmkit::isolation::read_committed;
    if (name == "serializable")
        return dmkit::isolation::serializable;
    throw std::runtime_error("no isolation level: " + name);
}

class session {
  public:
    explicit session(const dmkit::connect_params& params) : connection_(params) {}

    void run(const json::object& step) {
        if (step.contains("query")) {
            read(runner().query(asked(step, "query")), step);
        } else if (step.contains("execute")) {
            runner().execute(asked(step, "execute"));
        } else if (step.contains("prepare")) {
            prepared_[text_of(step, "prepare")] = runner().prepare(text_of(step, "sql"));
        } else if (step.contains("run") || step.contains("rows")) {
            run_prepared(step);
        } else if (step.contains("close")) {
            prepared_.at(text_of(step, "close")).close();
        } else if (step.contains("batch")) {
            std::vector<std::vector<dmkit::field>> lines;
            for (auto turn = std::max<std::int64_t>(number_of(step, "turns"), 1); turn > 0; --turn)
                for (const auto& line : step.at("lines").as_array()) {
                    auto& fields = lines.emplace_back();
                    for (const auto& value : line.as_array())
                        fields.push_back(parameter(value));
                }
            runner().execute_many(text_of(step, "batch"), lines);
        } else if (const auto* how = step.if_contains("begin")) {
            dmkit::transaction_options options;
            options.isolation = isolation_named(text_of(how->as_object(), "isolation"));
            options.read_only = is_set(how->as_object(), "read_only");
            transaction_ = connection_.begin(options);
        } else if (step.contains("commit")) {
            auto open = std::move(transaction_);
            open.commit();
        } else if (step.contains("rollback")) {
            auto open = std::move(transaction_);
            open.rollback();
        } else if (step.contains("ping")) {
            connection_.ping();
        } else {
            throw std::runtime_error("a step that does nothing");
        }
    }

    void close() {
        prepared_.clear();
        connection_.close();
    }

  private:
    dmkit::statement_runner& runner() {
        if (transaction_.is_open())
            return transaction_;
        return connection_;
    }

    /// Takes as many rows as the step wants; all of them, and then asks for another result, if it does not say.
    static void read(dmkit::rows rows, const json::object& step) {
        const auto take = number_of(step, "take");
        for (std::int64_t taken = 0; take == 0 || taken < take; ++taken)
            if (!rows.next()) {
                static_cast<void>(rows.next_result());
                return;
            }
    }

    void run_prepared(const json::object& step) {
        const bool query = step.contains("rows");
        auto& statement = prepared_.at(text_of(step, query ? "rows" : "run"));
        const auto owned = parameters(step);
        const std::vector<dmkit::field_view> fields(owned.begin(), owned.end());
        const auto owned_names = names(step);
        const std::vector<std::string_view> views(owned_names.begin(), owned_names.end());
        dmkit::error_code code;
        dmkit::diagnostics details;
        if (!query) {
            statement.execute_with(fields, {}, code, details, views);
            throw_if(code, std::move(details));
            return;
        }
        auto rows = statement.query_with(fields, {}, code, details, views);
        throw_if(code, std::move(details));
        read(std::move(rows), step);
    }

    dmkit::connection connection_;
    dmkit::transaction transaction_;
    std::map<std::string, dmkit::statement> prepared_;
};

void play(const json::object& scenario, const std::string& address) {
    auto user = text_of(scenario, "user");
    if (user.empty())
        user = "SYSDBA:SYSDBA";
    auto params = dmkit::parse_dsn("dm://" + user + "@" + address + "?" + text_of(scenario, "options"));
    // As the Go driver does: it names no application unless told to, and allocates a handle for each statement.
    if (text_of(scenario, "options").find("appName") == std::string::npos)
        params.application_name.clear();
    params.statement_pool_size = 0;
    if (is_set(scenario, "fails")) {
        try {
            dmkit::connection{params};
        } catch (const dmkit::error&) {
            return;
        }
        throw std::runtime_error("connected, which should have failed");
    }
    session open(params);
    std::size_t number = 0;
    for (const auto& each : scenario.at("steps").as_array()) {
        const auto& step = each.as_object();
        ++number;
        for (auto turn = number_of(step, "repeat"); turn >= 0; --turn) {
            std::optional<std::string> failure;
            try {
                open.run(step);
            } catch (const std::exception& error) {
                failure = error.what();
            }
            if (failure.has_value() != is_set(step, "fails"))
                throw std::runtime_error("step " + std::to_string(number) + ": " + failure.value_or("no error"));
        }
    }
    open.close();
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr)
        throw std::runtime_error(std::string(name) + " is not set");
    return value;
}

}  // namespace

int main() {
    try {
        const auto address = environment("DMKIT_ADDRESS");
        std::ifstream file(environment("DMKIT_CALLS"));
        std::stringstream text;
        text << file.rdbuf();
        const auto calls = json::parse(text.str());
        int status = 0;
        for (const auto& each : calls.as_object().at("scenarios").as_array()) {
            const auto& scenario = each.as_object();
            try {
                play(scenario, address);
            } catch (const std::exception& error) {
                std::cout << text_of(scenario, "name") << ": " << error.what() << '\n';
                status = 1;
            }
        }
        return status;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
