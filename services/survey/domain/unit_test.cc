#include "services/survey/domain/unit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(AttributesTest, StayInTheOrderOfTheirNames) {
  Attributes attributes;
  SetAttribute(attributes, "province", "Utrecht");
  SetAttribute(attributes, "board", "boards/40740");
  SetAttribute(attributes, "sector", "primary");
  SetAttribute(attributes, "province", "Zeeland");
  EXPECT_THAT(attributes, ElementsAre(Pair("board", "boards/40740"), Pair("province", "Zeeland"),
                                      Pair("sector", "primary")));
  EXPECT_EQ(ValueOf(attributes, "province"), "Zeeland");
  EXPECT_EQ(ValueOf(attributes, "size"), "");
}

TEST(AttributesTest, HaveAllOfAConditionOrDoNotMeetIt) {
  const Attributes attributes = {{"province", "Utrecht"}, {"sector", "primary"}};
  EXPECT_TRUE(HasAll(attributes, {}));
  EXPECT_TRUE(HasAll(attributes, {{"sector", "primary"}}));
  EXPECT_TRUE(HasAll(attributes, attributes));
  EXPECT_FALSE(HasAll(attributes, {{"sector", "primary"}, {"province", "Zeeland"}}));
  // The empty value is that of units of which it is not known.
  EXPECT_TRUE(HasAll(attributes, {{"board", ""}}));
}

}  // namespace
}  // namespace vg::survey
