#include "common/auth/new_token.h"

#include <utility>

#include "absl/strings/escaping.h"

#include "common/digest/digest.h"
#include "common/digest/secret.h"
#include "common/status/status_macros.h"

namespace vg::auth {
namespace {

constexpr size_t kOctets = 32;
// So that those who look for secrets where none should be recognise one.
constexpr char kPrefix[] = "vgt_";

}  // namespace

absl::StatusOr<NewToken> MakeToken() {
  ASSIGN_OR_RETURN(const std::string octets, SecretOctets(kOctets));
  std::string text;
  absl::WebSafeBase64Escape(octets, &text);
  std::string token = kPrefix + text.substr(0, text.find('='));
  std::string digest = Sha256Hex(token);
  return NewToken{.token = std::move(token), .sha256 = std::move(digest)};
}

}  // namespace vg::auth
