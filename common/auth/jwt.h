// Signed tokens of others (JSON Web Token, RFC 7519; signatures RFC 7515, 7518): outside data.

#ifndef VG_COMMON_AUTH_JWT_H_
#define VG_COMMON_AUTH_JWT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace vg::auth {

// A token taken apart. Nothing in it is to be believed before its signature was verified.
struct Jwt {
  std::string algorithm;                // "RS256"; may be anything.
  std::string key_id;                   // Empty if the header names none.
  std::string signed_text;              // What the signature is over.
  std::string signature;                // Octets.
  std::string issuer;                   // `iss`.
  std::vector<std::string> audiences;   // `aud`, which may be one text or a list.
  std::optional<int64_t> expires_s;     // `exp`, Unix time.
  std::optional<int64_t> not_before_s;  // `nbf`.
  std::string claims;                   // The payload, a JSON object.
};

// UNAUTHENTICATED (TOKEN_MALFORMED) for what is no signed token in compact form, has claims of the
// wrong type, or wants extensions to be understood (`crit`).
absl::StatusOr<Jwt> ParseJwt(std::string_view token);

// The claim `name` of `jwt` ("realm_access.roles" leads into an object): a text as a list of one,
// split at blanks if `split`; empty if there is none or it is neither text nor a list of texts.
std::vector<std::string> ClaimOf(const Jwt& jwt, std::string_view name, bool split);

// The octets of base64url without padding (RFC 4648, 5); nothing if it is none.
std::optional<std::string> FromBase64Url(std::string_view text);

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_JWT_H_
