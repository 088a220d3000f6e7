#include "common/testing/free_port.h"

#include <set>

#include <gtest/gtest.h>

namespace vg {
namespace {

TEST(FreePortTest, GivesEachPortOnceAndNoneThatAnOutgoingConnectionMayHave) {
  constexpr int kMany = 300;  // Drawn of 12,000: without locks some would be the same.
  std::set<int> given;
  for (int i = 0; i < kMany; ++i) given.insert(FreePort());
  EXPECT_EQ(given.size(), kMany);
  EXPECT_GE(*given.begin(), 20000);
  EXPECT_LT(*given.rbegin(), 32000);
}

}  // namespace
}  // namespace vg
