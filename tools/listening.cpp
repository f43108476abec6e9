#include "tools/listening.hpp"

#include <signal.h>

#include <charconv>
#include <cstdio>

#include <fmt/format.h>

namespace dmkit::tools {

namespace {

sigset_t ending_signals() {
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    return ending;
}

}  // namespace

host_and_port parse_address(std::string_view option, std::string_view text) {
    host_and_port result;
    const auto colon = text.rfind(':');
    std::string_view host = colon == std::string_view::npos ? text : text.substr(0, colon);
    const std::string_view port = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), result.port);
    if (host.empty() || error != std::errc{} || end != port.data() + port.size())
        throw wrong_use(fmt::format("{} {}: HOST:PORT is expected, port 0 to 65535", option, text));
    if (host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    result.host = std::string(host);
    return result;
}

host_and_port parse_listening_address(std::string_view text) {
    auto result = parse_address("--listen", text);
    if (result.host == "localhost")
        result.host = "127.0.0.1";
    return result;
}

void hold_ending_signals() {
    const auto ending = ending_signals();
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
}

void announce_and_wait_for_end(const std::string& host, std::uint16_t port) {
    const bool v6 = host.find(':') != std::string::npos;
    fmt::print("dmkit: listening on {}:{}\n", v6 ? "[" + host + "]" : host, port);
    std::fflush(stdout);
    const auto ending = ending_signals();
    int signal = 0;
    sigwait(&ending, &signal);
}

}  // namespace dmkit::tools
