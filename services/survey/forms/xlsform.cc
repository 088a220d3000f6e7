#include "services/survey/forms/xlsform.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/forms/form_reader.h"

namespace vg::survey {

ConvertedForm ReadFormSheets(std::vector<Sheet> sheets, Role role) {
  std::map<std::string, Sheet, std::less<>> by_name;
  for (Sheet& sheet : sheets) by_name[sheet.name] = std::move(sheet);
  const FormTable settings(by_name["settings"], "nl");
  std::string language;
  if (settings.last_row() >= 2) language = settings.Get(2, "default_language");
  language = absl::AsciiStrToLower(language);
  const bool english =
      language == "en" || absl::StrContains(language, "(en)") || language == "english";
  const std::string_view code = english ? "en" : "nl";
  return FormReader(FormTable(std::move(by_name["survey"]), code),
                    FormChoices(FormTable(std::move(by_name["choices"]), code)),
                    FormTable(std::move(by_name["settings"]), code), role)
      .Run();
}

absl::StatusOr<ConvertedForm> ReadXlsForm(std::string_view bytes, Role role) {
  static constexpr std::string_view kSheets[] = {"survey", "choices", "settings"};
  ASSIGN_OR_RETURN(std::vector<Sheet> sheets, ReadWorkbook(bytes, kSheets));
  const bool has_survey = std::any_of(sheets.begin(), sheets.end(),
                                      [](const Sheet& sheet) { return sheet.name == "survey"; });
  if (!has_survey) return InvalidField("xlsx", "NO_SHEET", "must have a sheet \"survey\"");
  return ReadFormSheets(std::move(sheets), role);
}

}  // namespace vg::survey
