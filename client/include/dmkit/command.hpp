#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <dmkit/conversion.hpp>
#include <dmkit/field.hpp>
#include <dmkit/parameters.hpp>

namespace dmkit {

/// How one call is to be run.
struct call_options {
    /// From the beginning of the call; 0: no deadline. Empty: connect_params::operation_timeout.
    std::optional<std::chrono::milliseconds> timeout = {};
    /// Beside it, an absolute deadline; the earlier wins.
    std::optional<std::chrono::steady_clock::time_point> deadline = {};
    /// Rows that a query yields at most; 0: all. Empty: connect_params::max_rows.
    std::optional<std::int64_t> max_rows = {};
    /// The rows of a query may be read in any order, see rows::seek(). Otherwise the server is told that they are read
    /// forward only.
    bool scrolling = false;
    /// Of execute_many(): a row that fails is named in execution_result::failures and the others are executed, instead
    /// of ending the call. Empty: connect_params::continue_batch_on_error.
    std::optional<bool> continue_on_error = {};
    /// Of execute_many() that goes on: rows that may fail, 0 to 2^31 − 1; 0: all. The last of them ends the
    /// batch, without an error: the rows behind it are not executed. Empty: connect_params::batch_allow_max_errors.
    std::optional<std::int32_t> max_errors = {};
    /// Names the statement's cursor before it runs, for WHERE CURRENT OF in another statement, which must spell the
    /// name in the same way (in double quotes, unless it is in capitals). Empty: it has the name that the server gives
    /// it.
    /// The name must stay valid until the call has ended; a command has its own copy.
    std::string_view cursor_name = {};
    /// Of a statement with WHERE CURRENT OF: the row that is meant, by its place in the cursor's result, from 0.
    /// Without it, the first. A batch has neither: client_errc::unsupported_option.
    std::optional<std::int64_t> cursor_row = {};
};

// g++ 12 copies default arguments of a call behind co_await bit by bit.
static_assert(std::is_trivially_copyable_v<call_options>);

/// A statement with its parameters, all owned, so that it may be kept, sent again and given to asynchronous calls.
/// Made by with_params().
class command {
  public:
    command(const char* sql) : sql_(sql) {}             // NOLINT(google-explicit-constructor)
    command(std::string sql) : sql_(std::move(sql)) {}  // NOLINT(google-explicit-constructor)
    command(std::string_view sql) : sql_(sql) {}        // NOLINT(google-explicit-constructor)
    command(std::string sql, std::vector<field> parameters) : sql_(std::move(sql)), given_{std::move(parameters)} {}
    command(std::string sql, detail::owned_parameters given) : sql_(std::move(sql)), given_(std::move(given)) {}

    /// Sets the deadline of the call, see call_options.
    command& timeout(std::chrono::milliseconds value) & {
        options_.timeout = value;
        return *this;
    }
    command&& timeout(std::chrono::milliseconds value) && { return std::move(timeout(value)); }
    command& deadline(std::chrono::steady_clock::time_point value) & {
        options_.deadline = value;
        return *this;
    }
    command&& deadline(std::chrono::steady_clock::time_point value) && { return std::move(deadline(value)); }
    command& max_rows(std::int64_t value) & {
        options_.max_rows = value;
        return *this;
    }
    command&& max_rows(std::int64_t value) && { return std::move(max_rows(value)); }
    command& scrolling(bool value = true) & {
        options_.scrolling = value;
        return *this;
    }
    command&& scrolling(bool value = true) && { return std::move(scrolling(value)); }
    command& cursor_name(std::string value) & {
        cursor_name_ = std::move(value);
        return *this;
    }
    command&& cursor_name(std::string value) && { return std::move(cursor_name(std::move(value))); }
    command& cursor_row(std::int64_t value) & {
        options_.cursor_row = value;
        return *this;
    }
    command&& cursor_row(std::int64_t value) && { return std::move(cursor_row(value)); }

    command& continue_on_error(bool value = true) & {
        options_.continue_on_error = value;
        return *this;
    }
    command&& continue_on_error(bool value = true) && { return std::move(continue_on_error(value)); }
    command& max_errors(std::int32_t value) & {
        options_.max_errors = value;
        return *this;
    }
    command&& max_errors(std::int32_t value) && { return std::move(max_errors(value)); }

    /// Gives the parameters names, in their order, see named().
    command& parameter_names(std::vector<std::string> value) & {
        given_.names = std::move(value);
        return *this;
    }
    command&& parameter_names(std::vector<std::string> value) && {
        return std::move(parameter_names(std::move(value)));
    }

    [[nodiscard]] const std::string& sql() const noexcept { return sql_; }
    [[nodiscard]] const std::vector<field>& parameters() const noexcept { return given_.fields; }
    /// Names of the parameters; empty if they have none.
    [[nodiscard]] const std::vector<std::string>& parameter_names() const noexcept { return given_.names; }
    [[nodiscard]] const detail::owned_parameters& given() const noexcept { return given_; }
    /// Valid as long as the command is and stays as it is.
    [[nodiscard]] call_options options() const noexcept {
        call_options options = options_;
        options.cursor_name = cursor_name_;
        return options;
    }

  private:
    std::string sql_;
    detail::owned_parameters given_;
    call_options options_;
    std::string cursor_name_;
};

/// `with_params("UPDATE T SET V = ? WHERE ID = ?", 5, "x")`: values travel beside the statement and never become part
/// of its text. std::optional and nullptr stand for NULL; every type of dmkit/conversion.hpp is taken.
template <class... Params>
[[nodiscard]] command with_params(std::string sql, const Params&... params) {
    return {std::move(sql), detail::own(params...)};
}

}  // namespace dmkit
