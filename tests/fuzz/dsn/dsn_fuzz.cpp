#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <dmkit/connect_params.hpp>

/// Any text is understood or refused with a reason; what is understood survives formatting and reading again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    dmkit::error_code code;
    dmkit::diagnostics details;
    const auto params = dmkit::parse_dsn(text, code, details);
    if (code) {
        if (details.client_message.empty())
            std::abort();
        return 0;
    }
    for (const auto form : {dmkit::dsn_form::url, dmkit::dsn_form::key_value, dmkit::dsn_form::odbc}) {
        std::string formatted;
        try {
            formatted = dmkit::format_dsn(params, form);
        } catch (const dmkit::error&) {
            // Without percent encoding some values have no form.
            if (params.percent_decode || form != dmkit::dsn_form::url)
                std::abort();
            continue;
        }
        if (dmkit::parse_dsn(formatted, code, details) != params || code)
            std::abort();
    }
    return 0;
}
