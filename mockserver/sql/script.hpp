#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dmkit::mock {

/// Cuts a script into the texts that are sent one by one: a statement ends at `;` outside of strings, quoted names and
/// comments, or at a line that holds only `/`. A block (BEGIN, DECLARE, CREATE PROCEDURE …) ends only at such a line or
/// at the end of the text. Works on text that grows: an interactive session adds lines until next() gives a statement.
class script_splitter {
  public:
    struct statement {
        std::string text;     ///< without the `;` or `/` that ended it
        int line = 1;         ///< where its first word stands, from 1
        std::size_t end = 0;  ///< bytes of the whole text up to and with its end
    };

    void add(std::string_view text) { text_ += text; }
    /// No text will follow: what is left is a statement too.
    void finish() { finished_ = true; }
    [[nodiscard]] std::optional<statement> next();
    /// True if nothing but blanks and comments is waiting.
    [[nodiscard]] bool empty() const;

  private:
    std::string text_;
    std::size_t position_ = 0;
    int line_ = 1;
    bool finished_ = false;
};

/// The statements of a whole script.
[[nodiscard]] std::vector<script_splitter::statement> split_script(std::string_view text);

}  // namespace dmkit::mock
