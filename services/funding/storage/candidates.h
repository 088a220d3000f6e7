// The recipients of a run as an approver looks at them, beside what is approved already and what a
// run before gave them. They are read some at a time: a run of a million is looked at in the memory
// of a small one.

#ifndef VG_SERVICES_FUNDING_STORAGE_CANDIDATES_H_
#define VG_SERVICES_FUNDING_STORAGE_CANDIDATES_H_

#include <cstddef>
#include <set>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

#include "common/numeric/exact.h"
#include "common/sql/transaction.h"
#include "services/funding/domain/approval/checks.h"

namespace vg::funding {

// Which run, and what it is held against; ids.
struct CandidateQuery {
  std::string run;
  std::string book;
  std::string scheme;
  std::string previous_run;  // Empty: none.
};

// A recipient of the run. What the register says of it is for others to fill in.
struct RunRecipient {
  Candidate candidate;
  size_t place = 0;         // In the run, by code: 0, 1, 2 …
  std::string approved_by;  // An approval of this run that stands: "runs/a/approvals/1"; or empty.
};

// Of one transaction, in which nothing changes meanwhile. Borrows it.
class Candidates {
 public:
  Candidates(sql::Transaction& transaction, CandidateQuery query)
      : transaction_(transaction), query_(std::move(query)) {}

  // All of them, by code, until `visit` fails.
  absl::Status ForEach(absl::FunctionRef<absl::Status(RunRecipient&)> visit) const;
  // What stands under the scheme in the book, of all its recipients.
  absl::StatusOr<Exact> StandingCents() const;
  // The id of the run that took the place of this one; empty: none.
  absl::StatusOr<std::string> SupersededBy() const;
  // The approvals of the run that stand, by name.
  absl::StatusOr<std::set<std::string>> Approvals() const;

 private:
  sql::Transaction& transaction_;
  const CandidateQuery query_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_STORAGE_CANDIDATES_H_
