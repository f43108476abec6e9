#include "tools/tls_options.hpp"

#include <CLI/CLI.hpp>

#include "tools/listening.hpp"

namespace dmkit::tools {

void add_tls_options(CLI::App& command, tls_options& options) {
    command.add_option("--tls-cert", options.certificate, "Talk TLS with this certificate (PEM, its chain behind it)")
        ->type_name("FILE");
    command.add_option("--tls-key", options.key, "Key of the certificate (PEM, not encrypted)")->type_name("FILE");
    command
        .add_option("--tls-client-ca", options.client_ca,
                    "Demand a certificate of clients, signed by one of these (PEM)")
        ->type_name("FILE");
}

void check(const tls_options& options) {
    if (options.certificate.empty() != options.key.empty())
        throw wrong_use("--tls-cert and --tls-key belong together");
    if (!options.client_ca.empty() && options.certificate.empty())
        throw wrong_use("--tls-client-ca needs --tls-cert and --tls-key");
}

}  // namespace dmkit::tools
