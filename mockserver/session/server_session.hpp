#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dmkit/wire/charset.hpp>
#include <dmkit/wire/cipher.hpp>
#include <dmkit/wire/frame.hpp>
#include <dmkit/wire/messages/lob.hpp>
#include <dmkit/wire/messages/session.hpp>
#include <dmkit/wire/messages/statement.hpp>
#include <dmkit/wire/security.hpp>
#include <dmkit/wire/value_codec.hpp>

#include "mockserver/backend.hpp"
#include "mockserver/lob_text.hpp"
#include "mockserver/session/lob_copies.hpp"
#include "mockserver/session/server_context.hpp"
#include "mockserver/session/statement.hpp"

namespace dmkit::mock {

/// The server's side of one connection, without a socket: bytes go in, bytes come out.
///
/// The owner reads into receive_buffer(), says how much with received(), sends output() if there is any and calls
/// sent() when all of it has gone. While busy(), a backend operation is under way and nothing should be read; when it
/// ends the `ready` function is called and output() holds the answer. When closing(), the connection is to be closed as
/// soon as the output has gone. Destroying the machine rolls back and releases everything, at any moment.
class server_session {
  public:
    /// @param peer the client's address, for the log and the session
    /// @param ready called when an operation that did not end at once has ended; not called from within a member
    server_session(server_context& server, std::string peer, std::function<void()> ready);
    ~server_session();
    server_session(const server_session&) = delete;
    server_session& operator=(const server_session&) = delete;

    /// Room for the next bytes, 1 byte to 64 KiB. Only when not busy().
    [[nodiscard]] std::span<std::byte> receive_buffer();
    /// @p size bytes of receive_buffer() have been filled. Answers the first complete message, if there is one.
    void received(std::size_t size);
    /// What is to be sent.
    [[nodiscard]] std::span<const std::byte> output() const noexcept { return output_; }
    /// The output has been sent. Answers the next message if it is there already.
    void sent();
    [[nodiscard]] bool busy() const noexcept { return busy_; }
    [[nodiscard]] bool closing() const noexcept { return closing_; }
    /// True when the output has gone and a TLS handshake is to follow: secured() reports it. profile::tls says whether
    /// the bytes behind it are in TLS.
    [[nodiscard]] bool securing() const noexcept { return phase_ == phase::securing; }
    /// @param how version, cipher and the client's certificate, for the log
    void secured(std::string_view how);
    /// @p why the handshake failed, or the records behind it
    void not_secured(std::string_view why);

  private:
    enum class phase : std::uint8_t { startup, securing, login, session };

    // server_session.cpp: frames, dispatch, answers
    void process();
    void handle(const wire::frame_view& frame);
    void dispatch(const wire::frame_view& frame);
    template <class M>
    [[nodiscard]] bool decode_request(const wire::frame_view& frame, M& out);
    template <class M>
    void answer(const M& message, const server_statement* statement = nullptr);
    void answer_error(const sql_error& error);
    void answer_failure(const std::exception& failure);
    void malformed(const wire::decode_error& error);
    /// Runs @p operation of the backend, which calls its argument when done; then @p finish builds the answer.
    template <class Operation>
    void run(void (server_session::*finish)(), Operation&& operation);
    void operation_ended(std::optional<sql_error> error);
    void seal(std::size_t begin);
    [[nodiscard]] wire::codec_context context(const server_statement* statement = nullptr) const noexcept;
    template <class... Arguments>
    void log(log_level level, std::string_view format, const Arguments&... arguments);
    void restart_idle_timer();
    void start_login_timer();

    // handshake.cpp
    void startup(const wire::frame_view& frame);
    void login(const wire::frame_view& frame);
    [[nodiscard]] std::string credential(std::span<const std::byte> sent);

    // statements.cpp
    void allocate(const wire::frame_view& frame);
    void free(const wire::frame_view& frame);
    void prepare(const wire::frame_view& frame);
    void pre_execute(const wire::frame_view& frame);
    void put_data(const wire::frame_view& frame);
    void put_named_data(const wire::frame_view& frame);
    void fetch(const wire::frame_view& frame);
    void more_result(const wire::frame_view& frame);
    void close_cursor(const wire::frame_view& frame);
    void set_cursor_name(const wire::frame_view& frame);
    void table_stamps(const wire::frame_view& frame);
    void set_isolation(const wire::frame_view& frame);
    void commit(const wire::frame_view& frame);
    void rollback(const wire::frame_view& frame);
    [[nodiscard]] server_statement& statement(std::int32_t handle, std::string_view message);
    void prepare_statement(server_statement& statement, std::string_view sql);
    /// The row at @p position (from 0) of the cursor's result. @throws sql_error −4535 if there is none
    [[nodiscard]] row_place row_of_cursor(std::string_view cursor, std::int64_t position);
    void answer_prepared(server_statement& statement);
    void answer_done();

    // execution.cpp
    void execute(const wire::frame_view& frame);
    void execute_constants(const wire::frame_view& frame);
    struct execution_options {
        bool autocommit = true;
        std::int64_t max_rows = wire::no_row_limit;
        bool want_keys = false;
        bool continue_on_error = false;
        std::int32_t max_failures = 0;
        std::int32_t timeout = 0;
        std::optional<std::int64_t> cursor_row = {};  ///< from 0; a direct execution has no room for it
    };
    template <class Request>
    [[nodiscard]] execution_options options_of(const Request& request) const;
    /// The statement that takes @p size bytes for a parameter ahead of its execution.
    server_statement& receiver_of(std::string_view message, std::int32_t handle, std::int16_t parameter,
                                  std::size_t size);
    void decode_arguments(const server_statement& statement, const values_in_pieces& sent_ahead,
                          std::span<const wire::parameter_type> types, std::int64_t row_count,
                          std::span<const std::byte> rows);
    void decode_argument(const wire::parameter_row_reader::value& value, argument& out);
    /// A cursor travels as the handle of a statement of its own.
    void note_cursor_handle(const wire::parameter_row_reader::value& value);
    void encode_out_values(wire::execute_response& response);
    [[nodiscard]] lob_policy lob_policy_of_results() noexcept;
    /// Gives the rows of the cursor in @p parameter to the statement behind @p handle; none if it is not open.
    void fill_cursor(std::size_t parameter, std::int32_t handle);
    [[nodiscard]] wire::value_context value_context(wire::value_place place);
    void start_execution(server_statement& statement, const execution_options& options);
    void answer_execution();
    void answer_result(server_statement& statement, wire::execute_response& response);
    [[nodiscard]] std::int32_t transaction_status() const;

    // lobs.cpp
    /// A LOB value that is being read.
    struct open_lob {
        bool text = false;
        std::int16_t group = 0;
        lob_place where;
        std::unique_ptr<lob_reader> reader;
        character_index characters;
    };
    void lob_length(const wire::frame_view& frame);
    void lob_read(const wire::frame_view& frame);
    void lob_write(const wire::frame_view& frame);
    void lob_truncate(const wire::frame_view& frame);
    /// The place that the address means. @throws sql_error if it is none of the backend's
    [[nodiscard]] lob_place stored_place(const wire::lob_address& address, bool with_row) const;
    [[nodiscard]] stored_lobs& backend_lobs();
    [[nodiscard]] open_lob& opened(const wire::lob_address& address, bool with_row);
    /// Appends units (bytes, characters) from @p position on, @p most at most. @return how many; true at the end
    std::pair<std::int64_t, bool> read_units(open_lob& lob, std::int64_t position, std::int64_t most,
                                             std::vector<std::byte>& out);
    /// Counts what an argument takes beside the message. @throws sql_error if it is too much
    void count_copied(std::size_t bytes);
    [[nodiscard]] field lob_argument(type_id type, std::span<const std::byte> locator);
    void answer_lob_write();
    void answer_lob_truncate();

    server_context& server_;
    std::string peer_;
    std::function<void()> ready_;
    std::int64_t id_;

    wire::frame_assembler assembler_;
    wire::frame_security security_;
    std::vector<std::byte> output_;
    phase phase_ = phase::startup;
    bool in_call_ = false;  ///< a member is running: operations that end now are not announced by ready_
    bool busy_ = false;
    bool closing_ = false;
    bool secret_ = false;  ///< the message is about a statement whose words stay out of the log

    // what STARTUP and LOGIN agreed on
    std::uint16_t message_version_ = 8;  ///< in force; decides the length of row ids too
    bool new_lob_ = true;
    wire::charset_converter text_;
    wire::text_arena arena_;
    dmkit::mock::language language_ = language::chinese;
    std::unique_ptr<wire::message_cipher> credential_cipher_;  ///< of login encryption; gone after LOGIN
    std::int16_t session_zone_ = 0;                            ///< minutes east of UTC
    std::chrono::seconds idle_limit_{0};
    std::optional<environment::timer> idle_timer_;  ///< until LOGIN has succeeded, the time that it may take

    std::unique_ptr<backend_session> session_;
    std::optional<open_lob> open_lob_;
    lob_copies lob_copies_;
    spool_budget spool_budget_;
    // Behind session_, so that statements go first when the machine is destroyed.
    std::map<std::int32_t, server_statement> statements_;
    std::int32_t last_handle_ = 0;
    std::int64_t last_value_name_ = 0;  ///< of PUT_DATA2

    /// The operation under way.
    struct pending_operation {
        void (server_session::*finish)() = nullptr;
        std::int32_t handle = 0;
        bool want_keys = false;
        std::vector<std::vector<argument>> rows;
        std::size_t copied = 0;  ///< bytes of rows that are copies of LOBs and of what was sent ahead
        std::vector<std::pair<std::size_t, std::int32_t>> cursors;  ///< parameters and handles
        std::vector<std::vector<std::byte>> out_bytes;
        dmkit::mock::execution execution;
        execution_result result;
    };
    pending_operation pending_;

    // Kept from message to message, so that their memory is used again.
    wire::execute_request execute_request_;
    wire::execute_constants_request execute_constants_request_;
    wire::execute_response execute_response_;
    wire::prepare_response prepare_response_;
    wire::lob_write_response lob_write_response_;
    wire::lob_truncate_response lob_truncate_response_;
    std::vector<std::byte> lob_piece_;
    std::vector<std::byte> message_texts_;
};

}  // namespace dmkit::mock
