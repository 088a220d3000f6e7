#include "services/funding/domain/approval/checks.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using testing::HasSubstr;
using State = CheckResult::State;

const absl::Time kRunTime = absl::FromUnixSeconds(1'630'000'000);

Candidate Of(std::string code, std::optional<int64_t> cents,
             std::optional<int64_t> previous = std::nullopt) {
  Candidate candidate{.code = std::move(code), .cents = cents, .undetermined_reason = ""};
  if (!cents.has_value()) candidate.undetermined_reason = "pupils.bo is suppressed in the source";
  candidate.previous_cents = previous;
  return candidate;
}

// A run of two schools in which everything is in order.
class ChecksTest : public testing::Test {
 protected:
  ChecksTest() {
    input_.scheme = &scheme_;
    input_.snapshot = "snapshots/2020-10-01";
    input_.pinned_snapshot_digest = input_.found_snapshot_digest = std::string(64, 'a');
    input_.count_date = scheme_.count_date;
    input_.kept_digest = input_.again_digest = std::string(64, 'b');
    input_.run_time = kRunTime;
    scheme_.budget = Euro(10'000);
    input_.previous_run = "runs/2020";
  }

  std::vector<CheckResult> Results() {
    RunChecks checks(input_);
    for (const Candidate& candidate : chosen_) checks.Add(candidate);
    return std::move(checks).Finish();
  }
  CheckResult Result(std::string_view name) {
    for (CheckResult& result : Results()) {
      if (result.name == name) return std::move(result);
    }
    ADD_FAILURE() << "there is no check " << name;
    return {};
  }
  // The state of the check that is `name`, and that no other one failed.
  State Only(std::string_view name) {
    State state = State::kPassed;
    for (const CheckResult& result : Results()) {
      if (result.name == name) {
        state = result.state;
      } else {
        EXPECT_NE(result.state, State::kFailed) << result.name << ": " << result.sentence;
      }
    }
    return state;
  }

  Scheme scheme_ = SchoolScheme();
  std::vector<Candidate> chosen_ = {Of("16SW01", 4000, 4000), Of("16SW02", 5000, 5000)};
  CheckInput input_;
};

TEST_F(ChecksTest, EveryCheckIsReportedOnceAndPassesWhereAllIsInOrder) {
  const std::vector<CheckResult> results = Results();
  ASSERT_EQ(results.size(), std::size(kChecks));
  for (size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].name, kChecks[i]);
    EXPECT_TRUE(IsCheck(results[i].name));
    EXPECT_EQ(results[i].state, State::kPassed) << results[i].sentence;
    EXPECT_NE(results[i].sentence, "");
  }
  EXPECT_OK(RequireChecks(results, {}));
  EXPECT_FALSE(IsCheck("EVERYTHING"));
}

TEST_F(ChecksTest, SeesAnotherSnapshot) {
  input_.found_snapshot_digest = std::string(64, 'c');
  EXPECT_EQ(Only(kSnapshotChanged), State::kFailed);
}

TEST_F(ChecksTest, SeesThatComputingAgainGivesSomethingElse) {
  input_.again_digest = std::string(64, 'c');
  EXPECT_EQ(Only(kAmountsDiffer), State::kFailed);
  input_.again_digest.clear();
  input_.again_fault = "the registry has 16SW01 twice";
  EXPECT_THAT(Result(kAmountsDiffer).sentence, HasSubstr("16SW01 twice"));
}

TEST_F(ChecksTest, SeesRecipientsThatNobodyCanPay) {
  chosen_[0].has_board = false;
  chosen_[1].known = false;
  EXPECT_EQ(Only(kUnknownRecipients), State::kFailed);
  const CheckResult result = Result(kUnknownRecipients);
  EXPECT_EQ(result.count, 2);
  EXPECT_EQ(result.findings[0].recipient, "16SW01");
  EXPECT_THAT(result.findings[0].sentence, HasSubstr("board"));
  EXPECT_THAT(result.findings[1].sentence, HasSubstr("snapshots/2020-10-01"));
}

TEST_F(ChecksTest, SeesAmountsThatAreNotDeterminedOrBelowZero) {
  chosen_[0] = Of("16SW01", std::nullopt);
  EXPECT_EQ(Only(kUndeterminedAmounts), State::kFailed);
  EXPECT_THAT(Result(kUndeterminedAmounts).findings[0].sentence, HasSubstr("suppressed"));
  chosen_[0] = Of("16SW01", -1);
  EXPECT_EQ(Only(kNegativeAmounts), State::kFailed);
}

TEST_F(ChecksTest, CountsWhatIsApprovedAlreadyAgainstTheBudget) {
  EXPECT_EQ(Result(kBudgetExceeded).state, State::kPassed);
  input_.standing_cents = 1000;  // Of a recipient that this run does not have.
  EXPECT_THAT(Result(kBudgetExceeded).sentence, HasSubstr("EUR 0.00 of the budget"));
  // What takes the place of something else counts once.
  input_.standing_cents += 9000;
  chosen_[0].standing = Standing{9000, "runs/a/approvals/1", kRunTime};
  EXPECT_EQ(Result(kBudgetExceeded).state, State::kPassed);
  input_.standing_cents += 1;
  EXPECT_EQ(Only(kBudgetExceeded), State::kFailed);
  EXPECT_THAT(Result(kBudgetExceeded).sentence, HasSubstr("EUR 0.01 above"));
  scheme_.budget.reset();
  EXPECT_EQ(Result(kBudgetExceeded).state, State::kNotApplicable);
}

TEST_F(ChecksTest, ABudgetIsNotExceededByOverflow) {
  chosen_ = {Of("16SW01", std::numeric_limits<int64_t>::max()),
             Of("16SW02", std::numeric_limits<int64_t>::max())};
  EXPECT_EQ(Result(kBudgetExceeded).state, State::kFailed);
}

TEST_F(ChecksTest, SeesWhoGetsFarMoreOrLessThanLastYear) {
  chosen_ = {Of("16SW01", 5000, 4000), Of("16SW02", 3750, 5000), Of("16SW03", 100)};
  EXPECT_EQ(Result(kOutliers).state, State::kPassed);  // Exactly 25 %, and one that is new.
  chosen_[0].cents = 5001;
  EXPECT_EQ(Result(kOutliers).state, State::kFailed);
  EXPECT_THAT(Result(kOutliers).findings[0].sentence, HasSubstr("last year EUR 40.00"));
  input_.outlier_percent = 50;
  EXPECT_EQ(Result(kOutliers).state, State::kPassed);
  input_.previous_run.clear();
  EXPECT_EQ(Result(kOutliers).state, State::kNotApplicable);
}

TEST_F(ChecksTest, SeesParametersThatWereNotVerified) {
  scheme_.parameters[1].provisional = true;
  scheme_.parameters[0].table = {{"bo", Number("1.5"), "", /*provisional=*/true}};
  EXPECT_EQ(Only(kProvisionalParameters), State::kFailed);
  const CheckResult result = Result(kProvisionalParameters);
  EXPECT_EQ(result.count, 2);
  EXPECT_EQ(result.findings[0].sentence, "rate_bo[bo] = 1.5");
  EXPECT_EQ(result.findings[1].sentence, "rate_so = 1402.31");
}

TEST_F(ChecksTest, SeesCountsOfAnotherDay) {
  input_.count_date = absl::CivilDay(2021, 10, 1);
  EXPECT_EQ(Only(kProvisionalCounts), State::kFailed);
}

TEST_F(ChecksTest, SeesThatALaterRunIsApprovedAlready) {
  chosen_[0].standing = Standing{100, "runs/b/approvals/1", kRunTime + absl::Hours(1)};
  EXPECT_EQ(Only(kOlderRun), State::kFailed);
  chosen_[0].standing->run_time = kRunTime;
  EXPECT_EQ(Only(kOlderRun), State::kPassed);
}

TEST_F(ChecksTest, NobodyCanWaiveThatAnotherRunTookThePlaceOfThisOne) {
  input_.superseded_by = "runs/final";
  EXPECT_EQ(Only(kSupersededRun), State::kFailed);
  EXPECT_THAT(Result(kSupersededRun).sentence, HasSubstr("runs/final"));
  const absl::Status status = RequireChecks(Results(), {{kSupersededRun, "hurry"}});
  EXPECT_THAT(status, HasReason("CHECKS_FAILED"));
  EXPECT_EQ(DetailsOf(status).metadata.at("checks"), kSupersededRun);
}

TEST_F(ChecksTest, ListsAHundredFindingsAndCountsAll) {
  chosen_.clear();
  for (int i = 100; i < 350; ++i) chosen_.push_back(Of(std::to_string(i), std::nullopt));
  const CheckResult result = Result(kUndeterminedAmounts);
  EXPECT_EQ(result.count, 250);
  EXPECT_EQ(result.findings.size(), kMostFindings);
}

TEST_F(ChecksTest, OnlyWhatIsWaivedByNameMayFail) {
  input_.count_date = absl::CivilDay(2021, 10, 1);
  scheme_.parameters[1].provisional = true;
  const std::vector<CheckResult> results = Results();
  const absl::Status status = RequireChecks(results, {{kProvisionalCounts, "no others yet"}});
  EXPECT_THAT(status, HasReason("CHECKS_FAILED"));
  EXPECT_EQ(DetailsOf(status).metadata.at("checks"), kProvisionalParameters);
  EXPECT_OK(RequireChecks(results, {{kProvisionalCounts, "no others yet"},
                                    {kProvisionalParameters, "the ministry confirmed"}}));
}

}  // namespace
}  // namespace vg::funding
