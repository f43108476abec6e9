#include "tools/sql/progress.hpp"

#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

namespace dmkit::tools {

using namespace std::chrono_literals;

progress_line::progress_line(std::string name, std::size_t total)
    : name_(std::move(name)),
      total_(total),
      begin_(std::chrono::steady_clock::now()),
      shown_(begin_),
      terminal_(::isatty(STDERR_FILENO) != 0) {}

progress_line::~progress_line() {
    hide();
}

void progress_line::advance(std::size_t position) {
    ++statements_;
    if (!terminal_)
        return;
    const auto now = std::chrono::steady_clock::now();
    if (now - begin_ < 500ms || now - shown_ < 100ms)
        return;
    shown_ = now;
    visible_ = true;
    const auto percent = total_ == 0 ? 100 : position * 100 / total_;
    fmt::print(stderr, "\r\x1b[K{}: {} statements, {} %", name_, statements_, percent);
    std::fflush(stderr);
}

void progress_line::hide() {
    if (!visible_)
        return;
    visible_ = false;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
}

}  // namespace dmkit::tools
