// Any bytes: a definition that measures records, or a refusal with its place; never a crash.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/status/error.h"
#include "common/yaml/yaml.h"
#include "services/indicators/api/definition_proto.h"
#include "services/indicators/domain/estimate.h"
#include "services/indicators/domain/measure.h"
#include "services/indicators/domain/record.h"

namespace {

using vg::expression::Frame;
using vg::expression::Value;

// A programme in which everything is said.
Frame Programme() {
  const vg::indicators::RecordShape& shape = vg::indicators::ProgrammeShape();
  Frame record = shape.Empty();
  for (const char* name : {"choices", "planned", "running", "considerations"}) {
    shape.Set(record, name, Value::Texts({"feedback", "tutoring"}));
  }
  shape.Set(record, "school_year", Value::Text("2021-2022"));
  shape.Set(record, "team_involvement", Value::Text("decided"));
  shape.Set(record, "mr_consent", Value::Text("given"));
  shape.Set(record, "planned_amount", Value::Number(*vg::Exact::FromDecimal("1200.5")));
  shape.Set(record, "scan_made", Value::Bool(true));
  return record;
}

// A record and its withdrawal leave nothing; a record alone makes a figure per category.
void Tabulated(const vg::indicators::Rules& rules,
               const vg::indicators::Contribution& contribution) {
  vg::indicators::SumsColumns sums;
  vg::indicators::TableIndex index;
  index.group_of = {-1};
  for (const auto& [category, added] : contribution) sums.Add(0, category, added);
  for (const auto& estimate : Tabulate(rules, {}, {.sums = &sums, .index = &index})) {
    if (estimate.n != 1 || estimate.unit_count != 1) std::abort();
    if (!estimate.value.has_value() && rules.kind != vg::indicators::MeasureKind::kRatio) {
      std::abort();
    }
  }
  for (const auto& [category, added] : contribution) sums.Add(0, category, -added);
  if (!sums.BaseAt(0).IsZero()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  voortgang::indicators::v1::IndicatorDefinition definition;
  if (!vg::ParseYaml(text, &definition, nullptr, {.max_bytes = 64 << 10, .max_nodes = 10'000})
           .ok()) {
    return 0;
  }
  if (vg::indicators::DigestOf(definition) != vg::indicators::DigestOf(definition)) std::abort();
  const auto rules = vg::indicators::RulesFromProto(definition);
  if (!rules.ok()) return 0;
  const auto measure =
      vg::indicators::Measure::Compile(*rules, vg::indicators::ProgrammeShape().environment());
  if (!measure.ok()) {
    if (vg::DetailsOf(measure.status()).violations.empty()) std::abort();
    return 0;
  }
  for (const Frame& record : {Programme(), vg::indicators::ProgrammeShape().Empty()}) {
    const vg::indicators::Contribution contribution = measure->Of(record);
    // Nothing, or one record.
    if (contribution.empty()) continue;
    if (contribution.at("").n != 1) std::abort();
    Tabulated(*rules, contribution);
  }
  return 0;
}
