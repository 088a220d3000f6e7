#include "common/auth/credentials.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"

namespace vg::auth {
namespace {

constexpr std::string_view kScheme = "Bearer ";
constexpr std::string_view kSerialNumber = "serialNumber";
constexpr size_t kMaxSubjectBytes = 4096;

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

absl::Status Malformed(std::string_view reason, std::string sentence) {
  return Error(absl::StatusCode::kUnauthenticated, reason, std::move(sentence));
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Takes one value off the front of `rest`, up to an unescaped comma or plus sign, unescaped.
// Nothing if an escape is not finished.
std::optional<std::string> TakeValue(std::string_view& rest) {
  std::string value;
  while (!rest.empty() && rest[0] != ',' && rest[0] != '+') {
    if (rest[0] != '\\') {
      value += rest[0];
      rest.remove_prefix(1);
      continue;
    }
    if (rest.size() < 2) return std::nullopt;
    if (HexValue(rest[1]) < 0) {
      value += rest[1];
      rest.remove_prefix(2);
      continue;
    }
    if (rest.size() < 3 || HexValue(rest[2]) < 0) return std::nullopt;
    value += static_cast<char>(HexValue(rest[1]) * 16 + HexValue(rest[2]));
    rest.remove_prefix(3);
  }
  return value;
}

}  // namespace

absl::StatusOr<std::string_view> BearerToken(std::string_view authorization) {
  if (!absl::StartsWithIgnoreCase(Av(authorization), Av(kScheme))) {
    return Malformed("TOKEN_MALFORMED", "authorization must be \"Bearer \" and a token");
  }
  const std::string_view token = authorization.substr(kScheme.size());
  if (token.empty() || !std::all_of(token.begin(), token.end(), IsTokenCharacter)) {
    return Malformed("TOKEN_MALFORMED",
                     "a bearer token is made of letters, digits and -._~+/=, without blanks");
  }
  return token;
}

absl::StatusOr<std::string> SerialNumberOf(std::string_view subject) {
  const auto malformed = [] {
    return Malformed("CERTIFICATE_MALFORMED", "the certificate's subject cannot be read");
  };
  if (subject.size() > kMaxSubjectBytes) return malformed();
  std::optional<std::string> found;
  std::string_view rest = subject;
  while (!rest.empty()) {
    const size_t equals = rest.find('=');
    if (equals == std::string_view::npos || equals == 0) return malformed();
    const std::string_view type = rest.substr(0, equals);
    rest.remove_prefix(equals + 1);
    std::optional<std::string> value = TakeValue(rest);
    if (!value) return malformed();
    if (!rest.empty()) rest.remove_prefix(1);
    if (!absl::EqualsIgnoreCase(Av(type), Av(kSerialNumber))) continue;
    if (found) return malformed();
    found = std::move(value);
  }
  if (!found) {
    return Malformed("CERTIFICATE_MALFORMED",
                     "the certificate's subject has no serialNumber, which names its organisation");
  }
  return *std::move(found);
}

}  // namespace vg::auth
