#include <dmkit/type.hpp>

namespace dmkit {

std::string_view to_string(type_id id) noexcept {
    switch (id) {
        case type_id::char_:
            return "CHAR";
        case type_id::varchar2:
            return "VARCHAR2";
        case type_id::varchar:
            return "VARCHAR";
        case type_id::bit:
            return "BIT";
        case type_id::tinyint:
            return "TINYINT";
        case type_id::smallint:
            return "SMALLINT";
        case type_id::integer:
            return "INTEGER";
        case type_id::bigint:
            return "BIGINT";
        case type_id::decimal:
            return "DECIMAL";
        case type_id::real:
            return "REAL";
        case type_id::double_:
            return "DOUBLE";
        case type_id::blob:
            return "BLOB";
        case type_id::boolean:
            return "BOOLEAN";
        case type_id::date:
            return "DATE";
        case type_id::time:
            return "TIME";
        case type_id::datetime:
        case type_id::datetime2:
            return "DATETIME";
        case type_id::binary:
            return "BINARY";
        case type_id::varbinary:
            return "VARBINARY";
        case type_id::clob:
            return "CLOB";
        case type_id::interval_ym:
            return "INTERVAL YEAR TO MONTH";
        case type_id::interval_ds:
            return "INTERVAL DAY TO SECOND";
        case type_id::time_tz:
            return "TIME WITH TIME ZONE";
        case type_id::datetime_tz:
        case type_id::datetime2_tz:
            return "DATETIME WITH TIME ZONE";
        case type_id::null:
            return "NULL";
        case type_id::array:
            return "ARRAY";
        case type_id::class_:
            return "CLASS";
        case type_id::cursor:
            return "CURSOR";
        case type_id::record:
            return "RECORD";
        case type_id::static_array:
            return "STATIC ARRAY";
        case type_id::unknown:
            break;
    }
    return "UNKNOWN";
}

}  // namespace dmkit
