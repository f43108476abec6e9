// docs/protocol/messages.md is made from the declarations of the messages; this test holds it to them. When a
// declaration changes, the new page is written beside the test's binary: copy it over the old one.

#include <dmkit/wire/messages/message.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include <fmt/format.h>

namespace dmkit::wire {
namespace {

std::string make_page() {
    std::string page =
        "# Messages\n\n"
        "Made from the field lists in `client/wire/src/messages`; a test keeps it true. `@n` is a place in the 64-byte "
        "header, `body n` the order in\n"
        "the body. *captured*: proven against bytes of the vendor's drivers; *derived*: from what those drivers "
        "accept.\n";
    for (const auto& message : describe_messages()) {
        page += fmt::format("\n## {} ({}, from the {}, {})\n\n", message.name, message.code,
                            message.from == origin::client ? "client" : "server",
                            message.proof == evidence::captured ? "captured" : "derived");
        if (message.fields.empty()) {
            page += "No fields.\n";
            continue;
        }
        page += "| field | place | form | when |\n| --- | --- | --- | --- |\n";
        for (const auto& field : message.fields) {
            page += fmt::format("| {} | {} | {} | {} |\n", field.name, field.place, field.form, field.condition);
        }
    }
    return page;
}

TEST(Docs, MessageTablesAreThoseOfTheDeclarations) {
    const auto page = make_page();
    std::ifstream file(DMKIT_SOURCE_DIR "/docs/protocol/messages.md");
    std::stringstream stored;
    stored << file.rdbuf();
    if (stored.str() != page)
        std::ofstream("messages.md") << page;
    EXPECT_EQ(stored.str(), page);
}

}  // namespace
}  // namespace dmkit::wire
