#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <dmkit/tls/context.hpp>

struct bio_st;
struct ssl_st;

namespace dmkit::tls {

/// One TLS connection without a socket. The owner puts bytes from the peer into room() and says how many with
/// received(), sends output() and says how much of it with sent(), and in between asks for handshake(), read() or
/// write(). Every call may leave output, also those that only read.
class channel {
  public:
    explicit channel(std::shared_ptr<const context> settings);
    ~channel();
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;

    enum class progress : std::uint8_t {
        done,
        starved,  ///< more bytes of the peer are needed: send the output, then read
        closed,   ///< the peer has said that nothing follows
        failed,   ///< problem() says why; the output may hold an alert for the peer
    };
    [[nodiscard]] progress handshake();
    /// @p size bytes are put into @p room, at least one if done.
    [[nodiscard]] progress read(std::span<std::byte> room, std::size_t& size);
    /// As read(), but what is there stays there.
    [[nodiscard]] progress peek();
    /// Takes all of @p data.
    [[nodiscard]] progress write(std::span<const std::byte> data);
    /// Tells the peer, once, that nothing follows. @return true if there is output for it
    bool close();

    /// Room for bytes of the peer, never empty.
    [[nodiscard]] std::span<std::byte> room() noexcept { return room_; }
    void received(std::size_t size);
    [[nodiscard]] std::span<const std::byte> output() const noexcept;
    void sent(std::size_t size) noexcept;
    /// True if bytes have been received that read() has not looked at.
    [[nodiscard]] bool has_input() const noexcept;
    /// Bytes behind the last record that was needed: what a peer sends in clear after a handshake that protects nothing
    /// else.
    [[nodiscard]] std::vector<std::byte> leftover();

    [[nodiscard]] const fault& problem() const noexcept { return problem_; }
    /// After the handshake: `TLSv1.3`, `TLS_AES_256_GCM_SHA384`, and whose certificate the peer has shown (empty:
    /// none).
    [[nodiscard]] std::string protocol() const;
    [[nodiscard]] std::string cipher() const;
    [[nodiscard]] std::string peer() const;

  private:
    progress settle(int result);
    void take_fault();

    std::shared_ptr<const context> settings_;
    ssl_st* ssl_;
    bio_st* in_;   ///< the connection's
    bio_st* out_;  ///< likewise
    std::size_t sent_ = 0;
    fault problem_;
    std::string rejected_;            ///< subject of the certificate that was found wanting
    bool certificate_asked_ = false;  ///< the server wants to see a certificate of ours
    bool said_goodbye_ = false;
    std::array<std::byte, 17408> room_;  ///< a record and a bit
};

}  // namespace dmkit::tls
