#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/app/server.h"
#include "common/grpc/client.h"
#include "common/grpc/type_conversions.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "services/funding/api/test_registry.h"
#include "services/funding/domain/explanation/explanation_verifier.h"
#include "services/funding/wiring.h"
#include "voortgang/funding/v1/funding_analysis_service.grpc.pb.h"
#include "voortgang/funding/v1/funding_service.grpc.pb.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;
namespace type = voortgang::type::v1;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

int64_t CentsOf(const google::type::Money& money) {
  return money.units() * 100 + money.nanos() / 10'000'000;
}

void AddParameter(v1::Scheme& scheme, const char* id, const char* value, const char* unit) {
  v1::Parameter& parameter = *scheme.add_parameters();
  parameter.set_id(id);
  parameter.mutable_title()->set_nl(std::string("Tarief ") + id);
  parameter.mutable_value()->set_value(value);
  parameter.set_unit(unit);
  parameter.set_legal_reference("artikel 1");
}

void AddComponent(v1::Scheme& scheme, const char* id, const char* formula, const char* condition) {
  v1::Component& component = *scheme.add_components();
  component.set_id(id);
  component.mutable_title()->set_nl(std::string("Deel ") + id);
  component.set_formula(formula);
  component.set_condition(condition);
  component.mutable_rounding()->set_decimals(2);
  component.mutable_rounding()->set_rule(v1::ROUNDING_RULE_HALF_AWAY_FROM_ZERO);
  component.set_legal_reference("artikel 2");
}

v1::Scheme SchoolContent() {
  v1::Scheme scheme;
  scheme.mutable_title()->set_nl("Regeling scholen");
  scheme.set_grant("npo-schools");
  scheme.set_school_year("2021-2022");
  *scheme.mutable_count_date() = rpc::ToProto(absl::CivilDay(2021, 10, 1));
  scheme.set_recipients(v1::RECIPIENT_KIND_SCHOOL);
  scheme.set_currency("EUR");
  scheme.set_legal_reference("Stcrt 2021-39244");
  AddParameter(scheme, "rate_bo", "701.16", "EUR/pupil");
  AddParameter(scheme, "rate_score", "251.16", "EUR/point");
  AddComponent(scheme, "bo", "rate_bo * pupils.bo", "pupils.bo > 0");
  AddComponent(scheme, "score", "rate_score * score", "has(score)");
  return scheme;
}

v1::Scheme MunicipalContent() {
  v1::Scheme scheme = SchoolContent();
  scheme.set_grant("npo-municipalities");
  scheme.set_recipients(v1::RECIPIENT_KIND_MUNICIPALITY);
  scheme.clear_parameters();
  scheme.clear_components();
  AddParameter(scheme, "rate", "118.11", "EUR/pupil");
  AddComponent(scheme, "pupils", "rate * pupils.total", "");
  return scheme;
}

class FundingAnalysisServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    auto& first = before_.AddSchool("16SW00", "De Regenboog", "GM0363");
    AddPupils(first, type::SCHOOL_TYPE_BO, 250);
    first.mutable_disadvantage_score()->set_value("100");
    first.set_province("Noord-Holland");
    auto& rows = *first.add_fact_sources();
    rows.set_fact("pupils.bo");
    rows.set_file_name("leerlingen.csv");
    rows.add_lines(345);
    AddPupils(before_.AddSchool("16SW01", "De Springplank", "GM0363"), type::SCHOOL_TYPE_BO, 50);
    AddPupils(before_.AddSchool("20AA00", "De Kim", "GM0014"), type::SCHOOL_TYPE_BO, 40);
    before_.AddMunicipality("GM0014", "Groningen");
    before_.AddMunicipality("GM0363", "Amsterdam");
    after_.name = "snapshots/2021-10-01";
    after_.digest = std::string(64, 'b');
    after_.count_year = 2021;
    auto& grown = after_.AddSchool("16SW00", "De Regenboog", "GM0363");
    AddPupils(grown, type::SCHOOL_TYPE_BO, 290);
    grown.mutable_disadvantage_score()->set_value("90");
    AddPupils(after_.AddSchool("20AA00", "De Kim", "GM0014"), type::SCHOOL_TYPE_BO, 40);
    AddPupils(after_.AddSchool("30AA00", "De Nieuwe", "GM0014"), type::SCHOOL_TYPE_BO, 10);
    after_.AddMunicipality("GM0014", "Groningen");
    after_.AddMunicipality("GM0363", "Amsterdam");
    before_.later = &after_;
    auto& merger = before_.changes.emplace_back();
    merger.set_school("schools/16SW01");
    merger.set_kind(voortgang::registry::v1::SCHOOL_CHANGE_KIND_MERGED);
    merger.set_after("schools/16SW00");
    auto started = AppServer::Start(
        TestServerOptions(),
        [this](Platform& platform) -> absl::StatusOr<Modules> {
          Modules modules;
          modules.push_back(std::make_unique<FakeRegistryModule>(before_, platform));
          ASSIGN_OR_RETURN(modules.emplace_back(), MakeFunding(platform));
          return modules;
        },
        clock_);
    ASSERT_OK(started);
    server_ = *std::move(started);
    funding_.emplace(server_->Channel());
    client_.emplace(server_->Channel());
    Publish("npo", SchoolContent());
  }

  void Publish(const std::string& id, const v1::Scheme& content) {
    v1::PublishSchemeRequest request;
    request.set_scheme_id(id);
    *request.mutable_content() = content;
    ASSERT_OK(funding_->Call(&v1::FundingService::Stub::PublishScheme, request));
  }
  static v1::AllocateRequest RunRequest(const std::string& id, const std::string& snapshot,
                                        const std::string& scheme = "npo") {
    v1::AllocateRequest request;
    request.set_run_id(id);
    request.set_scheme_version("schemes/" + scheme + "/versions/latest");
    request.set_snapshot("snapshots/" + snapshot);
    return request;
  }
  absl::StatusOr<v1::Run> Allocate(const v1::AllocateRequest& request) {
    return funding_->Call(&v1::FundingService::Stub::Allocate, request);
  }
  absl::StatusOr<v1::Run> Run(const std::string& id) {
    v1::GetRunRequest request;
    request.set_name("runs/" + id);
    return funding_->Call(&v1::FundingService::Stub::GetRun, request);
  }
  absl::StatusOr<v1::SimulateResponse> Simulate(const v1::SimulateRequest& request) {
    return client_->Call(&v1::FundingAnalysisService::Stub::Simulate, request);
  }
  absl::StatusOr<v1::WhatIfResponse> WhatIf(const v1::WhatIfRequest& request) {
    return client_->Call(&v1::FundingAnalysisService::Stub::WhatIf, request);
  }

  struct Comparison {
    std::vector<v1::AmountDifference> differences;
    v1::ComparisonSummary summary;
  };
  absl::StatusOr<Comparison> Compare(const v1::CompareRunsRequest& request) {
    const auto context = rpc::NewClientContext(absl::InfiniteDuration());
    const auto reader = client_->stub().CompareRuns(context.get(), request);
    Comparison comparison;
    v1::CompareRunsResponse message;
    while (reader->Read(&message)) {
      for (const auto& difference : message.differences()) {
        comparison.differences.push_back(difference);
      }
      if (message.has_summary()) comparison.summary = message.summary();
    }
    const absl::Status status = rpc::FromGrpcStatus(reader->Finish());
    if (!status.ok()) return status;
    return comparison;
  }
  static v1::CompareRunsRequest Runs(const std::string& before, const std::string& after) {
    v1::CompareRunsRequest request;
    request.set_before("runs/" + before);
    request.set_after("runs/" + after);
    return request;
  }

  FakeSnapshot after_;
  FakeSnapshot before_;
  FakeClock clock_;
  std::unique_ptr<AppServer> server_;
  std::optional<rpc::Client<v1::FundingService>> funding_;
  std::optional<rpc::Client<v1::FundingAnalysisService>> client_;
};

TEST_F(FundingAnalysisServiceTest, SaysWhatASchoolWouldGetWithOtherPupils) {
  v1::SimulateRequest request;
  request.set_scheme_version("schemes/npo/versions/latest");
  request.set_snapshot("snapshots/2020-10-01");
  request.set_recipient("schools/16SW00");
  (*request.mutable_facts())["pupils.bo"] = "260";
  ASSERT_OK_AND_ASSIGN(const auto answer, Simulate(request));
  EXPECT_FALSE(answer.has_run());
  const v1::Explanation& explanation = answer.explanation();
  EXPECT_EQ(CentsOf(explanation.allocation().amount()), 260 * 70116 + 100 * 25116);
  EXPECT_EQ(explanation.allocation().name(), "");
  EXPECT_EQ(explanation.allocation().recipient(), "schools/16SW00");
  EXPECT_EQ(explanation.scheme_version(), "schemes/npo/versions/1");
  EXPECT_EQ(explanation.components(0).formula().operation(), "*");
}

TEST_F(FundingAnalysisServiceTest, SaysWhatAMadeUpSchoolWouldGetByADraft) {
  v1::SimulateRequest request;
  *request.mutable_scheme() = SchoolContent();
  v1::ParameterValue& rate = *request.add_parameters();
  rate.set_name("rate_bo");
  rate.mutable_value()->set_value("500");
  (*request.mutable_facts())["pupils.bo"] = "10";
  before_.down = true;  // Nothing is asked of the registry.
  ASSERT_OK_AND_ASSIGN(const auto answer, Simulate(request));
  EXPECT_EQ(CentsOf(answer.explanation().allocation().amount()), 500'000);
  EXPECT_EQ(answer.explanation().allocation().recipient(), "");
  EXPECT_EQ(answer.explanation().scheme_version(), "");
}

TEST_F(FundingAnalysisServiceTest, SimulatesAllAsTheRunTheyWouldBe) {
  v1::SimulateRequest request;
  request.set_scheme_version("schemes/npo/versions/1");
  request.set_snapshot("snapshots/2020-10-01");
  ASSERT_OK_AND_ASSIGN(const auto answer, Simulate(request));
  ASSERT_OK_AND_ASSIGN(const v1::Run run, Allocate(RunRequest("r", "2020-10-01")));
  EXPECT_EQ(answer.run().name(), "");
  EXPECT_EQ(answer.run().digest(), run.digest());
  EXPECT_EQ(answer.run().total().units(), run.total().units());
}

TEST_F(FundingAnalysisServiceTest, RefusesSimulationsThatMeanNothing) {
  v1::SimulateRequest request;
  EXPECT_THAT(Simulate(request), HasReason("REQUIRED"));
  request.set_scheme_version("schemes/none/versions/1");
  request.set_snapshot("snapshots/2020-10-01");
  EXPECT_THAT(Simulate(request), StatusIs(absl::StatusCode::kNotFound));
  request.set_scheme_version("schemes/npo/versions/1");
  request.set_recipient("schools/99ZZ00");
  EXPECT_THAT(Simulate(request), StatusIs(absl::StatusCode::kNotFound));
  request.set_recipient("municipalities/GM0363");
  EXPECT_THAT(Simulate(request), HasReason("WRONG_RECIPIENT"));
  request.set_recipient("schools/16SW00");
  (*request.mutable_facts())["colour"] = "red";
  EXPECT_THAT(Simulate(request), HasReason("UNKNOWN_FACT"));
  request.clear_facts();
  request.clear_snapshot();
  EXPECT_THAT(Simulate(request), HasReason("SNAPSHOT_NEEDED"));
  request.set_snapshot("snapshots/2020-10-01");
  v1::ParameterValue& rate = *request.add_parameters();
  rate.set_name("rate_vo");
  rate.mutable_value()->set_value("1");
  EXPECT_THAT(Simulate(request), HasReason("UNKNOWN_PARAMETER"));
}

TEST_F(FundingAnalysisServiceTest, ExportsAnExplanationThatNeedsNobodyToBeChecked) {
  ASSERT_OK(Allocate(RunRequest("r", "2020-10-01")));
  v1::ExportExplanationRequest request;
  request.set_name("runs/r/allocations/16SW00");
  ASSERT_OK_AND_ASSIGN(
      const auto file,
      client_->Call(&v1::FundingAnalysisService::Stub::ExportExplanation, request));
  EXPECT_EQ(file.file_name(), "r-16SW00.json");
  ASSERT_OK_AND_ASSIGN(const VerifiedExplanation verification, VerifyExplanation(file.content()));
  EXPECT_TRUE(verification.agrees());
  EXPECT_THAT(file.content(), HasSubstr("leerlingen.csv"));
  request.set_name("runs/r/allocations/99ZZ00");
  EXPECT_THAT(client_->Call(&v1::FundingAnalysisService::Stub::ExportExplanation, request),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(FundingAnalysisServiceTest, ExportsAllRecipientsWhereOneIsHeldAgainstTheOthers) {
  v1::Scheme scheme = SchoolContent();
  scheme.mutable_components(0)->set_condition("top_share(pupils.total, 100 %)");
  Publish("top", scheme);
  ASSERT_OK(Allocate(RunRequest("t", "2020-10-01", "top")));
  v1::ExportExplanationRequest request;
  request.set_name("runs/t/allocations/16SW00");
  const auto export_and_verify = [&]() -> absl::StatusOr<VerifiedExplanation> {
    ASSIGN_OR_RETURN(const auto file,
                     client_->Call(&v1::FundingAnalysisService::Stub::ExportExplanation, request));
    return VerifyExplanation(file.content());
  };
  const auto trusted = [](const VerifiedExplanation& verification) {
    return std::ranges::count(verification.findings, VerifiedItem::Outcome::kNotChecked,
                              &VerifiedItem::outcome);
  };
  ASSERT_OK_AND_ASSIGN(const VerifiedExplanation alone, export_and_verify());
  EXPECT_TRUE(alone.agrees());
  EXPECT_GT(trusted(alone), 0);
  request.set_with_population(true);
  ASSERT_OK_AND_ASSIGN(const VerifiedExplanation whole, export_and_verify());
  EXPECT_TRUE(whole.agrees());
  EXPECT_EQ(trusted(whole), 0);
}

TEST_F(FundingAnalysisServiceTest, ExportsWhatAMunicipalityIsMadeOf) {
  Publish("gem", MunicipalContent());
  ASSERT_OK(Allocate(RunRequest("g", "2020-10-01", "gem")));
  v1::ExportExplanationRequest request;
  request.set_name("runs/g/allocations/GM0363");
  ASSERT_OK_AND_ASSIGN(
      const auto file,
      client_->Call(&v1::FundingAnalysisService::Stub::ExportExplanation, request));
  EXPECT_THAT(file.content(), HasSubstr("schools/16SW01"));
  ASSERT_OK_AND_ASSIGN(const VerifiedExplanation verification, VerifyExplanation(file.content()));
  EXPECT_TRUE(verification.agrees());
}

TEST_F(FundingAnalysisServiceTest, ExplainsWhereAndWhenAnInputWasRead) {
  ASSERT_OK(Allocate(RunRequest("r", "2020-10-01")));
  v1::ExplainAllocationRequest request;
  request.set_name("runs/r/allocations/16SW00");
  ASSERT_OK_AND_ASSIGN(const v1::Explanation explanation,
                       funding_->Call(&v1::FundingService::Stub::ExplainAllocation, request));
  const v1::ExplanationSource& pupils = explanation.components(0).formula().operands(1).source();
  EXPECT_EQ(pupils.name(), "pupils.bo");
  EXPECT_EQ(pupils.count_date().year(), 2020);
  ASSERT_EQ(pupils.rows_size(), 1);
  EXPECT_EQ(pupils.rows(0).file_name(), "leerlingen.csv");
  EXPECT_THAT(pupils.rows(0).lines(), ElementsAre(345));
  EXPECT_EQ(explanation.components(0).formula().operands(0).source().holds_on().year(), 2021);
  bool told = false;
  for (const auto& sentence : explanation.sentences()) {
    told = told || sentence.nl().find("leerlingen.csv, regel 345") != std::string::npos;
  }
  EXPECT_TRUE(told);
}

TEST_F(FundingAnalysisServiceTest, TellsWhyTwoRunsDifferToTheCent) {
  ASSERT_OK(Allocate(RunRequest("a", "2020-10-01")));
  ASSERT_OK(Allocate(RunRequest("b", "2021-10-01")));
  ASSERT_OK_AND_ASSIGN(const Comparison comparison, Compare(Runs("a", "b")));
  std::vector<std::string> told;
  int64_t sum = 0;
  for (const v1::AmountDifference& difference : comparison.differences) {
    int64_t parts = 0;
    for (const v1::Attribution& attribution : difference.attributions()) {
      parts += CentsOf(attribution.amount());
      told.push_back(absl::StrCat(difference.recipient(), " ", attribution.component(), " ",
                                  v1::CauseKind_Name(attribution.cause().kind()), " ",
                                  attribution.cause().name(), " ", CentsOf(attribution.amount())));
    }
    EXPECT_EQ(parts, CentsOf(difference.difference()));
    sum += parts;
  }
  EXPECT_THAT(told, ElementsAre("schools/16SW00 bo CAUSE_KIND_INPUT pupils.bo -701160",
                                "schools/16SW00 bo CAUSE_KIND_MERGER schools/16SW01 3505800",
                                "schools/16SW00 score CAUSE_KIND_INPUT score -251160",
                                "schools/16SW01  CAUSE_KIND_MERGER schools/16SW00 -3505800",
                                "schools/30AA00  CAUSE_KIND_OPENING  701160"));
  EXPECT_EQ(CentsOf(comparison.summary.difference()), sum);
  EXPECT_EQ(comparison.summary.changed_count(), 3);
  EXPECT_EQ(comparison.summary.unchanged_count(), 1);
  int64_t by_cause = 0;
  for (const v1::CauseTotal& cause : comparison.summary.causes())
    by_cause += CentsOf(cause.amount());
  EXPECT_EQ(by_cause, sum);
  EXPECT_THAT(comparison.summary.sentences(), SizeIs(testing::Gt(1)));
}

TEST_F(FundingAnalysisServiceTest, ComparesOneRecipientAndARunWithItself) {
  ASSERT_OK(Allocate(RunRequest("a", "2020-10-01")));
  ASSERT_OK(Allocate(RunRequest("b", "2021-10-01")));
  v1::CompareRunsRequest one = Runs("a", "b");
  one.add_recipients("schools/20AA00");
  one.set_unchanged(true);
  ASSERT_OK_AND_ASSIGN(const Comparison of_one, Compare(one));
  ASSERT_THAT(of_one.differences, SizeIs(1));
  EXPECT_EQ(of_one.differences[0].attributions_size(), 0);
  ASSERT_OK_AND_ASSIGN(const Comparison same, Compare(Runs("a", "a")));
  EXPECT_THAT(same.differences, SizeIs(0));
  EXPECT_EQ(same.summary.causes_size(), 0);
  EXPECT_EQ(same.summary.unchanged_count(), 3);
}

TEST_F(FundingAnalysisServiceTest, RefusesToCompareWhatCannotBe) {
  ASSERT_OK(Allocate(RunRequest("a", "2020-10-01")));
  EXPECT_THAT(Compare(Runs("a", "none")), StatusIs(absl::StatusCode::kNotFound));
  Publish("gem", MunicipalContent());
  ASSERT_OK(Allocate(RunRequest("g", "2020-10-01", "gem")));
  EXPECT_THAT(Compare(Runs("a", "g")), HasReason("RUNS_NOT_COMPARABLE"));
  v1::CompareRunsRequest wrong = Runs("a", "a");
  wrong.add_recipients("municipalities/GM0363");
  EXPECT_THAT(Compare(wrong), HasReason("WRONG_RECIPIENT"));
  before_.digest = std::string(64, 'c');
  EXPECT_THAT(Compare(Runs("a", "a")), HasReason("SNAPSHOT_CHANGED"));
}

TEST_F(FundingAnalysisServiceTest, DoesNotCompareAmountsThatAreNotTheRunsOwn) {
  ASSERT_OK(Allocate(RunRequest("a", "2020-10-01")));
  before_.schools[0].mutable_pupil_counts(0)->mutable_count()->set_value(251);
  EXPECT_THAT(Compare(Runs("a", "a")), HasReason("AMOUNT_DIFFERS"));
}

TEST_F(FundingAnalysisServiceTest, TellsWinnersAndLosersByAnyAttribute) {
  ASSERT_OK(Allocate(RunRequest("a", "2020-10-01")));
  v1::WhatIfRequest request;
  request.set_run("runs/a");
  v1::ParameterValue& rate = *request.add_parameters();
  rate.set_name("rate_bo");
  rate.mutable_value()->set_value("750");
  v1::ParameterValue& score = *request.add_parameters();
  score.set_name("rate_score");
  score.mutable_value()->set_value("0");
  for (const char* attribute :
       {"province", "sector", "denomination", "size", "score_quintile", "board", "municipality"}) {
    request.add_attributes(attribute);
  }
  ASSERT_OK_AND_ASSIGN(const auto answer, WhatIf(request));
  EXPECT_EQ(answer.all().recipient_count(), 3);
  EXPECT_EQ(answer.all().winner_count(), 2);
  EXPECT_EQ(answer.all().loser_count(), 1);
  EXPECT_EQ(CentsOf(answer.all().difference()),
            CentsOf(answer.all().gain()) + CentsOf(answer.all().loss()));
  EXPECT_EQ(answer.all().largest_loss().recipient(), "schools/16SW00");
  ASSERT_EQ(answer.tables_size(), 7);
  EXPECT_EQ(answer.tables(3).attribute(), "size");
  ASSERT_EQ(answer.tables(3).rows_size(), 2);
  EXPECT_EQ(answer.tables(3).rows(0).value(), "1-99");
  EXPECT_EQ(answer.tables(3).rows(0).winner_count(), 2);
  for (const v1::ChangeTable& table : answer.tables()) {
    int64_t counted = 0;
    int64_t difference = 0;
    for (const v1::ChangeRow& row : table.rows()) {
      counted += row.recipient_count();
      difference += CentsOf(row.difference());
      ASSERT_EQ(row.band_counts_size(), answer.bands_size());
    }
    EXPECT_EQ(counted, 3) << table.attribute();
    EXPECT_EQ(difference, CentsOf(answer.all().difference()));
  }
  ASSERT_EQ(answer.largest_gains_size(), 2);
  EXPECT_EQ(answer.largest_gains(0).recipient(), "schools/16SW01");
  EXPECT_EQ(answer.largest_losses_size(), 1);
  EXPECT_EQ(answer.largest_losses(0).attributions_size(), 2);
  EXPECT_EQ(answer.run().scheme_version(), "");
}

TEST_F(FundingAnalysisServiceTest, HoldsARunAgainstAnotherSnapshotAndADraft) {
  ASSERT_OK(Allocate(RunRequest("a", "2020-10-01")));
  v1::WhatIfRequest request;
  request.set_run("runs/a");
  request.set_snapshot("snapshots/2021-10-01");
  ASSERT_OK_AND_ASSIGN(const auto newer, WhatIf(request));
  EXPECT_EQ(newer.all().recipient_count(), 4);
  EXPECT_EQ(newer.run().scheme_version(), "schemes/npo/versions/1");
  request.clear_snapshot();
  *request.mutable_scheme() = SchoolContent();
  request.mutable_scheme()->mutable_budget()->set_currency_code("EUR");
  request.mutable_scheme()->mutable_budget()->set_units(1);
  ASSERT_OK_AND_ASSIGN(const auto draft, WhatIf(request));
  EXPECT_EQ(draft.summary().causes_size(), 0);
  EXPECT_GT(draft.above_budget().units(), 0);
  request.add_attributes("colour");
  EXPECT_THAT(WhatIf(request), HasReason("UNKNOWN_ATTRIBUTE"));
  request.mutable_scheme()->mutable_components(0)->set_formula("rate_bo");
  EXPECT_THAT(WhatIf(request), HasReason("BAD_SCHEME"));
}

TEST_F(FundingAnalysisServiceTest, AFinalRunTakesThePlaceOfAProvisionalOne) {
  ASSERT_OK_AND_ASSIGN(const v1::Run provisional, Allocate(RunRequest("p", "2020-10-01")));
  EXPECT_EQ(provisional.state(), v1::RUN_STATE_PROVISIONAL);
  EXPECT_EQ(provisional.calculator_version(), 1);
  EXPECT_FALSE(provisional.build_version().empty());
  v1::AllocateRequest request = RunRequest("f", "2021-10-01");
  request.set_supersedes("runs/p");
  ASSERT_OK_AND_ASSIGN(const v1::Run final_run, Allocate(request));
  EXPECT_EQ(final_run.state(), v1::RUN_STATE_FINAL);
  EXPECT_EQ(final_run.supersedes(), "runs/p");
  ASSERT_OK_AND_ASSIGN(const v1::Run superseded, Run("p"));
  EXPECT_EQ(superseded.state(), v1::RUN_STATE_SUPERSEDED);
  EXPECT_EQ(superseded.superseded_by(), "runs/f");
  EXPECT_EQ(superseded.digest(), provisional.digest());
  EXPECT_THAT(Allocate(request), IsOk());  // The same again.
  request.set_run_id("f2");
  EXPECT_THAT(Allocate(request), HasReason("NOT_SUPERSEDABLE"));
  request.set_run_id("f");
  request.clear_supersedes();
  EXPECT_THAT(Allocate(request), HasReason("RUN_EXISTS"));
}

TEST_F(FundingAnalysisServiceTest, OnlyAProvisionalRunOfTheSameGrantAndYearIsSuperseded) {
  ASSERT_OK(Allocate(RunRequest("p", "2020-10-01")));
  ASSERT_OK(Allocate(RunRequest("f", "2021-10-01")));
  v1::AllocateRequest request = RunRequest("x", "2021-10-01");
  request.set_supersedes("runs/f");
  EXPECT_THAT(Allocate(request), HasReason("NOT_SUPERSEDABLE"));
  request.set_supersedes("runs/none");
  EXPECT_THAT(Allocate(request), StatusIs(absl::StatusCode::kNotFound));
  const auto refused = [&](const std::function<void(v1::Scheme&)>& change) {
    v1::Scheme other = SchoolContent();
    change(other);
    Publish("other", other);
    v1::AllocateRequest by_other = RunRequest("x", "2021-10-01", "other");
    by_other.set_supersedes("runs/p");
    return Allocate(by_other).status();
  };
  EXPECT_THAT(refused([](v1::Scheme& scheme) { scheme.set_grant("other"); }),
              HasReason("NOT_SUPERSEDABLE"));
  EXPECT_THAT(refused([](v1::Scheme& scheme) { scheme.set_school_year("2022-2023"); }),
              HasReason("NOT_SUPERSEDABLE"));
  EXPECT_THAT(refused([](v1::Scheme& scheme) { scheme = MunicipalContent(); }),
              HasReason("NOT_SUPERSEDABLE"));
}

}  // namespace
}  // namespace vg::funding
