#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

// If this fails, the same scheme and snapshot give other amounts than before: raise
// kCalculatorVersion, and only then write the new digest here.
TEST(CalculatorVersionTest, KeepsTheAmountsOfAKnownRun) {
  Scheme scheme = SchoolScheme();
  scheme.parameters.push_back(Rate("third", "1", "EUR"));
  scheme.components.push_back(Part("third", "third * pupils.bo / pupils.bo / 3"));
  scheme.components.push_back(Part("rounded", "third * round(pupils.bo / pupils.bo * 2.5)"));
  std::vector<Recipient> schools = {School("16SW00", 250), School("16SW01", 1)};
  schools[0].score = Number("12.345");
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(scheme));
  ASSERT_OK_AND_ASSIGN(const RunResult run, Allocate(calculator, CountedInTime(), schools));
  EXPECT_EQ(kCalculatorVersion, 1);
  EXPECT_EQ(run.digest, "599089d1ddfad38971fe02e7fac55333eab3f2263e476575e9cea3491d1b5b15");
}

}  // namespace
}  // namespace vg::funding
