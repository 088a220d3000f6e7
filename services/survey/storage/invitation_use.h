// Letting responses in by invitation, inside the transaction that takes them in.

#ifndef VG_SERVICES_SURVEY_STORAGE_INVITATION_USE_H_
#define VG_SERVICES_SURVEY_STORAGE_INVITATION_USE_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/sql/transaction.h"
#include "services/survey/domain/unit.h"

namespace vg::survey {

struct InvitationClaim {
  int64_t wave = 0;
  Role role = Role::kSchoolLeader;
  std::string_view unit;
  std::string_view response;    // The response's id.
  std::string_view token_hash;  // TokenHash of what was sent; empty: nothing.
};

struct InvitationVerdict {
  absl::Status refusal;  // OK if the response may come in.
  bool counted = false;  // A use that was not counted before.
};

// Counts a use of the invitation for the response, once however often it is called, or tells why
// not: INVALID_ARGUMENT on "invitation_token" (INVITATION_REQUIRED, INVITATION_UNKNOWN,
// INVITATION_OF_OTHER_UNIT), FAILED_PRECONDITION (INVITATION_USED, INVITATION_REVOKED). A response
// that the invitation let in before may go on after it was revoked.
//
// Good under READ COMMITTED, for whoever holds the claim to the response's id and the lock of the
// unit (intake.h): the row of an invitation is locked after that of its unit.
absl::StatusOr<InvitationVerdict> UseInvitation(sql::Transaction& transaction,
                                                const InvitationClaim& claim);

// Gives the use of a response back: it was withdrawn, or not taken in after all. Without one
// nothing happens.
absl::Status ReturnInvitation(sql::Transaction& transaction, int64_t wave,
                              std::string_view response);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_INVITATION_USE_H_
