#include "common/auth/directory.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/auth/test_signer.h"
#include "common/digest/digest.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"

namespace vg::auth {
namespace {

using ::testing::HasSubstr;
using voortgang::api::v1::ROLE_APPROVER;
using voortgang::api::v1::ROLE_SERVICE;

std::string User(const std::string& name, const std::string& role, const std::string& token) {
  return "  - {name: " + name + ", roles: " + role + ", token_sha256: " + Sha256Hex(token) + "}\n";
}

class DirectoryTest : public testing::Test {
 protected:
  void Write(const std::string& text) {
    // As tools do it: a new file takes the old one's place.
    std::ofstream(path_ + ".new") << text;
    std::filesystem::rename(path_ + ".new", path_);
  }

  std::unique_ptr<Directory> Open(const std::string& text) {
    Write(text);
    auto directory = Directory::Open(path_, clock_);
    EXPECT_THAT(directory, IsOk());
    return *std::move(directory);
  }

  FakeClock clock_;
  TempDir folder_;
  const std::string path_ = folder_.path() + "/principals.yaml";
};

Credentials Token(std::string_view authorization, std::string_view passed_on = {}) {
  return {.in_process = false,
          .authorization = authorization,
          .certificate_subject = {},
          .passed_on = passed_on};
}

const char kSubject[] = "CN=x,serialNumber=00000001001234567000";

TEST_F(DirectoryTest, TellsCallersApartByToken) {
  const auto directory =
      Open("principals:\n" + User("users/a", "editor", "ta") + User("users/b", "reader", "tb"));
  ASSERT_OK_AND_ASSIGN(const PrincipalPtr caller, directory->Identify(Token("Bearer tb")));
  EXPECT_EQ(caller->name, "users/b");
  EXPECT_EQ(caller->via, "");
}

TEST_F(DirectoryTest, TellsCallersApartByCertificate) {
  const auto directory =
      Open("principals:\n  - {name: systems/s, roles: respondent, oin: '00000001001234567000'}\n");
  Credentials credentials;
  credentials.certificate_subject = kSubject;
  ASSERT_OK_AND_ASSIGN(const PrincipalPtr caller, directory->Identify(credentials));
  EXPECT_EQ(caller->name, "systems/s");
  credentials.certificate_subject = "CN=x,serialNumber=00000001001234567001";
  EXPECT_THAT(directory->Identify(credentials).status(), HasReason("CERTIFICATE_UNKNOWN"));
}

TEST_F(DirectoryTest, RefusesWhoBringsNothingOrNothingKnown) {
  const auto directory = Open("principals:\n" + User("users/a", "editor", "Token"));
  EXPECT_THAT(directory->Identify({}).status(), HasReason("CREDENTIALS_MISSING"));
  EXPECT_THAT(directory->Identify(Token("Bearer token")).status(), HasReason("TOKEN_UNKNOWN"));
  EXPECT_THAT(directory->Identify(Token("Basic Token")).status(), HasReason("TOKEN_MALFORMED"));
  EXPECT_THAT(directory->Identify(Token("Bearer token")).status(),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(DirectoryTest, LetsATokenThatIsWrongNotFallBackOnTheCertificate) {
  const auto directory =
      Open("principals:\n  - {name: systems/s, roles: respondent, oin: '00000001001234567000'}\n");
  Credentials credentials = Token("Bearer wrong");
  credentials.certificate_subject = kSubject;
  EXPECT_THAT(directory->Identify(credentials).status(), HasReason("TOKEN_UNKNOWN"));
}

TEST_F(DirectoryTest, BelievesServicesAndNobodyElseAboutWhoCalledThem) {
  const auto directory = Open("principals:\n" + User("systems/report", "service", "service") +
                              User("users/a", "[editor, approver]", "user"));
  const std::string boss =
      PassOn({.name = "users/boss", .title = "", .roles = {ROLE_APPROVER}, .via = ""});
  ASSERT_OK_AND_ASSIGN(const PrincipalPtr caller,
                       directory->Identify(Token("Bearer service", boss)));
  EXPECT_EQ(caller->name, "users/boss");
  EXPECT_EQ(caller->roles, Roles({ROLE_APPROVER}));
  EXPECT_EQ(caller->via, "systems/report");
  EXPECT_THAT(directory->Identify(Token("Bearer user", boss)).status(),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(directory->Identify(Token("Bearer user", boss)).status(), HasReason("NOT_A_SERVICE"));
  EXPECT_THAT(directory->Identify(Token("", boss)).status(), HasReason("CREDENTIALS_MISSING"));
}

TEST_F(DirectoryTest, LetsItsOwnProcessBeAService) {
  const auto directory = Open("principals:\n" + User("users/a", "editor", "user"));
  Credentials credentials;
  credentials.in_process = true;
  ASSERT_OK_AND_ASSIGN(const PrincipalPtr own, directory->Identify(credentials));
  EXPECT_EQ(own->roles, Roles({ROLE_SERVICE}));
  const std::string boss = PassOn({.name = "users/boss", .title = "", .roles = {}, .via = ""});
  credentials.passed_on = boss;
  ASSERT_OK_AND_ASSIGN(const PrincipalPtr caller, directory->Identify(credentials));
  EXPECT_EQ(caller->name, "users/boss");
  EXPECT_EQ(caller->roles, Roles());
}

TEST_F(DirectoryTest, FollowsTheFileAndKeepsWhoeverIsCalling) {
  const auto directory = Open("principals:\n" + User("users/a", "editor", "ta"));
  ASSERT_OK_AND_ASSIGN(const PrincipalPtr under_way, directory->Identify(Token("Bearer ta")));
  EXPECT_THAT(directory->ReloadIfChanged(), IsOkAndHolds(false));
  Write("principals:\n" + User("users/b", "reader", "tb"));
  EXPECT_THAT(directory->ReloadIfChanged(), IsOkAndHolds(true));
  EXPECT_THAT(directory->Identify(Token("Bearer tb")), IsOk());
  EXPECT_THAT(directory->Identify(Token("Bearer ta")).status(), HasReason("TOKEN_UNKNOWN"));
  EXPECT_EQ(under_way->name, "users/a");
}

TEST_F(DirectoryTest, KeepsWhatItKnowsWhenTheFileGoesWrong) {
  const auto directory = Open("principals:\n" + User("users/a", "editor", "ta"));
  Write("principals: [{name: nobody}]");
  const absl::Status wrong = directory->ReloadIfChanged().status();
  EXPECT_THAT(wrong, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(path_)));
  EXPECT_THAT(directory->ReloadIfChanged(), IsOkAndHolds(false));  // Said once.
  EXPECT_THAT(directory->Identify(Token("Bearer ta")), IsOk());
  std::filesystem::remove(path_);
  EXPECT_THAT(directory->ReloadIfChanged().status(), HasReason("FILE_NOT_FOUND"));
  EXPECT_THAT(directory->Identify(Token("Bearer ta")), IsOk());
}

TEST_F(DirectoryTest, FollowsTheKeysOfAnIssuerToo) {
  const TestSigner old_key(TestSigner::Kind::kEc, "old");
  const TestSigner new_key(TestSigner::Kind::kEc, "new");
  folder_.Write("keys.json", old_key.KeySet());
  const auto directory =
      Open("issuers:\n  - {issuer: i, audience: a, jwks_file: keys.json, roles: [editor]}\n");
  const std::string claims = R"({"iss":"i","aud":"a","sub":"x","exp":)" +
                             std::to_string(absl::ToUnixSeconds(clock_.Now() + absl::Hours(1))) +
                             "}";
  const std::string by_old = "Bearer " + old_key.Token("ES256", claims);
  const std::string by_new = "Bearer " + new_key.Token("ES256", claims);
  EXPECT_THAT(directory->Identify(Token(by_old)), IsOk());
  EXPECT_THAT(directory->Identify(Token(by_new)).status(), HasReason("KEY_UNKNOWN"));
  folder_.Write("keys.json", "{\"keys\":[" + new_key.Jwk() + "]} ");
  EXPECT_THAT(directory->ReloadIfChanged(), IsOkAndHolds(true));
  EXPECT_THAT(directory->Identify(Token(by_new)), IsOk());
  // What was remembered goes with the keys that it was verified with.
  EXPECT_THAT(directory->Identify(Token(by_old)).status(), HasReason("KEY_UNKNOWN"));
}

TEST_F(DirectoryTest, DoesNotOpenWithoutAFile) {
  EXPECT_THAT(Directory::Open(path_, clock_).status(), HasReason("FILE_NOT_FOUND"));
}

}  // namespace
}  // namespace vg::auth
