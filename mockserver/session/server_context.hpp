#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <dmkit/mock/log_level.hpp>
#include <dmkit/mock/profile.hpp>
#include <dmkit/wire/frame.hpp>

#include "mockserver/backend.hpp"
#include "mockserver/session/spool.hpp"

namespace dmkit::mock {

/// What one client may take of the server's memory.
struct session_limits {
    std::size_t login_message = wire::login_message_cap;  ///< bytes of a message before the login, header included
    std::chrono::seconds login_time{30};                  ///< from the connection's beginning to the end of its LOGIN
    std::size_t message = wire::default_message_cap;      ///< bytes of a message after the login, header included
    std::size_t statements = 10'000;                      ///< handles of one session
    std::size_t put_data = wire::default_message_cap;     ///< bytes sent ahead of an execution, of one session
    std::size_t lob_copies = 128U << 20U;                 ///< bytes of LOBs that expressions made, of one session
    std::size_t copied_arguments = 128U << 20U;           ///< bytes of LOBs that parameters of one execution name
    std::size_t arguments = 4'000'000;                    ///< values of one execution: rows × parameters
    std::size_t spool_memory = row_spool::default_memory_limit;       ///< bytes of one result that stay in memory
    std::size_t session_spool_memory = spool_budget::default_memory;  ///< the same, of all results of one session
    std::size_t session_spool_files = spool_budget::default_files;    ///< results of one session that have a file
};

/// Where sessions report what happens. Texts never hold passwords, keys or values of parameters.
class session_log {
  public:
    virtual ~session_log() = default;
    [[nodiscard]] virtual bool enabled(log_level level) const noexcept = 0;
    virtual void write(log_level level, std::string_view text) = 0;
};

/// What the sessions of one server share. Outlives them all; used from the server's thread only.
struct server_context {
    const dmkit::mock::profile& profile;
    dmkit::mock::backend& backend;
    dmkit::mock::environment& environment;
    session_log& log;
    /// Fills the span with random bytes that nobody can guess.
    std::function<void(std::span<std::byte>)> random;
    session_limits limits;
    std::int64_t last_session_id = 0;
};

}  // namespace dmkit::mock
