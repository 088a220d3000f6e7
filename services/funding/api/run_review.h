// A run as an approver looks at it: what would be approved, and what stands in the way.

#ifndef VG_SERVICES_FUNDING_API_RUN_REVIEW_H_
#define VG_SERVICES_FUNDING_API_RUN_REVIEW_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/funding/domain/approval/checks.h"
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

// All that does not change while others approve. Made from the stores and the registry once, then
// asked as often as needed. Movable.
class RunReview {
 public:
  // NOT_FOUND for the run or the previous one; UNAVAILABLE without the registry; UNKNOWN_RECIPIENT
  // for a recipient of the filter that the run does not have.
  static absl::StatusOr<RunReview> Make(FundingStore& store, Register& registry,
                                        std::string_view run, const ReviewTerms& terms);

  const RunRow& run() const { return run_; }
  const Scheme& scheme() const { return scheme_; }
  const std::string& book() const { return book_; }
  // "runs/2020"; empty if there is none.
  std::string previous_run() const {
    return previous_.has_value() ? previous_->name : std::string();
  }

  // The recipients that match and are not approved yet; those without an amount are among them.
  std::vector<Allocation> Chosen(const Approved& approved) const;
  // How many that match are approved already.
  int64_t ApprovedCount(const Approved& approved) const;
  std::vector<CheckResult> Check(const std::vector<Allocation>& chosen,
                                 const Approved& approved) const;

 private:
  RunReview() = default;

  RunRow run_;
  voortgang::funding::v1::Run facts_;
  Scheme scheme_;
  std::string book_;
  SnapshotIdentity snapshot_;
  std::vector<KnownRecipient> known_;  // By code.
  std::vector<Allocation> matching_;   // By code.
  std::string again_digest_, again_fault_;
  std::optional<PreviousRun> previous_;
  int64_t outlier_percent_ = 0;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_RUN_REVIEW_H_
