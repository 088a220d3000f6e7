#include "common/auth/key_set.h"

#include <string>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/auth/test_signer.h"
#include "common/status/error.h"
#include "common/testing/status_matchers.h"

namespace vg::auth {
namespace {

const TestSigner& Rsa() {
  static const TestSigner& signer = *new TestSigner(TestSigner::Kind::kRsa, "rsa");
  return signer;
}
const TestSigner& Ec() {
  static const TestSigner& signer = *new TestSigner(TestSigner::Kind::kEc, "ec");
  return signer;
}

absl::Status Verify(const std::string& keys, const std::string& token) {
  const auto set = KeySet::Parse(keys);
  if (!set.ok()) return set.status();
  const auto jwt = ParseJwt(token);
  return jwt.ok() ? set->Verify(*jwt) : jwt.status();
}

std::string Both() { return "{\"keys\":[" + Rsa().Jwk() + "," + Ec().Jwk() + "]}"; }

TEST(KeySetTest, VerifiesTheThreeAlgorithms) {
  EXPECT_THAT(Verify(Both(), Rsa().Token("RS256", "{}")), IsOk());
  EXPECT_THAT(Verify(Both(), Rsa().Token("PS256", "{}")), IsOk());
  EXPECT_THAT(Verify(Both(), Ec().Token("ES256", "{}")), IsOk());
}

// RFC 7515, A.2 and A.3.
TEST(KeySetTest, VerifiesThePublishedExamples) {
  const std::string claims =
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnV"
      "l"
      "fQ.";
  const std::string rsa =
      R"({"keys":[{"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddx)"
      R"(HmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGz)"
      R"(jb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3q)"
      R"(Co5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}]})";
  EXPECT_THAT(
      Verify(rsa,
             "eyJhbGciOiJSUzI1NiJ9" + claims +
                 "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_"
                 "lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO7"
                 "5vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOk"
                 "HWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy"
                 "wlVmtVrBp0igcN_IoypGlUPQGe77Rw"),
      IsOk());
  const std::string ec =
      R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
      R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";
  EXPECT_THAT(
      Verify(ec, "eyJhbGciOiJFUzI1NiJ9" + claims +
                     "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTU"
                     "JqPP3-Kg6NU1Q"),
      IsOk());
}

TEST(KeySetTest, RefusesATokenThatWasChanged) {
  for (const std::string& token :
       {Rsa().Token("RS256", R"({"sub":"a"})"), Rsa().Token("PS256", R"({"sub":"a"})"),
        Ec().Token("ES256", R"({"sub":"a"})")}) {
    const size_t dot = token.find('.');
    const std::string other =
        token.substr(0, dot + 1) + ToBase64Url(R"({"sub":"b"})") + token.substr(token.rfind('.'));
    EXPECT_THAT(Verify(Both(), other), HasReason("SIGNATURE_WRONG"));
    EXPECT_THAT(Verify(Both(), token.substr(0, token.rfind('.') + 1)),
                HasReason("SIGNATURE_WRONG"));
    EXPECT_THAT(Verify(Both(), token.substr(0, token.rfind('.') + 1) + "AAAA"),
                HasReason("SIGNATURE_WRONG"));
  }
}

TEST(KeySetTest, RefusesAlgorithmsThatNeedNoPrivateKey) {
  const std::string unsigned_token =
      ToBase64Url(R"({"alg":"none"})") + "." + ToBase64Url("{}") + ".";
  EXPECT_THAT(Verify(Both(), unsigned_token), HasReason("ALGORITHM_UNKNOWN"));
  for (const char* header : {R"({"alg":"HS256","kid":"rsa"})", R"({"alg":"rs256","kid":"rsa"})",
                             R"({"alg":"RS1","kid":"rsa"})", R"({"kid":"rsa"})"}) {
    EXPECT_THAT(Verify(Both(), Rsa().TokenWithHeader(header, "RS256", "{}")),
                HasReason("ALGORITHM_UNKNOWN"))
        << header;
  }
}

TEST(KeySetTest, HoldsATokenAgainstTheKeyThatItNamesAlone) {
  const TestSigner other(TestSigner::Kind::kEc, "other");
  const std::string forged = other.TokenWithHeader(R"({"alg":"ES256","kid":"ec"})", "ES256", "{}");
  EXPECT_THAT(Verify(Both(), forged), HasReason("SIGNATURE_WRONG"));
  EXPECT_THAT(Verify(Both(), other.Token("ES256", "{}")), HasReason("KEY_UNKNOWN"));
  EXPECT_THAT(Verify(Both(), Ec().TokenWithHeader(R"({"alg":"ES256"})", "ES256", "{}")), IsOk());
  // A key of one type under the name of the other's algorithm.
  EXPECT_THAT(
      Verify(Both(), Rsa().TokenWithHeader(R"({"alg":"ES256","kid":"rsa"})", "RS256", "{}")),
      HasReason("KEY_UNKNOWN"));
}

TEST(KeySetTest, KeepsAKeyToItsOwnAlgorithm) {
  const std::string only_ps =
      absl::StrReplaceAll(Rsa().KeySet(), {{"\"kty\"", R"("alg":"PS256","kty")"}});
  EXPECT_THAT(Verify(only_ps, Rsa().Token("PS256", "{}")), IsOk());
  EXPECT_THAT(Verify(only_ps, Rsa().Token("RS256", "{}")), HasReason("KEY_UNKNOWN"));
}

TEST(KeySetTest, LeavesAloneWhatIsForSomethingElse) {
  const std::string set = R"({"keys":[{"kty":"oct","k":"c2VjcmV0"},{"kty":"RSA","use":"enc"},)"
                          R"({"kty":"OKP","crv":"Ed25519"},{"kty":"EC","crv":"P-521"},)" +
                          Ec().Jwk() + "]}";
  ASSERT_OK_AND_ASSIGN(const KeySet keys, KeySet::Parse(set));
  EXPECT_EQ(keys.size(), 1u);
}

TEST(KeySetTest, RefusesSetsThatAreNone) {
  const TestSigner weak(TestSigner::Kind::kRsa, "weak", 1024);
  for (const std::string& set :
       {std::string(""), std::string("[]"), std::string("{}"), std::string(R"({"keys":{}})"),
        std::string(R"({"keys":[]})"), std::string(R"({"keys":[{"kty":"RSA"}]})"), weak.KeySet(),
        std::string(R"({"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]})"),
        // Not on the curve.
        R"({"keys":[{"kty":"EC","crv":"P-256","x":")" + ToBase64Url(std::string(32, '\1')) +
            R"(","y":")" + ToBase64Url(std::string(32, '\1')) + "\"}]}"}) {
    EXPECT_THAT(KeySet::Parse(set).status(), HasReason("KEY_SET_INVALID")) << set;
  }
}

}  // namespace
}  // namespace vg::auth
