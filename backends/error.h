// The errors that storage can raise; thrown by backends/ and the codecs, caught at the cell and in
// main.
#ifndef DATOMBENCH_BACKENDS_ERROR_H_
#define DATOMBENCH_BACKENDS_ERROR_H_

#include <stdexcept>
#include <string>

namespace datombench {

// The store could not do what was asked: I/O error, full disk, held lock, another version, a write
// after a failed sync. The message is one line: what, where, what was expected.
class StorageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Stored bytes are not what was written: the message names the object and the place in it.
class CorruptionError : public StorageError {
 public:
  using StorageError::StorageError;
};

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_ERROR_H_
