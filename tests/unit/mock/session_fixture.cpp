#include "session_fixture.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include <boost/json.hpp>

namespace dmkit::mock::test {

std::vector<std::byte> from_hex(std::string_view text) {
    std::vector<std::byte> out;
    int high = -1;
    for (const char c : text) {
        if (c == ' ' || c == '\n')
            continue;
        const int digit = c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0';
        if (high < 0) {
            high = digit;
        } else {
            out.push_back(static_cast<std::byte>(high * 16 + digit));
            high = -1;
        }
    }
    return out;
}

std::string to_hex(std::span<const std::byte> bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const auto byte : bytes) {
        out += digits[std::to_integer<std::size_t>(byte >> 4)];
        out += digits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return out;
}

std::vector<captured_frame> load_frames(std::string_view file) {
    std::ifstream in(std::string(DMKIT_SOURCE_DIR "/tests/") + std::string(file), std::ios::binary);
    if (!in)
        throw std::runtime_error("cannot read " + std::string(file));
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto parsed = boost::json::parse(text);
    std::vector<captured_frame> frames;
    for (const auto& entry : parsed.as_array()) {
        const auto& object = entry.as_object();
        auto bytes = from_hex(std::string_view(object.at("header").as_string()));
        const auto body = from_hex(std::string_view(object.at("body").as_string()));
        bytes.insert(bytes.end(), body.begin(), body.end());
        const auto* note = object.if_contains("note");
        frames.push_back({std::string(object.at("message").as_string()),
                          note != nullptr ? std::string(note->as_string()) : std::string(), std::move(bytes)});
    }
    return frames;
}

std::vector<std::byte> load_frame(std::string_view file, std::string_view name, std::string_view note) {
    for (auto& frame : load_frames(file))
        if (frame.message == name && frame.note.starts_with(note))
            return std::move(frame.bytes);
    throw std::runtime_error("no frame " + std::string(name));
}

session_fixture::session_fixture()
    : server{server_profile,
             backend,
             environment,
             log,
             [](std::span<std::byte> out) {
                 const auto pattern = from_hex("1234567890ABCDEF");
                 for (std::size_t i = 0; i < out.size(); ++i)
                     out[i] = pattern[i % pattern.size()];
             },
             {},
             0} {
    connect();
}

void session_fixture::connect() {
    session.reset();
    context = {};
    session = std::make_unique<server_session>(server, "127.0.0.1:40000", [this] { ++ready_calls; });
}

std::vector<std::byte> session_fixture::drain() {
    std::vector<std::byte> out;
    while (!session->output().empty()) {
        out.insert(out.end(), session->output().begin(), session->output().end());
        session->sent();
    }
    return out;
}

std::vector<std::byte> session_fixture::feed(std::span<const std::byte> bytes, std::size_t piece) {
    std::vector<std::byte> out = drain();
    while (!bytes.empty() && !session->closing() && !session->busy()) {
        const auto room = session->receive_buffer();
        const auto size = std::min({piece, bytes.size(), room.size()});
        std::copy_n(bytes.begin(), size, room.begin());
        bytes = bytes.subspan(size);
        session->received(size);
        const auto answer = drain();
        out.insert(out.end(), answer.begin(), answer.end());
    }
    return out;
}

std::string session_fixture::error_text(const server_answer& answer) {
    wire::error_response error;
    if (answer.bytes.size() < wire::header_size || decode(answer.frame(), context, error))
        return "no error answer";
    return "[" + std::to_string(error.code) + "] " + std::string(error.text);
}

void session_fixture::log_in(std::uint16_t message_version) {
    wire::startup_request hello;
    hello.message_version = message_version;
    hello.client_version = "7.6.0.0";
    const auto answer = ask<wire::startup_response>(hello);
    ASSERT_FALSE(answer.has_key);
    context.message_version = answer.message_version;
    wire::login_request who;
    who.language = 1;
    who.user = wire::as_bytes("SYSDBA");
    who.password = wire::as_bytes("SYSDBA");
    who.new_lob = context.new_lob;
    ask<wire::login_response>(who);
    ASSERT_FALSE(session->closing());
}

std::int32_t session_fixture::allocate(bool base_names) {
    wire::allocate_request request;
    request.base_names = base_names;
    const auto answer = ask<wire::allocate_response>(request);
    EXPECT_EQ(answer.base_names, base_names);
    return answer.handle;
}

}  // namespace dmkit::mock::test
