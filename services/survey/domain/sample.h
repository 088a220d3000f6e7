// A part of the population that a role is asked about in place of all.

#ifndef VG_SERVICES_SURVEY_DOMAIN_SAMPLE_H_
#define VG_SERVICES_SURVEY_DOMAIN_SAMPLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "common/numeric/exact.h"
#include "services/survey/domain/unit.h"

namespace vg::survey {

class Frame;

struct SampleStage {
  std::string cluster;          // In the last stage empty, or the unit itself.
  int64_t population_size = 0;  // How many there were to draw from; 0: not told.
  friend bool operator==(const SampleStage&, const SampleStage&) = default;
};

struct SampleUnit {
  std::string unit;
  std::string stratum;
  std::vector<SampleStage> stages;  // As many for every unit of a sample.
  Exact weight = 1;                 // How many units of the population it stands for.
  Attributes attributes;
  friend bool operator==(const SampleUnit&, const SampleUnit&) = default;
};

struct Sample {
  Role role = Role::kSchoolLeader;
  std::string description;
  std::vector<SampleUnit> units;
};

// INVALID_ARGUMENT unless `sample` was drawn from the census of `frame` and holds together:
// UNKNOWN_UNIT, WRONG_UNIT, SAMPLED_TWICE, BAD_WEIGHT, STAGES_DIFFER, CLUSTER_IN_TWO_STRATA,
// SIZES_DIFFER, POPULATION_TOO_SMALL, RESERVED_NAME. `field` is where the sample stands.
absl::Status CheckSample(const Sample& sample, const Frame& frame, std::string_view field);

// What a wave remembers of a sample.
struct SampleSummary {
  Role role = Role::kSchoolLeader;
  std::string description;
  int64_t units = 0;
  int64_t strata = 0;
  int64_t stages = 0;
  Exact weight;  // Of all units together.
  std::string digest;
  friend bool operator==(const SampleSummary&, const SampleSummary&) = default;
};

// With a SHA-256 over the canonical form of the sample, whatever the order of its units.
SampleSummary Summarize(const Sample& sample);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_SAMPLE_H_
