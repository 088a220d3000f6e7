#include "common/auth/watched_file.h"

#include <filesystem>

#include "gtest/gtest.h"

#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"

namespace vg::auth {
namespace {

TEST(TokenFileTest, FollowsTheFile) {
  const TempDir folder;
  const std::string path = folder.Write("token", "vgt_one\n");
  ASSERT_OK_AND_ASSIGN(const auto file, TokenFile::Open(path));
  EXPECT_EQ(file->Token(), "vgt_one");
  folder.Write("token", " vgt_second ");
  EXPECT_EQ(file->Token(), "vgt_second");
}

TEST(TokenFileTest, KeepsTheTokenWhileThereIsNoOther) {
  const TempDir folder;
  const std::string path = folder.Write("token", "vgt_one");
  ASSERT_OK_AND_ASSIGN(const auto file, TokenFile::Open(path));
  folder.Write("token", "no token at all");
  EXPECT_EQ(file->Token(), "vgt_one");
  std::filesystem::remove(path);
  EXPECT_EQ(file->Token(), "vgt_one");
}

TEST(TokenFileTest, DoesNotOpenWithoutAToken) {
  const TempDir folder;
  EXPECT_THAT(TokenFile::Open(folder.File("nowhere")).status(), HasReason("FILE_NOT_FOUND"));
  EXPECT_THAT(TokenFile::Open(folder.Write("two", "a b")).status(), HasReason("TOKEN_MALFORMED"));
  EXPECT_THAT(TokenFile::Open(folder.Write("blank", " \n")).status(), HasReason("TOKEN_MALFORMED"));
}

}  // namespace
}  // namespace vg::auth
