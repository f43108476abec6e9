// NOLINTBEGIN: Boost's code
#include <boost/json/src.hpp>
// NOLINTEND
