#include "script.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace dmkit::session::test {

bytes from_hex(std::string_view text) {
    bytes out;
    int high = -1;
    for (const char c : text) {
        const auto digit = std::string_view("0123456789abcdef").find(c);
        if (digit == std::string_view::npos)
            continue;
        if (high < 0) {
            high = static_cast<int>(digit);
        } else {
            out.push_back(static_cast<std::byte>(high * 16 + static_cast<int>(digit)));
            high = -1;
        }
    }
    return out;
}

std::string to_hex(std::span<const std::byte> data) {
    std::string out;
    for (const auto byte : data) {
        constexpr std::string_view digits = "0123456789abcdef";
        out += digits[std::to_integer<std::size_t>(byte >> 4U)];
        out += digits[std::to_integer<std::size_t>(byte & std::byte{0x0F})];
    }
    return out;
}

bytes refusal(int code, std::string_view text) {
    wire::error_response response;
    response.code = code;
    response.text = text;
    return frame_of(response);
}

script& script::client_sends(bytes frame) {
    steps_.push_back({true, std::move(frame), {}, {}});
    return *this;
}

script& script::client_sends(wire::command code, std::function<void(const wire::frame_view&)> check) {
    steps_.push_back({true, {}, code, std::move(check)});
    return *this;
}

script& script::server_sends(bytes frame) {
    steps_.push_back({false, std::move(frame), {}, {}});
    return *this;
}

script& script::secures(std::string version, std::string cipher) {
    steps_.push_back({false, {}, {}, {}, std::pair(std::move(version), std::move(cipher))});
    return *this;
}

void script::check_request(const step& expected, const bytes& sent) const {
    if (!expected.code) {
        EXPECT_EQ(to_hex(sent), to_hex(expected.exact));
        return;
    }
    wire::frame_assembler assembler;
    const auto room = assembler.prepare(sent.size());
    std::copy(sent.begin(), sent.end(), room.begin());
    assembler.commit(sent.size());
    wire::decode_error error;
    const auto raw = assembler.next(error);
    ASSERT_TRUE(raw) << error.to_string();
    const wire::frame_view frame{raw->header, raw->body};
    EXPECT_EQ(frame.code(), static_cast<std::uint16_t>(*expected.code));
    if (expected.check)
        expected.check(frame);
}

failure script::run(session_state& state, machine& what, std::size_t piece) const {
    return run(state, what, piece, nullptr, nullptr);
}

failure script::run(session_state& state, machine& what, std::size_t piece, const fault* inject,
                    std::size_t* operations) const {
    operation op(state, what);
    std::size_t next = 0;
    std::size_t count = 0;
    bytes sent;
    std::size_t given = 0;
    for (auto wish = op.start(); wish.what != action::done;) {
        if (inject != nullptr && count == inject->at) {
            ++count;
            wish = op.failed(inject->code);
            continue;
        }
        ++count;
        if (wish.what == action::write) {
            const auto size = piece == 0 ? wish.out.size() : std::min(piece, wish.out.size());
            sent.insert(sent.end(), wish.out.begin(), wish.out.begin() + static_cast<std::ptrdiff_t>(size));
            const bool complete = size == wish.out.size();
            wish = op.wrote(size);
            if (!complete)
                continue;
            if (next == steps_.size() || !steps_[next].from_client) {
                ADD_FAILURE() << "an unexpected request: " << to_hex(sent);
                break;
            }
            check_request(steps_[next++], sent);
            sent.clear();
            continue;
        }
        if (wish.what == action::secure) {
            if (next == steps_.size() || !steps_[next].secured) {
                ADD_FAILURE() << "an unexpected TLS handshake";
                break;
            }
            const auto& how = *steps_[next++].secured;
            wish = op.secured(how.first, how.second);
            continue;
        }
        if (next == steps_.size() || steps_[next].from_client || steps_[next].secured) {
            wish = op.failed(client_errc::peer_closed);
            continue;
        }
        const auto& frame = steps_[next].exact;
        auto size = std::min(wish.in.size(), frame.size() - given);
        if (piece != 0)
            size = std::min(size, piece);
        std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(given), size, wish.in.begin());
        given += size;
        if (given == frame.size()) {
            ++next;
            given = 0;
        }
        wish = op.got(size);
    }
    if (inject == nullptr) {
        EXPECT_EQ(next, steps_.size()) << "the conversation ended early: " << what.result().code.message() << ": "
                                       << what.result().details.message();
    }
    if (operations != nullptr)
        *operations = count;
    return what.result();
}

void script::run_with_each_step_failing(const make_state& state, const make_machine& what) const {
    std::size_t total = 0;
    {
        const auto fresh = state();
        run(*fresh, *what(*fresh), 0, nullptr, &total);
    }
    ASSERT_GT(total, 0U);
    for (const auto code : {client_errc::connection_reset, client_errc::timeout, client_errc::cancelled}) {
        for (std::size_t at = 0; at < total; ++at) {
            const auto fresh = state();
            const auto machine = what(*fresh);
            const fault inject{at, code};
            const auto result = run(*fresh, *machine, 0, &inject, nullptr);
            EXPECT_TRUE(result.code == code || result.code == client_errc::commit_outcome_unknown)
                << "step " << at << ": " << result.code.message();
            EXPECT_TRUE(is_fatal(result.code)) << "step " << at;
            EXPECT_FALSE(fresh->connected) << "step " << at;
        }
    }
}

std::unique_ptr<session_state> logged_in() {
    auto state = std::make_unique<session_state>();
    state->connected = true;
    state->schema = "SYSDBA";
    return state;
}

wire::column_descriptor column(std::string_view name, std::int32_t type, std::int32_t precision,
                               std::string_view type_name) {
    wire::column_descriptor out;
    out.name = name;
    out.type = type;
    out.precision = precision;
    out.type_name = type_name;
    return out;
}

wire::parameter_descriptor parameter(std::int32_t type, std::int32_t precision, std::int32_t scale, std::int16_t flags,
                                     std::int16_t direction) {
    wire::parameter_descriptor out;
    out.type = type;
    out.precision = precision;
    out.scale = scale;
    out.flags = flags;
    out.direction = direction;
    return out;
}

}  // namespace dmkit::session::test
