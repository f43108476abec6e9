#include <dmkit/mock/profile.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <system_error>

#include <dmkit/wire/cipher.hpp>

namespace dmkit::mock {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

[[noreturn]] void refuse(std::string_view key, std::string_view value, std::string_view allowed) {
    throw std::invalid_argument("profile entry " + std::string(key) + "=" + std::string(value) + ": " +
                                std::string(allowed));
}

template <class Number>
Number number(std::string_view key, std::string_view value, Number least, Number most) {
    Number result{};
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (error != std::errc{} || end != value.data() + value.size() || result < least || result > most)
        refuse(key, value, "a number from " + std::to_string(least) + " to " + std::to_string(most) + " is expected");
    return result;
}

bool flag(std::string_view key, std::string_view value) {
    const auto word = lower(value);
    if (word == "true" || word == "1")
        return true;
    if (word == "false" || word == "0")
        return false;
    refuse(key, value, "true or false is expected");
}

charset charset_of(std::string_view key, std::string_view value) {
    const auto word = lower(value);
    if (word == "utf-8" || word == "utf8")
        return charset::utf8;
    if (word == "gb18030")
        return charset::gb18030;
    if (word == "euc-kr" || word == "euckr")
        return charset::euc_kr;
    refuse(key, value, "utf-8, gb18030 or euc-kr is expected");
}

void set_cipher(profile& profile, std::string_view key, std::string_view value) {
    const auto word = lower(value);
    if (word == "auto" || word == "automatic") {
        profile.cipher = cipher_choice::automatic;
    } else if (word == "des") {
        profile.cipher = cipher_choice::login;
    } else if (word == "none") {
        profile.cipher = cipher_choice::none;
    } else {
        auto id = word == "aes256" ? wire::cipher_id::aes256_cfb : wire::cipher_id_of(word);
        if (!id && !word.empty() && word.find_first_not_of("0123456789") == std::string::npos)
            id = number<std::int32_t>(key, value, 1, std::numeric_limits<std::int32_t>::max());
        if (!id)
            refuse(key, value, "auto, des, none, aes256 or a cipher like aes128-ofb is expected");
        profile.cipher = cipher_choice::communication;
        profile.cipher_id = *id;
    }
}

tls_choice tls_of(std::string_view key, std::string_view value) {
    const auto word = lower(value);
    if (word == "auto" || word == "automatic")
        return tls_choice::automatic;
    if (word == "off")
        return tls_choice::off;
    if (word == "session")
        return tls_choice::session;
    if (word == "handshake")
        return tls_choice::handshake_only;
    refuse(key, value, "auto, off, session or handshake is expected");
}

compression_choice compression_of(std::string_view key, std::string_view value) {
    const auto word = lower(value);
    if (word == "asked")
        return compression_choice::as_asked;
    if (word == "off")
        return compression_choice::off;
    if (word == "always")
        return compression_choice::always;
    if (word == "large")
        return compression_choice::large;
    refuse(key, value, "asked, off, always or large is expected");
}

compression_algorithm compression_algorithm_of(std::string_view key, std::string_view value) {
    const auto word = lower(value);
    if (word == "asked")
        return compression_algorithm::as_asked;
    if (word == "zlib")
        return compression_algorithm::zlib;
    if (word == "snappy")
        return compression_algorithm::snappy;
    refuse(key, value, "asked, zlib or snappy is expected");
}

/// The communication ciphers that a client can use.
bool is_usable_cipher(std::int32_t id) {
    return wire::cipher_id_of(wire::cipher_name(id)) && !wire::has_padding_gap(id);
}

constexpr int smallest_page = 4096;
constexpr int largest_page = 32768;
constexpr int smallest_buffer = 32;
constexpr int largest_buffer = 16 << 20;
/// With head and row it stays below the 64 KiB that a row may have.
constexpr int largest_lob_in_row = 65'000;
/// Zones that DM8 knows, minutes east of UTC.
constexpr std::int16_t most_western_zone = -779;
constexpr std::int16_t most_eastern_zone = 840;
/// Above this the form of messages changes in ways that no known driver needs.
constexpr std::uint16_t highest_message_version = 11;

}  // namespace

void set_profile_entry(profile& profile, std::string_view key, std::string_view value) {
    const auto name = lower(key);
    if (name == "server_version")
        profile.server_version = value;
    else if (name == "message_version")
        profile.message_version = number<std::uint16_t>(key, value, 0, std::numeric_limits<std::uint16_t>::max());
    else if (name == "charset")
        profile.charset = charset_of(key, value);
    else if (name == "cipher")
        set_cipher(profile, key, value);
    else if (name == "tls")
        profile.tls = tls_of(key, value);
    else if (name == "compression")
        profile.compression = compression_of(key, value);
    else if (name == "compression_algorithm")
        profile.compression_algorithm = compression_algorithm_of(key, value);
    else if (name == "crc")
        profile.crc = flag(key, value);
    else if (name == "instance_name")
        profile.instance_name = value;
    else if (name == "database_name")
        profile.database_name = value;
    else if (name == "case_sensitive")
        profile.case_sensitive = flag(key, value);
    else if (name == "compatible_mode")
        profile.compatible_mode = number<int>(key, value, 0, std::numeric_limits<int>::max());
    else if (name == "length_in_char")
        profile.length_in_char = flag(key, value);
    else if (name == "page_size")
        profile.page_size = number<int>(key, value, smallest_page, largest_page);
    else if (name == "time_zone")
        profile.time_zone = number<std::int16_t>(key, value, most_western_zone, most_eastern_zone);
    else if (name == "fetch_buffer_size")
        profile.fetch_buffer_size = number<int>(key, value, smallest_buffer, largest_buffer);
    else if (name == "lob_in_row")
        profile.lob_in_row = number<int>(key, value, 0, largest_lob_in_row);
    else if (name == "client_cache")
        profile.client_cache = flag(key, value);
    else if (name == "idle_timeout")
        profile.idle_timeout = std::chrono::seconds(number<int>(key, value, 0, std::numeric_limits<int>::max()));
    else if (name == "lock_timeout")
        profile.lock_timeout = std::chrono::milliseconds(number<int>(key, value, 0, std::numeric_limits<int>::max()));
    else
        refuse(key, value,
               "there is no such entry; known are server_version, message_version, charset, cipher, tls, compression, "
               "compression_algorithm, crc, instance_name, database_name, case_sensitive, compatible_mode, "
               "length_in_char, page_size, time_zone, "
               "fetch_buffer_size, lob_in_row, client_cache, idle_timeout, lock_timeout");
    check_profile(profile);
}

void check_profile(const profile& profile) {
    const auto out_of_range = [](std::string_view key, auto value, std::string_view allowed) {
        refuse(key, std::to_string(value), allowed);
    };
    if (profile.server_version.empty() || profile.server_version.find_first_not_of("0123456789.") != std::string::npos)
        refuse("server_version", profile.server_version, "numbers separated by dots are expected");
    if (profile.message_version > highest_message_version)
        out_of_range("message_version", profile.message_version, "versions above 11 are not supported");
    if (profile.compatible_mode != 0 && profile.compatible_mode != compatible_with_oracle)
        out_of_range("compatible_mode", profile.compatible_mode, "not supported: 0 and 2 are");
    if (profile.cipher == cipher_choice::communication && !is_usable_cipher(profile.cipher_id))
        refuse("cipher", wire::cipher_name(profile.cipher_id),
               "no communication cipher: DES and 3DES in any mode, AES in CFB and OFB mode and RC4 are");
    const auto pages = {smallest_page, 8192, 16384, largest_page};
    if (std::find(pages.begin(), pages.end(), profile.page_size) == pages.end())
        out_of_range("page_size", profile.page_size, "4096, 8192, 16384 or 32768 is expected");
    if (profile.time_zone < most_western_zone || profile.time_zone > most_eastern_zone)
        out_of_range("time_zone", profile.time_zone, "minutes from -779 to 840 are expected");
    if (profile.fetch_buffer_size < smallest_buffer || profile.fetch_buffer_size > largest_buffer)
        out_of_range("fetch_buffer_size", profile.fetch_buffer_size, "32 to 16777216 bytes are expected");
    if (profile.lob_in_row < 0 || profile.lob_in_row > largest_lob_in_row)
        out_of_range("lob_in_row", profile.lob_in_row, "0 to 65000 bytes are expected");
    if (profile.lock_timeout.count() < 0)
        out_of_range("lock_timeout", profile.lock_timeout.count(), "0 or more milliseconds are expected");
}

}  // namespace dmkit::mock
