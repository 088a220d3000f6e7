// Reading one file of an import, row by row, as its bytes arrive.

#ifndef VG_SERVICES_REGISTRY_DOMAIN_FILE_READER_H_
#define VG_SERVICES_REGISTRY_DOMAIN_FILE_READER_H_

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

#include "common/digest/digest.h"
#include "common/text/csv.h"
#include "common/text/header.h"
#include "services/registry/domain/drafts.h"
#include "services/registry/domain/layout.h"
#include "services/registry/domain/refusal.h"
#include "services/registry/domain/snapshot.h"

namespace vg::registry {

// Adds the rows of one file to the drafts and its faults to the report. A row is refused for its
// first fault. Not thread-safe; `drafts` must outlive it.
//
// A file most of whose rows are wrong in the same way is not a file with wrong rows: where more
// than a fifth of at least 20 rows have the wrong number of cells, or cells of one column that do
// not look like what the column's name says, those refusals give way to one of the whole file.
class FileReader {
 public:
  // `stated` is what the sender says the file holds; kUnknown: to be found out. `file` is its
  // position in the import.
  FileReader(int file, std::string name, SourceKind stated, absl::CivilDay count_date,
             Drafts& drafts);

  void Feed(std::string_view bytes);

  struct Result {
    SourceFile source;  // Without the rows that other files refuse.
    RefusalReport refusals;
  };
  Result Finish();

 private:
  // One row being read.
  struct RowView {
    std::span<const std::string_view> cells;
    int64_t line;
  };

  absl::Status OnHeader(const CsvRow& header);
  absl::Status OnRow(const CsvRow& row);
  absl::Status OnProblem(const CsvProblem& problem);
  void OnEnd(const absl::Status& status);

  void ReadBranch(const RowView& row);
  void ReadPrimaryPupils(const RowView& row);
  void ReadSecondaryPupils(const RowView& row);
  void ReadScore(const RowView& row);
  void ReadMunicipality(const RowView& row);
  void ReadPlainSchool(const RowView& row);

  // Each reads the cell of one column into `out`. False: the row was refused.
  bool Text(const RowView& row, size_t column, std::string& out, bool required = false);
  bool Branch(const RowView& row, size_t institution, size_t branch, std::string& out);
  bool BoardNumber(const RowView& row, size_t column, bool required, std::string& out);
  bool MunicipalityCode(const RowView& row, size_t column, std::string& out);
  bool Postcode(const RowView& row, size_t column, std::string& out);
  bool Province(const RowView& row, size_t column, std::string& out);
  bool PupilNumber(const RowView& row, size_t column, Count& out);
  bool Score(const RowView& row, size_t column, bool may_be_negative, std::optional<Exact>& out);
  bool CountDate(const RowView& row, size_t column);

  // The columns "attribute_…" of a plain file. False: the row was refused.
  bool PlainAttributes(const RowView& row, std::vector<Attribute>& out);
  bool MunicipalityAttributes(const RowView& row, std::vector<Attribute>& out);
  void AddRegisterRow(const RowView& row, School school);
  std::string_view Cell(const RowView& row, size_t column) const {
    return index_.Cell(row.cells, column);
  }
  std::string ColumnName(size_t column) const;
  std::string PlaceName(Place place) const;
  bool Refuse(RefusalCode code, const RowView& row, size_t column, std::string sentence);
  bool RefuseRow(RefusalCode code, const RowView& row, std::string sentence);
  void RefuseFile(RefusalCode code, int64_t line, std::string column, std::string sentence);
  void JudgeColumns();

  const int file_;
  const std::string name_;
  const SourceKind stated_;
  const absl::CivilDay count_date_;
  Drafts& drafts_;
  Sha256 hash_;
  CsvParser parser_;
  bool broken_ = false;  // The rest of the file is not read.
  SourceKind kind_ = SourceKind::kUnknown;
  std::vector<std::string> header_;
  ColumnIndex index_;
  std::vector<AttributeColumn> attributes_;
  int64_t rows_ = 0;
  int64_t wrong_widths_ = 0;
  std::vector<int64_t> misfits_;  // By column: cells that do not look like what they should be.
  std::set<absl::CivilDay> other_dates_;
  RefusalReport refusals_;
};

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_FILE_READER_H_
