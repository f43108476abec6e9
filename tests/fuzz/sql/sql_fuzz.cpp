#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mockserver/sql/heading.hpp"
#include "mockserver/sql/parser.hpp"
#include "mockserver/sql/walk.hpp"

namespace {

/// Ends the run if a node's range leaves the text.
void check_ranges(const dmkit::mock::sql::expression& root, std::string_view text) {
    auto check = [&](const dmkit::mock::sql::expression& node) {
        if (node.where.offset > text.size() || node.where.length > text.size() - node.where.offset)
            __builtin_trap();
    };
    dmkit::mock::sql::walk(root, check);
}

}  // namespace

/// Any text is parsed or refused by sql_error; nothing else may leave the parser.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        for (const auto& statement : dmkit::mock::sql::parse(text)) {
            if (dmkit::mock::sql::heading(statement.where.in(text)).empty())
                __builtin_trap();
        }
    } catch (const dmkit::mock::sql_error&) {
    }
    try {
        check_ranges(*dmkit::mock::sql::parse_expression(text), text);
    } catch (const dmkit::mock::sql_error&) {
    }
    return 0;
}
