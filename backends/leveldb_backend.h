// The `leveldb` backend: a log-structured merge tree.
#ifndef DATOMBENCH_BACKENDS_LEVELDB_BACKEND_H_
#define DATOMBENCH_BACKENDS_LEVELDB_BACKEND_H_

#include <filesystem>
#include <memory>

#include "backends/backend.h"
#include "backends/file_system.h"

namespace datombench {

// Opens the database in `directory`, creating it, and locks it. Batches are atomic. A kPower write
// costs one sync, two if earlier ones were weaker, one more for each log file that it begins.
// Stricter than Backend asks: any failed Write fences the store, because LevelDB would append
// after a torn record in its log. Throws StorageError, CorruptionError where LevelDB finds damage.
//
// LevelDB can't tell a log whose last record was lost or damaged from one that was cut off by a
// crash: such damage gives an older state, not an error.
std::unique_ptr<Backend> OpenLevelDbBackend(const std::filesystem::path& directory,
                                            FileSystem& file_system);

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_LEVELDB_BACKEND_H_
