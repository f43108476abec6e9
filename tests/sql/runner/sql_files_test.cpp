// Runs tests/sql/*.test against the mock's engine, each file on a database of its own.
#include <algorithm>

#include <gtest/gtest.h>

#include "engine_executor.hpp"

namespace dmkit::sql_tests {
namespace {

std::vector<std::filesystem::path> test_files() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(DMKIT_SOURCE_DIR "/tests/sql"))
        if (entry.path().extension() == ".test")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

class sql_files : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(sql_files, come_out_as_written) {
    const auto where = make_engine_executor();
    for (const failure& each : run_test_file(GetParam(), *where))
        ADD_FAILURE_AT(GetParam().c_str(), each.line) << each.what;
}

INSTANTIATE_TEST_SUITE_P(mock, sql_files, ::testing::ValuesIn(test_files()),
                         [](const auto& file) { return file.param.stem().string(); });

}  // namespace
}  // namespace dmkit::sql_tests
