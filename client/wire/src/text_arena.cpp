#include <dmkit/wire/text_arena.hpp>

#include <algorithm>

namespace dmkit::wire {

std::span<char> text_arena::allocate(std::size_t size) {
    constexpr std::size_t smallest_block = 16U << 10U;
    while (current_ < blocks_.size()) {
        block& candidate = blocks_[current_];
        if (candidate.size - used_ >= size) {
            const std::span<char> piece(candidate.data.get() + used_, size);
            used_ += size;
            return piece;
        }
        ++current_;
        used_ = 0;
    }
    const std::size_t block_size = std::max(size, blocks_.empty() ? smallest_block : blocks_.back().size * 2);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(block_size), block_size});
    used_ = size;
    return {blocks_.back().data.get(), size};
}

void text_arena::clear() noexcept {
    current_ = 0;
    used_ = 0;
}

}  // namespace dmkit::wire
