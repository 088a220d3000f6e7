// The whole demo over two replicas of each service, with callers going round them.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/places.h"
#include "common/testing/temp_dir.h"
#include "tests/e2e/suite_process.h"
#include "tests/faults/replicated_suite.h"

namespace vg::faults {
namespace {

// The files of the demo's report by name, each with its digest.
std::string ReportOf(const std::string& address, const TempDir& folder) {
  const e2e::CommandResult demo = e2e::RunCommand(
      address,
      {"demo", "--folder", folder.File("out"), "--examples", SourcePath("deploy/examples")});
  EXPECT_EQ(demo.exit_code, 0) << demo.output;
  return ReadFile(folder.File("out/report/manifest.json"));
}

TEST(ReplicasTest, ComeToTheSameReportAsOneProcess) {
  const TempDir together;
  e2e::SuiteProcess standalone(together);
  ASSERT_TRUE(standalone.Start());
  const std::string expected = ReportOf(standalone.address(), together);
  EXPECT_EQ(standalone.Terminate(), 0);

  const TempDir apart;
  ReplicatedSuite suite;
  ASSERT_TRUE(suite.Start());
  EXPECT_EQ(ReportOf(suite.Addresses(), apart), expected);
}

}  // namespace
}  // namespace vg::faults
