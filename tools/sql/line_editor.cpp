#include "tools/sql/line_editor.hpp"

#include <fcntl.h>
#include <histedit.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace dmkit::tools {
namespace {

constexpr int history_size = 1000;
constexpr char interrupt_character = 3;  // Ctrl-C

// libedit calls the prompt without a context of ours.
thread_local std::string current_prompt;
char* prompt_of(EditLine*) {
    return current_prompt.data();
}

volatile std::sig_atomic_t interrupt_seen = 0;
void on_interrupt(int) {
    interrupt_seen = 1;
}

std::filesystem::path history_file() {
    std::filesystem::path folder;
    if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') {
        folder = state;
    } else if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
        folder = std::filesystem::path(home) / ".local" / "state";
    } else {
        return {};
    }
    return folder / "dmkit" / "history";
}

}  // namespace

struct line_editor::state {
    EditLine* editor = nullptr;
    History* history = nullptr;
    std::filesystem::path file;
    bool interrupted = false;
};

line_editor::line_editor() : state_(std::make_unique<state>()) {
    HistEvent event;
    state_->history = history_init();
    history(state_->history, &event, H_SETSIZE, history_size);
    history(state_->history, &event, H_SETUNIQUE, 1);
    state_->file = history_file();
    if (!state_->file.empty())
        history(state_->history, &event, H_LOAD, state_->file.c_str());
    state_->editor = el_init("dmkit", stdin, stdout, stderr);
    if (state_->editor == nullptr)
        throw std::runtime_error("the terminal cannot be used for line editing");
    el_set(state_->editor, EL_PROMPT, &prompt_of);
    el_set(state_->editor, EL_EDITOR, "emacs");
    el_set(state_->editor, EL_HIST, history, state_->history);
    el_set(state_->editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_source(state_->editor, nullptr);
}

line_editor::~line_editor() {
    if (!state_->file.empty()) {
        std::error_code ignored;  // a home that cannot be written costs the history, nothing else
        std::filesystem::create_directories(state_->file.parent_path(), ignored);
        const int descriptor = ::open(state_->file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor >= 0) {
            ::close(descriptor);
            HistEvent event;
            history(state_->history, &event, H_SAVE, state_->file.c_str());
        }
    }
    el_end(state_->editor);
    history_end(state_->history);
}

std::optional<std::string> line_editor::read(const std::string& prompt) {
    current_prompt = prompt;
    state_->interrupted = false;
    interrupt_seen = 0;
    struct sigaction action{};
    struct sigaction before{};
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, &before);
    int count = 0;
    const char* line = el_gets(state_->editor, &count);
    sigaction(SIGINT, &before, nullptr);
    if (interrupt_seen != 0) {
        state_->interrupted = true;
        el_reset(state_->editor);
        std::fputs("\n", stdout);
        return std::string{};
    }
    if (line == nullptr || count <= 0)
        return std::nullopt;
    std::string text(line, static_cast<std::size_t>(count));
    if (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

bool line_editor::interrupted() const noexcept {
    return state_->interrupted;
}

void line_editor::remember(const std::string& text) {
    if (text.empty() || text.front() == ' ')
        return;
    HistEvent event;
    history(state_->history, &event, H_ENTER, text.c_str());
}

std::string read_password(const std::string& prompt) {
    const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (terminal < 0)
        throw std::runtime_error("no terminal to ask for the password");
    termios shown{};
    if (::tcgetattr(terminal, &shown) != 0) {
        ::close(terminal);
        throw std::runtime_error("no terminal to ask for the password");
    }
    termios hidden = shown;
    // Without ISIG Ctrl-C is a character: the echo is back before the interrupt is raised.
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    ::tcsetattr(terminal, TCSAFLUSH, &hidden);
    std::string password;
    bool interrupted = false;
    bool failed = ::write(terminal, prompt.data(), prompt.size()) < 0;
    for (char character = 0; !failed;) {
        const auto got = ::read(terminal, &character, 1);
        if (got < 0 && errno == EINTR)
            continue;
        interrupted = character == interrupt_character;
        if (got <= 0 || character == '\n' || interrupted)
            break;
        password += character;
    }
    ::tcsetattr(terminal, TCSAFLUSH, &shown);
    failed = ::write(terminal, "\n", 1) < 0;
    ::close(terminal);
    if (interrupted)
        std::raise(SIGINT);
    return password;
}

}  // namespace dmkit::tools
