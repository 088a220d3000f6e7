// Where invitations live.

#ifndef VG_SERVICES_SURVEY_STORAGE_INVITATION_STORE_H_
#define VG_SERVICES_SURVEY_STORAGE_INVITATION_STORE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/survey/domain/invitation.h"
#include "services/survey/domain/wave.h"

namespace vg::survey {

// A token is made of the wave's secret, which has a table of its own, and only its hash is kept
// beside the invitation: who reads the database without that table can use none. Waves are told by
// their numbers. Thread-safe. Every method is one transaction.
class InvitationStore {
 public:
  explicit InvitationStore(sql::Database& database) : database_(database) {}

  // What the tokens of the wave are made of; made when it is first asked for.
  absl::StatusOr<std::string> Secret(int64_t wave);

  struct Plan {
    InvitationKind kind = InvitationKind::kSingleUse;
    int64_t most = 1;
  };
  // All or none of `keys`, in their order; those that are there already as they are.
  // ALREADY_EXISTS (INVITATION_EXISTS) if one is there with another plan.
  absl::StatusOr<std::vector<Invitation>> Create(const Wave& wave, int64_t number,
                                                 std::span<const InvitationKey> keys,
                                                 const Plan& plan, absl::Time now);

  struct ListOptions {
    std::optional<Role> role;
    std::string unit;                    // Empty: of all.
    std::optional<InvitationKey> after;  // The last one seen.
    size_t limit = 100;
  };
  // By role, unit and number.
  absl::StatusOr<std::vector<Invitation>> List(int64_t wave, const ListOptions& options);

  // Of the units from `first` to `last` by name, those that still let somebody in, by unit and
  // number.
  absl::StatusOr<std::vector<Invitation>> Usable(int64_t wave, Role role, std::string_view first,
                                                 std::string_view last);

  // Of the units of `role` after `after` by name that have invitations: whether one of those still
  // lets somebody in.
  absl::StatusOr<absl::flat_hash_map<std::string, bool>> Room(int64_t wave, Role role,
                                                              std::string_view after);

  // Revokes it, or gives it as it was revoked before; empty if there is none.
  absl::StatusOr<std::optional<Invitation>> Revoke(int64_t wave, const InvitationKey& key,
                                                   std::string_view reason, absl::Time now);

 private:
  sql::Database& database_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_INVITATION_STORE_H_
