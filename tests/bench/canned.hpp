#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/wire/charset.hpp>
#include <dmkit/wire/frame.hpp>
#include <dmkit/wire/messages/session.hpp>
#include <dmkit/wire/messages/statement.hpp>

#include "loopback.hpp"
#include "mixed_rows.hpp"

/// A server of canned answers, to measure the client alone, and a client of canned requests, to measure the mock alone.
namespace dmkit::bench {

using message = std::vector<std::byte>;

/// A finished frame of @p what.
template <class M>
message frame_of(const M& what) {
    message out;
    encode(what, {}, out);
    wire::finish_frame(out, 0);
    return out;
}

/// The answers to everything that a client asks about one query.
struct canned_result {
    message prepared;
    message executed;                                  ///< with the first batch
    std::vector<message> fetched;                      ///< the other batches, in order
    std::vector<std::int64_t> counts;                  ///< rows of each batch, the first included
    [[nodiscard]] std::size_t bytes() const noexcept;  ///< of executed and fetched together
};

/// Rows per answer end at this many bytes, the mock's own default.
inline constexpr std::size_t batch_bytes = 32768;

/// @param fields gives the fields of a row by its number, from 0
[[nodiscard]] canned_result make_canned_result(std::span<const column> columns, std::size_t rows,
                                               std::size_t parameters, wire::charset set,
                                               const std::function<std::span<const field_view>(std::size_t)>& fields);
/// @p rows mixed rows.
[[nodiscard]] canned_result canned_mixed_rows(std::size_t rows, wire::charset set = wire::charset::utf8);
/// One row of a number and a text, for a statement with one parameter.
[[nodiscard]] canned_result canned_one_row();

/// Logs everybody in and answers every statement with the same result.
class canned_server {
  public:
    explicit canned_server(canned_result result, wire::charset set = wire::charset::utf8);
    [[nodiscard]] std::uint16_t port() const noexcept { return thread_->port(); }
    [[nodiscard]] const canned_result& result() const noexcept { return result_; }

  private:
    void serve(stream& peer) const;

    canned_result result_;
    message startup_;
    message login_;
    std::unique_ptr<peer_thread> thread_;
};

/// Asks a server with a blocking socket and finished frames.
class canned_client {
  public:
    /// Connects and logs in as SYSDBA, without encryption. @throws std::runtime_error if the server refuses
    explicit canned_client(std::uint16_t port);

    /// Sends and waits for the answer, which is valid until the next call.
    /// @throws std::runtime_error for an answer with an error
    wire::frame_view ask(std::span<const std::byte> request);
    template <class M>
    wire::frame_view ask_for(const M& what) {
        return ask(frame_of(what));
    }
    /// Prepares a statement. @return the frame of its EXECUTE with @p parameters
    message prepare(std::string_view sql, std::span<const field_view> parameters);
    /// Handle of the statement that was prepared last.
    [[nodiscard]] std::int32_t handle() const noexcept { return handle_; }

  private:
    stream socket_;
    wire::frame_assembler assembler_;
    std::int32_t handle_ = 0;
};

}  // namespace dmkit::bench
