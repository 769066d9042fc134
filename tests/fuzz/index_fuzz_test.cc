// The fuzzer's corpus and its finds, replayed: on every index, whichever one the input names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/index_machine.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> Inputs() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(DATOMBENCH_SOURCE_DIR "/tests/data/fuzz/index")) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<uint8_t> BytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(IndexFuzzTest, EveryIndexDoesWhatItsModelDoesOnTheCorpus) {
  const std::vector<fs::path> inputs = Inputs();
  EXPECT_GE(inputs.size(), 10u);
  for (const fs::path& path : inputs) {
    const std::vector<uint8_t> bytes = BytesOf(path);
    for (const IndexKind* kind : AllIndexes()) {
      SCOPED_TRACE(path.filename().string());
      EXPECT_NO_THROW(RunIndexInput(bytes, kind));
    }
  }
}

}  // namespace
}  // namespace datombench
