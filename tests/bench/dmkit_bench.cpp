// The benchmarks: runs them in one process, their repetitions mixed, and prints each figure as a ratio of two of them.

#include <charconv>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "suite.hpp"

namespace {

/// Takes `NAME=NUMBER` out of @p argument. @return false if it is something else
bool take_number(std::string_view argument, std::string_view name, std::size_t& out) {
    if (!argument.starts_with(name))
        return false;
    argument.remove_prefix(name.size());
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(argument.data(), argument.data() + argument.size(), value);
    if (error != std::errc{} || end != argument.data() + argument.size() || value == 0)
        return false;
    out = value;
    return true;
}

int run(int count, char** arguments) {
    dmkit::bench::suite suite;
    // The caller's come behind these, and the last one counts.
    std::vector<std::string> passed{arguments[0], "--benchmark_repetitions=15", "--benchmark_min_time=0.1",
                                    "--benchmark_enable_random_interleaving=true"};
    for (int i = 1; i < count; ++i) {
        const std::string_view argument = arguments[i];
        if (!take_number(argument, "--rows=", suite.rows) && !take_number(argument, "--servers=", suite.servers))
            passed.emplace_back(argument);
    }
    std::vector<char*> pointers;
    for (auto& text : passed)
        pointers.push_back(text.data());
    int left = static_cast<int>(pointers.size());
    pointers.push_back(nullptr);
    benchmark::Initialize(&left, pointers.data());
    if (benchmark::ReportUnrecognizedArguments(left, pointers.data()))
        return 2;

    add_round_trips(suite);
    add_decoding(suite);
    add_streams(suite);
    add_starts(suite);
    dmkit::bench::collector results;
    const auto found = benchmark::RunSpecifiedBenchmarks(&results);
    benchmark::ClearRegisteredBenchmarks();
    if (found == 0)
        return 2;
    if (!results.print(suite))
        std::cout << "Figures whose benchmarks were left out are missing.\n";
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        return run(count, arguments);
    } catch (const std::exception& failure) {
        std::cerr << "dmkit_bench: " << failure.what() << '\n';
        return 1;
    }
}
