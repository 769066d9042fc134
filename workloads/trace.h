// A TraceReader streams a DTL1 trace, the transaction log of one database (docs/trace-format.md).
#ifndef DATOMBENCH_WORKLOADS_TRACE_H_
#define DATOMBENCH_WORKLOADS_TRACE_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/datom.h"
#include "workloads/line_reader.h"
#include "workloads/trace_schema.h"
#include "workloads/value_buffer.h"

namespace datombench {

// One line of a trace.
struct TraceDatom {
  EntityId e = 0;
  Value v;
  uint64_t line = 0;       // where it stands, from 1
  uint32_t attribute = 0;  // in the trace's schema
  bool added = false;
};

struct TraceTransaction {
  TxId id = 0;          // as in the file
  uint64_t number = 0;  // the first has 1
  int64_t instant = 0;  // its `:db/txInstant`, whose datom isn't among `datoms`
  std::vector<TraceDatom> datoms;
};

// Memory: the largest transaction, a zstd window, and 16 bytes for each gap in the transaction ids.
//
// Checked, each violation a WorkloadError of one line, FILE:LINE: what was expected and what is
// there: the header, UTF-8, five fields, the types of the values, known attributes, entity ids,
// transaction ids rising (gaps are fine: `number` closes them), a transaction's first line its
// `:db/txInstant` and no second one, instants never falling, refs to transactions that have been,
// the end line and its three counts, nothing behind it. Not checked, because it takes a memory of
// the whole trace: that a retraction names a datom that is there and an assertion one that isn't
// (TraceStatistics does).
//
// Thread safety: one thread.
class TraceReader {
 public:
  // Reads the header and the schema file, which lies beside the trace. Throws WorkloadError.
  explicit TraceReader(const std::filesystem::path& path);
  TraceReader(const TraceReader&) = delete;
  TraceReader& operator=(const TraceReader&) = delete;

  const std::string& name() const { return name_; }
  // The other lines of the header, without `#`: "source ...".
  const std::vector<std::string>& remarks() const { return remarks_; }
  const TraceSchema& schema() const { return schema_; }

  // The next transaction, valid until the next call, or nullptr at the end of a complete trace.
  const TraceTransaction* Next();

  // The number of the transaction with this id; nullopt if none has it so far.
  std::optional<uint64_t> NumberOf(TxId id) const;

  // Bytes read, decompressed; after the end, the size of the trace.
  uint64_t read_bytes() const { return lines_.read_bytes(); }
  const std::filesystem::path& path() const { return lines_.path(); }

  // Throws a WorkloadError about a line of this trace.
  [[noreturn]] void FailAt(uint64_t line, std::string_view message) const;

 private:
  struct Fields {
    std::string_view tx, op, e, a, v;
  };
  // Transaction ids without a gap: first_id has first_number, the next id the next number, ...
  struct Run {
    TxId first_id;
    uint64_t first_number;
  };

  TraceSchema ReadHeader();
  std::string HeaderField(std::string_view key);
  bool NextLine();
  void RequireLine();
  Fields Split() const;
  TxId ParseTx(std::string_view text) const;
  void BeginTransaction(const Fields& fields);
  void ReadInstant(const Fields& fields);
  void ReadDatom(const Fields& fields);
  bool ParseOperation(std::string_view text) const;
  EntityId ParseEntity(std::string_view text) const;
  uint32_t FindAttribute(std::string_view text);
  Value ParseValue(uint32_t attribute, std::string_view text);
  void RequireReferable(EntityId e, std::string_view text) const;
  void ReadEnd();

  LineReader lines_;
  std::string_view line_;  // the line to be read next
  bool has_line_ = false;
  std::string name_;
  std::vector<std::string> remarks_;
  const TraceSchema schema_;
  const uint32_t tx_instant_;  // in schema_
  TraceTransaction transaction_;
  ValueBuffer values_;
  ParsedValue parsed_;  // keeps its memory from line to line
  std::vector<Run> runs_;
  // For each attribute the one that came after it last: the next one, nearly always.
  std::vector<uint32_t> successors_;
  uint32_t last_attribute_ = 0;
  uint64_t datoms_ = 0;
  uint64_t live_datoms_ = 0;
  bool ended_ = false;
};

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_TRACE_H_
