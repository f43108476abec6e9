#include "mockserver/engine/memory_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <new>
#include <vector>

namespace dmkit::mock {

namespace {

/// Grows by blocks, so that what was written never moves.
class block_store {
  public:
    static constexpr std::size_t block_size = 64 * 1024;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t held() const noexcept { return blocks_.size() * block_size; }

    /// What lies behind the end reads as zeros. Returns the number of bytes that were there.
    std::size_t read(std::byte* to, std::size_t count, std::size_t offset) const noexcept {
        const std::size_t there = offset >= size_ ? 0 : std::min(count, size_ - offset);
        for_each_piece(offset, there, [&](std::size_t block, std::size_t begin, std::size_t length) {
            std::memcpy(to, blocks_[block].get() + begin, length);
            to += length;
        });
        std::memset(to, 0, count - there);
        return there;
    }

    void write(const std::byte* from, std::size_t count, std::size_t offset) {
        const std::size_t end = offset + count;
        while (blocks_.size() * block_size < end)
            blocks_.push_back(std::make_unique<std::byte[]>(block_size));
        for_each_piece(offset, count, [&](std::size_t block, std::size_t begin, std::size_t length) {
            std::memcpy(blocks_[block].get() + begin, from, length);
            from += length;
        });
        size_ = std::max(size_, end);
    }

    void truncate(std::size_t size) {
        if (size >= size_)
            return;
        blocks_.resize((size + block_size - 1) / block_size);
        // A later growth must find zeros.
        if (const std::size_t kept = size % block_size; kept != 0)
            std::memset(blocks_.back().get() + kept, 0, block_size - kept);
        size_ = size;
    }

  private:
    template <class Action>
    static void for_each_piece(std::size_t offset, std::size_t count, Action action) {
        while (count > 0) {
            const std::size_t begin = offset % block_size;
            const std::size_t length = std::min(count, block_size - begin);
            action(offset / block_size, begin, length);
            offset += length;
            count -= length;
        }
    }

    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::size_t size_ = 0;
};

struct shared_lock {
    int readers = 0;
    bool exclusive = false;
};

/// A file with what its connections share.
struct memory_file {
    block_store data;
    int shared = 0;         ///< connections that hold SHARED or more
    bool reserved = false;  ///< one of them holds RESERVED
    bool pending = false;
    bool exclusive = false;
    std::vector<std::unique_ptr<std::byte[]>> regions;  ///< the WAL index
    std::array<shared_lock, SQLITE_SHM_NLOCK> locks;
};

/// What SQLite allocates for each open file.
struct open_file {
    sqlite3_file base;
    std::shared_ptr<memory_file> file;
    int level = SQLITE_LOCK_NONE;
    std::uint16_t shared_locks = 0;
    std::uint16_t exclusive_locks = 0;
};

using file_map = std::map<std::string, std::shared_ptr<memory_file>, std::less<>>;

open_file& opened(sqlite3_file* file) {
    return *reinterpret_cast<open_file*>(file);
}

file_map& files_of(sqlite3_vfs* vfs) {
    return *static_cast<file_map*>(vfs->pAppData);
}

int close(sqlite3_file* file) {
    opened(file).~open_file();
    return SQLITE_OK;
}

int read(sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
    const auto wanted = static_cast<std::size_t>(count);
    const std::size_t there =
        opened(file).file->data.read(static_cast<std::byte*>(to), wanted, static_cast<std::size_t>(offset));
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
    try {
        opened(file).file->data.write(static_cast<const std::byte*>(from), static_cast<std::size_t>(count),
                                      static_cast<std::size_t>(offset));
        return SQLITE_OK;
    } catch (const std::bad_alloc&) {
        return SQLITE_FULL;
    }
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    opened(file).file->data.truncate(static_cast<std::size_t>(size));
    return SQLITE_OK;
}

int sync(sqlite3_file* /*file*/, int /*flags*/) {
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(opened(file).file->data.size());
    return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
    open_file& self = opened(file);
    memory_file& shared = *self.file;
    if (self.level >= level)
        return SQLITE_OK;
    if (self.level == SQLITE_LOCK_NONE) {
        if (shared.exclusive || shared.pending)
            return SQLITE_BUSY;
        ++shared.shared;
        self.level = SQLITE_LOCK_SHARED;
    }
    if (level >= SQLITE_LOCK_RESERVED && self.level < SQLITE_LOCK_RESERVED) {
        if (shared.reserved)
            return SQLITE_BUSY;
        shared.reserved = true;
        self.level = SQLITE_LOCK_RESERVED;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE && self.level < SQLITE_LOCK_EXCLUSIVE) {
        shared.pending = true;
        self.level = SQLITE_LOCK_PENDING;
        if (shared.shared > 1)
            return SQLITE_BUSY;
        shared.exclusive = true;
        self.level = SQLITE_LOCK_EXCLUSIVE;
    }
    return SQLITE_OK;
}

int unlock(sqlite3_file* file, int level) {
    open_file& self = opened(file);
    memory_file& shared = *self.file;
    if (self.level >= SQLITE_LOCK_RESERVED && level < SQLITE_LOCK_RESERVED)
        shared.reserved = shared.pending = shared.exclusive = false;
    if (self.level >= SQLITE_LOCK_SHARED && level == SQLITE_LOCK_NONE)
        --shared.shared;
    self.level = std::min(self.level, level);
    return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* file, int* reserved) {
    *reserved = opened(file).file->reserved ? 1 : 0;
    return SQLITE_OK;
}

int file_control(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) {
    return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file* /*file*/) {
    return 4096;
}

int device_characteristics(sqlite3_file* /*file*/) {
    return SQLITE_IOCAP_ATOMIC | SQLITE_IOCAP_SAFE_APPEND | SQLITE_IOCAP_SEQUENTIAL | SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** place) {
    auto& regions = opened(file).file->regions;
    const auto wanted = static_cast<std::size_t>(region);
    *place = nullptr;
    if (regions.size() <= wanted && extend == 0)
        return SQLITE_OK;
    try {
        while (regions.size() <= wanted)
            regions.push_back(std::make_unique<std::byte[]>(static_cast<std::size_t>(size)));
    } catch (const std::bad_alloc&) {
        return SQLITE_NOMEM;
    }
    *place = regions[wanted].get();
    return SQLITE_OK;
}

int shm_lock(sqlite3_file* file, int first, int count, int flags) {
    open_file& self = opened(file);
    auto& locks = self.file->locks;
    const auto mask =
        static_cast<std::uint16_t>(((1U << static_cast<unsigned>(count)) - 1U) << static_cast<unsigned>(first));
    const auto begin = locks.begin() + first;
    const auto end = begin + count;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        for (auto each = begin; each != end; ++each) {
            const auto bit = static_cast<std::uint16_t>(1U << static_cast<unsigned>(each - locks.begin()));
            if ((self.exclusive_locks & bit) != 0)
                each->exclusive = false;
            else if ((self.shared_locks & bit) != 0)
                --each->readers;
        }
        self.exclusive_locks = static_cast<std::uint16_t>(self.exclusive_locks & ~mask);
        self.shared_locks = static_cast<std::uint16_t>(self.shared_locks & ~mask);
        return SQLITE_OK;
    }
    if ((flags & SQLITE_SHM_SHARED) != 0) {
        if ((self.shared_locks & mask) != 0)
            return SQLITE_OK;
        if (begin->exclusive)
            return SQLITE_BUSY;
        ++begin->readers;
        self.shared_locks = static_cast<std::uint16_t>(self.shared_locks | mask);
        return SQLITE_OK;
    }
    if (std::any_of(begin, end, [](const shared_lock& each) { return each.exclusive || each.readers > 0; }))
        return SQLITE_BUSY;
    std::for_each(begin, end, [](shared_lock& each) { each.exclusive = true; });
    self.exclusive_locks = static_cast<std::uint16_t>(self.exclusive_locks | mask);
    return SQLITE_OK;
}

void shm_barrier(sqlite3_file* /*file*/) {
    std::atomic_thread_fence(std::memory_order_seq_cst);
}

int shm_unmap(sqlite3_file* file, int delete_flag) {
    if (delete_flag != 0)
        opened(file).file->regions.clear();
    return SQLITE_OK;
}

constexpr sqlite3_io_methods make_methods() {
    sqlite3_io_methods methods{};
    methods.iVersion = 2;
    methods.xClose = close;
    methods.xRead = read;
    methods.xWrite = write;
    methods.xTruncate = truncate;
    methods.xSync = sync;
    methods.xFileSize = file_size;
    methods.xLock = lock;
    methods.xUnlock = unlock;
    methods.xCheckReservedLock = check_reserved_lock;
    methods.xFileControl = file_control;
    methods.xSectorSize = sector_size;
    methods.xDeviceCharacteristics = device_characteristics;
    methods.xShmMap = shm_map;
    methods.xShmLock = shm_lock;
    methods.xShmBarrier = shm_barrier;
    methods.xShmUnmap = shm_unmap;
    return methods;
}

constexpr sqlite3_io_methods io_methods = make_methods();

int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* place, int flags, int* flags_out) {
    try {
        std::shared_ptr<memory_file> file;
        if (name == nullptr) {
            file = std::make_shared<memory_file>();  // temporary: goes when it is closed
        } else if (const auto found = files_of(vfs).find(std::string_view(name)); found != files_of(vfs).end()) {
            file = found->second;
        } else if ((flags & SQLITE_OPEN_CREATE) != 0) {
            file = files_of(vfs).emplace(name, std::make_shared<memory_file>()).first->second;
        } else {
            place->pMethods = nullptr;
            return SQLITE_CANTOPEN;
        }
        auto* self = new (place) open_file{};
        self->file = std::move(file);
        self->base.pMethods = &io_methods;
    } catch (const std::bad_alloc&) {
        place->pMethods = nullptr;
        return SQLITE_NOMEM;
    }
    if (flags_out != nullptr)
        *flags_out = flags;
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int /*sync_directory*/) {
    file_map& files = files_of(vfs);
    const auto found = files.find(std::string_view(name));
    if (found == files.end())
        return SQLITE_IOERR_DELETE_NOENT;
    files.erase(found);
    return SQLITE_OK;
}

int access(sqlite3_vfs* vfs, const char* name, int /*flags*/, int* result) {
    *result = files_of(vfs).contains(std::string_view(name)) ? 1 : 0;
    return SQLITE_OK;
}

int full_pathname(sqlite3_vfs* /*vfs*/, const char* name, int size, char* full) {
    sqlite3_snprintf(size, full, "%s", name);
    return SQLITE_OK;
}

sqlite3_vfs& default_vfs() {
    return *sqlite3_vfs_find(nullptr);
}

int randomness(sqlite3_vfs* /*vfs*/, int count, char* to) {
    return default_vfs().xRandomness(&default_vfs(), count, to);
}

int sleep(sqlite3_vfs* /*vfs*/, int microseconds) {
    return default_vfs().xSleep(&default_vfs(), microseconds);
}

int current_time(sqlite3_vfs* /*vfs*/, double* time) {
    return default_vfs().xCurrentTime(&default_vfs(), time);
}

int last_error(sqlite3_vfs* /*vfs*/, int /*size*/, char* /*text*/) {
    return SQLITE_OK;
}

}  // namespace

struct memory_vfs::state {
    std::string name;
    file_map files;
    sqlite3_vfs vfs{};
};

memory_vfs::memory_vfs() : state_(std::make_unique<state>()) {
    static std::atomic<std::uint64_t> made{0};
    state_->name = "dmkit-memory-" + std::to_string(++made);
    sqlite3_vfs& vfs = state_->vfs;
    vfs.iVersion = 1;
    vfs.szOsFile = static_cast<int>(sizeof(open_file));
    vfs.mxPathname = 512;
    vfs.zName = state_->name.c_str();
    vfs.pAppData = &state_->files;
    vfs.xOpen = open;
    vfs.xDelete = delete_file;
    vfs.xAccess = access;
    vfs.xFullPathname = full_pathname;
    vfs.xRandomness = randomness;
    vfs.xSleep = sleep;
    vfs.xCurrentTime = current_time;
    vfs.xGetLastError = last_error;
    if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
        throw std::bad_alloc();
}

memory_vfs::~memory_vfs() {
    sqlite3_vfs_unregister(&state_->vfs);
}

const char* memory_vfs::name() const noexcept {
    return state_->name.c_str();
}

std::size_t memory_vfs::size() const noexcept {
    std::size_t held = 0;
    for (const auto& [name, file] : state_->files)
        held += file->data.held();
    return held;
}

}  // namespace dmkit::mock
