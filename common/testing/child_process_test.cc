#include "common/testing/child_process.h"

#include <signal.h>
#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include <sys/wait.h>

namespace vg {
namespace {

TEST(ChildProcessTest, TellsHowAProgramEnded) {
  EXPECT_THAT(RunProgram({"sh", "-c", "exit 3"}, {}), IsOkAndHolds(3));
  EXPECT_THAT(RunProgram({"sh", "-c", "kill -TERM $$"}, {}), IsOkAndHolds(128 + SIGTERM));
  EXPECT_THAT(RunProgram({"no-such-program"}, {}), IsOkAndHolds(127));
}

TEST(ChildProcessTest, KeepsWhatAProgramSays) {
  TempDir dir;
  const std::string output = dir.File("out");
  EXPECT_THAT(RunProgram({"sh", "-c", "echo $GREETING; echo oops >&2"},
                         {.output = output, .environment = {"GREETING=hello"}}),
              IsOkAndHolds(0));
  EXPECT_EQ(ReadFile(output), "hello\noops\n");
}

TEST(ChildProcessTest, KillsWhatTakesTooLong) {
  ASSERT_OK_AND_ASSIGN(const auto child, ChildProcess::Start({"sleep", "600"}));
  EXPECT_TRUE(child->Running());
  EXPECT_EQ(child->Wait(absl::Milliseconds(10)), 128 + SIGKILL);
  EXPECT_FALSE(child->Running());
}

TEST(ChildProcessTest, LeavesNoOrphanWhenTheTestCrashes) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t crashing_test = fork();
  if (crashing_test == 0) {
    const auto child = ChildProcess::Start({"sleep", "600"});
    raise(SIGKILL);
  }
  close(pipe_ends[1]);
  char byte;
  EXPECT_EQ(read(pipe_ends[0], &byte, 1), 0);  // The end of the last who could write.
  close(pipe_ends[0]);
  waitpid(crashing_test, nullptr, 0);
}

}  // namespace
}  // namespace vg
