#pragma once

#include <memory>
#include <ranges>
#include <span>
#include <string_view>
#include <utility>

#include <dmkit/async.hpp>
#include <dmkit/batch.hpp>
#include <dmkit/command.hpp>
#include <dmkit/metadata.hpp>
#include <dmkit/results.hpp>
#include <dmkit/rows.hpp>

namespace dmkit {

namespace detail {
struct statement_state;
}  // namespace detail

/// A statement that the server has prepared. Belongs to the session it was prepared in: after a reconnect its calls
/// fail with not_connected. Running it again ends the rows of its earlier execution. Destroying it costs no message.
/// Move-only; one call at a time, and not beside calls on its connection.
class statement {
  public:
    statement() noexcept;
    explicit statement(std::unique_ptr<detail::statement_state> state) noexcept;
    statement(statement&&) noexcept;
    statement& operator=(statement&&) noexcept;
    ~statement();

    /// What the server says of the parameters. Their number is checked before anything is sent. Valid until the next
    /// execution.
    [[nodiscard]] std::span<const parameter_metadata> parameters() const noexcept;
    /// Columns of the result; empty if it yields no rows. Valid until the next execution.
    [[nodiscard]] std::span<const column_metadata> columns() const noexcept;

    /// Runs it and gives its rows. @throws error
    template <class... Params>
    [[nodiscard]] rows query(const Params&... params) {
        const detail::given_parameters<Params...> given(params...);
        error_code code;
        diagnostics details;
        auto out = run_query(given, {}, code, details);
        throw_if(code, std::move(details));
        return out;
    }
    /// As query(), with the parameters in a range, and their names in another if they have names.
    [[nodiscard]] rows query_with(std::span<const field_view> fields, const call_options& options, error_code& code,
                                  diagnostics& details, std::span<const std::string_view> names = {}) {
        return run_query({fields, names}, options, code, details);
    }
    /// `async_query(parameters…, token)`; completes with `void(error_code, rows)`.
    template <class... Arguments>
    auto async_query(Arguments&&... arguments) {
        return detail::token_first(
            [&]<class Token>(Token&& token, const auto&... params) {
                return boost::asio::async_initiate<Token, void(error_code, rows)>(
                    [](auto handler, statement* self, detail::owned_parameters given) {
                        self->start_query(std::move(given), nullptr, std::move(handler));
                    },
                    token, this, detail::own(params...));
            },
            std::forward<Arguments>(arguments)...);
    }

    /// Runs it. Rows that it yields are not read. @throws error
    template <class... Params>
    execution_result execute(const Params&... params) {
        const detail::given_parameters<Params...> given(params...);
        error_code code;
        diagnostics details;
        auto out = run_execute(given, {}, code, details);
        throw_if(code, std::move(details));
        return out;
    }
    execution_result execute_with(std::span<const field_view> fields, const call_options& options, error_code& code,
                                  diagnostics& details, std::span<const std::string_view> names = {}) {
        return run_execute({fields, names}, options, code, details);
    }
    /// `async_execute(parameters…, token)`; completes with `void(error_code, execution_result)`.
    template <class... Arguments>
    auto async_execute(Arguments&&... arguments) {
        return detail::token_first(
            [&]<class Token>(Token&& token, const auto&... params) {
                return boost::asio::async_initiate<Token, void(error_code, execution_result)>(
                    [](auto handler, statement* self, detail::owned_parameters given) {
                        self->start_execute(std::move(given), nullptr, std::move(handler));
                    },
                    token, this, detail::own(params...));
            },
            std::forward<Arguments>(arguments)...);
    }

    /// Runs it for each of @p range's rows, see statement_runner::execute_many(). @throws error
    template <std::ranges::random_access_range Range>
    execution_result execute_many(const Range& range, call_options options = {}) {
        error_code code;
        diagnostics details;
        auto out = run_batch(detail::range_source(range), options, code, details);
        throw_if(code, std::move(details));
        return out;
    }
    template <std::ranges::random_access_range Range>
    execution_result execute_many(const Range& range, error_code& code, diagnostics& details,
                                  call_options options = {}) {
        return run_batch(detail::range_source(range), options, code, details);
    }

    /// Makes the handle available to other statements.
    void close() noexcept;

  private:
    rows run_query(const detail::parameter_set& given, const call_options& options, error_code& code,
                   diagnostics& details);
    execution_result run_execute(const detail::parameter_set& given, const call_options& options, error_code& code,
                                 diagnostics& details);
    execution_result run_batch(const detail::batch_source& source, const call_options& options, error_code& code,
                               diagnostics& details);
    void start_query(detail::owned_parameters given, diagnostics* details, completion_handler<rows> handler);
    void start_execute(detail::owned_parameters given, diagnostics* details,
                       completion_handler<execution_result> handler);

    std::unique_ptr<detail::statement_state> state_;
};

}  // namespace dmkit
