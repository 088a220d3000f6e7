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
#include "services/funding/wiring.h"
#include "voortgang/funding/v1/funding_service.grpc.pb.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;
namespace type = voortgang::type::v1;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class FundingServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    auto& first = snapshot_.AddSchool("16SW00", "De Regenboog", "GM0363");
    AddPupils(first, type::SCHOOL_TYPE_BO, 250);
    first.mutable_disadvantage_score()->set_value("100");
    AddPupils(snapshot_.AddSchool("16SW01", "De Springplank", "GM0363"), type::SCHOOL_TYPE_BO, 0,
              type::COUNT_STATE_SUPPRESSED);
    AddPupils(snapshot_.AddSchool("20AA00", "De Kim", "GM0014"), type::SCHOOL_TYPE_BO, 40);
    snapshot_.AddMunicipality("GM0014", "Groningen").mutable_disadvantage_score()->set_value("-12");
    snapshot_.AddMunicipality("GM0363", "Amsterdam");
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
    client_.emplace(server_->Channel());
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::FundingService::Stub::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const Request& request) {
    return client_->Call(method, request);
  }

  static v1::Scheme Content() {
    v1::Scheme scheme;
    scheme.mutable_title()->set_nl("Regeling scholen");
    scheme.mutable_title()->set_en("Scheme of schools");
    scheme.set_grant("npo-schools");
    scheme.set_school_year("2021-2022");
    *scheme.mutable_count_date() = rpc::ToProto(absl::CivilDay(2020, 10, 1));
    scheme.set_recipients(v1::RECIPIENT_KIND_SCHOOL);
    scheme.set_currency("EUR");
    scheme.set_legal_reference("Stcrt 2021-39244");
    AddParameter(scheme, "rate_bo", "701.160", "EUR/pupil");
    AddParameter(scheme, "rate_score", "251.16", "EUR/point");
    AddComponent(scheme, "bo", "rate_bo * pupils.bo", "pupils.bo > 0");
    AddComponent(scheme, "score", "rate_score * score", "has(score)");
    return scheme;
  }
  static v1::Scheme MunicipalContent() {
    v1::Scheme scheme = Content();
    scheme.set_recipients(v1::RECIPIENT_KIND_MUNICIPALITY);
    scheme.clear_parameters();
    scheme.clear_components();
    AddParameter(scheme, "rate", "118.11", "EUR/pupil");
    AddParameter(scheme, "rate_score", "22.64", "EUR/point");
    AddComponent(scheme, "pupils", "rate * pupils.total", "");
    AddComponent(scheme, "score", "rate_score * score", "has(score) && score > 0");
    return scheme;
  }
  static void AddParameter(v1::Scheme& scheme, const char* id, const char* value,
                           const char* unit) {
    v1::Parameter& parameter = *scheme.add_parameters();
    parameter.set_id(id);
    parameter.mutable_title()->set_nl(std::string("Tarief ") + id);
    parameter.mutable_value()->set_value(value);
    parameter.set_unit(unit);
    parameter.set_legal_reference("artikel 1");
  }
  static void AddComponent(v1::Scheme& scheme, const char* id, const char* formula,
                           const char* condition) {
    v1::Component& component = *scheme.add_components();
    component.set_id(id);
    component.mutable_title()->set_nl(std::string("Deel ") + id);
    component.set_formula(formula);
    component.set_condition(condition);
    component.mutable_rounding()->set_decimals(2);
    component.mutable_rounding()->set_rule(v1::ROUNDING_RULE_HALF_AWAY_FROM_ZERO);
    component.set_legal_reference("artikel 2");
  }

  absl::StatusOr<v1::SchemeVersion> Publish(const v1::Scheme& content,
                                            const std::string& request_id = "",
                                            const std::string& scheme_id = "npo") {
    v1::PublishSchemeRequest request;
    request.set_scheme_id(scheme_id);
    *request.mutable_content() = content;
    request.set_request_id(request_id);
    return Call(&v1::FundingService::Stub::PublishScheme, request);
  }
  static v1::AllocateRequest RunRequest(const std::string& id = "r",
                                        const std::string& version = "latest") {
    v1::AllocateRequest request;
    request.set_run_id(id);
    request.set_scheme_version("schemes/npo/versions/" + version);
    request.set_snapshot("snapshots/2020-10-01");
    return request;
  }
  absl::StatusOr<v1::Run> Allocate(const v1::AllocateRequest& request) {
    return Call(&v1::FundingService::Stub::Allocate, request);
  }
  absl::StatusOr<v1::Allocation> Allocation(const std::string& name) {
    v1::GetAllocationRequest request;
    request.set_name(name);
    return Call(&v1::FundingService::Stub::GetAllocation, request);
  }
  absl::StatusOr<v1::Explanation> Explain(const std::string& name) {
    v1::ExplainAllocationRequest request;
    request.set_name(name);
    return Call(&v1::FundingService::Stub::ExplainAllocation, request);
  }
  static std::string Amount(const google::type::Money& money) {
    return ToText(*rpc::FromProto(money, "amount"));
  }

  FakeClock clock_;
  FakeSnapshot snapshot_;
  std::unique_ptr<AppServer> server_;
  std::optional<rpc::Client<v1::FundingService>> client_;
};

TEST_F(FundingServiceTest, PublishesVersionsThatNeverChange) {
  ASSERT_OK_AND_ASSIGN(const v1::SchemeVersion first, Publish(Content()));
  EXPECT_EQ(first.name(), "schemes/npo/versions/1");
  EXPECT_EQ(first.content().parameters(0).value().value(), "701.16");
  EXPECT_THAT(first.digest(), SizeIs(64));
  EXPECT_THAT(Publish(Content()),
              IsOkAndHolds(testing::Property(&v1::SchemeVersion::name, "schemes/npo/versions/1")));
  v1::Scheme changed = Content();
  changed.mutable_parameters(0)->mutable_value()->set_value("701.17");
  ASSERT_OK_AND_ASSIGN(const v1::SchemeVersion second, Publish(changed));
  EXPECT_EQ(second.name(), "schemes/npo/versions/2");

  v1::GetSchemeVersionRequest request;
  request.set_name("schemes/npo/versions/latest");
  ASSERT_OK_AND_ASSIGN(const v1::SchemeVersion latest,
                       Call(&v1::FundingService::Stub::GetSchemeVersion, request));
  EXPECT_EQ(latest.name(), "schemes/npo/versions/2");
  request.set_name("schemes/npo/versions/1");
  ASSERT_OK_AND_ASSIGN(const v1::SchemeVersion old,
                       Call(&v1::FundingService::Stub::GetSchemeVersion, request));
  EXPECT_EQ(old.digest(), first.digest());
  for (const char* name : {"schemes/npo/versions/9", "schemes/npo/versions/01",
                           "schemes/npo/versions/x", "schemes/none/versions/latest"}) {
    request.set_name(name);
    EXPECT_THAT(Call(&v1::FundingService::Stub::GetSchemeVersion, request),
                StatusIs(absl::StatusCode::kNotFound))
        << name;
  }
}

TEST_F(FundingServiceTest, ARetriedPublicationIsAnsweredAsThen) {
  ASSERT_OK(Publish(Content(), "r1"));
  ASSERT_OK(Publish(MunicipalContent()));
  EXPECT_THAT(Publish(Content(), "r1"),
              IsOkAndHolds(testing::Property(&v1::SchemeVersion::name, "schemes/npo/versions/1")));
  EXPECT_THAT(Publish(MunicipalContent(), "r1"), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(FundingServiceTest, ChecksWithoutPublishing) {
  v1::PublishSchemeRequest request;
  request.set_scheme_id("npo");
  *request.mutable_content() = Content();
  request.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const v1::SchemeVersion checked,
                       Call(&v1::FundingService::Stub::PublishScheme, request));
  EXPECT_EQ(checked.name(), "");
  EXPECT_THAT(checked.digest(), SizeIs(64));
  v1::ListSchemeVersionsRequest list;
  list.set_parent("schemes/-");
  ASSERT_OK_AND_ASSIGN(const v1::ListSchemeVersionsResponse all,
                       Call(&v1::FundingService::Stub::ListSchemeVersions, list));
  EXPECT_EQ(all.scheme_versions_size(), 0);
}

TEST_F(FundingServiceTest, RefusesASchemeWithEveryFaultNamed) {
  v1::Scheme scheme = Content();
  scheme.set_school_year("2021-2023");
  scheme.mutable_count_date()->set_month(13);
  scheme.mutable_components(0)->set_formula("rate_bo * pupil.bo");
  scheme.mutable_components(1)->set_condition("score >");
  const absl::Status status = Publish(scheme).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(DetailsOf(status).reason, "BAD_SCHEME");
  EXPECT_THAT(status, HasViolation("content.school_year"));
  EXPECT_THAT(status, HasViolation("content.count_date"));
  EXPECT_THAT(status, HasViolation("content.components[0].formula"));
  EXPECT_THAT(status, HasViolation("content.components[1].condition"));
  EXPECT_EQ(DetailsOf(status).metadata.at("line"), "1");
  EXPECT_EQ(DetailsOf(status).metadata.at("column"), "11");
}

TEST_F(FundingServiceTest, RefusesCurrenciesUnitsMonthsAndIdsThatAreNone) {
  const auto refusal = [&](const std::function<void(v1::Scheme&)>& change) {
    v1::Scheme scheme = Content();
    change(scheme);
    return Publish(scheme).status();
  };
  EXPECT_THAT(refusal([](v1::Scheme& s) { s.set_currency("XXX"); }), HasReason("UNKNOWN_CURRENCY"));
  EXPECT_THAT(refusal([](v1::Scheme& s) { s.mutable_parameters(0)->set_unit("euro's"); }),
              HasReason("BAD_UNIT"));
  EXPECT_THAT(refusal([](v1::Scheme& s) { s.mutable_components(0)->set_formula("rate_bo"); }),
              HasReason("NOT_MONEY"));
  EXPECT_THAT(refusal([](v1::Scheme& s) {
                v1::Instalment& instalment = *s.mutable_components(0)->add_instalments();
                *instalment.mutable_month() = rpc::ToProto(absl::CivilDay(2021, 11, 15));
                instalment.set_share(1);
                instalment.set_of(1);
              }),
              HasViolation("content.components[0].instalments[0].month"));
  EXPECT_THAT(
      refusal([](v1::Scheme& s) { s.mutable_parameters(0)->mutable_value()->set_value("701,16"); }),
      StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Publish(Content(), "", "Not An Id"), HasViolation("scheme_id"));
}

TEST_F(FundingServiceTest, AllocatesToEverySchool) {
  ASSERT_OK(Publish(Content()));
  ASSERT_OK_AND_ASSIGN(const v1::Run run, Allocate(RunRequest()));
  EXPECT_EQ(run.name(), "runs/r");
  EXPECT_EQ(run.scheme_version(), "schemes/npo/versions/1");
  EXPECT_EQ(run.snapshot_digest(), snapshot_.digest);
  EXPECT_EQ(run.state(), v1::RUN_STATE_FINAL);
  EXPECT_EQ(Amount(run.total()), "EUR 228452.40");
  EXPECT_EQ(run.determined_count(), 2);
  EXPECT_EQ(run.undetermined_count(), 1);
  ASSERT_EQ(run.component_totals_size(), 2);
  EXPECT_EQ(run.component_totals(1).recipient_count(), 1);
  ASSERT_EQ(run.absent_facts_size(), 2);
  EXPECT_EQ(run.absent_facts(1).name(), "score");
  EXPECT_EQ(run.absent_facts(1).recipient_count(), 2);

  ASSERT_OK_AND_ASSIGN(const v1::Allocation known, Allocation("runs/r/allocations/16SW00"));
  EXPECT_EQ(known.recipient(), "schools/16SW00");
  EXPECT_EQ(known.title(), "De Regenboog");
  EXPECT_EQ(Amount(known.amount()), "EUR 200406.00");
  ASSERT_OK_AND_ASSIGN(const v1::Allocation unknown, Allocation("runs/r/allocations/16SW01"));
  EXPECT_FALSE(unknown.has_amount());
  EXPECT_EQ(unknown.undetermined_reason(), "pupils.bo is suppressed in the source");
  EXPECT_THAT(Allocation("runs/r/allocations/99ZZ99"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Allocation("runs/x/allocations/16SW00"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(FundingServiceTest, AllocatesToMunicipalitiesByTheBranchesInThem) {
  ASSERT_OK(Publish(MunicipalContent()));
  ASSERT_OK(Allocate(RunRequest()));
  ASSERT_OK_AND_ASSIGN(const v1::Allocation small, Allocation("runs/r/allocations/GM0014"));
  EXPECT_EQ(small.recipient(), "municipalities/GM0014");
  EXPECT_EQ(Amount(small.amount()), "EUR 4724.40");  // A score below zero takes nothing off.
  ASSERT_OK_AND_ASSIGN(const v1::Allocation large, Allocation("runs/r/allocations/GM0363"));
  EXPECT_EQ(large.undetermined_reason(),
            "pupils.total is suppressed in the source for 1 branch: 16SW01");
  ASSERT_OK_AND_ASSIGN(const v1::Explanation explained, Explain("runs/r/allocations/GM0014"));
  EXPECT_EQ(explained.components(0).formula().operands(1).source().reference(),
            "snapshots/2020-10-01/municipalities/GM0014");
  ASSERT_OK(Explain("runs/r/allocations/GM0363"));
}

TEST_F(FundingServiceTest, TheSameRunAgainIsAnsweredWithoutTheRegistry) {
  ASSERT_OK(Publish(Content()));
  v1::AllocateRequest request = RunRequest();
  request.set_request_id("r1");
  ASSERT_OK_AND_ASSIGN(const v1::Run run, Allocate(request));
  snapshot_.down = true;
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Run retried, Allocate(request));
  EXPECT_EQ(retried.SerializeAsString(), run.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const v1::Run again, Allocate(RunRequest("r", "1")));
  EXPECT_EQ(again.SerializeAsString(), run.SerializeAsString());
  EXPECT_EQ(snapshot_.exports, 1);
}

TEST_F(FundingServiceTest, ARetryAfterANewVersionIsAnsweredAsThen) {
  ASSERT_OK(Publish(Content()));
  v1::AllocateRequest request = RunRequest();
  request.set_request_id("r1");
  ASSERT_OK(Allocate(request));
  ASSERT_OK(Publish(MunicipalContent()));
  ASSERT_OK_AND_ASSIGN(const v1::Run retried, Allocate(request));
  EXPECT_EQ(retried.scheme_version(), "schemes/npo/versions/1");
  EXPECT_THAT(Allocate(RunRequest()), HasReason("RUN_EXISTS"));
  request.set_run_id("other");
  EXPECT_THAT(Allocate(request), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(FundingServiceTest, ComputesWithoutKeeping) {
  ASSERT_OK(Publish(Content()));
  v1::AllocateRequest request = RunRequest();
  request.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const v1::Run tried, Allocate(request));
  EXPECT_EQ(tried.name(), "");
  EXPECT_EQ(Amount(tried.total()), "EUR 228452.40");
  v1::GetRunRequest get;
  get.set_name("runs/r");
  EXPECT_THAT(Call(&v1::FundingService::Stub::GetRun, get), StatusIs(absl::StatusCode::kNotFound));
  request.set_validate_only(false);
  ASSERT_OK_AND_ASSIGN(const v1::Run kept, Allocate(request));
  EXPECT_EQ(kept.digest(), tried.digest());
}

TEST_F(FundingServiceTest, IsProvisionalOnAnotherCountDate) {
  snapshot_.count_year = 2021;
  ASSERT_OK(Publish(Content()));
  ASSERT_OK_AND_ASSIGN(const v1::Run run, Allocate(RunRequest()));
  EXPECT_EQ(run.state(), v1::RUN_STATE_PROVISIONAL);
}

TEST_F(FundingServiceTest, SaysWhatIsNotThere) {
  EXPECT_THAT(Allocate(RunRequest()), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Publish(Content()));
  v1::AllocateRequest request = RunRequest();
  request.set_snapshot("snapshots/1999");
  EXPECT_THAT(Allocate(request), StatusIs(absl::StatusCode::kNotFound));
  snapshot_.down = true;
  EXPECT_THAT(Allocate(RunRequest()), StatusIs(absl::StatusCode::kUnavailable));
  request.set_run_id("");
  EXPECT_THAT(Allocate(request), HasViolation("run_id"));
}

TEST_F(FundingServiceTest, ExplainsAShareOfAPotFromTheFiguresOfTheRun) {
  v1::Scheme content = Content();
  content.clear_components();
  AddParameter(content, "pot", "100", "EUR");
  AddComponent(content, "share", "", "has(score)");
  v1::Distribution& pot = *content.mutable_components(0)->mutable_distribution();
  pot.set_pot("pot");
  pot.set_by("score");
  pot.set_remainder(v1::REMAINDER_RULE_LARGEST_REMAINDER);
  AddComponent(content, "above", "pot",
               "has(score) && score > mean(score, per municipality, where has(score))");
  for (auto& school : snapshot_.schools) school.mutable_disadvantage_score()->set_value("1");
  ASSERT_OK(Publish(content));
  ASSERT_OK_AND_ASSIGN(const v1::Run run, Allocate(RunRequest()));
  EXPECT_EQ(Amount(run.total()), "EUR 100.00");
  ASSERT_EQ(run.population_figures_size(), 3);
  EXPECT_EQ(run.population_figures(0).call(), "mean(score, per municipality, where has(score))");
  EXPECT_EQ(run.population_figures(0).group(), "GM0014");
  EXPECT_EQ(run.population_figures(0).member_count(), 1);
  EXPECT_EQ(run.population_figures(2).call(), "distribution:share");
  EXPECT_EQ(run.population_figures(2).value(), "3");

  const int exports = snapshot_.exports;
  ASSERT_OK_AND_ASSIGN(const v1::Explanation first, Explain("runs/r/allocations/16SW00"));
  EXPECT_EQ(Amount(first.allocation().amount()), "EUR 33.34");
  EXPECT_EQ(first.components(0).unrounded(), "100/3");
  EXPECT_EQ(first.components(0).formula().operands(1).source().kind(), "population");
  ASSERT_OK_AND_ASSIGN(const v1::Explanation last, Explain("runs/r/allocations/20AA00"));
  EXPECT_EQ(Amount(last.allocation().amount()), "EUR 33.33");
  EXPECT_EQ(snapshot_.exports, exports) << "an explanation reads one recipient";

  ASSERT_OK_AND_ASSIGN(const auto runs,
                       Call(&v1::FundingService::Stub::ListRuns, v1::ListRunsRequest()));
  EXPECT_EQ(runs.runs(0).population_figures_size(), 0);
}

TEST_F(FundingServiceTest, ReadsAttributesOfTheRegisterAndExplainsThem) {
  v1::Scheme content = Content();
  v1::FactDeclaration& cumi = *content.add_facts();
  cumi.set_id("cumi");
  cumi.set_attribute("cumi_pupils");
  cumi.mutable_title()->set_nl("Cumi-leerlingen");
  cumi.set_type(v1::FACT_TYPE_NUMBER);
  cumi.set_unit("pupil");
  content.clear_components();
  AddComponent(content, "cumi", "rate_bo * max(0, cumi - 4)", "has(cumi)");
  (*snapshot_.schools[0].mutable_attributes())["cumi_pupils"] = "10";
  ASSERT_OK(Publish(content));
  ASSERT_OK_AND_ASSIGN(const v1::Run run, Allocate(RunRequest()));
  EXPECT_EQ(Amount(run.total()), "EUR 4206.96");
  ASSERT_OK_AND_ASSIGN(const v1::Explanation explanation, Explain("runs/r/allocations/16SW00"));
  EXPECT_THAT(explanation.DebugString(), HasSubstr("Cumi-leerlingen: 10 leerlingen, volgens het "
                                                   "register van 1 oktober 2020."));
  (*snapshot_.schools[0].mutable_attributes())["cumi_pupils"] = "tien";
  v1::AllocateRequest again = RunRequest("again");
  EXPECT_THAT(Allocate(again), HasReason("BAD_REGISTER"));
}

TEST_F(FundingServiceTest, AnswersTablesDatedValuesAndPatternsAsTheyWerePublished) {
  v1::Scheme content = Content();
  v1::Parameter& rate = *content.mutable_parameters(0);
  rate.clear_value();
  v1::DatedValue& dated = *rate.add_values();
  *dated.mutable_from() = rpc::ToProto(absl::CivilDay(2021, 8, 1));
  v1::TableEntry& entry = *dated.add_table();
  entry.set_key("bo");
  entry.mutable_value()->set_value("701.160");
  content.mutable_components(0)->set_formula("rate_bo.bo * pupils.bo");
  v1::InstalmentPattern& pattern = *content.add_instalment_patterns();
  pattern.set_id("november");
  v1::Instalment& instalment = *pattern.add_instalments();
  instalment.mutable_month()->set_year(2021);
  instalment.mutable_month()->set_month(11);
  instalment.set_share(1);
  instalment.set_of(1);
  content.mutable_components(0)->set_instalment_pattern("november");
  ASSERT_OK_AND_ASSIGN(const v1::SchemeVersion version, Publish(content));
  EXPECT_EQ(version.content().parameters(0).values(0).table(0).value().value(), "701.16");
  EXPECT_EQ(version.content().instalment_patterns(0).instalments(0).month().day(), 1);
  ASSERT_OK(Allocate(RunRequest()));
  ASSERT_OK_AND_ASSIGN(const v1::Allocation allocation, Allocation("runs/r/allocations/16SW00"));
  EXPECT_EQ(Amount(allocation.components(0).payments(0).amount()), "EUR 175290.00");
  content.mutable_components(0)->set_instalment_pattern("novembr");
  EXPECT_THAT(Publish(content), HasReason("UNKNOWN_PATTERN"));
  content.mutable_components(0)->set_instalment_pattern("november");
  content.mutable_parameters(1)->clear_value();
  EXPECT_THAT(Publish(content), HasReason("BAD_PARAMETER"));
}

TEST_F(FundingServiceTest, ComputesWithNoCountThatCannotBe) {
  ASSERT_OK(Publish(Content()));
  snapshot_.schools[0].mutable_pupil_counts(0)->mutable_count()->set_value(-5);
  EXPECT_THAT(Allocate(RunRequest()), HasReason("BAD_REGISTER"));
  snapshot_.schools[0].mutable_pupil_counts(0)->mutable_count()->set_value(5);
  snapshot_.schools[0].mutable_pupil_counts(0)->set_school_type(static_cast<type::SchoolType>(99));
  EXPECT_THAT(Allocate(RunRequest()), HasReason("BAD_REGISTER"));
}

TEST_F(FundingServiceTest, ASchoolThatIsThereTwiceIsPaidByNobody) {
  snapshot_.schools.push_back(snapshot_.schools[0]);
  ASSERT_OK(Publish(Content()));
  EXPECT_THAT(Allocate(RunRequest()), HasReason("DUPLICATE_RECIPIENT"));
}

TEST_F(FundingServiceTest, PagesThroughSchemesRunsAndAllocations) {
  ASSERT_OK(Publish(Content()));
  ASSERT_OK(Publish(MunicipalContent()));
  ASSERT_OK(Publish(Content(), "", "other"));
  v1::ListSchemeVersionsRequest schemes;
  schemes.set_parent("schemes/-");
  schemes.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(auto scheme_page,
                       Call(&v1::FundingService::Stub::ListSchemeVersions, schemes));
  ASSERT_EQ(scheme_page.scheme_versions_size(), 2);
  EXPECT_EQ(scheme_page.scheme_versions(1).name(), "schemes/npo/versions/2");
  schemes.set_page_token(scheme_page.next_page_token());
  ASSERT_OK_AND_ASSIGN(scheme_page, Call(&v1::FundingService::Stub::ListSchemeVersions, schemes));
  ASSERT_EQ(scheme_page.scheme_versions_size(), 1);
  EXPECT_EQ(scheme_page.scheme_versions(0).name(), "schemes/other/versions/1");
  EXPECT_EQ(scheme_page.next_page_token(), "");

  for (const char* id : {"a", "b", "c"}) {
    ASSERT_OK(Allocate(RunRequest(id, "1")));
    clock_.Advance(absl::Seconds(1));
  }
  v1::ListRunsRequest runs;
  runs.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(auto run_page, Call(&v1::FundingService::Stub::ListRuns, runs));
  ASSERT_EQ(run_page.runs_size(), 2);
  EXPECT_EQ(run_page.runs(0).name(), "runs/c");
  runs.set_page_token(run_page.next_page_token());
  ASSERT_OK_AND_ASSIGN(run_page, Call(&v1::FundingService::Stub::ListRuns, runs));
  ASSERT_EQ(run_page.runs_size(), 1);
  EXPECT_EQ(run_page.runs(0).name(), "runs/a");

  v1::ListAllocationsRequest allocations;
  allocations.set_parent("runs/a");
  allocations.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(auto page, Call(&v1::FundingService::Stub::ListAllocations, allocations));
  ASSERT_EQ(page.allocations_size(), 2);
  EXPECT_EQ(page.allocations(1).recipient(), "schools/16SW01");
  v1::ListAllocationsRequest next = allocations;
  next.set_page_token(page.next_page_token());
  ASSERT_OK_AND_ASSIGN(page, Call(&v1::FundingService::Stub::ListAllocations, next));
  ASSERT_EQ(page.allocations_size(), 1);
  next.set_undetermined_only(true);
  EXPECT_THAT(Call(&v1::FundingService::Stub::ListAllocations, next),
              HasReason("PAGE_TOKEN_MISMATCH"));
  allocations.set_undetermined_only(true);
  ASSERT_OK_AND_ASSIGN(page, Call(&v1::FundingService::Stub::ListAllocations, allocations));
  ASSERT_EQ(page.allocations_size(), 1);
  EXPECT_EQ(page.allocations(0).recipient(), "schools/16SW01");
  allocations.set_parent("runs/none");
  EXPECT_THAT(Call(&v1::FundingService::Stub::ListAllocations, allocations),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(FundingServiceTest, ExplainsAnAmountStepByStep) {
  v1::Scheme scheme = Content();
  scheme.mutable_parameters(1)->set_provisional(true);
  ASSERT_OK(Publish(scheme));
  ASSERT_OK_AND_ASSIGN(const v1::Run run, Allocate(RunRequest()));
  EXPECT_EQ(run.state(), v1::RUN_STATE_PROVISIONAL);
  ASSERT_OK_AND_ASSIGN(const v1::Explanation explained, Explain("runs/r/allocations/16SW00"));
  EXPECT_EQ(Amount(explained.allocation().amount()), "EUR 200406.00");
  EXPECT_EQ(explained.scheme_digest(), run.scheme_digest());
  EXPECT_EQ(explained.snapshot_digest(), run.snapshot_digest());
  ASSERT_EQ(explained.components_size(), 2);
  const v1::ComponentExplanation& bo = explained.components(0);
  EXPECT_TRUE(bo.applies());
  EXPECT_EQ(bo.condition().value(), "true");
  EXPECT_EQ(bo.formula().expression(), "rate_bo * pupils.bo");
  EXPECT_EQ(bo.formula().value(), "175290");
  EXPECT_EQ(bo.formula().unit(), "EUR");
  EXPECT_EQ(bo.unrounded(), "175290");
  EXPECT_EQ(bo.rounding().en(), "to cents, halves away from zero");
  ASSERT_EQ(bo.formula().operands_size(), 2);
  const v1::ExplanationNode& rate = bo.formula().operands(0);
  EXPECT_EQ(rate.source().kind(), "parameter");
  EXPECT_EQ(rate.source().reference(), "artikel 1");
  EXPECT_EQ(rate.unit(), "EUR/pupil");
  const v1::ExplanationNode& pupils = bo.formula().operands(1);
  EXPECT_EQ(pupils.source().kind(), "register");
  EXPECT_EQ(pupils.source().reference(), "snapshots/2020-10-01/schools/16SW00");
  EXPECT_EQ(pupils.value(), "250");
  EXPECT_TRUE(explained.components(1).formula().operands(0).source().provisional());
  EXPECT_THAT(explained.sentences(0).nl(), HasSubstr("krijgt € 200.406,00"));
  EXPECT_THAT(explained.sentences(0).en(), HasSubstr("receives €200,406.00"));
}

TEST_F(FundingServiceTest, ExplainsWhatCouldNotBeDetermined) {
  ASSERT_OK(Publish(Content()));
  ASSERT_OK(Allocate(RunRequest()));
  ASSERT_OK_AND_ASSIGN(const v1::Explanation explained, Explain("runs/r/allocations/16SW01"));
  EXPECT_FALSE(explained.allocation().has_amount());
  EXPECT_FALSE(explained.components(0).applies());
  EXPECT_EQ(explained.components(0).condition().operands(0).value(),
            "absent: suppressed in the source");
  EXPECT_THAT(explained.sentences(0).en(), HasSubstr("cannot be determined"));
}

TEST_F(FundingServiceTest, DoesNotExplainFromOtherFiguresThanTheRunsOwn) {
  ASSERT_OK(Publish(Content()));
  ASSERT_OK(Allocate(RunRequest()));
  snapshot_.digest = std::string(64, 'b');
  EXPECT_THAT(Explain("runs/r/allocations/16SW00"), HasReason("SNAPSHOT_CHANGED"));
  snapshot_.digest = std::string(64, 'a');
  snapshot_.schools[0].mutable_pupil_counts(0)->mutable_count()->set_value(251);
  EXPECT_THAT(Explain("runs/r/allocations/16SW00"), HasReason("AMOUNT_DIFFERS"));
  EXPECT_THAT(Explain("runs/r/allocations/99ZZ99"), StatusIs(absl::StatusCode::kNotFound));
  snapshot_.down = true;
  EXPECT_THAT(Explain("runs/r/allocations/16SW00"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_OK(Allocation("runs/r/allocations/16SW00"));
}

TEST_F(FundingServiceTest, ANationalRunIsReadComputedAndKept) {
  for (int i = 0; i < 9000; ++i) {
    auto& school = snapshot_.AddSchool(absl::StrCat(10 + i / 1000, "ZZ", 100 + i % 1000),
                                       "De Regenboog", "GM0363");
    AddPupils(school, type::SCHOOL_TYPE_BO, i % 700);
    school.mutable_disadvantage_score()->set_value(absl::StrCat(i % 300, ".", i % 10));
  }
  ASSERT_OK(Publish(Content()));
  ASSERT_OK_AND_ASSIGN(const v1::Run run, Allocate(RunRequest()));
  EXPECT_EQ(run.determined_count(), 9002);
}

TEST_F(FundingServiceTest, ACountryTooLargeToHoldIsReadAgainForEachPass) {
  for (int i = 0; i < 21'000; ++i) {
    auto& school = snapshot_.AddSchool(absl::StrCat(30 + i / 1000, "ZZ", 1000 + i % 1000),
                                       "De Regenboog", "GM0363");
    AddPupils(school, type::SCHOOL_TYPE_BO, 1);
    school.mutable_disadvantage_score()->set_value(absl::StrCat(100'000 + i));
  }
  v1::Scheme scheme = Content();
  AddComponent(scheme, "top", "rate_bo * pupils.bo", "top_share(score, 10 %, where has(score))");
  ASSERT_OK(Publish(scheme));
  ASSERT_OK_AND_ASSIGN(const v1::Run run, Allocate(RunRequest()));
  // To see that there are too many, for the threshold, and for the amounts.
  EXPECT_EQ(snapshot_.exports, 3);
  EXPECT_EQ(run.determined_count(), 21'002);
  EXPECT_EQ(run.undetermined_count(), 1);  // 16SW01 is suppressed.
  ASSERT_EQ(run.population_figures_size(), 1);
  const int members = static_cast<int>(run.population_figures(0).member_count());
  EXPECT_EQ(run.component_totals(2).recipient_count(), (members + 9) / 10);
  ASSERT_OK(Allocation("runs/r/allocations/50ZZ1999"));
}

TEST_F(FundingServiceTest, PlansPaymentsByMonth) {
  v1::Scheme scheme = Content();
  for (int i = 0; i < 2; ++i) {
    v1::Instalment& instalment = *scheme.mutable_components(0)->add_instalments();
    *instalment.mutable_month() = rpc::ToProto(absl::CivilDay(2021, 11 + i, 1));
    instalment.set_share(i == 0 ? 5 : 7);
    instalment.set_of(12);
  }
  ASSERT_OK(Publish(scheme));
  ASSERT_OK(Allocate(RunRequest()));
  ASSERT_OK_AND_ASSIGN(const v1::Allocation allocation, Allocation("runs/r/allocations/20AA00"));
  ASSERT_EQ(allocation.components(0).payments_size(), 2);
  EXPECT_EQ(Amount(allocation.components(0).payments(0).amount()), "EUR 11686.00");
  EXPECT_EQ(Amount(allocation.components(0).payments(1).amount()), "EUR 16360.40");
  EXPECT_EQ(allocation.components(0).payments(1).month().month(), 12);
}

}  // namespace
}  // namespace vg::funding
