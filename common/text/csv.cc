#include "common/text/csv.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg {
namespace {

// Enough to see the habits of a file.
constexpr size_t kSniffBytes = 64 << 10;
constexpr int kSniffRows = 50;
constexpr char kSeparators[] = {';', ',', '\t', '|'};

// Line ends: LF, CRLF and CR count as one each.
int64_t CountLines(std::string_view text) {
  int64_t lines = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') ++lines;
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) ++lines;
  }
  return lines;
}

// `text` with its doubled quotes made single, appended to `out`.
void AppendUnescaped(std::string_view text, std::string& out) {
  while (true) {
    const size_t quote = text.find("\"\"");
    if (quote == std::string_view::npos) break;
    out += text.substr(0, quote + 1);
    text.remove_prefix(quote + 2);
  }
  out += text;
}

}  // namespace

std::string_view CsvCodeName(CsvCode code) {
  switch (code) {
    case CsvCode::kUnterminatedQuote:
      return "UNTERMINATED_QUOTE";
    case CsvCode::kStrayQuote:
      return "STRAY_QUOTE";
    case CsvCode::kRowTooLong:
      return "ROW_TOO_LONG";
    case CsvCode::kTooManyCells:
      return "TOO_MANY_CELLS";
    case CsvCode::kWrongCellCount:
      return "WRONG_CELL_COUNT";
    case CsvCode::kInvalidEncoding:
      return "INVALID_ENCODING";
    case CsvCode::kUnsupportedEncoding:
      return "UNSUPPORTED_ENCODING";
    case CsvCode::kNoHeader:
      return "NO_HEADER";
  }
  std::abort();
}

absl::Status CsvProblem::ToStatus() const {
  std::map<std::string, std::string> metadata = {{"line", std::to_string(line)},
                                                 {"row", std::to_string(row)}};
  if (column > 0) metadata["column"] = std::to_string(column);
  return Error(absl::StatusCode::kInvalidArgument, CsvCodeName(code),
               "line " + std::to_string(line) + ": " + sentence, std::move(metadata));
}

CsvParser::CsvParser(CsvOptions options, Handlers handlers)
    : options_(std::move(options)), handlers_(std::move(handlers)) {}

absl::Status CsvParser::Feed(std::string_view chunk) {
  if (!status_.ok() || finished_) return status_;
  size_t used = 0;
  if (pending_.empty() && (started_ || chunk.size() >= kSniffBytes)) {
    status_ = Take(chunk, /*at_end=*/false, used);
    pending_.assign(chunk.substr(used));
  } else {
    pending_ += chunk;
    const bool enough =
        started_ ? pending_.size() >= retry_at_ || pending_.size() > options_.max_row_bytes
                 : pending_.size() >= kSniffBytes;
    if (!enough) return status_;
    status_ = Take(pending_, /*at_end=*/false, used);
    pending_.erase(0, used);
  }
  // Looking again at every small piece of a long row would take quadratic time.
  retry_at_ = pending_.size() + pending_.size() / 2;
  return status_;
}

absl::Status CsvParser::Finish() {
  if (!status_.ok() || finished_) return status_;
  finished_ = true;
  size_t used = 0;
  status_ = Take(pending_, /*at_end=*/true, used);
  if (status_.ok() && options_.header && !width_known_) {
    status_ = Fail(CsvCode::kNoHeader, "the file is empty; its first row names the columns");
  }
  pending_.clear();
  return status_;
}

absl::Status CsvParser::Take(std::string_view text, bool at_end, size_t& used) {
  if (!started_) {
    RETURN_IF_ERROR(Sniff(text.substr(0, kSniffBytes), at_end && text.size() <= kSniffBytes, used));
    started_ = true;
  }
  while (used < text.size()) {
    size_t row_bytes = 0;
    const Found found = ScanRow(text.substr(used), at_end, row_bytes);
    const bool too_long =
        (found == Found::kRow ? row_bytes : text.size() - used) > options_.max_row_bytes;
    if (too_long) {
      return Fail(CsvCode::kRowTooLong, "the row that starts here has more than " +
                                            std::to_string(options_.max_row_bytes) +
                                            " bytes; is a quote left open?");
    }
    if (found == Found::kNeedMore) {
      if (!at_end) return absl::OkStatus();
      return Fail(CsvCode::kUnterminatedQuote,
                  "a quote opens in the row that starts here and the file ends before it closes");
    }
    RETURN_IF_ERROR(DeliverRow(text.substr(used, row_bytes)));
    line_ += lines_in_row_ + 1;
    used += row_bytes;
  }
  return absl::OkStatus();
}

absl::Status CsvParser::Sniff(std::string_view sample, bool complete, size_t& used) {
  if (sample.starts_with("\xFF\xFE") || sample.starts_with("\xFE\xFF")) {
    return Fail(CsvCode::kUnsupportedEncoding, "the file is in UTF-16; save it as UTF-8");
  }
  if (sample.find('\0') != std::string_view::npos) {
    return Fail(CsvCode::kUnsupportedEncoding,
                "the file has zero bytes, so it is not text in UTF-8 or Windows-1252; save it as "
                "CSV in UTF-8");
  }
  if (sample.starts_with("\xEF\xBB\xBF")) {
    used = 3;
    sample.remove_prefix(3);
    dialect_.byte_order_mark = true;
    encoding_known_ = true;
  } else if (options_.encoding.has_value()) {
    dialect_.encoding = *options_.encoding;
    encoding_known_ = true;
  } else {
    SniffEncoding(sample);
  }
  if (options_.separator != '\0') {
    dialect_.separator = options_.separator;
  } else {
    SniffSeparator(sample, complete);
  }
  return absl::OkStatus();
}

// By the majority of the lines that are not ASCII: one damaged line does not make a file
// Windows-1252.
void CsvParser::SniffEncoding(std::string_view sample) {
  int utf8 = 0;
  int other = 0;
  while (!sample.empty()) {
    const size_t end = sample.find_first_of("\r\n");
    const std::string_view line = sample.substr(0, end);
    // What is cut off at the end of the sample says nothing.
    if (!IsAscii(line) && (end != std::string_view::npos || utf8 + other == 0)) {
      ++(IsUtf8(line) ? utf8 : other);
    }
    if (end == std::string_view::npos) break;
    sample.remove_prefix(end + 1);
  }
  if (utf8 + other == 0) return;
  dialect_.encoding = utf8 > other ? Encoding::kUtf8 : Encoding::kWindows1252;
  encoding_known_ = true;
}

// The separator with which most rows have as many cells as the first one.
void CsvParser::SniffSeparator(std::string_view sample, bool complete) {
  char best = ',';
  size_t best_width = 1;
  int best_agreeing = 0;
  int best_rows = 1;
  for (const char separator : kSeparators) {
    dialect_.separator = separator;
    size_t width = 0;
    int agreeing = 0;
    int rows = 0;
    for (size_t at = 0; at < sample.size() && rows < kSniffRows;) {
      size_t row_bytes = 0;
      const bool last_chance = complete || rows == 0;
      if (ScanRow(sample.substr(at), last_chance, row_bytes) == Found::kNeedMore) break;
      at += row_bytes;
      if (RowIsBlank()) continue;
      if (rows == 0) width = spans_.size();
      if (spans_.size() == width) ++agreeing;
      ++rows;
    }
    if (width < 2) continue;
    const int ahead = agreeing * best_rows - best_agreeing * rows;
    if (ahead > 0 || (ahead == 0 && width > best_width)) {
      best = separator;
      best_width = width;
      best_agreeing = agreeing;
      best_rows = rows;
    }
  }
  dialect_.separator = best;
}

CsvParser::Found CsvParser::ScanRow(std::string_view text, bool at_end, size_t& used) {
  spans_.clear();
  lines_in_row_ = 0;
  stray_column_ = 0;
  too_many_cells_ = false;
  const char separator = dialect_.separator;
  const auto stops = [separator](char c) { return c == separator || c == '\n' || c == '\r'; };

  for (size_t at = 0;; ++at) {
    Span span{{}, false};
    size_t first = at;
    if (options_.trim) {
      while (first < text.size() && text[first] == ' ') ++first;
    }
    if (first < text.size() && text[first] == '"') {
      at = first + 1;
      if (!ScanQuoted(text, at_end, at, span)) return Found::kNeedMore;
      if (options_.trim) {
        while (at < text.size() && text[at] == ' ') ++at;
      }
      if (at < text.size() && !stops(text[at])) {
        if (stray_column_ == 0) stray_column_ = static_cast<int>(spans_.size()) + 1;
        while (at < text.size() && !stops(text[at])) ++at;
      }
    } else {
      const size_t begin = at;
      while (at < text.size() && !stops(text[at])) ++at;
      span.text = text.substr(begin, at - begin);
    }
    if (at == text.size() && !at_end) return Found::kNeedMore;

    if (spans_.size() < options_.max_cells) {
      spans_.push_back(span);
    } else {
      too_many_cells_ = true;
    }
    if (at == text.size()) {
      used = at;
      return Found::kRow;
    }
    if (text[at] == separator) continue;
    if (text[at] == '\r') {
      if (at + 1 == text.size() && !at_end) return Found::kNeedMore;
      if (at + 1 < text.size() && text[at + 1] == '\n') ++at;
    }
    used = at + 1;
    return Found::kRow;
  }
}

// `at` is after the opening quote, and comes to lie after the closing one. False if there is none.
bool CsvParser::ScanQuoted(std::string_view text, bool at_end, size_t& at, Span& span) {
  const size_t begin = at;
  while (true) {
    const size_t quote = text.find('"', at);
    if (quote == std::string_view::npos) return false;
    if (quote + 1 == text.size() && !at_end) return false;  // Perhaps the first of two.
    at = quote + 1;
    if (at < text.size() && text[at] == '"') {
      span.escaped = true;
      ++at;
      continue;
    }
    span.text = text.substr(begin, quote - begin);
    lines_in_row_ += CountLines(span.text);
    return true;
  }
}

bool CsvParser::RowIsBlank() const {
  return std::all_of(spans_.begin(), spans_.end(),
                     [](const Span& span) { return Trim(span.text).empty(); });
}

absl::Status CsvParser::DeliverRow(std::string_view raw) {
  if (options_.skip_empty_rows && RowIsBlank()) return absl::OkStatus();
  const bool is_header = options_.header && !width_known_;
  if (!is_header) ++rows_;
  if (too_many_cells_) {
    return Report(CsvCode::kTooManyCells, 0,
                  "the row has more than " + std::to_string(options_.max_cells) + " cells");
  }
  if (stray_column_ > 0) {
    return Report(CsvCode::kStrayQuote, stray_column_,
                  "text follows a closing quote; write a quote within quotes twice");
  }
  int bad_column = 0;
  if (!DecodeCells(raw, bad_column)) {
    return Report(CsvCode::kInvalidEncoding, bad_column,
                  "the cell has bytes that " + std::string(EncodingName(dialect_.encoding)) +
                      " does not have, though the rest of the file is in it");
  }
  return DeliverCells(is_header);
}

bool CsvParser::DecodeCells(std::string_view raw, int& bad_column) {
  const bool ascii = IsAscii(raw);
  if (!ascii && !encoding_known_) {
    dialect_.encoding = IsUtf8(raw) ? Encoding::kUtf8 : Encoding::kWindows1252;
    encoding_known_ = true;
  }
  const bool windows = !ascii && dialect_.encoding == Encoding::kWindows1252;
  const bool has_zero = std::memchr(raw.data(), 0, raw.size()) != nullptr;
  const bool suspect = has_zero || (!ascii && !windows && !IsUtf8(raw));

  cells_.clear();
  scratch_.clear();
  std::string plain;
  for (const Span& span : spans_) {
    if (suspect && (span.text.find('\0') != std::string_view::npos || !IsUtf8(span.text))) {
      bad_column = static_cast<int>(cells_.size()) + 1;
      return false;
    }
    std::string_view cell = span.text;
    const bool convert = windows && !IsAscii(cell);
    if (span.escaped || convert) {
      // A byte becomes three at most, so that cells_ stays valid while scratch_ grows.
      if (scratch_.capacity() < raw.size() * 3) scratch_.reserve(raw.size() * 3);
      const size_t begin = scratch_.size();
      if (convert) {
        plain.clear();
        AppendUnescaped(cell, plain);
        if (!AppendWindows1252(span.escaped ? std::string_view(plain) : cell, scratch_)) {
          bad_column = static_cast<int>(cells_.size()) + 1;
          return false;
        }
      } else {
        AppendUnescaped(cell, scratch_);
      }
      cell = std::string_view(scratch_).substr(begin);
    }
    cells_.push_back(options_.trim ? Trim(cell) : cell);
  }
  return true;
}

absl::Status CsvParser::DeliverCells(bool is_header) {
  if (!width_known_) {
    width_known_ = true;
    width_ = cells_.size();
  }
  const CsvRow row{cells_, line_, is_header ? 0 : rows_};
  if (is_header) {
    header_.assign(cells_.begin(), cells_.end());
    return handlers_.on_header ? handlers_.on_header(row) : absl::OkStatus();
  }
  // Some programs end every row with empty cells that the header does not have.
  size_t size = cells_.size();
  while (size > width_ && Trim(cells_[size - 1]).empty()) --size;
  if (size != width_) {
    return Report(CsvCode::kWrongCellCount, 0,
                  "the row has " + std::to_string(size) + " cells and the " +
                      (options_.header ? "header" : "first row") + " " + std::to_string(width_) +
                      "; a cell that holds '" + std::string(1, dialect_.separator) +
                      "' needs quotes");
  }
  return handlers_.on_row(CsvRow{row.cells.first(size), row.line, row.row});
}

absl::Status CsvParser::Report(CsvCode code, int column, std::string sentence) {
  const bool is_header = options_.header && !width_known_;
  const CsvProblem problem{code, line_, is_header ? 0 : rows_, column, std::move(sentence)};
  if (is_header || !handlers_.on_problem) return problem.ToStatus();
  return handlers_.on_problem(problem);
}

absl::Status CsvParser::Fail(CsvCode code, std::string sentence) const {
  return CsvProblem{code, line_, rows_, 0, std::move(sentence)}.ToStatus();
}

absl::Status ReadCsv(std::string_view text, CsvOptions options, CsvParser::Handlers handlers) {
  CsvParser parser(std::move(options), std::move(handlers));
  RETURN_IF_ERROR(parser.Feed(text));
  return parser.Finish();
}

absl::StatusOr<CsvTable> ReadCsvTable(std::string_view text, CsvOptions options) {
  CsvTable table;
  CsvParser parser(std::move(options), {.on_row = [&table](const CsvRow& row) {
                     table.rows.push_back({row.line, {row.cells.begin(), row.cells.end()}});
                     return absl::OkStatus();
                   }});
  RETURN_IF_ERROR(parser.Feed(text));
  RETURN_IF_ERROR(parser.Finish());
  table.dialect = parser.dialect();
  table.header = parser.header();
  return table;
}

}  // namespace vg
