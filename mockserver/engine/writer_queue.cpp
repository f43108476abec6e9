#include "mockserver/engine/writer_queue.hpp"

#include <algorithm>
#include <utility>

namespace dmkit::mock {

writer_queue::~writer_queue() {
    for (const waiter& each : line_)
        environment_.cancel(each.timer);
    if (granted_)
        environment_.cancel(grant_timer_);
}

bool writer_queue::try_take(session_key who) noexcept {
    if (holder_ == who)
        return true;
    if (holder_ != nullptr)
        return false;
    holder_ = who;
    return true;
}

void writer_queue::wait(session_key who, std::chrono::milliseconds time, answer callback) {
    const environment::timer timer = environment_.call_after(time, [this, who] { expire(who); });
    line_.push_back({who, timer, std::move(callback)});
}

void writer_queue::leave(session_key who) {
    if (holder_ == who) {
        if (granted_) {
            environment_.cancel(grant_timer_);
            granted_ = nullptr;
        }
        pass_on();
        return;
    }
    const auto found = std::find_if(line_.begin(), line_.end(), [&](const waiter& each) { return each.who == who; });
    if (found == line_.end())
        return;
    environment_.cancel(found->timer);
    line_.erase(found);
}

void writer_queue::pass_on() {
    holder_ = nullptr;
    if (line_.empty())
        return;
    waiter next = std::move(line_.front());
    line_.pop_front();
    environment_.cancel(next.timer);
    // The place is taken now, so that nobody comes between; the new holder is told when the old one has finished.
    holder_ = next.who;
    granted_ = std::move(next.callback);
    grant_timer_ = environment_.call_after(std::chrono::milliseconds(0), [this] { grant(); });
}

void writer_queue::grant() {
    const answer callback = std::exchange(granted_, nullptr);
    callback(true);
}

void writer_queue::expire(session_key who) {
    const auto found = std::find_if(line_.begin(), line_.end(), [&](const waiter& each) { return each.who == who; });
    if (found == line_.end())
        return;
    const answer callback = std::move(found->callback);
    line_.erase(found);
    callback(false);
}

}  // namespace dmkit::mock
