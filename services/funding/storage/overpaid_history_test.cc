// Two school years of a grant, whatever is granted, paid, lowered, carried over, undone, claimed
// and paid back: what was paid too much is in one place, and what is still paid is what is due.

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/requests/request_log.h"
#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/time/clock.h"
#include "services/funding/domain/test_schemes.h"
#include "services/funding/storage/approval_store.h"
#include "services/funding/storage/carry_over_store.h"
#include "services/funding/storage/funding_store.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/recovery_store.h"
#include "services/funding/storage/release_store.h"
#include "services/funding/storage/schema.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;

constexpr char kSchool[] = "16SW03";
constexpr int64_t kBudgetCents = 1'000'000;
constexpr absl::CivilDay kToday(2022, 9, 1);
const GrantId kGrant{"npo-schools", Currency::Eur()};
const absl::Time kNow = absl::FromUnixSeconds(1'662'000'000);

struct Year {
  std::string scheme;
  std::string book;
  absl::CivilMonth first;
};
const Year& OfYear(int index) {
  static const auto& years =
      *new std::vector<Year>{{"npo-1", "npo-schools/2021-2022", absl::CivilMonth(2021, 9)},
                             {"npo-2", "npo-schools/2022-2023", absl::CivilMonth(2022, 9)}};
  return years[index];
}

class OverpaidHistoryTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override { ASSERT_OK(sql::Migrate(*database_, {kSchema, requests::kSchema})); }

  // In four instalments.
  static Scheme Rules(int year) {
    Scheme scheme = SchoolScheme();
    for (Component& component : scheme.components) {
      for (int i = 0; i < 4; ++i) component.instalments.push_back({OfYear(year).first + i, 1, 4});
    }
    scheme.budget = Euro(kBudgetCents);
    return scheme;
  }

  // Releases a run that grants `cents` in `year`.
  absl::Status Grant(int year, int64_t cents, bool claim = false) {
    const std::string run = absl::StrCat("r", ++runs_);
    const absl::Time now = kNow + absl::Minutes(runs_);
    Allocation allocation{.code = kSchool, .title = "School", .amount = Euro(cents)};
    allocation.components = {{0, Euro(cents - cents / 4)}, {2, Euro(cents / 4)}};
    RETURN_IF_ERROR(FundingStore(*database_)
                        .Keep({"Allocate", "", ""},
                              {.id = run,
                               .scheme = OfYear(year).scheme,
                               .version = 1,
                               .snapshot = "2020-10-01",
                               .create_time = now,
                               .facts = "facts",
                               .creator = "users/ada"},
                              std::vector<Allocation>{allocation})
                        .status());
    Approval draft{.run = run, .id = "1", .book = OfYear(year).book, .scheme = OfYear(year).scheme};
    draft.creator = "users/ada";
    draft.approver = "users/bob";
    draft.approve_time = now;
    RETURN_IF_ERROR(ApprovalStore(*database_)
                        .Approve(draft, Rules(year).budget, "fine", kToday,
                                 {run, draft.book, draft.scheme, ""},
                                 [](const Candidates& candidates, ApprovedSink approve, Approval&) {
                                   return candidates.ForEach([&](RunRecipient& one) {
                                     return approve(one.candidate.code, *one.candidate.cents);
                                   });
                                 })
                        .status());
    Approval approval;
    do {
      ASSIGN_OR_RETURN(
          approval,
          ReleaseStore(*database_)
              .Release(
                  absl::StrCat("runs/", run, "/approvals/1"),
                  {.actor = "users/ada", .reason = "pay", .today = kToday, .claim_overpaid = claim},
                  Rules(year), 10, now));
    } while (approval.state == ApprovalState::kReleasing);
    grants_.push_back({year, granted_[year], approval.name()});
    granted_[year] = cents;
    return absl::OkStatus();
  }
  // Undoes the last release that is not undone yet.
  absl::Status ReverseLast() {
    if (grants_.empty()) return absl::OkStatus();
    Approval approval;
    do {
      ASSIGN_OR_RETURN(approval, ReleaseStore(*database_)
                                     .Reverse(grants_.back().approval, "users/carol", "a mistake",
                                              kToday, 10, kNow));
    } while (approval.state == ApprovalState::kReversing);
    granted_[grants_.back().year] = grants_.back().before;
    grants_.pop_back();
    return absl::OkStatus();
  }
  void Pay(int year, int months) {
    PaymentPlanStore plan(*database_);
    ASSERT_OK_AND_ASSIGN(const auto due,
                         plan.Due(OfYear(year).book, OfYear(year).first + (months - 1), {}, 100));
    std::vector<PaymentKey> keys;
    for (const PlannedPayment& payment : due) {
      keys.push_back({payment.recipient, payment.number});
      cash_ += payment.amount.cents;
    }
    const PaymentStep step{absl::StrCat("orders/", ++orders_), kToday, "bank", ""};
    ASSERT_OK(plan.Order(OfYear(year).book, step, keys, kNow));
    ASSERT_OK(plan.Confirm(OfYear(year).book, step, keys, kNow));
  }
  absl::StatusOr<CarryOverResult> Carry(const std::string& id) {
    return CarryOverStore(*database_)
        .Carry({.id = id,
                .grant = kGrant,
                .rule = {.school_year = "2021-2022",
                         .most_percentage = std::nullopt,
                         .most_cents = std::nullopt,
                         .until = absl::CivilDay(2023, 7, 31),
                         .legal_reference = "article 7"},
                .day = kToday,
                .now = kNow,
                .actor = "users/ada"});
  }
  absl::Status Undo(const std::string& id) {
    return CarryOverStore(*database_).Reverse(id, "a mistake", kToday, kNow, "users/eve").status();
  }
  absl::StatusOr<RecoveryResult> Recover(const std::string& id) {
    return RecoveryStore(*database_)
        .Recover({.id = id,
                  .grant = kGrant,
                  .day = kToday,
                  .scope = ClaimScope::kOverpaid,
                  .expired_school_years = {},
                  .now = kNow,
                  .actor = "users/ada"});
  }
  absl::Status Settle(const std::string& recovery, int64_t cents) {
    RETURN_IF_ERROR(RecoveryStore(*database_)
                        .Settle({.recovery = recovery,
                                 .recipient = kSchool,
                                 .amount = Euro(cents),
                                 .day = kToday,
                                 .reference = absl::StrCat("bank-", ++settlements_)},
                                kNow, "users/ada")
                        .status());
    repaid_ += cents;
    return absl::OkStatus();
  }

  int64_t In(int year, Purpose purpose) {
    const auto totals = LedgerStore(*database_).Totals(OfYear(year).book, {});
    if (!totals.ok()) return 0;  // There is no such book yet.
    for (const Balance& total : *totals) {
      if (total.account.purpose == purpose) return total.cents;
    }
    return 0;
  }
  int64_t InBoth(Purpose purpose) { return In(0, purpose) + In(1, purpose); }
  std::vector<int64_t> Planned(int year) {
    const auto due =
        PaymentPlanStore(*database_).Due(OfYear(year).book, absl::CivilMonth(2030, 1), {}, 100);
    EXPECT_OK(due);
    std::vector<std::pair<absl::CivilMonth, int64_t>> by_month;
    for (const PlannedPayment& payment : *due) {
      by_month.emplace_back(payment.month, payment.amount.cents);
    }
    std::ranges::sort(by_month);
    std::vector<int64_t> cents;
    for (const auto& [month, one] : by_month) cents.push_back(one);
    return cents;
  }

  void Check() {
    LedgerStore ledger(*database_);
    EXPECT_THAT(ledger.UnbalancedCents(), IsOkAndHolds(0));
    EXPECT_THAT(ledger.UnplannedCents(), IsOkAndHolds(0));
    int64_t planned = 0, budgets = 0;
    for (const int year : {0, 1}) {
      for (const int64_t cents : Planned(year)) planned += cents;
      EXPECT_GE(In(year, Purpose::kCarriedOver), 0);
      EXPECT_GE(In(year, Purpose::kRecoverable), 0);
      if (std::ranges::any_of(budgeted_, [&](int one) { return one == year; })) {
        budgets += kBudgetCents;
      }
    }
    const int64_t owed = InBoth(Purpose::kCarriedOver) + InBoth(Purpose::kRecoverable);
    EXPECT_EQ(granted_[0] + granted_[1], planned + cash_ - repaid_ - owed);
    EXPECT_EQ(InBoth(Purpose::kAppropriation), -budgets);
    EXPECT_EQ(InBoth(Purpose::kPaid), cash_ - repaid_ - owed);
    EXPECT_EQ(InBoth(Purpose::kAvailable), budgets - granted_[0] - granted_[1] - owed);
  }

  struct Released {
    int year;
    int64_t before;
    std::string approval;
  };
  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  std::vector<Released> grants_;
  std::vector<int> budgeted_;
  int64_t granted_[2] = {0, 0};
  int64_t cash_ = 0, repaid_ = 0;
  int runs_ = 0, orders_ = 0, settlements_ = 0;
};

TEST_P(OverpaidHistoryTest, TheNextYearsInstalmentsSettleIt) {
  ASSERT_OK(Grant(0, 1000));
  Pay(0, 4);
  ASSERT_OK(Grant(0, 450));
  EXPECT_EQ(In(0, Purpose::kCarriedOver), 550);
  ASSERT_OK(Grant(1, 1200));
  EXPECT_THAT(Planned(1), ElementsAre(300, 300, 300, 300));
  budgeted_ = {0, 1};
  Check();

  ASSERT_OK_AND_ASSIGN(const CarryOverResult carried, Carry("a"));
  EXPECT_THAT(carried.parts, ElementsAre(CarryOverPart{kSchool, 450, 450, 0, 550}));
  EXPECT_EQ(carried.row.overpaid, Euro(550));
  EXPECT_EQ(InBoth(Purpose::kCarriedOver), 0);
  EXPECT_THAT(Planned(1), ElementsAre(50, 300, 300));
  Check();
  // Neither once more nor claimed.
  EXPECT_THAT(Carry("b"), HasReason("NOTHING_TO_CARRY_OVER"));
  EXPECT_THAT(Recover("r"), HasReason("NOTHING_TO_RECOVER"));
  // What follows from it stands in the way of reversing what it follows from.
  EXPECT_THAT(ReverseLast(), HasReason("LATER_RELEASE"));

  ASSERT_OK(Undo("a"));
  EXPECT_EQ(In(0, Purpose::kCarriedOver), 550);
  EXPECT_THAT(Planned(1), ElementsAre(300, 300, 300, 300));
  Check();
  ASSERT_OK(Carry("b"));
  Pay(1, 2);
  EXPECT_THAT(Undo("b"), HasReason("CLAIM_SETTLED"));
  Check();
}

TEST_P(OverpaidHistoryTest, ItWaitsForAReleaseAndWhatIsLeftIsClaimed) {
  ASSERT_OK(Grant(0, 1000));
  Pay(0, 4);
  ASSERT_OK(Grant(0, 450));
  budgeted_ = {0};
  ASSERT_OK(Carry("a"));
  EXPECT_EQ(In(1, Purpose::kCarriedOver), 550);
  Check();
  budgeted_ = {0, 1};
  ASSERT_OK(Grant(1, 400));
  EXPECT_THAT(Planned(1), ElementsAre());
  EXPECT_EQ(In(1, Purpose::kCarriedOver), 150);
  EXPECT_THAT(Undo("a"), HasReason("CLAIM_SETTLED"));
  Check();
  ASSERT_OK_AND_ASSIGN(const RecoveryResult claim, Recover("r"));
  EXPECT_THAT(claim.claims, ElementsAre(RecoveryClaim{kSchool, 150, 0}));
  EXPECT_THAT(Recover("s"), HasReason("NOTHING_TO_RECOVER"));
  EXPECT_THAT(Settle("r", 151), HasReason("MORE_THAN_CLAIMED"));
  ASSERT_OK(Settle("r", 150));
  EXPECT_EQ(InBoth(Purpose::kRecoverable), 0);
  EXPECT_EQ(In(1, Purpose::kPaid), 850);
}

TEST_P(OverpaidHistoryTest, WhatAReleaseClaimedComesInThroughARecovery) {
  ASSERT_OK(Grant(0, 1000));
  Pay(0, 4);
  ASSERT_OK(Grant(0, 450, /*claim=*/true));
  budgeted_ = {0};
  ASSERT_OK_AND_ASSIGN(const RecoveryResult claim, Recover("r"));
  EXPECT_THAT(claim.claims, ElementsAre(RecoveryClaim{kSchool, 550, 0}));
  EXPECT_EQ(In(0, Purpose::kRecoverable), 550);
  // What is granted again is claimed no more.
  ASSERT_OK(Grant(0, 600));
  EXPECT_EQ(In(0, Purpose::kRecoverable), 400);
  EXPECT_THAT(Settle("r", 401), HasReason("MORE_THAN_CLAIMED"));
  ASSERT_OK(Settle("r", 100));
  Check();
}

TEST_P(OverpaidHistoryTest, EveryCentIsInOnePlaceInAnyHistory) {
  std::mt19937 random(20220901);
  int raised = 0, moved = 0, undone = 0, claimed = 0, reversed = 0;
  budgeted_ = {0, 1};
  ASSERT_OK(Grant(0, 2000));
  ASSERT_OK(Grant(1, 2000));
  std::vector<std::string> carried, recoveries;
  for (int step = 0; step < 120 && !HasFailure(); ++step) {
    const std::string id = absl::StrCat("x", step);
    switch (random() % 8) {
      case 0:
      case 1:
        ASSERT_OK(Grant(static_cast<int>(random() % 2), static_cast<int64_t>(random() % 4000),
                        random() % 3 == 0));
        ++raised;
        break;
      case 2:
        Pay(0, static_cast<int>(random() % 5));
        break;
      case 3:
        Pay(1, static_cast<int>(random() % 3));
        break;
      case 4:
        if (Carry(id).ok()) carried.push_back(id), ++moved;
        break;
      case 5:
        if (carried.empty()) break;
        if (Undo(carried.back()).ok()) carried.pop_back(), ++undone;
        break;
      case 6:
        if (random() % 2 == 0) {
          if (Recover(id).ok()) recoveries.push_back(id), ++claimed;
        } else if (!recoveries.empty()) {
          (void)Settle(recoveries[random() % recoveries.size()],
                       1 + static_cast<int64_t>(random() % 300));
        }
        break;
      default:
        if (ReverseLast().ok()) ++reversed;
        break;
    }
    SCOPED_TRACE(step);
    Check();
  }
  EXPECT_GT(raised, 5);
  EXPECT_GT(moved, 3);
  EXPECT_GT(undone, 0);
  EXPECT_GT(claimed, 1);
  EXPECT_GT(reversed, 0);
  EXPECT_GT(repaid_, 0);
  for (const int year : {0, 1}) {
    ASSERT_OK_AND_ASSIGN(const Verification found,
                         LedgerStore(*database_).Verify(OfYear(year).book));
    EXPECT_EQ(found.fault, "");
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, OverpaidHistoryTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::funding
