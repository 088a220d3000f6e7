// A round of asking: which questionnaires are put to which units, and when.

#ifndef VG_SERVICES_SURVEY_DOMAIN_WAVE_H_
#define VG_SERVICES_SURVEY_DOMAIN_WAVE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/survey/domain/questionnaire.h"
#include "services/survey/domain/sample.h"
#include "services/survey/domain/unit.h"

namespace vg::survey {

// Who may answer a questionnaire of a wave. The numbers are stored and are those of the proto.
enum class Access {
  kAnybody = 0,
  kInvited = 1,  // Only with the token of an invitation to the unit.
};

struct WaveQuestionnaire {
  std::string questionnaire;  // "school-leaders"
  int version = 0;
  std::vector<Sector> sectors;  // Of the schools that are asked; empty: all. Ascending, no doubles.
  Role role = Role::kSchoolLeader;  // The questionnaire's.
  Access access = Access::kAnybody;

  std::string version_name() const;  // "questionnaires/school-leaders/versions/1"
};

// A limit on the number of complete responses.
struct Quota {
  std::string id;
  Role role = Role::kSchoolLeader;
  Attributes where;  // Of the units whose responses it limits; empty: of all.
  int64_t limit = 0;
  friend bool operator==(const Quota&, const Quota&) = default;
};

struct Wave {
  std::string id;  // "2022-winter"
  LocalizedText title;
  std::string snapshot;         // "snapshots/2021-10-01"
  std::string snapshot_digest;  // When the wave was opened.
  std::vector<WaveQuestionnaire> questionnaires;
  absl::Time open_time;
  absl::Time close_time;
  std::vector<Quota> quotas = {};
  std::vector<SampleSummary> samples = {};  // By role; the others are asked in a census.

  std::string name() const { return "waves/" + id; }
};

// INVALID_ARGUMENT: TIMES_REVERSED, QUESTIONNAIRE_TWICE, ROLE_TAKEN_TWICE; of quotas and samples
// QUOTA_TWICE, SAMPLE_TWICE, ROLE_NOT_ASKED. `prefix` comes before the names of fields ("wave.").
absl::Status CheckWave(const Wave& wave, std::string_view prefix);

// SHA-256 over what a caller says when it opens a wave: the same digest means the same wave.
std::string OpeningDigest(const Wave& wave);

// FAILED_PRECONDITION (WAVE_NOT_OPEN, WAVE_CLOSED) unless answers are taken at `now`.
absl::Status CheckOpen(const Wave& wave, absl::Time now);

// Whether a questionnaire of `wave` is put to `role`.
bool AsksRole(const Wave& wave, Role role);

// Whether `questionnaire` is put to schools of `sector`. Boards and municipalities have none.
bool Asks(const WaveQuestionnaire& questionnaire, Sector sector);

// How many of `units` each role of `wave` is asked about: those of its sample, if it has one.
std::map<Role, int64_t> CountPopulation(const Wave& wave, const std::vector<Unit>& units);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_WAVE_H_
