#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

namespace dmkit::test {

/// A file that goes with the object.
class scratch_file {
  public:
    scratch_file() {
        static int last = 0;
        path = std::filesystem::temp_directory_path() /
               ("dmkit-test-" + std::to_string(::getpid()) + "-" + std::to_string(++last));
    }
    ~scratch_file() { std::filesystem::remove(path); }
    scratch_file(const scratch_file&) = delete;
    scratch_file& operator=(const scratch_file&) = delete;
    [[nodiscard]] std::string text() const {
        std::ifstream in(path, std::ios::binary);
        std::ostringstream out;
        out << in.rdbuf();
        return out.str();
    }
    std::filesystem::path path;
};

}  // namespace dmkit::test
