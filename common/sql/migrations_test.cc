#include "common/sql/migrations.h"

#include <memory>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"

namespace vg::sql {
namespace {

using ::testing::HasSubstr;

constexpr Migration kFirst[] = {
    {1, "0001_tables", "CREATE TABLE a (id {int} NOT NULL PRIMARY KEY) {strict};"}};
constexpr Migration kBoth[] = {
    kFirst[0],
    {2, "0002_more",
     "CREATE TABLE b (id {identity}, name {text}, data {bytes}) {strict};\n"
     "INSERT INTO a (id) VALUES (7);"}};
constexpr Migration kChanged[] = {{1, "0001_tables", "CREATE TABLE a (id {int}) {strict};"}};
constexpr Migration kBroken[] = {kFirst[0],
                                 {2, "0002_broken", "CREATE TABLE c (x {int}); NONSENSE"}};
constexpr Migration kOther[] = {{1, "0001_other", "CREATE TABLE other (id {int}) {strict};"}};

class MigrationsTest : public testing::TestWithParam<TestBackend> {
 protected:
  TestDatabase place_{GetParam()};
  std::unique_ptr<Database> database_ = place_.Open();
};

INSTANTIATE_TEST_SUITE_P(Backends, MigrationsTest, AllBackends(), BackendName);

TEST_P(MigrationsTest, AppliesWhatIsMissingOnce) {
  EXPECT_THAT(SchemaVersion(*database_, "x"), IsOkAndHolds(0));
  ASSERT_OK(Migrate(*database_, {{"x", kFirst}}));
  EXPECT_THAT(SchemaVersion(*database_, "x"), IsOkAndHolds(1));
  EXPECT_THAT(CheckSchema(*database_, {{"x", kBoth}}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("x/2 (0002_more)")));
  ASSERT_OK(Migrate(*database_, {{"x", kBoth}}));
  ASSERT_OK(Migrate(*database_, {{"x", kBoth}}));
  EXPECT_THAT(SchemaVersion(*database_, "x"), IsOkAndHolds(2));
  EXPECT_OK(CheckSchema(*database_, {{"x", kBoth}}));
}

TEST_P(MigrationsTest, CountsEachComponentApart) {
  ASSERT_OK(Migrate(*database_, {{"x", kBoth}, {"y", kOther}}));
  EXPECT_THAT(SchemaVersion(*database_, "x"), IsOkAndHolds(2));
  EXPECT_THAT(SchemaVersion(*database_, "y"), IsOkAndHolds(1));
}

TEST_P(MigrationsTest, SaysThatNothingWasAppliedYet) {
  EXPECT_THAT(CheckSchema(*database_, {{"x", kFirst}}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("has not been applied")));
}

TEST_P(MigrationsTest, AcceptsADatabaseThatIsAhead) {
  ASSERT_OK(Migrate(*database_, {{"x", kBoth}}));
  EXPECT_OK(Migrate(*database_, {{"x", kFirst}}));
  EXPECT_OK(CheckSchema(*database_, {{"x", kFirst}}));
  EXPECT_THAT(SchemaVersion(*database_, "x"), IsOkAndHolds(2));
}

TEST_P(MigrationsTest, RefusesAMigrationThatWasChangedAfterwards) {
  ASSERT_OK(Migrate(*database_, {{"x", kFirst}}));
  EXPECT_THAT(Migrate(*database_, {{"x", kChanged}}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("was changed after")));
  EXPECT_THAT(CheckSchema(*database_, {{"x", kChanged}}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("was changed after")));
}

TEST_P(MigrationsTest, UndoesEverythingWhenOneScriptFails) {
  EXPECT_THAT(Migrate(*database_, {{"y", kOther}, {"x", kBroken}}),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(SchemaVersion(*database_, "y"), IsOkAndHolds(0));
  EXPECT_OK(Migrate(*database_, {{"y", kOther}, {"x", kBoth}}));
}

TEST_P(MigrationsTest, LetsAnyNumberOfProcessesStartAtOnce) {
  std::vector<std::thread> starters;
  for (int i = 0; i < 5; ++i) {
    starters.emplace_back([this] {
      const std::unique_ptr<Database> handle = place_.Open();
      EXPECT_OK(Migrate(*handle, {{"x", kBoth}, {"y", kOther}}));
    });
  }
  for (std::thread& starter : starters) starter.join();
  EXPECT_THAT(SchemaVersion(*database_, "x"), IsOkAndHolds(2));
}

}  // namespace
}  // namespace vg::sql
