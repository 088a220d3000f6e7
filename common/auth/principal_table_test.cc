#include "common/auth/principal_table.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/digest/digest.h"
#include "common/status/error.h"
#include "common/testing/status_matchers.h"

namespace vg::auth {
namespace {

using ::testing::HasSubstr;
using voortgang::api::v1::ROLE_APPROVER;
using voortgang::api::v1::ROLE_EDITOR;
using voortgang::api::v1::ROLE_RESPONDENT;

std::string Entry(const std::string& name, const std::string& credential) {
  return "  - {name: " + name + ", roles: [editor], " + credential + "}\n";
}

std::string TokenOf(const std::string& token) { return "token_sha256: " + Sha256Hex(token); }

TEST(PrincipalTableTest, FindsPeopleByTokenAndSystemsByNumber) {
  ASSERT_OK_AND_ASSIGN(const auto table, PrincipalTable::Parse(R"(
principals:
  - name: users/jansen
    title: A. Jansen, programme office
    roles: [editor, approver]
    token_sha256: )" + Sha256Hex("vgt_jansen") + R"(
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
  ASSERT_OK_AND_ASSIGN(
      const auto table,
      PrincipalTable::Parse("principals:\n" + Entry("users/a", TokenOf("vgt_Ab"))));
  EXPECT_NE(table->ByToken("vgt_Ab"), nullptr);
  for (const std::string& token :
       {std::string("vgt_ab"), std::string("vgt_A"), std::string(), Sha256Hex("vgt_Ab")}) {
    EXPECT_EQ(table->ByToken(token), nullptr) << token;
  }
  EXPECT_EQ(table->ByOin(""), nullptr);
}

TEST(PrincipalTableTest, TakesTwoTokensWhileOneIsReplaced) {
  ASSERT_OK_AND_ASSIGN(const auto table,
                       PrincipalTable::Parse("principals:\n" +
                                             Entry("users/a", "token_sha256: [" + Sha256Hex("old") +
                                                                  ", " + Sha256Hex("new") + "]")));
  EXPECT_EQ(table->ByToken("old"), table->ByToken("new"));
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
       }) {
    const absl::Status status = PrincipalTable::Parse(mistake.yaml).status();
    ASSERT_FALSE(status.ok()) << mistake.yaml;
    const ErrorDetails details = DetailsOf(status);
    ASSERT_FALSE(details.violations.empty()) << mistake.yaml << status;
    EXPECT_EQ(details.violations[0].reason, mistake.reason) << mistake.yaml;
    EXPECT_THAT(details.violations[0].sentence, HasSubstr(mistake.sentence)) << mistake.yaml;
  }
}

}  // namespace
}  // namespace vg::auth
