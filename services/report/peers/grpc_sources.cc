#include "services/report/peers/grpc_sources.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"

namespace vg::report {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace funding = voortgang::funding::v1;
namespace indicators = voortgang::indicators::v1;
namespace registry = voortgang::registry::v1;
namespace survey = voortgang::survey::v1;

// A table of all municipalities with many categories is long in coming.
constexpr absl::Duration kPatience = absl::Minutes(1);

LocalizedText TextOf(const voortgang::type::v1::LocalizedText& text) {
  return {.nl = text.nl(), .en = text.en()};
}

std::string RoleName(survey::Role role) {
  switch (role) {
    case survey::ROLE_SCHOOL_LEADER:
      return "school_leader";
    case survey::ROLE_STAFF:
      return "staff";
    case survey::ROLE_BOARD:
      return "board";
    case survey::ROLE_MUNICIPALITY:
      return "municipality";
    default:
      return "programme";
  }
}

template <typename Options>
std::vector<Label> LabelsOf(const Options& options) {
  std::vector<Label> labels;
  for (const survey::Option& option : options) {
    labels.push_back({.id = option.id(), .text = TextOf(option.label())});
  }
  return labels;
}

QuestionnaireFacts FactsOf(const survey::QuestionnaireVersion& version) {
  QuestionnaireFacts facts{.name = version.name(), .digest = version.digest()};
  for (const survey::Section& section : version.content().sections()) {
    for (const survey::Question& question : section.questions()) {
      switch (question.type_case()) {
        case survey::Question::kSingle:
          facts.options[question.id()] = LabelsOf(question.single().options());
          break;
        case survey::Question::kMultiple:
          facts.options[question.id()] = LabelsOf(question.multiple().options());
          break;
        case survey::Question::kRanking:
          facts.options[question.id()] = LabelsOf(question.ranking().options());
          break;
        case survey::Question::kMatrix:
          for (const survey::Option& row : question.matrix().rows()) {
            facts.options[absl::StrCat(question.id(), ".", row.id())] =
                LabelsOf(question.matrix().options());
          }
          break;
        default:
          break;
      }
    }
  }
  return facts;
}

absl::StatusOr<Exact> AmountOf(const google::type::Money& money, std::string_view field) {
  ASSIGN_OR_RETURN(const Money amount, rpc::FromProto(money, field));
  return ToExact(amount);
}

registry::SchoolFilter ToProto(const SchoolFilter& filter) {
  registry::SchoolFilter proto;
  for (const int sector : filter.sectors) {
    proto.add_sectors(static_cast<voortgang::type::v1::Sector>(sector));
  }
  for (const std::string& name : filter.municipalities) proto.add_municipalities(name);
  for (const std::string& name : filter.boards) proto.add_boards(name);
  for (const std::string& name : filter.provinces) proto.add_provinces(name);
  for (const std::string& name : filter.denominations) proto.add_denominations(name);
  for (const int type : filter.school_types) {
    proto.add_school_types(static_cast<voortgang::type::v1::SchoolType>(type));
  }
  for (const std::string& name : filter.schools) proto.add_schools(name);
  proto.set_text(filter.text);
  return proto;
}

bool Empty(const registry::SchoolFilter& filter) { return filter.ByteSizeLong() == 0; }

absl::StatusOr<Cell> CellOf(const indicators::Estimate& estimate) {
  Cell cell{
      .n = estimate.n(), .units = estimate.unit_count(), .positive = estimate.positive_count()};
  switch (estimate.state()) {
    case indicators::ESTIMATE_STATE_PUBLISHED:
      cell.state = CellState::kShown;
      break;
    case indicators::ESTIMATE_STATE_SUPPRESSED:
      cell.state = CellState::kSuppressed;
      break;
    default:
      cell.state = CellState::kEmpty;
  }
  if (cell.state == CellState::kShown) {
    ASSIGN_OR_RETURN(cell.value, rpc::FromProto(estimate.unweighted_value(), "unweighted_value"));
  }
  return cell;
}

}  // namespace

absl::StatusOr<FoldProgress> GrpcSources::GetFoldProgress() {
  ASSIGN_OR_RETURN(const indicators::FoldState state,
                   clients_.indicators.Call(&indicators::IndicatorsService::Stub::GetFoldState,
                                            indicators::GetFoldStateRequest()));
  FoldProgress progress;
  for (const indicators::FeedFoldState& feed : state.feeds()) {
    progress.folded += feed.folded_count();
    progress.behind += feed.head_count() - feed.folded_count();
    progress.backfilling += feed.backfilling_count();
  }
  return progress;
}

absl::StatusOr<SnapshotFacts> GrpcSources::GetSnapshot(const std::string& name) {
  registry::GetSnapshotRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(const registry::Snapshot snapshot,
                   clients_.registry.Call(&registry::RegistryService::Stub::GetSnapshot, request));
  return SnapshotFacts{.digest = snapshot.digest()};
}

absl::StatusOr<Words> GrpcSources::GetMunicipalities(const std::string& snapshot) {
  registry::ListMunicipalitiesRequest request;
  request.set_parent(snapshot);
  request.set_page_size(1000);
  Words names;
  do {
    ASSIGN_OR_RETURN(
        const registry::ListMunicipalitiesResponse page,
        clients_.registry.Call(&registry::RegistryService::Stub::ListMunicipalities, request));
    for (const registry::Municipality& municipality : page.municipalities()) {
      names[municipality.municipality()] = {.nl = municipality.title(), .en = ""};
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return names;
}

absl::StatusOr<WaveFacts> GrpcSources::GetWave(const std::string& name) {
  survey::GetWaveRequest get;
  get.set_name(name);
  ASSIGN_OR_RETURN(const survey::Wave wave,
                   clients_.survey.Call(&survey::SurveyService::Stub::GetWave, get));
  survey::GetWaveProgressRequest get_progress;
  get_progress.set_name(name);
  ASSIGN_OR_RETURN(
      const survey::WaveProgress progress,
      clients_.survey.Call(&survey::SurveyService::Stub::GetWaveProgress, get_progress));
  WaveFacts facts;
  DigestBuilder digest("voortgang.report.wave.v1");
  digest.Text(wave.snapshot()).Text(wave.snapshot_digest());
  digest.List(static_cast<size_t>(wave.questionnaires_size()));
  for (const survey::WaveQuestionnaire& asked : wave.questionnaires()) {
    survey::GetQuestionnaireVersionRequest request;
    request.set_name(asked.questionnaire_version());
    ASSIGN_OR_RETURN(
        const survey::QuestionnaireVersion version,
        clients_.survey.Call(&survey::SurveyService::Stub::GetQuestionnaireVersion, request));
    digest.Text(version.name()).Text(version.digest());
    digest.List(static_cast<size_t>(asked.sectors_size()));
    for (const int sector : asked.sectors()) digest.Integer(sector);
    facts.questionnaires.push_back(FactsOf(version));
  }
  facts.digest = digest.Finish();
  for (const survey::RoleProgress& role : progress.roles()) {
    facts.roles.push_back({.role = RoleName(role.role()),
                           .invited = role.population_units(),
                           .answered = role.complete_units(),
                           .responses = role.complete_responses()});
  }
  return facts;
}

absl::StatusOr<MenuFacts> GrpcSources::GetMenu(const std::string& name) {
  catalogue::GetMenuEditionRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(
      const catalogue::MenuEdition menu,
      clients_.catalogue.Call(&catalogue::CatalogueService::Stub::GetMenuEdition, request));
  MenuFacts facts{.digest = menu.digest()};
  for (const catalogue::Intervention& intervention : menu.interventions()) {
    facts.interventions[intervention.id()] = TextOf(intervention.title());
  }
  return facts;
}

absl::StatusOr<RunFacts> GrpcSources::GetRun(const std::string& name) {
  funding::GetRunRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(const funding::Run run,
                   clients_.funding.Call(&funding::FundingService::Stub::GetRun, request));
  funding::GetSchemeVersionRequest get_scheme;
  get_scheme.set_name(run.scheme_version());
  ASSIGN_OR_RETURN(
      const funding::SchemeVersion scheme,
      clients_.funding.Call(&funding::FundingService::Stub::GetSchemeVersion, get_scheme));
  RunFacts facts{
      .digest = run.digest(),
      .scheme_version = run.scheme_version(),
      .scheme_digest = run.scheme_digest(),
      .scheme_title = TextOf(scheme.content().title()),
      .currency = run.total().currency_code(),
      .determined = run.determined_count(),
      .undetermined = run.undetermined_count(),
      .municipalities = scheme.content().recipients() == funding::RECIPIENT_KIND_MUNICIPALITY};
  ASSIGN_OR_RETURN(facts.total, AmountOf(run.total(), "total"));
  Words titles;
  for (const funding::Component& component : scheme.content().components()) {
    titles[component.id()] = TextOf(component.title());
  }
  for (const funding::ComponentTotal& total : run.component_totals()) {
    RunFacts::Component& component = facts.components.emplace_back();
    component.id = total.component();
    component.title = titles[total.component()];
    component.recipients = total.recipient_count();
    ASSIGN_OR_RETURN(component.total, AmountOf(total.total(), "component_totals"));
  }
  return facts;
}

absl::StatusOr<IndicatorFacts> GrpcSources::GetIndicator(const std::string& name) {
  indicators::GetIndicatorRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(
      const indicators::Indicator indicator,
      clients_.indicators.Call(&indicators::IndicatorsService::Stub::GetIndicator, request));
  const indicators::IndicatorDefinition& definition = indicator.definition();
  IndicatorFacts facts{.version = indicator.version(),
                       .digest = indicator.digest(),
                       .title = TextOf(definition.title()),
                       .description = TextOf(definition.description()),
                       .unit = definition.unit(),
                       .on_programmes = definition.has_programmes(),
                       .mean = definition.has_mean()};
  for (const std::string& questionnaire : definition.responses().questionnaires()) {
    facts.questionnaires.push_back(questionnaire);
  }
  if (definition.has_distribution()) facts.value = definition.distribution().value();
  if (definition.has_ranking_share()) facts.value = definition.ranking_share().value();
  return facts;
}

absl::StatusOr<EstimateFacts> GrpcSources::QueryEstimates(const EstimateQuery& query) {
  indicators::QueryEstimatesRequest request;
  request.set_indicator(query.indicator);
  request.set_wave(query.wave);
  request.set_snapshot(query.snapshot);
  if (!query.breakdown.empty()) request.add_breakdowns(query.breakdown);
  const registry::SchoolFilter filter = ToProto(query.filter);
  if (!Empty(filter)) *request.mutable_filter() = filter;
  ASSIGN_OR_RETURN(const indicators::EstimateTable table,
                   clients_.indicators.Call(&indicators::IndicatorsService::Stub::QueryEstimates,
                                            request, kPatience));
  EstimateFacts facts{.version = table.version(),
                      .respondents = RoleName(table.provenance().role())};
  for (const indicators::Estimate& estimate : table.estimates()) {
    EstimateRow& row = facts.rows.emplace_back();
    row.group.assign(estimate.group().begin(), estimate.group().end());
    row.category = estimate.category();
    ASSIGN_OR_RETURN(row.cell, CellOf(estimate));
  }
  return facts;
}

}  // namespace vg::report
