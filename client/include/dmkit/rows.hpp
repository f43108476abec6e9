#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <dmkit/async.hpp>
#include <dmkit/command.hpp>
#include <dmkit/lob.hpp>
#include <dmkit/results.hpp>

namespace dmkit {

namespace detail {
struct rows_state;
}  // namespace detail

template <class T>
class typed_rows;

/// A result that is read batch by batch: it holds one answer of the server at a time, however many rows there are.
/// Iterating it asks the server for more when needed; views are valid until the next row is taken. Other statements may
/// run on the connection in between. Destroying it before the end costs no message. Move-only.
class rows {
  public:
    rows() noexcept;
    explicit rows(std::unique_ptr<detail::rows_state> state) noexcept;
    rows(rows&&) noexcept;
    rows& operator=(rows&&) noexcept;
    ~rows();

    [[nodiscard]] std::span<const column_metadata> columns() const noexcept;
    /// Ownership of the columns, for what outlives this object; null for an empty object.
    [[nodiscard]] shared_columns columns_ptr() const noexcept;
    /// Number of rows, if the server has told it.
    [[nodiscard]] std::optional<std::int64_t> total() const noexcept;
    /// What the execution reported beside rows.
    [[nodiscard]] const execution_result& info() const noexcept;

    /// Takes the next row, which current() then shows. @return false at the end
    /// @throws error. Where the connection lives on, a row that cannot be decoded or whose LOBs cannot be read is
    /// skipped: current() shows such LOBs as NULL, the next call gives the row behind it.
    bool next();
    bool next(error_code& code, diagnostics& details);
    [[nodiscard]] row_view current() const noexcept;
    /// As next(); completes with `void(error_code, bool)`. Costs a message only when next_is_buffered() is false.
    template <class Token>
    auto async_next(Token&& token) {
        return async_next_impl(nullptr, std::forward<Token>(token));
    }
    template <class Token>
    auto async_next(diagnostics& details, Token&& token) {
        return async_next_impl(&details, std::forward<Token>(token));
    }
    /// True if next() needs no message: neither to give a row nor to say that there are no more.
    [[nodiscard]] bool next_is_buffered() const noexcept;

    /// Goes in front of row @p row, counted from 0: next() gives it, or the end where there is no such row. current()
    /// shows the same row until then. Costs no message, and next() none either while the row lies in the answer at
    /// hand.
    /// @throws error (not_scrolling unless the query was run with call_options::scrolling; value_out_of_range for a
    /// negative row)
    void seek(std::int64_t row);
    void seek(std::int64_t row, error_code& code, diagnostics& details);

    /// With true LOBs that lie out of their rows are not read: their fields are empty (not NULL), lob_at() reads them
    /// in pieces. Otherwise (and at first) next() reads them, and a field shows all of the value. Holds for read_all()
    /// and for the results that next_result() goes to as well.
    void stream_lobs(bool streaming = true) noexcept;
    /// The LOB in column @p index of the current row. Outlives the row and this object.
    /// @throws error (no_such_column, column_type_mismatch for a column of another type, null_value for NULL)
    [[nodiscard]] lob lob_at(std::size_t index) const;

    /// Reads what is left into memory.
    [[nodiscard]] results read_all();
    [[nodiscard]] results read_all(error_code& code, diagnostics& details);
    /// Completes with `void(error_code, results)`.
    template <class Token>
    auto async_read_all(Token&& token) {
        return async_read_all_impl(nullptr, std::forward<Token>(token));
    }
    template <class Token>
    auto async_read_all(diagnostics& details, Token&& token) {
        return async_read_all_impl(&details, std::forward<Token>(token));
    }

    /// Goes to the statement's next result (procedures yield several). What is left of this one is given up.
    /// @return false if there is none; this object is then at its end
    bool next_result();
    bool next_result(error_code& code, diagnostics& details);
    template <class Token>
    auto async_next_result(Token&& token) {
        return async_next_result_impl(nullptr, std::forward<Token>(token));
    }
    template <class Token>
    auto async_next_result(diagnostics& details, Token&& token) {
        return async_next_result_impl(&details, std::forward<Token>(token));
    }

    /// Gives up what is left and makes the statement's handle available to others. Costs no message.
    void close() noexcept;

    /// Input iteration over the rows that are left. @throws error while advancing
    class iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = row_view;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = row_view;
        iterator() noexcept = default;
        explicit iterator(rows* owner) : owner_(owner) { ++*this; }
        row_view operator*() const noexcept { return owner_->current(); }
        iterator& operator++() {
            if (!owner_->next())
                owner_ = nullptr;
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& a, std::default_sentinel_t) noexcept { return a.owner_ == nullptr; }

      private:
        rows* owner_ = nullptr;
    };
    [[nodiscard]] iterator begin() { return iterator(this); }
    [[nodiscard]] static std::default_sentinel_t end() noexcept { return {}; }

    /// The rows as Ts…: one row type (a struct), or several for a tuple. On an lvalue the range refers to this object.
    /// @throws error if the columns do not fit
    template <class... Ts>
    [[nodiscard]] auto as() & {
        return typed_rows<typename detail::row_type<Ts...>::type>(*this);
    }
    template <class... Ts>
    [[nodiscard]] auto as() && {
        return typed_rows<typename detail::row_type<Ts...>::type>(std::move(*this));
    }

  private:
    template <class Token>
    auto async_next_impl(diagnostics* details, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code, bool)>(
            [](auto handler, rows* self, diagnostics* out) { self->start_next(out, std::move(handler)); }, token, this,
            details);
    }
    template <class Token>
    auto async_read_all_impl(diagnostics* details, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code, results)>(
            [](auto handler, rows* self, diagnostics* out) { self->start_read_all(out, std::move(handler)); }, token,
            this, details);
    }
    template <class Token>
    auto async_next_result_impl(diagnostics* details, Token&& token) {
        return boost::asio::async_initiate<Token, void(error_code, bool)>(
            [](auto handler, rows* self, diagnostics* out) { self->start_next_result(out, std::move(handler)); }, token,
            this, details);
    }
    void start_next(diagnostics* details, completion_handler<bool> handler);
    void start_read_all(diagnostics* details, completion_handler<results> handler);
    void start_next_result(diagnostics* details, completion_handler<bool> handler);

    std::unique_ptr<detail::rows_state> state_;
};

/// The rows of a result as values of T. Views in them are valid until the next row is taken.
template <class T>
class typed_rows {
  public:
    explicit typed_rows(rows& source) : source_(&source), reader_(source.columns()) {}
    explicit typed_rows(rows&& source) : owned_(std::move(source)), reader_(owned_.columns()) {}
    typed_rows(typed_rows&&) noexcept = default;

    class iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = T;
        explicit iterator(typed_rows* owner) : owner_(owner), at_(owner->source().begin()) {}
        T operator*() const { return owner_->reader_.read(*at_); }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        void operator++(int) { ++at_; }
        friend bool operator==(const iterator& a, std::default_sentinel_t end) noexcept { return a.at_ == end; }

      private:
        typed_rows* owner_;
        rows::iterator at_;
    };
    [[nodiscard]] iterator begin() { return iterator(this); }
    [[nodiscard]] static std::default_sentinel_t end() noexcept { return {}; }

  private:
    rows& source() noexcept { return source_ != nullptr ? *source_ : owned_; }

    rows owned_;
    rows* source_ = nullptr;
    detail::row_reader_for<T> reader_;
};

}  // namespace dmkit
