// A TraceWriter writes a DTL1 trace and its schema file (docs/trace-format.md).
#ifndef DATOMBENCH_WORKLOADS_TRACE_WRITER_H_
#define DATOMBENCH_WORKLOADS_TRACE_WRITER_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "workloads/output_file.h"
#include "workloads/trace.h"

namespace datombench {

// The files of a trace in a folder.
struct TracePaths {
  TracePaths(const std::filesystem::path& folder, const std::string& name, bool compressed);

  // Throws WorkloadError where one of them is there already.
  void RequireAbsent() const;

  std::filesystem::path log;     // NAME.dtl.zst or NAME.dtl
  std::filesystem::path schema;  // NAME.schema.tsv
  std::filesystem::path stats;   // NAME.stats.json
};

// Equal transactions give equal bytes, before compression. No file is at its place before Finish.
//
// Thread safety: one thread. Throws WorkloadError where a file can't be written.
class TraceWriter {
 public:
  // `name` and the remarks, lines of the header such as "source ...", hold no line end.
  // REQUIRES: `schema` declares `:db/txInstant`, and outlives the writer.
  TraceWriter(const TracePaths& paths, const std::string& name,
              const std::vector<std::string>& remarks, const TraceSchema& schema);

  // Writes the `:db/txInstant`, then the datoms in the format's order, whatever theirs.
  // REQUIRES: ids rise, instants don't fall, and the datoms are effects (format, rules 3 and 4).
  void Write(const TraceTransaction& transaction);

  // Writes the end line and puts the files in place.
  void Finish();

 private:
  struct Line {
    const TraceDatom* datom;
    size_t begin, end;  // of the value's text in texts_
  };

  void RenderValues(const TraceTransaction& transaction);
  bool IsBefore(const Line& x, const Line& y) const;
  void AppendLine(TxId tx, bool added, EntityId e, const std::string& ident,
                  std::string_view value);

  const TraceSchema& schema_;
  OutputFile log_;
  OutputFile schema_file_;
  uint64_t transactions_ = 0;
  uint64_t datoms_ = 0;
  uint64_t live_datoms_ = 0;
  std::vector<Line> lines_;
  std::string texts_;
  std::string out_;
};

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_TRACE_WRITER_H_
