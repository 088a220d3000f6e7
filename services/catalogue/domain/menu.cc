#include "services/catalogue/domain/menu.h"

#include <algorithm>
#include <set>
#include <utility>

#include "services/catalogue/domain/words.h"

namespace vg::catalogue {

const std::string& TextIn(Language language, const LocalizedText& text) {
  return language == Language::kEnglish && !text.en.empty() ? text.en : text.nl;
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

bool Payable(const Intervention& intervention, std::string_view grant,
             std::optional<absl::CivilDay> day) {
  const auto pays = [&](const GrantEligibility& eligibility) {
    return (grant.empty() || eligibility.grant == grant) &&
           (!day || (eligibility.start_date <= *day && *day <= eligibility.end_date));
  };
  return std::any_of(intervention.grants.begin(), intervention.grants.end(), pays);
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
