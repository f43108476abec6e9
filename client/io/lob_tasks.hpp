#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <dmkit/lob.hpp>

#include "client/io/handles.hpp"
#include "client/session/lob.hpp"

/// What the user's lob objects consist of, and their calls.
namespace dmkit::detail {

struct lob_state {
    std::shared_ptr<connection_core> core;
    std::uint64_t epoch = 0;
    session::lob_target target;
    std::optional<std::string> data;  ///< of a value that lay in its row
};

class lob_task : public task {
  protected:
    explicit lob_task(lob_state& lob) noexcept : lob_(lob) {}
    /// False, with the fault set, if nothing can be asked.
    bool usable(connection_core& core, std::string_view operation) {
        if (lob_.epoch == core.epoch())
            return true;
        fail(client_errc::not_connected, operation, "the LOB belongs to an earlier session");
        return false;
    }
    bool writable(connection_core& core, std::string_view operation, std::int64_t position) {
        if (!usable(core, operation))
            return false;
        if (lob_.data)
            fail(client_errc::lob_in_row, operation);
        else if (!fits(position))
            fail(client_errc::value_out_of_range, operation, "a position in a LOB");
        else
            return true;
        return false;
    }
    static bool fits(std::int64_t position) noexcept { return position >= 0 && position <= session::most_lob_units; }

    lob_state& lob_;
};

class lob_length_task final : public lob_task {
  public:
    explicit lob_length_task(lob_state& lob) : lob_task(lob), machine_(lob.target) {}
    session::machine* next(connection_core& core) override;
    [[nodiscard]] std::int64_t take() const noexcept { return length_; }

  private:
    session::lob_length_machine machine_;
    bool started_ = false;
    std::int64_t length_ = 0;
};

class lob_read_task final : public lob_task {
  public:
    lob_read_task(lob_state& lob, std::int64_t position, std::span<std::byte> out) noexcept
        : lob_task(lob), position_(position), out_(out) {}
    session::machine* next(connection_core& core) override;
    [[nodiscard]] lob::piece take() const noexcept { return piece_; }

  private:
    void read_in_row();
    void fill(std::string_view from, std::int64_t units, bool last);

    std::int64_t position_;
    std::span<std::byte> out_;
    std::string read_;
    std::optional<session::lob_read_machine> machine_;
    lob::piece piece_;
};

class lob_write_task final : public lob_task {
  public:
    /// @param position nothing: behind the end
    lob_write_task(lob_state& lob, std::optional<std::int64_t> position, std::string_view data) noexcept
        : lob_task(lob), position_(position), data_(data) {}
    session::machine* next(connection_core& core) override;
    [[nodiscard]] std::int64_t take() const noexcept { return machine_ ? machine_->units() : 0; }

  private:
    std::optional<std::int64_t> position_;
    std::string_view data_;
    std::optional<session::lob_length_machine> length_;
    std::optional<session::lob_write_machine> machine_;
};

class lob_truncate_task final : public lob_task {
  public:
    lob_truncate_task(lob_state& lob, std::int64_t length) noexcept : lob_task(lob), length_(length) {}
    session::machine* next(connection_core& core) override;
    static void take() noexcept {}

  private:
    std::int64_t length_;
    std::optional<session::lob_truncate_machine> machine_;
};

}  // namespace dmkit::detail
