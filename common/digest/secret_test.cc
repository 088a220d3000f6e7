#include "common/digest/secret.h"

#include "absl/strings/escaping.h"
#include <gtest/gtest.h>

namespace vg {
namespace {

TEST(HmacSha256Test, AnswersWhatRfc4231Publishes) {
  EXPECT_EQ(absl::BytesToHexString(HmacSha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(absl::BytesToHexString(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(SecretOctetsTest, AreAsManyAsAskedAndNeverTheSame) {
  const auto one = SecretOctets(32);
  const auto other = SecretOctets(32);
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_EQ(one->size(), 32u);
  EXPECT_NE(*one, *other);
}

}  // namespace
}  // namespace vg
