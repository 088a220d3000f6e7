#include "common/text/csv.h"

namespace vg {
namespace {

bool NeedsQuotes(std::string_view text, char separator) {
  if (text.empty()) return false;
  if (text.front() == ' ' || text.back() == ' ') return true;
  for (const char c : text) {
    if (c == separator || c == '"' || c == '\n' || c == '\r') return true;
  }
  return false;
}

}  // namespace

CsvWriter& CsvWriter::Cell(std::string_view text) {
  if (row_started_) out_ += separator_;
  row_started_ = true;
  if (!NeedsQuotes(text, separator_)) {
    out_ += text;
    return *this;
  }
  out_ += '"';
  for (const char c : text) {
    if (c == '"') out_ += '"';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

CsvWriter& CsvWriter::Cell(int64_t value) { return Cell(std::to_string(value)); }

CsvWriter& CsvWriter::WordsCell(std::string_view text) {
  constexpr std::string_view kFormula = "=+-@\t\r\n";
  if (text.empty() || kFormula.find(text.front()) == std::string_view::npos) return Cell(text);
  std::string words = "'";
  words += text;
  return Cell(words);
}

void CsvWriter::EndRow() {
  out_ += "\r\n";
  row_started_ = false;
}

void CsvWriter::Row(std::span<const std::string_view> cells) {
  for (const std::string_view cell : cells) Cell(cell);
  EndRow();
}

void CsvWriter::Row(std::initializer_list<std::string_view> cells) {
  Row(std::span<const std::string_view>(cells.begin(), cells.size()));
}

}  // namespace vg
