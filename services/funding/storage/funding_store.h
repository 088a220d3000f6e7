// Schemes, runs and allocations on disk.

#ifndef VG_SERVICES_FUNDING_STORAGE_FUNDING_STORE_H_
#define VG_SERVICES_FUNDING_STORAGE_FUNDING_STORE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/numeric/money.h"
#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/calculation/run.h"

namespace vg::funding {

class RunAttempt;

struct SchemeVersionRow {
  std::string scheme;
  int64_t version = 0;
  std::string digest;
  absl::Time publish_time;
  std::string content;  // Bytes that the caller can read.

  friend bool operator==(const SchemeVersionRow&, const SchemeVersionRow&) = default;
};

struct RunRow {
  std::string id;
  std::string scheme;
  int64_t version = 0;
  std::string snapshot;
  absl::Time create_time;
  std::string facts;               // Bytes that the caller can read.
  std::string creator = {};        // Who made it; empty: not known.
  std::string supersedes = {};     // The id of the run whose place it takes; empty: none.
  std::string superseded_by = {};  // The id of the run that took its place. Follows from that one.

  friend bool operator==(const RunRow&, const RunRow&) = default;
};

// The allocations of `run` to recipients from `first` to `last`, by recipient.
absl::StatusOr<std::vector<Allocation>> ReadAllocations(sql::Transaction& transaction,
                                                        std::string_view run,
                                                        std::string_view first,
                                                        std::string_view last, Currency currency);

// Computes a run: hands its allocations to the sink, by recipient, and sets the facts of `run`.
using RunComputation = absl::FunctionRef<absl::Status(RunRow& run, AllocationSink sink)>;

// Thread-safe; calls block. Borrows the database.
class FundingStore {
 public:
  explicit FundingStore(sql::Database& database) : database_(database) {}

  // Keeps `draft` as the next version of its scheme, unless its digest is that of the newest: then
  // that one is the answer. `draft.version` does not count. Also REQUEST_ID_REUSED.
  absl::StatusOr<SchemeVersionRow> Publish(const requests::Request& request,
                                           const SchemeVersionRow& draft);
  // The newest without `version`. Empty if there is none.
  absl::StatusOr<std::optional<SchemeVersionRow>> FindScheme(std::string_view scheme,
                                                             std::optional<int64_t> version);
  // By scheme and version, after (`scheme`, `version`); of one scheme only if `only` is not empty.
  absl::StatusOr<std::vector<SchemeVersionRow>> ListSchemes(std::string_view only,
                                                            std::string_view scheme,
                                                            int64_t version, size_t limit);

  // Keeps `draft` with what `compute` gives, all or nothing. Others may write while it computes:
  // allocations are written as they come, and are there for nobody before the run is. If there is a
  // run of that id with the same scheme version, snapshot and run superseded, that one is the
  // answer and nothing is computed or written; ALREADY_EXISTS, RUN_EXISTS if it is of another.
  // FAILED_PRECONDITION, NOT_SUPERSEDABLE if another run took the place of the one that is
  // superseded. Also REQUEST_ID_REUSED, and what `compute` answers.
  absl::StatusOr<RunRow> Keep(const requests::Request& request, const RunRow& draft,
                              RunComputation compute);
  // The same for a run that is computed already.
  absl::StatusOr<RunRow> Keep(const requests::Request& request, const RunRow& draft,
                              const std::vector<Allocation>& allocations);
  absl::StatusOr<std::optional<RunRow>> FindRun(std::string_view id);
  // Newest first, after (`before`, `id`); from the newest with `before` infinite.
  absl::StatusOr<std::vector<RunRow>> ListRuns(absl::Time before, std::string_view id,
                                               size_t limit);

  // Amounts are of the scheme's currency, which the caller knows.
  absl::StatusOr<std::optional<Allocation>> FindAllocation(std::string_view run,
                                                           std::string_view recipient,
                                                           Currency currency);
  // By recipient, after `recipient`.
  absl::StatusOr<std::vector<Allocation>> ListAllocations(std::string_view run,
                                                          std::string_view recipient,
                                                          bool undetermined_only, size_t limit,
                                                          Currency currency);
  // Their codes alone, by recipient, after `recipient`.
  absl::StatusOr<std::vector<std::string>> ListRecipients(std::string_view run,
                                                          std::string_view recipient, size_t limit);

 private:
  absl::StatusOr<RunRow> KeepComputed(const requests::Request& request, const RunRow& run,
                                      RunAttempt& attempt);

  sql::Database& database_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_FUNDING_STORE_H_
