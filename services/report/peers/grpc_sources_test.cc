#include "services/report/peers/grpc_sources.h"

#include <memory>

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::report {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace funding = voortgang::funding::v1;
namespace indicators = voortgang::indicators::v1;
namespace registry = voortgang::registry::v1;
namespace survey = voortgang::survey::v1;

using grpc::ServerContext;
using grpc::Status;
using ::testing::ElementsAre;
using ::testing::SizeIs;

const Status kNone(grpc::StatusCode::NOT_FOUND, "there is none");

struct Registry final : registry::RegistryService::Service {
  Status GetSnapshot(ServerContext*, const registry::GetSnapshotRequest* request,
                     registry::Snapshot* response) override {
    if (request->name() != "snapshots/one") return kNone;
    response->set_digest("5na9");
    return Status::OK;
  }
  // Two pages of one municipality each.
  Status ListMunicipalities(ServerContext*, const registry::ListMunicipalitiesRequest* request,
                            registry::ListMunicipalitiesResponse* response) override {
    registry::Municipality& municipality = *response->add_municipalities();
    const bool first = request->page_token().empty();
    municipality.set_municipality(first ? "municipalities/GM0001" : "municipalities/GM0002");
    municipality.set_title(first ? "Een" : "Twee");
    if (first) response->set_next_page_token("more");
    return Status::OK;
  }
};

struct Survey final : survey::SurveyService::Service {
  Status GetWave(ServerContext*, const survey::GetWaveRequest*, survey::Wave* wave) override {
    wave->set_snapshot("snapshots/one");
    wave->add_questionnaires()->set_questionnaire_version("questionnaires/staff/versions/2");
    return Status::OK;
  }
  Status GetWaveProgress(ServerContext*, const survey::GetWaveProgressRequest*,
                         survey::WaveProgress* progress) override {
    survey::RoleProgress& role = *progress->add_roles();
    role.set_role(survey::ROLE_STAFF);
    role.set_population_units(10);
    role.set_complete_units(4);
    role.set_complete_responses(9);
    return Status::OK;
  }
  Status GetQuestionnaireVersion(ServerContext*,
                                 const survey::GetQuestionnaireVersionRequest* request,
                                 survey::QuestionnaireVersion* version) override {
    version->set_name(request->name());
    version->set_digest("d1");
    survey::Section& section = *version->mutable_content()->add_sections();
    survey::Question& single = *section.add_questions();
    single.set_id("stage");
    survey::Option& option = *single.mutable_single()->add_options();
    option.set_id("started");
    option.mutable_label()->set_nl("Begonnen");
    survey::Question& matrix = *section.add_questions();
    matrix.set_id("effect");
    matrix.mutable_matrix()->add_rows()->set_id("wellbeing");
    survey::Option& column = *matrix.mutable_matrix()->add_options();
    column.set_id("positive");
    column.mutable_label()->set_nl("Positief");
    return Status::OK;
  }
};

struct Catalogue final : catalogue::CatalogueService::Service {
  Status GetMenuEdition(ServerContext*, const catalogue::GetMenuEditionRequest*,
                        catalogue::MenuEdition* menu) override {
    menu->set_digest("3e4u");
    catalogue::Intervention& intervention = *menu->add_interventions();
    intervention.set_id("tutoring");
    intervention.mutable_title()->set_nl("Bijles");
    return Status::OK;
  }
};

struct Funding final : funding::FundingService::Service {
  Status GetRun(ServerContext*, const funding::GetRunRequest*, funding::Run* run) override {
    run->set_digest("4a1");
    run->set_scheme_version("schemes/npo/versions/1");
    run->set_scheme_digest("5c4");
    run->mutable_total()->set_currency_code("EUR");
    run->mutable_total()->set_units(12);
    run->mutable_total()->set_nanos(340'000'000);
    run->set_determined_count(3);
    funding::ComponentTotal& component = *run->add_component_totals();
    component.set_component("base");
    *component.mutable_total() = run->total();
    component.set_recipient_count(3);
    return Status::OK;
  }
  Status GetSchemeVersion(ServerContext*, const funding::GetSchemeVersionRequest*,
                          funding::SchemeVersion* scheme) override {
    scheme->mutable_content()->set_recipients(funding::RECIPIENT_KIND_MUNICIPALITY);
    funding::Component& component = *scheme->mutable_content()->add_components();
    component.set_id("base");
    component.mutable_title()->set_nl("Basis");
    return Status::OK;
  }
};

struct Indicators final : indicators::IndicatorsService::Service {
  Status GetFoldState(ServerContext*, const indicators::GetFoldStateRequest*,
                      indicators::FoldState* state) override {
    for (const int head : {5, 9}) {
      indicators::FeedFoldState& feed = *state->add_feeds();
      feed.set_folded_count(5);
      feed.set_head_count(head);
      feed.set_backfilling_count(1);
    }
    return Status::OK;
  }
  Status GetIndicator(ServerContext*, const indicators::GetIndicatorRequest*,
                      indicators::Indicator* indicator) override {
    indicator->set_version(3);
    indicator->set_digest("1nd");
    indicator->mutable_definition()->mutable_responses()->add_questionnaires(
        "questionnaires/staff");
    indicator->mutable_definition()->mutable_distribution()->set_value("stage");
    return Status::OK;
  }
  Status QueryEstimates(ServerContext*, const indicators::QueryEstimatesRequest* request,
                        indicators::EstimateTable* table) override {
    asked = *request;
    table->set_version(3);
    table->mutable_provenance()->set_role(survey::ROLE_STAFF);
    indicators::Estimate& shown = *table->add_estimates();
    shown.set_category("started");
    shown.set_state(indicators::ESTIMATE_STATE_PUBLISHED);
    shown.mutable_unweighted_value()->set_value("0.25");
    shown.set_n(8);
    shown.set_positive_count(2);
    indicators::Estimate& hidden = *table->add_estimates();
    hidden.add_group("primary");
    hidden.set_category("started");
    hidden.set_state(indicators::ESTIMATE_STATE_SUPPRESSED);
    return Status::OK;
  }

  indicators::QueryEstimatesRequest asked;
};

class GrpcSourcesTest : public testing::Test {
 protected:
  GrpcSourcesTest() {
    grpc::ServerBuilder builder;
    for (grpc::Service* service : std::initializer_list<grpc::Service*>{
             &registry_, &survey_, &catalogue_, &funding_, &indicators_}) {
      builder.RegisterService(service);
    }
    server_ = builder.BuildAndStart();
    const auto channel = server_->InProcessChannel({});
    sources_ = std::make_unique<GrpcSources>(
        GrpcSources::Clients{.registry = rpc::Client<registry::RegistryService>(channel),
                             .survey = rpc::Client<survey::SurveyService>(channel),
                             .catalogue = rpc::Client<catalogue::CatalogueService>(channel),
                             .funding = rpc::Client<funding::FundingService>(channel),
                             .indicators = rpc::Client<indicators::IndicatorsService>(channel)});
  }

  Registry registry_;
  Survey survey_;
  Catalogue catalogue_;
  Funding funding_;
  Indicators indicators_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<GrpcSources> sources_;
};

TEST_F(GrpcSourcesTest, ReadsTheRegister) {
  EXPECT_EQ(sources_->GetSnapshot("snapshots/one")->digest, "5na9");
  EXPECT_THAT(sources_->GetSnapshot("snapshots/two"), StatusIs(absl::StatusCode::kNotFound));
  const auto names = sources_->GetMunicipalities("snapshots/one");
  ASSERT_THAT(names, IsOk());
  ASSERT_THAT(*names, SizeIs(2));
  EXPECT_EQ(names->at("municipalities/GM0002").nl, "Twee");
}

TEST_F(GrpcSourcesTest, ReadsAWaveWithTheWordsOfItsQuestionnaires) {
  const auto wave = sources_->GetWave("waves/w");
  ASSERT_THAT(wave, IsOk());
  ASSERT_THAT(wave->roles, SizeIs(1));
  EXPECT_EQ(wave->roles[0].role, "staff");
  EXPECT_EQ(wave->roles[0].answered, 4);
  ASSERT_THAT(wave->questionnaires, SizeIs(1));
  EXPECT_EQ(wave->questionnaires[0].options.at("stage")[0].text.nl, "Begonnen");
  EXPECT_EQ(wave->questionnaires[0].options.at("effect.wellbeing")[0].id, "positive");
}

TEST_F(GrpcSourcesTest, ReadsTheMenuAndARun) {
  EXPECT_EQ(sources_->GetMenu("menuEditions/m")->interventions.at("tutoring").nl, "Bijles");
  const auto run = sources_->GetRun("runs/r");
  ASSERT_THAT(run, IsOk());
  EXPECT_EQ(run->total, Exact::FromScaled(1234, 2));
  EXPECT_TRUE(run->municipalities);
  ASSERT_THAT(run->components, SizeIs(1));
  EXPECT_EQ(run->components[0].title.nl, "Basis");
}

TEST_F(GrpcSourcesTest, ReadsIndicatorsAndEstimates) {
  const auto progress = sources_->GetFoldProgress();
  ASSERT_THAT(progress, IsOk());
  EXPECT_EQ(progress->behind, 4);
  EXPECT_EQ(progress->backfilling, 2);
  EXPECT_EQ(sources_->GetIndicator("indicators/i")->value, "stage");
  const auto table = sources_->QueryEstimates({.indicator = "indicators/i",
                                               .wave = "waves/w",
                                               .snapshot = "snapshots/one",
                                               .breakdown = "sector",
                                               .filter = {.sectors = {1}}});
  ASSERT_THAT(table, IsOk());
  ASSERT_THAT(table->rows, SizeIs(2));
  EXPECT_EQ(table->respondents, "staff");
  EXPECT_EQ(table->rows[0].cell.value, Exact::FromScaled(25, 2));
  EXPECT_THAT(table->rows[1].group, ElementsAre("primary"));
  EXPECT_EQ(table->rows[1].cell.state, CellState::kSuppressed);
  EXPECT_THAT(indicators_.asked.breakdowns(), ElementsAre("sector"));
  EXPECT_THAT(indicators_.asked.filter().sectors(), ElementsAre(1));
}

}  // namespace
}  // namespace vg::report
