#include <cstdio>
#include <exception>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <dmkit/version.hpp>

#include "tools/fixtures/fixture_commands.hpp"
#include "tools/serve.hpp"
#include "tools/sql/sql_command.hpp"

int main(int argc, char** argv) {
    CLI::App app{"dmkit: a client and a mock server for the Dameng DM8 database", "dmkit"};
    app.set_version_flag("--version", "dmkit " DMKIT_VERSION_STRING);
    app.require_subcommand(1);
    int status = 0;
    dmkit::tools::add_serve_command(app, status);
    dmkit::tools::add_sql_command(app, status);
    dmkit::tools::add_fixture_commands(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        constexpr int wrong_use = 2;
        return app.exit(error) == 0 ? 0 : wrong_use;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "dmkit: %s\n", error.what());
        return 1;
    }
    return status;
}
