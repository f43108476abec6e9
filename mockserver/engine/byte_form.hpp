#pragma once

#include <array>
#include <cstdint>

#include <dmkit/field.hpp>

/// The forms of values that rest in SQLite as bytes, made so that the order of bytes is the order of values
/// (docs/engine.md: forms of values).
namespace dmkit::mock {

inline constexpr std::int64_t nanoseconds_of_day = 86'400'000'000'000;
inline constexpr std::int64_t nanoseconds_of_minute = 60'000'000'000;

// Flipping the sign bit of two's complement makes the order of bytes the order of numbers.
class byte_form {
  public:
    void put_signed32(std::int32_t value) { put(static_cast<std::uint32_t>(value) ^ 0x8000'0000U, 4); }
    void put_signed64(std::int64_t value) { put(static_cast<std::uint64_t>(value) ^ 0x8000'0000'0000'0000U, 8); }
    void put_signed16(std::int16_t value) {
        put(static_cast<std::uint64_t>(static_cast<std::uint16_t>(value) ^ 0x8000U), 2);
    }
    void put(std::uint64_t value, int width) {
        for (int shift = (width - 1) * 8; shift >= 0; shift -= 8)
            bytes_[size_++] = static_cast<unsigned char>(value >> static_cast<unsigned>(shift));
    }
    [[nodiscard]] const unsigned char* data() const { return bytes_.data(); }
    [[nodiscard]] int size() const { return static_cast<int>(size_); }

  private:
    std::array<unsigned char, 16> bytes_{};
    std::size_t size_ = 0;
};

/// Brings @p of_day, at most a day away, into a day, and counts @p days along.
inline void carry_days(std::int64_t& of_day, std::int64_t& days) {
    if (of_day < 0) {
        of_day += nanoseconds_of_day;
        --days;
    } else if (of_day >= nanoseconds_of_day) {
        of_day -= nanoseconds_of_day;
        ++days;
    }
}

inline byte_form form_of(const timestamp& value, bool with_zone) {
    std::int64_t days = value.date.to_days();
    std::int64_t of_day = value.time.since_midnight().count();
    const std::int16_t offset = value.time.offset_minutes.value_or(0);
    if (with_zone) {
        of_day -= offset * nanoseconds_of_minute;
        carry_days(of_day, days);
    }
    byte_form form;
    form.put_signed32(static_cast<std::int32_t>(days));
    form.put(static_cast<std::uint64_t>(of_day), 8);
    if (with_zone)
        form.put_signed16(offset);
    return form;
}

inline byte_form form_of(const dmkit::time& value) {
    const std::int16_t offset = value.offset_minutes.value_or(0);
    byte_form form;
    form.put_signed64(value.since_midnight().count() - offset * nanoseconds_of_minute);
    form.put_signed16(offset);
    return form;
}

inline byte_form form_of(const interval_ds& value) {
    constexpr std::int64_t million = 1'000'000;
    const std::int64_t seconds =
        ((std::int64_t{value.days} * 24 + value.hours) * 60 + value.minutes) * 60 + value.seconds;
    std::int64_t total = seconds;
    std::int64_t micro = value.microseconds;
    if (micro < 0) {
        --total;
        micro += million;
    }
    byte_form form;
    form.put_signed64(total);
    form.put(static_cast<std::uint64_t>(micro), 4);
    return form;
}

}  // namespace dmkit::mock
