// Somebody whose signed tokens are believed, and how far.

#ifndef VG_COMMON_AUTH_TOKEN_ISSUER_H_
#define VG_COMMON_AUTH_TOKEN_ISSUER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/auth/jwt.h"
#include "common/auth/key_set.h"
#include "common/auth/principal.h"

namespace vg::auth {

// Immutable, thread-safe.
struct TokenIssuer {
  std::string issuer;
  std::string audience;
  std::string roles_claim = "roles";
  std::string name_claim = "sub";
  std::string name_prefix = "users/";
  Roles roles;  // The most that its tokens can give.
  KeySet keys;
};

// Whom a token stands for, and until when.
struct Admission {
  PrincipalPtr principal;
  absl::Time until;
};

// The clocks of issuer and server may differ by this much.
inline constexpr absl::Duration kClockSkew = absl::Seconds(60);

// UNAUTHENTICATED if `issuer`, whom the token names, did not make it for this server and for `now`:
// what KeySet::Verify finds, AUDIENCE_WRONG, TOKEN_EXPIRED, TOKEN_EARLY (before `nbf`), or
// NAME_MISSING (no text in the claim that names the caller).
absl::StatusOr<Admission> Admit(const TokenIssuer& issuer, const Jwt& jwt, absl::Time now);

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_TOKEN_ISSUER_H_
