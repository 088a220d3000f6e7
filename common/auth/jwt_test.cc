#include "common/auth/jwt.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/auth/test_signer.h"
#include "common/status/error.h"
#include "common/testing/status_matchers.h"

namespace vg::auth {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Token(const std::string& header, const std::string& claims) {
  return ToBase64Url(header) + "." + ToBase64Url(claims) + "." + ToBase64Url("signature");
}

TEST(ParseJwtTest, TakesATokenApart) {
  const std::string token =
      Token(R"({"alg":"RS256","kid":"k1"})",
            R"({"iss":"https://i","aud":["a","b"],"exp":1648814400.9,"nbf":1,"sub":"x"})");
  ASSERT_OK_AND_ASSIGN(const Jwt jwt, ParseJwt(token));
  EXPECT_EQ(jwt.algorithm, "RS256");
  EXPECT_EQ(jwt.key_id, "k1");
  EXPECT_EQ(jwt.issuer, "https://i");
  EXPECT_THAT(jwt.audiences, ElementsAre("a", "b"));
  EXPECT_EQ(jwt.expires_s, 1648814400);
  EXPECT_EQ(jwt.not_before_s, 1);
  EXPECT_EQ(jwt.signature, "signature");
  EXPECT_EQ(jwt.signed_text, token.substr(0, token.rfind('.')));
}

// The example of RFC 7515, A.2, whose claims begin with a line break of two octets.
TEST(ParseJwtTest, ReadsThePublishedExample) {
  ASSERT_OK_AND_ASSIGN(const Jwt jwt,
                       ParseJwt("eyJhbGciOiJSUzI1NiJ9"
                                ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
                                "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.AAAA"));
  EXPECT_EQ(jwt.algorithm, "RS256");
  EXPECT_EQ(jwt.issuer, "joe");
  EXPECT_EQ(jwt.expires_s, 1300819380);
}

TEST(ParseJwtTest, RefusesWhatIsNoToken) {
  for (const std::string& token : {
           std::string(),
           std::string("a.b"),
           std::string("..."),
           std::string("e30.e30.A"),
           std::string("e30=.e30.AAAA"),
           std::string("e30.e30.A+/A"),
           Token("[]", "{}"),
           Token("{}", "nonsense"),
           Token(R"({"alg":1})", "{}"),
           Token(R"({"alg":"RS256","crit":["exp"]})", "{}"),
           Token("{}", R"({"iss":[]})"),
           Token("{}", R"({"exp":"tomorrow"})"),
           Token("{}", R"({"exp":-1})"),
           Token("{}", R"({"exp":1e300})"),
           Token("{}", R"({"aud":{}})"),
           Token("{}", R"({"aud":["a",1]})"),
           Token("{}", "{\"iss\":\"\xff\"}"),
           Token("{}", R"({"x":")" + std::string(20'000, 'x') + "\"}"),
       }) {
    EXPECT_THAT(ParseJwt(token).status(), HasReason("TOKEN_MALFORMED")) << token;
  }
}

TEST(ParseJwtTest, SurvivesDepth) {
  const std::string deep = std::string(5'000, '[') + std::string(5'000, ']');
  EXPECT_THAT(ParseJwt(Token("{}", R"({"a":)" + deep + "}")), IsOk());
}

TEST(ClaimOfTest, ReadsTextsListsAndWaysThroughObjects) {
  ASSERT_OK_AND_ASSIGN(
      const Jwt jwt,
      ParseJwt(Token("{}", R"({"scope":"a b","roles":["c","d"],"realm":{"roles":["e"]},)"
                           R"("https://x.nl/roles":["f"],"number":1})")));
  EXPECT_THAT(ClaimOf(jwt, "scope", true), ElementsAre("a", "b"));
  EXPECT_THAT(ClaimOf(jwt, "scope", false), ElementsAre("a b"));
  EXPECT_THAT(ClaimOf(jwt, "roles", true), ElementsAre("c", "d"));
  EXPECT_THAT(ClaimOf(jwt, "realm.roles", true), ElementsAre("e"));
  EXPECT_THAT(ClaimOf(jwt, "https://x.nl/roles", true), ElementsAre("f"));
  for (const char* name : {"number", "realm", "nothing", "roles.c", "", "."}) {
    EXPECT_THAT(ClaimOf(jwt, name, true), IsEmpty()) << name;
  }
}

}  // namespace
}  // namespace vg::auth
