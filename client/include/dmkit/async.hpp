#pragma once

#include <cstddef>
#include <tuple>
#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>

#include <dmkit/error.hpp>

/// What asynchronous calls share. They take any completion token (callback, use_future, use_awaitable, deferred …) as
/// their last argument and end with an error_code and their result. They never call back from inside the initiating
/// call, honour the handler's associated executor and cancellation slot, and are implemented once, outside of headers.
namespace dmkit {

/// A handler of any kind for results R….
template <class... R>
using completion_handler = boost::asio::any_completion_handler<void(error_code, R...)>;

namespace detail {

/// Calls @p run with the last of @p arguments (the token) first and the others behind it.
template <class Run, class... Arguments>
auto token_first(Run&& run, Arguments&&... arguments) {
    constexpr std::size_t last = sizeof...(Arguments) - 1;
    auto all = std::forward_as_tuple(std::forward<Arguments>(arguments)...);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        using token = std::tuple_element_t<last, decltype(all)>;
        return std::forward<Run>(run)(static_cast<token>(std::get<last>(all)), std::get<I>(all)...);
    }(std::make_index_sequence<last>());
}

}  // namespace detail

}  // namespace dmkit
