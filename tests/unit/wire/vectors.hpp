#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/field.hpp>

namespace boost::json {
class array;
}

namespace dmkit::test {

/// The array in tests/@p path. @throws std::runtime_error if it cannot be read.
const boost::json::array& load_json_array(std::string_view path);
/// The array in tests/vectors/@p name.
const boost::json::array& load_vectors(std::string_view name);

/// Bytes from hexadecimal digits; blanks are skipped.
bytes from_hex(std::string_view text);
/// Lower-case hexadecimal digits.
std::string to_hex(bytes_view data);

}  // namespace dmkit::test
