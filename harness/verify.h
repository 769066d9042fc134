// `datombench verify STORE`: is every stored byte what was written, and is it the right database?
#ifndef DATOMBENCH_HARNESS_VERIFY_H_
#define DATOMBENCH_HARNESS_VERIFY_H_

#include <filesystem>
#include <iosfwd>

#include "harness/input_error.h"

namespace datombench {

// Checks the frame of every object in the store, then connects and compares all six sequences,
// schema, max_tx and max_eid with what the writer left in the store's description. Prints one line
// an object that is damaged (its key readable, its class, what is wrong), one line a sequence
// (datoms, SHA-256), one line a verdict. Returns kFine, or kFailed where anything is wrong. Writes
// nothing into the store but what opening its backend writes. Throws InputError where `folder` is
// no store that this version reads, StorageError where it can't be opened (another process has it).
ExitStatus VerifyStore(const std::filesystem::path& folder, std::ostream& out);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_VERIFY_H_
