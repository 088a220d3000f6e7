#include "services/funding/storage/difference_store.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/funding/domain/ledger/test_entries.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/schema.h"
#include "services/funding/storage/statement_store.h"

namespace vg::funding {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'638'000'000);  // 27 November 2021.
constexpr char kIban[] = "NL86INGB0002445588";
constexpr absl::CivilDay kDay(2021, 11, 25);

// Three transfers of 10, 20 and 40 euro that the bank was asked to make on 25 November 2021.
class DifferenceStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override {
    ASSERT_OK(sql::Migrate(*database_, {kSchema, requests::kSchema}));
    ASSERT_OK(ledger_.Append(kBook,
                             std::vector<Entry>{BudgetOf(7000), GrantOf("16SW01", 1000),
                                                GrantOf("16SW02", 2000), GrantOf("16SW03", 4000)},
                             kNow));
    ASSERT_OK(database_->Write([&](sql::Transaction& transaction) {
      return InsertPayments(transaction, kBook,
                            std::vector<PlannedPayment>{PaymentTo("16SW01", 1, 1000),
                                                        PaymentTo("16SW02", 1, 2000),
                                                        PaymentTo("16SW03", 1, 4000)});
    }));
    PayeeStore payees(*database_);
    ASSERT_OK(payees.Propose({.id = "c", .proposed_by = "ada", .propose_time = kNow},
                             {{.code = "40740",
                               .title = "Stichting",
                               .account = {.iban = "NL91ABNA0417164300"},
                               .country = "NL",
                               .valid_from = absl::CivilDay(2021, 8, 1),
                               .source = "opgave"}}));
    ASSERT_OK(payees.Decide("c", {.decided_by = "grace", .decide_time = kNow}));
    PaymentStore payments(*database_);
    ASSERT_OK(payments.Create({"CreatePaymentBatch", "", ""},
                              {.period = absl::CivilMonth(2021, 11),
                               .execution_date = kDay,
                               .payer = {"DUO", {.iban = kIban}},
                               .snapshot = "s",
                               .now = kNow,
                               .actor = "users/pay"},
                              [](std::string_view) { return std::string("40740"); }));
    ASSERT_OK(payments.Decide(kBatch, {.decided_by = "users/control", .decide_time = kNow}));
    ASSERT_OK(payments.MarkExported(kBatch, kNow, "users/pay"));
    ASSERT_OK_AND_ASSIGN(const auto rows, payments.Lines(kBatch, std::nullopt, 0, 10));
    for (const PaymentLineRow& row : rows) lines_.push_back(row.line);
  }

  // What the bank booked, without saying for what; the id of the difference that it is.
  std::string Booked(int64_t cents, bool credit = false) {
    const std::string id = "s" + std::to_string(++statements_);
    const BankStatement statement{.id = id,
                                  .account = kIban,
                                  .last_day = kDay,
                                  .transactions = {{.number = 1,
                                                    .booking_day = kDay,
                                                    .amount = Money{cents},
                                                    .credit = credit}}};
    EXPECT_OK(StatementStore(*database_).Reconcile({statement}, kNow, "bank", false));
    return DifferenceId(kIban, id, 1);
  }
  absl::StatusOr<DifferenceRow> Resolve(const std::string& difference, ResolutionKind kind,
                                        const std::string& transfer = "",
                                        const std::string& note = "found out") {
    return store_.Resolve({.difference = difference,
                           .kind = kind,
                           .note = note,
                           .transfer = transfer,
                           .actor = "users/ada",
                           .now = kNow});
  }
  absl::StatusOr<DifferenceRow> Confirm(const std::string& difference,
                                        const std::string& who = "users/grace") {
    return store_.Decide({.difference = difference, .actor = who, .now = kNow});
  }
  LineState StateOf(size_t line) {
    const auto rows = PaymentStore(*database_).Lines(kBatch, std::nullopt, 0, 10);
    EXPECT_OK(rows);
    return (*rows)[line].line.state;
  }
  int64_t TotalOf(Purpose purpose) {
    const auto totals = ledger_.Totals(kBook, {});
    EXPECT_OK(totals);
    for (const Balance& balance : *totals) {
      if (balance.account.purpose == purpose) return balance.cents;
    }
    return 0;
  }
  std::vector<DifferenceRow> In(DifferenceState state) {
    const auto rows = store_.OfStatements({.state = state}, {}, 100);
    EXPECT_OK(rows);
    return *rows;
  }
  void TearDown() override {
    EXPECT_THAT(ledger_.UnbalancedCents(), IsOkAndHolds(0));
    EXPECT_THAT(ledger_.UnplannedCents(), IsOkAndHolds(0));
  }

  static constexpr char kBatch[] = "2021-11-eur-1";
  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  LedgerStore ledger_{*database_};
  DifferenceStore store_{*database_};
  std::vector<PaymentLine> lines_;
  int statements_ = 0;
};

TEST_P(DifferenceStoreTest, WhatExplainsAndMovesNothingIsSettledByOne) {
  const std::string fee = Booked(1250);
  EXPECT_THAT(In(DifferenceState::kOpen), SizeIs(1));
  ASSERT_OK_AND_ASSIGN(const DifferenceRow resolved, Resolve(fee, ResolutionKind::kFee));
  EXPECT_EQ(resolved.state, DifferenceState::kResolved);
  EXPECT_THAT(In(DifferenceState::kOpen), IsEmpty());
  const auto closed = In(DifferenceState::kResolved);
  ASSERT_THAT(closed, SizeIs(1));
  EXPECT_EQ(closed[0].resolution, resolved.resolution);
  EXPECT_EQ(closed[0].resolution->resolved_by, "users/ada");
  EXPECT_EQ(closed[0].resolution->note, "found out");
  EXPECT_EQ(TotalOf(Purpose::kPayable), 7000);
  // The same again is the same; something else is refused.
  EXPECT_THAT(Resolve(fee, ResolutionKind::kFee), IsOk());
  EXPECT_THAT(Resolve(fee, ResolutionKind::kAccepted), HasReason("DIFFERENCE_RESOLVED"));
  EXPECT_THAT(Confirm(fee), HasReason("NOTHING_PROPOSED"));
  EXPECT_THAT(Resolve("none-1", ResolutionKind::kFee), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(DifferenceStoreTest, APaymentThatTheBankDidNotNameIsConfirmedByTwo) {
  const std::string unnamed = Booked(2000);
  const std::string& transfer = lines_[1].end_to_end_id;
  ASSERT_OK_AND_ASSIGN(const DifferenceRow proposed,
                       Resolve(unnamed, ResolutionKind::kPaid, transfer));
  EXPECT_EQ(proposed.state, DifferenceState::kProposed);
  EXPECT_EQ(TotalOf(Purpose::kPaid), 0);
  EXPECT_THAT(Confirm(unnamed, "users/ada"), HasReason("FOUR_EYES"));
  ASSERT_OK(Confirm(unnamed));
  EXPECT_EQ(TotalOf(Purpose::kPaid), 2000);
  EXPECT_EQ(StateOf(1), LineState::kConfirmed);
  // Again nothing is paid twice.
  ASSERT_OK_AND_ASSIGN(const DifferenceRow again, Confirm(unnamed, "users/other"));
  EXPECT_EQ(again.resolution->confirmed_by, "users/grace");
  EXPECT_EQ(TotalOf(Purpose::kPaid), 2000);
  const std::string second = Booked(2000);
  EXPECT_THAT(Resolve(second, ResolutionKind::kPaid, transfer),
              HasReason("RESOLUTION_DOES_NOT_FIT"));
}

TEST_P(DifferenceStoreTest, WhatCameBackWithoutANameIsPlannedAgain) {
  const std::string paid = Booked(1000), back = Booked(1000, /*credit=*/true);
  ASSERT_OK(Resolve(paid, ResolutionKind::kPaid, lines_[0].end_to_end_id));
  ASSERT_OK(Confirm(paid));
  ASSERT_OK(Resolve(back, ResolutionKind::kReturned, lines_[0].end_to_end_id));
  ASSERT_OK(Confirm(back));
  EXPECT_EQ(TotalOf(Purpose::kPaid), 0);
  EXPECT_EQ(TotalOf(Purpose::kCommitted), 1000);
  EXPECT_EQ(StateOf(0), LineState::kReturned);
}

TEST_P(DifferenceStoreTest, WhatTheBankNeverTellsOfIsReturnedOrPaid) {
  const std::string lost = MissingId(lines_[2].end_to_end_id);
  EXPECT_THAT(store_.Missing(kDay + 1, DifferenceState::kOpen, "", 0, 10),
              IsOkAndHolds(SizeIs(3)));
  EXPECT_THAT(Resolve(lost, ResolutionKind::kFee), HasReason("RESOLUTION_DOES_NOT_FIT"));
  ASSERT_OK(Resolve(lost, ResolutionKind::kReturned));
  EXPECT_THAT(store_.Missing(kDay + 1, DifferenceState::kProposed, "", 0, 10),
              IsOkAndHolds(SizeIs(1)));
  ASSERT_OK(Confirm(lost));
  EXPECT_EQ(StateOf(2), LineState::kReturned);
  EXPECT_EQ(TotalOf(Purpose::kCommitted), 4000);
  ASSERT_OK_AND_ASSIGN(const auto closed,
                       store_.Missing(kDay + 1, DifferenceState::kResolved, "", 0, 10));
  ASSERT_THAT(closed, SizeIs(1));
  EXPECT_EQ(closed[0].resolution->confirmed_by, "users/grace");
  EXPECT_THAT(store_.Missing(kDay + 1, DifferenceState::kOpen, "", 0, 10),
              IsOkAndHolds(SizeIs(2)));
}

TEST_P(DifferenceStoreTest, ARejectedProposalLeavesTheDifferenceOpen) {
  const std::string unnamed = Booked(1000);
  ASSERT_OK(Resolve(unnamed, ResolutionKind::kPaid, lines_[0].end_to_end_id));
  EXPECT_THAT(Resolve(unnamed, ResolutionKind::kAccepted), HasReason("DIFFERENCE_RESOLVED"));
  ASSERT_OK(store_.Decide(
      {.difference = unnamed, .reject = true, .reason = "no", .actor = "users/ada", .now = kNow}));
  EXPECT_THAT(In(DifferenceState::kOpen), SizeIs(1));
  EXPECT_EQ(TotalOf(Purpose::kPaid), 0);
  ASSERT_OK(Resolve(unnamed, ResolutionKind::kNotOurs));
  EXPECT_THAT(In(DifferenceState::kResolved), SizeIs(1));
}

TEST_P(DifferenceStoreTest, SaysWhyAResolutionDoesNotFit) {
  const std::string other = Booked(999), came = Booked(1000, /*credit=*/true);
  const std::string& transfer = lines_[0].end_to_end_id;
  EXPECT_THAT(Resolve(other, ResolutionKind::kPaid, transfer),
              HasReason("RESOLUTION_DOES_NOT_FIT"));
  EXPECT_THAT(Resolve(came, ResolutionKind::kPaid, transfer), HasReason("RESOLUTION_DOES_NOT_FIT"));
  EXPECT_THAT(Resolve(other, ResolutionKind::kReturned, transfer),
              HasReason("RESOLUTION_DOES_NOT_FIT"));
  EXPECT_THAT(Resolve(other, ResolutionKind::kPaid, "no-such-transfer"),
              HasReason("RESOLUTION_DOES_NOT_FIT"));
  EXPECT_THAT(Resolve(other, ResolutionKind::kPaid), HasViolation("end_to_end_id"));
  EXPECT_THAT(In(DifferenceState::kOpen), SizeIs(2));
}

TEST_P(DifferenceStoreTest, RacersConfirmOnce) {
  const std::string unnamed = Booked(1000);
  ASSERT_OK(Resolve(unnamed, ResolutionKind::kPaid, lines_[0].end_to_end_id));
  std::vector<std::thread> racers;
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([&, i] {
      std::unique_ptr<sql::Database> database = place_.Open();
      EXPECT_OK(DifferenceStore(*database).Decide({.difference = unnamed,
                                                   .actor = "users/" + std::to_string(i),
                                                   .now = kNow}));
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(TotalOf(Purpose::kPaid), 1000);
}

INSTANTIATE_TEST_SUITE_P(Backends, DifferenceStoreTest, sql::AllBackends(), sql::BackendName);

}  // namespace
}  // namespace vg::funding
