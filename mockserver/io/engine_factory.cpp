#include "mockserver/io/engine_factory.hpp"

#include "mockserver/engine/engine.hpp"

namespace dmkit::mock {

std::unique_ptr<backend> make_engine(const server_params& params, environment& environment) {
    engine_options options;
    options.file = params.database_file.string();
    options.users.clear();
    for (const auto& user : params.users)
        options.users.push_back({user.name, user.password});
    return std::make_unique<engine>(params.profile, environment, std::move(options));
}

}  // namespace dmkit::mock
