#include "services/funding/domain/payments/batch.h"

#include <algorithm>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/payments/test_payments.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

absl::StatusOr<PaymentBatch> Make(std::vector<DuePayment> due, BatchPlan plan = TestPlan()) {
  return MakeBatch(plan, std::move(due), TestAccountOf);
}

TEST(BatchTest, HasALinePerPaymentAndTheirSumAsTotal) {
  ASSERT_OK_AND_ASSIGN(const PaymentBatch batch,
                       Make({Due("21AB00", 100), Due("16SW03", 250), Due("GM0363", 3, "GM0363")}));
  EXPECT_EQ(batch.id, "2021-11-eur-1");
  EXPECT_EQ(batch.total, Money{353});
  EXPECT_THAT(batch.blocked, IsEmpty());
  ASSERT_EQ(batch.lines.size(), 3u);
  EXPECT_EQ(batch.lines[0].due.recipient, "16SW03");
  EXPECT_EQ(batch.lines[0].number, 1);
  EXPECT_EQ(batch.lines[0].account.iban, "NL91ABNA0417164300");
  EXPECT_EQ(batch.lines[2].payee_title, "Gemeente Amsterdam");
}

TEST(BatchTest, ListsWhatCannotBePaidWithTheReason) {
  DuePayment nobody = Due("16SW04", 100, "");
  ASSERT_OK_AND_ASSIGN(const PaymentBatch batch,
                       Make({Due("16SW03", 100), nobody, Due("16SW05", 100, "99999"),
                             Due("16SW06", -100), Due("28PW00", 100, "30156"), Due("16SW07", 0)}));
  EXPECT_EQ(batch.total, Money{100});
  EXPECT_EQ(batch.lines.size(), 1u);
  const auto blocked = [](const char* recipient, BlockReason reason) {
    return testing::AllOf(Field(&BlockedPayment::due, Field(&DuePayment::recipient, recipient)),
                          Field(&BlockedPayment::reason, reason));
  };
  EXPECT_THAT(batch.blocked, ElementsAre(blocked("16SW04", BlockReason::kNoPayee),
                                         blocked("16SW05", BlockReason::kNoAccount),
                                         blocked("16SW06", BlockReason::kNotPositive),
                                         blocked("16SW07", BlockReason::kNotPositive),
                                         blocked("28PW00", BlockReason::kNotEuroAccount)));
  EXPECT_THAT(BlockSentence(batch.blocked[1]), HasSubstr("99999 has no approved account"));
}

TEST(BatchTest, PaysDollarsToAccountsWithoutIban) {
  DuePayment due = Due("28PW00", 48'151'731, "30156");
  due.amount.currency = Currency::Usd();
  ASSERT_OK_AND_ASSIGN(const PaymentBatch batch, Make({due}, TestPlan(Currency::Usd())));
  EXPECT_EQ(batch.id, "2021-11-usd-1");
  EXPECT_EQ(batch.lines.size(), 1u);
  EXPECT_THAT(Make({due}), HasReason("CURRENCY_MISMATCH"));
}

TEST(BatchTest, IsTheSameInWhateverOrderPaymentsCome) {
  std::vector<DuePayment> due;
  for (int i = 0; i < 200; ++i) {
    due.push_back(
        Due("16SW" + std::to_string(10 + i % 50), 100 + i, i % 3 == 0 ? "99999" : "40740", i / 50));
  }
  ASSERT_OK_AND_ASSIGN(const PaymentBatch first, Make(due));
  std::mt19937 random(20211125);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(due.begin(), due.end(), random);
    ASSERT_OK_AND_ASSIGN(const PaymentBatch again, Make(due));
    EXPECT_EQ(again.lines, first.lines);
    EXPECT_EQ(again.blocked, first.blocked);
    EXPECT_EQ(again.digest, first.digest);
    EXPECT_EQ(again.message_id, first.message_id);
  }
  Money sum;
  for (const PaymentLine& line : first.lines) sum.cents += line.due.amount.cents;
  EXPECT_EQ(sum, first.total);
}

TEST(BatchTest, GivesEveryTransferAnIdOfItsOwn) {
  std::set<std::string> ids;
  const auto add = [&](const absl::StatusOr<PaymentBatch>& batch) {
    ASSERT_OK(batch);
    for (const PaymentLine& line : batch->lines) {
      EXPECT_TRUE(ids.insert(line.end_to_end_id).second) << line.end_to_end_id;
      EXPECT_LE(line.end_to_end_id.size(), 35u);
    }
    EXPECT_LE(batch->message_id.size(), 35u);
  };
  add(Make({Due("16SW03", 100), Due("16SW03", 100, "40740", 2), Due("16SW04", 100)}));
  BatchPlan second = TestPlan();
  second.sequence = 2;
  add(Make({Due("16SW03", 100)}, second));    // Paid again, in another batch.
  add(Make({Due("16SW03", 101)}));            // Another amount.
  add(Make({Due("16SW03", 100, "GM0363")}));  // Another account.
}

TEST(BatchTest, HasAnotherDigestIfAnythingThatIsPaidDiffers) {
  ASSERT_OK_AND_ASSIGN(const PaymentBatch batch, Make({Due("16SW03", 100)}));
  BatchPlan later = TestPlan();
  later.execution_date += 1;
  BatchPlan other = TestPlan();
  other.payer.account.iban = "NL39RABO0300065264";
  for (const auto& changed :
       {Make({Due("16SW03", 101)}), Make({Due("16SW04", 100)}), Make({Due("16SW03", 100)}, later),
        Make({Due("16SW03", 100)}, other)}) {
    ASSERT_OK(changed);
    EXPECT_NE(changed->digest, batch.digest);
  }
}

TEST(BatchTest, RefusesATotalThatDoesNotFit) {
  constexpr int64_t kHuge = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(Make({Due("16SW03", kHuge), Due("16SW04", 1)}), HasReason("MONEY_OVERFLOW"));
}

}  // namespace
}  // namespace vg::funding
