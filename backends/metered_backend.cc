#include "backends/metered_backend.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace datombench {
namespace {

size_t IndexOf(ObjectClass object_class) {
  const auto position = std::ranges::find(kObjectClasses, object_class);
  assert(position != kObjectClasses.end());
  return static_cast<size_t>(position - kObjectClasses.begin());
}

uint64_t IoUnits(uint64_t bytes) { return (bytes + kIoUnitBytes - 1) / kIoUnitBytes; }

}  // namespace

ClassIoCounters& ClassIoCounters::operator+=(const ClassIoCounters& other) {
  puts += other.puts;
  put_bytes += other.put_bytes;
  gets += other.gets;
  get_bytes += other.get_bytes;
  deletes += other.deletes;
  scans += other.scans;
  return *this;
}

ClassIoCounters& ClassIoCounters::operator-=(const ClassIoCounters& other) {
  puts -= other.puts;
  put_bytes -= other.put_bytes;
  gets -= other.gets;
  get_bytes -= other.get_bytes;
  deletes -= other.deletes;
  scans -= other.scans;
  return *this;
}

ClassIoCounters& IoCounters::of(ObjectClass object_class) {
  return by_class[IndexOf(object_class)];
}

const ClassIoCounters& IoCounters::of(ObjectClass object_class) const {
  return by_class[IndexOf(object_class)];
}

ClassIoCounters IoCounters::Total() const {
  ClassIoCounters total;
  for (const ClassIoCounters& counters : by_class) {
    total += counters;
  }
  return total;
}

IoCounters& IoCounters::operator-=(const IoCounters& other) {
  for (size_t i = 0; i < by_class.size(); ++i) {
    by_class[i] -= other.by_class[i];
  }
  syncs -= other.syncs;
  io_units -= other.io_units;
  return *this;
}

IoCounters operator-(IoCounters later, const IoCounters& earlier) {
  later -= earlier;
  return later;
}

IoCounters MeteredBackend::counters() const {
  const std::scoped_lock lock(mutex_);
  return counters_;
}

std::optional<std::string> MeteredBackend::Get(std::string_view key) {
  std::optional<std::string> value = target().Get(key);
  CountGet(key, value ? value->size() : 0);
  return value;
}

uint64_t MeteredBackend::Write(const Batch& batch, Durability durability) {
  const uint64_t syncs = target().Write(batch, durability);
  const std::scoped_lock lock(mutex_);
  for (const Batch::Operation& operation : batch.operations()) {
    ClassIoCounters& counters = counters_.of(static_cast<ObjectClass>(operation.key.front()));
    if (operation.is_delete) {
      ++counters.deletes;
      continue;
    }
    const uint64_t bytes = operation.key.size() + operation.value.size();
    ++counters.puts;
    counters.put_bytes += bytes;
    counters_.io_units += IoUnits(bytes);
  }
  counters_.syncs += syncs;
  counters_.io_units += syncs;
  return syncs;
}

void MeteredBackend::Scan(std::string_view prefix, const Visitor& visit) {
  target().Scan(prefix, [&](std::string_view key, std::string_view value) {
    CountGet(key, value.size());
    visit(key, value);
  });
  CountScan(prefix);
}

void MeteredBackend::ScanKeys(std::string_view prefix, const KeyVisitor& visit) {
  target().ScanKeys(prefix, visit);
  CountScan(prefix);
}

void MeteredBackend::CountGet(std::string_view key, uint64_t value_bytes) {
  const std::optional<ObjectClass> object_class = ObjectClassOf(key);
  if (!object_class) {
    return;  // only a damaged store has such a key; the frame's check reports it
  }
  const uint64_t bytes = key.size() + value_bytes;
  const std::scoped_lock lock(mutex_);
  ClassIoCounters& counters = counters_.of(*object_class);
  ++counters.gets;
  counters.get_bytes += bytes;
  counters_.io_units += IoUnits(bytes);
}

void MeteredBackend::CountScan(std::string_view prefix) {
  const std::scoped_lock lock(mutex_);
  for (const ObjectClass object_class : kObjectClasses) {
    if (prefix.empty() || prefix.front() == static_cast<char>(object_class)) {
      ++counters_.of(object_class).scans;
    }
  }
}

}  // namespace datombench
