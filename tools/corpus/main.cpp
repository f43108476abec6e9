// dmkit-corpus: runs a file of statements with their expected outcome (one JSON object a line) against mock servers or
// a DM8 server, and counts by tier and trust what comes out as expected.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dmkit/connection.hpp>
#include <dmkit/mock/server.hpp>

#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "tools/corpus/display_compare.hpp"
#include "tools/sql/parameters.hpp"
#include "tools/sql/result_writer.hpp"

namespace {

using namespace dmkit;

struct entry {
    std::string id, tier, trust, kind, sql, script, needs, charset;
    int sequence = 0;
    bool expects_error = false;
    std::optional<int> error_code;
    std::vector<field> parameters;
    std::vector<std::string> setup;
    std::optional<std::vector<tools::printed_row>> rows;
    std::optional<std::int64_t> affected;
};

std::string text_of(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

entry parse_entry(const boost::json::object& object) {
    entry result;
    result.id = text_of(object, "id");
    result.tier = text_of(object, "tier");
    result.trust = text_of(object, "trust");
    result.kind = text_of(object, "kind");
    result.sql = text_of(object, "sql");
    result.script = text_of(object, "script");
    result.needs = text_of(object, "needs");
    result.charset = text_of(object, "charset");
    result.expects_error = text_of(object, "expect") == "error";
    if (const auto* value = object.if_contains("seq"))
        result.sequence = value->to_number<int>();
    if (const auto* value = object.if_contains("error_code"); value != nullptr && value->is_number()) {
        result.error_code = value->to_number<int>();
    }
    if (const auto* value = object.if_contains("params"); value != nullptr && value->is_array()) {
        result.parameters = tools::parse_parameters(boost::json::serialize(*value));
    }
    if (const auto* value = object.if_contains("setup"); value != nullptr && value->is_array()) {
        for (const auto& sql : value->get_array())
            result.setup.emplace_back(sql.as_string());
    }
    if (const auto* value = object.if_contains("affected"); value != nullptr && value->is_number()) {
        result.affected = value->to_number<std::int64_t>();
    }
    if (const auto* value = object.if_contains("rows"); value != nullptr && value->is_array()) {
        auto& rows = result.rows.emplace();
        for (const auto& line : value->get_array()) {
            auto& row = rows.emplace_back();
            for (const auto& cell : line.as_array()) {
                if (cell.is_null()) {
                    row.emplace_back();
                } else {
                    row.emplace_back(cell.is_string() ? std::string(cell.get_string()) : boost::json::serialize(cell));
                }
            }
        }
    }
    return result;
}

/// What a statement gave.
struct outcome {
    int code = 0;  ///< of the refusal, 0: none
    std::string message;
    std::vector<tools::printed_row> rows;
    std::int64_t affected = 0;
};

outcome run_statement(connection& db, const std::string& sql, const std::vector<field>& parameters) {
    outcome result;
    try {
        auto statement = db.prepare(command(sql));
        std::vector<field_view> views(parameters.begin(), parameters.end());
        // Parameters of the corpus belong to the first occurrences; what is missing is NULL.
        views.resize(statement.parameters().size());
        error_code code;
        diagnostics details;
        if (statement.columns().empty()) {
            result.affected = statement.execute_with(views, {}, code, details).affected_rows;
            throw_if(code, std::move(details));
        } else {
            auto rows = statement.query_with(views, {}, code, details);
            throw_if(code, std::move(details));
            while (rows.next()) {
                auto& row = result.rows.emplace_back();
                const auto current = rows.current();
                for (std::size_t i = 0; i < current.size(); ++i) {
                    if (current[i].is_null()) {
                        row.emplace_back();
                    } else {
                        row.emplace_back(tools::display_text(current[i], rows.columns()[i].type));
                    }
                }
            }
        }
    } catch (const error& failure) {
        result.code = failure.code().value();
        result.message = failure.details().message();
        if (result.code == 0)
            result.code = -1;
    }
    return result;
}

bool has_order_by(std::string sql) {
    std::transform(sql.begin(), sql.end(), sql.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return sql.find("ORDER BY") != std::string::npos || sql.find("ORDER  BY") != std::string::npos;
}

bool as_expected(const entry& what, const outcome& got) {
    if (what.expects_error)
        return got.code != 0 && (!what.error_code || *what.error_code == got.code);
    if (got.code != 0)
        return false;
    if (what.rows && !tools::same_rows(*what.rows, got.rows, has_order_by(what.sql)))
        return false;
    return !what.affected || *what.affected == got.affected;
}

/// A database to run statements on: a mock of its own, or the server of --dsn.
class workspace {
  public:
    workspace(const std::string& dsn, const mock::profile& profile, bool gb18030) {
        auto target = dsn;  // with the time zone of the server that the corpus was printed on
        if (target.empty()) {
            mock::server_params params;
            params.profile = profile;
            if (gb18030)
                params.profile.charset = mock::charset::gb18030;
            server_ = std::make_unique<mock::server>(params);
            target = server_->dsn() + "?timeZone=480";
        }
        db_.connect(parse_dsn(target));
        db_.set_autocommit(false);  // as in DIsql, with which the manual was printed
    }
    connection& db() { return db_; }

  private:
    std::unique_ptr<mock::server> server_;
    connection db_;
};

class corpus {
  public:
    corpus(std::string dsn, mock::profile profile, bool list)
        : dsn_(std::move(dsn)), profile_(std::move(profile)), list_(list) {}

    void load(const std::string& file) {
        std::ifstream in(file);
        if (!in)
            throw std::runtime_error(fmt::format("{}: cannot be read", file));
        int number = 0;
        for (std::string line; std::getline(in, line);) {
            ++number;
            if (line.empty())
                continue;
            boost::json::error_code fault;
            const auto value = boost::json::parse(line, fault);
            if (fault || !value.is_object())
                throw std::runtime_error(fmt::format("{}:{}: no JSON object", file, number));
            auto parsed = parse_entry(value.get_object());
            if (parsed.script.empty()) {
                alone_.push_back(std::move(parsed));
            } else {
                scripts_[parsed.script].push_back(std::move(parsed));
            }
        }
        for (auto& [name, entries] : scripts_) {
            std::sort(entries.begin(), entries.end(),
                      [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
        }
    }

    void run() {
        for (const auto& [name, entries] : scripts_) {
            auto space = prepared(entries.front());
            for (const auto& item : entries)
                judge(item, space->db());
        }
        // Queries leave nothing behind: those with the same needs share a database.
        std::map<std::string, std::unique_ptr<workspace>> shared;
        for (const auto& item : alone_) {
            if (item.kind == "query" && item.setup.empty()) {
                auto& space = shared[item.needs + "/" + item.charset];
                if (!space || !space->db().is_open())
                    space = prepared(item);
                judge(item, space->db());
            } else {
                judge(item, prepared(item)->db());
            }
        }
    }

    void print() const {
        std::size_t good = 0;
        std::size_t all = 0;
        for (const auto& [key, count] : counts_) {
            fmt::print("{} {} {} {}\n", key.first, key.second, count.first, count.second);
            good += count.first;
            all += count.second;
        }
        fmt::print("expected {} of {}\n", good, all);
    }

  private:
    std::unique_ptr<workspace> prepared(const entry& first) {
        auto space = std::make_unique<workspace>(dsn_, profile_, first.charset == "GB18030");
        if (!first.needs.empty() && first.needs != first.script) {
            for (const auto& item : scripts_[first.needs])
                run_statement(space->db(), item.sql, item.parameters);
        }
        return space;
    }

    void judge(const entry& item, connection& db) {
        for (const auto& sql : item.setup)
            run_statement(db, sql, {});
        const auto got = run_statement(db, item.sql, item.parameters);
        const bool good = as_expected(item, got);
        auto& count = counts_[{item.tier, item.trust}];
        count.first += good ? 1U : 0U;
        ++count.second;
        if (list_ && !good) {
            fmt::print("- {} [{} {}] {}\n    {}\n", item.id, item.tier, item.trust, item.sql.substr(0, 400),
                       got.code != 0 ? fmt::format("[{}] {}", got.code, got.message) : describe(got));
        }
    }

    static std::string describe(const outcome& got) {
        std::string text = fmt::format("{} rows, {} affected", got.rows.size(), got.affected);
        for (const auto& row : got.rows) {
            text += "\n    ";
            for (const auto& cell : row)
                text += cell.value_or("NULL") + " | ";
            if (text.size() > 2000)
                break;
        }
        return text;
    }

    std::string dsn_;
    mock::profile profile_;
    bool list_;
    std::map<std::string, std::vector<entry>> scripts_;
    std::vector<entry> alone_;
    std::map<std::pair<std::string, std::string>, std::pair<std::size_t, std::size_t>> counts_;
};

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Runs a corpus of statements and counts what comes out as expected", "dmkit-corpus"};
    std::string file;
    std::string dsn;
    std::vector<std::string> settings;
    bool list = false;
    app.add_option("FILE", file, "JSON Lines: id, sql, expect, rows, tier, trust, script …")->required();
    auto* server =
        app.add_option("--dsn", dsn, "A server to run against; without it each script has a mock server of its own");
    app.add_option("--profile", settings, "A setting of the mock servers: KEY=VALUE, may be repeated")
        ->excludes(server);
    app.add_flag("--list", list, "Print each statement that does not come out as expected");
    CLI11_PARSE(app, argc, argv);
    try {
        mock::profile profile;
        for (const std::string& setting : settings) {
            const std::size_t equals = setting.find('=');
            if (equals == std::string::npos)
                throw std::invalid_argument(fmt::format("--profile {}: KEY=VALUE is expected", setting));
            mock::set_profile_entry(profile, setting.substr(0, equals), setting.substr(equals + 1));
        }
        corpus statements(dsn, profile, list);
        statements.load(file);
        statements.run();
        statements.print();
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "dmkit-corpus: %s\n", failure.what());
        return 1;
    }
    return 0;
}
