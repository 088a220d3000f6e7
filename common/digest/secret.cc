#include "common/digest/secret.h"

#include "absl/status/status.h"
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace vg {

absl::StatusOr<std::string> SecretOctets(size_t count) {
  std::string octets(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(octets.data()), static_cast<int>(count)) != 1) {
    return absl::UnavailableError("the machine gives no random numbers");
  }
  return octets;
}

std::string HmacSha256(std::string_view secret, std::string_view message) {
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       reinterpret_cast<unsigned char*>(mac.data()), &size);
  mac.resize(size);
  return mac;
}

}  // namespace vg
