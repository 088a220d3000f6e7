#include "services/catalogue/domain/plan_warnings.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/time/clock.h"
#include "services/catalogue/domain/payability.h"

namespace vg::catalogue {
namespace {

// Of an edition that names no last day the next one says it; that much is not looked up here.
std::optional<Finding> EditionNotValid(const ProgrammeKey& key, const Menu& menu) {
  int year = 0;
  if (!absl::SimpleAtoi(key.school_year.substr(0, 4), &year)) return std::nullopt;
  const absl::CivilDay first(year, 4, 1);
  const absl::CivilDay last(year + 1, 7, 31);
  const MenuEdition& edition = menu.edition();
  std::string when;
  if (edition.start_date > last) {
    when = absl::StrCat("from ", FormatDay(edition.start_date));
  } else if (edition.end_date && *edition.end_date < first) {
    when = absl::StrCat("until ", FormatDay(*edition.end_date));
  } else {
    return std::nullopt;
  }
  return Finding{
      "EDITION_NOT_VALID", "menu_edition",
      absl::StrCat("schools choose from ", menu.name(), " ", when,
                   ", and for this school year from ", FormatDay(first), " to ", FormatDay(last))};
}

// A step that has a day, and what it is called.
struct Step {
  const char* field;
  const char* what;
  absl::CivilDay date;
};

std::vector<Finding> StepsOutOfOrder(const Plan& plan) {
  std::vector<Step> steps;
  if (plan.scan_date) steps.push_back({"scan_date", "the scan was made", *plan.scan_date});
  if (plan.goals_set) steps.push_back({"goals_set", "the goals were set", plan.goals_set->date});
  if (plan.choices_made) {
    steps.push_back({"choices_made", "the choices were made", plan.choices_made->date});
  }
  std::vector<Finding> findings;
  const Step* latest = nullptr;
  for (const Step& step : steps) {
    if (latest == nullptr || step.date >= latest->date) {
      latest = &step;
      continue;
    }
    findings.push_back({"STEPS_OUT_OF_ORDER", step.field,
                        absl::StrCat(step.what, " on ", FormatDay(step.date), ", before ",
                                     latest->what, " on ", FormatDay(latest->date))});
  }
  return findings;
}

}  // namespace

std::vector<Finding> WarningsOf(const ProgrammeKey& key, const Plan& plan, const Menu& menu) {
  std::vector<Finding> warnings;
  if (std::optional<Finding> not_valid = EditionNotValid(key, menu)) {
    warnings.push_back(*std::move(not_valid));
  }
  for (Finding& finding : StepsOutOfOrder(plan)) warnings.push_back(std::move(finding));
  for (Finding& finding : FindNotPayable(key, plan, menu)) warnings.push_back(std::move(finding));
  return warnings;
}

}  // namespace vg::catalogue
