#include "common/auth/principal_table.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/auth/test_signer.h"
#include "common/digest/digest.h"
#include "common/status/error.h"
#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"

namespace vg::auth {
namespace {

using ::testing::HasSubstr;
using voortgang::api::v1::ROLE_APPROVER;
using voortgang::api::v1::ROLE_EDITOR;
using voortgang::api::v1::ROLE_RESPONDENT;

absl::StatusOr<std::shared_ptr<const PrincipalTable>> Parse(const std::string& yaml,
                                                            const std::string& keys = "") {
  return PrincipalTable::Parse(yaml, [&](const std::string& name) -> absl::StatusOr<std::string> {
    if (name == "keys.json") return keys;
    return Error(absl::StatusCode::kNotFound, "FILE_NOT_FOUND", name + " cannot be read");
  });
}

std::string Entry(const std::string& name, const std::string& credential) {
  return "  - {name: " + name + ", roles: [editor], " + credential + "}\n";
}

std::string TokenOf(const std::string& token) { return "token_sha256: " + Sha256Hex(token); }

TEST(PrincipalTableTest, FindsPeopleByTokenAndSystemsByNumber) {
  ASSERT_OK_AND_ASSIGN(const auto table, Parse(R"(
principals:
  - name: users/jansen
    title: A. Jansen, programme office
    roles: [editor, approver]
    token_sha256: )" + Sha256Hex("vgt_jansen") +
                                               R"(
  - name: systems/supplier
    roles: respondent
    oin: "00000001001234567000"
)"));
  EXPECT_EQ(table->size(), 2u);
  const PrincipalPtr jansen = table->ByToken("vgt_jansen");
  ASSERT_NE(jansen, nullptr);
  EXPECT_EQ(jansen->name, "users/jansen");
  EXPECT_EQ(jansen->title, "A. Jansen, programme office");
  EXPECT_EQ(jansen->roles, Roles({ROLE_EDITOR, ROLE_APPROVER}));
  const PrincipalPtr supplier = table->ByOin("00000001001234567000");
  ASSERT_NE(supplier, nullptr);
  EXPECT_EQ(supplier->roles, Roles({ROLE_RESPONDENT}));
}

TEST(PrincipalTableTest, KnowsNobodyByAnotherTokenOrByItsDigest) {
  ASSERT_OK_AND_ASSIGN(const auto table,
                       Parse("principals:\n" + Entry("users/a", TokenOf("vgt_Ab"))));
  EXPECT_NE(table->ByToken("vgt_Ab"), nullptr);
  for (const std::string& token :
       {std::string("vgt_ab"), std::string("vgt_A"), std::string(), Sha256Hex("vgt_Ab")}) {
    EXPECT_EQ(table->ByToken(token), nullptr) << token;
  }
  EXPECT_EQ(table->ByOin(""), nullptr);
}

TEST(PrincipalTableTest, ReadsTheExample) {
  ASSERT_OK_AND_ASSIGN(const auto table,
                       Parse(ReadFile(SourcePath("deploy/examples/principals.yaml"))));
  const PrincipalPtr jansen = table->ByToken("example-jansen");
  ASSERT_NE(jansen, nullptr);
  EXPECT_EQ(jansen->name, "users/jansen");
  for (const char* name : {"devries", "bakker", "visser", "suite"}) {
    EXPECT_NE(table->ByToken(std::string("example-") + name), nullptr) << name;
  }
  EXPECT_NE(table->ByOin("00000001001234567000"), nullptr);
}

TEST(PrincipalTableTest, TakesTwoTokensWhileOneIsReplaced) {
  ASSERT_OK_AND_ASSIGN(
      const auto table,
      Parse("principals:\n" + Entry("users/a", "token_sha256: [" + Sha256Hex("old") + ", " +
                                                   Sha256Hex("new") + "]")));
  EXPECT_EQ(table->ByToken("old"), table->ByToken("new"));
}

std::string Issuer(const std::string& issuer, const std::string& file) {
  return "issuers:\n  - issuer: " + issuer + "\n    audience: voortgang\n    jwks_file: " + file +
         "\n    roles: [editor]\n";
}

TEST(PrincipalTableTest, KnowsCallersBySignedTokenUntilItExpires) {
  const TestSigner signer(TestSigner::Kind::kEc, "k");
  ASSERT_OK_AND_ASSIGN(const auto table, Parse(Issuer("https://i", "keys.json"), signer.KeySet()));
  const absl::Time now = absl::FromUnixSeconds(1'000'000);
  const std::string token = signer.Token(
      "ES256", R"({"iss":"https://i","aud":"voortgang","exp":1000060,"sub":"a","roles":"editor"})");
  ASSERT_TRUE(table->MayBeSigned(token));
  EXPECT_FALSE(table->MayBeSigned("vgt_opaque"));
  ASSERT_OK_AND_ASSIGN(const PrincipalPtr caller, table->BySignedToken(token, now));
  EXPECT_EQ(caller->name, "users/a");
  // The second time it is remembered, and not beyond its time.
  EXPECT_THAT(table->BySignedToken(token, now + absl::Seconds(60)), IsOkAndHolds(caller));
  EXPECT_THAT(table->BySignedToken(token, now + absl::Seconds(120)).status(),
              HasReason("TOKEN_EXPIRED"));
  EXPECT_THAT(table->BySignedToken(signer.Token("ES256", R"({"iss":"https://j"})"), now).status(),
              HasReason("ISSUER_UNKNOWN"));
  EXPECT_THAT(table->BySignedToken(token + "A", now).status(),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

struct Mistake {
  std::string yaml;
  std::string reason;
  std::string sentence;
};

TEST(PrincipalTableTest, SaysWhereAndWhatIsWrong) {
  const std::string good = "principals:\n" + Entry("users/a", TokenOf("a"));
  for (const Mistake& mistake : {
           Mistake{good + Entry("users/a", TokenOf("b")), "DUPLICATE", "line 3, column 12: "},
           Mistake{good + Entry("users/b", TokenOf("a")), "DUPLICATE", "line 3, column "},
           Mistake{good + "  - {name: users/b, roles: [editor]}\n", "CREDENTIALS_MISSING",
                   "line 3, column 5: must have token_sha256 or oin"},
           Mistake{good + Entry("jansen", TokenOf("b")), "MALFORMED_NAME", "line 3, column "},
           Mistake{good + Entry("users/b", "oin: '12'"), "MALFORMED", "line 3, column "},
           Mistake{good + Entry("users/b", "token_sha256: secret"), "MALFORMED", "line 3, column "},
           Mistake{good + "  - {name: users/b, roles: [emperor], oin: '1'}\n", "UNKNOWN_VALUE",
                   "line 3, column "},
           Mistake{good + "  - {name: users/b, password: x}\n", "UNKNOWN_FIELD", "line 3, column "},
           Mistake{"principals: {", "YAML_SYNTAX", "line "},
           Mistake{Issuer("https://i", "nowhere.json"), "FILE_NOT_FOUND", "line 4, column "},
           Mistake{Issuer("https://i", "keys.json"), "KEY_SET_INVALID", "line 4, column "},
       }) {
    const absl::Status status = Parse(mistake.yaml).status();
    ASSERT_FALSE(status.ok()) << mistake.yaml;
    const ErrorDetails details = DetailsOf(status);
    ASSERT_FALSE(details.violations.empty()) << mistake.yaml << status;
    EXPECT_EQ(details.violations[0].reason, mistake.reason) << mistake.yaml;
    EXPECT_THAT(details.violations[0].sentence, HasSubstr(mistake.sentence)) << mistake.yaml;
  }
}

}  // namespace
}  // namespace vg::auth
