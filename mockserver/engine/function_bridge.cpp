#include "mockserver/engine/function_bridge.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <boost/container/small_vector.hpp>

#include "mockserver/bind/aggregates.hpp"
#include "mockserver/catalog/codes.hpp"
#include "mockserver/engine/storage_form.hpp"

namespace dmkit::mock {

namespace {

/// What SQLite hands back to us with each call.
struct registered {
    connection* owner;
    function_use use;
};

using field_list = boost::container::small_vector<field_view, overload::max_parameters>;

registered& registered_of(sqlite3_context* context) {
    return *static_cast<registered*>(sqlite3_user_data(context));
}

/// When the time of a change is over, its next call of a function fails, which undoes it alone.
void check_time(const connection& owner) {
    if (owner.overdue())
        throw sql_error(codes::statement_timeout);
}

/// Runs @p action; what it throws becomes the failure of the SQLite statement.
template <class Action>
void guarded(sqlite3_context* context, connection& owner, Action action) noexcept {
    try {
        action();
    } catch (const sql_error& error) {
        owner.fail(error);
        sqlite3_result_error(context, "dmkit", -1);
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    } catch (const std::exception& error) {
        sqlite3_result_error(context, error.what(), -1);
    }
}

/// A text without characters may be NULL, but for a LOB, which is a value of its own.
void give(sqlite3_context* context, const registered& self, const field_view& value) {
    const bool nothing = self.owner->context().empty_text_is_null && value.kind() == field_kind::string &&
                         value.get<std::string_view>().empty() && !is_lob(self.use.result.id);
    result_storage_form(context, nothing ? field_view() : value, self.use.result);
}

field_list read_arguments(const function_use& use, int count, sqlite3_value** values) {
    field_list read;
    for (int i = 0; i < count; ++i)
        read.push_back(read_storage_form(values[i], use.arguments[static_cast<std::size_t>(i)]));
    return read;
}

void call_overload(sqlite3_context* context, int count, sqlite3_value** values) {
    const registered& self = registered_of(context);
    guarded(context, *self.owner, [&] {
        check_time(*self.owner);
        const int declared = static_cast<int>(self.use.arguments.size());
        const field_list read = read_arguments(self.use, std::min(count, declared), values);
        field result = call(*self.use.function, self.owner->context(), read, self.use.result);
        // A chain: what is computed so far is the left operand of what follows.
        for (int i = declared; i < count; ++i) {
            const field left = std::exchange(result, field());
            const std::array<field_view, 2> operands{left, read_storage_form(values[i], self.use.arguments[1])};
            result = call(*self.use.function, self.owner->context(), operands, self.use.result);
        }
        give(context, self, result);
    });
}

void call_convert(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    const registered& self = registered_of(context);
    const function_use& use = self.use;
    guarded(context, *self.owner, [&] {
        check_time(*self.owner);
        const field_view value = read_storage_form(values[0], use.arguments.front());
        const field result = convert(self.owner->context(), value, use.arguments.front(), use.result, use.mode,
                                     use.column, use.length_in_characters);
        give(context, self, result);
    });
}

void call_like(sqlite3_context* context, int count, sqlite3_value** values) {
    const registered& self = registered_of(context);
    guarded(context, *self.owner, [&] {
        check_time(*self.owner);
        const field_list read = read_arguments(self.use, count, values);
        for (const field_view& each : read)
            if (each.is_null())
                return sqlite3_result_null(context);
        const std::string_view escape = count > 2 ? read[2].get<std::string_view>() : std::string_view();
        sqlite3_result_int(context, like(read[0].get<std::string_view>(), read[1].get<std::string_view>(), escape,
                                         letter_case_of(self.owner->context().case_sensitive)));
    });
}

/// The group in the making, which lives in memory that SQLite gives and clears.
aggregate* group_of(sqlite3_context* context, const registered& self, bool make) {
    const function_use& use = self.use;
    auto** place = static_cast<aggregate**>(sqlite3_aggregate_context(context, make ? sizeof(aggregate*) : 0));
    if (place == nullptr)
        return nullptr;
    if (*place == nullptr && make)
        *place = make_aggregate(use.aggregate, use.arguments, use.result,
                                letter_case_of(self.owner->context().case_sensitive))
                     .release();
    return *place;
}

void aggregate_step(sqlite3_context* context, int count, sqlite3_value** values) {
    const registered& self = registered_of(context);
    guarded(context, *self.owner, [&] {
        check_time(*self.owner);
        aggregate* group = group_of(context, self, true);
        if (group == nullptr)
            throw std::bad_alloc();
        group->step(read_arguments(self.use, count, values));
    });
}

void aggregate_inverse(sqlite3_context* context, int count, sqlite3_value** values) {
    const registered& self = registered_of(context);
    guarded(context, *self.owner, [&] {
        if (aggregate* group = group_of(context, self, false))
            group->inverse(read_arguments(self.use, count, values));
    });
}

void aggregate_value(sqlite3_context* context) {
    const registered& self = registered_of(context);
    guarded(context, *self.owner, [&] {
        if (aggregate* group = group_of(context, self, true))
            give(context, self, group->value());
    });
}

void aggregate_final(sqlite3_context* context) {
    const registered& self = registered_of(context);
    guarded(context, *self.owner, [&] {
        // No row at all: the group is made now, for its value of nothing.
        const std::unique_ptr<aggregate> group(group_of(context, self, true));
        if (auto** place = static_cast<aggregate**>(sqlite3_aggregate_context(context, 0)))
            *place = nullptr;
        if (group)
            give(context, self, group->value());
    });
}

void destroy(void* data) {
    delete static_cast<registered*>(data);
}

int text_encoding(const function_use& use) {
    const bool deterministic = use.kind != function_use::what::call || use.function->deterministic;
    return SQLITE_UTF8 | (deterministic ? SQLITE_DETERMINISTIC : 0);
}

}  // namespace

void register_function(connection& connection, const function_use& function) {
    const std::string name = function.sqlite_name();
    const bool chained = function.kind == function_use::what::call && function.arguments.size() == 2;
    const int count = chained ? -1 : static_cast<int>(function.arguments.size());
    auto data = std::make_unique<registered>(registered{&connection, function});
    int status = SQLITE_OK;
    // SQLite takes over the data, also when it fails.
    if (function.kind == function_use::what::aggregate) {
        status = sqlite3_create_window_function(connection.handle(), name.c_str(), count, SQLITE_UTF8, data.release(),
                                                aggregate_step, aggregate_final, aggregate_value, aggregate_inverse,
                                                destroy);
    } else {
        const auto call = function.kind == function_use::what::call      ? call_overload
                          : function.kind == function_use::what::convert ? call_convert
                                                                         : call_like;
        status = sqlite3_create_function_v2(connection.handle(), name.c_str(), count, text_encoding(function),
                                            data.release(), call, nullptr, nullptr, destroy);
    }
    if (status != SQLITE_OK)
        throw std::runtime_error(fmt::format("SQLite refuses function \"{}\"", name));
}

}  // namespace dmkit::mock
