#include <dmkit/decimal.hpp>

#include <cmath>
#include <limits>
#include <map>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "vectors.hpp"

namespace dmkit {
namespace {

using test::from_hex;
using test::load_vectors;
using test::to_hex;

std::string_view text(const boost::json::value& value) {
    return value.as_string();
}

// Values of dm8-data §8.5, each computed by the vendor's own encoder.
const std::map<std::string_view, std::string_view>& table() {
    static const std::map<std::string_view, std::string_view> values = {
        {"0", "80"},
        {"1", "c102"},
        {"-1", "3e6466"},
        {"10", "c10b"},
        {"99", "c164"},
        {"100", "c202"},
        {"-100", "3d6466"},
        {"12345", "c302182e"},
        {"0.1", "c00b"},
        {"-0.1", "3f5b66"},
        {"0.01", "c002"},
        {"0.001", "bf0b"},
        {"123.45", "c202182e"},
        {"-123.45", "3d644e3866"},
        {"-99999.999", "3c5c0202020b66"},
        {"99999.999", "c30a6464645b"},
        {"0.0000000001", "bc02"},
        {"100000000000000000000000000000000000000", "d402"},
        {"9223372036854775807", "ca0a1722490445374e3b08"},
        {"-9223372036854775808", "355c4f441d62212f182b5d66"},
        {"12345678901234567890.12345678", "ca0d23394f5b0d23394f5b0d23394f"},
        {"-1.2345678901234567890123456789012345678", "3e644e38220c644e38220c644e38220c644e382215"},
    };
    return values;
}

TEST(decimal, has_the_bytes_and_the_text_of_the_protocol_table) {
    for (const auto& [value, hex] : table()) {
        EXPECT_EQ(to_hex(decimal(value).wire()), hex) << value;
        const auto back = decimal::from_wire(from_hex(hex));
        ASSERT_TRUE(back) << value;
        EXPECT_EQ(back->to_string(), value);
    }
}

TEST(decimal, orders_by_bytes_and_by_value_alike) {
    std::map<double, std::string_view> ordered;
    for (const auto& [value, hex] : table())
        ordered[std::stod(std::string(value))] = value;
    const decimal* previous = nullptr;
    std::vector<decimal> values;
    values.reserve(ordered.size());
    for (const auto& [key, value] : ordered)
        values.emplace_back(value);
    for (const auto& value : values) {
        if (previous != nullptr) {
            EXPECT_LT(*previous, value);
            EXPECT_GT(value, *previous);
        }
        EXPECT_EQ(value, value);
        previous = &value;
    }
}

TEST(decimal, computes_as_the_reference_does) {
    using operation = std::optional<decimal> (*)(const decimal&, const decimal&, decimal_fault*);
    const std::map<std::string_view, operation> operations = {
        {"add", [](auto& a, auto& b, auto* fault) { return decimal::add(a, b, fault); }},
        {"subtract", [](auto& a, auto& b, auto* fault) { return decimal::subtract(a, b, fault); }},
        {"multiply", [](auto& a, auto& b, auto* fault) { return decimal::multiply(a, b, fault); }},
        {"divide", [](auto& a, auto& b, auto* fault) { return decimal::divide(a, b, fault); }},
        {"modulo", [](auto& a, auto& b, auto* fault) { return decimal::modulo(a, b, fault); }},
    };
    for (const auto& entry : load_vectors("decimal-vectors.json")) {
        const auto& vector = entry.as_object();
        SCOPED_TRACE(boost::json::serialize(entry));
        const auto name = text(vector.at("operation"));
        const decimal a(text(vector.at("a")));
        EXPECT_EQ(a.to_string(), text(vector.at("a")));
        if (name == "rounded" || name == "truncated") {
            const int scale = static_cast<int>(vector.at("scale").as_int64());
            const decimal result = name == "rounded" ? a.rounded(scale) : a.truncated(scale);
            EXPECT_EQ(result.to_string(), text(vector.at("result")));
            continue;
        }
        decimal_fault fault{};
        const auto result = operations.at(name)(a, decimal(text(vector.at("b"))), &fault);
        if (vector.contains("result")) {
            ASSERT_TRUE(result);
            EXPECT_EQ(result->to_string(), text(vector.at("result")));
            EXPECT_EQ(*result, decimal(text(vector.at("result")))) << "not in canonical form";
        } else {
            EXPECT_FALSE(result);
            EXPECT_EQ(fault == decimal_fault::overflow ? "overflow" : "divide_by_zero", text(vector.at("fault")));
        }
    }
}

// The manual's print of a product (1.4.1, NUMERIC).
TEST(decimal, computes_beyond_38_digits_before_the_point) {
    const auto product = decimal::multiply(decimal("12345678901234567890123456789012345678"),
                                           decimal("10000000000000000000000000000000000001"));
    ASSERT_TRUE(product);
    EXPECT_EQ(product->to_string(), "123456789012345678901234567890123456790000000000000000000000000000000000000");
    const decimal huge("9" + std::string(123, '0'));
    EXPECT_TRUE(decimal::add(huge, decimal("9" + std::string(122, '0'))));
    EXPECT_FALSE(decimal::add(huge, huge));
}

TEST(decimal, takes_what_drivers_take_and_refuses_the_rest) {
    const auto read = [](std::string_view hex) {
        const auto value = decimal::from_wire(from_hex(hex));
        return value ? value->to_string() : "none";
    };
    EXPECT_EQ(read("00"), "0");
    EXPECT_EQ(read("3e64"), "-1") << "terminator left out";
    EXPECT_EQ(read("c10201"), "1") << "trailing zero digit";
    EXPECT_EQ(read("c20102"), "1") << "leading zero digit";
    EXPECT_EQ(read("3d6564"), "-1");
    EXPECT_EQ(*decimal::from_wire(from_hex("c20102")), decimal(1));
    EXPECT_EQ(read("c10101"), "0");
    EXPECT_EQ(read(""), "none");
    EXPECT_EQ(read("c166"), "none");
    EXPECT_EQ(read("c100"), "none");
    EXPECT_EQ(read("3e01"), "none");
    EXPECT_EQ(read("8002"), "none");
    EXPECT_EQ(read("ff02"), "none");
    EXPECT_EQ(read("3e6664"), "none") << "terminator in the middle";
    EXPECT_EQ(read("c1" + std::string(42, '1')), "none") << "22 bytes";
}

TEST(decimal, parses_only_numbers) {
    const auto read = [](std::string_view input) {
        const auto value = decimal::parse(input);
        return value ? value->to_string() : "none";
    };
    EXPECT_EQ(read(" +12.50 "), "12.5");
    EXPECT_EQ(read(".5"), "0.5");
    EXPECT_EQ(read("5."), "5");
    EXPECT_EQ(read("-1e3"), "-1000");
    EXPECT_EQ(read("12E-3"), "0.012");
    EXPECT_EQ(read("-0.0"), "0");
    EXPECT_EQ(read("0e99999999999999999999"), "0");
    EXPECT_EQ(read("1e-99999999999999999999"), "0");
    EXPECT_EQ(read("1e99999999999999999999"), "none");
    for (const auto* bad : {"", " ", "+", ".", "1e", "1e+", "1 2", "--1", "1.2.3", "0x1", "nan", "1,5"})
        EXPECT_EQ(read(bad), "none") << bad;
    EXPECT_THROW(decimal("abc"), std::invalid_argument);
    EXPECT_THROW(decimal("1e200"), std::out_of_range);
}

TEST(decimal, rounds_text_beyond_twenty_pairs_half_away_from_zero) {
    EXPECT_EQ(decimal("1234567890123456789012345678901234567890").to_string(),
              "1234567890123456789012345678901234567890");
    EXPECT_EQ(decimal("-12345678901234567890123456789012345678905").to_string(),
              "-12345678901234567890123456789012345678900");
    EXPECT_EQ(decimal("-12345678901234567890123456789012345678965").to_string(),
              "-12345678901234567890123456789012345679000");
    EXPECT_EQ(decimal(std::string(50, '9')).to_string(), "1" + std::string(50, '0'));
}

TEST(decimal, converts_to_and_from_machine_numbers) {
    EXPECT_EQ(decimal(std::numeric_limits<std::int64_t>::min()).to_string(), "-9223372036854775808");
    EXPECT_EQ(decimal(std::numeric_limits<std::uint64_t>::max()).to_string(), "18446744073709551615");
    EXPECT_EQ(decimal("9223372036854775807").to_int64(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(decimal("-9223372036854775808").to_int64(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(decimal("9223372036854775808").to_int64(), std::nullopt);
    EXPECT_EQ(decimal("9223372036854775807.5").to_int64(), std::nullopt);
    EXPECT_EQ(decimal("-2.5").to_int64(), -3);
    EXPECT_EQ(decimal("0.49").to_int64(), 0);
    EXPECT_EQ(decimal("0.1").to_double(), 0.1);
    EXPECT_EQ(decimal("-123.45").to_double(), -123.45);
    EXPECT_EQ(decimal::from_double(0.1), decimal("0.1"));
    EXPECT_EQ(decimal::from_double(1e30), decimal("1e30"));
    EXPECT_EQ(decimal::from_double(5e-324), decimal());
    EXPECT_EQ(decimal::from_double(1e124), std::nullopt);
    EXPECT_EQ(decimal::from_double(std::nan("")), std::nullopt);
    EXPECT_EQ(decimal::from_double(HUGE_VAL), std::nullopt);
    constexpr std::uint8_t digits[] = {0, 1, 2, 3, 0};
    EXPECT_EQ(decimal::from_digits(true, digits, -2)->to_string(), "-12.3");
}

TEST(decimal, knows_its_digits) {
    EXPECT_EQ(decimal("1.50").scale(), 1);
    EXPECT_EQ(decimal("0.001").scale(), 3);
    EXPECT_EQ(decimal("1200").scale(), 0);
    EXPECT_EQ(decimal("1200").integer_digits(), 4);
    EXPECT_EQ(decimal("0.5").integer_digits(), 0);
    EXPECT_EQ(decimal("0").integer_digits(), 0);
    EXPECT_EQ(decimal("1.5").to_string(3), "1.500");
    EXPECT_EQ(decimal("-1.005").to_string(2), "-1.01");
    EXPECT_EQ(decimal("-0.004").to_string(2), "0.00");
    EXPECT_EQ(decimal("0").to_string(2), "0.00");
    EXPECT_EQ(decimal("99.95").to_string(1), "100.0");
}

}  // namespace
}  // namespace dmkit
