#include "common/auth/key_set.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::auth {
namespace {

using nlohmann::json;

constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 8192;
constexpr size_t kCoordinateBytes = 32;  // Of P-256.
constexpr size_t kMaxKeys = 100;

template <auto free>
struct Free {
  template <typename T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using PublicKey = std::shared_ptr<EVP_PKEY>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;

const unsigned char* Octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number NumberOf(std::string_view octets) {
  return Number(BN_bin2bn(Octets(octets), static_cast<int>(octets.size()), nullptr));
}

std::string TextOf(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// The octets of a member in base64url; nothing if it is missing or wrong.
std::optional<std::string> OctetsOf(const json& object, const char* name) {
  auto octets = FromBase64Url(TextOf(object, name));
  if (octets && octets->empty()) return std::nullopt;
  return octets;
}

// Null if OpenSSL does not take it for a key.
PublicKey KeyFrom(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  PublicKey made(key, EVP_PKEY_free);
  const PkeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return check != nullptr && EVP_PKEY_public_check(check.get()) == 1 ? made : nullptr;
}

PublicKey RsaKey(const json& jwk) {
  const auto modulus = OctetsOf(jwk, "n");
  const auto exponent = OctetsOf(jwk, "e");
  if (!modulus || !exponent || modulus->size() > kMostRsaBits / 8 || exponent->size() > 8) {
    return nullptr;
  }
  const Number n = NumberOf(*modulus);
  const Number e = NumberOf(*exponent);
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (BN_num_bits(n.get()) < kLeastRsaBits ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return nullptr;
  }
  return KeyFrom("RSA", builder.get());
}

PublicKey EcKey(const json& jwk) {
  const auto x = OctetsOf(jwk, "x");
  const auto y = OctetsOf(jwk, "y");
  if (!x || !y || x->size() != kCoordinateBytes || y->size() != kCoordinateBytes) return nullptr;
  const std::string point = absl::StrCat("\x04", *x, *y);
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return nullptr;
  }
  return KeyFrom("EC", builder.get());
}

// As OpenSSL wants it, of two numbers side by side; empty if it is not that.
std::string EcSignatureInDer(std::string_view signature) {
  if (signature.size() != 2 * kCoordinateBytes) return "";
  const EcSignature parts(ECDSA_SIG_new());
  if (ECDSA_SIG_set0(parts.get(), NumberOf(signature.substr(0, kCoordinateBytes)).release(),
                     NumberOf(signature.substr(kCoordinateBytes)).release()) != 1) {
    return "";
  }
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(parts.get(), &der);
  if (size <= 0) return "";
  std::string text(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return text;
}

bool Verifies(EVP_PKEY* key, const std::string& algorithm, std::string_view text,
              std::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* details = nullptr;
  if (EVP_DigestVerifyInit(context.get(), &details, EVP_sha256(), nullptr, key) != 1) return false;
  if (algorithm == "PS256" &&
      (EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  std::string der;
  if (algorithm == "ES256") {
    der = EcSignatureInDer(signature);
    signature = der;
  }
  return EVP_DigestVerify(context.get(), Octets(signature), signature.size(), Octets(text),
                          text.size()) == 1;
}

absl::Status Invalid(std::string sentence) {
  return Error(absl::StatusCode::kInvalidArgument, "KEY_SET_INVALID", std::move(sentence));
}

absl::Status Refused(std::string_view reason, std::string sentence) {
  return Error(absl::StatusCode::kUnauthenticated, reason, std::move(sentence));
}

}  // namespace

struct KeySet::Key {
  std::string id;
  std::string algorithm;  // The only one that it is for; empty: any of its type.
  bool rsa = false;
  PublicKey key;

  // What a token claims must fit the key, never the other way round.
  bool Fits(const std::string& wanted) const {
    return (algorithm.empty() || algorithm == wanted) && rsa == (wanted != "ES256");
  }
};

absl::StatusOr<KeySet> KeySet::Parse(std::string_view text) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return Invalid("a key set is a JSON object with a list of keys");
  const auto list = document.find("keys");
  if (list == document.end() || !list->is_array() || list->size() > kMaxKeys) {
    return Invalid(absl::StrCat("a key set has a list `keys` of at most ", kMaxKeys, " keys"));
  }
  auto keys = std::make_shared<std::vector<Key>>();
  for (size_t i = 0; i < list->size(); ++i) {
    const json& jwk = (*list)[i];
    if (!jwk.is_object() || TextOf(jwk, "use") == "enc") continue;
    const std::string type = TextOf(jwk, "kty");
    const bool rsa = type == "RSA";
    if (!rsa && !(type == "EC" && TextOf(jwk, "crv") == "P-256")) continue;
    Key key{.id = TextOf(jwk, "kid"),
            .algorithm = TextOf(jwk, "alg"),
            .rsa = rsa,
            .key = rsa ? RsaKey(jwk) : EcKey(jwk)};
    if (key.key == nullptr) {
      return Invalid(absl::StrCat("keys[", i, "] must be a public key on P-256, or of RSA with ",
                                  kLeastRsaBits, " to ", kMostRsaBits, " bits"));
    }
    keys->push_back(std::move(key));
  }
  if (keys->empty()) return Invalid("there is no key for RS256, PS256 or ES256 in it");
  KeySet set;
  set.keys_ = std::move(keys);
  return set;
}

size_t KeySet::size() const { return keys_->size(); }

absl::Status KeySet::Verify(const Jwt& jwt) const {
  if (jwt.algorithm != "RS256" && jwt.algorithm != "PS256" && jwt.algorithm != "ES256") {
    return Refused("ALGORITHM_UNKNOWN", "a token must be signed by RS256, PS256 or ES256");
  }
  bool tried = false;
  for (const Key& key : *keys_) {
    if (!key.Fits(jwt.algorithm) || (!jwt.key_id.empty() && key.id != jwt.key_id)) continue;
    tried = true;
    if (Verifies(key.key.get(), jwt.algorithm, jwt.signed_text, jwt.signature)) {
      return absl::OkStatus();
    }
  }
  if (tried) return Refused("SIGNATURE_WRONG", "the token's signature is wrong");
  return Refused("KEY_UNKNOWN", "the issuer's key set has no key that could have signed the token");
}

}  // namespace vg::auth
