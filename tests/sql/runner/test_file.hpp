#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Files of statements with what must come of them, in the form of sqllogictest:
///
///     # source: where the expected outcome is from
///     statement ok
///     CREATE TABLE t (a INT)
///
///     statement count 2
///     INSERT INTO t VALUES (1), (2)
///
///     statement error -2106
///     SELECT * FROM nowhere
///
///     query IT rowsort
///     SELECT a, 'x' FROM t
///     ----
///     1<tab>x
///     2<tab>x
///
/// A record ends at an empty line. One letter a column: T text, I integer, R number compared by value. NULL is `NULL`,
/// the empty text `(empty)`. With `rowsort` the order of rows does not matter.
namespace dmkit::sql_tests {

/// What came of a statement.
struct outcome {
    std::optional<int> error_code;
    std::string error_text;
    std::int64_t affected = 0;
    std::vector<std::vector<std::optional<std::string>>> rows;  ///< as DM8's tools print values; empty: NULL
};

/// Where statements run: the mock's engine, or whatever a DSN leads to.
class executor {
  public:
    virtual ~executor() = default;
    virtual outcome run(std::string_view sql) = 0;
};

struct failure {
    int line = 0;  ///< of the record's first line
    std::string what;
};

/// Runs all records of the file, whatever fails. @throws std::runtime_error for a file that cannot be read or is none
/// of this form
[[nodiscard]] std::vector<failure> run_test_file(const std::filesystem::path& file, executor& where);

}  // namespace dmkit::sql_tests
