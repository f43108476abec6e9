#pragma once

#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dmkit/mock/error_code.hpp>

namespace dmkit::mock {

/// Language of server messages, as LOGIN numbers them.
enum class language : int { chinese = 0, english = 1, traditional_chinese = 2 };

/// A place in the text of a statement.
struct source_position {
    int line = 0;       ///< from 1; 0: unknown
    int column = 0;     ///< characters of the line before the place: DM8 counts and prints columns from 0
    std::string token;  ///< the text at that place; empty if DM8 names none
    friend bool operator==(const source_position&, const source_position&) = default;
};

/// A refusal with DM8's code. The text is made from the code, the arguments and the position in the language of the
/// session when it is sent (render_error()), so that one error reads right in every session. Thrown by everything
/// between the parser and the engine; it ends the statement, never the session.
class sql_error : public std::exception {
  public:
    explicit sql_error(int code, std::vector<std::string> arguments = {}, std::optional<source_position> position = {})
        : code_(code), arguments_(std::move(arguments)), position_(std::move(position)) {}

    /// The mock does not support @p construct; answered with code not_supported and `dmkit: not supported:
    /// <construct>`.
    static sql_error unsupported(std::string construct, std::optional<source_position> position = {}) {
        return sql_error(not_supported, {std::move(construct)}, std::move(position));
    }

    /// What went wrong inside the mock reads as a statement that it does not support.
    static sql_error internal(const std::exception& error) {
        return unsupported(std::string("this statement (") + error.what() + ")");
    }

    [[nodiscard]] int code() const noexcept { return code_; }
    /// What fills the `%s` of the text, in order.
    [[nodiscard]] const std::vector<std::string>& arguments() const noexcept { return arguments_; }
    [[nodiscard]] const std::optional<source_position>& position() const noexcept { return position_; }
    /// The position was not known where the error was raised: gives it, unless there is one already.
    sql_error& at(source_position position) {
        if (!position_)
            position_ = std::move(position);
        return *this;
    }
    /// A block or routine that the error left, from the innermost outwards: `anonymous block line 9`.
    void add_frame(std::string frame) { frames_.push_back(std::move(frame)); }
    [[nodiscard]] const std::vector<std::string>& frames() const noexcept { return frames_; }
    [[nodiscard]] const char* what() const noexcept override { return "dmkit::mock::sql_error"; }

  private:
    int code_;
    std::vector<std::string> arguments_;
    std::optional<source_position> position_;
    std::vector<std::string> frames_;
};

/// The text that DM8 sends for the error, position prefix included: see catalog/error_table.cpp for the table and
/// docs/errors.md for which texts are attested and which are ours.
[[nodiscard]] std::string render_text(const sql_error& error, language language);
/// The same, and behind it the blocks that the error left, one a line.
[[nodiscard]] std::string render_error(const sql_error& error, language language);

}  // namespace dmkit::mock
