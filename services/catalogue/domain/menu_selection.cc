#include "services/catalogue/domain/menu_selection.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_join.h"

#include "services/catalogue/domain/errors.h"
#include "services/catalogue/domain/menu_errors.h"

namespace vg::catalogue {
namespace {

// The schemes that evidence of `edition` may be in.
std::set<std::string> SchemesOf(const MenuEdition& edition) {
  std::set<std::string> schemes;
  for (const EvidenceScheme& scheme : edition.schemes) schemes.insert(scheme.id);
  if (!schemes.empty()) return schemes;
  for (const Intervention& intervention : edition.interventions) {
    for (const Evidence& evidence : intervention.evidence) schemes.insert(evidence.scheme);
  }
  return schemes;
}

// The scopes that evidence of `edition` in `scheme` has.
std::set<std::string> ScopesOf(const MenuEdition& edition, const std::string& scheme) {
  std::set<std::string> scopes;
  for (const Intervention& intervention : edition.interventions) {
    for (const Evidence& evidence : intervention.evidence) {
      if (evidence.scheme == scheme) scopes.insert(evidence.scope);
    }
  }
  scopes.erase("");
  return scopes;
}

// What the scheme says of `intervention` in the scope; nothing at all if it does not.
Evidence EvidenceFor(const MenuSelection& selection, const Intervention& intervention) {
  const auto is_in = [&](const Evidence& evidence) {
    return evidence.scheme == selection.scheme && evidence.scope == selection.scope;
  };
  const auto found =
      std::find_if(intervention.evidence.begin(), intervention.evidence.end(), is_in);
  return found == intervention.evidence.end() ? Evidence() : *found;
}

// By what an order compares, the smallest first.
std::optional<int> KeyOf(InterventionOrder order, const Evidence& evidence) {
  const auto reversed = [](const std::optional<int>& number) {
    return number ? std::optional(-*number) : std::nullopt;
  };
  switch (order) {
    case InterventionOrder::kEffect:
      return reversed(evidence.effect_months);
    case InterventionOrder::kStrength:
      return reversed(evidence.strength);
    case InterventionOrder::kCost:
      return evidence.cost;
    case InterventionOrder::kMenu:
      break;
  }
  return std::nullopt;
}

bool Lets(const MenuSelection& selection, const Intervention& intervention) {
  const bool must_be_payable = !selection.grant.empty() || selection.payable_on;
  if (!selection.category.empty() && intervention.category != selection.category) return false;
  if (!MeantFor(intervention, selection.sector)) return false;
  if (!Mentions(intervention, selection.text)) return false;
  if (must_be_payable && !Payable(intervention, selection.grant, selection.payable_on)) {
    return false;
  }
  const Evidence evidence = EvidenceFor(selection, intervention);
  const auto at_least = [](const std::optional<int>& bound, const std::optional<int>& number) {
    return !bound || (number && *number >= *bound);
  };
  return at_least(selection.min_strength, evidence.strength) &&
         at_least(selection.min_effect_months, evidence.effect_months) &&
         (!selection.max_cost || (evidence.cost && *evidence.cost <= *selection.max_cost));
}

}  // namespace

std::vector<FieldViolation> CheckSelection(const MenuEdition& edition,
                                           const MenuSelection& selection) {
  std::vector<FieldViolation> violations;
  if (!selection.scheme.empty()) {
    const std::set<std::string> schemes = SchemesOf(edition);
    if (!schemes.contains(selection.scheme)) {
      violations.push_back(
          SchemeNotOnMenu("scheme", selection.scheme, absl::StrJoin(schemes, ", ")));
      return violations;
    }
    const std::set<std::string> scopes = ScopesOf(edition, selection.scheme);
    if (!selection.scope.empty() && !scopes.contains(selection.scope)) {
      violations.push_back(UnknownScope("scope", selection.scope, absl::StrJoin(scopes, "; ")));
    }
  } else if (selection.order != InterventionOrder::kMenu) {
    violations.push_back(NeededWith("scheme", "order_by"));
  } else if (!selection.scope.empty()) {
    violations.push_back(NeededWith("scheme", "scope"));
  } else if (selection.min_strength) {
    violations.push_back(NeededWith("scheme", "min_strength"));
  } else if (selection.max_cost) {
    violations.push_back(NeededWith("scheme", "max_cost"));
  } else if (selection.min_effect_months) {
    violations.push_back(NeededWith("scheme", "min_effect_months"));
  }
  return violations;
}

std::vector<size_t> Select(const MenuEdition& edition, const MenuSelection& selection) {
  struct Line {
    std::optional<int> key;
    size_t place;
  };
  std::vector<Line> lines;
  for (size_t place = 0; place < edition.interventions.size(); ++place) {
    const Intervention& intervention = edition.interventions[place];
    if (!Lets(selection, intervention)) continue;
    const Evidence evidence = EvidenceFor(selection, intervention);
    lines.push_back({KeyOf(selection.order, evidence), place});
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return a.key && (!b.key || *a.key < *b.key);
  });
  std::vector<size_t> places;
  for (const Line& line : lines) places.push_back(line.place);
  return places;
}

}  // namespace vg::catalogue
