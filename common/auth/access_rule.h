// Who may call what: the rule that a method carries in its proto (voortgang.api.v1.method).

#ifndef VG_COMMON_AUTH_ACCESS_RULE_H_
#define VG_COMMON_AUTH_ACCESS_RULE_H_

#include <string_view>

#include "absl/status/status.h"

#include "common/auth/principal.h"

namespace google::protobuf {
class MethodDescriptor;
}

namespace vg::auth {

struct AccessRule {
  Roles roles;  // One of these; a method without any is closed.
  bool named = false;
  bool audited = false;
};

AccessRule RuleOf(const google::protobuf::MethodDescriptor& method);

// Whether `caller` may call `method` ("PublishScheme"), whatever it asks for. UNAUTHENTICATED
// (NAME_REQUIRED) if the rule wants a name and there is none; PERMISSION_DENIED (ROLE_MISSING) with
// the roles that would do.
absl::Status Authorise(const Principal& caller, const AccessRule& rule, std::string_view method);

// The same, for handlers whose answer depends on what is asked. `what` completes "may not …" and
// "to …": "read unprotected figures".
absl::Status RequireRole(const Principal& caller, Role role, std::string_view what);
absl::Status RequireName(const Principal& caller, std::string_view what);

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_ACCESS_RULE_H_
