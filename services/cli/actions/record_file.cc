#include "services/cli/actions/record_file.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "common/digest/digest.h"
#include "common/numeric/exact.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/text/cells.h"
#include "common/text/header.h"
#include "services/cli/render/values.h"

namespace vg::cli {

const char kRecordFileHelp[] =
    "A CSV file with a row per record and a header: `school` (16SW03), and the ids of the "
    "layout's\n"
    "columns, in any order; optional ones may be left out. A cell without text says nothing, "
    "which\n"
    "is not zero; n.v.t. or n/a says that there cannot be a number. Options are written by id,\n"
    "several parted by |, days as 2022-01-17, numbers with a comma or a point.\n"
    "Give every record an `id` (letters, digits, dots, hyphens, underscores), or name with --key "
    "the\n"
    "columns that, with the school, tell records apart: sending the file again is then safe.";

namespace {

namespace v1 = voortgang::survey::v1;

constexpr char kSchools[] = "schools/";

absl::Status WrongCell(std::string_view column, std::string_view reason, std::string_view cell,
                       std::string_view right) {
  return InvalidField(column, reason, absl::StrCat("'", Av(cell), "' is not ", Av(right)));
}

// What a cell says that tells records apart: 3 and 3,0 are one number.
std::string KeyOf(const v1::Question& question, std::string_view cell) {
  if (!question.has_number()) return std::string(cell);
  const NumberCell number = ParseNumberCell(cell);
  switch (number.state) {
    case CellState::kValue:
      return number.value.ToText();
    case CellState::kNotApplicable:
      return "n/a";
    case CellState::kMissing:
      return "";
    default:
      return std::string(cell);
  }
}

}  // namespace

RecordFile::RecordFile(std::string wave, v1::QuestionnaireVersion version,
                       std::vector<std::string> key)
    : wave_(std::move(wave)),
      version_(std::move(version)),
      key_(std::move(key)),
      parser_({}, {.on_header = [this](const CsvRow& header) { return ReadHeader(header); },
                   .on_row =
                       [this](const CsvRow& row) {
                         ReadRow(row);
                         return absl::OkStatus();
                       },
                   .on_problem =
                       [this](const CsvProblem& problem) {
                         refused_.push_back({problem.row, absl::StrCat("line ", problem.line),
                                             std::string(CsvCodeName(problem.code)), "",
                                             problem.sentence});
                         return absl::OkStatus();
                       }}) {
  for (const v1::Section& section : version_.content().sections()) {
    for (const Question& question : section.questions()) {
      questions_.emplace(NormalizeHeader(question.id()), &question);
    }
  }
}

absl::Status RecordFile::Feed(std::string_view piece) { return parser_.Feed(piece); }
absl::Status RecordFile::Finish() { return parser_.Finish(); }

absl::Status RecordFile::ReadHeader(const CsvRow& header) {
  std::vector<FieldViolation> violations;
  for (size_t i = 0; i < header.cells.size(); ++i) {
    const std::string name = NormalizeHeader(header.cells[i]);
    const auto found = questions_.find(name);
    const Question* const question = found == questions_.end() ? nullptr : found->second;
    if (question != nullptr) {
      if (std::find(columns_.begin(), columns_.end(), question) != columns_.end()) {
        violations.push_back({question->id(), "DUPLICATE_COLUMN", "is there twice"});
      }
      if (std::find(key_.begin(), key_.end(), question->id()) != key_.end()) {
        key_columns_.push_back(i);
      }
    } else if (name == "id" && id_column_ < 0) {
      id_column_ = static_cast<int>(i);
    } else if (name == "school" && unit_column_ < 0) {
      unit_column_ = static_cast<int>(i);
    } else {
      violations.push_back({std::string(header.cells[i]), "UNKNOWN_COLUMN",
                            absl::StrCat("is no column of ", version_.name())});
    }
    columns_.push_back(question);
  }
  if (unit_column_ < 0) {
    violations.push_back({"school", "MISSING_COLUMN", "must be there: the school's branch code"});
  }
  if (id_column_ < 0 && key_columns_.empty()) {
    violations.push_back({"id", "MISSING_COLUMN",
                          "must be there, or --key must name the columns that tell records apart"});
  } else if (key_columns_.size() != key_.size()) {
    violations.push_back(
        {"--key", "MISSING_COLUMN",
         absl::StrCat("names columns that the file does not have: ", absl::StrJoin(key_, ", "))});
  }
  return violations.empty() ? absl::OkStatus() : InvalidFields(std::move(violations));
}

void RecordFile::ReadRow(const CsvRow& row) {
  v1::Response record;
  record.set_questionnaire_version(version_.name());
  const std::string_view unit = row.cells[static_cast<size_t>(unit_column_)];
  record.set_unit(unit.starts_with(kSchools) ? std::string(unit)
                                             : absl::StrCat(kSchools, Av(unit)));
  absl::Status status;
  for (size_t i = 0; i < columns_.size() && status.ok(); ++i) {
    if (columns_[i] != nullptr) status = ReadCell(*columns_[i], row.cells[i], record);
  }
  std::string id;
  if (id_column_ >= 0) {
    id = row.cells[static_cast<size_t>(id_column_)];
  } else {
    // The same record has the same id in every file, whatever the order of the columns and however
    // its numbers are written.
    DigestBuilder digest("voortgang.cli.record.v1");
    digest.Text(record.unit());
    for (const std::string& column : key_) {
      for (const size_t at : key_columns_) {
        if (columns_[at]->id() == column) digest.Text(KeyOf(*columns_[at], row.cells[at]));
      }
    }
    id = absl::StrCat("r", digest.Finish().substr(0, 32));
  }
  record.set_name(absl::StrCat(wave_, "/responses/", id));
  if (status.ok()) {
    records_.push_back(std::move(record));
    return;
  }
  const ErrorDetails details = DetailsOf(status);
  refused_.push_back({row.row, absl::StrCat("line ", row.line), details.reason,
                      details.violations.front().field, details.violations.front().sentence});
}

absl::Status RecordFile::ReadCell(const Question& question, std::string_view cell,
                                  v1::Response& record) const {
  if (cell.empty()) return absl::OkStatus();
  v1::Answer answer;
  answer.set_question(question.id());
  switch (question.type_case()) {
    case Question::kSingle:
      answer.set_choice(std::string(cell));
      break;
    case Question::kMultiple:
      for (const absl::string_view option : absl::StrSplit(Av(cell), '|', absl::SkipWhitespace())) {
        answer.mutable_choices()->add_options(std::string(absl::StripAsciiWhitespace(option)));
      }
      break;
    case Question::kNumber: {
      const NumberCell number = ParseNumberCell(cell);
      if (number.state == CellState::kMissing) return absl::OkStatus();
      if (number.state == CellState::kNotApplicable) {
        answer.mutable_not_applicable();
      } else if (number.state == CellState::kValue) {
        answer.mutable_number()->set_value(number.value.ToText());
      } else {
        return WrongCell(question.id(), "MALFORMED_NUMBER", cell, "a number");
      }
      break;
    }
    case Question::kDate:
      if (!ParseDate(std::string(cell), answer.mutable_date())) {
        return WrongCell(question.id(), "IMPOSSIBLE_DATE", cell, "a day such as 2022-01-17");
      }
      break;
    case Question::kText:
      answer.set_text(std::string(cell));
      break;
    default:
      return WrongCell(question.id(), "NO_COLUMN_TYPE", cell,
                       "something a column of a table can hold: use `survey import`");
  }
  *record.add_answers() = std::move(answer);
  return absl::OkStatus();
}

}  // namespace vg::cli
