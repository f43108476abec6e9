#pragma once

namespace CLI {
class App;
}

namespace dmkit::tools {

/// Adds `dmkit serve` to @p app: a mock server that runs until SIGINT or SIGTERM. When the sub-command was given,
/// parsing runs it and leaves the exit status of the program in @p status (0 ended by a signal, 1 the server could not
/// start or a statement of the init script failed, 2 wrong use). Both arguments must outlive the parsing.
void add_serve_command(CLI::App& app, int& status);

}  // namespace dmkit::tools
