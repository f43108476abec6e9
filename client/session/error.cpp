#include <dmkit/error.hpp>

#include <string>
#include <utility>

namespace dmkit {

namespace {

struct fault_line {
    client_errc code;
    fault_class kind;
    bool fatal;
    const char* text;
};

/// One line a code: its class, whether it ends the connection, its text.
constexpr fault_line faults[] = {
    {client_errc::timeout, fault_class::timeout, true, "the deadline of the operation passed"},
    {client_errc::cancelled, fault_class::cancelled, true, "the operation was cancelled"},
    {client_errc::connection_refused, fault_class::refused, true, "connection refused"},
    {client_errc::connection_reset, fault_class::reset, true, "connection reset by the peer"},
    {client_errc::peer_closed, fault_class::peer_closed, true, "the peer closed the connection"},
    {client_errc::host_unreachable, fault_class::unreachable, true, "host or network unreachable"},
    {client_errc::transport_timeout, fault_class::timeout, true, "the network timed out"},
    {client_errc::host_not_found, fault_class::unreachable, true, "host not found"},
    {client_errc::transport_failure, fault_class::transport, true, "the transport failed"},
    {client_errc::frame_format, fault_class::frame_format, true, "an answer does not have the form of a message"},
    {client_errc::checksum, fault_class::checksum, true, "the checksum of an answer does not match"},
    {client_errc::message_too_large, fault_class::frame_format, true, "a message is larger than allowed"},
    {client_errc::protocol_violation, fault_class::frame_format, true, "an answer contradicts the protocol"},
    {client_errc::server_not_supported, fault_class::usage, true, "the server demands what this client lacks"},
    {client_errc::commit_outcome_unknown, fault_class::transport, true,
     "COMMIT was sent and not answered: its outcome is unknown"},
    {client_errc::tls_required, fault_class::tls, true, "the server does not use TLS, which is required"},
    {client_errc::tls_disabled, fault_class::tls, true, "the server demands TLS, which is disabled"},
    {client_errc::tls_configuration, fault_class::tls, true, "the TLS settings are wrong"},
    {client_errc::tls_unknown_authority, fault_class::tls, true, "the server's certificate is signed by nobody known"},
    {client_errc::tls_wrong_host, fault_class::tls, true, "the server's certificate is another host's"},
    {client_errc::tls_expired, fault_class::tls, true, "the server's certificate has expired or is not valid yet"},
    {client_errc::tls_bad_certificate, fault_class::tls, true, "the server's certificate is not valid"},
    {client_errc::tls_certificate_refused, fault_class::tls, true, "the server refused the client's certificate"},
    {client_errc::tls_failure, fault_class::tls, true, "TLS failed"},
    {client_errc::not_connected, fault_class::usage, false, "not connected"},
    {client_errc::already_connected, fault_class::usage, false, "already connected"},
    {client_errc::no_executor, fault_class::usage, false, "the connection was made without an executor"},
    {client_errc::operation_in_progress, fault_class::usage, false, "another operation of the connection is running"},
    {client_errc::transaction_in_progress, fault_class::usage, false, "a transaction is in progress"},
    {client_errc::no_transaction, fault_class::usage, false, "the transaction has ended"},
    {client_errc::invalid_dsn, fault_class::usage, false, "invalid connection string"},
    {client_errc::unknown_option, fault_class::usage, false, "unknown option"},
    {client_errc::unsupported_option, fault_class::usage, false, "option not supported"},
    {client_errc::invalid_option_value, fault_class::usage, false, "invalid value of an option"},
    {client_errc::name_too_long, fault_class::usage, false, "user name or password longer than 128 bytes"},
    {client_errc::request_too_large, fault_class::usage, false, "the request is larger than DM8 allows"},
    {client_errc::parameter_count, fault_class::usage, false, "wrong number of parameters"},
    {client_errc::parameter_name, fault_class::usage, false, "names of parameters do not fit the statement"},
    {client_errc::parameter_type, fault_class::usage, false, "a value does not fit the type of its parameter"},
    {client_errc::parameter_too_long, fault_class::usage, false, "a parameter is too long"},
    {client_errc::text_not_encodable, fault_class::usage, false, "text has no form in the session's character set"},
    {client_errc::not_a_query, fault_class::usage, false, "the statement yields no rows"},
    {client_errc::not_scrolling, fault_class::usage, false, "the rows are read forward only"},
    {client_errc::no_such_column, fault_class::usage, false, "no such column"},
    {client_errc::column_type_mismatch, fault_class::usage, false, "a column cannot be read as the wanted type"},
    {client_errc::column_count_mismatch, fault_class::usage, false, "the row type has another number of columns"},
    {client_errc::null_value, fault_class::usage, false, "NULL where the wanted type has no place for it"},
    {client_errc::value_out_of_range, fault_class::usage, false, "a value is out of range of the wanted type"},
    {client_errc::value_format, fault_class::frame_format, false, "the bytes of a value are not of its type"},
    {client_errc::lob_out_of_row, fault_class::usage, false, "a LOB does not travel in its row"},
    {client_errc::lob_in_row, fault_class::usage, false, "a LOB that lay in its row cannot be written by its locator"},
    {client_errc::unsupported_type, fault_class::usage, false, "type not supported"},
    {client_errc::exception_thrown, fault_class::usage, false, "code of the caller's threw an exception"},
};

const fault_line* find_fault(int value) noexcept {
    for (const auto& line : faults) {
        if (static_cast<int>(line.code) == value)
            return &line;
    }
    return nullptr;
}

class client_category_type final : public boost::system::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "dmkit.client"; }
    [[nodiscard]] std::string message(int value) const override {
        const auto* line = find_fault(value);
        return line != nullptr ? line->text : "unknown client fault";
    }
};

class server_category_type final : public boost::system::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "dmkit.server"; }
    [[nodiscard]] std::string message(int value) const override { return "DM8 error " + std::to_string(value); }
};

std::string describe(const error_code& code, const diagnostics& details) {
    std::string out = details.operation;
    if (!details.endpoint.empty())
        out += (out.empty() ? "" : " on ") + details.endpoint;
    if (!details.tag.empty())
        out += " [" + details.tag + "]";
    if (!out.empty())
        out += ": ";
    if (code.category() == server_category()) {
        out += "[" + std::to_string(code.value()) + "] " + details.server_message;
        return out;
    }
    out += code.message();
    if (!details.message().empty())
        out += ": " + details.message();
    return out;
}

}  // namespace

const boost::system::error_category& client_category() noexcept {
    static const client_category_type category;
    return category;
}

const boost::system::error_category& server_category() noexcept {
    static const server_category_type category;
    return category;
}

fault_class classify(const error_code& code) noexcept {
    if (!code)
        return fault_class::none;
    if (code.category() == server_category())
        return fault_class::server;
    if (code.category() == client_category()) {
        const auto* line = find_fault(code.value());
        return line != nullptr ? line->kind : fault_class::usage;
    }
    return fault_class::transport;
}

bool is_fatal(const error_code& code) noexcept {
    if (!code || code.category() == server_category())
        return false;
    if (code.category() == client_category()) {
        const auto* line = find_fault(code.value());
        return line == nullptr || line->fatal;
    }
    return true;
}

std::string_view to_string(fault_class value) noexcept {
    switch (value) {
        case fault_class::none:
            return "none";
        case fault_class::timeout:
            return "timeout";
        case fault_class::checksum:
            return "checksum";
        case fault_class::frame_format:
            return "frame_format";
        case fault_class::refused:
            return "refused";
        case fault_class::reset:
            return "reset";
        case fault_class::peer_closed:
            return "peer_closed";
        case fault_class::unreachable:
            return "unreachable";
        case fault_class::cancelled:
            return "cancelled";
        case fault_class::transport:
            return "transport";
        case fault_class::server:
            return "server";
        case fault_class::tls:
            return "tls";
        case fault_class::usage:
            return "usage";
    }
    return "?";
}

std::string_view to_string(delivery value) noexcept {
    switch (value) {
        case delivery::not_sent:
            return "not_sent";
        case delivery::maybe_sent:
            return "maybe_sent";
        case delivery::answered:
            return "answered";
    }
    return "?";
}

error::error(error_code code, dmkit::diagnostics details)
    : system_error(code), content_([&] {
          auto text = describe(code, details);
          return std::make_shared<const content>(content{std::move(details), std::move(text)});
      }()) {}

error::error(client_errc code, std::string message)
    : error(make_error_code(code), [&] {
          dmkit::diagnostics details;
          details.client_message = std::move(message);
          return details;
      }()) {}

void throw_if(const error_code& code, diagnostics&& details) {
    if (code)
        throw error(code, std::move(details));
}

}  // namespace dmkit
