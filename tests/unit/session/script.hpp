#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dmkit/wire/frame.hpp>
#include <dmkit/wire/messages/session.hpp>
#include <dmkit/wire/messages/statement.hpp>

#include "client/session/machine.hpp"
#include "client/session/operation.hpp"

namespace dmkit::session::test {

using bytes = std::vector<std::byte>;

/// Bytes from hexadecimal text; blanks between digits are ignored.
bytes from_hex(std::string_view text);
std::string to_hex(std::span<const std::byte> data);

/// A message as it lies in a stream, neither encrypted nor in CRC mode.
template <class Message>
bytes frame_of(const Message& message, const wire::codec_context& context = {}) {
    bytes out;
    encode(message, context, out);
    wire::finish_frame(out, 0);
    return out;
}
/// An answer that refuses.
bytes refusal(int code, std::string_view text);

/// A conversation that a machine is expected to have, and the server's part in it.
class script {
  public:
    /// The next request is exactly this one.
    script& client_sends(bytes frame);
    /// The next request has this code; the rest of it is looked at by @p check, if given.
    script& client_sends(wire::command code, std::function<void(const wire::frame_view&)> check = {});
    script& server_sends(bytes frame);
    /// The machine asks for a TLS handshake, which succeeds.
    script& secures(std::string version = "TLSv1.3", std::string cipher = "TLS_AES_256_GCM_SHA384");

    /// Runs @p what over the conversation; every write is taken and every answer given in pieces of @p piece bytes (0:
    /// as a whole).
    failure run(session_state& state, machine& what, std::size_t piece = 0) const;

    using make_state = std::function<std::unique_ptr<session_state>()>;
    using make_machine = std::function<std::unique_ptr<machine>(session_state&)>;
    /// Runs the conversation again and again, failing one read or write after the other with a lost connection, a
    /// time-out and a cancellation: each ends in that error and a connection that is to be discarded.
    void run_with_each_step_failing(const make_state& state, const make_machine& what) const;

  private:
    struct step {
        bool from_client = false;
        bytes exact;
        std::optional<wire::command> code;
        std::function<void(const wire::frame_view&)> check;
        std::optional<std::pair<std::string, std::string>> secured = {};  ///< version and cipher
    };
    struct fault {
        std::size_t at = 0;
        client_errc code = client_errc{};
    };
    failure run(session_state& state, machine& what, std::size_t piece, const fault* inject,
                std::size_t* operations) const;
    void check_request(const step& expected, const bytes& sent) const;

    std::vector<step> steps_;
};

/// A session after its login.
std::unique_ptr<session_state> logged_in();

/// A column of a result.
wire::column_descriptor column(std::string_view name, std::int32_t type, std::int32_t precision,
                               std::string_view type_name);
/// A parameter as a server describes it; exact unless @p flags say otherwise.
wire::parameter_descriptor parameter(std::int32_t type, std::int32_t precision, std::int32_t scale = 0,
                                     std::int16_t flags = 0, std::int16_t direction = 0);

}  // namespace dmkit::session::test
