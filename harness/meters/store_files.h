// The files of a store.
#ifndef DATOMBENCH_HARNESS_METERS_STORE_FILES_H_
#define DATOMBENCH_HARNESS_METERS_STORE_FILES_H_

#include <filesystem>
#include <vector>

namespace datombench {

// Every regular file under `directory`, unordered; none where there is no such directory. Throws
// StorageError.
std::vector<std::filesystem::path> StoreFiles(const std::filesystem::path& directory);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_METERS_STORE_FILES_H_
