#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <dmkit/connect_params.hpp>

#include "client/io/socket.hpp"

namespace dmkit::tls {
class channel;
}

namespace dmkit::io {

/// A socket, and TLS over it from the moment that secure() has succeeded. Never blocks, as the socket: a call that
/// cannot go on says in `wanted` what to wait for.
class transport {
  public:
    transport() noexcept;
    ~transport();
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;

    [[nodiscard]] stream_socket& socket() noexcept { return socket_; }
    void close() noexcept;
    /// What TLS is to be like; kept until the next call.
    void set_params(const connect_params* params) noexcept { params_ = params; }

    /// Begins the TLS handshake, or goes on with it. @return none at the end: the bytes that follow are in TLS (with
    /// @p only_handshake in clear), or @p fault says why not.
    readiness secure(bool only_handshake, socket_fault& fault);
    /// After secure(): `TLSv1.3`, `TLS_AES_256_GCM_SHA384`.
    [[nodiscard]] const std::string& tls_version() const noexcept { return tls_version_; }
    [[nodiscard]] const std::string& tls_cipher() const noexcept { return tls_cipher_; }

    /// @return bytes of @p data that have been handed to the system, in TLS up to a megabyte at a time; nothing if that
    /// would block: the next call must be for the same bytes.
    std::optional<std::size_t> send(std::span<const std::byte> data, socket_fault& fault, readiness& wanted);
    /// 0 bytes mean that the peer has closed in order.
    std::optional<std::size_t> receive(std::span<std::byte> room, socket_fault& fault, readiness& wanted);
    /// True if receive() may find bytes without the socket.
    [[nodiscard]] bool has_input() const noexcept;

    /// stream_socket::is_alive(); in TLS, bytes that are no data do not count as news. @p busy: an operation is under
    /// way, whose bytes must not be touched.
    [[nodiscard]] bool is_alive(bool busy) noexcept;

  private:
    bool start(bool only_handshake, socket_fault& fault);
    /// Sends what TLS has to say. @return false if that would block, or on a fault
    bool flush(socket_fault& fault);
    /// Hands TLS what the socket has. @return bytes, 0 at the end; nothing if it would block, or on a fault
    std::optional<std::size_t> fill(socket_fault& fault);
    [[nodiscard]] socket_fault tls_fault() const;
    /// After the socket broke: puts the reason that the peer may have given before into @p fault.
    void find_alert(socket_fault& fault);

    stream_socket socket_;
    const connect_params* params_ = nullptr;
    std::unique_ptr<tls::channel> tls_;
    bool securing_ = false;
    std::size_t encrypted_ = 0;  ///< bytes of send()'s data that are in the output
    std::string tls_version_;
    std::string tls_cipher_;
};

}  // namespace dmkit::io
