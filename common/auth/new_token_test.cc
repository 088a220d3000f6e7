#include "common/auth/new_token.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/auth/credentials.h"
#include "common/digest/digest.h"
#include "common/testing/status_matchers.h"

namespace vg::auth {
namespace {

TEST(MakeTokenTest, MakesATokenThatIsOneAndItsDigest) {
  ASSERT_OK_AND_ASSIGN(const NewToken made, MakeToken());
  EXPECT_THAT(BearerToken("Bearer " + made.token), IsOkAndHolds(made.token));
  EXPECT_THAT(made.token, testing::StartsWith("vgt_"));
  EXPECT_EQ(made.token.size(), 47u);
  EXPECT_EQ(made.sha256, Sha256Hex(made.token));
}

TEST(MakeTokenTest, MakesAnotherOneEachTime) {
  ASSERT_OK_AND_ASSIGN(const NewToken one, MakeToken());
  ASSERT_OK_AND_ASSIGN(const NewToken other, MakeToken());
  EXPECT_NE(one.token, other.token);
}

}  // namespace
}  // namespace vg::auth
