// Public keys that signatures are verified with: a JSON Web Key Set (RFC 7517).

#ifndef VG_COMMON_AUTH_KEY_SET_H_
#define VG_COMMON_AUTH_KEY_SET_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "common/auth/jwt.h"

namespace vg::auth {

// Immutable, thread-safe, cheap to copy.
class KeySet {
 public:
  // Takes the keys that can verify RS256, PS256 (RSA of 2,048 bits and more) and ES256 (P-256) and
  // leaves others alone. INVALID_ARGUMENT (KEY_SET_INVALID) if it is no key set, has none of them,
  // or one that cannot be read.
  static absl::StatusOr<KeySet> Parse(std::string_view json);

  // OK if a key of the set made the signature of `jwt`. UNAUTHENTICATED with ALGORITHM_UNKNOWN,
  // KEY_UNKNOWN or SIGNATURE_WRONG. A token that names its key is held against no other.
  absl::Status Verify(const Jwt& jwt) const;

  size_t size() const;

 private:
  struct Key;
  KeySet() = default;

  std::shared_ptr<const std::vector<Key>> keys_;
};

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_KEY_SET_H_
