#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace dmkit::mock {

/// What the results that one session keeps may take together, and take. Outlives the spools that it is given to.
struct spool_budget {
    static constexpr std::size_t default_memory = 64U << 20U;
    static constexpr std::size_t default_files = 128;

    /// Bytes from which on every result goes to its file. What a file does not take may double it; then rows are
    /// refused.
    std::size_t most_memory = default_memory;
    std::size_t most_files = default_files;  ///< temporary files open at a time
    std::size_t memory = 0;
    std::size_t files = 0;

    [[nodiscard]] bool spent() const noexcept { return memory > most_memory; }
};

/// The finished wire rows of one result, in any amount and to be read from any position. Rows rest in pages of about
/// 64 KiB; the first pages stay in memory, later ones go to a temporary file that has no name. Adding a row allocates
/// only when a page does.
class row_spool {
  public:
    static constexpr std::size_t page_size = 64U << 10U;            ///< bytes after which a page is closed
    static constexpr std::size_t default_memory_limit = 8U << 20U;  ///< bytes kept in memory
    static constexpr std::size_t longest_row = 0xFFFF;              ///< bytes; the wire's row length has 16 bits
    static constexpr std::size_t smallest_page = 4U << 10U;         ///< bytes worth writing when the budget is spent

    /// @param budget shared with other spools; none if it is null
    explicit row_spool(std::size_t memory_limit = default_memory_limit, spool_budget* budget = nullptr) noexcept
        : memory_limit_(memory_limit), budget_(budget) {}
    ~row_spool();
    row_spool(const row_spool&) = delete;
    row_spool& operator=(const row_spool&) = delete;

    /// Forgets all rows. The first page's memory is kept for the next result.
    void clear() noexcept;

    /// Where the next row is to be appended; end_row() or drop_row() must follow.
    /// @throws sql_error when the temporary file cannot take a full page or the budget allows no further file
    std::vector<std::byte>& begin_row();
    /// The row is complete: it begins with its own length in 16 bits. @throws sql_error when it is longer than that
    /// can say, or when the budget is exceeded; the row is then dropped.
    void end_row();
    /// Undoes begin_row().
    void drop_row() noexcept;

    /// Rows held.
    [[nodiscard]] std::int64_t size() const noexcept { return rows_; }
    /// Bytes that lie in the temporary file.
    [[nodiscard]] std::size_t spilled() const noexcept { return file_size_; }

    struct batch {
        std::span<const std::byte> rows;  ///< valid until the next call of any function
        std::int32_t count = 0;
    };
    /// Rows from @p position on (from 0): at most @p limit of them, and as many as @p budget bytes hold, but at least
    /// one if there is one. Empty behind the last row. @throws sql_error when the temporary file cannot be read
    [[nodiscard]] batch read(std::int64_t position, std::size_t budget,
                             std::int32_t limit = std::numeric_limits<std::int32_t>::max());

  private:
    struct page {
        std::int64_t first_row = 0;
        std::vector<std::byte> bytes;  ///< empty when the page lies in the file
        std::size_t size = 0;
        std::int64_t file_offset = -1;  ///< −1: in memory
    };

    void open_page();
    [[nodiscard]] bool spent() const noexcept { return budget_ != nullptr && budget_->spent(); }
    /// Makes @p bytes this spool's share of the budget's memory.
    void charge(std::size_t bytes) noexcept;
    void close_file() noexcept;
    void spill(page& full);
    [[nodiscard]] std::span<const std::byte> bytes_of(std::size_t page_index);
    /// Sets page and offset of row @p position, which exists.
    void seek(std::int64_t position);

    std::size_t memory_limit_;
    spool_budget* budget_;
    std::size_t charged_ = 0;    ///< bytes that the budget counts for this spool
    std::size_t in_memory_ = 0;  ///< bytes of closed pages
    std::vector<page> pages_;
    std::vector<std::byte> spare_;  ///< memory of a spilled or cleared page
    std::size_t row_begin_ = 0;     ///< of the row being added, in the last page
    std::int64_t rows_ = 0;
    int file_ = -1;
    std::size_t file_size_ = 0;

    // Reading goes forward mostly: where the last answer ended is remembered.
    std::int64_t next_position_ = 0;
    std::size_t next_page_ = 0;
    std::size_t next_offset_ = 0;
    std::vector<std::byte> loaded_;  ///< one page of the file
    std::size_t loaded_page_ = no_page;
    std::vector<std::byte> joined_;  ///< rows of several pages
    static constexpr std::size_t no_page = std::numeric_limits<std::size_t>::max();
};

}  // namespace dmkit::mock
