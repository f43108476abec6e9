#pragma once

namespace dmkit::mock {

/// The code of a refusal that DM8 does not know: the mock lacks what the statement asks for.
inline constexpr int not_supported = -99999;

}  // namespace dmkit::mock
