#include "common/requests/janitor.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/requests/request_log.h"
#include "common/sql/migrations.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "common/testing/wait_until.h"

namespace vg::requests {
namespace {

class JanitorTest : public testing::Test {
 protected:
  JanitorTest() { EXPECT_OK(sql::Migrate(*database_, {kSchema})); }

  void Keep(int answers) {
    for (int i = 0; i < answers; ++i) {
      const std::string id = absl::StrCat(++last_);
      ASSERT_OK(database_->Write([&](sql::Transaction& transaction) {
        return Once(transaction, {.scope = "s", .request_id = id, .digest = "d"}, clock_.Now(),
                    [] { return std::string("answer"); })
            .status();
      }));
    }
  }

  int64_t Kept() {
    int64_t kept = -1;
    EXPECT_OK(database_->Read([&](sql::Transaction& transaction) {
      const auto count = transaction.QueryInt64("SELECT COUNT(*) FROM request_log");
      if (count.ok()) kept = count->value_or(-1);
      return count.status();
    }));
    return kept;
  }

  FakeClock clock_;
  std::unique_ptr<sql::Database> database_ = *sql::Database::Open("sqlite::memory:");
  int last_ = 0;
};

TEST_F(JanitorTest, ForgetsWhatIsOldInSeveralTransactions) {
  Keep(7);
  clock_.Advance(absl::Hours(23));
  Keep(2);
  clock_.Advance(absl::Hours(2));
  Janitor janitor(*database_, clock_, {.keep = absl::Hours(24), .batch = 3});
  EXPECT_THAT(janitor.Sweep(), IsOkAndHolds(7));
  EXPECT_EQ(Kept(), 2);
  EXPECT_THAT(janitor.Sweep(), IsOkAndHolds(0));
}

TEST_F(JanitorTest, SweepsUntilItIsStopped) {
  Keep(3);
  clock_.Advance(absl::Hours(24 * 8));
  Janitor janitor(*database_, clock_, {.every = absl::Milliseconds(1)});
  janitor.Start();
  EXPECT_TRUE(WaitUntil([&] { return Kept() == 0; }));
  janitor.Stop();
  janitor.Stop();
}

}  // namespace
}  // namespace vg::requests
