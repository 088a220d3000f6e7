#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/status/status_macros.h"
#include "services/cli/actions/intake.h"
#include "services/cli/demo/steps.h"
#include "services/cli/render/values.h"
#include "services/cli/synthetic/responses.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace registry = voortgang::registry::v1;
namespace survey = voortgang::survey::v1;

absl::StatusOr<std::vector<std::string>> Municipalities(const Story& story) {
  const auto client = story.session.ClientOf<registry::RegistryService>();
  std::vector<std::string> municipalities;
  RETURN_IF_ERROR(ForEachPage<registry::ListMunicipalitiesResponse>(
      [&](const std::string& token) {
        registry::ListMunicipalitiesRequest request;
        request.set_parent(story.last_snapshot);
        request.set_page_size(1000);
        request.set_page_token(token);
        return client.Call(&registry::RegistryService::Stub::ListMunicipalities, request);
      },
      [&](const registry::ListMunicipalitiesResponse& page) {
        for (const registry::Municipality& municipality : page.municipalities()) {
          municipalities.push_back(municipality.municipality());
        }
        return true;
      }));
  return municipalities;
}

bool Asks(const survey::Wave& wave, const survey::QuestionnaireVersion& version) {
  return std::any_of(wave.questionnaires().begin(), wave.questionnaires().end(),
                     [&version](const survey::WaveQuestionnaire& asked) {
                       return asked.questionnaire_version() == version.name();
                     });
}

absl::StatusOr<std::vector<survey::Response>> MakeResponses(
    const Story& story, const survey::Wave& wave, synthetic::Season season,
    const std::vector<survey::QuestionnaireVersion>& versions) {
  std::vector<survey::Response> responses;
  for (const survey::QuestionnaireVersion& version : versions) {
    if (!Asks(wave, version)) continue;
    const synthetic::Responses maker(story.options.seed, wave.name(), version, season);
    const auto add = [&](const std::string& unit, voortgang::type::v1::Sector sector) {
      for (survey::Response& response : maker.Of(unit, sector)) {
        responses.push_back(std::move(response));
      }
    };
    switch (version.content().role()) {
      case survey::ROLE_BOARD: {
        ASSIGN_OR_RETURN(const std::vector<std::string> boards, BoardsOf(story));
        for (const std::string& board : boards) {
          add(board, voortgang::type::v1::SECTOR_UNSPECIFIED);
        }
        break;
      }
      case survey::ROLE_MUNICIPALITY: {
        ASSIGN_OR_RETURN(const std::vector<std::string> municipalities, Municipalities(story));
        for (const std::string& municipality : municipalities) {
          add(municipality, voortgang::type::v1::SECTOR_UNSPECIFIED);
        }
        break;
      }
      default:
        for (const registry::School& school : story.schools) add(school.school(), school.sector());
    }
  }
  return responses;
}

// Opens the wave that is described in the file `path` and streams its responses in.
absl::StatusOr<survey::WaveProgress> Ask(
    const Story& story, const std::string& path, synthetic::Season season,
    const std::vector<survey::QuestionnaireVersion>& versions) {
  const auto client = story.session.ClientOf<survey::SurveyService>();
  survey::OpenWaveRequest open;
  open.set_wave_id(IdOf(path));
  RETURN_IF_ERROR(Document().Read(path, open.mutable_wave()));
  open.mutable_wave()->set_snapshot(story.last_snapshot);
  ASSIGN_OR_RETURN(const survey::Wave wave,
                   client.Call(&survey::SurveyService::Stub::OpenWave, open, absl::Minutes(1)));
  ASSIGN_OR_RETURN(std::vector<survey::Response> responses,
                   MakeResponses(story, wave, season, versions));
  size_t next = 0;
  ASSIGN_OR_RETURN(const IntakeOutcome outcome,
                   ImportResponses(story.session, static_cast<int64_t>(responses.size()), false,
                                   Patience(), [&](survey::Response& response) {
                                     if (next == responses.size()) return false;
                                     response = std::move(responses[next++]);
                                     return true;
                                   }));
  RETURN_IF_ERROR(NoneRefused(outcome));
  survey::GetWaveProgressRequest request;
  request.set_name(wave.name());
  return client.Call(&survey::SurveyService::Stub::GetWaveProgress, request);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> BoardsOf(const Story& story) {
  const auto client = story.session.ClientOf<registry::RegistryService>();
  std::vector<std::string> boards;
  RETURN_IF_ERROR(ForEachPage<registry::ListBoardsResponse>(
      [&](const std::string& token) {
        registry::ListBoardsRequest request;
        request.set_parent(story.last_snapshot);
        request.set_page_size(1000);
        request.set_page_token(token);
        return client.Call(&registry::RegistryService::Stub::ListBoards, request);
      },
      [&](const registry::ListBoardsResponse& page) {
        for (const registry::Board& board : page.boards()) boards.push_back(board.board());
        return true;
      }));
  return boards;
}

absl::StatusOr<std::string> AskQuestions(Story& story) {
  const auto client = story.session.ClientOf<survey::SurveyService>();
  std::vector<survey::QuestionnaireVersion> versions;
  for (const std::string& path : Documents(story.options, "questionnaires")) {
    survey::PublishQuestionnaireRequest publish;
    publish.set_questionnaire_id(IdOf(path));
    RETURN_IF_ERROR(Document().Read(path, publish.mutable_content()));
    ASSIGN_OR_RETURN(survey::QuestionnaireVersion version,
                     client.Call(&survey::SurveyService::Stub::PublishQuestionnaire, publish));
    versions.push_back(std::move(version));
  }
  // The last one is that of the programme's winter, which the report is about.
  const std::vector<std::string> waves = Documents(story.options, "waves");
  std::string said;
  for (const std::string& path : waves) {
    const bool last = path == waves.back();
    ASSIGN_OR_RETURN(
        const survey::WaveProgress progress,
        Ask(story, path, last ? synthetic::Season::kWinter : synthetic::Season::kAutumn, versions));
    for (const survey::RoleProgress& role : progress.roles()) {
      absl::StrAppend(&said, said.empty() ? "" : ", ", Number(role.complete_responses()), " ",
                      EnumText(role.role()), last ? "" : absl::StrCat(" (", IdOf(path), ")"));
    }
  }
  return said.empty() ? "no wave" : absl::StrCat(said, " responses");
}

}  // namespace vg::cli
