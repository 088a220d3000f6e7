#include "services/funding/storage/accountability_store.h"

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/funding/domain/accountability/test_accountability.h"
#include "services/funding/domain/ledger/test_entries.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/recovery_store.h"
#include "services/funding/storage/schema.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'680'000'000);
constexpr absl::CivilDay kToday(2023, 3, 28);
constexpr char kOld[] = "npo-schools/2021-2022";
constexpr char kNew[] = "npo-schools/2022-2023";

Entry PaidTo(const std::string& recipient, int64_t cents, absl::CivilDay day) {
  return {.id = absl::StrCat("payment:", recipient),
          .kind = EntryKind::kPayment,
          .effective = day,
          .actor = "bank",
          .postings = {{recipient, Purpose::kPayable, Money{-cents}, ""},
                       {recipient, Purpose::kPaid, Money{cents}, ""}}};
}

class AccountabilityStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  // 16SW01 has 4,000.00 of 2021-2022 and 3,000.00 of 2022-2023; 16SW02 has 1,000.00 of the first.
  void SetUp() override {
    ASSERT_OK(sql::Migrate(*database_, {kSchema}));
    ASSERT_OK(
        ledger_.Append(kOld,
                       std::vector<Entry>{PaidTo("16SW01", 400'000, absl::CivilDay(2021, 11, 25)),
                                          PaidTo("16SW02", 100'000, absl::CivilDay(2021, 11, 25))},
                       kNow));
    ASSERT_OK(ledger_.Append(
        kNew, std::vector<Entry>{PaidTo("16SW01", 300'000, absl::CivilDay(2022, 11, 25))}, kNow));
  }

  Submission Terms(bool skip = false, bool validate_only = false) const {
    return {.rules = &rules_,
            .today = kToday,
            .now = kNow,
            .actor = "users/board",
            .skip_refused = skip,
            .validate_only = validate_only};
  }
  absl::StatusOr<SubmissionResult> Submit(std::vector<SpendingReport> reports, bool skip = false,
                                          bool validate_only = false) {
    std::vector<NumberedReport> numbered;
    for (SpendingReport& report : reports) {
      numbered.push_back({static_cast<int64_t>(numbered.size()) + 1, std::move(report)});
    }
    return store_.Submit(Terms(skip, validate_only), numbered);
  }
  FundPosition PositionOf(const std::string& recipient, absl::CivilDay day = kToday) {
    const auto positions =
        store_.PositionsOf({"npo-schools", Currency::Eur()}, day, {&recipient, 1});
    EXPECT_OK(positions);
    const auto found = positions->find(recipient);
    return found == positions->end() ? FundPosition() : found->second;
  }
  // What a book says was spent, by category.
  std::map<std::string, int64_t> SpentIn(const std::string& book) {
    std::map<std::string, int64_t> spent;
    const auto entries = ledger_.Entries(book, {.kind = EntryKind::kSpending}, 0, 1000);
    EXPECT_OK(entries);
    for (const RecordedEntry& entry : *entries) {
      for (const Posting& posting : entry.entry.postings) {
        if (posting.purpose == Purpose::kSpent) spent[posting.detail] += posting.amount.cents;
      }
    }
    return spent;
  }
  static void ExpectAddsUp(const FundPosition& position) {
    EXPECT_EQ(position.received, position.spent + position.reserved + position.remaining +
                                     position.recoverable + position.recovered +
                                     position.carried_over);
  }
  RecoveryDraft Recovery(std::string id = "r") const {
    return {.id = std::move(id),
            .grant = {"npo-schools", Currency::Eur()},
            .day = absl::CivilDay(2025, 8, 1),
            .now = kNow,
            .actor = "users/pay"};
  }

  const AccountabilityRules rules_ = SchoolRules();
  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  LedgerStore ledger_{*database_};
  AccountabilityStore store_{*database_};
  RecoveryStore recoveries_{*database_};
};

TEST_P(AccountabilityStoreTest, CountsTheVersionsOfRules) {
  const RulesRow draft{
      .grant = "npo-schools", .digest = "a", .publish_time = kNow, .content = "bytes"};
  EXPECT_THAT(store_.Publish(draft), IsOkAndHolds(Field(&RulesRow::version, 1)));
  EXPECT_THAT(store_.Publish(draft), IsOkAndHolds(Field(&RulesRow::version, 1)));
  RulesRow changed = draft;
  changed.digest = "b";
  EXPECT_THAT(store_.Publish(changed), IsOkAndHolds(Field(&RulesRow::version, 2)));
  EXPECT_THAT(store_.FindRules("npo-schools"),
              IsOkAndHolds(testing::Optional(Field(&RulesRow::digest, "b"))));
  EXPECT_THAT(store_.FindRules("none"), IsOkAndHolds(std::nullopt));
}

TEST_P(AccountabilityStoreTest, PostsTheOldestMoneyFirst) {
  ASSERT_OK_AND_ASSIGN(const SubmissionResult result, Submit({ReportOf(2022)}));
  EXPECT_EQ(result.accepted, 1);
  EXPECT_THAT(result.findings, IsEmpty());
  EXPECT_THAT(SpentIn(kOld), ElementsAre(testing::Pair("A", 300'000), testing::Pair("B", 100'000)));
  EXPECT_THAT(SpentIn(kNew), ElementsAre(testing::Pair("B", 100'000)));
  const FundPosition position = PositionOf("16SW01");
  EXPECT_EQ(position.received, 700'000);
  EXPECT_EQ(position.spent, 500'000);
  EXPECT_EQ(position.remaining, 200'000);
  ExpectAddsUp(position);
  EXPECT_EQ(PositionOf("16SW01", absl::CivilDay(2022, 6, 30)).received, 400'000);
  EXPECT_EQ(PositionOf("16SW01", absl::CivilDay(2022, 6, 30)).spent, 0);
}

TEST_P(AccountabilityStoreTest, TheSameReportAgainChangesNothing) {
  ASSERT_OK(Submit({ReportOf(2022)}));
  ASSERT_OK_AND_ASSIGN(const SubmissionResult again, Submit({ReportOf(2022)}));
  EXPECT_EQ(again.accepted, 1);
  EXPECT_EQ(PositionOf("16SW01").spent, 500'000);
  EXPECT_THAT(store_.Reports("npo-schools", "", 0, true, {}, 10), IsOkAndHolds(SizeIs(1)));
}

TEST_P(AccountabilityStoreTest, ACorrectionIsANewVersionAndPostsTheDifference) {
  ASSERT_OK(Submit({ReportOf(2022)}));
  SpendingReport correction = ReportOf(2022);
  correction.cents = {100'000, 0, 50'000};
  correction.reserved_cents = 20'000;
  ASSERT_OK_AND_ASSIGN(const SubmissionResult refused, Submit({correction}));
  EXPECT_EQ(refused.refused, 1);
  EXPECT_EQ(refused.findings[0].finding.reason, "VERSION_EXISTS");
  correction.version = 3;
  ASSERT_OK_AND_ASSIGN(const SubmissionResult skipped, Submit({correction}));
  EXPECT_EQ(skipped.findings[0].finding.reason, "VERSION_SKIPPED");
  correction.version = 2;
  ASSERT_OK_AND_ASSIGN(const SubmissionResult taken, Submit({correction}));
  EXPECT_EQ(taken.accepted, 1);
  EXPECT_THAT(SpentIn(kOld), ElementsAre(testing::Pair("A", 100'000), testing::Pair("B", 0),
                                         testing::Pair("C", 50'000)));
  const FundPosition position = PositionOf("16SW01");
  EXPECT_EQ(position.spent, 150'000);
  EXPECT_EQ(position.reserved, 20'000);
  EXPECT_EQ(position.remaining, 530'000);
  ExpectAddsUp(position);
  ASSERT_OK_AND_ASSIGN(const auto chain,
                       store_.Reports("npo-schools", "16SW01", 2022, true, {}, 9));
  ASSERT_THAT(chain, SizeIs(2));
  EXPECT_EQ(chain[0].report, ReportOf(2022));
  EXPECT_EQ(chain[1].report, correction);
  ASSERT_OK_AND_ASSIGN(const auto last, store_.Reports("npo-schools", "", 0, false, {}, 9));
  ASSERT_THAT(last, SizeIs(1));
  EXPECT_EQ(last[0].report.version, 2);
}

TEST_P(AccountabilityStoreTest, OneRefusalStopsAllUnlessItIsSkipped) {
  SpendingReport wrong = ReportOf(2022, "16SW02");
  wrong.hired_cents = 999'999'999;
  ASSERT_OK_AND_ASSIGN(const SubmissionResult stopped, Submit({ReportOf(2022), wrong}));
  EXPECT_EQ(stopped.refused, 1);
  EXPECT_EQ(PositionOf("16SW01").spent, 0);
  EXPECT_THAT(store_.Reports("npo-schools", "", 0, true, {}, 10), IsOkAndHolds(IsEmpty()));
  ASSERT_OK_AND_ASSIGN(const SubmissionResult skipped,
                       Submit({ReportOf(2022), wrong}, /*skip=*/true));
  EXPECT_EQ(skipped.accepted, 1);
  EXPECT_EQ(PositionOf("16SW01").spent, 500'000);
  EXPECT_EQ(PositionOf("16SW02").spent, 0);
}

TEST_P(AccountabilityStoreTest, ValidatingKeepsNothing) {
  ASSERT_OK_AND_ASSIGN(const SubmissionResult result,
                       Submit({ReportOf(2022)}, false, /*validate_only=*/true));
  EXPECT_EQ(result.accepted, 1);
  EXPECT_EQ(PositionOf("16SW01").spent, 0);
}

TEST_P(AccountabilityStoreTest, RefusesStrangersAndReportsThatComeTwice) {
  ASSERT_OK_AND_ASSIGN(const SubmissionResult result,
                       Submit({ReportOf(2022, "99ZZ99"), ReportOf(2022), ReportOf(2022)}, true));
  EXPECT_EQ(result.accepted, 1);
  ASSERT_THAT(result.findings, SizeIs(2));
  EXPECT_EQ(result.findings[0].finding.reason, "UNKNOWN_RECIPIENT");
  EXPECT_EQ(result.findings[1].finding.reason, "DUPLICATE_REPORT");
  EXPECT_EQ(result.findings[1].line, 3);
}

TEST_P(AccountabilityStoreTest, WarnsOfMoreThanWasReceivedAndStillAddsUp) {
  ASSERT_OK_AND_ASSIGN(const SubmissionResult result, Submit({ReportOf(2022, "16SW02")}));
  EXPECT_EQ(result.accepted, 1);
  ASSERT_THAT(result.findings, SizeIs(1));
  EXPECT_EQ(result.findings[0].finding.reason, "SPENT_MORE_THAN_RECEIVED");
  const FundPosition position = PositionOf("16SW02");
  EXPECT_EQ(position.remaining, -400'000);
  ExpectAddsUp(position);
}

TEST_P(AccountabilityStoreTest, RacersCorrectAVersionOnce) {
  ASSERT_OK(Submit({ReportOf(2022)}));
  std::atomic<int> won = 0;
  std::vector<std::thread> racers;
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([&, i] {
      std::unique_ptr<sql::Database> database = place_.Open();
      SpendingReport report = ReportOf(2022);
      report.version = 2;
      report.cents[0] = 1000 + i;
      report.hired_cents = 0;
      const auto result = AccountabilityStore(*database).Submit(Terms(), {{1, report}});
      EXPECT_OK(result);
      if (result.ok()) won += static_cast<int>(result->accepted);
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(won, 1);
  EXPECT_THAT(store_.Reports("npo-schools", "", 0, true, {}, 10), IsOkAndHolds(SizeIs(2)));
}

// Whatever is reported and corrected, in any order: the books say what the last versions say.
TEST_P(AccountabilityStoreTest, BooksSayWhatTheLastVersionsSay) {
  std::mt19937 random(20230328);
  std::map<int, SpendingReport> last;
  for (int step = 0; step < 25; ++step) {
    const int year = 2021 + static_cast<int>(random() % 3);
    SpendingReport report = ReportOf(year);
    report.version = last.contains(year) ? last[year].version + 1 : 1;
    for (size_t i = 0; i < 5; ++i) report.cents[i] = static_cast<int64_t>(random() % 200'000);
    report.reserved_cents = static_cast<int64_t>(random() % 1000);
    report.hired_cents = report.cents[0];
    ASSERT_OK_AND_ASSIGN(const SubmissionResult result, Submit({report}));
    ASSERT_EQ(result.accepted, 1) << result.findings[0].finding.sentence;
    last[year] = report;
    int64_t spent = 0;
    for (const auto& [_, one] : last) spent += TotalCents(one).value();
    const FundPosition position = PositionOf("16SW01", absl::CivilDay(2024, 1, 1));
    EXPECT_EQ(position.spent, spent);
    EXPECT_EQ(position.received, 700'000);
    ExpectAddsUp(position);
  }
  EXPECT_THAT(ledger_.UnbalancedCents(), IsOkAndHolds(0));
}

TEST_P(AccountabilityStoreTest, ClaimsBackWhatIsUnspentOnce) {
  ASSERT_OK(Submit({ReportOf(2022)}));
  ASSERT_OK_AND_ASSIGN(const RecoveryResult proposal, recoveries_.Propose(Recovery()));
  EXPECT_THAT(proposal.claims, ElementsAre(RecoveryClaim{"16SW01", 200'000, 0},
                                           RecoveryClaim{"16SW02", 100'000, 0}));
  EXPECT_EQ(PositionOf("16SW01", absl::CivilDay(2025, 12, 31)).recoverable, 0);
  ASSERT_OK_AND_ASSIGN(const RecoveryResult first, recoveries_.Recover(Recovery()));
  EXPECT_EQ(first.recovery.total, Money{300'000});
  ASSERT_OK_AND_ASSIGN(const RecoveryResult again, recoveries_.Recover(Recovery()));
  EXPECT_EQ(again.recovery, first.recovery);
  EXPECT_EQ(again.claims, first.claims);
  const FundPosition position = PositionOf("16SW01", absl::CivilDay(2025, 12, 31));
  EXPECT_EQ(position.recoverable, 200'000);
  EXPECT_EQ(position.remaining, 0);
  ExpectAddsUp(position);
  EXPECT_THAT(recoveries_.Recover(Recovery("other")), HasReason("NOTHING_TO_RECOVER"));
  RecoveryDraft other = Recovery();
  other.grant.grant = "npo-municipalities";
  EXPECT_THAT(recoveries_.Recover(other), HasReason("RECOVERY_EXISTS"));
  RecoveryDraft narrower = Recovery();
  narrower.scope = ClaimScope::kOverpaid;
  EXPECT_THAT(recoveries_.Recover(narrower), HasReason("RECOVERY_EXISTS"));
}

TEST_P(AccountabilityStoreTest, WhatIsPaidBackIsAvailableAgain) {
  ASSERT_OK(recoveries_.Recover(Recovery()));
  Settlement settlement{.recovery = "r",
                        .recipient = "16SW01",
                        .amount = Money{450'000},
                        .day = absl::CivilDay(2025, 9, 1),
                        .reference = "bank-1"};
  EXPECT_THAT(recoveries_.Settle(settlement, kNow, "users/pay"),
              IsOkAndHolds(RecoveryClaim{"16SW01", 700'000, 450'000}));
  EXPECT_THAT(recoveries_.Settle(settlement, kNow, "users/pay"),
              IsOkAndHolds(RecoveryClaim{"16SW01", 700'000, 450'000}));
  settlement.amount.cents = 1;
  EXPECT_THAT(recoveries_.Settle(settlement, kNow, "a"), HasReason("SETTLEMENT_EXISTS"));
  settlement.reference = "bank-2";
  settlement.amount.cents = 250'001;
  EXPECT_THAT(recoveries_.Settle(settlement, kNow, "a"), HasReason("MORE_THAN_CLAIMED"));
  settlement.amount.cents = 0;
  EXPECT_THAT(recoveries_.Settle(settlement, kNow, "a"), HasReason("BAD_AMOUNT"));
  settlement.recipient = "99ZZ99";
  settlement.amount.cents = 1;
  EXPECT_THAT(recoveries_.Settle(settlement, kNow, "a"), StatusIs(absl::StatusCode::kNotFound));
  const FundPosition position = PositionOf("16SW01", absl::CivilDay(2025, 12, 31));
  EXPECT_EQ(position.recovered, 450'000);
  EXPECT_EQ(position.recoverable, 250'000);
  EXPECT_EQ(position.received, 700'000);
  ExpectAddsUp(position);
  EXPECT_THAT(ledger_.UnbalancedCents(), IsOkAndHolds(0));
}

INSTANTIATE_TEST_SUITE_P(Backends, AccountabilityStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::funding
