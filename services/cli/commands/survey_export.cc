#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/actions/export_responses.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/progress_bar.h"
#include "services/cli/render/values.h"
#include "voortgang/survey/v1/export_service.grpc.pb.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;

struct ExportArguments {
  std::string wave, questionnaire, out, cut_off;
  std::string format = "csv";
  std::string coding = "codes";
  v1::ExportResponsesRequest request;
};

// The version of the questionnaire that the wave asks; a version that is named is left as it is.
absl::StatusOr<std::string> VersionOf(Session& session, const ExportArguments& arguments) {
  const std::string name = Named("questionnaires/", arguments.questionnaire);
  if (absl::StrContains(name, "/versions/")) return name;
  v1::GetWaveRequest request;
  request.set_name(Named("waves/", arguments.wave));
  ASSIGN_OR_RETURN(const v1::Wave wave, session.ClientOf<v1::SurveyService>().Call(
                                            &v1::SurveyService::Stub::GetWave, request));
  for (const v1::WaveQuestionnaire& asked : wave.questionnaires()) {
    if (absl::StartsWith(asked.questionnaire_version(), name + "/")) {
      return asked.questionnaire_version();
    }
  }
  return Error(absl::StatusCode::kNotFound, "WRONG_QUESTIONNAIRE",
               absl::StrCat(request.name(), " does not ask ", name));
}

absl::Status CannotWrite(const std::string& path) {
  return Error(absl::StatusCode::kPermissionDenied, "CANNOT_WRITE",
               absl::StrCat(path, " cannot be written"), {{"file", path}});
}

absl::Status Export(Session& session, const ExportArguments& arguments) {
  v1::ExportResponsesRequest request = arguments.request;
  request.set_parent(Named("waves/", arguments.wave));
  ASSIGN_OR_RETURN(*request.mutable_questionnaire_version(), VersionOf(session, arguments));
  request.set_format(
      static_cast<v1::ExportFormat>(EnumValue(v1::ExportFormat_descriptor(), arguments.format)));
  request.set_coding(
      static_cast<v1::ExportCoding>(EnumValue(v1::ExportCoding_descriptor(), arguments.coding)));
  if (!arguments.cut_off.empty()) {
    absl::Time cut_off;
    std::string why;
    if (!absl::ParseTime(absl::RFC3339_full, arguments.cut_off, &cut_off, &why)) {
      return InvalidField("--cut-off", "MALFORMED",
                          "must be a moment such as 2022-02-01T12:00:00Z");
    }
    request.mutable_cut_off_time()->set_seconds(absl::ToUnixSeconds(cut_off));
    request.mutable_cut_off_time()->set_nanos(static_cast<int>(
        (cut_off - absl::FromUnixSeconds(absl::ToUnixSeconds(cut_off))) / absl::Nanoseconds(1)));
  }

  // Under another name until it is whole, so that half a file is never taken for one.
  const bool to_file = arguments.out != "-";
  const std::string part = arguments.out + ".part";
  std::ofstream file;
  if (to_file) {
    file.open(part, std::ios::binary | std::ios::trunc);
    if (!file) return CannotWrite(part);
  }
  v1::ExportResponsesResponse last;
  {
    ProgressBar bar("Rows");
    const auto client = session.ClientOf<v1::ExportService>();
    ASSIGN_OR_RETURN(last, ExportResponses(client.stub(), request, {},
                                           [&](const v1::ExportResponsesResponse& piece) {
                                             if (!to_file) {
                                               session.Print(piece.rows());
                                               return absl::OkStatus();
                                             }
                                             file << piece.rows();
                                             bar.Update(piece.row_count(), 0);
                                             return file ? absl::OkStatus() : CannotWrite(part);
                                           }));
  }
  if (!to_file) return absl::OkStatus();
  file.close();
  std::error_code failed;
  if (file) std::filesystem::rename(part, arguments.out, failed);
  if (!file || failed) return CannotWrite(arguments.out);
  if (session.json) {
    last.clear_rows();
    session.PrintJson(last);
    return absl::OkStatus();
  }
  session.Print(absl::StrCat("Wrote ", Number(last.row_count()), " rows to ", arguments.out, "\n"));
  if (last.changed_count() > 0) {
    session.Print(absl::StrCat(Number(last.changed_count()),
                               " responses came or changed after the moment of the export.\n"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddSurveyExportCommands(CLI::App& survey, Session& session) {
  auto arguments = std::make_shared<ExportArguments>();
  v1::ExportResponsesRequest& request = arguments->request;
  CLI::App* command = survey.add_subcommand(
      "export",
      "Write the responses to a questionnaire as a data file for SPSS, Stata, R or a program.\n"
      "The file is of one moment: the same export of the same --cut-off is the same file. What "
      "the\n"
      "columns and codes mean is in the codebook.");
  command->add_option("wave", arguments->wave, "The wave's id")->required();
  command
      ->add_option("--questionnaire", arguments->questionnaire,
                   "The questionnaire, such as school-leaders")
      ->required();
  command->add_option("--out", arguments->out, "The file; - for standard output")->required();
  command->add_option("--format", arguments->format, "csv, or ndjson: a JSON object per line")
      ->check(CLI::IsMember({"csv", "ndjson"}))
      ->capture_default_str();
  command
      ->add_option("--coding", arguments->coding,
                   "Choices as codes, as in the codebook, or as ids of options")
      ->check(CLI::IsMember({"codes", "option-ids"}))
      ->capture_default_str();
  command->add_option_function<std::string>(
      "--group", [&request](const std::string& group) { request.set_repeat_group(group); },
      "Of a repeat group: a row per instance");
  command->add_option("--cut-off", arguments->cut_off,
                      "The moment, such as 2022-02-01T12:00:00Z; by default now");
  const auto flag = [&](const char* name, void (v1::ExportResponsesRequest::*set)(bool),
                        const char* help) {
    command->add_flag_callback(
        name, [&request, set] { (request.*set)(true); }, help);
  };
  flag("--partial", &v1::ExportResponsesRequest::set_include_partial, "Partial responses too");
  flag("--withdrawn", &v1::ExportResponsesRequest::set_include_withdrawn,
       "Withdrawn responses too");
  flag("--texts", &v1::ExportResponsesRequest::set_include_texts,
       "Free texts too: they may tell who somebody is");
  flag("--units", &v1::ExportResponsesRequest::set_include_unit_attributes,
       "What is known of the school, board or municipality too, and its weight in the sample");
  flag("--bom", &v1::ExportResponsesRequest::set_byte_order_mark,
       "Begin CSV with a byte order mark, for spreadsheets");
  session.OnRun(command, [&session, arguments] { return Export(session, *arguments); });
}

}  // namespace vg::cli
