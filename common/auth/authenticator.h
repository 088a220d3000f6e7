// From what a call brings along to who calls.

#ifndef VG_COMMON_AUTH_AUTHENTICATOR_H_
#define VG_COMMON_AUTH_AUTHENTICATOR_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "common/auth/principal.h"

namespace vg::auth {

// Metadata of a call.
inline constexpr char kAuthorizationKey[] = "authorization";  // "Bearer " and a token.
// A serialized voortgang.access.v1.Caller: on whose behalf a service calls.
inline constexpr char kPassedOnKey[] = "voortgang-caller-bin";

// What a call brings along. Borrowed from the call.
struct Credentials {
  bool in_process = false;               // Both ends are this process; nobody can pretend that.
  std::string_view authorization;        // Empty if there is none.
  std::string_view certificate_subject;  // Of a client certificate that TLS verified, RFC 2253.
  std::string_view passed_on;
};

// Thread-safe. Called once per call, on gRPC's threads: must not wait.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // UNAUTHENTICATED with the reason and what to do about it, if it cannot be said who calls.
  // PERMISSION_DENIED (NOT_A_SERVICE) if the caller passes on a call without being a service.
  virtual absl::StatusOr<PrincipalPtr> Identify(const Credentials& credentials) const = 0;
};

// Lets everybody in as Anonymous(), whatever they bring along. Only calls from inside the process
// may carry another caller's name.
const Authenticator& OpenToAll();

// `caller` for kPassedOnKey, and back: passed on by the service `via`. UNAUTHENTICATED
// (CALLER_MALFORMED) if the bytes are no caller.
std::string PassOn(const Principal& caller);
absl::StatusOr<PrincipalPtr> PassedOn(std::string_view bytes, std::string_view via);

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_AUTHENTICATOR_H_
