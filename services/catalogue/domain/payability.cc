#include "services/catalogue/domain/payability.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/time/clock.h"

namespace vg::catalogue {

std::vector<Finding> FindNotPayable(const ProgrammeKey& key, const Plan& plan, const Menu& menu) {
  int year = 0;
  if (!absl::SimpleAtoi(key.school_year.substr(0, 4), &year)) return {};
  std::vector<Finding> findings;
  for (size_t i = 0; i < plan.choices.size(); ++i) {
    const Choice& choice = plan.choices[i];
    const std::optional<size_t> place = menu.Find(choice.intervention);
    if (!place) continue;
    const std::vector<GrantEligibility>& grants = menu.edition().interventions[*place].grants;
    const absl::CivilDay first = choice.planned_start.value_or(absl::CivilDay(year, 8, 1));
    const absl::CivilDay last =
        std::max(first, choice.planned_end.value_or(absl::CivilDay(year + 1, 7, 31)));
    const auto pays = [&](const GrantEligibility& grant) {
      return grant.start_date <= last && first <= grant.end_date;
    };
    if (grants.empty() || std::any_of(grants.begin(), grants.end(), pays)) continue;
    findings.push_back(
        {"NOT_PAYABLE", absl::StrCat("choices[", i, "]"),
         absl::StrCat(menu.name(), " names no grant from which '", choice.intervention,
                      "' may be paid from ", FormatDay(first), " to ", FormatDay(last))});
  }
  return findings;
}

}  // namespace vg::catalogue
