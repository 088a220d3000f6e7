#include "services/catalogue/domain/menu_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/catalogue/domain/errors.h"
#include "services/catalogue/domain/menu_errors.h"

namespace vg::catalogue {
namespace {

// Looks at one edition; every method adds what it finds.
class Checker {
 public:
  explicit Checker(const MenuEdition& edition) : edition_(edition) {}

  std::vector<FieldViolation> Check() && {
    if (edition_.end_date && *edition_.end_date < edition_.start_date) {
      Add(PeriodReversed("end_date"));
    }
    CheckSchemes();
    std::set<std::string_view> categories;
    for (size_t i = 0; i < edition_.categories.size(); ++i) {
      const std::string& id = edition_.categories[i].id;
      const bool first = categories.insert(id).second;
      if (!first) Add(DuplicateId(absl::StrCat("categories[", i, "].id"), id));
    }
    for (const Intervention& intervention : edition_.interventions)
      on_menu_.insert(intervention.id);
    std::set<std::string_view> seen;
    for (size_t i = 0; i < edition_.interventions.size(); ++i) {
      const Intervention& intervention = edition_.interventions[i];
      const std::string path = absl::StrCat("interventions[", i, "]");
      const bool first = seen.insert(intervention.id).second;
      if (!first) Add(DuplicateId(path + ".id", intervention.id));
      if (!categories.contains(intervention.category)) {
        Add(UnknownCategory(path + ".category", intervention.category));
      }
      CheckSectors(intervention, path);
      CheckEvidence(intervention, path);
      CheckGrants(intervention, path);
      CheckReplaces(intervention, path);
    }
    return std::move(violations_);
  }

 private:
  void Add(FieldViolation violation) { violations_.push_back(std::move(violation)); }

  void CheckSchemes() {
    for (size_t i = 0; i < edition_.schemes.size(); ++i) {
      const EvidenceScheme& scheme = edition_.schemes[i];
      const std::string path = absl::StrCat("schemes[", i, "]");
      const bool first = schemes_.emplace(scheme.id, &scheme).second;
      if (!first) Add(DuplicateId(path + ".id", scheme.id));
      std::set<std::string_view> ratings;
      for (size_t j = 0; j < scheme.ratings.size(); ++j) {
        const std::string& id = scheme.ratings[j].id;
        const bool once = ratings.insert(id).second;
        if (!once) Add(DuplicateId(absl::StrCat(path, ".ratings[", j, "].id"), id));
      }
      for (size_t j = 0; j < scheme.bands.size(); ++j) {
        const EffectBand& band = scheme.bands[j];
        const bool ascends = j == 0 || (scheme.bands[j - 1].to_hundredths < band.from_hundredths &&
                                        scheme.bands[j - 1].effect_months < band.effect_months);
        if (band.to_hundredths < band.from_hundredths || !ascends) {
          Add(BandsOutOfOrder(absl::StrCat(path, ".bands[", j, "]")));
        }
      }
    }
  }

  void CheckSectors(const Intervention& intervention, const std::string& path) {
    std::set<Sector> sectors;
    for (size_t i = 0; i < intervention.sectors.size(); ++i) {
      const Sector sector = intervention.sectors[i];
      const std::string field = absl::StrCat(path, ".sectors[", i, "]");
      if (sector < Sector::kPrimary || sector > Sector::kSpecial) {
        Add(UnknownSector(field));
      } else if (!sectors.insert(sector).second) {
        Add(DuplicateId(field, "this sector"));
      }
    }
  }

  void CheckEvidence(const Intervention& intervention, const std::string& path) {
    std::set<std::pair<std::string_view, std::string_view>> scopes;  // By scheme.
    for (size_t i = 0; i < intervention.evidence.size(); ++i) {
      const Evidence& evidence = intervention.evidence[i];
      const std::string field = absl::StrCat(path, ".evidence[", i, "]");
      const bool first = scopes.emplace(evidence.scheme, evidence.scope).second;
      if (!first && evidence.scope.empty()) Add(DuplicateId(field + ".scheme", evidence.scheme));
      if (!first && !evidence.scope.empty()) Add(DuplicateId(field + ".scope", evidence.scope));
      if (evidence.effect_status < EffectStatus::kUnspecified ||
          evidence.effect_status > EffectStatus::kNotRated) {
        Add(UnknownEffectStatus(field + ".effect_status"));
      } else if (evidence.effect_status != EffectStatus::kUnspecified &&
                 (evidence.effect_months || evidence.effect_size_hundredths)) {
        Add(EffectContradicted(field + ".effect_status"));
      }
      std::set<std::string_view> titles;
      for (size_t j = 0; j < evidence.sources.size(); ++j) {
        const std::string& title = evidence.sources[j].title;
        const bool once = titles.insert(title).second;
        if (!once) Add(DuplicateId(absl::StrCat(field, ".sources[", j, "].title"), title));
      }
      const auto scheme = schemes_.find(evidence.scheme);
      if (scheme != schemes_.end()) {
        CheckAgainst(*scheme->second, evidence, field);
      } else if (!schemes_.empty()) {
        Add(UnknownScheme(field + ".scheme", evidence.scheme));
      }
    }
  }

  void CheckAgainst(const EvidenceScheme& scheme, const Evidence& evidence,
                    const std::string& field) {
    const auto is_rating = [&](const EvidenceRating& rating) {
      return rating.id == evidence.rating;
    };
    if (!evidence.rating.empty() && !scheme.ratings.empty() &&
        std::none_of(scheme.ratings.begin(), scheme.ratings.end(), is_rating)) {
      Add(UnknownRating(field + ".rating", evidence.rating, scheme.id));
    }
    if (!evidence.effect_months || !evidence.effect_size_hundredths || scheme.bands.empty()) return;
    const int size = *evidence.effect_size_hundredths;
    const auto holds = [&](const EffectBand& band) {
      return band.effect_months == *evidence.effect_months && band.from_hundredths <= size &&
             size <= band.to_hundredths;
    };
    if (std::none_of(scheme.bands.begin(), scheme.bands.end(), holds)) {
      Add(EffectMismatch(field + ".effect_size_hundredths", scheme.id, *evidence.effect_months));
    }
  }

  void CheckGrants(const Intervention& intervention, const std::string& path) {
    const std::vector<GrantEligibility>& grants = intervention.grants;
    for (size_t i = 0; i < grants.size(); ++i) {
      const std::string field = absl::StrCat(path, ".grants[", i, "]");
      if (grants[i].end_date < grants[i].start_date) {
        Add(PeriodReversed(field + ".end_date"));
        continue;
      }
      const auto overlaps = [&](const GrantEligibility& other) {
        return other.grant == grants[i].grant && other.start_date <= grants[i].end_date &&
               grants[i].start_date <= other.end_date;
      };
      if (std::any_of(grants.begin(), grants.begin() + static_cast<ptrdiff_t>(i), overlaps)) {
        Add(OverlappingPeriods(field + ".start_date", grants[i].grant));
      }
    }
  }

  void CheckReplaces(const Intervention& intervention, const std::string& path) {
    std::set<std::string_view> replaced;
    for (size_t i = 0; i < intervention.replaces.size(); ++i) {
      const std::string& id = intervention.replaces[i];
      const std::string field = absl::StrCat(path, ".replaces[", i, "]");
      const bool first = replaced.insert(id).second;
      if (!first) Add(DuplicateId(field, id));
      if (on_menu_.contains(id)) Add(StillOnMenu(field, id));
    }
  }

  const MenuEdition& edition_;
  std::map<std::string_view, const EvidenceScheme*> schemes_;
  std::set<std::string_view> on_menu_;
  std::vector<FieldViolation> violations_;
};

}  // namespace

std::vector<FieldViolation> CheckEdition(const MenuEdition& edition) {
  return Checker(edition).Check();
}

std::vector<FieldViolation> CheckPredecessors(const MenuEdition& edition,
                                              const std::set<std::string>& former) {
  std::set<std::string_view> on_menu;
  for (const Intervention& intervention : edition.interventions) on_menu.insert(intervention.id);
  std::vector<FieldViolation> violations;
  for (size_t i = 0; i < edition.interventions.size(); ++i) {
    const std::vector<std::string>& replaces = edition.interventions[i].replaces;
    for (size_t j = 0; j < replaces.size(); ++j) {
      if (former.contains(replaces[j]) || on_menu.contains(replaces[j])) continue;
      violations.push_back(UnknownPredecessor(
          absl::StrCat("interventions[", i, "].replaces[", j, "]"), replaces[j]));
    }
  }
  return violations;
}

}  // namespace vg::catalogue
