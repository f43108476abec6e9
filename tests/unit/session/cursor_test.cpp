#include <cstdlib>
#include <list>
#include <memory>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include "client/session/cursor.hpp"
#include "client/session/execution.hpp"
#include "client/session/result_store.hpp"
#include "script.hpp"

namespace {

/// Calls of operator new in this program, for the tests that say that nothing is allocated.
std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size))
        return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}

namespace dmkit::session::test {
namespace {

/// Rows of (INT, VARCHAR) as a server sends them.
bytes make_rows(session_state& state, int first, int count) {
    bytes out;
    wire::text_arena arena;
    auto context = state.values(arena, wire::value_place::row);
    wire::row_writer writer(out, 2);
    for (int i = first; i < first + count; ++i) {
        writer.begin(i + 1);
        EXPECT_EQ(writer.add({type_id::integer, 4, 0}, i, context), wire::value_fault::none);
        EXPECT_EQ(writer.add({type_id::varchar, 20, 0}, "达梦" + std::to_string(i), context), wire::value_fault::none);
        EXPECT_EQ(writer.end(), wire::value_fault::none);
    }
    return out;
}

shared_column_set two_columns(session_state& state) {
    const std::vector<wire::column_descriptor> columns = {column("ID", 7, 4, "INTEGER"),
                                                          column("NAME", 2, 20, "VARCHAR")};
    return make_columns(state, columns);
}

bytes fetched(const bytes& rows, std::int32_t count, std::int64_t total) {
    wire::fetch_response response;
    response.rows = rows;
    response.row_count = count;
    response.total = total;
    return frame_of(response);
}

TEST(Cursor, StreamsWithoutAllocatingPerRow) {
    for (const auto set : {wire::charset::utf8, wire::charset::gb18030}) {
        const auto state = logged_in();
        state->text = wire::charset_converter(set);
        const auto rows = make_rows(*state, 0, 500);
        cursor reader(*state, {4, false}, two_columns(*state), wire::unknown_total, 0);
        failure problem;
        std::int64_t sum = 0;
        const auto read_batch = [&] {
            reader.load(rows, 500, wire::unknown_total);
            while (reader.next(*state, problem))
                sum += reader.current()[0].get<std::int64_t>() +
                       static_cast<std::int64_t>(reader.current()[1].get<std::string_view>().size());
        };
        read_batch();
        const auto before = allocations;
        read_batch();
        read_batch();
        EXPECT_EQ(allocations, before) << "in " << to_string(set);
        EXPECT_FALSE(problem.code);
        EXPECT_GT(sum, 0);
    }
}

/// docs/protocol, FETCH: the area of a request from row 100 on.
TEST(Fetch, SendsTheBytesOfTheVendorsDriver) {
    const auto make_state = [] { return logged_in(); };
    const auto state = make_state();
    const auto rows = make_rows(*state, 0, 100);
    const auto more = make_rows(*state, 100, 10);
    const auto make_cursor = [&](session_state& target) {
        cursor reader(target, {4, false}, two_columns(target), wire::unknown_total, 0);
        reader.load(rows, 100, wire::unknown_total);
        failure problem;
        while (reader.next(target, problem)) {
        }
        return reader;
    };
    bytes request(wire::header_size);
    const auto area = from_hex("6400000000000000 ffffffffffffff7f 0000 00000000");
    std::copy(area.begin(), area.end(), request.begin() + 20);
    request[0] = std::byte{4};
    request[4] = std::byte{7};
    wire::finish_frame(request, 0);
    const auto conversation = script().client_sends(request).server_sends(fetched(more, 10, 110));

    auto reader = make_cursor(*state);
    ASSERT_TRUE(reader.needs_fetch());
    fetch_machine machine(reader);
    ASSERT_FALSE(conversation.run(*state, machine).code);
    EXPECT_EQ(reader.buffered(), 10);
    EXPECT_EQ(reader.total(), 110);
    failure problem;
    ASSERT_TRUE(reader.next(*state, problem));
    EXPECT_EQ(reader.current()[0].get<std::int64_t>(), 100);
    EXPECT_EQ(reader.current()[1].get<std::string_view>(), "达梦100");
    EXPECT_EQ(reader.current().row_id(), 101);

    std::list<cursor> cursors;
    conversation.run_with_each_step_failing(
        make_state, [&](session_state& target) -> std::unique_ptr<dmkit::session::machine> {
            return std::make_unique<fetch_machine>(cursors.emplace_back(make_cursor(target)));
        });
}

TEST(Columns, AreMadeOnce) {
    const auto state = logged_in();
    const std::string name = "NAME";
    std::vector<wire::column_descriptor> columns = {column("ID", 7, 4, "INTEGER"), column(name, 2, 40, "VARCHAR")};
    const auto set = make_columns(*state, columns);
    EXPECT_TRUE(describes(*set, columns));
    const std::string same_name = name;
    columns[1].name = same_name;
    EXPECT_TRUE(describes(*set, columns));
    const auto differs = [&](const auto& change) {
        auto other = columns;
        change(other);
        return !describes(*set, other);
    };
    EXPECT_TRUE(differs([](auto& list) { list.pop_back(); }));
    EXPECT_TRUE(differs([](auto& list) { std::swap(list[0], list[1]); }));
    EXPECT_TRUE(differs([](auto& list) { list[1].name = "NAMF"; }));
    EXPECT_TRUE(differs([](auto& list) { list[1].precision = 41; }));
    EXPECT_TRUE(differs([](auto& list) { list[1].nullable = 0; }));
    EXPECT_TRUE(differs([](auto& list) { list[1].table = "T"; }));
    EXPECT_TRUE(differs([](auto& list) { list[1].lob_table_id = 5; }));
    const auto description = from_hex("01");
    EXPECT_TRUE(differs([&](auto& list) { list[1].description = description; }));
}

TEST(Fetch, EndsWithAnAnswerWithoutRows) {
    const auto state = logged_in();
    cursor reader(*state, {4, false}, two_columns(*state), wire::unknown_total, 0);
    reader.load({}, 0, wire::unknown_total);
    ASSERT_TRUE(reader.needs_fetch()) << "no rows in the first answer do not mean that there are none";
    const auto conversation = script().client_sends(wire::command::fetch).server_sends(fetched({}, 0, 0));
    fetch_machine machine(reader);
    ASSERT_FALSE(conversation.run(*state, machine).code);
    EXPECT_FALSE(reader.needs_fetch());
}

TEST(Fetch, ReportsARefusal) {
    const auto state = logged_in();
    cursor reader(*state, {4, false}, two_columns(*state), 10, 0);
    reader.load({}, 0, 10);
    const auto conversation =
        script().client_sends(wire::command::fetch).server_sends(refusal(-7049, "statement timed out"));
    fetch_machine machine(reader);
    EXPECT_EQ(conversation.run(*state, machine).code, error_code(-7049, server_category()));
}

TEST(Cursor, KeepsToItsLimit) {
    const auto state = logged_in();
    cursor reader(*state, {4, false}, two_columns(*state), wire::unknown_total, 3);
    reader.load(make_rows(*state, 0, 5), 5, wire::unknown_total);
    failure problem;
    int count = 0;
    while (reader.next(*state, problem))
        ++count;
    EXPECT_EQ(count, 3);
    EXPECT_FALSE(reader.needs_fetch());
}

TEST(Cursor, ReportsFewerRowsThanAnnounced) {
    const auto state = logged_in();
    cursor reader(*state, {4, false}, two_columns(*state), 5, 0);
    reader.load(make_rows(*state, 0, 2), 5, 5);
    failure problem;
    EXPECT_TRUE(reader.next(*state, problem));
    EXPECT_TRUE(reader.next(*state, problem));
    EXPECT_FALSE(reader.next(*state, problem));
    EXPECT_EQ(problem.code, client_errc::frame_format);
}

/// docs/protocol, LOB value in a row: the new form out of the row, LOB 42 of 70000 bytes.
const std::string_view off_row_head =
    "02 2a00000000000000 70110100 0400 0000 d2040000 e8030000 0200 4d00000000000000 0400 0000 b0040000";

bytes row_with_locator() {
    const auto locator = from_hex(off_row_head);
    bytes row = from_hex("3900 0000000000000000 0c00 2b00");
    row.insert(row.end(), locator.begin(), locator.end());
    return row;
}

TEST(Cursor, NamesTheColumnThatCannotBeRead) {
    const auto state = logged_in();
    const std::vector<wire::column_descriptor> columns = {column("DOC", 7, 4, "INTEGER")};
    cursor reader(*state, {4, false}, make_columns(*state, columns), 1, 0);
    reader.load(row_with_locator(), 1, 1);
    failure problem;
    EXPECT_FALSE(reader.next(*state, problem));
    EXPECT_EQ(problem.code, client_errc::value_format);
    EXPECT_NE(problem.details.client_message.find("DOC"), std::string::npos);
    EXPECT_TRUE(state->connected) << "the connection is as usable as before";
}

TEST(Cursor, NotesLobsOutOfTheRow) {
    const auto state = logged_in();
    const std::vector<wire::column_descriptor> columns = {column("DOC", 19, 2147483647, "CLOB")};
    cursor reader(*state, {4, false}, make_columns(*state, columns), 1, 0);
    reader.load(row_with_locator(), 1, 1);
    EXPECT_TRUE(reader.next_wants_lobs());
    failure problem;
    ASSERT_TRUE(reader.next(*state, problem));
    ASSERT_EQ(reader.lob_count(), 1U);
    EXPECT_EQ(reader.lobs()[0].target.locator.id, 42);
    EXPECT_EQ(reader.lobs()[0].target.locator.length, 70000);
    EXPECT_TRUE(reader.lobs()[0].target.text);
    EXPECT_EQ(reader.current()[0].get<std::string_view>(), "");
    reader.lobs()[0].data = "text";
    reader.show_lobs();
    EXPECT_EQ(reader.current()[0].get<std::string_view>(), "text");
    reader.set_streaming(true);
    EXPECT_FALSE(reader.wants_lobs());
}

TEST(Results, KeepEveryRow) {
    const auto state = logged_in();
    auto store = std::make_unique<detail::result_store>();
    cursor reader(*state, {4, false}, two_columns(*state), wire::unknown_total, 0);
    for (int batch = 0; batch < 3; ++batch) {
        reader.load(make_rows(*state, batch * 10, 10), 10, wire::unknown_total);
        if (batch == 0) {
            failure problem;
            ASSERT_TRUE(reader.next(*state, problem)) << "the first row is read before the rest is kept";
        }
        ASSERT_FALSE(store->take(*state, reader).code);
    }
    const results all(std::move(store));
    ASSERT_EQ(all.size(), 29U);
    EXPECT_EQ(all[0][0].get<std::int64_t>(), 1);
    EXPECT_EQ(all[28].at("name").get<std::string_view>(), "达梦29");
    EXPECT_EQ(all.at(28).row_id(), 30);
    EXPECT_THROW(static_cast<void>(all.at(29)), std::out_of_range);
    const auto copy = all.copy(3);
    EXPECT_EQ(copy.at("ID").get<std::int64_t>(), 4);
    const auto typed = all.as<std::int64_t, std::string>();
    EXPECT_EQ(std::get<1>(typed[5]), "达梦6");
}

}  // namespace
}  // namespace dmkit::session::test
