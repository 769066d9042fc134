// The `memory` backend: the baseline without any storage.
#ifndef DATOMBENCH_BACKENDS_MEMORY_BACKEND_H_
#define DATOMBENCH_BACKENDS_MEMORY_BACKEND_H_

#include <memory>

#include "backends/backend.h"

namespace datombench {

// A sorted map that dies with the object. Batches are atomic for every reader.
std::unique_ptr<Backend> NewMemoryBackend();

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_MEMORY_BACKEND_H_
