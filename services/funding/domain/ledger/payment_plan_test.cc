#include "services/funding/domain/ledger/payment_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/ledger/test_entries.h"

namespace vg::funding {
namespace {

using testing::HasSubstr;
using testing::Optional;

// What `step` moves out of and into; nothing if it had happened already.
std::string Moved(const absl::StatusOr<std::optional<Entry>>& step) {
  EXPECT_OK(step);
  if (!step.ok() || !step->has_value()) return "nothing";
  EXPECT_OK(CheckEntry(**step));
  const std::vector<Posting>& postings = (*step)->postings;
  EXPECT_LT(postings[0].amount.cents, 0);
  return std::string(NameOf(postings[0].purpose)) + " to " +
         std::string(NameOf(postings[1].purpose));
}

TEST(PaymentPlanTest, APaymentIsOrderedAndThenPaid) {
  PlannedPayment payment = PaymentTo("16SW03", 1, 1000);
  EXPECT_EQ(Moved(Order(StepOf("orders/1"), payment)), "committed to payable");
  EXPECT_EQ(payment.state, PaymentState::kOrdered);
  EXPECT_EQ(Moved(Confirm(StepOf("orders/1", absl::CivilDay(2021, 11, 24)), payment)),
            "payable to paid");
  EXPECT_EQ(payment.state, PaymentState::kPaid);
  EXPECT_THAT(payment.paid_day, Optional(absl::CivilDay(2021, 11, 24)));
}

TEST(PaymentPlanTest, TheSameStepAgainMovesNothing) {
  PlannedPayment payment = PaymentTo("16SW03", 1, 1000);
  ASSERT_OK(Order(StepOf("orders/1"), payment));
  EXPECT_EQ(Moved(Order(StepOf("orders/1"), payment)), "nothing");
  ASSERT_OK(Confirm(StepOf("orders/1"), payment));
  EXPECT_EQ(Moved(Confirm(StepOf("orders/1"), payment)), "nothing");
  EXPECT_EQ(Moved(Order(StepOf("orders/1"), payment)), "nothing");
  ASSERT_OK(Return(StepOf("orders/1"), payment));
  EXPECT_EQ(Moved(Return(StepOf("orders/1"), payment)), "nothing");
}

TEST(PaymentPlanTest, NothingIsOrderedTwice) {
  PlannedPayment payment = PaymentTo("16SW03", 1, 1000);
  ASSERT_OK(Order(StepOf("orders/1"), payment));
  const absl::Status status = Order(StepOf("orders/2"), payment).status();
  EXPECT_THAT(status, HasReason("PAYMENT_STATE"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("ordered under orders/1"));
  ASSERT_OK(Confirm(StepOf("orders/1"), payment));
  EXPECT_THAT(Order(StepOf("orders/2"), payment), HasReason("PAYMENT_STATE"));
}

TEST(PaymentPlanTest, WhatCameBackIsPaidByAnotherOrderUnderEntriesOfItsOwn) {
  PlannedPayment payment = PaymentTo("16SW03", 1, 1000);
  ASSERT_OK_AND_ASSIGN(const auto first, Order(StepOf("orders/1"), payment));
  EXPECT_EQ(Moved(Return(StepOf("orders/1"), payment)), "payable to committed");
  EXPECT_THAT(Order(StepOf("orders/1"), payment), HasReason("PAYMENT_STATE"));
  ASSERT_OK_AND_ASSIGN(const auto second, Order(StepOf("orders/2"), payment));
  EXPECT_NE(first->id, second->id);
  ASSERT_OK(Confirm(StepOf("orders/2"), payment));
  EXPECT_EQ(Moved(Return(StepOf("orders/2"), payment)), "paid to committed");
  EXPECT_EQ(payment.paid_day, std::nullopt);
}

TEST(PaymentPlanTest, OnlyTheOrderThatAPaymentIsInConfirmsIt) {
  PlannedPayment payment = PaymentTo("16SW03", 1, 1000);
  EXPECT_THAT(Confirm(StepOf("orders/1"), payment), HasReason("PAYMENT_STATE"));
  ASSERT_OK(Order(StepOf("orders/1"), payment));
  EXPECT_THAT(Confirm(StepOf("orders/2"), payment), HasReason("PAYMENT_STATE"));
  EXPECT_THAT(Return(StepOf("orders/2"), payment), HasReason("PAYMENT_STATE"));
}

TEST(PaymentPlanTest, WhatWasCancelledIsNotPaid) {
  PlannedPayment payment = PaymentTo("16SW03", 1, 1000);
  payment.state = PaymentState::kCancelled;
  payment.cancelled_by = "runs/s/approvals/b";
  const absl::Status status = Order(StepOf("orders/1"), payment).status();
  EXPECT_THAT(status, HasReason("PAYMENT_STATE"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("runs/s/approvals/b"));
}

TEST(PaymentPlanTest, KnowsEveryStateByItsName) {
  for (const PaymentState state : {PaymentState::kPlanned, PaymentState::kOrdered,
                                   PaymentState::kPaid, PaymentState::kCancelled}) {
    EXPECT_EQ(StateNamed(NameOf(state)), state);
  }
  EXPECT_EQ(StateNamed("lost"), std::nullopt);
}

}  // namespace
}  // namespace vg::funding
