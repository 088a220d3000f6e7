// The right to answer about a unit, for who has its token.

#ifndef VG_SERVICES_SURVEY_DOMAIN_INVITATION_H_
#define VG_SERVICES_SURVEY_DOMAIN_INVITATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "services/survey/domain/unit.h"

namespace vg::survey {

// How often an invitation can be used. The numbers are stored and are those of the proto.
enum class InvitationKind { kSingleUse = 1, kGroup = 2 };

// Which invitation of a wave. By it a token is made.
struct InvitationKey {
  Role role = Role::kSchoolLeader;
  std::string unit;
  int64_t number = 1;
  auto operator<=>(const InvitationKey&) const = default;

  // "staff-16SW03-1"
  std::string id() const;
};

// The key with that id; empty if there can be none.
std::optional<InvitationKey> InvitationKeyFromId(std::string_view id);

struct Invitation {
  InvitationKey key;
  InvitationKind kind = InvitationKind::kSingleUse;
  int64_t most = 1;  // Responses that it lets in; 0: no limit.
  int64_t uses = 0;  // Responses that it let in and that were not withdrawn.
  absl::Time create_time;
  std::optional<absl::Time> revoke_time = {};
  std::string revoke_reason = {};

  bool usable() const { return !revoke_time && (most == 0 || uses < most); }
};

inline constexpr size_t kTokenSecretOctets = 32;

// Who knows the secret of a wave makes the tokens of all of its invitations, again and again the
// same: 140 bits of an HMAC-SHA256, as 28 digits and capitals that are not taken for one another
// (Crockford's base 32), in groups of four.
std::string TokenOf(const InvitationKey& key, std::string_view secret);

// What is kept of a token: SHA-256 over its 28 characters, however it was written. Empty if nothing
// was.
std::string TokenHash(std::string_view text);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_INVITATION_H_
