// Captured messages decode and encode to the same bytes; so do worked examples and generated messages.
#include <deque>
#include <map>
#include <memory>
#include <random>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <dmkit/wire/value_codec.hpp>

#include "message_types.hpp"
#include "vectors.hpp"

namespace dmkit::wire {
namespace {

using dmkit::test::from_hex;
using dmkit::test::to_hex;

struct captured {
    std::string label;
    std::string note;
    std::string driver;
    std::uint16_t code = 0;
    bytes frame;
};

std::vector<captured> read_captures() {
    std::vector<captured> result;
    for (const std::string_view file : {"vectors/message-vectors.json", "captures/go.json", "captures/node.json",
                                        "captures/jdbc.json", "captures/dmpython.json"}) {
        for (const auto& item : dmkit::test::load_json_array(file)) {
            const auto& object = item.as_object();
            const auto string = [&object](std::string_view key) {
                const auto* member = object.if_contains(key);
                return member != nullptr ? std::string(member->as_string()) : std::string();
            };
            captured entry;
            entry.driver = file;
            entry.note = string("note");
            entry.label = std::string(file) + " " + string("message") + " " + entry.note;
            entry.code = static_cast<std::uint16_t>(object.at("code").as_int64());
            entry.frame = from_hex(string("header") + string("body"));
            result.push_back(std::move(entry));
        }
    }
    return result;
}

const std::vector<captured>& captures() {
    static const std::vector<captured> entries = read_captures();
    return entries;
}

/// Messages of later stages of the project: cursor names, the result cache.
bool is_declared(std::uint16_t code) {
    return dmkit::wire::test::with_request(code, [](auto&&) {});
}

frame_view view_of(bytes_view frame) {
    return {frame.first<header_size>(), frame.subspan(header_size)};
}

codec_context context_of(const captured& entry) {
    codec_context context;
    context.new_lob =
        entry.label.find("old lob") == std::string::npos && entry.label.find("newLob=false") == std::string::npos;
    return context;
}

template <class M>
bytes encoded(const M& message, const codec_context& context = {}) {
    bytes out;
    encode(message, context, out);
    return out;
}

/// Servers before 7.1.2.128 execute by another command; the message is the same.
void settle_differences(const captured& entry, bytes& frame) {
    if (entry.code == static_cast<std::uint16_t>(command::execute_old))
        frame[header_offset::code] = static_cast<std::byte>(entry.code);
    finish_frame(frame, 0);
}

TEST(captured_messages, are_there) {
    std::map<std::uint16_t, int> seen;
    for (const auto& entry : captures())
        ++seen[entry.code];
    for (const command code :
         {command::startup, command::login, command::allocate, command::free, command::prepare, command::execute,
          command::execute_old, command::execute_constants, command::pre_execute, command::put_data, command::fetch,
          command::more_result, command::commit, command::rollback, command::set_isolation, command::lob_length,
          command::lob_read, command::lob_write, command::lob_truncate})
        EXPECT_GT(seen[static_cast<std::uint16_t>(code)], 0) << static_cast<int>(code);
}

TEST(captured_messages, decode_and_encode_to_the_same_bytes) {
    for (const auto& entry : captures()) {
        SCOPED_TRACE(entry.label);
        const frame_view frame = view_of(entry.frame);
        EXPECT_EQ(frame.code(), entry.code);
        EXPECT_EQ(check_byte(frame.header), frame.header[header_offset::check]);
        dmkit::wire::test::with_request(entry.code, [&](auto message) {
            const codec_context context = context_of(entry);
            const decode_error error = decode(frame, context, message);
            ASSERT_FALSE(error) << error.to_string();
            bytes again = encoded(message, context);
            settle_differences(entry, again);
            EXPECT_EQ(to_hex(again), to_hex(entry.frame));
            std::string text;
            trace(message, text);
            EXPECT_NE(text.find('{'), std::string::npos);
        });
    }
}

TEST(captured_messages, cut_short_anywhere_are_an_error_or_a_message) {
    for (const auto& entry : captures()) {
        const std::size_t body = entry.frame.size() - header_size;
        const std::size_t step = body > 512 ? 61 : 1;
        for (std::size_t size = 0; size < body; size += step) {
            const auto copy = std::make_unique<std::byte[]>(header_size + size);
            std::copy_n(entry.frame.begin(), header_size + size, copy.get());
            const frame_view frame = view_of({copy.get(), header_size + size});
            dmkit::wire::test::with_request(entry.code, [&](auto message) {
                const decode_error error = decode(frame, context_of(entry), message);
                if (error) {
                    EXPECT_LE(error.offset, header_size + size);
                    EXPECT_FALSE(error.to_string().empty());
                }
            });
            dmkit::wire::test::with_each_response([&](auto message) {
                if (!decode(frame, {}, message))
                    static_cast<void>(encoded(message));
            });
        }
    }
}

TEST(captured_messages, damaged_anywhere_decode_to_something_stable) {
    std::mt19937 random(8);  // NOLINT(cert-msc51-cpp): the same damage in every run
    for (const auto& entry : captures()) {
        if (!is_declared(entry.code))
            continue;
        for (int round = 0; round < 40; ++round) {
            bytes damaged = entry.frame;
            for (int i = 0; i < 3; ++i)
                damaged[random() % damaged.size()] = static_cast<std::byte>(random());
            const auto stable = [&damaged](auto message) {
                const codec_context context;
                if (decode(view_of(damaged), context, message))
                    return;
                const bytes once = encoded(message, context);
                auto second = decltype(message){};
                ASSERT_FALSE(decode(view_of(once), context, second)) << to_hex(damaged);
                EXPECT_EQ(to_hex(encoded(second, context)), to_hex(once));
            };
            dmkit::wire::test::with_request(entry.code, stable);
        }
    }
}

// dm8-data §4.1: a captured execution with its parameters.
TEST(execute_request, carries_parameter_rows) {
    for (const auto& entry : captures()) {
        if (entry.label.find("two rows (7,'ab') (8,NULL)") == std::string::npos)
            continue;
        execute_request message;
        ASSERT_FALSE(decode(view_of(entry.frame), {}, message));
        EXPECT_EQ(message.handle, 0x01020304);
        EXPECT_EQ(message.row_count, 2);
        ASSERT_EQ(message.types.size(), 2U);
        EXPECT_EQ(message.types[1].type, 2);
        EXPECT_EQ(message.types[1].precision, 8188);
        parameter_row_reader rows(message.rows, message.types);
        std::vector<parameter_row_reader::value> values;
        decode_error error;
        ASSERT_TRUE(rows.next_row(lob_head_size, values, error)) << error.to_string();
        ASSERT_EQ(values.size(), 2U);
        EXPECT_EQ(to_hex(*values[0].bytes), "07000000");
        EXPECT_EQ(as_text(*values[1].bytes), "ab");
        ASSERT_TRUE(rows.next_row(lob_head_size, values, error));
        EXPECT_EQ(to_hex(*values[0].bytes), "08000000");
        EXPECT_FALSE(values[1].bytes);
        EXPECT_FALSE(rows.next_row(lob_head_size, values, error));
        EXPECT_TRUE(error);
        return;
    }
    FAIL() << "the vector is missing";
}

// Every driver sent the same fourteen values; what they are is in the note.
TEST(execute_request, of_every_driver_holds_the_same_values) {
    constexpr std::string_view expected[] = {"-128",
                                             "32767",
                                             "-7",
                                             "9007199254740993",
                                             "-12345.6789",
                                             "1.5000000E+000",
                                             "1.234500000000000E+002",
                                             "达梦",
                                             "中文 text",
                                             "0x000102FF",
                                             "0xDEAD",
                                             "2024-02-29",
                                             "13:14:15",
                                             "2024-02-29 13:14:15.123456"};
    int drivers = 0;
    for (const auto& entry : captures()) {
        if (!entry.note.starts_with("parameters: TINYINT"))
            continue;
        ++drivers;
        SCOPED_TRACE(entry.label);
        execute_request message;
        ASSERT_FALSE(decode(view_of(entry.frame), {}, message));
        parameter_row_reader rows(message.rows, message.types);
        std::vector<parameter_row_reader::value> values;
        decode_error error;
        ASSERT_TRUE(rows.next_row(lob_head_size, values, error)) << error.to_string();
        ASSERT_EQ(values.size(), std::size(expected));
        charset_converter text;
        text_arena arena;
        value_context context{text, arena, value_place::parameter};
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto& type = message.types[i];
            field_view value;
            ASSERT_EQ(decode_value({static_cast<type_id>(type.type), type.precision, type.scale}, *values[i].bytes,
                                   context, value),
                      value_fault::none)
                << i;
            // dmPython pads CHAR(10) with blanks and BINARY(8) with zeros, the others leave that to the server.
            std::string text_form = value.to_string();
            if (entry.driver == "captures/dmpython.json" && (i == 7 || i == 9))
                text_form.resize(expected[i].size());
            EXPECT_EQ(text_form, expected[i]) << i;
        }
    }
    EXPECT_EQ(drivers, 4);
}

// dm8-data §6.1: bytes of a real DM 8.1.3.62, the answer to SELECT 1 FROM DUAL.
TEST(execute_response, of_a_real_server_decodes) {
    const bytes body = from_hex(
        "07000000040000000000000001000000 0400 00000000 0100 0100 0700 0000 0000 31 494e5445474552"
        "1200 0000000000000000 0c00 0400 01000000");
    bytes frame(header_size);
    frame.reserve(header_size + body.size());
    byte_writer header(frame);
    header.patch<std::int16_t>(20, 160);
    header.patch<std::int16_t>(22, 1);
    header.patch<std::int64_t>(24, 1);
    header.patch<std::int32_t>(35, 1);
    header.bytes(body);
    finish_frame(frame, 0);
    execute_response message;
    const decode_error error = decode(view_of(frame), {}, message);
    ASSERT_FALSE(error) << error.to_string();
    ASSERT_EQ(message.columns.size(), 1U);
    EXPECT_EQ(message.columns[0].name, "1");
    EXPECT_EQ(message.columns[0].type_name, "INTEGER");
    EXPECT_EQ(message.columns[0].flags, column_flag::read_only);
    EXPECT_EQ(message.row_count, 1);
    row_reader rows(message.rows, 1);
    decode_error row_error;
    ASSERT_TRUE(rows.next(row_error)) << row_error.to_string();
    EXPECT_EQ(rows.row_id(), 0);
    EXPECT_EQ(to_hex(*rows.column(0)), "01000000");
    EXPECT_FALSE(rows.next(row_error));
    EXPECT_FALSE(row_error);
    EXPECT_EQ(to_hex(encoded(message)), to_hex(frame));
}

// dm8-connection §12.2, §12.4, §12.6: answers that the Go and npm drivers took.
TEST(session_responses, of_the_worked_examples_decode_and_encode) {
    const bytes startup = from_hex(
        "00000000 e400 65000000 00000000 00000000 00 81"
        "00000000 01000000 01000000 00000000 00000000 0101000000000001 0800 0000000000000000000000000000"
        "00000000000000000000000000000000 09000000 382e312e332e313430 ffffffff 40000000"
        "6b030d012fefbf67d7b902dd60ff3ca2f26f751ce0f977a6cee385d4e358012b"
        "d172cd93175626b3a30a398210637cf947f3491ef45dac4a27de8dd410db7ff5");
    startup_response hello;
    ASSERT_FALSE(decode(view_of(startup), {}, hello));
    EXPECT_EQ(hello.server_version, "8.1.3.140");
    EXPECT_EQ(hello.cipher_id, -1);
    EXPECT_EQ(hello.message_version, 8);
    EXPECT_EQ(hello.server_key.size(), 64U);
    EXPECT_EQ(to_hex(encoded(hello)), to_hex(startup));

    const bytes login = from_hex(
        "00000000 a300 79000000 0000000000000000 00 da"
        "00200000 00000000 01 01000000 01 00 0000 0400 00 e001 00 01 00000000 0000 00 00000000000000000000000000"
        "00000000000000000000000000000000 08000000 444d534552564552 06000000 535953444241"
        "10000000 3a3a666666663a3132372e302e302e31 13000000 323032362d30352d31312031303a31313a3132"
        "00000000 00000000 00000000 00000000 06000000 44414d454e47 0807060504030201 00 0000000000");
    login_response welcome;
    const decode_error error = decode(view_of(login), {}, welcome);
    ASSERT_FALSE(error) << error.to_string();
    EXPECT_EQ(welcome.instance_name, "DMSERVER");
    EXPECT_EQ(welcome.schema, "SYSDBA");
    EXPECT_EQ(welcome.last_login_address, "::ffff:127.0.0.1");
    EXPECT_EQ(welcome.database_time_zone, 480);
    EXPECT_EQ(welcome.session_id, 0x0102030405060708);
    EXPECT_EQ(welcome.time_tz_format, "");
    EXPECT_EQ(to_hex(encoded(welcome)), to_hex(login));

    const bytes refusal = from_hex("00000000 bb00 24000000 3bf6ffff 00000000 00 52" + std::string(88, '0') +
                                   "00000000 00000000 00000000 14000000 6261645f757365725f6f725f70617373776f7264");
    error_response no;
    ASSERT_FALSE(decode(view_of(refusal), {}, no));
    EXPECT_EQ(no.code, -2501);
    EXPECT_EQ(no.text, "bad_user_or_password");
    EXPECT_EQ(to_hex(encoded(no)), to_hex(refusal));
}

// dm8-connection §12.1: STARTUP of the Go driver with login encryption off, and with every option it has.
TEST(startup_request, of_the_worked_examples_decodes_and_encodes) {
    bytes plain = from_hex("00000000 c800 0c000000 000000000000000000 c4 00000000 00000000 00 00 00 00 00 00 01 0800" +
                           std::string(54, '0') + "07000000 372e362e302e30 00");
    startup_request message;
    ASSERT_FALSE(decode(view_of(plain), {}, message));
    EXPECT_FALSE(message.has_key);
    EXPECT_EQ(message.client_version, "7.6.0.0");
    EXPECT_FALSE(message.catalog);
    EXPECT_EQ(to_hex(encoded(message)), to_hex(plain));

    bytes full = from_hex("00000000 c800 14000000 000000000000000000 00 00000000 02000000 00 00 02 01 01 00 01 0800" +
                          std::string(54, '0') + "07000000 372e362e302e30 00 04000000 43415431");
    finish_frame(full, 0);
    ASSERT_FALSE(decode(view_of(full), {}, message));
    EXPECT_EQ(message.compress, 2);
    EXPECT_EQ(message.column_format, 2);
    EXPECT_EQ(message.compress_id, 1);
    EXPECT_EQ(message.force_certificate, 1);
    EXPECT_EQ(message.catalog, "CAT1");
    EXPECT_EQ(to_hex(encoded(message)), to_hex(full));
}

// dm8-connection §12.5: the answers to STMT_ALLOC, a direct INSERT, and COMMIT.
TEST(statement_responses, of_the_worked_examples_decode_and_encode) {
    const bytes allocated = from_hex("02000000 bb00 00000000 00000000 00000000 00 b9" + std::string(88, '0'));
    allocate_response handle;
    ASSERT_FALSE(decode(view_of(allocated), {}, handle));
    EXPECT_EQ(handle.handle, 2);
    EXPECT_EQ(to_hex(encoded(handle)), to_hex(allocated));

    const bytes inserted = from_hex("02000000 bb00 00000000 00000000 00000000 00 b9 9d00" + std::string(84, '0'));
    execute_response done;
    ASSERT_FALSE(decode(view_of(inserted), {}, done));
    EXPECT_EQ(done.kind, 157);
    EXPECT_EQ(done.affected_rows, 0);

    const bytes committed = from_hex("00000000 bb00 00000000 00000000 00000000 00 bb" + std::string(88, '0'));
    simple_response yes;
    ASSERT_FALSE(decode(view_of(committed), {}, yes));
    EXPECT_EQ(to_hex(encoded(yes)), to_hex(committed));
}

// What JDBC 8.1.3.140 reads at message version 9: docs/protocol/drivers.md.
TEST(execute_response, has_the_row_id_in_the_body_from_message_version_9_on) {
    execute_response changed;
    changed.kind = 157;
    changed.affected_rows = 1;
    changed.row_id = 5;
    changed.printed = "p";
    codec_context context;
    context.message_version = 9;
    std::vector<std::byte> out;
    encode(changed, context, out);
    EXPECT_EQ(to_hex(bytes_view(out).subspan(43, 8)), "0000000000000000");
    EXPECT_EQ(to_hex(bytes_view(out).subspan(header_size)),
              "70"
              "000000000000000000000005");
    execute_response read;
    ASSERT_FALSE(decode(view_of(out), context, read));
    EXPECT_EQ(read.row_id, 5);
    changed.kind = 158;
    out.clear();
    encode(changed, context, out);
    EXPECT_EQ(to_hex(bytes_view(out).subspan(header_size)), "70") << "DELETE leaves no row";
    changed.kind = 157;
    out.clear();
    encode(changed, {}, out);
    EXPECT_EQ(to_hex(bytes_view(out).subspan(43, 8)), "0500000000000000");
    EXPECT_EQ(to_hex(bytes_view(out).subspan(header_size)), "70");

    execute_response keyed;
    keyed.kind = 157;
    keyed.parts = execute_part::generated_keys | execute_part::keys_are_row_ids;
    keyed.generated_keys = {6};
    out.clear();
    encode(keyed, context, out);
    EXPECT_EQ(to_hex(bytes_view(out).subspan(header_size)),
              "000000000000000000000000"
              "01000000"
              "000000000000000000000006");
    ASSERT_FALSE(decode(view_of(out), context, read));
    EXPECT_EQ(read.generated_keys, keyed.generated_keys);
}

// dm8-data §9.2: the LOB of §9.1 in the requests of the vendor's Go driver.
TEST(lob_requests, carry_the_address_of_the_locator) {
    const bytes head =
        from_hex("02 2a00000000000000 70110100 0400 0000 d2040000 e8030000 0200 4d00000000000000 0400 0000 b0040000");
    lob_value lob;
    ASSERT_EQ(decode_lob(head, {true, false}, lob), value_fault::none);
    lob_length_request length{address_of(lob.locator, true)};
    EXPECT_EQ(
        to_hex(bytes_view(encoded(length)).subspan(header_size)),
        to_hex(from_hex("01 2a00000000000000 0400 0000 d2040000 e8030000 0200 4d00000000000000 0400 0000 b0040000")));
    lob_read_request read{address_of(lob.locator, true), {lob.locator.file, lob.locator.page, 0}, 10, 20};
    EXPECT_EQ(to_hex(bytes_view(encoded(read)).subspan(header_size)),
              to_hex(from_hex("01 e8030000 0200 2a00000000000000 0400 0000 d2040000 0000 d2040000 00000000 0a000000 "
                              "14000000 4d00000000000000 0400 0000 b0040000")));
    lob_write_request write{
        address_of(lob.locator, true), {lob.locator.file, lob.locator.page, 0}, lob_part::whole, 5, 0, as_bytes("xyz")};
    EXPECT_EQ(to_hex(bytes_view(encoded(write)).subspan(header_size)),
              to_hex(from_hex("01 03 2a00000000000000 0400 0000 d2040000 0000 d2040000 00000000 e8030000 0200 "
                              "4d00000000000000 05000000 03000000 78797a 0400 0000 b0040000")));
    lob_truncate_request truncate{address_of(lob.locator, true), 9};
    EXPECT_EQ(
        to_hex(bytes_view(encoded(truncate)).subspan(header_size)),
        to_hex(from_hex("01 2a00000000000000 0400 0000 d2040000 e8030000 0200 4d00000000000000 09000000 0400 0000 "
                        "b0040000")));
}

// dm8-data §9.2: a length of 4 bytes, or of 8 if the body has as many.
TEST(lob_responses, lengths_have_four_or_eight_bytes) {
    const auto length_of = [](std::string_view body) {
        lob_length_response message;
        const bytes frame = from_hex(std::string(2 * header_size, '0') + std::string(body));
        EXPECT_FALSE(decode(view_of(frame), {}, message));
        return message.length;
    };
    EXPECT_EQ(length_of("ffffffff"), 4'294'967'295);
    EXPECT_EQ(length_of("0000000002000000"), 8'589'934'592);
    EXPECT_EQ(to_hex(bytes_view(encoded(lob_length_response{70'000})).subspan(header_size)), "70110100");
    EXPECT_EQ(to_hex(bytes_view(encoded(lob_length_response{8'589'934'592})).subspan(header_size)), "0000000002000000");
    lob_length_response message;
    EXPECT_TRUE(decode(view_of(from_hex(std::string(2 * header_size, '0') + "00000000000000ff")), {}, message));
}

// dm8-data §9.2: an answer without data ends behind its count; the count of characters may be missing.
TEST(lob_responses, pieces_say_what_they_hold) {
    const auto piece_of = [](std::string_view body) {
        return from_hex(std::string(2 * header_size, '0') + std::string(body));
    };
    lob_read_response message;
    const bytes empty = piece_of("01 00000000");
    ASSERT_FALSE(decode(view_of(empty), {}, message));
    EXPECT_TRUE(message.end);
    EXPECT_TRUE(message.data.empty());
    const bytes counted = piece_of("00 03000000 0500 06000000 07000000 616263 03000000");
    ASSERT_FALSE(decode(view_of(counted), {}, message));
    EXPECT_FALSE(message.end);
    EXPECT_EQ(as_text(message.data), "abc");
    EXPECT_EQ(message.current_file, 5);
    EXPECT_EQ(message.current_page, 6);
    EXPECT_EQ(message.total_offset, 7);
    EXPECT_EQ(message.characters, 3U);
    const bytes uncounted = piece_of("01 03000000 0500 06000000 07000000 616263");
    ASSERT_FALSE(decode(view_of(uncounted), {}, message));
    EXPECT_FALSE(message.characters);
    // A message that is used again holds nothing of what it held.
    ASSERT_FALSE(decode(view_of(empty), {}, message));
    EXPECT_TRUE(message.data.empty());
    EXPECT_TRUE(decode(view_of(piece_of("00 04000000 0500 06000000 07000000 616263")), {}, message));
}

TEST(login_request, never_shows_the_password) {
    login_request message;
    message.user = as_bytes("SYSDBA");
    message.password = as_bytes("topsecret");
    std::string text;
    trace(message, text);
    EXPECT_EQ(text.find("topsecret"), std::string::npos) << text;
    EXPECT_EQ(text.find("746f70736563726574"), std::string::npos) << text;
}

/// Random messages whose texts and lists live in the generator.
class message_generator {
  public:
    explicit message_generator(unsigned seed) : random_(seed) {}

    std::int64_t number(int bits) {
        const auto value = static_cast<std::int64_t>(random_());
        return bits >= 64 ? value : value % (std::int64_t{1} << (bits - 1));
    }
    std::size_t size(std::size_t bound) { return random_() % bound; }
    bool flag() { return random_() % 2 == 0; }
    std::string_view text(std::size_t bound = 20) {
        texts_.emplace_back(size(bound), ' ');
        for (char& c : texts_.back())
            c = static_cast<char>(1 + random_() % 255);
        return texts_.back();
    }

    column_descriptor column(bool base_names) {
        column_descriptor result;
        result.type = static_cast<std::int32_t>(number(32));
        result.precision = static_cast<std::int32_t>(number(32));
        result.scale = static_cast<std::int32_t>(number(32));
        result.nullable = static_cast<std::int32_t>(number(32));
        result.flags = static_cast<std::int16_t>(number(16));
        result.name = text();
        result.type_name = text();
        result.table = text(300);
        result.schema = text();
        if (base_names)
            result.base_name = text();
        if ((result.flags & column_flag::lob) != 0) {
            result.lob_table_id = static_cast<std::int32_t>(number(32));
            result.lob_column_id = static_cast<std::int16_t>(number(16));
        }
        return result;
    }
    parameter_descriptor parameter() {
        parameter_descriptor result;
        result.type = static_cast<std::int32_t>(number(32));
        result.flags = static_cast<std::int16_t>(number(16));
        result.direction = static_cast<std::int16_t>(size(3));
        result.name = text();
        result.type_name = text();
        if ((result.flags & parameter_flag::lob) != 0)
            result.lob_table_id = static_cast<std::int32_t>(number(32));
        return result;
    }
    parameter_type type() {
        parameter_type result;
        result.direction = static_cast<std::uint8_t>(size(3));
        result.type = static_cast<std::int32_t>(size(130));
        result.precision = static_cast<std::int32_t>(number(32));
        result.scale = static_cast<std::int32_t>(number(32));
        if (result.type >= 117 && result.type <= 122 && result.type != 118 && result.type != 120) {
            result.description = as_bytes(text(40));
            result.precision = static_cast<std::int32_t>(result.description.size());
        }
        return result;
    }
    /// Rows of @p columns text columns.
    std::span<const std::byte> rows(std::int32_t count, std::size_t columns) {
        static charset_converter plain(charset::gb18030);
        text_arena arena;
        value_context context{plain, arena, value_place::row};
        blocks_.emplace_back();
        row_writer writer(blocks_.back(), columns);
        for (std::int32_t i = 0; i < count; ++i) {
            writer.begin(number(64));
            for (std::size_t c = 0; c < columns; ++c) {
                const bytes_view data = as_bytes(text());
                EXPECT_EQ(writer.add({type_id::varbinary, 100, 0}, flag() ? field_view(data) : field_view(), context),
                          value_fault::none);
            }
            EXPECT_EQ(writer.end(), value_fault::none);
        }
        return blocks_.back();
    }

  private:
    std::mt19937_64 random_;
    std::deque<std::string> texts_;
    std::deque<bytes> blocks_;
};

template <class M>
void expect_same_after_travel(const M& message, const codec_context& context) {
    const bytes once = encoded(message, context);
    M back;
    const decode_error error = decode(view_of(once), context, back);
    ASSERT_FALSE(error) << error.to_string();
    EXPECT_EQ(to_hex(encoded(back, context)), to_hex(once));
}

TEST(generated_messages, are_the_same_after_travel) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        SCOPED_TRACE(seed);
        message_generator any(seed);
        codec_context context;
        context.base_names = any.flag();
        context.new_lob = any.flag();

        prepare_request prepare;
        prepare.handle = static_cast<std::int32_t>(any.number(32));
        prepare.autocommit = any.flag();
        prepare.direct = any.flag();
        prepare.max_rows = any.number(64);
        prepare.timeout = static_cast<std::int32_t>(any.number(32));
        prepare.sql = any.text(2000);
        expect_same_after_travel(prepare, context);

        execute_request execute;
        execute.row_count = any.number(64);
        execute.timeout = static_cast<std::int32_t>(any.number(32));
        for (std::size_t i = any.size(6); i > 0; --i)
            execute.types.push_back(any.type());
        execute.rows = as_bytes(any.text(500));
        expect_same_after_travel(execute, context);

        put_data_request put;
        put.parameter = static_cast<std::int16_t>(any.number(16));
        put.data = as_bytes(any.text(5000));
        put.size = static_cast<std::int32_t>(put.data.size());
        expect_same_after_travel(put, context);

        prepare_response prepared;
        prepared.kind = static_cast<std::int16_t>(any.number(16));
        for (std::size_t i = any.size(5); i > 0; --i)
            prepared.parameters.push_back(any.parameter());
        for (std::size_t i = any.size(5); i > 0; --i)
            prepared.columns.push_back(any.column(context.base_names));
        expect_same_after_travel(prepared, context);

        execute_response rows;
        rows.kind = any.flag() ? 160 : 162;
        rows.affected_rows = any.number(64);
        for (std::size_t i = any.size(5); i > 0; --i)
            rows.columns.push_back(any.column(context.base_names));
        rows.row_count = static_cast<std::int32_t>(any.size(10));
        rows.rows = any.rows(rows.row_count, rows.columns.size());
        rows.printed = any.text(100);
        rows.printed_size = static_cast<std::int32_t>(rows.printed.size());
        const bytes long_value(70'000, std::byte{7});
        for (std::size_t i = any.size(4); i > 0; --i)
            rows.out_parameters.push_back(any.flag()   ? raw_value()
                                          : any.flag() ? raw_value(as_bytes(any.text()))
                                                       : raw_value(long_value));
        expect_same_after_travel(rows, context);

        execute_response changed;
        changed.kind = static_cast<std::int16_t>(157 + any.size(3));
        changed.result = any.flag() ? batch_with_errors : 0;
        changed.parts = static_cast<std::uint8_t>(any.size(4));
        changed.row_id = any.number(64);
        if ((changed.parts & execute_part::row_counts) != 0)
            for (std::size_t i = any.size(5); i > 0; --i)
                changed.row_counts.push_back(any.number(64));
        if ((changed.parts & execute_part::generated_keys) != 0)
            for (std::size_t i = any.size(5); i > 0; --i)
                changed.generated_keys.push_back(any.number(64));
        if (changed.result == batch_with_errors)
            for (std::size_t i = any.size(5); i > 0; --i)
                changed.failures.push_back({static_cast<std::int32_t>(i), -6602, any.text()});
        expect_same_after_travel(changed, context);

        fetch_response fetched;
        fetched.total = any.number(64);
        fetched.row_count = static_cast<std::int32_t>(any.size(10));
        fetched.rows = any.rows(fetched.row_count, 3);
        expect_same_after_travel(fetched, context);

        lob_address lob;
        lob.text = any.flag();
        lob.id = any.number(64);
        lob.group = static_cast<std::int16_t>(any.number(16));
        lob.file = static_cast<std::int16_t>(any.number(16));
        lob.page = static_cast<std::int32_t>(any.number(32));
        lob.table = static_cast<std::int32_t>(any.number(32));
        lob.column = static_cast<std::int16_t>(any.number(16));
        lob.row = any.number(64);
        lob.first_page = static_cast<std::int32_t>(any.number(32));
        const lob_cursor cursor{static_cast<std::int16_t>(any.number(16)), static_cast<std::int32_t>(any.number(32)),
                                static_cast<std::int32_t>(any.number(32))};
        expect_same_after_travel(lob_length_request{lob}, context);
        expect_same_after_travel(lob_length_response{any.number(34) & 0x1'FFFF'FFFF}, context);
        expect_same_after_travel(lob_read_request{lob, cursor, static_cast<std::int32_t>(any.number(32)),
                                                  static_cast<std::int32_t>(any.number(32))},
                                 context);
        expect_same_after_travel(
            lob_write_request{lob, cursor, static_cast<std::uint8_t>(any.size(4)),
                              static_cast<std::int32_t>(any.number(32)), 0, as_bytes(any.text(5000))},
            context);
        expect_same_after_travel(lob_truncate_request{lob, static_cast<std::uint32_t>(any.number(32))}, context);
        lob_read_response piece{cursor, any.flag(), 0, as_bytes(any.text(5000)), std::nullopt};
        piece.size = static_cast<std::uint32_t>(piece.data.size());
        if (piece.size > 0 && any.flag())
            piece.characters = static_cast<std::uint32_t>(any.number(32));
        expect_same_after_travel(piece, context);
        expect_same_after_travel(lob_write_response{cursor, static_cast<std::int32_t>(any.number(32)), any.number(64)},
                                 context);
        expect_same_after_travel(lob_truncate_response{static_cast<std::uint32_t>(any.number(32)), any.number(64)},
                                 context);

        login_request login;
        login.user = as_bytes(any.text());
        login.password = as_bytes(any.text());
        login.application_name = any.text();
        login.host_name = any.text();
        if (any.flag())
            login.attributes = any.text();
        expect_same_after_travel(login, context);
    }
}

TEST(row_reader, refuses_rows_that_lie_about_themselves) {
    const bytes good = from_hex("130001000000000000000c00050068656c6c6f");
    const auto fails = [](bytes row, std::size_t columns) {
        row_reader reader(row, columns);
        decode_error error;
        const bool more = reader.next(error);
        EXPECT_FALSE(more);
        return static_cast<bool>(error);
    };
    row_reader reader(good, 1);
    decode_error error;
    ASSERT_TRUE(reader.next(error));
    EXPECT_EQ(as_text(*reader.column(0)), "hello");
    for (std::size_t size = 1; size < good.size(); ++size)
        EXPECT_TRUE(fails({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)}, 1)) << size;
    EXPECT_TRUE(fails(good, 2)) << "offset of the second column is in the value";
    for (const auto& [at, value] : std::map<std::size_t, int>{{0, 5}, {0, 200}, {10, 0}, {10, 11}, {10, 18}, {12, 6}}) {
        bytes bad = good;
        bad[at] = static_cast<std::byte>(value);
        EXPECT_TRUE(fails(bad, 1)) << at << " = " << value;
    }
    bytes negative = from_hex("140001000000000000000c00ffffffffffff0000");
    EXPECT_TRUE(fails(negative, 1)) << "negative long length";
}

}  // namespace
}  // namespace dmkit::wire
