// A Contender is one ordered set of datoms behind the few operations that bench_index measures.
#ifndef DATOMBENCH_HARNESS_BENCH_INDEX_CONTENDER_H_
#define DATOMBENCH_HARNESS_BENCH_INDEX_CONTENDER_H_

#include <cassert>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "index/datom_order.h"

namespace datombench {

// Thread safety: one thread. Calls carry batches, so that the virtual call is not what is measured.
class Contender {
 public:
  virtual ~Contender() = default;

  // Replaces the contents by `datoms`, which ascend.
  virtual void BulkBuild(std::span<const Datom> datoms) = 0;

  // One transaction, for which the former version is given up.
  virtual void Insert(std::span<const Datom> datoms) = 0;
  // The same, and the former version stays until the new one is there, as where somebody reads it.
  // REQUIRES: ContenderKind::keeps_versions.
  virtual void InsertBesideReader(std::span<const Datom>) { assert(!"keeps no versions"); }
  // The same, and the former version stays for as long as the contender lives.
  // REQUIRES: ContenderKind::keeps_versions.
  virtual void InsertAndKeep(std::span<const Datom>) { assert(!"keeps no versions"); }

  // Lets go of the versions that InsertAndKeep kept.
  virtual void ForgetKept() {}

  // How many of `datoms` are there, each found with a descent of its own.
  virtual uint64_t CountFound(std::span<const Datom> datoms) const = 0;

  // The sum of all entity ids, in order: reads every datom.
  virtual uint64_t Scan() const = 0;

  virtual uint64_t size() const = 0;
};

struct ContenderKind {
  std::string_view name;  // as in a row's name
  bool inserts;           // false: a structure that is built once
  bool keeps_versions;    // whether InsertBesideReader and InsertAndKeep do
  uint64_t most_datoms;   // beyond, building it would take most of the run
  std::unique_ptr<Contender> (*make)(const DatomOrder& order);
};

// The indexes of this project and their peers, which are built with the same flags.
std::span<const ContenderKind> AllContenders();

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_BENCH_INDEX_CONTENDER_H_
