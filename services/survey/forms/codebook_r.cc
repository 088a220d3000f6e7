#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "services/survey/forms/codebook.h"

namespace vg::survey {
namespace {

constexpr size_t kMostBytes = 10'000;

std::string Quoted(std::string_view text) {
  return absl::StrCat(
      "\"", absl::StrReplaceAll(OneLine(text, kMostBytes), {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

std::string_view ClassOf(const Variable& variable) {
  switch (variable.kind) {
    case Variable::Kind::kText:
      return "character";
    case Variable::Kind::kDate:
      return "Date";
    case Variable::Kind::kNumber:
    case Variable::Kind::kCode:
    case Variable::Kind::kFlag:
      break;
  }
  return "numeric";
}

// Missing codes become NA; which they were stays in the attribute "missing".
void WriteVariable(const CodebookSubject& subject, const Variable& variable, std::string& out) {
  const std::string place = absl::StrCat("file[[", Quoted(variable.name), "]]");
  if (!variable.codes.empty()) {
    std::string levels, labels, missing;
    std::set<std::string> told;
    for (const ValueCode& code : variable.codes) {
      if (code.missing) {
        absl::StrAppend(&missing, missing.empty() ? "" : ", ", code.code);
        continue;
      }
      absl::StrAppend(&levels, levels.empty() ? "" : ", ", code.code);
      std::string label = OneLine(LabelIn(subject, code.label), kMostBytes / 2);
      // Levels with one label would become one level.
      while (!told.insert(label).second) absl::StrAppend(&label, " [", code.code, "]");
      absl::StrAppend(&labels, labels.empty() ? "" : ", ", Quoted(label));
    }
    absl::StrAppend(&out, "missing <- ifelse(", place, " %in% c(", missing, "), ", place,
                    ", NA)\n");
    if (variable.kind == Variable::Kind::kCode) {
      absl::StrAppend(&out, place, " <- factor(", place, ", levels = c(", levels, "), labels = c(",
                      labels, "))\n");
    } else {
      absl::StrAppend(&out, place, "[!is.na(missing)] <- NA\n");
    }
    absl::StrAppend(&out, "attr(", place, ", \"missing\") <- missing\n");
  }
  absl::StrAppend(&out, "attr(", place, ", \"label\") <- ",
                  Quoted(LabelOf(subject, variable, kMostBytes)), "\n");
}

}  // namespace

std::string RCodebook(const CodebookSubject& subject) {
  std::string out = absl::StrCat("# ", OneLine(subject.name, 200), ", digest ", subject.digest,
                                 "\n# Leaves a list `data` of data frames: responses, and one per "
                                 "repeat group.\n\ndata <- list()\n\n");
  for (const DataFile& file : subject.files) {
    absl::StrAppend(&out, "file <- read.csv(", Quoted(CsvNameOf(subject, file)),
                    ", fileEncoding = \"UTF-8-BOM\", check.names = FALSE, na.strings = \"\",\n"
                    "  colClasses = c(");
    for (const Variable& variable : file.variables) {
      absl::StrAppend(&out, &variable == &file.variables[0] ? "" : ",\n    ", Quoted(variable.name),
                      " = \"",
                      absl::string_view(ClassOf(variable).data(), ClassOf(variable).size()), "\"");
    }
    absl::StrAppend(&out, "))\n");
    for (const Variable& variable : file.variables) WriteVariable(subject, variable, out);
    absl::StrAppend(&out, "data[[", Quoted(file.group == nullptr ? "responses" : file.group->id),
                    "]] <- file\n\n");
  }
  absl::StrAppend(&out, "rm(file)\n");
  return out;
}

}  // namespace vg::survey
