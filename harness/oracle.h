// The oracle decides whether two databases hold the same: every datom of all six sequences in
// order, schema, max_tx and max_eid. Nothing about a store is believed before it has agreed.
#ifndef DATOMBENCH_HARNESS_ORACLE_H_
#define DATOMBENCH_HARNESS_ORACLE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "index/db.h"

namespace datombench {

// The first difference between two databases in one readable line, nullopt if there is none.
// Compares element by element: attributes by ident, values by type and content, tx, added; then
// schema, max_tx, max_eid. The databases may belong to different lineages. Throws StorageError
// where a node has to be restored and can't be.
std::optional<std::string> FirstDifference(const Db& expected, const Db& actual);

// The same for two sequences alone.
std::optional<std::string> FirstDifference(IndexName name, const Index& expected,
                                           const Index& actual);

// The oracle's short form, for a reader that can't see the writer's memory.
struct Fingerprint {
  struct Sequence {
    uint64_t datoms = 0;
    std::string sha256;  // hex, of the sequence in the text form of index/sequence_text.h
    friend bool operator==(const Sequence&, const Sequence&) = default;
  };
  std::array<std::optional<Sequence>, kIndexCount> sequences;  // nullopt: no such index
  std::string schema_sha256;  // of the declared attributes' lines, by ident
  TxId max_tx = kTx0;
  EntityId max_eid = 0;
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

// Reads every datom once and keeps none. Throws StorageError; CorruptionError where an index holds
// another number of datoms than it says.
Fingerprint FingerprintOf(const Db& db);
Fingerprint::Sequence FingerprintOf(const Index& index);

std::optional<std::string> FirstDifference(const Fingerprint& expected, const Fingerprint& actual);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_ORACLE_H_
