#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <dmkit/wire/messages/session.hpp>
#include <dmkit/wire/messages/statement.hpp>

namespace dmkit::test {

/// A client of the plainest kind: a blocking socket and the codec, with nothing of the client library in it.
class raw_client {
  public:
    explicit raw_client(std::uint16_t port);
    ~raw_client();
    raw_client(const raw_client&) = delete;
    raw_client& operator=(const raw_client&) = delete;

    void send(std::span<const std::byte> bytes);
    /// One complete message, or nothing when the server has closed the connection.
    std::vector<std::byte> receive();
    /// True if a byte of an answer, or the end of the connection, is there to be read now.
    [[nodiscard]] bool has_answer() const;
    /// True if the server closes the connection without another byte.
    [[nodiscard]] bool closed();
    /// Says that nothing follows, and still reads.
    void end_output();
    /// Ends the connection from this side.
    void close();

    template <class M>
    void post(const M& message) {
        std::vector<std::byte> request;
        encode(message, context, request);
        wire::finish_frame(request, 0);
        send(request);
    }
    template <class M>
    std::vector<std::byte> ask(const M& message) {
        post(message);
        return receive();
    }
    /// STARTUP without a key and LOGIN. @return the result code of the LOGIN
    std::int32_t log_in(std::string_view user = "SYSDBA", std::string_view password = "SYSDBA");
    /// STMT_ALLOC. @return the handle
    std::int32_t allocate();
    /// PREPARE with direct execution. @return the answer
    std::vector<std::byte> direct(std::int32_t handle, std::string_view sql, bool autocommit = true);

    [[nodiscard]] static std::int32_t result_of(std::span<const std::byte> answer);

    wire::codec_context context;

  private:
    int socket_ = -1;
};

}  // namespace dmkit::test
