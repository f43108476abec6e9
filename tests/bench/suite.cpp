#include "suite.hpp"

#include <algorithm>
#include <iostream>

#include <fmt/format.h>

namespace dmkit::bench {

namespace {

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

std::string time_text(double seconds) {
    if (seconds < 1e-6)
        return fmt::format("{:.1f} ns", seconds * 1e9);
    if (seconds < 1e-3)
        return fmt::format("{:.1f} us", seconds * 1e6);
    if (seconds < 1)
        return fmt::format("{:.1f} ms", seconds * 1e3);
    return fmt::format("{:.2f} s", seconds);
}

std::string rate_text(double rate) {
    return rate < 1e6 ? fmt::format("{:.0f}", rate) : fmt::format("{:.2f} million", rate / 1e6);
}

}  // namespace

bool collector::ReportContext(const Context& context) {
    PrintBasicContext(&std::cerr, context);
    return true;
}

void collector::ReportRuns(const std::vector<Run>& report) {
    for (const auto& run : report) {
        if (run.run_type != Run::RT_Iteration || run.iterations == 0)
            continue;
        const auto& name = run.run_name.function_name;
        seconds_[name].push_back(run.real_accumulated_time / static_cast<double>(run.iterations));
    }
}

bool collector::print(const suite& what) const {
    std::cout << fmt::format("{:<32}{:>12}{:>12}{:>12}\n", "benchmark", "fastest", "median", "slowest");
    for (const auto& [name, times] : seconds_) {
        const auto [fastest, slowest] = std::minmax_element(times.begin(), times.end());
        std::cout << fmt::format("{:<32}{:>12}{:>12}{:>12}\n", name, time_text(*fastest), time_text(median(times)),
                                 time_text(*slowest));
    }
    std::cout << '\n';
    bool complete = true;
    for (const auto& item : what.figures) {
        const auto measured = seconds_.find(item.benchmark);
        const auto floor = seconds_.find(item.floor);
        if (measured == seconds_.end() || floor == seconds_.end()) {
            complete = false;
            continue;
        }
        const double upper = *std::min_element(measured->second.begin(), measured->second.end());
        const double lower = *std::min_element(floor->second.begin(), floor->second.end());
        std::cout << fmt::format("{} / {}: {:.2f}", item.what, item.over, upper / lower);
        if (item.items_per_second.empty())
            std::cout << fmt::format(" ({} / {})\n", time_text(upper), time_text(lower));
        else
            std::cout << fmt::format(" ({} {} a second / {})\n", rate_text(item.items / upper), item.items_per_second,
                                     rate_text(item.items / lower));
    }
    std::cout.flush();
    return complete;
}

}  // namespace dmkit::bench
