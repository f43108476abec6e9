#include "mockserver/engine/writer_queue.hpp"

#include <gtest/gtest.h>

#include "harness.hpp"

namespace dmkit::mock::testing {
namespace {

using std::chrono::milliseconds;

struct WriterQueue : ::testing::Test {
    void wait(const int& who, const char* name) {
        queue.wait(&who, milliseconds(1000),
                   [this, name](bool granted) { log += std::string(name) + (granted ? "+" : "-"); });
    }
    virtual_world world;
    writer_queue queue{world};
    int a = 0, b = 0, c = 0;
    std::string log;
};

TEST_F(WriterQueue, GivesThePlaceToTheFirstAndAgainToItsHolder) {
    EXPECT_TRUE(queue.try_take(&a));
    EXPECT_TRUE(queue.try_take(&a));
    EXPECT_FALSE(queue.try_take(&b));
    queue.leave(&a);
    EXPECT_TRUE(queue.try_take(&b));
}

TEST_F(WriterQueue, ServesThoseWhoWaitInOrder) {
    queue.try_take(&a);
    wait(b, "b");
    wait(c, "c");
    queue.leave(&a);
    EXPECT_EQ(log, "") << "not from inside the call of the one who leaves";
    EXPECT_FALSE(queue.try_take(&a)) << "nobody comes between";
    world.settle();
    EXPECT_EQ(log, "b+");
    queue.leave(&b);
    world.settle();
    EXPECT_EQ(log, "b+c+");
    EXPECT_EQ(world.timers(), 0U);
}

TEST_F(WriterQueue, TellsWhoWaitedInVain) {
    queue.try_take(&a);
    wait(b, "b");
    world.pass(milliseconds(999));
    EXPECT_EQ(log, "");
    world.pass(milliseconds(1));
    EXPECT_EQ(log, "b-");
    EXPECT_EQ(queue.waiting(), 0U);
}

TEST_F(WriterQueue, ForgetsWhoLeavesTheLine) {
    queue.try_take(&a);
    wait(b, "b");
    wait(c, "c");
    queue.leave(&b);
    queue.leave(&a);
    world.pass(milliseconds(5000));
    EXPECT_EQ(log, "c+");
}

TEST_F(WriterQueue, PassesThePlaceOnWhenTheNextLeavesBeforeItIsTold) {
    queue.try_take(&a);
    wait(b, "b");
    wait(c, "c");
    queue.leave(&a);
    queue.leave(&b);
    world.settle();
    EXPECT_EQ(log, "c+");
}

}  // namespace
}  // namespace dmkit::mock::testing
