#include "services/funding/storage/funding_store.h"

#include <atomic>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "services/funding/storage/component_text.h"
#include "services/funding/storage/run_attempt.h"
#include "services/funding/storage/schema.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Optional;

class FundingStoreTest : public testing::TestWithParam<sql::TestBackend> {
 protected:
  void SetUp() override { ASSERT_OK(sql::Migrate(*database_, {kSchema, requests::kSchema})); }

  static SchemeVersionRow Draft(std::string digest, std::string scheme = "npo") {
    return {.scheme = std::move(scheme),
            .digest = digest,
            .publish_time = absl::FromUnixSeconds(1'650'000'000),
            .content = std::string("\0content ", 9) + digest};
  }
  static RunRow DraftRun(std::string id, int64_t version = 1, int64_t second = 0) {
    return {.id = std::move(id),
            .scheme = "npo",
            .version = version,
            .snapshot = "2020-10-01",
            .create_time = absl::FromUnixSeconds(1'650'000'000 + second),
            .facts = "facts"};
  }
  static requests::Request Unnamed() { return {"Allocate", "", "digest"}; }

  static std::vector<Allocation> Allocations() {
    return {{.code = "16SW00",
             .title = "De Regenboog",
             .amount = Money{20'040'600},
             .components = {{0, Money{17'529'000}}, {2, Money{2'511'600}}}},
            {.code = "16SW01",
             .title = "'t Eenspan",
             .components = {{0, std::nullopt}},
             .undetermined_reason = "pupils.bo is suppressed in the source"},
            {.code = "16SW02", .title = "Nul", .amount = Money{0}}};
  }

  // Allocations on disk, of whatever became a run or not.
  int64_t RowsOfRuns() {
    int64_t rows = -1;
    EXPECT_OK(database_->Read([&](sql::Transaction& transaction) {
      return transaction.Query("SELECT COUNT(*) FROM allocation", {},
                               [&](const sql::Row& row) { rows = row.Int64(0); });
    }));
    return rows;
  }

  sql::TestDatabase place_{GetParam()};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  FundingStore store_{*database_};
};

TEST_P(FundingStoreTest, CountsTheVersionsOfAScheme) {
  ASSERT_OK_AND_ASSIGN(const SchemeVersionRow first, store_.Publish(Unnamed(), Draft("a")));
  EXPECT_EQ(first.version, 1);
  EXPECT_EQ(first.content, Draft("a").content);
  ASSERT_OK_AND_ASSIGN(const SchemeVersionRow second, store_.Publish(Unnamed(), Draft("b")));
  EXPECT_EQ(second.version, 2);
  ASSERT_OK_AND_ASSIGN(const auto newest, store_.FindScheme("npo", std::nullopt));
  EXPECT_THAT(newest, Optional(Field(&SchemeVersionRow::digest, "b")));
  ASSERT_OK_AND_ASSIGN(const auto old, store_.FindScheme("npo", 1));
  EXPECT_THAT(old, Optional(Field(&SchemeVersionRow::digest, "a")));
  EXPECT_THAT(store_.FindScheme("npo", 3), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(store_.FindScheme("other", std::nullopt), IsOkAndHolds(std::nullopt));
}

TEST_P(FundingStoreTest, AnswersTheNewestContentAgain) {
  ASSERT_OK(store_.Publish(Unnamed(), Draft("a")));
  EXPECT_THAT(store_.Publish(Unnamed(), Draft("a")),
              IsOkAndHolds(Field(&SchemeVersionRow::version, 1)));
  ASSERT_OK(store_.Publish(Unnamed(), Draft("b")));
  // Going back is a new decision.
  EXPECT_THAT(store_.Publish(Unnamed(), Draft("a")),
              IsOkAndHolds(Field(&SchemeVersionRow::version, 3)));
}

TEST_P(FundingStoreTest, ARetryOfAnOldPublicationIsAnsweredAsThen) {
  const requests::Request request{"PublishScheme", "r1", "digest-a"};
  ASSERT_OK(store_.Publish(request, Draft("a")));
  ASSERT_OK(store_.Publish(Unnamed(), Draft("b")));
  EXPECT_THAT(store_.Publish(request, Draft("a")),
              IsOkAndHolds(Field(&SchemeVersionRow::version, 1)));
  EXPECT_THAT(store_.Publish({"PublishScheme", "r1", "digest-c"}, Draft("c")),
              HasReason("REQUEST_ID_REUSED"));
}

TEST_P(FundingStoreTest, RacersPublishOneVersionEach) {
  std::vector<std::thread> racers;
  std::vector<absl::StatusOr<SchemeVersionRow>> answers(4, absl::UnknownError(""));
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([&, i] {
      std::unique_ptr<sql::Database> database = place_.Open();
      answers[i] = FundingStore(*database).Publish(Unnamed(), Draft(i % 2 == 0 ? "even" : "odd"));
    });
  }
  for (std::thread& racer : racers) racer.join();
  for (const auto& answer : answers) EXPECT_OK(answer);
  ASSERT_OK_AND_ASSIGN(const auto rows, store_.ListSchemes("npo", "", 0, 10));
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].version, static_cast<int64_t>(i + 1));
    if (i > 0) {
      EXPECT_NE(rows[i].digest, rows[i - 1].digest);
    }
  }
}

TEST_P(FundingStoreTest, ListsSchemesBySchemeAndVersion) {
  for (const char* digest : {"a", "b"}) {
    ASSERT_OK(store_.Publish(Unnamed(), Draft(digest)));
    ASSERT_OK(store_.Publish(Unnamed(), Draft(digest, "gemeenten")));
  }
  ASSERT_OK_AND_ASSIGN(const auto page, store_.ListSchemes("", "gemeenten", 1, 2));
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[0].scheme, "gemeenten");
  EXPECT_EQ(page[0].version, 2);
  EXPECT_EQ(page[1].scheme, "npo");
  EXPECT_EQ(page[1].version, 1);
  ASSERT_OK_AND_ASSIGN(const auto rest, store_.ListSchemes("npo", "npo", 1, 10));
  EXPECT_THAT(rest, ElementsAre(Field(&SchemeVersionRow::version, 2)));
}

TEST_P(FundingStoreTest, KeepsARunWithItsAllocations) {
  ASSERT_OK_AND_ASSIGN(const RunRow kept, store_.Keep(Unnamed(), DraftRun("r"), Allocations()));
  EXPECT_EQ(kept.facts, "facts");
  EXPECT_EQ(kept.create_time, DraftRun("r").create_time);
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       store_.ListAllocations("r", "", false, 10, Currency::Eur()));
  EXPECT_EQ(rows, Allocations());
  ASSERT_OK_AND_ASSIGN(const auto one, store_.FindAllocation("r", "16SW00", Currency::Eur()));
  EXPECT_EQ(one, Allocations()[0]);
  EXPECT_THAT(store_.FindAllocation("r", "99ZZ00", Currency::Eur()), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(store_.FindAllocation("x", "16SW00", Currency::Eur()), IsOkAndHolds(std::nullopt));
}

TEST_P(FundingStoreTest, PagesAllocationsByRecipient) {
  ASSERT_OK(store_.Keep(Unnamed(), DraftRun("r"), Allocations()));
  ASSERT_OK_AND_ASSIGN(const auto page,
                       store_.ListAllocations("r", "16SW00", false, 1, Currency::Eur()));
  EXPECT_THAT(page, ElementsAre(Field(&Allocation::code, "16SW01")));
  ASSERT_OK_AND_ASSIGN(const auto unknown,
                       store_.ListAllocations("r", "", true, 10, Currency::Eur()));
  EXPECT_THAT(unknown, ElementsAre(Field(&Allocation::code, "16SW01")));
}

TEST_P(FundingStoreTest, TheSameRunAgainIsAnsweredAndAnotherOneIsRefused) {
  ASSERT_OK(store_.Keep(Unnamed(), DraftRun("r"), Allocations()));
  RunRow later = DraftRun("r", 1, 60);
  later.facts = "";
  ASSERT_OK_AND_ASSIGN(const RunRow again, store_.Keep(Unnamed(), later, {}));
  EXPECT_EQ(again.facts, "facts");
  EXPECT_EQ(again.create_time, DraftRun("r").create_time);
  EXPECT_THAT(store_.Keep(Unnamed(), DraftRun("r", 2), {}), HasReason("RUN_EXISTS"));
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       store_.ListAllocations("r", "", false, 10, Currency::Eur()));
  EXPECT_EQ(rows.size(), 3u);
}

TEST_P(FundingStoreTest, RacersKeepARunOnce) {
  std::vector<std::thread> racers;
  std::atomic<int> kept = 0;
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([&] {
      std::unique_ptr<sql::Database> database = place_.Open();
      const auto answer = FundingStore(*database).Keep({"Allocate", "same", "digest"},
                                                       DraftRun("r"), Allocations());
      EXPECT_OK(answer);
      if (answer.ok()) ++kept;
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(kept, 4);
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       store_.ListAllocations("r", "", false, 10, Currency::Eur()));
  EXPECT_EQ(rows.size(), 3u);
}

TEST_P(FundingStoreTest, ARunIsSupersededOnceAndBothAreKept) {
  ASSERT_OK(store_.Keep(Unnamed(), DraftRun("old"), Allocations()));
  RunRow next = DraftRun("next", 2);
  next.supersedes = "old";
  ASSERT_OK_AND_ASSIGN(const RunRow kept, store_.Keep(Unnamed(), next, {}));
  EXPECT_EQ(kept, next);
  ASSERT_OK_AND_ASSIGN(const auto old, store_.FindRun("old"));
  EXPECT_THAT(old, Optional(Field(&RunRow::superseded_by, "next")));
  EXPECT_THAT(store_.Keep(Unnamed(), next, {}), IsOkAndHolds(next));  // The same again.
  next.id = "third";
  EXPECT_THAT(store_.Keep(Unnamed(), next, {}), HasReason("NOT_SUPERSEDABLE"));
  EXPECT_THAT(store_.FindRun("third"), IsOkAndHolds(std::nullopt));
  next.supersedes = "none";
  EXPECT_THAT(store_.Keep(Unnamed(), next, {}), StatusIs(absl::StatusCode::kNotFound));
  RunRow other = DraftRun("next", 2);
  EXPECT_THAT(store_.Keep(Unnamed(), other, {}), HasReason("RUN_EXISTS"));
}

TEST_P(FundingStoreTest, OneOfManyRacersSupersedesARun) {
  ASSERT_OK(store_.Keep(Unnamed(), DraftRun("old"), Allocations()));
  std::vector<absl::Status> outcomes(4);
  {
    std::vector<std::jthread> racers;
    for (size_t i = 0; i < outcomes.size(); ++i) {
      racers.emplace_back([&, i] {
        const std::unique_ptr<sql::Database> mine = place_.Open();
        RunRow run = DraftRun(absl::StrCat("r", i), 2);
        run.supersedes = "old";
        outcomes[i] = FundingStore(*mine).Keep(Unnamed(), run, {}).status();
      });
    }
  }
  int won = 0;
  for (const absl::Status& outcome : outcomes) {
    if (outcome.ok()) {
      ++won;
    } else {
      EXPECT_THAT(outcome, HasReason("NOT_SUPERSEDABLE"));
    }
  }
  EXPECT_EQ(won, 1);
}

TEST_P(FundingStoreTest, AFailedRunLeavesNothing) {
  std::vector<Allocation> twice = Allocations();
  twice.push_back(twice[0]);
  EXPECT_THAT(store_.Keep(Unnamed(), DraftRun("r"), twice),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(store_.FindRun("r"), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(store_.ListAllocations("r", "", false, 10, Currency::Eur()), IsOkAndHolds(IsEmpty()));
  EXPECT_EQ(RowsOfRuns(), 0);
}

TEST_P(FundingStoreTest, OthersWriteWhileARunIsComputedAndNobodySeesItsBeginning) {
  const std::vector<Allocation> all = Allocations();
  const auto compute = [&](RunRow&, AllocationSink sink) -> absl::Status {
    for (size_t i = 0; i < all.size(); ++i) {
      RETURN_IF_ERROR(sink(std::span(all).subspan(i, 1)));
      EXPECT_THAT(store_.FindRun("r"), IsOkAndHolds(std::nullopt));
      EXPECT_THAT(store_.ListRecipients("r", "", 10), IsOkAndHolds(IsEmpty()));
      EXPECT_OK(store_.Publish(Unnamed(), Draft(absl::StrCat(i))));
    }
    return absl::OkStatus();
  };
  ASSERT_OK(store_.Keep(Unnamed(), DraftRun("r"), compute));
  EXPECT_THAT(store_.ListAllocations("r", "", false, 10, Currency::Eur()), IsOkAndHolds(all));
  EXPECT_EQ(RowsOfRuns(), 3);
}

// As kill -9 leaves it: whoever computed is gone and cleans up nothing.
TEST_P(FundingStoreTest, WhatWasInterruptedCountsNowhereAndIsDroppedAnHourLater) {
  const std::vector<Allocation> all = Allocations();
  ASSERT_OK(RunAttempt(*database_, "r", DraftRun("r").create_time).Add(std::span(all).first(2)));
  EXPECT_EQ(RowsOfRuns(), 2);
  EXPECT_THAT(store_.FindRun("r"), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(store_.ListAllocations("r", "", false, 10, Currency::Eur()), IsOkAndHolds(IsEmpty()));
  ASSERT_OK(store_.Keep(Unnamed(), DraftRun("r", 1, 3600), all));
  EXPECT_THAT(store_.ListAllocations("r", "", false, 10, Currency::Eur()), IsOkAndHolds(all));
  EXPECT_EQ(RowsOfRuns(), 5);  // It may be on its way yet.
  ASSERT_OK(store_.Keep(Unnamed(), DraftRun("later", 1, 3601), {}));
  EXPECT_EQ(RowsOfRuns(), 3);
  EXPECT_THAT(store_.ListAllocations("r", "", false, 10, Currency::Eur()), IsOkAndHolds(all));
}

TEST_P(FundingStoreTest, ARunThatWasTakenForDeadIsNotKept) {
  const std::vector<Allocation> all = Allocations();
  const auto compute = [&](RunRow&, AllocationSink sink) -> absl::Status {
    RETURN_IF_ERROR(sink(all));
    return store_.Keep(Unnamed(), DraftRun("later", 1, 3601), {}).status();
  };
  EXPECT_THAT(store_.Keep(Unnamed(), DraftRun("r"), compute),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(store_.FindRun("r"), IsOkAndHolds(std::nullopt));
  EXPECT_EQ(RowsOfRuns(), 0);
}

TEST_P(FundingStoreTest, ListsRunsNewestFirst) {
  ASSERT_OK(store_.Keep(Unnamed(), DraftRun("a", 1, 0), {}));
  ASSERT_OK(store_.Keep(Unnamed(), DraftRun("b", 1, 5), {}));
  ASSERT_OK(store_.Keep(Unnamed(), DraftRun("c", 1, 5), {}));
  ASSERT_OK_AND_ASSIGN(const auto page, store_.ListRuns(absl::InfiniteFuture(), "", 2));
  EXPECT_THAT(page, ElementsAre(Field(&RunRow::id, "c"), Field(&RunRow::id, "b")));
  ASSERT_OK_AND_ASSIGN(const auto rest, store_.ListRuns(page[1].create_time, "b", 2));
  EXPECT_THAT(rest, ElementsAre(Field(&RunRow::id, "a")));
}

INSTANTIATE_TEST_SUITE_P(Backends, FundingStoreTest, sql::AllBackends(), sql::BackendName);

TEST(ComponentTextTest, ReadsBackWhatItWrites) {
  const std::vector<ComponentAmount> components = {
      {0, Money{17'529'000}}, {1, std::nullopt}, {12, Money{-5}}};
  EXPECT_EQ(ToText(components), "0:17529000 1:? 12:-5");
  EXPECT_THAT(ComponentsFromText("0:17529000 1:? 12:-5", Currency::Eur()),
              IsOkAndHolds(components));
  EXPECT_THAT(ComponentsFromText("", Currency::Eur()), IsOkAndHolds(IsEmpty()));
}

TEST(ComponentTextTest, TellsDamage) {
  for (const char* text : {"0", "0:", ":5", "0:5x", "-1:5", "0:5  1:5", "x"}) {
    EXPECT_THAT(ComponentsFromText(text, Currency::Eur()), StatusIs(absl::StatusCode::kDataLoss))
        << text;
  }
}

}  // namespace
}  // namespace vg::funding
