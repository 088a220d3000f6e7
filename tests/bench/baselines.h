// What the databases themselves can do with the same bytes.

#ifndef VG_TESTS_BENCH_BASELINES_H_
#define VG_TESTS_BENCH_BASELINES_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "tests/bench/workload.h"

namespace vg::bench {

// A table (id, content) of a SQLite file, straight through its library: what common/sql does is
// part of what is measured. WAL, synchronous FULL.
class PlainTable {
 public:
  // Makes the file.
  static absl::StatusOr<std::unique_ptr<PlainTable>> Create(const std::string& path);
  virtual ~PlainTable() = default;

  // One prepared INSERT per row, all in one transaction.
  virtual absl::Status Insert(std::span<const std::string> rows) = 0;
};

// Inserts batch after batch into a table of the SQLite file `path`, which is made. Rows per second.
absl::StatusOr<double> InsertPlainly(const std::string& path, const Batches& batches, int messages);

// One COPY of all rows, in libpq's text format, into a new table (id, content). Rows per second.
absl::StatusOr<double> CopyPlainly(const std::string& url, const Batches& batches, int messages);

}  // namespace vg::bench

#endif  // VG_TESTS_BENCH_BASELINES_H_
