// One task of the comparison with the vendor's driver, through our client. Prints what it took as one line of JSON.
//
//   dmkit_comparison DSN fill|rows|select|batch|loop|lob_write|lob_read|lob_insert COUNT
//
// COUNT is rows, of the last three mebibytes of one BLOB; `seconds` is without connecting and preparing, `grown` what
// the process's peak memory grew by, in bytes.

#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <dmkit/connection.hpp>
#include <dmkit/lob.hpp>
#include <dmkit/lob_source.hpp>

#include "mixed_rows.hpp"

namespace {

using namespace dmkit;

/// Rows of a batch that one message carries.
constexpr std::size_t rows_a_batch = 10'000;

auto mixed_rows(std::size_t from, std::size_t count) {
    return std::views::iota(from, from + count) |
           std::views::transform([](std::size_t i) { return bench::make_mixed_row(i); });
}

void insert_batches(connection& to, std::string_view sql, std::size_t count) {
    auto statement = to.prepare(sql);
    for (std::size_t done = 0; done < count; done += rows_a_batch)
        statement.execute_many(mixed_rows(done, std::min(rows_a_batch, count - done)));
}

/// The largest resident size that this process has had, in bytes.
std::size_t peak_memory() {
    std::ifstream status("/proc/self/status");
    constexpr std::string_view label = "VmHWM:";
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(label))
            return std::stoull(line.substr(label.size())) * 1024;
    }
    throw std::runtime_error("/proc/self/status has no VmHWM");
}

/// A table of its own for what inserts, dropped afterwards.
class scratch_table {
  public:
    explicit scratch_table(connection& of) : of_(of) {
        of_.execute("CREATE TABLE SCRATCH(ID INT PRIMARY KEY, NAME VARCHAR(64))");
    }
    ~scratch_table() {
        error_code code;
        diagnostics details;
        of_.execute("DROP TABLE SCRATCH", code, details);
    }
    scratch_table(const scratch_table&) = delete;
    scratch_table& operator=(const scratch_table&) = delete;
    static constexpr std::string_view insert = "INSERT INTO SCRATCH VALUES(?, ?)";

  private:
    connection& of_;
};

struct measured {
    std::size_t rows = 0;
    double seconds = 0;
    std::size_t grown = 0;
};

class stopwatch {
  public:
    explicit stopwatch(measured& out) : out_(out), memory_(peak_memory()), begin_(std::chrono::steady_clock::now()) {}
    void stop() {
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin_;
        out_.seconds = taken.count();
        out_.grown = peak_memory() - memory_;
    }

  private:
    measured& out_;
    std::size_t memory_;
    std::chrono::steady_clock::time_point begin_;
};

void fill(connection& on, std::size_t count, measured& out) {
    on.execute(bench::create_mixed_table);
    stopwatch watch(out);
    insert_batches(on, bench::insert_mixed_row, count);
    watch.stop();
    out.rows = count;
}

void stream_rows(connection& on, std::size_t count, measured& out) {
    stopwatch watch(out);
    std::size_t bytes = 0;
    for (const auto& row :
         on.query(bench::select_mixed_rows)
             .as<std::int32_t, std::int64_t, decimal, double, std::string_view, date, timestamp, bytes_view>()) {
        bytes += std::get<4>(row).size() + std::get<7>(row).size();
        ++out.rows;
    }
    watch.stop();
    if (out.rows != count || bytes == 0)
        throw std::runtime_error(fmt::format("{} rows came", out.rows));
}

void select_prepared(connection& on, std::size_t count, measured& out) {
    auto statement = on.prepare("SELECT ID, NAME FROM MIXED WHERE ID = ?");
    stopwatch watch(out);
    for (std::size_t i = 0; i < count; ++i) {
        for (const auto [id, name] :
             statement.query(static_cast<std::int32_t>(i % 1000 + 1)).as<std::int32_t, std::string_view>())
            out.rows += name.empty() ? 0U : 1U;
    }
    watch.stop();
    if (out.rows != count)
        throw std::runtime_error(fmt::format("{} rows came", out.rows));
}

void insert_one_by_one(connection& on, std::size_t count, measured& out) {
    const scratch_table table(on);
    auto statement = on.prepare(scratch_table::insert);
    stopwatch watch(out);
    for (std::size_t i = 0; i < count; ++i)
        statement.execute(static_cast<std::int64_t>(i), "武汉市洪山区");
    watch.stop();
    out.rows = count;
}

void insert_batch(connection& on, std::size_t count, measured& out) {
    const scratch_table table(on);
    auto statement = on.prepare(scratch_table::insert);
    stopwatch watch(out);
    statement.execute_many(std::views::iota(std::size_t{0}, count) | std::views::transform([](std::size_t i) {
                               return std::tuple(static_cast<std::int64_t>(i), std::string_view("武汉市洪山区"));
                           }));
    watch.stop();
    out.rows = count;
}

constexpr std::size_t mebibyte = 1U << 20U;

/// The one value of DOCUMENT, for reading or writing in pieces.
template <class Action>
void with_document(connection& on, std::string_view sql, Action&& action) {
    auto found = on.query(sql);
    found.stream_lobs();
    if (!found.next())
        throw std::runtime_error("DOCUMENT has no row");
    auto content = found.lob_at(0);
    action(content);
}

void write_lob(connection& on, std::size_t count, measured& out) {
    on.execute("DROP TABLE IF EXISTS DOCUMENT");
    on.execute("CREATE TABLE DOCUMENT(CONTENT BLOB)");
    // The value must be too long for its row: such a one only is written in pieces.
    const bytes piece(mebibyte, std::byte{0x5A});
    stopwatch watch(out);
    on.execute("INSERT INTO DOCUMENT VALUES(?)", piece);
    with_document(on, "SELECT CONTENT FROM DOCUMENT FOR UPDATE", [&](lob& content) {
        for (std::size_t i = 1; i < count; ++i)
            content.append(piece);
    });
    watch.stop();
    out.rows = count;
}

void read_lob(connection& on, std::size_t count, measured& out) {
    stopwatch watch(out);
    std::size_t bytes = 0;
    with_document(on, "SELECT CONTENT FROM DOCUMENT", [&](lob& content) {
        content.read_each([&](std::span<const std::byte> piece) { bytes += piece.size(); });
    });
    watch.stop();
    out.rows = bytes / mebibyte;
    if (out.rows != count)
        throw std::runtime_error(fmt::format("{} bytes came", bytes));
}

/// A value that is a parameter in pieces.
void insert_lob(connection& on, std::size_t count, measured& out) {
    on.execute("DROP TABLE IF EXISTS STREAMED");
    on.execute("CREATE TABLE STREAMED(CONTENT BLOB)");
    const bytes piece(mebibyte, std::byte{0x5A});
    stopwatch watch(out);
    on.execute("INSERT INTO STREAMED VALUES(?)", binary_stream([&, left = count]() mutable {
                   if (left == 0)
                       return bytes_view();
                   --left;
                   return bytes_view(piece);
               }));
    watch.stop();
    out.rows = count;
}

using task = void (*)(connection&, std::size_t, measured&);
const std::map<std::string_view, task> tasks = {
    {"fill", fill},          {"rows", stream_rows},       {"select", select_prepared},
    {"batch", insert_batch}, {"loop", insert_one_by_one}, {"lob_write", write_lob},
    {"lob_read", read_lob},  {"lob_insert", insert_lob}};

}  // namespace

int main(int argc, char** argv) {
    std::size_t count = 0;
    const auto found = argc == 4 ? tasks.find(argv[2]) : tasks.end();
    if (found == tasks.end() ||
        std::from_chars(argv[3], argv[3] + std::string_view(argv[3]).size(), count).ec != std::errc{}) {
        std::fputs("dmkit_comparison DSN fill|rows|select|batch|loop|lob_write|lob_read|lob_insert COUNT\n", stderr);
        return 2;
    }
    try {
        dmkit::connection on(dmkit::parse_dsn(argv[1]));
        measured out;
        found->second(on, count, out);
        fmt::print("{{\"rows\": {}, \"seconds\": {}, \"grown\": {}}}\n", out.rows, out.seconds, out.grown);
        return 0;
    } catch (const std::exception& problem) {
        fmt::print(stderr, "{}\n", problem.what());
        return 1;
    }
}
