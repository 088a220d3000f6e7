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

google::type::Money Euros(int64_t units) {
  google::type::Money money;
  money.set_currency_code("EUR");
  money.set_units(units);
  return money;
}

struct Ledger final : funding::LedgerService::Service {
  Status ListBooks(ServerContext*, const funding::ListBooksRequest*,
                   funding::ListBooksResponse* response) override {
    for (const char* name : {"grants/npo/books/2021-2022", "grants/other/books/2021-2022"}) {
      funding::LedgerBook& book = *response->add_books();
      book.set_name(name);
      book.set_digest("b00c");
      for (const auto& [purpose, amount] :
           {std::pair(funding::ACCOUNT_PURPOSE_APPROPRIATION, -1000),
            std::pair(funding::ACCOUNT_PURPOSE_AVAILABLE, 100),
            std::pair(funding::ACCOUNT_PURPOSE_COMMITTED, 300),
            std::pair(funding::ACCOUNT_PURPOSE_PAID, 400),
            std::pair(funding::ACCOUNT_PURPOSE_SPENT, 200)}) {
        funding::LedgerBalance& balance = *book.add_totals();
        balance.set_purpose(purpose);
        *balance.mutable_amount() = Euros(amount);
      }
    }
    return Status::OK;
  }
};

// Two pages of one report each.
struct Accountability final : funding::AccountabilityService::Service {
  Status ListSpendingReports(ServerContext*, const funding::ListSpendingReportsRequest* request,
                             funding::ListSpendingReportsResponse* response) override {
    const bool first = request->page_token().empty();
    funding::SpendingReport& report = *response->add_spending_reports();
    report.set_recipient(first ? "schools/16SW00" : "schools/16SW01");
    for (const auto category :
         {funding::SPENDING_CATEGORY_A, funding::SPENDING_CATEGORY_UNCLASSIFIED}) {
      funding::CategorySpending& spending = *report.add_spending();
      spending.set_category(category);
      *spending.mutable_amount() = Euros(first ? 10 : 5);
      if (!first) break;
    }
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
    if (weighted) {
      indicators::WeightedEstimate& estimate = *shown.mutable_weighted();
      estimate.set_value(0.275);
      estimate.set_standard_error(0.012);
      estimate.set_lower(0.251);
      estimate.set_upper(0.3);
      estimate.set_population_size(6799.9);
      table->mutable_estimation()->set_design(indicators::DESIGN_SAMPLE);
      table->mutable_estimation()->set_confidence_level(0.95);
      table->mutable_estimation()->set_degrees_of_freedom(40);
    }
    return Status::OK;
  }

  indicators::QueryEstimatesRequest asked;
  bool weighted = false;
};

// Hides the group "primary" of every table; one without a breakdown has nothing to audit.
struct Disclosures final : indicators::DisclosureService::Service {
  Status ProtectTables(ServerContext*, const indicators::ProtectTablesRequest* request,
                       indicators::ProtectedTables* response) override {
    asked.push_back(request->queries_size());
    publication = request->publication();
    for (const indicators::QueryEstimatesRequest& query : request->queries()) {
      indicators::Estimate& hidden = *response->add_tables()->add_estimates();
      hidden.add_group("primary");
      hidden.set_state(indicators::ESTIMATE_STATE_SUPPRESSED);
      hidden.set_hidden_reason(indicators::HIDDEN_REASON_SECONDARY);
      indicators::TableAudit& audit = *response->add_audits();
      if (query.breakdowns_size() == 0) continue;
      audit.set_protected_(true);
      audit.set_policy_version(2);
      audit.set_policy_digest("d15");
      audit.set_shown_group_count(3);
      audit.set_hidden_group_count(1);
      audit.set_table_count(7);
      indicators::FeasibleInterval& known = *audit.add_intervals();
      known.add_group("");
      known.set_quantity(indicators::QUANTITY_UNITS);
      known.set_lower(0);
      known.set_protected_(true);
    }
    return Status::OK;
  }

  std::vector<int> asked;
  std::string publication;
};

class GrpcSourcesTest : public testing::Test {
 protected:
  GrpcSourcesTest() {
    grpc::ServerBuilder builder;
    for (grpc::Service* service : std::initializer_list<grpc::Service*>{
             &registry_, &survey_, &catalogue_, &funding_, &ledger_, &accountability_, &indicators_,
             &disclosures_}) {
      builder.RegisterService(service);
    }
    server_ = builder.BuildAndStart();
    const auto channel = server_->InProcessChannel({});
    sources_ = std::make_unique<GrpcSources>(
        GrpcSources::Clients{.registry = rpc::Client<registry::RegistryService>(channel),
                             .survey = rpc::Client<survey::SurveyService>(channel),
                             .catalogue = rpc::Client<catalogue::CatalogueService>(channel),
                             .funding = rpc::Client<funding::FundingService>(channel),
                             .ledger = rpc::Client<funding::LedgerService>(channel),
                             .accountability = rpc::Client<funding::AccountabilityService>(channel),
                             .indicators = rpc::Client<indicators::IndicatorsService>(channel),
                             .disclosures = rpc::Client<indicators::DisclosureService>(channel)});
  }

  Registry registry_;
  Survey survey_;
  Catalogue catalogue_;
  Funding funding_;
  Ledger ledger_;
  Accountability accountability_;
  Indicators indicators_;
  Disclosures disclosures_;
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

TEST_F(GrpcSourcesTest, AddsUpWhereTheMoneyOfAGrantIs) {
  const auto books = sources_->GetBooks("npo");
  ASSERT_THAT(books, IsOk());
  EXPECT_THAT(books->books, ElementsAre(Input{"grants/npo/books/2021-2022", "b00c", {}}));
  EXPECT_EQ(books->granted, Exact(900));
  EXPECT_EQ(books->paid, Exact(600));
  EXPECT_EQ(books->spent, Exact(200));
  EXPECT_EQ(sources_->GetBooks("none")->granted, Exact(0));
}

TEST_F(GrpcSourcesTest, AddsUpWhatWasSpentByCategory) {
  const auto spending = sources_->GetSpending("npo", 2021);
  ASSERT_THAT(spending, IsOk());
  EXPECT_EQ(spending->total, Exact(25));
  EXPECT_EQ(spending->recipients, 2);
  EXPECT_EQ(spending->categories.at("A").amount, Exact(15));
  EXPECT_EQ(spending->categories.at("A").recipients, 2);
  EXPECT_EQ(spending->categories.at("unclassified").recipients, 1);
}

TEST_F(GrpcSourcesTest, ReadsWeightedEstimatesWithTheirErrors) {
  indicators_.weighted = true;
  const auto table = sources_->QueryEstimates({.indicator = "indicators/i",
                                               .wave = "waves/w",
                                               .snapshot = "snapshots/one",
                                               .estimation = ""});
  ASSERT_THAT(table, IsOk());
  EXPECT_TRUE(indicators_.asked.has_estimation());
  const Cell& cell = table->rows[0].cell;
  EXPECT_EQ(cell.value, Exact::FromScaled(275, 3));
  EXPECT_EQ(cell.standard_error, Exact::FromScaled(12, 3));
  EXPECT_EQ(cell.interval, (Interval{Exact::FromScaled(251, 3), Exact::FromScaled(3, 1)}));
  EXPECT_EQ(table->population, 6800);
  EXPECT_EQ(table->method.en,
            "Estimated for the whole population, with the weights of the sample; intervals of 95% "
            "by the design, with 40 degrees of freedom.");
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

TEST_F(GrpcSourcesTest, HasTablesProtectedTogetherWithWhatIsKnownOfThem) {
  std::vector<EstimateQuery> queries(102);
  queries[0].breakdown = "sector";
  const auto tables = sources_->ProtectTables(queries, "editions/2022-04");
  ASSERT_THAT(tables, IsOk());
  ASSERT_THAT(*tables, SizeIs(102));
  EXPECT_THAT(disclosures_.asked, ElementsAre(100, 2));
  EXPECT_EQ(disclosures_.publication, "editions/2022-04");
  const Protection expected{
      .policy_version = 2,
      .policy_digest = "d15",
      .tables = 7,
      .shown_groups = 3,
      .hidden_groups = 1,
      .ranges = {{.group = "unknown", .quantity = Quantity::kUnits, .least = Exact(0)}}};
  EXPECT_EQ(tables->front().protection, expected);
  EXPECT_FALSE(tables->back().protection.has_value());
  // A report tells nobody which groups are hidden for the sake of others.
  EXPECT_EQ(tables->front().rows[0].cell.hidden, HiddenReason::kFrequency);
}

}  // namespace
}  // namespace vg::report
