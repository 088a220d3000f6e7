#include "services/survey/domain/board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

Unit School(std::string province, std::string municipality, std::string sector = "primary") {
  return {"schools/16SW03",
          Sector::kPrimary,
          {{"municipality", std::move(municipality)},
           {"province", std::move(province)},
           {"sector", std::move(sector)}}};
}

TEST(BoardSchoolsTest, HaveInCommonWhatIsTheSameOfAll) {
  BoardSchools board;
  board.Add(School("Utrecht", "municipalities/GM0344"), 90);
  EXPECT_THAT(
      board.attributes(),
      ElementsAre(Pair("municipality", "municipalities/GM0344"), Pair("province", "Utrecht"),
                  Pair("school_count", "1"), Pair("sector", "primary"), Pair("size", "1-99")));
  board.Add(School("Utrecht", "municipalities/GM0307"), 120);
  EXPECT_THAT(board.attributes(),
              ElementsAre(Pair("province", "Utrecht"), Pair("school_count", "2-9"),
                          Pair("sector", "primary"), Pair("size", "200-499")));
  board.Add(School("", "municipalities/GM0344", "secondary"), std::nullopt);
  board.Add(School("Utrecht", "municipalities/GM0344"), std::nullopt);
  EXPECT_THAT(board.attributes(),
              ElementsAre(Pair("school_count", "2-9"), Pair("size", "200-499")));
}

TEST(BoardSchoolsTest, AreCountedInClasses) {
  BoardSchools board;
  std::vector<std::string> classes;
  for (int schools = 1; schools <= 30; ++schools) {
    board.Add(School("Utrecht", "municipalities/GM0344"), std::nullopt);
    classes.emplace_back(ValueOf(board.attributes(), kSchoolCount));
  }
  EXPECT_THAT(
      (std::vector{classes[0], classes[1], classes[8], classes[9], classes[28], classes[29]}),
      ElementsAre("1", "2-9", "2-9", "10-29", "10-29", "30+"));
  EXPECT_EQ(ValueOf(board.attributes(), "size"), "");
}

TEST(BoardSchoolsTest, AreNoneOfABoardWithoutSchools) {
  EXPECT_THAT(BoardSchools().attributes(), IsEmpty());
}

}  // namespace
}  // namespace vg::survey
