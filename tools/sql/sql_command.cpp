#include "tools/sql/sql_command.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <dmkit/connection.hpp>

#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "mockserver/sql/script.hpp"
#include "tools/sql/line_editor.hpp"
#include "tools/sql/parameters.hpp"
#include "tools/sql/progress.hpp"
#include "tools/sql/result_writer.hpp"

namespace dmkit::tools {
namespace {

constexpr int done = 0;
constexpr int refused = 1;
constexpr int status_of_wrong_use = 2;

struct sql_options {
    std::string dsn;
    std::vector<std::string> commands;
    std::string file;
    std::string parameters;
    output_format format = output_format::table;
    bool stop_on_error = true;
};

/// The number that stands for a fault of the connection: the vendor's drivers call every one of them 6001.
constexpr int communication_failure = 6001;

int printed_code(const error& failure) {
    return failure.code().category() == server_category() ? failure.code().value() : communication_failure;
}

void print_error(const error& failure, const std::string& place = {}) {
    const auto& message = failure.details().message();
    std::cerr << fmt::format("[{}] {}\n", printed_code(failure), message.empty() ? failure.what() : message);
    if (!place.empty())
        std::cerr << "  at " << place << '\n';
    std::cerr.flush();
}

bool is_fatal_for_session(const connection& db) {
    return !db.is_open();
}

class sql_runner {
  public:
    sql_runner(connection& db, const sql_options& options)
        : db_(db), options_(options), writer_(make_result_writer(options.format, std::cout)) {}

    /// Runs one text and prints its result. @throws error
    void run(const std::string& sql, std::span<const field> parameters = {}) {
        auto statement = db_.prepare(command(sql));
        const std::vector<field_view> views(parameters.begin(), parameters.end());
        error_code code;
        diagnostics details;
        if (statement.columns().empty()) {
            const auto result = statement.execute_with(views, {}, code, details);
            throw_if(code, std::move(details));
            print_output(result);
            writer_->end(result.affected_rows);
            return;
        }
        auto rows = statement.query_with(views, {}, code, details);
        throw_if(code, std::move(details));
        print_output(rows.info());
        std::vector<result_column> columns;
        for (const auto& column : rows.columns())
            columns.push_back({column.name, column.type, column.type_name});
        writer_->begin(std::move(columns));
        while (rows.next())
            writer_->row(rows.current().fields());
        writer_->end(std::nullopt);
    }

    /// Runs the statements of a script. @return the exit status
    int run_script(const std::string& text, const std::string& name) {
        mock::script_splitter splitter;
        splitter.add(text);
        splitter.finish();
        progress_line progress(name, text.size());
        int status = done;
        while (const auto next = splitter.next()) {
            try {
                progress.hide_if(options_.format != output_format::table || ::isatty(STDOUT_FILENO) != 0);
                run(next->text);
            } catch (const error& failure) {
                writer_->abandon();
                progress.hide();
                print_error(failure, fmt::format("{}:{}", name, next->line));
                status = refused;
                if (options_.stop_on_error || is_fatal_for_session(db_))
                    return status;
            }
            progress.advance(next->end);
        }
        return status;
    }

    int run_interactively() {
        line_editor editor;
        mock::script_splitter splitter;
        std::string pending;
        std::cout << fmt::format("dmkit sql: {} at {}:{}. End a statement with ';', leave with 'exit' or Ctrl-D.\n",
                                 db_.server().version, db_.params().host, db_.params().port);
        while (true) {
            const auto line = editor.read(splitter.empty() ? "SQL> " : "   > ");
            if (!line)
                break;
            if (editor.interrupted()) {
                splitter = {};
                pending.clear();
                continue;
            }
            if (splitter.empty() && (*line == "exit" || *line == "quit" || *line == "exit;" || *line == "quit;"))
                break;
            splitter.add(*line + "\n");
            pending += pending.empty() ? *line : "\n" + *line;
            bool ran = false;
            while (const auto next = splitter.next()) {
                ran = true;
                const auto begin = std::chrono::steady_clock::now();
                try {
                    run(next->text);
                    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
                    std::cout << fmt::format("{:.1f} ms\n", took.count());
                } catch (const error& failure) {
                    writer_->abandon();
                    print_error(failure);
                    if (is_fatal_for_session(db_))
                        return refused;
                }
            }
            if (ran && splitter.empty()) {
                editor.remember(pending);
                pending.clear();
            }
        }
        return done;
    }

    /// The statement failed: what was printed of it is ended.
    void abandon() { writer_->abandon(); }

  private:
    /// What statements print is no part of a result in a form that programs read.
    void print_output(const execution_result& result) const {
        if (result.printed.empty())
            return;
        auto& out = options_.format == output_format::table ? std::cout : std::cerr;
        out << result.printed << (result.printed.back() == '\n' ? "" : "\n");
    }

    connection& db_;
    const sql_options& options_;
    std::unique_ptr<result_writer> writer_;
};

/// The text of a file, without the byte order mark that editors may put in front.
std::string read_file(const std::string& name) {
    std::error_code fault;
    std::ifstream in(name, std::ios::binary);
    if (!in || std::filesystem::is_directory(name, fault))
        throw std::invalid_argument(fmt::format("{}: cannot be read", name));
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (in.bad())
        throw std::invalid_argument(fmt::format("{}: cannot be read to its end", name));
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark))
        text.erase(0, byte_order_mark.size());
    return text;
}

void find_password(connect_params& params) {
    if (!params.password.empty())
        return;
    if (const char* given = std::getenv("DMKIT_PASSWORD"); given != nullptr) {
        params.password = given;
    } else if (::isatty(STDIN_FILENO) != 0) {
        params.password = read_password(fmt::format("Password of {}: ", params.user));
    }
}

int run_sql(const sql_options& options) {
    connect_params params;
    std::vector<field> parameters;
    std::string script;
    try {
        params = parse_dsn(options.dsn);
        if (!options.parameters.empty()) {
            if (options.commands.size() != 1)
                throw std::invalid_argument("--params needs exactly one -c");
            parameters = parse_parameters(options.parameters);
        }
        if (!options.file.empty())
            script = read_file(options.file);
        find_password(params);
    } catch (const error& failure) {
        std::cerr << "dmkit sql: " << failure.what() << '\n';
        return status_of_wrong_use;
    } catch (const std::exception& failure) {
        std::cerr << "dmkit sql: " << failure.what() << '\n';
        return status_of_wrong_use;
    }

    connection db;
    int status = done;
    try {
        db.connect(params);
        sql_runner runner(db, options);
        for (const auto& sql : options.commands) {
            try {
                runner.run(sql, parameters);
            } catch (const error& failure) {
                runner.abandon();
                print_error(failure);
                status = refused;
                if (options.stop_on_error || is_fatal_for_session(db))
                    break;
            }
        }
        const bool goes_on = status == done || !options.stop_on_error;
        if (!options.file.empty()) {
            if (goes_on)
                status = std::max(status, runner.run_script(script, options.file));
        } else if (options.commands.empty()) {
            if (::isatty(STDIN_FILENO) != 0) {
                status = runner.run_interactively();
            } else {
                const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
                status = runner.run_script(text, "standard input");
            }
        }
    } catch (const error& failure) {
        std::cout.flush();
        print_error(failure);
        status = refused;
    }
    db.close();
    if (!std::cout.flush()) {
        std::cerr << "dmkit sql: standard output cannot be written\n";
        status = refused;
    }
    return status;
}

}  // namespace

void add_sql_command(CLI::App& app, int& status) {
    auto* sub = app.add_subcommand("sql", "Run SQL against a DM8 server");
    auto options = std::make_shared<sql_options>();
    sub->add_option("DSN", options->dsn,
                    "dm://user:password@host:port?key=value; without a password: DMKIT_PASSWORD or a prompt")
        ->required();
    sub->add_option("-c,--command", options->commands, "Run this text (repeatable)")->take_all();
    sub->add_option("-f,--file", options->file, "Run the statements of this file, in UTF-8");
    sub->add_option("--params", options->parameters,
                    R"(Values of the parameters of -c as a JSON array: [1,"x",null,{"hex":"00ff"}])");
    const std::map<std::string, output_format> formats{
        {"table", output_format::table}, {"csv", output_format::csv}, {"json", output_format::json}};
    sub->add_option("--format", options->format, "table, csv or json (table)")
        ->transform(CLI::CheckedTransformer(formats));
    const std::map<std::string, bool> reactions{{"stop", true}, {"continue", false}};
    sub->add_option("--on-error", options->stop_on_error, "stop or continue (stop)")
        ->transform(CLI::CheckedTransformer(reactions));
    sub->footer(
        "Without -c and -f: interactive on a terminal, else the statements on standard input.\n"
        "Errors begin with [CODE] on standard error. Exit status: 0 done, 1 refused, 2 wrong use.");
    sub->callback([options, &status] { status = run_sql(*options); });
}

}  // namespace dmkit::tools
