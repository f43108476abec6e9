#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dmkit::wire {

/// Cipher numbers of STARTUP: an algorithm and a mode (docs/protocol: cipher ids).
namespace cipher_id {
inline constexpr std::int32_t des = 0x0080;
inline constexpr std::int32_t triple_des = 0x0100;
inline constexpr std::int32_t aes128 = 0x0200;
inline constexpr std::int32_t aes192 = 0x0400;
inline constexpr std::int32_t aes256 = 0x0800;
inline constexpr std::int32_t rc4 = 0x1000;  ///< has no mode
inline constexpr std::int32_t ecb = 1;
inline constexpr std::int32_t cbc = 2;
inline constexpr std::int32_t cfb = 4;
inline constexpr std::int32_t ofb = 8;
inline constexpr std::int32_t des_cfb = des | cfb;        ///< 132, what login encryption uses unless told otherwise
inline constexpr std::int32_t aes256_cfb = aes256 | cfb;  ///< 2052
inline constexpr std::int32_t md5 = 0x1100;               ///< the hash id that belongs to every cipher
inline constexpr std::int32_t first_external = 5000;      ///< from here on: ciphers of a library of the vendor
}  // namespace cipher_id

/// The number of a cipher by its name: `aes256-cfb`, `3des-ofb`, `rc4` …; lower case.
[[nodiscard]] std::optional<std::int32_t> cipher_id_of(std::string_view name) noexcept;
/// The name of cipher @p id, or its number where it has none.
[[nodiscard]] std::string cipher_name(std::int32_t id);
/// True where DM8's padding to 8 bytes does not fill the cipher's blocks, AES in ECB and CBC mode: half of all lengths
/// cannot be encrypted.
[[nodiscard]] bool has_padding_gap(std::int32_t id) noexcept;
/// True of what protects no more today: DES, 3DES (blocks of 64 bits), RC4, and every cipher in ECB mode.
[[nodiscard]] bool is_weak_cipher(std::int32_t id) noexcept;

enum class cipher_fault : std::uint8_t {
    none,
    unknown_cipher,  ///< no cipher of ours has this number
    unavailable,     ///< this OpenSSL does not offer it (RC4 without the legacy provider)
    short_key,       ///< the session key has fewer bytes than the cipher needs
    bad_length,      ///< DM8's padding (to 8 bytes) and the cipher's blocks do not fit the length
    bad_padding,     ///< the decrypted padding is none: wrong key or damaged data
    bad_digest,      ///< the MD5 digest of a message does not match
    failed,          ///< OpenSSL reported an internal failure
};

/// Text for diagnostics; never contains key or data.
[[nodiscard]] std::string_view to_string(cipher_fault fault) noexcept;

/// A session's cipher with its key. Every field and every message starts anew from the fixed initial vector, in both
/// directions; no state passes from one to the next. Not thread-safe. The key is wiped with the object.
class message_cipher {
  public:
    static constexpr std::size_t digest_size = 16;  ///< bytes of MD5 behind an encrypted body

    /// @param id the number that STARTUP negotiated
    /// @param session_key as key_exchange gives it; the cipher takes the first bytes
    /// @return empty with @p fault set if there is no such cipher.
    static std::unique_ptr<message_cipher> create(std::int32_t id, std::span<const std::byte> session_key,
                                                  cipher_fault& fault);
    ~message_cipher();
    message_cipher(const message_cipher&) = delete;
    message_cipher& operator=(const message_cipher&) = delete;

    [[nodiscard]] std::int32_t id() const noexcept { return id_; }

    /// Appends the encrypted field (user name, password) to @p out, without digest.
    [[nodiscard]] cipher_fault encrypt(std::span<const std::byte> plain, std::vector<std::byte>& out);
    /// Appends the decrypted field to @p out. On a fault @p out is as it was.
    [[nodiscard]] cipher_fault decrypt(std::span<const std::byte> encrypted, std::vector<std::byte>& out);

    /// Encrypts in place what lies in @p buffer from @p body on and appends the digest of the plain text. An empty body
    /// stays empty. On a fault the body is lost.
    [[nodiscard]] cipher_fault encrypt_body(std::vector<std::byte>& buffer, std::size_t body);
    /// Decrypts @p body in place and checks its digest. @p plain becomes the part of @p body that holds the plain text.
    [[nodiscard]] cipher_fault decrypt_body(std::span<std::byte> body, std::span<std::byte>& plain);

  private:
    struct state;
    message_cipher(std::int32_t id, std::unique_ptr<state> s) noexcept;
    [[nodiscard]] cipher_fault pad(std::vector<std::byte>& buffer, std::size_t begin) const;
    /// Length without padding of decrypted data.
    [[nodiscard]] cipher_fault unpad(std::span<const std::byte> data, std::size_t& size) const noexcept;
    [[nodiscard]] cipher_fault run(std::span<std::byte> data, bool encrypting) noexcept;

    std::int32_t id_;
    std::unique_ptr<state> state_;
};

}  // namespace dmkit::wire
