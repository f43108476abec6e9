#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace dmkit::wire {

/// Memory for text that had to be converted: pieces are given out one behind the other and stay where they are until
/// clear(), which keeps the memory for the next answer. Not thread-safe; one a connection.
class text_arena {
  public:
    text_arena() = default;
    text_arena(text_arena&&) noexcept = default;
    text_arena& operator=(text_arena&&) noexcept = default;
    ~text_arena() = default;

    /// Room for @p size characters.
    [[nodiscard]] std::span<char> allocate(std::size_t size);
    /// Gives back the last @p size characters of the latest piece, which turned out longer than needed.
    void shrink_last(std::size_t size) noexcept { used_ -= size; }
    /// Makes every piece invalid.
    void clear() noexcept;

  private:
    struct block {
        std::unique_ptr<char[]> data;
        std::size_t size = 0;
    };
    std::vector<block> blocks_;
    std::size_t current_ = 0;  ///< block that is being filled; blocks_.size() if none
    std::size_t used_ = 0;     ///< of the current block
};

}  // namespace dmkit::wire
