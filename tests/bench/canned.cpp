#include "canned.hpp"

#include <stdexcept>

#include <dmkit/wire/value_codec.hpp>

namespace dmkit::bench {

namespace {

constexpr std::int16_t select_kind = 160;
constexpr std::int32_t only_handle = 1;

std::vector<wire::column_descriptor> descriptors(std::span<const column> columns) {
    std::vector<wire::column_descriptor> out;
    for (const auto& item : columns) {
        wire::column_descriptor descriptor;
        descriptor.type = static_cast<std::int32_t>(item.type.id);
        descriptor.precision = item.type.precision;
        descriptor.scale = item.type.scale;
        descriptor.name = item.name;
        descriptor.type_name = item.type_name;
        descriptor.table = "MIXED";
        descriptor.schema = "SYSDBA";
        out.push_back(descriptor);
    }
    return out;
}

message startup_answer(wire::charset set) {
    wire::startup_response response;
    response.server_version = "8.1.3.140";
    response.encoding = wire::charset_to_wire(set);
    return frame_of(response);
}

message login_answer() {
    wire::login_response response;
    response.instance_name = "DMSERVER";
    response.schema = "SYSDBA";
    response.database_name = "DAMENG";
    response.session_id = 1;
    return frame_of(response);
}

}  // namespace

std::size_t canned_result::bytes() const noexcept {
    auto total = executed.size();
    for (const auto& frame : fetched)
        total += frame.size();
    return total;
}

canned_result make_canned_result(std::span<const column> columns, std::size_t rows, std::size_t parameters,
                                 wire::charset set,
                                 const std::function<std::span<const field_view>(std::size_t)>& fields) {
    canned_result out;
    wire::prepare_response prepared;
    prepared.handle = only_handle;
    prepared.kind = select_kind;
    prepared.columns = descriptors(columns);
    prepared.parameters.resize(parameters);
    for (auto& parameter : prepared.parameters) {
        parameter.type = static_cast<std::int32_t>(type_id::integer);
        parameter.precision = 4;
    }
    out.prepared = frame_of(prepared);

    wire::charset_converter text(set);
    message batch;
    std::int32_t count = 0;
    const auto close_batch = [&] {
        out.counts.push_back(count);
        if (out.executed.empty()) {
            wire::execute_response executed;
            executed.handle = only_handle;
            executed.kind = select_kind;
            executed.affected_rows = static_cast<std::int64_t>(rows);
            executed.row_count = count;
            // As the mock: what has been prepared is described already.
            if (parameters == 0)
                executed.columns = prepared.columns;
            executed.rows = batch;
            out.executed = frame_of(executed);
        } else {
            out.fetched.push_back(frame_of(
                wire::fetch_response{.total = static_cast<std::int64_t>(rows), .row_count = count, .rows = batch}));
        }
        batch.clear();
        count = 0;
    };
    for (std::size_t index = 0; index < rows; ++index) {
        const auto before = batch.size();
        append_row(columns, fields(index), text, batch);
        ++count;
        if (batch.size() > batch_bytes) {
            const message last(batch.begin() + static_cast<std::ptrdiff_t>(before), batch.end());
            batch.resize(before);
            --count;
            close_batch();
            batch = last;
            count = 1;
        }
    }
    close_batch();
    return out;
}

canned_result canned_mixed_rows(std::size_t rows, wire::charset set) {
    mixed_row row;
    return make_canned_result(columns_of_mixed_rows(), rows, 0, set, [&row](std::size_t index) {
        row = make_mixed_row(index);
        return std::span<const field_view>(row);
    });
}

canned_result canned_one_row() {
    static constexpr std::array<column, 2> columns{
        {{"ID", "INT", {type_id::integer, 4, 0}}, {"NAME", "VARCHAR", {type_id::varchar, 40, 0}}}};
    const std::array<field_view, 2> row{500, "北京市海淀区"};
    return make_canned_result(columns, 1, 1, wire::charset::utf8, [&row](std::size_t) { return std::span(row); });
}

canned_server::canned_server(canned_result result, wire::charset set)
    : result_(std::move(result)),
      startup_(startup_answer(set)),
      login_(login_answer()),
      thread_(std::make_unique<peer_thread>([this](stream& peer) { serve(peer); })) {}

void canned_server::serve(stream& peer) const {
    using wire::command;
    const auto allocated = frame_of(wire::allocate_response{.handle = only_handle});
    const auto done = frame_of(wire::simple_response{});
    const auto no_more = frame_of(wire::fetch_response{});
    wire::frame_assembler assembler;
    std::size_t next_batch = 0;
    while (true) {
        wire::decode_error error;
        const auto request = assembler.next(error);
        if (error)
            return;
        if (!request) {
            const auto got = peer.receive_some(assembler.prepare());
            if (got == 0)
                return;
            assembler.commit(got);
            continue;
        }
        const wire::frame_view frame{request->header, request->body};
        auto code = static_cast<command>(frame.code());
        if (wire::prepare_request what; code == command::prepare && !decode(frame, {}, what) && what.direct)
            code = command::execute;
        switch (code) {
            case command::startup:
                peer.send(startup_);
                break;
            case command::login:
                peer.send(login_);
                break;
            case command::allocate:
                peer.send(allocated);
                break;
            case command::prepare:
                peer.send(result_.prepared);
                break;
            case command::execute:
                next_batch = 0;
                peer.send(result_.executed);
                break;
            case command::fetch:
                peer.send(next_batch < result_.fetched.size() ? result_.fetched[next_batch] : no_more);
                ++next_batch;
                break;
            default:
                peer.send(done);
                break;
        }
    }
}

canned_client::canned_client(std::uint16_t port) : socket_(stream::connect(port)) {
    wire::startup_request hello;
    hello.client_version = "7.6.0.0";
    ask_for(hello);
    wire::login_request who;
    who.user = who.password = wire::as_bytes("SYSDBA");
    ask_for(who);
}

wire::frame_view canned_client::ask(std::span<const std::byte> request) {
    socket_.send(request);
    while (true) {
        wire::decode_error error;
        if (const auto raw = assembler_.next(error)) {
            const wire::frame_view answer{raw->header, raw->body};
            if (answer.result() >= 0)
                return answer;
            wire::error_response refusal;
            if (!decode(answer, {}, refusal))
                throw std::runtime_error(std::to_string(answer.result()) + " " + std::string(refusal.text));
        }
        if (error)
            throw std::runtime_error(error.to_string());
        const auto got = socket_.receive_some(assembler_.prepare(batch_bytes));
        if (got == 0)
            throw std::runtime_error("the server closed the connection");
        assembler_.commit(got);
    }
}

message canned_client::prepare(std::string_view sql, std::span<const field_view> parameters) {
    wire::allocate_response allocated;
    if (decode(ask_for(wire::allocate_request{.base_names = false}), {}, allocated))
        throw std::runtime_error("STMT_ALLOC");
    handle_ = allocated.handle;
    wire::prepare_request request;
    request.handle = handle_;
    request.sql = sql;
    wire::prepare_response described;
    if (decode(ask_for(request), {}, described) || described.parameters.size() != parameters.size())
        throw std::runtime_error("PREPARE");

    wire::execute_request execution;
    execution.handle = handle_;
    wire::charset_converter text;
    wire::text_arena arena;
    wire::value_context context{text, arena, wire::value_place::parameter};
    message row;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const auto& wanted = described.parameters[i];
        const data_type type{static_cast<type_id>(wanted.type), wanted.precision, wanted.scale};
        execution.types.push_back({0, wanted.type, wanted.precision, wanted.scale, {}});
        if (wire::encode_counted_value(type, parameters[i], context, row) != wire::value_fault::none)
            throw std::runtime_error("a parameter does not fit");
    }
    execution.rows = row;
    return frame_of(execution);
}

}  // namespace dmkit::bench
