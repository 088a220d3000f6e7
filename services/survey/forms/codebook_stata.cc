#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "services/survey/forms/codebook.h"

namespace vg::survey {
namespace {

constexpr size_t kLabelBytes = 80;
constexpr size_t kValueLabelBytes = 2'000;

// Within compound quotes, where macros are still expanded.
std::string Quoted(std::string_view text, size_t bytes) {
  const std::string line = OneLine(text, bytes);
  return absl::StrCat("`\"", absl::StrReplaceAll(line, {{"`", "'"}, {"\"", "'"}, {"$", "\\$"}}),
                      "\"'");
}

// Extended missing values: .p not put, .n not answered, .x not applicable, .a … for options; empty
// for what has no letter left, which keeps its code.
std::string MissingOf(int code, int& options) {
  if (code == kNotPut) return ".p";
  if (code == kNotAnswered) return ".n";
  if (code == kNotApplicable) return ".x";
  return options < 13 ? std::string(".") + static_cast<char>('a' + options++) : std::string();
}

void WriteCodes(const CodebookSubject& subject, const Variable& variable, size_t number,
                std::string& out) {
  const std::string label = absl::StrCat("codes", number);
  std::string decode;
  int options = 0;
  absl::StrAppend(&out, "label define ", label);
  for (const ValueCode& code : variable.codes) {
    std::string value = absl::StrCat(code.code);
    if (code.missing) {
      if (const std::string missing = MissingOf(code.code, options); !missing.empty()) {
        absl::StrAppend(&decode, decode.empty() ? "" : " \\ ", code.code, "=", missing);
        value = missing;
      }
    }
    absl::StrAppend(&out, " ///\n  ", value, " ",
                    Quoted(LabelIn(subject, code.label), kValueLabelBytes));
  }
  absl::StrAppend(&out, "\nlabel values ", variable.short_name, " ", label, "\n");
  if (decode.empty()) return;
  absl::StrAppend(&out, "mvdecode ", variable.short_name, ", mv(", decode, ")\n");
}

void WriteFile(const CodebookSubject& subject, const DataFile& file, std::string& out) {
  absl::StrAppend(&out, "import delimited using ", Quoted(CsvNameOf(subject, file), 1000),
                  ", clear asdouble varnames(nonames) rowrange(2) ///\n",
                  "  encoding(\"UTF-8\") bindquotes(strict) maxquotedrows(unlimited) stringcols(");
  for (size_t i = 0; i < file.variables.size(); ++i) {
    const Variable::Kind kind = file.variables[i].kind;
    if (kind == Variable::Kind::kText || kind == Variable::Kind::kDate) {
      absl::StrAppend(&out, i == 0 ? "" : " ", i + 1);
    }
  }
  absl::StrAppend(&out, ")\n");
  // A variable may be called v2, as columns are, but none has capitals.
  absl::StrAppend(&out, "rename *, upper\n");
  for (size_t i = 0; i < file.variables.size(); ++i) {
    const Variable& variable = file.variables[i];
    const std::string column = absl::StrCat("V", i + 1);
    if (variable.kind == Variable::Kind::kDate) {
      absl::StrAppend(&out, "generate long ", variable.short_name, " = date(", column,
                      ", \"YMD\")\nformat ", variable.short_name, " %td\norder ",
                      variable.short_name, ", after(", column, ")\ndrop ", column, "\n");
    } else {
      absl::StrAppend(&out, "rename ", column, " ", variable.short_name, "\n");
    }
    absl::StrAppend(&out, "label variable ", variable.short_name, " ",
                    Quoted(LabelOf(subject, variable, kLabelBytes), kLabelBytes), "\n");
    if (!variable.codes.empty()) WriteCodes(subject, variable, i + 1, out);
  }
  std::string saved = CsvNameOf(subject, file);
  saved.replace(saved.size() - 3, 3, "dta");
  absl::StrAppend(&out, "save ", Quoted(saved, 1000), ", replace\n\n");
}

}  // namespace

std::string StataCodebook(const CodebookSubject& subject) {
  std::string out = absl::StrCat("* ", OneLine(subject.name, 200), ", digest ", subject.digest,
                                 "\nversion 14\n\n");
  for (const DataFile& file : subject.files) WriteFile(subject, file, out);
  return out;
}

}  // namespace vg::survey
