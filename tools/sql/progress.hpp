#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace dmkit::tools {

/// A line on standard error that shows how far a long script has come. Nothing is shown unless standard error is a
/// terminal and the script has run for half a second.
class progress_line {
  public:
    /// @param total bytes of the script
    progress_line(std::string name, std::size_t total);
    ~progress_line();
    progress_line(const progress_line&) = delete;
    progress_line& operator=(const progress_line&) = delete;

    /// @param position bytes that are done
    void advance(std::size_t position);
    /// Takes the line away before other output appears on the terminal.
    void hide();
    void hide_if(bool other_output) {
        if (other_output)
            hide();
    }

  private:
    std::string name_;
    std::size_t total_;
    std::size_t statements_ = 0;
    std::chrono::steady_clock::time_point begin_;
    std::chrono::steady_clock::time_point shown_;
    bool terminal_;
    bool visible_ = false;
};

}  // namespace dmkit::tools
