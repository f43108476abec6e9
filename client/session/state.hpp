#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/connect_params.hpp>
#include <dmkit/error.hpp>
#include <dmkit/field.hpp>
#include <dmkit/server_info.hpp>
#include <dmkit/wire/charset.hpp>
#include <dmkit/wire/frame.hpp>
#include <dmkit/wire/messages/message.hpp>
#include <dmkit/wire/messages/statement.hpp>
#include <dmkit/wire/security.hpp>
#include <dmkit/wire/value_codec.hpp>

namespace dmkit::session {

/// A statement handle of the server.
struct statement_handle {
    std::int32_t id = 0;
    bool base_names = false;  ///< its column descriptors carry base names
};

/// What an operation failed with.
struct failure {
    error_code code;
    diagnostics details;
    std::exception_ptr thrown = {};  ///< what code of the user's threw; synchronous calls let it pass
};

/// Memory of parameter_writer, used again by the session's next execution.
struct parameter_buffers {
    /// What is known of one parameter's type while the rows are looked at.
    struct choice {
        data_type natural;
        bool seen = false;  ///< a value that is not NULL
        bool own = false;   ///< a value that does not fit the type that the server described
    };
    std::vector<choice> choices;
    std::vector<std::size_t> places;
    std::vector<field_view> arranged;
    std::vector<std::byte> rows;
    std::vector<std::byte> scratch;
    wire::execute_request request;  ///< with the types
};

/// Everything that a session has between two operations. Machines read and change it; nothing in here does I/O.
struct session_state {
    // bytes
    wire::frame_assembler assembler;
    wire::frame_security security;
    std::vector<std::byte> out;  ///< the request that is being sent
    // agreements of STARTUP and LOGIN
    bool tls_only_handshake = false;  ///< after the TLS handshake bytes go on in clear
    wire::codec_context codec;
    wire::charset_converter text;
    wire::text_arena arena;  ///< of texts that are converted while one answer is decoded
    dmkit::language language = language::chinese;
    bool execute2 = true;  ///< the server knows EXECUTE2
    server_info server;
    // the session
    bool connected = false;  ///< between a login and the first fatal error
    bool autocommit = true;  ///< of statements outside of a transaction
    bool in_transaction = false;
    bool always_allow_commit = true;
    bool rollback_pending = false;  ///< a transaction was dropped without an answer; the next operation undoes it first
    dmkit::isolation isolation = isolation::read_committed;         ///< in force on the server
    dmkit::isolation wanted_isolation = isolation::read_committed;  ///< to be in force for the next statement
    dmkit::isolation base_isolation = isolation::read_committed;    ///< of the session, outside of transactions
    /// The level has been sent for the transaction that comes next. The vendor's Go driver sends it with every one.
    bool isolation_named = false;
    bool read_only = false;  ///< in force on the server
    bool wanted_read_only = false;
    bool base_read_only = false;
    std::string schema;                   ///< current, UTF-8
    std::int16_t session_zone = 0;        ///< minutes east of UTC
    std::int32_t transaction_status = 0;  ///< the server's last word, docs/protocol: transaction status
    std::vector<statement_handle> idle_handles;
    parameter_buffers parameters;
    /// Of a cursor that has been read.
    std::vector<std::byte> spare_batch;
    std::vector<field_view> spare_fields;
    std::size_t statement_pool_size = 15;
    std::int64_t max_rows = 0;
    std::int32_t fetch_buffer = 0;
    bool continue_batch_on_error = false;
    std::int32_t batch_allow_max_errors = 0;

    /// The autocommit byte of the next execution.
    [[nodiscard]] bool commits_by_itself() const noexcept { return autocommit && !in_transaction; }
    /// Codec context for messages of @p handle.
    [[nodiscard]] wire::codec_context codec_of(const statement_handle& handle) const noexcept {
        auto context = codec;
        context.base_names = handle.base_names;
        return context;
    }
    /// For values that are decoded into @p arena, or encoded.
    [[nodiscard]] wire::value_context values(wire::text_arena& texts, wire::value_place place) {
        constexpr std::uint16_t long_values_since = 6;  // docs/protocol: EXECUTE2
        return {text,
                texts,
                place,
                codec.new_lob,
                session_zone,
                server.database_time_zone,
                codec.message_version >= long_values_since};
    }
    /// Text of the server as UTF-8.
    [[nodiscard]] std::string utf8(std::string_view encoded) {
        std::string out_text;
        text.append_utf8(wire::as_bytes(encoded), out_text);
        return out_text;
    }
    /// Makes a statement's handle available for another one.
    void release(const statement_handle& handle) {
        if (handle.id != 0)
            idle_handles.push_back(handle);
    }
};

}  // namespace dmkit::session
