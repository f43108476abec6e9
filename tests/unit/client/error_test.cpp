#include <set>
#include <string>

#include <gtest/gtest.h>

#include <dmkit/error.hpp>

namespace dmkit {
namespace {

TEST(Error, EveryFaultHasATextAndAClass) {
    std::set<std::string> texts;
    for (int value = 1; value <= static_cast<int>(client_errc::unsupported_type); ++value) {
        const error_code code(value, client_category());
        EXPECT_NE(code.message(), "unknown client fault") << value;
        EXPECT_TRUE(texts.insert(code.message()).second) << code.message();
        EXPECT_NE(classify(code), fault_class::none);
    }
    EXPECT_EQ(error_code(9999, client_category()).message(), "unknown client fault");
}

TEST(Error, ClassesFollowTheCode) {
    EXPECT_EQ(classify({}), fault_class::none);
    EXPECT_EQ(classify(client_errc::timeout), fault_class::timeout);
    EXPECT_EQ(classify(client_errc::transport_timeout), fault_class::timeout);
    EXPECT_EQ(classify(client_errc::checksum), fault_class::checksum);
    EXPECT_EQ(classify(client_errc::frame_format), fault_class::frame_format);
    EXPECT_EQ(classify(client_errc::connection_refused), fault_class::refused);
    EXPECT_EQ(classify(client_errc::connection_reset), fault_class::reset);
    EXPECT_EQ(classify(client_errc::peer_closed), fault_class::peer_closed);
    EXPECT_EQ(classify(client_errc::host_unreachable), fault_class::unreachable);
    EXPECT_EQ(classify(client_errc::cancelled), fault_class::cancelled);
    EXPECT_EQ(classify(error_code(-2106, server_category())), fault_class::server);
    EXPECT_EQ(classify(client_errc::parameter_count), fault_class::usage);
}

TEST(Error, ServersErrorsAndWrongCallsLeaveTheConnection) {
    EXPECT_FALSE(is_fatal({}));
    EXPECT_FALSE(is_fatal(error_code(-2106, server_category())));
    EXPECT_FALSE(is_fatal(client_errc::parameter_count));
    EXPECT_FALSE(is_fatal(client_errc::lob_out_of_row));
    EXPECT_TRUE(is_fatal(client_errc::timeout));
    EXPECT_TRUE(is_fatal(client_errc::cancelled));
    EXPECT_TRUE(is_fatal(client_errc::commit_outcome_unknown));
    EXPECT_TRUE(is_fatal(client_errc::protocol_violation));
}

TEST(Error, SaysWhatHappenedWhere) {
    diagnostics details;
    details.operation = "execute";
    details.endpoint = "db:5236";
    details.tag = "report";
    details.server_message = "无效的表或视图名[T]";
    details.delivered = delivery::answered;
    const error problem(error_code(-2106, server_category()), details);
    EXPECT_STREQ(problem.what(), "execute on db:5236 [report]: [-2106] 无效的表或视图名[T]");
    EXPECT_EQ(problem.delivered(), delivery::answered);
    const error copy = problem;
    EXPECT_STREQ(copy.what(), problem.what());
    const error plain(client_errc::no_such_column, "'X'");
    EXPECT_STREQ(plain.what(), "no such column: 'X'");
}

TEST(Error, EverythingHasAName) {
    for (int value = 0; value <= static_cast<int>(fault_class::usage); ++value)
        EXPECT_NE(to_string(static_cast<fault_class>(value)), "?");
    EXPECT_EQ(to_string(delivery::not_sent), "not_sent");
    EXPECT_EQ(to_string(delivery::maybe_sent), "maybe_sent");
    EXPECT_EQ(to_string(delivery::answered), "answered");
}

}  // namespace
}  // namespace dmkit
