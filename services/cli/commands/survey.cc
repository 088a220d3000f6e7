#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/intake.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/refusals.h"
#include "services/cli/render/values.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;
using Stub = v1::SurveyService::Stub;

struct ImportArguments {
  std::string file;
  bool dry_run = false;
  int attempts = 8;
};

// One response per line, as JSON; "-" reads standard input.
absl::Status Import(Session& session, const ImportArguments& arguments) {
  std::ifstream file;
  if (arguments.file != "-") {
    file.open(arguments.file);
    if (!file) {
      return Error(absl::StatusCode::kNotFound, "FILE_NOT_FOUND",
                   absl::StrCat(arguments.file, " cannot be read"));
    }
  }
  std::istream& lines = arguments.file == "-" ? std::cin : file;
  int64_t line_number = 0;
  absl::Status malformed;
  absl::StatusOr<IntakeOutcome> outcome = ImportResponses(
      session, 0, arguments.dry_run, {.attempts = arguments.attempts}, [&](v1::Response& response) {
        std::string line;
        while (std::getline(lines, line)) {
          ++line_number;
          if (line.empty()) continue;
          const auto parsed = google::protobuf::util::JsonStringToMessage(line, &response);
          if (parsed.ok()) return true;
          malformed = Error(absl::StatusCode::kInvalidArgument, "MALFORMED_LINE",
                            absl::StrCat(arguments.file, " line ", line_number,
                                         " is no response: ", std::string(parsed.message())),
                            {{"line", absl::StrCat(line_number)}});
          return false;
        }
        return false;
      });
  if (!outcome.ok()) return outcome.status();
  PrintOutcome(session, *outcome, "responses");
  return malformed;
}

// One response as JSON.
absl::Status Submit(Session& session, const ImportArguments& arguments) {
  v1::SubmitResponseRequest request;
  request.set_validate_only(arguments.dry_run);
  ASSIGN_OR_RETURN(const std::string text, ReadFile(arguments.file));
  const auto parsed = google::protobuf::util::JsonStringToMessage(text, request.mutable_response());
  if (!parsed.ok()) {
    return Error(absl::StatusCode::kInvalidArgument, "MALFORMED_FILE",
                 absl::StrCat(arguments.file, " is no response: ", std::string(parsed.message())));
  }
  ASSIGN_OR_RETURN(const v1::Response response,
                   session.ClientOf<v1::SurveyService>().Call(&Stub::SubmitResponse, request));
  if (session.json) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  session.Print(absl::StrCat(arguments.dry_run ? "Checked " : "Accepted ", response.name(), "\n"));
  for (const v1::DroppedAnswer& dropped : response.dropped()) {
    session.Print(
        absl::StrCat("  not kept: ", dropped.question(), ", because of ", dropped.rule(), "\n"));
  }
  return absl::OkStatus();
}

struct ResponsesArguments {
  std::string wave, unit;
  int limit = 50;
};

absl::Status Responses(Session& session, const ResponsesArguments& arguments) {
  const auto survey = session.ClientOf<v1::SurveyService>();
  Table table({{"Response"}, {"Unit"}, {"Questionnaire"}, {"Answers", Align::kRight}, {"State"}});
  int shown = 0;
  RETURN_IF_ERROR(ForEachPage<v1::ListResponsesResponse>(
      [&](const std::string& token) {
        v1::ListResponsesRequest request;
        request.set_parent(Named("waves/", arguments.wave));
        request.set_unit(arguments.unit);
        request.set_show_withdrawn(true);
        request.set_page_size(arguments.limit > 0 ? std::min(arguments.limit, 500) : 500);
        request.set_page_token(token);
        return survey.Call(&Stub::ListResponses, request);
      },
      [&](const v1::ListResponsesResponse& page) {
        for (const v1::Response& response : page.responses()) {
          if (arguments.limit > 0 && shown == arguments.limit) return false;
          ++shown;
          if (session.json) {
            session.PrintJson(response);
            continue;
          }
          table.Add({response.name(), response.unit(), response.questionnaire_version(),
                     Number(response.answers_size()),
                     response.has_withdraw_time() ? "withdrawn"
                     : response.partial()         ? "partial"
                                                  : "complete"});
        }
        return arguments.limit == 0 || shown < arguments.limit;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

struct WithdrawArguments {
  std::string name, reason, token;
};

absl::Status Withdraw(Session& session, const WithdrawArguments& arguments) {
  v1::WithdrawResponseRequest request;
  request.set_name(arguments.name);
  request.set_reason(arguments.reason);
  request.set_invitation_token(arguments.token);
  ASSIGN_OR_RETURN(const v1::Response response,
                   session.ClientOf<v1::SurveyService>().Call(&Stub::WithdrawResponse, request));
  if (session.json) {
    session.PrintJson(response);
  } else {
    session.Print(absl::StrCat("Withdrew ", response.name(), "\n"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddSurveyCommands(CLI::App& app, Session& session) {
  CLI::App* survey = app.add_subcommand("survey", "Questionnaires, waves and responses");
  survey->require_subcommand(1);

  AddSurveyQuestionnaireCommands(*survey, session);
  AddSurveyFieldworkCommands(*survey, session);
  AddSurveyFormCommands(*survey, session);
  AddSurveyExportCommands(*survey, session);
  AddSurveyWaveCommands(*survey, session);

  auto import_arguments = std::make_shared<ImportArguments>();
  CLI::App* import = survey->add_subcommand(
      "import",
      "Stream responses in, one JSON object per line; repeating is safe. After a broken connection "
      "it goes on from the last response that was acknowledged");
  import->add_option("file", import_arguments->file, "The file, or - for standard input")
      ->required();
  import->add_flag("--dry-run", import_arguments->dry_run,
                   "Check them, store nothing; ends with an error after 250,000 responses that "
                   "would be accepted: check a longer file in parts");
  import
      ->add_option("--attempts", import_arguments->attempts,
                   "How often to connect again without anything being acknowledged; 0: never")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  session.OnRun(import,
                [&session, import_arguments] { return Import(session, *import_arguments); });

  auto submit_arguments = std::make_shared<ImportArguments>();
  CLI::App* submit = survey->add_subcommand("submit", "Submit one response, a JSON object");
  submit->add_option("file", submit_arguments->file, "The file")->required();
  submit->add_flag("--dry-run", submit_arguments->dry_run, "Check it, store nothing");
  session.OnRun(submit,
                [&session, submit_arguments] { return Submit(session, *submit_arguments); });

  auto responses_arguments = std::make_shared<ResponsesArguments>();
  CLI::App* responses = survey->add_subcommand("responses", "List the responses of a wave");
  responses->add_option("wave", responses_arguments->wave, "The wave's id")->required();
  responses->add_option("--unit", responses_arguments->unit,
                        "Only of this unit, such as schools/16SW03");
  responses->add_option("--limit", responses_arguments->limit, "The most to show; 0 for all")
      ->capture_default_str();
  session.OnRun(responses, [&session, responses_arguments] {
    return Responses(session, *responses_arguments);
  });

  auto withdraw_arguments = std::make_shared<WithdrawArguments>();
  CLI::App* withdraw =
      survey->add_subcommand("withdraw", "Take a response out of every count and estimate");
  withdraw->add_option("response", withdraw_arguments->name, "waves/{wave}/responses/{response}")
      ->required();
  withdraw->add_option("--reason", withdraw_arguments->reason, "Why, for the record");
  withdraw->add_option("--invitation-token", withdraw_arguments->token,
                       "The token it was answered with, if somebody else handed it in");
  session.OnRun(withdraw,
                [&session, withdraw_arguments] { return Withdraw(session, *withdraw_arguments); });

  AddSurveyRecordCommands(*survey, session);
  AddSurveyResponseCommands(*survey, session);
}

}  // namespace vg::cli
