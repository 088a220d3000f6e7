#include "common/auth/jwt.h"

#include <cmath>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::auth {
namespace {

using nlohmann::json;

// More than any metadata of gRPC may have.
constexpr size_t kMaxTokenBytes = 16 << 10;
constexpr int64_t kLastSecond = 253'402'300'799;  // 9999-12-31

absl::Status Malformed(std::string sentence) {
  return Error(absl::StatusCode::kUnauthenticated, "TOKEN_MALFORMED", std::move(sentence));
}

// Nothing if it is no JSON object.
std::optional<json> ParseObject(std::string_view text) {
  json value = json::parse(text, /*callback=*/nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) return std::nullopt;
  return value;
}

// Texts of a text or a list of texts; nothing if it is neither.
std::optional<std::vector<std::string>> Texts(const json& value) {
  std::vector<std::string> texts;
  if (value.is_string()) {
    texts.push_back(value.get<std::string>());
    return texts;
  }
  if (!value.is_array()) return std::nullopt;
  for (const json& item : value) {
    if (!item.is_string()) return std::nullopt;
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

// False if the claim is there and no text.
bool ReadText(const json& object, const char* name, std::string& text) {
  const auto found = object.find(name);
  if (found == object.end()) return true;
  if (!found->is_string()) return false;
  text = found->get<std::string>();
  return true;
}

// False if the claim is there and no time. Fractions of seconds are cut off.
bool ReadTime(const json& object, const char* name, std::optional<int64_t>& seconds) {
  const auto found = object.find(name);
  if (found == object.end()) return true;
  if (!found->is_number()) return false;
  const double value = found->get<double>();
  if (!std::isfinite(value) || value < 0 || value > static_cast<double>(kLastSecond)) return false;
  seconds = static_cast<int64_t>(value);
  return true;
}

// `name` as it is, for names may hold dots, or as a way through objects; null if there is nothing.
const json* Find(const json& object, std::string_view name) {
  if (const auto whole = object.find(std::string(name)); whole != object.end()) return &*whole;
  const size_t dot = name.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const auto first = object.find(std::string(name.substr(0, dot)));
  if (first == object.end() || !first->is_object()) return nullptr;
  return Find(*first, name.substr(dot + 1));
}

}  // namespace

std::optional<std::string> FromBase64Url(std::string_view text) {
  std::string octets;
  if (text.find('=') != std::string_view::npos || text.size() % 4 == 1 ||
      !absl::WebSafeBase64Unescape(Av(text), &octets)) {
    return std::nullopt;
  }
  return octets;
}

absl::StatusOr<Jwt> ParseJwt(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return Malformed("the token is too long");
  const std::vector<std::string> parts = absl::StrSplit(Av(token), '.');
  if (parts.size() != 3) return Malformed("a signed token has three parts, separated by dots");
  const auto header_text = FromBase64Url(parts[0]);
  const auto payload_text = FromBase64Url(parts[1]);
  auto signature = FromBase64Url(parts[2]);
  if (!header_text || !payload_text || !signature) {
    return Malformed("the parts of a signed token are base64url");
  }
  const auto header = ParseObject(*header_text);
  const auto payload = ParseObject(*payload_text);
  if (!header || !payload) return Malformed("header and claims of a token are JSON objects");
  Jwt jwt;
  jwt.signed_text = std::string(token.substr(0, parts[0].size() + 1 + parts[1].size()));
  jwt.signature = *std::move(signature);
  jwt.claims = *payload_text;
  if (header->contains("crit")) return Malformed("the token wants extensions that are not known");
  if (!ReadText(*header, "alg", jwt.algorithm) || !ReadText(*header, "kid", jwt.key_id) ||
      !ReadText(*payload, "iss", jwt.issuer) || !ReadTime(*payload, "exp", jwt.expires_s) ||
      !ReadTime(*payload, "nbf", jwt.not_before_s)) {
    return Malformed("alg, kid and iss of a token are texts, exp and nbf seconds since 1970");
  }
  if (const auto audience = payload->find("aud"); audience != payload->end()) {
    auto texts = Texts(*audience);
    if (!texts) return Malformed("aud of a token is a text or a list of texts");
    jwt.audiences = *std::move(texts);
  }
  return jwt;
}

std::vector<std::string> ClaimOf(const Jwt& jwt, std::string_view name, bool split) {
  const auto claims = ParseObject(jwt.claims);
  const json* found = claims ? Find(*claims, name) : nullptr;
  if (found == nullptr) return {};
  if (found->is_string() && split) {
    return absl::StrSplit(found->get<std::string>(), ' ', absl::SkipEmpty());
  }
  return Texts(*found).value_or(std::vector<std::string>());
}

}  // namespace vg::auth
