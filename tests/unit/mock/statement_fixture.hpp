#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "session_fixture.hpp"

namespace dmkit::mock::test {

/// A session that has logged in, with what tests of statements ask and look at.
class statement_fixture : public session_fixture {
  protected:
    statement_fixture() { log_in(); }

    static fake_reply numbers(std::int64_t count) {
        fake_reply reply;
        reply.description.kind = reply.result.kind = statement_kind::select;
        reply.description.columns = {make_column("N", {type_id::bigint, 0, 0}, "BIGINT")};
        fake_reply::rows rows{reply.description.columns, {}};
        for (std::int64_t i = 0; i < count; ++i)
            rows.values.push_back({field(i)});
        reply.results.push_back(std::move(rows));
        return reply;
    }
    template <class Answer = wire::execute_response>
    Answer direct(std::int32_t handle, std::string_view sql) {
        wire::prepare_request request;
        request.handle = handle;
        request.direct = true;
        request.sql = sql;
        return ask<Answer>(request);
    }
    void prepare(std::int32_t handle, std::string_view sql) {
        wire::prepare_request request;
        request.handle = handle;
        request.sql = sql;
        ask<wire::prepare_response>(request);
    }
    /// A captured request with another handle in it.
    server_answer send_captured(std::string_view name, std::int32_t handle) {
        auto bytes = load_frame("vectors/message-vectors.json", name);
        wire::byte_writer(bytes).patch(wire::header_offset::handle, handle);
        wire::finish_frame(bytes, 0);
        return {feed(bytes)};
    }
    std::vector<std::int64_t> bigints(std::span<const std::byte> rows) {
        std::vector<std::int64_t> out;
        wire::row_reader reader(rows, 1);
        wire::decode_error error;
        while (reader.next(error))
            out.push_back(wire::load<std::int64_t>(*reader.column(0)));
        EXPECT_FALSE(error) << error.to_string();
        return out;
    }
};

}  // namespace dmkit::mock::test
