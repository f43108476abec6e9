#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>

#include <dmkit/structured_type.hpp>
#include <dmkit/type.hpp>

namespace dmkit {

/// One column of a result, as the server describes it. Names are UTF-8.
struct column_metadata {
    std::string name;       ///< alias or name; DM8 folds it like an identifier
    data_type type;         ///< precision and scale as DM8 means them; marks in the scale are taken out (see below)
    std::string type_name;  ///< as the server spells it: `INTEGER`, `VARCHAR`
    bool nullable = true;
    bool identity = false;         ///< an IDENTITY column
    bool local_time_zone = false;  ///< TIMESTAMP WITH LOCAL TIME ZONE: values are in the database's zone
    bool oracle_date = false;      ///< Oracle's DATE: date and time to the second, travels as DATETIME
    bool binary_float = false;     ///< Oracle's FLOAT: a decimal; type.precision is in decimal digits
    std::string schema;            ///< where the value comes from; empty for expressions
    std::string table;
    std::string base_name;           ///< the column's own name without alias, if the server tells it
    std::int32_t lob_table_id = 0;   ///< of LOB columns of tables, else 0
    std::int16_t lob_column_id = 0;  ///< likewise
    /// Of arrays, records, objects and collections, whose fields hold the encoded value; else nothing.
    std::shared_ptr<const structured_type> structure;
    /// Structures are equal when their descriptions are.
    friend bool operator==(const column_metadata& a, const column_metadata& b) {
        const auto compared = [](const column_metadata& one) {
            return std::tie(one.name, one.type, one.type_name, one.nullable, one.identity, one.local_time_zone,
                            one.oracle_date, one.binary_float, one.schema, one.table, one.base_name, one.lob_table_id,
                            one.lob_column_id);
        };
        return compared(a) == compared(b) && same_structure(a.structure, b.structure);
    }
};

enum class parameter_direction : std::uint8_t { in = 0, out = 1, in_out = 2 };

/// One parameter of a prepared statement, as the server describes it.
struct parameter_metadata {
    std::string name;  ///< of `:name`; empty for `?`
    data_type type;    ///< as it travels, marks in the scale included
    std::string type_name;
    parameter_direction direction = parameter_direction::in;
    bool exact = true;  ///< false: the type is a guess and values are sent with their own types
    bool nullable = true;
    bool has_default = false;
    /// Of arrays, records, objects and collections: encodes the binary value to give; else nothing.
    std::shared_ptr<const structured_type> structure;
    /// Structures are equal when their descriptions are.
    friend bool operator==(const parameter_metadata& a, const parameter_metadata& b) {
        const auto compared = [](const parameter_metadata& one) {
            return std::tie(one.name, one.type, one.type_name, one.direction, one.exact, one.nullable, one.has_default);
        };
        return compared(a) == compared(b) && same_structure(a.structure, b.structure);
    }
};

}  // namespace dmkit
