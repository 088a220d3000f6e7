// Everybody of one principals file.

#ifndef VG_COMMON_AUTH_PRINCIPAL_TABLE_H_
#define VG_COMMON_AUTH_PRINCIPAL_TABLE_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/auth/principal.h"
#include "common/auth/token_issuer.h"
#include "common/status/error.h"

namespace voortgang::access::v1 {
class Principals;
}

namespace vg::auth {

// Thread-safe. Does not change, but for remembering whom signed tokens stand for.
class PrincipalTable {
 public:
  // Reads a file that the document names.
  using ReadFile = absl::FunctionRef<absl::StatusOr<std::string>(const std::string& name)>;

  // Reads a voortgang.access.v1.Principals in YAML. INVALID_ARGUMENT with every mistake, with line
  // and column: what YAML and the field rules see, and DUPLICATE (a name, token or OIN that is
  // taken, or an issuer), CREDENTIALS_MISSING (neither token nor OIN), FILE_NOT_FOUND or
  // KEY_SET_INVALID (an issuer's keys).
  static absl::StatusOr<std::shared_ptr<const PrincipalTable>> Parse(std::string_view yaml,
                                                                     ReadFile read);

  // Null if nobody has that token. How long it takes tells nothing about the tokens there are.
  PrincipalPtr ByToken(std::string_view token) const;
  // Null if nobody has that number.
  PrincipalPtr ByOin(std::string_view oin) const;

  // Whether `token` is for BySignedToken() to look at.
  bool MayBeSigned(std::string_view token) const;
  // UNAUTHENTICATED with ISSUER_UNKNOWN or what ParseJwt() and Admit() find.
  absl::StatusOr<PrincipalPtr> BySignedToken(std::string_view token, absl::Time now) const;

  size_t size() const { return size_; }

 private:
  explicit PrincipalTable(std::string secret) : secret_(std::move(secret)) {}
  void AddPrincipals(const voortgang::access::v1::Principals& document,
                     std::vector<FieldViolation>& found);
  void AddIssuers(const voortgang::access::v1::Principals& document, ReadFile read,
                  std::vector<FieldViolation>& found);
  std::string KeyOf(std::string_view token_sha256) const;

  const std::string secret_;  // Of this table alone.
  size_t size_ = 0;
  std::map<std::string, PrincipalPtr, std::less<>> by_token_;  // By KeyOf().
  std::map<std::string, PrincipalPtr, std::less<>> by_oin_;
  std::map<std::string, TokenIssuer, std::less<>> issuers_;

  // Verifying a signature takes far longer than looking here. By digest of the token.
  mutable absl::Mutex mutex_;
  mutable std::map<std::string, Admission, std::less<>> admitted_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_PRINCIPAL_TABLE_H_
