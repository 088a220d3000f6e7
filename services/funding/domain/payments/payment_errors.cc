#include "services/funding/domain/payments/payment_errors.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

absl::Status Precondition(std::string_view reason, std::string sentence,
                          std::map<std::string, std::string> facts = {}) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, std::move(sentence),
               std::move(facts));
}

std::string Month(absl::CivilMonth month) { return absl::FormatCivilTime(month); }

}  // namespace

absl::Status ChangeExists(std::string_view id) {
  const std::string name = absl::StrCat("payeeChanges/", Av(id));
  return AlreadyExists(name, "CHANGE_EXISTS",
                       absl::StrCat(name, " holds other accounts; choose another change_id"));
}

absl::Status ChangeDecided(absl::Time when, std::string_view id, std::string_view state,
                           std::string_view by) {
  return Precondition(
      "CHANGE_DECIDED",
      absl::StrCat("payeeChanges/", Av(id), " was ", Av(state), " by ", Av(by), " at ",
                   vg::FormatTime(when), "; propose the accounts again under another id"),
      {{"resource", absl::StrCat("payeeChanges/", Av(id))}});
}

absl::Status PayeeFourEyes(std::string_view resource, std::string_view by) {
  return Error(
      absl::StatusCode::kPermissionDenied, "FOUR_EYES",
      absl::StrCat(Av(resource), " was proposed by ", Av(by), "; somebody else must approve it"),
      {{"resource", std::string(resource)}});
}

absl::Status NothingDue(absl::CivilMonth period, std::string_view currency) {
  return Precondition("NOTHING_DUE", absl::StrCat("nothing in ", Av(currency), " is planned up to ",
                                                  Month(period), "; release payments first"));
}

absl::Status AllBlocked(int64_t payments) {
  return Precondition("ALL_BLOCKED",
                      absl::StrCat("none of the ", payments,
                                   " payments that are due can be made; "
                                   "see why with validate_only"),
                      {{"blocked", absl::StrCat(payments)}});
}

absl::Status PayerDiffers(std::string_view batch, std::string_view account) {
  return Precondition(
      "PAYER_DIFFERS",
      absl::StrCat("paymentBatches/", Av(batch), " pays the period from ", Av(account)),
      {{"resource", absl::StrCat("paymentBatches/", Av(batch))}});
}

absl::Status AccountUnknown(std::string_view statement, std::string_view account) {
  return Precondition("ACCOUNT_UNKNOWN",
                      absl::StrCat("statement ", Av(statement), " is of account ", Av(account),
                                   ", from which no batch is paid; is it the right file?"),
                      {{"account", std::string(account)}});
}

absl::Status StatementExists(std::string_view account, std::string_view id) {
  return AlreadyExists(absl::StrCat("bankStatements/", Av(account), "/", Av(id)),
                       "STATEMENT_EXISTS",
                       absl::StrCat("statement ", Av(id), " of ", Av(account),
                                    " was read before with other content; ask the bank which of "
                                    "the two is right"));
}

absl::Status BatchFourEyes(std::string_view batch, std::string_view by) {
  const std::string name = absl::StrCat("paymentBatches/", Av(batch));
  return Error(absl::StatusCode::kPermissionDenied, "FOUR_EYES",
               absl::StrCat(name, " was prepared by ", Av(by), "; somebody else must authorise it"),
               {{"resource", name}});
}

absl::Status BatchDecided(std::string_view batch, std::string_view state, std::string_view by) {
  const std::string name = absl::StrCat("paymentBatches/", Av(batch));
  return Precondition("BATCH_DECIDED",
                      absl::StrCat(name, " was ", Av(state), " by ", Av(by),
                                   "; what is due goes into another batch of the period"),
                      {{"resource", name}});
}

absl::Status BatchNotAuthorised(std::string_view batch, BatchState state, std::string_view by) {
  const std::string name = absl::StrCat("paymentBatches/", Av(batch));
  return Precondition(
      "BATCH_NOT_AUTHORISED",
      state == BatchState::kWithdrawn
          ? absl::StrCat(name, " was withdrawn; its payments go into another batch")
          : absl::StrCat(name, " was prepared by ", Av(by),
                         " and goes to the bank once somebody else has authorised it; until then "
                         "there is a preview as CSV"),
      {{"resource", name}});
}

absl::Status BatchDigestDiffers(std::string_view batch, std::string_view digest) {
  return Error(absl::StatusCode::kAborted, "DIGEST_DIFFERS",
               absl::StrCat("the digest of paymentBatches/", Av(batch), " is ", Av(digest),
                            "; look at the batch again before deciding on it"),
               {{"digest", std::string(digest)}});
}

absl::Status BatchChanged(std::string_view batch) {
  return Error(absl::StatusCode::kDataLoss, "BATCH_CHANGED",
               absl::StrCat("the payments of paymentBatches/", Av(batch),
                            " are not those that it was made of; nothing goes to the bank before "
                            "somebody has found out who changed the database"),
               {{"resource", absl::StrCat("paymentBatches/", Av(batch))}});
}

absl::Status DifferenceResolved(std::string_view id, std::string_view state, std::string_view by) {
  const std::string name = absl::StrCat("paymentDifferences/", Av(id));
  return Precondition("DIFFERENCE_RESOLVED",
                      absl::StrCat("a resolution of ", name, " was ", Av(state), " by ", Av(by),
                                   state == "proposed" ? "; confirm or reject that one" : ""),
                      {{"resource", name}});
}

absl::Status ResolutionDoesNotFit(std::string_view id, std::string sentence) {
  return Precondition("RESOLUTION_DOES_NOT_FIT", std::move(sentence),
                      {{"resource", absl::StrCat("paymentDifferences/", Av(id))}});
}

absl::Status NothingProposed(std::string_view id) {
  const std::string name = absl::StrCat("paymentDifferences/", Av(id));
  return Precondition("NOTHING_PROPOSED",
                      absl::StrCat("no resolution of ", name, " waits for somebody to confirm it"),
                      {{"resource", name}});
}

absl::Status ResolutionFourEyes(std::string_view id, std::string_view by) {
  const std::string name = absl::StrCat("paymentDifferences/", Av(id));
  return Error(absl::StatusCode::kPermissionDenied, "FOUR_EYES",
               absl::StrCat("the resolution of ", name, " was proposed by ", Av(by),
                            " and moves money; somebody else must confirm it"),
               {{"resource", name}});
}

}  // namespace vg::funding
