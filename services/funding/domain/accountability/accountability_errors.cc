#include "services/funding/domain/accountability/accountability_errors.h"

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::funding {

absl::Status RecoveryExists(std::string_view id, std::string_view what) {
  const std::string name = absl::StrCat("recoveries/", Av(id));
  return AlreadyExists(name, "RECOVERY_EXISTS",
                       absl::StrCat(name, " is of ", Av(what), "; choose another recovery_id"));
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

absl::Status NoMoneyOfGrant(std::string_view holder, std::string_view grant, absl::CivilDay day) {
  return Error(absl::StatusCode::kFailedPrecondition, "NO_MONEY_OF_GRANT",
               absl::StrCat(Av(holder), " had no money of ", Av(grant), " by ", FormatDay(day),
                            "; is it the right grant, holder, year and snapshot?"),
               {{"holder", std::string(holder)}, {"grant", std::string(grant)}});
}

absl::Status RecoveryReversed(std::string_view id) {
  return Error(absl::StatusCode::kFailedPrecondition, "RECOVERY_REVERSED",
               absl::StrCat("recoveries/", Av(id),
                            " was undone with its carry-over; nothing is claimed any more"));
}

absl::Status NoCarryOverRule(std::string_view grant, std::string_view school_year) {
  return Error(absl::StatusCode::kFailedPrecondition, "NO_CARRY_OVER_RULE",
               absl::StrCat("the rules of ", Av(grant), " do not say what of ", Av(school_year),
                            " moves to the next school year; name it under carry_overs and publish "
                            "them again"));
}

absl::Status CarryOverTooEarly(std::string_view school_year, absl::CivilDay last_day) {
  return Error(absl::StatusCode::kFailedPrecondition, "CARRY_OVER_TOO_EARLY",
               absl::StrCat("the school year ", Av(school_year), " lasts until ",
                            FormatDay(last_day), "; nothing of it moves before"),
               {{"last_day", FormatDay(last_day)}});
}

absl::Status CarryOverTooLate(std::string_view school_year, absl::CivilDay last_day,
                              std::string_view legal_reference) {
  return Error(absl::StatusCode::kFailedPrecondition, "CARRY_OVER_TOO_LATE",
               absl::StrCat("what is carried over from ", Av(school_year), " may be spent until ",
                            FormatDay(last_day), " (", Av(legal_reference), "), which has passed"),
               {{"last_day", FormatDay(last_day)}});
}

absl::Status NothingToCarryOver(std::string_view grant, std::string_view school_year) {
  return Error(absl::StatusCode::kFailedPrecondition, "NOTHING_TO_CARRY_OVER",
               absl::StrCat("all that was paid of ", Av(grant), " ", Av(school_year),
                            " is spent, carried over or claimed"));
}

absl::Status CarryOverExists(std::string_view id, std::string_view of) {
  const std::string name = absl::StrCat("carryOvers/", Av(id));
  return AlreadyExists(name, "CARRY_OVER_EXISTS",
                       absl::StrCat(name, " is of ", Av(of), "; choose another carry_over_id"));
}

absl::Status ClaimSettled(std::string_view id, std::string_view recipient) {
  return Error(absl::StatusCode::kFailedPrecondition, "CLAIM_SETTLED",
               absl::StrCat("carryOvers/", Av(id), " cannot be undone: ", Av(recipient),
                            " paid back, or what it got was claimed or carried over since"),
               {{"recipient", std::string(recipient)}});
}

}  // namespace vg::funding
