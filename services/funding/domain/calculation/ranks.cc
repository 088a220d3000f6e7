#include "services/funding/domain/calculation/ranks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace vg::funding {

using expression::Trace;
using expression::Value;

std::string ThresholdName(std::string_view call, std::string_view group) {
  std::string name = "threshold of ";
  name.append(call);
  if (!group.empty()) name.append(" in ").append(group);
  return name;
}

const GroupFigure* FigureFor(const CallRules& call, const PopulationFigures& population,
                             const expression::Frame& frame) {
  const CallFigures* figures = population.FindCall(call.call.text);
  if (figures == nullptr) return nullptr;
  if (!call.call.per.has_value()) return figures->Find("");
  const absl::StatusOr<Value> group = call.call.per->Evaluate(frame);
  return group.ok() && !group->absent() ? figures->Find(group->text()) : nullptr;
}

void ShowRanks(const std::vector<CallRules>& calls, const PopulationFigures& population,
               const expression::Frame& frame, Trace& trace) {
  for (Trace& part : trace.parts) ShowRanks(calls, population, frame, part);
  if (trace.what != "population" || trace.value.absent() || !trace.parts.empty()) return;
  const auto call =
      std::ranges::find(calls, trace.name, [](const CallRules& rules) { return rules.call.text; });
  if (call == calls.end() || call->call.function != expression::PopulationFunction::kTopShare) {
    return;
  }
  if (call->call.where.has_value()) {
    const absl::StatusOr<Value> member = call->call.where->Evaluate(frame);
    if (!member.ok() || member->absent() || !member->bool_value()) return;
  }
  const GroupFigure* figure = FigureFor(*call, population, frame);
  Trace own;
  if (figure == nullptr || !figure->value.has_value() ||
      !call->call.value.Explain(frame, own).ok()) {
    return;
  }
  const std::string name = ThresholdName(trace.name, figure->group);
  Trace threshold{.text = name,
                  .what = "population",
                  .name = name,
                  .value = Value::Number(*figure->value),
                  .unit = own.unit};
  trace.parts.push_back({.text = absl::StrCat(own.text, " >= ", name),
                         .what = "operator",
                         .name = ">=",
                         .value = trace.value,
                         .parts = {std::move(own), std::move(threshold)}});
}

}  // namespace vg::funding
