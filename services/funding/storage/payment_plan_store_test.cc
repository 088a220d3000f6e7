#include "services/funding/storage/payment_plan_store.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/funding/domain/ledger/test_entries.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/schema.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1'636'000'000);
constexpr absl::CivilMonth kNovember(2021, 11);

class PaymentPlanStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override {
    ASSERT_OK(sql::Migrate(*database_, {kSchema}));
    const std::vector<Entry> entries = {BudgetOf(100'000), GrantOf("16SW01", 3000),
                                        GrantOf("16SW02", 5000)};
    ASSERT_OK(ledger_.Append(kBook, entries, kNow));
    const std::vector<PlannedPayment> payments = {
        PaymentTo("16SW01", 1, 1000, absl::CivilMonth(2021, 10)), PaymentTo("16SW01", 2, 2000),
        PaymentTo("16SW02", 1, 4000), PaymentTo("16SW02", 2, 1000, absl::CivilMonth(2021, 12))};
    ASSERT_OK(database_->Write([&](sql::Transaction& transaction) {
      return InsertPayments(transaction, kBook, payments);
    }));
  }

  std::vector<PaymentKey> Due(absl::CivilMonth month, PaymentKey after = {}, size_t limit = 100) {
    std::vector<PaymentKey> keys;
    auto due = store_.Due(kBook, month, after, limit);
    EXPECT_OK(due);
    for (const PlannedPayment& payment : *due) keys.push_back({payment.recipient, payment.number});
    return keys;
  }
  int64_t BalanceOf(const std::string& recipient, Purpose purpose) {
    auto balances = ledger_.Balances(kBook, {}, recipient, std::nullopt, 10);
    EXPECT_OK(balances);
    for (const Balance& balance : *balances) {
      if (balance.account.purpose == purpose) return balance.cents;
    }
    return 0;
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  LedgerStore ledger_{*database_};
  PaymentPlanStore store_{*database_};
};

TEST_P(PaymentPlanStoreTest, ListsWhatIsDueByRecipient) {
  EXPECT_THAT(Due(kNovember), ElementsAre(PaymentKey{"16SW01", 1}, PaymentKey{"16SW01", 2},
                                          PaymentKey{"16SW02", 1}));
  EXPECT_THAT(Due(kNovember, {"16SW01", 1}, 1), ElementsAre(PaymentKey{"16SW01", 2}));
  EXPECT_THAT(Due(absl::CivilMonth(2021, 9)), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto all, store_.OfRecipient(kBook, "16SW01"));
  EXPECT_THAT(all, ElementsAre(PaymentTo("16SW01", 1, 1000, absl::CivilMonth(2021, 10)),
                               PaymentTo("16SW01", 2, 2000)));
}

TEST_P(PaymentPlanStoreTest, OrdersAndConfirmsInTheLedger) {
  const std::vector<PaymentKey> keys = Due(kNovember);
  ASSERT_OK(store_.Order(kBook, StepOf("orders/1"), keys, kNow));
  EXPECT_THAT(Due(kNovember), IsEmpty());
  EXPECT_EQ(BalanceOf("16SW01", Purpose::kCommitted), 0);
  EXPECT_EQ(BalanceOf("16SW01", Purpose::kPayable), 3000);
  ASSERT_OK(store_.Confirm(kBook, StepOf("orders/1"), {&keys[0], 1}, kNow));
  EXPECT_EQ(BalanceOf("16SW01", Purpose::kPayable), 2000);
  EXPECT_EQ(BalanceOf("16SW01", Purpose::kPaid), 1000);
  ASSERT_OK_AND_ASSIGN(const auto ordered, store_.OfOrder(kBook, "orders/1", {}, 10));
  ASSERT_EQ(ordered.size(), 3u);
  EXPECT_EQ(ordered[0].state, PaymentState::kPaid);
  EXPECT_EQ(ordered[1].state, PaymentState::kOrdered);
  EXPECT_THAT(ledger_.UnbalancedCents(), IsOkAndHolds(0));
}

TEST_P(PaymentPlanStoreTest, WhatCameBackIsDueAgain) {
  const std::vector<PaymentKey> keys = Due(kNovember);
  ASSERT_OK(store_.Order(kBook, StepOf("orders/1"), keys, kNow));
  ASSERT_OK(store_.Return(kBook, StepOf("orders/1"), {&keys[2], 1}, kNow));
  EXPECT_THAT(Due(kNovember), ElementsAre(keys[2]));
  EXPECT_EQ(BalanceOf("16SW02", Purpose::kCommitted), 5000);
  ASSERT_OK(store_.Order(kBook, StepOf("orders/2"), {&keys[2], 1}, kNow));
  EXPECT_EQ(BalanceOf("16SW02", Purpose::kPayable), 4000);
}

TEST_P(PaymentPlanStoreTest, ARepeatedOrderChangesNothing) {
  const std::vector<PaymentKey> keys = Due(kNovember);
  ASSERT_OK(store_.Order(kBook, StepOf("orders/1"), keys, kNow));
  ASSERT_OK(store_.Order(kBook, StepOf("orders/1"), keys, kNow + absl::Hours(1)));
  EXPECT_EQ(BalanceOf("16SW01", Purpose::kPayable), 3000);
  EXPECT_THAT(ledger_.Books(), IsOkAndHolds(ElementsAre(testing::Field(&Book::entries, 6))));
}

TEST_P(PaymentPlanStoreTest, OneRefusedPaymentRefusesTheWholeStep) {
  std::vector<PaymentKey> keys = Due(kNovember);
  ASSERT_OK(store_.Order(kBook, StepOf("orders/1"), {&keys[1], 1}, kNow));
  EXPECT_THAT(store_.Order(kBook, StepOf("orders/2"), keys, kNow), HasReason("PAYMENT_STATE"));
  keys = {{"16SW01", 1}, {"16SW01", 77}};
  EXPECT_THAT(store_.Order(kBook, StepOf("orders/2"), keys, kNow),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Due(kNovember), ElementsAre(PaymentKey{"16SW01", 1}, PaymentKey{"16SW02", 1}));
}

TEST_P(PaymentPlanStoreTest, RacingOrdersPayNothingTwice) {
  const std::vector<PaymentKey> keys = Due(kNovember);
  std::vector<std::thread> racers;
  std::vector<absl::Status> answers(4);
  for (int racer = 0; racer < 4; ++racer) {
    racers.emplace_back([&, racer] {
      const std::unique_ptr<sql::Database> database = place_.Open();
      answers[racer] = PaymentPlanStore(*database).Order(
          kBook, StepOf("orders/" + std::to_string(racer)), keys, kNow);
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(),
                          [](const absl::Status& answer) { return answer.ok(); }),
            1);
  for (const absl::Status& answer : answers) {
    if (!answer.ok()) {
      EXPECT_THAT(answer, HasReason("PAYMENT_STATE"));
    }
  }
  EXPECT_EQ(BalanceOf("16SW01", Purpose::kPayable), 3000);
  EXPECT_EQ(BalanceOf("16SW02", Purpose::kPayable), 4000);
}

INSTANTIATE_TEST_SUITE_P(Backends, PaymentPlanStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::funding
