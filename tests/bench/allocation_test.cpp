// Heap allocations of the client while it streams rows. This program replaces the global operators new and delete by
// ones that count, a counter a thread, so that the server's thread does not disturb.

#include <cstdint>
#include <cstdlib>
#include <new>
#include <string_view>
#include <tuple>

#include <gtest/gtest.h>

#include <dmkit/connection.hpp>

#include "canned.hpp"

namespace {

thread_local std::int64_t allocations = 0;

void* counted_allocation(std::size_t size, std::size_t alignment) {
    ++allocations;
    // aligned_alloc() wants a multiple of the alignment; an object of no size still has an address of its own.
    const auto rounded = (size + alignment - 1) / alignment * alignment;
    void* memory = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
    if (memory == nullptr)
        throw std::bad_alloc();
    return memory;
}

}  // namespace

void* operator new(std::size_t size) {
    return counted_allocation(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return counted_allocation(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

namespace dmkit::bench {
namespace {

constexpr std::size_t row_count = 20'000;
/// Batches until the buffers have their size: one that came with the execution, one from FETCH.
constexpr std::size_t warm_up_batches = 2;

connect_params params_for(const canned_server& server) {
    connect_params params;
    params.host = "127.0.0.1";
    params.port = server.port();
    params.user = params.password = "SYSDBA";
    return params;
}

/// What streaming a result cost after the warm-up.
struct cost {
    std::int64_t rows = 0;
    std::int64_t by_rows = 0;  ///< allocations of calls that found their row in the buffer
    std::int64_t fetches = 0;
    std::int64_t by_fetches = 0;  ///< allocations of calls that asked the server
};

cost stream(rows& source) {
    cost out;
    std::size_t batches = 1;
    bool more = true;
    while (more) {
        const bool buffered = source.next_is_buffered();
        const auto before = allocations;
        more = source.next();
        const auto taken = allocations - before;
        if (!buffered)
            ++batches;
        if (batches <= warm_up_batches || !more)
            continue;
        ++(buffered ? out.rows : out.fetches);
        (buffered ? out.by_rows : out.by_fetches) += taken;
    }
    return out;
}

void expect_no_allocations(wire::charset set) {
    const canned_server server(canned_mixed_rows(row_count, set), set);
    connection client(params_for(server));
    auto rows = client.query("SELECT * FROM MIXED");
    const auto result = stream(rows);
    const auto& counts = server.result().counts;
    ASSERT_GT(counts.size(), 10U);
    EXPECT_EQ(result.rows + result.fetches, static_cast<std::int64_t>(row_count) - counts[0] - counts[1]);
    EXPECT_EQ(result.fetches, static_cast<std::int64_t>(counts.size() - warm_up_batches));
    EXPECT_EQ(result.by_rows, 0) << "in " << result.rows << " rows";
    EXPECT_EQ(result.by_fetches, 0) << "in " << result.fetches << " fetches";
}

TEST(allocations, AreCounted) {
    const auto before = allocations;
    const std::vector<int> some(1000);
    EXPECT_EQ(allocations, before + 1);
    EXPECT_EQ(some.back(), 0);
}

TEST(allocations, RowsCostNone) {
    expect_no_allocations(wire::charset::utf8);
}

// Text has to be converted here, from GB18030 into the cursor's own memory.
TEST(allocations, RowsInAnotherCharacterSetCostNone) {
    expect_no_allocations(wire::charset::gb18030);
}

TEST(allocations, RowsReadAsTuplesOfViewsCostNone) {
    const canned_server server(canned_mixed_rows(row_count));
    connection client(params_for(server));
    auto source = client.query("SELECT * FROM MIXED");
    std::int64_t after_warm_up = 0;
    std::int64_t at_last_row = 0;
    std::size_t count = 0;
    std::size_t text_bytes = 0;
    for (const auto& [id, total, price, weight, name, day, moment, digest] :
         source.as<std::int64_t, std::int64_t, decimal, double, std::string_view, date, timestamp, bytes_view>()) {
        if (++count == row_count / 2)
            after_warm_up = allocations;
        at_last_row = allocations;
        ASSERT_EQ(id, static_cast<std::int64_t>(count));
        text_bytes += name.size();
    }
    EXPECT_EQ(count, row_count);
    EXPECT_GT(text_bytes, row_count);
    EXPECT_EQ(at_last_row - after_warm_up, 0);
}

/// Allocations of one execution of a prepared statement, with its row, when it has run before.
template <class Run>
std::int64_t cost_of(const Run& run) {
    constexpr int warm_up = 3;
    constexpr std::int64_t measured = 100;
    for (int i = 0; i < warm_up; ++i)
        run();
    const auto before = allocations;
    for (std::int64_t i = 0; i < measured; ++i)
        run();
    EXPECT_EQ((allocations - before) % measured, 0);
    return (allocations - before) / measured;
}

// The object that the rows are handed out in is all.
TEST(allocations, APreparedSelectCostsOne) {
    const canned_server server(canned_one_row());
    connection client(params_for(server));
    auto statement = client.prepare("SELECT ID, NAME FROM ONE WHERE ID = ?");
    EXPECT_EQ(cost_of([&] {
                  auto found = statement.query(7);
                  ASSERT_TRUE(found.next());
                  ASSERT_FALSE(found.next());
              }),
              1);
}

}  // namespace
}  // namespace dmkit::bench
