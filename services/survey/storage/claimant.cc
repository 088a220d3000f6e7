#include "services/survey/storage/claimant.h"

#include "common/feed/partition.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/errors.h"
#include "services/survey/domain/invitation.h"

namespace vg::survey {
namespace {

constexpr char kIsSubmitter[] =
    "SELECT 1 FROM response "
    "WHERE partition = $1 AND wave = $2 AND response = $3 AND submitter = $4";
// A token that many have is nobody's proof, nor is one that was taken back, as after it got about.
constexpr char kFindInvited[] =
    "SELECT u.response FROM invitation_use u "
    "JOIN invitation i ON i.wave = u.wave AND i.token_hash = u.token_hash "
    "WHERE u.wave = $1 AND u.token_hash = $2 AND i.kind = $3 AND i.revoke_time IS NULL";

}  // namespace

absl::StatusOr<std::optional<std::string>> FindInvited(sql::Transaction& transaction, int64_t wave,
                                                       std::string_view token_hash) {
  std::optional<std::string> response;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kFindInvited,
                                {wave, token_hash, static_cast<int>(InvitationKind::kSingleUse)},
                                [&](const sql::Row& row) { response = row.String(0); })
                      .status());
  return response;
}

absl::Status CheckIsOwn(sql::Transaction& transaction, int64_t wave, std::string_view response,
                        std::string_view name, const Claimant& claimant) {
  bool own = claimant.may_all;
  if (!own && !claimant.submitter.empty()) {
    const int partition = feed::PartitionOf(transaction.engine(), response);
    ASSIGN_OR_RETURN(
        own, transaction.QueryOne(kIsSubmitter, {partition, wave, response, claimant.submitter},
                                  [](const sql::Row&) {}));
  }
  if (!own && !claimant.invitation.empty()) {
    ASSIGN_OR_RETURN(const auto invited, FindInvited(transaction, wave, claimant.invitation));
    own = invited && std::string_view(*invited) == response;
  }
  return own ? absl::OkStatus() : NotTheSubmitter(name);
}

}  // namespace vg::survey
