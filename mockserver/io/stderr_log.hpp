#pragma once

#include <memory>

#include "mockserver/session/server_context.hpp"

namespace spdlog {
class logger;
}

namespace dmkit::mock {

/// Writes to standard error through spdlog; below its level it costs a comparison and makes nothing.
class stderr_log final : public session_log {
  public:
    explicit stderr_log(log_level level) noexcept : level_(level) {}
    ~stderr_log() override;

    [[nodiscard]] bool enabled(log_level level) const noexcept override { return level <= level_; }
    void write(log_level level, std::string_view text) override;

  private:
    log_level level_;
    std::shared_ptr<spdlog::logger> logger_;  ///< made when the first line is written
};

}  // namespace dmkit::mock
