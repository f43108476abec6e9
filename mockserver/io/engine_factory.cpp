#include "mockserver/io/engine_factory.hpp"

#include "mockserver/engine/engine.hpp"

namespace dmkit::mock {

std::unique_ptr<backend> make_engine(const server_params& params, environment& environment) {
    engine_options options;
    options.file = params.database_file.string();
    options.users.clear();
    for (const auto& user : params.users)
        options.users.push_back({user.name, user.password});
    options.random_seed = params.random_seed;
    return std::make_unique<engine>(params.profile, environment, std::move(options));
}

std::shared_ptr<const engine_snapshot> take_snapshot(const backend& of) {
    return static_cast<const engine&>(of).snapshot();
}

void check_snapshot(const profile& profile, const engine_snapshot& what) {
    check_fits(what, profile);
}

void restore_snapshot(backend& into, const engine_snapshot& what) {
    static_cast<engine&>(into).restore(what);
}

void seed_random(backend& of, std::uint64_t seed) {
    static_cast<engine&>(of).seed_random(seed);
}

void remove_database(const std::filesystem::path& file) {
    for (const auto* suffix : {"", "-wal", "-shm"})
        std::filesystem::remove(file.string() + suffix);
}

}  // namespace dmkit::mock
