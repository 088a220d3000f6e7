#include "services/catalogue/domain/uptake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

using enum ChoiceStatus;
using ::testing::ElementsAre;

TEST(UptakeTest, RanksTheMostChosenFirstAndKeepsTheOrderOfTheMenuInTies) {
  const Menu menu("menuEditions/2021-spring", ExampleEdition());
  const std::vector<Uptake> ranked = Rank(menu, {{"leermiddelen", kPlanned, 2},
                                                 {"leermiddelen", kStopped, 1},
                                                 {"vervallen", kFinished, 4},
                                                 {"zomerschool", kRunning, 4}});
  std::vector<std::string> order;
  for (const Uptake& uptake : ranked) order.push_back(uptake.intervention);
  EXPECT_THAT(order, ElementsAre("vervallen", "zomerschool", "leermiddelen", "feedback",
                                 "directe-instructie"));
  EXPECT_EQ(ranked[0].place, std::nullopt);
  EXPECT_EQ(ranked[2].total(), 3);
  EXPECT_EQ(ranked[2].planned, 2);
  EXPECT_EQ(ranked[2].stopped, 1);
  EXPECT_EQ(ranked[3].total(), 0);
}

}  // namespace
}  // namespace vg::catalogue
