#include "mockserver/io/stderr_log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace dmkit::mock {

stderr_log::~stderr_log() = default;

void stderr_log::write(log_level level, std::string_view text) {
    if (!enabled(level))
        return;
    if (!logger_) {
        // Not in spdlog's registry: servers come and go, and a process may have registered the name.
        logger_ = std::make_shared<spdlog::logger>("dmkit", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        logger_->set_level(spdlog::level::debug);
    }
    switch (level) {
        case log_level::off:
            break;
        case log_level::error:
            logger_->error(text);
            break;
        case log_level::warning:
            logger_->warn(text);
            break;
        case log_level::info:
            logger_->info(text);
            break;
        case log_level::debug:
            logger_->debug(text);
            break;
    }
}

}  // namespace dmkit::mock
