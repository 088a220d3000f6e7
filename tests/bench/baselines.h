// What the databases themselves can do with the same bytes.

#ifndef VG_TESTS_BENCH_BASELINES_H_
#define VG_TESTS_BENCH_BASELINES_H_

#include <string>

#include "absl/status/statusor.h"

#include "tests/bench/workload.h"

namespace vg::bench {

// One prepared INSERT per row into a table (id, content) of the SQLite file `path`, which is made;
// one transaction per batch, WAL, synchronous FULL. Rows per second.
absl::StatusOr<double> InsertPlainly(const std::string& path, const Batches& batches, int messages);

// One COPY of all rows, in libpq's text format, into a new table (id, content). Rows per second.
absl::StatusOr<double> CopyPlainly(const std::string& url, const Batches& batches, int messages);

}  // namespace vg::bench

#endif  // VG_TESTS_BENCH_BASELINES_H_
