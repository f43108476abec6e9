#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>

#include <dmkit/async.hpp>
#include <dmkit/batch.hpp>
#include <dmkit/command.hpp>
#include <dmkit/results.hpp>
#include <dmkit/rows.hpp>
#include <dmkit/statement.hpp>

namespace dmkit {

namespace detail {

class connection_core;

}  // namespace detail

/// The calls that run statements; connection and transaction have them. Parameters stand behind the statement's text:
/// `db.execute("UPDATE T SET V = ? WHERE ID = ?", 5, "x")`. They travel beside the text and are never part of it;
/// std::optional and nullptr are NULL (types: dmkit/conversion.hpp). named() gives them by name: `:id`.
///
/// Every call exists in three forms: throwing error; with `error_code&, diagnostics&`; and asynchronous with a
/// completion token as its last argument. A command made by with_params() may stand for text and parameters; it can
/// also carry a deadline. One call at a time.
class statement_runner {
  public:
    /// Runs a statement that yields rows. They are read from the server as they are taken. @throws error (not_a_query)
    template <class... Params>
    [[nodiscard]] rows query(std::string_view sql, const Params&... params) {
        const detail::given_parameters<Params...> given(params...);
        error_code code;
        diagnostics details;
        auto out = run_query(sql, given, {}, code, details);
        throw_if(code, std::move(details));
        return out;
    }
    [[nodiscard]] rows query(std::string_view sql, error_code& code, diagnostics& details) {
        return run_query(sql, {}, {}, code, details);
    }
    template <std::same_as<command> Command>
    [[nodiscard]] rows query(const Command& what) {
        error_code code;
        diagnostics details;
        auto out = run_query(what, code, details);
        throw_if(code, std::move(details));
        return out;
    }
    template <std::same_as<command> Command>
    [[nodiscard]] rows query(const Command& what, error_code& code, diagnostics& details) {
        return run_query(what, code, details);
    }
    /// As above, each row as a T: `for (const item& i : db.query<item>("SELECT …"))`.
    template <detail::readable_row T, class... Params>
    [[nodiscard]] typed_rows<T> query(std::string_view sql, const Params&... params) {
        return typed_rows<T>(query(sql, params...));
    }
    /// Completes with `void(error_code, rows)`.
    template <std::same_as<command> Command, class Token>
    auto async_query(Command what, Token&& token) {
        return async_query_impl(std::move(what), nullptr, std::forward<Token>(token));
    }
    template <std::same_as<command> Command, class Token>
    auto async_query(Command what, diagnostics& details, Token&& token) {
        return async_query_impl(std::move(what), &details, std::forward<Token>(token));
    }
    /// `async_query(sql, parameters…, token)`
    template <class... Arguments>
    auto async_query(std::string_view sql, Arguments&&... arguments) {
        return detail::token_first(
            [&]<class Token>(Token&& token, const auto&... params) {
                return async_query_impl(with_params(std::string(sql), params...), nullptr, std::forward<Token>(token));
            },
            std::forward<Arguments>(arguments)...);
    }

    /// Runs any statement. Rows that it yields are not read.
    template <class... Params>
    execution_result execute(std::string_view sql, const Params&... params) {
        const detail::given_parameters<Params...> given(params...);
        error_code code;
        diagnostics details;
        auto out = run_execute(sql, given, {}, code, details);
        throw_if(code, std::move(details));
        return out;
    }
    execution_result execute(std::string_view sql, error_code& code, diagnostics& details) {
        return run_execute(sql, {}, {}, code, details);
    }
    template <std::same_as<command> Command>
    execution_result execute(const Command& what) {
        error_code code;
        diagnostics details;
        auto out = run_execute(what, code, details);
        throw_if(code, std::move(details));
        return out;
    }
    template <std::same_as<command> Command>
    execution_result execute(const Command& what, error_code& code, diagnostics& details) {
        return run_execute(what, code, details);
    }
    /// Completes with `void(error_code, execution_result)`.
    template <std::same_as<command> Command, class Token>
    auto async_execute(Command what, Token&& token) {
        return async_execute_impl(std::move(what), nullptr, std::forward<Token>(token));
    }
    template <std::same_as<command> Command, class Token>
    auto async_execute(Command what, diagnostics& details, Token&& token) {
        return async_execute_impl(std::move(what), &details, std::forward<Token>(token));
    }
    /// `async_execute(sql, parameters…, token)`
    template <class... Arguments>
    auto async_execute(std::string_view sql, Arguments&&... arguments) {
        return detail::token_first(
            [&]<class Token>(Token&& token, const auto&... params) {
                return async_execute_impl(with_params(std::string(sql), params...), nullptr,
                                          std::forward<Token>(token));
            },
            std::forward<Arguments>(arguments)...);
    }

    /// Runs a statement once for each of @p range's rows: tuples, structs, or ranges of fields. Many rows travel in one
    /// message. In autocommit mode each message is its own transaction. by_name() gives the values by name.
    template <std::ranges::random_access_range Range>
    execution_result execute_many(std::string_view sql, const Range& range, call_options options = {}) {
        error_code code;
        diagnostics details;
        auto out = run_batch(sql, detail::range_source(range), options, code, details);
        throw_if(code, std::move(details));
        return out;
    }
    template <std::ranges::random_access_range Range>
    execution_result execute_many(std::string_view sql, const Range& range, error_code& code, diagnostics& details,
                                  call_options options = {}) {
        return run_batch(sql, detail::range_source(range), options, code, details);
    }
    /// As above, with the options of a command that has no parameters of its own.
    template <std::same_as<command> Command, std::ranges::random_access_range Range>
    execution_result execute_many(const Command& what, const Range& range) {
        error_code code;
        diagnostics details;
        auto out = run_batch(what, detail::range_source(range), code, details);
        throw_if(code, std::move(details));
        return out;
    }
    template <std::same_as<command> Command, std::ranges::random_access_range Range>
    execution_result execute_many(const Command& what, const Range& range, error_code& code, diagnostics& details) {
        return run_batch(what, detail::range_source(range), code, details);
    }
    /// Takes the range over; views in its rows must stay valid. Completes with `void(error_code, execution_result)`.
    template <std::ranges::random_access_range Range, class Token>
    auto async_execute_many(std::string_view sql, Range range, Token&& token) {
        return async_batch_impl(command(sql), std::make_unique<detail::owned_range_source<Range>>(std::move(range)),
                                nullptr, std::forward<Token>(token));
    }
    template <std::same_as<command> Command, std::ranges::random_access_range Range, class Token>
    auto async_execute_many(Command what, Range range, Token&& token) {
        return async_batch_impl(std::move(what), std::make_unique<detail::owned_range_source<Range>>(std::move(range)),
                                nullptr, std::forward<Token>(token));
    }
    template <std::same_as<command> Command, std::ranges::random_access_range Range, class Token>
    auto async_execute_many(Command what, Range range, diagnostics& details, Token&& token) {
        return async_batch_impl(std::move(what), std::make_unique<detail::owned_range_source<Range>>(std::move(range)),
                                &details, std::forward<Token>(token));
    }
    template <std::ranges::random_access_range Range, class Token>
    auto async_execute_many(std::string_view sql, Range range, diagnostics& details, Token&& token) {
        return async_batch_impl(command(sql), std::make_unique<detail::owned_range_source<Range>>(std::move(range)),
                                &details, std::forward<Token>(token));
    }

    /// Prepares a statement for repeated use. Options of the command hold for the preparation.
    [[nodiscard]] statement prepare(const command& what);
    [[nodiscard]] statement prepare(const command& what, error_code& code, diagnostics& details);
    /// Completes with `void(error_code, statement)`.
    template <class Token>
    auto async_prepare(command what, Token&& token) {
        return async_prepare_impl(std::move(what), nullptr, std::forward<Token>(token));
    }
    template <class Token>
    auto async_prepare(command what, diagnostics& details, Token&& token) {
        return async_prepare_impl(std::move(what), &details, std::forward<Token>(token));
    }

  protected:
    statement_runner() noexcept = default;
    explicit statement_runner(std::shared_ptr<detail::connection_core> core) noexcept : core_(std::move(core)) {}
    ~statement_runner() = default;
    statement_runner(statement_runner&&) noexcept = default;
    statement_runner& operator=(statement_runner&&) noexcept = default;

    std::shared_ptr<detail::connection_core> core_;

  private:
    template <class Token>
    auto async_query_impl(command what, diagnostics* details, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code, rows)>(
            [core = core_](auto handler, command asked, diagnostics* out) {
                start_query(core, std::move(asked), out, std::move(handler));
            },
            token, std::move(what), details);
    }
    template <class Token>
    auto async_execute_impl(command what, diagnostics* details, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code, execution_result)>(
            [core = core_](auto handler, command asked, diagnostics* out) {
                start_execute(core, std::move(asked), out, std::move(handler));
            },
            token, std::move(what), details);
    }
    template <class Token>
    auto async_batch_impl(command what, std::unique_ptr<detail::batch_source> source, diagnostics* details,
                          Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code, execution_result)>(
            [core = core_](auto handler, command asked, std::unique_ptr<detail::batch_source> lines, diagnostics* out) {
                start_batch(core, std::move(asked), std::move(lines), out, std::move(handler));
            },
            token, std::move(what), std::move(source), details);
    }

    template <class Token>
    auto async_prepare_impl(command what, diagnostics* details, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code, statement)>(
            [core = core_](auto handler, command asked, diagnostics* out) {
                start_prepare(core, std::move(asked), out, std::move(handler));
            },
            token, std::move(what), details);
    }

    rows run_query(std::string_view sql, const detail::parameter_set& given, const call_options& options,
                   error_code& code, diagnostics& details);
    rows run_query(const command& what, error_code& code, diagnostics& details);
    execution_result run_execute(std::string_view sql, const detail::parameter_set& given, const call_options& options,
                                 error_code& code, diagnostics& details);
    execution_result run_execute(const command& what, error_code& code, diagnostics& details);
    execution_result run_batch(std::string_view sql, const detail::batch_source& source, const call_options& options,
                               error_code& code, diagnostics& details);
    execution_result run_batch(const command& what, const detail::batch_source& source, error_code& code,
                               diagnostics& details);
    using core_ptr = std::shared_ptr<detail::connection_core>;
    static void start_query(const core_ptr& core, command what, diagnostics* details, completion_handler<rows> handler);
    static void start_execute(const core_ptr& core, command what, diagnostics* details,
                              completion_handler<execution_result> handler);
    static void start_batch(const core_ptr& core, command what, std::unique_ptr<detail::batch_source> source,
                            diagnostics* details, completion_handler<execution_result> handler);
    static void start_prepare(const core_ptr& core, command what, diagnostics* details,
                              completion_handler<statement> handler);
};

}  // namespace dmkit
