#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <utility>

/// Plain blocking sockets on the loopback interface: the floor that everything else is compared with.
namespace dmkit::bench {

/// One TCP connection. Faults of the system are thrown as std::system_error.
class stream {
  public:
    stream() noexcept = default;
    explicit stream(int descriptor) noexcept : descriptor_(descriptor) {}
    /// Connects to a port of 127.0.0.1.
    static stream connect(std::uint16_t port);
    stream(stream&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    stream& operator=(stream&& other) noexcept;
    ~stream();

    void send(std::span<const std::byte> data);
    /// What is there, at least one byte. @return 0 when the peer has closed
    std::size_t receive_some(std::span<std::byte> room);
    /// Fills @p room. @return false when the peer closed before
    bool receive(std::span<std::byte> room);
    /// Wakes whoever waits in receive() on another thread.
    void interrupt() noexcept;

  private:
    int descriptor_ = -1;
};

/// A thread that listens on 127.0.0.1 and serves one connection after the other with a function, which returns when
/// its peer has closed. The destructor ends both.
class peer_thread {
  public:
    explicit peer_thread(std::function<void(stream&)> serve);
    ~peer_thread();
    peer_thread(const peer_thread&) = delete;
    peer_thread& operator=(const peer_thread&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  private:
    void run();

    std::function<void(stream&)> serve_;
    stream listener_;
    int listener_descriptor_ = -1;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    stream* current_ = nullptr;  ///< guarded by mutex_
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace dmkit::bench
