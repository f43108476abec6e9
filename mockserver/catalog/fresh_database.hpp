#pragma once

namespace dmkit::mock {
class catalog;

/// The catalog of a database that was just created: system schemas, users, roles and the system views. Made once a
/// process and shared, since nothing in it ever changes. Nobody can log in until a user gets a password.
[[nodiscard]] const catalog& fresh_database();
}  // namespace dmkit::mock
