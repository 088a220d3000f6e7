// The example files are what they say they are.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "services/funding/domain/payments/reconciliation.h"
#include "services/funding/files/payee_file.h"
#include "services/funding/files/spending_file.h"
#include "services/funding/files/statement_file.h"

namespace vg::funding {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

std::string Example(const char* name) {
  return ReadFile(SourcePath(std::string("deploy/examples/payments/") + name));
}

TEST(ExampleFilesTest, SpendingIsReadWholly) {
  SpendingFile file("npo-schools", Currency::Eur());
  ASSERT_OK(file.Feed(Example("spending.csv")));
  ASSERT_OK(file.Finish());
  EXPECT_THAT(file.refused().kept(), IsEmpty());
  EXPECT_THAT(file.reports(), SizeIs(2));
}

// The batch of two schools whose boards are in the payees: one payment comes back, and the bank's
// costs are nobody's payment.
TEST(ExampleFilesTest, TheStatementTellsOfABatchToThePayees) {
  PayeeFile payees;
  ASSERT_OK(payees.Feed(Example("payees.csv")));
  ASSERT_OK(payees.Finish());
  EXPECT_THAT(payees.refused().kept(), IsEmpty());
  ASSERT_THAT(payees.payees(), SizeIs(4));
  const auto due = [](const char* school, const char* board, int64_t cents) {
    return DuePayment{.book = "npo-schools/2021-2022",
                      .recipient = school,
                      .number = 1,
                      .month = absl::CivilMonth(2021, 11),
                      .payee = board,
                      .amount = Money{cents}};
  };
  const BatchPlan plan{.period = absl::CivilMonth(2021, 11),
                       .execution_date = absl::CivilDay(2021, 11, 25),
                       .payer = {"Ministerie van OCW", {.iban = "NL86INGB0002445588"}}};
  ASSERT_OK_AND_ASSIGN(
      const PaymentBatch batch,
      MakeBatch(plan, {due("16SW03", "40740", 2'004'060), due("21AB00", "77494", 1'435'224)},
                [&](std::string_view code) -> const Payee* {
                  for (const Payee& payee : payees.payees()) {
                    if (payee.code == code) return &payee;
                  }
                  return nullptr;
                }));
  std::vector<OpenTransfer> transfers;
  for (PaymentLine line : batch.lines) {
    line.state = LineState::kExported;
    transfers.push_back({batch.id, plan.execution_date, line});
  }
  std::string xml = Example("statement-2021-11-25.xml");
  ASSERT_OK_AND_ASSIGN(const auto statements, ReadCamt053(xml));
  const Reconciliation result = Reconcile(statements[0], transfers);
  ASSERT_THAT(result.matches, SizeIs(3));
  EXPECT_EQ(result.matches[0].to, LineState::kConfirmed);
  EXPECT_EQ(result.matches[1].to, LineState::kConfirmed);
  EXPECT_EQ(result.matches[2].to, LineState::kReturned);
  EXPECT_EQ(result.matches[2].return_reason, "AC04");
  ASSERT_THAT(result.differences, SizeIs(1));
  EXPECT_EQ(result.differences[0].kind, DifferenceKind::kUnknown);
}

}  // namespace
}  // namespace vg::funding
