#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dmkit::wire {

/// Key material of at most 64 bytes. It is wiped when the object dies or is assigned to and never printed.
class secret {
  public:
    static constexpr std::size_t capacity = 64;  ///< bytes

    secret() noexcept = default;
    /// Copies @p bytes; what is beyond the capacity is left out.
    explicit secret(std::span<const std::byte> bytes) noexcept;
    secret(const secret&) noexcept = default;
    secret& operator=(const secret& other) noexcept;
    ~secret();

    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {data_.data(), size_}; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  private:
    std::array<std::byte, capacity> data_{};
    std::size_t size_ = 0;
};

/// Overwrites @p bytes with zeros in a way that the compiler keeps.
void wipe(std::span<std::byte> bytes) noexcept;

}  // namespace dmkit::wire
