#pragma once

#include <memory>

#include "test_file.hpp"

namespace dmkit::sql_tests {

/// A fresh database of the mock's engine, without a server around it.
[[nodiscard]] std::unique_ptr<executor> make_engine_executor();

}  // namespace dmkit::sql_tests
