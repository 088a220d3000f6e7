#include "common/concurrency/pipe.h"

#include <numeric>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(PipeTest, TakesWhatWasGivenInItsOrderAndThenTheEnd) {
  Pipe<int> pipe(3);
  pipe.Give(1);
  pipe.Give(2);
  EXPECT_THAT(pipe.TakeAll(), ElementsAre(1, 2));
  pipe.Give(3);
  pipe.Close();
  EXPECT_THAT(pipe.TakeAll(), ElementsAre(3));
  EXPECT_THAT(pipe.TakeAll(), IsEmpty());
}

TEST(PipeTest, NeverHoldsMoreThanItsCapacity) {
  Pipe<int> pipe(4);
  std::thread giver([&pipe] {
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(pipe.Give(i));
    pipe.Close();
  });
  std::vector<int> all;
  for (auto taken = pipe.TakeAll(); !taken.empty(); taken = pipe.TakeAll()) {
    EXPECT_THAT(taken, SizeIs(::testing::Le(4u)));
    all.insert(all.end(), taken.begin(), taken.end());
  }
  giver.join();
  std::vector<int> wanted(1000);
  std::iota(wanted.begin(), wanted.end(), 0);
  EXPECT_EQ(all, wanted);
}

TEST(PipeTest, TellsAGiverThatWaitsThatTheTakerHasLeft) {
  Pipe<int> pipe(1);
  pipe.Give(1);
  std::thread taker([&pipe] { pipe.Leave(); });
  EXPECT_FALSE(pipe.Give(2));
  taker.join();
}

}  // namespace
}  // namespace vg
