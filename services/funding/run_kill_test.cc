// kill -9 while a country is allocated, and while its payment file is made: the same request again
// ends where an undisturbed program ends, to the digest, and nothing is paid twice.
//
// VOORTGANG_KILLS says how often at the most on each database.

#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/app/server.h"
#include "common/auth/authenticator.h"
#include "common/digest/digest.h"
#include "common/grpc/status.h"
#include "common/grpc/type_conversions.h"
#include "common/testing/postgres_server.h"
#include "common/testing/service_process.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "common/time/stopwatch.h"
#include "services/funding/api/test_registry.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/payee_store.h"
#include "voortgang/funding/v1/approval_service.grpc.pb.h"
#include "voortgang/funding/v1/funding_service.grpc.pb.h"
#include "voortgang/funding/v1/payment_service.grpc.pb.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

constexpr int kSchools = 12'000;
constexpr char kBookOfRun[] = "npo-schools/2021-2022";
constexpr char kIban[] = "NL86INGB0002445588";

int Kills() {
  const char* const wanted = std::getenv("VOORTGANG_KILLS");
  return wanted == nullptr ? 4 : std::max(1, std::atoi(wanted));
}

v1::PublishSchemeRequest Published() {
  v1::PublishSchemeRequest request;
  request.set_scheme_id("npo");
  v1::Scheme& scheme = *request.mutable_content();
  scheme.mutable_title()->set_nl("Regeling scholen");
  scheme.set_grant("npo-schools");
  scheme.set_school_year("2021-2022");
  *scheme.mutable_count_date() = rpc::ToProto(absl::CivilDay(2020, 10, 1));
  scheme.set_recipients(v1::RECIPIENT_KIND_SCHOOL);
  scheme.set_currency("EUR");
  scheme.set_legal_reference("Stcrt 2021-39244");
  v1::Parameter& rate = *scheme.add_parameters();
  rate.set_id("rate_bo");
  rate.mutable_title()->set_nl("Bedrag per leerling");
  rate.mutable_value()->set_value("701.16");
  rate.set_unit("EUR/pupil");
  rate.set_legal_reference("artikel 1");
  v1::Component& component = *scheme.add_components();
  component.set_id("bo");
  component.mutable_title()->set_nl("Basisbedrag");
  component.set_formula("rate_bo * pupils.bo");
  component.set_legal_reference("artikel 2");
  component.mutable_rounding()->set_decimals(2);
  component.mutable_rounding()->set_rule(v1::ROUNDING_RULE_HALF_AWAY_FROM_ZERO);
  for (int month = 0; month < 2; ++month) {
    v1::Instalment& instalment = *component.add_instalments();
    *instalment.mutable_month() = rpc::ToProto(absl::CivilDay(absl::CivilMonth(2021, 11) + month));
    instalment.set_share(1);
    instalment.set_of(2);
  }
  return request;
}

// Funding's program beside a registry of the test's.
class Program : public ServiceProcess<v1::FundingService> {
 public:
  Program(const std::string& place, const std::string& principals, int registry)
      : ServiceProcess("voortgang-funding",
                       {"--principals=" + principals, place,
                        absl::StrCat("--peers=registry=127.0.0.1:", registry)}),
        channel_(grpc::CreateChannel(address(), grpc::InsecureChannelCredentials())) {
    EXPECT_TRUE(answers());
  }

  template <typename Service, typename Request, typename Response>
  absl::Status Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                    const std::string& who, const Request& request, Response& response) {
    grpc::ClientContext context;
    context.AddMetadata(auth::kAuthorizationKey, absl::StrCat("Bearer vgt_", who));
    const auto stub = Service::NewStub(channel_);
    return rpc::FromGrpcStatus((stub.get()->*method)(&context, request, &response));
  }
  // The file of a batch; `seen` is called after each message.
  absl::StatusOr<std::pair<std::string, v1::PaymentFileSummary>> Export(
      const std::string& batch, const std::function<void()>& seen = [] {}) {
    grpc::ClientContext context;
    context.AddMetadata(auth::kAuthorizationKey, "Bearer vgt_ada");
    v1::ExportPaymentBatchRequest request;
    request.set_name(batch);
    const auto stub = v1::PaymentService::NewStub(channel_);
    const auto stream = stub->ExportPaymentBatch(&context, request);
    std::pair<std::string, v1::PaymentFileSummary> file;
    v1::ExportPaymentBatchResponse response;
    while (stream->Read(&response)) {
      file.first += response.data();
      if (response.has_summary()) file.second = response.summary();
      seen();
    }
    const absl::Status status = rpc::FromGrpcStatus(stream->Finish());
    if (!status.ok()) return status;
    return file;
  }

 private:
  std::shared_ptr<grpc::Channel> channel_;
};

// A database of funding, with and without its program.
class Place {
 public:
  Place(std::string flag, std::string url, std::string principals, int registry)
      : flag_(std::move(flag)),
        url_(std::move(url)),
        principals_(std::move(principals)),
        registry_(registry) {}

  std::unique_ptr<Program> Start() const {
    return std::make_unique<Program>(flag_, principals_, registry_);
  }
  std::unique_ptr<sql::Database> Open() const {
    auto database = sql::Database::Open(url_);
    EXPECT_OK(database);
    return *std::move(database);
  }

 private:
  const std::string flag_, url_, principals_;
  const int registry_;
};

absl::Status Allocate(Program& program, v1::Run& run) {
  v1::AllocateRequest request;
  request.set_run_id("r");
  request.set_scheme_version("schemes/npo/versions/1");
  request.set_snapshot("snapshots/2020-10-01");
  request.set_request_id("allocate-1");
  return program.Call<v1::FundingService>(&v1::FundingService::Stub::Allocate, "ada", request, run);
}

absl::Status Prepare(Program& program, v1::PaymentBatch& batch) {
  v1::CreatePaymentBatchRequest request;
  *request.mutable_period() = rpc::ToProto(absl::CivilDay(2021, 11, 1));
  request.set_currency("EUR");
  *request.mutable_execution_date() = rpc::ToProto(absl::CivilDay(2021, 11, 25));
  request.set_payer_title("OCW");
  request.mutable_payer_account()->set_iban(kIban);
  request.set_snapshot("snapshots/2020-10-01");
  request.set_request_id("batch-1");
  v1::CreatePaymentBatchResponse response;
  const absl::Status status = program.Call<v1::PaymentService>(
      &v1::PaymentService::Stub::CreatePaymentBatch, "ada", request, response);
  batch = response.payment_batch();
  return status;
}

class RunKillTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < kSchools; ++i) {
      voortgang::registry::v1::School& school =
          country_.AddSchool(absl::StrFormat("%05d", i), "De Regenboog", "GM0363");
      school.set_board("boards/40740");
      AddPupils(school, voortgang::type::v1::SCHOOL_TYPE_BO, 1 + i % 700);
    }
    auto started = AppServer::Start(
        TestServerOptions(), [this](Platform& platform) -> absl::StatusOr<Modules> {
          Modules modules;
          modules.push_back(std::make_unique<FakeRegistryModule>(country_, platform));
          return modules;
        });
    ASSERT_OK(started);
    registry_ = *std::move(started);
    principals_ = folder_.Write(
        "principals.yaml",
        absl::StrCat("principals:\n  - {name: users/ada, roles: [editor, treasurer], "
                     "token_sha256: ",
                     Sha256Hex("vgt_ada"),
                     "}\n  - {name: users/carol, roles: [approver, treasurer], token_sha256: ",
                     Sha256Hex("vgt_carol"), "}\n"));
  }

  // Calls `step` on programs that are killed at random moments, the first time when `begun` says
  // so, then on one that is not. Returns how many were killed before they answered.
  int Disturb(const Place& place, absl::Duration takes, const std::function<bool()>& begun,
              const std::function<absl::Status(Program&)>& step) {
    int interrupted = 0;
    for (int kill = 0; kill < Kills(); ++kill) {
      const std::unique_ptr<Program> program = place.Start();
      absl::Status status;
      std::thread caller([&] { status = step(*program); });
      if (kill == 0) {
        EXPECT_TRUE(WaitUntil(begun));
      } else {
        LetPass(takes * std::uniform_real_distribution<>(0, 1)(random_));
      }
      program->Kill();
      caller.join();
      if (status.ok()) break;  // It was faster.
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
      ++interrupted;
    }
    EXPECT_OK(step(*place.Start()));
    return interrupted;
  }

  // From the run to planned payments, and payees to pay to.
  static void Grant(Program& program, const Place& place) {
    v1::ApproveRunRequest approve;
    approve.set_name("runs/r");
    approve.set_approval_id("1");
    v1::Approval approval;
    ASSERT_OK(program.Call<v1::ApprovalService>(&v1::ApprovalService::Stub::ApproveRun, "carol",
                                                approve, approval));
    v1::ReleaseApprovalRequest release;
    release.set_name(approval.name());
    *release.mutable_effective_date() = rpc::ToProto(absl::CivilDay(2021, 9, 1));
    ASSERT_OK(program.Call<v1::ApprovalService>(&v1::ApprovalService::Stub::ReleaseApproval, "ada",
                                                release, approval));
    const std::unique_ptr<sql::Database> database = place.Open();
    PayeeStore payees(*database);
    const absl::Time now = absl::FromUnixSeconds(1'630'000'000);
    ASSERT_OK(payees.Propose({.id = "c", .proposed_by = "ada", .propose_time = now},
                             {{.code = "40740",
                               .title = "Stichting",
                               .account = {.iban = "NL91ABNA0417164300"},
                               .country = "NL",
                               .valid_from = absl::CivilDay(2020, 1, 1),
                               .source = "opgave"}}));
    ASSERT_OK(payees.Decide("c", {.decided_by = "grace", .decide_time = now}));
  }
  static void Authorise(Program& program, const std::string& batch) {
    v1::DecidePaymentBatchRequest request;
    request.set_name(batch);
    request.set_decision(v1::PAYMENT_BATCH_STATE_AUTHORISED);
    v1::PaymentBatch decided;
    ASSERT_OK(program.Call<v1::PaymentService>(&v1::PaymentService::Stub::DecidePaymentBatch,
                                               "carol", request, decided));
  }
  static std::vector<Balance> BalancesOf(const Place& place) {
    const std::unique_ptr<sql::Database> database = place.Open();
    LedgerStore ledger(*database);
    EXPECT_THAT(ledger.UnbalancedCents(), IsOkAndHolds(0));
    EXPECT_THAT(ledger.UnplannedCents(), IsOkAndHolds(0));
    const auto found = ledger.Verify(kBookOfRun);
    EXPECT_OK(found);
    EXPECT_EQ(found->fault, "");
    // A grant and an order each, once.
    EXPECT_EQ(found->entries, 2 * kSchools);
    return *ledger.Balances(kBookOfRun, {}, std::nullopt, std::nullopt, 1'000'000);
  }

  void Run(const Place& calm, const Place& rough) {
    v1::Run expected, run;
    v1::PaymentBatch expected_batch, batch;
    v1::PaymentFileSummary expected_file;
    const v1::PublishSchemeRequest published = Published();
    absl::Duration to_allocate, to_prepare;
    {
      const std::unique_ptr<Program> program = calm.Start();
      v1::SchemeVersion scheme;
      ASSERT_OK(program->Call<v1::FundingService>(&v1::FundingService::Stub::PublishScheme, "ada",
                                                  published, scheme));
      Stopwatch watch;
      ASSERT_OK(Allocate(*program, expected));
      to_allocate = watch.Elapsed();
      ASSERT_NO_FATAL_FAILURE(Grant(*program, calm));
      watch = Stopwatch();
      ASSERT_OK(Prepare(*program, expected_batch));
      to_prepare = watch.Elapsed();
      std::cout << kSchools << " schools were allocated in " << to_allocate
                << ", and a batch of as many payments made in " << to_prepare << "\n";
      ASSERT_NO_FATAL_FAILURE(Authorise(*program, expected_batch.name()));
      ASSERT_OK_AND_ASSIGN(const auto file, program->Export(expected_batch.name()));
      expected_file = file.second;
    }
    {
      v1::SchemeVersion scheme;
      ASSERT_OK(rough.Start()->Call<v1::FundingService>(&v1::FundingService::Stub::PublishScheme,
                                                        "ada", published, scheme));
    }
    // The first is killed while it reads the country.
    const int exports = country_.exports;
    EXPECT_GT(Disturb(
                  rough, to_allocate, [&] { return country_.exports > exports; },
                  [&](Program& program) { return Allocate(program, run); }),
              0);
    EXPECT_EQ(run.digest(), expected.digest());
    EXPECT_EQ(run.total().SerializeAsString(), expected.total().SerializeAsString());
    EXPECT_EQ(run.determined_count(), kSchools);
    ASSERT_NO_FATAL_FAILURE(Grant(*rough.Start(), rough));

    const int before = country_.exports;
    Disturb(
        rough, to_prepare, [&] { return country_.exports > before; },
        [&](Program& program) { return Prepare(program, batch); });
    EXPECT_EQ(batch.name(), expected_batch.name());
    EXPECT_EQ(batch.digest(), expected_batch.digest());
    ASSERT_NO_FATAL_FAILURE(Authorise(*rough.Start(), batch.name()));
    // Killed after the first piece of the file; what is exported then is the whole of it, once.
    {
      const std::unique_ptr<Program> program = rough.Start();
      EXPECT_THAT(program->Export(batch.name(), [&] { program->Kill(); }).status(),
                  StatusIs(absl::StatusCode::kUnavailable));
    }
    const std::unique_ptr<Program> program = rough.Start();
    ASSERT_OK_AND_ASSIGN(const auto file, program->Export(batch.name()));
    EXPECT_EQ(file.second.line_count(), kSchools);
    EXPECT_EQ(file.second.total().SerializeAsString(), expected_file.total().SerializeAsString());
    EXPECT_EQ(file.second.sha256(), Sha256Hex(file.first));
    ASSERT_OK_AND_ASSIGN(const auto again, program->Export(batch.name()));
    EXPECT_EQ(again.first, file.first);
    EXPECT_EQ(BalancesOf(rough), BalancesOf(calm));
  }

  const TempDir folder_;
  std::string principals_;
  FakeSnapshot country_;
  std::unique_ptr<AppServer> registry_;
  std::mt19937 random_{20211125};
};

TEST_F(RunKillTest, EndsWithTheSameDigestsOnSqlite) {
  const TempDir calm, rough;
  Run({"--data_dir=" + calm.path(), absl::StrCat("sqlite:", calm.File("funding.db")), principals_,
       registry_->port()},
      {"--data_dir=" + rough.path(), absl::StrCat("sqlite:", rough.File("funding.db")), principals_,
       registry_->port()});
}

TEST_F(RunKillTest, EndsWithTheSameDigestsOnPostgres) {
  const std::string calm = PostgresServer::Shared().NewDatabase();
  const std::string rough = PostgresServer::Shared().NewDatabase();
  Run({"--database_url=" + calm, calm, principals_, registry_->port()},
      {"--database_url=" + rough, rough, principals_, registry_->port()});
}

}  // namespace
}  // namespace vg::funding
