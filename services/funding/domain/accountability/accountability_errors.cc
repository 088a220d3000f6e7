#include "services/funding/domain/accountability/accountability_errors.h"

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::funding {

absl::Status RecoveryExists(std::string_view id, std::string_view grant) {
  const std::string name = absl::StrCat("recoveries/", Av(id));
  return AlreadyExists(name, "RECOVERY_EXISTS",
                       absl::StrCat(name, " is of ", Av(grant), "; choose another recovery_id"));
}

absl::Status NothingToRecover(std::string_view grant) {
  return Error(absl::StatusCode::kFailedPrecondition, "NOTHING_TO_RECOVER",
               absl::StrCat("all that was paid of ", Av(grant), " is spent or claimed"));
}

absl::Status RecoveryTooEarly(absl::CivilDay last_day, std::string_view legal_reference) {
  return Error(absl::StatusCode::kFailedPrecondition, "RECOVERY_TOO_EARLY",
               absl::StrCat("the money may be spent until ", FormatDay(last_day), " (",
                            Av(legal_reference), ")"),
               {{"last_day", FormatDay(last_day)}});
}

absl::Status MoreThanClaimed(std::string_view recipient, Money left) {
  return Error(absl::StatusCode::kFailedPrecondition, "MORE_THAN_CLAIMED",
               absl::StrCat("of the claim on ", Av(recipient), " only ", ToText(left), " is open"),
               {{"recipient", std::string(recipient)}, {"open", ToText(left)}});
}

absl::Status SettlementExists(std::string_view reference) {
  return Error(absl::StatusCode::kAlreadyExists, "SETTLEMENT_EXISTS",
               absl::StrCat("the payment ", Av(reference),
                            " was settled before, with other content; give another reference"),
               {{"reference", std::string(reference)}});
}

}  // namespace vg::funding
