#include "common/concurrency/repeater.h"

#include "absl/synchronization/notification.h"
#include <gtest/gtest.h>

namespace vg {
namespace {

TEST(RepeaterTest, DoesItsRoundAgainAndAgainUntilItIsStopped) {
  constexpr int kEnough = 5;
  absl::Notification enough;
  int rounds = 0;
  Repeater repeater;
  repeater.Start(absl::ZeroDuration(), [&] {
    if (++rounds == kEnough) enough.Notify();
    return absl::ZeroDuration();
  });
  enough.WaitForNotification();
  repeater.Stop();
  EXPECT_GE(rounds, kEnough);
}

TEST(RepeaterTest, RestsAsLongAsTheRoundSaysAndStopsDuringARest) {
  absl::Notification done;
  int rounds = 0;
  Repeater repeater;
  repeater.Start(absl::ZeroDuration(), [&] {
    ++rounds;
    done.Notify();
    return absl::InfiniteDuration();
  });
  done.WaitForNotification();
  repeater.Stop();
  EXPECT_EQ(rounds, 1);
}

TEST(RepeaterTest, DoesNothingIfItIsStoppedBeforeTheFirstRound) {
  int rounds = 0;
  {
    Repeater repeater;
    repeater.Start(absl::InfiniteDuration(), [&] {
      ++rounds;
      return absl::ZeroDuration();
    });
  }
  EXPECT_EQ(rounds, 0);
  Repeater never_started;
  never_started.Stop();
}

}  // namespace
}  // namespace vg
