// Makes bearer tokens.

#ifndef VG_COMMON_AUTH_NEW_TOKEN_H_
#define VG_COMMON_AUTH_NEW_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"

namespace vg::auth {

struct NewToken {
  std::string token;   // "vgt_" and 43 letters, digits, '-' and '_': 256 bits of chance.
  std::string sha256;  // Of the token, as the principals file has it.
};

// UNAVAILABLE if the machine has no secure source of chance.
absl::StatusOr<NewToken> MakeToken();

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_NEW_TOKEN_H_
