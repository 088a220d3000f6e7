// One application of a scheme to every recipient of a snapshot.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATION_RUN_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATION_RUN_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "common/numeric/money.h"
#include "services/funding/domain/calculation/calculator.h"
#include "services/funding/domain/calculation/recipient_source.h"

namespace vg::funding {

// The version of the arithmetic. It rises with every change after which the same scheme and
// snapshot could give another amount; run_test keeps the digest of a known run to tell when that
// is.
inline constexpr int kCalculatorVersion = 1;
// The version of the program: "0.1.0".
std::string_view BuildVersion();

// Which content of the registry is allocated on.
struct SnapshotIdentity {
  std::string id;
  std::string digest;
  absl::CivilDay count_date;
};

struct ComponentTotal {
  Money total;             // Over recipients with an amount: these add up to the run's total.
  int64_t recipients = 0;  // Those of them that get something.

  friend bool operator==(const ComponentTotal&, const ComponentTotal&) = default;
};

// A fact that the scheme uses and that some recipients lack.
struct AbsentFact {
  std::string name;
  int64_t recipients = 0;

  friend bool operator==(const AbsentFact&, const AbsentFact&) = default;
};

struct RunResult {
  std::vector<Allocation> allocations;  // By code; empty if a sink took them.
  // What of all recipients together any one amount depends on; empty if none does.
  PopulationFigures population;
  Money total;
  std::vector<ComponentTotal> component_totals;  // As the scheme's components.
  int64_t determined = 0;
  int64_t undetermined = 0;
  std::vector<AbsentFact> absent_facts;
  bool provisional = false;
  bool above_budget = false;
  // SHA-256 over the digests of scheme and snapshot, all amounts and how many there are; words are
  // no part of it.
  std::string digest;
};

// Why a run by `scheme` cannot take the place of one by `old`, as a sentence; empty if it can: they
// are of one grant, school year, currency and kind of recipients.
std::string FaultOfSuccession(const Scheme& old, const Scheme& scheme);

// Takes allocations by code, some at a time; a failure ends the run.
using AllocationSink = absl::FunctionRef<absl::Status(std::span<const Allocation>)>;

// Applies the scheme to all of `recipients` and hands what each gets to `sink`. The source is read
// once, and once more for each level of figures over all recipients; a batch is held at a time,
// and of a top_share or a divided pot also a number, or a code and a number, of each recipient.
//
// The result depends on the content of its arguments only, not on batches nor on the number of
// threads. FAILED_PRECONDITION: DUPLICATE_RECIPIENT, BAD_REGISTER; OUT_OF_RANGE, MONEY_OVERFLOW if
// the total does not fit; and what the source and the sink answer.
absl::StatusOr<RunResult> Allocate(const Calculator& calculator, const SnapshotIdentity& snapshot,
                                   const RecipientSource& recipients, int threads,
                                   AllocationSink sink);

// The same for recipients at hand, in any order; all allocations are kept in the result.
absl::StatusOr<RunResult> Allocate(const Calculator& calculator, const SnapshotIdentity& snapshot,
                                   std::vector<Recipient> recipients, int threads = 1);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATION_RUN_H_
