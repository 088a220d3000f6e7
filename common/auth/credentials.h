// Reads what callers bring along: outside data.

#ifndef VG_COMMON_AUTH_CREDENTIALS_H_
#define VG_COMMON_AUTH_CREDENTIALS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace vg::auth {

// The token of "Bearer abc" (RFC 6750; the scheme's case does not matter, the token's does).
// UNAUTHENTICATED (TOKEN_MALFORMED) for another scheme, or a token of other characters than
// letters, digits and -._~+/= .
absl::StatusOr<std::string_view> BearerToken(std::string_view authorization);

// The serialNumber of a distinguished name as RFC 2253 writes it
// ("CN=Leerling\, B.V.,serialNumber=00000001001234567000,C=NL"): where Dutch government
// certificates carry the organisation's identification number (OIN). UNAUTHENTICATED
// (CERTIFICATE_MALFORMED) if there is none, more than one, or the name cannot be read.
absl::StatusOr<std::string> SerialNumberOf(std::string_view subject);

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_CREDENTIALS_H_
