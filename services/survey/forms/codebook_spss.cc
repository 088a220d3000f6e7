#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "services/survey/forms/codebook.h"

namespace vg::survey {
namespace {

constexpr size_t kLabelBytes = 255;
constexpr size_t kValueLabelBytes = 120;
constexpr int kMostTextBytes = 32'767;

std::string Quoted(std::string_view text, size_t bytes) {
  return absl::StrCat("'", absl::StrReplaceAll(OneLine(text, bytes), {{"'", "''"}}), "'");
}

// How a value is read: a number of decimals would be taken off numbers without a point.
std::string FormatOf(const Variable& variable) {
  switch (variable.kind) {
    case Variable::Kind::kDate:
      return "SDATE10";
    case Variable::Kind::kCode:
    case Variable::Kind::kFlag:
      return "F8.0";
    case Variable::Kind::kNumber:
      return "F20.0";
    case Variable::Kind::kText:
      break;
  }
  if (variable.question == nullptr) return "A80";
  const auto* text = std::get_if<TextInput>(&variable.question->type);
  if (text == nullptr) return "A1000";
  const int characters = text->max_length == 0 ? TextInput::kDefaultLength : text->max_length;
  return absl::StrCat("A", std::min(characters * 4, kMostTextBytes));
}

// Of a number that may be below zero only its codes, which are three at most.
std::string MissingValues(const Variable& variable) {
  std::string values;
  for (const ValueCode& code : variable.codes) {
    if (code.missing) absl::StrAppend(&values, values.empty() ? "" : ", ", code.code);
  }
  if (values.empty()) return {};
  if (variable.kind != Variable::Kind::kNumber) values = "LOWEST THRU -1";
  return absl::StrCat("MISSING VALUES ", variable.name, " (", values, ").\n");
}

void WriteFile(const CodebookSubject& subject, const DataFile& file, std::string& out) {
  absl::StrAppend(&out, "GET DATA\n  /TYPE=TXT\n  /FILE=", Quoted(CsvNameOf(subject, file), 1000),
                  "\n  /ENCODING='UTF8'\n  /ARRANGEMENT=DELIMITED\n  /DELIMITERS=','\n",
                  "  /QUALIFIER='\"'\n  /FIRSTCASE=2\n  /VARIABLES=\n");
  for (const Variable& variable : file.variables) {
    absl::StrAppend(&out, "    ", variable.name, " ", FormatOf(variable), "\n");
  }
  absl::StrAppend(&out, "  .\n\nVARIABLE LABELS\n");
  for (const Variable& variable : file.variables) {
    absl::StrAppend(&out, "  ", &variable == &file.variables[0] ? "" : "/", variable.name, " ",
                    Quoted(LabelOf(subject, variable, kLabelBytes), kLabelBytes), "\n");
  }
  absl::StrAppend(&out, "  .\n\n");
  for (const Variable& variable : file.variables) {
    if (variable.kind == Variable::Kind::kNumber && variable.decimals > 0) {
      absl::StrAppend(&out, "FORMATS ", variable.name, " (F20.", variable.decimals, ").\n");
    }
    if (variable.codes.empty()) continue;
    absl::StrAppend(&out, "VALUE LABELS ", variable.name, "\n");
    for (const ValueCode& code : variable.codes) {
      absl::StrAppend(&out, "  ", code.code, " ",
                      Quoted(LabelIn(subject, code.label), kValueLabelBytes), "\n");
    }
    absl::StrAppend(&out, "  .\n", MissingValues(variable));
  }
}

}  // namespace

std::string SpssCodebook(const CodebookSubject& subject) {
  std::string out = absl::StrCat("* ", OneLine(subject.name, 200), ", digest ", subject.digest,
                                 ".\nSET DECIMAL=DOT.\n\n");
  for (const DataFile& file : subject.files) {
    WriteFile(subject, file, out);
    std::string saved = CsvNameOf(subject, file);
    saved.replace(saved.size() - 3, 3, "sav");
    absl::StrAppend(&out, "\nSAVE OUTFILE=", Quoted(saved, 1000), ".\n\n");
  }
  return out;
}

}  // namespace vg::survey
