#include "services/cli/private_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include <sys/stat.h>

namespace vg::cli {
namespace {

TEST(WritePrivateFileTest, MakesAFileThatOnlyItsOwnerReads) {
  const TempDir folder;
  const std::string path = folder.File("token");
  ASSERT_THAT(WritePrivateFile(path, "vgt_abc\n"), IsOk());
  EXPECT_EQ(vg::ReadFile(path), "vgt_abc\n");
  struct stat status = {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(WritePrivateFileTest, LeavesWhatIsThereAlone) {
  const TempDir folder;
  const std::string path = folder.Write("token", "in use");
  EXPECT_THAT(WritePrivateFile(path, "new"), HasReason("FILE_EXISTS"));
  EXPECT_EQ(vg::ReadFile(path), "in use");
  EXPECT_THAT(WritePrivateFile(folder.File("no/such/folder"), "x"), HasReason("CANNOT_WRITE"));
}

}  // namespace
}  // namespace vg::cli
