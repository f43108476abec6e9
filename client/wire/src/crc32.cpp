#include <dmkit/wire/crc32.hpp>

#include <boost/crc.hpp>

namespace dmkit::wire {

std::uint32_t crc32(std::span<const std::byte> first, std::span<const std::byte> second) noexcept {
    boost::crc_32_type crc;
    crc.process_bytes(first.data(), first.size());
    crc.process_bytes(second.data(), second.size());
    return crc.checksum();
}

}  // namespace dmkit::wire
