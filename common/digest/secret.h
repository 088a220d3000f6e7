// Secrets that cannot be guessed, and what is derived from them.

#ifndef VG_COMMON_DIGEST_SECRET_H_
#define VG_COMMON_DIGEST_SECRET_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace vg {

// `count` octets from the machine's secure source. UNAVAILABLE if it has none.
absl::StatusOr<std::string> SecretOctets(size_t count);

// HMAC-SHA256 (RFC 2104): 32 octets that only who knows `secret` can tell from `message`.
std::string HmacSha256(std::string_view secret, std::string_view message);

}  // namespace vg

#endif  // VG_COMMON_DIGEST_SECRET_H_
