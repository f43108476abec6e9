#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <dmkit/connect_params.hpp>

#include "client/session/dsn_options.hpp"

namespace dmkit {

namespace {

using session::parse_integer;
using session::same_name;

constexpr std::string_view scheme = "dm://";

/// Why a string is refused; thrown inside this file only.
struct refusal {
    client_errc code;
    std::string text;
};

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// A `%` that two hexadecimal digits do not follow stands for itself.
std::string percent_decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
            out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain = "-._~";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (alphanumeric || plain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 0x0FU];
        }
    }
    return out;
}

std::string_view trimmed(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

void set_port(connect_params& params, std::string_view text) {
    const auto port = parse_integer(text);
    if (!port || *port < 1 || *port > 65535)
        throw refusal{client_errc::invalid_option_value, "port: must be 1 to 65535"};
    params.port = static_cast<std::uint16_t>(*port);
}

bool is_harmless(const session::refused_option& option, std::string_view value) {
    std::string_view rest = option.harmless;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        if (same_name(rest.substr(0, comma), value))
            return true;
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return false;
}

void set_option(connect_params& params, std::string_view name, std::string_view value) {
    for (const auto& option : session::dsn_options()) {
        if (!same_name(option.name, name))
            continue;
        if (!option.set(params, value))
            throw refusal{client_errc::invalid_option_value,
                          std::string(option.name) + ": must be " + std::string(option.range)};
        return;
    }
    for (const auto& option : session::refused_options()) {
        if (!same_name(option.name, name))
            continue;
        if (!is_harmless(option, value))
            throw refusal{client_errc::unsupported_option,
                          std::string(option.name) + ": " + std::string(option.reason)};
        return;
    }
    throw refusal{client_errc::unknown_option, "'" + std::string(name) + "'"};
}

void set_host(connect_params& params, std::string_view host) {
    if (host.find_first_of("/?#@[] \t\r\n") != std::string_view::npos)
        throw refusal{client_errc::invalid_dsn, "the host contains a character that no host has"};
    if (!host.empty())
        params.host = std::string(host);
}

void set_address(connect_params& params, std::string_view address) {
    std::string_view host = address;
    if (address.starts_with('[')) {
        const auto end = address.find(']');
        if (end == std::string_view::npos)
            throw refusal{client_errc::invalid_dsn, "']' is missing after an IPv6 address"};
        host = address.substr(1, end - 1);
        if (std::count(host.begin(), host.end(), ':') < 2)
            throw refusal{client_errc::invalid_dsn, "what stands in brackets must be an IPv6 address"};
        const auto rest = address.substr(end + 1);
        if (!rest.empty() && !rest.starts_with(':'))
            throw refusal{client_errc::invalid_dsn, "':' and a port must follow the ']' of an IPv6 address"};
        if (!rest.empty())
            set_port(params, rest.substr(1));
    } else if (const auto colon = address.rfind(':'); colon != std::string_view::npos) {
        host = address.substr(0, colon);
        set_port(params, address.substr(colon + 1));
        if (host.find(':') != std::string_view::npos)
            throw refusal{client_errc::invalid_dsn, "an IPv6 address must stand in brackets"};
    }
    set_host(params, host);
}

/// The value of `server`: a name or address, an IPv6 address with or without brackets, or `host:port`.
void set_server(connect_params& params, std::string_view value) {
    if (value.starts_with('[') || std::count(value.begin(), value.end(), ':') == 1)
        set_address(params, value);
    else
        set_host(params, value);
}

using pairs = std::vector<std::pair<std::string_view, std::string_view>>;

pairs split_properties(std::string_view text) {
    pairs out;
    while (!text.empty()) {
        const auto end = text.find('&');
        const auto part = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (part.empty())
            continue;
        const auto equals = part.find('=');
        if (equals == std::string_view::npos)
            throw refusal{client_errc::invalid_dsn, "'=' is missing after an option's name"};
        out.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    }
    return out;
}

connect_params parse_url(std::string_view text) {
    // What stands behind the last '?' are properties, unless that '?' belongs to the user part, which a '@' ends.
    const auto question = text.rfind('?');
    auto at = question == std::string_view::npos ? std::string_view::npos : text.substr(0, question).rfind('@');
    if (at == std::string_view::npos)
        at = text.rfind('@');
    if (at == std::string_view::npos)
        throw refusal{client_errc::invalid_dsn, "the user part, which '@' ends, is missing"};
    const auto user_part = text.substr(0, at);
    auto address = text.substr(at + 1);
    std::string_view property_text;
    if (const auto mark = address.find('?'); mark != std::string_view::npos) {
        property_text = address.substr(mark + 1);
        address = address.substr(0, mark);
    }
    if (address.ends_with('/'))
        address.remove_suffix(1);

    connect_params params;
    const auto properties = split_properties(property_text);
    for (const auto& [name, value] : properties) {
        if (same_name(name, "percentDecode"))
            set_option(params, name, value);
    }
    const auto decoded = [&](std::string_view raw) {
        return params.percent_decode ? percent_decoded(raw) : std::string(raw);
    };
    set_address(params, address);
    const auto colon = user_part.find(':');
    params.user = decoded(user_part.substr(0, colon));
    if (colon != std::string_view::npos)
        params.password = decoded(user_part.substr(colon + 1));
    for (const auto& [name, value] : properties)
        set_option(params, name, decoded(value));
    return params;
}

/// `key=value;…`, values in `{…}` with `}}` for a brace.
std::vector<std::pair<std::string_view, std::string>> split_key_values(std::string_view text) {
    std::vector<std::pair<std::string_view, std::string>> out;
    while (true) {
        const auto start = text.find_first_not_of("; \t\r\n");
        if (start == std::string_view::npos)
            return out;
        text.remove_prefix(start);
        const auto equals = text.find('=');
        if (equals == std::string_view::npos || equals > text.find(';'))
            throw refusal{client_errc::invalid_dsn, "'=' is missing after a key"};
        const auto key = trimmed(text.substr(0, equals));
        text.remove_prefix(equals + 1);
        const auto blank = text.find_first_not_of(" \t");
        if (blank == std::string_view::npos || text[blank] != '{') {
            const auto end = text.find(';');
            out.emplace_back(key, trimmed(text.substr(0, end)));
            if (end == std::string_view::npos)
                return out;
            text.remove_prefix(end + 1);
            continue;
        }
        std::string value;
        std::size_t i = blank + 1;
        for (;; ++i) {
            if (i == text.size())
                throw refusal{client_errc::invalid_dsn, "'}' is missing at the end of a value"};
            if (text[i] == '}') {
                if (i + 1 == text.size() || text[i + 1] != '}')
                    break;
                ++i;
            }
            value += text[i];
        }
        text.remove_prefix(i + 1);
        const auto next = text.find_first_not_of(" \t\r\n");
        if (next != std::string_view::npos && text[next] != ';')
            throw refusal{client_errc::invalid_dsn, "';' must follow a value in braces"};
        out.emplace_back(key, std::move(value));
    }
}

bool is_any(std::string_view key, std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return same_name(key, name); });
}

connect_params parse_key_values(std::string_view text) {
    connect_params params;
    for (const auto& [key, value] : split_key_values(text)) {
        if (is_any(key, {"user", "user id", "uid", "username"})) {
            params.user = value;
        } else if (is_any(key, {"password", "pwd"})) {
            params.password = value;
        } else if (is_any(key, {"server", "host"})) {
            set_server(params, value);
        } else if (is_any(key, {"port", "tcp_port"})) {
            set_port(params, value);
        } else if (is_any(key, {"driver"})) {
            if (!is_any(value, {"DM8", "DM8 ODBC DRIVER", "DMKIT"}))
                throw refusal{client_errc::unsupported_option, "driver: must be DM8"};
        } else if (is_any(key, {"dsn"})) {
            throw refusal{client_errc::unsupported_option, "DSN: names of odbc.ini are not looked up"};
        } else {
            set_option(params, key, value);
        }
    }
    return params;
}

connect_params parse_any(std::string_view dsn) {
    const auto text = trimmed(dsn);
    if (text.size() >= scheme.size() && same_name(text.substr(0, scheme.size()), scheme))
        return parse_url(text.substr(scheme.size()));
    if (text.find("://") < text.find('='))
        throw refusal{client_errc::invalid_dsn, "the scheme must be dm://"};
    if (text.find('=') == std::string_view::npos)
        throw refusal{client_errc::invalid_dsn, "neither dm://… nor key=value;…"};
    return parse_key_values(text);
}

std::string bracketed(const std::string& host) {
    return host.find(':') != std::string::npos ? "[" + host + "]" : host;
}

std::string format_url(const connect_params& params, std::string_view password) {
    const auto encoded = [&](std::string_view value) {
        return params.percent_decode ? percent_encoded(value) : std::string(value);
    };
    std::string out(scheme);
    out += encoded(params.user) + ":" + std::string(password) + "@" + bracketed(params.host) + ":" +
           std::to_string(params.port);
    char separator = '?';
    for (const auto& option : session::dsn_options()) {
        if (option.get == nullptr)
            continue;
        if (const auto value = option.get(params)) {
            out += separator;
            out += std::string(option.name) + "=" + encoded(*value);
            separator = '&';
        }
    }
    return out;
}

std::string braced(const std::string& value) {
    if (value.find_first_of(";{}= \t\r\n") == std::string::npos && !value.empty())
        return value;
    std::string out = "{";
    for (const char c : value) {
        out += c;
        if (c == '}')
            out += c;
    }
    return out + "}";
}

std::string format_key_values(const connect_params& params, bool odbc) {
    std::string out = odbc ? "DRIVER=DM8;" : "";
    out += (odbc ? "SERVER=" : "server=") + braced(params.host) + ";";
    out += (odbc ? "PORT=" : "port=") + std::to_string(params.port) + ";";
    out += (odbc ? "UID=" : "user=") + braced(params.user) + ";";
    out += (odbc ? "PWD=" : "password=") + braced(params.password);
    for (const auto& option : session::dsn_options()) {
        if (option.get == nullptr)
            continue;
        if (const auto value = option.get(params))
            out += ";" + std::string(option.name) + "=" + braced(*value);
    }
    return out;
}

}  // namespace

connect_params parse_dsn(std::string_view dsn, error_code& code, diagnostics& details) {
    code.clear();
    details.clear();
    try {
        return parse_any(dsn);
    } catch (const refusal& refused) {
        code = make_error_code(refused.code);
        details.operation = "parse_dsn";
        details.client_message = refused.text;
        return {};
    }
}

connect_params parse_dsn(std::string_view dsn) {
    error_code code;
    diagnostics details;
    auto params = parse_dsn(dsn, code, details);
    throw_if(code, std::move(details));
    return params;
}

std::string format_dsn(const connect_params& params, dsn_form form) {
    if (form != dsn_form::url)
        return format_key_values(params, form == dsn_form::odbc);
    const auto password = params.percent_decode ? percent_encoded(params.password) : params.password;
    auto out = format_url(params, password);
    if (!params.percent_decode) {
        error_code code;
        diagnostics details;
        if (parse_dsn(out, code, details) != params || code)
            throw error(client_errc::invalid_dsn,
                        "without percent encoding a value must not hold characters that have a meaning in the string");
    }
    return out;
}

std::string describe(const connect_params& params) {
    if (params.tls_key_password.empty())
        return format_url(params, "***");
    auto shown = params;
    shown.tls_key_password = "***";
    return format_url(shown, "***");
}

}  // namespace dmkit
