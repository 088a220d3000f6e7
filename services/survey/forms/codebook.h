// Codebooks: what the variables of a questionnaire's data files are, for archives and programs.

#ifndef VG_SERVICES_SURVEY_FORMS_CODEBOOK_H_
#define VG_SERVICES_SURVEY_FORMS_CODEBOOK_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

#include "services/survey/domain/questionnaire.h"
#include "services/survey/domain/variables.h"

namespace vg::survey {

struct CodebookSubject {
  const Questionnaire& questionnaire;
  const std::vector<DataFile>& files;
  std::string name;    // "questionnaires/school-leaders/versions/1"
  std::string base;    // "school-leaders-v1": the CSV is called base.csv, a group's base-group.csv.
  std::string digest;  // Of the content.
  absl::CivilDay published;
  bool english = false;  // The language of labels where the format has one.
};

// DDI-Codebook 2.5, XML, in both languages.
std::string DdiCodebook(const CodebookSubject& subject);
// Programs that read the CSV of ExportResponses with codes, label it and declare what is missing:
// SPSS syntax, a Stata do-file, an R script.
std::string SpssCodebook(const CodebookSubject& subject);
std::string StataCodebook(const CodebookSubject& subject);
std::string RCodebook(const CodebookSubject& subject);

// What the programs share.
std::string CsvNameOf(const CodebookSubject& subject, const DataFile& file);
const std::string& LabelIn(const CodebookSubject& subject, const LocalizedText& text);
// In that language, with the unit of a number behind it, at most `bytes` long.
std::string LabelOf(const CodebookSubject& subject, const Variable& variable, size_t bytes);
// Without line ends and control characters, at most `bytes` long, cut between characters.
std::string OneLine(std::string_view text, size_t bytes);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_CODEBOOK_H_
