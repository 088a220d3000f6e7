#include "common/auth/token_issuer.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::auth {
namespace {

constexpr size_t kMaxTitleBytes = 200;
constexpr size_t kMaxNameBytes = 128;  // What a resource name's id may have.

absl::Status Refused(std::string_view reason, std::string sentence) {
  return Error(absl::StatusCode::kUnauthenticated, reason, std::move(sentence));
}

// `text` as the id of a resource name: '~' and two digits for octets that it cannot have.
std::string AsId(const std::string& text) {
  std::string id;
  for (const char c : text) {
    const bool plain =
        absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
    if (plain) {
      id += c;
    } else {
      absl::StrAppend(&id, "~", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  return id;
}

absl::Status CheckTimes(const Jwt& jwt, absl::Time now) {
  if (!jwt.expires_s) return Refused("TOKEN_EXPIRED", "the token does not say until when (exp)");
  if (now >= absl::FromUnixSeconds(*jwt.expires_s) + kClockSkew) {
    return Refused("TOKEN_EXPIRED", "the token has expired; get a new one from its issuer");
  }
  if (jwt.not_before_s && now < absl::FromUnixSeconds(*jwt.not_before_s) - kClockSkew) {
    return Refused("TOKEN_EARLY", "the token is not valid yet (nbf)");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Admission> Admit(const TokenIssuer& issuer, const Jwt& jwt, absl::Time now) {
  // First of all, so that strangers learn nothing about tokens.
  RETURN_IF_ERROR(issuer.keys.Verify(jwt));
  if (std::find(jwt.audiences.begin(), jwt.audiences.end(), issuer.audience) ==
      jwt.audiences.end()) {
    return Refused("AUDIENCE_WRONG",
                   absl::StrCat("the token is for somebody else: aud must be ", issuer.audience));
  }
  RETURN_IF_ERROR(CheckTimes(jwt, now));
  const std::vector<std::string> names = ClaimOf(jwt, issuer.name_claim, /*split=*/false);
  const std::string id = names.size() == 1 ? AsId(names[0]) : "";
  if (id.empty() || id.size() + issuer.name_prefix.size() > kMaxNameBytes) {
    return Refused("NAME_MISSING", absl::StrCat("the token's claim ", issuer.name_claim,
                                                " must name its caller, in at most ", kMaxNameBytes,
                                                " characters"));
  }
  auto principal = std::make_shared<Principal>();
  principal->name = issuer.name_prefix + id;
  const std::vector<std::string> titles = ClaimOf(jwt, "name", /*split=*/false);
  if (titles.size() == 1 && titles[0].size() <= kMaxTitleBytes) principal->title = titles[0];
  const std::vector<std::string> claimed = ClaimOf(jwt, issuer.roles_claim, /*split=*/true);
  for (const Role role : issuer.roles.List()) {
    if (std::find(claimed.begin(), claimed.end(), NameOf(role)) != claimed.end()) {
      principal->roles.Add(role);
    }
  }
  return Admission{.principal = std::move(principal),
                   .until = absl::FromUnixSeconds(*jwt.expires_s) + kClockSkew};
}

}  // namespace vg::auth
