#include "services/survey/storage/sample_rows.h"

#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/survey/storage/attributes_text.h"

namespace vg::survey {
namespace {

constexpr char kInsertSample[] =
    "INSERT INTO wave_sample (wave, role, description, digest, units, strata, stages, weight) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
constexpr char kSelectSamples[] =
    "SELECT role, description, digest, units, strata, stages, weight FROM wave_sample "
    "WHERE wave = $1 ORDER BY role";
constexpr char kSelectUnits[] =
    "SELECT unit, stratum, stages, weight, attributes FROM wave_sample_unit "
    "WHERE wave = $1 AND role = $2 AND unit > $3 ORDER BY unit LIMIT $4";

// Pairs of cluster and population size.
std::string StagesToText(const std::vector<SampleStage>& stages) {
  std::vector<std::string> items;
  for (const SampleStage& stage : stages) {
    items.push_back(stage.cluster);
    items.push_back(absl::StrCat(stage.population_size));
  }
  return ToText(items);
}

std::vector<SampleStage> StagesFromText(std::string_view text) {
  const std::vector<std::string> items = ListFromText(text);
  std::vector<SampleStage> stages;
  for (size_t i = 0; i + 1 < items.size(); i += 2) {
    SampleStage stage{.cluster = items[i]};
    if (!absl::SimpleAtoi(items[i + 1], &stage.population_size)) stage.population_size = 0;
    stages.push_back(std::move(stage));
  }
  return stages;
}

}  // namespace

absl::Status InsertSample(sql::Transaction& transaction, int64_t wave, const Sample& sample,
                          const SampleSummary& summary) {
  const int role = static_cast<int>(sample.role);
  RETURN_IF_ERROR(
      transaction
          .Execute(kInsertSample, {wave, role, sample.description, summary.digest, summary.units,
                                   summary.strata, summary.stages, summary.weight.ToText()})
          .status());
  size_t next = 0;
  return transaction
      .Append("wave_sample_unit",
              {"wave", "role", "unit", "stratum", "stages", "weight", "attributes"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == sample.units.size()) return false;
                const SampleUnit& unit = sample.units[next++];
                row = {wave,
                       role,
                       unit.unit,
                       unit.stratum,
                       StagesToText(unit.stages),
                       unit.weight.ToText(),
                       ToText(unit.attributes)};
                return true;
              })
      .status();
}

absl::StatusOr<std::vector<SampleSummary>> ReadSummaries(sql::Transaction& transaction,
                                                         int64_t wave) {
  std::vector<SampleSummary> summaries;
  RETURN_IF_ERROR(
      transaction.Query(kSelectSamples, {wave}, [&](const sql::Row& row) -> absl::Status {
        ASSIGN_OR_RETURN(const Exact weight, Exact::FromText(row.Text(6)));
        summaries.push_back({.role = static_cast<Role>(row.Int(0)),
                             .description = row.String(1),
                             .units = row.Int64(3),
                             .strata = row.Int64(4),
                             .stages = row.Int64(5),
                             .weight = weight,
                             .digest = row.String(2)});
        return absl::OkStatus();
      }));
  return summaries;
}

absl::StatusOr<std::vector<Sample>> ReadSamples(sql::Transaction& transaction, int64_t wave) {
  ASSIGN_OR_RETURN(const auto summaries, ReadSummaries(transaction, wave));
  std::vector<Sample> samples;
  for (const SampleSummary& summary : summaries) {
    ASSIGN_OR_RETURN(auto units, ReadSampleUnits(transaction, wave, summary.role, "",
                                                 static_cast<size_t>(summary.units)));
    samples.push_back({summary.role, summary.description, std::move(units)});
  }
  return samples;
}

absl::StatusOr<std::vector<SampleUnit>> ReadSampleUnits(sql::Transaction& transaction, int64_t wave,
                                                        Role role, std::string_view after,
                                                        size_t limit) {
  std::vector<SampleUnit> units;
  RETURN_IF_ERROR(transaction.Query(
      kSelectUnits, {wave, static_cast<int>(role), after, static_cast<int64_t>(limit)},
      [&units](const sql::Row& row) -> absl::Status {
        ASSIGN_OR_RETURN(const Exact weight, Exact::FromText(row.Text(3)));
        units.push_back({.unit = row.String(0),
                         .stratum = row.String(1),
                         .stages = StagesFromText(row.Text(2)),
                         .weight = weight,
                         .attributes = AttributesFromText(row.Text(4))});
        return absl::OkStatus();
      }));
  return units;
}

}  // namespace vg::survey
