#include "mockserver/session/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <dmkit/wire/byte_reader.hpp>

#include "mockserver/error.hpp"

namespace dmkit::mock {

namespace {

[[noreturn]] void file_failed(const char* what) {
    throw sql_error::unsupported(std::string("a result that outgrows the temporary file: ") + what + ": " +
                                 std::strerror(errno));
}

/// A file that vanishes with its descriptor.
int open_nameless_file() {
    const char* chosen = std::getenv("TMPDIR");
    const std::string folder = chosen != nullptr && *chosen != '\0' ? chosen : "/tmp";
    int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0)
        return file;
    // Some file systems (overlay of old kernels, network ones) know no O_TMPFILE.
    std::string name = folder + "/dmkit-spool-XXXXXX";
    file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0)
        file_failed("creating it");
    ::unlink(name.c_str());
    return file;
}

/// Memory that a buffer of reading keeps from result to result.
constexpr std::size_t kept_read_buffer = 128U << 10U;

std::size_t row_length(std::span<const std::byte> rows) noexcept {
    return wire::load<std::uint16_t>(rows);
}

}  // namespace

row_spool::~row_spool() {
    charge(0);
    close_file();
}

void row_spool::charge(std::size_t bytes) noexcept {
    if (budget_ != nullptr)
        budget_->memory += bytes - charged_;
    charged_ = bytes;
}

void row_spool::close_file() noexcept {
    if (file_ < 0)
        return;
    ::close(file_);
    file_ = -1;
    if (budget_ != nullptr)
        --budget_->files;
}

void row_spool::clear() noexcept {
    if (!pages_.empty() && pages_.front().bytes.capacity() > 0)
        spare_ = std::move(pages_.front().bytes);
    spare_.clear();
    pages_.clear();
    in_memory_ = 0;
    charge(spare_.capacity());
    if (spent()) {
        spare_ = std::vector<std::byte>();
        charge(0);
    }
    for (auto* buffer : {&loaded_, &joined_}) {
        if (buffer->capacity() > kept_read_buffer)
            *buffer = std::vector<std::byte>();
    }
    rows_ = 0;
    close_file();
    file_size_ = 0;
    next_position_ = 0;
    next_page_ = next_offset_ = 0;
    loaded_page_ = no_page;
}

std::vector<std::byte>& row_spool::begin_row() {
    if (pages_.empty() || pages_.back().bytes.size() >= (spent() ? smallest_page : page_size))
        open_page();
    auto& bytes = pages_.back().bytes;
    row_begin_ = bytes.size();
    return bytes;
}

void row_spool::end_row() {
    page& last = pages_.back();
    if (last.bytes.size() - row_begin_ > longest_row) {
        drop_row();
        throw sql_error::unsupported("a row of more than 65535 bytes in a result");
    }
    charge(in_memory_ + last.bytes.capacity());
    if (budget_ != nullptr && budget_->memory / 2 > budget_->most_memory) {
        drop_row();
        throw sql_error::unsupported(
            fmt::format("a session that keeps results of more than {} bytes in memory", budget_->most_memory));
    }
    last.size = last.bytes.size();
    ++rows_;
}

void row_spool::drop_row() noexcept {
    pages_.back().bytes.resize(row_begin_);
}

void row_spool::open_page() {
    if (!pages_.empty()) {
        page& full = pages_.back();
        in_memory_ += full.size;
        if (in_memory_ > memory_limit_ || spent()) {
            in_memory_ -= full.size;
            spill(full);
        }
    }
    page fresh;
    fresh.first_row = rows_;
    fresh.bytes = std::move(spare_);
    fresh.bytes.clear();
    // A result of few rows should stay small, one that has filled a page will probably fill the next.
    if (!pages_.empty())
        fresh.bytes.reserve(page_size + page_size / 4);
    pages_.push_back(std::move(fresh));
}

void row_spool::spill(page& full) {
    if (file_ < 0) {
        if (budget_ != nullptr && budget_->files >= budget_->most_files)
            throw sql_error::unsupported(
                fmt::format("a session that keeps more than {} results in temporary files", budget_->most_files));
        file_ = open_nameless_file();
        if (budget_ != nullptr)
            ++budget_->files;
    }
    std::size_t done = 0;
    while (done < full.size) {
        const auto written =
            ::pwrite(file_, full.bytes.data() + done, full.size - done, static_cast<off_t>(file_size_ + done));
        if (written < 0) {
            if (errno == EINTR)
                continue;
            file_failed("writing");
        }
        done += static_cast<std::size_t>(written);
    }
    full.file_offset = static_cast<std::int64_t>(file_size_);
    file_size_ += full.size;
    spare_ = std::move(full.bytes);
    full.bytes = {};
}

std::span<const std::byte> row_spool::bytes_of(std::size_t page_index) {
    const page& wanted = pages_[page_index];
    if (wanted.file_offset < 0)
        return std::span(wanted.bytes).first(wanted.size);
    if (loaded_page_ != page_index) {
        loaded_page_ = no_page;
        loaded_.resize(wanted.size);
        std::size_t done = 0;
        while (done < wanted.size) {
            const auto got = ::pread(file_, loaded_.data() + done, wanted.size - done,
                                     static_cast<off_t>(wanted.file_offset) + static_cast<off_t>(done));
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                file_failed("reading");
            done += static_cast<std::size_t>(got);
        }
        loaded_page_ = page_index;
    }
    return loaded_;
}

void row_spool::seek(std::int64_t position) {
    if (position == next_position_)
        return;
    next_position_ = -1;  // stays so if a page cannot be loaded
    const auto behind = std::upper_bound(pages_.begin(), pages_.end(), position,
                                         [](std::int64_t row, const page& p) { return row < p.first_row; });
    next_page_ = static_cast<std::size_t>(behind - pages_.begin()) - 1;
    const auto bytes = bytes_of(next_page_);
    next_offset_ = 0;
    for (auto row = pages_[next_page_].first_row; row < position; ++row)
        next_offset_ += row_length(bytes.subspan(next_offset_));
    next_position_ = position;
}

row_spool::batch row_spool::read(std::int64_t position, std::size_t budget, std::int32_t limit) {
    if (position < 0 || position >= rows_ || limit <= 0)
        return {};
    seek(position);
    next_position_ = -1;
    batch result;
    joined_.clear();
    std::size_t taken = 0;
    while (true) {
        const auto bytes = bytes_of(next_page_);
        const auto begin = next_offset_;
        bool full = false;
        while (next_offset_ < bytes.size()) {
            const auto length = row_length(bytes.subspan(next_offset_));
            if (result.count == limit || (result.count > 0 && taken + length > budget)) {
                full = true;
                break;
            }
            next_offset_ += length;
            taken += length;
            ++result.count;
        }
        const auto part = bytes.subspan(begin, next_offset_ - begin);
        const bool last_page = next_page_ + 1 == pages_.size();
        if (joined_.empty() && (full || last_page)) {
            result.rows = part;
        } else {
            joined_.insert(joined_.end(), part.begin(), part.end());
            result.rows = joined_;
        }
        if (full || last_page)
            break;
        ++next_page_;
        next_offset_ = 0;
    }
    next_position_ = position + result.count;
    return result;
}

}  // namespace dmkit::mock
