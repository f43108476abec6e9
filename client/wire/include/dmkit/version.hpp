#pragma once

/// Version of the library: major × 10000 + minor × 100 + patch. The build checks it against the project's.
#define DMKIT_VERSION 100
/// The same as text.
#define DMKIT_VERSION_STRING "0.1.0"
