// Who may decide what, and what an approval goes through.
//
//     draft ──approve──► approved ──release──► releasing … released
//                           │                      └──reverse──┐
//                           └───────────reverse────────────────┴──► reversing … reversed
//
// A run is a draft until somebody approves it, all at once or in batches of recipients. Four eyes
// look at every amount: who approves did not make the run, who releases did not approve, and who
// reverses did not release. (Who made the run may release it.) Releasing and reversing take several
// transactions and go on where they were interrupted.

#ifndef VG_SERVICES_FUNDING_DOMAIN_APPROVAL_APPROVAL_H_
#define VG_SERVICES_FUNDING_DOMAIN_APPROVAL_APPROVAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/numeric/money.h"
#include "services/funding/domain/ledger/posting.h"

namespace vg::funding {

enum class ApprovalState { kApproved, kReleasing, kReleased, kReversing, kReversed };
std::string_view NameOf(ApprovalState state);
std::optional<ApprovalState> ApprovalStateNamed(std::string_view name);

// Recipients of a run that were approved together. A value type.
struct Approval {
  std::string run;  // The run's id.
  std::string id;
  std::string book;
  std::string scheme;  // The scheme's id.
  ApprovalState state = ApprovalState::kApproved;
  std::string creator;  // Who made the run; empty: not known.
  std::string approver;
  std::string releaser;  // This and the next empty until it is.
  std::string reverser;
  absl::Time approve_time;
  int64_t recipients = 0;
  Money total;
  int64_t done = 0;    // Recipients released, or reversed, so far.
  std::string cursor;  // The last of them; empty before the first.
  // Of the release.
  std::optional<absl::CivilDay> effective;
  std::optional<absl::CivilMonth> first_month;
  bool claim_overpaid = false;
  std::string reason;   // Of the release, or of the reversal once that began.
  std::string request;  // A digest of what was asked for when it was approved.
  std::string facts;    // Bytes that the caller can read.

  // "runs/a/approvals/1"
  std::string name() const;
  // The source of the entries that reverse it.
  std::string reversal_name() const { return name() + "/reversal"; }

  friend bool operator==(const Approval&, const Approval&) = default;
};

// What is asked for when an approval is released.
struct ReleaseRequest {
  std::string actor;
  std::string reason;
  absl::CivilDay today;
  std::optional<absl::CivilDay> effective;  // Empty: today.
  std::optional<absl::CivilMonth> first_month;
  bool claim_overpaid = false;
};

// PERMISSION_DENIED, FOUR_EYES, unless `actor` may approve what `creator` made.
absl::Status MayApprove(std::string_view creator, std::string_view actor);

// Begins the release, if it has not begun; true if it did so now. A release that has begun goes on
// as it began, whoever calls for it. PERMISSION_DENIED, FOUR_EYES; FAILED_PRECONDITION:
// RELEASE_DIFFERS if it began on other terms, APPROVAL_STATE if it is reversed.
absl::StatusOr<bool> BeginRelease(const ReleaseRequest& request, Approval& approval);

// Begins the reversal, if it has not begun; true if it did so now. One that was not released is
// reversed at once: nothing was posted. PERMISSION_DENIED, FOUR_EYES; FAILED_PRECONDITION,
// APPROVAL_STATE while it is being released.
absl::StatusOr<bool> BeginReversal(const std::string& actor, const std::string& reason,
                                   Approval& approval);

// On what the recipients of `approval`, which is being released, are released.
ReleaseTerms TermsOf(const Approval& approval);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_APPROVAL_APPROVAL_H_
