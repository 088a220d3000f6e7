#include "services/catalogue/domain/programme.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

TEST(TodayTest, IsTheDayInTheNetherlands) {
  const absl::Time late =
      absl::FromCivil(absl::CivilMinute(2021, 12, 31, 23, 30), absl::UTCTimeZone());
  EXPECT_EQ(Today(late), absl::CivilDay(2022, 1, 1));
}

TEST(EtagTest, ChangesWithTheContentAndTheRevision) {
  Programme programme{.key = {"16SW03", "2021-2022"}, .plan = ExamplePlan(), .revision = 1};
  const std::string first = EtagOf(programme);
  programme.consents.push_back(ExampleConsent(ConsentState::kGiven, absl::CivilDay(2021, 9, 1)));
  const std::string consented = EtagOf(programme);
  programme.revision = 2;
  EXPECT_NE(first, consented);
  EXPECT_NE(consented, EtagOf(programme));
}

}  // namespace
}  // namespace vg::catalogue
