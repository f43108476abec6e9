#include <dmkit/wire/messages/session.hpp>

#include "describe.hpp"
#include "layout.hpp"

namespace dmkit::wire {
namespace detail {

/// A text behind an i32 length, preceded by the error record with which successful answers to STARTUP and LOGIN begin:
/// four empty texts.
struct after_error_record {
    static constexpr std::string_view text = "16 zero bytes (empty error record), then bytes behind an i32 length";
    template <class M>
    static void read(byte_reader& in, std::string_view& out, const M& message, const codec_context& context) {
        for (int i = 0; i < 4; ++i)
            in.counted<i32>();
        counted<i32>::read(in, out, message, context);
    }
    template <class M>
    static void write(byte_writer& out, std::string_view value, const M& message, const codec_context& context) {
        out.zeros(16);
        counted<i32>::write(out, value, message, context);
    }
};

/// The same in the answer to STARTUP, which loses the text at a later message version.
struct version_after_error_record {
    static constexpr std::uint16_t first_without = 21;
    static constexpr std::string_view text =
        "16 zero bytes (empty error record), then, below message version 21, bytes behind an i32 length";
    template <class M>
    static void read(byte_reader& in, std::string_view& out, const M& message, const codec_context& context) {
        if (message.message_version < first_without)
            return after_error_record::read(in, out, message, context);
        for (int i = 0; i < 4; ++i)
            in.counted<i32>();
    }
    template <class M>
    static void write(byte_writer& out, std::string_view value, const M& message, const codec_context& context) {
        if (message.message_version < first_without)
            return after_error_record::write(out, value, message, context);
        out.zeros(16);
    }
};

template <>
struct layout<startup_request> {
    using M = startup_request;
    static constexpr std::string_view name = "STARTUP";
    static constexpr auto code = static_cast<std::uint16_t>(command::startup);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr condition<M> has_key{
        "has_key", [](const M& m, const codec_context&, std::span<const std::byte>) { return m.has_key; }};
    // What newer clients append has no length of its own and differs by version; it begins with 02 00 01 00, which is
    // no length that fits, so that a catalog is told from it by being a text that does.
    static constexpr condition<M> has_catalog{
        "if the next i32 is a length that fits", [](const M&, const codec_context&, std::span<const std::byte> left) {
            if (left.size() < sizeof(i32))
                return false;
            const auto length = load<i32>(left);
            return length > 0 && static_cast<std::size_t>(length) <= left.size() - sizeof(i32);
        }};
    static constexpr auto fields = std::tuple{
        header<20, i32>("encrypt_type", &M::encrypt_type),
        header<24, i32>("compress", &M::compress),
        header<28, u8>("has_key", &M::has_key),
        header<29, u8>("communication_encryption", &M::communication_encryption),
        header<30, u8>("column_format", &M::column_format),
        header<31, u8>("compress_id", &M::compress_id),
        header<32, u8>("force_certificate", &M::force_certificate),
        header<33, u8>("mark_network", &M::mark_network),
        header<34, u8>("crc", &M::crc),
        header<35, u16>("message_version", &M::message_version),
        header<37, u8>("unknown_37", &M::unknown_37),
        header<38, u8>("unknown_38", &M::unknown_38),
        header<39, u8>("unknown_39", &M::unknown_39),
        body<counted<i32>>("client_version", &M::client_version),
        body<number<u8>>("ukey", &M::ukey),
        body<counted<i32>>("client_key", &M::client_key, has_key),
        body<counted<i32>>("catalog", &M::catalog, has_catalog),
        body<rest>("tail", &M::tail),
    };
};

template <>
struct layout<startup_response> {
    using M = startup_response;
    static constexpr std::string_view name = "STARTUP response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::startup);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr condition<M> has_cipher{
        "communication_encryption > 0",
        [](const M& m, const codec_context&, std::span<const std::byte>) { return m.communication_encryption > 0; }};
    static constexpr condition<M> has_key{
        "has_key", [](const M& m, const codec_context&, std::span<const std::byte>) { return m.has_key; }};
    static constexpr condition<M> has_hash{
        "communication_encryption = 2",
        [](const M& m, const codec_context&, std::span<const std::byte>) { return m.communication_encryption == 2; }};
    static constexpr std::uint16_t first_chosen_version = 17;
    static constexpr condition<M> has_algorithm{"message_version >= 17, if bytes remain",
                                                [](const M& m, const codec_context&, std::span<const std::byte> left) {
                                                    return m.message_version >= first_chosen_version && !left.empty();
                                                }};
    static constexpr auto fields = std::tuple{
        header<20, i32>("encrypt_type", &M::encrypt_type),
        header<24, i32>("serial", &M::serial),
        header<28, i32>("encoding", &M::encoding),
        header<32, i32>("compress", &M::compress),
        header<36, i32>("security_flag", &M::security_flag),
        header<40, u8>("has_key", &M::has_key),
        header<41, u8>("communication_encryption", &M::communication_encryption),
        header<42, u8>("column_format", &M::column_format),
        header<43, u8>("compress_id", &M::compress_id),
        header<44, u8>("mark_network", &M::mark_network),
        header<45, u8>("crc", &M::crc),
        header<46, u8>("name_binding", &M::name_binding),
        header<47, u8>("new_client_type", &M::new_client_type),
        header<48, u16>("message_version", &M::message_version),
        body<version_after_error_record>("server_version", &M::server_version),
        body<number<i32>>("cipher_id", &M::cipher_id, has_cipher),
        body<counted<i32>>("server_key", &M::server_key, has_key),
        body<number<i32>>("hash_id", &M::hash_id, has_hash),
        body<number<i64>>("unknown_tail", &M::unknown_tail, has_algorithm),
        body<number<u16>>("login_algorithm", &M::login_algorithm, has_algorithm),
    };
};

template <>
struct layout<login_request> {
    using M = login_request;
    static constexpr std::string_view name = "LOGIN";
    static constexpr auto code = static_cast<std::uint16_t>(command::login);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple{
        header<20, i32>("client_type", &M::client_type),
        header<24, i32>("isolation", &M::isolation),
        header<28, i32>("language", &M::language),
        header<32, u8>("read_only", &M::read_only),
        header<33, i16>("time_zone", &M::time_zone),
        header<35, i32>("session_timeout", &M::session_timeout),
        header<39, u8>("mpp_local", &M::mpp_local),
        header<40, u8>("rw_separate", &M::rw_separate),
        header<41, u8>("new_lob", &M::new_lob),
        header<42, u8>("os_authentication", &M::os_authentication),
        header<43, u8>("unknown_43", &M::unknown_43),
        header<44, u8>("unknown_44", &M::unknown_44),
        body<counted<i32>>("user", &M::user),
        secret_body<counted<i32>>("password", &M::password),
        body<counted<i32>>("application_name", &M::application_name),
        body<counted<i32>>("os_name", &M::os_name),
        body<counted<i32>>("host_name", &M::host_name),
        body<number<u8>>("rw_standby", &M::rw_standby),
        body<counted<u16>>("attributes", &M::attributes, if_bytes_remain<M>),
    };
};

template <>
struct layout<login_response> {
    using M = login_response;
    static constexpr std::string_view name = "LOGIN response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::login);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr condition<M> has_standby{
        "has_standby", [](const M& m, const codec_context&, std::span<const std::byte>) { return m.has_standby; }};
    static constexpr auto fields = std::tuple{
        header<20, i32>("max_data_length", &M::max_data_length),
        header<24, i32>("max_sessions", &M::max_sessions),
        header<28, u8>("ddl_auto_commit", &M::ddl_auto_commit),
        header<29, i32>("isolation", &M::isolation),
        header<33, u8>("case_sensitive", &M::case_sensitive),
        header<34, u8>("back_slash", &M::back_slash),
        header<35, i16>("server_mode", &M::server_mode),
        header<37, i16>("server_state", &M::server_state),
        header<39, u8>("constant_parameters", &M::constant_parameters),
        header<40, i16>("database_time_zone", &M::database_time_zone),
        header<42, u8>("has_standby", &M::has_standby),
        header<43, u8>("new_lob", &M::new_lob),
        header<44, i32>("fetch_buffer_size", &M::fetch_buffer_size),
        header<48, i16>("lifetime_remainder", &M::lifetime_remainder),
        header<50, u8>("dsc_control", &M::dsc_control),
        body<after_error_record>("instance_name", &M::instance_name),
        body<counted<i32>>("schema", &M::schema),
        body<counted<i32>>("last_login_address", &M::last_login_address),
        body<counted<i32>>("last_login_time", &M::last_login_time),
        body<number<i32>>("failed_attempts", &M::failed_attempts),
        body<number<i32>>("login_warning", &M::login_warning),
        body<number<i32>>("grace_time_remainder", &M::grace_time_remainder),
        body<counted<i32>>("guid", &M::guid),
        body<counted<i32>>("database_name", &M::database_name),
        body<counted<i32>>("standby_host", &M::standby_host, has_standby),
        body<number<i32>>("standby_port", &M::standby_port, has_standby),
        body<number<u16>>("standby_count", &M::standby_count, has_standby),
        body<number<i64>>("session_id", &M::session_id, if_bytes_remain<M>),
        body<number<u8>>("oracle_formats", &M::oracle_formats, if_bytes_remain<M>),
        body<counted<u8>>("date_format", &M::date_format, if_bytes_remain<M>),
        body<counted<u8>>("time_format", &M::time_format, if_bytes_remain<M>),
        body<counted<u8>>("timestamp_format", &M::timestamp_format, if_bytes_remain<M>),
        body<counted<u8>>("timestamp_tz_format", &M::timestamp_tz_format, if_bytes_remain<M>),
        body<counted<u8>>("time_tz_format", &M::time_tz_format, if_bytes_remain<M>),
        body<rest>("tail", &M::tail),
    };
};

template <>
struct layout<commit_request> {
    using M = commit_request;
    static constexpr std::string_view name = "COMMIT";
    static constexpr auto code = static_cast<std::uint16_t>(command::commit);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple{header<header_offset::handle, i32>("handle", &M::handle)};
};

template <>
struct layout<rollback_request> {
    using M = rollback_request;
    static constexpr std::string_view name = "ROLLBACK";
    static constexpr auto code = static_cast<std::uint16_t>(command::rollback);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple{header<header_offset::handle, i32>("handle", &M::handle)};
};

template <>
struct layout<isolation_request> {
    using M = isolation_request;
    static constexpr std::string_view name = "SESS_ISO";
    static constexpr auto code = static_cast<std::uint16_t>(command::set_isolation);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple{header<20, i32>("level", &M::level)};
};

template <>
struct layout<simple_response> {
    static constexpr std::string_view name = "simple response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::simple);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr auto fields = std::tuple{};
};

template <>
struct layout<error_response> {
    using M = error_response;
    static constexpr std::string_view name = "error response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::simple);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr auto fields = std::tuple{
        header<header_offset::result, i32>("code", &M::code),
        body<counted<i32>>("schema", &M::schema),
        body<counted<i32>>("table", &M::table),
        body<counted<i32>>("column", &M::column),
        body<counted<i32>>("text", &M::text),
    };
};

}  // namespace detail

DMKIT_WIRE_DEFINE_MESSAGE(startup_request)
DMKIT_WIRE_DEFINE_MESSAGE(startup_response)
DMKIT_WIRE_DEFINE_MESSAGE(login_request)
DMKIT_WIRE_DEFINE_MESSAGE(login_response)
DMKIT_WIRE_DEFINE_MESSAGE(commit_request)
DMKIT_WIRE_DEFINE_MESSAGE(rollback_request)
DMKIT_WIRE_DEFINE_MESSAGE(isolation_request)
DMKIT_WIRE_DEFINE_MESSAGE(simple_response)
DMKIT_WIRE_DEFINE_MESSAGE(error_response)

void detail::describe_session_messages(std::vector<message_description>& out) {
    out.insert(out.end(), {describe<startup_request>(), describe<startup_response>(), describe<login_request>(),
                           describe<login_response>(), describe<commit_request>(), describe<rollback_request>(),
                           describe<isolation_request>(), describe<simple_response>(), describe<error_response>()});
}

}  // namespace dmkit::wire
