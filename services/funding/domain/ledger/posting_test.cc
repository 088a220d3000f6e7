#include "services/funding/domain/ledger/posting.h"

#include <limits>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr absl::CivilMonth kFirst(2021, 9);
constexpr char kSchool[] = "16SW03";

Scheme Rules(int periods) {
  Scheme scheme = SchoolScheme();
  for (Component& component : scheme.components) {
    for (int i = 0; i < periods; ++i) component.instalments.push_back({kFirst + i, 1, periods});
  }
  return scheme;
}

ReleaseTerms Terms(std::string approval) {
  return {.approval = std::move(approval),
          .scheme = "npo",
          .effective = absl::CivilDay(2021, 9, 1),
          .actor = "grace",
          .reason = "released",
          .first_month = {}};
}

Allocation Granting(int64_t bo, int64_t score = 0) {
  Allocation allocation{.code = kSchool, .title = "De Regenboog", .amount = Euro(bo + score)};
  if (bo != 0) allocation.components.push_back({0, Euro(bo)});
  if (score != 0) allocation.components.push_back({2, Euro(score)});
  return allocation;
}

// A book with one recipient, kept as simply as can be.
class SmallBook {
 public:
  void Apply(const absl::StatusOr<Release>& release) {
    ASSERT_OK(release);
    for (const PlannedPayment& payment : release->changed) At(payment.number) = payment;
    for (const PlannedPayment& payment : release->added) {
      EXPECT_EQ(payment.number, ++position_.last_number);
      position_.payments.push_back(payment);
    }
    if (release->entry.has_value()) Post(*release->entry);
  }
  void Post(const Entry& entry) {
    EXPECT_OK(CheckEntry(entry));
    entries_.push_back(entry);
    for (const Posting& posting : entry.postings) {
      balances_[posting.purpose] += posting.amount.cents;
      AddPosting("npo", Currency::Eur(), posting, entry.kind, entry.source, position_);
    }
  }
  // Orders and pays what is planned up to `month`.
  void Pay(absl::CivilMonth month) {
    for (PlannedPayment& payment : position_.payments) {
      if (payment.state != PaymentState::kPlanned || payment.month > month) continue;
      const PaymentStep step{"orders/1", absl::CivilDay(month), "grace", ""};
      for (const auto take : {&Order, &Confirm}) {
        auto entry = take(step, payment);
        ASSERT_OK(entry);
        Post(**entry);
      }
    }
  }
  void Repay(int64_t cents) {
    Post({.id = "repayment",
          .kind = EntryKind::kRepayment,
          .effective = absl::CivilDay(2022, 1, 1),
          .actor = "grace",
          .reason = "",
          .source = "",
          .reverses = "",
          .postings = {{kSchool, Purpose::kRecoverable, Euro(-cents), OverpaidDetail("npo")},
                       {"", Purpose::kAvailable, Euro(cents), "npo"}}});
  }

  // Brings in what was paid too much the year before, and settles it with what is planned.
  void BringIn(int64_t cents) {
    const std::string detail = BroughtDetail(OverpaidDetail("old"), "2020-2021");
    Entry entry{.id = "carry-over:a",
                .kind = EntryKind::kCarryOver,
                .effective = absl::CivilDay(2021, 9, 1),
                .actor = "grace",
                .reason = "",
                .source = "carryOvers/a",
                .reverses = "",
                .postings = {{"", Purpose::kAppropriation, Euro(-cents), "there"},
                             {kSchool, Purpose::kCarriedOver, Euro(cents), detail}}};
    Post(entry);
    entry.postings.clear();
    std::map<std::string, int64_t, std::less<>> open = {{detail, position_.brought[detail].open}};
    Apply(SettleWithPlan(entry, "npo", kSchool, Purpose::kAppropriation, position_.payments,
                         position_.last_number, Currency::Eur(), open));
    EXPECT_EQ(open[detail], position_.brought[detail].open);
  }

  // What is planned is what is committed, and what is granted is planned, paid or overpaid.
  void Check(int64_t granted) {
    int64_t planned = 0, paid = 0;
    for (const PlannedPayment& payment : position_.payments) {
      if (payment.state == PaymentState::kPlanned) planned += payment.amount.cents;
      if (payment.state == PaymentState::kPaid) paid += payment.amount.cents;
    }
    EXPECT_EQ(balances_[Purpose::kCommitted], planned);
    int64_t settled = 0;
    for (const auto& [detail, one] : position_.brought) {
      settled += one.settled;
      EXPECT_GE(one.settled, 0);
      EXPECT_GE(one.open, 0);
      // Nothing is paid while something is left to be settled.
      EXPECT_TRUE(one.open == 0 || planned == 0) << one.open << " " << planned;
    }
    EXPECT_EQ(granted, planned + paid + settled - position_.repaid - position_.carried_over -
                           position_.recoverable);
    EXPECT_GE(position_.carried_over, 0);
    EXPECT_GE(position_.recoverable, 0);
    int64_t sum = 0;
    for (const auto& [purpose, cents] : balances_) sum += cents;
    EXPECT_EQ(sum, 0);
  }
  std::vector<int64_t> Planned() const {
    std::vector<int64_t> cents;
    for (const PlannedPayment& payment : position_.payments) {
      if (payment.state == PaymentState::kPlanned) cents.push_back(payment.amount.cents);
    }
    return cents;
  }

  const Position& position() const { return position_; }
  const std::vector<Entry>& entries() const { return entries_; }
  int64_t balance(Purpose purpose) { return balances_[purpose]; }

 private:
  PlannedPayment& At(int64_t number) { return position_.payments.at(number - 1); }

  Position position_;
  std::vector<Entry> entries_;
  std::map<Purpose, int64_t> balances_;
};

TEST(PostingTest, GrantsEachComponentAndPlansItsPayments) {
  SmallBook book;
  book.Apply(ReleaseAllocation(Terms("runs/a/approvals/1"), Rules(10), Granting(10'000, 500), {}));
  ASSERT_THAT(book.entries(), SizeIs(1));
  const Entry& entry = book.entries()[0];
  EXPECT_EQ(entry.kind, EntryKind::kAllocation);
  EXPECT_EQ(entry.source, "runs/a/approvals/1");
  EXPECT_THAT(entry.postings,
              ElementsAre(Posting{"", Purpose::kAppropriation, Euro(-10'500), "npo"},
                          Posting{kSchool, Purpose::kCommitted, Euro(10'000), "npo/bo"},
                          Posting{kSchool, Purpose::kCommitted, Euro(500), "npo/score"}));
  EXPECT_THAT(book.Planned(), testing::AllOf(SizeIs(10), testing::Each(1050)));
  EXPECT_THAT(book.position().payments[0].parts,
              ElementsAre(PaymentPart{"npo/bo", 1000}, PaymentPart{"npo/score", 50}));
  book.Check(10'500);
}

TEST(PostingTest, ASchemeWithABudgetGrantsFromWhatIsAvailable) {
  Scheme rules = Rules(1);
  rules.budget = Euro(100);
  ASSERT_OK_AND_ASSIGN(const Release release,
                       ReleaseAllocation(Terms("runs/a/approvals/1"), rules, Granting(60), {}));
  EXPECT_EQ(release.entry->postings[0].purpose, Purpose::kAvailable);
  const auto budget = BudgetEntry(Terms("runs/a/approvals/1"), Euro(100), Euro(0));
  EXPECT_OK(CheckEntry(*budget));
  EXPECT_EQ(BudgetEntry(Terms("runs/a/approvals/1"), Euro(100), Euro(100)), std::nullopt);
}

TEST(PostingTest, NothingIsPostedForNothing) {
  ASSERT_OK_AND_ASSIGN(const Release release,
                       ReleaseAllocation(Terms("runs/a/approvals/1"), Rules(10), Granting(0), {}));
  EXPECT_EQ(release.entry, std::nullopt);
  EXPECT_THAT(release.added, IsEmpty());
}

TEST(PostingTest, ALaterRunPostsTheDifferenceAndKeepsWhatIsPaid) {
  SmallBook book;
  book.Apply(ReleaseAllocation(Terms("runs/a/approvals/1"), Rules(10), Granting(10'000), {}));
  book.Pay(kFirst + 2);
  book.Apply(
      ReleaseAllocation(Terms("runs/b/approvals/1"), Rules(10), Granting(11'000), book.position()));
  EXPECT_EQ(book.entries().back().kind, EntryKind::kCorrection);
  EXPECT_THAT(book.entries().back().postings,
              ElementsAre(Posting{"", Purpose::kAppropriation, Euro(-1000), "npo"},
                          Posting{kSchool, Purpose::kCommitted, Euro(1000), "npo/bo"}));
  EXPECT_THAT(book.Planned(), ElementsAre(1400, 1100, 1100, 1100, 1100, 1100, 1100));
  book.Check(11'000);
}

TEST(PostingTest, WhatWasPaidTooMuchIsCarriedOverOrClaimed) {
  for (const bool claim : {false, true}) {
    SmallBook book;
    book.Apply(ReleaseAllocation(Terms("runs/a/approvals/1"), Rules(10), Granting(9'500), {}));
    book.Pay(kFirst + 8);
    ReleaseTerms terms = Terms("runs/b/approvals/1");
    terms.claim_overpaid = claim;
    book.Apply(ReleaseAllocation(terms, Rules(10), Granting(8'000), book.position()));
    EXPECT_THAT(book.Planned(), IsEmpty());
    EXPECT_EQ(book.balance(Purpose::kCarriedOver), claim ? 0 : 550);
    EXPECT_EQ(book.balance(Purpose::kRecoverable), claim ? 550 : 0);
    EXPECT_EQ(book.balance(Purpose::kPaid), 8'000);
    EXPECT_EQ(book.balance(Purpose::kCommitted), 0);
    book.Check(8'000);
    // A raise settles what is carried over before anything is paid.
    book.Apply(ReleaseAllocation(Terms("runs/c/approvals/1"), Rules(10), Granting(9'000),
                                 book.position()));
    EXPECT_THAT(book.Planned(), ElementsAre(450));
    EXPECT_EQ(book.balance(Purpose::kCarriedOver) + book.balance(Purpose::kRecoverable), 0);
    book.Check(9'000);
  }
}

TEST(PostingTest, WhatWasBroughtInIsSettledByTheFirstInstalments) {
  // 550 before instalments of 300 and 300, granted before and after it came.
  for (const bool before : {true, false}) {
    SmallBook book;
    if (!before) book.BringIn(550);
    book.Apply(
        ReleaseAllocation(Terms("runs/a/approvals/1"), Rules(2), Granting(600), book.position()));
    if (before) book.BringIn(550);
    EXPECT_THAT(book.Planned(), ElementsAre(50));
    EXPECT_EQ(book.balance(Purpose::kCarriedOver), 0);
    EXPECT_EQ(book.balance(Purpose::kPaid), 550);
    EXPECT_EQ(book.balance(Purpose::kAppropriation), -600);
    book.Check(600);
    // What a lower amount cannot settle is left.
    book.Apply(
        ReleaseAllocation(Terms("runs/b/approvals/1"), Rules(2), Granting(300), book.position()));
    EXPECT_THAT(book.Planned(), IsEmpty());
    EXPECT_EQ(book.balance(Purpose::kCarriedOver), 250);
    book.Check(300);
    book.Apply(
        ReleaseAllocation(Terms("runs/c/approvals/1"), Rules(2), Granting(900), book.position()));
    EXPECT_THAT(book.Planned(), ElementsAre(350));
    book.Pay(kFirst + 1);
    book.Check(900);
    // A payment that was made keeps what it settled.
    book.Apply(
        ReleaseAllocation(Terms("runs/d/approvals/1"), Rules(2), Granting(800), book.position()));
    EXPECT_EQ(book.balance(Purpose::kCarriedOver), 100);
    EXPECT_EQ(book.position().carried_over, 100);
    book.Check(800);
  }
}

TEST(PostingTest, WhatWasPaidBackIsPaidAgainIfItIsGrantedAgain) {
  SmallBook book;
  book.Apply(ReleaseAllocation(Terms("runs/a/approvals/1"), Rules(1), Granting(1000), {}));
  book.Pay(kFirst);
  ReleaseTerms terms = Terms("runs/b/approvals/1");
  terms.claim_overpaid = true;
  book.Apply(ReleaseAllocation(terms, Rules(1), Granting(400), book.position()));
  book.Repay(600);
  book.Check(400);
  book.Apply(
      ReleaseAllocation(Terms("runs/c/approvals/1"), Rules(1), Granting(400), book.position()));
  EXPECT_THAT(book.Planned(), IsEmpty());
  book.Apply(
      ReleaseAllocation(Terms("runs/d/approvals/1"), Rules(1), Granting(1000), book.position()));
  EXPECT_THAT(book.Planned(), ElementsAre(600));
  book.Check(1000);
}

TEST(PostingTest, AComponentThatIsGoneIsTakenBack) {
  SmallBook book;
  book.Apply(ReleaseAllocation(Terms("runs/a/approvals/1"), Rules(2), Granting(1000, 200), {}));
  book.Apply(
      ReleaseAllocation(Terms("runs/b/approvals/1"), Rules(2), Granting(1000), book.position()));
  EXPECT_THAT(book.Planned(), ElementsAre(500, 500));
  book.Check(1000);
}

TEST(PostingTest, ThePlanStaysWhereNothingChanges) {
  SmallBook book;
  book.Apply(ReleaseAllocation(Terms("runs/a/approvals/1"), Rules(10), Granting(10'000), {}));
  book.Pay(kFirst);
  ASSERT_OK_AND_ASSIGN(
      const Release again,
      ReleaseAllocation(Terms("runs/b/approvals/1"), Rules(10), Granting(10'000), book.position()));
  EXPECT_EQ(again.entry, std::nullopt);
  EXPECT_THAT(again.changed, IsEmpty());
  EXPECT_THAT(again.added, IsEmpty());
}

TEST(PostingTest, NothingIsPaidBeforeTheFirstMonthThatIsAsked) {
  ReleaseTerms terms = Terms("runs/a/approvals/1");
  terms.first_month = kFirst + 4;
  SmallBook book;
  book.Apply(ReleaseAllocation(terms, Rules(10), Granting(10'000), {}));
  EXPECT_THAT(book.Planned(), ElementsAre(5000, 1000, 1000, 1000, 1000, 1000));
  EXPECT_EQ(book.position().payments[0].month, kFirst + 4);
}

TEST(PostingTest, AmountsThatDoNotFitAreAnError) {
  Position position;
  position.granted["npo/bo"] = std::numeric_limits<int64_t>::min() + 1;
  EXPECT_THAT(ReleaseAllocation(Terms("runs/a/approvals/1"), Rules(1),
                                Granting(std::numeric_limits<int64_t>::max()), position),
              HasReason("MONEY_OVERFLOW"));
}

TEST(PostingTest, TheBookAgreesWithThePlanWhateverIsGrantedAndPaid) {
  std::mt19937 random(20211001);
  for (int round = 0; round < 300; ++round) {
    SmallBook book;
    const int periods = static_cast<int>(random() % 12);
    int month = -1;
    for (int change = 0; change < 6; ++change) {
      ReleaseTerms terms = Terms("runs/r" + std::to_string(change) + "/approvals/1");
      terms.claim_overpaid = random() % 2 == 0;
      if (random() % 4 == 0) terms.first_month = kFirst + month + 1;
      const auto bo = static_cast<int64_t>(random() % 100'000);
      const auto score = static_cast<int64_t>(random() % 3 == 0 ? 0 : random() % 50'000);
      book.Apply(ReleaseAllocation(terms, Rules(periods), Granting(bo, score), book.position()));
      book.Check(bo + score);
      month += static_cast<int>(random() % 5);
      book.Pay(kFirst + month);
      book.Check(bo + score);
      if (random() % 4 == 0) {
        book.BringIn(1 + static_cast<int64_t>(random() % 60'000));
        book.Check(bo + score);
      }
      if (book.position().recoverable > 0 && random() % 2 == 0) {
        book.Repay(1 + static_cast<int64_t>(random() % book.position().recoverable));
      }
    }
  }
}

}  // namespace
}  // namespace vg::funding
