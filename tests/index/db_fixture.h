// A database for tests that are read like a conversation: operations in, lines of text out.
#ifndef DATOMBENCH_TESTS_INDEX_DB_FIXTURE_H_
#define DATOMBENCH_TESTS_INDEX_DB_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "index/db.h"
#include "index/replay.h"
#include "index/sequence_text.h"
#include "index/transactor.h"
#include "tests/support/database_model.h"

namespace datombench {

// Attributes are declared on entities from here on.
inline constexpr EntityId kAttributeEntities = 1000;

class TestDb {
 public:
  explicit TestDb(const DbOptions& options, std::string_view index = "flat_index",
                  uint32_t branching_factor = 512)
      : db(Db::Empty(std::make_shared<Lineage>(
            options, *FindIndex(index), IndexOptions{.branching_factor = branching_factor}))) {}

  Value String(std::string_view text) { return arena_.Intern(ValueType::kString, text); }
  Value Keyword(std::string_view text) {
    return arena_.Intern(ValueType::kKeyword, KeywordBytes(text));
  }

  // The texts must outlive the call of Transact.
  static Operation Add(EntityId e, std::string_view a, const Value& v) {
    return {Operation::Kind::kAdd, e, a, v};
  }
  static Operation Retract(EntityId e, std::string_view a, const Value& v) {
    return {Operation::Kind::kRetract, e, a, v};
  }
  static Operation RetractEntity(EntityId e) {
    return {Operation::Kind::kRetractEntity, e, {}, {}};
  }

  // Declares an attribute in a transaction of its own; `properties` are further datoms, such as
  // {":db/cardinality", ":db.cardinality/many"} or {":db/index", "true"}.
  void Declare(std::string_view ident, std::string_view type,
               std::vector<std::pair<std::string_view, std::string_view>> properties = {}) {
    const EntityId e = next_attribute_entity_++;
    std::vector<Operation> operations = {
        Add(e, ":db/ident", Keyword(ident)),
        Add(e, ":db/valueType", Keyword(":db.type/" + std::string(type)))};
    for (const auto& [a, v] : properties) {
      operations.push_back(Add(e, a, v == "true" ? Value::Boolean(true) : Keyword(v)));
    }
    Transact(operations);
  }

  // Transacts and moves on to the result.
  TxReport Transact(std::vector<Operation> operations) {
    TxReport report = datombench::Transact(db, {std::move(operations), kInstant});
    db = report.db_after;
    return report;
  }

  // What Transact says when it refuses; "" if it doesn't.
  std::string Refusal(std::vector<Operation> operations) const {
    try {
      datombench::Transact(db, {std::move(operations), kInstant});
      return "";
    } catch (const TransactionError& error) {
      return error.what();
    }
  }

  // "17 :name Ivan t3+": transactions count from the database's first.
  std::string Text(const Datom& d) const {
    std::string text;
    AppendDatomText(d.WithTx(d.tx() - kTx0, d.added()), *db.lineage->attributes, &text);
    std::replace(text.begin(), text.end(), '\t', ' ');
    const std::string sign = text.substr(text.size() - 2, 1);
    const size_t tx = text.rfind(' ', text.size() - 4);
    return text.substr(0, tx + 1) + "t" + text.substr(tx + 1, text.size() - tx - 4) + sign;
  }

  std::vector<std::string> Texts(std::span<const Datom> datoms) const {
    std::vector<std::string> texts;
    for (const Datom& d : datoms) texts.push_back(Text(d));
    return texts;
  }

  // An index without the datoms of attributes and transactions.
  std::vector<std::string> User(IndexName name) const {
    std::vector<std::string> texts;
    const auto cursor = db.index(name)->All();
    for (auto run = cursor->Next(); !run.empty(); run = cursor->Next()) {
      for (const Datom& d : run) {
        if (d.e() < kAttributeEntities) texts.push_back(Text(d));
      }
    }
    return texts;
  }

  // tx_data without the transaction's instant.
  std::vector<std::string> Deltas(const TxReport& report) const {
    std::vector<std::string> texts;
    for (const Datom& d : report.tx_data) {
      if (d.a() != db.schema->builtin().tx_instant) texts.push_back(Text(d));
    }
    return texts;
  }

  Db db;

 private:
  static constexpr int64_t kInstant = 1'000'000'000'000;
  ValueArena arena_;
  EntityId next_attribute_entity_ = kAttributeEntities;
};

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_INDEX_DB_FIXTURE_H_
