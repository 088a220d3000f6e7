#include "services/funding/storage/release_store.h"

#include <algorithm>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/requests/request_log.h"
#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/time/clock.h"
#include "services/funding/domain/ledger/test_entries.h"
#include "services/funding/domain/test_schemes.h"
#include "services/funding/storage/approval_store.h"
#include "services/funding/storage/funding_store.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/schema.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'630'000'000);
constexpr absl::CivilDay kToday(2021, 9, 1);
constexpr absl::CivilMonth kFirst(2021, 9);

std::string Code(int i) { return absl::StrFormat("%05d", i); }

Scheme TenPeriods() {
  Scheme scheme = SchoolScheme();
  for (Component& component : scheme.components) {
    for (int i = 0; i < 10; ++i) component.instalments.push_back({kFirst + i, 1, 10});
  }
  scheme.budget = Euro(1'000'000'000);
  return scheme;
}

// All of a funding database. Thread-safe.
struct Stores {
  explicit Stores(sql::Database& database)
      : funding(database),
        approvals(database),
        releases(database),
        ledger(database),
        plan(database) {}

  // A run that gives `amounts`; -1 cannot be determined.
  void Run(const std::string& id, const std::vector<int64_t>& amounts, int minute = 0,
           const std::string& supersedes = "") {
    std::vector<Allocation> allocations;
    for (size_t i = 0; i < amounts.size(); ++i) {
      Allocation& allocation = allocations.emplace_back();
      allocation.code = Code(static_cast<int>(i));
      allocation.title = "School";
      if (amounts[i] < 0) continue;
      allocation.amount = Euro(amounts[i]);
      allocation.components = {{0, Euro(amounts[i] - amounts[i] / 4)}, {2, Euro(amounts[i] / 4)}};
    }
    const RunRow row{.id = id,
                     .scheme = "npo",
                     .version = 1,
                     .snapshot = "2020-10-01",
                     .create_time = kNow + absl::Minutes(minute),
                     .facts = "facts",
                     .creator = "users/ada",
                     .supersedes = supersedes};
    ASSERT_OK(funding.Keep({"Allocate", "", ""}, row, allocations));
  }

  // Approves the recipients of `run` from `first` to `last` that are not approved yet.
  absl::StatusOr<Approval> Approve(const std::string& run, const std::string& id, int minute = 0,
                                   int first = 0, int last = 99'999,
                                   const std::string& approver = "users/bob") {
    Approval draft{.run = run, .id = id, .book = kBook, .scheme = "npo"};
    draft.creator = "users/ada";
    draft.approver = approver;
    draft.approve_time = kNow + absl::Minutes(minute);
    draft.request = absl::StrCat(first, "-", last);
    return approvals.Approve(draft, TenPeriods().budget, "fine", kToday, {run, kBook, "npo", ""},
                             [&](const Candidates& candidates, ApprovedSink approve, Approval&) {
                               return candidates.ForEach([&](RunRecipient& one) {
                                 const Candidate& candidate = one.candidate;
                                 if (!candidate.cents.has_value() || !one.approved_by.empty() ||
                                     candidate.code < Code(first) || candidate.code > Code(last)) {
                                   return absl::OkStatus();
                                 }
                                 return approve(candidate.code, *candidate.cents);
                               });
                             });
  }

  std::string SupersededBy(const std::string& run) {
    std::string found;
    EXPECT_OK(approvals.Look({run, kBook, "npo", ""}, [&](const Candidates& candidates) {
      auto id = candidates.SupersededBy();
      if (id.ok()) found = *std::move(id);
      return id.status();
    }));
    return found;
  }

  absl::StatusOr<Approval> ReleaseBatch(const std::string& name, size_t batch = 1000,
                                        const std::string& actor = "users/ada") {
    return releases.Release(name, {.actor = actor, .reason = "pay", .today = kToday}, TenPeriods(),
                            batch, kNow);
  }
  // Batch by batch to its end.
  absl::StatusOr<Approval> Release(const std::string& name, size_t batch = 1000) {
    for (;;) {
      ASSIGN_OR_RETURN(const Approval approval, ReleaseBatch(name, batch));
      if (approval.state != ApprovalState::kReleasing) return approval;
    }
  }
  absl::StatusOr<Approval> Reverse(const std::string& name, size_t batch = 1000) {
    for (;;) {
      ASSIGN_OR_RETURN(const Approval approval,
                       releases.Reverse(name, "users/carol", "a mistake", kToday, batch, kNow));
      if (approval.state != ApprovalState::kReversing) return approval;
    }
  }
  void Pay(absl::CivilMonth month) {
    auto due = plan.Due(kBook, month, {}, 100'000);
    ASSERT_OK(due);
    std::vector<PaymentKey> keys;
    for (const PlannedPayment& payment : *due) keys.push_back({payment.recipient, payment.number});
    const PaymentStep step = StepOf("orders/" + FormatDay(absl::CivilDay(month)));
    ASSERT_OK(plan.Order(kBook, step, keys, kNow));
    ASSERT_OK(plan.Confirm(kBook, step, keys, kNow));
  }

  // Every account with something in it.
  std::vector<Balance> Balances() {
    auto balances = ledger.Balances(kBook, {}, std::nullopt, std::nullopt, 1'000'000);
    EXPECT_OK(balances);
    std::erase_if(*balances, [](const Balance& balance) { return balance.cents == 0; });
    return *std::move(balances);
  }
  int64_t Total(Purpose purpose) {
    auto totals = ledger.Totals(kBook, {});
    EXPECT_OK(totals);
    for (const Balance& total : *totals) {
      if (total.account.purpose == purpose) return total.cents;
    }
    return 0;
  }
  // What is planned: recipient, month, cents.
  std::vector<std::tuple<std::string, absl::CivilMonth, int64_t>> Planned() {
    auto due = plan.Due(kBook, absl::CivilMonth(2030, 1), {}, 1'000'000);
    EXPECT_OK(due);
    std::vector<std::tuple<std::string, absl::CivilMonth, int64_t>> planned;
    for (const PlannedPayment& payment : *due) {
      planned.emplace_back(payment.recipient, payment.month, payment.amount.cents);
    }
    std::ranges::sort(planned);
    return planned;
  }
  void ExpectSound() {
    EXPECT_THAT(ledger.UnbalancedCents(), IsOkAndHolds(0));
    EXPECT_THAT(ledger.UnplannedCents(), IsOkAndHolds(0));
    auto verified = ledger.Verify(kBook);
    ASSERT_OK(verified);
    EXPECT_EQ(verified->fault, "");
  }

  FundingStore funding;
  ApprovalStore approvals;
  ReleaseStore releases;
  LedgerStore ledger;
  PaymentPlanStore plan;
};

class ReleaseStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override { ASSERT_OK(sql::Migrate(*database_, {kSchema, requests::kSchema})); }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  Stores stores_{*database_};
};

TEST_P(ReleaseStoreTest, ApprovesWhatIsDeterminedAndPostsTheBudget) {
  stores_.Run("a", {1000, -1, 3000});
  ASSERT_OK_AND_ASSIGN(const Approval approval, stores_.Approve("a", "1"));
  EXPECT_EQ(approval.recipients, 2);
  EXPECT_EQ(approval.total, Euro(4000));
  EXPECT_EQ(approval.state, ApprovalState::kApproved);
  EXPECT_EQ(stores_.Total(Purpose::kAppropriation), -1'000'000'000);
  EXPECT_EQ(stores_.Total(Purpose::kAvailable), 1'000'000'000);
  EXPECT_THAT(stores_.approvals.FindByName("runs/a/approvals/1"), IsOkAndHolds(approval));
  EXPECT_THAT(stores_.approvals.FindByName("runs/a/approvals/2"), IsOkAndHolds(std::nullopt));
}

TEST_P(ReleaseStoreTest, AnApprovalSentAgainIsAnsweredAndAnotherUnderItsNameIsRefused) {
  stores_.Run("a", {1000, 2000});
  ASSERT_OK_AND_ASSIGN(const Approval first, stores_.Approve("a", "1", 0, 0, 0));
  EXPECT_THAT(stores_.Approve("a", "1", 5, 0, 0), IsOkAndHolds(first));
  EXPECT_THAT(stores_.Approve("a", "1", 5, 0, 1), HasReason("APPROVAL_EXISTS"));
  EXPECT_THAT(stores_.Approve("a", "1", 5, 0, 0, "users/eve"), HasReason("APPROVAL_EXISTS"));
}

TEST_P(ReleaseStoreTest, ApprovesInBatchesAndNobodyTwice) {
  stores_.Run("a", {1000, 2000, 3000});
  ASSERT_OK_AND_ASSIGN(const Approval first, stores_.Approve("a", "1", 0, 0, 0));
  EXPECT_EQ(first.recipients, 1);
  ASSERT_OK_AND_ASSIGN(const Approval rest, stores_.Approve("a", "2", 1));
  EXPECT_EQ(rest.recipients, 2);
  const absl::Status nothing = stores_.Approve("a", "3", 2).status();
  EXPECT_THAT(nothing, HasReason("NOTHING_TO_APPROVE"));
  EXPECT_THAT(std::string(nothing.message()), HasSubstr("runs/a/approvals/1, runs/a/approvals/2"));
  EXPECT_THAT(stores_.approvals.List("a", "", 10), IsOkAndHolds(ElementsAre(first, rest)));
  EXPECT_THAT(stores_.approvals.List("", first.name(), 10), IsOkAndHolds(ElementsAre(rest)));
}

TEST_P(ReleaseStoreTest, OfManyWhoApproveAtOnceOneWins) {
  stores_.Run("a", {1000, 2000, 3000});
  std::vector<std::thread> racers;
  std::vector<absl::Status> answers(4);
  for (int racer = 0; racer < 4; ++racer) {
    racers.emplace_back([&, racer] {
      const std::unique_ptr<sql::Database> database = place_.Open();
      answers[racer] = Stores(*database).Approve("a", absl::StrCat(racer)).status();
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(std::ranges::count_if(answers, [](const absl::Status& s) { return s.ok(); }), 1);
  for (const absl::Status& answer : answers) {
    if (!answer.ok()) {
      EXPECT_THAT(answer, HasReason("NOTHING_TO_APPROVE"));
    }
  }
  EXPECT_THAT(stores_.approvals.List("a", "", 10), IsOkAndHolds(SizeIs(1)));
  EXPECT_EQ(stores_.Total(Purpose::kAppropriation), -1'000'000'000);
}

TEST_P(ReleaseStoreTest, ReleasesEverybodyOnceInBatches) {
  stores_.Run("a", {1000, 0, 3000, 4000, 5000});
  ASSERT_OK(stores_.Approve("a", "1"));
  ASSERT_OK_AND_ASSIGN(Approval approval, stores_.ReleaseBatch("runs/a/approvals/1", 2));
  EXPECT_EQ(approval.state, ApprovalState::kReleasing);
  EXPECT_EQ(approval.done, 2);
  stores_.ExpectSound();
  ASSERT_OK_AND_ASSIGN(approval, stores_.Release("runs/a/approvals/1", 2));
  EXPECT_EQ(approval.state, ApprovalState::kReleased);
  EXPECT_EQ(approval.done, 5);
  EXPECT_EQ(approval.releaser, "users/ada");
  EXPECT_EQ(stores_.Total(Purpose::kCommitted), 13'000);
  EXPECT_EQ(stores_.Total(Purpose::kAvailable), 1'000'000'000 - 13'000);
  EXPECT_THAT(stores_.Planned(), SizeIs(40));
  stores_.ExpectSound();
  // A call too many changes nothing.
  EXPECT_THAT(stores_.Release("runs/a/approvals/1"), IsOkAndHolds(approval));
  EXPECT_EQ(stores_.Total(Purpose::kCommitted), 13'000);
}

TEST_P(ReleaseStoreTest, RacingReleasesPostEverythingOnce) {
  std::vector<int64_t> amounts(60);
  for (size_t i = 0; i < amounts.size(); ++i) amounts[i] = static_cast<int64_t>(100 * (i + 1));
  stores_.Run("a", amounts);
  ASSERT_OK(stores_.Approve("a", "1"));
  std::vector<std::thread> racers;
  for (int racer = 0; racer < 4; ++racer) {
    racers.emplace_back([&] {
      const std::unique_ptr<sql::Database> database = place_.Open();
      EXPECT_OK(Stores(*database).Release("runs/a/approvals/1", 7));
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(stores_.Total(Purpose::kCommitted), 100 * 60 * 61 / 2);
  stores_.ExpectSound();
}

TEST_P(ReleaseStoreTest, FourEyesLookAtEveryStep) {
  stores_.Run("a", {1000});
  ASSERT_OK(stores_.Approve("a", "1"));
  EXPECT_THAT(stores_.ReleaseBatch("runs/a/approvals/1", 10, "users/bob"), HasReason("FOUR_EYES"));
  ASSERT_OK(stores_.Release("runs/a/approvals/1"));
  EXPECT_THAT(stores_.releases.Reverse("runs/a/approvals/1", "users/ada", "", kToday, 10, kNow),
              HasReason("FOUR_EYES"));
  EXPECT_THAT(stores_.ReleaseBatch("runs/a/approvals/9"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(ReleaseStoreTest, ReversingRestoresEveryBalanceAndFreesTheRecipients) {
  stores_.Run("a", {1000, 2000, 3000});
  ASSERT_OK(stores_.Approve("a", "1"));
  const std::vector<Balance> before = stores_.Balances();
  ASSERT_OK(stores_.Release("runs/a/approvals/1"));
  EXPECT_NE(stores_.Balances(), before);
  ASSERT_OK_AND_ASSIGN(const Approval reversed, stores_.Reverse("runs/a/approvals/1", 2));
  EXPECT_EQ(reversed.state, ApprovalState::kReversed);
  EXPECT_EQ(reversed.reverser, "users/carol");
  EXPECT_EQ(stores_.Balances(), before);
  EXPECT_THAT(stores_.Planned(), IsEmpty());
  stores_.ExpectSound();
  ASSERT_OK_AND_ASSIGN(
      const auto mirrors,
      stores_.ledger.Entries(kBook, {.source = "runs/a/approvals/1/reversal"}, 0, 10));
  ASSERT_THAT(mirrors, SizeIs(3));
  EXPECT_EQ(mirrors[0].entry.reverses, "grant:runs/a/approvals/1:00000");
  EXPECT_THAT(stores_.Release("runs/a/approvals/1"), HasReason("APPROVAL_STATE"));
  EXPECT_THAT(stores_.Reverse("runs/a/approvals/1"), IsOkAndHolds(reversed));
  ASSERT_OK(stores_.Approve("a", "2", 1));
  ASSERT_OK(stores_.Release("runs/a/approvals/2"));
  EXPECT_EQ(stores_.Total(Purpose::kCommitted), 6000);
  stores_.ExpectSound();
}

TEST_P(ReleaseStoreTest, WhatIsNotReleasedYetIsWithdrawnAtOnce) {
  stores_.Run("a", {1000});
  ASSERT_OK(stores_.Approve("a", "1"));
  EXPECT_THAT(stores_.Reverse("runs/a/approvals/1"),
              IsOkAndHolds(Field(&Approval::state, ApprovalState::kReversed)));
  EXPECT_THAT(stores_.Release("runs/a/approvals/1"), HasReason("APPROVAL_STATE"));
  ASSERT_OK(stores_.Approve("a", "2"));
}

TEST_P(ReleaseStoreTest, WhatIsPaidIsNotReversed) {
  stores_.Run("a", {1000, 2000});
  ASSERT_OK(stores_.Approve("a", "1"));
  ASSERT_OK(stores_.Release("runs/a/approvals/1"));
  stores_.Pay(kFirst);
  EXPECT_THAT(stores_.Reverse("runs/a/approvals/1"), HasReason("PAYMENTS_MADE"));
  EXPECT_THAT(stores_.approvals.FindByName("runs/a/approvals/1"),
              IsOkAndHolds(testing::Optional(Field(&Approval::state, ApprovalState::kReleased))));
}

TEST_P(ReleaseStoreTest, ALaterRunPostsDifferencesAndItsReversalRestoresThePlan) {
  stores_.Run("a", {100'000, 200'000, 300'000});
  ASSERT_OK(stores_.Approve("a", "1"));
  ASSERT_OK(stores_.Release("runs/a/approvals/1"));
  stores_.Pay(kFirst + 2);
  const std::vector<Balance> balances = stores_.Balances();
  const auto planned = stores_.Planned();

  stores_.Run("b", {110'000, 200'000, 10'000}, 10);
  ASSERT_OK(stores_.Approve("b", "1", 11));
  ASSERT_OK(stores_.Release("runs/b/approvals/1", 2));
  stores_.ExpectSound();
  const auto anew = stores_.Planned();
  EXPECT_EQ(anew[0], std::tuple(Code(0), kFirst + 3, 14'000));
  EXPECT_EQ(anew[1], std::tuple(Code(0), kFirst + 4, 11'000));
  EXPECT_EQ(anew[7], std::tuple(Code(1), kFirst + 3, 20'000));
  EXPECT_THAT(anew, SizeIs(14));
  EXPECT_EQ(stores_.Total(Purpose::kCarriedOver), 90'000 - 10'000);

  EXPECT_THAT(stores_.Reverse("runs/a/approvals/1"), HasReason("PAYMENTS_MADE"));
  ASSERT_OK(stores_.Reverse("runs/b/approvals/1"));
  EXPECT_EQ(stores_.Balances(), balances);
  EXPECT_EQ(stores_.Planned(), planned);
  stores_.ExpectSound();
}

TEST_P(ReleaseStoreTest, ReleasesAreReversedFromTheLastOneBack) {
  stores_.Run("a", {1000, 2000});
  stores_.Run("b", {1500, 2000}, 10);
  ASSERT_OK(stores_.Approve("a", "1"));
  ASSERT_OK(stores_.Release("runs/a/approvals/1"));
  ASSERT_OK(stores_.Approve("b", "1", 11));
  ASSERT_OK(stores_.Release("runs/b/approvals/1"));
  const absl::Status status = stores_.Reverse("runs/a/approvals/1").status();
  EXPECT_THAT(status, HasReason("LATER_RELEASE"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("runs/b/approvals/1"));
  ASSERT_OK(stores_.Reverse("runs/b/approvals/1"));
  ASSERT_OK(stores_.Reverse("runs/a/approvals/1"));
  EXPECT_EQ(stores_.Total(Purpose::kCommitted), 0);
  stores_.ExpectSound();
}

TEST_P(ReleaseStoreTest, WhoApprovesIsToldThatAnotherRunTookThePlaceOfTheRun) {
  stores_.Run("a", {1000});
  EXPECT_EQ(stores_.SupersededBy("a"), "");
  stores_.Run("b", {1500}, 10, "a");
  EXPECT_EQ(stores_.SupersededBy("a"), "b");
  EXPECT_EQ(stores_.SupersededBy("b"), "");
}

TEST_P(ReleaseStoreTest, AnApprovalThatWasOvertakenIsNotReleased) {
  stores_.Run("a", {1000});
  stores_.Run("b", {1500}, 10);
  ASSERT_OK(stores_.Approve("a", "1"));
  ASSERT_OK(stores_.Approve("b", "1", 11));
  ASSERT_OK(stores_.Release("runs/b/approvals/1"));
  EXPECT_THAT(stores_.Release("runs/a/approvals/1"), HasReason("SUPERSEDED"));
  // Approved anew it is a decision of its own.
  ASSERT_OK(stores_.Reverse("runs/a/approvals/1"));
  ASSERT_OK(stores_.Approve("a", "2", 12));
  ASSERT_OK(stores_.Release("runs/a/approvals/2"));
  EXPECT_EQ(stores_.Total(Purpose::kCommitted), 1000);
}

TEST_P(ReleaseStoreTest, OneReleaseOfARecipientAtATime) {
  stores_.Run("a", {1000, 2000});
  stores_.Run("b", {1500, 2000}, 10);
  ASSERT_OK(stores_.Approve("a", "1"));
  ASSERT_OK(stores_.Approve("b", "1", 11));
  ASSERT_OK(stores_.ReleaseBatch("runs/a/approvals/1", 1));
  EXPECT_THAT(stores_.ReleaseBatch("runs/b/approvals/1"), HasReason("APPROVAL_STATE"));
  EXPECT_THAT(stores_.Reverse("runs/a/approvals/1"), HasReason("APPROVAL_STATE"));
  ASSERT_OK(stores_.Release("runs/a/approvals/1"));
  ASSERT_OK(stores_.Release("runs/b/approvals/1"));
}

TEST_P(ReleaseStoreTest, WhatIsBeingReversedIsNotPaid) {
  stores_.Run("a", {1000, 2000});
  ASSERT_OK(stores_.Approve("a", "1"));
  ASSERT_OK(stores_.Release("runs/a/approvals/1"));
  ASSERT_OK(stores_.releases.Reverse("runs/a/approvals/1", "users/carol", "", kToday, 1, kNow));
  EXPECT_THAT(stores_.Planned(), IsEmpty());
  const std::vector<PaymentKey> keys = {{Code(1), 1}};
  EXPECT_THAT(stores_.plan.Order(kBook, StepOf("orders/1"), keys, kNow),
              HasReason("PAYMENT_STATE"));
  ASSERT_OK(stores_.Reverse("runs/a/approvals/1"));
  EXPECT_EQ(stores_.Total(Purpose::kCommitted), 0);
}

TEST_P(ReleaseStoreTest, ReleaseGoesOnOnItsOwnTerms) {
  stores_.Run("a", {1000, 2000});
  ASSERT_OK(stores_.Approve("a", "1"));
  ASSERT_OK(stores_.ReleaseBatch("runs/a/approvals/1", 1));
  ReleaseRequest request{.actor = "users/ada", .reason = "pay", .today = kToday + 7};
  request.first_month = kFirst + 3;
  EXPECT_THAT(stores_.releases.Release("runs/a/approvals/1", request, TenPeriods(), 10, kNow),
              HasReason("RELEASE_DIFFERS"));
  request.first_month.reset();
  EXPECT_THAT(stores_.releases.Release("runs/a/approvals/1", request, TenPeriods(), 10, kNow),
              IsOkAndHolds(Field(&Approval::effective, kToday)));
}

TEST_P(ReleaseStoreTest, TellsWhatHappenedByWhomAndWhy) {
  stores_.Run("a", {1000});
  ASSERT_OK(stores_.Approve("a", "1"));
  ASSERT_OK(stores_.Release("runs/a/approvals/1"));
  ASSERT_OK(stores_.Reverse("runs/a/approvals/1"));
  ASSERT_OK_AND_ASSIGN(const auto events, stores_.approvals.Events("a", 0, 10));
  std::vector<std::string> told;
  for (const ApprovalEvent& event : events) {
    EXPECT_EQ(event.approval, "runs/a/approvals/1");
    told.push_back(
        absl::StrCat(event.number, " ", event.kind, " ", event.actor, " ", event.reason));
  }
  EXPECT_THAT(told,
              ElementsAre("1 approved users/bob fine", "2 release_started users/ada pay",
                          "3 released users/ada pay", "4 reversal_started users/carol a mistake",
                          "5 reversed users/carol a mistake"));
}

// Random runs, batches, payments and reversals: balances always agree with the plan, and what is
// reversed is as if it had never been.
TEST_P(ReleaseStoreTest, AnyHistoryIsSoundAndAnyReversalRestoresWhatWasBefore) {
  std::mt19937 random(20211001);
  int reversals = 0;
  for (int round = 0; round < 12; ++round) {
    const std::string run = absl::StrCat("r", round);
    std::vector<int64_t> amounts(8);
    for (int64_t& amount : amounts) amount = static_cast<int64_t>(random() % 90'000);
    stores_.Run(run, amounts, round * 10);
    const int first = static_cast<int>(random() % 8);
    ASSERT_OK(stores_.Approve(run, "1", round * 10 + 1, first, first + 4));
    const auto balances = stores_.Balances();
    const auto planned = stores_.Planned();
    const std::string name = absl::StrCat("runs/", run, "/approvals/1");
    ASSERT_OK(stores_.Release(name, 1 + random() % 4));
    stores_.ExpectSound();
    if (random() % 2 == 0) {
      ASSERT_OK(stores_.Reverse(name, 1 + random() % 4));
      EXPECT_EQ(stores_.Balances(), balances);
      EXPECT_EQ(stores_.Planned(), planned);
      ++reversals;
    } else if (random() % 2 == 0) {
      stores_.Pay(kFirst + static_cast<int>(random() % 10));
    }
    stores_.ExpectSound();
  }
  EXPECT_GT(reversals, 2);
}

INSTANTIATE_TEST_SUITE_P(Backends, ReleaseStoreTest, sql::AllBackends(), sql::BackendName);

TEST(ReleaseDigestTest, TheBookIsTheSameOnEveryEngine) {
  std::vector<std::string> digests;
  for (const sql::TestBackend backend :
       {sql::TestBackend::kSqliteFile, sql::TestBackend::kPostgres}) {
    const sql::TestDatabase place(backend);
    const auto database = place.Open();
    ASSERT_OK(sql::Migrate(*database, {kSchema, requests::kSchema}));
    Stores stores(*database);
    stores.Run("a", {1000, 2000, 3000});
    ASSERT_OK(stores.Approve("a", "1"));
    // However it is cut.
    ASSERT_OK(stores.Release("runs/a/approvals/1", digests.empty() ? 1 : 1000));
    stores.Pay(kFirst);
    stores.Run("b", {1100, 200, 3000}, 10);
    ASSERT_OK(stores.Approve("b", "1", 11));
    ASSERT_OK(stores.Release("runs/b/approvals/1"));
    ASSERT_OK(stores.Reverse("runs/b/approvals/1"));
    ASSERT_OK_AND_ASSIGN(const auto books, stores.ledger.Books());
    digests.push_back(books.at(0).digest);
  }
  EXPECT_EQ(digests[0], digests[1]);
}

}  // namespace
}  // namespace vg::funding
