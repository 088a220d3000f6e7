#include "common/time/clock.h"

#include <gtest/gtest.h>

namespace vg {
namespace {

TEST(ParseDayTest, ReadsBothSpellings) {
  EXPECT_EQ(*ParseDay("2021-10-01"), absl::CivilDay(2021, 10, 1));
  EXPECT_EQ(*ParseDay("20211001"), absl::CivilDay(2021, 10, 1));
}

TEST(ParseDayTest, RefusesDaysThatDoNotExist) {
  for (const char* text : {"2021-02-30", "20211301", "2021-10-1", "", "1 oct 2021", "+2021101"}) {
    EXPECT_FALSE(ParseDay(text).ok()) << text;
  }
}

TEST(FormatTest, WritesWhatSortsAsText) {
  EXPECT_EQ(FormatDay(absl::CivilDay(2021, 10, 1)), "2021-10-01");
  EXPECT_EQ(vg::FormatTime(absl::UnixEpoch()), "1970-01-01T00:00:00.000000Z");
}

}  // namespace
}  // namespace vg
