#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

namespace dmkit::bench {

/// A ratio that is printed after the run: the time of one benchmark over that of another.
struct figure {
    std::string what;       ///< left of the stroke
    std::string over;       ///< right of it
    std::string benchmark;  ///< names of the two
    std::string floor;
    double items = 1;                   ///< that one iteration of either handles
    std::string_view items_per_second;  ///< name of the rate; empty: the two times are printed instead
};

/// What is measured, and how much of it.
struct suite {
    std::size_t rows = 100'000;   ///< that are streamed
    std::size_t servers = 1'000;  ///< that are started and stopped one after the other
    std::vector<figure> figures;
};

/// Each registers its benchmarks with the library and its figures with the suite.
void add_round_trips(suite& target);
void add_decoding(suite& target);
void add_streams(suite& target);
void add_starts(suite& target);

/// Keeps the time of every repetition, in seconds an iteration.
class collector final : public benchmark::BenchmarkReporter {
  public:
    bool ReportContext(const Context& context) override;
    void ReportRuns(const std::vector<Run>& report) override;

    /// Prints each benchmark's fastest, median and slowest repetition, then the figures. They are ratios of the
    /// fastest: other load of the machine only ever adds time.
    /// @return false if a figure lacks one of its benchmarks (a filter left it out)
    bool print(const suite& what) const;

  private:
    std::map<std::string, std::vector<double>> seconds_;
};

}  // namespace dmkit::bench
