#include "services/report/domain/plan.h"

#include <set>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/time/clock.h"
#include "services/report/domain/errors.h"

namespace vg::report {
namespace {

void Add(DigestBuilder& digest, const LocalizedText& text) { digest.Text(text.nl).Text(text.en); }

void Add(DigestBuilder& digest, const std::vector<std::string>& texts) {
  digest.List(texts.size());
  for (const std::string& text : texts) digest.Text(text);
}

void Add(DigestBuilder& digest, const std::vector<int>& numbers) {
  digest.List(numbers.size());
  for (const int number : numbers) digest.Integer(number);
}

void Add(DigestBuilder& digest, const SchoolFilter& filter) {
  digest.Record("filter");
  Add(digest, filter.sectors);
  Add(digest, filter.municipalities);
  Add(digest, filter.boards);
  Add(digest, filter.provinces);
  Add(digest, filter.denominations);
  Add(digest, filter.school_types);
  Add(digest, filter.schools);
  digest.Text(filter.text);
}

void Add(DigestBuilder& digest, const FigurePlan& figure) {
  digest.Record("figure").Text(figure.id);
  Add(digest, figure.title);
  if (const auto* estimates = std::get_if<EstimateSource>(&figure.source)) {
    digest.Record("estimates").Text(estimates->indicator).Text(estimates->breakdown);
    Add(digest, estimates->filter);
    digest.Flag(estimates->sort_by_value);
  } else if (const auto* allocations = std::get_if<AllocationSource>(&figure.source)) {
    digest.Record("allocations").Text(allocations->run);
  } else {
    digest.Record("response");
  }
  digest.List(figure.labels.size());
  for (const auto& [id, text] : figure.labels) {
    digest.Text(id);
    Add(digest, text);
  }
  digest.Integer(figure.chart_size);
}

}  // namespace

std::string PlaceOf(size_t section) { return absl::StrCat("plan.sections[", section, "]"); }

std::string PlaceOf(size_t section, size_t figure) {
  return absl::StrCat(PlaceOf(section), ".figures[", figure, "]");
}

std::vector<FieldViolation> Check(const EditionPlan& plan) {
  std::vector<FieldViolation> violations;
  if (plan.month.day() != 1) violations.push_back(NotAMonth("plan.edition_month"));
  if (plan.next_month.has_value() && plan.next_month->day() != 1) {
    violations.push_back(NotAMonth("plan.next_edition_month"));
  }
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
      if (std::holds_alternative<ResponseSource>(figure.source) && plan.wave.empty()) {
        violations.push_back(NoWave(figure.id));
      }
    }
  }
  return violations;
}

std::string Digest(const EditionPlan& plan) {
  DigestBuilder digest("voortgang.report.plan.v1");
  Add(digest, plan.title);
  digest.Integer(plan.number).Text(FormatDay(plan.month));
  if (plan.next_month.has_value()) {
    digest.Text(FormatDay(*plan.next_month));
  } else {
    digest.Absent();
  }
  Add(digest, plan.explanation);
  digest.Text(plan.snapshot).Text(plan.wave).Text(plan.menu_edition);
  digest.List(plan.headline.size());
  for (const HeadlinePlan& line : plan.headline) {
    digest.Record("headline");
    Add(digest, line.title);
    digest.Text(line.figure).Text(line.category);
  }
  digest.List(plan.sections.size());
  for (const SectionPlan& section : plan.sections) {
    digest.Record("section").Text(section.id);
    Add(digest, section.title);
    Add(digest, section.text);
    digest.List(section.figures.size());
    for (const FigurePlan& figure : section.figures) Add(digest, figure);
  }
  return digest.Flag(plan.synthetic).Finish();
}

}  // namespace vg::report
