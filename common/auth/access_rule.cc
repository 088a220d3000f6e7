#include "common/auth/access_rule.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"

namespace vg::auth {
namespace {

absl::Status RoleMissing(const Principal& caller, Roles roles, std::string_view what) {
  const std::string text = roles.ToText();
  return Error(absl::StatusCode::kPermissionDenied, "ROLE_MISSING",
               roles.empty()
                   ? absl::StrCat("nobody may ", Av(what))
                   : absl::StrCat(caller.name, " may not ", Av(what), ": that takes the role ",
                                  text, ", which the keeper of the principals file can grant"),
               {{"caller", caller.name}, {"roles", text}});
}

}  // namespace

AccessRule RuleOf(const google::protobuf::MethodDescriptor& method) {
  const auto& option = method.options().GetExtension(voortgang::api::v1::method);
  AccessRule rule;
  for (const int role : option.roles()) rule.roles.Add(static_cast<Role>(role));
  rule.named = option.named();
  rule.audited = option.audited();
  return rule;
}

absl::Status Authorise(const Principal& caller, const AccessRule& rule, std::string_view method) {
  const bool reads = rule.roles.Has(voortgang::api::v1::ROLE_READER) && !caller.roles.empty();
  if (!reads && !rule.roles.HasAnyOf(caller.roles)) {
    return RoleMissing(caller, rule.roles, absl::StrCat("call ", Av(method)));
  }
  if (!rule.named) return absl::OkStatus();
  return RequireName(caller, absl::StrCat("call ", Av(method)));
}

absl::Status RequireRole(const Principal& caller, Role role, std::string_view what) {
  if (caller.May(role)) return absl::OkStatus();
  return RoleMissing(caller, {role}, what);
}

absl::Status RequireName(const Principal& caller, std::string_view what) {
  if (caller.named()) return absl::OkStatus();
  return Error(
      absl::StatusCode::kUnauthenticated, "NAME_REQUIRED",
      absl::StrCat("to ", Av(what),
                   " takes a name, and this server runs open: start it with "
                   "--principals=FILE, which says who there is (an example is "
                   "deploy/examples/principals.yaml), and call with a token of that file"));
}

}  // namespace vg::auth
