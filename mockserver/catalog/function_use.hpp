#pragma once

#include <string>
#include <vector>

#include <dmkit/type.hpp>

#include "mockserver/functions/function_table.hpp"

namespace dmkit::mock {

/// A function of ours that emitted SQL calls, over certain types: what the engine must know to register it with a
/// SQLite connection. Arguments and result travel in the storage forms of these types.
struct function_use {
    enum class what : std::uint8_t {
        /// #function. One of two arguments may be called with more where its result has the type of the first: the
        /// call is made from the left, f(a, b, c) = f(f(a, b), c). SQLite's parser cannot nest chains that long.
        call,
        convert,  ///< convert(): one argument, arguments[0] to #result in #mode
        like,     ///< like(text, pattern[, escape]): INTEGER 0 or 1, NULL if one is NULL
        /// #aggregate, an aggregate and window function of mockserver/bind/aggregates.hpp: step, inverse, value, final
        aggregate,
    };

    what kind = what::call;
    const overload* function = nullptr;  ///< of `call`
    std::string aggregate;               ///< of `aggregate`: its name as make_aggregate() takes it
    std::vector<data_type> arguments;    ///< after conversion: resolution::converted_argument_types
    data_type result;
    conversion_mode mode = conversion_mode::implicit;  ///< of `convert`
    std::string column;                                ///< of an assignment: named by its errors
    bool length_in_characters = false;                 ///< of an assignment to VARCHAR(n CHAR)

    /// The name to call it by in emitted SQL, without quotes. Made of all of the above and of nothing else, so equal
    /// uses share a name in every connection and every run; at most 255 bytes. Put it in double quotes.
    [[nodiscard]] std::string sqlite_name() const;
};

}  // namespace dmkit::mock
