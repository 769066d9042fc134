// What tests of the harness share: small databases, workloads from a list, scripts in the place of
// the program.
#ifndef DATOMBENCH_TESTS_HARNESS_HARNESS_FIXTURE_H_
#define DATOMBENCH_TESTS_HARNESS_HARNESS_FIXTURE_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "index/db.h"
#include "index/registry.h"
#include "index/transactor.h"
#include "workloads/workload.h"

namespace datombench {

// Owns the values of operations that outlive the call that makes them.
class OperationMaker {
 public:
  Operation AddString(EntityId e, std::string_view attribute, std::string_view text) {
    return {Operation::Kind::kAdd, e, attribute, values_.Intern(ValueType::kString, text)};
  }
  Operation AddKeyword(EntityId e, std::string_view attribute, std::string_view text) {
    return {Operation::Kind::kAdd, e, attribute,
            values_.Intern(ValueType::kKeyword, KeywordBytes(text))};
  }
  Operation RetractString(EntityId e, std::string_view attribute, std::string_view text) {
    return {Operation::Kind::kRetract, e, attribute, values_.Intern(ValueType::kString, text)};
  }

  // Declares `:name`, a string of cardinality one, as entity 1.
  Transaction Schema() {
    return {{AddKeyword(1, ":db/ident", ":name"), AddKeyword(1, ":db/valueType", ":db.type/string"),
             AddKeyword(1, ":db/cardinality", ":db.cardinality/one")},
            1000};
  }
  // Schema, then `names` as those of entities 10, 11, ..., one a transaction.
  std::vector<Transaction> Names(const std::vector<std::string>& names) {
    std::vector<Transaction> transactions = {Schema()};
    for (const std::string& name : names) {
      const EntityId e = 9 + transactions.size();
      transactions.push_back({{AddString(e, ":name", name)}, 2000});
    }
    return transactions;
  }

 private:
  ValueArena values_;
};

// The database after `transactions`. `first_idents` get the first attribute ids, so that equal
// databases may have unequal ids.
inline Db DatabaseOf(const std::vector<Transaction>& transactions, const DbOptions& options = {},
                     const std::vector<std::string>& first_idents = {},
                     std::string_view index = "flat_index") {
  const auto lineage = std::make_shared<Lineage>(options, *FindIndex(index), IndexOptions());
  for (const std::string& ident : first_idents) lineage->attributes->Intern(ident);
  Db db = Db::Empty(lineage);
  for (const Transaction& transaction : transactions) db = Transact(db, transaction).db_after;
  return db;
}

// Transactions from a list. `load`: as Workload::load_transactions.
class ListWorkload : public Workload {
 public:
  explicit ListWorkload(std::vector<Transaction> transactions)
      : transactions_(std::move(transactions)) {}
  const Transaction* Next() override {
    return next_ < transactions_.size() ? &transactions_[next_++] : nullptr;
  }

 private:
  const std::vector<Transaction> transactions_;
  size_t next_ = 0;
};

inline std::string TextOf(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void WriteText(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path) << text;
}

// An executable shell script of these lines.
inline std::filesystem::path MakeScript(const std::filesystem::path& path, std::string_view lines) {
  WriteText(path, "#!/bin/sh\n" + std::string(lines) + "\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_HARNESS_HARNESS_FIXTURE_H_
