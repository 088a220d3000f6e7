#include "common/testing/temp_dir.h"

#include <filesystem>
#include <memory>

#include <gtest/gtest.h>

namespace vg {
namespace {

TEST(TempDirTest, LeavesNothingBehind) {
  auto dir = std::make_unique<TempDir>();
  const std::string file = dir->Write("a/b.txt", "text\n");
  EXPECT_EQ(ReadFile(file), "text\n");
  const std::string path = dir->path();
  dir.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TempDirTest, GivesEachItsOwnFolder) { EXPECT_NE(TempDir().path(), TempDir().path()); }

}  // namespace
}  // namespace vg
