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
#include "common/status/error.h"
#include "services/catalogue/domain/menu.h"

namespace vg::catalogue {

// Enumerations are numbered as the API numbers them.
enum class ChoiceStatus { kPlanned = 1, kRunning = 2, kFinished = 3, kStopped = 4 };
enum class Involvement { kNotSaid = 0, kNone = 1, kInformed = 2, kConsulted = 3, kDecided = 4 };
enum class CouncilBody { kMr = 1, kGmr = 2 };
enum class ConsentState { kRequested = 1, kGiven = 2, kPartly = 3, kRefused = 4 };

struct ProgrammeKey {
  std::string school;       // "16SW03".
  std::string school_year;  // "2021-2022".

  friend auto operator<=>(const ProgrammeKey&, const ProgrammeKey&) = default;
};

struct Choice {
  std::string intervention;
  ChoiceStatus status = ChoiceStatus::kPlanned;
  std::optional<Money> planned_amount;
  std::optional<int> pupils_reached;
  std::string stop_reason;

  friend bool operator==(const Choice&, const Choice&) = default;
};

// What the school itself says.
struct Plan {
  std::string menu_edition;  // The id of the edition that was chosen from.
  std::optional<absl::CivilDay> scan_date;
  std::vector<std::string> goals;
  std::vector<Choice> choices;
  std::vector<std::string> considerations;  // The most important first.
  Involvement team = Involvement::kNotSaid;
  Involvement parents = Involvement::kNotSaid;
  Involvement pupils = Involvement::kNotSaid;
  Involvement council = Involvement::kNotSaid;

  friend bool operator==(const Plan&, const Plan&) = default;
};

// What a council decided.
struct Consent {
  CouncilBody body = CouncilBody::kMr;
  ConsentState state = ConsentState::kRequested;
  absl::CivilDay date;
  std::string evidence;    // A reference to the minutes.
  absl::Time record_time;  // When it was recorded here.

  friend bool operator==(const Consent&, const Consent&) = default;
};

struct Programme {
  ProgrammeKey key;
  Plan plan;
  std::vector<Consent> consents;  // By date, newest first; of one day the last recorded first.
  int revision = 0;               // How often it changed, from 1.
  absl::Time update_time;

  friend bool operator==(const Programme&, const Programme&) = default;
};

// The most decisions one programme keeps.
inline constexpr int kMaxConsents = 100;

// Whether `year` is two years that follow each other: "2021-2022".
bool IsSchoolYear(std::string_view year);

// BAD_SCHOOL, BAD_YEAR on "name". Whether the school exists is the registry's to know.
std::vector<FieldViolation> CheckKey(const ProgrammeKey& key);

// What of `plan` does not go with `menu`, the edition that it names: NOT_ON_MENU, CHOSEN_TWICE,
// SUPPORTING_ALONE, NO_STOP_REASON, NOT_STOPPED, BAD_AMOUNT, RANKED_TWICE, with paths such as
// "choices[3].intervention".
std::vector<FieldViolation> CheckPlan(const Plan& plan, const Menu& menu);

// CONSENT_IN_FUTURE on "date".
std::vector<FieldViolation> CheckConsent(const Consent& consent, absl::CivilDay today);

// The day it is in the Netherlands at `now`.
absl::CivilDay Today(absl::Time now);

// Whether the two are one decision, whenever it was recorded.
bool SameDecision(const Consent& a, const Consent& b);

// SHA-256 over the canonical form.
std::string Digest(const Plan& plan);
std::string Digest(const Consent& consent);  // Without record_time.

// Changes with every change of the programme.
std::string EtagOf(const Programme& programme);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_PROGRAMME_H_
