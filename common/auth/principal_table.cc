#include "common/auth/principal_table.h"

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

PrincipalPtr Find(const std::map<std::string, PrincipalPtr, std::less<>>& map,
                  std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second;
}

FieldViolation Duplicate(std::string field, const std::string& value) {
  return {std::move(field), "DUPLICATE", absl::StrCat("must be unique; ", value, " is used above")};
}

}  // namespace

absl::StatusOr<std::shared_ptr<const PrincipalTable>> PrincipalTable::Parse(std::string_view yaml) {
  v1::Principals document;
  YamlSource source;
  RETURN_IF_ERROR(ParseYaml(yaml, &document, &source));
  RETURN_IF_ERROR(source.WithLines(rpc::Validate(document)));

  ASSIGN_OR_RETURN(std::string secret, SecretOctets(kSecretOctets));
  std::shared_ptr<PrincipalTable> table(new PrincipalTable(std::move(secret)));
  std::vector<FieldViolation> found;
  std::set<std::string> names;
  for (int i = 0; i < document.principals_size(); ++i) {
    const v1::PrincipalEntry& entry = document.principals(i);
    const std::string at = absl::StrCat("principals[", i, "]");
    auto principal = std::make_shared<Principal>();
    principal->name = entry.name();
    principal->title = entry.title();
    for (const int role : entry.roles()) principal->roles.Add(static_cast<Role>(role));
    if (!names.insert(entry.name()).second) {
      found.push_back(Duplicate(at + ".name", entry.name()));
    }
    if (entry.token_sha256().empty() && entry.oin().empty()) {
      found.push_back(
          {at, "CREDENTIALS_MISSING", "must have token_sha256 or oin, or nobody can call"});
    }
    for (int j = 0; j < entry.token_sha256_size(); ++j) {
      if (!table->by_token_.emplace(table->KeyOf(entry.token_sha256(j)), principal).second) {
        found.push_back(Duplicate(absl::StrCat(at, ".token_sha256[", j, "]"), "this token"));
      }
    }
    for (int j = 0; j < entry.oin_size(); ++j) {
      if (!table->by_oin_.emplace(entry.oin(j), principal).second) {
        found.push_back(Duplicate(absl::StrCat(at, ".oin[", j, "]"), entry.oin(j)));
      }
    }
  }
  if (!found.empty()) return source.WithLines(InvalidFields(std::move(found)));
  table->size_ = names.size();
  return table;
}

// Where a digest lies in the map is a secret of this process, so that the time a look-up takes
// cannot be used to find out about a digest, and from there about a token that is easy to guess.
std::string PrincipalTable::KeyOf(std::string_view token_sha256) const {
  return HmacSha256(secret_, token_sha256);
}

PrincipalPtr PrincipalTable::ByToken(std::string_view token) const {
  return Find(by_token_, KeyOf(Sha256Hex(token)));
}

PrincipalPtr PrincipalTable::ByOin(std::string_view oin) const { return Find(by_oin_, oin); }

}  // namespace vg::auth
