// Everything that funding refuses, one function per failure.

#ifndef VG_SERVICES_FUNDING_DOMAIN_ERRORS_H_
#define VG_SERVICES_FUNDING_DOMAIN_ERRORS_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "common/status/error.h"

namespace vg::funding {

// A fault of a scheme; `line` and `column` (from 1) where it is in a formula, else 0.
struct SchemeFault {
  FieldViolation violation;
  int line = 0;
  int column = 0;
};

// INVALID_ARGUMENT, BAD_SCHEME, with every fault; the place of the first one in a formula is
// metadata ("line", "column"). Their fields come after `prefix`.
absl::Status BadScheme(std::vector<SchemeFault> faults, std::string_view prefix = {});

// ALREADY_EXISTS, RUN_EXISTS: the id holds a run of another scheme version or snapshot.
absl::Status RunExists(std::string_view run, std::string_view scheme_version,
                       std::string_view snapshot);

// FAILED_PRECONDITION, DUPLICATE_RECIPIENT.
absl::Status DuplicateRecipient(std::string_view code);

// FAILED_PRECONDITION, BAD_REGISTER: what the registry says of `recipient` cannot be computed with.
absl::Status BadRegister(std::string_view recipient, std::string_view what);

// FAILED_PRECONDITION, SNAPSHOT_CHANGED: the registry holds another content than was allocated on.
absl::Status SnapshotChanged(std::string_view snapshot, std::string_view pinned,
                             std::string_view found);

// FAILED_PRECONDITION, AMOUNT_DIFFERS: computing again gave another amount than was kept, by the
// arithmetic of `calculator_version`.
absl::Status AmountDiffers(std::string_view resource, int calculator_version);

// FAILED_PRECONDITION, NOT_SUPERSEDABLE: a run cannot take the place of `run`.
absl::Status NotSupersedable(std::string_view run, std::string_view why);

// FAILED_PRECONDITION, RUNS_NOT_COMPARABLE: two runs have not the same `what`.
absl::Status RunsNotComparable(std::string_view what, std::string_view before,
                               std::string_view after);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_ERRORS_H_
