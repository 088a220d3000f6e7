#include "services/cli/session.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"

namespace vg::cli {
namespace {

using ::testing::HasSubstr;

// What a command under `session` comes to, and whether it ran.
absl::Status Outcome(Session& session, bool& ran) {
  CLI::App app;
  session.OnRun(app.add_subcommand("run"), [&ran] {
    ran = true;
    return absl::OkStatus();
  });
  app.parse("run");
  return session.outcome();
}

TEST(SessionTest, RunsNoCommandWithATokenFileThatHoldsNone) {
  const TempDir folder;
  bool ran = false;
  Session session;
  session.token_file = folder.Write("token", "not a token");
  const absl::Status status = Outcome(session, ran);
  EXPECT_THAT(status, HasReason("TOKEN_MALFORMED"));
  EXPECT_THAT(std::string(status.message()), HasSubstr(session.token_file));
  EXPECT_FALSE(ran);

  Session other;
  other.token_file = folder.File("nowhere");
  EXPECT_THAT(Outcome(other, ran), HasReason("FILE_NOT_FOUND"));
  EXPECT_FALSE(ran);

  Session good;
  good.token_file = folder.Write("good", "vgt_abc\n");
  EXPECT_THAT(Outcome(good, ran), IsOk());
  EXPECT_TRUE(ran);
}

TEST(SessionTest, FindsEachServiceAtTheAddressThatIsSaid) {
  bool ran = false;
  Session one;
  EXPECT_THAT(Outcome(one, ran), IsOk());
  EXPECT_EQ(one.AddressOf("voortgang.survey.v1.FieldworkService"), "127.0.0.1:50051");

  Session several;
  several.server = "registry=a:1,survey=b:2,survey=c:3";
  EXPECT_THAT(Outcome(several, ran), IsOk());
  EXPECT_EQ(several.AddressOf("voortgang.survey.v1.FieldworkService"), "b:2,c:3");
  EXPECT_EQ(several.AddressOf("voortgang.access.v1.AccessService"), "a:1");

  ran = false;
  Session wrong;
  wrong.server = "registry=a:1,survey";
  EXPECT_THAT(Outcome(wrong, ran), HasReason("ADDRESS_INVALID"));
  EXPECT_FALSE(ran);
}

TEST(SessionTest, RunsNoCommandWithCertificatesThatAreNone) {
  const TempDir folder;
  bool ran = false;
  Session session;
  session.tls.certificate = folder.Write("cert.pem", "nonsense");
  EXPECT_THAT(Outcome(session, ran), HasReason("TLS_FILES_INVALID"));
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace vg::cli
