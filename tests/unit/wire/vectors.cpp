#include "vectors.hpp"

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include <boost/json.hpp>

namespace dmkit::test {

const boost::json::array& load_json_array(std::string_view name) {
    static std::map<std::string, boost::json::value, std::less<>> files;
    const auto known = files.find(name);
    if (known != files.end())
        return known->second.as_array();
    const std::string path = std::string(DMKIT_SOURCE_DIR) + "/tests/" + std::string(name);
    std::ifstream in(path, std::ios::binary);
    if (!in)
        throw std::runtime_error("cannot open " + path);
    std::ostringstream text;
    text << in.rdbuf();
    return files.emplace(std::string(name), boost::json::parse(text.str())).first->second.as_array();
}

const boost::json::array& load_vectors(std::string_view name) {
    return load_json_array("vectors/" + std::string(name));
}

bytes from_hex(std::string_view text) {
    const auto nibble = [](char c) {
        if (c >= '0' && c <= '9')
            return c - '0';
        if (c >= 'a' && c <= 'f')
            return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
            return c - 'A' + 10;
        throw std::runtime_error("not a hexadecimal digit");
    };
    bytes result;
    int high = -1;
    for (const char c : text) {
        if (c == ' ' || c == '\n')
            continue;
        if (high < 0) {
            high = nibble(c);
        } else {
            result.push_back(static_cast<std::byte>(high * 16 + nibble(c)));
            high = -1;
        }
    }
    if (high >= 0)
        throw std::runtime_error("odd number of hexadecimal digits");
    return result;
}

std::string to_hex(bytes_view data) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : data) {
        text += digits[std::to_integer<std::size_t>(byte >> 4)];
        text += digits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return text;
}

}  // namespace dmkit::test
