// One application of a scheme to every recipient of a snapshot.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATION_RUN_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATION_RUN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "common/numeric/money.h"
#include "services/funding/domain/calculation/calculator.h"

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
  std::vector<Allocation> allocations;  // By code.
  // What of all recipients together any one amount depends on; empty if none does.
  PopulationFigures population;
  Money total;
  std::vector<ComponentTotal> component_totals;  // As the scheme's components.
  int64_t determined = 0;
  int64_t undetermined = 0;
  std::vector<AbsentFact> absent_facts;
  bool provisional = false;
  bool above_budget = false;
  // SHA-256 over the digests of scheme and snapshot and all amounts; words are no part of it.
  std::string digest;
};

// Why a run by `scheme` cannot take the place of one by `old`, as a sentence; empty if it can: they
// are of one grant, school year, currency and kind of recipients.
std::string FaultOfSuccession(const Scheme& old, const Scheme& scheme);

// The result depends on the content of its arguments only, not on the order of `recipients` nor on
// the number of threads. FAILED_PRECONDITION: DUPLICATE_RECIPIENT, BAD_REGISTER; OUT_OF_RANGE,
// MONEY_OVERFLOW if the total does not fit.
absl::StatusOr<RunResult> Allocate(const Calculator& calculator, const SnapshotIdentity& snapshot,
                                   std::vector<Recipient> recipients, int threads = 1);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATION_RUN_H_
