#include "services/survey/domain/invitation.h"

#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/digest/secret.h"
#include "common/status/absl_view.h"

namespace vg::survey {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t kTokenDigits = 28;
constexpr size_t kGroup = 4;

constexpr std::array<std::pair<Role, std::string_view>, 4> kRoles = {{
    {Role::kSchoolLeader, "school-leader-"},
    {Role::kStaff, "staff-"},
    {Role::kBoard, "board-"},
    {Role::kMunicipality, "municipality-"},
}};

// What people write when they mean a digit.
char Meant(char c) {
  c = absl::ascii_toupper(static_cast<unsigned char>(c));
  if (c == 'O') return '0';
  if (c == 'I' || c == 'L') return '1';
  return c;
}

}  // namespace

std::string InvitationKey::id() const {
  for (const auto& [known, prefix] : kRoles) {
    if (known == role) return absl::StrCat(Av(prefix), Av(IdOf(unit)), "-", number);
  }
  return "";
}

std::optional<InvitationKey> InvitationKeyFromId(std::string_view id) {
  for (const auto& [role, prefix] : kRoles) {
    if (!id.starts_with(prefix)) continue;
    const std::string_view rest = id.substr(prefix.size());
    const size_t hyphen = rest.rfind('-');
    InvitationKey key{.role = role};
    if (hyphen == std::string_view::npos || hyphen == 0 ||
        !absl::SimpleAtoi(Av(rest.substr(hyphen + 1)), &key.number)) {
      return std::nullopt;
    }
    key.unit = UnitName(KindAsked(role), rest.substr(0, hyphen));
    return key.id() == id ? std::optional(key) : std::nullopt;
  }
  return std::nullopt;
}

std::string TokenOf(const InvitationKey& key, std::string_view secret) {
  const std::string mac = HmacSha256(secret, absl::StrCat("invitation ", key.id()));
  std::string token;
  for (size_t digit = 0; digit < kTokenDigits; ++digit) {
    if (digit != 0 && digit % kGroup == 0) token += '-';
    size_t value = 0;
    for (size_t bit = 5 * digit; bit < 5 * digit + 5; ++bit) {
      value = 2 * value + ((static_cast<unsigned char>(mac[bit / 8]) >> (7 - bit % 8)) & 1u);
    }
    token += kDigits[value];
  }
  return token;
}

std::string TokenHash(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == '-' || c == ' ') continue;
    digits += Meant(c);
  }
  return digits.empty() ? "" : Sha256Hex(digits);
}

}  // namespace vg::survey
