#pragma once

// Messages in a line of text, by the list of fields; secrets left out.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "codec.hpp"

namespace dmkit::wire::detail {

inline constexpr std::size_t trace_limit = 256;  ///< bytes of one text or byte string that a trace shows

inline void trace_value(std::string& out, std::string_view value) {
    out += '"';
    for (const char c : value.substr(0, trace_limit)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || c == '"' || c == '\\') {
            static constexpr std::string_view digits = "0123456789abcdef";
            out += "\\x";
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        } else {
            out += c;
        }
    }
    out += value.size() > trace_limit ? "\"…" : "\"";
}
inline void trace_value(std::string& out, std::span<const std::byte> value) {
    static constexpr std::string_view digits = "0123456789abcdef";
    out += "0x";
    for (const auto byte : value.first(std::min(value.size(), trace_limit))) {
        out += digits[std::to_integer<std::size_t>(byte) >> 4U];
        out += digits[std::to_integer<std::size_t>(byte) & 15U];
    }
    if (value.size() > trace_limit)
        out += "…";
}
template <class T>
    requires std::is_integral_v<T>
void trace_value(std::string& out, T value) {
    out += std::to_string(static_cast<std::int64_t>(value));
}
template <class T>
void trace_value(std::string& out, const std::optional<T>& value) {
    if (value) {
        trace_value(out, *value);
    } else {
        out += "none";
    }
}
template <class E>
void trace_value(std::string& out, const std::vector<E>& value);

template <class M>
void trace_fields(std::string& out, const M& message) {
    out += '{';
    [[maybe_unused]] bool first = true;
    for_each_field<M>([&](const auto& each) {
        const auto& member = message.*each.member;
        // The size of a list is seen from the list itself.
        if constexpr (!(is_header_form<std::remove_cvref_t<decltype(each.form)>> && requires { member.begin(); })) {
            if constexpr (is_optional<std::remove_cvref_t<decltype(member)>>) {
                if (!member)
                    return;
            }
            if (!first)
                out += ", ";
            first = false;
            out += each.name;
            out += '=';
            if (each.secret) {
                out += "***";
            } else {
                trace_value(out, member);
            }
        }
    });
    out += '}';
}

template <class E>
void trace_value(std::string& out, const std::vector<E>& value) {
    out += '[';
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (i > 0)
            out += ", ";
        if constexpr (requires { layout<E>::fields; }) {
            trace_fields(out, value[i]);
        } else {
            trace_value(out, value[i]);
        }
    }
    out += ']';
}

template <class M>
void trace_message(const M& message, std::string& out) {
    out += layout<M>::name;
    trace_fields(out, message);
}

}  // namespace dmkit::wire::detail
