#include "tests/workloads/fixture.h"

#include <fmt/format.h>
#include <zstd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "workloads/input_file.h"

namespace datombench::testing {

std::filesystem::path WorkloadTest::WriteFile(const std::string& name,
                                              std::string_view bytes) const {
  std::ofstream file(folder() / name, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file) throw std::runtime_error("can't write " + name);
  return folder() / name;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("can't read " + path.string());
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::string ReadDecompressed(const std::filesystem::path& path) {
  InputFile file(path);
  std::string bytes;
  std::vector<char> buffer(1 << 16);
  while (const size_t got = file.Read(buffer)) bytes.append(buffer.data(), got);
  return bytes;
}

std::string Compress(std::string_view bytes) {
  std::string compressed(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size =
      ZSTD_compress(compressed.data(), compressed.size(), bytes.data(), bytes.size(), 3);
  if (ZSTD_isError(size)) throw std::runtime_error(ZSTD_getErrorName(size));
  compressed.resize(size);
  return compressed;
}

std::filesystem::path ShippedTraces() {
  return std::filesystem::path(DATOMBENCH_SOURCE_DIR) / "workloads" / "traces";
}

std::string WorkloadErrorOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const WorkloadError& error) {
    return error.what();
  }
  return "";
}

std::string TextOf(const Transaction& transaction, uint64_t number) {
  std::string text = fmt::format("@ {}\n", transaction.instant);
  for (const Operation& operation : transaction.operations) {
    constexpr std::string_view kKinds = "+-x";
    fmt::format_to(std::back_inserter(text), "{}\t{}\t{}\t{}\t", number,
                   kKinds[static_cast<size_t>(operation.kind)], operation.e, operation.attribute);
    if (operation.kind != Operation::Kind::kRetractEntity) AppendValueText(operation.v, &text);
    text += '\n';
  }
  return text;
}

std::vector<std::string> TransactionTexts(Workload& workload) {
  std::vector<std::string> texts;
  while (const Transaction* transaction = workload.Next()) {
    texts.push_back(TextOf(*transaction, texts.size()));
  }
  return texts;
}

std::string TextOf(Workload& workload) {
  std::string all;
  for (const std::string& text : TransactionTexts(workload)) all += text;
  return all;
}

uint64_t HashOf(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

std::unique_ptr<Workload> MakeWorkload(std::string_view kind,
                                       const WorkloadParameters& parameters) {
  return FindWorkload(kind)->make(parameters);
}

}  // namespace datombench::testing
