#include <functional>
#include <list>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <dmkit/parameters.hpp>

#include "client/session/execution.hpp"
#include "script.hpp"

/// LOB parameters that come in pieces: on the wire they are the values that come as a whole.
namespace dmkit::session::test {
namespace {

using messages = std::vector<std::pair<wire::command, std::string>>;

wire::prepare_response document_parameters(bool described) {
    wire::prepare_response out;
    out.kind = 157;
    out.parameters = {parameter(described ? 19 : 2, described ? 2147483647 : 8188, 0, described ? 0 : 8),
                      parameter(described ? 12 : 2, described ? 2147483647 : 8188, 0, described ? 0 : 8)};
    return out;
}

/// Everything that is sent for these values, but for PREPARE.
messages sent_for(const detail::parameter_set& given, wire::charset set, bool described = true) {
    const auto state = logged_in();
    state->text = wire::charset_converter(set);
    state->idle_handles.push_back({4, false});
    execute_machine machine("insert into doc values (?,?)", given, result_options{});
    operation run(*state, machine);
    messages out;
    auto wish = run.start();
    wire::execute_response done;
    done.kind = 157;
    while (wish.what != action::done) {
        EXPECT_EQ(wish.what, action::write);
        const auto code = static_cast<wire::command>(std::to_integer<int>(wish.out[wire::header_offset::code]));
        bytes answer = frame_of(wire::simple_response{});
        if (code == wire::command::prepare)
            answer = frame_of(document_parameters(described));
        else
            out.emplace_back(code, to_hex(wish.out));
        if (code == wire::command::pre_execute)
            answer = frame_of(wire::prepare_response{});
        if (code == wire::command::execute)
            answer = frame_of(done);
        wish = run.wrote(wish.out.size());
        EXPECT_EQ(wish.what, action::read);
        EXPECT_GE(wish.in.size(), answer.size());
        std::copy(answer.begin(), answer.end(), wish.in.begin());
        wish = run.got(answer.size());
    }
    EXPECT_FALSE(run.result().code) << run.result().details.message();
    return out;
}

/// @p text in pieces of @p size bytes, whatever they split.
auto pieces_of(std::string_view text, std::size_t size) {
    return [text, size, at = std::size_t{0}]() mutable {
        const auto piece = text.substr(std::min(at, text.size()), size);
        at += size;
        return piece;
    };
}

std::string chinese(std::size_t characters) {
    std::string out;
    for (std::size_t i = 0; i < characters; ++i)
        out += i % 3 == 0 ? "a" : i % 3 == 1 ? "达" : "😀";
    return out;
}

TEST(LobStream, IsSentAsTheValueWouldBe) {
    for (const auto set : {wire::charset::utf8, wire::charset::gb18030})
        for (const std::size_t characters : {0U, 1U, 700U, 800U, 20'000U})
            for (const std::size_t size : {1U, 2U, 3U, 7U, 16'000U, 1'000'000U}) {
                const auto text = chinese(characters);
                const auto data = bytes(characters * 3, std::byte{0x42});
                const std::string_view raw(reinterpret_cast<const char*>(data.data()), data.size());
                const auto as_bytes = [read = pieces_of(raw, size)]() mutable -> bytes_view {
                    return std::as_bytes(std::span(read()));
                };
                const auto whole = sent_for(detail::given_parameters(text, bytes_view(data)), set);
                EXPECT_EQ(
                    sent_for(detail::given_parameters(text_stream(pieces_of(text, size)), binary_stream(as_bytes)),
                             set),
                    whole)
                    << characters << " characters in pieces of " << size;
            }
}

TEST(LobStream, IsALobWhereTheServerKnowsNoType) {
    const auto text = chinese(9'000);
    const auto data = bytes(9'000, std::byte{0x42});
    EXPECT_EQ(sent_for(detail::given_parameters(text_stream(std::list<std::string>{text}),
                                                binary_stream(std::views::single(bytes_view(data)))),
                       wire::charset::utf8, false),
              sent_for(detail::given_parameters(text, bytes_view(data)), wire::charset::utf8, false));
}

TEST(LobStream, TakesRangesAndCallablesOfAllKinds) {
    const auto whole = sent_for(detail::given_parameters("abcdef", nullptr), wire::charset::utf8);
    const auto same = [&](const lob_source& source) {
        return sent_for(detail::given_parameters(source, nullptr), wire::charset::utf8) == whole;
    };
    const std::vector<std::string> pieces{"ab", "", "cd", "ef"};
    EXPECT_TRUE(same(text_stream(pieces)));
    EXPECT_TRUE(same(text_stream(std::vector<std::string>(pieces))));
    EXPECT_TRUE(same(text_stream(std::views::iota(0, 3) | std::views::transform([&](int i) {
                                     return std::string(1, static_cast<char>('a' + 2 * i)) +
                                            static_cast<char>('b' + 2 * i);
                                 }))));
    int calls = 0;
    const auto owning = [&]() -> std::string { return ++calls == 1 ? "abcdef" : ""; };
    EXPECT_TRUE(same(text_stream(std::ref(owning))));
    EXPECT_EQ(calls, 2);
}

/// What an execution with this source ends in, on a statement that is prepared; the script ends behind the last answer.
failure refusal_of(const lob_source& source, const script& conversation, prepared& statement, session_state& state) {
    const detail::given_parameters given(source, nullptr);
    execute_machine machine(statement, given, result_options{});
    auto out = conversation.run(state, machine);
    EXPECT_TRUE(state.connected);
    EXPECT_EQ(out.details.delivered, delivery::not_sent);
    return out;
}

prepared document_statement(session_state& state) {
    prepare_machine machine("insert into doc values (?,?)");
    EXPECT_FALSE(script()
                     .client_sends(wire::command::prepare)
                     .server_sends(frame_of(document_parameters(true)))
                     .run(state, machine)
                     .code);
    return std::move(machine.statement());
}

TEST(LobStream, ThatFailsLeavesTheStatementUsable) {
    const auto state = logged_in();
    state->idle_handles.push_back({4, false});
    auto statement = document_statement(*state);
    const auto parameters = std::span<const parameter_metadata>(statement.parameters);
    int calls = 0;
    const auto fails = [&]() -> std::string {
        if (++calls == 3)
            throw std::domain_error("no more");
        return std::string(20'000, 'x');
    };
    script begun;
    begun.client_sends(wire::command::pre_execute)
        .server_sends(frame_of(wire::prepare_response{}))
        .client_sends(wire::command::put_data)
        .server_sends(frame_of(wire::simple_response{}))
        .client_sends(wire::command::put_data)
        .server_sends(frame_of(wire::simple_response{}));
    const auto thrown = refusal_of(text_stream(std::ref(fails)), begun, statement, *state);
    EXPECT_EQ(thrown.code, client_errc::exception_thrown);
    EXPECT_EQ(thrown.details.client_message, "no more");
    EXPECT_TRUE(thrown.thrown);

    // What the server holds of the value must not go into the next row.
    wire::execute_response done;
    done.kind = 157;
    const detail::given_parameters given("short", nullptr);
    for (int i = 0; i < 2; ++i) {
        script again;
        if (i == 0)
            again
                .client_sends(wire::command::prepare,
                              [](const wire::frame_view& frame) {
                                  wire::prepare_request request;
                                  ASSERT_FALSE(decode(frame, {}, request));
                                  EXPECT_EQ(request.handle, 4);
                                  EXPECT_EQ(request.sql, "insert into doc values (?,?)");
                              })
                .server_sends(frame_of(document_parameters(true)));
        again.client_sends(wire::command::execute).server_sends(frame_of(done));
        execute_machine machine(statement, given, result_options{});
        EXPECT_FALSE(again.run(*state, machine).code);
    }
    EXPECT_EQ(parameters.data(), statement.parameters.data()) << "the caller may be looking at them";
}

TEST(LobStream, IsReadOnce) {
    const auto state = logged_in();
    state->idle_handles.push_back({4, false});
    auto statement = document_statement(*state);
    const auto source = text_stream(std::vector<std::string>{"a"});
    EXPECT_FALSE(sent_for(detail::given_parameters(source, nullptr), wire::charset::utf8).empty());
    const auto again = refusal_of(source, script(), statement, *state);
    EXPECT_EQ(again.code, client_errc::parameter_type);
    EXPECT_EQ(again.details.client_message, "parameter 1: its stream has been read before");
}

TEST(LobStream, IsNotReadByACallThatIsRefusedBefore) {
    const auto state = logged_in();
    state->idle_handles.push_back({4, false});
    auto statement = document_statement(*state);
    const auto source = text_stream(std::vector<std::string>{"a"});
    const detail::given_parameters too_few(source);
    execute_machine machine(statement, too_few, result_options{});
    EXPECT_EQ(script().run(*state, machine).code, client_errc::parameter_count);
    EXPECT_FALSE(sent_for(detail::given_parameters(source, nullptr), wire::charset::utf8).empty());
}

TEST(LobStream, IsForOneParameter) {
    const auto state = logged_in();
    state->idle_handles.push_back({4, false});
    auto statement = document_statement(*state);
    const auto source = text_stream(std::vector<std::string>{"a"});
    const detail::given_parameters twice(source, source);
    execute_machine machine(statement, twice, result_options{});
    const auto refused = script().run(*state, machine);
    EXPECT_EQ(refused.code, client_errc::parameter_type);
    EXPECT_EQ(refused.details.client_message, "parameter 2: its stream is that of parameter 1");
}

TEST(LobStream, RefusesWhatIsNoText) {
    const auto state = logged_in();
    state->idle_handles.push_back({4, false});
    auto statement = document_statement(*state);
    for (const std::string_view text : {"\xFF", "a\xE8\xBE",
                                        "\x80"
                                        "a",
                                        "\xF8\x88\x88\x88\x88",
                                        "\xE8\xBE"
                                        "a"}) {
        for (const std::size_t size : {1U, 100U}) {
            const auto refused = refusal_of(text_stream(pieces_of(text, size)), script(), statement, *state);
            EXPECT_EQ(refused.code, client_errc::text_not_encodable);
            EXPECT_EQ(refused.details.client_message, "parameter 1");
        }
    }
    const auto late = std::string(2'050, 'x') + "\xFF";
    const auto begun =
        script().client_sends(wire::command::pre_execute).server_sends(frame_of(wire::prepare_response{}));
    EXPECT_EQ(refusal_of(text_stream(pieces_of(late, 2'049)), begun, statement, *state).code,
              client_errc::text_not_encodable);
    EXPECT_TRUE(statement.stale);
}

}  // namespace
}  // namespace dmkit::session::test
