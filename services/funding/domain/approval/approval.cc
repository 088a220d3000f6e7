#include "services/funding/domain/approval/approval.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

constexpr std::pair<ApprovalState, std::string_view> kStates[] = {
    {ApprovalState::kApproved, "approved"}, {ApprovalState::kReleasing, "releasing"},
    {ApprovalState::kReleased, "released"}, {ApprovalState::kReversing, "reversing"},
    {ApprovalState::kReversed, "reversed"},
};

absl::Status FourEyes(std::string_view did, std::string_view actor, std::string_view wish) {
  return Error(absl::StatusCode::kPermissionDenied, "FOUR_EYES",
               absl::StrCat(Av(actor), " ", Av(did), " and may not ", Av(wish),
                            " it as well; another person has to"),
               {{"caller", std::string(actor)}});
}

absl::Status WrongState(const Approval& approval, std::string_view wish, std::string_view remedy) {
  return Error(absl::StatusCode::kFailedPrecondition, "APPROVAL_STATE",
               absl::StrCat(approval.name(), " is ", Av(NameOf(approval.state)), " and cannot be ",
                            Av(wish), "; ", Av(remedy)),
               {{"resource", approval.name()}, {"state", std::string(NameOf(approval.state))}});
}

}  // namespace

std::string_view NameOf(ApprovalState state) {
  for (const auto& [known, name] : kStates) {
    if (known == state) return name;
  }
  return "";
}

std::optional<ApprovalState> ApprovalStateNamed(std::string_view name) {
  for (const auto& [state, known] : kStates) {
    if (known == name) return state;
  }
  return std::nullopt;
}

std::string Approval::name() const { return absl::StrCat("runs/", run, "/approvals/", id); }

absl::Status MayApprove(std::string_view creator, std::string_view actor) {
  if (creator != actor) return absl::OkStatus();
  return FourEyes("made this run", actor, "approve");
}

absl::StatusOr<bool> BeginRelease(const ReleaseRequest& request, Approval& approval) {
  if (request.actor == approval.approver) {
    return FourEyes("approved this", request.actor, "release");
  }
  switch (approval.state) {
    case ApprovalState::kReversing:
    case ApprovalState::kReversed:
      return WrongState(approval, "released", "approve the run again");
    case ApprovalState::kReleasing:
    case ApprovalState::kReleased:
      if (request.first_month != approval.first_month ||
          request.claim_overpaid != approval.claim_overpaid ||
          request.effective.value_or(*approval.effective) != approval.effective) {
        return Error(absl::StatusCode::kFailedPrecondition, "RELEASE_DIFFERS",
                     absl::StrCat(approval.name(), " was released by ", approval.releaser,
                                  " on other terms; ask for it on the same terms again"),
                     {{"resource", approval.name()}});
      }
      return false;
    case ApprovalState::kApproved:
      break;
  }
  approval.state = ApprovalState::kReleasing;
  approval.releaser = request.actor;
  approval.reason = request.reason;
  approval.effective = request.effective.value_or(request.today);
  approval.first_month = request.first_month;
  approval.claim_overpaid = request.claim_overpaid;
  return true;
}

absl::StatusOr<bool> BeginReversal(const std::string& actor, const std::string& reason,
                                   Approval& approval) {
  switch (approval.state) {
    case ApprovalState::kReversing:
    case ApprovalState::kReversed:
      return false;
    case ApprovalState::kReleasing:
      return WrongState(approval, "reversed", "release it to its end first");
    case ApprovalState::kApproved:
      approval.state = ApprovalState::kReversed;
      break;
    case ApprovalState::kReleased:
      if (actor == approval.releaser) return FourEyes("released this", actor, "reverse");
      approval.state = ApprovalState::kReversing;
      break;
  }
  approval.reverser = actor;
  approval.reason = reason;
  approval.done = 0;
  approval.cursor.clear();
  return true;
}

ReleaseTerms TermsOf(const Approval& approval) {
  return {.approval = approval.name(),
          .scheme = approval.scheme,
          .effective = approval.effective.value_or(absl::CivilDay()),
          .actor = approval.releaser,
          .reason = approval.reason,
          .first_month = approval.first_month,
          .claim_overpaid = approval.claim_overpaid};
}

}  // namespace vg::funding
