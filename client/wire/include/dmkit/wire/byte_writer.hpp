#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace dmkit::wire {

/// Appends to a buffer of the caller, which keeps its capacity from message to message.
class byte_writer {
  public:
    explicit byte_writer(std::vector<std::byte>& out) noexcept : out_(out) {}

    template <class T>
        requires std::is_arithmetic_v<T>
    void number(T value) {
        const auto at = out_.size();
        out_.resize(at + sizeof(T));
        std::memcpy(out_.data() + at, &value, sizeof(T));
    }
    void bytes(std::span<const std::byte> data) { out_.insert(out_.end(), data.begin(), data.end()); }
    void text(std::string_view data) { bytes({reinterpret_cast<const std::byte*>(data.data()), data.size()}); }
    void zeros(std::size_t count) { out_.resize(out_.size() + count); }

    /// A length of type @p Length, then the bytes. The caller has made sure that the length fits.
    template <class Length>
    void counted(std::span<const std::byte> data) {
        number(static_cast<Length>(data.size()));
        bytes(data);
    }

    /// Overwrites what was written at @p at.
    template <class T>
        requires std::is_arithmetic_v<T>
    void patch(std::size_t at, T value) noexcept {
        std::memcpy(out_.data() + at, &value, sizeof(T));
    }

    [[nodiscard]] std::size_t size() const noexcept { return out_.size(); }
    [[nodiscard]] std::vector<std::byte>& buffer() noexcept { return out_; }

  private:
    std::vector<std::byte>& out_;
};

}  // namespace dmkit::wire
