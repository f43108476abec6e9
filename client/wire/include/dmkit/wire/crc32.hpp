#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dmkit::wire {

/// CRC-32 as zlib computes it, over @p first and then @p second (docs/protocol, CRC mode: header, then body).
[[nodiscard]] std::uint32_t crc32(std::span<const std::byte> first, std::span<const std::byte> second = {}) noexcept;

}  // namespace dmkit::wire
