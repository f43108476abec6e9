#include "tools/sql/parameters.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <boost/algorithm/hex.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace dmkit::tools {
namespace {

/// From here on JSON numbers without a fraction were integers that 64 bits cannot hold.
constexpr double exact_integers = 9223372036854775808.0;

bool is_integer(double value) {
    return std::trunc(value) == value && std::abs(value) < 1e38;
}

field from_hex(const boost::json::object& object, std::size_t index) {
    const auto* hex = object.size() == 1 ? object.if_contains("hex") : nullptr;
    if (hex == nullptr || !hex->is_string()) {
        throw std::invalid_argument(fmt::format("parameter {}: an object must be {{\"hex\":\"…\"}}", index));
    }
    std::string raw;
    try {
        boost::algorithm::unhex(hex->as_string().begin(), hex->as_string().end(), std::back_inserter(raw));
    } catch (const boost::algorithm::hex_decode_error&) {
        throw std::invalid_argument(fmt::format("parameter {}: bad hexadecimal digits", index));
    }
    const auto view = std::as_bytes(std::span(raw));
    return bytes_view(view);
}

}  // namespace

std::vector<field> parse_parameters(std::string_view json) {
    boost::json::error_code error;
    const auto document = boost::json::parse(json, error);
    if (error)
        throw std::invalid_argument("parameters: " + error.message());
    if (!document.is_array())
        throw std::invalid_argument("parameters: a JSON array is wanted");
    std::vector<field> result;
    for (const auto& element : document.get_array()) {
        const auto index = result.size() + 1;
        switch (element.kind()) {
            case boost::json::kind::null:
                result.emplace_back();
                break;
            case boost::json::kind::bool_:
                result.emplace_back(element.get_bool());
                break;
            case boost::json::kind::int64:
                result.emplace_back(element.get_int64());
                break;
            case boost::json::kind::uint64:
                result.emplace_back(decimal(element.get_uint64()));
                break;
            case boost::json::kind::double_:
                if (std::abs(element.get_double()) >= exact_integers && is_integer(element.get_double())) {
                    throw std::invalid_argument(
                        fmt::format("parameter {}: the integer does not fit 64 bits; write it as a string", index));
                }
                result.emplace_back(element.get_double());
                break;
            case boost::json::kind::string:
                result.emplace_back(std::string_view(element.get_string()));
                break;
            case boost::json::kind::object:
                result.push_back(from_hex(element.get_object(), index));
                break;
            case boost::json::kind::array:
                throw std::invalid_argument(fmt::format("parameter {}: an array is no value", index));
        }
    }
    return result;
}

}  // namespace dmkit::tools
