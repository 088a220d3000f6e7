#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/util/json_util.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/table.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;
using Stub = v1::SurveyService::Stub;

// "school-leader" -> ROLE_SCHOOL_LEADER; with the prefix of another enum, a value of that.
std::string EnumName(std::string_view prefix, const std::string& text) {
  return absl::StrCat(absl::string_view(prefix.data(), prefix.size()),
                      absl::AsciiStrToUpper(absl::StrReplaceAll(text, {{"-", "_"}})));
}

struct ConvertArguments {
  std::string file, role, out, to = "questionnaire";
};

using Notes = google::protobuf::RepeatedPtrField<v1::FormNote>;

void AddNotes(Table& table, const char* kind, const Notes& notes) {
  for (const v1::FormNote& note : notes) {
    table.Add({kind, note.sheet(), note.row() == 0 ? "" : absl::StrCat(note.row()), note.column(),
               note.reason(), note.message()});
  }
}

void PrintNotes(const Session& session, const Notes& faults, const Notes& warnings) {
  if (faults.empty() && warnings.empty()) return;
  Table table({{"Kind"}, {"Sheet"}, {"Row", Align::kRight}, {"Column"}, {"Code"}, {"What"}});
  AddNotes(table, "fault", faults);
  AddNotes(table, "warning", warnings);
  session.Print(table);
}

// Writes a questionnaire, a document or one that is published, as a form.
absl::Status WriteForm(Session& session, const ConvertArguments& arguments) {
  v1::WriteXlsFormRequest request;
  Document document;
  if (absl::StartsWith(arguments.file, "questionnaires/")) {
    std::string name = arguments.file;
    if (!absl::StrContains(name, "/versions/")) name += "/versions/latest";
    request.set_name(std::move(name));
  } else {
    RETURN_IF_ERROR(document.Read(arguments.file, request.mutable_content()));
  }
  ASSIGN_OR_RETURN(const v1::WriteXlsFormResponse response, document.Send("content", [&] {
    return session.ClientOf<v1::SurveyService>().Call(&Stub::WriteXlsForm, request);
  }));
  std::string out = arguments.out;
  if (out.empty()) {
    out = request.has_name() ? response.file_name() : absl::StrCat(IdOf(arguments.file), ".xlsx");
  }
  RETURN_IF_ERROR(WriteFile(out, response.xlsx()));
  if (session.json) {
    v1::WriteXlsFormResponse told = response;
    told.clear_xlsx();
    session.PrintJson(told);
  } else {
    PrintNotes(session, response.faults(), response.warnings());
    session.Print(absl::StrCat("Wrote ", out, ": ", response.faults_size(), " faults, ",
                               response.warnings_size(), " warnings\n"));
  }
  if (response.faults().empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, "FORM_FAULTS",
               absl::StrCat(out,
                            " asks or checks something else than the questionnaire; write by "
                            "hand in the form what is told above"));
}

absl::Status Convert(Session& session, const ConvertArguments& arguments) {
  if (arguments.to == "xlsform") return WriteForm(session, arguments);
  v1::ConvertXlsFormRequest request;
  ASSIGN_OR_RETURN(*request.mutable_xlsx(), ReadFile(arguments.file));
  v1::Role role;
  if (!v1::Role_Parse(EnumName("ROLE_", arguments.role), &role)) {
    return InvalidField("role", "UNKNOWN_ROLE",
                        "must be school-leader, staff, board or municipality");
  }
  request.set_role(role);
  ASSIGN_OR_RETURN(const v1::ConvertXlsFormResponse response,
                   session.ClientOf<v1::SurveyService>().Call(&Stub::ConvertXlsForm, request));
  if (!arguments.out.empty()) {
    // JSON is YAML too.
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    options.add_whitespace = true;
    std::string text;
    const auto written =
        google::protobuf::util::MessageToJsonString(response.content(), &text, options);
    if (!written.ok()) return absl::InternalError(std::string(written.message()));
    RETURN_IF_ERROR(WriteFile(arguments.out, text));
  }
  if (session.json) {
    session.PrintJson(response);
  } else {
    PrintNotes(session, response.faults(), response.warnings());
    session.Print(absl::StrCat(arguments.file, ": ", response.faults_size(), " faults, ",
                               response.warnings_size(), " warnings",
                               response.faults().empty() ? "; it can be published.\n" : ".\n"));
  }
  if (response.faults().empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, "FORM_FAULTS",
               absl::StrCat(arguments.file, " cannot be published as it is"));
}

struct CodebookArguments {
  std::string name, format, out, language;
  bool unit_attributes = false;
  bool texts = false;
};

absl::Status Codebook(Session& session, const CodebookArguments& arguments) {
  v1::GetCodebookRequest request;
  std::string name = Named("questionnaires/", arguments.name);
  if (!absl::StrContains(name, "/versions/")) name += "/versions/latest";
  request.set_name(name);
  request.set_language(arguments.language);
  request.set_include_unit_attributes(arguments.unit_attributes);
  request.set_include_texts(arguments.texts);
  v1::CodebookFormat format;
  if (!v1::CodebookFormat_Parse(EnumName("CODEBOOK_FORMAT_", arguments.format), &format)) {
    return InvalidField("format", "UNKNOWN_FORMAT", "must be ddi, spss, stata or r");
  }
  request.set_format(format);
  ASSIGN_OR_RETURN(const v1::Codebook codebook,
                   session.ClientOf<v1::SurveyService>().Call(&Stub::GetCodebook, request));
  if (arguments.out == "-") {
    session.Print(codebook.content());
    return absl::OkStatus();
  }
  const std::string out = arguments.out.empty() ? codebook.file_name() : arguments.out;
  RETURN_IF_ERROR(WriteFile(out, codebook.content()));
  session.Print(absl::StrCat("Wrote ", out, "\n"));
  return absl::OkStatus();
}

}  // namespace

void AddSurveyFormCommands(CLI::App& survey, Session& session) {
  auto convert = std::make_shared<ConvertArguments>();
  CLI::App* convert_command =
      survey.add_subcommand("convert",
                            "Read an XLSForm (xlsx) into a questionnaire that `survey publish` "
                            "takes, or with --to xlsform "
                            "write a questionnaire as a form; what has no counterpart is told with "
                            "sheet, row and column");
  convert_command
      ->add_option("file", convert->file,
                   "The form; with --to xlsform a questionnaire (YAML) or the name of a published "
                   "one, questionnaires/{questionnaire}/versions/{version}")
      ->required();
  convert_command->add_option("--to", convert->to, "What to write")
      ->check(CLI::IsMember({"questionnaire", "xlsform"}))
      ->capture_default_str();
  convert_command->add_option(
      "--role", convert->role,
      "Who answers a form that is read: school-leader, staff, board or municipality");
  convert_command->add_option("--out", convert->out, "The file to write");
  session.OnRun(convert_command, [&session, convert] { return Convert(session, *convert); });

  auto codebook = std::make_shared<CodebookArguments>();
  CLI::App* codebook_command = survey.add_subcommand(
      "codebook",
      "Write the codebook of a questionnaire; the programs read what `survey export` "
      "writes");
  codebook_command
      ->add_option("name", codebook->name,
                   "The questionnaire, or questionnaires/{questionnaire}/versions/{version}")
      ->required();
  codebook_command
      ->add_option("--format", codebook->format, "ddi (XML), spss, stata or r (programs)")
      ->required();
  codebook_command->add_option("--out", codebook->out,
                               "The file; by default the codebook's own name, - for output");
  codebook_command->add_flag("--units", codebook->unit_attributes,
                             "Of an export with --units: with its columns");
  codebook_command->add_flag("--texts", codebook->texts,
                             "Of an export with --texts: with its columns");
  codebook_command->add_option("--language", codebook->language, "Of labels: nl or en");
  session.OnRun(codebook_command, [&session, codebook] { return Codebook(session, *codebook); });
}

}  // namespace vg::cli
