#pragma once

#include <chrono>
#include <deque>
#include <functional>

#include "mockserver/backend.hpp"

namespace dmkit::mock {

/// The place of the one session that writes. Whoever finds it taken waits in line without blocking a thread; the next
/// in line is called on the server's thread soon after the holder left. With one place there can be no deadlock.
class writer_queue {
  public:
    /// Names a session; compared only.
    using session_key = const void*;
    /// true: the place is yours; false: the time is over.
    using answer = std::function<void(bool granted)>;

    explicit writer_queue(environment& environment) : environment_(environment) {}
    writer_queue(const writer_queue&) = delete;
    writer_queue& operator=(const writer_queue&) = delete;
    ~writer_queue();

    [[nodiscard]] bool held_by(session_key who) const noexcept { return holder_ == who; }
    [[nodiscard]] std::size_t waiting() const noexcept { return line_.size(); }

    /// Takes the place if nobody has it or stands in line for it.
    bool try_take(session_key who) noexcept;
    /// Stands in line for at most @p time. A session stands there once.
    void wait(session_key who, std::chrono::milliseconds time, answer callback);
    /// Leaves the place, or the line: then the answer is never called. Nothing happens to who has neither.
    void leave(session_key who);

  private:
    struct waiter {
        session_key who = nullptr;
        environment::timer timer = 0;
        answer callback;
    };
    void pass_on();
    void expire(session_key who);
    void grant();

    environment& environment_;
    session_key holder_ = nullptr;
    answer granted_;  ///< of the holder, until it is told
    environment::timer grant_timer_ = 0;
    std::deque<waiter> line_;
};

}  // namespace dmkit::mock
