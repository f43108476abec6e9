#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <dmkit/wire/messages/session.hpp>
#include <dmkit/wire/messages/statement.hpp>

#include "fake_backend.hpp"
#include "mockserver/session/server_session.hpp"

namespace dmkit::mock::test {

/// Bytes from hexadecimal digits; blanks and line ends are skipped.
[[nodiscard]] std::vector<std::byte> from_hex(std::string_view text);
[[nodiscard]] std::string to_hex(std::span<const std::byte> bytes);

/// A header (64 bytes in hexadecimal) and a body of the vendor's drivers, as tests/captures and tests/vectors hold
/// them.
struct captured_frame {
    std::string message;
    std::string note;
    std::vector<std::byte> bytes;
};
/// @param file below tests/, as `captures/go.json`
[[nodiscard]] std::vector<captured_frame> load_frames(std::string_view file);
/// The first frame of @p file whose message is @p name and whose note begins with @p note.
[[nodiscard]] std::vector<std::byte> load_frame(std::string_view file, std::string_view name,
                                                std::string_view note = {});

class null_log final : public session_log {
  public:
    [[nodiscard]] bool enabled(log_level level) const noexcept override { return level <= most; }
    void write(log_level, std::string_view text) override { lines.emplace_back(text); }
    log_level most = log_level::off;
    std::vector<std::string> lines;
};

/// An answer: header and body, plain.
struct server_answer {
    std::vector<std::byte> bytes;
    [[nodiscard]] wire::frame_view frame() const {
        return {std::span<const std::byte, wire::header_size>(bytes.data(), wire::header_size),
                std::span(bytes).subspan(wire::header_size)};
    }
    [[nodiscard]] std::int32_t result() const { return frame().result(); }
};

/// A server session with a fake backend, driven by bytes. The private key of the server is that of the worked examples
/// in dm8-connection: 12 34 56 78 90 AB CD EF, eight times.
class session_fixture : public ::testing::Test {
  protected:
    session_fixture();

    /// Begins a new connection.
    void connect();
    /// Feeds bytes in pieces of @p piece and gives everything that comes back.
    std::vector<std::byte> feed(std::span<const std::byte> bytes, std::size_t piece = 64U << 10U);
    /// What the session has to say, as if it had been sent.
    std::vector<std::byte> drain();
    /// Sends one message and takes one complete answer.
    template <class M>
    server_answer exchange(const M& message) {
        std::vector<std::byte> request;
        encode(message, context, request);
        wire::finish_frame(request, 0);
        return {feed(request)};
    }
    template <class Answer, class M>
    Answer ask(const M& message) {
        last = exchange(message);
        return decoded<Answer>(last);
    }
    template <class Answer>
    Answer decoded(const server_answer& answer) {
        Answer out;
        EXPECT_GE(answer.bytes.size(), wire::header_size);
        if (answer.bytes.size() < wire::header_size)
            return out;
        if constexpr (!std::is_same_v<Answer, wire::error_response>) {
            EXPECT_GE(answer.result(), 0) << error_text(answer);
        }
        const auto error = decode(answer.frame(), context, out);
        EXPECT_FALSE(error) << error.to_string();
        return out;
    }
    [[nodiscard]] std::string error_text(const server_answer& answer);
    /// STARTUP without a key and LOGIN of SYSDBA in clear.
    void log_in(std::uint16_t message_version = 8);
    std::int32_t allocate(bool base_names = false);

    profile server_profile;
    fake_backend backend;
    fake_environment environment;
    null_log log;
    server_context server;
    wire::codec_context context;  ///< of the client's side
    std::unique_ptr<server_session> session;
    int ready_calls = 0;
    server_answer last;
};

}  // namespace dmkit::mock::test
