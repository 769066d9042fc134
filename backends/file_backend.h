// The `file` backend: one file a key in one flat directory, as konserve's file store keeps them.
#ifndef DATOMBENCH_BACKENDS_FILE_BACKEND_H_
#define DATOMBENCH_BACKENDS_FILE_BACKEND_H_

#include <filesystem>
#include <memory>

#include "backends/backend.h"
#include "backends/file_system.h"

namespace datombench {

// Opens the store in `directory`, creating it, and locks it. A put writes a new file and renames it
// over the former one, so no crash leaves a torn object. Under kPower each file is synced before
// its rename, and the directory before the batch's last operation and after it: n puts cost n + 2
// syncs, one alone costs 2. File names: docs/formats.md. Throws StorageError.
//
// What another process wrote to the store below kPower, before it died, is not made durable by a
// later kPower write here: the promise is the object's.
std::unique_ptr<Backend> OpenFileBackend(const std::filesystem::path& directory,
                                         FileSystem& file_system);

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_FILE_BACKEND_H_
