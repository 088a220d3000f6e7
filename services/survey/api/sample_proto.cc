#include "services/survey/api/sample_proto.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"
#include "services/survey/api/wave_proto.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;

absl::StatusOr<SampleUnit> UnitFromProto(const v1::SampleUnit& sent, const std::string& field) {
  SampleUnit unit{.unit = sent.unit(), .stratum = sent.stratum()};
  for (const v1::SampleStage& stage : sent.stages()) {
    unit.stages.push_back({stage.cluster(), stage.population_size()});
  }
  if (sent.has_weight()) {
    ASSIGN_OR_RETURN(unit.weight, rpc::FromProto(sent.weight(), field + ".weight"));
  }
  unit.attributes = FromProto(sent.attributes());
  return unit;
}

}  // namespace

absl::StatusOr<std::vector<Sample>> SamplesFromProto(
    const google::protobuf::RepeatedPtrField<v1::Sample>& samples) {
  std::vector<Sample> out;
  for (int i = 0; i < samples.size(); ++i) {
    Sample sample{.role = static_cast<Role>(samples[i].role()),
                  .description = samples[i].description()};
    sample.units.reserve(samples[i].units_size());
    for (int j = 0; j < samples[i].units_size(); ++j) {
      ASSIGN_OR_RETURN(
          SampleUnit unit,
          UnitFromProto(samples[i].units(j), absl::StrCat("samples[", i, "].units[", j, "]")));
      sample.units.push_back(std::move(unit));
    }
    out.push_back(std::move(sample));
  }
  return out;
}

v1::SampleUnit ToProto(const SampleUnit& unit) {
  v1::SampleUnit out;
  out.set_unit(unit.unit);
  out.set_stratum(unit.stratum);
  for (const SampleStage& stage : unit.stages) {
    v1::SampleStage& told = *out.add_stages();
    told.set_cluster(stage.cluster);
    told.set_population_size(stage.population_size);
  }
  *out.mutable_weight() = rpc::ToProto(unit.weight);
  for (const auto& [name, value] : unit.attributes) (*out.mutable_attributes())[name] = value;
  return out;
}

v1::SampleSummary ToProto(const SampleSummary& summary) {
  v1::SampleSummary out;
  out.set_role(static_cast<v1::Role>(summary.role));
  out.set_description(summary.description);
  out.set_unit_count(static_cast<int>(summary.units));
  out.set_stratum_count(static_cast<int>(summary.strata));
  out.set_stage_count(static_cast<int>(summary.stages));
  *out.mutable_weight_sum() = rpc::ToProto(summary.weight);
  out.set_digest(summary.digest);
  return out;
}

}  // namespace vg::survey
