#include "services/funding/domain/recipient.h"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;

TEST(RecipientTest, ATypeThatIsNotOfferedCountsZero) {
  EXPECT_EQ(Total(School("16SW00", 250).pupils), Count::Known(250));
}

TEST(RecipientTest, ATotalIsAsUnknownAsItsLeastKnownPart) {
  Recipient school = School("16SW00", 250);
  PupilsOf(school, SchoolType::kSbo) = Count::Suppressed();
  EXPECT_EQ(Total(school.pupils), Count::Suppressed());
  PupilsOf(school, SchoolType::kSo) = Count::Missing();
  EXPECT_EQ(Total(school.pupils), Count::Missing());
}

TEST(RecipientTest, AMunicipalityHasThePupilsOfTheBranchesThatStandInIt) {
  std::vector<Recipient> schools = {School("16SW00", 250), School("16SW01", 150),
                                    School("20AA00", 99)};
  PupilsOf(schools[1], SchoolType::kVo) = Count::Known(1000);
  schools[2].municipality = "GM0014";
  std::vector<Recipient> municipalities = {
      {.code = "GM0363"}, {.code = "GM0014"}, {.code = "GM0599"}};
  CountPupils(schools, municipalities);
  EXPECT_EQ(PupilsOf(municipalities[0], SchoolType::kBo), Count::Known(400));
  EXPECT_EQ(PupilsOf(municipalities[0], SchoolType::kVo), Count::Known(1000));
  EXPECT_EQ(Total(municipalities[1].pupils), Count::Known(99));
  EXPECT_EQ(Total(municipalities[2].pupils), Count::Known(0));
}

TEST(RecipientTest, AMunicipalityWithAnUncountedBranchSaysWhich) {
  std::vector<Recipient> schools = {School("16SW00", 250), School("16SW02", 3),
                                    School("16SW01", 3)};
  PupilsOf(schools[1], SchoolType::kBo) = Count::Suppressed();
  schools[2].pupils = UnknownPupils();
  std::vector<Recipient> municipalities = {{.code = "GM0363"}};
  CountPupils(schools, municipalities);
  const Pupils once = municipalities[0].pupils;
  EXPECT_EQ(PupilsOf(municipalities[0], SchoolType::kBo), Count::Missing());
  EXPECT_THAT(municipalities[0].uncounted, ElementsAre("16SW01", "16SW02"));
  std::ranges::reverse(schools);
  CountPupils(schools, municipalities);
  EXPECT_EQ(municipalities[0].pupils, once);
}

}  // namespace
}  // namespace vg::funding
