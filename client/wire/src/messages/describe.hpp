#pragma once

#include <vector>

#include <dmkit/wire/messages/message.hpp>

namespace dmkit::wire::detail {

void describe_session_messages(std::vector<message_description>& out);
void describe_statement_messages(std::vector<message_description>& out);
void describe_lob_messages(std::vector<message_description>& out);

}  // namespace dmkit::wire::detail
