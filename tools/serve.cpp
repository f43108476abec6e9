#include "serve.hpp"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <dmkit/mock/server.hpp>

#include "tools/listening.hpp"
#include "tools/tls_options.hpp"

namespace dmkit::tools {

namespace {

/// What the command line said.
struct serve_options {
    std::string listen = "127.0.0.1:5236";
    std::string database;
    std::string init;
    std::vector<std::string> users;
    std::string wire = "dm8";
    std::vector<std::string> profile;
    std::string charset;
    tls_options tls;
    std::string log = "warning";
};

/// A server on a developer's machine waits longer for a lock than one in a unit test.
constexpr std::chrono::seconds lock_timeout{10};

bool is_loopback(std::string_view address) {
    return address.starts_with("127.") || address == "::1";
}

mock::log_level log_level_of(std::string_view word) {
    for (const auto& [name, level] : {std::pair<std::string_view, mock::log_level>{"off", mock::log_level::off},
                                      {"error", mock::log_level::error},
                                      {"warning", mock::log_level::warning},
                                      {"info", mock::log_level::info},
                                      {"debug", mock::log_level::debug}})
        if (word == name)
            return level;
    throw wrong_use(fmt::format("--log {}: off, error, warning, info or debug is expected", word));
}

mock::server_params params_of(const serve_options& options) {
    mock::server_params params;
    const auto listening = parse_listening_address(options.listen);
    params.address = listening.host;
    params.port = listening.port;
    if (options.wire == "packet")
        throw wrong_use("--wire packet: the packet wire is not supported yet");
    if (options.wire != "dm8")
        throw wrong_use(fmt::format("--wire {}: dm8 or packet is expected", options.wire));
    check(options.tls);
    params.tls.certificate = options.tls.certificate;
    params.tls.key = options.tls.key;
    params.tls.client_ca = options.tls.client_ca;
    if (!options.users.empty()) {
        params.users.clear();
        for (const auto& user : options.users) {
            const auto colon = user.find(':');
            if (colon == std::string::npos || colon == 0)
                throw wrong_use("--user: NAME:PASSWORD is expected");
            params.users.push_back({user.substr(0, colon), user.substr(colon + 1)});
        }
    } else if (!is_loopback(params.address)) {
        throw wrong_use(
            fmt::format("--listen {}: an address that others can reach needs --user NAME:PASSWORD", options.listen));
    }
    params.profile.lock_timeout = lock_timeout;
    try {
        if (!options.charset.empty())
            mock::set_profile_entry(params.profile, "charset", options.charset);
        for (const auto& entry : options.profile) {
            const auto equals = entry.find('=');
            if (equals == std::string::npos)
                throw wrong_use(fmt::format("--profile {}: KEY=VALUE is expected", entry));
            mock::set_profile_entry(params.profile, std::string_view(entry).substr(0, equals),
                                    std::string_view(entry).substr(equals + 1));
        }
    } catch (const std::invalid_argument& error) {
        throw wrong_use(error.what());
    }
    params.database_file = options.database;
    params.init_script = options.init;
    params.log = log_level_of(options.log);
    return params;
}

int serve(const serve_options& options) {
    try {
        const auto params = params_of(options);
        // Before the server's thread exists: it must not take them.
        hold_ending_signals();
        const mock::server server(params);
        announce_and_wait_for_end(params.address, server.port());
        return 0;
    } catch (const std::invalid_argument& error) {
        fmt::print(stderr, "dmkit serve: {}\n", error.what());
        return 2;
    } catch (const wrong_use& error) {
        fmt::print(stderr, "dmkit serve: {}\n", error.what());
        return 2;
    } catch (const mock::server_error& error) {
        // A statement of the init script: FILE:LINE: [CODE] text.
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "dmkit serve: {}\n", error.what());
        return 1;
    }
}

}  // namespace

void add_serve_command(CLI::App& app, int& status) {
    auto* command = app.add_subcommand("serve", "Run a mock DM8 server until SIGINT or SIGTERM");
    const auto options = std::make_shared<serve_options>();
    command->add_option("--listen", options->listen, "Address and port to listen on; port 0 takes any free one")
        ->type_name("HOST:PORT")
        ->capture_default_str();
    command->add_option("--db", options->database, "Keep the data in this file instead of memory")->type_name("FILE");
    command->add_option("--init", options->init, "Run these statements before listening")->type_name("FILE.sql");
    command
        ->add_option("--user", options->users,
                     "Who may log in, repeatable; the first runs --init (default: SYSDBA:SYSDBA)")
        ->type_name("NAME:PASSWORD")
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--wire", options->wire, "Protocol: dm8 or packet")->capture_default_str();
    command
        ->add_option("--profile", options->profile,
                     "What the server announces, repeatable; a wrong key lists those that there are")
        ->type_name("KEY=VALUE")
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--charset", options->charset, "Character set of the wire: utf-8, gb18030 or euc-kr");
    add_tls_options(*command, options->tls);
    command->add_option("--log", options->log, "Written to standard error: off, error, warning, info or debug")
        ->capture_default_str();
    command->callback([options, &status] { status = serve(*options); });
}

}  // namespace dmkit::tools
