// A round of asking: which questionnaires are put to which units, and when.

#ifndef VG_SERVICES_SURVEY_DOMAIN_WAVE_H_
#define VG_SERVICES_SURVEY_DOMAIN_WAVE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/survey/domain/questionnaire.h"
#include "services/survey/domain/unit.h"

namespace vg::survey {

struct WaveQuestionnaire {
  std::string questionnaire;  // "school-leaders"
  int version = 0;
  std::vector<Sector> sectors;  // Of the schools that are asked; empty: all. Ascending, no doubles.
  Role role = Role::kSchoolLeader;  // The questionnaire's.

  std::string version_name() const;  // "questionnaires/school-leaders/versions/1"
};

struct Wave {
  std::string id;  // "2022-winter"
  LocalizedText title;
  std::string snapshot;         // "snapshots/2021-10-01"
  std::string snapshot_digest;  // When the wave was opened.
  std::vector<WaveQuestionnaire> questionnaires;
  absl::Time open_time;
  absl::Time close_time;

  std::string name() const { return "waves/" + id; }
};

// INVALID_ARGUMENT: TIMES_REVERSED, QUESTIONNAIRE_TWICE, ROLE_TAKEN_TWICE. `prefix` comes before
// the names of fields ("wave.").
absl::Status CheckWave(const Wave& wave, std::string_view prefix);

// SHA-256 over what a caller says when it opens a wave: the same digest means the same wave.
std::string OpeningDigest(const Wave& wave);

// FAILED_PRECONDITION (WAVE_NOT_OPEN, WAVE_CLOSED) unless answers are taken at `now`.
absl::Status CheckOpen(const Wave& wave, absl::Time now);

// Whether `questionnaire` is put to schools of `sector`. Boards and municipalities have none.
bool Asks(const WaveQuestionnaire& questionnaire, Sector sector);

// Who answers what in one wave: the part of it that never changes. Thread-safe once made.
class Frame {
 public:
  // `units` are those of the wave's snapshot.
  Frame(const Wave& wave, const std::vector<Unit>& units);

  // Which questionnaire a response about `unit` answers: its place in the wave. INVALID_ARGUMENT
  // (WRONG_QUESTIONNAIRE, WRONG_UNIT, UNKNOWN_UNIT) on the field.
  absl::StatusOr<int> Match(std::string_view questionnaire_version, std::string_view unit) const;

  size_t size() const { return sectors_.size(); }

 private:
  const std::string wave_name_;
  const std::string snapshot_;
  const std::vector<WaveQuestionnaire> questionnaires_;
  std::vector<std::string> version_names_;            // Of the questionnaires, in order.
  absl::flat_hash_map<std::string, Sector> sectors_;  // By the unit's name.
};

// How many of `units` each role of `wave` asks.
std::map<Role, int64_t> CountPopulation(const Wave& wave, const std::vector<Unit>& units);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_WAVE_H_
