#include "common/auth/token_issuer.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/auth/test_signer.h"
#include "common/status/error.h"
#include "common/testing/status_matchers.h"

namespace vg::auth {
namespace {

using voortgang::api::v1::ROLE_ANALYST;
using voortgang::api::v1::ROLE_APPROVER;
using voortgang::api::v1::ROLE_EDITOR;

const TestSigner& Signer() {
  static const TestSigner& signer = *new TestSigner(TestSigner::Kind::kEc, "k");
  return signer;
}

const absl::Time kNow = absl::FromUnixSeconds(1'000'000);

TokenIssuer Issuer() {
  return {.issuer = "https://i",
          .audience = "voortgang",
          .roles = {ROLE_EDITOR, ROLE_ANALYST},
          .keys = *KeySet::Parse(Signer().KeySet())};
}

// With `more` claims, of a caller named a, good for a minute.
absl::StatusOr<Admission> AdmitClaims(const TokenIssuer& issuer, const std::string& claims) {
  const auto jwt = ParseJwt(Signer().Token("ES256", claims));
  if (!jwt.ok()) return jwt.status();
  return Admit(issuer, *jwt, kNow);
}

std::string Claims(const std::string& more) {
  return R"({"aud":"voortgang","exp":1000060,"sub":"a")" + more + "}";
}

TEST(AdmitTest, KnowsNameTitleAndRolesOfTheCaller) {
  ASSERT_OK_AND_ASSIGN(const Admission admission,
                       AdmitClaims(Issuer(), Claims(R"(,"name":"A. B.","roles":["editor","x"])")));
  EXPECT_EQ(admission.principal->name, "users/a");
  EXPECT_EQ(admission.principal->title, "A. B.");
  EXPECT_EQ(admission.principal->roles, Roles({ROLE_EDITOR}));
  EXPECT_EQ(admission.until, kNow + absl::Seconds(60) + kClockSkew);
}

TEST(AdmitTest, GivesNoRoleBeyondThoseOfTheIssuer) {
  ASSERT_OK_AND_ASSIGN(
      const Admission admission,
      AdmitClaims(Issuer(),
                  Claims(R"(,"roles":"editor approver service ROLE_ANALYST unspecified")")));
  EXPECT_EQ(admission.principal->roles, Roles({ROLE_EDITOR}));
}

TEST(AdmitTest, ReadsTheClaimsThatTheFileNames) {
  TokenIssuer issuer = Issuer();
  issuer.roles_claim = "realm.roles";
  issuer.name_claim = "mail";
  issuer.name_prefix = "users/sso.";
  issuer.roles.Add(ROLE_APPROVER);
  ASSERT_OK_AND_ASSIGN(
      const Admission admission,
      AdmitClaims(issuer, Claims(R"(,"mail":"a~b@c.nl","realm":{"roles":["approver"]})")));
  EXPECT_EQ(admission.principal->name, "users/sso.a~7eb~40c.nl");
  EXPECT_EQ(admission.principal->roles, Roles({ROLE_APPROVER}));
}

TEST(AdmitTest, HoldsATokenToItsTimes) {
  const auto at = [](const std::string& times) {
    return AdmitClaims(Issuer(), R"({"aud":"voortgang","sub":"a")" + times + "}").status();
  };
  EXPECT_THAT(at(R"(,"exp":999941)"), IsOk());  // Clocks differ.
  EXPECT_THAT(at(R"(,"exp":999940)"), HasReason("TOKEN_EXPIRED"));
  EXPECT_THAT(at(""), HasReason("TOKEN_EXPIRED"));
  EXPECT_THAT(at(R"(,"exp":2000000,"nbf":1000060)"), IsOk());
  EXPECT_THAT(at(R"(,"exp":2000000,"nbf":1000061)"), HasReason("TOKEN_EARLY"));
}

TEST(AdmitTest, RefusesTokensForOthersAndOfNobody) {
  EXPECT_THAT(AdmitClaims(Issuer(), R"({"aud":"other","exp":1000060,"sub":"a"})").status(),
              HasReason("AUDIENCE_WRONG"));
  EXPECT_THAT(AdmitClaims(Issuer(), R"({"exp":1000060,"sub":"a"})").status(),
              HasReason("AUDIENCE_WRONG"));
  EXPECT_THAT(AdmitClaims(Issuer(), R"({"aud":["x","voortgang"],"exp":1000060,"sub":"a"})"),
              IsOk());
  for (const std::string& name :
       {std::string("1"), std::string("\"\""), std::string("[]"), std::string(R"(["a","b"])"),
        absl::StrCat("\"", std::string(130, 'a'), "\"")}) {
    EXPECT_THAT(
        AdmitClaims(Issuer(), R"({"aud":"voortgang","exp":1000060,"sub":)" + name + "}").status(),
        HasReason("NAME_MISSING"))
        << name;
  }
}

TEST(AdmitTest, LooksAtTheSignatureBeforeAnythingElse) {
  const TestSigner stranger(TestSigner::Kind::kEc, "k");
  ASSERT_OK_AND_ASSIGN(const Jwt jwt, ParseJwt(stranger.Token("ES256", R"({"aud":"x"})")));
  EXPECT_THAT(Admit(Issuer(), jwt, kNow).status(), HasReason("SIGNATURE_WRONG"));
}

}  // namespace
}  // namespace vg::auth
