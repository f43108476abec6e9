#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/conversion.hpp>
#include <dmkit/field.hpp>
#include <dmkit/output.hpp>

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
};

/// A statement with its parameters, all owned, so that it may be kept, sent again and given to asynchronous calls.
/// Made by with_params().
class command {
  public:
    command(const char* sql) : sql_(sql) {}             // NOLINT(google-explicit-constructor)
    command(std::string sql) : sql_(std::move(sql)) {}  // NOLINT(google-explicit-constructor)
    command(std::string_view sql) : sql_(sql) {}        // NOLINT(google-explicit-constructor)
    command(std::string sql, std::vector<field> parameters, std::vector<detail::output_target> outputs = {})
        : sql_(std::move(sql)), parameters_(std::move(parameters)), outputs_(std::move(outputs)) {}

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

    [[nodiscard]] const std::string& sql() const noexcept { return sql_; }
    [[nodiscard]] const std::vector<field>& parameters() const noexcept { return parameters_; }
    /// The variables that take values of OUT parameters.
    [[nodiscard]] const std::vector<detail::output_target>& outputs() const noexcept { return outputs_; }
    [[nodiscard]] const call_options& options() const noexcept { return options_; }

  private:
    std::string sql_;
    std::vector<field> parameters_;
    std::vector<detail::output_target> outputs_;
    call_options options_;
};

/// `with_params("UPDATE T SET V = ? WHERE ID = ?", 5, "x")`: values travel beside the statement and never become part
/// of its text. std::optional and nullptr stand for NULL; every type of dmkit/conversion.hpp is taken.
template <class... Params>
[[nodiscard]] command with_params(std::string sql, const Params&... params) {
    std::vector<field> fields;
    fields.reserve(sizeof...(Params));
    (fields.emplace_back(detail::sent_field(params)), ...);
    return {std::move(sql), std::move(fields), detail::outputs_of(params...)};
}

}  // namespace dmkit
