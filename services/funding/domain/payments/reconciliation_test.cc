#include "services/funding/domain/payments/reconciliation.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/payments/test_payments.h"

namespace vg::funding {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

// Transfers of 1.00, 2.00 … that are exported.
std::vector<OpenTransfer> Transfers(int count, LineState state = LineState::kExported) {
  std::vector<DuePayment> due;
  for (int i = 0; i < count; ++i) due.push_back(Due("16SW0" + std::to_string(i), 100 * (i + 1)));
  const PaymentBatch batch = MakeBatch(TestPlan(), due, TestAccountOf).value();
  std::vector<OpenTransfer> transfers;
  for (PaymentLine line : batch.lines) {
    line.state = state;
    transfers.push_back({batch.id, batch.plan.execution_date, line});
  }
  return transfers;
}

BankTransaction DebitOf(const OpenTransfer& transfer) {
  return {.number = 1,
          .booking_day = absl::CivilDay(2021, 11, 25),
          .amount = transfer.line.due.amount,
          .end_to_end_id = transfer.line.end_to_end_id,
          .counter_account = transfer.line.account.id()};
}
BankTransaction CreditOf(const OpenTransfer& transfer, std::string reason = "AC04") {
  BankTransaction credit = DebitOf(transfer);
  credit.credit = true;
  credit.counter_account = "";
  credit.return_reason = std::move(reason);
  return credit;
}

Reconciliation Of(std::vector<BankTransaction> transactions,
                  const std::vector<OpenTransfer>& transfers) {
  BankStatement statement{.id = "s", .account = "NL86INGB0002445588"};
  for (BankTransaction& transaction : transactions) {
    transaction.number = static_cast<int>(statement.transactions.size()) + 1;
    statement.transactions.push_back(transaction);
  }
  return Reconcile(statement, transfers);
}

auto Matches(int transaction, size_t transfer, MatchRule rule, LineState to) {
  return AllOf(Field(&Match::transaction, transaction), Field(&Match::transfer, transfer),
               Field(&Match::rule, rule), Field(&Match::to, to));
}
auto Differs(DifferenceKind kind, int transaction) {
  return AllOf(Field(&PaymentDifference::kind, kind),
               Field(&PaymentDifference::transaction, transaction));
}

TEST(ReconcileTest, ADebitWithItsIdConfirms) {
  const auto transfers = Transfers(2);
  const Reconciliation result = Of({DebitOf(transfers[1])}, transfers);
  EXPECT_THAT(result.matches,
              ElementsAre(Matches(1, 1, MatchRule::kEndToEndId, LineState::kConfirmed)));
  EXPECT_THAT(result.differences, IsEmpty());
}

TEST(ReconcileTest, ACreditWithItsIdReturns) {
  const auto transfers = Transfers(1, LineState::kConfirmed);
  const Reconciliation result = Of({CreditOf(transfers[0])}, transfers);
  EXPECT_THAT(result.matches,
              ElementsAre(AllOf(Matches(1, 0, MatchRule::kEndToEndId, LineState::kReturned),
                                Field(&Match::from, LineState::kConfirmed),
                                Field(&Match::return_reason, "AC04"))));
}

TEST(ReconcileTest, OneStatementMayConfirmAndReturn) {
  const auto transfers = Transfers(1);
  const Reconciliation result = Of({CreditOf(transfers[0]), DebitOf(transfers[0])}, transfers);
  EXPECT_THAT(result.matches,
              ElementsAre(Matches(2, 0, MatchRule::kEndToEndId, LineState::kConfirmed),
                          Matches(1, 0, MatchRule::kEndToEndId, LineState::kReturned)));
  EXPECT_THAT(result.differences, IsEmpty());
}

TEST(ReconcileTest, AnotherAmountOrAccountConfirmsNothing) {
  const auto transfers = Transfers(1);
  BankTransaction amount = DebitOf(transfers[0]);
  amount.amount.cents += 1;
  BankTransaction currency = DebitOf(transfers[0]);
  currency.amount.currency = Currency::Usd();
  BankTransaction account = DebitOf(transfers[0]);
  account.counter_account = "NL39RABO0300065264";
  const Reconciliation result = Of({amount, currency, account}, transfers);
  EXPECT_THAT(result.matches, IsEmpty());
  EXPECT_THAT(result.differences, ElementsAre(Differs(DifferenceKind::kWrongAmount, 1),
                                              Differs(DifferenceKind::kWrongAmount, 2),
                                              Differs(DifferenceKind::kWrongAccount, 3)));
  EXPECT_THAT(result.differences[0].sentence,
              HasSubstr("EUR 1.01 was booked, and the transfer is of EUR 1.00"));
}

TEST(ReconcileTest, ASecondDebitOrReturnIsADouble) {
  const auto transfers = Transfers(1);
  const Reconciliation result = Of({DebitOf(transfers[0]), DebitOf(transfers[0]),
                                    CreditOf(transfers[0]), CreditOf(transfers[0])},
                                   transfers);
  EXPECT_EQ(result.matches.size(), 2u);
  EXPECT_THAT(result.differences, ElementsAre(Differs(DifferenceKind::kDouble, 2),
                                              Differs(DifferenceKind::kDouble, 4)));
}

TEST(ReconcileTest, WhatIsNotOursIsUnknown) {
  const auto transfers = Transfers(1);
  BankTransaction stranger = DebitOf(transfers[0]);
  stranger.end_to_end_id = "INVOICE-1";
  BankTransaction gift = CreditOf(transfers[0]);
  gift.end_to_end_id = "";
  EXPECT_THAT(
      Of({stranger, gift}, transfers).differences,
      ElementsAre(Differs(DifferenceKind::kUnknown, 1), Differs(DifferenceKind::kUnknown, 2)));
}

TEST(ReconcileTest, ADebitWithoutIdIsKnownByAmountAccountAndDay) {
  const auto transfers = Transfers(3);
  BankTransaction anonymous = DebitOf(transfers[2]);
  anonymous.end_to_end_id = "";
  anonymous.booking_day = absl::CivilDay(2021, 11, 30);
  EXPECT_THAT(Of({anonymous}, transfers).matches,
              ElementsAre(Matches(1, 2, MatchRule::kAmountAccountDay, LineState::kConfirmed)));
  for (const absl::CivilDay day : {absl::CivilDay(2021, 12, 1), absl::CivilDay(2021, 11, 24)}) {
    anonymous.booking_day = day;
    EXPECT_THAT(Of({anonymous}, transfers).differences,
                ElementsAre(Differs(DifferenceKind::kUnknown, 1)));
  }
}

TEST(ReconcileTest, GuessesNothingBetweenTwoTransfers) {
  auto transfers = Transfers(2);
  transfers[1].line.due.amount = transfers[0].line.due.amount;
  BankTransaction anonymous = DebitOf(transfers[0]);
  anonymous.end_to_end_id = "";
  const Reconciliation result = Of({anonymous}, transfers);
  EXPECT_THAT(result.matches, IsEmpty());
  EXPECT_THAT(result.differences, ElementsAre(Differs(DifferenceKind::kAmbiguous, 1)));
}

TEST(ReconcileTest, OneDebitOfAWholeBatchConfirmsAllOfIt) {
  const auto transfers = Transfers(3);
  BankTransaction whole{.booking_day = absl::CivilDay(2021, 11, 25),
                        .amount = Money{600},
                        .instruction_id = "2021-11-eur-1"};
  const Reconciliation result = Of({whole}, transfers);
  EXPECT_EQ(result.matches.size(), 3u);
  EXPECT_THAT(result.matches[0], Matches(1, 0, MatchRule::kBatch, LineState::kConfirmed));
  whole.amount.cents = 599;
  EXPECT_THAT(Of({whole}, transfers).differences,
              ElementsAre(Differs(DifferenceKind::kWrongAmount, 1)));
  whole.amount.cents = 600;
  EXPECT_THAT(Of({DebitOf(transfers[0]), whole}, transfers).differences,
              ElementsAre(Differs(DifferenceKind::kAmbiguous, 2)));
  EXPECT_THAT(Of({whole, whole}, transfers).differences,
              ElementsAre(Differs(DifferenceKind::kDouble, 2)));
}

TEST(ReconcileTest, WhatWasNeverExportedIsNotConfirmed) {
  const auto transfers = Transfers(1, LineState::kCreated);
  EXPECT_THAT(Of({DebitOf(transfers[0]), CreditOf(transfers[0])}, transfers).differences,
              ElementsAre(Differs(DifferenceKind::kNotExported, 1),
                          Differs(DifferenceKind::kNotExported, 2)));
}

// Whatever a bank sends, in any order: a transfer is confirmed at most once and returned at most
// once, and every transaction comes to a match or a difference.
TEST(ReconcileTest, NothingIsConfirmedTwiceOrPassedOver) {
  std::mt19937 random(20211126);
  const auto any = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 200; ++round) {
    auto transfers = Transfers(4);
    for (OpenTransfer& transfer : transfers) {
      transfer.line.state = static_cast<LineState>(any(4));
      if (any(3) == 0) transfer.line.due.amount = Money{100};
    }
    std::vector<BankTransaction> transactions;
    for (int i = any(12); i > 0; --i) {
      const OpenTransfer& transfer = transfers[static_cast<size_t>(any(4))];
      BankTransaction made = any(3) == 0 ? CreditOf(transfer) : DebitOf(transfer);
      if (any(4) == 0) made.end_to_end_id = "";
      if (any(6) == 0) made.end_to_end_id = "UNKNOWN";
      if (any(6) == 0) made.amount.cents += 1;
      transactions.push_back(made);
    }
    const Reconciliation result = Of(transactions, transfers);
    EXPECT_EQ(result.matches.size() + result.differences.size(), transactions.size());
    std::vector<int> confirmed(4);
    std::vector<int> returned(4);
    for (const Match& match : result.matches) {
      ++(match.to == LineState::kConfirmed ? confirmed : returned)[match.transfer];
    }
    for (size_t i = 0; i < 4; ++i) {
      EXPECT_LE(confirmed[i], transfers[i].line.state == LineState::kExported ? 1 : 0);
      EXPECT_LE(returned[i], 1);
    }
  }
}

}  // namespace
}  // namespace vg::funding
