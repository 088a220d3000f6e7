#include "services/funding/api/approval_service.h"

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/app/server.h"
#include "common/grpc/status.h"
#include "common/grpc/test_caller.h"
#include "common/grpc/type_conversions.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "services/funding/api/test_registry.h"
#include "services/funding/wiring.h"
#include "voortgang/funding/v1/approval_service.grpc.pb.h"
#include "voortgang/funding/v1/funding_service.grpc.pb.h"
#include "voortgang/funding/v1/ledger_service.grpc.pb.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;
namespace type = voortgang::type::v1;
using Funding = v1::FundingService::Stub;
using Approvals = v1::ApprovalService::Stub;
using Ledger = v1::LedgerService::Stub;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr char kAda[] = "users/ada";
constexpr char kBob[] = "users/bob";
constexpr char kCarol[] = "users/carol";
constexpr char kBookName[] = "grants/npo-schools/books/2021-2022";

class ApprovalServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 6; ++i) {
      auto& school = snapshot_.AddSchool(absl::StrCat("16SW0", i), "School", "GM0363");
      school.set_board(i < 4 ? "boards/40740" : "boards/41111");
      school.set_province(i % 2 == 0 ? "Utrecht" : "Drenthe");
      if (i == 5) school.set_sector(type::SECTOR_SECONDARY);
      AddPupils(school, type::SCHOOL_TYPE_BO, 10 * (i + 1),
                i == 3 ? type::COUNT_STATE_SUPPRESSED : type::COUNT_STATE_KNOWN);
    }
    auto started = AppServer::Start(
        TestServerOptions(),
        [this](Platform& platform) -> absl::StatusOr<Modules> {
          Modules modules;
          modules.push_back(std::make_unique<FakeRegistryModule>(snapshot_, platform));
          ASSIGN_OR_RETURN(modules.emplace_back(), MakeFunding(platform));
          return modules;
        },
        clock_);
    ASSERT_OK(started);
    server_ = *std::move(started);
    funding_ = v1::FundingService::NewStub(server_->Channel());
    approvals_ = v1::ApprovalService::NewStub(server_->Channel());
    ledger_ = v1::LedgerService::NewStub(server_->Channel());
  }

  // Calls as `caller`; as nobody in particular if it is empty.
  template <typename Stub, typename Request, typename Response>
  static absl::StatusOr<Response> Call(Stub& stub,
                                       grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                       const Request& request, const std::string& caller = "") {
    grpc::ClientContext context;
    if (!caller.empty()) rpc::CallAs(context, caller);
    Response response;
    const absl::Status status = rpc::FromGrpcStatus((stub.*method)(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  // 100 euro per pupil in ten monthly payments, out of a budget of 20,000.
  static v1::Scheme Content(int rate = 100) {
    v1::Scheme scheme;
    scheme.mutable_title()->set_nl("Regeling scholen");
    scheme.set_grant("npo-schools");
    scheme.set_school_year("2021-2022");
    *scheme.mutable_count_date() = rpc::ToProto(absl::CivilDay(2020, 10, 1));
    scheme.set_recipients(v1::RECIPIENT_KIND_SCHOOL);
    scheme.set_currency("EUR");
    scheme.set_legal_reference("Stcrt 2021-39244");
    *scheme.mutable_budget() = rpc::ToProto(Money{20'000'00});
    v1::Parameter& parameter = *scheme.add_parameters();
    parameter.set_id("rate");
    parameter.mutable_title()->set_nl("Tarief");
    parameter.mutable_value()->set_value(absl::StrCat(rate));
    parameter.set_unit("EUR/pupil");
    parameter.set_legal_reference("artikel 1");
    v1::Component& component = *scheme.add_components();
    component.set_id("bo");
    component.mutable_title()->set_nl("Basis");
    component.set_formula("rate * pupils.bo");
    component.set_legal_reference("artikel 2");
    component.mutable_rounding()->set_decimals(2);
    component.mutable_rounding()->set_rule(v1::ROUNDING_RULE_HALF_AWAY_FROM_ZERO);
    for (int i = 0; i < 10; ++i) {
      v1::Instalment& instalment = *component.add_instalments();
      *instalment.mutable_month() = rpc::ToProto(absl::CivilDay(absl::CivilMonth(2021, 9) + i));
      instalment.set_share(1);
      instalment.set_of(10);
    }
    return scheme;
  }

  // Publishes `scheme` and allocates by it, as ada.
  absl::StatusOr<v1::Run> Allocate(const std::string& run, const v1::Scheme& scheme = Content()) {
    v1::PublishSchemeRequest publish;
    publish.set_scheme_id("npo");
    *publish.mutable_content() = scheme;
    RETURN_IF_ERROR(Call(*funding_, &Funding::PublishScheme, publish, kAda).status());
    v1::AllocateRequest allocate;
    allocate.set_run_id(run);
    allocate.set_scheme_version("schemes/npo/versions/latest");
    allocate.set_snapshot("snapshots/2020-10-01");
    return Call(*funding_, &Funding::Allocate, allocate, kAda);
  }
  static v1::ApproveRunRequest Approval(const std::string& run, const std::string& id) {
    v1::ApproveRunRequest request;
    request.set_name("runs/" + run);
    request.set_approval_id(id);
    request.set_reason("in order");
    v1::Waiver& waiver = *request.add_waivers();
    waiver.set_check("UNDETERMINED_AMOUNTS");
    waiver.set_reason("counts will follow");
    return request;
  }
  absl::StatusOr<v1::Approval> Approve(const v1::ApproveRunRequest& request,
                                       const std::string& caller = kBob) {
    return Call(*approvals_, &Approvals::ApproveRun, request, caller);
  }
  absl::StatusOr<v1::Approval> Release(const std::string& name, const std::string& caller = kAda,
                                       int most = 0) {
    v1::ReleaseApprovalRequest request;
    request.set_name(name);
    request.set_reason("pay");
    request.set_max_recipients(most);
    return Call(*approvals_, &Approvals::ReleaseApproval, request, caller);
  }
  absl::StatusOr<v1::Approval> Reverse(const std::string& name,
                                       const std::string& caller = kCarol) {
    v1::ReverseApprovalRequest request;
    request.set_name(name);
    request.set_reason("a mistake");
    return Call(*approvals_, &Approvals::ReverseApproval, request, caller);
  }
  absl::StatusOr<v1::CheckRunResponse> Check(const std::string& run) {
    v1::CheckRunRequest request;
    request.set_name("runs/" + run);
    return Call(*approvals_, &Approvals::CheckRun, request);
  }
  // The names of the checks that failed.
  static std::vector<std::string> Failed(
      const google::protobuf::RepeatedPtrField<v1::Check>& checks) {
    std::vector<std::string> names;
    for (const v1::Check& check : checks) {
      if (check.state() == v1::CHECK_STATE_FAILED) names.push_back(check.name());
    }
    return names;
  }
  // Totals in euro cents by purpose.
  std::map<v1::AccountPurpose, int64_t> Totals() {
    v1::ListBalancesRequest request;
    request.set_parent(kBookName);
    request.set_totals_only(true);
    const auto response = Call(*ledger_, &Ledger::ListBalances, request);
    EXPECT_OK(response);
    std::map<v1::AccountPurpose, int64_t> totals;
    for (const v1::LedgerBalance& balance : response->balances()) {
      if (const int64_t cents = rpc::FromProto(balance.amount(), "amount")->cents; cents != 0) {
        totals[balance.purpose()] = cents;
      }
    }
    return totals;
  }

  FakeClock clock_;
  FakeSnapshot snapshot_;
  std::unique_ptr<AppServer> server_;
  std::unique_ptr<Funding> funding_;
  std::unique_ptr<Approvals> approvals_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(ApprovalServiceTest, SaysWhatStandsInTheWay) {
  ASSERT_OK(Allocate("a"));
  ASSERT_OK_AND_ASSIGN(const v1::CheckRunResponse report, Check("a"));
  EXPECT_EQ(report.checks_size(), 11);
  EXPECT_THAT(Failed(report.checks()), ElementsAre("UNDETERMINED_AMOUNTS"));
  for (const v1::Check& check : report.checks()) {
    if (check.name() != "UNDETERMINED_AMOUNTS") continue;
    EXPECT_EQ(check.count(), 1);
    EXPECT_EQ(check.findings(0).recipient(), "schools/16SW03");
  }
  EXPECT_EQ(report.recipient_count(), 5);
  EXPECT_EQ(report.total().units(), 17'000);
  EXPECT_THAT(Check("none"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ApprovalServiceTest, NobodyDecidesWithoutAName) {
  ASSERT_OK(Allocate("a"));
  const absl::Status status = Approve(Approval("a", "1"), "").status();
  EXPECT_THAT(status, HasReason("NAME_REQUIRED"));
  EXPECT_THAT(Release("runs/a/approvals/1", ""), HasReason("NAME_REQUIRED"));
  EXPECT_THAT(Reverse("runs/a/approvals/1", ""), HasReason("NAME_REQUIRED"));
}

TEST_F(ApprovalServiceTest, FourEyesLookAtEveryAmount) {
  ASSERT_OK(Allocate("a"));
  EXPECT_THAT(Approve(Approval("a", "1"), kAda), HasReason("FOUR_EYES"));
  ASSERT_OK(Approve(Approval("a", "1"), kBob));
  EXPECT_THAT(Release("runs/a/approvals/1", kBob), HasReason("FOUR_EYES"));
  ASSERT_OK(Release("runs/a/approvals/1", kAda));
  EXPECT_THAT(Reverse("runs/a/approvals/1", kAda), HasReason("FOUR_EYES"));
  ASSERT_OK_AND_ASSIGN(const v1::Approval reversed, Reverse("runs/a/approvals/1", kBob));
  EXPECT_EQ(reversed.creator(), kAda);
  EXPECT_EQ(reversed.approver(), kBob);
  EXPECT_EQ(reversed.releaser(), kAda);
  EXPECT_EQ(reversed.reverser(), kBob);
}

TEST_F(ApprovalServiceTest, AFailedCheckIsWaivedByNameWithAReason) {
  ASSERT_OK(Allocate("a"));
  v1::ApproveRunRequest request = Approval("a", "1");
  request.clear_waivers();
  EXPECT_THAT(Approve(request), HasReason("CHECKS_FAILED"));
  v1::Waiver& waiver = *request.add_waivers();
  waiver.set_check("EVERYTHING");
  waiver.set_reason("hurry");
  EXPECT_THAT(Approve(request), HasReason("UNKNOWN_CHECK"));
  waiver.set_check("UNDETERMINED_AMOUNTS");
  waiver.clear_reason();
  EXPECT_THAT(Approve(request), StatusIs(absl::StatusCode::kInvalidArgument));
  waiver.set_reason("counts will follow");
  // What passed needs no waiver, and gets none.
  waiver = *request.add_waivers();
  request.mutable_waivers(1)->set_check("OUTLIERS");
  request.mutable_waivers(1)->set_reason("fine");
  request.mutable_waivers(0)->set_check("UNDETERMINED_AMOUNTS");
  request.mutable_waivers(0)->set_reason("counts will follow");
  ASSERT_OK_AND_ASSIGN(const v1::Approval approval, Approve(request));
  ASSERT_EQ(approval.waivers_size(), 1);
  EXPECT_EQ(approval.waivers(0).reason(), "counts will follow");
  EXPECT_THAT(Failed(approval.checks()), ElementsAre("UNDETERMINED_AMOUNTS"));
  EXPECT_EQ(approval.recipient_count(), 5);
}

TEST_F(ApprovalServiceTest, ASupersededRunIsNotApprovedWhateverIsWaived) {
  v1::Scheme scheme = Content();
  scheme.mutable_parameters(0)->set_provisional(true);
  const auto approval = [](const std::string& run, const std::string& id) {
    v1::ApproveRunRequest request = Approval(run, id);
    for (const char* check : {"PROVISIONAL_PARAMETERS", "SUPERSEDED_RUN"}) {
      v1::Waiver& waiver = *request.add_waivers();
      waiver.set_check(check);
      waiver.set_reason("hurry");
    }
    return request;
  };
  ASSERT_OK(Allocate("a", scheme));
  v1::ApproveRunRequest utrecht = approval("a", "1");
  utrecht.mutable_filter()->set_province("Utrecht");
  ASSERT_OK(Approve(utrecht));
  v1::AllocateRequest later;
  later.set_run_id("b");
  later.set_scheme_version("schemes/npo/versions/latest");
  later.set_snapshot("snapshots/2020-10-01");
  later.set_supersedes("runs/a");
  ASSERT_OK(Call(*funding_, &Funding::Allocate, later, kAda));
  ASSERT_OK_AND_ASSIGN(const v1::CheckRunResponse report, Check("a"));
  EXPECT_THAT(Failed(report.checks()), testing::Contains("SUPERSEDED_RUN"));
  const absl::Status refused = Approve(approval("a", "2")).status();
  EXPECT_THAT(refused, HasReason("CHECKS_FAILED"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("runs/b took the place"));
  // What was approved before that is still paid, and the later run puts it right.
  ASSERT_OK(Release("runs/a/approvals/1"));
  EXPECT_OK(Approve(approval("b", "1")));
}

TEST_F(ApprovalServiceTest, ApprovesInBatchesByAttributeAndByName) {
  ASSERT_OK(Allocate("a"));
  v1::ApproveRunRequest request = Approval("a", "utrecht");
  request.mutable_filter()->set_province("Utrecht");
  ASSERT_OK_AND_ASSIGN(const v1::Approval utrecht, Approve(request));
  EXPECT_EQ(utrecht.recipient_count(), 3);
  EXPECT_EQ(utrecht.filter().province(), "Utrecht");
  request = Approval("a", "secondary");
  request.mutable_filter()->set_sector(type::SECTOR_SECONDARY);
  EXPECT_THAT(Approve(request), IsOk());
  request = Approval("a", "board");
  request.mutable_filter()->set_board("boards/41111");
  EXPECT_THAT(Approve(request), HasReason("NOTHING_TO_APPROVE"));  // Both are approved above.
  request = Approval("a", "list");
  request.mutable_filter()->add_recipients("schools/99ZZ99");
  EXPECT_THAT(Approve(request), HasReason("UNKNOWN_RECIPIENT"));
  request.mutable_filter()->set_recipients(0, "municipalities/GM0363");
  EXPECT_THAT(Approve(request), HasReason("UNKNOWN_RECIPIENT"));
  request.mutable_filter()->set_recipients(0, "schools/16SW01");
  ASSERT_OK_AND_ASSIGN(const v1::Approval list, Approve(request));
  EXPECT_EQ(list.recipient_count(), 1);
  ASSERT_OK_AND_ASSIGN(const v1::CheckRunResponse report, Check("a"));
  EXPECT_EQ(report.recipient_count(), 0);
  EXPECT_EQ(report.approved_count(), 5);

  v1::ListApprovalsRequest all;
  all.set_parent("runs/-");
  all.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto page, Call(*approvals_, &Approvals::ListApprovals, all));
  EXPECT_EQ(page.approvals_size(), 2);
  all.set_page_token(page.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto rest, Call(*approvals_, &Approvals::ListApprovals, all));
  EXPECT_EQ(rest.approvals_size(), 1);
  EXPECT_EQ(rest.next_page_token(), "");
}

TEST_F(ApprovalServiceTest, TheBudgetHoldsOverAllBatches) {
  v1::Scheme scheme = Content();
  *scheme.mutable_budget() = rpc::ToProto(Money{16'000'00});
  ASSERT_OK(Allocate("a", scheme));
  v1::ApproveRunRequest request = Approval("a", "1");
  request.mutable_filter()->set_province("Utrecht");  // 9,000
  ASSERT_OK(Approve(request));
  const absl::Status status = Approve(Approval("a", "2")).status();  // 8,000 more
  EXPECT_THAT(status, HasReason("CHECKS_FAILED"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("BUDGET_EXCEEDED"));
}

TEST_F(ApprovalServiceTest, TwoWhoApproveAtOnceGetOneApproval) {
  ASSERT_OK(Allocate("a"));
  std::atomic<int> won = 0, same = 0;
  std::vector<std::thread> racers;
  for (int i = 0; i < 4; ++i) {
    racers.emplace_back([&, i] {
      // Two send the same request, two another one.
      const auto answer = Approve(Approval("a", i < 2 ? "1" : "2"), i < 2 ? kBob : kCarol);
      if (answer.ok()) {
        ++won;
        return;
      }
      EXPECT_THAT(answer, HasReason("NOTHING_TO_APPROVE"));
      ++same;
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(won, 2);
  EXPECT_EQ(same, 2);
}

TEST_F(ApprovalServiceTest, ReleasesIntoABookThatAddsUp) {
  ASSERT_OK(Allocate("a"));
  ASSERT_OK(Approve(Approval("a", "1")));
  ASSERT_OK_AND_ASSIGN(v1::Approval approval, Release("runs/a/approvals/1", kAda, 2));
  EXPECT_EQ(approval.state(), v1::APPROVAL_STATE_RELEASING);
  EXPECT_EQ(approval.done_count(), 2);
  ASSERT_OK_AND_ASSIGN(approval, Release("runs/a/approvals/1", kAda));
  EXPECT_EQ(approval.state(), v1::APPROVAL_STATE_RELEASED);
  EXPECT_EQ(approval.done_count(), 5);
  EXPECT_EQ(Totals(),
            (std::map<v1::AccountPurpose, int64_t>{{v1::ACCOUNT_PURPOSE_APPROPRIATION, -20'000'00},
                                                   {v1::ACCOUNT_PURPOSE_AVAILABLE, 3'000'00},
                                                   {v1::ACCOUNT_PURPOSE_COMMITTED, 17'000'00}}));

  v1::VerifyLedgerRequest verify;
  verify.set_name(kBookName);
  ASSERT_OK_AND_ASSIGN(const auto verified, Call(*ledger_, &Ledger::VerifyLedger, verify));
  EXPECT_TRUE(verified.sound()) << verified.fault();
  EXPECT_EQ(verified.verified_count(), 6);
  ASSERT_OK_AND_ASSIGN(const auto books,
                       Call(*ledger_, &Ledger::ListBooks, v1::ListBooksRequest()));
  ASSERT_EQ(books.books_size(), 1);
  EXPECT_EQ(books.books(0).name(), kBookName);
  EXPECT_EQ(books.books(0).digest(), verified.digest());
}

TEST_F(ApprovalServiceTest, TellsTheStatementOfOneRecipient) {
  ASSERT_OK(Allocate("a"));
  ASSERT_OK(Approve(Approval("a", "1")));
  ASSERT_OK(Release("runs/a/approvals/1"));
  v1::GetStatementRequest request;
  request.set_name(kBookName);
  request.set_recipient("16SW01");
  ASSERT_OK_AND_ASSIGN(const v1::RecipientStatement statement,
                       Call(*ledger_, &Ledger::GetStatement, request));
  ASSERT_EQ(statement.entries_size(), 1);
  EXPECT_EQ(statement.entries(0).kind(), v1::LEDGER_ENTRY_KIND_ALLOCATION);
  EXPECT_EQ(statement.entries(0).actor(), kAda);
  ASSERT_EQ(statement.entries(0).postings_size(), 1);
  EXPECT_EQ(statement.entries(0).postings(0).detail(), "npo/bo");
  EXPECT_EQ(statement.balances(0).amount().units(), 2000);
  ASSERT_EQ(statement.payments_size(), 10);
  EXPECT_EQ(statement.payments(0).amount().units(), 200);
  EXPECT_EQ(statement.payments(0).state(), v1::PLANNED_PAYMENT_STATE_PLANNED);
  request.set_recipient("99ZZ99");
  EXPECT_THAT(Call(*ledger_, &Ledger::GetStatement, request),
              StatusIs(absl::StatusCode::kNotFound));
  request.set_name("grants/none/books/2021-2022");
  EXPECT_THAT(Call(*ledger_, &Ledger::GetStatement, request),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ApprovalServiceTest, PagesBalancesAndEntries) {
  ASSERT_OK(Allocate("a"));
  ASSERT_OK(Approve(Approval("a", "1")));
  ASSERT_OK(Release("runs/a/approvals/1"));
  v1::ListBalancesRequest balances;
  balances.set_parent(kBookName);
  balances.set_page_size(3);
  int seen = 0;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page, Call(*ledger_, &Ledger::ListBalances, balances));
    seen += page.balances_size();
    balances.set_page_token(page.next_page_token());
  } while (!balances.page_token().empty());
  EXPECT_EQ(seen, 7);
  v1::ListEntriesRequest entries;
  entries.set_parent(kBookName);
  entries.set_kind(v1::LEDGER_ENTRY_KIND_ALLOCATION);
  entries.set_page_size(4);
  ASSERT_OK_AND_ASSIGN(const auto first, Call(*ledger_, &Ledger::ListEntries, entries));
  EXPECT_EQ(first.entries_size(), 4);
  entries.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto rest, Call(*ledger_, &Ledger::ListEntries, entries));
  EXPECT_EQ(rest.entries_size(), 1);
  entries.set_page_token("nonsense");
  EXPECT_THAT(Call(*ledger_, &Ledger::ListEntries, entries), HasReason("PAGE_TOKEN_MISMATCH"));
}

TEST_F(ApprovalServiceTest, TellsWhatWasKnownAtAnEarlierTime) {
  ASSERT_OK(Allocate("a"));
  ASSERT_OK(Approve(Approval("a", "1")));
  const absl::Time before = clock_.Now();
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(Release("runs/a/approvals/1"));
  v1::ListBalancesRequest request;
  request.set_parent(kBookName);
  request.set_totals_only(true);
  *request.mutable_record_time() = rpc::ToProto(before);
  ASSERT_OK_AND_ASSIGN(const auto then, Call(*ledger_, &Ledger::ListBalances, request));
  EXPECT_EQ(then.balances_size(), 2);
  request.clear_record_time();
  *request.mutable_effective_date() = rpc::ToProto(absl::CivilDay(1999, 1, 1));
  ASSERT_OK_AND_ASSIGN(const auto never, Call(*ledger_, &Ledger::ListBalances, request));
  EXPECT_EQ(never.balances_size(), 0);
}

TEST_F(ApprovalServiceTest, AFinalRunCorrectsAProvisionalOne) {
  ASSERT_OK(Allocate("a"));
  ASSERT_OK(Approve(Approval("a", "1")));
  ASSERT_OK(Release("runs/a/approvals/1"));
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(Allocate("b", Content(110)));
  ASSERT_OK(Approve(Approval("b", "1")));
  ASSERT_OK(Release("runs/b/approvals/1"));
  EXPECT_EQ(Totals()[v1::ACCOUNT_PURPOSE_COMMITTED], 18'700'00);
  // The older one cannot come back unseen.
  ASSERT_OK(Reverse("runs/b/approvals/1"));
  EXPECT_EQ(Totals()[v1::ACCOUNT_PURPOSE_COMMITTED], 17'000'00);
}

TEST_F(ApprovalServiceTest, LooksForOutliersAgainstTheRunOfTheYearBefore) {
  v1::Scheme last_year = Content(50);
  last_year.set_school_year("2020-2021");
  ASSERT_OK(Allocate("last", last_year));
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(Allocate("a"));
  ASSERT_OK_AND_ASSIGN(const v1::CheckRunResponse report, Check("a"));
  EXPECT_EQ(report.previous_run(), "runs/last");
  EXPECT_THAT(Failed(report.checks()), ElementsAre("UNDETERMINED_AMOUNTS", "OUTLIERS"));
}

TEST_F(ApprovalServiceTest, SeesThatTheSnapshotIsAnotherOne) {
  ASSERT_OK(Allocate("a"));
  snapshot_.digest = std::string(64, 'b');
  ASSERT_OK_AND_ASSIGN(const v1::CheckRunResponse report, Check("a"));
  EXPECT_THAT(Failed(report.checks()),
              ElementsAre("SNAPSHOT_CHANGED", "AMOUNTS_DIFFER", "UNDETERMINED_AMOUNTS"));
  snapshot_.down = true;
  EXPECT_THAT(Check("a"), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(ApprovalServiceTest, TellsTheHistory) {
  ASSERT_OK(Allocate("a"));
  ASSERT_OK(Approve(Approval("a", "1")));
  ASSERT_OK(Release("runs/a/approvals/1"));
  ASSERT_OK(Reverse("runs/a/approvals/1"));
  v1::ListApprovalEventsRequest request;
  request.set_parent("runs/a");
  ASSERT_OK_AND_ASSIGN(const auto events,
                       Call(*approvals_, &Approvals::ListApprovalEvents, request));
  std::vector<v1::ApprovalEventKind> kinds;
  for (const v1::ApprovalEvent& event : events.events()) kinds.push_back(event.kind());
  EXPECT_THAT(
      kinds, ElementsAre(v1::APPROVAL_EVENT_KIND_APPROVED, v1::APPROVAL_EVENT_KIND_RELEASE_STARTED,
                         v1::APPROVAL_EVENT_KIND_RELEASED, v1::APPROVAL_EVENT_KIND_REVERSAL_STARTED,
                         v1::APPROVAL_EVENT_KIND_REVERSED));
  EXPECT_EQ(events.events(0).actor(), kBob);
  EXPECT_EQ(events.events(0).reason(), "in order");
  v1::GetApprovalRequest get;
  get.set_name("runs/a/approvals/1");
  ASSERT_OK_AND_ASSIGN(const v1::Approval approval,
                       Call(*approvals_, &Approvals::GetApproval, get));
  EXPECT_EQ(approval.state(), v1::APPROVAL_STATE_REVERSED);
  get.set_name("runs/a/approvals/2");
  EXPECT_THAT(Call(*approvals_, &Approvals::GetApproval, get),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ApprovalServiceTest, RefusesReleasesThatMakeNoSense) {
  ASSERT_OK(Allocate("a"));
  ASSERT_OK(Approve(Approval("a", "1")));
  v1::ReleaseApprovalRequest request;
  request.set_name("runs/a/approvals/1");
  *request.mutable_first_month() = rpc::ToProto(absl::CivilDay(2021, 11, 2));
  EXPECT_THAT(Call(*approvals_, &Approvals::ReleaseApproval, request, kAda),
              HasReason("DATE_INVALID"));
  request.clear_first_month();
  request.set_max_recipients(-1);
  EXPECT_THAT(Call(*approvals_, &Approvals::ReleaseApproval, request, kAda),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Release("runs/a/approvals/9"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Release("runs/none/approvals/9"), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace vg::funding
