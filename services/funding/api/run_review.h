// A run as an approver looks at it: what would be approved, and what stands in the way.

#ifndef VG_SERVICES_FUNDING_API_RUN_REVIEW_H_
#define VG_SERVICES_FUNDING_API_RUN_REVIEW_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/funding/domain/approval/checks.h"
#include "services/funding/domain/calculation/recipient_source.h"
#include "services/funding/peers/register.h"
#include "services/funding/storage/approval_store.h"
#include "services/funding/storage/funding_store.h"
#include "voortgang/funding/v1/approval.pb.h"
#include "voortgang/funding/v1/run.pb.h"

namespace vg::funding {

struct ReviewTerms {
  voortgang::funding::v1::RecipientFilter filter;
  int64_t outlier_percent = 25;
  std::string previous_run;  // An id; empty: the newest of the grant and the school year before.
};

// What a look at the candidates came to.
struct RunFindings {
  std::vector<CheckResult> checks;
  Money total;                 // Of those that would be approved,
  int64_t recipients = 0;      // this many.
  int64_t approved_count = 0;  // How many that match are approved already.
};

// All that does not change while others approve: made from the stores and the registry once, then
// held against the candidates as they are. Of a recipient it keeps a byte. Movable.
class RunReview {
 public:
  // NOT_FOUND for the run or the previous one; UNAVAILABLE without the registry; UNKNOWN_RECIPIENT
  // for a recipient of the filter that the run does not have.
  static absl::StatusOr<RunReview> Make(FundingStore& store, Register& registry,
                                        std::string_view run, const ReviewTerms& terms);

  const RunRow& run() const { return run_; }
  const Scheme& scheme() const { return scheme_; }
  const CandidateQuery& query() const { return query_; }
  // "runs/2020"; empty if there is none.
  std::string previous_run() const;

  // Checks those that match and are not approved yet, and hands those of them that have an amount
  // to `approve`. MONEY_OVERFLOW, and what `approve` answers.
  absl::StatusOr<RunFindings> Look(const Candidates& candidates, ApprovedSink approve) const;

 private:
  RunReview() = default;

  // Holds the recipients of the run against the register.
  absl::Status Mark(FundingStore& store, const RecipientSource& recipients,
                    const voortgang::funding::v1::RecipientFilter& filter);

  RunRow run_;
  voortgang::funding::v1::Run facts_;
  Scheme scheme_;
  CandidateQuery query_;
  SnapshotIdentity snapshot_;
  std::vector<uint8_t> marks_;  // By place in the run.
  std::string again_digest_, again_fault_;
  int64_t outlier_percent_ = 0;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_RUN_REVIEW_H_
