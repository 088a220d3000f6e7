#include "services/funding/files/row_file.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace vg::funding {

absl::Status FileTooLarge(int64_t most_bytes) {
  return Error(
      absl::StatusCode::kResourceExhausted, "FILE_TOO_LARGE",
      absl::StrCat("the file must have at most ", most_bytes >> 20, " MiB; send it in parts"),
      {{"max_bytes", absl::StrCat(most_bytes)}});
}

absl::Status NamedCells::Wrong(size_t column, std::string_view reason, std::string sentence) const {
  return InvalidField(name(column), reason, std::move(sentence));
}

absl::StatusOr<std::string> NamedCells::Required(size_t column) const {
  const std::string_view text = Text(column);
  if (text.empty()) return Wrong(column, "REQUIRED", "must not be empty");
  return std::string(text);
}

absl::StatusOr<absl::CivilDay> NamedCells::Day(size_t column) const {
  ASSIGN_OR_RETURN(const std::string text, Required(column));
  const absl::StatusOr<absl::CivilDay> day = ParseDay(text);
  if (!day.ok()) {
    return Wrong(column, "IMPOSSIBLE_DATE",
                 absl::StrCat("'", text.substr(0, 40), "' is not a day such as 2021-10-01"));
  }
  return day;
}

absl::StatusOr<std::optional<absl::CivilDay>> NamedCells::OptionalDay(size_t column) const {
  if (Text(column).empty()) return std::optional<absl::CivilDay>();
  ASSIGN_OR_RETURN(const absl::CivilDay day, Day(column));
  return std::optional(day);
}

absl::StatusOr<Money> NamedCells::Amount(size_t column, Currency currency) const {
  ASSIGN_OR_RETURN(std::string text, Required(column));
  std::replace(text.begin(), text.end(), ',', '.');
  absl::StatusOr<Money> amount = MoneyFromText(text);
  // A grouped "1.250,50" has two points by now and is no number: a guess could be wrong a
  // thousandfold.
  if (!amount.ok() || text.find(' ') != std::string::npos) {
    return Wrong(column, "BAD_AMOUNT",
                 absl::StrCat("'", Av(Text(column).substr(0, 40)),
                              "' is not an amount such as 12500.50, without thousands separators"));
  }
  amount->currency = currency;
  return amount;
}

RowFile::RowFile(std::span<const Column> columns, Visit visit)
    : columns_(columns), visit_(std::move(visit)), parser_(CsvOptions(), Handlers()) {}

CsvParser::Handlers RowFile::Handlers() {
  return {.on_header = [this](const CsvRow& header) -> absl::Status {
            ASSIGN_OR_RETURN(index_, ColumnIndex::Match(header.cells, columns_));
            return absl::OkStatus();
          },
          .on_row =
              [this](const CsvRow& row) {
                const absl::Status status = visit_(NamedCells(*index_, columns_, row));
                if (!status.ok()) refused_.Add(row.line, status);
                return absl::OkStatus();
              },
          .on_problem =
              [this](const CsvProblem& problem) {
                refused_.Add({.line = problem.line,
                              .reason = std::string(CsvCodeName(problem.code)),
                              .sentence = problem.sentence});
                return absl::OkStatus();
              }};
}

absl::Status RowFile::Feed(std::string_view bytes) {
  bytes_ += static_cast<int64_t>(bytes.size());
  if (bytes_ > kMaxBytes) return FileTooLarge(kMaxBytes);
  return parser_.Feed(bytes);
}

absl::Status RowFile::Finish() { return parser_.Finish(); }

}  // namespace vg::funding
