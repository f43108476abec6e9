#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <dmkit/mock/profile.hpp>

#include "mockserver/error.hpp"

namespace dmkit::mock {

/// What functions ask about the data of the server: identities, names, parameters. The engine derives from it; each
/// question it does not answer is refused as not supported, by the name of the function that asked.
class database_facts {
  public:
    virtual ~database_facts() = default;
    /// @@IDENTITY, LAST_INSERT_ID: the session's last generated identity value; empty before the first.
    [[nodiscard]] virtual std::optional<std::int64_t> last_identity();
    /// SCOPE_IDENTITY.
    [[nodiscard]] virtual std::optional<std::int64_t> scope_identity() { return last_identity(); }
    /// GLOBAL_IDENTITY: of all sessions.
    [[nodiscard]] virtual std::optional<std::int64_t> global_identity();
    /// Rows of the session's last statement, as SQL%ROWCOUNT.
    [[nodiscard]] virtual std::int64_t row_count();
    /// FOUND_ROWS().
    [[nodiscard]] virtual std::int64_t found_rows();
    /// IDENT_CURRENT, IDENT_SEED, IDENT_INCR of a table named as in SQL (`S.T`, `"s".t`).
    [[nodiscard]] virtual std::optional<std::int64_t> identity_current(std::string_view table);
    [[nodiscard]] virtual std::optional<std::int64_t> identity_seed(std::string_view table);
    [[nodiscard]] virtual std::optional<std::int64_t> identity_increment(std::string_view table);
    [[nodiscard]] virtual std::optional<std::string> schema_name(std::int64_t id);
    [[nodiscard]] virtual std::optional<std::int64_t> user_id(std::string_view name);
    /// OBJECT_ID(name[, type]); @p type is empty when not given.
    [[nodiscard]] virtual std::optional<std::int64_t> object_id(std::string_view name, std::string_view type);
    /// Value of an INI parameter as text; empty for an unknown one.
    [[nodiscard]] virtual std::optional<std::string> parameter(std::string_view name);
    /// CURRENT VALUE of a sequence in the session. @p schema and @p name are as stored.
    [[nodiscard]] virtual std::optional<std::int64_t> sequence_current(std::string_view schema, std::string_view name);
    /// SF_CHECK_PRIV_OPT: may the user of that id see the object? Objects below a table are for administrators.
    [[nodiscard]] virtual bool may_see(std::int64_t user, std::int64_t object);
};

/// The facts of session and statement that functions depend on. One per session; the engine sets `now` when a
/// statement begins. Used by one thread at a time.
struct call_context {
    std::chrono::system_clock::time_point now = {};  ///< the moment of the statement
    std::int16_t session_time_zone = 480;            ///< minutes east of UTC
    std::int16_t database_time_zone = 480;
    std::string user = "SYSDBA";            ///< login name as stored
    std::string current_schema = "SYSDBA";  ///< as stored
    std::int64_t user_id = 50331649;
    std::int64_t current_schema_id = 150994945;
    std::int64_t session_id = 0;
    std::string host_name = {};
    std::string client_address = {};
    std::string application_name = {};
    std::string database_name = "DAMENG";
    std::string instance_name = "DMSERVER";
    dmkit::mock::language language = dmkit::mock::language::chinese;
    dmkit::mock::charset charset = dmkit::mock::charset::utf8;  ///< whose byte lengths count
    bool case_sensitive = true;                                 ///< CASE_SENSITIVE
    bool empty_text_is_null = false;                            ///< COMPATIBLE_MODE=2
    int page_size = 8192;                                       ///< bytes
    int extent_size = 16;                                       ///< pages
    /// Session formats (NLS_DATE_FORMAT …); empty: DM8's default forms.
    std::string date_format = {};
    std::string time_format = {};
    std::string timestamp_format = {};
    std::optional<bool> english_dates = {};  ///< NLS_DATE_LANGUAGE: names of months and days; empty: as `language`
    /// Uniform in [0, 1); the server's seeded generator. Without one the functions that need it are refused.
    std::function<double()> random = {};
    /// RAND(seed), SET_SEED: seeds the generator. May be empty.
    std::function<void(std::int64_t)> seed_random = {};
    /// Asked now and then by functions that may run long: the code of the error with which the statement must end (its
    /// time is up, the server stops), or 0. Without one they run until a limit of their own.
    std::function<int()> interruption = {};
    /// Bytes of UTF-8 to which the text that a function makes may grow: call() sets it from the type of the result.
    std::size_t text_limit = 0;
    /// Never null while a statement runs; the base class refuses everything.
    database_facts* facts = nullptr;
};

}  // namespace dmkit::mock
