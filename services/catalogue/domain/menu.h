// The menu (menukaart): what schools may choose, in dated editions that never change.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_MENU_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_MENU_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

#include "common/status/error.h"

namespace vg::catalogue {

struct LocalizedText {
  std::string nl;
  std::string en;  // Empty if there is none.

  friend bool operator==(const LocalizedText&, const LocalizedText&) = default;
};

// As the API numbers them.
enum class Sector { kUnspecified = 0, kPrimary = 1, kSecondary = 2, kSpecial = 3 };

struct Category {
  std::string id;  // One capital letter.
  LocalizedText title;
  bool supporting_only = false;  // Its interventions may only support those of others.
};

// What one scheme of rating says; what it does not say is absent, which is not zero.
struct Evidence {
  std::string scheme;                // "EEF", "NJi".
  std::optional<int> effect_months;  // Mean learning gain.
  std::optional<int> strength;       // 1 to 5.
  std::optional<int> cost;           // 1 to 5.
  std::string rating;
  std::string source;
  LocalizedText note;
};

struct Intervention {
  std::string id;
  std::string category;
  LocalizedText title;
  LocalizedText summary;
  std::vector<Sector> sectors;  // Empty for all.
  std::vector<Evidence> evidence;
};

struct MenuEdition {
  LocalizedText title;
  absl::CivilDay start_date;  // The first day on which schools choose from it.
  std::vector<Category> categories;
  std::vector<Intervention> interventions;  // In the order of the menu.
};

// What is wrong with `edition` beyond its single fields, with paths such as
// "interventions[3].category": DUPLICATE_ID, UNKNOWN_CATEGORY, UNKNOWN_SECTOR. Empty if it is
// right.
std::vector<FieldViolation> CheckEdition(const MenuEdition& edition);

// SHA-256 over the canonical form of the content.
std::string Digest(const MenuEdition& edition);

// Whether `intervention` is meant for `sector` (kUnspecified: any).
bool MeantFor(const Intervention& intervention, Sector sector);

// Whether `text` is a part of the name or summary in either language, whatever its case. The empty
// text is part of everything.
bool Mentions(const Intervention& intervention, std::string_view text);

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
