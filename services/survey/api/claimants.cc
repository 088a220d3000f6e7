#include "services/survey/api/claimants.h"

#include "absl/strings/escaping.h"

#include "common/digest/digest.h"
#include "services/survey/domain/invitation.h"

namespace vg::survey {
namespace {

constexpr size_t kOctets = 16;

}  // namespace

std::string SubmitterOf(const auth::Principal& caller) {
  if (!caller.named()) return "";
  const std::string digest =
      DigestBuilder("voortgang.survey.submitter.v1").Text(caller.name).FinishOctets();
  return absl::WebSafeBase64Escape(digest.substr(0, kOctets));
}

Claimant ClaimantOf(const auth::Principal& caller, std::string_view invitation_token,
                    auth::Roles all) {
  return {.may_all = caller.roles.HasAnyOf(all),
          .submitter = SubmitterOf(caller),
          .invitation = TokenHash(invitation_token)};
}

}  // namespace vg::survey
