// Reads the table of example_shop asynchronously: a coroutine on Boost.Asio, with a deadline for the query.
//
//     example_shop_async dm://SYSDBA:SYSDBA@127.0.0.1:5236

#include <dmkit/dmkit.hpp>

#include <chrono>
#include <exception>
#include <iostream>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace {

asio::awaitable<void> read_items(dmkit::connect_params params) {
    using namespace std::chrono_literals;
    dmkit::connection db{co_await asio::this_coro::executor};
    co_await db.async_connect(params, asio::use_awaitable);
    auto rows = co_await db.async_query(
        dmkit::with_params("SELECT ID, NAME, PRICE FROM ITEM WHERE ID < ? ORDER BY ID", 100).timeout(5s),
        asio::use_awaitable);
    std::cout << "read by an asynchronous program:\n";
    while (co_await rows.async_next(asio::use_awaitable)) {
        for (const auto& field : rows.current())
            std::cout << "  " << field;
        std::cout << '\n';
    }
    co_await db.async_close(asio::use_awaitable);
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::cerr << "use: example_shop_async DSN\n";
        return 2;
    }
    asio::io_context context;
    asio::co_spawn(context, read_items(dmkit::parse_dsn(argv[1])), [](const std::exception_ptr& failure) {
        if (failure)
            std::rethrow_exception(failure);
    });
    context.run();
    return 0;
} catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
}
