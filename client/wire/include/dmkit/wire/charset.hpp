#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/wire/text_arena.hpp>

struct UConverter;

namespace dmkit::wire {

/// The character set of a session: all text of both directions is in it (docs/protocol: encodings).
enum class charset : std::uint8_t { utf8, gb18030, euc_kr };

/// `UTF-8`, `GB18030`, `EUC-KR`.
[[nodiscard]] std::string_view to_string(charset set) noexcept;
/// From the number in the STARTUP response: 1 is UTF-8, 2 EUC-KR, everything else GB18030.
[[nodiscard]] constexpr charset charset_from_wire(std::int32_t encoding) noexcept {
    return encoding == 1 ? charset::utf8 : encoding == 2 ? charset::euc_kr : charset::gb18030;
}
/// The number for the STARTUP response.
[[nodiscard]] constexpr std::int32_t charset_to_wire(charset set) noexcept {
    return set == charset::utf8 ? 1 : set == charset::euc_kr ? 2 : 0;
}

/// True if @p text is well-formed UTF-8 (no surrogates, no overlong forms, nothing beyond U+10FFFF).
[[nodiscard]] bool is_utf8(std::span<const std::byte> text) noexcept;

/// Converts between a session's character set and UTF-8. One a connection: it keeps buffers and is not thread-safe.
/// GB18030 is the full four-byte form, EUC-KR includes the extension of code page 949, as in the vendor's Go driver.
class charset_converter {
  public:
    /// @throws std::runtime_error if this ICU has no table for @p set.
    explicit charset_converter(charset set = charset::utf8);
    ~charset_converter();
    charset_converter(charset_converter&&) noexcept;
    charset_converter& operator=(charset_converter&&) noexcept;

    [[nodiscard]] charset set() const noexcept { return set_; }

    /// The text in UTF-8; what is invalid becomes U+FFFD. Bytes that are the same in both (valid UTF-8 in a UTF-8
    /// session, ASCII in the others) are not copied: the view is then into @p text, else into @p arena.
    [[nodiscard]] std::string_view to_utf8(std::span<const std::byte> text, text_arena& arena);
    /// As above, appended to @p out.
    void append_utf8(std::span<const std::byte> text, std::string& out);

    /// Appends @p text in the session's character set.
    /// @return false, and @p out as it was, if a character has no place there or @p text is not valid UTF-8.
    [[nodiscard]] bool append_encoded(std::string_view text, std::vector<std::byte>& out);
    /// Bytes that @p text takes in the session's character set; nothing where append_encoded() gives false.
    [[nodiscard]] std::optional<std::size_t> encoded_size(std::string_view text);

  private:
    struct converter_deleter {
        void operator()(UConverter* converter) const noexcept;
    };
    using converter_ptr = std::unique_ptr<UConverter, converter_deleter>;

    /// Room for the UTF-8 form of @p size bytes of any of the character sets, replacements included.
    static constexpr std::size_t utf8_bound(std::size_t size) noexcept { return size * 3; }
    /// Converts into @p out, which holds utf8_bound() bytes. @return bytes written.
    std::size_t convert_to_utf8(std::span<const std::byte> text, std::span<char> out) noexcept;

    charset set_;
    converter_ptr session_;  ///< empty for UTF-8
    converter_ptr utf8_;     ///< likewise
    std::vector<std::byte> scratch_;
};

}  // namespace dmkit::wire
