// A disk that fills up: what was acknowledged stays, the rest is refused, and work goes on once
// there is room. The disk is a small file system in memory, which takes root to mount.

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "common/testing/child_process.h"
#include "common/testing/free_port.h"
#include "common/testing/places.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "tests/e2e/suite_process.h"
#include "tests/faults/test_survey.h"

namespace vg::faults {
namespace {

constexpr char kOnSmallDisk[] =
    "mount -t tmpfs -o size=160m tmpfs \"$0\" && folder=$0 && exec \"$@\" --data-dir=\"$folder\"";

TEST(FullDiskTest, RefusesWhatHasNoRoomKeepsWhatItAcknowledgedAndGoesOn) {
  const TempDir folder;
  if (RunProgram({"unshare", "-m", "true"}, {}).value_or(1) != 0) {
    GTEST_SKIP() << "SKIPPED: mounting a small disk takes root";
  }
  const std::string disk = folder.File("disk");
  std::filesystem::create_directory(disk);
  const std::string address = absl::StrCat("127.0.0.1:", FreePort());
  const auto server = ChildProcess::Start(
      {"unshare", "-m", "bash", "-c", kOnSmallDisk, disk, ProgramPath("voortgang-standalone"),
       "--listen=" + address, "--admin-listen=none", "--http-listen=none", "--log-severity=error"},
      {});
  ASSERT_OK(server);
  ASSERT_TRUE(WaitUntil([&] { return e2e::RunCommand(address, {"whoami"}).exit_code == 0; }));
  const e2e::CommandResult made = e2e::RunCommand(address, {"generate", folder.path()});
  ASSERT_EQ(made.exit_code, 0) << made.output;
  const e2e::CommandResult imported =
      e2e::RunCommand(address, {"registry", "import", folder.path() + "/2021-10-01", "--id", "s",
                                "--count-date", "2021-10-01"});
  ASSERT_EQ(imported.exit_code, 0) << imported.output;
  const SurveyClient survey(rpc::MakeChannel(address));
  OpenTestSurvey(survey);
  const auto schools = TestSchools(RegistryClient(rpc::MakeChannel(address)));
  const auto submit = [&](int64_t number) {
    return SubmitTestResponse(survey, number,
                              schools.schools(static_cast<int>(number % kSchools)).school());
  };

  std::vector<int64_t> acknowledged;
  int64_t next = 0;
  for (; next < 200; ++next) {
    ASSERT_OK(submit(next));
    acknowledged.push_back(next);
  }

  // The disk as the server sees it.
  const std::string ballast = absl::StrCat("/proc/", (*server)->pid(), "/root", disk, "/ballast");
  {
    std::ofstream file(ballast, std::ios::binary);
    const std::string block(1 << 16, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  int refused = 0;
  for (int i = 0; i < 2'000 && refused < 10; ++i, ++next) {
    const absl::Status status = submit(next);
    if (status.ok()) {
      acknowledged.push_back(next);  // In room that the log still had.
      continue;
    }
    ++refused;
    EXPECT_TRUE(absl::IsUnavailable(status) || absl::IsResourceExhausted(status)) << status;
  }
  EXPECT_EQ(refused, 10);
  // Reading goes on.
  EXPECT_OK(FindTestResponse(survey, TestResponseName(0)));

  std::filesystem::remove(ballast);
  EXPECT_TRUE(WaitUntil([&] { return submit(next).ok(); }, absl::Seconds(5)));
  acknowledged.push_back(next);
  for (const int64_t number : acknowledged) {
    ASSERT_OK(FindTestResponse(survey, TestResponseName(number)));
  }
  EXPECT_GE(CountTestResponses(survey), static_cast<int64_t>(acknowledged.size()));
  (*server)->Signal(SIGTERM);
  EXPECT_EQ((*server)->Wait(absl::Seconds(30)), 0);
}

}  // namespace
}  // namespace vg::faults
