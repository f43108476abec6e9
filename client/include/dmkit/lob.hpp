#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <dmkit/async.hpp>
#include <dmkit/error.hpp>
#include <dmkit/field.hpp>

namespace dmkit {

namespace detail {
struct lob_state;
}  // namespace detail

/// A BLOB or CLOB value that is read and written in pieces, without being held in memory; rows::lob() gives it.
/// Positions and lengths are **bytes of a BLOB and characters (code points) of a CLOB**, from 0. Text is UTF-8,
/// whatever the session's character set.
///
/// Valid until its session ends or the row it belongs to changes; then its calls fail with not_connected, or with the
/// server's error. Move-only; one call at a time, and not beside other calls on its connection. An asynchronous call
/// needs this object only to begin.
///
/// A write changes the row's column in the session's transaction; with autocommit it is committed at once. Lock the row
/// first (`SELECT … FOR UPDATE`).
class lob {
  public:
    /// Refers to nothing: calls fail with not_connected.
    lob() noexcept;
    explicit lob(std::shared_ptr<detail::lob_state> state) noexcept;
    lob(lob&&) noexcept;
    lob& operator=(lob&&) noexcept;
    ~lob();

    /// A CLOB.
    [[nodiscard]] bool is_text() const noexcept;
    /// The value lay inside its row: reading costs no message, writing fails with lob_in_row.
    [[nodiscard]] bool in_row() const noexcept;

    /// Length in bytes or characters. @throws error
    [[nodiscard]] std::int64_t length();
    [[nodiscard]] std::int64_t length(error_code& code, diagnostics& details);
    /// Completes with `void(error_code, std::int64_t)`.
    template <class Token>
    auto async_length(Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code, std::int64_t)>(
            [](auto handler, lob* self) { self->start_length(nullptr, std::move(handler)); }, token, this);
    }

    /// What a read has brought.
    struct piece {
        std::size_t bytes = 0;   ///< put into the buffer
        std::int64_t units = 0;  ///< bytes, or characters of a CLOB: the next piece begins as much further on
        bool last = false;       ///< the value ends with this piece
        /// The value ends before the position that was asked for.
        [[nodiscard]] bool at_end() const noexcept { return units == 0; }
    };
    /// Reads what stands at @p position and behind into @p out: one message's worth at most, 32,000 bytes or 16,000
    /// characters. For a CLOB @p out must have 4 bytes at least; no character is split.
    /// @throws error, value_format among them if a CLOB holds bytes that are no text and do not fit as U+FFFD
    piece read_some(std::int64_t position, std::span<std::byte> out);
    piece read_some(std::int64_t position, std::span<std::byte> out, error_code& code, diagnostics& details);
    /// Completes with `void(error_code, lob::piece)`; @p out must stay there until then.
    template <class Token>
    auto async_read_some(std::int64_t position, std::span<std::byte> out, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code, piece)>(
            [](auto handler, lob* self, std::int64_t from, std::span<std::byte> to) {
                self->start_read(from, to, nullptr, std::move(handler));
            },
            token, this, position, out);
    }

    /// Calls @p consume with the value's pieces from the first to the last, as `std::span<const std::byte>`. Holds one
    /// piece at a time. As the vendor's drivers do it: asks for the length first, and for nothing behind the end.
    /// @throws error (value_format if the value ends before its length), and what @p consume throws
    template <class Consume>
    void read_each(Consume&& consume) {
        std::byte buffer[64'000];
        const auto total = length();
        for (std::int64_t position = 0; position < total;) {
            const piece read = read_some(position, buffer);
            position += read.units;
            if (read.at_end() || (read.last && position < total))
                throw error(client_errc::value_format, "a LOB ends before its length");
            consume(std::span<const std::byte>(buffer, read.bytes));
        }
    }

    /// Overwrites from @p position on, which must not lie behind the end; what goes beyond the end makes the value
    /// longer. @return bytes or characters written
    /// @throws error; with value_out_of_range, text_not_encodable and lob_in_row nothing has been written
    std::int64_t write(std::int64_t position, std::string_view text) { return write_data(position, text); }
    std::int64_t write(std::int64_t position, bytes_view data) { return write_data(position, as_characters(data)); }
    std::int64_t write(std::int64_t position, std::string_view text, error_code& code, diagnostics& details) {
        return write_data(position, text, code, details);
    }
    std::int64_t write(std::int64_t position, bytes_view data, error_code& code, diagnostics& details) {
        return write_data(position, as_characters(data), code, details);
    }
    /// Writes behind the end.
    std::int64_t append(std::string_view text) { return write_data(std::nullopt, text); }
    std::int64_t append(bytes_view data) { return write_data(std::nullopt, as_characters(data)); }
    /// Complete with `void(error_code, std::int64_t)`; the data must stay there until then.
    template <class Token>
    auto async_write(std::int64_t position, std::string_view text, Token&& token) {
        return async_write_data(position, text, std::forward<Token>(token));
    }
    template <class Token>
    auto async_write(std::int64_t position, bytes_view data, Token&& token) {
        return async_write_data(position, as_characters(data), std::forward<Token>(token));
    }
    template <class Token>
    auto async_append(std::string_view text, Token&& token) {
        return async_write_data(std::nullopt, text, std::forward<Token>(token));
    }
    template <class Token>
    auto async_append(bytes_view data, Token&& token) {
        return async_write_data(std::nullopt, as_characters(data), std::forward<Token>(token));
    }

    /// Cuts off what lies behind @p length. @throws error
    void truncate(std::int64_t length);
    void truncate(std::int64_t length, error_code& code, diagnostics& details);
    /// Completes with `void(error_code)`.
    template <class Token>
    auto async_truncate(std::int64_t length, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code)>(
            [](auto handler, lob* self, std::int64_t left) { self->start_truncate(left, nullptr, std::move(handler)); },
            token, this, length);
    }

  private:
    static std::string_view as_characters(bytes_view data) noexcept {
        return {reinterpret_cast<const char*>(data.data()), data.size()};
    }
    template <class Token>
    auto async_write_data(std::optional<std::int64_t> position, std::string_view data, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code, std::int64_t)>(
            [](auto handler, lob* self, std::optional<std::int64_t> at, std::string_view what) {
                self->start_write(at, what, nullptr, std::move(handler));
            },
            token, this, position, data);
    }
    std::int64_t write_data(std::optional<std::int64_t> position, std::string_view data);
    std::int64_t write_data(std::optional<std::int64_t> position, std::string_view data, error_code& code,
                            diagnostics& details);
    void start_length(diagnostics* details, completion_handler<std::int64_t> handler);
    void start_read(std::int64_t position, std::span<std::byte> out, diagnostics* details,
                    completion_handler<piece> handler);
    void start_write(std::optional<std::int64_t> position, std::string_view data, diagnostics* details,
                     completion_handler<std::int64_t> handler);
    void start_truncate(std::int64_t length, diagnostics* details, completion_handler<> handler);

    std::shared_ptr<detail::lob_state> state_;
};

}  // namespace dmkit
