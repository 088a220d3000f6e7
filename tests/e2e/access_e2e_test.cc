// Who may do what, with the real server and the real command.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/wait_until.h"
#include "tests/e2e/suite_process.h"

namespace vg::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kDigest[] = "token_sha256: ";

class AccessTest : public testing::Test {
 protected:
  // Makes a token for `name` by the command; its entry of the principals file.
  std::string NewPrincipal(const std::string& name, const std::string& roles) {
    const CommandResult made =
        RunCommand("nowhere:1", {"token", "new", "--out", folder_.File(name)});
    EXPECT_EQ(made.exit_code, 0) << made.output;
    const size_t digest = made.output.find(kDigest) + sizeof(kDigest) - 1;
    return "  - {name: users/" + name + ", roles: " + roles +
           ", token_sha256: " + made.output.substr(digest, 64) + "}\n";
  }

  CommandResult As(const std::string& name, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--token-file", folder_.File(name)});
    return RunCommand(suite_.address(), arguments);
  }

  // The status of a page for staff, shown to `name`.
  int StaffPageFor(const std::string& name) {
    const std::string token(absl::StripAsciiWhitespace(ReadFile(folder_.File(name))));
    return HttpSend(suite_.http_port(),
                    "GET /staff/waves/none/nl/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    "Authorization: Bearer " +
                        token + "\r\n\r\n")
        .status;
  }

  const TempDir folder_;
  SuiteProcess suite_{
      folder_, {"--principals=" + folder_.File("principals.yaml"), "--reload-interval=10ms"}};
};

TEST_F(AccessTest, AReaderIsRefusedAWriteThatAnEditorMayMake) {
  folder_.Write("principals.yaml", "principals:\n" + NewPrincipal("reader", "reader") +
                                       NewPrincipal("editor", "editor"));
  ASSERT_TRUE(suite_.Start());
  folder_.Write("files/schools.csv",
                "school;title;sector;municipality;province;board;bo\n"
                "16SW03;De Bron;primary;363;Noord-Holland;40740;120\n");
  const std::vector<std::string> import = {
      "registry", "import", folder_.File("files"), "--id", "2021", "--count-date", "2021-10-01"};
  const CommandResult refused = As("reader", import);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("users/reader may not call ImportSnapshot"));
  EXPECT_THAT(refused.output, HasSubstr("the role editor"));
  EXPECT_THAT(refused.output, HasSubstr("[ROLE_MISSING]"));
  EXPECT_THAT(refused.output, HasSubstr("voortgang whoami"));
  const CommandResult made = As("editor", import);
  EXPECT_EQ(made.exit_code, 0) << made.output;
  EXPECT_THAT(As("reader", {"registry", "schools", "2021"}).output, HasSubstr("De Bron"));

  const CommandResult nobody = RunCommand(suite_.address(), {"registry", "schools", "2021"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_THAT(nobody.output, HasSubstr("[CREDENTIALS_MISSING]"));
  EXPECT_THAT(nobody.output, HasSubstr("--token-file FILE"));

  const std::string log = ReadFile(folder_.File("server.log"));
  EXPECT_THAT(log, HasSubstr(R"("audit":"call","method":"/voortgang.registry.v1.RegistryService/)"
                             R"(ImportSnapshot","outcome":"OK","caller":"users/editor")"));
  EXPECT_THAT(log, HasSubstr(R"("outcome":"PermissionDenied","caller":"users/reader")"));
  EXPECT_THAT(log, Not(HasSubstr("vgt_")));
}

TEST_F(AccessTest, WhoamiFollowsThePrincipalsFile) {
  const std::string entry = NewPrincipal("jansen", "reader");
  folder_.Write("principals.yaml", "principals:\n" + entry);
  ASSERT_TRUE(suite_.Start());
  EXPECT_THAT(As("jansen", {"whoami"}).output, HasSubstr("users/jansen"));
  const CommandResult json = As("jansen", {"whoami", "--output", "json"});
  EXPECT_EQ(json.output, "{\"name\":\"users/jansen\",\"roles\":[\"ROLE_READER\"]}\n");
  folder_.Write("principals.yaml", "principals:\n" + NewPrincipal("other", "editor"));
  EXPECT_TRUE(WaitUntil([&] { return As("jansen", {"whoami"}).exit_code == 1; }));
  EXPECT_THAT(As("other", {"whoami"}).output, HasSubstr("editor"));
  // Pages go by the same file; the wave is none that there is.
  EXPECT_EQ(StaffPageFor("jansen"), 401);
  EXPECT_EQ(StaffPageFor("other"), 404);
}

}  // namespace
}  // namespace vg::e2e
