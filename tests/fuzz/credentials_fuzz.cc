// Any bytes as what a caller brings along: never a crash, and nobody gets in who has no key.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/auth/authenticator.h"
#include "common/auth/credentials.h"
#include "common/auth/key_set.h"
#include "common/auth/test_signer.h"
#include "common/auth/token_issuer.h"

namespace {

const vg::auth::TestSigner& Signer() {
  static const auto& signer = *new vg::auth::TestSigner(vg::auth::TestSigner::Kind::kEc, "k");
  return signer;
}

void TrySubject(std::string_view text) {
  const auto number = vg::auth::SerialNumberOf(text);
  if (number.ok() && number->size() > text.size()) std::abort();
}

void TryToken(std::string_view text) {
  const auto token = vg::auth::BearerToken(text);
  if (token.ok() && token->find(' ') != std::string_view::npos) std::abort();
  const auto jwt = vg::auth::ParseJwt(text);
  if (!jwt.ok()) return;
  (void)vg::auth::ClaimOf(*jwt, "a.b", true);
  static const auto& keys = *new vg::auth::KeySet(*vg::auth::KeySet::Parse(Signer().KeySet()));
  if (keys.Verify(*jwt).ok()) std::abort();
}

// Claims that are signed, whatever they say.
void TryClaims(const std::string& claims) {
  static const auto& issuer = *new vg::auth::TokenIssuer{
      .issuer = "i", .audience = "a", .keys = *vg::auth::KeySet::Parse(Signer().KeySet())};
  const auto jwt = vg::auth::ParseJwt(Signer().Token("ES256", claims));
  if (!jwt.ok()) return;
  const auto admission = vg::auth::Admit(issuer, *jwt, absl::FromUnixSeconds(1'000'000));
  if (!admission.ok()) return;
  const std::string bytes = vg::auth::PassOn(*admission->principal);
  if (!vg::auth::PassedOn(bytes, "").ok()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      TrySubject(text);
      break;
    case 1:
      TryToken(text);
      break;
    case 2:
      TryClaims(std::string(text));
      break;
    case 3:
      (void)vg::auth::PassedOn(text, "");
      break;
    default:
      (void)vg::auth::KeySet::Parse(text);
  }
  return 0;
}
