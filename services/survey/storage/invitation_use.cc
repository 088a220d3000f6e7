#include "services/survey/storage/invitation_use.h"

#include <optional>
#include <string>

#include "common/status/status_macros.h"
#include "services/survey/domain/errors.h"

namespace vg::survey {
namespace {

constexpr char kSelectUse[] =
    "SELECT token_hash FROM invitation_use WHERE wave = $1 AND response = $2";
constexpr char kInsertUse[] =
    "INSERT INTO invitation_use (wave, response, token_hash) VALUES ($1, $2, $3)";
constexpr char kDeleteUse[] = "DELETE FROM invitation_use WHERE wave = $1 AND response = $2";
constexpr char kSelectInvitation[] =
    "SELECT role, unit, revoke_time FROM invitation WHERE wave = $1 AND token_hash = $2";
constexpr char kCountUse[] =
    "UPDATE invitation SET uses = uses + 1 WHERE wave = $1 AND token_hash = $2 "
    "AND revoke_time IS NULL AND (most = 0 OR uses < most)";
constexpr char kReturnUse[] =
    "UPDATE invitation SET uses = uses - 1 WHERE wave = $1 AND token_hash = $2";

absl::StatusOr<std::optional<std::string>> FindUse(sql::Transaction& transaction, int64_t wave,
                                                   std::string_view response) {
  std::optional<std::string> token_hash;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kSelectUse, {wave, response},
                                [&](const sql::Row& row) { token_hash = row.String(0); })
                      .status());
  return token_hash;
}

struct Found {
  Role role = Role::kSchoolLeader;
  std::string unit;
  bool revoked = false;
};

absl::StatusOr<std::optional<Found>> Find(sql::Transaction& transaction,
                                          const InvitationClaim& claim) {
  std::optional<Found> found;
  RETURN_IF_ERROR(
      transaction
          .QueryOne(kSelectInvitation, {claim.wave, claim.token_hash},
                    [&](const sql::Row& row) {
                      found = Found{static_cast<Role>(row.Int(0)), row.String(1), !row.IsNull(2)};
                    })
          .status());
  return found;
}

}  // namespace

absl::StatusOr<InvitationVerdict> UseInvitation(sql::Transaction& transaction,
                                                const InvitationClaim& claim) {
  if (claim.token_hash.empty()) return InvitationVerdict{InvitationRequired()};
  ASSIGN_OR_RETURN(const auto used, FindUse(transaction, claim.wave, claim.response));
  if (used && *used == claim.token_hash) return InvitationVerdict();
  if (used) return InvitationVerdict{InvitationUsed()};
  ASSIGN_OR_RETURN(std::optional<Found> found, Find(transaction, claim));
  if (!found) return InvitationVerdict{InvitationUnknown()};
  if (found->unit != claim.unit || found->role != claim.role) {
    return InvitationVerdict{InvitationOfOtherUnit(claim.unit, claim.role)};
  }
  ASSIGN_OR_RETURN(const int64_t counted,
                   transaction.Execute(kCountUse, {claim.wave, claim.token_hash}));
  if (counted == 0) {
    // Read again: it may have been revoked since.
    ASSIGN_OR_RETURN(found, Find(transaction, claim));
    const bool revoked = found && found->revoked;
    return InvitationVerdict{revoked ? InvitationRevoked() : InvitationUsed()};
  }
  const absl::Status noted =
      transaction.Execute(kInsertUse, {claim.wave, claim.response, claim.token_hash}).status();
  if (absl::IsAlreadyExists(noted)) {
    return absl::AbortedError("a response's id was taken with an invitation of another unit");
  }
  RETURN_IF_ERROR(noted);
  return InvitationVerdict{absl::OkStatus(), true};
}

absl::Status ReturnInvitation(sql::Transaction& transaction, int64_t wave,
                              std::string_view response) {
  ASSIGN_OR_RETURN(const auto used, FindUse(transaction, wave, response));
  if (!used) return absl::OkStatus();
  RETURN_IF_ERROR(transaction.Execute(kDeleteUse, {wave, response}).status());
  return transaction.Execute(kReturnUse, {wave, *used}).status();
}

}  // namespace vg::survey
