#include "common/requests/request_log.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/sql/database.h"
#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"

namespace vg::requests {
namespace {

using ::testing::Optional;

const absl::Time kNow = absl::FromUnixSeconds(1'650'000'000);
constexpr sql::Migration kTables[] = {
    {1, "tables", "CREATE TABLE answer (id {identity}, body {text} NOT NULL) {strict};"}};

class RequestLogTest : public testing::TestWithParam<std::tuple<sql::TestBackend, sql::Isolation>> {
 protected:
  void SetUp() override { ASSERT_OK(sql::Migrate(*database_, {kSchema, {"test", kTables}})); }

  // Adds an answer and responds with its number.
  absl::StatusOr<std::string> Submit(sql::Database& database, const std::string& id,
                                     const std::string& body, std::string_view scope = "Submit",
                                     absl::Time now = kNow) {
    std::string response;
    RETURN_IF_ERROR(database.Write(
        [&](sql::Transaction& transaction) -> absl::Status {
          ASSIGN_OR_RETURN(
              response,
              Once(transaction, {.scope = scope, .request_id = id, .digest = body}, now,
                   [&]() -> absl::StatusOr<std::string> {
                     if (body == "bad") return absl::InvalidArgumentError("bad answer");
                     ASSIGN_OR_RETURN(
                         const auto number,
                         transaction.QueryInt64(
                             "INSERT INTO answer (body) VALUES ($1) RETURNING id", {body}));
                     return absl::StrCat("answer ", *number);
                   }));
          return absl::OkStatus();
        },
        std::get<1>(GetParam())));
    return response;
  }
  absl::StatusOr<std::optional<std::string>> Look(const std::string& id, const std::string& body) {
    std::optional<std::string> found;
    RETURN_IF_ERROR(database_->Read([&](sql::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(found,
                       Find(transaction, {.scope = "Submit", .request_id = id, .digest = body}));
      return absl::OkStatus();
    }));
    return found;
  }
  int64_t Answers() {
    int64_t count = -1;
    EXPECT_OK(database_->Read([&](sql::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(const auto number, transaction.QueryInt64("SELECT COUNT(*) FROM answer"));
      count = *number;
      return absl::OkStatus();
    }));
    return count;
  }
  absl::StatusOr<int64_t> PurgeBefore(absl::Time before, int64_t limit) {
    int64_t purged = 0;
    RETURN_IF_ERROR(database_->Write([&](sql::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(purged, Purge(transaction, before, limit));
      return absl::OkStatus();
    }));
    return purged;
  }

  sql::TestDatabase place_{std::get<0>(GetParam())};
  std::unique_ptr<sql::Database> database_ = place_.Open();
};

INSTANTIATE_TEST_SUITE_P(Backends, RequestLogTest,
                         testing::Combine(sql::AllBackends(),
                                          testing::Values(sql::Isolation::kSerializable,
                                                          sql::Isolation::kReadCommitted)),
                         [](const testing::TestParamInfo<RequestLogTest::ParamType>& info) {
                           return sql::BackendName({std::get<0>(info.param), info.index}) +
                                  (std::get<1>(info.param) == sql::Isolation::kSerializable
                                       ? "Serializable"
                                       : "ReadCommitted");
                         });

TEST_P(RequestLogTest, FindsAnAnswerWithoutRunningAnything) {
  EXPECT_THAT(Look("r1", "yes"), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(Submit(*database_, "r1", "yes"), IsOkAndHolds("answer 1"));
  EXPECT_THAT(Look("r1", "yes"), IsOkAndHolds("answer 1"));
  EXPECT_EQ(DetailsOf(Look("r1", "no").status()).reason, "REQUEST_ID_REUSED");
  EXPECT_THAT(Look("", "yes"), IsOkAndHolds(std::nullopt));
}

TEST_P(RequestLogTest, GivesARepetitionTheFirstAnswer) {
  EXPECT_THAT(Submit(*database_, "r1", "yes"), IsOkAndHolds("answer 1"));
  EXPECT_THAT(Submit(*database_, "r1", "yes"), IsOkAndHolds("answer 1"));
  EXPECT_THAT(Submit(*place_.Open(), "r1", "yes"), IsOkAndHolds("answer 1"));
  EXPECT_EQ(Answers(), 1);
}

TEST_P(RequestLogTest, RefusesOtherContentUnderAUsedId) {
  ASSERT_OK(Submit(*database_, "r1", "yes"));
  const auto reused = Submit(*database_, "r1", "no");
  EXPECT_THAT(reused, StatusIs(absl::StatusCode::kAlreadyExists, testing::HasSubstr("r1")));
  EXPECT_THAT(reused, HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(Answers(), 1);
}

TEST_P(RequestLogTest, KeepsScopesApart) {
  ASSERT_OK(Submit(*database_, "r1", "yes", "Submit"));
  ASSERT_OK(Submit(*database_, "r1", "no", "Withdraw"));
  EXPECT_EQ(Answers(), 2);
}

TEST_P(RequestLogTest, RunsARequestWithoutAnIdEveryTime) {
  EXPECT_THAT(Submit(*database_, "", "yes"), IsOkAndHolds("answer 1"));
  EXPECT_THAT(Submit(*database_, "", "yes"), IsOkAndHolds("answer 2"));
}

TEST_P(RequestLogTest, ForgetsARefusedRequest) {
  EXPECT_THAT(Submit(*database_, "r1", "bad"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_OK(Submit(*database_, "r1", "good"));
  EXPECT_EQ(Answers(), 1);
}

TEST_P(RequestLogTest, RunsTheWorkOnceForRacersWithOneId) {
  for (int round = 0; round < 5; ++round) {
    std::vector<std::thread> racers;
    std::vector<std::string> responses(6);
    for (size_t i = 0; i < responses.size(); ++i) {
      racers.emplace_back([&, i] {
        const std::unique_ptr<sql::Database> handle = place_.Open();
        const auto response = Submit(*handle, absl::StrCat("r", round), "yes");
        EXPECT_OK(response);
        responses[i] = response.value_or("");
      });
    }
    for (std::thread& racer : racers) racer.join();
    EXPECT_THAT(responses, testing::Each(responses[0]));
    EXPECT_EQ(Answers(), round + 1);
  }
}

TEST_P(RequestLogTest, AcceptsOneContentOfRacersWithOneId) {
  std::atomic<int> accepted = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> racers;
  for (int i = 0; i < 6; ++i) {
    racers.emplace_back([&, i] {
      const std::unique_ptr<sql::Database> handle = place_.Open();
      const auto response = Submit(*handle, "r", absl::StrCat("content ", i));
      if (response.ok()) ++accepted;
      if (absl::IsAlreadyExists(response.status())) ++refused;
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(refused, 5);
  EXPECT_EQ(Answers(), 1);
}

TEST_P(RequestLogTest, PurgesTheOldestAnswersFirst) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_OK(Submit(*database_, absl::StrCat("r", i), "yes", "Submit", kNow + absl::Hours(i)));
  }
  EXPECT_THAT(PurgeBefore(kNow + absl::Hours(4), 3), IsOkAndHolds(3));
  EXPECT_THAT(PurgeBefore(kNow + absl::Hours(4), 3), IsOkAndHolds(1));
  EXPECT_THAT(PurgeBefore(kNow + absl::Hours(4), 3), IsOkAndHolds(0));
  EXPECT_THAT(Submit(*database_, "r4", "yes"), IsOkAndHolds("answer 5"));
  EXPECT_THAT(Submit(*database_, "r0", "yes"), IsOkAndHolds("answer 6"));
}

}  // namespace
}  // namespace vg::requests
