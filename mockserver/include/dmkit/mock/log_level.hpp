#pragma once

#include <cstdint>

namespace dmkit::mock {

/// How much a server writes to standard error. Passwords, keys and values never are.
enum class log_level : std::uint8_t {
    off,
    error,    ///< failures of the server itself
    warning,  ///< messages that are none, connections refused for want of descriptors
    info,     ///< logins, statements answered by an error
    debug,    ///< connections and start-up as well
};

}  // namespace dmkit::mock
