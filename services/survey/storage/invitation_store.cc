#include "services/survey/storage/invitation_store.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/secret.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/errors.h"

namespace vg::survey {
namespace {

constexpr char kSelectSecret[] = "SELECT secret FROM invitation_key WHERE wave = $1";
constexpr char kInsertSecret[] =
    "INSERT INTO invitation_key (wave, secret) VALUES ($1, $2) ON CONFLICT (wave) DO NOTHING";
constexpr char kInsert[] =
    "INSERT INTO invitation (wave, role, unit, number, kind, most, uses, token_hash, create_time, "
    "revoke_reason) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, '') "
    "ON CONFLICT (wave, role, unit, number) DO NOTHING";
constexpr char kSelectOne[] =
    "SELECT role, unit, number, kind, most, uses, create_time, revoke_time, revoke_reason "
    "FROM invitation WHERE wave = $1 AND role = $2 AND unit = $3 AND number = $4";
constexpr char kSelectPage[] =
    "SELECT role, unit, number, kind, most, uses, create_time, revoke_time, revoke_reason "
    "FROM invitation WHERE wave = $1 AND role BETWEEN $2 AND $3 "
    "AND (role, unit, number) > ($4, $5, $6) ORDER BY role, unit, number LIMIT $7";
constexpr char kSelectPageOfUnit[] =
    "SELECT role, unit, number, kind, most, uses, create_time, revoke_time, revoke_reason "
    "FROM invitation WHERE wave = $1 AND role BETWEEN $2 AND $3 AND unit = $8 "
    "AND (role, unit, number) > ($4, $5, $6) ORDER BY role, unit, number LIMIT $7";
constexpr char kSelectUsable[] =
    "SELECT role, unit, number, kind, most, uses, create_time, revoke_time, revoke_reason "
    "FROM invitation WHERE wave = $1 AND role = $2 AND unit BETWEEN $3 AND $4 "
    "AND revoke_time IS NULL AND (most = 0 OR uses < most) ORDER BY unit, number";
constexpr char kSelectRoom[] =
    "SELECT unit, MAX(CASE WHEN revoke_time IS NULL AND (most = 0 OR uses < most) THEN 1 ELSE 0 "
    "END) FROM invitation WHERE wave = $1 AND role = $2 AND unit > $3 GROUP BY unit";
constexpr char kRevoke[] =
    "UPDATE invitation SET revoke_time = $5, revoke_reason = $6 "
    "WHERE wave = $1 AND role = $2 AND unit = $3 AND number = $4 AND revoke_time IS NULL";

Invitation FromRow(const sql::Row& row) {
  Invitation invitation;
  invitation.key = {static_cast<Role>(row.Int(0)), row.String(1), row.Int64(2)};
  invitation.kind = static_cast<InvitationKind>(row.Int(3));
  invitation.most = row.Int64(4);
  invitation.uses = row.Int64(5);
  invitation.create_time = row.Time(6);
  if (!row.IsNull(7)) invitation.revoke_time = row.Time(7);
  invitation.revoke_reason = row.String(8);
  return invitation;
}

absl::StatusOr<std::optional<std::string>> FindSecret(sql::Transaction& transaction, int64_t wave) {
  std::optional<std::string> secret;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kSelectSecret, {wave},
                                [&](const sql::Row& row) { secret = row.OctetString(0); })
                      .status());
  return secret;
}

absl::StatusOr<std::optional<Invitation>> Find(sql::Transaction& transaction, int64_t wave,
                                               const InvitationKey& key) {
  std::optional<Invitation> found;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kSelectOne,
                                {wave, static_cast<int>(key.role), key.unit, key.number},
                                [&](const sql::Row& row) { found = FromRow(row); })
                      .status());
  return found;
}

}  // namespace

absl::StatusOr<std::string> InvitationStore::Secret(int64_t wave) {
  std::optional<std::string> secret;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(secret, FindSecret(transaction, wave));
    return absl::OkStatus();
  }));
  if (secret) return *std::move(secret);
  ASSIGN_OR_RETURN(const std::string fresh, SecretOctets(kTokenSecretOctets));
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    // Of those who make one at once the first one's counts.
    RETURN_IF_ERROR(transaction.Execute(kInsertSecret, {wave, sql::Bytes{fresh}}).status());
    ASSIGN_OR_RETURN(secret, FindSecret(transaction, wave));
    return absl::OkStatus();
  }));
  if (!secret) return absl::InternalError("the secret of a wave is gone");
  return *std::move(secret);
}

absl::StatusOr<std::vector<Invitation>> InvitationStore::Create(const Wave& wave, int64_t number,
                                                                std::span<const InvitationKey> keys,
                                                                const Plan& plan, absl::Time now) {
  ASSIGN_OR_RETURN(const std::string secret, Secret(number));
  std::vector<Invitation> invitations;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    invitations.clear();
    for (const InvitationKey& key : keys) {
      ASSIGN_OR_RETURN(
          const int64_t made,
          transaction.Execute(kInsert, {number, static_cast<int>(key.role), key.unit, key.number,
                                        static_cast<int>(plan.kind), plan.most,
                                        TokenHash(TokenOf(key, secret)), now}));
      if (made == 1) {
        invitations.push_back(
            {.key = key, .kind = plan.kind, .most = plan.most, .create_time = now});
        continue;
      }
      ASSIGN_OR_RETURN(auto there, Find(transaction, number, key));
      if (!there) return absl::AbortedError("an invitation went while it was looked at");
      if (there->kind != plan.kind || there->most != plan.most) {
        return InvitationExists(absl::StrCat(wave.name(), "/invitations/", key.id()));
      }
      invitations.push_back(*std::move(there));
    }
    return absl::OkStatus();
  }));
  return invitations;
}

absl::StatusOr<std::vector<Invitation>> InvitationStore::List(int64_t wave,
                                                              const ListOptions& options) {
  const int first = options.role ? static_cast<int>(*options.role) : 0;
  const int last = options.role ? first : std::numeric_limits<int32_t>::max();
  const InvitationKey after = options.after.value_or(InvitationKey{static_cast<Role>(0), "", 0});
  std::vector<sql::Value> values = {wave,
                                    first,
                                    last,
                                    static_cast<int>(after.role),
                                    after.unit,
                                    after.number,
                                    static_cast<int64_t>(options.limit)};
  if (!options.unit.empty()) values.emplace_back(options.unit);
  std::vector<Invitation> invitations;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    invitations.clear();
    return transaction.Query(options.unit.empty() ? kSelectPage : kSelectPageOfUnit, values,
                             [&](const sql::Row& row) { invitations.push_back(FromRow(row)); });
  }));
  return invitations;
}

absl::StatusOr<std::vector<Invitation>> InvitationStore::Usable(int64_t wave, Role role,
                                                                std::string_view first,
                                                                std::string_view last) {
  std::vector<Invitation> invitations;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    invitations.clear();
    return transaction.Query(kSelectUsable, {wave, static_cast<int>(role), first, last},
                             [&](const sql::Row& row) { invitations.push_back(FromRow(row)); });
  }));
  return invitations;
}

absl::StatusOr<absl::flat_hash_map<std::string, bool>> InvitationStore::Room(
    int64_t wave, Role role, std::string_view after) {
  absl::flat_hash_map<std::string, bool> room;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    room.clear();
    return transaction.Query(
        kSelectRoom, {wave, static_cast<int>(role), after},
        [&](const sql::Row& row) { room.emplace(row.String(0), row.Int(1) != 0); });
  }));
  return room;
}

absl::StatusOr<std::optional<Invitation>> InvitationStore::Revoke(int64_t wave,
                                                                  const InvitationKey& key,
                                                                  std::string_view reason,
                                                                  absl::Time now) {
  std::optional<Invitation> found;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(
        transaction
            .Execute(kRevoke, {wave, static_cast<int>(key.role), key.unit, key.number, now, reason})
            .status());
    ASSIGN_OR_RETURN(found, Find(transaction, wave, key));
    return absl::OkStatus();
  }));
  return found;
}

}  // namespace vg::survey
