#include <dmkit/wire/messages/statement.hpp>
#include <dmkit/wire/structure_codec.hpp>

#include "describe.hpp"
#include "layout.hpp"
#include "row_id.hpp"

namespace dmkit::wire {
namespace detail {

/// The four names of a descriptor: their i16 lengths first, then their bytes. Stands at the first name; the others say
/// in_group.
struct four_names {
    static constexpr std::string_view text = "4 i16 lengths, then the bytes of 4 texts";
    template <class M>
    static void read(byte_reader& in, std::string_view&, M& out, const codec_context&) {
        std::int16_t lengths[4];
        for (auto& length : lengths)
            length = in.number<i16>();
        std::string_view* names[] = {&out.name, &out.type_name, &out.table, &out.schema};
        for (int i = 0; i < 4; ++i) {
            if (lengths[i] < 0)
                in.fail(decode_fault::bad_length);
            *names[i] = as_text(in.bytes(static_cast<std::size_t>(std::max<std::int16_t>(lengths[i], 0))));
        }
    }
    template <class M>
    static void write(byte_writer& out, std::string_view, const M& message, const codec_context&) {
        const std::string_view names[] = {message.name, message.type_name, message.table, message.schema};
        for (const auto name : names)
            out.number(static_cast<i16>(name.size()));
        for (const auto name : names)
            out.text(name);
    }
};

/// Travels with a field before it.
struct in_group {
    static constexpr std::string_view text = "with the field before";
    template <class T, class M>
    static void read(byte_reader&, T&, const M&, const codec_context&) {}
    template <class T, class M>
    static void write(byte_writer&, const T&, const M&, const codec_context&) {}
};

/// Stands behind the last element of the list, see described_elements.
struct behind_the_elements {
    static constexpr std::string_view text = "behind the last element";
    static constexpr bool behind_elements = true;
    template <class T, class M>
    static void read(byte_reader&, T&, const M&, const codec_context&) {}
    template <class T, class M>
    static void write(byte_writer&, const T&, const M&, const codec_context&) {}
};

/// Descriptors, then the type descriptions of those that are complex.
struct described_elements {
    static constexpr std::string_view text = "elements, then a type description for each complex one";
    template <class E, class M>
    static void read(byte_reader& in, std::vector<E>& out, const M& message, const codec_context& context) {
        elements::read(in, out, message, context);
        for (auto& element : out)
            if (is_described(element) && !in.failed())
                element.description = skip_type_description(in);
    }
    template <class E, class M>
    static void write(byte_writer& out, const std::vector<E>& value, const M& message, const codec_context& context) {
        elements::write(out, value, message, context);
        for (const auto& element : value)
            if (is_described(element))
                out.bytes(element.description);
    }
    template <class E>
    static std::size_t bytes_behind(const std::vector<E>& value) noexcept {
        std::size_t out = 0;
        for (const auto& element : value)
            out += is_described(element) ? element.description.size() : 0;
        return out;
    }
    template <class E>
    static bool is_described(const E& element) noexcept {
        return has_type_description(static_cast<type_id>(element.type), element.scale);
    }
};

template <class M>
inline constexpr auto type_of_described =
    body<behind_the_elements>("description", &M::description,
                              condition<M>{"types 117, 119, 121, 122, and 12 with scale 5",
                                           [](const M& m, const codec_context&, std::span<const std::byte>) {
                                               return described_elements::is_described(m);
                                           }});

/// How the descriptors of columns and parameters begin.
template <class M>
inline constexpr auto described_type = std::tuple{
    body<number<i32>>("type", &M::type),   body<number<i32>>("precision", &M::precision),
    body<number<i32>>("scale", &M::scale), body<number<i32>>("nullable", &M::nullable),
    body<number<i16>>("flags", &M::flags), body<number<i32>>("reserved_18", &M::reserved_18),
};

template <class M>
inline constexpr auto described_names = std::tuple{
    body<four_names>("name", &M::name),
    body<in_group>("type_name", &M::type_name),
    body<in_group>("table", &M::table),
    body<in_group>("schema", &M::schema),
};

/// Which table and column keep a LOB; @p flag says that it is one.
template <class M, auto flag>
inline constexpr condition<M> is_lob{
    "flag 2", [](const M& m, const codec_context&, std::span<const std::byte>) { return (m.flags & flag) != 0; }};
template <class M, auto flag>
inline constexpr auto described_lob = std::tuple{
    body<number<i32>>("lob_table_id", &M::lob_table_id, is_lob<M, flag>),
    body<number<i16>>("lob_column_id", &M::lob_column_id, is_lob<M, flag>),
};

template <>
struct layout<column_descriptor> {
    using M = column_descriptor;
    static constexpr std::size_t smallest = 32;
    static constexpr condition<M> has_base_name{
        "base names agreed",
        [](const M&, const codec_context& context, std::span<const std::byte>) { return context.base_names; }};
    static constexpr auto fields =
        std::tuple_cat(described_type<M>, std::tuple{body<number<i16>>("reserved_22", &M::reserved_22)},
                       described_names<M>, std::tuple{body<counted<u16>>("base_name", &M::base_name, has_base_name)},
                       described_lob<M, column_flag::lob>, std::tuple{type_of_described<M>});
};

template <>
struct layout<parameter_descriptor> {
    using M = parameter_descriptor;
    static constexpr std::size_t smallest = 32;
    static constexpr auto fields =
        std::tuple_cat(described_type<M>, std::tuple{body<number<i16>>("direction", &M::direction)}, described_names<M>,
                       described_lob<M, parameter_flag::lob>, std::tuple{type_of_described<M>});
};

template <>
struct layout<parameter_type> {
    using M = parameter_type;
    static constexpr std::size_t smallest = 13;
    static constexpr condition<M> is_complex{"types 117, 119, 121, 122",
                                             [](const M& m, const codec_context&, std::span<const std::byte>) {
                                                 return is_structured(static_cast<type_id>(m.type));
                                             }};
    static constexpr auto fields = std::tuple{
        body<number<u8>>("direction", &M::direction),
        body<number<i32>>("type", &M::type),
        body<number<i32>>("precision", &M::precision),
        body<number<i32>>("scale", &M::scale),
        body<sized_by<&M::precision>>("description", &M::description, is_complex),
    };
};

template <>
struct layout<batch_failure> {
    using M = batch_failure;
    static constexpr std::size_t smallest = 10;
    static constexpr auto fields = std::tuple{
        body<number<i32>>("row", &M::row),
        body<number<i32>>("code", &M::code),
        body<counted<u16>>("text", &M::text),
    };
};

template <>
struct layout<raw_value> {
    static constexpr std::size_t smallest = 2;
};

/// Values behind their length markers.
struct marked_values {
    static constexpr std::string_view text = "values behind u16 markers";
    template <class M>
    static void read(byte_reader& in, std::vector<raw_value>& out, const M&, const codec_context&) {
        for (auto& value : out) {
            const auto marker = in.number<u16>();
            if (marker == length_marker::null) {
                value.reset();
            } else if (marker == length_marker::long_value) {
                value = in.counted<i32>();
            } else {
                value = in.bytes(marker);
            }
        }
    }
    template <class M>
    static void write(byte_writer& out, const std::vector<raw_value>& values, const M&, const codec_context&) {
        for (const auto& value : values) {
            if (!value) {
                out.number(length_marker::null);
            } else if (value->size() >= length_marker::locator) {
                out.number(length_marker::long_value);
                out.counted<i32>(*value);
            } else {
                out.counted<u16>(*value);
            }
        }
    }
};

inline constexpr std::size_t smallest_row = 10;  ///< u16 length and row id

/// As many rows as row_count says; each begins with its length.
struct row_block {
    static constexpr std::string_view text = "rows";
    template <class M>
    static void read(byte_reader& in, std::span<const std::byte>& out, const M& message, const codec_context&) {
        if (message.row_count < 0 || static_cast<std::size_t>(message.row_count) > in.remaining() / smallest_row) {
            in.fail(decode_fault::bad_count);
            return;
        }
        auto ahead = in;
        std::size_t size = 0;
        for (std::int32_t i = 0; i < message.row_count; ++i) {
            const auto length = ahead.number<u16>();
            if (ahead.failed() || length < smallest_row || length - sizeof(u16) > ahead.remaining()) {
                in.fail(decode_fault::bad_length);
                return;
            }
            ahead.bytes(length - sizeof(u16));
            size += length;
        }
        out = in.bytes(size);
    }
    template <class M>
    static void write(byte_writer& out, std::span<const std::byte> value, const M&, const codec_context&) {
        out.bytes(value);
    }
};

template <>
struct layout<allocate_request> {
    using M = allocate_request;
    static constexpr std::string_view name = "STMT_ALLOC";
    static constexpr auto code = static_cast<std::uint16_t>(command::allocate);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple{
        header<header_offset::handle, i32>("handle", &M::handle),
        header<20, u8>("base_names", &M::base_names),
    };
};

template <>
struct layout<allocate_response> {
    using M = allocate_response;
    static constexpr std::string_view name = "STMT_ALLOC response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::simple);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr auto fields = std::tuple{
        header<header_offset::handle, i32>("handle", &M::handle),
        header<20, u8>("base_names", &M::base_names),
    };
};

template <>
struct layout<free_request> {
    using M = free_request;
    static constexpr std::string_view name = "STMT_FREE";
    static constexpr auto code = static_cast<std::uint16_t>(command::free);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple{header<header_offset::handle, i32>("handle", &M::handle)};
};

template <>
struct layout<prepare_request> {
    using M = prepare_request;
    static constexpr std::string_view name = "PREPARE";
    static constexpr auto code = static_cast<std::uint16_t>(command::prepare);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple{
        header<header_offset::handle, i32>("handle", &M::handle),
        header<20, u8>("autocommit", &M::autocommit),
        header<21, u8>("direct", &M::direct),
        header<22, u8>("reserved_22", &M::reserved_22),
        header<23, u8>("forward_only", &M::forward_only),
        header<24, u8>("unknown_24", &M::unknown_24),
        header<25, i16>("execute_type", &M::execute_type),
        header<27, i64>("max_rows", &M::max_rows),
        header<35, u8>("column_format", &M::column_format),
        header<38, u8>("generated_keys", &M::generated_keys),
        header<41, i32>("timeout", &M::timeout),
        header<45, u8>("inner", &M::inner),
        body<zero_terminated>("sql", &M::sql),
    };
};

template <>
struct layout<prepare_response> {
    using M = prepare_response;
    static constexpr std::string_view name = "PREPARE response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::simple);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr auto fields = std::tuple{
        header<header_offset::handle, i32>("handle", &M::handle),
        header<20, i16>("kind", &M::kind),
        header<22, u16>("parameters", &M::parameters),
        header<24, i16>("columns", &M::columns),
        header<34, i32>("transaction_status", &M::transaction_status),
        body<described_elements>("parameters", &M::parameters),
        body<described_elements>("columns", &M::columns),
    };
};

/// What EXECUTE2 and EXEC_OPT say in their header.
template <class M>
inline constexpr auto execution_options = std::tuple{
    header<header_offset::handle, i32>("handle", &M::handle),
    header<20, u8>("autocommit", &M::autocommit),
    header<21, u16>("types", &M::types),
    header<23, u8>("forward_only", &M::forward_only),
    header<24, i64>("row_count", &M::row_count),
    header<32, i64>("cursor_row", &M::cursor_row),
    header<40, i64>("max_rows", &M::max_rows),
    header<48, u8>("generated_keys", &M::generated_keys),
    header<49, u8>("continue_on_error", &M::continue_on_error),
    header<52, i32>("timeout", &M::timeout),
    header<56, i32>("max_batch_errors", &M::max_batch_errors),
    header<60, u8>("inner", &M::inner),
};

template <class M>
inline constexpr auto arguments = std::tuple{
    body<elements>("types", &M::types),
    body<rest>("rows", &M::rows),
};

template <>
struct layout<execute_request> {
    using M = execute_request;
    static constexpr std::string_view name = "EXECUTE2";
    static constexpr auto code = static_cast<std::uint16_t>(command::execute);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple_cat(execution_options<M>, arguments<M>);
};

template <>
struct layout<execute_constants_request> {
    using M = execute_constants_request;
    static constexpr std::string_view name = "EXEC_OPT";
    static constexpr auto code = static_cast<std::uint16_t>(command::execute_constants);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields =
        std::tuple_cat(execution_options<M>, std::tuple{body<zero_terminated>("sql", &M::sql)}, arguments<M>);
};

template <>
struct layout<pre_execute_request> {
    using M = pre_execute_request;
    static constexpr std::string_view name = "PRE_EXEC";
    static constexpr auto code = static_cast<std::uint16_t>(command::pre_execute);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple{
        header<header_offset::handle, i32>("handle", &M::handle),
        header<20, i16>("types", &M::types),
        body<elements>("types", &M::types),
    };
};

struct value_name {
    static constexpr std::string_view text = "21 bytes";
    template <class M>
    static void read(byte_reader& in, std::span<const std::byte>& out, const M&, const codec_context&) {
        out = in.bytes(value_name_size);
    }
    template <class M>
    static void write(byte_writer& out, std::span<const std::byte> value, const M&, const codec_context&) {
        out.bytes(value);
    }
};

template <>
struct layout<put_data_request> {
    using M = put_data_request;
    static constexpr std::string_view name = "PUT_DATA";
    static constexpr auto code = static_cast<std::uint16_t>(command::put_data);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr condition<M> new_lob{"new LOB form", [](const M&, const codec_context& context,
                                                             std::span<const std::byte>) { return context.new_lob; }};
    static constexpr auto fields = std::tuple{
        header<header_offset::handle, i32>("handle", &M::handle),
        header<20, i16>("parameter", &M::parameter),
        body<size_of<i32, &M::data>>("size", &M::size),
        body<number<i32>>("reserved", &M::reserved, new_lob),
        body<sized_by<&M::size>>("data", &M::data),
    };
};

template <>
struct layout<put_data2_request> {
    using M = put_data2_request;
    static constexpr std::string_view name = "PUT_DATA2";
    static constexpr auto code = static_cast<std::uint16_t>(command::put_data2);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::derived;
    static constexpr auto fields = std::tuple{
        header<header_offset::handle, i32>("handle", &M::handle),
        header<20, i16>("parameter", &M::parameter),
        body<value_name>("name", &M::name),
        body<size_of<i32, &M::data>>("size", &M::size),
        body<number<i32>>("reserved", &M::reserved),
        body<sized_by<&M::size>>("data", &M::data),
    };
};

template <>
struct layout<put_data2_response> {
    using M = put_data2_response;
    static constexpr std::string_view name = "PUT_DATA2 response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::simple);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr auto fields = std::tuple{body<value_name>("name", &M::name)};
};

/// Statement types that decide what follows in the answer to an execution.
namespace kind {
inline constexpr int explain = 149;
inline constexpr int set_schema = 153;
inline constexpr int first_dml = 157;
inline constexpr int insert = 157;
inline constexpr int update = 159;
inline constexpr int last_dml = 159;
inline constexpr int last_with_row_id = 200;  // as JDBC has it; no server was seen sending it
inline constexpr int select = 160;
inline constexpr int call = 162;
inline constexpr int time_zone = 165;
inline constexpr int transaction = 166;
inline constexpr int first_format = 251;
inline constexpr int last_format = 255;
inline constexpr int date_language = 256;
}  // namespace kind

template <>
struct layout<table_stamp> {
    using M = table_stamp;
    static constexpr std::size_t smallest = sizeof(i32) + sizeof(i64);
    static constexpr auto fields = std::tuple{
        body<number<i32>>("table", &M::table),
        body<number<i64>>("stamp", &M::stamp),
    };
};

/// Plan, schema or date format: the kind of statement decides how long the length is.
struct text_of_kind {
    static constexpr std::string_view text = "bytes behind an i32 length (149, 153) or a u8 length (251 to 255)";
    static void read(byte_reader& in, std::string_view& out, const execute_response& message, const codec_context&) {
        out = as_text(message.kind < kind::first_format ? in.counted<i32>() : in.counted<u8>());
    }
    static void write(byte_writer& out, std::string_view value, const execute_response& message, const codec_context&) {
        if (message.kind < kind::first_format) {
            out.counted<i32>(as_bytes(value));
        } else {
            out.counted<u8>(as_bytes(value));
        }
    }
};

/// Four bytes of no known meaning, then the list of failed rows.
struct failure_list {
    static constexpr std::string_view text = "4 bytes, i32 count, elements";
    static void read(byte_reader& in, std::vector<batch_failure>& out, const execute_response& message,
                     const codec_context& context) {
        in.number<i32>();
        counted_elements<i32>::read(in, out, message, context);
    }
    static void write(byte_writer& out, const std::vector<batch_failure>& value, const execute_response& message,
                      const codec_context& context) {
        out.number<i32>(0);
        counted_elements<i32>::write(out, value, message, context);
    }
};

/// Numbers, or row ids of whichever length the message version has.
struct generated_key_list {
    static constexpr std::string_view text = "i32 count, elements; with part 0x80 row ids";
    static bool wide(const execute_response& message, const codec_context& context) {
        return (message.parts & execute_part::keys_are_row_ids) != 0 && wide_row_ids(context);
    }
    static void read(byte_reader& in, std::vector<std::int64_t>& out, const execute_response& message,
                     const codec_context& context) {
        const bool wide_keys = wide(message, context);
        const auto count = in.number<i32>();
        if (count < 0 || static_cast<std::size_t>(count) > in.remaining() / row_id_bytes(wide_keys)) {
            in.fail(decode_fault::bad_count);
            return;
        }
        out.resize(static_cast<std::size_t>(count));
        for (std::int64_t& key : out)
            key = read_row_id(in, wide_keys);
    }
    static void write(byte_writer& out, const std::vector<std::int64_t>& value, const execute_response& message,
                      const codec_context& context) {
        out.number(static_cast<i32>(value.size()));
        for (const std::int64_t key : value)
            write_row_id(out, key, wide(message, context));
    }
};

/// From message version 9 on; before, the header has it, whose field this one leaves as it is.
struct row_id_of_change {
    static constexpr std::string_view text = "12 bytes from message version 9 on (157, 159, 200)";
    static bool travels(const execute_response& message, const codec_context& context) {
        return wide_row_ids(context) &&
               (message.kind == kind::insert || message.kind == kind::update || message.kind == kind::last_with_row_id);
    }
    static void read(byte_reader& in, std::int64_t& out, const execute_response& message,
                     const codec_context& context) {
        if (travels(message, context))
            out = read_row_id(in, true);
    }
    static void write(byte_writer& out, std::int64_t value, const execute_response& message,
                      const codec_context& context) {
        if (travels(message, context))
            write_row_id(out, value, true);
    }
};

template <>
struct layout<execute_response> {
    using M = execute_response;
    static constexpr std::string_view name = "EXECUTE response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::execute);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr bool yields_rows(const M& m) { return m.kind == kind::select || m.kind == kind::call; }
    static constexpr bool is_dml(const M& m) { return m.kind >= kind::first_dml && m.kind <= kind::last_dml; }
    static constexpr condition<M> query{
        "kind 160, 162", [](const M& m, const codec_context&, std::span<const std::byte>) { return yields_rows(m); }};
    static constexpr condition<M> narrow_row_id{
        "other kinds than 160, 162; before message version 9",
        [](const M& m, const codec_context& context, std::span<const std::byte>) {
            return !yields_rows(m) && !wide_row_ids(context);
        }};
    static constexpr condition<M> has_tables{"kind 160, 162 and cache_offset above 0",
                                             [](const M& m, const codec_context&, std::span<const std::byte>) {
                                                 return yields_rows(m) && m.cache_offset > 0;
                                             }};
    static constexpr condition<M> has_row_counts{"kind 157 to 159 and part 1",
                                                 [](const M& m, const codec_context&, std::span<const std::byte>) {
                                                     return is_dml(m) && (m.parts & execute_part::row_counts) != 0;
                                                 }};
    static constexpr condition<M> has_keys{"kind 157 to 159 and part 2",
                                           [](const M& m, const codec_context&, std::span<const std::byte>) {
                                               return is_dml(m) && (m.parts & execute_part::generated_keys) != 0;
                                           }};
    static constexpr condition<M> has_failures{"kind 157 to 159 and result 121",
                                               [](const M& m, const codec_context&, std::span<const std::byte>) {
                                                   return is_dml(m) && m.result == batch_with_errors;
                                               }};
    static constexpr condition<M> has_text{"kind 149, 153, 251 to 255",
                                           [](const M& m, const codec_context&, std::span<const std::byte>) {
                                               return m.kind == kind::explain || m.kind == kind::set_schema ||
                                                      (m.kind >= kind::first_format && m.kind <= kind::last_format);
                                           }};
    static constexpr condition<M> has_zone{
        "kind 165",
        [](const M& m, const codec_context&, std::span<const std::byte>) { return m.kind == kind::time_zone; }};
    static constexpr condition<M> has_isolation{
        "kind 166",
        [](const M& m, const codec_context&, std::span<const std::byte>) { return m.kind == kind::transaction; }};
    static constexpr condition<M> has_flag{"kind 166, 256",
                                           [](const M& m, const codec_context&, std::span<const std::byte>) {
                                               return m.kind == kind::transaction || m.kind == kind::date_language;
                                           }};
    static constexpr auto fields = std::tuple{
        header<header_offset::handle, i32>("handle", &M::handle),
        header<header_offset::result, i32>("result", &M::result),
        header<20, i16>("kind", &M::kind),
        header<22, i16>("columns", &M::columns),
        header<24, i64>("affected_rows", &M::affected_rows),
        header<32, u16>("out_parameters", &M::out_parameters),
        header<34, u8>("updatable", &M::updatable),
        header<35, i32>("row_count", &M::row_count),
        size_in_header<39, i32, &M::printed>("printed_size", &M::printed_size),
        header<43, i64>("row_id", &M::row_id, narrow_row_id),
        header<43, u8>("row_format", &M::row_format, query),
        header<44, i16>("row_id_column", &M::row_id_column, query),
        header<51, i32>("execution_id", &M::execution_id),
        header<55, i32>("cache_offset", &M::cache_offset),
        header<59, u8>("parts", &M::parts),
        header<60, i32>("transaction_status", &M::transaction_status),
        body<sized_by<&M::printed_size>>("printed", &M::printed),
        body<row_id_of_change>("row_id", &M::row_id),
        body<marked_values>("out_parameters", &M::out_parameters),
        body<described_elements>("columns", &M::columns, query),
        body<row_block>("rows", &M::rows, query),
        body<counted_elements<i16>>("tables", &M::tables, has_tables),
        body<counted_elements<i32>>("row_counts", &M::row_counts, has_row_counts),
        body<generated_key_list>("generated_keys", &M::generated_keys, has_keys),
        body<failure_list>("failures", &M::failures, has_failures),
        body<text_of_kind>("text", &M::text, has_text),
        body<number<i16>>("time_zone", &M::time_zone, has_zone),
        body<number<i16>>("isolation", &M::isolation, has_isolation),
        body<number<u8>>("flag", &M::flag, has_flag),
    };
};

template <>
struct layout<set_cursor_name_request> {
    using M = set_cursor_name_request;
    static constexpr std::string_view name = "SET_CURSOR_NAME";
    static constexpr auto code = static_cast<std::uint16_t>(command::set_cursor_name);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple{
        header<header_offset::handle, i32>("handle", &M::handle),
        body<zero_terminated>("name", &M::name),
        body<number<i32>>("reserved", &M::reserved),
    };
};

template <>
struct layout<table_stamps_request> {
    using M = table_stamps_request;
    static constexpr std::string_view name = "TABLE_TS";
    static constexpr auto code = static_cast<std::uint16_t>(command::table_timestamps);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple{
        header<20, u16>("tables", &M::tables),
        body<elements>("tables", &M::tables),
    };
};

template <>
struct layout<table_stamps_response> {
    using M = table_stamps_response;
    static constexpr std::string_view name = "TABLE_TS response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::simple);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr auto fields = std::tuple{
        header<20, u16>("stamps", &M::stamps),
        body<elements>("stamps", &M::stamps),
    };
};

template <>
struct layout<fetch_request> {
    using M = fetch_request;
    static constexpr std::string_view name = "FETCH";
    static constexpr auto code = static_cast<std::uint16_t>(command::fetch);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple{
        header<header_offset::handle, i32>("handle", &M::handle),
        header<20, i64>("position", &M::position),
        header<28, i64>("count", &M::count),
        header<36, i16>("result_number", &M::result_number),
        header<38, i32>("budget", &M::budget),
    };
};

template <>
struct layout<fetch_response> {
    using M = fetch_response;
    static constexpr std::string_view name = "FETCH response";
    static constexpr auto code = static_cast<std::uint16_t>(reply::simple);
    static constexpr auto from = origin::server;
    static constexpr auto proof = evidence::derived;
    static constexpr auto fields = std::tuple{
        header<20, i64>("total", &M::total),
        header<28, i32>("row_count", &M::row_count),
        body<row_block>("rows", &M::rows),
    };
};

template <>
struct layout<more_result_request> {
    using M = more_result_request;
    static constexpr std::string_view name = "MORE_RESULT";
    static constexpr auto code = static_cast<std::uint16_t>(command::more_result);
    static constexpr auto from = origin::client;
    static constexpr auto proof = evidence::captured;
    static constexpr auto fields = std::tuple{
        header<header_offset::handle, i32>("handle", &M::handle),
        header<20, i16>("which", &M::which),
    };
};

}  // namespace detail

DMKIT_WIRE_DEFINE_MESSAGE(allocate_request)
DMKIT_WIRE_DEFINE_MESSAGE(allocate_response)
DMKIT_WIRE_DEFINE_MESSAGE(free_request)
DMKIT_WIRE_DEFINE_MESSAGE(prepare_request)
DMKIT_WIRE_DEFINE_MESSAGE(prepare_response)
DMKIT_WIRE_DEFINE_MESSAGE(execute_request)
DMKIT_WIRE_DEFINE_MESSAGE(execute_constants_request)
DMKIT_WIRE_DEFINE_MESSAGE(pre_execute_request)
DMKIT_WIRE_DEFINE_MESSAGE(put_data_request)
DMKIT_WIRE_DEFINE_MESSAGE(put_data2_request)
DMKIT_WIRE_DEFINE_MESSAGE(put_data2_response)
DMKIT_WIRE_DEFINE_MESSAGE(execute_response)
DMKIT_WIRE_DEFINE_MESSAGE(set_cursor_name_request)
DMKIT_WIRE_DEFINE_MESSAGE(table_stamps_request)
DMKIT_WIRE_DEFINE_MESSAGE(table_stamps_response)
DMKIT_WIRE_DEFINE_MESSAGE(fetch_request)
DMKIT_WIRE_DEFINE_MESSAGE(fetch_response)
DMKIT_WIRE_DEFINE_MESSAGE(more_result_request)

void detail::describe_statement_messages(std::vector<message_description>& out) {
    out.insert(out.end(), {describe<allocate_request>(), describe<allocate_response>(), describe<free_request>(),
                           describe<prepare_request>(), describe<prepare_response>(), describe<execute_request>(),
                           describe<execute_constants_request>(), describe<pre_execute_request>(),
                           describe<put_data_request>(), describe<put_data2_request>(), describe<put_data2_response>(),
                           describe<execute_response>(), describe<set_cursor_name_request>(),
                           describe<table_stamps_request>(), describe<table_stamps_response>(),
                           describe<fetch_request>(), describe<fetch_response>(), describe<more_result_request>()});
}

std::vector<message_description> describe_messages() {
    std::vector<message_description> result;
    detail::describe_session_messages(result);
    detail::describe_statement_messages(result);
    detail::describe_lob_messages(result);
    return result;
}

}  // namespace dmkit::wire
