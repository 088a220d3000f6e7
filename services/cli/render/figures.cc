#include "services/cli/render/figures.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/cli/render/estimate_text.h"
#include "services/cli/render/values.h"

namespace vg::cli {

namespace v1 = voortgang::indicators::v1;

bool IsShare(const v1::IndicatorDefinition& definition) {
  return definition.has_proportion() || definition.has_distribution() ||
         definition.has_ranking_share();
}

std::string GroupText(const v1::Estimate& estimate) {
  return estimate.group().empty() ? "all" : absl::StrJoin(estimate.group(), ", ");
}

namespace {

std::string DifferenceText(const v1::WeightedEstimate& estimate, bool mean) {
  if (!estimate.has_difference()) return "–";
  const v1::WeightedDifference& told = estimate.difference();
  std::string text = absl::StrCat(EstimateText(told.difference(), mean), " (",
                                  IntervalText(told.lower(), told.upper(), told.has_lower(), mean));
  if (told.has_p_value()) absl::StrAppend(&text, ", ", ChanceText(told.p_value()));
  return text + ")";
}

}  // namespace

Table FiguresOf(const v1::IndicatorDefinition& definition, const v1::EstimateTable& estimates) {
  const bool weighted = estimates.has_estimation();
  const bool mean = !IsShare(definition);
  const bool compared = std::any_of(
      estimates.estimates().begin(), estimates.estimates().end(),
      [](const v1::Estimate& estimate) { return estimate.weighted().has_difference(); });
  std::vector<Column> columns = {{"Group"}, {"Category"}};
  if (weighted) {
    for (const char* title : {"Estimate", "±", "Interval", "SE"}) {
      columns.push_back({title, Align::kRight});
    }
  }
  if (compared) columns.push_back({"Difference", Align::kRight});
  for (const char* title : {"Answers", "n", "Units"}) columns.push_back({title, Align::kRight});
  Table table(columns);
  for (const v1::Estimate& estimate : estimates.estimates()) {
    std::vector<std::string> cells = {GroupText(estimate), estimate.category()};
    const bool published = estimate.state() == v1::ESTIMATE_STATE_PUBLISHED;
    if (weighted && estimate.has_weighted()) {
      const v1::WeightedEstimate& told = estimate.weighted();
      const bool known = told.has_lower() && told.has_upper();
      cells.insert(
          cells.end(),
          {EstimateText(told.value(), mean), MarginText(told.lower(), told.upper(), known, mean),
           IntervalText(told.lower(), told.upper(), known, mean),
           told.has_standard_error() ? ErrorText(told.standard_error(), mean) : "–"});
    } else if (weighted) {
      cells.insert(cells.end(), {"–", "–", "–", "–"});
    }
    if (compared) cells.push_back(DifferenceText(estimate.weighted(), mean));
    const std::string& value = estimate.unweighted_value().value();
    cells.push_back(!published ? EnumText(estimate.state()) : mean ? value : Percent(value));
    cells.push_back(published ? Number(estimate.n()) : "–");
    cells.push_back(published ? Number(estimate.unit_count()) : "–");
    table.Add(std::move(cells));
  }
  return table;
}

}  // namespace vg::cli
