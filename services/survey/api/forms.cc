#include "services/survey/api/forms.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/content_proto.h"
#include "services/survey/api/questionnaire_proto.h"
#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/variables.h"
#include "services/survey/forms/codebook.h"
#include "services/survey/forms/form_writer.h"
#include "services/survey/forms/workbook_writer.h"
#include "services/survey/forms/xlsform.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;

void ToProto(const std::vector<FormNote>& notes,
             google::protobuf::RepeatedPtrField<v1::FormNote>* out) {
  for (const FormNote& note : notes) {
    v1::FormNote& added = *out->Add();
    added.set_sheet(note.sheet);
    added.set_row(note.row);
    added.set_column(note.column);
    added.set_reason(note.reason);
    added.set_message(note.message);
  }
}

struct Format {
  std::string (*write)(const CodebookSubject&);
  const char* media_type;
  const char* ending;
};

absl::StatusOr<Format> FormatOf(v1::CodebookFormat format) {
  switch (format) {
    case v1::CODEBOOK_FORMAT_DDI:
      return Format{DdiCodebook, "application/xml", "xml"};
    case v1::CODEBOOK_FORMAT_SPSS:
      return Format{SpssCodebook, "application/x-spss-syntax", "sps"};
    case v1::CODEBOOK_FORMAT_STATA:
      return Format{StataCodebook, "application/x-stata-do", "do"};
    case v1::CODEBOOK_FORMAT_R:
      return Format{RCodebook, "text/x-r-source", "R"};
    default:
      return InvalidField("format", "UNKNOWN_FORMAT", "must be a format of codebooks");
  }
}

}  // namespace

absl::Status Forms::Convert(const v1::ConvertXlsFormRequest& request,
                            v1::ConvertXlsFormResponse& response) {
  ASSIGN_OR_RETURN(const ConvertedForm form,
                   ReadXlsForm(request.xlsx(), static_cast<Role>(request.role())));
  survey::ToProto(form.content, *response.mutable_content());
  ToProto(form.faults, response.mutable_faults());
  ToProto(form.warnings, response.mutable_warnings());
  return absl::OkStatus();
}

absl::Status Forms::Write(const v1::WriteXlsFormRequest& request,
                          v1::WriteXlsFormResponse& response) {
  v1::Questionnaire content = request.content();
  std::string id = "questionnaire";
  std::string version;
  if (request.has_name()) {
    ASSIGN_OR_RETURN(const VersionRef ref, ParseVersionName(request.name(), "name", true));
    ASSIGN_OR_RETURN(const PublishedQuestionnaire found,
                     store_.Get(ref.questionnaire, ref.version));
    content.ParseFromString(found.content);
    id = found.id;
    version = absl::StrCat(found.version);
  } else if (!request.has_content()) {
    return InvalidField("name", "REQUIRED", "must be set, or content");
  }
  ASSIGN_OR_RETURN(const Questionnaire questionnaire, FromProto(content, "content."));
  ASSIGN_OR_RETURN(const auto compiled, CompiledQuestionnaire::Compile(questionnaire, "content."));
  const WrittenForm form = WriteForm(questionnaire, *compiled, id, version);
  ASSIGN_OR_RETURN(*response.mutable_xlsx(), WriteWorkbook(form.sheets));
  response.set_file_name(version.empty() ? absl::StrCat(id, ".xlsx")
                                         : absl::StrCat(id, "-v", version, ".xlsx"));
  ToProto(form.faults, response.mutable_faults());
  ToProto(form.warnings, response.mutable_warnings());
  return absl::OkStatus();
}

absl::Status Forms::Codebook(const v1::GetCodebookRequest& request, v1::Codebook& response) {
  ASSIGN_OR_RETURN(const VersionRef ref, ParseVersionName(request.name(), "name", true));
  ASSIGN_OR_RETURN(const Format format, FormatOf(request.format()));
  ASSIGN_OR_RETURN(const PublishedQuestionnaire found, store_.Get(ref.questionnaire, ref.version));
  v1::Questionnaire content;
  content.ParseFromString(found.content);
  ASSIGN_OR_RETURN(const Questionnaire questionnaire, FromProto(content, "content."));
  ASSIGN_OR_RETURN(const auto compiled, CompiledQuestionnaire::Compile(questionnaire));
  std::vector<DataFile> files = DataFilesOf(questionnaire, *compiled);
  for (DataFile& file : files) {
    if (!request.include_texts()) LeaveOutTexts(file);
    if (request.include_unit_attributes()) AddUnitAttributes(file);
  }
  const CodebookSubject subject{
      .questionnaire = questionnaire,
      .files = files,
      .name = absl::StrCat("questionnaires/", found.id, "/versions/", found.version),
      .base = absl::StrCat(found.id, "-v", found.version),
      .digest = found.digest,
      .published = absl::ToCivilDay(found.publish_time, absl::UTCTimeZone()),
      .english = request.language() == "en"};
  response.set_content(format.write(subject));
  response.set_media_type(format.media_type);
  response.set_file_name(absl::StrCat(subject.base, ".", format.ending));
  return absl::OkStatus();
}

}  // namespace vg::survey
