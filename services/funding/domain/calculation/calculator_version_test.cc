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
  EXPECT_EQ(run.digest, "8cc3496b3c565bf117a880e791524609e41f66f2bdf2bb6d35ce5dc346c5f80c");
}

}  // namespace
}  // namespace vg::funding
