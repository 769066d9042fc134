// Datoms, nodes, records and segments of every shape, for tests of codecs.
#ifndef DATOMBENCH_TESTS_STRATEGIES_DATOM_SAMPLES_H_
#define DATOMBENCH_TESTS_STRATEGIES_DATOM_SAMPLES_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "index/value_arena.h"
#include "strategies/codec/codec.h"

namespace datombench {

class DatomSamples {
 public:
  explicit DatomSamples(uint64_t seed) : random_(seed) {}

  uint64_t Below(uint64_t n) { return random_() % n; }

  Datom Random() {
    // An attribute's values have one type nearly always, as in a database.
    const auto a = static_cast<AttributeId>(kFirstAttribute + Below(12));
    const auto type = static_cast<ValueType>(1 + (OneIn(50) ? Below(9) : a % 9));
    const EntityId e = OneIn(20) ? random_() : 1 + Below(500);
    const TxId tx = OneIn(20) ? random_() % (kMaxTx + 1) : kTx0 + 1 + Below(300);
    return {e, a, RandomValue(type), tx, !OneIn(3)};
  }

  std::vector<Datom> Random(size_t count) {
    std::vector<Datom> datoms;
    for (size_t i = 0; i < count; ++i) datoms.push_back(Random());
    return datoms;
  }

  NodeContents RandomNode(size_t keys) {
    NodeContents node;
    node.level = static_cast<uint32_t>(Below(4));
    node.keys = Random(keys);
    if (node.level > 0) {
      for (size_t i = 0; i < keys; ++i) node.children.push_back(1 + Below(1'000'000));
    }
    return node;
  }

  // A branch with a buffer of `edits`.
  NodeContents RandomBufferingNode(size_t keys, size_t edits) {
    NodeContents node = RandomNode(keys);
    node.level = static_cast<uint32_t>(1 + Below(3));
    node.children.clear();
    for (size_t i = 0; i < keys; ++i) node.children.push_back(1 + Below(1'000'000));
    for (const Datom& datom : Random(edits)) {
      const bool is_erased = OneIn(3);
      node.buffer.push_back(
          {is_erased ? IndexEdit::Kind::kErase : IndexEdit::Kind::kInsert, datom});
    }
    return node;
  }

  RecordContents RandomRecordWithRoots() {
    RecordContents record = RandomRecord();
    for (std::string& node : record.root_nodes) {
      if (!OneIn(3)) node = RandomText();
    }
    record.root_nodes[Below(kIndexCount)] = "a node";
    return record;
  }

  RecordContents RandomRecord() {
    RecordContents record;
    record.strategy = "dirty_node_tree";
    record.options = {OneIn(2), OneIn(2) ? Semantics::kCurrent : Semantics::kDatahike6c1468fd};
    record.index = "sorted_set";
    record.branching_factor = static_cast<uint32_t>(Below(1024));
    record.max_tx = kTx0 + Below(1000);
    record.max_eid = Below(1000);
    record.commits = random_();
    for (uint64_t& root : record.roots) root = Below(1'000'000);
    for (uint64_t& size : record.sizes) size = random_();
    for (size_t i = Below(8); i > 0; --i) record.extra.push_back(random_());
    record.attributes = RandomAttributes(kFirstAttribute);
    return record;
  }

  AttributeTable RandomAttributes(AttributeId first_id) {
    AttributeTable table;
    table.first_id = first_id;
    for (size_t i = Below(40); i > 0; --i) {
      AttributeTable::Entry entry;
      entry.ident = ":n" + std::to_string(Below(10)) + "/" + std::to_string(i);
      entry.properties = {.value_type = static_cast<ValueType>(Below(10)),
                          .cardinality = static_cast<Cardinality>(Below(2)),
                          .unique = static_cast<Unique>(Below(3)),
                          .index = OneIn(2),
                          .is_component = OneIn(2),
                          .no_history = OneIn(2)};
      table.entries.push_back(entry);
    }
    return table;
  }

  LogSegment RandomSegment() {
    LogSegment segment;
    segment.new_attributes = RandomAttributes(17);
    TxId tx = kTx0 + Below(100);
    for (size_t i = Below(20); i > 0; --i) {
      const auto datoms = static_cast<uint32_t>(Below(200));
      segment.transactions.push_back({tx += 1 + Below(2), random_(), datoms});
      const std::vector<Datom> deltas = Random(datoms);
      segment.deltas.insert(segment.deltas.end(), deltas.begin(), deltas.end());
    }
    return segment;
  }

 private:
  bool OneIn(uint64_t n) { return Below(n) == 0; }

  std::string RandomText() {
    static const std::string kStems[] = {"", "docs/", "src/a/rather/long/path/of/a/file/", "x"};
    return kStems[Below(4)] + std::string(OneIn(30) ? Below(700) : 0, 'y') +
           std::to_string(Below(200));
  }

  Value RandomValue(ValueType type) {
    switch (type) {
      case ValueType::kDouble:
        return Value::Double(OneIn(3) ? static_cast<double>(random_()) * -1e-3
                                      : static_cast<double>(Below(100)) / 4);
      case ValueType::kBoolean:
        return Value::Boolean(OneIn(2));
      case ValueType::kUuid: {
        std::string bytes(16, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random_());
        return values_.Intern(type, bytes);
      }
      case ValueType::kKeyword:
        return values_.Intern(type, KeywordBytes(":status/" + std::to_string(Below(6))));
      case ValueType::kString:
      case ValueType::kBytes:
        return values_.Intern(type, RandomText());
      default:
        return {type, OneIn(10) ? random_() : Below(1000)};
    }
  }

  std::mt19937_64 random_;
  ValueArena values_;
};

inline bool SameDatom(const Datom& x, const Datom& y) {
  if (x.e() != y.e() || x.a() != y.a() || x.tx_and_added() != y.tx_and_added() ||
      x.v().type() != y.v().type()) {
    return false;
  }
  return IsOutOfLine(x.v().type()) ? x.v().AsBytes() == y.v().AsBytes()
                                   : x.v().bits() == y.v().bits();
}

inline bool SameEdits(std::span<const IndexEdit> x, std::span<const IndexEdit> y) {
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [](const IndexEdit& edit, const IndexEdit& other) {
                      return edit.kind == other.kind && SameDatom(edit.datom, other.datom);
                    });
}

inline ::testing::AssertionResult SameDatoms(std::span<const Datom> x, std::span<const Datom> y) {
  if (x.size() != y.size()) {
    return ::testing::AssertionFailure() << x.size() << " datoms against " << y.size();
  }
  for (size_t i = 0; i < x.size(); ++i) {
    if (!SameDatom(x[i], y[i])) return ::testing::AssertionFailure() << "datom " << i << " differs";
  }
  return ::testing::AssertionSuccess();
}

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_STRATEGIES_DATOM_SAMPLES_H_
