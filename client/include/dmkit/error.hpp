#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

namespace dmkit {

using error_code = boost::system::error_code;

/// What the client itself finds wrong. Codes of the server are in server_category() with DM8's own (negative) numbers.
enum class client_errc : int {
    // transport; the connection is lost
    timeout = 1,         ///< the deadline of the operation passed
    cancelled,           ///< the caller cancelled the operation
    connection_refused,  ///< nobody listens at the address (ECONNREFUSED)
    connection_reset,    ///< the peer reset the connection (ECONNRESET, EPIPE)
    peer_closed,         ///< the peer closed the connection in order, in the middle of an exchange
    host_unreachable,    ///< no route to the host or its network (EHOSTUNREACH, ENETUNREACH)
    transport_timeout,   ///< the network gave up on the peer (ETIMEDOUT)
    host_not_found,      ///< the name of the host cannot be resolved
    transport_failure,   ///< any other fault of the socket; diagnostics name it
    // protocol; the connection is lost
    frame_format,            ///< an answer does not have the form of a message; diagnostics name message, field, offset
    checksum,                ///< check byte, CRC or digest of an answer do not match
    message_too_large,       ///< a message is longer than the cap (connect_params::message_cap) or than DM8 allows
    protocol_violation,      ///< an answer contradicts the request or the session
    server_not_supported,    ///< the server demands something that this client lacks (a cipher); diagnostics name it
    commit_outcome_unknown,  ///< COMMIT was sent and no answer came: the transaction may be committed or not
    // TLS; the connection is lost. Diagnostics hold OpenSSL's or the peer's words
    tls_required,             ///< the server does not put the session into TLS, which connect_params::tls requires
    tls_disabled,             ///< the server demands TLS, which connect_params::tls disables
    tls_configuration,        ///< a file of ours cannot be read, or our key does not fit our certificate
    tls_unknown_authority,    ///< nobody whom we trust has signed the server's certificate
    tls_wrong_host,           ///< the server's certificate is another host's
    tls_expired,              ///< the server's certificate is not valid yet, or not any more
    tls_bad_certificate,      ///< any other fault of the server's certificate
    tls_certificate_refused,  ///< the server refused our certificate, or wants one that is not set
    tls_failure,              ///< no common version or suite, bytes that are no TLS, any other fault of TLS
    // use; nothing was sent, the connection stays as it was
    not_connected,            ///< the connection is closed, was never opened or was lost before
    already_connected,        ///< connect on a connection that is open
    no_executor,              ///< an asynchronous call on a connection that was made without an executor
    operation_in_progress,    ///< another asynchronous operation of the connection has not ended
    transaction_in_progress,  ///< begin inside a transaction
    no_transaction,           ///< commit or rollback on a transaction that has ended
    invalid_dsn,              ///< the connection string cannot be understood; diagnostics say where
    unknown_option,           ///< an option that neither dmkit nor the vendor's drivers have
    unsupported_option,       ///< an option of the vendor's drivers that this client does not honour
    invalid_option_value,     ///< a value outside the option's range
    name_too_long,            ///< user name or password over 128 bytes in the session's character set
    request_too_large,        ///< the request would be larger than DM8 allows (512 MiB)
    parameter_count,          ///< another number of parameters than the statement has
    parameter_name,           ///< a parameter that is not given, given twice, or none of the statement's; see named()
    parameter_type,           ///< a value that cannot become the type of its parameter
    parameter_too_long,       ///< a value over 65280 bytes for a parameter that is no LOB
    text_not_encodable,       ///< text with characters that the session's character set lacks
    not_a_query,              ///< rows were asked of a statement that yields none
    not_scrolling,            ///< rows::seek() of a query that was run without call_options::scrolling
    // reading values; the connection stays as it was
    no_such_column,         ///< no column of the name, or the index is too large
    column_type_mismatch,   ///< a column cannot be read as the wanted C++ type; diagnostics name it
    column_count_mismatch,  ///< a row type with another number of members than the result has columns
    null_value,             ///< NULL for a member that is not optional; diagnostics name the column
    value_out_of_range,     ///< a value that the wanted C++ type cannot hold
    value_format,           ///< bytes of a value that are not of its type
    lob_out_of_row,         ///< an OUT parameter of a batch with a LOB that is too long for its row
    lob_in_row,             ///< a write to a LOB that lay in its row and has no locator: use UPDATE
    unsupported_type,       ///< a column or parameter of a type that this client cannot read or write
    // code of the caller's; the connection stays as it was
    exception_thrown,  ///< a field_traits, a row of a batch or an observer threw: diagnostics hold the exception's
                       ///< words
};

/// How faults are classed, for retry rules, logs and metrics.
enum class fault_class : std::uint8_t {
    none,          ///< no error
    timeout,       ///< client_errc::timeout, transport_timeout
    checksum,      ///< client_errc::checksum
    frame_format,  ///< client_errc::frame_format, message_too_large, protocol_violation
    refused,       ///< client_errc::connection_refused
    reset,         ///< client_errc::connection_reset
    peer_closed,   ///< client_errc::peer_closed
    unreachable,   ///< client_errc::host_unreachable, host_not_found
    cancelled,     ///< client_errc::cancelled
    transport,     ///< any other fault of the socket
    server,        ///< the server answered with an error
    tls,           ///< any client_errc::tls_…: trying again changes nothing
    usage,         ///< the call was wrong; trying again changes nothing
};

/// What is known about the request when an operation failed. Retry rules look at this and at nothing else.
enum class delivery : std::uint8_t {
    not_sent,    ///< the server cannot have acted on it; it may be tried again
    maybe_sent,  ///< the server may have acted on it
    answered,    ///< the server has answered it
};

[[nodiscard]] const boost::system::error_category& client_category() noexcept;
/// Values are the numbers of DM8 (`-2106`), texts are in diagnostics.
[[nodiscard]] const boost::system::error_category& server_category() noexcept;

inline error_code make_error_code(client_errc code) noexcept {
    return {static_cast<int>(code), client_category()};
}
[[nodiscard]] fault_class classify(const error_code& code) noexcept;
/// True if the connection cannot be used after an error with this code.
[[nodiscard]] bool is_fatal(const error_code& code) noexcept;
[[nodiscard]] std::string_view to_string(fault_class value) noexcept;
[[nodiscard]] std::string_view to_string(delivery value) noexcept;

/// What else is known about a failure. Never contains values of parameters, passwords or keys. All text is UTF-8.
struct diagnostics {
    std::string server_message;  ///< the server's own text in the session's language; empty if the server said nothing
    std::string client_message;  ///< the client's explanation; empty if the code says all
    std::string operation;       ///< `connect`, `execute`, `fetch` …
    std::string endpoint;        ///< `host:port`
    std::string tag;             ///< connect_params::connection_tag
    std::string schema_name;     ///< named by the server's error record, mostly empty
    std::string table_name;      ///< likewise
    std::string column_name;     ///< likewise
    delivery delivered = delivery::not_sent;

    void clear() noexcept {
        for (auto* text :
             {&server_message, &client_message, &operation, &endpoint, &tag, &schema_name, &table_name, &column_name})
            text->clear();
        delivered = delivery::not_sent;
    }
    /// The text to show: the server's if there is one, else the client's.
    [[nodiscard]] const std::string& message() const noexcept {
        return server_message.empty() ? client_message : server_message;
    }
};

/// What the throwing overloads throw. what() names operation, endpoint, code and text.
class error : public boost::system::system_error {
  public:
    error(error_code code, dmkit::diagnostics details);
    explicit error(client_errc code, std::string message = {});
    [[nodiscard]] const char* what() const noexcept override { return content_->text.c_str(); }
    [[nodiscard]] const dmkit::diagnostics& details() const noexcept { return content_->details; }
    [[nodiscard]] delivery delivered() const noexcept { return content_->details.delivered; }

  private:
    struct content {
        dmkit::diagnostics details;
        std::string text;
    };
    std::shared_ptr<const content> content_;  ///< shared, so that copying an exception cannot throw
};

/// Throws error if @p code is set.
void throw_if(const error_code& code, diagnostics&& details);

}  // namespace dmkit

template <>
struct boost::system::is_error_code_enum<dmkit::client_errc> : std::true_type {};
