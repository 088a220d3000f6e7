// Everybody of one principals file.

#ifndef VG_COMMON_AUTH_PRINCIPAL_TABLE_H_
#define VG_COMMON_AUTH_PRINCIPAL_TABLE_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

#include "common/auth/principal.h"

namespace vg::auth {

// Immutable, thread-safe.
class PrincipalTable {
 public:
  // Reads a voortgang.access.v1.Principals in YAML. INVALID_ARGUMENT with every mistake, with line
  // and column: what YAML and the field rules see, and DUPLICATE (a name, token or OIN that is
  // taken), CREDENTIALS_MISSING (neither token nor OIN).
  static absl::StatusOr<std::shared_ptr<const PrincipalTable>> Parse(std::string_view yaml);

  // Null if nobody has that token. How long it takes tells nothing about the tokens there are.
  PrincipalPtr ByToken(std::string_view token) const;
  // Null if nobody has that number.
  PrincipalPtr ByOin(std::string_view oin) const;

  size_t size() const { return size_; }

 private:
  explicit PrincipalTable(std::string secret) : secret_(std::move(secret)) {}
  std::string KeyOf(std::string_view token_sha256) const;

  const std::string secret_;  // Of this table alone.
  size_t size_ = 0;
  std::map<std::string, PrincipalPtr, std::less<>> by_token_;  // By KeyOf().
  std::map<std::string, PrincipalPtr, std::less<>> by_oin_;
};

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_PRINCIPAL_TABLE_H_
