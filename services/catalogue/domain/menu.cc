#include "services/catalogue/domain/menu.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/time/clock.h"
#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

void Add(DigestBuilder& digest, const LocalizedText& text) { digest.Text(text.nl).Text(text.en); }

void Add(DigestBuilder& digest, const std::optional<int>& number) {
  number ? digest.Integer(*number) : digest.Absent();
}

// Lower case for ASCII and for the accented letters of Western Europe (U+00C0 to U+00DE), which is
// all that Dutch and English write.
std::string Fold(std::string_view text) {
  std::string folded(text);
  for (size_t i = 0; i < folded.size(); ++i) {
    const auto byte = static_cast<unsigned char>(folded[i]);
    const bool capital = byte >= 'A' && byte <= 'Z';
    const bool accented = i > 0 && static_cast<unsigned char>(folded[i - 1]) == 0xC3 &&
                          byte >= 0x80 && byte <= 0x9E && byte != 0x97;
    if (capital || accented) folded[i] = static_cast<char>(byte + 0x20);
  }
  return folded;
}

void CheckIntervention(const Intervention& intervention, const std::string& path,
                       std::vector<FieldViolation>& violations) {
  std::set<Sector> sectors;
  for (size_t i = 0; i < intervention.sectors.size(); ++i) {
    const Sector sector = intervention.sectors[i];
    const std::string field = absl::StrCat(path, ".sectors[", i, "]");
    if (sector == Sector::kUnspecified) {
      violations.push_back(UnknownSector(field));
    } else if (!sectors.insert(sector).second) {
      violations.push_back(DuplicateId(field, "this sector"));
    }
  }
  std::set<std::string_view> schemes;
  for (size_t i = 0; i < intervention.evidence.size(); ++i) {
    const std::string& scheme = intervention.evidence[i].scheme;
    if (!schemes.insert(scheme).second) {
      violations.push_back(DuplicateId(absl::StrCat(path, ".evidence[", i, "].scheme"), scheme));
    }
  }
}

}  // namespace

std::vector<FieldViolation> CheckEdition(const MenuEdition& edition) {
  std::vector<FieldViolation> violations;
  std::set<std::string_view> categories;
  for (size_t i = 0; i < edition.categories.size(); ++i) {
    const std::string& id = edition.categories[i].id;
    if (!categories.insert(id).second) {
      violations.push_back(DuplicateId(absl::StrCat("categories[", i, "].id"), id));
    }
  }
  std::set<std::string_view> interventions;
  for (size_t i = 0; i < edition.interventions.size(); ++i) {
    const Intervention& intervention = edition.interventions[i];
    const std::string path = absl::StrCat("interventions[", i, "]");
    if (!interventions.insert(intervention.id).second) {
      violations.push_back(DuplicateId(absl::StrCat(path, ".id"), intervention.id));
    }
    if (!categories.contains(intervention.category)) {
      violations.push_back(UnknownCategory(absl::StrCat(path, ".category"), intervention.category));
    }
    CheckIntervention(intervention, path, violations);
  }
  return violations;
}

std::string Digest(const MenuEdition& edition) {
  DigestBuilder digest("voortgang.catalogue.menu-edition.v1");
  Add(digest, edition.title);
  digest.Text(FormatDay(edition.start_date));
  digest.List(edition.categories.size());
  for (const Category& category : edition.categories) {
    digest.Record("category").Text(category.id);
    Add(digest, category.title);
    digest.Flag(category.supporting_only);
  }
  digest.List(edition.interventions.size());
  for (const Intervention& intervention : edition.interventions) {
    digest.Record("intervention").Text(intervention.id).Text(intervention.category);
    Add(digest, intervention.title);
    Add(digest, intervention.summary);
    digest.List(intervention.sectors.size());
    for (const Sector sector : intervention.sectors) digest.Integer(static_cast<int>(sector));
    digest.List(intervention.evidence.size());
    for (const Evidence& evidence : intervention.evidence) {
      digest.Record("evidence").Text(evidence.scheme);
      Add(digest, evidence.effect_months);
      Add(digest, evidence.strength);
      Add(digest, evidence.cost);
      digest.Text(evidence.rating).Text(evidence.source);
      Add(digest, evidence.note);
    }
  }
  return digest.Finish();
}

bool MeantFor(const Intervention& intervention, Sector sector) {
  const std::vector<Sector>& sectors = intervention.sectors;
  return sector == Sector::kUnspecified || sectors.empty() ||
         std::find(sectors.begin(), sectors.end(), sector) != sectors.end();
}

bool Mentions(const Intervention& intervention, std::string_view text) {
  if (text.empty()) return true;
  const std::string part = Fold(text);
  for (const LocalizedText* place : {&intervention.title, &intervention.summary}) {
    if (Fold(place->nl).find(part) != std::string::npos) return true;
    if (Fold(place->en).find(part) != std::string::npos) return true;
  }
  return false;
}

Menu::Menu(std::string name, MenuEdition edition)
    : name_(std::move(name)), edition_(std::move(edition)) {
  std::set<std::string_view> supporting;
  for (const Category& category : edition_.categories) {
    if (category.supporting_only) supporting.insert(category.id);
  }
  for (const Intervention& intervention : edition_.interventions) {
    places_.emplace(intervention.id, places_.size());
    supports_only_.push_back(supporting.contains(intervention.category));
  }
}

std::optional<size_t> Menu::Find(std::string_view intervention) const {
  const auto found = places_.find(intervention);
  if (found == places_.end()) return std::nullopt;
  return found->second;
}

}  // namespace vg::catalogue
