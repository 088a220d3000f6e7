// The main job end to end: real processes, real files, the real command.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/places.h"
#include "common/testing/wait_until.h"
#include "tests/e2e/suite_process.h"

namespace vg::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> DemoArguments(const TempDir& folder) {
  return {"demo", "--folder", folder.File("out"), "--examples", SourcePath("deploy/examples")};
}

// Files of the report by name, with the digests that the edition's manifest gives them.
std::string Manifest(const TempDir& folder) {
  return ReadFile(folder.File("out/report/manifest.json"));
}

TEST(DemoTest, GoesFromRegistersToThePublishedReportAndAgain) {
  const TempDir folder;
  SuiteProcess suite(folder);
  ASSERT_TRUE(suite.Start());

  const CommandResult first = RunCommand(suite.address(), DemoArguments(folder));
  ASSERT_EQ(first.exit_code, 0) << first.output;
  for (const char* line : {"Registers", "Menu", "Programmes", "Funding", "Survey", "Indicators",
                           "Report", "How one amount came about", "/editions/2022-04/nl/"}) {
    EXPECT_THAT(first.output, HasSubstr(line));
  }
  const std::string manifest = Manifest(folder);

  // A national programme is held in less than 150 MB. (Sanitizers take more.)
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(suite.ResidentBytes(), int64_t{150} << 20);
#endif

  // The page is served, and what it links to is there.
  const HttpAnswer page = HttpGet(suite.http_port(), "/editions/2022-04/nl/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("Tweede voortgangsrapportage"));
  EXPECT_THAT(page.headers, HasSubstr("Content-Security-Policy"));
  EXPECT_EQ(HttpGet(suite.http_port(), "/editions/2022-04/en/").status, 200);
  EXPECT_EQ(HttpGet(suite.http_port(), "/editions/2022-04/annex/headline.csv").status, 200);
  EXPECT_EQ(HttpGet(suite.http_port(), "/editions/none/nl/").status, 404);
  EXPECT_THAT(HttpGet(suite.http_port(), "/metrics").body, HasSubstr("grpc_server_handled_total"));

  // Everything may be repeated: the same files with the same digests.
  const CommandResult again = RunCommand(suite.address(), DemoArguments(folder));
  ASSERT_EQ(again.exit_code, 0) << again.output;
  EXPECT_EQ(Manifest(folder), manifest);
  EXPECT_EQ(suite.Terminate(), 0);
}

TEST(DemoTest, AKillInTheMiddleOfTheStreamChangesNoFigure) {
  const TempDir undisturbed, disturbed;
  {
    SuiteProcess suite(undisturbed);
    ASSERT_TRUE(suite.Start());
    ASSERT_EQ(RunCommand(suite.address(), DemoArguments(undisturbed)).exit_code, 0);
  }
  SuiteProcess suite(disturbed);
  ASSERT_TRUE(suite.Start());
  const std::string output = disturbed.Write("demo.txt", "");
  const auto demo = StartCommand(suite.address(), DemoArguments(disturbed), output);
  ASSERT_NE(demo, nullptr);
  // The stream of responses runs after funding: kill while it does, when some are in and some are
  // not.
  ASSERT_TRUE(WaitUntil(
      [&] {
        return RunCommand(suite.address(),
                          {"--output", "json", "survey", "progress", "2022-winter"})
                   .output.find("completeResponses") != std::string::npos;
      },
      absl::Minutes(3)));
  ASSERT_TRUE(demo->Running()) << ReadFile(output);
  suite.Kill();
  EXPECT_NE(demo->Wait(absl::Minutes(1)), 0);
  EXPECT_THAT(ReadFile(output), Not(HasSubstr("Survey ")));

  ASSERT_TRUE(suite.Start());
  const CommandResult again = RunCommand(suite.address(), DemoArguments(disturbed));
  ASSERT_EQ(again.exit_code, 0) << again.output;
  EXPECT_EQ(Manifest(disturbed), Manifest(undisturbed));
}

TEST(DemoTest, RunsOnTheRealRegisters) {
  SHARED_DATA_OR_SKIP(data);
  const TempDir folder;
  SuiteProcess suite(folder);
  ASSERT_TRUE(suite.Start());
  std::vector<std::string> arguments = DemoArguments(folder);
  arguments.insert(arguments.end(), {"--data", data});
  const CommandResult result = RunCommand(suite.address(), arguments);
  ASSERT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("2020-10-01"));
  EXPECT_THAT(result.output, HasSubstr("2021-10-01"));
}

}  // namespace
}  // namespace vg::e2e
