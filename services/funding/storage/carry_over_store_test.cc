#include "services/funding/storage/carry_over_store.h"

#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/funding/domain/accountability/test_accountability.h"
#include "services/funding/storage/accountability_store.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/recovery_store.h"
#include "services/funding/storage/schema.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1'670'000'000);
constexpr absl::CivilDay kToday(2022, 12, 2);
constexpr char kOld[] = "npo-schools/2021-2022";
constexpr char kNew[] = "npo-schools/2022-2023";
const GrantId kGrant{"npo-schools", Currency::Eur()};

class CarryOverStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  // 16SW01 got 7,000.00 in 2021-2022 and spent 5,000.00; 16SW02 got 1,000.00 and spent nothing.
  void SetUp() override {
    ASSERT_OK(sql::Migrate(*database_, {kSchema}));
    Pay(kOld, "16SW01", 700'000);
    Pay(kOld, "16SW02", 100'000);
    Spend(ReportOf(2021));
  }

  void Pay(const std::string& book, const std::string& recipient, int64_t cents) {
    const Entry entry{.id = "payment:" + recipient + std::to_string(++payments_),
                      .kind = EntryKind::kPayment,
                      .effective = absl::CivilDay(2021, 11, 25),
                      .actor = "bank",
                      .postings = {{recipient, Purpose::kPayable, Money{-cents}, ""},
                                   {recipient, Purpose::kPaid, Money{cents}, ""}}};
    ASSERT_OK(ledger_.Append(book, {&entry, 1}, kNow));
  }
  void Spend(SpendingReport report) {
    const AccountabilityRules rules = SchoolRules();
    const auto result =
        AccountabilityStore(*database_)
            .Submit({.rules = &rules, .today = kToday, .now = kNow, .actor = "users/board"},
                    {{1, report}});
    ASSERT_OK(result);
    ASSERT_EQ(result->accepted, 1);
  }
  static CarryOverDraft Draft(std::string id = "a", std::optional<int64_t> most = 150'000) {
    return {.id = std::move(id),
            .grant = kGrant,
            .rule = {.school_year = "2021-2022",
                     .most_percentage = std::nullopt,
                     .most_cents = most,
                     .until = absl::CivilDay(2023, 7, 31),
                     .legal_reference = "article 7"},
            .day = kToday,
            .now = kNow,
            .actor = "users/ada"};
  }
  absl::StatusOr<CarryOverRow> Undo(const std::string& id) {
    return store_.Reverse(id, "a mistake", kToday, kNow, "users/grace");
  }
  // Every account of both books, and its balance.
  std::map<std::tuple<std::string, std::string, Purpose>, int64_t> Balances() {
    std::map<std::tuple<std::string, std::string, Purpose>, int64_t> all;
    for (const char* book : {kOld, kNew}) {
      const auto balances = ledger_.Balances(book, {}, std::nullopt, std::nullopt, 1000);
      EXPECT_OK(balances);
      for (const Balance& balance : *balances) {
        if (balance.cents == 0) continue;
        all[{book, balance.account.recipient, balance.account.purpose}] = balance.cents;
      }
    }
    return all;
  }
  int64_t In(const std::string& book, const std::string& recipient, Purpose purpose) {
    return Balances()[{book, recipient, purpose}];
  }
  void TearDown() override {
    EXPECT_THAT(ledger_.UnbalancedCents(), IsOkAndHolds(0));
    for (const char* book : {kOld, kNew}) {
      const auto found = ledger_.Verify(book);
      ASSERT_OK(found);
      EXPECT_EQ(found->fault, "");
    }
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  LedgerStore ledger_{*database_};
  CarryOverStore store_{*database_};
  int payments_ = 0;
};

TEST_P(CarryOverStoreTest, MovesWhatTheRuleAllowsAndClaimsTheRest) {
  ASSERT_OK_AND_ASSIGN(const CarryOverResult proposal, store_.Propose(Draft()));
  EXPECT_EQ(In(kNew, "16SW01", Purpose::kPaid), 0);
  ASSERT_OK_AND_ASSIGN(const CarryOverResult result, store_.Carry(Draft()));
  EXPECT_EQ(result.parts, proposal.parts);
  EXPECT_THAT(result.parts, ElementsAre(CarryOverPart{"16SW01", 200'000, 150'000, 50'000},
                                        CarryOverPart{"16SW02", 100'000, 100'000, 0}));
  EXPECT_EQ(In(kOld, "16SW01", Purpose::kPaid), 0);
  EXPECT_EQ(In(kOld, "16SW01", Purpose::kSpent), 500'000);
  EXPECT_EQ(In(kOld, "16SW01", Purpose::kRecoverable), 50'000);
  EXPECT_EQ(In(kNew, "16SW01", Purpose::kPaid), 150'000);
  // What one book answers for less, the other does more.
  EXPECT_EQ(In(kOld, "", Purpose::kAppropriation), 250'000);
  EXPECT_EQ(In(kNew, "", Purpose::kAppropriation), -250'000);
  EXPECT_THAT(RecoveryStore(*database_).Claims("a", "", 10),
              IsOkAndHolds(ElementsAre(RecoveryClaim{"16SW01", 50'000, 0})));
}

TEST_P(CarryOverStoreTest, TheSameAgainMovesNothing) {
  ASSERT_OK_AND_ASSIGN(const CarryOverResult first, store_.Carry(Draft()));
  const auto before = Balances();
  ASSERT_OK_AND_ASSIGN(const CarryOverResult again, store_.Carry(Draft()));
  EXPECT_EQ(again.row, first.row);
  EXPECT_EQ(again.parts, first.parts);
  EXPECT_EQ(Balances(), before);
  EXPECT_THAT(store_.Carry(Draft("b")), HasReason("NOTHING_TO_CARRY_OVER"));
  CarryOverDraft other = Draft();
  other.rule.school_year = "2022-2023";
  EXPECT_THAT(store_.Carry(other), HasReason("CARRY_OVER_EXISTS"));
}

TEST_P(CarryOverStoreTest, RacersMoveItOnce) {
  std::vector<std::thread> racers;
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([&] {
      std::unique_ptr<sql::Database> database = place_.Open();
      EXPECT_OK(CarryOverStore(*database).Carry(Draft()));
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(In(kNew, "16SW01", Purpose::kPaid), 150'000);
}

TEST_P(CarryOverStoreTest, UndoingRestoresEveryBalance) {
  const auto before = Balances();
  ASSERT_OK(store_.Carry(Draft()));
  ASSERT_NE(Balances(), before);
  ASSERT_OK_AND_ASSIGN(const CarryOverRow undone, Undo("a"));
  EXPECT_EQ(undone.reversed_by, "users/grace");
  EXPECT_EQ(Balances(), before);
  EXPECT_THAT(Undo("a"), IsOkAndHolds(undone));
  EXPECT_EQ(Balances(), before);
  EXPECT_THAT(RecoveryStore(*database_)
                  .Settle({.recovery = "a",
                           .recipient = "16SW01",
                           .amount = Money{1},
                           .day = kToday,
                           .reference = "bank-1"},
                          kNow, "users/ada"),
              HasReason("RECOVERY_REVERSED"));
  ASSERT_OK(store_.Carry(Draft("b")));
  EXPECT_EQ(In(kNew, "16SW01", Purpose::kPaid), 150'000);
}

TEST_P(CarryOverStoreTest, UndoingAfterSpendingPostsTheSpendingToTheOldestMoneyAgain) {
  SpendingReport later = ReportOf(2022);
  later.cents = {120'000};
  later.hired_cents = 0;
  Spend(later);
  const auto direct = Balances();
  later.version = 2;
  later.cents = {0};
  Spend(later);

  ASSERT_OK(store_.Carry(Draft()));
  later.version = 3;
  later.cents = {120'000};
  Spend(later);
  EXPECT_EQ(In(kNew, "16SW01", Purpose::kSpent), 120'000);
  EXPECT_EQ(In(kNew, "16SW01", Purpose::kPaid), 30'000);
  ASSERT_OK(Undo("a"));
  EXPECT_EQ(Balances(), direct);
}

TEST_P(CarryOverStoreTest, CannotBeUndoneOnceSomethingOfItWasPaidBackOrClaimed) {
  ASSERT_OK(store_.Carry(Draft()));
  ASSERT_OK(RecoveryStore(*database_)
                .Settle({.recovery = "a",
                         .recipient = "16SW01",
                         .amount = Money{1},
                         .day = kToday,
                         .reference = "bank-1"},
                        kNow, "users/ada"));
  EXPECT_THAT(Undo("a"), HasReason("CLAIM_SETTLED"));
  EXPECT_THAT(Undo("none"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(CarryOverStoreTest, WhatIsNotSpentInTimeIsClaimedAndOwnMoneyIsNot) {
  ASSERT_OK(store_.Carry(Draft()));
  Pay(kNew, "16SW01", 300'000);
  SpendingReport later = ReportOf(2022);
  later.cents = {40'000};
  later.hired_cents = 0;
  Spend(later);
  RecoveryStore recoveries(*database_);
  RecoveryDraft draft{.id = "r",
                      .grant = kGrant,
                      .day = absl::CivilDay(2023, 8, 1),
                      .scope = ClaimScope::kExpired,
                      .expired_school_years = {"2021-2022"},
                      .now = kNow,
                      .actor = "users/ada"};
  ASSERT_OK_AND_ASSIGN(const RecoveryResult result, recoveries.Recover(draft));
  EXPECT_THAT(result.claims, ElementsAre(RecoveryClaim{"16SW01", 110'000, 0},
                                         RecoveryClaim{"16SW02", 100'000, 0}));
  EXPECT_EQ(In(kNew, "16SW01", Purpose::kPaid), 300'000);
  draft.id = "again";
  EXPECT_THAT(recoveries.Recover(draft), HasReason("NOTHING_TO_RECOVER"));
  EXPECT_THAT(Undo("a"), HasReason("CLAIM_SETTLED"));
}

// Whatever is paid, spent, carried over and undone: both books stay balanced, nothing is lost, and
// no recipient ever carried over more than the limit.
TEST_P(CarryOverStoreTest, NothingIsLostInAnyHistory) {
  std::mt19937 random(20221202);
  int64_t received = 800'000;
  SpendingReport report = ReportOf(2022);
  report.version = 0;
  report.hired_cents = 0;
  std::vector<std::string> held;
  for (int step = 0; step < 30; ++step) {
    switch (random() % 4) {
      case 0: {
        const auto cents = static_cast<int64_t>(random() % 50'000 + 1);
        Pay(random() % 2 == 0 ? kOld : kNew, "16SW01", cents);
        received += cents;
        break;
      }
      case 1:
        ++report.version;
        report.cents = {static_cast<int64_t>(random() % 300'000)};
        Spend(report);
        break;
      case 2: {
        const auto carried = store_.Carry(Draft("c" + std::to_string(step)));
        if (carried.ok()) held.push_back(carried->row.id);
        break;
      }
      default:
        if (held.empty()) break;
        if (Undo(held.back()).ok()) held.pop_back();
        break;
    }
    int64_t sum = 0;
    for (const auto& [account, cents] : Balances()) {
      const auto& [book, recipient, purpose] = account;
      if (!recipient.empty() && purpose != Purpose::kPayable) sum += cents;
    }
    EXPECT_EQ(sum, received);
    ASSERT_OK_AND_ASSIGN(auto carried, store_.CarriedBetween("npo-schools", kToday, kToday));
    EXPECT_LE(carried["16SW01"], 150'000);
    EXPECT_THAT(ledger_.UnbalancedCents(), IsOkAndHolds(0));
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, CarryOverStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::funding
