#include "common/auth/principal_table.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/digest/secret.h"
#include "common/grpc/validation.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/yaml/yaml.h"
#include "voortgang/access/v1/principals.pb.h"

namespace vg::auth {
namespace {

namespace v1 = voortgang::access::v1;

constexpr size_t kSecretOctets = 32;
constexpr size_t kMaxRemembered = 4096;  // Signed tokens.

PrincipalPtr Find(const std::map<std::string, PrincipalPtr, std::less<>>& map,
                  std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second;
}

Roles RolesOf(const google::protobuf::RepeatedField<int>& list) {
  Roles roles;
  for (const int role : list) roles.Add(static_cast<Role>(role));
  return roles;
}

absl::StatusOr<KeySet> KeysFrom(const std::string& file, PrincipalTable::ReadFile read) {
  ASSIGN_OR_RETURN(const std::string text, read(file));
  return KeySet::Parse(text);
}

FieldViolation Duplicate(std::string field, const std::string& value) {
  return {std::move(field), "DUPLICATE", absl::StrCat("must be unique; ", value, " is used above")};
}

}  // namespace

absl::StatusOr<std::shared_ptr<const PrincipalTable>> PrincipalTable::Parse(std::string_view yaml,
                                                                            ReadFile read) {
  v1::Principals document;
  YamlSource source;
  RETURN_IF_ERROR(ParseYaml(yaml, &document, &source));
  RETURN_IF_ERROR(source.WithLines(rpc::Validate(document)));

  ASSIGN_OR_RETURN(std::string secret, SecretOctets(kSecretOctets));
  std::shared_ptr<PrincipalTable> table(new PrincipalTable(std::move(secret)));
  std::vector<FieldViolation> found;
  table->AddPrincipals(document, found);
  table->AddIssuers(document, read, found);
  if (!found.empty()) return source.WithLines(InvalidFields(std::move(found)));
  return table;
}

void PrincipalTable::AddPrincipals(const v1::Principals& document,
                                   std::vector<FieldViolation>& found) {
  std::set<std::string> names;
  for (int i = 0; i < document.principals_size(); ++i) {
    const v1::PrincipalEntry& entry = document.principals(i);
    const std::string at = absl::StrCat("principals[", i, "]");
    auto principal = std::make_shared<Principal>();
    principal->name = entry.name();
    principal->title = entry.title();
    principal->roles = RolesOf(entry.roles());
    if (!names.insert(entry.name()).second) {
      found.push_back(Duplicate(at + ".name", entry.name()));
    }
    if (entry.token_sha256().empty() && entry.oin().empty()) {
      found.push_back(
          {at, "CREDENTIALS_MISSING", "must have token_sha256 or oin, or nobody can call"});
    }
    for (int j = 0; j < entry.token_sha256_size(); ++j) {
      if (!by_token_.emplace(KeyOf(entry.token_sha256(j)), principal).second) {
        found.push_back(Duplicate(absl::StrCat(at, ".token_sha256[", j, "]"), "this token"));
      }
    }
    for (int j = 0; j < entry.oin_size(); ++j) {
      if (!by_oin_.emplace(entry.oin(j), principal).second) {
        found.push_back(Duplicate(absl::StrCat(at, ".oin[", j, "]"), entry.oin(j)));
      }
    }
  }
  size_ = names.size();
}

void PrincipalTable::AddIssuers(const v1::Principals& document, ReadFile read,
                                std::vector<FieldViolation>& found) {
  for (int i = 0; i < document.issuers_size(); ++i) {
    const v1::TokenIssuer& entry = document.issuers(i);
    const std::string at = absl::StrCat("issuers[", i, "]");
    const absl::StatusOr<KeySet> keys = KeysFrom(entry.jwks_file(), read);
    if (!keys.ok()) {
      found.push_back({at + ".jwks_file", DetailsOf(keys.status()).reason,
                       std::string(keys.status().message())});
      continue;
    }
    TokenIssuer issuer{.issuer = entry.issuer(),
                       .audience = entry.audience(),
                       .roles = RolesOf(entry.roles()),
                       .keys = *keys};
    if (!entry.roles_claim().empty()) issuer.roles_claim = entry.roles_claim();
    if (!entry.name_claim().empty()) issuer.name_claim = entry.name_claim();
    if (!entry.name_prefix().empty()) issuer.name_prefix = entry.name_prefix();
    if (!issuers_.emplace(entry.issuer(), std::move(issuer)).second) {
      found.push_back(Duplicate(at + ".issuer", entry.issuer()));
    }
  }
}

// Where a digest lies in the map is a secret of this process, so that the time a look-up takes
// cannot be used to find out about a digest, and from there about a token that is easy to guess.
std::string PrincipalTable::KeyOf(std::string_view token_sha256) const {
  return HmacSha256(secret_, token_sha256);
}

PrincipalPtr PrincipalTable::ByToken(std::string_view token) const {
  return Find(by_token_, KeyOf(Sha256Hex(token)));
}

bool PrincipalTable::MayBeSigned(std::string_view token) const {
  return !issuers_.empty() && std::count(token.begin(), token.end(), '.') == 2;
}

absl::StatusOr<PrincipalPtr> PrincipalTable::BySignedToken(std::string_view token,
                                                           absl::Time now) const {
  const std::string key = KeyOf(Sha256Hex(token));
  {
    absl::ReaderMutexLock lock(&mutex_);
    const auto known = admitted_.find(key);
    if (known != admitted_.end() && now < known->second.until) return known->second.principal;
  }
  ASSIGN_OR_RETURN(const Jwt jwt, ParseJwt(token));
  const auto issuer = issuers_.find(jwt.issuer);
  if (issuer == issuers_.end()) {
    return Error(absl::StatusCode::kUnauthenticated, "ISSUER_UNKNOWN",
                 "the token's issuer (iss) is not one of those of the principals file");
  }
  ASSIGN_OR_RETURN(const Admission admission, Admit(issuer->second, jwt, now));
  absl::MutexLock lock(&mutex_);
  if (admitted_.size() >= kMaxRemembered) admitted_.clear();
  admitted_.insert_or_assign(key, admission);
  return admission.principal;
}

PrincipalPtr PrincipalTable::ByOin(std::string_view oin) const { return Find(by_oin_, oin); }

}  // namespace vg::auth
