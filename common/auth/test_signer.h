// Signs tokens as an issuer would: for tests.

#ifndef VG_COMMON_AUTH_TEST_SIGNER_H_
#define VG_COMMON_AUTH_TEST_SIGNER_H_

#include <memory>
#include <string>
#include <string_view>

#include <openssl/evp.h>

namespace vg::auth {

// A key pair, made when the object is. Ends the process if OpenSSL fails.
class TestSigner {
 public:
  enum class Kind { kRsa, kEc };

  TestSigner(Kind kind, std::string key_id, int rsa_bits = 2048);

  // The public half as a JSON Web Key, and alone in a key set.
  std::string Jwk() const;
  std::string KeySet() const { return "{\"keys\":[" + Jwk() + "]}"; }

  // A token with these claims (a JSON object), signed by `algorithm` (RS256, PS256, ES256), naming
  // this key.
  std::string Token(const std::string& algorithm, const std::string& claims) const;
  // The same, with a header (a JSON object) that may say otherwise.
  std::string TokenWithHeader(const std::string& header, const std::string& algorithm,
                              const std::string& claims) const;

 private:
  std::string Sign(const std::string& algorithm, const std::string& text) const;

  const Kind kind_;
  const std::string key_id_;
  std::shared_ptr<EVP_PKEY> key_;
};

std::string ToBase64Url(std::string_view octets);

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_TEST_SIGNER_H_
