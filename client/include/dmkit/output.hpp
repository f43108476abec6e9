#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include <dmkit/conversion.hpp>

namespace dmkit {

class rows;

/// A variable that takes the value of an OUT or IN OUT parameter; made by out() and in_out().
template <class T>
struct output_parameter {
    T* variable;
    bool sends;  ///< the variable's value goes to the server
};

namespace detail {

template <class T>
inline constexpr bool is_view =
    std::same_as<T, std::string_view> || std::same_as<T, bytes_view> || std::same_as<T, field_view>;
template <class T>
inline constexpr bool is_view<std::optional<T>> = is_view<T>;

/// A variable that holds a value by itself: a view would be into memory that the call has left.
template <class T>
concept output_variable = std::same_as<T, rows> || (readable_field<T> && !is_view<T>);

}  // namespace detail

/// `db.execute("BEGIN p(?, ?); END;", 5, dmkit::out(answer))`: stands for an OUT parameter. Once the call has succeeded
/// the variable holds its value, converted by the rules of dmkit/conversion.hpp; for a NULL it must be a std::optional
/// or a field. Where the server does not know the parameter's type it is the variable's. A `dmkit::rows` takes the rows
/// of a ref cursor; one that the server did not open gives an empty object. The variable must live until the call has
/// ended, which an asynchronous call does with its handler.
///
/// The direction of a parameter is what the server says (as with the vendor's drivers): out() where it says IN is
/// refused before anything is executed (parameter_type). What a field_traits of the caller's throws while it reads a
/// value comes out of a synchronous call, and ends an asynchronous one with exception_thrown; the statement has been
/// executed, and the connection stays usable.
template <class T>
[[nodiscard]] output_parameter<T> out(T& variable) noexcept {
    static_assert(detail::output_variable<T>,
                  "not a type that can hold the value of a parameter: see dmkit/conversion.hpp");
    return {&variable, false};
}

/// As out(), and the variable's value goes to the server.
template <class T>
[[nodiscard]] output_parameter<T> in_out(T& variable) noexcept {
    static_assert(!std::same_as<T, rows>, "a cursor is no value: use out()");
    auto made = out(variable);
    made.sends = true;
    return made;
}

namespace detail {

/// Where the value of one parameter goes.
struct output_target {
    std::size_t parameter = 0;  ///< from 0
    void* variable = nullptr;
    client_errc (*store)(void*, const field_view&) = nullptr;  ///< null for rows
    field_view sample;                                         ///< a value of the variable's kind; NULL if any will do
};

template <class T>
inline constexpr bool is_output = false;
template <class T>
inline constexpr bool is_output<output_parameter<T>> = true;

template <class T>
[[nodiscard]] field_view sample_of() {
    if constexpr (is_optional<T>)
        return sample_of<typename T::value_type>();
    else if constexpr (std::same_as<T, field> || has_traits<T>)
        return {};
    else if constexpr (std::same_as<T, std::string>)
        return field_view(std::string_view());
    else if constexpr (std::same_as<T, bytes>)
        return field_view(bytes_view());
    else
        return to_field(T{});
}

template <class T>
void add_output(const T& param, std::size_t index, std::vector<output_target>& out) {
    if constexpr (is_output<T>) {
        using variable = std::remove_pointer_t<decltype(param.variable)>;
        output_target target;
        target.parameter = index;
        target.variable = param.variable;
        if constexpr (!std::same_as<variable, rows>) {
            target.store = [](void* where, const field_view& value) {
                return read_field(value, *static_cast<variable*>(where));
            };
            target.sample = sample_of<variable>();
        }
        out.push_back(target);
    }
}

/// A parameter's value as it is sent.
template <class T>
[[nodiscard]] field_view sent_field(const T& param) {
    if constexpr (is_output<T>) {
        if constexpr (!std::same_as<decltype(param.variable), rows*>)
            if (param.sends)
                return to_field(*param.variable);
        return {};
    } else {
        return to_field(param);
    }
}

}  // namespace detail

}  // namespace dmkit
