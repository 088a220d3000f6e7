#include "services/catalogue/domain/school_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SchoolTable Example() {
  return SchoolTable("digest", {{"16SW04", {{"board", "boards/40740"}, {"province", "Utrecht"}}},
                                {"16SW03", {{"board", "boards/40740"}, {"corop_region", "17"}}},
                                {"31FR00", {{"board", "boards/12345"}, {"province", "Zeeland"}}}});
}

TEST(SchoolTableTest, TellsWhatIsKnownAndNothingElse) {
  const SchoolTable table = Example();
  EXPECT_EQ(table.size(), 3u);
  EXPECT_EQ(table.Get("16SW04", "province"), "Utrecht");
  EXPECT_EQ(table.Get("16SW03", "province"), "");
  EXPECT_EQ(table.Get("16SW03", "corop_region"), "17");
  EXPECT_EQ(table.Get("99ZZ99", "province"), "");
  EXPECT_THAT(table.GroupOf("31FR00", {"province", "board"}),
              ElementsAre("Zeeland", "boards/12345"));
}

TEST(SchoolTableTest, ListsTheSchoolsOfABoardByCode) {
  EXPECT_THAT(Example().OfBoard("boards/40740"), ElementsAre("16SW03", "16SW04"));
  EXPECT_THAT(Example().OfBoard("boards/99999"), IsEmpty());
}

TEST(SchoolTableTest, KnowsItsAttributesAndThoseOfEverySnapshot) {
  EXPECT_THAT(Example().CheckBreakdowns({"corop_region", "structure"}), IsEmpty());
  const auto faults = Example().CheckBreakdowns({"size", "rmc_region", "size"});
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].field + " " + faults[0].reason, "breakdowns[1] UNKNOWN_ATTRIBUTE");
  EXPECT_THAT(faults[0].sentence, HasSubstr("board, corop_region, denomination"));
  EXPECT_EQ(faults[1].field + " " + faults[1].reason, "breakdowns[2] ATTRIBUTE_TWICE");
}

}  // namespace
}  // namespace vg::catalogue
