#include "services/cli/actions/sample_file.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/text/csv.h"
#include "common/text/header.h"

namespace vg::cli {

const char kSampleFileHelp[] =
    "A sample is a CSV file with a row per unit and a header: `unit` (schools/16SW03), and, as "
    "far\n"
    "as they apply, `stratum`, `weight` (decimal, more than 0; 1 if there is no such column), and\n"
    "per stage `cluster_1`, `population_1`, `cluster_2`, `population_2` …: what was drawn in the\n"
    "stage, and from how many. `cluster` and `population` are those of the first. The cluster of\n"
    "the last stage is the unit itself and stays empty. Further columns are attributes of the\n"
    "units to break figures down by.";

namespace {

namespace v1 = voortgang::survey::v1;

constexpr int kMaxStages = 5;

// What one column says; `stage` counts from 1.
struct Column {
  enum class Kind { kUnit, kStratum, kWeight, kCluster, kPopulation, kAttribute };
  Kind kind = Kind::kAttribute;
  int stage = 0;
  std::string name;
};

// 2 of "cluster_2", 1 of "cluster"; 0 if `name`, a normalized one, is none of that.
int StageOf(std::string_view name, std::string_view what) {
  if (!name.starts_with(what)) return 0;
  name.remove_prefix(what.size());
  if (name.empty()) return 1;
  int stage = 0;
  if (!absl::SimpleAtoi(Av(name), &stage)) return 0;
  return stage >= 1 && stage <= kMaxStages ? stage : 0;
}

Column ColumnOf(std::string_view title) {
  const std::string name = NormalizeHeader(title);
  if (name == "unit") return {Column::Kind::kUnit, 0, name};
  if (name == "stratum") return {Column::Kind::kStratum, 0, name};
  if (name == "weight") return {Column::Kind::kWeight, 0, name};
  if (const int stage = StageOf(name, "cluster")) return {Column::Kind::kCluster, stage, name};
  if (const int stage = StageOf(name, "population")) {
    return {Column::Kind::kPopulation, stage, name};
  }
  return {Column::Kind::kAttribute, 0, std::string(title)};
}

absl::StatusOr<std::vector<Column>> ReadHeader(const std::vector<std::string>& header) {
  std::vector<Column> columns;
  std::set<std::pair<std::string, int>> seen;
  bool units = false;
  for (const std::string& title : header) {
    Column column = ColumnOf(title);
    units = units || column.kind == Column::Kind::kUnit;
    const std::string what = column.stage == 0 ? column.name : column.name.substr(0, 7);
    if (!seen.emplace(what, column.stage).second) {
      return InvalidField(title, "DUPLICATE_COLUMN", "is there twice");
    }
    columns.push_back(std::move(column));
  }
  if (!units) return InvalidField("unit", "MISSING_COLUMN", "must be there: schools/16SW03");
  return columns;
}

absl::Status ReadCell(const Column& column, const std::string& cell, v1::SampleUnit& unit) {
  switch (column.kind) {
    case Column::Kind::kUnit:
      unit.set_unit(cell);
      break;
    case Column::Kind::kStratum:
      unit.set_stratum(cell);
      break;
    case Column::Kind::kWeight:
      unit.mutable_weight()->set_value(cell);
      break;
    case Column::Kind::kCluster:
      unit.mutable_stages(column.stage - 1)->set_cluster(cell);
      break;
    case Column::Kind::kPopulation: {
      int64_t size = 0;
      if (!cell.empty() && !absl::SimpleAtoi(cell, &size)) {
        return InvalidField(column.name, "MALFORMED_NUMBER",
                            absl::StrCat("'", cell, "' is not a whole number"));
      }
      unit.mutable_stages(column.stage - 1)->set_population_size(size);
      break;
    }
    case Column::Kind::kAttribute:
      if (!cell.empty()) (*unit.mutable_attributes())[column.name] = cell;
      break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Sample> ReadSample(std::string_view text, v1::Role role) {
  ASSIGN_OR_RETURN(const CsvTable table, ReadCsvTable(text));
  ASSIGN_OR_RETURN(const std::vector<Column> columns, ReadHeader(table.header));
  int stages = 0;
  for (const Column& column : columns) stages = std::max(stages, column.stage);
  v1::Sample sample;
  sample.set_role(role);
  for (const CsvTable::Row& row : table.rows) {
    v1::SampleUnit& unit = *sample.add_units();
    for (int stage = 0; stage < stages; ++stage) unit.add_stages();
    for (size_t i = 0; i < columns.size(); ++i) {
      const absl::Status read = ReadCell(columns[i], row.cells[i], unit);
      if (!read.ok()) return Annotate(read, absl::StrCat("line ", row.line));
    }
  }
  return sample;
}

}  // namespace vg::cli
