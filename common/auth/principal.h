// Who calls, and what for.

#ifndef VG_COMMON_AUTH_PRINCIPAL_H_
#define VG_COMMON_AUTH_PRINCIPAL_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "voortgang/api/v1/access.pb.h"

namespace vg::auth {

using voortgang::api::v1::Role;

// "editor" of ROLE_EDITOR.
std::string NameOf(Role role);

// A set of roles. What an unknown number in a message stands for is left out.
class Roles {
 public:
  Roles() = default;
  Roles(std::initializer_list<Role> roles);
  static Roles All();

  void Add(Role role);
  bool Has(Role role) const;
  bool HasAnyOf(Roles others) const { return (bits_ & others.bits_) != 0; }
  bool empty() const { return bits_ == 0; }
  // In the order of the enum.
  std::vector<Role> List() const;
  // "editor or approver".
  std::string ToText() const;

  friend bool operator==(Roles, Roles) = default;

 private:
  uint32_t bits_ = 0;
};

// The name of a caller of whom nothing is known.
inline constexpr char kAnonymous[] = "anonymous";

struct Principal {
  std::string name = kAnonymous;  // Stable: "users/jansen", "systems/00000001001234567000".
  std::string title;              // For people: "A. Jansen, programme office".
  Roles roles;
  std::string via;  // The name of the service that passed the call on; empty if nobody did.

  // Whether it is known who this is. Never true on a server that runs open.
  bool named() const { return name != kAnonymous; }

  // Whether it may do what is there for `role`: any role includes reader.
  bool May(Role role) const;
};

// Shared, because the list of principals may be replaced during a call.
using PrincipalPtr = std::shared_ptr<const Principal>;

// The caller of a server that runs open: no name, every role.
PrincipalPtr Anonymous();

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_PRINCIPAL_H_
