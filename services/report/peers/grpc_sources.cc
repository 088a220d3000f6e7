#include "services/report/peers/grpc_sources.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/report/peers/grpc_conversions.h"

namespace vg::report {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace registry = voortgang::registry::v1;
namespace survey = voortgang::survey::v1;

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
      facts.questions[question.id()] = TextOf(question.label());
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

}  // namespace

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
  WaveFacts facts{.title = TextOf(wave.title())};
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
  for (const survey::RoleProgress& role : progress.roles()) {
    digest.Record("role").Text(RoleName(role.role())).Integer(role.population_units());
    digest.Integer(role.complete_units()).Integer(role.complete_responses());
    RoleFacts& added = facts.roles.emplace_back();
    added = {.role = RoleName(role.role()),
             .invited = role.population_units(),
             .answered = role.complete_units(),
             .responses = role.complete_responses(),
             .partial = role.partial_responses()};
    for (const survey::DailyCount& count : role.by_day()) {
      if (count.response_count() == 0) continue;
      ASSIGN_OR_RETURN(const absl::CivilDay day, ParseDay(count.day()));
      facts.last_answers = std::max(facts.last_answers.value_or(day), day);
      added.by_day.push_back({.day = day, .responses = count.response_count()});
    }
  }
  facts.digest = digest.Finish();
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

}  // namespace vg::report
