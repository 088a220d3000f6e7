#include "services/report/domain/plan.h"

#include <set>

#include "absl/strings/str_cat.h"

#include "services/report/domain/errors.h"

namespace vg::report {

std::string PlaceOf(size_t section) { return absl::StrCat("plan.sections[", section, "]"); }

std::string PlaceOf(size_t section, size_t figure) {
  return absl::StrCat(PlaceOf(section), ".figures[", figure, "]");
}

std::vector<FieldViolation> Check(const std::string& id, const EditionPlan& plan) {
  std::vector<FieldViolation> violations;
  if (plan.month.day() != 1) violations.push_back(NotAMonth("plan.edition_month"));
  if (plan.next_month.has_value() && plan.next_month->day() != 1) {
    violations.push_back(NotAMonth("plan.next_edition_month"));
  }
  if (plan.revises.empty() != plan.revision_reason.nl.empty()) violations.push_back(NoReason());
  if (plan.revises == "editions/" + id) violations.push_back(RevisesItself());
  if (plan.sections.empty()) violations.push_back(NoSections());
  std::set<std::string> sections, figures;
  for (size_t s = 0; s < plan.sections.size(); ++s) {
    const SectionPlan& section = plan.sections[s];
    if (!sections.insert(section.id).second) {
      violations.push_back(DuplicateId(PlaceOf(s) + ".id", section.id));
    }
    for (size_t f = 0; f < section.figures.size(); ++f) {
      const FigurePlan& figure = section.figures[f];
      // The annex of the headline table has that name.
      if (!figures.insert(figure.id).second || figure.id == "headline") {
        violations.push_back(DuplicateId(PlaceOf(s, f) + ".id", figure.id));
      }
      if (std::holds_alternative<std::monostate>(figure.source)) {
        violations.push_back(NoSource(PlaceOf(s, f)));
      }
      const bool of_wave = std::holds_alternative<ResponseSource>(figure.source) ||
                           std::holds_alternative<ChangeSource>(figure.source);
      if (of_wave && plan.wave.empty()) {
        violations.push_back(NoWave(figure.id));
      }
    }
  }
  return violations;
}

}  // namespace vg::report
