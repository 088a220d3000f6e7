#include "services/funding/api/accountability_service.h"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/app/server.h"
#include "common/grpc/client.h"
#include "common/grpc/test_caller.h"
#include "common/grpc/type_conversions.h"
#include "common/requests/request_log.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "services/funding/api/test_registry.h"
#include "services/funding/domain/ledger/ledger.h"
#include "services/funding/peers/grpc_register.h"
#include "services/funding/storage/ledger_store.h"
#include "services/funding/storage/schema.h"
#include "voortgang/funding/v1/accountability_service.grpc.pb.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::AccountabilityService::Stub;

using testing::ElementsAre;
using testing::SizeIs;

class AccountabilityModule final : public Module {
 public:
  AccountabilityModule(sql::Database& database, Platform& platform)
      : store_(database),
        recoveries_(database),
        carry_overs_(database),
        register_(platform.ClientOf<voortgang::registry::v1::RegistryService>("registry")),
        service_(store_, recoveries_, carry_overs_, register_, platform.clock(),
                 platform.Pipeline(v1::AccountabilityService::service_full_name())) {}

  std::string_view name() const override { return "funding"; }
  std::vector<grpc::Service*> grpc_services() override { return {&service_}; }

 private:
  AccountabilityStore store_;
  RecoveryStore recoveries_;
  CarryOverStore carry_overs_;
  GrpcRegister register_;
  AccountabilityService service_;
};

constexpr char kHeader[] =
    "recipient,year,a,b,f,hired,reserved,mr_consent,mr_consent_date,scan,teachers,parents,"
    "version\n";

// Schools 16SW01 and 16SW02 of board 40740 have 4,000.00 and 1,000.00 of 2021-2022.
class AccountabilityServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    snapshot_.AddSchool("16SW01", "De Regenboog", "GM0363").set_board("boards/40740");
    snapshot_.AddSchool("16SW02", "De Springplank", "GM0363").set_board("boards/40740");
    snapshot_.AddSchool("21AB00", "De Kim", "GM0014").set_board("boards/77494");
    clock_.Set(absl::FromCivil(absl::CivilHour(2023, 3, 1, 12), absl::UTCTimeZone()));
    auto started = AppServer::Start(
        TestServerOptions(),
        [this](Platform& platform) -> absl::StatusOr<Modules> {
          Modules modules;
          modules.push_back(std::make_unique<FakeRegistryModule>(snapshot_, platform));
          ASSIGN_OR_RETURN(database_,
                           platform.OpenDatabase("funding", {kSchema, requests::kSchema}));
          modules.push_back(std::make_unique<AccountabilityModule>(*database_, platform));
          return modules;
        },
        clock_);
    ASSERT_OK(started);
    server_ = *std::move(started);
    client_.emplace(server_->Channel());
    Pay("16SW01", 400'000);
    Pay("16SW02", 100'000);
    Pay("21AB00", 100);
    ASSERT_OK(Publish(Rules()));
  }

  void Pay(const std::string& recipient, int64_t cents, const std::string& id = "",
           const std::string& book = "npo-schools/2021-2022") {
    const Entry entry{.id = absl::StrCat("payment:", recipient, id),
                      .kind = EntryKind::kPayment,
                      .effective = absl::CivilDay(2021, 11, 25),
                      .actor = "bank",
                      .postings = {{recipient, Purpose::kPayable, Money{-cents}, ""},
                                   {recipient, Purpose::kPaid, Money{cents}, ""}}};
    ASSERT_OK(LedgerStore(*database_).Append(book, {&entry, 1}, clock_.Now()));
  }
  static v1::AccountabilityRules Rules() {
    v1::AccountabilityRules rules;
    rules.set_currency("EUR");
    rules.set_recipients(v1::RECIPIENT_KIND_SCHOOL);
    const auto add = [&](absl::CivilDay decided, absl::CivilDay last, const char* where) {
      v1::SpendingPeriod& period = *rules.add_spending_periods();
      *period.mutable_decided_on() = rpc::ToProto(decided);
      *period.mutable_first_day() = rpc::ToProto(absl::CivilDay(2021, 8, 1));
      *period.mutable_last_day() = rpc::ToProto(last);
      period.set_legal_reference(where);
    };
    add(absl::CivilDay(2021, 8, 19), absl::CivilDay(2023, 7, 31), "Stcrt 2021-39244");
    add(absl::CivilDay(2022, 2, 25), absl::CivilDay(2025, 7, 31), "letter of 25 February 2022");
    rules.set_statement_code("NPO");
    rules.set_statement_code_provisional(true);
    const auto line = [&](v1::StatementMeasure measure, const char* title) {
      v1::StatementIndicator& indicator = *rules.add_statement_indicators();
      indicator.set_measure(measure);
      indicator.mutable_title()->set_nl(title);
    };
    line(v1::STATEMENT_MEASURE_RECEIVED, "Ontvangen");
    line(v1::STATEMENT_MEASURE_SPENT_A, "Besteed aan A");
    line(v1::STATEMENT_MEASURE_HIRED_PERCENTAGE, "Aandeel PNIL");
    line(v1::STATEMENT_MEASURE_REMAINING, "Nog te besteden");
    line(v1::STATEMENT_MEASURE_MR_CONSENT, "Instemming MR");
    line(v1::STATEMENT_MEASURE_GMR_CONSENT, "Instemming GMR");
    v1::CarryOverRule& carry = *rules.add_carry_overs();
    carry.set_school_year("2021-2022");
    carry.set_most_percentage("10");
    *carry.mutable_last_day() = rpc::ToProto(absl::CivilDay(2023, 7, 31));
    carry.set_legal_reference("article 7");
    return rules;
  }
  absl::StatusOr<v1::AccountabilityRulesVersion> Publish(const v1::AccountabilityRules& rules,
                                                         const std::string& grant = "npo-schools") {
    v1::PublishAccountabilityRulesRequest request;
    request.set_grant(grant);
    *request.mutable_content() = rules;
    return client_->Call(&Stub::PublishAccountabilityRules, request);
  }
  static v1::SubmitSpendingRequest Terms(const std::string& holder = "boards/40740") {
    v1::SubmitSpendingRequest first;
    first.mutable_terms()->set_grant("npo-schools");
    first.mutable_terms()->set_snapshot("snapshots/2020-10-01");
    first.mutable_terms()->set_holder(holder);
    return first;
  }
  absl::StatusOr<v1::SubmitSpendingResponse> Send(
      const std::vector<v1::SubmitSpendingRequest>& messages) {
    grpc::ClientContext context;
    v1::SubmitSpendingResponse response;
    const auto stream = client_->stub().SubmitSpending(&context, &response);
    for (const v1::SubmitSpendingRequest& message : messages) {
      if (!stream->Write(message)) break;
    }
    stream->WritesDone();
    if (const absl::Status status = rpc::FromGrpcStatus(stream->Finish()); !status.ok()) {
      return status;
    }
    return response;
  }
  absl::StatusOr<v1::SubmitSpendingResponse> SendCsv(const std::string& rows,
                                                     v1::SubmitSpendingRequest first = Terms()) {
    v1::SubmitSpendingRequest data;
    data.set_data(absl::StrCat(kHeader, rows));
    return Send({first, data});
  }
  v1::ListFundPositionsResponse Positions(int page_size = 0) {
    v1::ListFundPositionsRequest request;
    request.set_grant("npo-schools");
    request.set_page_size(page_size);
    auto page = client_->Call(&Stub::ListFundPositions, request);
    EXPECT_OK(page);
    return *std::move(page);
  }
  static std::string Text(const google::type::Money& money) {
    return ToDecimal(*rpc::FromProto(money, "amount"));
  }

  FakeClock clock_;
  FakeSnapshot snapshot_;
  sql::Database* database_ = nullptr;
  std::unique_ptr<AppServer> server_;
  std::optional<rpc::Client<v1::AccountabilityService>> client_;
};

constexpr char kGood[] = "16SW01,2022,3000,500,0,875,100,given,2021-10-01,yes,study day,evening,\n";

TEST_F(AccountabilityServiceTest, TakesAFileOfABoard) {
  ASSERT_OK_AND_ASSIGN(const auto response, SendCsv(kGood));
  EXPECT_EQ(response.accepted_count(), 1);
  EXPECT_EQ(response.refused_count(), 0);
  EXPECT_THAT(response.unreported(), ElementsAre("schools/16SW02 2022"));
  const v1::ListFundPositionsResponse positions = Positions(1);
  ASSERT_THAT(positions.fund_positions(), SizeIs(1));
  const v1::FundPosition& position = positions.fund_positions(0);
  EXPECT_EQ(position.recipient(), "schools/16SW01");
  EXPECT_EQ(Text(position.received()), "4000.00");
  EXPECT_EQ(Text(position.spent()), "3500.00");
  EXPECT_EQ(Text(position.reserved()), "100.00");
  EXPECT_EQ(Text(position.remaining()), "400.00");
  EXPECT_EQ(Text(positions.total().received()), "5001.00");
  EXPECT_EQ(positions.spending_until().year(), 2025);
  EXPECT_NE(positions.next_page_token(), "");
}

TEST_F(AccountabilityServiceTest, TakesReportsInAStreamAndTellsTheShareOfHiredStaff) {
  v1::SubmitSpendingRequest message;
  v1::SpendingReport& report = *message.mutable_report();
  report.set_recipient("schools/16SW01");
  report.set_year(2022);
  v1::CategorySpending& part = *report.add_spending();
  part.set_category(v1::SPENDING_CATEGORY_B);
  *part.mutable_amount() = rpc::ToProto(Money{300});
  *report.mutable_hired() = rpc::ToProto(Money{100});
  ASSERT_OK_AND_ASSIGN(const auto response, Send({Terms(""), message}));
  EXPECT_EQ(response.accepted_count(), 1);
  std::vector<std::string> warnings;
  for (const v1::SpendingFinding& finding : response.findings()) {
    EXPECT_FALSE(finding.refused());
    warnings.push_back(finding.reason());
  }
  EXPECT_THAT(warnings, ElementsAre("MR_CONSENT_MISSING", "INVOLVEMENT_MISSING", "SCAN_MISSING"));
  v1::ListSpendingReportsRequest request;
  request.set_grant("npo-schools");
  ASSERT_OK_AND_ASSIGN(const auto listed, client_->Call(&Stub::ListSpendingReports, request));
  ASSERT_THAT(listed.spending_reports(), SizeIs(1));
  EXPECT_EQ(listed.spending_reports(0).hired_percentage(), "100/3");
  EXPECT_EQ(listed.spending_reports(0).holder(), "boards/40740");
  EXPECT_EQ(Text(listed.spending_reports(0).total()), "3.00");
}

TEST_F(AccountabilityServiceTest, SaysAtOnceAllThatIsWrongAndKeepsNothing) {
  const std::string rows = absl::StrCat(kGood, "21AB00,2022,1,0,0,0,0,given,2021-10-01,yes,t,p,\n",
                                        "16SW02,2022,x,0,0,0,0,given,2021-10-01,yes,t,p,\n",
                                        "16SW02,2019,0,0,1,0,0,given,2021-10-01,yes,t,p,\n");
  ASSERT_OK_AND_ASSIGN(const auto response, SendCsv(rows));
  EXPECT_EQ(response.accepted_count(), 0);
  EXPECT_EQ(response.refused_count(), 3);
  std::vector<std::string> reasons;
  for (const v1::SpendingFinding& finding : response.findings()) {
    reasons.push_back(absl::StrCat(finding.line(), " ", finding.reason()));
  }
  EXPECT_THAT(reasons, ElementsAre("4 BAD_AMOUNT", "3 NOT_OF_HOLDER", "5 OUTSIDE_SPENDING_PERIOD",
                                   "5 FACILITIES_ALONE"));
  EXPECT_EQ(Text(Positions().total().spent()), "0.00");
  v1::SubmitSpendingRequest skipping = Terms();
  skipping.mutable_terms()->set_skip_refused(true);
  ASSERT_OK_AND_ASSIGN(const auto skipped, SendCsv(rows, skipping));
  EXPECT_EQ(skipped.accepted_count(), 1);
  EXPECT_EQ(Text(Positions().total().spent()), "3500.00");
}

// What may be spent in 2024 depends on when it is asked: the period was extended in February 2022.
TEST_F(AccountabilityServiceTest, KnowsThePeriodOfTheDay) {
  clock_.Set(absl::FromCivil(absl::CivilHour(2021, 12, 1, 12), absl::UTCTimeZone()));
  EXPECT_EQ(Positions().spending_until().year(), 2023);
  clock_.Set(absl::FromCivil(absl::CivilHour(2022, 2, 25, 12), absl::UTCTimeZone()));
  EXPECT_EQ(Positions().spending_until().year(), 2025);
}

TEST_F(AccountabilityServiceTest, MakesTheStatementOfABoard) {
  ASSERT_OK(SendCsv(kGood));
  v1::GetAccountabilityStatementRequest request;
  request.set_grant("npo-schools");
  request.set_holder("boards/40740");
  request.set_year(2022);
  request.set_snapshot("snapshots/2020-10-01");
  ASSERT_OK_AND_ASSIGN(const v1::AccountabilityStatement statement,
                       client_->Call(&Stub::GetAccountabilityStatement, request));
  EXPECT_TRUE(statement.code_provisional());
  EXPECT_EQ(statement.rules(), "accountabilityRules/npo-schools/versions/1");
  EXPECT_THAT(statement.unreported(), ElementsAre("schools/16SW02"));
  ASSERT_THAT(statement.parts(), SizeIs(3));
  const v1::StatementPart& total = statement.parts(2);
  EXPECT_EQ(total.recipient(), "");
  ASSERT_THAT(total.lines(), SizeIs(6));
  EXPECT_EQ(total.lines(0).number(), "NPO/01");
  EXPECT_EQ(Text(total.lines(0).amount()), "5000.00");
  EXPECT_EQ(Text(total.lines(1).amount()), "3000.00");
  EXPECT_EQ(total.lines(2).percentage(), "25");
  EXPECT_EQ(Text(total.lines(3).amount()), "1400.00");
  EXPECT_EQ(statement.parts(0).lines(4).text().en(), "given on 2021-10-01");
  EXPECT_EQ(statement.parts(1).lines(4).text().nl(), "geen verslag");
  EXPECT_EQ(total.lines(4).text().nl(), "gegeven bij 1 van 2");
  EXPECT_EQ(statement.parts(0).lines(5).text().en(), "not needed");
  EXPECT_EQ(total.lines(5).text().en(), "given at 0 of 0");
  request.set_holder("boards/99999");
  EXPECT_THAT(client_->Call(&Stub::GetAccountabilityStatement, request),
              HasReason("NO_MONEY_OF_GRANT"));
  request.clear_snapshot();
  EXPECT_THAT(client_->Call(&Stub::GetAccountabilityStatement, request),
              HasReason("SNAPSHOT_REQUIRED"));
}

// The four lines that both kinds of holders account for, in the manner of SiSa.
v1::AccountabilityRules SisaRules(v1::AccountabilityRules rules, v1::RecipientKind kind) {
  rules.set_recipients(kind);
  rules.clear_carry_overs();
  rules.set_statement_code(kind == v1::RECIPIENT_KIND_SCHOOL ? "NPO" : "D14");
  rules.clear_statement_indicators();
  for (const auto measure : {v1::STATEMENT_MEASURE_SPENT_IN_YEAR, v1::STATEMENT_MEASURE_SPENT,
                             v1::STATEMENT_MEASURE_RECEIVED, v1::STATEMENT_MEASURE_REMAINING}) {
    v1::StatementIndicator& indicator = *rules.add_statement_indicators();
    indicator.set_measure(measure);
    indicator.mutable_title()->set_nl(v1::StatementMeasure_Name(measure));
  }
  return rules;
}

// Whatever was paid and spent over two school years: the statements of all boards, and of all
// municipalities, add up to what the ledger's books hold.
TEST_F(AccountabilityServiceTest, SisaStatementsOfAllHoldersAddUpToThePostings) {
  constexpr char kSchoolBook[] = "npo-schools/2022-2023";
  ASSERT_OK(Publish(SisaRules(Rules(), v1::RECIPIENT_KIND_SCHOOL)));
  ASSERT_OK(Publish(SisaRules(Rules(), v1::RECIPIENT_KIND_MUNICIPALITY), "npo-municipalities"));
  Pay("16SW01", 33'301, "later", kSchoolBook);
  Pay("21AB00", 250'007, "later", kSchoolBook);
  Pay("GM0363", 1'200'001, "", "npo-municipalities/2021-2022");
  Pay("GM0363", 300'002, "later", "npo-municipalities/2022-2023");
  Pay("GM0014", 70'003, "", "npo-municipalities/2021-2022");
  ASSERT_OK(SendCsv(kGood));
  ASSERT_OK(SendCsv("21AB00,2022,7.13,1,0,0,0,given,2021-10-01,yes,t,p,\n", Terms("boards/77494")));
  for (const auto& [municipality, cents] : {std::pair("GM0363", 1'250'009), {"GM0014", 11}}) {
    v1::SubmitSpendingRequest report = Terms(absl::StrCat("municipalities/", municipality));
    report.mutable_terms()->set_grant("npo-municipalities");
    v1::SubmitSpendingRequest message;
    message.mutable_report()->set_recipient(absl::StrCat("municipalities/", municipality));
    message.mutable_report()->set_year(2022);
    v1::CategorySpending& part = *message.mutable_report()->add_spending();
    part.set_category(v1::SPENDING_CATEGORY_UNCLASSIFIED);
    *part.mutable_amount() = rpc::ToProto(Money{cents});
    ASSERT_OK_AND_ASSIGN(const auto answer, Send({report, message}));
    ASSERT_EQ(answer.accepted_count(), 1);
  }

  const auto cents_of = [](const v1::StatementLine& line) {
    return rpc::FromProto(line.amount(), "amount")->cents;
  };
  const auto of_books = [&](const std::string& grant, std::initializer_list<Purpose> purposes) {
    int64_t cents = 0;
    for (const char* year : {"/2021-2022", "/2022-2023"}) {
      const auto totals = LedgerStore(*database_).Totals(grant + year, {});
      EXPECT_OK(totals);
      for (const Balance& total : *totals) {
        if (std::ranges::find(purposes, total.account.purpose) != purposes.end()) {
          cents += total.cents;
        }
      }
    }
    return cents;
  };
  for (const auto& [grant, code, holders] :
       {std::tuple<std::string, std::string, std::vector<std::string>>{
            "npo-schools", "NPO", {"boards/40740", "boards/77494"}},
        {"npo-municipalities", "D14", {"municipalities/GM0014", "municipalities/GM0363"}}}) {
    std::vector<int64_t> sums(4);
    for (const std::string& holder : holders) {
      v1::GetAccountabilityStatementRequest request;
      request.set_grant(grant);
      request.set_holder(holder);
      request.set_year(2023);  // By its end all is told that is in the books.
      request.set_snapshot("snapshots/2020-10-01");
      ASSERT_OK_AND_ASSIGN(const v1::AccountabilityStatement whole,
                           client_->Call(&Stub::GetAccountabilityStatement, request));
      request.set_year(2022);
      ASSERT_OK_AND_ASSIGN(const v1::AccountabilityStatement statement,
                           client_->Call(&Stub::GetAccountabilityStatement, request));
      EXPECT_EQ(statement.code(), code);
      const v1::StatementPart& total = *statement.parts().rbegin();
      ASSERT_THAT(total.lines(), SizeIs(4));
      EXPECT_EQ(total.lines(0).number(), code + "/01");
      EXPECT_EQ(cents_of(whole.parts().rbegin()->lines(0)), 0);
      for (int line = 0; line < 4; ++line) {
        // The total is the sum of the recipients, line by line.
        int64_t sum = 0;
        for (int i = 0; i + 1 < statement.parts_size(); ++i) {
          sum += cents_of(statement.parts(i).lines(line));
        }
        EXPECT_EQ(cents_of(total.lines(line)), sum) << holder << " " << line;
        sums[line] += sum;
      }
    }
    EXPECT_EQ(sums[0], of_books(grant, {Purpose::kSpent})) << grant;
    EXPECT_EQ(sums[1], of_books(grant, {Purpose::kSpent})) << grant;
    EXPECT_EQ(sums[2], of_books(grant, {Purpose::kSpent, Purpose::kPaid})) << grant;
    const int64_t reserved = grant == "npo-schools" ? 10'000 : 0;
    EXPECT_EQ(sums[3], of_books(grant, {Purpose::kPaid}) - reserved) << grant;
  }
}

TEST_F(AccountabilityServiceTest, PagesThroughWhatRecipientsHave) {
  v1::ListFundPositionsRequest request;
  request.set_grant("npo-schools");
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto first, client_->Call(&Stub::ListFundPositions, request));
  EXPECT_THAT(first.fund_positions(), SizeIs(2));
  EXPECT_EQ(Text(first.total().received()), "5001.00");
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto second, client_->Call(&Stub::ListFundPositions, request));
  ASSERT_THAT(second.fund_positions(), SizeIs(1));
  EXPECT_EQ(second.fund_positions(0).recipient(), "schools/21AB00");
  EXPECT_FALSE(second.has_total());
  EXPECT_EQ(second.next_page_token(), "");
}

// A tenth of what was received moves, the rest of what is unspent is claimed; and back.
TEST_F(AccountabilityServiceTest, CarriesOverAsTheRulesSayAndUndoesIt) {
  ASSERT_OK(SendCsv(kGood));
  v1::CarryOverUnspentRequest request;
  request.set_carry_over_id("npo-2021-2022");
  request.set_grant("npo-schools");
  request.set_school_year("2021-2022");
  EXPECT_THAT(client_->Call(&Stub::CarryOverUnspent, request), HasReason("NAME_REQUIRED"));
  const auto carry = [&]() -> absl::StatusOr<v1::CarryOverUnspentResponse> {
    grpc::ClientContext context;
    rpc::CallAs(context, "users/treasurer");
    v1::CarryOverUnspentResponse response;
    const absl::Status status =
        rpc::FromGrpcStatus(client_->stub().CarryOverUnspent(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  };
  clock_.Set(absl::FromCivil(absl::CivilHour(2022, 7, 31, 12), absl::UTCTimeZone()));
  EXPECT_THAT(carry(), HasReason("CARRY_OVER_TOO_EARLY"));
  clock_.Set(absl::FromCivil(absl::CivilHour(2023, 8, 1, 12), absl::UTCTimeZone()));
  EXPECT_THAT(carry(), HasReason("CARRY_OVER_TOO_LATE"));
  clock_.Set(absl::FromCivil(absl::CivilHour(2023, 3, 1, 12), absl::UTCTimeZone()));
  request.set_school_year("2022-2023");
  EXPECT_THAT(carry(), HasReason("NO_CARRY_OVER_RULE"));
  request.set_school_year("2021-2022");
  request.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const auto proposal, carry());
  EXPECT_EQ(proposal.carry_over().name(), "");
  request.set_validate_only(false);
  ASSERT_OK_AND_ASSIGN(const auto carried, carry());
  EXPECT_EQ(Text(carried.carry_over().total()), "500.10");
  EXPECT_EQ(Text(carried.carry_over().claimed()), "1000.90");
  EXPECT_EQ(carried.carry_over().recovery(), "recoveries/npo-2021-2022");
  EXPECT_EQ(carried.carry_over().next_school_year(), "2022-2023");
  ASSERT_THAT(carried.carry_over_lines(), SizeIs(3));
  EXPECT_EQ(Text(carried.carry_over_lines(0).carried()), "400.00");
  EXPECT_EQ(Text(Positions().total().recoverable()), "1000.90");
  ASSERT_OK_AND_ASSIGN(const auto again, carry());
  EXPECT_EQ(again.SerializeAsString(), carried.SerializeAsString());

  // What was carried over and not spent by the last day of the rule is claimed back, before the
  // spending period ends.
  v1::RecoverUnspentRequest recover;
  recover.set_recovery_id("expired");
  recover.set_grant("npo-schools");
  EXPECT_THAT(client_->Call(&Stub::RecoverUnspent, recover), HasReason("RECOVERY_TOO_EARLY"));
  clock_.Set(absl::FromCivil(absl::CivilHour(2023, 8, 1, 12), absl::UTCTimeZone()));
  recover.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const auto expired, client_->Call(&Stub::RecoverUnspent, recover));
  EXPECT_EQ(Text(expired.recovery().total()), "500.10");

  v1::ReverseCarryOverRequest undo;
  undo.set_name("carryOvers/npo-2021-2022");
  undo.set_reason("wrong year");
  grpc::ClientContext context;
  rpc::CallAs(context, "users/treasurer");
  v1::CarryOver undone;
  ASSERT_OK(rpc::FromGrpcStatus(client_->stub().ReverseCarryOver(&context, undo, &undone)));
  EXPECT_EQ(undone.reverser(), "users/treasurer");
  EXPECT_EQ(Text(Positions().total().recoverable()), "0.00");
  EXPECT_EQ(Text(Positions().total().remaining()), "1401.00");
}

TEST_F(AccountabilityServiceTest, RecoversAfterTheEndOfThePeriodAndNotBefore) {
  ASSERT_OK(SendCsv(kGood));
  v1::RecoverUnspentRequest request;
  request.set_recovery_id("npo-schools-2025");
  request.set_grant("npo-schools");
  EXPECT_THAT(client_->Call(&Stub::RecoverUnspent, request), HasReason("RECOVERY_TOO_EARLY"));
  request.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const auto proposal, client_->Call(&Stub::RecoverUnspent, request));
  EXPECT_EQ(proposal.recovery().name(), "");
  EXPECT_EQ(Text(proposal.recovery().total()), "1501.00");
  request.set_validate_only(false);
  clock_.Set(absl::FromCivil(absl::CivilHour(2025, 8, 1, 0), absl::UTCTimeZone()));
  ASSERT_OK_AND_ASSIGN(const auto claimed, client_->Call(&Stub::RecoverUnspent, request));
  EXPECT_EQ(claimed.recovery().name(), "recoveries/npo-schools-2025");
  ASSERT_OK_AND_ASSIGN(const auto again, client_->Call(&Stub::RecoverUnspent, request));
  EXPECT_EQ(again.SerializeAsString(), claimed.SerializeAsString());

  v1::SettleRecoveryRequest settle;
  settle.set_name("recoveries/npo-schools-2025");
  settle.set_recipient("schools/16SW02");
  *settle.mutable_amount() = rpc::ToProto(Money{100'000});
  *settle.mutable_date() = rpc::ToProto(absl::CivilDay(2025, 9, 1));
  settle.set_reference("bank-1");
  ASSERT_OK(client_->Call(&Stub::SettleRecovery, settle));
  ASSERT_OK(client_->Call(&Stub::SettleRecovery, settle));
  v1::ListRecoveryLinesRequest list;
  list.set_parent("recoveries/npo-schools-2025");
  ASSERT_OK_AND_ASSIGN(const auto lines, client_->Call(&Stub::ListRecoveryLines, list));
  EXPECT_THAT(lines.recovery_lines(), SizeIs(3));
  EXPECT_EQ(Text(lines.recovery().recovered()), "1000.00");
}

TEST_F(AccountabilityServiceTest, NamesWhatIsWrongWithRules) {
  v1::AccountabilityRules rules = Rules();
  rules.mutable_spending_periods()->SwapElements(0, 1);
  EXPECT_THAT(Publish(rules), HasReason("BAD_ORDER"));
  v1::ListFundPositionsRequest request;
  request.set_grant("none");
  EXPECT_THAT(client_->Call(&Stub::ListFundPositions, request),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace vg::funding
