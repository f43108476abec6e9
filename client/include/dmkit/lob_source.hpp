#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <string_view>
#include <type_traits>
#include <utility>

#include <dmkit/field.hpp>

namespace dmkit {

namespace detail {

/// Where the pieces of a value come from.
class piece_reader {
  public:
    virtual ~piece_reader() = default;
    /// The next piece, valid until the next call; empty at the end.
    virtual std::string_view next() = 0;
    bool begun = false;  ///< a call has read from it
};

[[nodiscard]] inline std::string_view characters_of_piece(std::string_view piece) noexcept {
    return piece;
}
[[nodiscard]] inline std::string_view characters_of_piece(bytes_view piece) noexcept {
    return {reinterpret_cast<const char*>(piece.data()), piece.size()};
}

/// Keeps a piece that was returned by value for as long as it is looked at.
template <class Piece>
class held_piece {
  public:
    template <class Get>
    [[nodiscard]] std::string_view take(Get&& get) {
        if constexpr (std::is_lvalue_reference_v<Piece>) {
            return characters_of_piece(get());
        } else {
            held_.emplace(get());
            return characters_of_piece(*held_);
        }
    }

  private:
    std::optional<std::decay_t<Piece>> held_;
};

template <class Function>
class function_reader final : public piece_reader {
  public:
    explicit function_reader(Function function) : function_(std::move(function)) {}
    std::string_view next() override {
        return piece_.take([this]() -> decltype(auto) { return std::invoke(function_); });
    }

  private:
    Function function_;
    held_piece<std::invoke_result_t<Function&>> piece_;
};

template <std::ranges::view View>
class range_reader final : public piece_reader {
  public:
    explicit range_reader(View pieces) : pieces_(std::move(pieces)) {}
    std::string_view next() override {
        while (true) {
            if (at_)
                ++*at_;
            else
                at_.emplace(std::ranges::begin(pieces_));
            if (*at_ == std::ranges::end(pieces_))
                return {};
            // An empty piece is not the end of a range.
            if (const auto piece = piece_.take([this]() -> decltype(auto) { return **at_; }); !piece.empty())
                return piece;
        }
    }

  private:
    View pieces_;
    std::optional<std::ranges::iterator_t<View>> at_;
    held_piece<std::ranges::range_reference_t<View>> piece_;
};

}  // namespace detail

/// The value of a CLOB or BLOB parameter that comes in pieces, its length unknown; made by text_stream() and
/// binary_stream(). It stands among the parameters of a call:
/// `db.execute("INSERT INTO DOC VALUES(?, ?)", 5, dmkit::text_stream(read_on))`. In memory are the piece at hand and
/// a few messages' worth (16,000 bytes each). A value of up to 2,048 bytes travels in its row, a longer one ahead of
/// it, in the messages that the same value would take as a whole; the type is that of the LOB parameter, else CLOB or
/// BLOB.
///
/// It is read once, from inside of the call (of an asynchronous one, by the connection's executor), while the server
/// waits for the next piece; copies share the pieces. What reading throws ends the call before the statement is
/// executed: a synchronous one lets it pass, an asynchronous one ends with exception_thrown, and the connection stays
/// usable. A batch takes none.
class lob_source {
  public:
    lob_source(bool text, std::shared_ptr<detail::piece_reader> reader) noexcept
        : text_(text), reader_(std::move(reader)) {}
    /// A CLOB.
    [[nodiscard]] bool is_text() const noexcept { return text_; }
    [[nodiscard]] const std::shared_ptr<detail::piece_reader>& reader() const noexcept { return reader_; }

  private:
    bool text_;
    std::shared_ptr<detail::piece_reader> reader_;
};

namespace detail {

template <class Pieces, class Piece>
[[nodiscard]] lob_source make_lob_source(bool text, Pieces&& pieces) {
    if constexpr (std::ranges::input_range<Pieces>) {
        static_assert(std::convertible_to<std::ranges::range_reference_t<Pieces>, Piece>, "not pieces of such a LOB");
        using view = std::views::all_t<Pieces>;
        return {text, std::make_shared<range_reader<view>>(std::views::all(std::forward<Pieces>(pieces)))};
    } else {
        static_assert(std::convertible_to<std::invoke_result_t<std::decay_t<Pieces>&>, Piece>,
                      "not pieces of such a LOB");
        return {text, std::make_shared<function_reader<std::decay_t<Pieces>>>(std::forward<Pieces>(pieces))};
    }
}

}  // namespace detail

/// Text from @p pieces: a callable that gives the next piece of UTF-8 and an empty one at the end, or a range of them.
/// A character may lie in two pieces. A callable is copied (std::ref() prevents that), a range that is an lvalue is
/// referred to. Text that is no UTF-8, or has no place in the session's character set, ends the call with
/// text_not_encodable.
template <class Pieces>
[[nodiscard]] lob_source text_stream(Pieces&& pieces) {
    return detail::make_lob_source<Pieces, std::string_view>(true, std::forward<Pieces>(pieces));
}

/// Bytes from @p pieces, see text_stream().
template <class Pieces>
[[nodiscard]] lob_source binary_stream(Pieces&& pieces) {
    return detail::make_lob_source<Pieces, bytes_view>(false, std::forward<Pieces>(pieces));
}

}  // namespace dmkit
