// The menu (menukaart): what schools may choose, in dated editions that never change.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_MENU_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_MENU_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

#include "common/numeric/format.h"

namespace vg::catalogue {

struct LocalizedText {
  std::string nl;
  std::string en;  // Empty if there is none.

  friend bool operator==(const LocalizedText&, const LocalizedText&) = default;
};

// The text in `language`; Dutch where there is no other.
const std::string& TextIn(Language language, const LocalizedText& text);

// As the API numbers them.
enum class Sector { kUnspecified = 0, kPrimary = 1, kSecondary = 2, kSpecial = 3 };

struct Category {
  std::string id;  // One capital letter.
  LocalizedText title;
  bool supporting_only = false;  // Its interventions may only support those of others.
};

// Effect sizes that a scheme calls the same number of months, both ends included.
struct EffectBand {
  int effect_months = 0;
  int from_hundredths = 0;
  int to_hundredths = 0;
};

struct EvidenceRating {
  std::string id;
  LocalizedText title;
};

// A scheme of rating, and how to read it.
struct EvidenceScheme {
  std::string id;  // "EEF".
  LocalizedText title;
  LocalizedText description;
  std::string url;
  std::vector<EvidenceRating> ratings;  // Empty: ratings are free text.
  std::vector<EffectBand> bands;        // Ascending.
};

// Why a scheme gives no effect in months, as the API numbers it. Neither is an effect of zero.
enum class EffectStatus { kUnspecified = 0, kTooFewStudies = 1, kNotRated = 2 };

struct EvidenceSource {
  std::string title;
  std::string url;
  std::optional<int> year;
  LocalizedText note;
};

// What one scheme of rating says of one scope; what it does not say is absent, which is not zero.
struct Evidence {
  std::string scheme;                // "EEF", "NJi".
  std::optional<int> effect_months;  // Mean learning gain.
  std::optional<int> strength;       // 1 to 5.
  std::optional<int> cost;           // 1 to 5.
  std::string rating;
  std::string source;
  LocalizedText note;
  std::vector<EvidenceSource> sources;
  EffectStatus effect_status = EffectStatus::kUnspecified;
  std::optional<int> effect_size_hundredths;
  std::string scope;  // "primary, reading"; empty for what holds as a whole.
  std::optional<int> study_count;
  std::optional<absl::CivilDay> review_date;
};

// That an intervention may be paid from a grant from the first day to the last.
struct GrantEligibility {
  std::string grant;
  absl::CivilDay start_date;
  absl::CivilDay end_date;
  std::string legal_reference;
  std::string url;
  LocalizedText conditions;
};

struct Intervention {
  std::string id;
  std::string category;
  LocalizedText title;
  LocalizedText summary;
  std::vector<Sector> sectors;  // Empty for all.
  std::vector<Evidence> evidence;
  std::vector<GrantEligibility> grants;
  std::vector<std::string> replaces;  // Ids of former editions.
};

struct MenuEdition {
  LocalizedText title;
  absl::CivilDay start_date;               // The first day on which schools choose from it.
  std::optional<absl::CivilDay> end_date;  // The last; absent: until the next edition begins.
  std::vector<EvidenceScheme> schemes;     // Empty: any scheme is taken.
  std::vector<Category> categories;
  std::vector<Intervention> interventions;  // In the order of the menu.
};

// SHA-256 over the canonical form of the content.
std::string Digest(const MenuEdition& edition);

// Whether `intervention` is meant for `sector` (kUnspecified: any).
bool MeantFor(const Intervention& intervention, Sector sector);

// Whether `text` is a part of the name or summary in either language, whatever its case and
// diacritics. The empty text is part of everything.
bool Mentions(const Intervention& intervention, std::string_view text);

// Whether `intervention` may be paid from `grant` (empty: from any) on `day` (nothing: on some
// day).
bool Payable(const Intervention& intervention, std::string_view grant,
             std::optional<absl::CivilDay> day);

// A published edition, ready to be looked up in. Immutable, thread-safe.
class Menu {
 public:
  // `edition` is right in the sense of CheckEdition; `name` is "menuEditions/2021-spring".
  Menu(std::string name, MenuEdition edition);
  Menu(const Menu&) = delete;
  Menu& operator=(const Menu&) = delete;

  const std::string& name() const { return name_; }
  const MenuEdition& edition() const { return edition_; }
  // The place of an intervention on the menu, from 0; nothing if it is not on it.
  std::optional<size_t> Find(std::string_view intervention) const;
  // Whether the intervention at `place` may only support others.
  bool SupportsOnly(size_t place) const { return supports_only_[place]; }

 private:
  const std::string name_;
  const MenuEdition edition_;
  std::map<std::string, size_t, std::less<>> places_;
  std::vector<bool> supports_only_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_MENU_H_
