#pragma once

#include <memory>
#include <optional>
#include <string>

namespace dmkit::tools {

/// Reads lines from the terminal with editing and history (libedit: arrow keys, Ctrl-R, the user's ~/.editrc). The
/// history is kept in
/// `$XDG_STATE_HOME/dmkit/history` (`~/.local/state/…`), readable by its owner only; lines that begin with a blank are
/// not kept.
class line_editor {
  public:
    line_editor();
    ~line_editor();
    line_editor(const line_editor&) = delete;
    line_editor& operator=(const line_editor&) = delete;
    /// The next line without its end; nothing at the end of input (Ctrl-D). An interrupt (Ctrl-C) gives an empty line
    /// with interrupted() true.
    std::optional<std::string> read(const std::string& prompt);
    [[nodiscard]] bool interrupted() const noexcept;
    /// Adds a whole statement to the history.
    void remember(const std::string& text);

  private:
    struct state;
    std::unique_ptr<state> state_;
};

/// Asks for a password on the terminal without echo. @throws std::runtime_error where there is no terminal.
std::string read_password(const std::string& prompt);

}  // namespace dmkit::tools
