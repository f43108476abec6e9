#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include <dmkit/wire/secret.hpp>

namespace dmkit::wire {

/// One side of DM8's Diffie-Hellman exchange with its fixed 512-bit prime and generator 5 (docs/protocol: key
/// exchange). The group is too small to withstand a determined attacker; it is what the protocol has. Use TLS where
/// secrecy matters.
class key_exchange {
  public:
    static constexpr std::size_t key_size = 64;  ///< bytes of a public key

    /// @param random the private key: 64 bytes from a cryptographic generator, big-endian, taken modulo the prime
    /// @throws std::runtime_error if OpenSSL cannot compute (out of memory).
    explicit key_exchange(std::span<const std::byte, key_size> random);

    /// What is sent to the peer: big-endian, zeros in front.
    [[nodiscard]] std::span<const std::byte, key_size> public_key() const noexcept { return public_key_; }

    /// The session key: big-endian without leading zero bytes, as every driver has it, so now and then shorter than 64.
    /// @param peer_key the peer's public key, at most 64 bytes
    /// @return nothing if @p peer_key is no element of the group that makes a secret (0, 1, p − 1 and beyond).
    [[nodiscard]] std::optional<secret> session_key(std::span<const std::byte> peer_key) const;

  private:
    secret private_key_;
    std::array<std::byte, key_size> public_key_{};
};

}  // namespace dmkit::wire
