// Reading and writing CSV as the world writes it.
//
// CsvParser is a push parser: feed it chunks as they arrive, it hands out rows. It finds out the
// separator (; , tab |) and the encoding (UTF-8 with or without byte order mark, Windows-1252) by
// itself, takes LF, CRLF and CR as line ends, and separators, line ends and doubled quotes inside
// quotes. Cells are views, in UTF-8, that live as long as the callback that receives them.
//
// A file whose every row is wrong still gives one problem per row, each with its line and column.
// Not thread-safe; one parser reads one file.

#ifndef VG_COMMON_TEXT_CSV_H_
#define VG_COMMON_TEXT_CSV_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/text/encoding.h"

namespace vg {

struct CsvOptions {
  char separator = '\0';             // '\0': found out from the first rows.
  std::optional<Encoding> encoding;  // Empty: found out.
  bool header = true;                // The first row names the columns; it is not given as a row.
  bool trim = true;                  // Blanks around unquoted and quoted cells are dropped.
  bool skip_empty_rows = true;       // Rows without any text are passed over.
  size_t max_row_bytes = 1 << 20;    // A longer row is nearly always a quote that is never closed.
  size_t max_cells = 4096;
};

enum class CsvCode {
  kUnterminatedQuote,    // UNTERMINATED_QUOTE: the file ends within quotes.
  kStrayQuote,           // STRAY_QUOTE: text after a closing quote, as in "a"b.
  kRowTooLong,           // ROW_TOO_LONG
  kTooManyCells,         // TOO_MANY_CELLS
  kWrongCellCount,       // WRONG_CELL_COUNT: more or fewer cells than the header has.
  kInvalidEncoding,      // INVALID_ENCODING: bytes that the file's encoding does not have.
  kUnsupportedEncoding,  // UNSUPPORTED_ENCODING: UTF-16 or a binary file.
  kNoHeader,             // NO_HEADER: the file is empty.
};
std::string_view CsvCodeName(CsvCode code);

// One thing that is wrong with the file.
struct CsvProblem {
  CsvCode code;
  int64_t line = 0;  // 1 is the first line of the file.
  int64_t row = 0;   // 1 is the first row after the header.
  int column = 0;    // 1 is the first cell; 0: the row as a whole.
  std::string sentence;

  // INVALID_ARGUMENT with the code as reason and line, row, column as metadata.
  absl::Status ToStatus() const;
};

struct CsvRow {
  std::span<const std::string_view> cells;
  int64_t line = 0;  // Where the row starts; 1 is the first line of the file.
  int64_t row = 0;   // 1 is the first row after the header (or the first row if there is none).
};

// What was found out about the file.
struct CsvDialect {
  char separator = ',';
  Encoding encoding = Encoding::kUtf8;  // UTF-8 as long as only ASCII was seen.
  bool byte_order_mark = false;
};

class CsvParser {
 public:
  // A status that is not OK ends the reading and comes back from Feed or Finish.
  using RowHandler = absl::AnyInvocable<absl::Status(const CsvRow& row)>;
  // Called with the header row, once, before any row.
  using HeaderHandler = absl::AnyInvocable<absl::Status(const CsvRow& header)>;
  using ProblemHandler = absl::AnyInvocable<absl::Status(const CsvProblem& problem)>;

  struct Handlers {
    HeaderHandler on_header;  // May be empty.
    RowHandler on_row;
    ProblemHandler on_problem;  // Empty: the first problem ends the reading.
  };

  CsvParser(CsvOptions options, Handlers handlers);

  // Takes the next bytes of the file, in pieces of any size. After an error every call returns it.
  // Rows with WRONG_CELL_COUNT, STRAY_QUOTE, TOO_MANY_CELLS and INVALID_ENCODING go to on_problem
  // and reading goes on; the other problems end it.
  absl::Status Feed(std::string_view chunk);
  // Says that the file ends here, and hands out what is left.
  absl::Status Finish();

  const CsvDialect& dialect() const { return dialect_; }
  // Names of the columns as in the file, trimmed; empty before the header is read.
  const std::vector<std::string>& header() const { return header_; }
  int64_t rows() const { return rows_; }

 private:
  enum class Found { kRow, kNeedMore };

  struct Span {
    std::string_view text;
    bool escaped;  // Holds doubled quotes.
  };

  absl::Status Take(std::string_view text, bool at_end, size_t& used);
  absl::Status Sniff(std::string_view sample, bool complete, size_t& used);
  void SniffEncoding(std::string_view sample);
  void SniffSeparator(std::string_view sample, bool complete);
  Found ScanRow(std::string_view text, bool at_end, size_t& used);
  bool ScanQuoted(std::string_view text, bool at_end, size_t& at, Span& span);
  absl::Status DeliverRow(std::string_view raw);
  absl::Status DeliverCells(bool is_header);
  bool DecodeCells(std::string_view raw, int& bad_column);
  bool RowIsBlank() const;
  // Of the row being read: the status, if it is the header or nobody takes problems.
  absl::Status Report(CsvCode code, int column, std::string sentence);
  absl::Status Fail(CsvCode code, std::string sentence) const;

  const CsvOptions options_;
  Handlers handlers_;
  absl::Status status_;
  bool started_ = false;
  bool finished_ = false;
  bool encoding_known_ = false;
  bool width_known_ = false;
  CsvDialect dialect_;
  std::vector<std::string> header_;
  size_t width_ = 0;     // Cells that a row must have.
  std::string pending_;  // Bytes whose row has not ended yet.
  size_t retry_at_ = 0;  // Size of pending_ from which looking for the end again pays.
  int64_t line_ = 1;     // Where the row being read starts.
  int64_t rows_ = 0;

  // The row being read.
  std::vector<Span> spans_;
  std::vector<std::string_view> cells_;
  std::string scratch_;  // Cells that had to be rewritten.
  int64_t lines_in_row_ = 0;
  int stray_column_ = 0;
  bool too_many_cells_ = false;
};

// Reads a whole file that is already in memory.
absl::Status ReadCsv(std::string_view text, CsvOptions options, CsvParser::Handlers handlers);

// A small file as a table; for tests, examples and short lists. The first problem is the status.
struct CsvTable {
  CsvDialect dialect;
  std::vector<std::string> header;
  struct Row {
    int64_t line;
    std::vector<std::string> cells;
  };
  std::vector<Row> rows;
};
absl::StatusOr<CsvTable> ReadCsvTable(std::string_view text, CsvOptions options = {});

// Writes RFC 4180: CRLF, quotes only where needed, UTF-8 as given.
class CsvWriter {
 public:
  // Appends to `*out`, which must outlive the writer.
  explicit CsvWriter(std::string* out, char separator = ',') : out_(*out), separator_(separator) {}

  // A cell of the current row.
  CsvWriter& Cell(std::string_view text);
  CsvWriter& Cell(int64_t value);
  // A cell of words that somebody else chose, such as a name. What a spreadsheet would take for a
  // formula (it begins with = + - @, a tab or a line end) gets an apostrophe before it.
  CsvWriter& WordsCell(std::string_view text);
  // Ends the row.
  void EndRow();
  void Row(std::span<const std::string_view> cells);
  void Row(std::initializer_list<std::string_view> cells);

 private:
  std::string& out_;
  const char separator_;
  bool row_started_ = false;
};

}  // namespace vg

#endif  // VG_COMMON_TEXT_CSV_H_
