#pragma once

#include <string>

namespace CLI {
class App;
}

namespace dmkit::tools {

/// What a command that listens shows its clients in TLS: PEM files, or nothing.
struct tls_options {
    std::string certificate;
    std::string key;
    std::string client_ca;
};

/// Adds --tls-cert, --tls-key and --tls-client-ca. @p options must be there when the command line is read.
void add_tls_options(CLI::App& command, tls_options& options);
/// @throws wrong_use if an option lacks its companion
void check(const tls_options& options);

}  // namespace dmkit::tools
