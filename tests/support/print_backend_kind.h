// Lets GoogleTest print a BackendKind by its name.
#ifndef DATOMBENCH_TESTS_SUPPORT_PRINT_BACKEND_KIND_H_
#define DATOMBENCH_TESTS_SUPPORT_PRINT_BACKEND_KIND_H_

#include <ostream>

#include "backends/registry.h"

namespace datombench {

inline void PrintTo(const BackendKind& kind, std::ostream* out) { *out << kind.name; }

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_SUPPORT_PRINT_BACKEND_KIND_H_
