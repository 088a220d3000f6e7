#include "common/auth/test_signer.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

namespace vg::auth {
namespace {

constexpr int kCoordinateBytes = 32;

void Check(bool good) {
  if (!good) std::abort();
}

std::string OctetsOf(const BIGNUM* number, int size) {
  std::string octets(static_cast<size_t>(size), '\0');
  Check(BN_bn2binpad(number, reinterpret_cast<unsigned char*>(octets.data()), size) == size);
  return octets;
}

std::string Parameter(EVP_PKEY* key, const char* name, int size) {
  BIGNUM* number = nullptr;
  Check(EVP_PKEY_get_bn_param(key, name, &number) == 1);
  std::string octets = OctetsOf(number, size == 0 ? BN_num_bytes(number) : size);
  BN_free(number);
  return octets;
}

// Two numbers side by side, of what OpenSSL makes.
std::string FromDer(const std::string& der) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* parts = d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der.size()));
  Check(parts != nullptr);
  std::string text = OctetsOf(ECDSA_SIG_get0_r(parts), kCoordinateBytes) +
                     OctetsOf(ECDSA_SIG_get0_s(parts), kCoordinateBytes);
  ECDSA_SIG_free(parts);
  return text;
}

}  // namespace

std::string ToBase64Url(std::string_view octets) {
  std::string text;
  absl::WebSafeBase64Escape({octets.data(), octets.size()}, &text);
  return text.substr(0, text.find('='));
}

TestSigner::TestSigner(Kind kind, std::string key_id, int rsa_bits)
    : kind_(kind),
      key_id_(std::move(key_id)),
      key_(kind == Kind::kRsa
               ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<size_t>(rsa_bits))
               : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"),
           EVP_PKEY_free) {
  Check(key_ != nullptr);
}

std::string TestSigner::Jwk() const {
  if (kind_ == Kind::kRsa) {
    return absl::StrCat(R"({"kty":"RSA","kid":")", key_id_, R"(","n":")",
                        ToBase64Url(Parameter(key_.get(), OSSL_PKEY_PARAM_RSA_N, 0)), R"(","e":")",
                        ToBase64Url(Parameter(key_.get(), OSSL_PKEY_PARAM_RSA_E, 0)), "\"}");
  }
  return absl::StrCat(
      R"({"kty":"EC","crv":"P-256","kid":")", key_id_, R"(","x":")",
      ToBase64Url(Parameter(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, kCoordinateBytes)), R"(","y":")",
      ToBase64Url(Parameter(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, kCoordinateBytes)), "\"}");
}

std::string TestSigner::Sign(const std::string& algorithm, const std::string& text) const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* details = nullptr;
  Check(EVP_DigestSignInit(context, &details, EVP_sha256(), nullptr, key_.get()) == 1);
  if (algorithm == "PS256") {
    Check(EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST) == 1);
  }
  const auto* octets = reinterpret_cast<const unsigned char*>(text.data());
  size_t size = 0;
  Check(EVP_DigestSign(context, nullptr, &size, octets, text.size()) == 1);
  std::string signature(size, '\0');
  Check(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, octets,
                       text.size()) == 1);
  signature.resize(size);
  EVP_MD_CTX_free(context);
  return kind_ == Kind::kEc ? FromDer(signature) : signature;
}

std::string TestSigner::Token(const std::string& algorithm, const std::string& claims) const {
  return TokenWithHeader(
      absl::StrCat(R"({"typ":"JWT","alg":")", algorithm, R"(","kid":")", key_id_, "\"}"), algorithm,
      claims);
}

std::string TestSigner::TokenWithHeader(const std::string& header, const std::string& algorithm,
                                        const std::string& claims) const {
  const std::string text = ToBase64Url(header) + "." + ToBase64Url(claims);
  return text + "." + ToBase64Url(Sign(algorithm, text));
}

}  // namespace vg::auth
