#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include <dmkit/wire/decode_error.hpp>

namespace dmkit::wire {

static_assert(
    std::endian::native == std::endian::little,
    "the wire is little-endian and integers are copied as they are; a big-endian port swaps in load() and store()");

/// Reads an integer or floating-point number from @p bytes, which must hold enough of them.
template <class T>
    requires std::is_arithmetic_v<T>
[[nodiscard]] T load(std::span<const std::byte> bytes) noexcept {
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
}

/// A cursor over received bytes that cannot leave them. The first failure sticks: later reads give zero or empty values
/// and change nothing, so that a decoder checks once, at its end.
class byte_reader {
  public:
    explicit byte_reader(std::span<const std::byte> data, std::size_t base_offset = 0) noexcept
        : data_(data), base_(base_offset) {}

    template <class T>
        requires std::is_arithmetic_v<T>
    T number() noexcept {
        if (!take(sizeof(T)))
            return T{};
        return load<T>(data_.subspan(position_ - sizeof(T)));
    }

    /// @p size bytes; empty after a failure.
    std::span<const std::byte> bytes(std::size_t size) noexcept {
        if (!take(size))
            return {};
        return data_.subspan(position_ - size, size);
    }

    /// Bytes behind a length of type @p Length. A negative length is a failure.
    template <class Length>
    std::span<const std::byte> counted() noexcept {
        const auto length = number<Length>();
        if (failed())
            return {};
        if constexpr (std::is_signed_v<Length>) {
            if (length < 0) {
                fail(decode_fault::bad_length);
                return {};
            }
        }
        if (static_cast<std::size_t>(length) > remaining()) {
            fail(decode_fault::bad_length);
            return {};
        }
        return bytes(static_cast<std::size_t>(length));
    }

    /// Text up to a zero byte, which is consumed.
    std::string_view zero_terminated() noexcept {
        if (failed())
            return {};
        const auto rest = data_.subspan(position_);
        if (rest.empty()) {
            fail(decode_fault::missing_end);
            return {};
        }
        const void* end = std::memchr(rest.data(), 0, rest.size());
        if (end == nullptr) {
            fail(decode_fault::missing_end);
            return {};
        }
        const auto size = static_cast<std::size_t>(static_cast<const std::byte*>(end) - rest.data());
        position_ += size + 1;
        return {reinterpret_cast<const char*>(rest.data()), size};
    }

    /// Everything that is left.
    std::span<const std::byte> rest() noexcept { return bytes(remaining()); }

    /// What is left, without moving.
    [[nodiscard]] std::span<const std::byte> left() const noexcept {
        return failed() ? std::span<const std::byte>{} : data_.subspan(position_);
    }
    [[nodiscard]] std::size_t remaining() const noexcept { return failed() ? 0 : data_.size() - position_; }
    /// Offset of the next byte in the frame.
    [[nodiscard]] std::size_t offset() const noexcept { return base_ + position_; }
    [[nodiscard]] bool failed() const noexcept { return fault_ != decode_fault::none; }
    [[nodiscard]] decode_fault fault() const noexcept { return fault_; }
    void fail(decode_fault fault) noexcept {
        if (!failed())
            fault_ = fault;
    }

  private:
    bool take(std::size_t size) noexcept {
        if (failed())
            return false;
        if (size > data_.size() - position_) {
            fault_ = decode_fault::truncated;
            return false;
        }
        position_ += size;
        return true;
    }

    std::span<const std::byte> data_;
    std::size_t base_;
    std::size_t position_ = 0;
    decode_fault fault_ = decode_fault::none;
};

[[nodiscard]] inline std::string_view as_text(std::span<const std::byte> bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline std::span<const std::byte> as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace dmkit::wire
