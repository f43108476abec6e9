#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dmkit/field.hpp>
#include <dmkit/wire/messages/lob.hpp>

#include <boost/container/deque.hpp>

#include "client/session/session_machine.hpp"

namespace dmkit::session {

/// A LOB whose data lies out of the row.
struct lob_target {
    bool text = false;
    wire::lob_locator locator;
};

/// Positions and lengths have 32 bits on the wire.
inline constexpr std::int64_t most_lob_units = std::numeric_limits<std::int32_t>::max();

/// True for a byte of UTF-8 that continues no character.
[[nodiscard]] constexpr bool begins_character(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}
[[nodiscard]] std::int64_t characters_of(std::string_view utf8) noexcept;
/// The first bytes of @p text, @p most at most, that split no character.
[[nodiscard]] std::string_view whole_characters(std::string_view text, std::size_t most) noexcept;

/// The LOB that the well formed @p locator of a value of type @p type means.
[[nodiscard]] lob_target target_of(std::span<const std::byte> locator, type_id type, bool new_form) noexcept;

/// What one message reads or writes at most, as the vendor's drivers do it (docs/protocol: LOBs).
inline constexpr std::int64_t lob_piece_bytes = 32000;
inline constexpr std::int64_t lob_piece_characters = 16000;
inline constexpr std::size_t lob_write_bytes = 16000;

/// Reads a part of a LOB, piece by piece: makes the requests and takes the answers of a machine.
class lob_transfer {
  public:
    /// @p out receives UTF-8 or bytes behind what it holds; it must outlive the transfer.
    lob_transfer(const lob_target& target, std::int64_t position, std::int64_t units, std::string& out) noexcept
        : target_(target),
          cursor_{target.locator.file, target.locator.page, 0},
          position_(position),
          left_(units),
          out_(&out) {}

    [[nodiscard]] bool done() const noexcept { return left_ <= 0; }
    /// Bytes or characters that have come.
    [[nodiscard]] std::int64_t units() const noexcept { return units_; }
    /// The server has said that nothing follows what has come.
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    [[nodiscard]] wire::lob_read_request next() const noexcept;
    /// @return an error if the answer cannot be understood
    [[nodiscard]] failure take(session_state& state, const wire::frame_view& frame);

  private:
    /// Units that next() asks for.
    [[nodiscard]] std::int64_t wanted() const noexcept;
    /// Appends the data of @p piece. @return its units, or nothing if it cannot be what it says
    [[nodiscard]] std::optional<std::int64_t> append(session_state& state, const wire::lob_read_response& piece);

    lob_target target_;
    wire::lob_cursor cursor_;
    std::int64_t position_;
    std::int64_t left_;
    std::int64_t units_ = 0;
    bool ended_ = false;
    std::string* out_;
};

/// LOB_GET_LENGTH.
class lob_length_machine final : public session_machine {
  public:
    explicit lob_length_machine(const lob_target& target) : session_machine("lob_length"), target_(target) {}
    /// Bytes, or characters of a CLOB.
    [[nodiscard]] std::int64_t length() const noexcept { return length_; }

  private:
    step ready(session_state& state) override;
    step reply(session_state& state, const wire::frame_view& frame) override;

    lob_target target_;
    std::int64_t length_ = 0;
};

/// LOB_GET_DATA, as often as it takes: from a position on, some units or until the end.
class lob_read_machine final : public session_machine {
  public:
    lob_read_machine(const lob_target& target, std::int64_t position, std::int64_t units, std::string& out)
        : session_machine("lob_read"), transfer_(target, position, units, out) {}
    [[nodiscard]] std::int64_t units() const noexcept { return transfer_.units(); }
    [[nodiscard]] bool ended() const noexcept { return transfer_.ended(); }

  private:
    step ready(session_state& state) override;
    step reply(session_state& state, const wire::frame_view& frame) override;

    lob_transfer transfer_;
};

/// LOB_SET_DATA, as often as it takes. Nothing is sent of data that cannot be sent as a whole.
class lob_write_machine final : public session_machine {
  public:
    /// @p target follows the LOB when it moves. @p target and @p data must outlive the machine; @p data is UTF-8 for a
    /// CLOB.
    lob_write_machine(lob_target& target, std::int64_t position, std::string_view data)
        : session_machine("lob_write"),
          target_(target),
          cursor_{target.locator.file, target.locator.page, 0},
          position_(position),
          rest_(data) {}
    [[nodiscard]] std::int64_t units() const noexcept { return units_; }

  private:
    step ready(session_state& state) override;
    step reply(session_state& state, const wire::frame_view& frame) override;
    step put_next(session_state& state);
    /// What of rest_ the next message brings.
    [[nodiscard]] std::string_view next_piece(const session_state& state, std::string_view rest) const noexcept;
    [[nodiscard]] bool is_encodable(session_state& state) const;
    [[nodiscard]] std::int64_t units_of(std::string_view data) const noexcept;

    lob_target& target_;
    wire::lob_cursor cursor_;
    std::int64_t position_;
    std::int64_t units_ = 0;
    std::int64_t piece_units_ = 0;  ///< of the message in progress
    std::string_view rest_;
    std::vector<std::byte> piece_;
    bool begun_ = false;
};

/// LOB_TRUNCATE.
class lob_truncate_machine final : public session_machine {
  public:
    /// @p target follows the LOB when it moves; it must outlive the machine.
    lob_truncate_machine(lob_target& target, std::int64_t length)
        : session_machine("lob_truncate"), target_(target), length_(length) {}
    [[nodiscard]] std::int64_t length() const noexcept { return length_; }

  private:
    step ready(session_state& state) override;
    step reply(session_state& state, const wire::frame_view& frame) override;

    lob_target& target_;
    std::int64_t length_;
};

/// A LOB out of the row that a field is to show as a whole.
struct off_row_lob {
    std::size_t field = 0;  ///< index in the row, or in a list of fields
    lob_target target;
    std::string data;  ///< UTF-8, or bytes; filled by fetch_lobs_machine

    [[nodiscard]] field_view view() const noexcept {
        if (target.text)
            return std::string_view(data);
        return bytes_view(reinterpret_cast<const std::byte*>(data.data()), data.size());
    }
};
/// They stay where they are when more follow. Without any it costs no memory, unlike std::deque.
using off_row_lobs = boost::container::deque<off_row_lob>;

/// Reads LOBs as a whole, one after the other. As the vendor's Go driver does it: the length of a CLOB is asked for,
/// that of a BLOB is in its locator.
class fetch_lobs_machine final : public session_machine {
  public:
    /// Reads those from index @p begin to below @p end; @p lobs must outlive the machine.
    fetch_lobs_machine(off_row_lobs& lobs, std::size_t begin, std::size_t end)
        : session_machine("fetch"), lobs_(lobs), next_(begin), end_(end) {}

  private:
    step ready(session_state& state) override;
    step reply(session_state& state, const wire::frame_view& frame) override;
    step begin_next(session_state& state);
    step begin_transfer(session_state& state, std::int64_t length);
    step read_on(session_state& state);

    off_row_lobs& lobs_;
    std::size_t next_;
    std::size_t end_;
    bool asking_length_ = false;
    std::int64_t length_ = 0;  ///< that the LOB in transfer has as the server says
    std::optional<lob_transfer> transfer_;
};

}  // namespace dmkit::session
