#include "services/indicators/domain/units.h"

#include <gtest/gtest.h>

namespace vg::indicators {
namespace {

Unit School(const std::string& name, int64_t pupils, const char* score) {
  Unit unit;
  unit.name = "schools/" + name;
  unit.sector = "primary";
  unit.province = "Utrecht";
  unit.pupils = pupils;
  unit.counted = true;
  if (score != nullptr) unit.score = *Exact::FromDecimal(score);
  return unit;
}

TEST(UnitTableTest, KnowsAttributesByName) {
  const UnitTable table({School("00AA00", 150, nullptr)});
  const int unit = table.Find("schools/00AA00");
  EXPECT_EQ(table.Get(unit, Attribute::kSector), "primary");
  EXPECT_EQ(table.Get(unit, Attribute::kSize), "100-199");
  EXPECT_EQ(table.Get(unit, Attribute::kBoard), "");
  EXPECT_EQ(table.Get(unit, Attribute::kScore), "");
  EXPECT_EQ(table.Find("schools/99ZZ99"), -1);
}

TEST(UnitTableTest, PutsSchoolsInFifthsByTheirScorePerPupil) {
  std::vector<Unit> units = {School("none", 100, "0")};
  for (int i = 1; i <= 10; ++i) {
    units.push_back(School(std::to_string(i), 100, std::to_string(i).c_str()));
  }
  const UnitTable table(units);
  EXPECT_EQ(table.Get(table.Find("schools/none"), Attribute::kScore), "0");
  EXPECT_EQ(table.Get(table.Find("schools/1"), Attribute::kScore), "1");
  EXPECT_EQ(table.Get(table.Find("schools/2"), Attribute::kScore), "1");
  EXPECT_EQ(table.Get(table.Find("schools/3"), Attribute::kScore), "2");
  EXPECT_EQ(table.Get(table.Find("schools/10"), Attribute::kScore), "5");
}

TEST(UnitTableTest, KnowsFurtherFactsOfTheSnapshotToo) {
  Unit told = School("00AA00", 150, nullptr);
  told.attributes = {{"region", "North"}, {"sector", "what the register says goes first"}};
  const UnitTable table({told, School("11BB00", 90, nullptr)});
  const std::optional<Attribute> region = table.FindAttribute("region");
  ASSERT_TRUE(region.has_value());
  EXPECT_EQ(table.Get(table.Find("schools/00AA00"), *region), "North");
  EXPECT_EQ(table.Get(table.Find("schools/11BB00"), *region), "");
  EXPECT_EQ(table.FindAttribute("sector"), Attribute::kSector);
  EXPECT_FALSE(table.FindAttribute("colour").has_value());
  EXPECT_EQ(table.Pupils(0), 150);
  EXPECT_EQ(table.name(1), "schools/11BB00");
}

}  // namespace
}  // namespace vg::indicators
