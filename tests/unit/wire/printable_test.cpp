#include <dmkit/wire/printable.hpp>

#include <gtest/gtest.h>

namespace dmkit::wire {
namespace {

TEST(Printable, EscapesWhatSteersATerminal) {
    EXPECT_EQ(printable("达梦 \xF0\x9F\x98\x80 é ~"), "达梦 \xF0\x9F\x98\x80 é ~");
    EXPECT_EQ(printable("a\tb\r\n\x01\x1b[2J\x7f"), "a\\tb\\r\\n\\x01\\x1b[2J\\x7f");
    EXPECT_EQ(printable("\xC2\x80\xC2\x9B\xC2\x9F\xC2\xA0"), "\\x80\\x9b\\x9f\xC2\xA0");
    EXPECT_EQ(printable({"\0", 1}), "\\x00");
}

TEST(Printable, KeepsWhatItIsToldTo) {
    EXPECT_EQ(printable("a\n\tb\r", "\n\t"), "a\n\tb\\r");
}

TEST(Printable, ReplacesWhatIsNoText) {
    // An 8-bit terminal takes the first of these for the beginning of a command.
    EXPECT_EQ(printable("\x9B 2J"), "\xEF\xBF\xBD 2J");
    EXPECT_EQ(printable("\xE8\xBE"), "\xEF\xBF\xBD");
    EXPECT_EQ(printable("a\xC2"), "a\xEF\xBF\xBD");
}

}  // namespace
}  // namespace dmkit::wire
