#pragma once

namespace CLI {
class App;
}

namespace dmkit::tools {

/// Adds `dmkit sql` to @p app: runs statements from the command line, a file, standard input or interactively. When the
/// sub-command was given, parsing runs it and leaves the exit status of the program in @p status (0 done, 1 the
/// database or the peer said no, 2 wrong use). Both arguments must outlive the parsing.
void add_sql_command(CLI::App& app, int& status);

}  // namespace dmkit::tools
