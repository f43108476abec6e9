#include <algorithm>
#include <array>
#include <string_view>

#include "mockserver/sql/parser.hpp"

namespace dmkit::mock::sql {
namespace {

/// The reserved words of DM8 (SQL manual, appendix of keywords), sorted. CLASS, which the appendix lists, is not here:
/// the same manual names columns so without quotes (chapter on JSON).
// clang-format off
constexpr auto reserved_words = std::to_array<std::string_view>({
    "ABSOLUTE", "ABSTRACT", "ADD", "ADMIN", "ALL", "ALTER", "AND", "ANY", "ARRAY", "ARRAYLEN", "AS", "ASC", "ASSIGN",
    "AUDIT", "AUTHORIZATION", "AUTO_INCREMENT", "BEGIN", "BETWEEN", "BIGDATEDIFF", "BINARY", "BOOL", "BOTH", "BREAK",
    "BSTRING", "BY", "BYTE", "CALL", "CASE", "CAST", "CATCH", "CHAR", "CHECK", "CLUSTER", "CLUSTERBTR",
    "COLLATION", "COLUMN", "COMMENT", "COMMIT", "COMMITWORK", "CONNECT", "CONNECT_BY_ROOT", "CONST", "CONSTRAINT",
    "CONTAINS", "CONTEXT", "CONTINUE", "CONVERT", "CORRESPONDING", "CREATE", "CROSS", "CRYPTO", "CUBE", "CURRENT",
    "CURSOR", "DATEADD", "DATEDIFF", "DATEPART", "DECIMAL", "DECLARE", "DECODE", "DEFAULT", "DELETE", "DESC",
    "DISABLE", "DISKSPACE", "DISTINCT", "DISTRIBUTED", "DO", "DOMAIN", "DOUBLE", "DROP", "ELSE", "ELSEIF", "ELSIF",
    "ENABLE", "END", "EQU", "EXCHANGE", "EXEC", "EXECUTE", "EXISTS", "EXIT", "EXPLAIN", "EXTERN", "EXTRACT", "FETCH",
    "FINAL", "FINALLY", "FIRST", "FLASHBACK", "FLOAT", "FOR", "FOREIGN", "FROM", "FULL", "FULLY", "FUNCTION", "GET",
    "GOTO", "GRANT", "GROUP", "GROUPING", "HAVING", "IDENTITY", "IF", "IFNULL", "IMMEDIATE", "IN", "INDEX", "INLINE",
    "INNER", "INSERT", "INT", "INTERSECT", "INTERVAL", "INTO", "IS", "JOIN", "JSON_TABLE", "KEEP", "LARGE", "LEADING",
    "LEFT", "LESS", "LEXER", "LIKE", "LIST", "LNNVL", "LOGIN", "LOOP", "MEMBER", "MINUS", "MULTISET", "NATURAL",
    "NEW", "NEXT", "NOCOPY", "NOCYCLE", "NOSORT", "NOT", "NULL", "OBJECT", "OF", "ON", "OPTIMIZE", "OR", "ORDER",
    "OUT", "OVER", "OVERLAY", "OVERRIDE", "PARTITION", "PENDANT", "PERCENT", "PIPE", "PRIMARY", "PRINT", "PRIOR",
    "PRIVATE", "PRIVILEGES", "PROCEDURE", "PROTECTED", "PUBLIC", "RAISE", "RECORD", "REF", "REFERENCE", "REFERENCES",
    "REFERENCING", "RELATIVE", "REPEAT", "REPLICATE", "RETURN", "RETURNING", "REVERSE", "REVOKE", "RIGHT", "ROLLBACK",
    "ROLLUP", "ROW", "ROWNUM", "ROWS", "SAVEPOINT", "SBYTE", "SCHEMA", "SEALED", "SECTION", "SELECT", "SET", "SETS",
    "SHORT", "SIZEOF", "SOME", "STATIC", "STRUCT", "SUBPARTITION", "SWITCH", "SYNONYM", "TABLE", "THAN", "THROW",
    "TIMESTAMPADD", "TIMESTAMPDIFF", "TO", "TOP", "TRAILING", "TRIGGER", "TRIM", "TRUNCATE", "TRY", "TYPEDEF",
    "TYPEOF", "UINT", "ULONG", "UNION", "UNIQUE", "UNTIL", "UPDATE", "USER", "USHORT", "USING", "VALUES", "VARRAY",
    "VERIFY", "VERSIONS", "VIEW", "VIRTUAL", "VOID", "WHEN", "WHENEVER", "WHERE", "WHILE", "WITH", "WITHIN",
    "WITHOUT", "XML", "XMLAGG", "XMLATTRIBUTES", "XMLELEMENT", "XMLNAMESPACES", "XMLPARSE", "XMLSERIALIZE",
    "XMLTABLE",
});
// clang-format on
static_assert(std::is_sorted(reserved_words.begin(), reserved_words.end()));

}  // namespace

bool is_reserved_word(std::string_view name) noexcept {
    return std::binary_search(reserved_words.begin(), reserved_words.end(), name);
}

}  // namespace dmkit::mock::sql
