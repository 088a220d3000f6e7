// Who answers what in one wave.

#ifndef VG_SERVICES_SURVEY_DOMAIN_FRAME_H_
#define VG_SERVICES_SURVEY_DOMAIN_FRAME_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/numeric/exact.h"
#include "services/survey/domain/sample.h"
#include "services/survey/domain/unit.h"
#include "services/survey/domain/wave.h"

namespace vg::survey {

// The part of a wave that never changes. Thread-safe once made.
class Frame {
 public:
  // `units` are those of the wave's snapshot, by name; a role without a sample is asked about all.
  Frame(const Wave& wave, std::vector<Unit> units, const std::vector<Sample>& samples = {});
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  // Which questionnaire a response about `unit` answers: its place in the wave. INVALID_ARGUMENT
  // (WRONG_QUESTIONNAIRE, WRONG_UNIT, UNKNOWN_UNIT, NOT_IN_SAMPLE) on the field.
  absl::StatusOr<int> Match(std::string_view questionnaire_version, std::string_view unit) const;

  // The unit of the wave's snapshot by its name; null if there is none.
  const Unit* Find(std::string_view unit) const;
  // The unit as `role` is asked about it, with what its sample says of it; null if it is not asked.
  const Unit* Find(std::string_view unit, Role role) const;
  // Its weight in the sample of `role`; 1 in a census.
  const Exact& Weight(std::string_view unit, Role role) const;
  // OK if `role` is asked about `unit`. INVALID_ARGUMENT on `field`: WRONG_UNIT, UNKNOWN_UNIT,
  // NOT_IN_SAMPLE.
  absl::Status CheckAsked(std::string_view unit, Role role, std::string_view field) const;
  // All that `role` is asked about, by name, as the second Find gives them.
  std::vector<const Unit*> UnitsOf(Role role) const;

  // By name.
  const std::vector<Unit>& units() const { return units_; }

 private:
  bool IsAsked(const Unit& unit, Role role) const;

  const std::string wave_name_;
  const std::string snapshot_;
  const std::vector<WaveQuestionnaire> questionnaires_;
  std::vector<std::string> version_names_;  // Of the questionnaires, in order.
  std::vector<Unit> units_;
  absl::flat_hash_map<absl::string_view, const Unit*> by_name_;

  struct Sampled {
    Unit unit;  // With stratum and further attributes.
    Exact weight;
  };
  std::map<Role, std::map<std::string, Sampled, std::less<>>> samples_;
};

// INVALID_ARGUMENT (NO_UNIT) on "quotas[i].where" after `prefix` if `wave` has a quota for which no
// unit of its frame has the attributes: most likely a value that is misspelt.
absl::Status CheckQuotas(const Wave& wave, const Frame& frame, std::string_view prefix);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_FRAME_H_
