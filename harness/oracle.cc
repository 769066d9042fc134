#include "harness/oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <string_view>

#include "backends/error.h"
#include "harness/sha256.h"
#include "index/sequence_text.h"

namespace datombench {
namespace {

// Text is hashed and dropped in pieces of about this size.
constexpr size_t kHashedAtOnceBytes = 1 << 16;

// Reads a sequence datom by datom, whatever runs its cursor gives.
class Reader {
 public:
  explicit Reader(const Index& index) : cursor_(index.All()) {}

  // nullptr at the end; valid until the next call.
  const Datom* Next() {
    if (run_.empty()) run_ = cursor_->Next();
    if (run_.empty()) return nullptr;
    const Datom* datom = &run_.front();
    run_ = run_.subspan(1);
    return datom;
  }

 private:
  std::unique_ptr<Cursor> cursor_;
  std::span<const Datom> run_;
};

bool SameContent(const Value& x, const Value& y) {
  if (x.type() != y.type()) return false;
  return IsOutOfLine(x.type()) ? x.AsBytes() == y.AsBytes() : x.bits() == y.bits();
}

// Idents are compared once for each pair of ids that meet, not once for each datom.
class SameIdent {
 public:
  SameIdent(const Attributes& expected, const Attributes& actual)
      : expected_(expected), actual_(actual) {}

  bool operator()(AttributeId expected, AttributeId actual) {
    if (expected >= partner_.size()) partner_.resize(expected + 1, kNoAttribute);
    if (partner_[expected] == actual) return true;
    if (actual >= actual_.end() || expected_.Ident(expected) != actual_.Ident(actual)) return false;
    partner_[expected] = actual;
    return true;
  }

 private:
  const Attributes& expected_;
  const Attributes& actual_;
  std::vector<AttributeId> partner_;
};

std::string Line(const Datom& datom, const Attributes& attributes) {
  std::string text;
  AppendDatomText(datom, attributes, &text);
  text.pop_back();
  std::replace(text.begin(), text.end(), '\t', ' ');
  return "[" + text + "]";
}

std::string Line(const Datom* datom, const Index& index) {
  return datom == nullptr ? "nothing, the sequence ends" : Line(*datom, index.order().attributes());
}

// One line an attribute that is declared, by ident.
using SchemaLines = std::map<std::string, std::string>;

SchemaLines LinesOf(const Schema& schema, const Attributes& attributes) {
  static constexpr std::string_view kUnique[] = {"-", "identity", "value"};
  SchemaLines lines;
  for (AttributeId a = kFirstAttribute; a < schema.end(); ++a) {
    const AttributeProperties& properties = schema[a];
    if (!properties.is_declared()) continue;
    lines[attributes.Ident(a)] = fmt::format(
        "{} {} unique {} index {} component {} noHistory {}", ValueTypeName(properties.value_type),
        properties.cardinality == Cardinality::kOne ? "one" : "many",
        kUnique[static_cast<size_t>(properties.unique)], properties.index, properties.is_component,
        properties.no_history);
  }
  return lines;
}

std::optional<std::string> FirstDifference(const SchemaLines& expected, const SchemaLines& actual) {
  for (const auto& [ident, line] : expected) {
    const auto found = actual.find(ident);
    if (found == actual.end()) return fmt::format("schema: {} is not declared", ident);
    if (found->second != line) {
      return fmt::format("schema: {} is {}, expected {}", ident, found->second, line);
    }
  }
  for (const auto& [ident, line] : actual) {
    if (!expected.contains(ident)) {
      return fmt::format("schema: {} is declared ({}), expected not to be", ident, line);
    }
  }
  return std::nullopt;
}

std::optional<std::string> NumbersDiffer(TxId expected_max_tx, EntityId expected_max_eid,
                                         TxId actual_max_tx, EntityId actual_max_eid) {
  if (expected_max_tx != actual_max_tx) {
    return fmt::format("max_tx is {}, expected {}", actual_max_tx, expected_max_tx);
  }
  if (expected_max_eid != actual_max_eid) {
    return fmt::format("max_eid is {}, expected {}", actual_max_eid, expected_max_eid);
  }
  return std::nullopt;
}

std::string MissingIndex(IndexName name, bool is_expected) {
  return fmt::format("{}: {}", IndexNameText(name),
                     is_expected ? "there is no such index, expected one"
                                 : "there is such an index, expected none");
}

}  // namespace

std::optional<std::string> FirstDifference(IndexName name, const Index& expected,
                                           const Index& actual) {
  SameIdent same_ident(expected.order().attributes(), actual.order().attributes());
  Reader expected_reader(expected);
  Reader actual_reader(actual);
  uint64_t read = 0;
  for (;; ++read) {
    const Datom* x = expected_reader.Next();
    const Datom* y = actual_reader.Next();
    if (x == nullptr && y == nullptr) break;
    if (x != nullptr && y != nullptr && x->e() == y->e() &&
        x->tx_and_added() == y->tx_and_added() && same_ident(x->a(), y->a()) &&
        SameContent(x->v(), y->v())) {
      continue;
    }
    return fmt::format("{}: datom {} is {}, expected {}", IndexNameText(name), read,
                       Line(y, actual), Line(x, expected));
  }
  if (expected.size() == read && actual.size() == read) return std::nullopt;
  return fmt::format("{}: holds {} datoms and says {}, expected to say {}", IndexNameText(name),
                     read, actual.size(), expected.size());
}

std::optional<std::string> FirstDifference(const Db& expected, const Db& actual) {
  for (const IndexName name : kIndexNames) {
    if (expected.has(name) != actual.has(name)) return MissingIndex(name, expected.has(name));
    if (!expected.has(name)) continue;
    if (auto difference = FirstDifference(name, *expected.index(name), *actual.index(name))) {
      return difference;
    }
  }
  if (auto difference = FirstDifference(LinesOf(*expected.schema, *expected.lineage->attributes),
                                        LinesOf(*actual.schema, *actual.lineage->attributes))) {
    return difference;
  }
  return NumbersDiffer(expected.max_tx, expected.max_eid, actual.max_tx, actual.max_eid);
}

Fingerprint::Sequence FingerprintOf(const Index& index) {
  const Attributes& attributes = index.order().attributes();
  Fingerprint::Sequence sequence;
  Sha256 hash;
  std::string text;
  const auto cursor = index.All();
  for (auto run = cursor->Next(); !run.empty(); run = cursor->Next()) {
    sequence.datoms += run.size();
    for (const Datom& datom : run) {
      AppendDatomText(datom, attributes, &text);
      if (text.size() < kHashedAtOnceBytes) continue;
      hash.Update(text);
      text.clear();
    }
  }
  hash.Update(text);
  if (sequence.datoms != index.size()) {
    throw CorruptionError(
        fmt::format("an index holds {} datoms and says {}", sequence.datoms, index.size()));
  }
  sequence.sha256 = hash.Hex();
  return sequence;
}

Fingerprint FingerprintOf(const Db& db) {
  Fingerprint fingerprint;
  for (const IndexName name : kIndexNames) {
    if (db.has(name)) {
      fingerprint.sequences[static_cast<size_t>(name)] = FingerprintOf(*db.index(name));
    }
  }
  Sha256 hash;
  for (const auto& [ident, line] : LinesOf(*db.schema, *db.lineage->attributes)) {
    hash.Update(ident + " " + line + "\n");
  }
  fingerprint.schema_sha256 = hash.Hex();
  fingerprint.max_tx = db.max_tx;
  fingerprint.max_eid = db.max_eid;
  return fingerprint;
}

std::optional<std::string> FirstDifference(const Fingerprint& expected, const Fingerprint& actual) {
  for (const IndexName name : kIndexNames) {
    const auto& x = expected.sequences[static_cast<size_t>(name)];
    const auto& y = actual.sequences[static_cast<size_t>(name)];
    if (x.has_value() != y.has_value()) return MissingIndex(name, x.has_value());
    if (x == y) continue;
    return fmt::format("{}: {} datoms with SHA-256 {}, expected {} with {}", IndexNameText(name),
                       y->datoms, y->sha256, x->datoms, x->sha256);
  }
  if (expected.schema_sha256 != actual.schema_sha256) {
    return fmt::format("schema: SHA-256 {}, expected {}", actual.schema_sha256,
                       expected.schema_sha256);
  }
  return NumbersDiffer(expected.max_tx, expected.max_eid, actual.max_tx, actual.max_eid);
}

}  // namespace datombench
