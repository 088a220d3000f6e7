// A school's programme for one school year: what it chose from the menu and what its councils said.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_PROGRAMME_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_PROGRAMME_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/numeric/money.h"

namespace vg::catalogue {

// Enumerations are numbered as the API numbers them.
enum class ChoiceStatus { kPlanned = 1, kRunning = 2, kFinished = 3, kStopped = 4 };
enum class Involvement { kNotSaid = 0, kNone = 1, kInformed = 2, kConsulted = 3, kDecided = 4 };
enum class InvolvedGroup { kTeam = 1, kParents = 2, kPupils = 3, kCouncil = 4 };
enum class CouncilBody { kMr = 1, kGmr = 2 };
enum class ConsentState { kRequested = 1, kGiven = 2, kPartly = 3, kRefused = 4 };

struct ProgrammeKey {
  std::string school;       // "16SW03".
  std::string school_year;  // "2021-2022".

  friend auto operator<=>(const ProgrammeKey&, const ProgrammeKey&) = default;
};

// A status that an intervention came to.
struct StatusChange {
  ChoiceStatus status = ChoiceStatus::kPlanned;
  absl::CivilDay date;  // From which day it held.
  std::string stop_reason;
  std::string evidence;
  absl::Time record_time;

  friend bool operator==(const StatusChange&, const StatusChange&) = default;
};

struct Choice {
  std::string intervention;
  ChoiceStatus status = ChoiceStatus::kPlanned;
  std::optional<Money> planned_amount;
  std::optional<int> pupils_reached;
  std::string stop_reason;
  bool above_school_level = false;
  std::optional<int> above_school_percent;
  std::vector<std::string> joint_schools;   // Their codes.
  std::vector<std::string> goals;           // Ids of structured goals.
  std::vector<std::string> considerations;  // The most important first.
  std::optional<absl::CivilDay> planned_start;
  std::optional<absl::CivilDay> planned_end;
  std::optional<absl::CivilDay> status_date;  // As the last of the history, if there is one.
  std::string status_evidence;                // Likewise.
  std::vector<StatusChange> history;          // The oldest first; kept by the service.

  friend bool operator==(const Choice&, const Choice&) = default;
};

// How the scan was made; empty where the school does not say.
struct Scan {
  std::string made_by;
  std::vector<std::string> instruments;
  std::vector<std::string> outcome_areas;
  std::string evidence;

  friend bool operator==(const Scan&, const Scan&) = default;
};

struct Goal {
  std::string id;
  std::string text;
  std::string outcome_area;
  std::string need;
  std::string target_group;

  friend bool operator==(const Goal&, const Goal&) = default;
};

// The day of a step, and where it is recorded.
struct Milestone {
  absl::CivilDay date;
  std::string evidence;

  friend bool operator==(const Milestone&, const Milestone&) = default;
};

// When and how a group took part.
struct Moment {
  InvolvedGroup group = InvolvedGroup::kTeam;
  absl::CivilDay date;
  std::string form;
  std::string evidence;

  friend bool operator==(const Moment&, const Moment&) = default;
};

// What the school itself says.
struct Plan {
  std::string menu_edition;  // The id of the edition that was chosen from.
  std::optional<absl::CivilDay> scan_date;
  Scan scan;
  std::vector<std::string> goals;  // In the school's own words.
  std::vector<Goal> structured_goals;
  std::optional<Milestone> goals_set;
  std::vector<Choice> choices;
  std::optional<Milestone> choices_made;
  std::vector<std::string> considerations;  // The most important first.
  Involvement team = Involvement::kNotSaid;
  Involvement parents = Involvement::kNotSaid;
  Involvement pupils = Involvement::kNotSaid;
  Involvement council = Involvement::kNotSaid;
  std::vector<Moment> moments;

  friend bool operator==(const Plan&, const Plan&) = default;
};

// What a council decided.
struct Consent {
  CouncilBody body = CouncilBody::kMr;
  ConsentState state = ConsentState::kRequested;
  absl::CivilDay date;
  std::string evidence;    // A reference to the minutes.
  absl::Time record_time;  // When it was recorded here.
  int revision = 0;        // Of the programme that it is about; 0 in what is handed in: the newest.
  std::optional<absl::Time> retract_time;  // When it was taken back.

  friend bool operator==(const Consent&, const Consent&) = default;
};

// Something that is noticed about a programme.
struct Finding {
  std::string code;
  std::string field;  // Empty: the programme as a whole.
  std::string sentence;

  friend bool operator==(const Finding&, const Finding&) = default;
};

struct Programme {
  ProgrammeKey key;
  Plan plan;
  // By date, newest first; of one day by revision, the newest first, so that a confirmation stands
  // whatever was recorded after it; of one revision the last recorded first.
  std::vector<Consent> consents;
  std::optional<absl::Time> choices_change_time;  // When what councils consent to last changed.
  int choices_revision = 0;       // The revision with which it did; 0: nothing was ever chosen.
  std::vector<Finding> warnings;  // As of the last change of the plan.
  std::string imported_digest;    // Of the plan that was last filed by a stream, as it was filed.
  int imported_revision = 0;      // That last said so when it was filed; 0: none was.
  int revision = 0;               // How often it changed, from 1.
  absl::Time update_time;

  friend bool operator==(const Programme&, const Programme&) = default;
};

// The most that one programme keeps.
inline constexpr int kMaxConsents = 100;
inline constexpr int kMaxStatuses = 50;  // Per choice.

// The day it is in the Netherlands at `now`.
absl::CivilDay Today(absl::Time now);

// How far a group took part, by what the plan says of it.
Involvement InvolvementOf(const Plan& plan, InvolvedGroup group);

// Whether `said` is the decision `kept`, whenever that was recorded: about the revision that `said`
// names, or any if it names none.
bool SameDecision(const Consent& kept, const Consent& said);

// SHA-256 over the canonical form.
std::string Digest(const Plan& plan);
std::string Digest(const Consent& consent);  // Of what the council decided.

// Changes with every change of the programme.
std::string EtagOf(const Programme& programme);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_PROGRAMME_H_
