#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <dmkit/dmkit.hpp>

namespace dmkit {
namespace {

template <class T>
constexpr bool accepted = detail::output_variable<T>;

TEST(Output, TakesVariablesThatHoldTheirValue) {
    EXPECT_TRUE((accepted<int> && accepted<std::string> && accepted<std::optional<std::string>> && accepted<bytes> &&
                 accepted<field> && accepted<rows>));
}

/// A view would be into memory that the call has left.
TEST(Output, TakesNoViews) {
    EXPECT_FALSE((accepted<std::string_view> || accepted<bytes_view> || accepted<field_view>));
    EXPECT_FALSE((accepted<std::optional<std::string_view>> || accepted<std::optional<bytes_view>> ||
                  accepted<std::optional<std::optional<field_view>>>));
}

}  // namespace
}  // namespace dmkit
