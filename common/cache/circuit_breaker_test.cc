#include "common/cache/circuit_breaker.h"

#include <gtest/gtest.h>

#include "common/testing/fake_clock.h"

namespace vg::cache {
namespace {

using State = CircuitBreaker::State;

class CircuitBreakerTest : public testing::Test {
 protected:
  void Fail(int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(breaker_.Allow());
      breaker_.Failed();
    }
  }

  FakeClock clock_;
  CircuitBreaker breaker_{{.failures = 3, .window = absl::Seconds(10), .rest = absl::Seconds(1)},
                          clock_};
};

TEST_F(CircuitBreakerTest, StaysClosedForFewFailures) {
  Fail(2);
  EXPECT_TRUE(breaker_.Allow());
  EXPECT_EQ(breaker_.state(), State::kClosed);
}

TEST_F(CircuitBreakerTest, ForgetsFailuresOutsideTheWindow) {
  Fail(2);
  clock_.Advance(absl::Seconds(11));
  Fail(2);
  EXPECT_EQ(breaker_.state(), State::kClosed);
}

TEST_F(CircuitBreakerTest, OpensAfterFailuresInTheWindow) {
  Fail(2);
  EXPECT_TRUE(breaker_.Failed());
  EXPECT_EQ(breaker_.state(), State::kOpen);
  EXPECT_FALSE(breaker_.Allow());
}

TEST_F(CircuitBreakerTest, LetsOneProbeThroughAfterARest) {
  Fail(3);
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(breaker_.Allow());
  EXPECT_FALSE(breaker_.Allow());
}

TEST_F(CircuitBreakerTest, ClosesWhenTheProbeSucceeds) {
  Fail(3);
  clock_.Advance(absl::Seconds(1));
  ASSERT_TRUE(breaker_.Allow());
  EXPECT_TRUE(breaker_.Succeeded());
  EXPECT_EQ(breaker_.state(), State::kClosed);
  Fail(2);
  EXPECT_TRUE(breaker_.Allow());
}

TEST_F(CircuitBreakerTest, StaysOpenWhenTheProbeFails) {
  Fail(3);
  clock_.Advance(absl::Seconds(1));
  ASSERT_TRUE(breaker_.Allow());
  EXPECT_FALSE(breaker_.Failed());
  EXPECT_FALSE(breaker_.Allow());
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(breaker_.Allow());
}

TEST_F(CircuitBreakerTest, DoesNotCloseForAnAnswerFromBeforeItOpened) {
  ASSERT_TRUE(breaker_.Allow());
  Fail(3);
  EXPECT_FALSE(breaker_.Succeeded());
  EXPECT_EQ(breaker_.state(), State::kOpen);
}

TEST_F(CircuitBreakerTest, ReplacesAProbeThatNeverCameBack) {
  Fail(3);
  clock_.Advance(absl::Seconds(1));
  ASSERT_TRUE(breaker_.Allow());
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(breaker_.Allow());
}

TEST_F(CircuitBreakerTest, SurvivesAClockThatIsSetBack) {
  Fail(3);
  clock_.Advance(absl::Hours(-1));
  EXPECT_TRUE(breaker_.Allow());
}

}  // namespace
}  // namespace vg::cache
