// Runs with all that they are pinned to, computed again.

#ifndef VG_SERVICES_FUNDING_API_RUN_READER_H_
#define VG_SERVICES_FUNDING_API_RUN_READER_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/funding/api/names.h"
#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/calculation/recipient_source.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/comparison/passages.h"
#include "services/funding/domain/explanation/evidence.h"
#include "services/funding/peers/register.h"
#include "services/funding/storage/funding_store.h"
#include "voortgang/funding/v1/run.pb.h"

namespace vg::funding {

// A run, its rules, and the snapshot it was computed on.
struct PinnedRun {
  RunRow row;
  voortgang::funding::v1::Run run;
  Calculator calculator;
  SnapshotIdentity snapshot;
};

// What rules give the recipients of a snapshot, without what they give each: that is computed again
// where it is wanted.
struct Computation {
  std::unique_ptr<RecipientSource> recipients;
  std::unique_ptr<RecipientSource> branches;  // Of municipalities; null for schools.
  RunResult result;

  // As events are found by.
  Nation nation() const { return {*recipients, branches == nullptr ? *recipients : *branches}; }
};

// One amount, computed again step by step.
struct ExplainedAmount {
  PinnedRun run;
  PopulationFigures population;
  Evidence evidence;
  Allocation allocation;
  std::vector<Working> workings;
};

// Thread-safe; calls block. Borrows both.
class RunReader {
 public:
  RunReader(FundingStore& store, Register& registry) : store_(store), register_(registry) {}

  // Each NOT_FOUND if there is none. A version may be "latest".
  absl::StatusOr<SchemeVersionRow> SchemeNamed(std::string_view name, std::string_view field);
  absl::StatusOr<SchemeVersionRow> SchemeOfRun(const RunRow& run);
  absl::StatusOr<RunRow> RunOf(std::string_view id);

  // Also FAILED_PRECONDITION, SNAPSHOT_CHANGED if the registry holds another content.
  absl::StatusOr<PinnedRun> Open(std::string_view id);

  // Also DUPLICATE_RECIPIENT, BAD_REGISTER, MONEY_OVERFLOW.
  absl::StatusOr<Computation> Compute(const Calculator& calculator,
                                      const SnapshotIdentity& snapshot);

  // Also FAILED_PRECONDITION, AMOUNT_DIFFERS if the outcome is not that of the run.
  absl::StatusOr<Computation> ComputeAgain(const PinnedRun& pinned);

  // Also AMOUNT_DIFFERS.
  absl::StatusOr<ExplainedAmount> Explain(const AllocationId& id);

 private:
  FundingStore& store_;
  Register& register_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_RUN_READER_H_
