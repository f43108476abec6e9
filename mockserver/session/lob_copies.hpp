#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <dmkit/wire/value_codec.hpp>

#include "mockserver/backend.hpp"

namespace dmkit::mock {

// How locators name the values of this server. Group, file and page are what every request carries, and the row is the
// id of the LOB, so that old and new forms say the same.
inline constexpr std::int16_t stored_lob_group = 0;
inline constexpr std::int16_t copied_lob_group = 1;
[[nodiscard]] wire::lob_locator stored_locator(const lob_place& where) noexcept;
[[nodiscard]] wire::lob_locator copy_locator(std::int64_t copy) noexcept;

/// LOB values that expressions made and that were too long for their rows: no table keeps them. Those of one execution
/// stay until later ones need the memory.
class lob_copies {
  public:
    explicit lob_copies(std::size_t most_bytes) noexcept : most_(most_bytes) {}

    /// What was there before may go from now on.
    void begin_execution() noexcept { first_of_execution_ = last_ + 1; }
    /// @return the number of the copy. @throws sql_error if the execution makes more than there may be
    std::int64_t add(bool text, std::span<const std::byte> value);
    /// @throws sql_error lob_freed if there is no such copy, or none any more
    [[nodiscard]] std::unique_ptr<lob_reader> open(std::int64_t number, bool text) const;

  private:
    struct copy {
        std::int64_t number = 0;
        bool text = false;
        std::shared_ptr<const std::vector<std::byte>> value;
    };
    std::size_t most_;
    std::size_t held_ = 0;
    std::deque<copy> copies_;  ///< oldest first
    std::int64_t last_ = 0;
    std::int64_t first_of_execution_ = 1;
};

/// How the LOB values of an answer travel.
struct lob_policy {
    std::size_t in_row = 0;        ///< bytes up to which one stays in its row
    lob_copies* copies = nullptr;  ///< take the others, unless the backend keeps them; outlive who has the policy

    /// The size of a LOB that leaves its row, in bytes on the wire. Nothing for one that stays.
    [[nodiscard]] std::optional<std::size_t> size_out_of_row(const data_type& type, const field_view& value,
                                                             wire::charset_converter& text) const;
    /// Of such a value that the backend does not keep. @throws sql_error as lob_copies::add()
    [[nodiscard]] wire::lob_locator locator_of_copy(const field_view& value) const;
};

}  // namespace dmkit::mock
