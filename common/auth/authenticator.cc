#include "common/auth/authenticator.h"

#include <utility>

#include "common/status/error.h"
#include "voortgang/access/v1/access_service.pb.h"

namespace vg::auth {
namespace {

class OpenDoor final : public Authenticator {
 public:
  absl::StatusOr<PrincipalPtr> Identify(const Credentials& credentials) const override {
    if (credentials.in_process && !credentials.passed_on.empty()) {
      return PassedOn(credentials.passed_on, "");
    }
    return Anonymous();
  }
};

}  // namespace

const Authenticator& OpenToAll() {
  static const Authenticator& door = *new OpenDoor;
  return door;
}

std::string PassOn(const Principal& caller) {
  voortgang::access::v1::Caller message;
  message.set_name(caller.name);
  message.set_title(caller.title);
  for (const Role role : caller.roles.List()) message.add_roles(role);
  return message.SerializeAsString();
}

absl::StatusOr<PrincipalPtr> PassedOn(std::string_view bytes, std::string_view via) {
  voortgang::access::v1::Caller message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      message.name().empty()) {
    return Error(absl::StatusCode::kUnauthenticated, "CALLER_MALFORMED",
                 std::string(kPassedOnKey) + " must hold a voortgang.access.v1.Caller with a name");
  }
  auto caller = std::make_shared<Principal>();
  caller->name = std::move(*message.mutable_name());
  caller->title = std::move(*message.mutable_title());
  for (const int role : message.roles()) caller->roles.Add(static_cast<Role>(role));
  caller->via = std::string(via);
  return caller;
}

}  // namespace vg::auth
