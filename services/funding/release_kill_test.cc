// kill -9 at random moments of a release and of its reversal: called again it ends in the same
// state, nothing is lost and nothing is paid twice.
//
// VOORTGANG_KILLS says how often at the most on each database.

#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/auth/authenticator.h"
#include "common/digest/digest.h"
#include "common/grpc/status.h"
#include "common/grpc/type_conversions.h"
#include "common/requests/request_log.h"
#include "common/sql/migrations.h"
#include "common/testing/postgres_server.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "common/time/stopwatch.h"
#include "services/funding/domain/ledger/test_entries.h"
#include "services/funding/funding_process.h"
#include "services/funding/storage/approval_store.h"
#include "services/funding/storage/funding_store.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/payment_plan_store.h"
#include "services/funding/storage/schema.h"
#include "voortgang/funding/v1/scheme.pb.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

constexpr int kRecipients = 5000;
constexpr char kName[] = "runs/a/approvals/1";
const absl::Time kNow = absl::FromUnixSeconds(1'630'000'000);

int MostKills() {
  const char* const wanted = std::getenv("VOORTGANG_KILLS");
  return wanted == nullptr ? 6 : std::max(1, std::atoi(wanted));
}

v1::Scheme Content() {
  v1::Scheme scheme;
  scheme.set_grant("npo-schools");
  scheme.set_school_year("2021-2022");
  *scheme.mutable_count_date() = rpc::ToProto(absl::CivilDay(2020, 10, 1));
  scheme.set_recipients(v1::RECIPIENT_KIND_SCHOOL);
  scheme.set_currency("EUR");
  for (const char* id : {"bo", "score"}) {
    v1::Component& component = *scheme.add_components();
    component.set_id(id);
    component.set_formula("1");
    component.mutable_rounding()->set_decimals(2);
    component.mutable_rounding()->set_rule(v1::ROUNDING_RULE_HALF_AWAY_FROM_ZERO);
    for (int i = 0; i < 10; ++i) {
      v1::Instalment& instalment = *component.add_instalments();
      *instalment.mutable_month() = rpc::ToProto(absl::CivilDay(absl::CivilMonth(2021, 9) + i));
      instalment.set_share(1);
      instalment.set_of(10);
    }
  }
  return scheme;
}

// All that a release changes, without times.
struct State {
  std::vector<Balance> balances;
  std::vector<std::tuple<std::string, absl::CivilMonth, int64_t>> planned;
  int64_t entries = 0;

  friend bool operator==(const State&, const State&) = default;
};

class Place {
 public:
  explicit Place(const std::string& url) {
    auto database = sql::Database::Open(url);
    EXPECT_OK(database);
    database_ = *std::move(database);
  }

  // A run of which everything is approved.
  void Prepare() {
    ASSERT_OK(sql::Migrate(*database_, {kSchema, requests::kSchema}));
    FundingStore funding(*database_);
    ASSERT_OK(
        funding.Publish({"PublishScheme", "", ""}, {.scheme = "npo",
                                                    .digest = std::string(64, 'a'),
                                                    .publish_time = kNow,
                                                    .content = Content().SerializeAsString()}));
    std::vector<Allocation> allocations;
    for (int i = 0; i < kRecipients; ++i) {
      const Money bo{100'003 + 17 * i}, score{1000 + i};
      allocations.push_back({.code = absl::StrFormat("%05d", i),
                             .title = "School",
                             .amount = Money{bo.cents + score.cents},
                             .components = {{0, bo}, {1, score}},
                             .undetermined_reason = ""});
    }
    ASSERT_OK(funding.Keep({"Allocate", "", ""},
                           {.id = "a",
                            .scheme = "npo",
                            .version = 1,
                            .snapshot = "2020-10-01",
                            .create_time = kNow,
                            .facts = "",
                            .creator = "users/ada"},
                           allocations));
    Approval draft{.run = "a", .id = "1", .book = kBook, .scheme = "npo"};
    draft.creator = "users/ada";
    draft.approver = "users/bob";
    draft.approve_time = kNow;
    ASSERT_OK(ApprovalStore(*database_)
                  .Approve(draft, std::nullopt, "", absl::CivilDay(2021, 9, 1),
                           {"a", kBook, "npo", ""},
                           [](const Candidates& candidates, ApprovedSink approve, Approval&) {
                             return candidates.ForEach([&](RunRecipient& one) {
                               return approve(one.candidate.code, *one.candidate.cents);
                             });
                           }));
  }

  State Read() {
    State state;
    LedgerStore ledger(*database_);
    EXPECT_THAT(ledger.UnbalancedCents(), IsOkAndHolds(0));
    EXPECT_THAT(ledger.UnplannedCents(), IsOkAndHolds(0));
    auto verified = ledger.Verify(kBook);
    EXPECT_OK(verified);
    EXPECT_EQ(verified->fault, "");
    state.entries = verified->entries;
    state.balances = *ledger.Balances(kBook, {}, std::nullopt, std::nullopt, 1'000'000);
    const auto due =
        *PaymentPlanStore(*database_).Due(kBook, absl::CivilMonth(2030, 1), {}, 1'000'000);
    for (const PlannedPayment& payment : due) {
      state.planned.emplace_back(payment.recipient, payment.month, payment.amount.cents);
    }
    return state;
  }
  Approval Found() {
    auto found = ApprovalStore(*database_).FindByName(kName);
    EXPECT_OK(found);
    return **found;
  }

 private:
  std::unique_ptr<sql::Database> database_;
};

class ReleaseKillTest : public testing::Test {
 protected:
  ReleaseKillTest() {
    principals_ = folder_.Write(
        "principals.yaml", absl::StrCat("principals:\n"
                                        "  - {name: users/ada, roles: [treasurer], token_sha256: ",
                                        Sha256Hex("vgt_ada"),
                                        "}\n"
                                        "  - {name: users/carol, roles: [approver], token_sha256: ",
                                        Sha256Hex("vgt_carol"), "}\n"));
  }

  template <typename Request>
  static absl::Status Call(FundingProcess& process,
                           grpc::Status (v1::ApprovalService::Stub::*method)(grpc::ClientContext*,
                                                                             const Request&,
                                                                             v1::Approval*),
                           const Request& request, const std::string& token,
                           v1::Approval& approval) {
    grpc::ClientContext context;
    context.AddMetadata(auth::kAuthorizationKey, "Bearer " + token);
    return rpc::FromGrpcStatus((process.stub().*method)(&context, request, &approval));
  }
  absl::Status Release(FundingProcess& process, v1::Approval& approval) {
    v1::ReleaseApprovalRequest request;
    request.set_name(kName);
    return Call(process, &v1::ApprovalService::Stub::ReleaseApproval, request, "vgt_ada", approval);
  }
  absl::Status Reverse(FundingProcess& process, v1::Approval& approval) {
    v1::ReverseApprovalRequest request;
    request.set_name(kName);
    request.set_reason("a mistake");
    return Call(process, &v1::ApprovalService::Stub::ReverseApproval, request, "vgt_carol",
                approval);
  }

  // Calls `step` on new processes that are killed before it is done, then on one that is not.
  // Returns how many were killed in the middle.
  int Disturb(const std::string& place, std::mt19937& random, v1::ApprovalState end,
              absl::Status (ReleaseKillTest::*step)(FundingProcess&, v1::Approval&)) {
    int interrupted = 0;
    for (int kill = 0; kill < MostKills(); ++kill) {
      FundingProcess process(place, principals_);
      EXPECT_TRUE(process.answers());
      v1::Approval approval;
      absl::Status status;
      std::thread caller([&] { status = (this->*step)(process, approval); });
      LetPass(absl::Milliseconds(random() % 120));
      process.Kill();
      caller.join();
      if (status.ok()) break;  // It was faster.
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
      ++interrupted;
    }
    FundingProcess process(place, principals_);
    EXPECT_TRUE(process.answers());
    v1::Approval approval;
    EXPECT_OK((this->*step)(process, approval));
    EXPECT_EQ(approval.state(), end);
    EXPECT_EQ(approval.done_count(), kRecipients);
    return interrupted;
  }

  void Run(const std::string& undisturbed_place, const std::string& undisturbed_url,
           const std::string& place, const std::string& url) {
    Place calm(undisturbed_url), rough(url);
    ASSERT_NO_FATAL_FAILURE(calm.Prepare());
    ASSERT_NO_FATAL_FAILURE(rough.Prepare());
    v1::Approval approval;
    {
      FundingProcess process(undisturbed_place, principals_);
      ASSERT_TRUE(process.answers());
      const Stopwatch watch;
      ASSERT_OK(Release(process, approval));
      std::cout << kRecipients << " recipients with 10 payments each were released in "
                << watch.Elapsed() << "\n";
    }
    const State expected = calm.Read();
    EXPECT_EQ(expected.entries, kRecipients);
    EXPECT_EQ(expected.planned.size(), size_t{kRecipients} * 10);

    std::mt19937 random(20211001);
    const int releases =
        Disturb(place, random, v1::APPROVAL_STATE_RELEASED, &ReleaseKillTest::Release);
    EXPECT_EQ(rough.Read(), expected);
    const int reversals =
        Disturb(place, random, v1::APPROVAL_STATE_REVERSED, &ReleaseKillTest::Reverse);
    const State reversed = rough.Read();
    EXPECT_EQ(reversed.entries, 2 * kRecipients);
    EXPECT_TRUE(reversed.planned.empty());
    for (const Balance& balance : reversed.balances) EXPECT_EQ(balance.cents, 0);
    EXPECT_GT(releases + reversals, 0) << "nothing was interrupted";
    EXPECT_EQ(rough.Found().state, ApprovalState::kReversed);
  }

  const TempDir folder_;
  std::string principals_;
};

TEST_F(ReleaseKillTest, EndsInTheSameStateOnSqlite) {
  const TempDir calm, rough;
  Run("--data_dir=" + calm.path(), absl::StrCat("sqlite:", calm.File("funding.db")),
      "--data_dir=" + rough.path(), absl::StrCat("sqlite:", rough.File("funding.db")));
}

TEST_F(ReleaseKillTest, EndsInTheSameStateOnPostgres) {
  const std::string calm = PostgresServer::Shared().NewDatabase();
  const std::string rough = PostgresServer::Shared().NewDatabase();
  Run("--database_url=" + calm, calm, "--database_url=" + rough, rough);
}

}  // namespace
}  // namespace vg::funding
