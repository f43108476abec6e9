// Boost.JSON is used by the tests alone, compiled here instead of linked.
#include <boost/json/src.hpp>
