#include "test_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace dmkit::sql_tests {
namespace {

struct record {
    int line = 0;
    std::vector<std::string> head;
    std::string sql;
    std::vector<std::vector<std::string>> rows;
};

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::string part;
    std::istringstream in(text);
    while (std::getline(in, part, separator))
        parts.push_back(part);
    if (!text.empty() && text.back() == separator)
        parts.emplace_back();
    return parts;
}

std::vector<record> read_records(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in)
        throw std::runtime_error("cannot read " + file.string());
    std::vector<record> records;
    std::string line;
    int number = 0;
    bool inside = false;
    bool results = false;
    while (std::getline(in, line)) {
        ++number;
        if (line.empty()) {
            inside = results = false;
        } else if (!inside && line[0] == '#') {
            continue;
        } else if (!inside) {
            record made;
            made.line = number;
            made.head = split(line, ' ');
            if (made.head.size() < 2 || (made.head[0] != "statement" && made.head[0] != "query"))
                throw std::runtime_error(file.string() + ":" + std::to_string(number) + ": no record begins like this");
            records.push_back(std::move(made));
            inside = true;
        } else if (results) {
            records.back().rows.push_back(split(line, '\t'));
        } else if (line == "----") {
            results = true;
        } else {
            records.back().sql += (records.back().sql.empty() ? "" : "\n") + line;
        }
    }
    return records;
}

std::string shown(const std::optional<std::string>& value) {
    return !value ? "NULL" : value->empty() ? "(empty)" : *value;
}

bool same(const std::string& expected, const std::string& actual, char type) {
    if (expected == actual || type != 'R')
        return expected == actual;
    char* end = nullptr;
    const double a = std::strtod(expected.c_str(), &end);
    if (expected.empty() || *end != '\0')
        return false;
    const double b = std::strtod(actual.c_str(), &end);
    return !actual.empty() && *end == '\0' && std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(a));
}

std::string listed(const std::vector<std::vector<std::string>>& rows) {
    std::string text;
    for (const auto& row : rows) {
        for (const auto& value : row)
            text += value + "\t";
        text += "\n";
    }
    return text;
}

std::optional<std::string> judge_query(const record& expected, const outcome& actual) {
    if (actual.error_code)
        return "error " + std::to_string(*actual.error_code) + ": " + actual.error_text;
    std::vector<std::vector<std::string>> rows;
    for (const auto& row : actual.rows) {
        auto& texts = rows.emplace_back();
        for (const auto& value : row)
            texts.push_back(shown(value));
    }
    auto wanted = expected.rows;
    if (expected.head.size() > 2 && expected.head[2] == "rowsort") {
        std::sort(rows.begin(), rows.end());
        std::sort(wanted.begin(), wanted.end());
    }
    const std::string& types = expected.head[1];
    bool equal = rows.size() == wanted.size();
    for (std::size_t i = 0; equal && i < rows.size(); ++i) {
        equal = rows[i].size() == wanted[i].size() && rows[i].size() == types.size();
        for (std::size_t c = 0; equal && c < types.size(); ++c)
            equal = same(wanted[i][c], rows[i][c], types[c]);
    }
    if (equal)
        return {};
    return "expected\n" + listed(wanted) + "but got\n" + listed(rows);
}

std::optional<std::string> judge_statement(const record& expected, const outcome& actual) {
    const std::string& wanted = expected.head[1];
    if (wanted == "error") {
        const std::string code = expected.head.size() > 2 ? expected.head[2] : "";
        if (!actual.error_code)
            return "expected error " + code + ", but it succeeded";
        if (std::to_string(*actual.error_code) != code)
            return "expected error " + code + ", but got " + std::to_string(*actual.error_code) + ": " +
                   actual.error_text;
        return {};
    }
    if (actual.error_code)
        return "error " + std::to_string(*actual.error_code) + ": " + actual.error_text;
    if (wanted == "count" && std::to_string(actual.affected) != (expected.head.size() > 2 ? expected.head[2] : ""))
        return "affected " + std::to_string(actual.affected) + " rows";
    return {};
}

}  // namespace

std::vector<failure> run_test_file(const std::filesystem::path& file, executor& where) {
    std::vector<failure> failures;
    for (const record& each : read_records(file)) {
        const outcome actual = where.run(each.sql);
        const auto fault = each.head[0] == "query" ? judge_query(each, actual) : judge_statement(each, actual);
        if (fault)
            failures.push_back({each.line, each.sql + "\n" + *fault});
    }
    return failures;
}

}  // namespace dmkit::sql_tests
