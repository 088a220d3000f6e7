// Measured results: records of a layout that come in as a table.

#include <fstream>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/intake.h"
#include "services/cli/actions/record_file.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/refusals.h"
#include "services/cli/render/values.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;
using Stub = v1::SurveyService::Stub;

constexpr size_t kPieceBytes = 1 << 16;

struct RecordArguments {
  std::string wave, file, layout;
  std::vector<std::string> key;
  bool dry_run = false;
};

// The version of the layout that the wave takes in.
absl::StatusOr<v1::QuestionnaireVersion> LayoutOf(Session& session, const std::string& wave_name,
                                                  const std::string& layout) {
  const auto survey = session.ClientOf<v1::SurveyService>();
  v1::GetWaveRequest get_wave;
  get_wave.set_name(wave_name);
  ASSIGN_OR_RETURN(const v1::Wave wave, survey.Call(&Stub::GetWave, get_wave));
  const std::string wanted = absl::StrCat(Named("questionnaires/", layout), "/versions/");
  for (const v1::WaveQuestionnaire& asked : wave.questionnaires()) {
    if (!absl::StartsWith(asked.questionnaire_version(), wanted)) continue;
    v1::GetQuestionnaireVersionRequest get;
    get.set_name(asked.questionnaire_version());
    return survey.Call(&Stub::GetQuestionnaireVersion, get);
  }
  return InvalidField("--layout", "WRONG_QUESTIONNAIRE",
                      absl::StrCat(wave_name, " does not take in ", layout));
}

absl::Status ImportRecords(Session& session, const RecordArguments& arguments) {
  std::ifstream input(arguments.file, std::ios::binary);
  if (!input) {
    return Error(absl::StatusCode::kNotFound, "FILE_NOT_FOUND",
                 absl::StrCat(arguments.file, " cannot be read"));
  }
  const std::string wave = Named("waves/", arguments.wave);
  ASSIGN_OR_RETURN(v1::QuestionnaireVersion layout, LayoutOf(session, wave, arguments.layout));
  RecordFile file(wave, std::move(layout), arguments.key);
  absl::Status malformed;
  bool finished = false;
  std::string piece(kPieceBytes, '\0');
  absl::StatusOr<IntakeOutcome> outcome =
      ImportResponses(session, 0, arguments.dry_run, {.attempts = 8}, [&](v1::Response& record) {
        while (file.records().empty() && !finished && malformed.ok()) {
          input.read(piece.data(), static_cast<std::streamsize>(piece.size()));
          malformed = file.Feed({piece.data(), static_cast<size_t>(input.gcount())});
          finished = !input;
          if (malformed.ok() && finished) malformed = file.Finish();
        }
        if (file.records().empty()) return false;
        record = std::move(file.records().front());
        file.records().pop_front();
        return true;
      });
  if (!outcome.ok()) return outcome.status();
  RETURN_IF_ERROR(malformed);
  outcome->refused.insert(outcome->refused.end(), file.refused().begin(), file.refused().end());
  PrintOutcome(session, *outcome, "records");
  return absl::OkStatus();
}

}  // namespace

void AddSurveyRecordCommands(CLI::App& survey, Session& session) {
  auto arguments = std::make_shared<RecordArguments>();
  CLI::App* records = survey.add_subcommand(
      "import-records", "Stream measured results in from a CSV file; repeating is safe");
  records->footer(kRecordFileHelp);
  records->add_option("wave", arguments->wave, "The wave's id")->required();
  records->add_option("file", arguments->file, "The CSV file")->required();
  records->add_option("--layout", arguments->layout, "The questionnaire that is their layout")
      ->required();
  records->add_option("--key", arguments->key, "Columns that tell a school's records apart")
      ->delimiter(',');
  records->add_flag("--dry-run", arguments->dry_run,
                    "Check them, store nothing; ends with an error after 250,000 records that "
                    "would be accepted: check a longer file in parts");
  session.OnRun(records, [&session, arguments] { return ImportRecords(session, *arguments); });
}

}  // namespace vg::cli
