#include "common/auth/principal.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace vg::auth {
namespace {

static_assert(voortgang::api::v1::Role_MAX < 32, "a role is a bit of a 32-bit number");

uint32_t Bit(Role role) {
  const bool known =
      role > voortgang::api::v1::ROLE_UNSPECIFIED && role <= voortgang::api::v1::Role_MAX;
  return known ? uint32_t{1} << role : 0;
}

}  // namespace

std::string NameOf(Role role) {
  const std::string& name = voortgang::api::v1::Role_Name(role);
  return absl::AsciiStrToLower(absl::StripPrefix(name, "ROLE_"));
}

Roles::Roles(std::initializer_list<Role> roles) {
  for (const Role role : roles) Add(role);
}

Roles Roles::All() {
  Roles all;
  for (int role = 1; role <= voortgang::api::v1::Role_MAX; ++role) all.Add(static_cast<Role>(role));
  return all;
}

void Roles::Add(Role role) { bits_ |= Bit(role); }

bool Roles::Has(Role role) const { return (bits_ & Bit(role)) != 0; }

std::vector<Role> Roles::List() const {
  std::vector<Role> list;
  for (int role = 1; role <= voortgang::api::v1::Role_MAX; ++role) {
    if (Has(static_cast<Role>(role))) list.push_back(static_cast<Role>(role));
  }
  return list;
}

std::string Roles::ToText() const {
  return absl::StrJoin(List(), " or ",
                       [](std::string* out, Role role) { out->append(NameOf(role)); });
}

bool Principal::May(Role role) const {
  if (role == voortgang::api::v1::ROLE_READER) return !roles.empty();
  return roles.Has(role);
}

PrincipalPtr Anonymous() {
  static const PrincipalPtr& anonymous = *new PrincipalPtr(
      std::make_shared<Principal>(Principal{.name = kAnonymous,
                                            .title = "anybody, for this server runs open",
                                            .roles = Roles::All(),
                                            .via = ""}));
  return anonymous;
}

}  // namespace vg::auth
