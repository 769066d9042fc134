// What the workloads' tests share: a folder that goes away, small traces in it, and the text of a
// workload's transactions.
#ifndef DATOMBENCH_TESTS_WORKLOADS_FIXTURE_H_
#define DATOMBENCH_TESTS_WORKLOADS_FIXTURE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temporary_directory.h"
#include "workloads/workload.h"

namespace datombench::testing {

class WorkloadTest : public ::testing::Test {
 protected:
  const std::filesystem::path& folder() const { return directory_.path(); }
  // Writes a file into the folder; returns its path.
  std::filesystem::path WriteFile(const std::string& name, std::string_view bytes) const;

 private:
  TemporaryDirectory directory_;
};

std::string ReadFile(const std::filesystem::path& path);
// The file's bytes, decompressed where they are zstd.
std::string ReadDecompressed(const std::filesystem::path& path);
std::string Compress(std::string_view bytes);

std::filesystem::path ShippedTraces();

// The message of the WorkloadError that `action` throws, "" if it throws none.
std::string WorkloadErrorOf(const std::function<void()>& action);

// A line for each operation: transaction (from 0) op e a v, with TABs; before each transaction a
// line `@ INSTANT`.
std::string TextOf(const Transaction& transaction, uint64_t number);
std::string TextOf(Workload& workload);
// Each transaction's text.
std::vector<std::string> TransactionTexts(Workload& workload);

// FNV-1a, 64 bits.
uint64_t HashOf(std::string_view text);

std::unique_ptr<Workload> MakeWorkload(std::string_view kind, const WorkloadParameters& parameters);

}  // namespace datombench::testing

#endif  // DATOMBENCH_TESTS_WORKLOADS_FIXTURE_H_
