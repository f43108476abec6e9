#include "mockserver/engine/ddl_privileges.hpp"

#include <algorithm>
#include <iterator>

namespace dmkit::mock {

namespace {
/// Sorted by bytes.
constexpr std::string_view privileges[] = {
    "ADMIN ANY DATABASE PRIVILEGE",
    "ADMIN ANY ROLE",
    "ALTER ANY CONTEXT INDEX",
    "ALTER ANY INDEX",
    "ALTER ANY SEQUENCE",
    "ALTER ANY TABLE",
    "ALTER ANY VIEW",
    "ALTER DATABASE",
    "ALTER REPLICATE",
    "ALTER TABLESPACE",
    "ALTER USER",
    "AUDIT DATABASE",
    "BACKUP DATABASE",
    "CREATE ANY CONTEXT INDEX",
    "CREATE ANY INDEX",
    "CREATE ANY LINK",
    "CREATE ANY PACKAGE",
    "CREATE ANY PROCEDURE",
    "CREATE ANY SCHEMA",
    "CREATE ANY SEQUENCE",
    "CREATE ANY SYNONYM",
    "CREATE ANY TABLE",
    "CREATE ANY TRIGGER",
    "CREATE ANY VIEW",
    "CREATE CONTEXT INDEX",
    "CREATE INDEX",
    "CREATE LINK",
    "CREATE PACKAGE",
    "CREATE PROCEDURE",
    "CREATE PUBLIC SYNONYM",
    "CREATE REPLICATE",
    "CREATE ROLE",
    "CREATE SCHEMA",
    "CREATE SEQUENCE",
    "CREATE SESSION",
    "CREATE SYNONYM",
    "CREATE TABLE",
    "CREATE TABLESPACE",
    "CREATE TRIGGER",
    "CREATE USER",
    "CREATE VIEW",
    "DELETE ANY TABLE",
    "DELETE ANY VIEW",
    "DELETE TABLE",
    "DELETE VIEW",
    "DROP ANY CONTEXT INDEX",
    "DROP ANY INDEX",
    "DROP ANY LINK",
    "DROP ANY PACKAGE",
    "DROP ANY PROCEDURE",
    "DROP ANY SCHEMA",
    "DROP ANY SEQUENCE",
    "DROP ANY SYNONYM",
    "DROP ANY TABLE",
    "DROP ANY TRIGGER",
    "DROP ANY VIEW",
    "DROP PUBLIC SYNONYM",
    "DROP REPLICATE",
    "DROP ROLE",
    "DROP TABLESPACE",
    "DROP USER",
    "DUMP ANY TABLE",
    "DUMP TABLE",
    "EXECUTE ANY PACKAGE",
    "EXECUTE ANY PROCEDURE",
    "EXECUTE PACKAGE",
    "EXECUTE PROCEDURE",
    "GRANT ANY OBJECT PRIVILEGE",
    "GRANT ANY PACKAGE",
    "GRANT ANY PROCEDURE",
    "GRANT ANY SEQUENCE",
    "GRANT ANY TABLE",
    "GRANT ANY VIEW",
    "GRANT PACKAGE",
    "GRANT PROCEDURE",
    "GRANT SEQUENCE",
    "GRANT TABLE",
    "GRANT VIEW",
    "INSERT ANY TABLE",
    "INSERT ANY VIEW",
    "INSERT TABLE",
    "INSERT VIEW",
    "REFERENCES ANY TABLE",
    "REFERENCES TABLE",
    "RESTORE DATABASE",
    "SELECT ANY DICTIONARY",
    "SELECT ANY SEQUENCE",
    "SELECT ANY TABLE",
    "SELECT ANY VIEW",
    "SELECT SEQUENCE",
    "SELECT TABLE",
    "SELECT VIEW",
    "UPDATE ANY TABLE",
    "UPDATE ANY VIEW",
    "UPDATE TABLE",
    "UPDATE VIEW",
};
static_assert(std::is_sorted(std::begin(privileges), std::end(privileges)));

constexpr std::string_view verbs[] = {"ADMIN",   "ALTER", "AUDIT",  "BACKUP",     "CREATE",  "DELETE", "DROP",  "DUMP",
                                      "EXECUTE", "GRANT", "INSERT", "REFERENCES", "RESTORE", "SELECT", "UPDATE"};
}  // namespace

bool is_system_privilege(std::string_view words) noexcept {
    return std::binary_search(std::begin(privileges), std::end(privileges), words);
}

bool begins_as_privilege(std::string_view words) noexcept {
    const std::string_view verb = words.substr(0, words.find(' '));
    return std::find(std::begin(verbs), std::end(verbs), verb) != std::end(verbs);
}

}  // namespace dmkit::mock
