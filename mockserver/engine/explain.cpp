#include "mockserver/engine/explain.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace dmkit::mock {

namespace {

/// A line of a plan of DM8 and those below it.
struct plan_operator {
    std::string name;
    std::string details;  ///< behind the numbers
    std::vector<plan_operator> inputs;
};

void print(const plan_operator& node, int depth, int& line, std::string& out) {
    fmt::format_to(std::back_inserter(out), "{:<4}{:{}}#{}: [0, 1, 0]", ++line, "", 2 * depth, node.name);
    out += node.details.empty() ? " \n" : "; " + node.details + " \n";
    for (const plan_operator& input : node.inputs)
        print(input, depth + 1, line, out);
}

/// A line of EXPLAIN QUERY PLAN, e.g. `SEARCH a1 USING INDEX i12 (c1=?)`.
struct storage_step {
    std::string text;
    std::vector<std::size_t> below;
};

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (end > 0)
            words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

/// The number in `t12` or `i12`; 0: there is none.
object_id number_behind(std::string_view name, char letter) {
    object_id number = 0;
    if (name.size() < 2 || name.front() != letter)
        return 0;
    const auto [end, fault] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
    return fault == std::errc{} && end == name.data() + name.size() ? number : 0;
}

/// Of an INSERT: whether it names its rows. The list of its columns has no parentheses inside.
bool gives_values(std::string_view sql) {
    const auto behind = sql.substr(std::min(sql.find(')'), sql.size() - 1) + 1);
    return sql.starts_with("INSERT") && (behind.starts_with(" VALUES") || sql.ends_with(" DEFAULT VALUES"));
}

class translator {
  public:
    translator(std::string_view sql, connection& connection, const catalog& catalog) : catalog_(catalog) {
        const auto words = words_of(sql);
        for (std::size_t i = 1; i + 1 < words.size(); ++i) {
            const auto table = number_behind(words[i - 1].substr(words[i - 1].find_last_of('(') + 1), 't');
            if (words[i] == "AS" && table != 0)
                aliases_.emplace(words[i + 1].substr(0, words[i + 1].find_first_of("),")), table);
        }
        read(std::string("EXPLAIN QUERY PLAN ").append(sql), connection);
    }

    [[nodiscard]] plan_operator query() { return {"PRJT2", {}, {join(steps_.at(0).below)}}; }

  private:
    void read(const std::string& sql, connection& connection) {
        std::map<int, std::size_t> places{{0, 0}};
        steps_.emplace_back();
        const statement_use statement(connection.prepare(sql));
        while (connection.step(statement.get())) {
            const auto parent = places.find(static_cast<int>(integer_column(statement, 1)));
            places.emplace(static_cast<int>(integer_column(statement, 0)), steps_.size());
            steps_[parent == places.end() ? 0 : parent->second].below.push_back(steps_.size());
            steps_.push_back({text_column(statement, 3), {}});
        }
    }

    /// What the steps that stand side by side do together.
    plan_operator join(const std::vector<std::size_t>& steps) {
        std::optional<plan_operator> tables;
        std::vector<std::string> around;
        std::vector<plan_operator> beside;
        for (const std::size_t i : steps) {
            const std::string_view text = steps_[i].text;
            if (text.starts_with("SCAN ") || text.starts_with("SEARCH ") || text.starts_with("MULTI-INDEX OR")) {
                plan_operator one = access(text, i);
                tables = tables ? plan_operator{"NEST LOOP INNER JOIN2", {}, {std::move(*tables), std::move(one)}}
                                : std::move(one);
            } else if (text.starts_with("CO-ROUTINE ") || text.starts_with("MATERIALIZE ")) {
                derived_.insert_or_assign(std::string(text.substr(text.find(' ') + 1)), join(steps_[i].below));
            } else if (text.find("SUBQUERY") != std::string_view::npos || text.starts_with("LEFT-MOST") ||
                       text.starts_with("UNION") || text.starts_with("EXCEPT") || text.starts_with("INTERSECT")) {
                beside.push_back({"PRJT2", {}, {join(steps_[i].below)}});
                note_set_operation(text, around);
            } else if (text.starts_with("COMPOUND QUERY") || text.starts_with("MERGE (")) {
                tables = join(steps_[i].below);
            } else if (text.starts_with("USE TEMP B-TREE FOR")) {
                around.push_back(text.ends_with("GROUP BY")   ? "HAGR2"
                                 : text.ends_with("DISTINCT") ? "DISTINCT"
                                                              : "SORT3");
            }
        }
        plan_operator made = tables ? std::move(*tables) : plan_operator{"CSCN2", "SYSINDEXSYSDUAL(SYSDUAL)", {}};
        if (!beside.empty()) {
            if (tables)
                beside.insert(beside.begin(), std::move(made));
            made = {tables || around.empty() ? "PIPE2" : std::exchange(around.front(), {}), {}, std::move(beside)};
        }
        for (std::string& name : around)
            if (!name.empty())
                made = {std::move(name), {}, {std::move(made)}};
        return made;
    }

    static void note_set_operation(std::string_view text, std::vector<std::string>& around) {
        if (text.starts_with("UNION ALL"))
            around.assign(1, "UNION ALL");
        else if (text.starts_with("UNION"))
            around.assign(1, "UNION");
        else if (text.starts_with("EXCEPT"))
            around.assign(1, "EXCEPT");
        else if (text.starts_with("INTERSECT"))
            around.assign(1, "INTERSECT");
    }

    /// `SCAN x`, `SEARCH x USING [COVERING] INDEX i`, `SEARCH x USING INTEGER PRIMARY KEY`
    plan_operator access(std::string_view text, std::size_t step) {
        const auto words = words_of(text);
        const std::string_view source = words.size() > 1 ? words[1] : std::string_view();
        const auto alias = aliases_.find(source);
        const auto table = catalog_.find_table(alias == aliases_.end() ? number_behind(source, 't') : alias->second);
        if (!table) {
            if (const auto found = derived_.find(source); found != derived_.end())
                return {"PRJT2", {}, {found->second}};
            if (!steps_[step].below.empty())
                return join(steps_[step].below);
            return {"CSCN2", source == "CONSTANT" ? "SYSINDEXSYSDUAL(SYSDUAL)" : std::string(), {}};
        }
        const bool searches = words[0] == "SEARCH";
        const auto named = std::find(words.begin(), words.end(), "INDEX");
        const auto number = named == words.end() || named + 1 == words.end() ? 0 : number_behind(named[1], 'i');
        const auto index = std::find_if(table->indexes.begin(), table->indexes.end(),
                                        [&](const index_info& each) { return each.id == number; });
        // The rows themselves lie in an index that DM8 names after the table.
        const std::string rows = fmt::format("INDEX{}({})", table->id, table->name);
        if (index == table->indexes.end())
            return {searches ? "CSEK2" : "CSCN2", rows, {}};
        plan_operator found{searches ? "SSEK2" : "SSCN", fmt::format("{}({})", index->name, table->name), {}};
        if (text.find("COVERING") != std::string_view::npos)
            return found;
        return {"BLKUP2", fmt::format("{}({})", index->name, table->name), {std::move(found)}};
    }

    const catalog& catalog_;
    std::map<std::string, object_id, std::less<>> aliases_;
    std::map<std::string, plan_operator, std::less<>> derived_;  ///< by the name that SQLite gives them
    std::vector<storage_step> steps_;                            ///< the first stands above all
};

}  // namespace

std::string explain(const plan& plan, connection& connection, const catalog& catalog) {
    plan_operator top{"NSET2", {}, {}};
    const step& explained = plan.steps.front();
    translator translated(explained.sql, connection, catalog);
    if (explained.role == step_role::query) {
        top.inputs.push_back(translated.query());
    } else {
        const auto table = catalog.find_table(plan.target);
        const bool inserts = gives_values(explained.sql);
        const std::string_view verb = explained.sql.starts_with("INSERT")   ? "INSERT "
                                      : explained.sql.starts_with("UPDATE") ? "UPDATE "
                                                                            : "DELETE ";
        top = {std::string(verb),
               fmt::format("table({}), type({})", table ? table->name : "", inserts ? "values" : "select"),
               {}};
        if (!inserts)
            top.inputs.push_back(translated.query());
    }
    std::string text;
    int line = 0;
    print(top, 1, line, text);
    return text;
}

}  // namespace dmkit::mock
